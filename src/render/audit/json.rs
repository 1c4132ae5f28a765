//! An audit as JSON, format version 1. Keys may be added to a format version, never changed.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Name;
use crate::audit::{self, Audit, Knowledge, Place};
use crate::plan::identity::PROGRAM_VERSION;
use crate::presentation::{absolute, lower};
use crate::render::json::printed;

/// The version of the document's shape.
const FORMAT_VERSION: &str = "1";

/// The audit as a JSON document: indented, LF line ends, keys in a fixed order. What would act on a terminal stands
/// as `\uXXXX`.
pub fn json(audit: &Audit) -> String {
    printed(&Document::from(audit))
}

/// The JSON Schema of the document.
pub fn schema() -> String {
    include_str!("schema.json").to_owned()
}

/// What kmsplan found. Names are absolute, with a final dot, in lower case; `spelling` stands where the name is
/// written in another case. Unknown keys may be there.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "kmsplan audit")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(regex(pattern = r"^1$"))]
    format_version: &'static str,
    /// The version of kmsplan that wrote the document.
    kmsplan_version: &'static str,
    /// Whether every domain was answered, and Ctrl-C left nothing out.
    complete: bool,
    /// Whether connections to the hosts were tried.
    probed: bool,
    /// The topology that it was compared with.
    topology: Option<Topology<'a>>,
    /// What was read.
    sources: Vec<Source<'a>>,
    summary: Summary,
    /// The domains that were asked for, sorted by name.
    domains: Vec<Domain<'a>>,
    /// Domains that nobody asked for and that have KMS records.
    other_domains: Vec<OtherDomain>,
    /// The targets of all records of the domains that were asked for, sorted by name.
    hosts: Vec<Host<'a>>,
    /// What is amiss, or at least to be known.
    problems: Vec<Problem>,
}

#[derive(Serialize, JsonSchema)]
struct Topology<'a> {
    /// Its file as typed.
    path: &'a str,
    /// SHA-256 of the file.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    sha256: &'a str,
    /// How many hosts it names.
    hosts: usize,
}

#[derive(Serialize, JsonSchema)]
struct Source<'a> {
    /// As typed.
    path: &'a str,
    /// What it was taken for.
    format: &'static str,
    /// What shows it.
    why: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Domains that were asked for.
    domains: usize,
    /// Domains with records.
    with_records: usize,
    /// Domains without any.
    without_records: usize,
    /// Domains for which a server gave no usable answer.
    unanswered: usize,
    /// Domains of which no source tells.
    not_known: usize,
    /// Records.
    records: usize,
    /// Distinct KMS hosts.
    hosts: usize,
    /// How many hosts one KMS host key activates.
    hosts_of_a_key: usize,
    /// Hosts beyond that number.
    beyond_a_key: usize,
    /// Hosts that the topology does not name.
    unlisted_hosts: usize,
    /// Hosts that the topology wants gone.
    retired_hosts: usize,
}

#[derive(Serialize, JsonSchema)]
struct Domain<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// The name that owns the records: `_vlmcs._tcp.<domain>`.
    owner: String,
    /// The zone that holds it, where the source tells.
    zone: Option<String>,
    /// "records", "none", "unanswered", or "not-known": no source tells.
    #[schemars(regex(pattern = r"^(records|none|unanswered|not-known)$"))]
    status: &'static str,
    /// Why it is not known.
    reason: Option<&'a str>,
    /// What happened to the question, where it was not answered.
    unanswered: Option<Unanswered<'a>>,
    /// The alias in the place of records: the records are those of the name that it leads to.
    alias: Option<Alias<'a>>,
    /// The wildcard that may answer, where there are no records.
    wildcard: Option<Wildcard<'a>>,
    /// In the order in which clients ask: by priority, then by weight, the largest first.
    records: Vec<Record<'a>>,
    /// The hosts of the topology that are expected here and have no record.
    missing: Vec<Missing>,
}

