//! What the reviewer must know, by code, with what it means.

use super::frame::{Page, capped, details, left_out, paragraph, term};
use super::markup::{Element, Markup, data, el, prose, text};
use super::svg;
use crate::plan::{Code, Finding, Severity};
use crate::render::{explain, ticket, wording};

/// The most findings of a code that are shown.
const MAX_OF_A_CODE: usize = 40;

/// The section: errors first.
pub(super) fn findings(page: &mut Page<'_>) -> Markup {
    let plan = page.plan;
    if plan.findings.is_empty() {
        return paragraph("There are no findings.").into();
    }
    let mut groups: Vec<((Severity, Code), Vec<&Finding>)> = Vec::new();
    for finding in &plan.findings {
        let key = (finding.severity, finding.code);
        match groups.iter_mut().find(|(same, _)| *same == key) {
            Some((_, findings)) => findings.push(finding),
            None => groups.push((key, vec![finding])),
        }
    }
    let totals = format!("{}.", wording::finding_totals(&plan.summary()));
    let groups = groups
        .iter()
        .map(|((severity, code), findings)| group(*severity, *code, findings));
    Markup::from(paragraph(totals)).and(Markup::of(groups))
}

/// The id of all findings of a kind.
pub(super) fn id(severity: Severity, code: Code) -> String {
    format!("{}-{}", severity.word(), code.word())
}

fn group(severity: Severity, code: Code, findings: &[&Finding]) -> Element {
    let heading = el("h3")
        .add(svg::signs::severity(severity))
        .add(
            el("span")
                .class("severity")
                .text(ticket::capital_first(severity.word())),
        )
        .text(": ")
        .text(explain::title(code))
        .text(" ")
        .add(el("code").class("code").text(code.word()));
    let shown = findings
        .iter()
        .take(MAX_OF_A_CODE)
        .map(|finding| one(finding));
    let mut group = el("article")
        .class(format!("finding {}", severity.word()))
        .attr("id", id(severity, code))
        .add(heading)
        .add(el("ul").class("subjects").all(shown));
    let more = findings.len().saturating_sub(MAX_OF_A_CODE);
    if more > 0 {
        group = group.add(left_out(format!(
            "{more} more of this kind are left out here; the plan as JSON (--format json) has all."
        )));
    }
    let parts = explain::labelled(code);
    let terms = parts.iter().map(|(label, said)| term(label, prose(said)));
    group.add(details(
        text("What it means and what to do"),
        el("dl").class("facts").all(terms),
    ))
}

fn one(finding: &Finding) -> Element {
    let mut head = el("p")
        .class("subject")
        .add(el("strong").add(data(&capped(&finding.subject))));
    if let Some((file, line)) = &finding.place {
        head = head.text(" at ").add(data(&wording::at_line(file, *line)));
    }
    let mut item = el("li")
        .add(head)
        .add(el("p").text(capped(&finding.message)));
    match &finding.allowed {
        Some(reason) => {
            item = item.add(
                el("p")
                    .class("accepted")
                    .text(ticket::capital_first(&wording::accepted(reason))),
            );
        }
        None if finding.help.is_empty() => {}
        None => item = item.add(el("p").class("help").text(capped(&finding.help))),
    }
    item
}
