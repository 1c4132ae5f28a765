//! Who is served by whom, as bytes, one file an output: [`text()`] for the terminal, [`markdown()`] for a ticket,
//! [`json()`] for programs. What they say in the same words stands in [`wording`], record sets as
//! rows of text in [`sets`], what hosts count in [`counts`].

use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::clients::{Set, Simulation, When};
use crate::render::wording::count;

mod columns;
pub mod counts;
mod json;
mod markdown;
pub mod sets;
mod text;
mod ticket;
pub mod wording;

pub use counts::Counts;
pub use json::{json, schema};
pub use markdown::markdown;
pub use text::text;
pub(super) use ticket::InTicket;

/// The most groups of clients that are told one by one.
const MAX_GROUPS: usize = 50;

/// A simulation and what it was made from.
pub struct Report {
    /// The path of the topology.
    pub topology: String,
    /// SHA-256 of the topology, lower-case hexadecimal.
    pub sha256: String,
    /// The sources of the records as they are, each with its form; none: only the planned records are known.
    pub sources: Vec<(String, &'static str)>,
    /// The simulation.
    pub simulation: Simulation,
    /// Hosts that are looked at as down.
    pub down: Vec<Name>,
}

impl Report {
    /// Whether records as they are were read.
    fn knows_before(&self) -> bool {
        !self.sources.is_empty()
    }

    /// What hosts count.
    fn counts(&self) -> Counts {
        Counts::of(&self.simulation, self.knows_before(), &self.down)
    }

    /// `2 domains, 5 hosts, 1 group of clients`
    fn totals(&self) -> String {
        let served = &self.simulation.served;
        let domains = served.iter().map(|served| served.domains.len()).sum();
        let groups = self.simulation.groups.len();
        let s = if groups == 1 { "" } else { "s" };
        format!(
            "{}, {}, {groups} group{s} of clients",
            count(domains, "domain"),
            count(self.hosts().len(), "host")
        )
    }

    /// The hosts of all records, sorted by name.
    fn hosts(&self) -> Vec<Name> {
        let served = self.simulation.served.iter();
        let mut hosts: Vec<Name> = served.flat_map(sets::hosts).collect();
        hosts.arrange();
        hosts.dedup();
        hosts
    }

    /// The sets of one state.
    fn sets(&self, when: When) -> impl Iterator<Item = &Set> {
        let served = self.simulation.served.iter();
        served.filter_map(move |served| served.set(when))
    }

    /// The limit of a KMS host key, in sentences.
    fn key_limit(&self) -> String {
        let number = |when| wording::key_hosts(self.sets(when), &self.simulation.hosts).len();
        let before = self.knows_before().then(|| number(When::Before));
        wording::key_limit(before, number(When::After))
    }

    /// Hosts and ports of the planned records, sorted by name.
    fn ports(&self) -> Vec<(Name, u16)> {
        let records = self.sets(When::After).flat_map(Set::records);
        let mut ports: Vec<(Name, u16)> = records
            .filter(|record| !record.target.is_root())
            .map(|record| (record.target.clone(), record.port))
            .collect();
        ports.arrange();
        ports.dedup();
        ports
    }

    /// How many groups of clients are not told one by one.
    fn more_groups(&self) -> Option<String> {
        let more = self.simulation.groups.len().saturating_sub(MAX_GROUPS);
        (more > 0).then(|| format!("and {more} more: --format json has them all."))
    }
}
