//! The plan's id: what would be done to what.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::action::RecordSet;
use super::{Action, Change, Plan, PlanDomain, PlanZone, Step, Values};
use crate::arrange::IntoMap as _;
use crate::topology::{Apply, ZoneKind};
use crate::{parallel, presentation};

mod content;

/// The `format_version` of saved plans.
pub const FORMAT_VERSION: &str = "1";

/// The version of this program.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// SHA-256, lower-case hexadecimal, of the compact JSON of format version, program version, publishing,
/// each zone's name, kind, apply and server, each domain's changes and each step's action. Hashes,
/// serials, paths, lines and spellings are not in it, so that the same change planned from two sources
/// has one id.
pub fn id(plan: &Plan) -> String {
    let mut hash = Sha256::new();
    list(&mut hash, "{\"domains\":[", &plan.domains, domain);
    hash.update(",\"format_version\":");
    hash.update(json(FORMAT_VERSION));
    hash.update(",\"kmsplan_version\":");
    hash.update(json(PROGRAM_VERSION));
    hash.update(",\"publishing\":");
    hash.update(json(&plan.topology.publishing));
    steps(&mut hash, &plan.steps);
    list(&mut hash, ",\"zones\":[", &plan.zones, zone);
    hash.update("}");
    HEXLOWER.encode(&hash.finalize())
}

/// Hashes a list part by part: the whole of a large plan would take more memory than the plan.
fn list<T: Sync>(hash: &mut Sha256, key: &str, items: &[T], write: fn(&T) -> Vec<u8>) {
    hash.update(key);
    let mut between = "";
    parallel::each(items, write, |text| {
        hash.update(between);
        hash.update(text);
        between = ",";
    });
    hash.update("]");
}

/// The most differences that are listed.
const MAX_DIFFERENCES: usize = 10;

/// What two plans of different ids differ in: clauses, at most ten.
pub fn differences(saved: &Plan, again: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    if saved.topology.publishing != again.topology.publishing {
        out.push("the publishing is another".to_owned());
    }
    let zones = |plan: &Plan| -> BTreeMap<String, Vec<u8>> {
        let zones = plan.zones.iter();
        zones
            .map(|one| (presentation::plain(&one.zone.name), zone(one)))
            .into_map()
    };
    for name in different(&zones(saved), &zones(again)) {
        out.push(format!("the zone {name} is kept otherwise"));
    }
    let domains = |plan: &Plan| -> BTreeMap<String, Vec<u8>> {
        let domains = plan.domains.iter();
        domains
            .map(|one| (presentation::plain(&one.name), domain(one)))
            .into_map()
    };
    for name in different(&domains(saved), &domains(again)) {
        out.push(format!("the changes of {name} are others"));
    }
    let steps = |plan: &Plan| -> BTreeMap<String, Vec<u8>> {
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
fn different(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    keys.into_iter()
        .filter(|key| one.get(*key) != other.get(*key))
        .cloned()
        .collect()
}

fn steps(hash: &mut Sha256, steps: &[Step]) {
    hash.update(",\"steps\":[");
    let mut between = "";
    let mut actions = steps.iter().map(|step| &step.action);
    let write = |step: &Step| content::without_sets(&step.action);
    parallel::each(steps, write, |text| {
        hash.update(between);
        between = ",";
        let sets = actions.next().map_or(&[][..], sets_of);
        let mut parts = text.split(|octet| *octet == content::SETS);
        hash.update(parts.next().unwrap_or_default());
        for part in parts {
            list(hash, "[", sets, json);
            hash.update(part);
        }
    });
    hash.update("]");
}

/// The record sets that an action names beside its changes.
fn sets_of(action: &Action) -> &[RecordSet] {
    match action {
        Action::AwaitReplication { sets }
        | Action::VerifyNow { sets, .. }
        | Action::VerifyNextDay { sets, .. }
        | Action::VerifyAfterRestart { sets, .. } => sets,
        Action::TakeBack { action } => sets_of(action),
        _ => &[],
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    content::whole(value)
}

fn zone(zone: &PlanZone) -> Vec<u8> {
    #[derive(Serialize)]
    struct Content<'a> {
        name: String,
        kind: ZoneKind,
        apply: Apply,
        server: Option<&'a str>,
    }
    json(&Content {
        name: presentation::lower(&zone.zone.name),
        kind: zone.zone.kind,
        apply: zone.zone.apply,
        server: zone.zone.server.as_deref(),
    })
}

fn domain(domain: &PlanDomain) -> Vec<u8> {
    #[derive(Serialize)]
    struct Content {
        name: String,
        changes: Vec<ChangeContent>,
    }
    json(&Content {
        name: presentation::lower(&domain.name),
        changes: domain.changes.iter().map(change).collect(),
    })
}

fn step(step: &Step) -> Vec<u8> {
    json(&step.action)
}

#[derive(Serialize)]
struct ChangeContent {
    /// The verb.
    action: &'static str,
    target: String,
    port: u16,
    before: Option<ValuesContent>,
    after: Option<ValuesContent>,
}

fn change(change: &Change) -> ChangeContent {
    ChangeContent {
        action: change.verb.word(),
        target: presentation::lower(&change.target),
        port: change.port,
        before: change.before.as_ref().map(values),
        after: change.after.as_ref().map(values),
    }
}

#[derive(Serialize)]
struct ValuesContent {
    priority: u16,
    weight: u16,
    ttl: Option<u32>,
    aged: Option<bool>,
}

fn values(values: &Values) -> ValuesContent {
    ValuesContent {
        priority: values.priority,
        weight: values.weight,
        ttl: values.ttl,
        aged: values.aged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an action that is taken back says of record sets counts like that of any other.
    #[test]
    fn the_sets_of_an_inner_action_are_hashed() {
        let awaited = serde_json::json!({"type": "await-replication", "sets": [{
            "domain": "contoso.com.",
            "owner": "_vlmcs._tcp.contoso.com.",
            "zone": {
                "name": "contoso.com.",
                "kind": "bind",
                "apply": "patch",
                "server": null,
                "partition": "domain",
            },
            "records": [],
        }]});
        let back = Action::TakeBack {
            action: Box::new(serde_json::from_value(awaited).unwrap()),
        };
        assert_eq!(sets_of(&back).len(), 1);
    }
}
