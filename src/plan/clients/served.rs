//! Record sets as clients see them.

use std::cmp::Reverse;

use super::chance::Chance;
use super::crowds::Part;
use super::selection::{self, Rank};
use crate::Name;

/// The most hosts of a set for which every one is looked at as down.
const MAX_SINGLE: usize = 64;
/// The most hosts of a set for which every pair is looked at as down.
const MAX_PAIRED: usize = 12;

/// One SRV record as clients see it.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
        records.sort_by(|a, b| a.key().cmp(&b.key()));
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
        let mut hosts: Vec<Name> = Vec::new();
        for record in self.0.iter().filter(|record| !record.target.is_root()) {
            if !hosts.contains(&record.target) {
                hosts.push(record.target.clone());
            }
        }
        hosts
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
        let records = self.0.iter().cloned().map(|record| {
            let is_own = record.target == *host;
            Srv {
                priority: if is_own { 0 } else { record.priority },
                weight: if is_own { 0 } else { record.weight },
                ..record
            }
        });
        Self::of(records.collect()).share_of(host, &[])
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

    /// The set with another weight in each of a host's records.
    #[must_use]
    pub fn with_weight(&self, host: &Name, weight: u16) -> Self {
        let records = self.0.iter().cloned().map(|record| {
            let weight = if record.target == *host {
                weight
            } else {
                record.weight
            };
            Srv { weight, ..record }
        });
        Self::of(records.collect())
    }

    /// The part of new clients that a host would serve with another weight in each of its records.
    pub fn share_with_weight(&self, host: &Name, weight: u16) -> Chance {
        if self.0.iter().any(|record| record.target.is_root()) {
            return self.with_weight(host, weight).share_of(host, &[]);
        }
        let own: Vec<bool> = self.0.iter().map(|it| it.target == *host).collect();
        let ranks = self.0.iter().zip(&own).map(|(record, own)| {
            let weight = if *own { weight } else { record.weight };
            (record.priority, weight)
        });
        let ranks: Vec<Rank> = ranks.collect();
        selection::drawn_first(&ranks, |index| own[index])
    }

    /// The part of clients that ignore priority and weight that a host serves.
    fn random_share_of(&self, host: &Name) -> Chance {
        let offered = self.0.iter().filter(|record| !record.target.is_root());
        let (own, all) = offered.fold((0, 0), |(own, all), record| {
            (own + u128::from(record.target == *host), all + 1)
        });
        Chance::of(own, all.max(1))
    }

    /// What a host would get of clients with another weight in each of its records.
    pub(super) fn part_with_weight(&self, host: &Name, weight: u16) -> Part {
        Part {
            tuned: self.share_with_weight(host, weight),
            random: self.random_share_of(host),
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
        let records = self.0.iter();
        records
            .map(|record| record.target.is_root() || down.contains(&record.target))
            .collect()
    }
}

impl Srv {
    /// What sets and records are sorted by.
    pub(super) fn key(&self) -> (u16, Reverse<u16>, &Name, u16) {
        (self.priority, Reverse(self.weight), &self.target, self.port)
    }
}
