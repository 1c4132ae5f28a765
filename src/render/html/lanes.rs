//! Domains as clients see them: those with the same planned records together.

use std::collections::BTreeMap;

use super::frame::Page;
use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::clients::Set;

/// Domains with the same planned records.
pub(super) struct Lane {
    /// The domains.
    pub(super) domains: Vec<Name>,
    /// Their planned records; `None`: not known.
    pub(super) after: Option<Set>,
    /// Hosts that lose their records there.
    pub(super) leaving: Vec<Name>,
}

/// The domains, those with the same planned records together.
pub(super) fn lanes(page: &Page<'_>) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    let mut by_set: BTreeMap<Option<&Set>, usize> = BTreeMap::new();
    for served in &page.simulation.served {
        let after = served.after.as_ref();
        let hosts = after.map(Set::hosts).unwrap_or_default();
        let before = served.before.as_ref().map(Set::hosts).unwrap_or_default();
        let leaving: Vec<Name> = match after {
            None => Vec::new(),
            Some(_) => before
                .into_iter()
                .filter(|host| !hosts.contains(host))
                .collect(),
        };
        let at = *by_set.entry(after).or_insert(lanes.len());
        match lanes.get_mut(at) {
            Some(lane) => {
                lane.domains.extend(served.domains.iter().cloned());
                lane.leaving.extend(leaving);
            }
            None => lanes.push(Lane {
                domains: served.domains.clone(),
                after: served.after.clone(),
                leaving,
            }),
        }
    }
    for lane in &mut lanes {
        lane.domains.arrange();
        lane.leaving.arrange();
        lane.leaving.dedup();
    }
    lanes
}
