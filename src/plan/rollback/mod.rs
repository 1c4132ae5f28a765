//! The way back: from the state that is there now to the one before a saved plan, whether the plan was carried
//! out as a whole, in parts, or not at all.
//!
//! What the records were stands in the saved plan, what they are in the snapshot: `compare` finds what leads from
//! one to the other. What was done on hosts, in the directory and on clients cannot be seen in zone data, so
//! `steps` takes all of it back, in reverse order. The saved plan may come from anybody; nothing of it but typed
//! values is used.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{Action, Record, ZoneRef};
use super::management::{self, Management};
use super::records::{Domain, held};
use super::rules::way_back::{self as rules, Facts};
use super::{
    Change, Live, Options, Plan, PlanDomain, PlanZone, Step, Why, edit, identity, live, make,
};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::snapshot::{Holder, Snapshot, Zone};

mod compare;
pub(super) mod sight;
mod steps;

use sight::{Hidden, Unseen};

/// The plan that takes a saved plan back.
pub fn way_back(saved: &Plan, snapshot: &Snapshot, options: &Options) -> Plan {
    let mut domains: Vec<Domain<'_>> = Vec::new();
    let mut meanwhile = Vec::new();
    let mut hidden = Vec::new();
    let changing = saved.domains.iter().filter(|domain| changes(domain));
    for domain in changing {
        match seen(saved, snapshot, domain) {
            Ok((zone, management)) => {
                let records = zone.kms.get(&domain.owner).map(Vec::as_slice);
                let there = held(records.unwrap_or_default());
                let compared = compare::entries(domain, there, &management);
                meanwhile.extend(compared.meanwhile);
                domains.push(Domain {
                    name: domain.name.clone(),
                    owner: domain.owner.clone(),
                    named: true,
                    zone,
                    management,
                    entries: compared.entries,
                });
            }
            Err(holder) => hidden.push(Unseen { domain, holder }),
        }
    }
    let actions = steps::actions(saved, &domains, snapshot);
    let hosts = hosts(saved);
    let counter = live::Counter::new(hosts.iter().copied(), snapshot, &actions);
    let domains: Vec<(Domain<'_>, Live)> = domains
        .into_iter()
        .map(|domain| {
            let live = counter.count(&domain);
            (domain, live)
        })
        .collect();
    let edited = edit::edit(snapshot, &make::zone_edits(&domains), options.today);
    let findings = rules::findings(&Facts {
        saved,
        snapshot,
        domains: &domains,
        hidden: &hidden,
        meanwhile: &meanwhile,
        edited: &edited,
        options,
    });
    let mut plan = Plan {
        id: String::new(),
        takes_back: Some(saved.id.clone()),
        topology: saved.topology.clone(),
        zones: zones(saved, &domains, &edited.serials),
        domains: plan_domains(snapshot, &domains, &hidden),
        steps: (1..)
            .zip(actions)
            .map(|(number, action)| Step { number, action })
            .collect(),
        findings,
        reminder: None,
        diffs: edited.diffs,
        sources: make::sources(snapshot),
        deployment: saved.deployment.clone(),
    };
    plan.id = identity::id(&plan);
    plan
}

/// Whether the plan adds, changes or removes records of the domain.
fn changes(domain: &PlanDomain) -> bool {
    let mut changes = domain.changes.iter();
    changes.any(|change| change.verb != super::Verb::Keep)
}

/// The hosts of the topology that the saved plan names.
fn hosts(saved: &Plan) -> BTreeSet<&Name> {
    let changes = saved.domains.iter().flat_map(|domain| &domain.changes);
    changes
        .filter(|change| !matches!(change.why, Why::Retired | Why::Unlisted))
        .map(|change| &change.target)
        .collect()
}

/// The zone that holds a domain's records today, kept as the saved plan says.
fn seen<'a>(
    saved: &Plan,
    snapshot: &'a Snapshot,
    domain: &PlanDomain,
) -> Result<(&'a Zone, Management<'a>), Hidden<'a>> {
    let zone = match snapshot.holder(&domain.owner) {
        Holder::Zone(zone) => zone,
        Holder::Delegated { cut, .. } => return Err(Hidden::Delegated(cut)),
        Holder::None => return Err(Hidden::NotTold),
    };
    if domain.zone.as_ref().is_some_and(|apex| *apex != zone.name) {
        return Err(Hidden::OtherZone(zone));
    }
    if let Some((at, _)) = zone.alias_of(&domain.owner) {
        return Err(Hidden::Alias(at));
    }
    if !zone.tells(&domain.owner) {
        return Err(Hidden::NotTold);
    }
    let Some(planned) = saved.zone_of(domain) else {
        return Err(Hidden::OtherZone(zone));
    };
    Ok((
        zone,
        Management {
            zone: ZoneRef {
                name: zone.name.clone(),
                diff: zone.end.is_some(),
                ..planned.zone.clone()
            },
            kind_assumed: planned.kind_assumed,
            settings: None,
        },
    ))
}

fn zones(saved: &Plan, domains: &[(Domain<'_>, Live)], serials: &[(Name, u32)]) -> Vec<PlanZone> {
    let mut zones: BTreeMap<&Name, PlanZone> = BTreeMap::new();
    for (domain, _) in domains {
        zones.entry(&domain.zone.name).or_insert_with(|| {
            let planned = saved
                .zones
                .iter()
                .find(|planned| planned.zone.name == domain.zone.name);
            PlanZone {
                dynamic_update: planned.and_then(|planned| planned.dynamic_update),
                ..make::plan_zone(domain.zone, &domain.management)
            }
        });
    }
    for (apex, serial) in serials {
        if let Some(zone) = zones.get_mut(apex) {
            zone.new_serial = Some(*serial);
        }
    }
    zones.into_values().collect()
}

fn plan_domains(
    snapshot: &Snapshot,
    domains: &[(Domain<'_>, Live)],
    hidden: &[Unseen<'_>],
) -> Vec<PlanDomain> {
    let known = domains.iter().map(|(domain, live)| PlanDomain {
        name: domain.name.clone(),
        zone: make::told_apex(domain.zone),
        owner: domain.owner.clone(),
        live: *live,
        changes: domain.changes(snapshot),
    });
    let unknown = hidden.iter().map(|unseen| PlanDomain {
        name: unseen.domain.name.clone(),
        zone: None,
        owner: unseen.domain.owner.clone(),
        live: Live {
            before: 0,
            after: 0,
            minimum: 0,
        },
        changes: Vec::new(),
    });
    let mut all: Vec<PlanDomain> = known.chain(unknown).collect();
    all.arrange_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The record of a change before the saved plan.
fn original(change: &Change) -> Option<Record> {
    Some(super::files::record(change, change.before?))
}

/// The record of a change as the saved plan wants it.
fn planned(change: &Change) -> Option<Record> {
    Some(super::files::record(change, change.after?))
}

/// Whether the zone is one of Windows DNS, where records can carry a timestamp.
fn is_windows(management: &Management<'_>) -> bool {
    management::is_windows(management.zone.kind)
}

/// Whether an action is about records alone: the way back has steps of its own for them.
fn is_about_records(action: &Action) -> bool {
    matches!(
        action,
        Action::AwaitReplication { .. }
            | Action::ChangeRecords { .. }
            | Action::RemoveUnlisted { .. }
    )
}
