//! The actions of a plan, in the order that keeps clients served.
//!
//! Manual publishing: pre-checks; publishing off on every host; replication; records; permissions; new
//! tickets; verification; clients. Automatic publishing: pre-checks; permissions; new tickets; hosts
//! publish one at a time; records that no host withdraws; verification; clients.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{
    Action, Already, Granted, GroupRef, HostPublishing, HostRef, Member, Node, Part, Principal,
    PublishEntry, Record, RecordEdit, RecordSet, SeenPart, SetChange, Spelled, ZoneRef,
};
use super::evidence::Sightings;
use super::records::{Domain, Entry};
use super::{Verb, Why, group};
use crate::arrange::{Arrange as _, IntoMap as _};
use crate::snapshot::Site;
use crate::topology::{Account, Host, Publishing, Topology, ZoneKind};
use crate::{Name, presentation};

/// All actions for the domains. What was seen to be so already is told with the action that would do it.
pub fn actions(
    topology: &Topology,
    domains: &[Domain<'_>],
    sightings: &Sightings<'_>,
) -> Vec<Action> {
    let change = ChangePlan::new(topology, domains, sightings);
    let mut actions = change.prechecks();
    match topology.publishing {
        Publishing::Manual => {
            actions.extend(change.publishing_off());
            actions.extend(change.records());
            actions.extend(change.permissions());
        }
        Publishing::Automatic => {
            actions.extend(change.silence());
            actions.extend(change.permissions());
            actions.extend(change.publishing_on());
            actions.extend(change.records());
        }
    }
    actions.extend(change.verification());
    actions.extend(change.clients());
    actions
}

struct ChangePlan<'a> {
    topology: &'a Topology,
    domains: &'a [Domain<'a>],
    /// What was seen on hosts and nodes.
    sightings: &'a Sightings<'a>,
    /// The desired hosts but those all of whose domains are out of sight, by name.
    hosts: Vec<&'a Host>,
    /// The records of all domains, by target.
    by_target: BTreeMap<&'a Name, Vec<&'a Entry<'a>>>,
    /// The topology's domains, each in the one spelling that the plan has for it.
    spellings: BTreeSet<Name>,
    /// The topology's retired hosts, each with whether it still runs.
    retired: BTreeMap<&'a Name, bool>,
}

