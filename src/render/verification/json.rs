//! A verification as JSON, format version 1: for programs.

use schemars::JsonSchema;
use serde::Serialize;

use super::wording;
use crate::Name;
use crate::plan::identity::{FORMAT_VERSION, PROGRAM_VERSION};
use crate::plan::{self, action};
use crate::presentation::{self, lower};
use crate::render::json::printed;
use crate::render::wording as plan_wording;
use crate::verification::{self as model, Memory, State, Verification, Who};

/// The verification as a JSON document: indented, LF line ends, keys in a fixed order. What would act on a
/// terminal stands as `\uXXXX`.
pub fn json(verification: &Verification<'_>) -> String {
    printed(&Document::of(verification))
}

/// The JSON Schema of the document.
pub fn schema() -> String {
    include_str!("schema.json").to_owned()
}

/// A verification made by kmsplan. Names are absolute, with a final dot, in lower case; `spelling` stands where
/// the name is written in another case. Unknown keys may be there.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "kmsplan verification")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(regex(pattern = r"^1$"))]
    format_version: &'static str,
    /// The version of kmsplan that wrote the document.
    kmsplan_version: &'static str,
    plan: Plan<'a>,
    /// Whether everything is as planned: the exit status is 0 then, or 3 where the plan has errors that nobody
    /// accepted.
    as_planned: bool,
    /// The same as a sentence.
    verdict: String,
    /// How often servers were looked at.
    #[schemars(range(min = 1))]
    looks: usize,
    summary: Summary,
    /// In the order in which they were given; those of an NS set by name.
    servers: Vec<Told<'a>>,
    /// Domains, and zones whose servers are not known, that could not be verified.
    unverified: Vec<Unverified<'a>>,
    /// Addresses of servers of an NS set that were not asked: this machine has no way to them, and the servers were
    /// asked at others.
    not_asked: Vec<NotAsked>,
    /// Whether Ctrl-C ended it: this is what was known by then.
    interrupted: bool,
    /// Hosts that the plan removes from at least one domain, by name.
    removed_hosts: Vec<Removed>,
    /// What resolvers may still remember of domains that the plan changes.
    caches: Vec<Cache>,
    publishing: Publishing<'a>,
    /// Domains whose records are to be static, where nothing that was seen tells it.
    ages_not_told: Vec<String>,
}

/// The plan that was verified.
#[derive(Serialize, JsonSchema)]
struct Plan<'a> {
    /// Its id.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    id: &'a str,
    /// The id of the plan that it takes back; missing where it leads to what a topology says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    takes_back: Option<&'a str>,
    /// Who writes the records: "manual" or "automatic".
    #[schemars(regex(pattern = r"^(manual|automatic)$"))]
    publishing: &'static str,
    /// Its errors that nobody accepted.
    errors: usize,
}

/// Totals. A record set counts once on each server that was asked about it.
#[derive(Serialize, JsonSchema)]
struct Summary {
    record_sets: usize,
    as_planned: usize,
    still_old: usize,
    something_else: usize,
    no_answer: usize,
    unverified: usize,
    removed_hosts_left: usize,
    /// Hosts that were not seen to publish as planned; 0 where nothing was given to see.
    publishing_not_as_planned: usize,
}

/// What one server says, or all sources together.
#[derive(Serialize, JsonSchema)]
struct Told<'a> {
    /// Address or name and port as typed, or as the NS set gave it; null for sources, and where an NS name has no
    /// address.
    server: Option<String>,
    /// Its name in the NS set; missing where it was named by its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The sources; missing for servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<&'a [String]>,
    /// The zones whose serial was told.
    zones: Vec<Zone>,
    domains: Vec<Domain<'a>>,
}

/// A zone and the serial of its SOA.
#[derive(Serialize, JsonSchema)]
struct Zone {
    name: String,
    serial: u32,
}

/// One record set on one server.
#[derive(Serialize, JsonSchema)]
struct Domain<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// `_vlmcs._tcp.<domain>`.
    owner: String,
    /// "as-planned"; "still-old": as before the plan; "something-else"; "no-answer": none that could be used.
    #[schemars(regex(pattern = r"^(as-planned|still-old|something-else|no-answer)$"))]
    state: &'static str,
    /// Whether something else is a mixture of the old and the planned set.
    partly_done: bool,
    /// Why there is no answer; null where there is one.
    no_answer: Option<NoAnswer<'a>>,
    /// Where an alias at the owner leads; null where there is none.
    alias: Option<String>,
    /// What leads from the set that was seen to the planned one.
    differences: Vec<Difference>,
}

