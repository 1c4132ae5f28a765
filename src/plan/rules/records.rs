//! Rules about record sets: live hosts, strangers, doubles, TTLs, weights.

use std::collections::BTreeMap;

use super::coverage::{self, Instead};
use super::{DOMAINS, Facts, Found, listed, topology_line};
use crate::plan::clients::{Chance, Set, When, percent};
use crate::plan::finding::Code;
use crate::plan::records::{Domain, Entry};
use crate::plan::{Verb, Why};
use crate::{Name, presentation};

/// TTLs above this many seconds delay a change noticeably: an hour, what hosts publish and the default.
const LONG_TTL: u32 = 3600;

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    live_hosts(facts, found);
    unlisted(facts, found);
    others(facts, found);
    for (domain, _) in facts.domains {
        doubles(facts, domain, found);
        twins(facts, domain, found);
        ttls(domain, found);
        if domain.named {
            weights(facts, domain, found);
            ports(domain, found);
        }
    }
    client_cache(facts, found);
}

fn live_hosts(facts: &Facts<'_>, found: &mut Found<'_>) {
    let wanted = usize::try_from(facts.topology.min_live_hosts).unwrap_or(usize::MAX);
    for (domain, live) in facts.domains {
        let hosts = domain.desired().count();
        let emptied = domain.entries.iter().all(|entry| entry.after.is_none());
        if hosts == 0 && (domain.named || emptied) {
            without_host(facts, domain, emptied, found);
        }
        if !domain.named {
            continue;
        }
        if hosts == 1 {
            found.about(
                Code::SingleHost,
                &domain.name,
                if domain.entries.iter().filter(|entry| offers_host(entry)).count() == 1 {
                    "One host serves this domain: while it is down nothing new is activated. Activated clients stay activated up to 180 days."
                } else {
                    "One host of the topology serves this domain; the others are not named by it, and nobody may look after them."
                },
                "Publish a second host in the domain.",
            );
        }
        let (message, help) = if live.after < wanted {
            (
                format!(
                    "{} live at the end, fewer than min-live-hosts = {wanted}.",
                    hosts_are(live.after)
                ),
                "Publish more hosts in the domain, give hosts without an address one, or lower min-live-hosts.",
            )
        } else if live.minimum < wanted && live.minimum < live.before {
            (
                format!(
                    "{} live in some state on the way, fewer than min-live-hosts = {wanted}; before the change {} live.",
                    hosts_are(live.minimum),
                    hosts_are(live.before)
                ),
                "Publish a further host first, in a change of its own, or lower min-live-hosts.",
            )
        } else {
            continue;
        };
        found.about(Code::BelowMinLiveHosts, &domain.name, message, help);
    }
}

/// Whether clients find a host by the planned record; the target "." says that there is none (RFC 2782).
fn offers_host(entry: &Entry<'_>) -> bool {
    entry.after.is_some() && !entry.target().is_root()
}

/// A domain in which no host of the topology is published. What the stated clients find there is known better.
fn without_host(facts: &Facts<'_>, domain: &Domain<'_>, emptied: bool, found: &mut Found<'_>) {
    let what = if domain.named {
        "No host of the topology publishes in this domain"
    } else {
        "The last record of this domain goes"
    };
    let clients = match coverage::instead(facts, &domain.name) {
        Some(Instead::Nothing) => return,
        Some(Instead::Other(other)) => {
            let message = format!(
                "{what}. Its clients find those of {}, to which their suffix search list goes on.",
                presentation::plain(other)
            );
            let help = "Nothing to do if that is meant. Else give the domain a host.";
            found.about(Code::DomainWithoutHost, &domain.name, message, help);
            return;
        }
        None if !domain.named => "its clients find no host any more.",
        None if emptied => "its clients find none.",
        None => "its clients find only hosts that the topology does not name.",
    };
    found.about(
        Code::DomainWithoutHost,
        &domain.name,
        format!("{what}: {clients}"),
        "Give the domain a host, or give its clients a suffix search list or a lookup domain that has one.",
    );
}

fn hosts_are(number: usize) -> String {
    if number == 1 {
        "1 host is".to_owned()
    } else {
        format!("{number} hosts are")
    }
}

