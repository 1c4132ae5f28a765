//! Rules about names and zones: who holds a domain, what stands in its way, which targets resolve.

use std::collections::BTreeMap;

use super::{Facts, Found, Hidden};
use crate::arrange::IntoMap as _;
use crate::encoding::Encoding;
use crate::plan::finding::{Code, Severity};
use crate::plan::records::Domain;
use crate::plan::{Place, Verb, Why, edit};
use crate::snapshot::{Addresses, ApexFrom};
use crate::topology::{Apply, Host, ZoneKind};
use crate::{Name, presentation};

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    hidden(facts, found);
    owners(facts, found);
    zones(facts, found);
    targets(facts, found);
}

fn hidden(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, hidden) in facts.hidden {
        match hidden {
            Hidden::NoZone => {
                found.about(
                    Code::ZoneNotFound,
                    domain,
                    "No source holds a zone that encloses the domain, so its records are not known and nothing is planned for it.",
                    "Give the zone's data as a further source, or take the domain out of the topology.",
                );
            }
            Hidden::NotTold { zone } => {
                let message = format!(
                    "{} tells nothing of the domain's records, so they are not known and nothing is planned for it.",
                    zone.source
                );
                let help = format!(
                    "Look the name _vlmcs._tcp.{} up too, or give the whole zone {} as a further source.",
                    presentation::plain(domain),
                    presentation::plain(&zone.name)
                );
                found.about(Code::ZoneNotFound, domain, message, help);
            }
            Hidden::Delegated { zone, cut, site } => {
                let message = format!(
                    "{} delegates {}, and that zone was not read, so the domain's records are not known and nothing is planned for it.",
                    presentation::plain(&zone.name),
                    presentation::plain(cut)
                );
                let place = found.place(Some(*site));
                let help = format!(
                    "Give the data of the zone {} as a further source.",
                    presentation::plain(cut)
                );
                found
                    .about(Code::DelegatedAway, domain, message, help)
                    .at(place);
            }
            Hidden::Alias { at, alias, .. } => {
                let message = format!(
                    "{} is a {} to {}: clients are led there, no SRV records can stand here, and nothing is planned for the domain.",
                    presentation::plain(at),
                    if alias.dname { "DNAME" } else { "CNAME" },
                    presentation::plain(&alias.target)
                );
                let place = found.place(Some(alias.site));
                found
                    .about(
                        Code::AliasAtOwner,
                        domain,
                        message,
                        "Remove the alias, read the zone again and plan again; or publish in the domain that it leads to.",
                    )
                    .at(place);
            }
        }
    }
}

fn owners(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, _) in facts.domains.iter().filter(|(domain, _)| domain.named) {
        if let Some((wildcard, site)) = domain.zone.wildcard_of(&domain.owner) {
            let message = format!(
                "The wildcard {} answers for {} unless that name or one between the two exists (RFC 4592).",
                presentation::plain(wildcard),
                presentation::plain(&domain.owner)
            );
            let place = found.place(Some(site));
            found
                .about(
                    Code::WildcardAtOwner,
                    &domain.name,
                    message,
                    "Check what clients get for this name before and after the change.",
                )
                .at(place);
        }
    }
}

fn zones(facts: &Facts<'_>, found: &mut Found<'_>) {
    let mut zones: BTreeMap<&Name, Vec<&Domain<'_>>> = BTreeMap::new();
    for (domain, _) in facts.domains {
        zones.entry(&domain.zone.name).or_default().push(domain);
    }
    for domains in zones.values() {
        let (zone, management) = (domains[0].zone, &domains[0].management);
        if zone.apex_from == ApexFrom::Assumed {
            found.about(
                Code::ZoneNameAssumed,
                &zone.name,
                format!(
                    "{} does not tell which zone holds the records; {} is assumed. Commands fail without harm where that is not a zone of the server.",
                    zone.source,
                    presentation::plain(&zone.name)
                ),
                "Name the zone with --zone, or with a [[zone]] table in the topology.",
            );
        }
        if management.kind_assumed {
            found.about(
                Code::ZoneKindAssumed,
                &zone.name,
                "Neither the topology nor the data says how the zone is kept; it is taken for integrated in Active Directory.",
                "Set `kind` under [[zone]]: \"ad\", \"windows-file\", \"bind\" or \"other\".",
            );
        }
        let changes = domains
            .iter()
            .flat_map(|domain| &domain.entries)
            .any(|entry| entry.verb != Verb::Keep);
        if zone.signed && changes {
            let after = match management.zone.kind {
                ZoneKind::Ad | ZoneKind::WindowsFile => {
                    "Validating resolvers take changed records only with fresh signatures."
                }
                ZoneKind::Bind | ZoneKind::Other => {
                    "Validating resolvers take changed records only with fresh signatures: after a diff is applied the zone must be signed again."
                }
            };
            found.about(
                Code::SignedZone,
                &zone.name,
                format!("The zone holds DNSSEC records. {after}"),
                "Make sure that the server signs the changed record sets, and check an answer with its RRSIG afterwards.",
            );
        }
    }
    for (apex, _) in facts.serials {
        let Some(soa) = zones
            .get(apex)
            .and_then(|domains| domains[0].zone.soa.as_ref())
        else {
            continue;
        };
        if facts.options.today.is_none() && edit::is_date_serial(soa.serial) {
            found.date_not_given(apex, soa);
        }
    }
    for domains in zones.values() {
        unpatched(facts, domains, found);
    }
    for refused in facts.refused {
        let patch = zones
            .get(&refused.zone)
            .is_some_and(|domains| domains[0].management.zone.apply == Apply::Patch);
        let place = found.place(refused.site);
        found
            .push(
                if patch {
                    Severity::Error
                } else {
                    Code::DiffNotPossible.severity()
                },
                Code::DiffNotPossible,
                presentation::plain(&refused.zone),
                format!("{} No diff is printed for this zone.", refused.why),
                "Change the file by hand, or set another `apply` for the zone.",
            )
            .at(place);
    }
}