/// Why there is no usable answer.
#[derive(Serialize, JsonSchema)]
struct NoAnswer<'a> {
    /// The class: "timeout", "refused", "lame" …
    why: &'static str,
    message: &'a str,
    help: &'a str,
}

/// What is still to be done about one record.
#[derive(Serialize, JsonSchema)]
struct Difference {
    /// "add": it is missing; "change": it has other values; "remove": it is too much.
    #[schemars(regex(pattern = r"^(add|change|remove)$"))]
    action: &'static str,
    /// The KMS host.
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    /// What was seen; null for an add.
    found: Option<Values>,
    /// What is planned; null for a remove.
    planned: Option<Values>,
    /// Whether what was seen is as before the plan.
    old: bool,
}

/// Priority, weight, TTL and age of a record.
#[derive(Serialize, JsonSchema)]
struct Values {
    priority: u16,
    weight: u16,
    /// Seconds; null where it is not told or left to the host.
    ttl: Option<u32>,
    /// Whether it carries a dynamic-update timestamp; null where that is not told or left to the host.
    aged: Option<bool>,
}

/// Something that could not be verified.
#[derive(Serialize, JsonSchema)]
struct Unverified<'a> {
    /// The domain, or the zone.
    name: String,
    /// Why.
    why: &'a str,
}

/// An address that was not asked.
#[derive(Serialize, JsonSchema)]
struct NotAsked {
    /// Address and port.
    server: Option<String>,
    /// The server's name in the NS set.
    name: Option<String>,
}

/// A host that the plan removes.
#[derive(Serialize, JsonSchema)]
struct Removed {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// "gone"; "still-there"; "not-known": not seen, but answers are missing.
    #[schemars(regex(pattern = r"^(gone|still-there|not-known)$"))]
    state: &'static str,
    /// Where it still stands and is to be gone.
    still: Vec<Standing>,
    /// The domains in which the plan wants it.
    stays: Vec<String>,
    /// Places of which nothing is known.
    not_known: usize,
}

/// A place where a removed host stands.
#[derive(Serialize, JsonSchema)]
struct Standing {
    /// The server as in `servers`; null for sources.
    server: Option<String>,
    domain: String,
    port: u16,
}

/// What resolvers may still remember of a domain, from when the last server got the change.
#[derive(Serialize, JsonSchema)]
struct Cache {
    domain: String,
    /// "old-set", or "no-records": that there are none.
    #[schemars(regex(pattern = r"^(old-set|no-records)$"))]
    memory: &'static str,
    /// At most so long; null where it is not known.
    seconds: Option<u32>,
    /// The TTL of sets on the way, where it is longer; null otherwise.
    meanwhile_seconds: Option<u32>,
}

/// Whether hosts publish as planned.
#[derive(Serialize, JsonSchema)]
struct Publishing<'a> {
    /// Whether what was seen on hosts was given.
    checked: bool,
    hosts: Vec<Host<'a>>,
}

/// A host whose publishing the plan is about.
#[derive(Serialize, JsonSchema)]
struct Host<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// What the plan wants: "off" or "on".
    #[schemars(regex(pattern = r"^(off|on)$"))]
    expected: &'static str,
    /// What was seen: "off", "on", "restart-due" (switched, not in effect yet), "no-kms-host" or "not-told".
    #[schemars(regex(pattern = r"^(off|on|restart-due|no-kms-host|not-told)$"))]
    seen: &'static str,
    /// The file that tells.
    file: Option<&'a str>,
}

