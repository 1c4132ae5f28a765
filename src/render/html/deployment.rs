//! The deployment: a picture of who is asked when, and the hosts as a table.

use super::frame::{Page, left_out};
use super::hosts;
use super::lanes::lanes;
use super::markup::{Markup, el};
use super::svg::deployment::{MAX_LANES, picture};
use crate::topology::Publishing;

/// The section: the picture and the hosts as a table.
pub(super) fn section(page: &mut Page<'_>) -> Markup {
    let lanes = lanes(page);
    if lanes.is_empty() {
        return Markup::none();
    }
    // A way back leads to publishing as it was, which may be another in each host.
    let about = match page.plan.topology.publishing {
        _ if page.plan.takes_back.is_some() => "As it is once the plan is taken back.",
        Publishing::Manual => "As planned. People write the records; no host publishes by itself.",
        Publishing::Automatic => "As planned. Hosts publish their records by themselves.",
    };
    let about = format!("{about} From left to right, then below: the order in which clients ask.");
    let mut content = Markup::from(el("p").text(about)).and(picture(page, &lanes));
    if lanes.len() > MAX_LANES {
        content = content.and(left_out(format!(
            "The picture shows the first {MAX_LANES} of {} sets of records.",
            lanes.len()
        )));
    }
    content.and(hosts::table_of(page, &lanes))
}
