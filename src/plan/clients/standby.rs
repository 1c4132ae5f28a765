//! What a host starts from that is asked only when others are silent.

use std::collections::BTreeMap;

use super::crowds::Parts;
use super::loads::Load;
use super::thresholds::{self, Alike, RENEWAL_HOURS, RETRY_HOURS, Threshold};
use super::{Simulation, When};
use crate::Name;
use crate::arrange::Arrange as _;

/// What a host starts from that is asked only when others are silent.
#[derive(Debug, Clone, PartialEq)]
pub struct Standby {
    /// The host.
    pub host: Name,
    /// The hosts that come before it.
    pub waits_for: Vec<Name>,
    /// For each of its thresholds, what it takes once those are silent.
    pub waits: Vec<Wait>,
}

/// How long a standby activates nobody, if its count starts at 0 and requests are evenly spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The threshold.
    pub threshold: Threshold,
    /// How many of the stated clients come to it, on average.
    pub clients: f64,
    /// Hours until enough have asked, if none is activated and each tries again every 2 hours; `None`: too few come.
    pub if_not_activated: Option<f64>,
    /// Hours until enough have asked, if all are activated and each renews once in 7 days; `None`: too few come.
    pub if_activated: Option<f64>,
}

impl Simulation {
    /// The hosts that no client that honours priority and weight asks while others answer, with what they start from;
    /// sorted by name.
    pub fn standbys(&self) -> Vec<Standby> {
        let parts = self.parts(When::After, &[]);
        let mut loads = self.loads(When::After, &[]);
        loads.retain(|load| {
            let mut asking = self.after.asking(&load.host).iter();
            asking.all(|index| {
                let part = self.part(&parts, When::After, *index, &load.host);
                part.is_none_or(|part| part.tuned.is_never())
            })
        });
        // Hosts of one rank wait for the same ones.
        let mut waiting: BTreeMap<Vec<(usize, u16)>, Waiting> = BTreeMap::new();
        loads
            .iter()
            .map(|load| {
                let ranks = self.ranks(&load.host);
                let waiting = waiting
                    .entry(ranks)
                    .or_insert_with_key(|ranks| self.waiting(ranks));
                self.standby(load, waiting)
            })
            .collect()
    }

    fn standby(&self, idle: &Load, waiting: &Waiting) -> Standby {
        let host = &idle.host;
        let waits = idle.reached.iter().map(|reached| {
            let clients = self.coming(host, reached.threshold, &waiting.parts);
            Wait::of(reached.threshold, clients)
        });
        Standby {
            waits: waits.collect(),
            host: host.clone(),
            waits_for: waiting.earlier.clone(),
        }
    }

    /// By crowd that may ask a host: its first priority there.
    fn ranks(&self, host: &Name) -> Vec<(usize, u16)> {
        let asking = self.after.asking(host).iter();
        asking
            .filter_map(|index| {
                let records = self.set_of(When::After, *index)?.records().iter();
                let own = records.filter(|record| record.target == *host);
                Some((*index, own.map(|record| record.priority).min()?))
            })
            .collect()
    }

    /// What hosts wait for that have these first priorities.
    fn waiting(&self, ranks: &[(usize, u16)]) -> Waiting {
        let mut earlier: Vec<Name> = Vec::new();
        for (index, first) in ranks {
            let Some(set) = self.set_of(When::After, *index) else {
                continue;
            };
            let before = set
                .records()
                .iter()
                .filter(|record| record.priority < *first);
            earlier.extend(before.map(|record| record.target.clone()));
        }
        earlier.retain(|name| !name.is_root());
        earlier.arrange();
        earlier.dedup();
        let parts = ranks.iter().filter_map(|(index, _)| {
            let set = self.set_of(When::After, *index)?;
            Some((*index, Parts::of(set, &earlier)))
        });
        Waiting {
            parts: parts.collect(),
            earlier,
        }
    }

    /// How many clients come to a host with their next request, on average; `parts`: by crowd, while the hosts before it
    /// are down.
    fn coming(&self, host: &Name, threshold: Threshold, parts: &[(usize, Parts)]) -> f64 {
        let all: Vec<Alike> = parts
            .iter()
            .filter_map(|(index, parts)| {
                let part = parts.of_host(self.set_of(When::After, *index)?, host);
                Some(self.after.all.get(*index)?.alike(threshold, part, 1))
            })
            .flatten()
            .collect();
        thresholds::expected(&all)
    }
}

/// What hosts of one rank wait for.
struct Waiting {
    /// The hosts that come before them in the sets in which clients find them, sorted by name.
    earlier: Vec<Name>,
    /// By crowd that may ask them: the parts while those are down.
    parts: Vec<(usize, Parts)>,
}

impl Wait {
    fn of(threshold: Threshold, clients: f64) -> Self {
        let needed = f64::from(threshold.needed());
        let hours = |round: u32| (clients >= needed).then(|| f64::from(round) * needed / clients);
        Self {
            threshold,
            clients,
            if_not_activated: hours(RETRY_HOURS),
            if_activated: hours(RENEWAL_HOURS),
        }
    }
}

#[cfg(test)]
mod tests;
