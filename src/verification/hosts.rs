//! Hosts that are to be gone.

use std::collections::{BTreeMap, BTreeSet};

use super::planned;
use super::seen::{Look, Observed};
use crate::Name;
use crate::plan::{Plan, PlanDomain, Verb, Why};

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

/// The hosts that are to be gone, by name.
pub(super) fn removed(plan: &Plan, seen: &[Look]) -> Vec<Removed> {
    let mut hosts: BTreeMap<&Name, bool> = BTreeMap::new();
    for domain in planned(plan) {
        for change in &domain.changes {
            if change.verb == Verb::Remove && !wants(domain, &change.target) {
                let retired = hosts.entry(&change.target).or_default();
                *retired |= change.why == Why::Retired;
            }
        }
    }
    let hosts = hosts.into_iter();
    hosts
        .map(|(host, retired)| look_for(plan, seen, host, retired))
        .collect()
}

/// Whether the plan wants a record of the host in the domain.
fn wants(domain: &PlanDomain, host: &Name) -> bool {
    let mut changes = domain.changes.iter();
    changes.any(|change| change.after.is_some() && change.target == *host)
}

/// Looks for a host everywhere. A retired host is to be gone from domains too that the plan does not know.
fn look_for(plan: &Plan, seen: &[Look], host: &Name, retired: bool) -> Removed {
    let domains: Vec<&PlanDomain> = planned(plan)
        .filter(|domain| !wants(domain, host))
        .collect();
    let mut still = Vec::new();
    let is_seen = |domain: &PlanDomain| {
        let mut looks = seen.iter();
        looks.any(|look| look.domains.contains_key(&domain.owner))
    };
    let mut not_known = plan
        .domains
        .iter()
        .filter(|domain| !is_seen(domain) && !wants(domain, host))
        .count();
    for (server, look) in seen.iter().enumerate() {
        let mut ports: BTreeSet<(&Name, u16)> = BTreeSet::new();
        for domain in &domains {
            match look.domains.get(&domain.owner) {
                Some(Observed::Nothing(_)) => not_known += 1,
                Some(observed) => {
                    let records = observed.records().unwrap_or_default().iter();
                    let own = records.filter(|record| record.target == *host);
                    ports.extend(own.map(|record| (&domain.name, record.port)));
                }
                None => {}
            }
        }
        if retired {
            let others = look.others.iter().filter(|(_, target, _)| target == host);
            ports.extend(others.map(|(domain, _, port)| (domain, *port)));
        }
        still.extend(ports.into_iter().map(|(domain, port)| Standing {
            server,
            domain: domain.clone(),
            port,
        }));
    }
    Removed {
        host: host.clone(),
        stays: planned(plan)
            .filter(|domain| wants(domain, host))
            .map(|domain| domain.name.clone())
            .collect(),
        still,
        not_known,
    }
}
