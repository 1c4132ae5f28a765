//! How clients move in four weeks, as areas one upon the other.

use super::super::frame::{Page, Row, details, numbers, numbers_of, table, words};
use super::super::markup::{Element, Markup, el, text};
use super::{at, disc, drawing, label, rect};
use crate::plan::clients::movement::DAYS;
use crate::plan::clients::{Day, Movement};
use crate::presentation;
use crate::render::simulation::sets;
use crate::render::wording::percent;

const WIDTH: f64 = 288.0;
const HEIGHT: f64 = 176.0;
/// The plot inside: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (48.0, 276.0, 8.0, 146.0);
/// The smallest part that has room for a letter.
const ROOM: f64 = 0.14;

/// The charts of one movement, each with the same numbers as a table.
pub(in super::super) fn charts(page: &mut Page<'_>, movement: &Movement, of: &str) -> Markup {
    let kinds = sets::cases(movement);
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
        .map(|(title, days)| days_table(page, movement, days, &format!("{of}. {title}")))
        .collect();
    let key = movement
        .hosts
        .iter()
        .map(|host| el("li").add(page.keys.host(host, None)));
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
            .add(
                el("path")
                    .class("grid")
                    .attr("d", format!("M{} {}H{}", at(left), at(y), at(right))),
            )
            .add(
                label(left - 6.0, y, &format!("{parts} %"))
                    .class("tick")
                    .attr("dy", "0.35em")
                    .attr("text-anchor", "end"),
            );
    }
    for day in [0_u32, 7, 14, 21, 28] {
        let said = if day == 0 {
            "day 0".to_owned()
        } else {
            day.to_string()
        };
        drawing = drawing.add(
            label(place_of(day), bottom + 18.0, &said)
                .class("tick")
                .attr("text-anchor", "middle"),
        );
    }
    // Each host's part stands upon those of the hosts before it.
    let bounds: Vec<Bounds> = days.iter().map(bounds).collect();
    let corners = corners(&bounds);
    for (index, host) in movement.hosts.iter().enumerate() {
        let edge = |day: usize, side: usize| {
            let height = bounds[day].get(index + side).copied().unwrap_or_default();
            format!("{} {}", at(place_of(days[day].day)), at(height_of(height)))
        };
        let below = corners.iter().map(|day| edge(*day, 0));
        let above = corners.iter().rev().map(|day| edge(*day, 1));
        let outline: Vec<String> = below.chain(above).collect();
        let area = |class: String| {
            el("path")
                .class(class)
                .attr("d", format!("M{}z", outline.join("L")))
        };
        let look = page.keys.look(host);
        drawing = drawing
            .add(area(format!("k{look}")))
            .add(area("edge".to_owned()).attr("fill", format!("url(#p{look})")));
    }
    for (index, host) in movement.hosts.iter().enumerate() {
        if let Some((x, y)) = room(&bounds, days, index) {
            drawing = drawing.add(disc(&at(x), &at(y), &page.keys.letter(host)));
        }
    }
    drawing
}

/// The heights at which the parts of one day begin and end: of hosts one upon the other.
type Bounds = Vec<f64>;

fn bounds(day: &Day) -> Bounds {
    let mut bounds = vec![0.0];
    let mut sum = 0.0;
    for part in &day.parts {
        sum += part.value();
        bounds.push(sum);
    }
    bounds
}

/// The days at which an outline has a corner: all but those that are like the days before and after them.
fn corners(bounds: &[Bounds]) -> Vec<usize> {
    (0..bounds.len())
        .filter(|&day| {
            day == 0
                || day + 1 == bounds.len()
                || bounds[day] != bounds[day - 1]
                || bounds[day] != bounds[day + 1]
        })
        .collect()
}

/// Where the letter of a host stands in its area: near the end, else near the beginning; `None`: it has no room.
fn room(bounds: &[Bounds], days: &[Day], index: usize) -> Option<(f64, f64)> {
    [bounds.len().saturating_sub(5), 1]
        .into_iter()
        .find_map(|day| {
            let (from, to) = (
                *bounds.get(day)?.get(index)?,
                *bounds.get(day)?.get(index + 1)?,
            );
            let middle = f64::midpoint(height_of(from), height_of(to));
            (to - from >= ROOM).then(|| (place_of(days[day].day), middle))
        })
}

fn place_of(day: u32) -> f64 {
    let (left, right, ..) = PLOT;
    left + (right - left) * f64::from(day) / f64::from(DAYS)
}

fn height_of(part: f64) -> f64 {
    let (.., top, bottom) = PLOT;
    bottom - (bottom - top) * part
}

/// The same in numbers; what nobody serves comes last.
fn days_table(page: &Page<'_>, movement: &Movement, days: &[Day], caption: &str) -> Markup {
    let mut columns = vec![words("Days after the change")];
    columns.extend(
        movement
            .hosts
            .iter()
            .map(|host| numbers_of(page.keys.host(host, None))),
    );
    columns.extend(sets::leaves_some(days).then(|| numbers("Nobody")));
    let rows = sets::days(days).into_iter().map(|(label, parts)| Row {
        class: "",
        cells: std::iter::once(label).chain(parts).map(text).collect(),
    });
    table(caption, &columns, 0, rows.collect())
}
