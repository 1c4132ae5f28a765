//! The plan: a pure function of topology, snapshot and the date given.
//!
//! No I/O, no clock, no locale, no randomness: the same inputs give the same plan.

use crate::snapshot::{ApexFrom, Format};
use crate::topology::{DynamicUpdate, Publishing};
use crate::{Date, Fingerprint, Name};

pub mod action;
pub mod clients;
pub mod edit;
pub(crate) mod evidence;
pub mod files;
pub mod finding;
pub mod group;
pub mod identity;
pub mod live;
mod make;
pub mod management;
pub mod order;
pub mod records;
pub mod rollback;
pub mod rules;
pub mod step;
pub mod summary;

pub use action::{Action, Record, ZoneRef};
pub use finding::{Code, Finding, Severity};
pub use step::{Phase, Role};
pub use summary::Summary;

/// The largest TTL, in seconds (RFC 2181 section 8).
pub const MAX_TTL: u32 = 2_147_483_647;

/// What must change: records, steps, findings.
#[derive(Debug, Clone)]
pub struct Plan {
    /// SHA-256 of what would be done to what, lower-case hexadecimal.
    pub id: String,
    /// The id of the plan that it takes back; `None`: it leads to what a topology says.
    pub takes_back: Option<String>,
    /// The topology it was made from.
    pub topology: TopologySummary,
    /// The zones that hold the domains, sorted by name.
    pub zones: Vec<PlanZone>,
    /// The domains, sorted by name.
    pub domains: Vec<PlanDomain>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What the reviewer must know: errors, warnings, notes.
    pub findings: Vec<Finding>,
    /// Under manual publishing the hosts on which automatic publishing must stay off.
    pub reminder: Option<Reminder>,
    /// The edits of zone files.
    pub diffs: Vec<FileDiff>,
    /// What each source was taken for, sorted by path.
    pub sources: Vec<PlanSource>,
    /// Hosts and clients as the topology tells them.
    pub deployment: clients::Deployment,
}

/// What a source was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSource {
    /// Its path.
    pub path: String,
    /// The form.
    pub format: Format,
    /// What shows it.
    pub why: String,
    /// The zones that it tells of, and how each one's name is known.
    pub zones: Vec<(Name, ApexFrom)>,
}

/// The topology that a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopologySummary {
    /// Its file.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Who writes the records.
    pub publishing: Publishing,
    /// How many hosts it names.
    pub hosts: usize,
    /// How many domains they serve.
    pub domains: usize,
}

/// A zone that holds domains of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanZone {
    /// How it is managed, and its name.
    pub zone: ZoneRef,
    /// The apex in its own spelling.
    pub spelling: Name,
    /// Whether its kind was neither written nor seen.
    pub kind_assumed: bool,
    /// The dynamic updates that it takes, if known.
    pub dynamic_update: Option<DynamicUpdate>,
    /// What it was read from.
    pub source: String,
    /// In which form.
    pub format: Format,
    /// SHA-256 of the source.
    pub sha256: Fingerprint,
    /// The SOA serial that was read.
    pub serial: Option<u32>,
    /// The serial after the diff; `None` where no file changes.
    pub new_serial: Option<u32>,
}

/// One domain of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDomain {
    /// The domain in the topology's spelling, else the zone's.
    pub name: Name,
    /// The apex of its zone; `None` where no source tells.
    pub zone: Option<Name>,
    /// `_vlmcs._tcp.<domain>`.
    pub owner: Name,
    /// Live hosts now, at the end, and at the least on the way.
    pub live: Live,
    /// The records: what stays, changes, comes, goes.
    pub changes: Vec<Change>,
}

impl PlanDomain {
    /// Whether some source tells which records stand here now.
    pub fn is_known(&self) -> bool {
        self.zone.is_some() || !self.changes.is_empty()
    }
}

/// Numbers of live hosts of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    /// Before the first step.
    pub before: usize,
    /// After the last.
    pub after: usize,
    /// The fewest in any state on the way.
    pub minimum: usize,
}

/// A place in a source: its path as shown to people, and the line, which what a live server said does not have.
pub type Place = (String, Option<usize>);

