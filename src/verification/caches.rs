//! How long resolvers may still give answers of before the change, counted from when the last server got it.

use super::seen::{Look, Start};
use super::{Zones, planned};
use crate::Name;
use crate::plan::{Plan, PlanDomain, Verb};

/// What resolvers may still remember of one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    /// The domain.
    pub domain: Name,
    /// What they remember.
    pub memory: Memory,
    /// At most so many seconds; `None`: not known.
    pub seconds: Option<u32>,
    /// The TTL of sets on the way, in seconds, where the change goes through several and they may be remembered
    /// longer.
    pub meanwhile: Option<u32>,
}

/// What an answer of before said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// The old set: its TTL bounds it (RFC 1035 section 3.2.1).
    OldSet,
    /// That there are no records: the SOA minimum and the TTL of the SOA record bound it (RFC 2308 section 5).
    NoRecords,
}

/// The domains that the plan changes, by name.
pub(super) fn caches(plan: &Plan, zones: &Zones<'_>, seen: &[Look]) -> Vec<Cache> {
    planned(plan)
        .filter(|domain| edits(domain) > 0)
        .map(|domain| cache(zones, domain, seen))
        .collect()
}

/// How many records are added, changed or removed.
fn edits(domain: &PlanDomain) -> usize {
    let changes = domain.changes.iter();
    changes.filter(|change| change.verb != Verb::Keep).count()
}

fn cache(zones: &Zones<'_>, domain: &PlanDomain, seen: &[Look]) -> Cache {
    let changes = || domain.changes.iter();
    let mut before = changes().filter_map(|change| change.before).peekable();
    let (memory, seconds) = if before.peek().is_some() {
        // One TTL that is not known leaves the largest unknown.
        let ttls: Option<Vec<u32>> = before.map(|values| values.ttl).collect();
        (Memory::OldSet, ttls.and_then(|ttls| ttls.into_iter().max()))
    } else {
        (Memory::NoRecords, negative(zones, domain, seen))
    };
    let after = changes().filter_map(|change| change.after?.ttl).max();
    Cache {
        domain: domain.name.clone(),
        memory,
        seconds,
        meanwhile: after.filter(|ttl| edits(domain) > 1 && seconds.is_some_and(|old| *ttl > old)),
    }
}

/// How long, at most, what was seen of the domain's zone lets resolvers remember that there is nothing.
fn negative(zones: &Zones<'_>, domain: &PlanDomain, seen: &[Look]) -> Option<u32> {
    let apex = &zones.zone_of(domain)?.zone.name;
    let starts = seen.iter().filter_map(|look| look.starts.get(apex));
    starts.map(Start::negative).max()
}