/// An unlisted or retired target with its records.
struct Stranger<'a> {
    entries: Vec<(&'a Domain<'a>, &'a Entry<'a>)>,
}

impl Stranger<'_> {
    fn domains(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for (domain, _) in &self.entries {
            let name = presentation::plain(&domain.name);
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        listed(&names)
    }
}

fn strangers<'a>(facts: &'a Facts<'_>, why: Why) -> BTreeMap<Name, Stranger<'a>> {
    let mut strangers: BTreeMap<Name, Stranger<'a>> = BTreeMap::new();
    for (domain, _) in facts.domains {
        for entry in domain.entries.iter().filter(|entry| entry.why == why) {
            strangers
                .entry(entry.target().clone())
                .or_insert_with(|| Stranger {
                    entries: Vec::new(),
                })
                .entries
                .push((domain, entry));
        }
    }
    strangers
}

fn unlisted(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (name, stranger) in strangers(facts, Why::Unlisted) {
        let site = stranger
            .entries
            .iter()
            .find_map(|(_, entry)| entry.current.and_then(|record| record.site));
        let place = found.place(site);
        let kept: Vec<&(&Domain<'_>, &Entry<'_>)> = stranger
            .entries
            .iter()
            .filter(|(domain, entry)| domain.named && entry.verb == Verb::Keep)
            .collect();
        let first: Vec<&Domain<'_>> = stranger
            .entries
            .iter()
            .filter(|(domain, entry)| domain.named && !name.is_root() && outranks(domain, entry))
            .map(|(domain, _)| *domain)
            .collect();
        let alone = first
            .iter()
            .all(|domain| takes_all(facts, &domain.name, &name));
        let outranked: Vec<String> = first
            .iter()
            .map(|domain| presentation::plain(&domain.name))
            .collect();
        if stranger.entries.iter().any(|(domain, _)| domain.named) {
            let message = if name.is_root() {
                format!(
                    "A record with the target \".\" says that {} offers no KMS host (RFC 2782).",
                    stranger.domains()
                )
            } else {
                format!(
                    "Clients of {} are sent to it, but the topology does not name it.",
                    stranger.domains()
                )
            };
            let help = if name.is_root() {
                "Ask who put it there: beside records of hosts it makes no sense."
            } else if kept.is_empty() {
                "Ask its owner before its record is removed: it may be the only host for some product. To keep it, strike the removal or name it in the topology."
            } else {
                "Name it in the topology, or set unlisted = \"remove\" to have it removed."
            };
            found
                .about(Code::UnlistedHost, &name, message, help)
                .at(place.clone());
        }
        if !kept.is_empty() {
            let message = format!(
                "Its record in {} stays: unlisted = \"keep\".",
                stranger.domains()
            );
            found
                .about(
                    Code::KeptRecord,
                    &name,
                    message,
                    "Nothing to do if that is meant.",
                )
                .at(place.clone());
        }
        if !outranked.is_empty() {
            let asked = if alone {
                "all new clients ask it first"
            } else {
                "new clients ask it, or another record that stays, before these"
            };
            let message = format!(
                "Its priority in {} comes before every host of the topology: while its record stays, {asked}.",
                listed(&outranked)
            );
            let help = if kept.is_empty() {
                "The plan removes the record. If you strike that step, give the hosts of the topology a priority before it."
            } else {
                "Remove it, or give the hosts of the topology a priority before it."
            };
            found
                .about(Code::UnlistedOutranks, &name, message, help)
                .at(place);
        }
    }
}

/// Whether a record that the topology does not name is asked before every desired host.
fn outranks(domain: &Domain<'_>, entry: &Entry<'_>) -> bool {
    let best = domain
        .desired()
        .filter_map(|(entry, _)| entry.after.as_ref())
        .map(|after| after.priority)
        .min();
    let own = entry.before.as_ref().map(|before| before.priority);
    matches!((own, best), (Some(own), Some(best)) if own < best)
}

