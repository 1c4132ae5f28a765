//! Live hosts of a domain in every state on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::Live;
use super::action::{Action, Record, SetChange};
use super::records::Domain;
use crate::Name;
use crate::snapshot::{Addresses, Snapshot};
use crate::topology::Topology;

/// Counts live hosts along a plan's actions.
///
/// A live host is a host of the topology that stands in the record set, has an address or may have one,
/// and is not just changing its port.
#[derive(Debug)]
pub struct Counter<'a> {
    actions: &'a [Action],
    /// The hosts of the topology that have an address, or may have one.
    reachable: BTreeSet<&'a Name>,
    /// The actions that touch the sets of all domains, by index.
    everywhere: Vec<usize>,
    /// By owner: the actions that change its set, by index, with what they change.
    own: BTreeMap<&'a Name, Vec<(usize, &'a SetChange)>>,
}

impl<'a> Counter<'a> {
    /// Sorts the actions by the domains that they touch.
    pub fn new(topology: &'a Topology, snapshot: &Snapshot, actions: &'a [Action]) -> Self {
        let mut counter = Self {
            actions,
            reachable: topology
                .hosts
                .iter()
                .map(|host| &host.name)
                .filter(|name| snapshot.addresses(name) != Addresses::None)
                .collect(),
            everywhere: Vec::new(),
            own: BTreeMap::new(),
        };
        for (index, action) in actions.iter().enumerate() {
            match action {
                Action::ChangeRecords { change } | Action::RemoveUnlisted { change } => {
                    counter.note(index, change);
                }
                Action::MovePort { changes, .. } => {
                    counter.everywhere.push(index);
                    for change in changes {
                        counter.note(index, change);
                    }
                }
                Action::EnablePublishing { .. } => counter.everywhere.push(index),
                _ => {}
            }
        }
        counter
    }

    fn note(&mut self, index: usize, change: &'a SetChange) {
        self.own
            .entry(&change.before.owner)
            .or_default()
            .push((index, change));
    }

    /// Counts the live hosts of `domain` before, after and in each state that the actions lead through.
    pub fn count(&self, domain: &Domain<'_>) -> Live {
        let own: BTreeMap<usize, &SetChange> = self
            .own
            .get(&domain.owner)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let touching: BTreeSet<usize> = self
            .everywhere
            .iter()
            .copied()
            .chain(own.keys().copied())
            .collect();
        let records = domain.set_before().records;
        let before = self.live(&records, None);
        let mut walk = Walk {
            counter: self,
            domain,
            records,
            minimum: before,
        };
        for index in touching {
            walk.action(&self.actions[index], own.get(&index).copied());
        }
        let after = self.live(&domain.set_after().records, None);
        Live {
            before,
            after,
            minimum: walk.minimum.min(after),
        }
    }

    fn live(&self, records: &[Record], moving: Option<&Name>) -> usize {
        let hosts: BTreeSet<&Name> = records
            .iter()
            .map(|record| &record.target)
            .filter(|target| moving != Some(*target) && self.reachable.contains(*target))
            .collect();
        hosts.len()
    }
}

/// A domain's set on the way.
struct Walk<'a> {
    counter: &'a Counter<'a>,
    domain: &'a Domain<'a>,
    records: Vec<Record>,
    minimum: usize,
}

impl Walk<'_> {
    fn action(&mut self, action: &Action, own: Option<&SetChange>) {
        match action {
            Action::MovePort { host, .. } => {
                let host = &host.name.0;
                if self.records.iter().any(|record| record.target == *host) {
                    self.visit(Some(host));
                }
                self.apply(own, Some(host));
                self.publish(host);
            }
            Action::EnablePublishing { hosts } => {
                for host in hosts {
                    self.publish(&host.host.name.0);
                }
            }
            _ => self.apply(own, None),
        }
    }

    fn visit(&mut self, moving: Option<&Name>) {
        self.minimum = self.minimum.min(self.counter.live(&self.records, moving));
    }

    fn apply(&mut self, change: Option<&SetChange>, moving: Option<&Name>) {
        for edit in change.into_iter().flat_map(|change| &change.edits) {
            edit.apply(&mut self.records);
            self.visit(moving);
        }
    }

    /// A host publishes what the plan wants of it in this domain.
    fn publish(&mut self, host: &Name) {
        let planned = self
            .domain
            .entries
            .iter()
            .filter(|entry| !entry.by_hand && entry.host.is_some());
        let new: Vec<Record> = planned
            .filter_map(|entry| entry.after.clone())
            .filter(|after| after.target == *host && !self.records.contains(after))
            .collect();
        self.records.extend(new);
        self.visit(None);
    }
}
