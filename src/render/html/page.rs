//! The page as a whole: head, policy, contents, sections.

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::frame::{Page, section};
use super::markup::{Element, Markup, el};
use super::{clients, deployment, diff, failover, findings, records, steps, summary, svg};
use crate::plan::Plan;
use crate::render::wording;

/// How the page looks.
const STYLE: &str = include_str!("style.css");
/// What the page does: marks of steps that are done, copying, opening.
const SCRIPT: &str = include_str!("script.js");

/// The page of a plan.
pub(super) fn page(plan: &Plan) -> String {
    let mut page = Page::new(plan);
    let sections = sections(&mut page);
    let contents = sections
        .iter()
        .map(|(id, title, _)| el("li").add(el("a").attr("href", format!("#{id}")).text(title)));
    let navigation = el("nav")
        .attr("aria-labelledby", "contents")
        .add(el("h2").attr("id", "contents").text("Contents"))
        .add(el("ol").all(contents));
    let body = el("body")
        .add(
            el("a")
                .class("skip")
                .attr("href", "#main")
                .text("Skip to the summary"),
        )
        .add(svg::patterns())
        .add(summary::header(plan))
        .add(
            el("div").class("columns").add(navigation).add(
                el("main")
                    .attr("id", "main")
                    .attr("tabindex", "-1")
                    .all(sections.into_iter().map(|(_, _, content)| content)),
            ),
        )
        .add(el("script").file(SCRIPT));
    let document = el("html")
        .attr("lang", "en")
        .attr("data-plan", &plan.id)
        .add(head(plan))
        .add(body);
    Markup::from(document).document()
}

fn head(plan: &Plan) -> Element {
    let meta = |name: &str, content: &str| el("meta").attr("name", name).attr("content", content);
    el("head")
        .add(el("meta").attr("charset", "utf-8"))
        .add(
            el("meta")
                .attr("http-equiv", "Content-Security-Policy")
                .attr("content", policy()),
        )
        .add(meta("viewport", "width=device-width, initial-scale=1"))
        .add(meta("color-scheme", "light dark"))
        .add(meta("referrer", "no-referrer"))
        .add(el("title").text(wording::title(plan)))
        .add(el("style").file(STYLE))
}

/// Nothing is loaded; only the page's own style and script count, known by their octets (CSP Level 3, hash sources).
fn policy() -> String {
    let hash = |content: &str| BASE64.encode(&Sha256::digest(content.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src 'none'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Sections in their order: id, title for the contents, content.
fn sections(page: &mut Page<'_>) -> Vec<(&'static str, &'static str, Markup)> {
    let mut sections: Vec<(&'static str, &'static str, Markup)> = Vec::new();
    let mut add = |id, title, content: Markup| {
        if content.len() > 0 {
            sections.push((id, title, section(id, title).add(content).into()));
        }
    };
    add("summary", "Summary", summary::summary(page));
    add("deployment", "Deployment", deployment::section(page));
    add("records", "Records", records::records(page));
    add("failover", "Failover", failover::failover(page));
    add("clients", "Clients", clients::clients(page));
    add("findings", "Findings", findings::findings(page));
    add("steps", "Steps", steps::steps(page));
    add("back-out", "Risk and back-out", steps::back_out(page));
    add("diff", "Zone files", diff::diffs(page));
    if let Some(reminder) = &page.plan.reminder {
        let said = wording::reminder(reminder);
        add(
            "reminder",
            "Reminder",
            el("p").class("reminder").text(said).into(),
        );
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An end tag inside would end the element that holds the file (HTML, "Restrictions for contents of script
    /// elements"); a CR would be read as LF and miss its hash.
    #[test]
    fn the_files_can_stand_in_the_page() {
        for file in [STYLE, SCRIPT] {
            assert!(!file.contains("</") && !file.contains("<!--") && !file.contains('\r'));
        }
    }
}