/// Zones that a patch is to change and that it cannot.
fn unpatched(facts: &Facts<'_>, domains: &[&Domain<'_>], found: &mut Found<'_>) {
    let (zone, management) = (domains[0].zone, &domains[0].management);
    let by_hand = domains
        .iter()
        .flat_map(|domain| &domain.entries)
        .any(|entry| entry.verb != Verb::Keep && entry.by_hand);
    if !by_hand || management.zone.apply != Apply::Patch {
        return;
    }
    match &zone.end {
        None => {
            found.about(
                Code::DiffNotPossible,
                &zone.name,
                format!(
                    "{} is no zone file, so no diff is printed for this zone: the steps list the edits to make by hand.",
                    zone.source
                ),
                "Make the edits in the system that keeps the zone, or give the zone's own file as the source.",
            );
        }
        Some(end) if facts.snapshot.file(end.file).encoding != Encoding::Octets => {
            found.push(
                Severity::Error,
                Code::DiffNotPossible,
                presentation::plain(&zone.name),
                format!(
                    "{} is UTF-16: its diff is to be read, patch cannot apply it.",
                    zone.source
                ),
                "Save the file as UTF-8 and plan again, or set another `apply` for the zone.",
            );
        }
        Some(_) => {}
    }
}

/// What is known of one target.
struct Target {
    desired: bool,
    line: Option<Place>,
    domains: Vec<String>,
}

fn targets(facts: &Facts<'_>, found: &mut Found<'_>) {
    let hosts = facts.topology.hosts.iter();
    let hosts: BTreeMap<&Name, &Host> = hosts.map(|host| (&host.name, host)).into_map();
    let mut targets: BTreeMap<Name, Target> = BTreeMap::new();
    for (domain, _) in facts.domains {
        for entry in &domain.entries {
            if entry.why == Why::Retired || entry.target().is_root() {
                continue;
            }
            let desired = hosts.get(entry.target());
            let line = match desired {
                Some(host) => Some(super::topology_line(facts.topology, host.line)),
                None => found.place(entry.current.and_then(|record| record.site)),
            };
            let target = targets.entry(entry.target().clone()).or_insert(Target {
                desired: desired.is_some(),
                line,
                domains: Vec::new(),
            });
            target.domains.push(presentation::plain(&domain.name));
        }
    }
    for (name, target) in targets {
        let severity = if target.desired {
            Severity::Error
        } else {
            Severity::Warning
        };
        let subject = presentation::plain(&name);
        match facts.snapshot.addresses(&name) {
            Addresses::Some => {}
            Addresses::Alias(site) => {
                let place = found.place(Some(site));
                found
                    .push(
                        severity,
                        Code::TargetIsAlias,
                        subject,
                        "The name is an alias. The target of an SRV record must not be one (RFC 2782).",
                        "Name the host by the name that owns its address records.",
                    )
                    .at(place);
            }
            Addresses::None => {
                found
                    .push(
                        severity,
                        Code::TargetWithoutAddress,
                        subject,
                        "The zone that holds the name was read and has no A or AAAA record for it: clients that choose this host do not reach it.",
                        if target.desired { "Add the host's address record, or correct its name." } else { "Ask whether the host still exists." },
                    )
                    .at(target.line);
            }
            Addresses::Unknown => {
                found
                    .about(
                        Code::TargetNotChecked,
                        &name,
                        "No source tells whether the name has an address.",
                        "Give the whole zone that holds it as a further source, or look the name up on every server (the pre-checks do).",
                    )
                    .at(target.line);
            }
        }
    }
}
