//! What one server, or sources together, say of the plan's record sets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::planned;
use crate::plan::{Plan, PlanDomain, Values};
use crate::snapshot::live::{self, Unanswered, Why};
use crate::snapshot::{ApexFrom, Holder, KmsRecord, Snapshot, Zone};
use crate::{Name, presentation};

/// The most sources that are named.
const MAX_NAMED: usize = 3;

/// Who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A server that was named.
    Server(live::Server),
    /// A server of a zone's NS set.
    Authority {
        /// Its name in the NS record.
        name: Name,
        /// Where it was asked; `None`: nobody knows an address of it.
        server: Option<live::Server>,
    },
    /// Zone data that was given, by the paths that were typed.
    Sources(Vec<String>),
}

impl fmt::Display for Who {
    /// As people read it; paths as they are.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(server) => server.fmt(formatter),
            Self::Authority {
                name,
                server: Some(server),
            } => write!(formatter, "{} ({server})", presentation::plain(name)),
            Self::Authority { name, server: None } => {
                write!(formatter, "{} (no address)", presentation::plain(name))
            }
            Self::Sources(paths) if paths.len() > MAX_NAMED => {
                let (first, rest) = paths.split_at(MAX_NAMED);
                write!(formatter, "{} and {} more", first.join(", "), rest.len())
            }
            Self::Sources(paths) => formatter.write_str(&paths.join(", ")),
        }
    }
}

/// One look at a server or at sources. Later answers take the place of earlier ones.
#[derive(Debug, Clone)]
pub struct Look {
    /// Who was asked.
    pub who: Who,
    /// What is said of each domain that was asked about, by the owner of its records.
    pub domains: BTreeMap<Name, Observed>,
    /// The starts of authority that were told, by apex.
    pub starts: BTreeMap<Name, Start>,
    /// KMS records of domains that the plan does not know, as domain, host and port.
    pub(super) others: Vec<(Name, Name, u16)>,
}

/// A start of authority, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The serial number.
    pub serial: u32,
    /// The minimum of the record, in seconds.
    pub minimum: u32,
    /// Its own TTL, in seconds; `None`: not told.
    pub ttl: Option<u32>,
}

impl Start {
    /// How long the answer that there is nothing may be remembered, in seconds: as long as the minimum and the
    /// record's own TTL allow (RFC 2308 section 5).
    pub fn negative(&self) -> u32 {
        self.ttl.map_or(self.minimum, |ttl| ttl.min(self.minimum))
    }
}

/// What is said of a domain.
#[derive(Debug, Clone)]
pub enum Observed {
    /// Its set; empty: there are no records.
    Records(Vec<Record>),
    /// An alias stands at the owner.
    Alias {
        /// Where it leads.
        target: Name,
        /// The records that clients get through it, as far as they are known.
        records: Vec<Record>,
    },
    /// Nothing that could be used.
    Nothing(Nothing),
}

impl Observed {
    /// The records that clients get.
    pub fn records(&self) -> Option<&[Record]> {
        match self {
            Self::Records(records) | Self::Alias { records, .. } => Some(records),
            Self::Nothing(_) => None,
        }
    }
}

/// A record that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The KMS host.
    pub target: Name,
    /// TCP port.
    pub port: u16,
    /// Its values. TTL and age are `None` where that is not told.
    pub values: Values,
}

/// Why there is no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nothing {
    /// The class, a word in JSON.
    pub why: &'static str,
    /// What happened, for people.
    pub message: String,
    /// What to try; may be empty.
    pub help: String,
}

/// The class of an answer of somebody who does not hold the zone.
const NOT_AUTHORITATIVE: &str = "not-authoritative";
/// The class of a record set that no source tells of.
const NOT_TOLD: &str = "not-told";

impl Look {
    /// Nothing is known yet.
    pub fn of(who: Who) -> Self {
        Self {
            who,
            domains: BTreeMap::new(),
            starts: BTreeMap::new(),
            others: Vec::new(),
        }
    }

