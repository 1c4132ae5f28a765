//! Groups of clients and what they find.

use schemars::JsonSchema;
use serde::Serialize;

use super::names;
use crate::plan::action::spelling;
use crate::plan::clients::{Finds, Group};
use crate::presentation::lower;

#[derive(Serialize, JsonSchema)]
pub(super) struct Clients {
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
    /// What they find with the records as they are; null: no source was read.
    before: Option<Found>,
    /// What they find with the records as planned.
    after: Found,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Found {
    /// "records", "not-offered": records with the target "." alone, "none", or "not-known": no source tells of a domain
    /// that comes before any with known records.
    #[schemars(regex(pattern = r"^(records|not-offered|none|not-known)$"))]
    finds: &'static str,
    /// The domain of the records, or of which nobody tells.
    domain: Option<String>,
}

impl From<&Finds> for Found {
    fn from(finds: &Finds) -> Self {
        let (finds, domain) = match finds {
            Finds::Set(domain) => ("records", Some(domain)),
            Finds::NotOffered(domain) => ("not-offered", Some(domain)),
            Finds::Nothing => ("none", None),
            Finds::Unknown(domain) => ("not-known", Some(domain)),
        };
        Self {
            finds,
            domain: domain.map(lower),
        }
    }
}

impl Clients {
    pub(super) fn of(group: &Group, before: Option<Found>, after: Found) -> Self {
        Self {
            domain: lower(&group.domain),
            spelling: spelling(&group.domain),
            windows: group.windows,
            server: group.server,
            office: group.office,
            legacy: group.legacy,
            search: names(&group.search),
            caching: group.caching,
            adba: group.adba,
            before,
            after,
        }
    }
}
