//! The records of each domain: what comes, changes, goes, and which part of new clients each host serves.

use std::collections::BTreeMap;

use super::frame::{Page, Row, becomes, details, left_out, numbers, paragraph, table, words};
use super::markup::{Markup, el, name, text};
use super::svg::bars;
use crate::Name;
use crate::plan::clients::{Chance, Set, When};
use crate::plan::{Change, PlanDomain, Values, Verb};
use crate::presentation;
use crate::render::wording::{self, count};
use crate::render::{simulation, ticket};

/// The most groups of domains with records of their own that are shown.
const MAX_GROUPS: usize = 40;
/// The most names of a group that are listed.
const MAX_NAMES: usize = 400;
/// The most records of a group that are shown.
const MAX_RECORDS: usize = 100;

/// Domains with the same changes.
struct Group<'a> {
    domains: Vec<&'a PlanDomain>,
}

/// All domains, those with the same changes together, in the order of their first names.
fn groups<'a>(domains: &'a [PlanDomain]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut by_changes: BTreeMap<String, usize> = BTreeMap::new();
    for domain in domains {
        let at = *by_changes.entry(same(domain)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.domains.push(domain),
            None => groups.push(Group {
                domains: vec![domain],
            }),
        }
    }
    groups
}

/// The same text for domains with the same changes. Where a record stands in a file does not matter.
fn same(domain: &PlanDomain) -> String {
    let changes = domain.changes.iter().map(|change| {
        format!(
            "{} {} {} {:?} {:?} {:?}",
            change.verb.word(),
            presentation::lower(&change.target),
            change.port,
            change.before,
            change.after,
            change.why
        )
    });
    let mut lines: Vec<String> = changes.collect();
    lines.push(format!("{:?} {}", domain.live, domain.is_known()));
    lines.join("\n")
}

/// The section.
pub(super) fn records(page: &mut Page<'_>) -> Markup {
    let plan = page.plan;
    let mut content = Markup::none();
    if plan.domains.is_empty() {
        return paragraph("The plan has no domains.").into();
    }
    if !plan.summary().changes_records() {
        content = content.and(paragraph("No KMS record is added, changed or removed."));
    }
    let groups = groups(&plan.domains);
    let (changing, quiet): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| {
        let first = group.domains.first();
        first.is_some_and(|domain| wording::changes_records(domain) || wording::is_unknown(domain))
    });
    let all: Vec<Group<'_>> = changing.into_iter().chain(quiet).collect();
    for group in all.iter().take(MAX_GROUPS) {
        content = content.and(block(page, group));
    }
    let rest = all.get(MAX_GROUPS..).unwrap_or_default();
    if !rest.is_empty() {
        let left: usize = rest.iter().map(|group| group.domains.len()).sum();
        content = content.and(left_out(format!(
            "{} are left out here, which have {} other sets of records. The plan as JSON (--format json) has all of them.",
            count(left, "domain"),
            rest.len()
        )));
    }
    content
}

fn block(page: &mut Page<'_>, group: &Group<'_>) -> Markup {
    let Some(domain) = group.domains.first().copied() else {
        return Markup::none();
    };
    let mut heading = el("h3").add(name(&domain.name));
    let more = group.domains.len() - 1;
    if more > 0 {
        heading = heading.text(format!(" and {}", count(more, "other domain")));
    }
    let mut block = el("article").class("domain").add(heading);
    if more > 0 {
        block = block.add(same_records(group));
    }
    let state = wording::live(domain).replace("->", "\u{2192}");
    let state = ticket::capital_first(&state);
    block = block.add(el("p").class("live").text(format!("{state}.")));
    if wording::is_unknown(domain) {
        return block
            .add(el("p").class("unknown").text(
                "No source tells which records stand here now. Read its zone and plan again.",
            ))
            .into();
    }
    if domain.changes.is_empty() {
        return block
            .add(paragraph("There are no records, and none is planned."))
            .into();
    }
    block = block.add(bars(page, domain)).add(changes(page, domain));
    block.into()
}

