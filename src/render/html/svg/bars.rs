//! The parts of new clients as bars.

use super::super::frame::Page;
use super::super::markup::{Element, Markup, el};
use super::{at, disc, drawing};
use crate::Name;
use crate::plan::clients::Chance;
use crate::presentation;
use crate::render::wording::percent;

/// A bar's height.
const HEIGHT: f64 = 28.0;
/// The narrowest part, of 100, that has room for a letter.
const ROOM: f64 = 5.0;
/// The narrowest that has room for its percentage too, unless the window is narrow.
const ROOM_FOR_PERCENT: f64 = 15.0;
/// The narrowest that has it in any window.
const ROOM_ALWAYS: f64 = 32.0;
/// The width of a letter or digit.
const LETTER: f64 = 6.6;

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
        let middle = of_hundred(from + width / 2.0);
        let letter = page.keys.letter(host);
        if width >= ROOM_FOR_PERCENT {
            let tag = tag(&middle, &letter, &percent(part.value()));
            drawing = drawing.add(if width < ROOM_ALWAYS {
                tag.class("wide")
            } else {
                tag
            });
        }
        if (ROOM..ROOM_ALWAYS).contains(&width) {
            let disc = el("g").add(disc(&middle, "14", &letter));
            drawing = drawing.add(if width >= ROOM_FOR_PERCENT {
                disc.class("narrow")
            } else {
                disc
            });
        }
        from += width;
    }
    drawing
}

/// A letter and a percentage on a label.
fn tag(middle: &str, letter: &str, percent: &str) -> Element {
    let letters = u32::try_from(letter.len() + percent.len()).unwrap_or(u32::MAX);
    let width = f64::from(letters) * LETTER + 18.0;
    let label = el("rect")
        .class("disc")
        .attr("x", middle)
        .attr("y", 5)
        .attr("width", at(width))
        .attr("height", 18)
        .attr("rx", 9)
        .attr("transform", format!("translate({} 0)", at(-width / 2.0)));
    let said = el("text")
        .class("part")
        .attr("x", middle)
        .attr("y", 14)
        .attr("dy", "0.35em")
        .attr("text-anchor", "middle")
        .add(el("tspan").class("letter").text(letter))
        .text(format!(" {percent}"));
    el("g").add(label).add(said)
}

fn of_hundred(value: f64) -> String {
    format!("{value:.2}%")
}
