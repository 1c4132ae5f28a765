//! Whether hosts publish themselves as planned, by what was seen on them.

use std::collections::BTreeMap;

use crate::Name;
use crate::plan::evidence::Sightings;
use crate::plan::{Action, Plan};
use crate::snapshot::{Site, Snapshot};
use crate::words::words;

/// What is known of publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishing {
    /// Whether `--host-evidence` was given.
    pub checked: bool,
    /// The hosts whose publishing the plan is about, by name.
    pub hosts: Vec<SeenHost>,
}

impl Publishing {
    /// How many hosts were looked at and do not publish as planned, or are not told of.
    pub fn wrong(&self) -> usize {
        let hosts = self.hosts.iter().filter(|host| !host.is_as_planned());
        if self.checked { hosts.count() } else { 0 }
    }
}

words! {
    /// What the plan wants of a host.
    Expected {
        /// It does not publish itself.
        Off = "off",
        /// It publishes itself.
        On = "on",
    }
}

words! {
    /// What was seen.
    HostState {
        /// Publishing is off.
        Off = "off",
        /// Publishing is on.
        On = "on",
        /// It was switched, which takes effect with a restart of the licensing service.
        RestartDue = "restart-due",
        /// It is no KMS host, so it publishes nothing.
        NoKmsHost = "no-kms-host",
        /// No file tells.
        NotTold = "not-told",
    }
}

/// A host and what was seen on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenHost {
    /// The host.
    pub host: Name,
    /// What the plan wants.
    pub expected: Expected,
    /// Whether its records go: then it need be no KMS host.
    pub leaves: bool,
    /// What was seen.
    pub state: HostState,
    /// The file that tells, as people read it.
    pub file: Option<String>,
}

impl SeenHost {
    /// Whether it is as planned.
    pub fn is_as_planned(&self) -> bool {
        match self.state {
            HostState::Off => self.expected == Expected::Off,
            HostState::On => self.expected == Expected::On,
            HostState::NoKmsHost => self.expected == Expected::Off && self.leaves,
            HostState::RestartDue | HostState::NotTold => false,
        }
    }
}

/// What `evidence` says of the hosts whose publishing the plan is about.
pub(super) fn publishing(plan: &Plan, evidence: Option<&Snapshot>) -> Publishing {
    let sightings = evidence.map(Sightings::of);
    let hosts = expected(plan)
        .into_iter()
        .map(|(host, (expected, leaves))| {
            let seen = sightings.as_ref();
            let (state, site) = seen.map_or((HostState::NotTold, None), |seen| state(seen, host));
            SeenHost {
                host: host.clone(),
                expected,
                leaves,
                state,
                file: seen.zip(site).map(|(seen, site)| seen.file(site)),
            }
        });
    Publishing {
        checked: evidence.is_some(),
        hosts: hosts.collect(),
    }
}

/// The hosts whose files may be given.
pub fn hosts(plan: &Plan) -> impl Iterator<Item = &Name> {
    expected(plan).into_keys()
}

/// What the plan wants of each host, and whether its records go. The way back puts publishing back as it was on
/// each host, which no plan knows: it wants nothing.
fn expected(plan: &Plan) -> BTreeMap<&Name, (Expected, bool)> {
    let mut wanted = BTreeMap::new();
    for step in &plan.steps {
        match &step.action {
            Action::SilenceLeavingHosts { hosts, .. } => {
                wanted.extend(hosts.iter().map(|host| (&host.0, (Expected::Off, true))));
            }
            Action::EnablePublishing { hosts, .. } => {
                let names = hosts.iter().map(|entry| &entry.host.name.0);
                wanted.extend(names.map(|host| (host, (Expected::On, false))));
            }
            _ => {}
        }
    }
    let reminder = plan.reminder.iter().flat_map(|reminder| &reminder.hosts);
    wanted.extend(reminder.map(|host| (host, (Expected::Off, false))));
    wanted
}

fn state(seen: &Sightings<'_>, host: &Name) -> (HostState, Option<Site>) {
    if let Some(publishes) = seen.publishes(host) {
        let due = seen.switched(host, publishes.value);
        return match (due, publishes.value) {
            (Some(site), _) => (HostState::RestartDue, Some(site)),
            (None, true) => (HostState::On, Some(publishes.site)),
            (None, false) => (HostState::Off, Some(publishes.site)),
        };
    }
    match seen.no_kms_host(host) {
        Some(site) => (HostState::NoKmsHost, Some(site)),
        None => (HostState::NotTold, None),
    }
}
