//! The audit: which KMS hosts clients can find, domain by domain, and what is amiss with them.
//!
//! [`Audit::make`] is a pure function of a snapshot, the domains that were asked for and perhaps a topology;
//! [`Audit::take_in`] adds what became of connections to the hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub use crate::snapshot::live::{Outcome, Unanswered};
use crate::snapshot::{Format, Snapshot};
use crate::topology::Topology;
use crate::words::words;
use crate::{Name, parallel};

mod domains;
mod expected;
mod hosts;
mod problems;
mod summary;

pub use problems::{Entry, Kind, Problem, in_short, outcome_title};
pub use summary::Summary;

/// How many domains are worth a turn of a thread.
const PER_TURN: usize = 64;

/// How many hosts one KMS host key activates (Microsoft "Activate clients running Windows 10").
pub const HOSTS_OF_A_KEY: usize = 6;

/// A file, as people know it, and the line in it; what a live server said has no line.
pub type Place = (String, Option<usize>);

/// What was found.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The topology that it was compared with.
    pub topology: Option<Compared>,
    /// What was read, sorted by path.
    pub sources: Vec<Source>,
    /// The domains that were asked for, sorted by name.
    pub domains: Vec<Domain>,
    /// Domains that nobody asked for and that have KMS records, sorted by name.
    pub other_domains: Vec<OtherDomain>,
    /// The targets of all records of the domains that were asked for, sorted by name.
    pub hosts: Vec<Host>,
    /// Whether connections to the hosts were tried.
    pub probed: bool,
    /// Whether Ctrl-C came before everything was asked and tried.
    pub interrupted: bool,
}

/// A topology that was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Its file as typed.
    pub path: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// How many hosts it names.
    pub hosts: usize,
    /// Whether hosts are to publish by themselves.
    pub automatic: bool,
}

/// A source that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As typed.
    pub path: String,
    /// What it was taken for.
    pub format: Format,
    /// What shows it.
    pub why: String,
}

/// What is known of one domain.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Its name, as it was asked for.
    pub name: Name,
    /// `_vlmcs._tcp.<domain>`.
    pub owner: Name,
    /// The zone that holds the owner, where the source tells it.
    pub zone: Option<Name>,
    /// What is known.
    pub knowledge: Knowledge,
    /// The alias at the owner: the records are those of the name that it leads to.
    pub alias: Option<OwnerAlias>,
    /// The wildcard that may answer for the owner, where the owner has no records of its own.
    pub wildcard: Option<(Name, Place)>,
    /// The records that clients get, in the order in which they are asked: by priority, then by weight, the
    /// largest first.
    pub records: Vec<Record>,
    /// The hosts of the topology that are expected here and have no record.
    pub missing: Vec<Expected>,
}

/// What is known of the records of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Knowledge {
    /// It has records.
    Records,
    /// It has none: a source says so.
    None,
    /// A server was asked and gave no usable answer.
    Unanswered(Unanswered),
    /// No source tells: why, the end of a sentence about the domain.
    NotKnown(String),
}

words! {
    /// What is known of the records of a domain, in a word.
    Status {
        /// It has records.
        Records = "records",
        /// It has none.
        None = "none",
        /// A server was asked and gave no usable answer.
        Unanswered = "unanswered",
        /// No source tells.
        NotKnown = "not-known",
    }
}

impl Knowledge {
    /// In a word.
    pub fn status(&self) -> Status {
        match self {
            Self::Records => Status::Records,
            Self::None => Status::None,
            Self::Unanswered(_) => Status::Unanswered,
            Self::NotKnown(_) => Status::NotKnown,
        }
    }
}

/// An alias at, or above, the owner of a domain's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerAlias {
    /// Where it stands.
    pub at: Name,
    /// Whether it is a DNAME, which takes all names below it elsewhere, or a CNAME.
    pub dname: bool,
    /// The name that the owner is led to.
    pub target: Name,
    /// Where it was read.
    pub place: Place,
}

