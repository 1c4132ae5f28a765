//! What a plan says of zones, records and findings, in few lines.

use serde_json::Value;

/// One change, with the facts before and after it.
pub struct Change {
    /// Domain, target and port.
    pub record: (String, String, u64),
    /// `add`, `change`, `remove` or `keep`.
    pub action: String,
    /// Before it; `None` for an addition.
    pub before: Option<Facts>,
    /// After it; `None` for a removal.
    pub after: Option<Facts>,
}

/// Priority, weight, TTL, and whether the record is aged; `None`: not known.
#[derive(Clone, PartialEq, Eq)]
pub struct Facts {
    /// Priority and weight.
    pub numbers: (u64, u64),
    /// Seconds.
    pub ttl: Option<u64>,
    /// Dynamic (`true`) or static.
    pub aged: Option<bool>,
}

impl std::fmt::Display for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (priority, weight) = self.numbers;
        let ttl = self.ttl.map_or("?".to_owned(), |ttl| ttl.to_string());
        let age = match self.aged {
            Some(true) => "aged",
            Some(false) => "static",
            None => "?",
        };
        write!(f, "{priority}/{weight} {ttl} {age}")
    }
}

fn facts(value: &Value) -> Option<Facts> {
    let number = |key: &str| value[key].as_u64();
    Some(Facts {
        numbers: (number("priority")?, number("weight")?),
        ttl: number("ttl"),
        aged: value["aged"].as_bool(),
    })
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or("?").to_owned()
}

/// The changes of a plan.
pub fn changes(plan: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for domain in plan["domains"].as_array().into_iter().flatten() {
        for change in domain["changes"].as_array().into_iter().flatten() {
            changes.push(Change {
                record: (
                    word(&domain["name"]),
                    word(&change["target"]),
                    change["port"].as_u64().unwrap_or(0),
                ),
                action: word(&change["action"]),
                before: facts(&change["before"]),
                after: facts(&change["after"]),
            });
        }
    }
    changes
}

/// Zones, changes and findings, a line each.
pub fn lines(plan: &Value) -> String {
    let mut out = String::new();
    for zone in plan["zones"].as_array().into_iter().flatten() {
        let [name, kind, format, source] =
            ["name", "kind", "format", "source"].map(|key| word(&zone[key]));
        out += &format!("zone {name} {kind}, {format}: {source}\n");
    }
    for domain in plan["domains"].as_array().into_iter().flatten() {
        let [name, zone] = ["name", "zone"].map(|key| word(&domain[key]));
        out += &format!("domain {name} in {zone}\n");
        let here = |change: &&Change| change.record.0 == name;
        for change in changes(plan).iter().filter(here) {
            let (_, target, port) = &change.record;
            let shown = |facts: &Option<Facts>| facts.as_ref().map(ToString::to_string);
            let facts = match (shown(&change.before), shown(&change.after)) {
                (Some(before), Some(after)) if before != after => format!("{before} -> {after}"),
                (Some(facts), _) | (None, Some(facts)) => facts,
                (None, None) => String::new(),
            };
            out += &format!("  {} {target} {port} {facts}\n", change.action);
        }
    }
    for finding in plan["findings"].as_array().into_iter().flatten() {
        let [code, severity, subject, message] =
            ["code", "severity", "subject", "message"].map(|key| word(&finding[key]));
        out += &format!("{severity} {code} {subject}: {message}\n");
    }
    out
}
