//! The parts of new clients as bars.

use super::super::frame::Page;
use super::super::markup::{Element, Markup, el};
use super::{disc, drawing};
use crate::Name;
use crate::plan::clients::Chance;
use crate::presentation;
use crate::render::wording::percent;

/// A bar's height.
const HEIGHT: f64 = 28.0;
/// The narrowest part, of 100, that has room for a letter.
const ROOM: f64 = 5.0;

/// A label and the hosts with their parts; `None`: not known.
pub(in super::super) type Bar = (&'static str, Option<Vec<(Name, Chance)>>);

/// Bars one below the other.
pub(in super::super) fn shares(page: &mut Page<'_>, bars: &[Bar]) -> Markup {
    let rows: Vec<Element> = bars
        .iter()
        .map(|(label, parts)| {
            let bar: Markup = match parts {
                None => el("span").class("no-bar").text("not known").into(),
                Some(parts) if parts.is_empty() => {
                    el("span").class("no-bar").text("no host is found").into()
                }
                Some(parts) => bar(page, label, parts).into(),
            };
            el("div")
                .class("bar-row")
                .add(el("span").class("bar-label").text(label))
                .add(bar)
        })
        .collect();
    el("div").class("bars").all(rows).into()
}

fn bar(page: &mut Page<'_>, label: &str, parts: &[(Name, Chance)]) -> Element {
    let description: Vec<String> = parts
        .iter()
        .map(|(host, part)| format!("{} {}", presentation::plain(host), percent(part.value())))
        .collect();
    let title = format!("{label} the change, new clients first ask:");
    let mut drawing = drawing(page, &title, &format!("{}.", description.join(", ")))
        .class("bar")
        .attr("width", "100%")
        .attr("height", HEIGHT);
    let mut from = 0.0;
    for (host, part) in parts {
        let width = part.value() * 100.0;
        let look = page.keys.look(host);
        let block = |class: String| {
            el("rect")
                .class(class)
                .attr("x", of_hundred(from))
                .attr("y", 0)
                .attr("width", of_hundred(width))
                .attr("height", HEIGHT)
        };
        drawing = drawing
            .add(block(format!("k{look}")))
            .add(block("edge".to_owned()).attr("fill", format!("url(#p{look})")));
        if width >= ROOM {
            let middle = of_hundred(from + width / 2.0);
            drawing = drawing.add(disc(&middle, "14", &page.keys.letter(host)));
        }
        from += width;
    }
    drawing
}

fn of_hundred(value: f64) -> String {
    format!("{value:.2}%")
}
