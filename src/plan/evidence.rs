//! What the files about hosts and nodes say to a plan: which of its parts are so already.
//!
//! A value that no file tells says nothing, neither way.

use std::collections::BTreeMap;

use super::action::{HostPublishing, HostRef, PublishEntry};
use crate::Name;
use crate::arrange::{Arrange as _, IntoMap as _};
use crate::snapshot::evidence::{HostEvidence, NodeEvidence, PublishLine, Rights, Seen};
use crate::snapshot::{Site, Snapshot};
use crate::topology::Os;

/// What was seen, by name.
pub struct Sightings<'a> {
    snapshot: &'a Snapshot,
    hosts: BTreeMap<&'a Name, &'a HostEvidence>,
    nodes: BTreeMap<&'a Name, &'a NodeEvidence>,
}

impl<'a> Sightings<'a> {
    /// The evidence of a snapshot.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let evidence = &snapshot.evidence;
        Self {
            snapshot,
            hosts: evidence
                .hosts
                .iter()
                .map(|seen| (&seen.host, seen))
                .into_map(),
            nodes: evidence
                .nodes
                .iter()
                .map(|seen| (&seen.node, seen))
                .into_map(),
        }
    }

    /// What was seen on a host.
    pub fn host(&self, name: &Name) -> Option<&'a HostEvidence> {
        self.hosts.get(name).copied()
    }

    /// What was seen on a node, by its owner name `_vlmcs._tcp.<domain>`.
    pub fn node(&self, owner: &Name) -> Option<&'a NodeEvidence> {
        self.nodes.get(owner).copied()
    }

    /// The file of a place, as people read it.
    pub fn file(&self, site: Site) -> String {
        self.snapshot.place(site).0
    }

    /// Where it was seen whether the host publishes by itself. On a machine that is no KMS host the
    /// switch alone publishes nothing.
    pub fn publishes(&self, name: &Name) -> Option<&'a Seen<bool>> {
        let host = self.host(name)?;
        let seen = host.publishing.as_ref()?;
        (!seen.value || !is_no_kms_host(host)).then_some(seen)
    }

    /// Where it was seen that publishing is on, or off.
    pub fn publishing(&self, name: &Name, on: bool) -> Option<Site> {
        let seen = self.publishes(name)?;
        (seen.value == on).then_some(seen.site)
    }

    /// Where it was seen that publishing was switched on, or off, and takes effect with a restart only.
    pub fn switched(&self, name: &Name, on: bool) -> Option<Site> {
        let due = self.host(name)?.restart_due;
        due.filter(|_| self.publishing(name, on).is_some())
    }

    /// Where a KMS client showed, of one product alone, and no file tells of a KMS host.
    pub fn client(&self, name: &Name) -> Option<Site> {
        let host = self.host(name)?;
        host.client.filter(|_| host.kms_host.is_none())
    }

    /// Whether it was seen that the host publishes, or that it does not.
    pub fn tells_of_publishing(&self, name: &Name) -> bool {
        self.publishes(name).is_some() || self.no_kms_host(name).is_some()
    }

    /// Where it was seen that the machine is no KMS host.
    pub fn no_kms_host(&self, name: &Name) -> Option<Site> {
        let seen = self.host(name)?.kms_host.as_ref()?;
        (!seen.value).then_some(seen.site)
    }

    /// Where it was seen that the machine is a KMS host.
    pub fn kms_host(&self, name: &Name) -> Option<Site> {
        let seen = self.host(name)?.kms_host.as_ref()?;
        seen.value.then_some(seen.site)
    }

    /// The port on which the host was seen to listen; none for a machine that is no KMS host.
    pub fn listens(&self, name: &Name) -> Option<&'a Seen<u16>> {
        let host = self.host(name)?;
        host.port.as_ref().filter(|_| !is_no_kms_host(host))
    }

    /// Where it was seen that the host listens on its port.
    pub fn port(&self, host: &HostRef) -> Option<Site> {
        let seen = self.listens(&host.name.0)?;
        let is_windows = host.os.is_none_or(Os::publishes);
        (is_windows && seen.value == host.port).then_some(seen.site)
    }

    /// Where it was seen that the host's publish list is the planned one.
    pub fn list(&self, entry: &HostPublishing) -> Option<Site> {
        let seen = self.host(&entry.host.name.0)?.publish.as_ref()?;
        is_list(&seen.value, &entry.publish, entry.host.os).then_some(seen.site)
    }

    /// Where it was seen that the group has its rights on a node, by entries of the node's own and with
    /// none that denies: full control, or two entries that write, as the tighter alternative has. A single
    /// one may be for one of the two attributes alone, and that is not enough (seen on Samba).
    pub fn granted(&self, group: &str, owner: &Name) -> Option<Site> {
        let entries = &self.node(owner)?.entries;
        let of_group = entries
            .iter()
            .filter(|seen| is_account(&seen.value.account, group));
        let (allows, denies): (Vec<_>, Vec<_>) = of_group
            .filter(|seen| matches!(seen.value.rights, Rights::Full | Rights::Write))
            .partition(|seen| seen.value.allow);
        if !denies.is_empty() {
            return None;
        }
        let own = || allows.iter().filter(|seen| !seen.value.inherited);
        let full = own().find(|seen| seen.value.rights == Rights::Full);
        let second = own().nth(1);
        full.or(second).map(|seen| seen.site)
    }
}

fn is_no_kms_host(host: &HostEvidence) -> bool {
    host.kms_host.as_ref().is_some_and(|seen| !seen.value)
}

/// An account without its domain: `KMS01$` of `CONTOSO\KMS01$`.
pub(super) fn account_part(account: &str) -> &str {
    account.rsplit('\\').next().unwrap_or(account)
}

/// Whether a shown account is the named one, whatever domain stands before it.
pub(super) fn is_account(shown: &str, name: &str) -> bool {
    account_part(shown).to_lowercase() == name.to_lowercase()
}

/// Whether a list in the registry is the planned one: the same domains with the same numbers in any
/// order. On Vista and Server 2008 the lines hold domains only.
pub(super) fn is_list(lines: &[PublishLine], planned: &[PublishEntry], os: Option<Os>) -> bool {
    let numbers = |priority: u16, weight: u16| {
        if os.is_some_and(Os::is_legacy) {
            (0, 0)
        } else {
            (priority, weight)
        }
    };
    let mut there: Vec<(&Name, (u16, u16))> = lines
        .iter()
        .map(|line| (&line.domain, numbers(line.priority, line.weight)))
        .collect();
    let mut wanted: Vec<(&Name, (u16, u16))> = planned
        .iter()
        .map(|entry| (&entry.domain, numbers(entry.priority, entry.weight)))
        .collect();
    for list in [&mut there, &mut wanted] {
        list.arrange();
        list.dedup();
    }
    there == wanted
}