/// A KMS record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Lower is asked first.
    pub priority: u16,
    /// Share within a priority.
    pub weight: u16,
    /// TCP port.
    pub port: u16,
    /// The KMS host.
    pub target: Name,
    /// Seconds; `None`: the source does not tell.
    pub ttl: Option<u32>,
    /// Whether it carries the timestamp of a dynamic update; `None`: the source does not tell.
    pub aged: Option<bool>,
    /// Where it was read, where the source has lines.
    pub place: Option<Place>,
    /// Whether another record of the set names the same host and port.
    pub duplicate: bool,
    /// What the topology says of its host; `None` without a topology, and for the target `.`.
    pub standing: Option<Standing>,
    /// What the topology wants of its host here, where it wants the host here.
    pub expected: Option<Expected>,
}

words! {
    /// What a topology says of a host in a domain.
    Standing {
        /// It is to serve the domain.
        Expected = "expected",
        /// The topology names it, but not for this domain.
        OtherDomain = "other-domain",
        /// It must be gone everywhere.
        Retired = "retired",
        /// The topology does not name it.
        Unlisted = "unlisted",
    }
}

words! {
    /// What a record with priority 0 and weight 0 shows. These are the values that a KMS host publishes by itself
    /// unless its publish list says others (Microsoft "Deploy KMS Activation"); a person may have written them too.
    Signature {
        /// It carries the timestamp of a dynamic update: a person's record would carry none.
        Timestamped = "timestamped",
        /// The source does not tell whether it carries one.
        AgeUnknown = "age-unknown",
        /// It carries none.
        Static = "static",
    }
}

impl Record {
    /// Whether it says that the service is not offered: the target `.` (RFC 2782).
    pub fn is_no_service(&self) -> bool {
        self.target.is_root()
    }

    /// What it shows, where it has priority 0 and weight 0.
    pub fn signature(&self) -> Option<Signature> {
        if (self.priority, self.weight) != (0, 0) || self.is_no_service() {
            return None;
        }
        Some(match self.aged {
            Some(true) => Signature::Timestamped,
            None => Signature::AgeUnknown,
            Some(false) => Signature::Static,
        })
    }

    /// Whether priority, weight or port are others than the topology wants.
    pub fn differs(&self) -> bool {
        self.expected.as_ref().is_some_and(|expected| {
            (self.priority, self.weight, self.port)
                != (expected.priority, expected.weight, expected.port)
        })
    }
}

/// A record that the topology wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The host.
    pub host: Name,
    /// Priority.
    pub priority: u16,
    /// Weight.
    pub weight: u16,
    /// TCP port.
    pub port: u16,
}

/// A domain that nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherDomain {
    /// Its name.
    pub name: Name,
    /// The targets of its records, sorted by name, each once.
    pub hosts: Vec<Name>,
}

/// A KMS host: the target of a record.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name.
    pub name: Name,
    /// The domains whose clients are sent to it, sorted by name.
    pub domains: Vec<Name>,
    /// The ports of its records.
    pub ports: BTreeSet<u16>,
    /// Whether the topology names it; `None` without a topology.
    pub listing: Option<Listing>,
    /// What its name leads to.
    pub address: Address,
    /// What became of connections to it.
    pub tried: Vec<Tried>,
}

words! {
    /// Whether a topology names a host.
    Listing {
        /// It does.
        Listed = "listed",
        /// It says that the host must be gone.
        Retired = "retired",
        /// It does not.
        Unlisted = "unlisted",
    }
}

/// What the name of a host leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// It has an address: these, as far as the sources were read for them.
    Found(BTreeSet<IpAddr>),
    /// It has none, or does not exist.
    None,
    /// It is an alias, which the target of an SRV record must not be (RFC 2782).
    Alias {
        /// Where it leads.
        target: Name,
        /// The addresses at the end, as far as the sources were read for them.
        addresses: BTreeSet<IpAddr>,
        /// Where it was read.
        place: Place,
    },
    /// A server was asked and gave no usable answer.
    Unanswered(Unanswered),
    /// No source tells.
    Unknown,
}