/// Whether all new clients of a domain would ask that host first if its record stayed beside the planned ones.
fn takes_all(facts: &Facts<'_>, domain: &Name, host: &Name) -> bool {
    let simulation = facts.simulation;
    let (Some(before), Some(after)) = (
        simulation.set(domain, When::Before),
        simulation.set(domain, When::After),
    ) else {
        return true;
    };
    let others = after
        .records()
        .iter()
        .filter(|record| record.target != *host);
    let own = before
        .records()
        .iter()
        .filter(|record| record.target == *host);
    Set::of(others.chain(own).cloned().collect())
        .share_of(host, &[])
        .is_certain()
}

fn others(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, site) in facts.others {
        let place = found.place(Some(*site));
        found
            .about(
                Code::KeptRecord,
                domain,
                "The topology does not name this domain, so its KMS records stay as they are.",
                "Add the domain to a publish list if it belongs to this deployment.",
            )
            .at(place);
    }
}

fn doubles(facts: &Facts<'_>, domain: &Domain<'_>, found: &mut Found<'_>) {
    for entry in domain
        .entries
        .iter()
        .filter(|entry| entry.why == Why::Duplicate)
    {
        let message = format!(
            "There are several records for port {} of this host in {DOMAINS}. The one nearest the topology is kept or changed, the others are removed.",
            entry.port()
        );
        let place = entry
            .current
            .and_then(|record| record.site)
            .map(|site| facts.snapshot.place(site));
        found
            .in_domain(
                Code::DuplicateRecord,
                entry.target(),
                &domain.name,
                message,
                "Nothing beyond the plan.",
            )
            .at(place);
    }
}

/// Lines that say the same record once more.
fn twins(facts: &Facts<'_>, domain: &Domain<'_>, found: &mut Found<'_>) {
    for entry in &domain.entries {
        let Some(twin) = entry.twins.first() else {
            continue;
        };
        let message = format!(
            "The same record for port {} of this host is written several times in {DOMAINS}: a DNS server holds it once.",
            entry.port()
        );
        let place = twin.site.map(|site| facts.snapshot.place(site));
        found
            .in_domain(
                Code::DuplicateRecord,
                entry.target(),
                &domain.name,
                message,
                "Leave one of the lines; where the plan changes or removes the record, the diff does so.",
            )
            .at(place);
    }
}

fn ttls(domain: &Domain<'_>, found: &mut Found<'_>) {
    let ttls: Vec<u32> = domain
        .entries
        .iter()
        .flat_map(|entry| entry.current.iter().chain(&entry.twins))
        .filter_map(|record| record.ttl)
        .collect();
    let (Some(least), Some(most)) = (ttls.iter().min(), ttls.iter().max()) else {
        return;
    };
    if least != most {
        let site = domain.entries.iter().find_map(|entry| entry.current?.site);
        let place = found.place(site);
        let message = format!(
            "The records of the set have TTLs from {least} to {most} seconds; all records of a set share one (RFC 2181 section 5.2)."
        );
        found
            .about(
                Code::MixedTtl,
                &domain.name,
                message,
                "Under manual publishing the plan gives the hosts' records one TTL.",
            )
            .at(place);
    }
    if *most > LONG_TTL && domain.entries.iter().any(|entry| entry.verb != Verb::Keep) {
        let message =
            format!("Resolvers may keep the old set for {most} seconds after the change.");
        found.about(
            Code::LongTtl,
            &domain.name,
            message,
            "Lower the TTL ahead of the change, by at least that time, if clients must move quickly.",
        );
    }
}

/// The planned records of one priority.
#[derive(Clone, Copy, Default)]
struct Tier {
    records: usize,
    /// How many of them have weight 0.
    zeros: usize,
    /// The sum of all weights.
    sum: u64,
}

impl Tier {
    /// Whether any record has a weight above 0.
    fn is_weighted(self) -> bool {
        self.sum > 0
    }

    /// The part of clients that draw one record of weight 0 first: together these have one draw of those from 0 to the
    /// sum (RFC 2782).
    fn share_of_a_zero(self) -> Chance {
        let draws = (u128::from(self.sum) + 1) * self.zeros.max(1) as u128;
        Chance::of(1, draws)
    }
}

