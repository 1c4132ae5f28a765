//! Hosts and clients as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::action::spelling;
use crate::plan::clients::{self, Running};
use crate::presentation::lower;

/// A host that the topology names.
#[derive(Serialize, JsonSchema)]
pub(super) struct Host {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// The port on which it is to listen; null for a retired host.
    port: Option<u16>,
    /// Its operating system; null where the topology does not say.
    os: Option<&'static str>,
    /// What it activates; empty where the topology does not say.
    activates: Vec<&'static str>,
    /// Whether it is to be gone from every domain.
    retired: bool,
    /// Whether it is switched on; true for a host that is not retired.
    running: bool,
}

/// Clients that look up one domain.
#[derive(Serialize, JsonSchema)]
pub(in crate::render) struct Clients {
    domain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// Windows clients.
    windows: u32,
    /// Windows servers.
    server: u32,
    /// Installations of Office.
    office: u32,
    /// How many of the Windows clients and servers ignore priority and weight.
    legacy: u32,
    /// The suffix search list, tried in order.
    search: Vec<String>,
    /// Whether they keep the host that answered.
    caching: bool,
    /// Whether Active Directory-based activation serves them first; then they are not counted.
    adba: bool,
}

/// A domain of a search list that is no domain of the plan.
#[derive(Serialize, JsonSchema)]
pub(super) struct LookedUp {
    domain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// Its records; null where no source tells.
    records: Option<Vec<Srv>>,
}

/// An SRV record that the plan leaves alone.
#[derive(Serialize, JsonSchema)]
pub(super) struct Srv {
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    priority: u16,
    weight: u16,
}

impl From<&clients::KnownHost> for Host {
    fn from(host: &clients::KnownHost) -> Self {
        Self {
            name: lower(&host.name),
            spelling: spelling(&host.name),
            port: host.port,
            os: host.os.map(crate::topology::Os::word),
            activates: host
                .activates
                .iter()
                .map(|product| product.word())
                .collect(),
            retired: host.retired.is_some(),
            running: host.retired.is_none_or(|Running(running)| running),
        }
    }
}

impl From<&clients::Group> for Clients {
    fn from(group: &clients::Group) -> Self {
        Self {
            domain: lower(&group.domain),
            spelling: spelling(&group.domain),
            windows: group.windows,
            server: group.server,
            office: group.office,
            legacy: group.legacy,
            search: group.search.iter().map(lower).collect(),
            caching: group.caching,
            adba: group.adba,
        }
    }
}

impl From<&clients::LookedUp> for LookedUp {
    fn from(other: &clients::LookedUp) -> Self {
        let records = other.records.as_ref().map(|set| {
            let records = set.records().iter();
            records
                .map(|record| Srv {
                    target: lower(&record.target),
                    spelling: spelling(&record.target),
                    port: record.port,
                    priority: record.priority,
                    weight: record.weight,
                })
                .collect()
        });
        Self {
            domain: lower(&other.domain),
            spelling: spelling(&other.domain),
            records,
        }
    }
}
