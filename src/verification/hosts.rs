//! Hosts that are to be gone.

use std::collections::{BTreeMap, BTreeSet};

use super::planned;
use super::seen::Look;
use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::{Plan, Verb, Why};

/// A host that the plan removes from at least one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The host, as the plan spells it.
    pub host: Name,
    /// The domains in which the plan wants it: there it stays.
    pub stays: Vec<Name>,
    /// Where it still stands and is to be gone.
    pub still: Vec<Standing>,
    /// How many record sets, counted on each server, were not seen, and how many domains nobody was asked about.
    pub not_known: usize,
}

/// A place where a host stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The server, an index into [`super::Verification::servers`].
    pub server: usize,
    /// The domain.
    pub domain: Name,
    /// TCP port.
    pub port: u16,
}

impl Removed {
    /// Whether it still stands somewhere.
    pub fn is_left(&self) -> bool {
        !self.still.is_empty()
    }

    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        if self.is_left() {
            "still-there"
        } else if self.not_known > 0 {
            "not-known"
        } else {
            "gone"
        }
    }
}

/// The hosts that are to be gone, by name. A retired one is to be gone from domains too that the plan does not know.
pub(super) fn removed(plan: &Plan, seen: &[Look]) -> Vec<Removed> {
    let wanted = wanted(plan);
    let places = Places::of(plan, seen);
    let mut hosts: BTreeMap<&Name, bool> = BTreeMap::new();
    for domain in planned(plan) {
        for change in &domain.changes {
            let stays = || {
                let domains = wanted.get(&change.target);
                domains.is_some_and(|domains| domains.contains(&domain.name))
            };
            if change.verb == Verb::Remove && !stays() {
                let retired = hosts.entry(&change.target).or_default();
                *retired |= change.why == Why::Retired;
            }
        }
    }
    let nowhere = BTreeSet::new();
    let hosts = hosts.into_iter().map(|(host, retired)| {
        let stays = wanted.get(host).unwrap_or(&nowhere);
        let places_of_it = places.of.get(host).map(Vec::as_slice).unwrap_or_default();
        let still = places_of_it
            .iter()
            .filter(|place| !stays.contains(place.domain) && (retired || !place.is_other));
        let seen_there = stays
            .iter()
            .filter_map(|domain| places.not_seen.get(domain));
        Removed {
            host: host.clone(),
            stays: stays.iter().map(|domain| (*domain).clone()).collect(),
            still: still
                .map(|place| Standing {
                    server: place.server,
                    domain: place.domain.clone(),
                    port: place.port,
                })
                .collect(),
            not_known: places.not_seen.values().sum::<usize>() - seen_there.sum::<usize>(),
        }
    });
    hosts.collect()
}

/// The domains in which the plan wants each host.
fn wanted(plan: &Plan) -> BTreeMap<&Name, BTreeSet<&Name>> {
    let mut wanted: BTreeMap<&Name, BTreeSet<&Name>> = BTreeMap::new();
    for domain in planned(plan) {
        let stays = domain.changes.iter();
        for change in stays.filter(|change| change.after.is_some()) {
            wanted
                .entry(&change.target)
                .or_default()
                .insert(&domain.name);
        }
    }
    wanted
}

/// A place where a host was seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    server: usize,
    domain: &'a Name,
    port: u16,
    /// Whether the plan does not know the domain.
    is_other: bool,
}

/// What was seen, by host.
struct Places<'a> {
    /// Each place once, by server, domain and port.
    of: BTreeMap<&'a Name, Vec<Place<'a>>>,
    /// How often each domain was not seen: by each server without an answer, or by nobody.
    not_seen: BTreeMap<&'a Name, usize>,
}

impl<'a> Places<'a> {
    fn of(plan: &'a Plan, seen: &'a [Look]) -> Self {
        let mut places = Self {
            of: BTreeMap::new(),
            not_seen: BTreeMap::new(),
        };
        for domain in &plan.domains {
            let mut asked = false;
            for (server, look) in seen.iter().enumerate() {
                let Some(observed) = look.domains.get(&domain.owner) else {
                    continue;
                };
                asked = true;
                match observed.records() {
                    Some(records) => {
                        for record in records {
                            places.add(&record.target, server, &domain.name, record.port, false);
                        }
                    }
                    None => *places.not_seen.entry(&domain.name).or_default() += 1,
                }
            }
            if !asked {
                places.not_seen.insert(&domain.name, 1);
            }
        }
        for (server, look) in seen.iter().enumerate() {
            for (domain, target, port) in &look.others {
                places.add(target, server, domain, *port, true);
            }
        }
        for places in places.of.values_mut() {
            places.arrange();
            places.dedup();
        }
        places
    }

    fn add(&mut self, host: &'a Name, server: usize, domain: &'a Name, port: u16, is_other: bool) {
        self.of.entry(host).or_default().push(Place {
            server,
            domain,
            port,
            is_other,
        });
    }
}
