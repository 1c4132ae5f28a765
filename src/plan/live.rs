//! Live hosts of a domain in every state on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::Live;
use super::action::{Action, SetChange};
use super::records::{Domain, Entry};
use crate::Name;
use crate::snapshot::{Addresses, Snapshot};

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
    ///
    /// `hosts` are those that count: the topology's.
    pub fn new(
        hosts: impl IntoIterator<Item = &'a Name>,
        snapshot: &Snapshot,
        actions: &'a [Action],
    ) -> Self {
        let mut counter = Self {
            actions,
            reachable: hosts
                .into_iter()
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
                Action::TakeBack { action } if matches!(**action, Action::MovePort { .. }) => {
                    counter.everywhere.push(index);
                }
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
        let mut walk = Walk {
            reachable: &self.reachable,
            published: domain
                .entries
                .iter()
                .filter(|entry| !entry.by_hand)
                .map(Entry::target)
                .collect(),
            records: BTreeMap::new(),
            minimum: usize::MAX,
        };
        let records = domain.entries.iter();
        for record in records.filter_map(|entry| entry.before.as_ref()) {
            walk.add(&record.target);
        }
        walk.visit(None);
        let before = walk.minimum;
        for index in touching {
            walk.action(&self.actions[index], own.get(&index).copied());
        }
        let records = domain.entries.iter();
        let after: BTreeSet<&Name> = records
            .filter_map(|entry| entry.after.as_ref())
            .map(|record| &record.target)
            .filter(|target| self.reachable.contains(*target))
            .collect();
        Live {
            before,
            after: after.len(),
            minimum: walk.minimum.min(after.len()),
        }
    }
}

/// A domain's set on the way.
struct Walk<'a> {
    reachable: &'a BTreeSet<&'a Name>,
    /// The hosts that write their record of this domain by themselves. Kept records that nobody writes are here
    /// too: they stand from the start to the end, so one more changes no count.
    published: BTreeSet<&'a Name>,
    /// How many records of the set each reachable host has, none of them 0.
    records: BTreeMap<&'a Name, usize>,
    minimum: usize,
}

impl<'a> Walk<'a> {
    fn action(&mut self, action: &'a Action, own: Option<&'a SetChange>) {
        match action {
            Action::MovePort { host, .. } => {
                let host = &host.name.0;
                self.visit(Some(host));
                self.apply(own, Some(host));
                self.publish(host);
            }
            Action::EnablePublishing { hosts, .. } => {
                for host in hosts {
                    self.publish(&host.host.name.0);
                }
            }
            Action::TakeBack { action } => {
                if let Action::MovePort { host, .. } = &**action {
                    self.visit(Some(&host.name.0));
                }
            }
            _ => self.apply(own, None),
        }
    }

    fn add(&mut self, target: &'a Name) {
        if self.reachable.contains(target) {
            *self.records.entry(target).or_default() += 1;
        }
    }

    fn remove(&mut self, target: &Name) {
        if let Some(number) = self.records.get_mut(target) {
            *number -= 1;
            if *number == 0 {
                self.records.remove(target);
            }
        }
    }

    /// Counts the live hosts of a state; a host that is just changing its port is none.
    fn visit(&mut self, moving: Option<&Name>) {
        let down = moving.is_some_and(|host| self.records.contains_key(host));
        self.minimum = self.minimum.min(self.records.len() - usize::from(down));
    }

    fn apply(&mut self, change: Option<&'a SetChange>, moving: Option<&Name>) {
        for edit in change.into_iter().flat_map(|change| &change.edits) {
            if let Some(record) = edit.new_record() {
                self.add(&record.target);
            }
            if let Some(record) = edit.old_record() {
                self.remove(&record.target);
            }
            self.visit(moving);
        }
    }

    /// A host publishes what the plan wants of it in this domain. Nobody removes that record again.
    fn publish(&mut self, host: &'a Name) {
        if self.published.contains(host) {
            self.add(host);
        }
        self.visit(None);
    }
}