#[derive(Serialize, JsonSchema)]
struct Unanswered<'a> {
    /// The server.
    server: &'a str,
    /// The class of what happened.
    why: &'static str,
    /// What happened.
    message: &'a str,
    /// What to try.
    help: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Alias<'a> {
    /// Where it stands.
    at: String,
    /// "cname" or "dname".
    #[schemars(regex(pattern = r"^(cname|dname)$"))]
    kind: &'static str,
    /// The name that the owner is led to.
    target: String,
    file: &'a str,
    line: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Wildcard<'a> {
    name: String,
    file: &'a str,
    line: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Record<'a> {
    /// The KMS host; "." says that the service is not offered.
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    priority: u16,
    weight: u16,
    /// Seconds; null: the source does not tell.
    ttl: Option<u32>,
    /// Whether it carries the timestamp of a dynamic update; null: the source does not tell.
    aged: Option<bool>,
    /// What the topology says of the host: "expected", "other-domain" (named, but not for this domain), "retired" or
    /// "unlisted"; null without a topology, and for the target ".".
    #[schemars(regex(pattern = r"^(expected|other-domain|retired|unlisted)$"))]
    topology: Option<&'static str>,
    /// What the topology wants of the host here.
    expected: Option<Values>,
    /// Whether priority, weight or port are others than that.
    differs: bool,
    /// Where priority and weight are 0, as a host publishes them by itself unless its publish list says others:
    /// "timestamped" (it carries the timestamp of a dynamic update), "age-unknown" or "static".
    #[schemars(regex(pattern = r"^(timestamped|age-unknown|static)$"))]
    self_published: Option<&'static str>,
    /// Whether another record of the domain names the same host and port.
    duplicate: bool,
    /// The file that it was read from, or the server.
    file: Option<&'a str>,
    line: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Values {
    port: u16,
    priority: u16,
    weight: u16,
}

#[derive(Serialize, JsonSchema)]
struct Missing {
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    priority: u16,
    weight: u16,
}

#[derive(Serialize, JsonSchema)]
struct OtherDomain {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// The targets of its records.
    hosts: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Host<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// The domains whose clients are sent to it.
    domains: Vec<String>,
    /// The ports of its records.
    ports: Vec<u16>,
    /// Whether the topology names it: "listed", "retired" or "unlisted"; null without a topology.
    #[schemars(regex(pattern = r"^(listed|retired|unlisted)$"))]
    topology: Option<&'static str>,
    /// What its name leads to: "resolves", "no-address", "alias", "unanswered", or "not-known": no source tells.
    #[schemars(regex(pattern = r"^(resolves|no-address|alias|unanswered|not-known)$"))]
    status: &'static str,
    /// Its addresses, as far as the sources were read for them.
    addresses: Vec<IpAddr>,
    /// Where its name leads, where it is an alias.
    alias: Option<String>,
    /// What happened to the question for its addresses, where it was not answered.
    unanswered: Option<Unanswered<'a>>,
    /// What became of connections.
    connections: Vec<Connection<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Connection<'a> {
    port: u16,
    /// null: none is known.
    address: Option<IpAddr>,
    /// "accepted", "refused", "timeout", "unreachable", "not-tried" (interrupted), or "no-address".
    #[schemars(regex(pattern = r"^(accepted|refused|timeout|unreachable|not-tried|no-address)$"))]
    outcome: &'static str,
    /// Why there is no address.
    reason: Option<&'a str>,
}

/// All problems of a kind.
#[derive(Serialize, JsonSchema)]
struct Problem {
    /// The kind.
    kind: &'static str,
    entries: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
struct Entry {
    /// The host, alias or wildcard that it is about, without final dot.
    subject: Option<String>,
    /// What more there is to say.
    detail: String,
    /// In how many domains it is so.
    domains: usize,
}

/// The name's own spelling, where it is not all lower case.
fn spelling(name: &Name) -> Option<String> {
    (!name.eq_case(&name.to_lowercase())).then(|| absolute(name))
}

fn place(place: &Place) -> (&str, Option<usize>) {
    (place.0.as_str(), place.1)
}

impl<'a> From<&'a Audit> for Document<'a> {
    fn from(audit: &'a Audit) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            kmsplan_version: PROGRAM_VERSION,
            complete: audit.is_complete(),
            probed: audit.probed,
            topology: audit.topology.as_ref().map(|topology| Topology {
                path: &topology.path,
                sha256: &topology.sha256,
                hosts: topology.hosts,
            }),
            sources: audit
                .sources
                .iter()
                .map(|source| Source {
                    path: &source.path,
                    format: source.format.word(),
                    why: &source.why,
                })
                .collect(),
            summary: audit.summary().into(),
            domains: audit.domains.iter().map(Domain::from).collect(),
            other_domains: audit.other_domains.iter().map(OtherDomain::from).collect(),
            hosts: audit.hosts.iter().map(Host::from).collect(),
            problems: audit.problems().into_iter().map(Problem::from).collect(),
        }
    }
}

impl From<audit::Summary> for Summary {
    fn from(summary: audit::Summary) -> Self {
        Self {
            domains: summary.domains,
            with_records: summary.with_records,
            without_records: summary.without_records,
            unanswered: summary.unanswered,
            not_known: summary.not_known,
            records: summary.records,
            hosts: summary.hosts,
            hosts_of_a_key: audit::HOSTS_OF_A_KEY,
            beyond_a_key: summary.beyond_a_key,
            unlisted_hosts: summary.unlisted_hosts,
            retired_hosts: summary.retired_hosts,
        }
    }
}