fn weights(facts: &Facts<'_>, domain: &Domain<'_>, found: &mut Found<'_>) {
    let mut tiers: BTreeMap<u16, Tier> = BTreeMap::new();
    let mut planned = 0;
    for after in domain
        .entries
        .iter()
        .filter_map(|entry| entry.after.as_ref())
    {
        planned += 1;
        let tier = tiers.entry(after.priority).or_default();
        tier.records += 1;
        tier.zeros += usize::from(after.weight == 0);
        tier.sum += u64::from(after.weight);
    }
    for (entry, host) in domain.desired() {
        let Some(after) = &entry.after else { continue };
        let tier = tiers.get(&after.priority).copied().unwrap_or_default();
        if after.weight == 0 && tier.is_weighted() {
            let message = format!(
                "It has weight 0 beside other weights of priority {} in {DOMAINS}: of the clients that ask hosts of this priority {} ask it first (RFC 2782).",
                after.priority,
                percent(tier.share_of_a_zero().value())
            );
            found
                .in_domain(
                    Code::ZeroWeight,
                    &host.name,
                    &domain.name,
                    message,
                    "Give it a weight, or a higher priority number if it is a standby.",
                )
                .at(Some(topology_line(facts.topology, host.line)));
        }
        if after.weight > 0 && tier.records == 1 && planned > 1 {
            let message = format!(
                "It is alone in priority {} in {DOMAINS}, so it gets all clients of that tier whatever its weight.",
                after.priority
            );
            found
                .in_domain(
                    Code::WeightWithoutEffect,
                    &host.name,
                    &domain.name,
                    message,
                    "Nothing to do: the weight takes effect once a second host has this priority.",
                )
                .at(Some(topology_line(facts.topology, host.line)));
        }
    }
    default_outranks(facts, domain, found);
}

/// Whether a host that publishes priority 0 and weight 0 comes before all hosts of the topology, and what it takes.
fn default_outranks(facts: &Facts<'_>, domain: &Domain<'_>, found: &mut Found<'_>) {
    let best = domain
        .desired()
        .filter_map(|(entry, host)| Some((entry.after.as_ref()?, host)))
        .min_by_key(|(after, _)| after.priority);
    let Some((_, host)) = best.filter(|(after, _)| after.priority > 0) else {
        return;
    };
    let part = facts
        .simulation
        .set(&domain.name, When::After)
        .map_or(Chance::CERTAIN, |set| set.published_by_default(&host.name));
    let (all, takes) = if part.is_certain() {
        ("All hosts", "takes all new clients.".to_owned())
    } else {
        let takes = format!(
            "takes {} of the new clients beside records of priority 0 that the topology does not name.",
            percent(part.value())
        );
        ("All hosts of the topology", takes)
    };
    found.about(
        Code::DefaultOutranks,
        &domain.name,
        format!(
            "{all} have a priority above 0. A host that publishes by default writes priority 0 and weight 0, comes before all of them and {takes}"
        ),
        "Tiers that start at 0 are safer: for example 0/75, 0/25 and 10/0 in place of 10/75, 10/25 and 20/75.",
    );
}

fn ports(domain: &Domain<'_>, found: &mut Found<'_>) {
    for entry in domain
        .entries
        .iter()
        .filter(|entry| entry.why == Why::OtherPort)
    {
        let message = format!(
            "Its record in {DOMAINS} names port {}, the topology says otherwise. That record is removed.",
            entry.port()
        );
        let place = found.place(entry.current.and_then(|record| record.site));
        found
            .in_domain(
                Code::PortDiffers,
                entry.target(),
                &domain.name,
                message,
                "Check on which port the host listens (slmgr.vbs /dlv) before the change.",
            )
            .at(place);
    }
}

fn client_cache(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, _) in facts.domains.iter().filter(|(domain, _)| domain.named) {
        if domain.entries.iter().any(|entry| entry.verb != Verb::Keep) {
            found.about(
                Code::ClientCache,
                &domain.name,
                "Clients keep the host that answered last until it fails: until then they do not notice the change.",
                "Switch host caching off where weights must take effect (slmgr.vbs /ckhc).",
            );
        }
    }
}
