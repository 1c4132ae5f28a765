//! What the change ticket says of shares and counts, in tables.

use std::collections::BTreeMap;

use super::counts::{self, Counts, Row};
use super::sets::{self, NONE, States};
use super::wording::{self, Names};
use crate::Name;
use crate::arrange::IntoMap as _;
use crate::plan::Plan;
use crate::plan::clients::{Chance, Input, Served, Simulation};
use crate::presentation;
pub(super) use crate::render::ticket::capital_first as capital;
use crate::render::ticket::{Block, Inline, Span};
use crate::render::wording::percent;

/// The most hosts that have a column each for the state in which they are down.
const MAX_COLUMNS: usize = 8;

/// The simulation of a plan, for its ticket.
pub(in crate::render) struct InTicket {
    simulation: Simulation,
    /// By domain: the index of its records among those of the simulation.
    by_domain: BTreeMap<Name, usize>,
}

impl InTicket {
    /// The simulation of a plan.
    pub(in crate::render) fn of(plan: &Plan) -> Self {
        let simulation = Simulation::new(Input::of_plan(plan));
        let served = simulation.served.iter().enumerate();
        let by_domain = served
            .flat_map(|(index, served)| {
                let domains = served.domains.iter();
                domains.map(move |domain| (domain.clone(), index))
            })
            .into_map();
        Self {
            simulation,
            by_domain,
        }
    }

    /// The shares of a domain. They stand below the first domain that has the records, others refer to it. `None` where
    /// there is nothing to tell.
    pub(in crate::render) fn shares(&self, domain: &Name) -> Option<Block<'static>> {
        let served = self.simulation.served.get(*self.by_domain.get(domain)?)?;
        let hosts = sets::hosts(served);
        if hosts.is_empty() || sets::states(served) == States::Unknown {
            return None;
        }
        let first = served.domains.first()?;
        if first != domain {
            let text = Inline::text("New clients are shared out as in ")
                .code(presentation::plain(first))
                .and(".");
            return Some(Block::Shares(vec![Block::Paragraph(text)]));
        }
        Some(Block::Shares(shares(served, &hosts)))
    }

    /// What each host counts of the stated clients; `None` where none are.
    pub(in crate::render) fn counts(&self, plan: &Plan) -> Option<Block<'static>> {
        if plan.deployment.clients.is_empty() {
            return None;
        }
        let counts = Counts::of(&self.simulation, true, &[]);
        let mut blocks = vec![Block::Heading {
            level: 2,
            text: Inline::text("Clients of each host"),
        }];
        if counts.is_empty() {
            blocks.push(Block::Paragraph(Inline::text(wording::NONE_COUNTED)));
        } else {
            blocks.push(Block::Paragraph(Inline::text(wording::COUNTED)));
            blocks.push(count_table(&counts, &counts.rows(&self.simulation)));
        }
        Some(Block::Shares(blocks))
    }
}

/// A record in each row, a state in each column.
fn shares(served: &Served, hosts: &[Name]) -> Vec<Block<'static>> {
    let names = Names::of(hosts);
    let both = served.before.is_some();
    let after = served.after.clone().unwrap_or_default();
    let down = after.hosts();
    let shown = if down.len() <= MAX_COLUMNS {
        down.as_slice()
    } else {
        &[]
    };
    let outages: Vec<Vec<Chance>> = shown
        .iter()
        .map(|host| after.shares(std::slice::from_ref(host)))
        .collect();
    let mut head = vec!["Record".to_owned()];
    if both {
        head.push("Before".to_owned());
    }
    head.push("After".to_owned());
    head.extend(
        shown
            .iter()
            .map(|host| format!("{} down", names.name(host))),
    );
    // Records of after come first, in the order of the set.
    let rows = sets::rows(served).into_iter().enumerate();
    let rows = rows.map(|(index, row)| {
        let mut cells = vec![Span::Code(row.endpoint())];
        let [_, before] = sets::side(served.before.as_ref(), row.before);
        let [_, share] = sets::side(served.after.as_ref(), row.after);
        if both {
            cells.push(Span::Text(before));
        }
        cells.push(Span::Text(share));
        cells.extend(outages.iter().map(|parts| {
            let part = row.after.and_then(|_| parts.get(index));
            Span::Text(part.map_or_else(|| NONE.to_owned(), |part| percent(part.value())))
        }));
        cells
    });
    vec![
        Block::Paragraph(Inline::text(
            "Share of new clients, by the selection of RFC 2782 averaged over the orders of records that it allows:",
        )),
        Block::Table {
            head: plain(head),
            rows: rows.collect(),
        },
    ]
}

/// What hosts count, a threshold in each row.
pub(super) fn count_table(counts: &Counts, rows: &[Row]) -> Block<'static> {
    let mut table = Vec::new();
    for row in rows {
        let host = Span::Text(counts::host(row));
        if row.thresholds.is_empty() {
            table.push(vec![host, Span::Text(wording::NO_THRESHOLD.to_owned())]);
            continue;
        }
        for threshold in &row.thresholds {
            let cells = plain(counts.cells(threshold));
            table.push([vec![host.clone()], cells].concat());
        }
    }
    let heads = counts.heads();
    let heads = heads.iter().map(|head| capital(head));
    Block::Table {
        head: plain(std::iter::once("Host".to_owned()).chain(heads)),
        rows: table,
    }
}

/// Cells of plain text.
pub(super) fn plain<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<Span> {
    let texts = texts.into_iter();
    texts.map(|text| Span::Text(text.into())).collect()
}
