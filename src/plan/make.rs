//! From topology and snapshot to the plan.

use std::collections::BTreeMap;

use super::clients::{Deployment, Input, Set, Simulation, Srv};
use super::edit::{self, Edit, ZoneEdits};
use super::evidence::Sightings;
use super::management::Management;
use super::records::{Domain, Entry, Listed, Wanted, held};
use super::rules::{Facts, Hidden};
use super::{
    Live, Options, Plan, PlanDomain, PlanSource, PlanZone, Reminder, Step, TopologySummary, Verb,
    files, identity, live, order, rules,
};
use crate::arrange::Arrange as _;
use crate::snapshot::{ApexFrom, Holder, Site, Snapshot, Zone};
use crate::topology::{Publishing, Topology};
use crate::{Name, presentation};

impl Plan {
    /// Compares what is wanted with what is there.
    pub fn make(topology: &Topology, snapshot: &Snapshot, options: &Options) -> Self {
        let sight = Sight::of(topology, snapshot);
        let sightings = Sightings::of(snapshot);
        let actions = order::actions(topology, &sight.domains, &sightings);
        let counter = live::Counter::new(
            topology.hosts.iter().map(|host| &host.name),
            snapshot,
            &actions,
        );
        let domains: Vec<(Domain<'_>, Live)> = sight
            .domains
            .into_iter()
            .map(|domain| {
                let live = counter.count(&domain);
                (domain, live)
            })
            .collect();
        let plan_domains = plan_domains(snapshot, &domains, &sight.hidden);
        let mut deployment = Deployment::of(topology, |domain| stands(snapshot, domain));
        deployment.leave_out(plan_domains.iter().map(|domain| &domain.name));
        let simulation = Simulation::new(Input::new(&plan_domains, deployment.clone()));
        let edited = edit::edit(snapshot, &zone_edits(&domains), options.today);
        let facts = Facts {
            topology,
            snapshot,
            domains: &domains,
            hidden: &sight.hidden,
            refused: &edited.refused,
            serials: &edited.serials,
            others: &sight.others,
            sightings: &sightings,
            actions: &actions,
            simulation: &simulation,
            options,
        };
        let findings = rules::findings(&facts);
        let mut plan = Self {
            id: String::new(),
            takes_back: None,
            topology: TopologySummary {
                path: topology.path.clone(),
                sha256: topology.sha256.clone(),
                publishing: topology.publishing,
                hosts: topology.hosts.len(),
                domains: topology.all_domains().len(),
            },
            zones: zones(topology, &domains, &sight.hidden, &edited.serials),
            domains: plan_domains,
            steps: (1..)
                .zip(actions)
                .map(|(number, action)| Step { number, action })
                .collect(),
            findings,
            reminder: reminder(topology),
            diffs: edited.diffs,
            sources: sources(snapshot),
            deployment,
        };
        plan.id = identity::id(&plan);
        plan
    }
}

/// The domains of a plan, by what can be seen of them.
struct Sight<'a> {
    /// Their records are known.
    domains: Vec<Domain<'a>>,
    /// Named by the topology, but out of sight.
    hidden: Vec<(Name, Hidden<'a>)>,
    /// Not named by the topology and left alone.
    others: Vec<(Name, Site)>,
}

impl<'a> Sight<'a> {
    fn of(topology: &'a Topology, snapshot: &'a Snapshot) -> Self {
        let mut sight = Self {
            domains: Vec::new(),
            hidden: Vec::new(),
            others: Vec::new(),
        };
        let mut named: BTreeMap<Name, Name> = BTreeMap::new();
        for domain in topology.all_domains() {
            named.entry(domain.clone()).or_insert(domain);
        }
        let served = served(topology);
        let listed = Listed::of(topology);
        for domain in named.values() {
            let wanted = served.get(domain).map(Vec::as_slice).unwrap_or_default();
            let Ok(owner) = presentation::kms_owner(domain) else {
                sight.hidden.push((domain.clone(), Hidden::NoZone));
                continue;
            };
            match snapshot.holder(&owner) {
                Holder::Zone(zone) => match zone.alias_of(&owner) {
                    Some((at, alias)) => {
                        let hidden = Hidden::Alias { zone, at, alias };
                        sight.hidden.push((domain.clone(), hidden));
                    }
                    None if !zone.tells(&owner) => {
                        sight
                            .hidden
                            .push((domain.clone(), Hidden::NotTold { zone }));
                    }
                    None => sight.domains.push(Domain::compare(
                        &listed,
                        domain,
                        owner,
                        Some(wanted),
                        zone,
                    )),
                },
                Holder::Delegated { zone, cut, site } => {
                    sight
                        .hidden
                        .push((domain.clone(), Hidden::Delegated { zone, cut, site }));
                }
                Holder::None => sight.hidden.push((domain.clone(), Hidden::NoZone)),
            }
        }
        for zone in &snapshot.zones {
            for (owner, records) in &zone.kms {
                let Some(domain) =
                    presentation::kms_domain(owner).filter(|domain| !named.contains_key(domain))
                else {
                    continue;
                };
                let held = matches!(snapshot.holder(owner), Holder::Zone(holder) if holder.name == zone.name);
                if !held || zone.alias_of(owner).is_some() {
                    continue;
                }
                let spelled = presentation::kms_owner(&domain).unwrap_or_else(|_| owner.clone());
                let compared = Domain::compare(&listed, &domain, spelled, None, zone);
                if compared
                    .entries
                    .iter()
                    .any(|entry| entry.verb != Verb::Keep)
                {
                    sight.domains.push(compared);
                } else if let Some(site) = records.iter().find_map(|record| record.site) {
                    sight.others.push((domain, site));
                }
            }
        }
        sight.domains.arrange_by(|a, b| a.name.cmp(&b.name));
        sight
    }
}

/// What stands in a domain that the plan leaves alone; `None` where no source tells.
fn stands(snapshot: &Snapshot, domain: &Name) -> Option<Set> {
    let owner = presentation::kms_owner(domain).ok()?;
    let Holder::Zone(zone) = snapshot.holder(&owner) else {
        return None;
    };
    if zone.alias_of(&owner).is_some() || !zone.tells(&owner) {
        return None;
    }
    let records = zone.kms.get(&owner).map(Vec::as_slice).unwrap_or_default();
    let records = held(records).into_iter().map(|held| Srv {
        target: held.record.target.clone(),
        port: held.record.port,
        priority: held.record.priority,
        weight: held.record.weight,
    });
    Some(Set::of(records.collect()))
}

/// The hosts that serve each domain, each with its entry for it.
fn served(topology: &Topology) -> BTreeMap<&Name, Vec<Wanted<'_>>> {
    let mut served: BTreeMap<&Name, Vec<Wanted<'_>>> = BTreeMap::new();
    for host in &topology.hosts {
        for entry in &host.publish {
            served.entry(&entry.domain).or_default().push((host, entry));
        }
    }
    served
}

