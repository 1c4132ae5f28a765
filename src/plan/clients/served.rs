//! Record sets as clients see them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::chance::Chance;
use super::crowds::Part;
use super::selection::{self, Rank};
use crate::Name;
use crate::arrange::Arrange as _;

/// The most hosts of a set for which every one is looked at as down.
const MAX_SINGLE: usize = 64;
/// The most hosts of a set for which every pair is looked at as down.
const MAX_PAIRED: usize = 12;

/// One SRV record as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Srv {
    /// The KMS host.
    pub target: Name,
    /// TCP port.
    pub port: u16,
    /// Lower is asked first.
    pub priority: u16,
    /// Share within a priority.
    pub weight: u16,
}

/// A record set as clients see it, in the order of priority, weight (highest first), target and port.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set(Vec<Srv>);

/// What becomes of clients while hosts are down.
#[derive(Debug, Clone)]
pub struct Outage {
    /// The hosts that do not answer.
    pub down: Vec<Name>,
    /// By record of the set: the part of new clients that it serves.
    pub shares: Vec<Chance>,
    /// The same for clients that ignore priority and weight.
    pub at_random: Vec<Chance>,
}

impl Set {
    /// The set of these records.
    pub fn of(mut records: Vec<Srv>) -> Self {
        records.arrange_by(|a, b| a.key().cmp(&b.key()));
        Self(records)
    }

    /// The records.
    pub fn records(&self) -> &[Srv] {
        &self.0
    }

    /// Whether it has no records.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The hosts, each once, in the order of their first records. A target `.` is none (RFC 2782).
    pub fn hosts(&self) -> Vec<Name> {
        let mut seen: BTreeSet<&Name> = BTreeSet::new();
        let targets = self.0.iter().map(|record| &record.target);
        targets
            .filter(|target| !target.is_root() && seen.insert(target))
            .cloned()
            .collect()
    }

    /// By record: the part of new clients that it serves while these hosts are down.
    pub fn shares(&self, down: &[Name]) -> Vec<Chance> {
        selection::by_priority_and_weight(&self.ranks(), &self.silent(down))
    }

    /// The same for clients that ignore priority and weight.
    pub fn shares_at_random(&self, down: &[Name]) -> Vec<Chance> {
        selection::at_random(&self.ranks(), &self.silent(down))
    }

    /// What becomes of clients while these hosts are down.
    pub fn outage(&self, down: Vec<Name>) -> Outage {
        Outage {
            shares: self.shares(&down),
            at_random: self.shares_at_random(&down),
            down,
        }
    }

    /// Each single host down; `None` where there are too many hosts to go through.
    pub fn single_outages(&self) -> Option<Vec<Outage>> {
        let hosts = self.hosts();
        let outages = || hosts.iter().map(|host| self.outage(vec![host.clone()]));
        (hosts.len() <= MAX_SINGLE).then(|| outages().collect())
    }

    /// Each pair of hosts down; `None` where there are too many hosts to go through.
    pub fn paired_outages(&self) -> Option<Vec<Outage>> {
        let hosts = self.hosts();
        if hosts.len() > MAX_PAIRED {
            return None;
        }
        let pairs =
            (0..hosts.len()).flat_map(|one| (one + 1..hosts.len()).map(move |two| (one, two)));
        Some(
            pairs
                .map(|(one, two)| self.outage(vec![hosts[one].clone(), hosts[two].clone()]))
                .collect(),
        )
    }

    /// The part of new clients that a host would take if it published its record with priority 0 and weight 0, as a
    /// host does whose publish list says nothing else.
    pub fn published_by_default(&self, host: &Name) -> Chance {
        let mut ranks = self.ranks();
        let own = self.0.iter().map(|record| record.target == *host);
        for (rank, _) in ranks.iter_mut().zip(own).filter(|(_, own)| *own) {
            *rank = (0, 0);
        }
        let silent = self.silent(&[]);
        let parts = selection::by_priority_and_weight(&ranks, &silent);
        self.sum(host, &parts)
    }

