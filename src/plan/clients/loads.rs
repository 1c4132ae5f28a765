//! The clients that each host counts in 30 days, and whether they are enough.

use super::chance::Chance;
use super::thresholds::{self, Alike, RENEWAL_HOURS, REQUESTS_A_MONTH, RETRY_HOURS, Threshold};
use super::{Finds, Group, KnownHost, Set, Simulation, When};
use crate::Name;

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

/// How long a standby activates nobody.
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
    /// The hosts that groups of clients find, with what each counts while these hosts are down; sorted by name. Clients
    /// that Active Directory-based activation serves first are not counted.
    pub fn loads(&self, when: When, down: &[Name]) -> Vec<Load> {
        let mut hosts: Vec<Name> = self.asking(when).flat_map(|(_, set)| set.hosts()).collect();
        hosts.sort();
        hosts.dedup();
        hosts
            .into_iter()
            .map(|host| self.load(host, when, down, None))
            .collect()
    }

    /// The smallest weight of a host with which its count reaches a threshold with a probability of 95 %, all other
    /// records as planned; `None` where no weight does.
    pub fn smallest_weight(&self, host: &Name, threshold: Threshold) -> Option<u16> {
        let reaches = |weight: u16| {
            let load = self.load(host.clone(), When::After, &[], Some(weight));
            let mut reached = load.reached.iter();
            reached.any(|reached| reached.threshold == threshold && reached.probability >= WANTED)
        };
        if !reaches(u16::MAX) {
            return None;
        }
        let (mut below, mut enough) = (None, u16::MAX);
        loop {
            let from = below.map_or(0, |below: u16| below + 1);
            if from >= enough {
                return Some(enough);
            }
            let middle = from + (enough - from) / 2;
            if reaches(middle) {
                enough = middle;
            } else {
                below = Some(middle);
            }
        }
    }

    /// The hosts that no client asks while others answer, with what they start from; sorted by name.
    pub fn standbys(&self) -> Vec<Standby> {
        let loads = self.loads(When::After, &[]);
        let idle = loads.iter().filter(|load| {
            self.asking(When::After)
                .all(|(_, set)| set.share_of(&load.host, &[]).is_never())
        });
        idle.map(|load| self.standby(load)).collect()
    }

    fn standby(&self, idle: &Load) -> Standby {
        let host = &idle.host;
        let mut before: Vec<Name> = Vec::new();
        for (_, set) in self.asking(When::After) {
            let own = set.records().iter().filter(|record| record.target == *host);
            let Some(first) = own.map(|record| record.priority).min() else {
                continue;
            };
            let earlier = set
                .records()
                .iter()
                .filter(|record| record.priority < first);
            before.extend(earlier.map(|record| record.target.clone()));
        }
        before.retain(|name| name != host && !name.is_root());
        before.sort();
        before.dedup();
        let waits = idle
            .reached
            .iter()
            .map(|reached| {
                let clients = self.coming(host, reached.threshold, &before);
                let needed = f64::from(reached.threshold.needed());
                let hours =
                    |round: u32| (clients >= needed).then(|| f64::from(round) * needed / clients);
                Wait {
                    threshold: reached.threshold,
                    clients,
                    if_not_activated: hours(RETRY_HOURS),
                    if_activated: hours(RENEWAL_HOURS),
                }
            })
            .collect();
        Standby {
            host: host.clone(),
            waits_for: before,
            waits,
        }
    }

    /// How many clients come to a host with their next request while these hosts are down, on average.
    fn coming(&self, host: &Name, threshold: Threshold, down: &[Name]) -> f64 {
        let asking = self.asking(When::After);
        let all: Vec<Alike> = asking
            .flat_map(|(group, set)| alike(group, set, host, threshold, down, 1))
            .collect();
        thresholds::expected(&all)
    }

    fn load(&self, host: Name, when: When, down: &[Name], weight: Option<u16>) -> Load {
        let mut counted: Vec<(Threshold, Vec<Alike>)> = Threshold::ALL
            .iter()
            .map(|threshold| (*threshold, Vec::new()))
            .collect();
        let mut asked_by = [false; 3];
        for (group, set) in self.asking(when) {
            if !set.records().iter().any(|record| record.target == host) {
                continue;
            }
            let changed = weight.map(|weight| set.with_weight(&host, weight));
            let set = changed.as_ref().unwrap_or(set);
            let requests = if group.caching { 1 } else { REQUESTS_A_MONTH };
            for ((threshold, alike_clients), asked) in counted.iter_mut().zip(&mut asked_by) {
                alike_clients.extend(alike(group, set, &host, *threshold, down, requests));
                *asked |= asks(group, *threshold);
            }
        }
        let activates = self
            .hosts
            .iter()
            .find(|known| known.name == host)
            .map_or(&[][..], |known: &KnownHost| &known.activates);
        let expected = |wanted: Threshold| {
            let mut counted = counted.iter();
            counted
                .find(|(threshold, _)| *threshold == wanted)
                .map_or(0.0, |(_, clients)| thresholds::expected(clients))
        };
        Load {
            windows: expected(Threshold::Windows),
            office: expected(Threshold::Office),
            reached: counted
                .iter()
                .zip(asked_by)
                .filter(|((threshold, _), asked)| *asked && threshold.concerns(activates))
                .map(|((threshold, clients), _)| Reached {
                    threshold: *threshold,
                    probability: thresholds::reached(clients, threshold.needed()),
                })
                .collect(),
            host,
        }
    }

    /// The groups that ask a KMS host, each with the set that it finds.
    fn asking(&self, when: When) -> impl Iterator<Item = (&Group, &Set)> {
        let groups = self.groups.iter().filter(|(group, ..)| !group.adba);
        groups.filter_map(move |(group, before, after)| {
            let finds = match when {
                When::Before => before,
                When::After => after,
            };
            match finds {
                Finds::Set(domain) => Some((group, self.set(domain, when)?)),
                Finds::Nothing | Finds::Unknown(_) => None,
            }
        })
    }
}

/// Whether clients of the group need the threshold to be reached.
fn asks(group: &Group, threshold: Threshold) -> bool {
    match threshold {
        Threshold::Windows => group.windows > 0,
        Threshold::Server => group.server > 0,
        Threshold::Office => group.office > 0,
    }
}

/// The clients of a group that count towards a threshold, with the probability that a host sees each of them within
/// so many requests.
fn alike(
    group: &Group,
    set: &Set,
    host: &Name,
    threshold: Threshold,
    down: &[Name],
    requests: u32,
) -> Vec<Alike> {
    let seen = |chance: Chance| chance.within(requests);
    let tuned = seen(set.share_of(host, down));
    match threshold {
        Threshold::Office => vec![(group.office, tuned)],
        Threshold::Windows | Threshold::Server => {
            let random = seen(set.sum(host, &set.shares_at_random(down)));
            let all = group.windows.saturating_add(group.server);
            let legacy = group.legacy.min(all);
            vec![(all - legacy, tuned), (legacy, random)]
        }
    }
}