words! {
    /// What the name of a host leads to, in a word.
    Resolution {
        /// To an address.
        Resolves = "resolves",
        /// To none.
        NoAddress = "no-address",
        /// To another name.
        Alias = "alias",
        /// A server was asked and gave no usable answer.
        Unanswered = "unanswered",
        /// No source tells.
        NotKnown = "not-known",
    }
}

impl Address {
    /// In a word.
    pub fn resolution(&self) -> Resolution {
        match self {
            Self::Found(_) => Resolution::Resolves,
            Self::None => Resolution::NoAddress,
            Self::Alias { .. } => Resolution::Alias,
            Self::Unanswered(_) => Resolution::Unanswered,
            Self::Unknown => Resolution::NotKnown,
        }
    }

    /// The addresses, as far as the sources were read for them.
    pub fn known(&self) -> Option<&BTreeSet<IpAddr>> {
        match self {
            Self::Found(addresses) | Self::Alias { addresses, .. } => Some(addresses),
            Self::None | Self::Unanswered(_) | Self::Unknown => None,
        }
    }
}

/// What became of the wish to connect to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The port.
    pub port: u16,
    /// The address, and what became of the connection; or why there was none to connect to.
    pub result: Result<(IpAddr, Outcome), String>,
}

impl Audit {
    /// What a snapshot says of these domains; without a list of all zones that were read, and of all domains that
    /// own KMS records in them. `topology` is what it is compared with.
    pub fn make(snapshot: &Snapshot, asked: Option<&[Name]>, topology: Option<&Topology>) -> Self {
        let expectations = topology.map(expected::Expectations::of);
        let look = domains::Look {
            snapshot,
            expectations: expectations.as_ref(),
        };
        let held = domains::held(snapshot);
        let names: BTreeMap<Name, Name> = match asked {
            Some(asked) => domains::once(asked.iter().cloned()),
            None => domains::once(domains::zones(snapshot).chain(held.iter().cloned())),
        };
        let other_domains = held
            .into_iter()
            .filter(|domain| !names.contains_key(domain))
            .filter_map(|domain| look.other(domain))
            .collect();
        let domains = parallel::map(names.into_values(), PER_TURN, |name| look.domain(name));
        let hosts = hosts::hosts(snapshot, &domains, expectations.as_ref());
        Self {
            topology: topology.map(Compared::from),
            sources: snapshot
                .sources
                .iter()
                .map(|taken| Source {
                    path: taken.path.clone(),
                    format: taken.format,
                    why: taken.why.clone(),
                })
                .collect(),
            domains,
            other_domains,
            hosts,
            probed: false,
            interrupted: false,
        }
    }

    /// Adds what became of connections, by the place of each host in [`Audit::hosts`].
    pub fn take_in(&mut self, tried: BTreeMap<usize, Vec<Tried>>) {
        self.probed = true;
        for (index, tried) in tried {
            if let Some(host) = self.hosts.get_mut(index) {
                host.tried = tried;
            }
        }
    }

    /// Whether every domain was answered, and nothing was left out because of Ctrl-C.
    pub fn is_complete(&self) -> bool {
        let answered =
            |domain: &Domain| matches!(domain.knowledge, Knowledge::Records | Knowledge::None);
        self.domains.iter().all(answered) && !self.interrupted
    }
}

impl From<&Topology> for Compared {
    fn from(topology: &Topology) -> Self {
        Self {
            path: topology.path.clone(),
            sha256: topology.sha256.clone(),
            hosts: topology.hosts.len(),
            automatic: topology.publishing == crate::topology::Publishing::Automatic,
        }
    }
}
