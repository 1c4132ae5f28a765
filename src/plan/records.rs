//! What becomes of each SRV record: the comparison of what is wanted with what is there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::action::{Record, RecordSet};
use super::clients::{self, selection};
use super::management::Management;
use super::{Change, Values, Verb, Why};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::presentation;
use crate::snapshot::{KmsRecord, Snapshot, Zone};
use crate::topology::{Host, Publication, Publishing, Topology, Unlisted};

/// A host that serves a domain, and its entry for it.
pub type Wanted<'a> = (&'a Host, &'a Publication);

/// A topology, and the names of its hosts.
pub struct Listed<'a> {
    topology: &'a Topology,
    hosts: BTreeSet<&'a Name>,
    retired: BTreeSet<&'a Name>,
}

impl<'a> Listed<'a> {
    /// The hosts of `topology`.
    pub fn of(topology: &'a Topology) -> Self {
        Self {
            topology,
            hosts: topology.hosts.iter().map(|host| &host.name).collect(),
            retired: topology.retired.iter().map(|host| &host.name).collect(),
        }
    }
}

/// A domain whose records are known: its zone was read and holds them.
#[derive(Debug, Clone)]
pub struct Domain<'a> {
    /// The domain, in the topology's spelling where it names it.
    pub name: Name,
    /// `_vlmcs._tcp.<domain>`.
    pub owner: Name,
    /// Whether the topology names it; else only retired hosts are removed from it.
    pub named: bool,
    /// Its zone.
    pub zone: &'a Zone,
    /// How the zone is managed.
    pub management: Management<'a>,
    /// Its records, sorted as they are shown.
    pub entries: Vec<Entry<'a>>,
}

/// One record and what becomes of it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What happens.
    pub verb: Verb,
    /// Why.
    pub why: Why,
    /// What is there, with its text in the source.
    pub current: Option<&'a KmsRecord>,
    /// The same record written again, with the same four values: one record to a DNS server (RFC 2181
    /// section 5), but lines of their own in a file.
    pub twins: Vec<&'a KmsRecord>,
    /// What is there.
    pub before: Option<Record>,
    /// What is to be there.
    pub after: Option<Record>,
    /// The desired host, where the record is one.
    pub host: Option<&'a Host>,
    /// Whether a person changes the record; otherwise the host writes it by itself.
    pub by_hand: bool,
}

impl Entry<'_> {
    /// The record's target: as it is to be, else as it is.
    pub fn target(&self) -> &Name {
        &self.record().target
    }

    /// The record's port.
    pub fn port(&self) -> u16 {
        self.record().port
    }

    fn record(&self) -> &Record {
        self.after
            .as_ref()
            .or(self.before.as_ref())
            .expect("an entry has a state before or after")
    }
}

