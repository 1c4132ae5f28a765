//! How clients move in four weeks, as lines.

use super::super::frame::{Page, Row, details, numbers, table, words};
use super::super::markup::{Element, Markup, el, text};
use super::{at, drawing, label, rect};
use crate::plan::clients::movement::DAYS;
use crate::plan::clients::{Day, Movement};
use crate::presentation;
use crate::render::wording::percent;

const WIDTH: f64 = 336.0;
const HEIGHT: f64 = 190.0;
/// The plot inside: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (40.0, 310.0, 12.0, 158.0);
/// The least distance of letters at the ends of lines.
const APART: f64 = 14.0;

/// The charts of one movement, each with the same numbers as a table.
pub(in super::super) fn charts(page: &mut Page<'_>, movement: &Movement, of: &str) -> Markup {
    let mut kinds = vec![
        ("Host caching on: clients stay with the host that answered", &movement.with_caching),
        ("Host caching off: clients look up DNS at each request", &movement.without_caching),
    ];
    if let Some(off) = &movement.with_leaving_off {
        kinds.push(("Host caching on, hosts that lose their record switched off with the change", off));
    }
    let figures: Vec<Element> = kinds
        .iter()
        .map(|(title, days)| {
            el("figure")
                .add(el("figcaption").text(title))
                .add(chart(page, movement, days, title))
        })
        .collect();
    let tables: Vec<Markup> = kinds
        .iter()
        .map(|(title, days)| numbers_of(movement, days, &format!("{of}. {title}")))
        .collect();
    let key = movement.hosts.iter().map(|host| el("li").add(page.keys.host(host)));
    Markup::from(el("ul").class("legend").all(key))
        .and(el("div").class("charts").all(figures))
        .and(details(text("The same as tables"), Markup::of(tables)))
}

fn chart(page: &mut Page<'_>, movement: &Movement, days: &[Day], title: &str) -> Element {
    let (left, right, top, bottom) = PLOT;
    let description: Vec<String> = movement
        .hosts
        .iter()
        .enumerate()
        .map(|(index, host)| {
            let part = |day: Option<&Day>| {
                let part = day.and_then(|day| day.parts.get(index));
                percent(part.map_or(0.0, |part| part.value()))
            };
            format!(
                "{} from {} to {}",
                presentation::plain(host),
                part(days.first()),
                part(days.last())
            )
        })
        .collect();
    let mut drawing = drawing(page, title, &format!("{}.", description.join(", ")))
        .class("chart")
        .attr("viewBox", format!("0 0 {} {}", at(WIDTH), at(HEIGHT)))
        .attr("width", at(WIDTH))
        .attr("height", at(HEIGHT))
        .add(rect(left, top, right - left, bottom - top).class("plot"));
    for parts in [0_u32, 25, 50, 75, 100] {
        let y = height_of(f64::from(parts) / 100.0);
        drawing = drawing
            .add(el("path").class("grid").attr("d", format!("M{} {}H{}", at(left), at(y), at(right))))
            .add(label(left - 6.0, y, &format!("{parts} %")).class("tick").attr("dy", "0.35em").attr("text-anchor", "end"));
    }
    for day in [0_u32, 7, 14, 21, 28] {
        let said = if day == 0 { "day 0".to_owned() } else { day.to_string() };
        drawing = drawing.add(
            label(place_of(day), bottom + 18.0, &said)
                .class("tick")
                .attr("text-anchor", "middle"),
        );
    }
    for (index, host) in movement.hosts.iter().enumerate() {
        let points: Vec<String> = days
            .iter()
            .map(|day| {
                let part = day.parts.get(index).map_or(0.0, |part| part.value());
                format!("{},{}", at(place_of(day.day)), at(height_of(part)))
            })
            .collect();
        drawing = drawing.add(
            el("polyline")
                .class(format!("line s{}", page.keys.look(host)))
                .attr("points", points.join(" ")),
        );
    }
    for (index, y) in ends(days) {
        if let Some(host) = movement.hosts.get(index) {
            drawing = drawing.add(
                label(right + 8.0, y, &page.keys.letter(host))
                    .class("end")
                    .attr("dy", "0.35em"),
            );
        }
    }
    drawing
}

/// The letters at the ends of the lines: which host, at which height, none upon another.
fn ends(days: &[Day]) -> Vec<(usize, f64)> {
    let Some(last) = days.last() else {
        return Vec::new();
    };
    let mut ends: Vec<(usize, f64)> = last
        .parts
        .iter()
        .map(|part| height_of(part.value()))
        .enumerate()
        .collect();
    ends.sort_by(|(one, y), (other, other_y)| other_y.total_cmp(y).then(other.cmp(one)));
    let mut lowest = f64::INFINITY;
    for (_, y) in &mut ends {
        *y = y.min(lowest - APART);
        lowest = *y;
    }
    ends
}

fn place_of(day: u32) -> f64 {
    let (left, right, ..) = PLOT;
    left + (right - left) * f64::from(day) / f64::from(DAYS)
}

fn height_of(part: f64) -> f64 {
    let (.., top, bottom) = PLOT;
    bottom - (bottom - top) * part
}

/// The days on which something differs from the day before, each with its parts.
fn numbers_of(movement: &Movement, days: &[Day], caption: &str) -> Markup {
    let mut columns = vec![words("Days after the change")];
    columns.extend(movement.hosts.iter().map(|host| numbers(presentation::plain(host))));
    let mut rows: Vec<(u32, u32, Vec<String>)> = Vec::new();
    for day in days {
        let parts: Vec<String> = day.parts.iter().map(|part| percent(part.value())).collect();
        match rows.last_mut() {
            Some((_, until, same)) if *same == parts => *until = day.day,
            _ => rows.push((day.day, day.day, parts)),
        }
    }
    let rows = rows
        .into_iter()
        .map(|(from, until, parts)| {
            let days = if from == until {
                from.to_string()
            } else {
                format!("{from} to {until}")
            };
            let cells = std::iter::once(days).chain(parts);
            Row {
                class: "",
                cells: cells.map(text).collect(),
            }
        })
        .collect();
    table(caption, &columns, 0, rows)
}
