//! The top of the page: title, verdict, totals, what the plan was made from.

use super::frame::{Page, Row, details, left_out, table, term, words};
use super::markup::{Element, Markup, data, el, line, name, text};
use super::{findings, svg};
use crate::plan::{Code, Finding, Plan, PlanZone, Severity, Summary};
use crate::render::explain;
use crate::render::ticket::{self, Inline};
use crate::render::wording::{self, count};

/// The most kinds of findings that the verdict names.
const MAX_KINDS: usize = 6;
/// The most zones and sources that are listed.
const MAX_LISTED: usize = 100;

/// Title, verdict, the reminder in short.
pub(super) fn header(plan: &Plan) -> Element {
    let summary = plan.summary();
    let topology = &plan.topology;
    let header = el("header")
        .class("top")
        .add(el("h1").text(wording::title(plan)))
        .add(el("p").class("what").text(format!(
            "{} publishing, {}, {}",
            ticket::capital_first(wording::publishing(topology.publishing)),
            count(topology.hosts, "host"),
            count(plan.domains.len(), "domain")
        )))
        .add(verdict(plan, &summary));
    if plan.reminder.is_none() {
        return header;
    }
    header.add(
        el("p")
            .class("hint")
            .text("Automatic publishing must stay off on the hosts of this plan: ")
            .add(el("a").attr("href", "#reminder").text("read the reminder"))
            .text("."),
    )
}

fn verdict(plan: &Plan, summary: &Summary) -> Element {
    let blocked = summary.errors > 0;
    let class = if blocked {
        "verdict blocked"
    } else {
        "verdict ready"
    };
    let totals = [
        wording::record_totals(summary),
        count(plan.steps.len(), "step"),
        wording::finding_totals(summary),
    ];
    let verdict = el("div")
        .class(class)
        .add(
            el("p")
                .class("word")
                .add(if blocked {
                    svg::signs::stop()
                } else {
                    svg::signs::ready()
                })
                .add(el("strong").text(wording::verdict(summary))),
        )
        .add(
            el("p")
                .class("totals")
                .text(format!("{}.", totals.join("; "))),
        );
    verdict.add(reasons(plan, blocked))
}

/// The kinds of findings that decide: errors that stop the plan; where none does, warnings to be accepted.
fn reasons(plan: &Plan, blocked: bool) -> Markup {
    let findings = plan.findings.iter();
    let decide = findings.filter(|finding| {
        finding.blocks()
            || !blocked && finding.severity == Severity::Warning && finding.allowed.is_none()
    });
    let mut kinds: Vec<(Severity, Code, usize)> = Vec::new();
    for Finding { severity, code, .. } in decide {
        let mut known = kinds.iter_mut();
        match known.find(|kind| (kind.0, kind.1) == (*severity, *code)) {
            Some((.., number)) => *number += 1,
            None => kinds.push((*severity, *code, 1)),
        }
    }
    if kinds.is_empty() {
        return Markup::none();
    }
    let shown = kinds
        .iter()
        .take(MAX_KINDS)
        .map(|(severity, code, number)| {
            let link = el("a").attr("href", format!("#{}", findings::id(*severity, *code)));
            el("li")
                .text(format!("{}: ", ticket::capital_first(severity.word())))
                .add(link.text(explain::title(*code)))
                .text(match number {
                    1 => String::new(),
                    number => format!(" ({number})"),
                })
        });
    let mut list = el("ul").all(shown);
    let more = kinds.len().saturating_sub(MAX_KINDS);
    if more > 0 {
        let said = format!("{} of finding", count(more, "more kind"));
        list = list.add(el("li").add(el("a").attr("href", "#findings").text(said)));
    }
    list.into()
}

/// What the change is for, who is needed, what was read.
pub(super) fn summary(page: &mut Page<'_>) -> Markup {
    let plan = page.plan;
    let items = ticket::board_items(plan).into_iter();
    // The verdict stands above, alone.
    let terms = items
        .filter(|(label, _)| *label != ticket::VERDICT)
        .map(|(label, said)| term(label, line(&said)));
    Markup::of([Markup::from(el("dl").class("facts").all(terms))])
        .and(el("p").text(ticket::DATA_READ))
        .and(zones(plan))
}

fn zones(plan: &Plan) -> Markup {
    if plan.zones.is_empty() {
        return left_out("No zone of these domains was read.").into();
    }
    let columns = [
        words("Zone"),
        words("Source"),
        words("Format, serial"),
        words("Kept as"),
        words("Changed by"),
        words("Server"),
    ];
    let rows = plan.zones.iter().take(MAX_LISTED).map(zone).collect();
    let table = table("Zones that were read", &columns, 0, rows);
    let more = plan.zones.len().saturating_sub(MAX_LISTED);
    let mut listed = Markup::none();
    if plan.zones.len() > SHORT {
        let said = format!("All that was read: {}", count(plan.zones.len(), "zone"));
        listed = listed.and(details(text(said), table));
    } else {
        listed = listed.and(table);
    }
    if more > 0 {
        listed = listed.and(left_out(format!(
            "{} more are left out here; the plan as JSON (--format json) lists all.",
            count(more, "zone")
        )));
    }
    listed
}

/// A list of more than so many zones is closed at first.
const SHORT: usize = 12;

fn zone(zone: &PlanZone) -> Row {
    let server = zone.zone.server.as_ref();
    Row {
        class: "",
        cells: vec![
            name(&zone.spelling),
            data(&zone.source),
            text(wording::form(zone)),
            text(wording::kind(zone)),
            text(wording::changed_by(zone)),
            server.map_or_else(
                || text("not known"),
                |server| line(&Inline::default().code(server.as_str())),
            ),
        ],
    }
}