/// The edits of the zones' files: all that a person changes.
pub(super) fn zone_edits<'a>(domains: &'a [(Domain<'a>, Live)]) -> Vec<ZoneEdits<'a>> {
    let mut zones: BTreeMap<&Name, ZoneEdits<'a>> = BTreeMap::new();
    for (domain, _) in domains
        .iter()
        .filter(|(domain, _)| domain.zone.end.is_some())
    {
        let zone = zones.entry(&domain.zone.name).or_insert_with(|| ZoneEdits {
            zone: domain.zone,
            edits: Vec::new(),
        });
        zone.edits.extend(
            domain
                .entries
                .iter()
                .filter(|entry| entry.by_hand)
                .flat_map(|entry| file_edits(domain, entry)),
        );
    }
    zones.into_values().collect()
}

/// The edits of a record's line, and of the lines that say the same once more.
fn file_edits<'a>(domain: &'a Domain<'_>, entry: &'a Entry<'_>) -> Vec<Edit<'a>> {
    files::edits(
        &domain.owner,
        entry.verb,
        entry.current.map(|record| (record, entry.twins.as_slice())),
        entry.before.as_ref(),
        entry.after.as_ref(),
    )
}

fn zones(
    topology: &Topology,
    domains: &[(Domain<'_>, Live)],
    hidden: &[(Name, Hidden<'_>)],
    serials: &[(Name, u32)],
) -> Vec<PlanZone> {
    let mut zones: BTreeMap<&Name, PlanZone> = BTreeMap::new();
    for (domain, _) in domains {
        zones
            .entry(&domain.zone.name)
            .or_insert_with(|| plan_zone(domain.zone, &domain.management));
    }
    for (_, hidden) in hidden {
        if let Hidden::Alias { zone, .. } | Hidden::NotTold { zone } = hidden {
            zones
                .entry(&zone.name)
                .or_insert_with(|| plan_zone(zone, &Management::of(topology, zone)));
        }
    }
    for (apex, serial) in serials {
        if let Some(zone) = zones.get_mut(apex) {
            zone.new_serial = Some(*serial);
        }
    }
    zones.into_values().collect()
}

/// What each source was taken for.
pub(super) fn sources(snapshot: &Snapshot) -> Vec<PlanSource> {
    snapshot
        .sources
        .iter()
        .map(|taken| PlanSource {
            path: taken.path.clone(),
            format: taken.format,
            why: taken.why.clone(),
            zones: taken
                .zones
                .iter()
                .map(|(apex, from)| (apex.to_lowercase(), *from))
                .collect(),
        })
        .collect()
}

/// A zone as a plan tells it, its files not edited.
pub(super) fn plan_zone(zone: &Zone, management: &Management<'_>) -> PlanZone {
    PlanZone {
        zone: management.zone.clone(),
        spelling: zone.name.clone(),
        kind_assumed: management.kind_assumed,
        dynamic_update: management.dynamic_update(),
        source: zone.source.clone(),
        format: zone.format,
        sha256: zone.sha256.clone(),
        serial: zone.soa.as_ref().map(|soa| soa.serial),
        new_serial: None,
    }
}

/// The apex of a zone; `None` where it is only assumed.
pub(super) fn told_apex(zone: &Zone) -> Option<Name> {
    (zone.apex_from != ApexFrom::Assumed).then(|| zone.name.to_lowercase())
}

fn plan_domains(
    snapshot: &Snapshot,
    domains: &[(Domain<'_>, Live)],
    hidden: &[(Name, Hidden<'_>)],
) -> Vec<PlanDomain> {
    let known = domains.iter().map(|(domain, live)| PlanDomain {
        name: domain.name.clone(),
        zone: told_apex(domain.zone),
        owner: domain.owner.clone(),
        live: *live,
        changes: domain.changes(snapshot),
    });
    let unknown = hidden.iter().filter_map(|(name, hidden)| {
        Some(PlanDomain {
            name: name.clone(),
            zone: match hidden {
                Hidden::Alias { zone, .. } => told_apex(zone),
                Hidden::NoZone | Hidden::NotTold { .. } | Hidden::Delegated { .. } => None,
            },
            owner: presentation::kms_owner(name).ok()?,
            live: Live {
                before: 0,
                after: 0,
                minimum: 0,
            },
            changes: Vec::new(),
        })
    });
    let mut all: Vec<PlanDomain> = known.chain(unknown).collect();
    all.arrange_by(|a, b| a.name.cmp(&b.name));
    all
}

fn reminder(topology: &Topology) -> Option<Reminder> {
    let mut hosts: Vec<Name> = topology
        .hosts
        .iter()
        .filter(|host| host.publishes())
        .map(|host| host.name.clone())
        .collect();
    hosts.arrange();
    (topology.publishing == Publishing::Manual && !hosts.is_empty()).then_some(Reminder { hosts })
}