    /// Takes in what a snapshot says of the plan's domains for which `asked` holds.
    pub fn take(&mut self, plan: &Plan, snapshot: &Snapshot, asked: impl Fn(&Name) -> bool) {
        for domain in planned(plan).filter(|domain| asked(&domain.owner)) {
            let seen = self.observe(snapshot, domain);
            self.domains.insert(domain.owner.clone(), seen);
        }
        for zone in &snapshot.zones {
            if let Some(soa) = &zone.soa {
                let start = Start {
                    serial: soa.serial,
                    minimum: soa.minimum,
                    ttl: soa.ttl,
                };
                self.starts.insert(zone.name.to_lowercase(), start);
            }
        }
        self.others = others(plan, snapshot);
    }

    /// Takes in that nothing usable came about the plan's domains for which `asked` holds.
    pub fn fail(&mut self, plan: &Plan, nothing: &Nothing, asked: impl Fn(&Name) -> bool) {
        for domain in planned(plan).filter(|domain| asked(&domain.owner)) {
            let seen = Observed::Nothing(nothing.clone());
            self.domains.insert(domain.owner.clone(), seen);
        }
    }

    fn observe(&self, snapshot: &Snapshot, domain: &PlanDomain) -> Observed {
        let owner = &domain.owner;
        if let Some(unanswered) = snapshot.unanswered.get(owner) {
            return Observed::Nothing(unanswered.into());
        }
        let live = !matches!(self.who, Who::Sources(_));
        let zone = match snapshot.holder(owner) {
            Holder::Zone(zone) => zone,
            Holder::Delegated { cut, .. } => return Observed::Nothing(delegated(cut, live)),
            Holder::None => return Observed::Nothing(not_told(live)),
        };
        if matches!(self.who, Who::Authority { .. }) && snapshot.without_authority.contains(owner) {
            return Observed::Nothing(Nothing {
                why: NOT_AUTHORITATIVE,
                message: "its answer is not authoritative: it does not hold the zone itself"
                    .to_owned(),
                help: "load the zone there, or take the server out of the NS set".to_owned(),
            });
        }
        if let Some((_, alias)) = zone.alias_of(owner) {
            let behind = snapshot.through_aliases.get(owner);
            return Observed::Alias {
                target: alias.target.clone(),
                records: records(behind.map(Vec::as_slice).unwrap_or_default()),
            };
        }
        if !zone.tells(owner) {
            return Observed::Nothing(not_told(live));
        }
        let found = zone.kms.get(owner).map(Vec::as_slice).unwrap_or_default();
        if found.is_empty()
            && let Some(wanted) = &domain.zone
            && is_above(zone, wanted)
        {
            return Observed::Nothing(another_zone(&zone.name, wanted, live));
        }
        Observed::Records(records(found))
    }
}

/// Whether a zone, whose source tells its name, lies above the one that the plan knows: then nobody told of that one,
/// and that the zone above holds no records says nothing.
fn is_above(zone: &Zone, wanted: &Name) -> bool {
    zone.apex_from == ApexFrom::Source && zone.name != *wanted && zone.name.zone_of(wanted)
}

impl From<&Unanswered> for Nothing {
    fn from(unanswered: &Unanswered) -> Self {
        Self {
            why: unanswered.why.word(),
            message: unanswered.message.clone(),
            help: unanswered.help.clone(),
        }
    }
}

impl Nothing {
    /// A name of an NS record without address.
    pub fn no_address(name: &Name) -> Self {
        Self {
            why: "no-address",
            message: format!("no address of {} is known", presentation::plain(name)),
            help: "give the name an address record, or take it out of the NS set".to_owned(),
        }
    }

