//! How names are spelled. Actions keep domains, owners and zones in lower case; titles and commands are
//! to show them as zones and domains of the plan are written.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::Value;

use crate::Name;
use crate::arrange::IntoMap as _;
use crate::plan::{Action, PlanDomain, PlanZone};
use crate::presentation::{absolute, kms_owner, lower};

/// Names that are not written in lower case, by their lower-case form.
pub(super) struct Spellings {
    /// Domains and owners.
    domains: BTreeMap<String, String>,
    /// Apexes: a zone may be written otherwise than the domain of its name.
    zones: BTreeMap<String, String>,
}

impl Spellings {
    /// The spellings that a plan's zones and domains show.
    pub(super) fn new(zones: &[PlanZone], domains: &[PlanDomain]) -> Self {
        let domains = domains
            .iter()
            .flat_map(|domain| [Some(domain.name.clone()), kms_owner(&domain.name).ok()])
            .flatten();
        Self {
            domains: written(domains),
            zones: written(zones.iter().map(|zone| zone.spelling.clone())),
        }
    }

    /// The action that a saved one stands for.
    pub(super) fn restore(&self, mut action: Value) -> Result<Action, serde_json::Error> {
        self.respell(&mut action);
        Action::deserialize(action)
    }

    fn respell(&self, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.respell(value)),
            Value::Object(map) => {
                // Of all objects with a name only a zone says what changes it.
                let is_zone = map.contains_key("apply");
                for (key, value) in map.iter_mut() {
                    let known = match key.as_str() {
                        "domain" | "owner" => &self.domains,
                        "name" if is_zone => &self.zones,
                        _ => {
                            self.respell(value);
                            continue;
                        }
                    };
                    if let Value::String(text) = value
                        && let Some(written) = known.get(text.as_str())
                    {
                        text.clone_from(written);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Names whose spelling is not lower case, by their lower-case form.
fn written(names: impl Iterator<Item = Name>) -> BTreeMap<String, String> {
    names
        .map(|name| (lower(&name), absolute(&name)))
        .filter(|(lower, written)| lower != written)
        .into_map()
}
