//! The clients that each host counts in 30 days, and whether they are enough.

use std::collections::BTreeMap;

use super::crowds::{Crowd, Crowds, Part, Parts};
use super::served::Tuning;
use super::thresholds::{self, Alike, Threshold};
use super::{KnownHost, Set, Simulation, When};
use crate::Name;
use crate::arrange::IntoMap as _;
use crate::topology::Product;

/// The probability that is asked of a host.
const WANTED: f64 = 0.95;

/// The distinct clients that a host is expected to count in 30 days, once all have chosen by the records that are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// The host.
    pub host: Name,
    /// Windows clients and servers.
    pub windows: f64,
    /// Installations of Office.
    pub office: f64,
    /// The thresholds that it has with these clients.
    pub reached: Vec<Reached>,
}

/// A threshold, and whether a host reaches it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The threshold.
    pub threshold: Threshold,
    /// The probability that the host's count reaches it.
    pub probability: f64,
}

impl Reached {
    /// Whether the host may be relied on to reach it.
    pub fn is_enough(&self) -> bool {
        self.probability >= WANTED
    }
}

impl Simulation {
    /// The hosts that groups of clients find, with what each counts while these hosts are down; sorted by name. Clients
    /// that Active Directory-based activation serves first are not counted.
    pub fn loads(&self, when: When, down: &[Name]) -> Vec<Load> {
        let crowds = self.crowds(when);
        let parts = self.parts(when, down);
        crowds
            .hosts()
            .map(|host| self.load(crowds, host, |index| self.part(&parts, when, index, host)))
            .collect()
    }

    /// The smallest weight of a host with which its count reaches a threshold with a probability of 95 %, all other
    /// records as planned; `None` where no weight does. The host's share never falls as its weight rises, so the
    /// smallest one is found by halving.
    pub fn smallest_weight(&self, host: &Name, threshold: Threshold) -> Option<u16> {
        let tunings: BTreeMap<usize, Tuning> = self
            .after
            .asking(host)
            .iter()
            .filter_map(|index| Some((*index, self.set_of(When::After, *index)?.tuning(host))))
            .into_map();
        let reaches = |weight: u16| self.reaches(host, threshold, weight, &tunings);
        if !reaches(u16::MAX) {
            return None;
        }
        // Every weight below `from` is too small, and `enough` is not.
        let (mut from, mut enough) = (0, u16::MAX);
        while from < enough {
            let middle = from + (enough - from) / 2;
            if reaches(middle) {
                enough = middle;
            } else {
                from = middle + 1;
            }
        }
        Some(enough)
    }

    /// Whether a host reaches a threshold with this weight; `tunings`: by crowd that may ask it.
    fn reaches(
        &self,
        host: &Name,
        threshold: Threshold,
        weight: u16,
        tunings: &BTreeMap<usize, Tuning>,
    ) -> bool {
        let part = |index: usize| Some(tunings.get(&index)?.part(weight));
        let load = self.load(&self.after, host, part);
        let mut reached = load.reached.iter();
        reached.any(|reached| reached.threshold == threshold && reached.is_enough())
    }

    /// How many of the stated clients that count towards a threshold look up records among which a host stands.
    pub fn asking(&self, host: &Name, threshold: Threshold) -> u64 {
        let asking = self.after.asking(host).iter();
        asking
            .filter_map(|index| self.after.all.get(*index))
            .map(|crowd| crowd.clients(threshold))
            .sum()
    }

    /// Whether clients that keep the host that answered may ask this one after the change.
    pub fn has_caching_clients(&self, host: &Name) -> bool {
        let mut asking = self.after.asking(host).iter();
        asking.any(|index| {
            let crowd = self.after.all.get(*index);
            crowd.is_some_and(|crowd| crowd.caching)
        })
    }

    /// Whether a host stands in none of the sets now in which clients find it after the change.
    pub fn is_new(&self, host: &Name) -> bool {
        let holds = |set: &Set| set.records().iter().any(|record| record.target == *host);
        let mut asking = self.after.asking(host).iter();
        asking.all(|index| {
            let served = self.after.all.get(*index);
            let served = served.and_then(|crowd| self.served.get(crowd.served));
            let before = served.and_then(|served| served.before.as_ref());
            before.is_some_and(|set| !holds(set))
        })
    }

    pub(super) fn crowds(&self, when: When) -> &Crowds {
        match when {
            When::Before => &self.before,
            When::After => &self.after,
        }
    }

    /// The set that a crowd finds.
    pub(super) fn set_of(&self, when: When, crowd: usize) -> Option<&Set> {
        let crowd: &Crowd = self.crowds(when).all.get(crowd)?;
        self.served.get(crowd.served)?.set(when)
    }

    /// By crowd: its parts while these hosts are down.
    pub(super) fn parts(&self, when: When, down: &[Name]) -> Vec<Option<Parts>> {
        (0..self.crowds(when).all.len())
            .map(|index| Some(Parts::of(self.set_of(when, index)?, down)))
            .collect()
    }

    /// The part of a crowd that asks a host.
    pub(super) fn part(
        &self,
        parts: &[Option<Parts>],
        when: When,
        crowd: usize,
        host: &Name,
    ) -> Option<Part> {
        let parts = parts.get(crowd)?.as_ref()?;
        Some(parts.of_host(self.set_of(when, crowd)?, host))
    }

    /// What a host activates; empty: not said.
    fn activates(&self, host: &Name) -> &[Product] {
        let known = self.hosts.binary_search_by(|known| known.name.cmp(host));
        let known = known.ok().and_then(|index| self.hosts.get(index));
        known.map_or(&[], |known: &KnownHost| &known.activates)
    }

    /// What a host counts, where `part` tells the part of each crowd that asks it.
    pub(super) fn load(
        &self,
        crowds: &Crowds,
        host: &Name,
        part: impl Fn(usize) -> Option<Part>,
    ) -> Load {
        let asking: Vec<(&Crowd, Part)> = crowds
            .asking(host)
            .iter()
            .filter_map(|index| Some((crowds.all.get(*index)?, part(*index)?)))
            .collect();
        let counted = |threshold: Threshold| -> Vec<Alike> {
            let asking = asking.iter();
            asking
                .flat_map(|(crowd, part)| crowd.alike(threshold, *part, crowd.requests()))
                .collect()
        };
        let activates = self.activates(host);
        let is_needed = |threshold: &&Threshold| {
            threshold.concerns(activates)
                && asking.iter().any(|(crowd, _)| crowd.needs(**threshold))
        };
        let reached = Threshold::ALL
            .iter()
            .filter(is_needed)
            .map(|threshold| Reached {
                threshold: *threshold,
                probability: thresholds::reached(&counted(*threshold), threshold.needed()),
            });
        Load {
            host: host.clone(),
            windows: thresholds::expected(&counted(Threshold::Windows)),
            office: thresholds::expected(&counted(Threshold::Office)),
            reached: reached.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
