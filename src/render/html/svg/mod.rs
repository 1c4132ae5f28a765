//! Drawings. Colours are classes, so that both themes and paper have their own; no drawing speaks by colour alone.

use super::frame::Page;
use super::markup::{Element, Markup, el};

pub(super) mod bars;
pub(super) mod deployment;
pub(super) mod movement;
pub(super) mod signs;

/// The patterns that tell hosts apart without colour, for all drawings of the page.
pub(super) fn patterns() -> Element {
    let pattern = |id: &'static str, lines: &[&str]| {
        el("pattern")
            .attr("id", id)
            .attr("width", 8)
            .attr("height", 8)
            .attr("patternUnits", "userSpaceOnUse")
            .all(
                lines
                    .iter()
                    .map(|line| el("path").class("hatch").attr("d", line)),
            )
    };
    el("svg")
        .class("patterns")
        .attr("width", 0)
        .attr("height", 0)
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .add(
            el("defs")
                .add(pattern("p0", &[]))
                .add(pattern("p1", &["M-2 10 10 -2M-2 2 2 -2M6 10 10 6"]))
                .add(pattern("p2", &["M0 4H8"]))
                .add(pattern("p3", &["M-2 -2 10 10M-2 6 2 10M6 -2 10 2"]))
                .add(pattern("p4", &["M4 0V8"]))
                .add(pattern("p5", &["M0 4H8", "M4 0V8"]))
                .add(pattern("p6", &["M-2 10 10 -2", "M-2 -2 10 10"]))
                .add(pattern("p7", &["M2 2h2v2h-2z"])),
        )
}

/// A drawing with its title and description for those who listen.
fn drawing(page: &mut Page<'_>, title: &str, description: &str) -> Element {
    let (title_id, description_id) = (page.id(), page.id());
    el("svg")
        .attr("role", "img")
        .attr("aria-labelledby", format!("{title_id} {description_id}"))
        .attr("focusable", "false")
        .add(el("title").attr("id", title_id).text(title))
        .add(el("desc").attr("id", description_id).text(description))
}

/// A coordinate with at most one decimal.
fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A rectangle.
fn rect(x: f64, y: f64, width: f64, height: f64) -> Element {
    el("rect")
        .attr("x", at(x))
        .attr("y", at(y))
        .attr("width", at(width))
        .attr("height", at(height))
}

/// Text at a place.
fn label(x: f64, y: f64, said: &str) -> Element {
    el("text").attr("x", at(x)).attr("y", at(y)).text(said)
}

/// A letter on a disc.
fn disc(x: &str, y: &str, letter: &str) -> Markup {
    let circle = el("circle")
        .class("disc")
        .attr("cx", x)
        .attr("cy", y)
        .attr("r", 9);
    let text = el("text")
        .class("letter")
        .attr("x", x)
        .attr("y", y)
        .attr("dy", "0.35em")
        .attr("text-anchor", "middle")
        .text(letter);
    Markup::from(circle).and(text)
}
