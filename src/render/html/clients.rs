//! Clients: what they find, how many each host counts, what a standby starts from, how they move. The words are those of
//! `kmsplan simulate`.

use super::frame::{
    Page, Row, becomes, details, domains, left_out, numbers, paragraph, table, words,
};
use super::markup::{Element, Markup, el, name, text};
use super::svg::movement::charts;
use crate::Name;
use crate::plan::clients::{Finds, Group, Served, Standby, Threshold, Wait, average};
use crate::render::simulation::counts::{Counts, Reach, Row as Counted, ThresholdRow};
use crate::render::simulation::{sets, wording};
use crate::render::ticket::capital_first;
use crate::render::wording::{count, hosts, percent};

/// The most rows of a table.
const MAX_ROWS: usize = 60;
/// The most movements that are drawn.
const MAX_MOVEMENTS: usize = 6;

/// The section.
pub(super) fn clients(page: &mut Page<'_>) -> Markup {
    let mut content = Markup::none();
    if page.simulation.groups.is_empty() {
        content = content.and(paragraph(
            "The topology states no clients ([[clients]]), so no counts are given.",
        ));
    } else {
        content = content
            .and(groups(page))
            .and(loads(page))
            .and(standbys(page));
    }
    let has_clients = !page.simulation.groups.is_empty();
    let movements = movements(page);
    if has_clients || movements.len() > 0 {
        content.and(movements).and(assumptions())
    } else {
        content
    }
}

/// What the numbers of the page rest on. It has no column of what hosts take that publish by default.
fn assumptions() -> Element {
    let all = wording::ASSUMPTIONS.into_iter();
    let said = all.filter(|said| *said != wording::AT_RANDOM);
    let list = el("ul").all(said.map(|said| el("li").text(said)));
    details(text("What these numbers rest on"), list).class("on-paper")
}

fn groups(page: &Page<'_>) -> Markup {
    let all = &page.simulation.groups;
    let legacy = all.iter().any(|(group, ..)| group.legacy > 0);
    let mut columns = vec![
        words("Clients of"),
        numbers("Windows clients"),
        numbers("Servers"),
        numbers("Installations of Office"),
    ];
    columns.extend(legacy.then(|| numbers("Ignore priority and weight")));
    columns.extend([
        words("How they choose"),
        words("Look up"),
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
            text(capital_first(wording::manner(group))),
            Markup::of(
                group
                    .search
                    .iter()
                    .map(|domain| el("div").add(name(domain))),
            ),
            becomes(Some(wording::found(before)), Some(wording::found(after))),
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
        "{} left out here; kmsplan simulate --format json has all.",
        if more == 1 {
            "1 more row is".to_owned()
        } else {
            format!("{more} more rows are")
        }
    ))
    .into()
}

/// A word on the groups that find nothing.
fn without(groups: &[(Group, Finds, Finds)]) -> Markup {
    let nothing: Vec<Name> = groups
        .iter()
        .filter(|(group, _, after)| after.is_no_host() && !group.adba)
        .map(|(group, ..)| group.domain.clone())
        .collect();
    if nothing.is_empty() {
        return Markup::none();
    }
    el("p")
        .class("nobody")
        .text(format!(
            "Clients of {} find no KMS host in DNS as planned.",
            wording::domains(&nothing)
        ))
        .into()
}

fn loads(page: &Page<'_>) -> Markup {
    let heading = Markup::from(el("h3").text("Clients of each host"));
    let counts = Counts::of(&page.simulation, true, &[]);
    if counts.is_empty() {
        return heading.and(paragraph(wording::NONE_COUNTED));
    }
    let mut columns = vec![
        words("Host"),
        numbers(&capital_first(wording::counted(Threshold::Windows))),
        numbers(&capital_first(wording::counted(Threshold::Office))),
    ];
    let reaches = |threshold| numbers(&format!("Reaches {}", wording::threshold(threshold)));
    columns.extend(Threshold::ALL.iter().copied().map(reaches));
    let hosts = counts.rows(&page.simulation);
    let rows = hosts.iter().take(MAX_ROWS).map(|row| Row {
        class: "",
        cells: load(page, row),
    });
    heading
        .and(paragraph(wording::COUNTED))
        .and(table(
            "Expected counts in 30 days",
            &columns,
            0,
            rows.collect(),
        ))
        .and(not_shown(hosts.len()))
}

/// A host, what it counts, and for each threshold the probability that it is reached.
fn load(page: &Page<'_>, row: &Counted) -> Vec<Markup> {
    let mut host = page.keys.host(&row.host, None);
    if row.is_standby {
        host = host.and(text(" (standby)"));
    }
    if row.thresholds.is_empty() {
        host = host.and(el("div").class("quiet").text(wording::NO_THRESHOLD));
    }
    let find = |threshold| {
        let mut thresholds = row.thresholds.iter();
        thresholds.find(|row| row.threshold == threshold)
    };
    let number = |reach: Reach| average(reach.count);
    let windows = find(Threshold::Windows).or(find(Threshold::Server));
    let mut cells = vec![
        host,
        side(windows, number),
        side(find(Threshold::Office), number),
    ];
    let probability = |reach: Reach| percent(reach.probability);
    let all = Threshold::ALL.iter();
    cells.extend(all.map(|threshold| side(find(*threshold), probability)));
    cells
}

/// What is said of a threshold, before and after. A host that loses its records counts none.
fn side(row: Option<&ThresholdRow>, said: impl Fn(Reach) -> String) -> Markup {
    let before = row.and_then(|row| row.before).map(&said);
    let after = row.and_then(|row| row.after).map(&said);
    let none = before.is_some().then(|| "none".to_owned());
    becomes(before, after.or(none))
}

fn standbys(page: &Page<'_>) -> Markup {
    let standbys = page.simulation.standbys();
    if standbys.is_empty() {
        return Markup::none();
    }
    let mut columns = vec![words("Host"), words("Asked after")];
    let heads = wording::wait_heads();
    let heads = heads.iter().map(|head| capital_first(head)).enumerate();
    columns.extend(heads.map(|(index, head)| match index {
        0 => words(&head),
        _ => numbers(&head),
    }));
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
        let mut cells = vec![
            page.keys.host(&standby.host, None),
            text(hosts(&standby.waits_for)),
        ];
        match wait {
            None => cells.extend([wording::NO_THRESHOLD, "", "", ""].map(text)),
            Some(wait) => cells.extend(wording::wait(wait).iter().map(text)),
        }
        Row { class: "", cells }
    });
    Markup::from(el("h3").text("Standbys"))
        .and(paragraph(wording::STANDBYS))
        .and(table("Standbys", &columns, 0, rows.collect()))
        .and(not_shown(lines.len()))
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
    let mut content = Markup::from(el("h3").text("How clients move in four weeks"))
        .and(paragraph(sets::MOVEMENT));
    for (names, movement) in all.iter().take(MAX_MOVEMENTS) {
        let names: Vec<&Name> = names.iter().collect();
        let of = domains(&names);
        let charts = charts(page, movement, &of);
        content = content.and(el("article").add(el("h4").text(&of)).add(charts));
    }
    let more = all.len().saturating_sub(MAX_MOVEMENTS);
    if more > 0 {
        content = content.and(left_out(format!(
            "The movement of {} of records is left out here; kmsplan simulate --format json has all.",
            count(more, "more set")
        )));
    }
    content
}
