//! Who takes over when a host is down.

use super::frame::{Page, Row, details, domains, left_out, numbers_of, paragraph, table, words};
use super::lanes::lanes;
use super::markup::{Markup, el, text};
use crate::Name;
use crate::plan::clients::{Chance, Outage, Set};
use crate::presentation;
use crate::render::wording::{and, count, percent};

/// The most sets of records with a matrix.
const MAX_SETS: usize = 12;

/// The section.
pub(super) fn failover(page: &mut Page<'_>) -> Markup {
    let lanes = lanes(page);
    let mut sets: Vec<(Vec<Name>, Set)> = Vec::new();
    for lane in lanes {
        if let Some(set) = lane.after.filter(|set| !set.hosts().is_empty()) {
            sets.push((lane.domains, set));
        }
    }
    if sets.is_empty() {
        return Markup::none();
    }
    let mut content = Markup::from(paragraph(
        "Each row: hosts that do not answer, and the part of new clients that each other host then serves by the planned records (RFC 2782). A client that keeps a host chooses anew once that host is silent.",
    ));
    for (names, set) in sets.iter().take(MAX_SETS) {
        content = content.and(matrix(page, names, set));
    }
    let more = sets.len().saturating_sub(MAX_SETS);
    if more > 0 {
        content = content.and(left_out(format!(
            "{} of records are left out here; kmsplan simulate --format json has all.",
            count(more, "more set")
        )));
    }
    content
}

fn matrix(page: &Page<'_>, names: &[Name], set: &Set) -> Markup {
    let names: Vec<&Name> = names.iter().collect();
    let of = domains(&names);
    let heading = el("h3").text(&of);
    let Some(single) = set.single_outages() else {
        return Markup::from(heading).and(left_out(format!(
            "{} are too many for a table: kmsplan simulate --down HOST shows the state in which a host is down.",
            count(set.hosts().len(), "host")
        )));
    };
    let mut outages = vec![set.outage(Vec::new())];
    outages.extend(single);
    let mut content = Markup::from(heading).and(outage_table(
        page,
        &format!("One host down, {of}"),
        set,
        &outages,
        |outage| &outage.shares,
    ));
    if let Some(pairs) = set.paired_outages().filter(|pairs| pairs.len() > 1) {
        let table = outage_table(
            page,
            &format!("Two hosts down, {of}"),
            set,
            &pairs,
            |outage| &outage.shares,
        );
        content = content.and(details(text("Two hosts down"), table));
    }
    if page
        .simulation
        .groups
        .iter()
        .any(|(group, ..)| group.legacy > 0)
    {
        let caption = format!("Clients that ignore priority and weight, {of}");
        let table = outage_table(page, &caption, set, &outages, |outage| &outage.at_random);
        content = content.and(details(
            text("Clients that ignore priority and weight (Windows Vista, Windows Server 2008)"),
            table,
        ));
    }
    el("article").add(content).into()
}

fn outage_table(
    page: &Page<'_>,
    caption: &str,
    set: &Set,
    outages: &[Outage],
    parts: fn(&Outage) -> &Vec<Chance>,
) -> Markup {
    let hosts = set.hosts();
    let mut columns = vec![words("Down")];
    columns.extend(
        hosts
            .iter()
            .map(|host| numbers_of(page.keys.host(host, None))),
    );
    let rows = outages.iter().map(|outage| {
        let down: Markup = if outage.down.is_empty() {
            text("none")
        } else {
            Markup::of(outage.down.iter().map(|host| page.keys.host(host, None)))
        };
        let cells = hosts.iter().map(|host| {
            if outage.down.contains(host) {
                return el("span").class("down").text("down").into();
            }
            let part = set.sum(host, parts(outage));
            if part.is_never() {
                el("span").class("quiet").text("standby").into()
            } else {
                el("span").class("takes").text(percent(part.value())).into()
            }
        });
        Row {
            class: "",
            cells: std::iter::once(down).chain(cells).collect(),
        }
    });
    let nobody: Vec<String> = outages
        .iter()
        .filter(|outage| parts(outage).iter().all(|part| part.is_never()))
        .map(|outage| {
            and(&outage
                .down
                .iter()
                .map(presentation::plain)
                .collect::<Vec<_>>())
        })
        .collect();
    let table = table(caption, &columns, 0, rows.collect());
    if nobody.is_empty() {
        return table;
    }
    let said = if nobody.len() > 6 {
        format!(
            "In {} of these rows no host is left: no new activation, no renewal.",
            nobody.len()
        )
    } else {
        format!(
            "No host is left while {} is down: no new activation, no renewal.",
            nobody.join("; or ")
        )
    };
    table.and(el("p").class("nobody").text(said))
}
