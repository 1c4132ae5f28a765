//! Domains by what is the same in them: of ten thousand domains most have one of a few record sets.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::wording;
use crate::arrange::Arrange as _;
use crate::audit::{Audit, Domain, Knowledge, Status, in_short};
use crate::presentation;

/// Domains of which the same is known.
pub(super) struct Group<'a> {
    /// The domains, sorted by name, at least one.
    pub(super) domains: Vec<&'a Domain>,
    /// What is known of them in place of records.
    pub(super) note: String,
    /// The lines of their records.
    pub(super) lines: Vec<Line>,
}

/// A record, or a missing host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    /// `host:port`
    pub(super) endpoint: String,
    /// Priority, weight, TTL, age.
    pub(super) values: Vec<String>,
    /// What the topology says of it.
    pub(super) outcome: String,
}

impl Line {
    /// Whether it is as the topology wants it, or there is nothing to be said.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self.outcome.as_str(), "" | "expected")
    }
}

/// All domains in groups: those with records first, the largest group first, then those without, those that are not
/// known, those that were not answered.
pub(super) fn groups(audit: &Audit) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(u8, String, Vec<Line>), Vec<&Domain>> = BTreeMap::new();
    for domain in &audit.domains {
        let (note, lines) = (note(domain), lines(domain));
        let key = (rank(domain.knowledge.status()), note, lines);
        groups.entry(key).or_default().push(domain);
    }
    let mut groups: Vec<(u8, Group<'_>)> = groups
        .into_iter()
        .map(|((rank, note, lines), domains)| {
            let group = Group {
                domains,
                note,
                lines,
            };
            (rank, group)
        })
        .collect();
    groups.arrange_by(|(rank, one), (other_rank, other)| {
        let key = |rank: u8, group: &Group<'_>| (rank, Reverse(group.domains.len()));
        key(*rank, one)
            .cmp(&key(*other_rank, other))
            .then_with(|| one.domains[0].name.cmp(&other.domains[0].name))
    });
    groups.into_iter().map(|(_, group)| group).collect()
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Records => 0,
        Status::None => 1,
        Status::NotKnown => 2,
        Status::Unanswered => 3,
    }
}

fn note(domain: &Domain) -> String {
    let known = match &domain.knowledge {
        Knowledge::Records => String::new(),
        Knowledge::None => "no KMS records".to_owned(),
        Knowledge::NotKnown(why) => format!("not known: {why}"),
        Knowledge::Unanswered(unanswered) => {
            format!("no usable answer: {}", in_short(unanswered))
        }
    };
    match &domain.alias {
        // The reason says it already.
        Some(_) if matches!(domain.knowledge, Knowledge::NotKnown(_)) => known,
        Some(alias) => {
            let through = format!("through an alias to {}", presentation::plain(&alias.target));
            if known.is_empty() {
                through
            } else {
                format!("{known}, {through}")
            }
        }
        None => known,
    }
}

fn lines(domain: &Domain) -> Vec<Line> {
    let records = domain.records.iter().map(|record| Line {
        endpoint: endpoint(&presentation::plain(&record.target), record.port),
        values: wording::values(record),
        outcome: wording::outcome(record),
    });
    let missing = domain.missing.iter().map(|expected| Line {
        endpoint: endpoint(&presentation::plain(&expected.host), expected.port),
        values: vec![
            format!("priority {}", expected.priority),
            format!("weight {}", expected.weight),
        ],
        outcome: "missing".to_owned(),
    });
    records.chain(missing).collect()
}

fn endpoint(host: &str, port: u16) -> String {
    format!("{host}:{port}")
}