impl<'a> Document<'a> {
    fn of(verification: &'a Verification<'_>) -> Self {
        let totals = verification.totals();
        let plan = verification.plan;
        Self {
            format_version: FORMAT_VERSION,
            kmsplan_version: PROGRAM_VERSION,
            plan: Plan {
                id: &plan.id,
                takes_back: plan.takes_back.as_deref(),
                publishing: plan_wording::publishing(plan.topology.publishing),
                errors: wording::errors(verification),
            },
            as_planned: totals.is_as_planned(),
            verdict: wording::verdict(verification),
            looks: verification.looks,
            summary: Summary {
                record_sets: totals.sets(),
                as_planned: totals.as_planned,
                still_old: totals.still_old,
                something_else: totals.something_else,
                no_answer: totals.no_answer,
                unverified: totals.unverified,
                removed_hosts_left: totals.hosts_left,
                publishing_not_as_planned: totals.publishing,
            },
            servers: verification.servers.iter().map(server).collect(),
            unverified: verification
                .unverified
                .iter()
                .map(|one| Unverified {
                    name: lower(&one.name),
                    why: &one.why,
                })
                .collect(),
            not_asked: verification
                .passed_over
                .iter()
                .map(|who| NotAsked {
                    server: address(who),
                    name: name(who),
                })
                .collect(),
            interrupted: verification.interrupted,
            removed_hosts: verification
                .removed
                .iter()
                .map(|host| removed(verification, host))
                .collect(),
            caches: verification.caches.iter().map(cache).collect(),
            publishing: Publishing {
                checked: verification.publishing.checked,
                hosts: verification.publishing.hosts.iter().map(host).collect(),
            },
            ages_not_told: names(&verification.ages_not_told),
        }
    }
}

fn names(names: &[Name]) -> Vec<String> {
    names.iter().map(lower).collect()
}

/// Where a server was asked, as typed.
fn address(who: &Who) -> Option<String> {
    match who {
        Who::Server(server)
        | Who::Authority {
            server: Some(server),
            ..
        } => Some(server.to_string()),
        Who::Authority { server: None, .. } | Who::Sources(_) => None,
    }
}

/// The name in the NS set.
fn name(who: &Who) -> Option<String> {
    match who {
        Who::Authority { name, .. } => Some(lower(name)),
        Who::Server(_) | Who::Sources(_) => None,
    }
}

fn server(server: &model::Server) -> Told<'_> {
    let sources = match &server.who {
        Who::Sources(paths) => Some(paths.as_slice()),
        _ => None,
    };
    Told {
        server: address(&server.who),
        name: name(&server.who),
        sources,
        zones: server
            .serials
            .iter()
            .map(|(apex, serial)| Zone {
                name: lower(apex),
                serial: *serial,
            })
            .collect(),
        domains: server.domains.iter().map(domain).collect(),
    }
}

fn domain(domain: &model::Domain) -> Domain<'_> {
    let no_answer = match &domain.state {
        State::NoAnswer(nothing) => Some(NoAnswer {
            why: nothing.why,
            message: &nothing.message,
            help: &nothing.help,
        }),
        _ => None,
    };
    Domain {
        name: lower(&domain.name),
        spelling: action::spelling(&domain.name),
        owner: lower(&domain.owner),
        state: domain.state.word(),
        partly_done: domain.state == State::SomethingElse { partly_done: true },
        no_answer,
        alias: domain.alias.as_ref().map(lower),
        differences: domain.differences.iter().map(difference).collect(),
    }
}

fn difference(difference: &model::Difference) -> Difference {
    Difference {
        action: difference.verb.word(),
        target: lower(&difference.target),
        spelling: action::spelling(&difference.target),
        port: difference.port,
        found: difference.found.map(values),
        planned: difference.planned.map(values),
        old: difference.is_old,
    }
}

fn values(values: plan::Values) -> Values {
    Values {
        priority: values.priority,
        weight: values.weight,
        ttl: values.ttl,
        aged: values.aged,
    }
}

fn removed(verification: &Verification<'_>, host: &model::Removed) -> Removed {
    let standing = |standing: &model::Standing| {
        let who = verification.servers.get(standing.server);
        Standing {
            server: who.and_then(|server| address(&server.who)),
            domain: lower(&standing.domain),
            port: standing.port,
        }
    };
    Removed {
        name: lower(&host.host),
        spelling: action::spelling(&host.host),
        state: host.word(),
        still: host.still.iter().map(standing).collect(),
        stays: names(&host.stays),
        not_known: host.not_known,
    }
}

fn cache(cache: &model::Cache) -> Cache {
    Cache {
        domain: lower(&cache.domain),
        memory: match cache.memory {
            Memory::OldSet => "old-set",
            Memory::NoRecords => "no-records",
        },
        seconds: cache.seconds,
        meanwhile_seconds: cache.meanwhile,
    }
}

fn host(host: &model::SeenHost) -> Host<'_> {
    Host {
        name: presentation::lower(&host.host),
        spelling: action::spelling(&host.host),
        expected: host.expected.word(),
        seen: host.state.word(),
        file: host.file.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::schema;

    #[test]
    fn the_schema_is_of_the_document() {
        schema::expect::<Document<'_>>("verification/schema.json", &schema());
    }
}