    /// Records that are those of before as well as the planned ones, since what differs is not told: `ages`, whether
    /// that is (also) their age, else their TTL. `live`: a server tells, not a source.
    pub fn indistinct(ages: bool, live: bool) -> Self {
        let (what, help) = match (ages, live) {
            (true, true) => (
                "in whether records are static, which no answer of a server tells",
                "verify with an export of the zone (dnscmd /ZoneExport)",
            ),
            (true, false) => (
                "in whether records are static, which this source does not tell",
                "give an export of the zone (dnscmd /ZoneExport)",
            ),
            (false, true) => (
                "in the TTL, which an answer out of a cache does not tell",
                "ask a server that holds the zone",
            ),
            (false, false) => (
                "in the TTL, which this source does not tell",
                "give an export of the zone",
            ),
        };
        Self {
            why: NOT_TOLD,
            message: format!("the set of before and the planned one differ only {what}"),
            help: help.to_owned(),
        }
    }

    /// Whether looking again cannot help.
    pub fn is_final(&self) -> bool {
        self.why == NOT_TOLD
    }

    /// A server whose answers fit nothing that is known: `message` says what is wrong with them.
    pub fn unusable(message: String) -> Self {
        Self {
            why: Why::Malformed.word(),
            message,
            help: String::new(),
        }
    }
}

fn delegated(cut: &Name, live: bool) -> Nothing {
    let cut = presentation::plain(cut);
    if live {
        Nothing {
            why: NOT_AUTHORITATIVE,
            message: format!("it says that other servers hold {cut}"),
            help: "ask those servers".to_owned(),
        }
    } else {
        Nothing {
            why: NOT_TOLD,
            message: format!("{cut} is delegated, and its zone was not given"),
            help: "give the zone too".to_owned(),
        }
    }
}

fn another_zone(told: &Name, wanted: &Name, live: bool) -> Nothing {
    let (told, wanted) = (presentation::plain(told), presentation::plain(wanted));
    if live {
        Nothing {
            why: NOT_AUTHORITATIVE,
            message: format!(
                "it answers out of the zone {told}: it knows nothing of the zone {wanted}"
            ),
            help: "ask a server of that zone; check that it is loaded there and delegated"
                .to_owned(),
        }
    } else {
        Nothing {
            why: NOT_TOLD,
            message: format!("only the zone {told} was given, and {wanted} is a zone of its own"),
            help: "give that zone too".to_owned(),
        }
    }
}

fn not_told(live: bool) -> Nothing {
    let (message, help) = if live {
        ("its answer tells nothing of the record set", "")
    } else {
        (
            "no source tells of its records",
            "give its zone, or an answer about its records",
        )
    };
    Nothing {
        why: NOT_TOLD,
        message: message.to_owned(),
        help: help.to_owned(),
    }
}

/// The records, each once: equal lines of a file are one record to a server (RFC 2181 section 5).
fn records(found: &[KmsRecord]) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for record in found {
        let record = Record {
            target: record.target.clone(),
            port: record.port,
            values: Values {
                priority: record.priority,
                weight: record.weight,
                ttl: record.ttl,
                aged: record.aged,
            },
        };
        let is_twin = |other: &Record| {
            other.target == record.target
                && other.port == record.port
                && other.values.priority == record.values.priority
                && other.values.weight == record.values.weight
        };
        if !records.iter().any(is_twin) {
            records.push(record);
        }
    }
    records
}

/// The KMS records that stand in domains which the plan does not know.
fn others(plan: &Plan, snapshot: &Snapshot) -> Vec<(Name, Name, u16)> {
    let known: BTreeSet<&Name> = plan.domains.iter().map(|domain| &domain.owner).collect();
    let mut others = Vec::new();
    for zone in &snapshot.zones {
        for (owner, records) in &zone.kms {
            if known.contains(owner) {
                continue;
            }
            let Some(domain) = presentation::kms_domain(owner) else {
                continue;
            };
            let places = records.iter();
            others
                .extend(places.map(|record| (domain.clone(), record.target.clone(), record.port)));
        }
    }
    others
}
