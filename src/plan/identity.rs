//! The plan's id: what would be done to what.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Change, Plan, PlanDomain, PlanZone, Step, Values};
use crate::arrange::IntoMap as _;
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
    let mut content = Content(Sha256::new());
    content.list("{\"domains\":[", plan.domains.iter().map(domain));
    content.value(",\"format_version\":", &json!(FORMAT_VERSION));
    content.value(",\"kmsplan_version\":", &json!(PROGRAM_VERSION));
    content.value(",\"publishing\":", &json!(plan.topology.publishing));
    content.list(",\"steps\":[", plan.steps.iter().map(step));
    content.list(",\"zones\":[", plan.zones.iter().map(zone));
    content.text("}");
    HEXLOWER.encode(&content.0.finalize())
}

/// The most differences that are listed.
const MAX_DIFFERENCES: usize = 10;

/// What two plans of different ids differ in: clauses, at most ten.
pub fn differences(saved: &Plan, again: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    if saved.topology.publishing != again.topology.publishing {
        out.push("the publishing is another".to_owned());
    }
    let zones = |plan: &Plan| -> BTreeMap<String, Value> {
        let zones = plan.zones.iter();
        zones
            .map(|one| (presentation::plain(&one.zone.name), zone(one)))
            .into_map()
    };
    for name in different(&zones(saved), &zones(again)) {
        out.push(format!("the zone {name} is kept otherwise"));
    }
    let domains = |plan: &Plan| -> BTreeMap<String, Value> {
        let domains = plan.domains.iter();
        domains
            .map(|one| (presentation::plain(&one.name), domain(one)))
            .into_map()
    };
    for name in different(&domains(saved), &domains(again)) {
        out.push(format!("the changes of {name} are others"));
    }
    let steps = |plan: &Plan| -> BTreeMap<String, Value> {
        let steps = plan.steps.iter();
        steps.map(|one| (one.action.id(), step(one))).into_map()
    };
    for name in different(&steps(saved), &steps(again)) {
        out.push(format!("the step {name} is another"));
    }
    let more = out.len().saturating_sub(MAX_DIFFERENCES);
    out.truncate(MAX_DIFFERENCES);
    if more > 0 {
        out.push(format!("and {more} more"));
    }
    out
}

/// The keys whose values differ, or that only one has.
fn different(one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>) -> Vec<String> {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    keys.into_iter()
        .filter(|key| one.get(*key) != other.get(*key))
        .cloned()
        .collect()
}

/// JSON that is hashed piece by piece: the whole of a large plan would take more memory than the plan.
struct Content(Sha256);

impl Content {
    fn text(&mut self, text: &str) {
        self.0.update(text);
    }

    fn value(&mut self, key: &str, value: &Value) {
        self.text(key);
        self.text(&value.to_string());
    }

    fn list(&mut self, key: &str, values: impl Iterator<Item = Value>) {
        self.text(key);
        for (index, value) in values.enumerate() {
            self.value(if index > 0 { "," } else { "" }, &value);
        }
        self.text("]");
    }
}

fn zone(zone: &PlanZone) -> Value {
    let mut value = json!({
        "name": presentation::lower(&zone.zone.name),
        "kind": zone.zone.kind,
        "apply": zone.zone.apply,
        "server": zone.zone.server,
    });
    drop_spellings(&mut value);
    value
}

fn domain(domain: &PlanDomain) -> Value {
    let changes: Vec<Value> = domain.changes.iter().map(change).collect();
    json!({ "name": presentation::lower(&domain.name), "changes": changes })
}

fn step(step: &Step) -> Value {
    let mut action = serde_json::to_value(&step.action).unwrap_or(Value::Null);
    drop_spellings(&mut action);
    drop_files(&mut action);
    action
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

/// What is already so counts, because nothing is done for it; where it was seen does not.
fn drop_files(action: &mut Value) {
    if let Some(inner) = action.get_mut("action") {
        drop_files(inner);
    }
    for key in ["already", "granted"] {
        let Some(Value::Array(seen)) = action.get_mut(key) else {
            continue;
        };
        for value in seen.iter_mut() {
            if let Value::Object(map) = value {
                map.remove("file");
            }
        }
        // A part seen in two files is so once.
        seen.dedup();
    }
}

/// How a name is spelt is not what is done, nor whether a file was read.
fn drop_spellings(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("spelling");
            map.remove("diff");
            if let Some(Value::String(server)) = map.get_mut("server") {
                *server = server.trim_end_matches('.').to_ascii_lowercase();
            }
            map.values_mut().for_each(drop_spellings);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_spellings),
        _ => {}
    }
}
