//! The hosts as a table: what is known of each, and its planned records.

use super::frame::{Page, Row, domains, left_out, table, words};
use super::lanes::Lane;
use super::markup::{Markup, el, text};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::clients::{KnownHost, Running, Set, When};
use crate::render::wording::{and, count};
use crate::topology::Os;

/// The most hosts in the table.
const MAX_ROWS: usize = 100;
/// What the topology does not say.
const NOT_GIVEN: &str = "not given";

/// Each host, what is known of it and what stands where in its name.
pub(super) fn table_of(page: &Page<'_>, lanes: &[Lane]) -> Markup {
    let known = &page.simulation.hosts;
    let mut all: Vec<Name> = known.iter().map(|host| host.name.clone()).collect();
    for lane in lanes {
        all.extend(lane.after.iter().flat_map(Set::hosts));
        all.extend(lane.leaving.iter().cloned());
    }
    all.arrange_by(|one, other| {
        let key = |host: &Name| page.keys.index(host).unwrap_or(usize::MAX);
        key(one).cmp(&key(other)).then(one.cmp(other))
    });
    all.dedup();
    let is_known = |is_so: fn(&KnownHost) -> bool| known.iter().any(is_so);
    let (systems, products) = (
        is_known(|host| host.os.is_some()),
        is_known(|host| !host.activates.is_empty()),
    );
    let rows = all.iter().take(MAX_ROWS).map(|host| {
        let known = known.iter().find(|known| known.name == *host);
        let os = known.and_then(|known| known.os).map(Os::word);
        let activates = known
            .map(|known| known.activates.as_slice())
            .unwrap_or_default();
        let activates: Vec<&str> = activates.iter().map(|product| product.word()).collect();
        let mut cells = vec![page.keys.host(host, None), text(standing(known))];
        cells.extend(systems.then(|| text(os.unwrap_or(NOT_GIVEN))));
        cells.extend(products.then(|| match activates.as_slice() {
            [] => text(NOT_GIVEN),
            activates => text(and(activates)),
        }));
        cells.push(planned(page, lanes, host));
        Row { class: "", cells }
    });
    let mut columns = vec![words("Host"), words("In the topology")];
    columns.extend(systems.then(|| words("System")));
    columns.extend(products.then(|| words("Activates")));
    columns.push(words("Planned records"));
    let table = table(
        "Hosts and their planned records",
        &columns,
        0,
        rows.collect(),
    );
    let more = all.len().saturating_sub(MAX_ROWS);
    if more == 0 {
        return table;
    }
    table.and(left_out(format!(
        "{} are left out here; the plan as JSON (--format json) has all.",
        count(more, "more host")
    )))
}

fn standing(known: Option<&KnownHost>) -> &'static str {
    match known.map(|known| known.retired) {
        None => "not named",
        Some(None) => "host",
        Some(Some(Running(true))) => "retired, still running",
        Some(Some(Running(false))) => "retired, switched off",
    }
}

/// Priority, weight and port.
type Numbers = (u16, u16, u16);

fn planned(page: &Page<'_>, lanes: &[Lane], host: &Name) -> Markup {
    let mut values: Vec<(Numbers, Vec<&Name>)> = Vec::new();
    for lane in lanes {
        let records = lane.after.iter().flat_map(Set::records);
        for record in records.filter(|record| record.target == *host) {
            let key = (record.priority, record.weight, record.port);
            match values.iter_mut().find(|(value, _)| *value == key) {
                Some((_, names)) => names.extend(&lane.domains),
                None => values.push((key, lane.domains.iter().collect())),
            }
        }
    }
    if values.is_empty() {
        let had = page
            .simulation
            .served
            .iter()
            .filter_map(|served| served.set(When::Before));
        let had = had.flat_map(Set::hosts).any(|name| name == *host);
        return text(if had { "none any more" } else { "none" });
    }
    let lines = values.into_iter().map(|((priority, weight, port), names)| {
        el("li").text(format!(
            "priority {priority}, weight {weight}, port {port} in {}",
            domains(&names)
        ))
    });
    el("ul").class("plain").all(lines).into()
}
