//! Clients that choose alike, and the hosts that they may ask.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::thresholds::{Alike, REQUESTS_A_MONTH, Threshold};
use super::{Finds, Group, Served, Set};
use crate::Name;

/// The clients of all groups that find one record set and keep, or do not keep, the host that answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    /// The set: index in the simulation's sets.
    pub(super) served: usize,
    /// Whether they keep the host that answered.
    pub(super) caching: bool,
    /// Windows clients and servers that honour priority and weight.
    tuned: u32,
    /// Windows clients and servers that ignore both.
    legacy: u32,
    /// Installations of Office.
    office: u32,
    /// Whether there are Windows clients.
    windows: bool,
    /// Whether there are Windows servers.
    server: bool,
}

/// All crowds that ask a KMS host in one state.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    pub(super) all: Vec<Crowd>,
    /// By host: the crowds that may ask it, as indices.
    by_host: BTreeMap<Name, Vec<usize>>,
}

/// The part of a crowd's clients that asks one host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Of clients that honour priority and weight.
    pub(super) tuned: Chance,
    /// Of those that do not.
    pub(super) random: Chance,
}

/// By record of a set: the parts that ask it.
#[derive(Debug)]
pub(super) struct Parts {
    tuned: Vec<Chance>,
    random: Vec<Chance>,
}

impl Crowds {
    /// The crowds of these groups, each with the index of the set that it finds. Those that Active Directory-based
    /// activation serves first are left out.
    pub(super) fn of<'a>(
        finding: impl Iterator<Item = (&'a Group, usize)>,
        set: impl Fn(usize) -> Option<&'a Set>,
    ) -> Self {
        let mut by_choice: BTreeMap<(usize, bool), Crowd> = BTreeMap::new();
        for (group, served) in finding.filter(|(group, _)| !group.adba) {
            by_choice
                .entry((served, group.caching))
                .or_insert(Crowd {
                    served,
                    caching: group.caching,
                    tuned: 0,
                    legacy: 0,
                    office: 0,
                    windows: false,
                    server: false,
                })
                .add(group);
        }
        let mut crowds = Self {
            all: by_choice.into_values().collect(),
            by_host: BTreeMap::new(),
        };
        for (index, crowd) in crowds.all.iter().enumerate() {
            for host in set(crowd.served).map(Set::hosts).unwrap_or_default() {
                crowds.by_host.entry(host).or_default().push(index);
            }
        }
        crowds
    }

    /// The hosts that any crowd may ask, sorted by name.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &Name> {
        self.by_host.keys()
    }

    /// The crowds that may ask a host, as indices.
    pub(super) fn asking(&self, host: &Name) -> &[usize] {
        self.by_host
            .get(host)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

impl Crowd {
    fn add(&mut self, group: &Group) {
        let machines = group.windows.saturating_add(group.server);
        let legacy = group.legacy.min(machines);
        self.tuned = self.tuned.saturating_add(machines - legacy);
        self.legacy = self.legacy.saturating_add(legacy);
        self.office = self.office.saturating_add(group.office);
        self.windows |= group.windows > 0;
        self.server |= group.server > 0;
    }

    /// Whether clients of the crowd need the threshold to be reached.
    pub(super) fn needs(&self, threshold: Threshold) -> bool {
        match threshold {
            Threshold::Windows => self.windows,
            Threshold::Server => self.server,
            Threshold::Office => self.office > 0,
        }
    }

    /// How many clients count towards a threshold.
    pub(super) fn clients(&self, threshold: Threshold) -> u64 {
        match threshold {
            Threshold::Windows | Threshold::Server => {
                u64::from(self.tuned) + u64::from(self.legacy)
            }
            Threshold::Office => u64::from(self.office),
        }
    }

    /// Requests of each client in 30 days that may go to a host of its own each.
    pub(super) fn requests(&self) -> u32 {
        if self.caching { 1 } else { REQUESTS_A_MONTH }
    }

    /// The clients that count towards a threshold, with the probability that a host with this part sees each of them
    /// within so many requests.
    pub(super) fn alike(&self, threshold: Threshold, part: Part, requests: u32) -> Vec<Alike> {
        let tuned = part.tuned.within(requests);
        match threshold {
            Threshold::Office => vec![(self.office, tuned)],
            Threshold::Windows | Threshold::Server => {
                vec![
                    (self.tuned, tuned),
                    (self.legacy, part.random.within(requests)),
                ]
            }
        }
    }
}

impl Parts {
    /// The parts while these hosts are down.
    pub(super) fn of(set: &Set, down: &[Name]) -> Self {
        Self {
            tuned: set.shares(down),
            random: set.shares_at_random(down),
        }
    }

    /// A host's, by all of its records.
    pub(super) fn of_host(&self, set: &Set, host: &Name) -> Part {
        Part {
            tuned: set.sum(host, &self.tuned),
            random: set.sum(host, &self.random),
        }
    }
}

/// The index of the set that clients find, if they find one.
pub(super) fn found(finds: &Finds, by_domain: &BTreeMap<Name, usize>) -> Option<usize> {
    match finds {
        Finds::Set(domain) => by_domain.get(domain).copied(),
        Finds::NotOffered(_) | Finds::Nothing | Finds::Unknown(_) => None,
    }
}

/// The crowds in both states.
pub(super) fn both(
    groups: &[(Group, Finds, Finds)],
    served: &[Served],
    by_domain: &BTreeMap<Name, usize>,
) -> (Crowds, Crowds) {
    let before = groups
        .iter()
        .filter_map(|(group, before, _)| Some((group, found(before, by_domain)?)));
    let after = groups
        .iter()
        .filter_map(|(group, _, after)| Some((group, found(after, by_domain)?)));
    (
        Crowds::of(before, |index| served.get(index)?.before.as_ref()),
        Crowds::of(after, |index| served.get(index)?.after.as_ref()),
    )
}
