//! Rules about who writes records: timestamps, dynamic updates, publish lists.

use std::collections::BTreeMap;

use super::{DOMAINS, Facts, Found, topology_line};
use crate::arrange::IntoMap as _;
use crate::plan::finding::Code;
use crate::plan::records::{Domain, Entry};
use crate::plan::{Verb, Why, management};
use crate::topology::{Account, Apply, DynamicUpdate, Host, Os, Publishing};
use crate::{Name, presentation};

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, _) in facts.domains {
        strangers(facts, domain, found);
        if facts.topology.publishing == Publishing::Manual && domain.named {
            ages(facts, domain, found);
        }
    }
    seen_strangers(facts, found);
    zones(facts, found);
    unjoined(facts, found);
    for host in facts.topology.hosts.iter().filter(|host| host.publishes()) {
        home_domain(facts, host, found);
        old_list(facts, host, found);
    }
}

const SILENCE: &str = "Switch its publishing off (slmgr.vbs /cdns and a restart of its licensing service) before its record is removed.";

/// Retired and unlisted hosts on which publishing was seen to be on.
fn seen_strangers(facts: &Facts<'_>, found: &mut Found<'_>) {
    let retired = facts.topology.retired.iter().filter(|host| host.running);
    let mut strangers: BTreeMap<&Name, Code> = retired
        .map(|host| (&host.name, Code::RetiredHostPublishes))
        .into_map();
    for (domain, _) in facts.domains {
        let entries = domain.entries.iter();
        for entry in entries.filter(|entry| entry.why == Why::Unlisted) {
            strangers.insert(entry.target(), Code::UnlistedHostPublishes);
        }
    }
    for (name, code) in strangers {
        let Some(site) = facts.sightings.publishing(name, true) else {
            continue;
        };
        let place = found.place(Some(site));
        found
            .about(
                code,
                name,
                "Its publishing was seen to be on: a removed record comes back within 24 hours or at the next restart of its licensing service.",
                SILENCE,
            )
            .at(place);
    }
}

/// Retired and unlisted hosts whose records carry a timestamp. Where it was seen on the host whether it
/// publishes, nothing is inferred.
fn strangers(facts: &Facts<'_>, domain: &Domain<'_>, found: &mut Found<'_>) {
    let switched_off = |name: &Name| {
        let retired = &facts.topology.retired;
        retired
            .iter()
            .any(|retired| retired.name == *name && !retired.running)
    };
    for entry in domain
        .entries
        .iter()
        .filter(|entry| is_aged(entry) && !switched_off(entry.target()))
        .filter(|entry| !facts.sightings.tells_of_publishing(entry.target()))
    {
        let code = match entry.why {
            Why::Retired => Code::RetiredHostPublishes,
            Why::Unlisted => Code::UnlistedHostPublishes,
            _ => continue,
        };
        let place = found.place(entry.current.and_then(|record| record.site));
        let message = format!(
            "Its record in {DOMAINS} carries a timestamp, so a dynamic update wrote it: while the host publishes, a removed record comes back within 24 hours."
        );
        found
            .in_domain(code, entry.target(), &domain.name, message, SILENCE)
            .at(place);
    }
}

fn is_aged(entry: &Entry<'_>) -> bool {
    entry
        .before
        .as_ref()
        .is_some_and(|before| before.aged == Some(true))
}

/// Under manual publishing every record must be static.
fn ages(facts: &Facts<'_>, domain: &Domain<'_>, found: &mut Found<'_>) {
    if !domain.management.is_windows() {
        return;
    }
    let stays = || domain.entries.iter().filter(|entry| entry.after.is_some());
    for entry in stays().filter(|entry| is_aged(entry)) {
        let place = found.place(entry.current.and_then(|record| record.site));
        let message = format!(
            "Its record in {DOMAINS} carries a timestamp. Once publishing is off nobody refreshes it, and it is scavenged if scavenging is on."
        );
        let help = if entry.why == Why::Listed {
            "The plan makes it static."
        } else {
            "Make it static, or remove it."
        };
        found
            .in_domain(
                Code::AgedRecord,
                entry.target(),
                &domain.name,
                message,
                help,
            )
            .at(place);
    }
    let settings = domain.management.settings;
    if stays().any(is_aged) && settings.and_then(|settings| settings.ageing) != Some(false) {
        let refresh = settings.map_or(7, |settings| settings.refresh);
        let is_off = |entry: &Entry<'_>| {
            let name = entry.target();
            facts.sightings.publishing(name, false).is_some()
                && facts.sightings.switched(name, false).is_none()
        };
        let mut aged = stays().filter(|entry| is_aged(entry));
        let (message, help) = if aged.any(is_off) {
            (
                "Publishing is off already on a host whose record still carries a timestamp, so nobody refreshes that: the record may be scavenged once the no-refresh and the refresh interval have passed since the timestamp.".to_owned(),
                "Do the record steps soon, or set ageing = false under [[zone]] if scavenging is off.",
            )
        } else {
            (
                format!(
                    "When publishing goes off a timestamp may already be almost a no-refresh interval old: the records must be static within the refresh interval, {refresh} days, or they may be scavenged."
                ),
                "Do the record steps soon after publishing is off, or set ageing = false under [[zone]] if scavenging is off.",
            )
        };
        found.about(Code::ScavengeDeadline, &domain.name, message, help);
    }
    // A record that changes is written anew, static.
    let kept = stays().filter(|entry| entry.verb == Verb::Keep);
    let mut unknown = kept.filter(|entry| {
        entry
            .before
            .as_ref()
            .is_some_and(|before| before.aged.is_none())
    });
    if let Some(first) = unknown.next() {
        let zone = &domain.management.zone;
        let server = zone
            .server
            .as_deref()
            .map(|server| format!(" -ComputerName {server}"))
            .unwrap_or_default();
        let help = format!(
            "Run Get-DnsServerResourceRecord{server} -ZoneName {} -Name {} -RRType Srv: a record with a Timestamp is aged. Or plan from an export of the zone.",
            presentation::plain(&zone.name),
            presentation::relative(&domain.owner, &domain.zone.name)
        );
        let place = found.place(first.current.and_then(|record| record.site));
        found
            .about(
                Code::AgeUnknown,
                &domain.name,
                "The source does not tell whether the records carry a timestamp. Under manual publishing they must be static, or they are scavenged if scavenging is on.",
                help,
            )
            .at(place);
    }
}