impl<'a> Domain<'a> {
    /// Compares the records of `owner`, the domain's, with what the topology wants there; `None` where it
    /// does not name the domain.
    pub fn compare(
        listed: &Listed<'a>,
        name: &Name,
        owner: Name,
        wanted: Option<&[Wanted<'a>]>,
        zone: &'a Zone,
    ) -> Self {
        let management = Management::of(listed.topology, zone);
        let current = zone.kms.get(&owner).map(Vec::as_slice).unwrap_or_default();
        let mut comparison = Comparison {
            listed,
            wanted,
            management: &management,
            left: by_identity(current),
        };
        let mut entries = Vec::new();
        for (host, publication) in wanted.unwrap_or_default() {
            comparison.desired(host, publication.priority, publication.weight, &mut entries);
        }
        comparison.rest(&mut entries);
        sort(&mut entries);
        Self {
            name: name.clone(),
            owner,
            named: wanted.is_some(),
            zone,
            management,
            entries,
        }
    }

    /// The set as it is.
    pub fn set_before(&self) -> RecordSet {
        self.set(
            self.entries
                .iter()
                .filter_map(|entry| entry.before.clone())
                .collect(),
        )
    }

    /// The set as planned.
    pub fn set_after(&self) -> RecordSet {
        self.set(
            self.entries
                .iter()
                .filter_map(|entry| entry.after.clone())
                .collect(),
        )
    }

    /// A set of this domain with the given records.
    pub fn set(&self, mut records: Vec<Record>) -> RecordSet {
        records.arrange_by_key(|record| {
            (
                record.priority,
                Reverse(record.weight),
                record.target.clone(),
                record.port,
                record.ttl,
                record.aged,
            )
        });
        RecordSet {
            domain: self.name.clone(),
            owner: self.owner.clone(),
            zone: self.management.zone.clone(),
            records,
        }
    }

    /// The desired hosts' entries.
    pub fn desired(&self) -> impl Iterator<Item = (&Entry<'a>, &'a Host)> {
        self.entries
            .iter()
            .filter(|entry| entry.after.is_some())
            .filter_map(|entry| Some((entry, entry.host?)))
    }

    /// The domain's lines of the plan.
    pub fn changes(&self, snapshot: &Snapshot) -> Vec<Change> {
        let planned: Vec<selection::Rank> = self
            .entries
            .iter()
            .filter_map(|entry| entry.after.as_ref())
            .map(|after| (after.priority, after.weight))
            .collect();
        let mut shares = selection::by_priority_and_weight(&planned, &[])
            .into_iter()
            .map(clients::ten_thousandths);
        self.entries
            .iter()
            .map(|entry| Change {
                verb: entry.verb,
                target: entry.target().clone(),
                port: entry.port(),
                before: entry.before.as_ref().map(values),
                after: entry.after.as_ref().map(values),
                why: entry.why,
                place: entry
                    .current
                    .and_then(|record| record.site)
                    .map(|site| snapshot.place(site)),
                share: entry.after.as_ref().and_then(|_| shares.next()),
            })
            .collect()
    }
}

/// Sorts entries as they are shown: what stays or comes by priority and weight, then what goes.
pub(super) fn sort(entries: &mut [Entry<'_>]) {
    entries.arrange_by_key(|entry| {
        let gone = entry.after.is_none();
        let record = entry.record();
        (
            gone,
            record.priority,
            Reverse(record.weight),
            record.target.clone(),
            record.port,
            entry
                .before
                .as_ref()
                .map(|before| (before.priority, before.weight, before.ttl, before.aged)),
            presentation::absolute(&record.target),
        )
    });
}

/// A record and its twins.
#[derive(Clone)]
pub(super) struct Held<'a> {
    /// The first of them.
    pub(super) record: &'a KmsRecord,
    /// The same record written again.
    pub(super) twins: Vec<&'a KmsRecord>,
}

/// The records of a set by target and port.
type ByIdentity<'a> = BTreeMap<(&'a Name, u16), Vec<Held<'a>>>;

/// The records by identity, each once. Of twins the first counts: a server gives the set its TTL.
fn by_identity(records: &[KmsRecord]) -> ByIdentity<'_> {
    let mut sorted = ByIdentity::new();
    for held in held(records) {
        let identity = (&held.record.target, held.record.port);
        sorted.entry(identity).or_default().push(held);
    }
    sorted
}

/// The records, each once, in the order in which they stand.
pub(super) fn held(records: &[KmsRecord]) -> Vec<Held<'_>> {
    let mut held: Vec<Held<'_>> = Vec::new();
    let mut seen: BTreeMap<(&Name, u16, u16, u16), usize> = BTreeMap::new();
    for record in records {
        let data = (&record.target, record.port, record.priority, record.weight);
        if let Some(&first) = seen.get(&data) {
            held[first].twins.push(record);
        } else {
            seen.insert(data, held.len());
            held.push(Held {
                record,
                twins: Vec::new(),
            });
        }
    }
    held
}

/// A record as it is, as far as it is known. Only Windows DNS keeps timestamps.
pub(super) fn known(record: &KmsRecord, is_windows: bool) -> Record {
    Record {
        target: record.target.clone(),
        port: record.port,
        priority: record.priority,
        weight: record.weight,
        ttl: record.ttl,
        aged: if is_windows { record.aged } else { Some(false) },
    }
}

fn values(record: &Record) -> Values {
    Values {
        priority: record.priority,
        weight: record.weight,
        ttl: record.ttl,
        aged: record.aged,
    }
}

/// The comparison of one domain: `left` are the records that no desired host has claimed yet.
struct Comparison<'a, 'b> {
    listed: &'b Listed<'a>,
    wanted: Option<&'b [Wanted<'a>]>,
    management: &'b Management<'a>,
    left: ByIdentity<'a>,
}

