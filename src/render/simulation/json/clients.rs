//! Groups of clients and what they find.

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::clients::{Finds, Group};
use crate::presentation::lower;
use crate::render::json::Clients as Stated;

#[derive(Serialize, JsonSchema)]
pub(super) struct Clients {
    /// As a plan has them.
    #[serde(flatten)]
    stated: Stated,
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
            stated: Stated::from(group),
            before,
            after,
        }
    }
}