    /// The part of new clients that a host serves, by all of its records, while these hosts are down.
    pub fn share_of(&self, host: &Name, down: &[Name]) -> Chance {
        self.sum(host, &self.shares(down))
    }

    /// Of parts by record: the sum of a host's.
    pub fn sum(&self, host: &Name, parts: &[Chance]) -> Chance {
        let own = self.0.iter().zip(parts);
        own.filter(|(record, _)| record.target == *host)
            .fold(Chance::NEVER, |sum, (_, part)| sum.or(*part))
    }

    /// What a host would get of clients with another weight in each of its records.
    pub(super) fn tuning(&self, host: &Name) -> Tuning {
        let own: Vec<bool> = self.0.iter().map(|it| it.target == *host).collect();
        let silent = self.silent(&[]);
        let count = |those: &dyn Fn(usize) -> bool| {
            let those = (0..own.len()).filter(|index| !silent[*index] && those(*index));
            those.count() as u128
        };
        Tuning {
            ranks: self.ranks(),
            random: Chance::of(count(&|index| own[index]), count(&|_| true).max(1)),
            own,
            silent,
        }
    }

    fn ranks(&self) -> Vec<Rank> {
        let records = self.0.iter();
        records
            .map(|record| (record.priority, record.weight))
            .collect()
    }

    /// Which records nobody answers for.
    fn silent(&self, down: &[Name]) -> Vec<bool> {
        let down: BTreeSet<&Name> = down.iter().collect();
        let records = self.0.iter();
        records
            .map(|record| record.target.is_root() || down.contains(&record.target))
            .collect()
    }
}

/// A host of a set whose weight is looked for.
pub(super) struct Tuning {
    ranks: Vec<Rank>,
    /// By record: whether it is one of the host's.
    own: Vec<bool>,
    /// By record: whether nobody answers for it.
    silent: Vec<bool>,
    /// The host's part of clients that ignore priority and weight.
    random: Chance,
}

impl Tuning {
    /// The part of clients that the host serves with this weight in each of its records.
    pub(super) fn part(&self, weight: u16) -> Part {
        let ranks = self.ranks.iter().zip(&self.own).map(|(rank, own)| {
            let weight = if *own { weight } else { rank.1 };
            (rank.0, weight)
        });
        let ranks: Vec<Rank> = ranks.collect();
        let tuned = if self.silent.contains(&true) {
            let parts = selection::by_priority_and_weight(&ranks, &self.silent);
            let own = parts.into_iter().zip(&self.own).filter(|(_, own)| **own);
            own.fold(Chance::NEVER, |sum, (part, _)| sum.or(part))
        } else {
            selection::drawn_first(&ranks, |index| self.own[index])
        };
        Part {
            tuned,
            random: self.random,
        }
    }
}

impl Srv {
    /// What sets and records are sorted by.
    pub(super) fn key(&self) -> (u16, Reverse<u16>, &Name, u16) {
        (self.priority, Reverse(self.weight), &self.target, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::{MAX_PAIRED, MAX_SINGLE, Set};

    fn of(hosts: usize) -> Set {
        let names: Vec<String> = (0..hosts).map(|host| format!("h{host}.test")).collect();
        let records: Vec<_> = names.iter().map(|name| (name.as_str(), 0, 0)).collect();
        testing::set(&records)
    }

    #[test]
    fn outages_are_gone_through_up_to_a_bound() {
        let pairs = |hosts| of(hosts).paired_outages().map(|outages| outages.len());
        assert_eq!(pairs(2), Some(1));
        assert_eq!(pairs(MAX_PAIRED), Some(MAX_PAIRED * (MAX_PAIRED - 1) / 2));
        assert_eq!(pairs(MAX_PAIRED + 1), None);
        let single = |hosts| of(hosts).single_outages().map(|outages| outages.len());
        assert_eq!(single(MAX_SINGLE), Some(MAX_SINGLE));
        assert_eq!(single(MAX_SINGLE + 1), None);
    }
}
