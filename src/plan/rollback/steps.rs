//! The steps of the way back: what the saved plan did, in reverse order.
//!
//! The records come at the place where the saved plan changed them, before publishing is switched on again.
//! Where hosts publish by themselves, what the plan switched on is switched off before: else they would write
//! their records again.

use std::collections::BTreeSet;

use super::is_about_records;
use crate::Name;
use crate::plan::action::{
    Action, Already, HostPublishing, HostRef, Left, Part, Spelled, Switch, is_to_grant, to_prepare,
    to_silence,
};
use crate::plan::evidence::Sightings;
use crate::plan::order::WorkingSet;
use crate::plan::records::{Domain, Entry};
use crate::plan::{Phase, Plan, Verb};
use crate::snapshot::Snapshot;
use crate::topology::Publishing;

/// All actions of the way back.
pub(super) fn actions(saved: &Plan, domains: &[Domain<'_>], snapshot: &Snapshot) -> Vec<Action> {
    let sightings = Sightings::of(snapshot);
    let done: Vec<&Action> = saved.steps.iter().rev().map(|step| &step.action).collect();
    let mut sets: Vec<WorkingSet<'_>> = domains
        .iter()
        .map(|domain| WorkingSet::of(domain, false))
        .collect();
    let mut moving: BTreeSet<Name> = BTreeSet::new();
    let moved: Vec<Option<Action>> = done
        .iter()
        .map(|action| move_back(action, domains, &mut sets, &mut moving))
        .collect();
    let mut records: Vec<Action> = moved.iter().flatten().cloned().collect();
    records.extend(
        sets.iter_mut()
            .filter_map(|set| set.change(|entry| !moving.contains(entry.target())))
            .map(|change| Action::ChangeRecords { change }),
    );
    if !records.is_empty() {
        let reviewed = domains.iter().filter(|domain| changes(domain));
        let sets = reviewed.map(Domain::set_before).collect();
        records.insert(0, Action::AwaitReplication { sets });
    }
    if !domains.is_empty() {
        records.push(Action::VerifyNow {
            sets: domains.iter().map(Domain::set_after).collect(),
            gone: gone(domains),
        });
    }
    let at = place(saved.topology.publishing, &done);
    let mut actions = Vec::new();
    for (index, (action, moved)) in done.iter().zip(&moved).enumerate() {
        if index == at {
            actions.append(&mut records);
        }
        if moved.is_none() {
            actions.extend(taken_back(action, &sightings));
        }
    }
    actions.append(&mut records);
    actions
}

/// Before which of the saved plan's actions, the last of them first, the records are put back.
fn place(publishing: Publishing, done: &[&Action]) -> usize {
    let first = |wanted: &dyn Fn(&Action) -> bool| done.iter().position(|action| wanted(action));
    let last = |wanted: &dyn Fn(&Action) -> bool| done.iter().rposition(|action| wanted(action));
    let place = match publishing {
        // Each plan whose records are put back has changed some.
        Publishing::Manual => first(&|action| action.phase() == Phase::Records),
        Publishing::Automatic => last(&|action| {
            matches!(
                action,
                Action::EnablePublishing { .. } | Action::MovePort { .. }
            )
        })
        .map(|last| last + 1)
        .or_else(|| first(&is_about_records)),
    };
    place.unwrap_or(done.len())
}

/// Whether the way back changes a record of the domain.
fn changes(domain: &Domain<'_>) -> bool {
    domain.entries.iter().any(|entry| entry.verb != Verb::Keep)
}

/// The move of a host back to its port, where its records name the new one. Otherwise its records need nothing.
/// `moving` are the hosts that move already; this one is added.
fn move_back(
    action: &Action,
    domains: &[Domain<'_>],
    sets: &mut [WorkingSet<'_>],
    moving: &mut BTreeSet<Name>,
) -> Option<Action> {
    let Action::MovePort {
        host,
        from,
        changes,
        ..
    } = action
    else {
        return None;
    };
    let name = &host.name.0;
    let own = || {
        let entries = domains.iter().flat_map(|domain| &domain.entries);
        entries.filter(|entry| entry.target() == name)
    };
    let goes = own().any(|entry| entry.verb == Verb::Remove && entry.port() == host.port);
    let comes = |port: &u16| own().any(|entry| entry.verb == Verb::Add && entry.port() == *port);
    let port = *from.iter().find(|port| comes(port))?;
    if changes.is_empty() || !goes || !moving.insert(name.clone()) {
        return None;
    }
    let changes = sets
        .iter_mut()
        .filter_map(|set| set.change(|entry| entry.target() == name))
        .collect();
    Some(Action::MovePort {
        host: HostRef {
            port,
            ..host.clone()
        },
        from: vec![host.port],
        changes,
        already: Already::default(),
    })
}

/// The step that takes an action back; `None` where nothing of it can or need be taken back.
fn taken_back(action: &Action, sightings: &Sightings<'_>) -> Option<Action> {
    let mut action = action.clone();
    // A host that was seen to publish again needs nothing.
    let is_back = |host: &Spelled| sightings.publishing(&host.0, true).is_some();
    match &mut action {
        Action::PrepareNewHosts { hosts, already } => {
            hosts.retain(|host| !is_back(&host.name));
            already
                .0
                .retain(|seen| hosts.iter().any(|host| host.name.0 == seen.host.0));
        }
        Action::SilenceLeavingHosts { hosts, already, .. } => {
            hosts.retain(|host| !is_back(host));
            already
                .0
                .retain(|seen| hosts.iter().any(|host| host.0 == seen.host.0));
        }
        // The records are put back by steps of their own.
        Action::MovePort { changes, .. } => changes.clear(),
        _ => {}
    }
    action.can_be_taken_back().then(|| Action::TakeBack {
        action: Box::new(action),
    })
}

impl Action {
    /// Whether it changes something outside of zone data that can be put back, and that was not seen to be so
    /// before.
    pub fn can_be_taken_back(&self) -> bool {
        match self {
            Self::PrepareNewHosts { hosts, already } => !to_prepare(hosts, already).is_empty(),
            Self::SilenceLeavingHosts { hosts, already, .. } => {
                !to_silence(hosts, already).is_empty()
            }
            Self::DisablePublishing { hosts, already } => is_left(hosts, Switch::Off, already),
            Self::EnablePublishing { hosts, already } => is_left(hosts, Switch::On, already),
            Self::MovePort {
                host,
                changes,
                already,
                ..
            } => changes.is_empty() && !already.has(&host.name, Part::Port),
            Self::GrantRights { nodes, granted, .. } => {
                nodes.iter().any(|node| is_to_grant(node, granted))
            }
            Self::CreateGroup { .. }
            | Self::AddMembers { .. }
            | Self::EnsureNodes { .. }
            | Self::CleanUpNodes { .. }
            | Self::GrantUpdatePolicy { .. }
            | Self::DisableClientCaching { .. }
            | Self::SetLookupDomain { .. } => true,
            Self::CheckHosts { .. }
            | Self::CheckNames { .. }
            | Self::CheckReachability { .. }
            | Self::AwaitReplication { .. }
            | Self::ChangeRecords { .. }
            | Self::RemoveUnlisted { .. }
            | Self::SaveDescriptors { .. }
            | Self::RenewTickets { .. }
            | Self::VerifyNow { .. }
            | Self::VerifyNextDay { .. }
            | Self::VerifyAfterRestart { .. }
            | Self::WatchLeavingHosts { .. }
            | Self::RefreshClients { .. }
            | Self::TakeBack { .. } => false,
        }
    }
}

/// Whether the publish list or the switch of a host was not seen to be as it is to be.
fn is_left(hosts: &[HostPublishing], to: Switch, already: &Already) -> bool {
    let mut left = hosts.iter().map(|entry| Left::of(entry, to, already));
    left.any(|left| left.list || left.publishing)
}

/// Targets that have records now and none in the end.
fn gone(domains: &[Domain<'_>]) -> Vec<Spelled> {
    let entries = || domains.iter().flat_map(|domain| &domain.entries);
    let staying: BTreeSet<&Name> = entries()
        .filter_map(|entry| Some(&entry.after.as_ref()?.target))
        .collect();
    let gone: BTreeSet<&Name> = entries()
        .filter(|entry| entry.verb == Verb::Remove)
        .map(Entry::target)
        .filter(|target| !staying.contains(*target))
        .collect();
    gone.into_iter().cloned().map(Spelled).collect()
}
