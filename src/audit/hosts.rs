//! The hosts that records name.

use std::collections::{BTreeMap, BTreeSet};

use super::domains::led_to;
use super::expected::Expectations;
use super::{Address, Domain, Host};
use crate::Name;
use crate::snapshot::{Addresses, Holder, Says, Site, Snapshot};

/// The targets of the records of `domains`, but for `.`, which is no host (RFC 2782).
pub(super) fn hosts(
    snapshot: &Snapshot,
    domains: &[Domain],
    expectations: Option<&Expectations<'_>>,
) -> Vec<Host> {
    let mut hosts: BTreeMap<Name, Host> = BTreeMap::new();
    for domain in domains {
        for record in domain
            .records
            .iter()
            .filter(|record| !record.is_no_service())
        {
            let host = hosts.entry(record.target.clone()).or_insert_with(|| Host {
                name: record.target.clone(),
                domains: Vec::new(),
                ports: BTreeSet::new(),
                listing: expectations.map(|expectations| expectations.listing(&record.target)),
                address: address(snapshot, &record.target),
                tried: Vec::new(),
            });
            // The order of the records says nothing, so it must not choose the spelling either.
            if record.target.iter().lt(host.name.iter()) {
                host.name = record.target.clone();
            }
            host.ports.insert(record.port);
            // The domains are sorted, so only the last one can be this one.
            if host.domains.last() != Some(&domain.name) {
                host.domains.push(domain.name.clone());
            }
        }
    }
    hosts.into_values().collect()
}

fn address(snapshot: &Snapshot, host: &Name) -> Address {
    let said = snapshot.answers.get(host).map(|answer| &answer.says);
    match snapshot.addresses(host) {
        Addresses::Some => Address::Found(match said {
            Some(Says::Addresses(addresses)) => addresses.clone(),
            _ => BTreeSet::new(),
        }),
        Addresses::None => Address::None,
        Addresses::Alias(site) => alias(snapshot, host, site),
        Addresses::Unknown => match snapshot.unanswered.get(host) {
            Some(unanswered) => Address::Unanswered(unanswered.clone()),
            None => Address::Unknown,
        },
    }
}

fn alias(snapshot: &Snapshot, host: &Name, site: Site) -> Address {
    let (mut target, mut addresses) = (None, BTreeSet::new());
    if let Some(Says::Alias {
        target: next,
        addresses: found,
    }) = snapshot.answers.get(host).map(|answer| &answer.says)
    {
        target = Some(next.clone());
        addresses = found.clone();
    }
    if let Holder::Zone(zone) = snapshot.holder(host)
        && let Some((at, alias)) = zone.alias_of(host)
    {
        target = Some(led_to(host, at, alias));
    }
    match target {
        Some(target) => Address::Alias {
            target,
            addresses,
            place: snapshot.place(site),
        },
        None => Address::Unknown,
    }
}
