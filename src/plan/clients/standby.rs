//! What a host starts from that is asked only when others are silent.

use super::crowds::Parts;
use super::loads::Load;
use super::thresholds::{self, Alike, RENEWAL_HOURS, RETRY_HOURS, Threshold};
use super::{Simulation, When};
use crate::Name;

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
        loads.iter().map(|load| self.standby(load)).collect()
    }

    fn standby(&self, idle: &Load) -> Standby {
        let host = &idle.host;
        let before = self.earlier(host);
        let waits = idle.reached.iter().map(|reached| {
            let clients = self.coming(host, reached.threshold, &before);
            Wait::of(reached.threshold, clients)
        });
        Standby {
            waits: waits.collect(),
            host: host.clone(),
            waits_for: before,
        }
    }

    /// The hosts that come before a host in the sets in which clients find it, sorted by name.
    fn earlier(&self, host: &Name) -> Vec<Name> {
        let mut earlier: Vec<Name> = Vec::new();
        for index in self.after.asking(host) {
            let Some(set) = self.set_of(When::After, *index) else {
                continue;
            };
            let records = set.records();
            let own = records.iter().filter(|record| record.target == *host);
            let Some(first) = own.map(|record| record.priority).min() else {
                continue;
            };
            let before = records.iter().filter(|record| record.priority < first);
            earlier.extend(before.map(|record| record.target.clone()));
        }
        earlier.retain(|name| !name.is_root());
        earlier.sort();
        earlier.dedup();
        earlier
    }

    /// How many clients come to a host with their next request while these hosts are down, on average.
    fn coming(&self, host: &Name, threshold: Threshold, down: &[Name]) -> f64 {
        let asking = self.after.asking(host).iter();
        let all: Vec<Alike> = asking
            .filter_map(|index| {
                let set = self.set_of(When::After, *index)?;
                let part = Parts::of(set, down).of_host(set, host);
                Some(self.after.all.get(*index)?.alike(threshold, part, 1))
            })
            .flatten()
            .collect();
        thresholds::expected(&all)
    }
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
