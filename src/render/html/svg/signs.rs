//! Small signs beside words.

use super::super::markup::{Element, el};
use crate::plan::Severity;

fn sign(class: &str) -> Element {
    el("svg")
        .class(format!("sign-svg {class}"))
        .attr("viewBox", "0 0 20 20")
        .attr("width", 20)
        .attr("height", 20)
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
}

fn shape(path: &str) -> Element {
    el("path").class("shape").attr("d", path)
}

fn stroke(path: &str) -> Element {
    el("path").class("stroke").attr("d", path)
}

/// The plan may be carried out: a tick in a circle.
pub(in super::super) fn ready() -> Element {
    sign("is-ready")
        .add(
            el("circle")
                .class("shape")
                .attr("cx", 10)
                .attr("cy", 10)
                .attr("r", 9),
        )
        .add(stroke("M5.5 10.5 8.5 13.5 14.5 6.5"))
}

/// It may not: an octagon.
pub(in super::super) fn stop() -> Element {
    severity(Severity::Error)
}

/// The sign of a severity: octagon, triangle, circle.
pub(in super::super) fn severity(severity: Severity) -> Element {
    match severity {
        Severity::Error => sign("is-error")
            .add(shape("M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"))
            .add(stroke("M6.5 6.5 13.5 13.5M13.5 6.5 6.5 13.5")),
        Severity::Warning => sign("is-warning")
            .add(shape("M10 1.5 19.3 18.5H.7z"))
            .add(stroke("M10 7.5V12.5M10 15V16")),
        Severity::Note => sign("is-note")
            .add(
                el("circle")
                    .class("shape")
                    .attr("cx", 10)
                    .attr("cy", 10)
                    .attr("r", 9),
            )
            .add(stroke("M10 9V14.5M10 5.2V6.4")),
    }
}