impl<'a> ChangePlan<'a> {
    fn new(
        topology: &'a Topology,
        domains: &'a [Domain<'a>],
        sightings: &'a Sightings<'a>,
    ) -> Self {
        let known: BTreeSet<&Name> = domains.iter().map(|domain| &domain.name).collect();
        let mut hosts: Vec<&Host> = topology
            .hosts
            .iter()
            .filter(|host| {
                host.publish.is_empty()
                    || host
                        .publish
                        .iter()
                        .any(|entry| known.contains(&entry.domain))
            })
            .collect();
        hosts.arrange_by(|a, b| a.name.cmp(&b.name));
        let mut by_target: BTreeMap<&Name, Vec<&Entry<'_>>> = BTreeMap::new();
        for entry in domains.iter().flat_map(|domain| &domain.entries) {
            by_target.entry(entry.target()).or_default().push(entry);
        }
        let retired = topology.retired.iter();
        Self {
            topology,
            domains,
            sightings,
            hosts,
            by_target,
            spellings: topology.all_domains().into_iter().collect(),
            retired: retired.map(|host| (&host.name, host.running)).into_map(),
        }
    }

    /// All records of all domains.
    fn entries(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.domains.iter().flat_map(|domain| &domain.entries)
    }

    /// What must hold before anything changes. A host that is to move to another port is checked on the
    /// port that it has now.
    fn prechecks(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        let new: Vec<HostRef> = self
            .hosts
            .iter()
            .filter(|host| self.topology.publishing == Publishing::Manual && host.publishes())
            .filter(|host| !self.seen(&host.name))
            // It has its key already: its turn comes with the others.
            .filter(|host| self.sightings.kms_host(&host.name).is_none())
            .map(|host| host_ref(host))
            .collect();
        if !new.is_empty() {
            let already = self.already(new.iter().map(|host| &host.name), |host| {
                vec![self.switch(&host.0, false)]
            });
            actions.push(Action::PrepareNewHosts {
                hosts: new,
                already,
            });
        }
        let moving: BTreeMap<&Name, u16> = self
            .moving()
            .into_iter()
            .filter(|(host, _)| self.sightings.port(&host_ref(host)).is_none())
            .filter_map(|(host, from)| Some((&host.name, *from.first()?)))
            .into_map();
        let now = |host: &&'a Host| HostRef {
            port: moving.get(&host.name).copied().unwrap_or(host.port),
            ..host_ref(host)
        };
        let hosts: Vec<HostRef> = self.hosts.iter().map(now).collect();
        let windows: Vec<HostRef> = self
            .hosts
            .iter()
            .filter(|host| host.publishes())
            .map(now)
            .collect();
        if !windows.is_empty() {
            actions.push(Action::CheckHosts { hosts: windows });
        }
        let zones = self.zones();
        if !zones.is_empty() && !hosts.is_empty() {
            actions.push(Action::CheckNames {
                hosts: hosts.clone(),
                zones,
            });
        }
        if !hosts.is_empty() {
            actions.push(Action::CheckReachability { hosts });
        }
        actions
    }

    /// What was seen on the hosts, of the parts that `parts` asks for.
    fn already<'h>(
        &self,
        hosts: impl IntoIterator<Item = &'h Spelled>,
        parts: impl Fn(&Spelled) -> Vec<(Part, Option<Site>)>,
    ) -> Already {
        let seen = hosts.into_iter().flat_map(|host| {
            parts(host).into_iter().filter_map(|(part, site)| {
                Some(SeenPart {
                    host: host.clone(),
                    part,
                    file: self.sightings.file(site?),
                })
            })
        });
        Already(seen.collect())
    }

    /// Where it was seen that a host's publishing is on or off, or was switched so.
    fn switch(&self, host: &Name, on: bool) -> (Part, Option<Site>) {
        match self.sightings.switched(host, on) {
            Some(site) => (Part::Switched, Some(site)),
            None => (Part::Publishing, self.sightings.publishing(host, on)),
        }
    }

    /// What was seen of publishing on hosts of the topology.
    fn published(&self, hosts: &[HostPublishing], on: bool) -> Already {
        let seen = hosts.iter().flat_map(|entry| {
            let list = self
                .sightings
                .list(entry)
                .filter(|_| !entry.publish.is_empty());
            let parts = [
                (Part::PublishList, list),
                self.switch(&entry.host.name.0, on),
            ];
            self.already([&entry.host.name], |_| parts.to_vec()).0
        });
        Already(seen.collect())
    }

    /// The zones that hold each record that the host is to publish as it is planned. They matter only
    /// where nothing else is left to do on the host: then a restart publishes what is missing.
    fn standing(&self, host: &HostRef) -> Vec<SeenPart> {
        let name = &host.name.0;
        let known: BTreeSet<&Name> = self.domains.iter().map(|domain| &domain.name).collect();
        let serves = self.hosts.iter().find(|host| host.name == *name);
        let in_sight = serves.is_some_and(|host| {
            let mut published = host.publish.iter();
            published.all(|entry| known.contains(&entry.domain))
        });
        if !in_sight || self.entries_of(name).any(|entry| entry.verb != Verb::Keep) {
            return Vec::new();
        }
        let files: BTreeSet<&String> = self
            .domains
            .iter()
            .filter(|domain| domain.entries.iter().any(|entry| entry.target() == name))
            .map(|domain| &domain.zone.source)
            .collect();
        files
            .into_iter()
            .map(|file| SeenPart {
                host: host.name.clone(),
                part: Part::Records,
                file: file.clone(),
            })
            .collect()
    }

    /// The records of all domains that name the host.
    fn entries_of(&self, name: &Name) -> impl Iterator<Item = &'a Entry<'a>> {
        self.by_target.get(name).into_iter().flatten().copied()
    }

    /// Whether any record of a known domain names the host now.
    fn seen(&self, name: &Name) -> bool {
        self.entries_of(name).any(|entry| entry.before.is_some())
    }

    /// The zones of the domains, each once.
    fn zones(&self) -> Vec<ZoneRef> {
        let zones: BTreeMap<&Name, &ZoneRef> = self
            .domains
            .iter()
            .map(|domain| (&domain.management.zone.name, &domain.management.zone))
            .into_map();
        zones.into_values().cloned().collect()
    }

    fn publishing_off(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        let hosts = self.publishing_hosts();
        if !hosts.is_empty() {
            let already = self.published(&hosts, false);
            actions.push(Action::DisablePublishing { hosts, already });
        }
        actions.extend(self.silence());
        actions
    }

    /// Retired and unlisted hosts in steps of their own: a reviewer may strike the latter.
    fn silence(&self) -> Vec<Action> {
        let (retired, unlisted): (Vec<Spelled>, Vec<Spelled>) = self
            .leaving_running()
            .into_iter()
            .partition(|host| self.retired.contains_key(&host.0));
        [(false, retired), (true, unlisted)]
            .into_iter()
            .filter(|(_, hosts)| !hosts.is_empty())
            .map(|(unlisted, hosts)| {
                let already = self.already(&hosts, |host| {
                    let (part, off) = self.switch(&host.0, false);
                    match self.sightings.no_kms_host(&host.0) {
                        Some(site) => vec![(Part::NoKmsHost, Some(site))],
                        // What still needs its restart is switched off together with it.
                        None => vec![
                            (Part::Client, self.sightings.client(&host.0)),
                            (Part::Publishing, off.filter(|_| part == Part::Publishing)),
                        ],
                    }
                });
                Action::SilenceLeavingHosts {
                    unlisted,
                    hosts,
                    already,
                }
            })
            .collect()
    }

    fn publishing_hosts(&self) -> Vec<HostPublishing> {
        self.hosts
            .iter()
            .filter(|host| host.publishes())
            .map(|host| HostPublishing {
                host: host_ref(host),
                publish: host
                    .publish
                    .iter()
                    .map(|entry| PublishEntry {
                        domain: self
                            .spellings
                            .get(&entry.domain)
                            .unwrap_or(&entry.domain)
                            .clone(),
                        priority: entry.priority,
                        weight: entry.weight,
                    })
                    .collect(),
            })
            .collect()
    }

    /// Hosts whose records go and that may still run: retired ones unless switched off, unlisted ones.
    fn leaving_running(&self) -> Vec<Spelled> {
        let removed = self.entries().filter(|entry| {
            entry.verb == Verb::Remove
                && matches!(entry.why, Why::Retired | Why::Unlisted)
                && !entry.target().is_root()
        });
        let mut names: BTreeMap<Name, Name> = removed
            .filter(|entry| self.retired.get(entry.target()) != Some(&false))
            .map(|entry| (entry.target().clone(), entry.target().clone()))
            .into_map();
        for retired in self
            .topology
            .retired
            .iter()
            .filter(|retired| retired.running)
        {
            names.insert(retired.name.clone(), retired.name.clone());
        }
        names.into_values().map(Spelled).collect()
    }

    /// Under automatic publishing a host's new port is published by its own restart.
    fn publishing_on(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = self
            .moving()
            .into_iter()
            .filter(|(host, _)| host.publishes())
            .map(|(host, from)| self.move_port(host, from, Vec::new()))
            .collect();
        let hosts = self.publishing_hosts();
        if !hosts.is_empty() {
            let mut already = self.published(&hosts, true);
            for entry in &hosts {
                let name = &entry.host.name;
                let listed = entry.publish.is_empty() || already.has(name, Part::PublishList);
                if listed && already.has(name, Part::Publishing) {
                    already.0.extend(self.standing(&entry.host));
                }
            }
            actions.push(Action::EnablePublishing { hosts, already });
        }
        actions
    }

    fn move_port(&self, host: &Host, from: Vec<u16>, changes: Vec<SetChange>) -> Action {
        let host_ref = host_ref(host);
        let site = self.sightings.port(&host_ref);
        let already = self.already([&host_ref.name], |_| vec![(Part::Port, site)]);
        Action::MovePort {
            host: host_ref,
            from,
            changes,
            already,
        }
    }

    /// What people change in the record sets. Each change starts from the set that the one before it
    /// leaves; under automatic publishing the first starts from what the hosts have published.
    fn records(&self) -> Vec<Action> {
        let automatic = self.topology.publishing == Publishing::Automatic;
        // A host that publishes by itself has moved already: its restart wrote the new record.
        let mut moving = self.moving();
        moving.retain(|(host, _)| !(automatic && host.publishes()));
        let moving_names: BTreeSet<&Name> = moving.iter().map(|(host, _)| &host.name).collect();
        let moves = |name: &Name| moving_names.contains(name);
        let mut sets: Vec<WorkingSet<'_>> = self
            .domains
            .iter()
            .map(|domain| WorkingSet::of(domain, automatic))
            .collect();
        let reviewed: Vec<RecordSet> = sets
            .iter()
            .filter(|set| {
                set.domain
                    .entries
                    .iter()
                    .any(|entry| entry.verb != Verb::Keep && entry.by_hand)
            })
            .map(WorkingSet::records)
            .collect();
        let mut changes: Vec<Action> = sets
            .iter_mut()
            .filter_map(|set| set.change(|entry| !is_unlisted(entry) && !moves(entry.target())))
            .map(|change| Action::ChangeRecords { change })
            .collect();
        for (host, from) in &moving {
            let own = sets
                .iter_mut()
                .filter_map(|set| set.change(|entry| *entry.target() == host.name))
                .collect();
            changes.push(self.move_port(host, from.clone(), own));
        }
        changes.extend(
            sets.iter_mut()
                .filter_map(|set| set.change(is_unlisted))
                .map(|change| Action::RemoveUnlisted { change }),
        );
        if changes.is_empty() {
            return changes;
        }
        changes.insert(0, Action::AwaitReplication { sets: reviewed });
        changes
    }

    /// Listed hosts that are to change their port, with the ports that records name now: some record names
    /// another port and none the desired one, which some planned record names. The present records may all stand in
    /// domains that the host is to leave.
    fn moving(&self) -> Vec<(&'a Host, Vec<u16>)> {
        self.hosts
            .iter()
            .filter_map(|host| {
                let entries = || self.entries_of(&host.name);
                let stays = entries()
                    .filter_map(|entry| entry.after.as_ref())
                    .any(|after| after.port == host.port);
                let mut from: Vec<u16> = entries()
                    .filter_map(|entry| entry.before.as_ref())
                    .map(|before| before.port)
                    .collect();
                from.sort_unstable();
                from.dedup();
                let moves = stays && !from.is_empty() && !from.contains(&host.port);
                moves.then_some((*host, from))
            })
            .collect()
    }

    fn permissions(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        let nodes: Vec<Node> = self
            .domains
            .iter()
            .filter(|domain| {
                domain.management.zone.kind == ZoneKind::Ad && domain.desired().next().is_some()
            })
            .map(|domain| Node {
                domain: domain.name.clone(),
                owner: domain.owner.clone(),
                zone: domain.management.zone.clone(),
                exists: self.topology.publishing == Publishing::Manual
                    || domain.entries.iter().any(|entry| entry.before.is_some()),
            })
            .collect();
        let members = self.members();
        if !nodes.is_empty() && !members.is_empty() {
            let group = GroupRef {
                name: self.topology.group.name.clone(),
                path: self.topology.group.path.clone(),
                scope: group::scope(self.topology, self.domains),
                server: nodes[0].zone.server.clone(),
            };
            actions.extend(self.ensure_nodes(&nodes));
            actions.push(Action::CreateGroup {
                group: group.clone(),
            });
            actions.push(Action::AddMembers {
                group: group.clone(),
                members,
            });
            actions.push(Action::SaveDescriptors {
                nodes: nodes.clone(),
            });
            actions.push(Action::GrantRights {
                granted: self.granted(&group, &nodes),
                group: group.clone(),
                publishing: self.topology.publishing,
                nodes: nodes.clone(),
            });
            actions.push(Action::CleanUpNodes { group, nodes });
            let hosts = self.hosts.iter().filter(|host| joined(host));
            actions.push(Action::RenewTickets {
                hosts: hosts.map(|host| host_ref(host)).collect(),
            });
        }
        actions.extend(self.update_policies());
        actions
    }

    /// The nodes on which the group was seen to have its rights.
    fn granted(&self, group: &GroupRef, nodes: &[Node]) -> Vec<Granted> {
        nodes
            .iter()
            .filter_map(|node| {
                let site = self.sightings.granted(&group.name, &node.owner)?;
                Some(Granted {
                    domain: node.domain.clone(),
                    file: self.sightings.file(site),
                })
            })
            .collect()
    }

    fn ensure_nodes(&self, nodes: &[Node]) -> Option<Action> {
        let missing: Vec<Node> = nodes.iter().filter(|node| !node.exists).cloned().collect();
        (self.topology.publishing == Publishing::Automatic && !missing.is_empty())
            .then_some(Action::EnsureNodes { nodes: missing })
    }

    fn members(&self) -> Vec<Member> {
        self.hosts
            .iter()
            .filter(|host| joined(host))
            .filter_map(|host| match &host.account {
                Account::Joined { account, ad_domain } => Some(Member {
                    host: Spelled(host.name.clone()),
                    account: account.clone(),
                    ad_domain: ad_domain.to_lowercase(),
                }),
                Account::None => None,
            })
            .collect()
    }

    fn update_policies(&self) -> Vec<Action> {
        let principals: Vec<Principal> = self
            .members()
            .into_iter()
            .map(|member| Principal {
                realm: presentation::plain(&member.ad_domain).to_ascii_uppercase(),
                host: member.host,
                account: member.account,
            })
            .collect();
        if principals.is_empty() {
            return Vec::new();
        }
        let mut zones: BTreeMap<&Name, (&ZoneRef, Vec<Spelled>)> = BTreeMap::new();
        for domain in self.domains {
            let zone = &domain.management.zone;
            if zone.kind == ZoneKind::Bind && domain.desired().next().is_some() {
                let (_, owners) = zones.entry(&zone.name).or_insert((zone, Vec::new()));
                owners.push(Spelled(domain.owner.clone()));
            }
        }
        zones
            .into_values()
            .map(|(zone, owners)| Action::GrantUpdatePolicy {
                zone: zone.clone(),
                owners,
                principals: principals.clone(),
            })
            .collect()
    }

    fn verification(&self) -> Vec<Action> {
        let sets: Vec<_> = self.domains.iter().map(Domain::set_after).collect();
        let mut actions = Vec::new();
        if !sets.is_empty() {
            let gone = self.gone();
            actions.push(Action::VerifyNow {
                sets: sets.clone(),
                gone: gone.clone(),
            });
            actions.push(Action::VerifyNextDay {
                sets: sets.clone(),
                gone,
            });
            let hosts: Vec<HostRef> = self
                .hosts
                .iter()
                .filter(|host| host.publishes())
                .map(|host| host_ref(host))
                .collect();
            if !hosts.is_empty() {
                actions.push(Action::VerifyAfterRestart { hosts, sets });
            }
        }
        let losing: BTreeSet<&Name> = self
            .entries()
            .filter(|entry| entry.verb == Verb::Remove)
            .map(Entry::target)
            .collect();
        let removed: Vec<Spelled> = self
            .leaving_running()
            .into_iter()
            .filter(|host| losing.contains(&host.0))
            .collect();
        if !removed.is_empty() {
            actions.push(Action::WatchLeavingHosts { hosts: removed });
        }
        actions
    }

    /// Targets that have records now and none in the end.
    fn gone(&self) -> Vec<Spelled> {
        let staying: BTreeSet<&Name> = self
            .entries()
            .filter_map(|entry| Some(&entry.after.as_ref()?.target))
            .collect();
        let gone: BTreeSet<&Name> = self
            .entries()
            .filter(|entry| entry.verb == Verb::Remove)
            .map(Entry::target)
            .filter(|target| !staying.contains(*target))
            .collect();
        gone.into_iter().cloned().map(Spelled).collect()
    }

    fn clients(&self) -> Vec<Action> {
        let served: Vec<Spelled> = self
            .domains
            .iter()
            .filter(|domain| domain.named && domain.desired().next().is_some())
            .map(|domain| Spelled(domain.name.clone()))
            .collect();
        if served.is_empty() {
            return Vec::new();
        }
        let several: Vec<Spelled> = self
            .domains
            .iter()
            .filter(|domain| domain.named && domain.desired().count() > 1)
            .map(|domain| Spelled(domain.name.clone()))
            .collect();
        let mut actions = vec![Action::RefreshClients {
            domains: served.clone(),
        }];
        if !several.is_empty() {
            actions.push(Action::DisableClientCaching { domains: several });
        }
        actions.push(Action::SetLookupDomain { domains: served });
        actions
    }
}