impl<'a> Comparison<'a, '_> {
    /// The entry of a desired host, and the removal of its doubles.
    fn desired(
        &mut self,
        host: &'a Host,
        priority: u16,
        weight: u16,
        entries: &mut Vec<Entry<'a>>,
    ) {
        let topology = self.listed.topology;
        let by_itself = topology.publishing == Publishing::Automatic && host.publishes();
        let same = self.left.remove(&(&host.name, host.port));
        let wanted = Record {
            target: host.name.clone(),
            port: host.port,
            priority,
            weight,
            ttl: (!by_itself).then_some(topology.ttl),
            aged: (!by_itself).then_some(false),
        };
        let mut same: Vec<(Held<'_>, Record)> = same
            .into_iter()
            .flatten()
            .map(|held| {
                let before = self.before(held.record);
                (held, before)
            })
            .collect();
        same.arrange_by_key(|(Held { record, .. }, before)| {
            (
                differences(before, &wanted),
                before.priority.abs_diff(priority),
                before.weight.abs_diff(weight),
                (before.priority, before.weight, before.ttl, before.aged),
                presentation::absolute(&before.target),
                record.site.map(|site| (site.file, site.line)),
            )
        });
        let mut same = same.into_iter();
        let Some((held, before)) = same.next() else {
            entries.push(Entry {
                verb: Verb::Add,
                why: Why::Listed,
                current: None,
                twins: Vec::new(),
                before: None,
                after: Some(wanted),
                host: Some(host),
                by_hand: !by_itself,
            });
            return;
        };
        let keep = differences(&before, &wanted) == 0;
        // What the source does not tell stays unknown where nothing is written anew.
        let after = if keep {
            Record {
                target: wanted.target,
                ..before.clone()
            }
        } else {
            wanted
        };
        entries.push(Entry {
            verb: if keep { Verb::Keep } else { Verb::Change },
            why: Why::Listed,
            current: Some(held.record),
            twins: held.twins,
            before: Some(before),
            after: Some(after),
            host: Some(host),
            by_hand: !by_itself,
        });
        for (held, before) in same {
            entries.push(removal(held, before, Why::Duplicate));
        }
    }

    /// The entries of records that no desired host has claimed.
    fn rest(&mut self, entries: &mut Vec<Entry<'a>>) {
        let named = self.wanted.is_some();
        let wanted = self.wanted.unwrap_or_default().iter();
        let wanted: BTreeSet<&Name> = wanted.map(|(host, _)| &host.name).collect();
        for held in std::mem::take(&mut self.left).into_values().flatten() {
            let current = held.record;
            let before = self.before(current);
            let why = if self.listed.retired.contains(&current.target) {
                Why::Retired
            } else if wanted.contains(&current.target) {
                Why::OtherPort
            } else if self.listed.hosts.contains(&current.target) {
                Why::NotPublishedHere
            } else {
                Why::Unlisted
            };
            let keep = match why {
                Why::Retired => false,
                Why::Unlisted => !named || self.listed.topology.unlisted == Unlisted::Keep,
                _ => !named,
            };
            entries.push(if keep {
                Entry {
                    verb: Verb::Keep,
                    why,
                    current: Some(current),
                    twins: held.twins,
                    after: Some(before.clone()),
                    before: Some(before),
                    host: None,
                    by_hand: false,
                }
            } else {
                removal(held, before, why)
            });
        }
    }

    /// A record as it is.
    fn before(&self, record: &KmsRecord) -> Record {
        known(record, self.management.is_windows())
    }
}

fn removal(held: Held<'_>, before: Record, why: Why) -> Entry<'_> {
    Entry {
        verb: Verb::Remove,
        why,
        current: Some(held.record),
        twins: held.twins,
        before: Some(before),
        after: None,
        host: None,
        by_hand: true,
    }
}

/// How many fields differ. What is unknown, or left to the host that publishes, does not differ.
fn differences(before: &Record, wanted: &Record) -> usize {
    let known = |before: Option<u32>, wanted: Option<u32>| matches!((before, wanted), (Some(a), Some(b)) if a != b);
    usize::from(before.priority != wanted.priority)
        + usize::from(before.weight != wanted.weight)
        + usize::from(known(before.ttl, wanted.ttl))
        + usize::from(known(
            before.aged.map(u32::from),
            wanted.aged.map(u32::from),
        ))
}