/// What happens to one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It stays as it is.
    Keep,
    /// Some of its values become others.
    Change,
    /// It comes.
    Add,
    /// It goes.
    Remove,
}

impl Verb {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Change => "change",
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }
}

/// Priority, weight, TTL and age of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    /// Lower is asked first.
    pub priority: u16,
    /// Share within a priority.
    pub weight: u16,
    /// Seconds; `None`: not known, or left to the host that publishes.
    pub ttl: Option<u32>,
    /// With a timestamp; `None`: not known, or left to the host that publishes.
    pub aged: Option<bool>,
}

/// Why a record changes or stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The topology names the host.
    Listed,
    /// The topology says the host is retired.
    Retired,
    /// The topology does not name the host.
    Unlisted,
    /// The topology names the host, but not for this domain.
    NotPublishedHere,
    /// The topology names the host with another port.
    OtherPort,
    /// Another record has the same target and port.
    Duplicate,
    /// A plan is taken back.
    WayBack,
    /// A plan is taken back, and it does not know the record.
    Meanwhile,
}

impl Why {
    /// The sentence in JSON.
    pub fn sentence(self, verb: Verb) -> &'static str {
        match (self, verb) {
            (Self::Listed, Verb::Keep) => "The record is as the topology wants it.",
            (Self::Listed, _) => "The topology wants it so.",
            (Self::Retired, _) => "The host is retired.",
            (Self::Unlisted, Verb::Keep) => {
                "The topology does not name the host. The record stays."
            }
            (Self::Unlisted, _) => "The topology does not name the host.",
            (Self::NotPublishedHere, _) => "The topology names the host, but not for this domain.",
            (Self::OtherPort, _) => "The topology gives the host another port.",
            (Self::Duplicate, _) => "Another record has the same target and port.",
            (Self::WayBack, Verb::Keep) => "The record is as it was before the plan.",
            (Self::WayBack, Verb::Remove) => "The record was not there before the plan.",
            (Self::WayBack, _) => "It was so before the plan.",
            (Self::Meanwhile, _) => "The plan that is taken back does not know the record.",
        }
    }
}

/// One SRV record and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happens.
    pub verb: Verb,
    /// The KMS host, in the topology's spelling for desired hosts, else the zone's.
    pub target: Name,
    /// TCP port.
    pub port: u16,
    /// What is there; `None` for an add.
    pub before: Option<Values>,
    /// What is to be there; `None` for a remove.
    pub after: Option<Values>,
    /// Why.
    pub why: Why,
    /// The record's file and line; `None` for an add.
    pub place: Option<Place>,
    /// The part of new clients that asks this host first when the plan is done, in ten-thousandths;
    /// `None` for a remove.
    pub share: Option<u16>,
}

/// An action with its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// What is done.
    pub action: Action,
}

/// The hosts on which automatic publishing must stay off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// The hosts.
    pub hosts: Vec<Name>,
}

/// The edit of one zone file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The path without `a/` or `b/`.
    pub path: String,
    /// Whether `patch -p1` can apply it.
    pub applies: bool,
    /// The unified diff, octets of the file unchanged in it; of a UTF-16 file the text as UTF-8.
    pub unified: Vec<u8>,
}

impl FileDiff {
    /// Whether it edits the file of its path and no other.
    pub fn is_of_its_path(&self) -> bool {
        edit::is_unified(&self.path, &self.unified)
    }
}

/// What a plan takes beside topology and snapshot.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The day for all that needs a date.
    pub today: Option<Date>,
    /// Findings accepted on the command line.
    pub allow: Vec<crate::topology::Allow>,
}

impl Plan {
    /// The zone of a domain. Where a source did not tell it, it is the one that encloses the domain's records.
    fn zone_of(&self, domain: &PlanDomain) -> Option<&PlanZone> {
        let encloses = |zone: &&PlanZone| match &domain.zone {
            Some(apex) => zone.zone.name == *apex,
            None => zone.zone.name.zone_of(&domain.owner),
        };
        let zones = self.zones.iter().filter(encloses);
        zones.max_by_key(|zone| crate::presentation::label_count(&zone.zone.name))
    }
}
