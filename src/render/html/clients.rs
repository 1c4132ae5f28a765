//! Clients: what they find, how many each host counts, what a standby starts from, how they move.

use super::frame::{Page, Row, becomes, domains, left_out, numbers, paragraph, table, words};
use super::markup::{Markup, data, el, name, text};
use super::svg::movement::charts;
use crate::plan::clients::{Finds, Group, Load, Reached, Standby, Threshold, Wait, When};
use crate::presentation;
use crate::render::wording::{and, count, percent};
use crate::{Name, plan::clients::Served};

/// The most rows of a table.
const MAX_ROWS: usize = 60;
/// The most movements that are drawn.
const MAX_MOVEMENTS: usize = 6;

/// The section.
pub(super) fn clients(page: &mut Page<'_>) -> Markup {
    let mut content = Markup::none();
    if page.simulation.groups.is_empty() {
        content = content.and(paragraph(
            "The topology does not say how many clients there are ([[clients]]), so no host's count is reckoned.",
        ));
    } else {
        content = content
            .and(groups(page))
            .and(loads(page))
            .and(standbys(page));
    }
    content.and(movements(page))
}

fn groups(page: &Page<'_>) -> Markup {
    let all = &page.simulation.groups;
    let legacy = all.iter().any(|(group, ..)| group.legacy > 0);
    let mut columns = vec![
        words("Clients of"),
        numbers("Windows"),
        numbers("Servers"),
        numbers("Office"),
    ];
    columns.extend(legacy.then(|| numbers("Ignoring priority and weight")));
    columns.extend([
        words("Host caching"),
        words("Search list"),
        words("Find the records of"),
    ]);
    let rows = all.iter().take(MAX_ROWS).map(|(group, before, after)| {
        let mut cells = vec![
            name(&group.domain),
            text(group.windows.to_string()),
            text(group.server.to_string()),
            text(group.office.to_string()),
        ];
        cells.extend(legacy.then(|| text(group.legacy.to_string())));
        cells.extend([
            text(if group.caching { "on" } else { "off" }),
            Markup::of(
                group
                    .search
                    .iter()
                    .map(|domain| el("div").add(name(domain))),
            ),
            if group.adba {
                text("activated by Active Directory first, not counted")
            } else {
                becomes(Some(finds(before)), Some(finds(after)))
            },
        ]);
        Row { class: "", cells }
    });
    let table = table("Groups of clients", &columns, 0, rows.collect());
    let heading = el("h3").text("What clients find");
    Markup::from(heading)
        .and(table)
        .and(not_shown(all.len()))
        .and(without(all))
}

/// A sentence on the rows beyond the most that a table has.
fn not_shown(rows: usize) -> Markup {
    let more = rows.saturating_sub(MAX_ROWS);
    if more == 0 {
        return Markup::none();
    }
    left_out(format!(
        "{} left out here; the plan as JSON (--format json) has what they are reckoned from.",
        if more == 1 {
            "1 more row is".to_owned()
        } else {
            format!("{more} more rows are")
        }
    ))
    .into()
}

fn finds(finds: &Finds) -> String {
    match finds {
        Finds::Set(domain) => presentation::plain(domain),
        Finds::NotOffered(domain) => {
            format!("nothing: not offered in {}", presentation::plain(domain))
        }
        Finds::Nothing => "nothing".to_owned(),
        Finds::Unknown(domain) => format!("not known: {}", presentation::plain(domain)),
    }
}

/// A word on the groups that find nothing.
fn without(groups: &[(Group, Finds, Finds)]) -> Markup {
    let nothing: Vec<&Name> = groups
        .iter()
        .filter(|(group, _, after)| after.is_no_host() && !group.adba)
        .map(|(group, ..)| &group.domain)
        .collect();
    if nothing.is_empty() {
        return Markup::none();
    }
    el("p")
        .class("nobody")
        .text(format!(
            "Clients of {} find no KMS host in DNS as planned.",
            domains(&nothing)
        ))
        .into()
}

fn loads(page: &Page<'_>) -> Markup {
    let before = page.simulation.loads(When::Before, &[]);
    let after = page.simulation.loads(When::After, &[]);
    let mut hosts: Vec<&Name> = before.iter().chain(&after).map(|load| &load.host).collect();
    hosts.sort();
    hosts.dedup();
    if hosts.is_empty() {
        return Markup::none();
    }
    let mut columns = vec![
        words("Host"),
        numbers("Windows machines"),
        numbers("Office installations"),
    ];
    columns.extend(
        Threshold::ALL
            .iter()
            .map(|threshold| numbers(&reaches(*threshold))),
    );
    let rows = hosts.iter().take(MAX_ROWS).map(|host| {
        let of = |loads: &[Load]| loads.iter().find(|load| load.host == **host).cloned();
        let (before, after) = (of(&before), of(&after));
        // A host that is not asked any more counts nobody.
        let both = |nobody: &str, said: &dyn Fn(&Load) -> Option<String>| {
            let was = before.as_ref().and_then(said);
            let is = match &after {
                Some(load) => said(load),
                None => was.as_ref().map(|_| nobody.to_owned()),
            };
            becomes(was, is)
        };
        let mut cells = vec![
            page.keys.host(host, None),
            both("0", &|load| Some(number(load.windows))),
            both("0", &|load| Some(number(load.office))),
        ];
        cells.extend(Threshold::ALL.iter().map(|threshold| {
            both("0 %", &|load| {
                let mut reached = load.reached.iter();
                let reached = reached.find(|reached| reached.threshold == *threshold);
                reached.map(|Reached { probability, .. }| percent(*probability))
            })
        }));
        Row { class: "", cells }
    });
    let about = "The distinct clients that a host is expected to count in 30 days, once all clients have chosen by the records, and the probability that its count reaches what it needs before it activates anybody. Clients with host caching stay with the host they chose; others choose anew at each of at least 4 renewals in 30 days. Clients that Active Directory activates first are not counted.";
    let heading = el("h3").text("Clients that each host counts");
    Markup::from(heading)
        .and(paragraph(about))
        .and(table(
            "Expected counts in 30 days",
            &columns,
            0,
            rows.collect(),
        ))
        .and(not_shown(hosts.len()))
}