fn zones(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, _) in facts.domains.iter().filter(|(domain, _)| domain.named) {
        let zone = &domain.management.zone;
        let line = domain
            .management
            .settings
            .map(|settings| topology_line(facts.topology, settings.line));
        let manual = facts.topology.publishing == Publishing::Manual;
        if manual && management::is_windows(zone.kind) && zone.apply == Apply::Nsupdate {
            found
                .about(
                    Code::DynamicApplyIsAged,
                    &domain.zone.name,
                    "Windows DNS gives every record that comes by dynamic update a timestamp, so nsupdate cannot make the static records that manual publishing needs.",
                    "Set apply = \"powershell\" under [[zone]].",
                )
                .at(line.clone());
        }
        let publishes = domain.desired().any(|(_, host)| host.publishes());
        if !manual && publishes && domain.management.dynamic_update() == Some(DynamicUpdate::None) {
            found
                .about(
                    Code::UpdatesDisabled,
                    &domain.zone.name,
                    "Hosts are to publish by themselves, but the zone takes no dynamic updates.",
                    "Let the zone take dynamic updates, secure ones where it can, or use publishing = \"manual\".",
                )
                .at(line);
        }
    }
}

/// A host signs its updates as its computer account, so without one only unsigned updates are left.
fn unjoined(facts: &Facts<'_>, found: &mut Found<'_>) {
    if facts.topology.publishing == Publishing::Manual {
        return;
    }
    for (domain, _) in facts.domains {
        if domain.management.dynamic_update() == Some(DynamicUpdate::Nonsecure) {
            continue;
        }
        let hosts = domain.desired().map(|(_, host)| host);
        for host in hosts.filter(|host| host.publishes() && host.account == Account::None) {
            let message = format!(
                "It is joined to no domain, so it cannot sign its updates: where secure updates are asked for, {DOMAINS} gets no record of it."
            );
            let line = Some(topology_line(facts.topology, host.line));
            found
                .in_domain(
                    Code::HostNotJoined,
                    &host.name,
                    &domain.name,
                    message,
                    "Join it to a domain, use publishing = \"manual\", or set dynamic-update = \"nonsecure\" under [[zone]] if the zone takes unsigned updates.",
                )
                .at(line);
        }
    }
}

fn home_domain(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    let Some(home) = presentation::ancestors(&host.name)
        .nth(1)
        .filter(|home| !home.is_root())
    else {
        return;
    };
    if host.publication(&home).is_none() {
        let message = format!(
            "Its own domain {} is not in its publish list. Microsoft's documents disagree whether a host with a list still publishes there.",
            presentation::plain(&home)
        );
        let line = Some(topology_line(facts.topology, host.line));
        found
            .about(Code::HomeDomainNotPublished, &host.name, message, "Name the domain in the list if the host is meant to serve it; else check there that no record of it appears.")
            .at(line);
    }
}

fn old_list(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    if host.os.is_some_and(Os::is_legacy)
        && host
            .publish
            .iter()
            .any(|entry| entry.priority != 0 || entry.weight != 0)
    {
        let line = Some(topology_line(facts.topology, host.line));
        found
            .about(
                Code::PublishListTooOld,
                &host.name,
                "The publish list of Vista and Server 2008 takes domains only: this host cannot publish a priority and weight.",
                "Give it priority 0 and weight 0, or move the role to Windows 7, Server 2008 R2 or later.",
            )
            .at(line);
    }
}
