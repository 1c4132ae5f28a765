//! What a step need not do: what was seen to be so on a host or a node, and what is left.
//!
//! An action keeps it as data; the commands for it are left out, and the step says what was seen in
//! which file.

use serde::{Deserialize, Serialize};

use super::{HostPublishing, HostRef, Node, Spelled, name_text};
use crate::Name;
use crate::words::words;

words! {
    /// A part of a step on a host that can be so already.
    Part {
        /// It is no KMS host, so it publishes nothing.
        NoKmsHost = "no-kms-host",
        /// It is a KMS client of one product; whether it is a KMS host of another one was not seen.
        Client = "client",
        /// Its publish list holds the planned lines.
        PublishList = "publish-list",
        /// Publishing is off, or on, as planned.
        Publishing = "publishing",
        /// Publishing is switched as planned, and takes effect with the restart of the licensing service.
        Switched = "switched",
        /// It listens on the planned port.
        Port = "port",
        /// The records that it is to publish stand in the zones.
        Records = "records",
    }
}

/// A part that was seen to be so on a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPart {
    /// The host.
    #[serde(flatten)]
    pub host: Spelled,
    /// What is so.
    pub part: Part,
    /// The file in which it was seen, as people read it.
    pub file: String,
}

/// What was seen to be so on the hosts of a step, by host in the step's order and by part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Already(pub Vec<SeenPart>);

impl Already {
    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the part is so on the host.
    pub fn has(&self, host: &Spelled, part: Part) -> bool {
        self.of(host).any(|seen| seen.part == part)
    }

    /// Whether publishing need not be switched off on the host.
    pub fn is_silent(&self, host: &Spelled) -> bool {
        self.has(host, Part::Publishing) || self.has(host, Part::NoKmsHost)
    }

    /// What was seen on the host.
    pub fn of(&self, host: &Spelled) -> impl Iterator<Item = &SeenPart> {
        self.0.iter().filter(move |seen| seen.host.0 == host.0)
    }
}

/// A node on which the group has its rights already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The domain whose records the node holds.
    #[serde(with = "name_text")]
    pub domain: Name,
    /// The file in which it was seen, as people read it.
    pub file: String,
}

/// Which way a step switches publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Hosts publish by themselves.
    On,
    /// They do not.
    Off,
}

/// What is left to do on a host whose publishing is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Its publish list is written.
    pub list: bool,
    /// Publishing is switched.
    pub publishing: bool,
    /// The licensing service restarts, so that what was set takes effect or the records are published.
    pub restart: bool,
}

impl Left {
    /// What is left on the host.
    pub fn of(entry: &HostPublishing, switch: Switch, already: &Already) -> Self {
        let host = &entry.host.name;
        let list = !entry.publish.is_empty() && !already.has(host, Part::PublishList);
        let effective = already.has(host, Part::Publishing);
        let publishing = !effective && !already.has(host, Part::Switched);
        let publishes = switch == Switch::On && !already.has(host, Part::Records);
        Self {
            list,
            publishing,
            restart: list || !effective || publishes,
        }
    }
}

/// The hosts of a step on which something is left to do.
pub fn to_prepare<'a>(hosts: &'a [HostRef], already: &Already) -> Vec<&'a HostRef> {
    hosts
        .iter()
        .filter(|host| {
            // A host that was not there yet starts with what is set.
            !already.has(&host.name, Part::Publishing) && !already.has(&host.name, Part::Switched)
        })
        .collect()
}

/// The leaving hosts whose publishing is still to be switched off.
pub fn to_silence(hosts: &[Spelled], already: &Already) -> Vec<Spelled> {
    hosts
        .iter()
        .filter(|host| !already.is_silent(host))
        .cloned()
        .collect()
}

/// Whether the group's rights on the node are still to be granted.
pub fn is_to_grant(node: &Node, granted: &[Granted]) -> bool {
    granted.iter().all(|there| there.domain != node.domain)
}