/// The heading of a threshold's column.
fn reaches(threshold: Threshold) -> String {
    let needed = threshold.needed();
    match threshold {
        Threshold::Windows => format!("At least {needed} for Windows clients"),
        Threshold::Server => format!("At least {needed} for Windows Server"),
        Threshold::Office => format!("At least {needed} for Office"),
    }
}

/// An expected number.
fn number(value: f64) -> String {
    if value >= 10.0 || value == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

fn standbys(page: &Page<'_>) -> Markup {
    let standbys = page.simulation.standbys();
    if standbys.is_empty() {
        return Markup::none();
    }
    let columns = [
        words("Host"),
        words("Asked once these are silent"),
        words("Needs"),
        numbers("Clients that come"),
        numbers("If none is activated"),
        numbers("If all are activated"),
    ];
    let lines: Vec<(&Standby, Option<&Wait>)> = standbys
        .iter()
        .flat_map(|standby| {
            let none = standby.waits.is_empty().then_some((standby, None));
            standby
                .waits
                .iter()
                .map(move |wait| (standby, Some(wait)))
                .chain(none)
        })
        .collect();
    let rows = lines.iter().take(MAX_ROWS).map(|(standby, wait)| {
        let silent: Vec<String> = standby.waits_for.iter().map(presentation::plain).collect();
        let mut cells = vec![page.keys.host(&standby.host, None), data(&and(&silent))];
        match wait {
            None => cells.extend(["nothing that is reckoned", "", "", ""].map(text)),
            Some(wait) => cells.extend([
                text(needs(wait.threshold)),
                text(number(wait.clients)),
                text(hours(wait.if_not_activated)),
                text(hours(wait.if_activated)),
            ]),
        }
        Row { class: "", cells }
    });
    let about = "A standby counts nobody while the hosts before it answer. Once they are silent it activates nobody until enough clients have asked it: within 2 hours where none is activated, because each tries again every 2 hours; within 7 days where all are, because each renews once in 7 days. The times are those at which enough have asked on average.";
    Markup::from(el("h3").text("What a standby starts from"))
        .and(paragraph(about))
        .and(table("Standby hosts", &columns, 0, rows.collect()))
        .and(not_shown(lines.len()))
}

fn needs(threshold: Threshold) -> String {
    let needed = threshold.needed();
    match threshold {
        Threshold::Windows => format!("{needed} Windows machines, for clients"),
        Threshold::Server => format!("{needed} Windows machines, for servers"),
        Threshold::Office => format!("{needed} Office installations"),
    }
}

fn hours(hours: Option<f64>) -> String {
    match hours {
        None => "never: too few".to_owned(),
        Some(hours) if hours * 60.0 < 1.5 => "1 minute".to_owned(),
        Some(hours) if hours < 2.0 => format!("{:.0} minutes", hours * 60.0),
        Some(hours) => format!("{hours:.1} hours"),
    }
}

fn movements(page: &mut Page<'_>) -> Markup {
    let all: Vec<(Vec<Name>, _)> = page
        .simulation
        .served
        .iter()
        .filter_map(|served: &Served| {
            let movement = page.simulation.movement(served)?;
            Some((served.domains.clone(), movement))
        })
        .collect();
    if all.is_empty() {
        return Markup::none();
    }
    let mut content = Markup::from(el("h3").text("How clients move in four weeks")).and(paragraph(
        "The part of the clients of a domain that each host holds, from the day on which the caches of resolvers have let go of the old records. Clients that were there before are meant; every activated client asks once in 7 days.",
    ));
    for (names, movement) in all.iter().take(MAX_MOVEMENTS) {
        let names: Vec<&Name> = names.iter().collect();
        let of = domains(&names);
        let charts = charts(page, movement, &of);
        content = content.and(el("article").add(el("h4").text(&of)).add(charts));
    }
    let more = all.len().saturating_sub(MAX_MOVEMENTS);
    if more > 0 {
        content = content.and(left_out(format!(
            "The movement of {} of records is left out here.",
            count(more, "more set")
        )));
    }
    content
}