fn joined(host: &Host) -> bool {
    host.publishes() && host.account != Account::None
}

/// A host as steps name it.
pub fn host_ref(host: &Host) -> HostRef {
    HostRef {
        name: Spelled(host.name.clone()),
        port: host.port,
        os: host.os,
    }
}

fn is_unlisted(entry: &Entry<'_>) -> bool {
    entry.why == Why::Unlisted
}

/// A domain's record set while the steps change it.
pub(super) struct WorkingSet<'a> {
    domain: &'a Domain<'a>,
    records: Vec<Record>,
}

impl<'a> WorkingSet<'a> {
    /// The set before the record steps: as it was read, and with `published` as the hosts have made it.
    pub(super) fn of(domain: &'a Domain<'a>, published: bool) -> Self {
        let records = domain.entries.iter().filter_map(|entry| {
            let by_host = published && !entry.by_hand && entry.host.is_some();
            if by_host {
                entry.after.clone()
            } else {
                entry.before.clone()
            }
        });
        Self {
            domain,
            records: records.collect(),
        }
    }

    fn records(&self) -> RecordSet {
        self.domain.set(self.records.clone())
    }

    /// The change that a person makes of the wanted entries, in the order adds, replacements, removals.
    /// `None` where there is none.
    pub(super) fn change(&mut self, wanted: impl Fn(&Entry<'_>) -> bool) -> Option<SetChange> {
        let edits = edits(self.domain, wanted);
        if edits.is_empty() {
            return None;
        }
        let before = self.records();
        let gone: BTreeSet<&Record> = edits.iter().filter_map(RecordEdit::old_record).collect();
        self.records.retain(|record| !gone.contains(record));
        let new = edits.iter().filter_map(RecordEdit::new_record);
        self.records.extend(new.cloned());
        Some(SetChange {
            before,
            edits,
            after: self.records(),
        })
    }
}

/// The edits that a person makes: adds, replacements, removals.
fn edits(domain: &Domain<'_>, wanted: impl Fn(&Entry<'_>) -> bool) -> Vec<RecordEdit> {
    let mut edits: Vec<(Verb, RecordEdit)> = domain
        .entries
        .iter()
        .filter(|entry| entry.by_hand && wanted(entry))
        .filter_map(|entry| {
            let edit = match (entry.verb, &entry.before, &entry.after) {
                (Verb::Add, _, Some(after)) => RecordEdit::Add {
                    record: after.clone(),
                },
                (Verb::Change, Some(before), Some(after)) => RecordEdit::Replace {
                    before: before.clone(),
                    after: after.clone(),
                },
                (Verb::Remove, Some(before), _) => RecordEdit::Remove {
                    record: before.clone(),
                },
                _ => return None,
            };
            Some((entry.verb, edit))
        })
        .collect();
    edits.arrange_by_key(|(verb, _)| match verb {
        Verb::Add => 0,
        Verb::Change | Verb::Keep => 1,
        Verb::Remove => 2,
    });
    edits.into_iter().map(|(_, edit)| edit).collect()
}
