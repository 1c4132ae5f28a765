//! The plan's id: what would be done to what.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Change, Plan, Values};
use crate::presentation;

/// The `format_version` of saved plans.
pub const FORMAT_VERSION: &str = "1";

/// The version of this program.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// SHA-256, lower-case hexadecimal, of the compact JSON of format version, program version, publishing,
/// each zone's name, kind, apply and server, each domain's changes and each step's action. Hashes,
/// serials, paths, lines and spellings are not in it, so that the same change planned from two sources
/// has one id.
pub fn id(plan: &Plan) -> String {
    let zones: Vec<Value> = plan
        .zones
        .iter()
        .map(|zone| {
            json!({
                "name": presentation::lower(&zone.zone.name),
                "kind": zone.zone.kind,
                "apply": zone.zone.apply,
                "server": zone.zone.server,
            })
        })
        .collect();
    let domains: Vec<Value> = plan
        .domains
        .iter()
        .map(|domain| {
            let changes: Vec<Value> = domain.changes.iter().map(change).collect();
            json!({ "name": presentation::lower(&domain.name), "changes": changes })
        })
        .collect();
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            let mut action = serde_json::to_value(&step.action).unwrap_or(Value::Null);
            drop_spellings(&mut action);
            action
        })
        .collect();
    let content = json!({
        "format_version": FORMAT_VERSION,
        "kmsplan_version": PROGRAM_VERSION,
        "publishing": plan.topology.publishing,
        "zones": zones,
        "domains": domains,
        "steps": steps,
    });
    hex(&Sha256::digest(content.to_string()))
}

fn change(change: &Change) -> Value {
    json!({
        "action": change.verb.word(),
        "target": presentation::lower(&change.target),
        "port": change.port,
        "before": change.before.as_ref().map(values),
        "after": change.after.as_ref().map(values),
    })
}

fn values(values: &Values) -> Value {
    json!({ "priority": values.priority, "weight": values.weight, "ttl": values.ttl, "aged": values.aged })
}

/// How a name is spelt is not what is done.
fn drop_spellings(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("spelling");
            map.values_mut().for_each(drop_spellings);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_spellings),
        _ => {}
    }
}

/// Octets in lower-case hexadecimal.
pub fn hex(octets: &[u8]) -> String {
    octets
        .iter()
        .flat_map(|octet| [octet >> 4, octet & 15])
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect()
}