/// The names of domains with the same records.
fn same_records(group: &Group<'_>) -> Markup {
    let names = group.domains.iter().take(MAX_NAMES);
    let list = el("ul")
        .class("names")
        .all(names.map(|domain| el("li").add(name(&domain.name))));
    let mut content = Markup::from(list);
    let rest = group.domains.len().saturating_sub(MAX_NAMES);
    if rest > 0 {
        content = content.and(left_out(format!(
            "{} more are left out here; the plan as JSON (--format json) names all.",
            count(rest, "domain")
        )));
    }
    let said = format!("The same in {}", count(group.domains.len(), "domain"));
    details(text(said), content).into()
}

fn bars(page: &mut Page<'_>, domain: &PlanDomain) -> Markup {
    let rows = [When::Before, When::After].map(|when| {
        let label = match when {
            When::Before => "Before",
            When::After => "After",
        };
        let parts = page.simulation.set(&domain.name, when).map(by_host);
        (label, parts)
    });
    bars::shares(page, &rows)
}

/// The part of new clients that each host of a set serves, those of none left out.
fn by_host(set: &Set) -> Vec<(Name, Chance)> {
    let parts = set.shares(&[]);
    let hosts = set.hosts().into_iter();
    hosts
        .map(|host| {
            let part = set.sum(&host, &parts);
            (host, part)
        })
        .filter(|(_, part)| !part.is_never())
        .collect()
}

fn changes(page: &Page<'_>, domain: &PlanDomain) -> Markup {
    let columns = [
        words("Change"),
        words("Host and port"),
        numbers("Priority"),
        numbers("Weight"),
        numbers("TTL (s)"),
        words("Age"),
        numbers("New clients"),
        words("Why"),
    ];
    let before = parts(page, domain, When::Before);
    let after = parts(page, domain, When::After);
    let rows: Vec<Row> = domain
        .changes
        .iter()
        .zip(before.into_iter().zip(after))
        .take(MAX_RECORDS)
        .map(|(change, (before, after))| row(page, change, before, after))
        .collect();
    let caption = format!("Records of {}", presentation::plain(&domain.name));
    let table = table(&caption, &columns, 1, rows);
    let rest = domain.changes.len().saturating_sub(MAX_RECORDS);
    if rest == 0 {
        return table;
    }
    table.and(left_out(format!(
        "{} more are left out here; the plan as JSON (--format json) has all.",
        count(rest, "record")
    )))
}

/// By change: the part of new clients that its record serves, in words; `None` where it has none in that state.
fn parts(page: &Page<'_>, domain: &PlanDomain, when: When) -> Vec<Option<String>> {
    let set = page.simulation.set(&domain.name, when);
    simulation::sets::shares(set, domain, |change| side(change, when))
}

fn side(change: &Change, when: When) -> Option<Values> {
    match when {
        When::Before => change.before,
        When::After => change.after,
    }
}

fn row(page: &Page<'_>, change: &Change, before: Option<String>, after: Option<String>) -> Row {
    let sides = |said: fn(&Values) -> String| {
        becomes(
            change.before.as_ref().map(said),
            change.after.as_ref().map(said),
        )
    };
    let (ttl, age) = if wording::is_left_to_host(change) {
        (text("set by the host"), text("set by the host"))
    } else {
        (sides(wording::known_ttl), sides(wording::known_age))
    };
    Row {
        class: change.verb.word(),
        cells: vec![
            verb(change.verb),
            page.keys.host(&change.target, Some(change.port)),
            sides(|values| values.priority.to_string()),
            sides(|values| values.weight.to_string()),
            ttl,
            age,
            shares(change.verb, before, after),
            text(change.why.sentence(change.verb)),
        ],
    }
}

/// What comes has no share before, what goes none after.
fn shares(verb: Verb, before: Option<String>, after: Option<String>) -> Markup {
    let none = || Some("none".to_owned());
    match verb {
        Verb::Add => becomes(none(), after),
        Verb::Remove => becomes(before, none()),
        Verb::Keep | Verb::Change => becomes(before, after),
    }
}

/// The sign and the word.
fn verb(verb: Verb) -> Markup {
    let sign = match verb {
        Verb::Remove => '\u{2212}',
        other => wording::sign(other),
    };
    el("span")
        .class("verb")
        .add(
            el("span")
                .class("sign")
                .attr("aria-hidden", "true")
                .text(sign.to_string()),
        )
        .text(verb.word())
        .into()
}