impl<'a> From<&'a audit::Domain> for Domain<'a> {
    fn from(domain: &'a audit::Domain) -> Self {
        let (reason, unanswered) = match &domain.knowledge {
            Knowledge::Records | Knowledge::None => (None, None),
            Knowledge::NotKnown(why) => (Some(why.as_str()), None),
            Knowledge::Unanswered(unanswered) => (None, Some(unanswered.into())),
        };
        Self {
            name: lower(&domain.name),
            spelling: spelling(&domain.name),
            owner: lower(&domain.owner),
            zone: domain.zone.as_ref().map(lower),
            status: domain.knowledge.status().word(),
            reason,
            unanswered,
            alias: domain.alias.as_ref().map(|alias| {
                let (file, line) = place(&alias.place);
                Alias {
                    at: lower(&alias.at),
                    kind: if alias.dname { "dname" } else { "cname" },
                    target: lower(&alias.target),
                    file,
                    line,
                }
            }),
            wildcard: domain.wildcard.as_ref().map(|(name, at)| {
                let (file, line) = place(at);
                Wildcard {
                    name: lower(name),
                    file,
                    line,
                }
            }),
            records: domain.records.iter().map(Record::from).collect(),
            missing: domain.missing.iter().map(Missing::from).collect(),
        }
    }
}

impl<'a> From<&'a audit::Unanswered> for Unanswered<'a> {
    fn from(unanswered: &'a audit::Unanswered) -> Self {
        Self {
            server: &unanswered.server,
            why: unanswered.why.word(),
            message: &unanswered.message,
            help: &unanswered.help,
        }
    }
}

impl<'a> From<&'a audit::Record> for Record<'a> {
    fn from(record: &'a audit::Record) -> Self {
        let (file, line) = record.place.as_ref().map(place).unzip();
        Self {
            target: lower(&record.target),
            spelling: spelling(&record.target),
            port: record.port,
            priority: record.priority,
            weight: record.weight,
            ttl: record.ttl,
            aged: record.aged,
            topology: record.standing.map(audit::Standing::word),
            expected: record.expected.as_ref().map(|expected| Values {
                port: expected.port,
                priority: expected.priority,
                weight: expected.weight,
            }),
            differs: record.differs(),
            self_published: record.signature().map(audit::Signature::word),
            duplicate: record.duplicate,
            file,
            line: line.flatten(),
        }
    }
}

impl From<&audit::Expected> for Missing {
    fn from(expected: &audit::Expected) -> Self {
        Self {
            host: lower(&expected.host),
            spelling: spelling(&expected.host),
            port: expected.port,
            priority: expected.priority,
            weight: expected.weight,
        }
    }
}

impl From<&audit::OtherDomain> for OtherDomain {
    fn from(other: &audit::OtherDomain) -> Self {
        Self {
            name: lower(&other.name),
            spelling: spelling(&other.name),
            hosts: other.hosts.iter().map(lower).collect(),
        }
    }
}

impl<'a> From<&'a audit::Host> for Host<'a> {
    fn from(host: &'a audit::Host) -> Self {
        let (alias, unanswered) = match &host.address {
            audit::Address::Alias { target, .. } => (Some(lower(target)), None),
            audit::Address::Unanswered(unanswered) => (None, Some(unanswered.into())),
            _ => (None, None),
        };
        Self {
            name: lower(&host.name),
            spelling: spelling(&host.name),
            domains: host.domains.iter().map(lower).collect(),
            ports: host.ports.iter().copied().collect(),
            topology: host.listing.map(audit::Listing::word),
            status: host.address.resolution().word(),
            addresses: host
                .address
                .known()
                .into_iter()
                .flatten()
                .copied()
                .collect(),
            alias,
            unanswered,
            connections: host.tried.iter().map(Connection::from).collect(),
        }
    }
}

impl<'a> From<&'a audit::Tried> for Connection<'a> {
    fn from(tried: &'a audit::Tried) -> Self {
        let (address, outcome, reason) = match &tried.result {
            Ok((address, outcome)) => (Some(*address), outcome.word(), None),
            Err(why) => (None, "no-address", Some(why.as_str())),
        };
        Self {
            port: tried.port,
            address,
            outcome,
            reason,
        }
    }
}

impl From<audit::Problem> for Problem {
    fn from(problem: audit::Problem) -> Self {
        Self {
            kind: problem.kind.word(),
            entries: problem
                .entries
                .into_iter()
                .map(|entry| Entry {
                    subject: entry.subject,
                    detail: entry.detail,
                    domains: entry.domains.len(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::schema;

    #[test]
    fn the_schema_is_of_the_document() {
        schema::expect::<Document<'_>>("audit/schema.json", &schema());
    }
}
