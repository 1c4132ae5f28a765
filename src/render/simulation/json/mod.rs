//! A simulation as JSON, format version 1. Keys may be added to a format version, never changed.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Report, wording};
use crate::Name;
use crate::audit::HOSTS_OF_A_KEY;
use crate::plan::action::spelling;
use crate::plan::clients::{Chance, When, ten_thousandths};
use crate::plan::identity::PROGRAM_VERSION;
use crate::presentation::lower;
use crate::render::json::printed;

use clients::{Clients, Found};
use hosts::{Host, WhileDown};
use sets::Set;

mod clients;
mod hosts;
mod sets;

/// The version of the document's shape.
const FORMAT_VERSION: &str = "1";

/// The simulation as a JSON document: indented, LF line ends, keys in a fixed order. What would act on a terminal stands
/// as `\uXXXX`.
pub fn json(report: &Report) -> String {
    printed(&Document::of(report))
}

/// The JSON Schema of the document.
pub fn schema() -> String {
    include_str!("../schema.json").to_owned()
}

/// Who is served by whom. Names are absolute, with a final dot, in lower case; `spelling` stands where the name is
/// written in another case. Shares are parts of new clients, from 0 to 1, with 4 decimals, rounded; probabilities have 6, and are 0 or 1 only
/// where that is certain.
/// Unknown keys may be there.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "kmsplan simulation")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(regex(pattern = r"^1$"))]
    format_version: &'static str,
    /// The version of kmsplan that wrote the document.
    kmsplan_version: &'static str,
    topology: Topology<'a>,
    /// What the records as they are were read from; none: only the planned records are known.
    sources: Vec<Source<'a>>,
    /// The hosts that were named as down.
    down: Vec<String>,
    /// Record sets; domains with the same records before and after are together.
    sets: Vec<Set>,
    /// The groups of clients, sorted by domain.
    clients: Vec<Clients>,
    /// The hosts of all record sets, sorted by name.
    hosts: Vec<Host>,
    /// What hosts count with the planned records while one of them is down; null: there are too many.
    while_down: Option<Vec<WhileDown>>,
    key: Limit,
    /// The Windows firewall rule that lets clients in.
    firewall_rule: &'static str,
    /// What the numbers rest on, a sentence each.
    assumptions: Vec<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct Topology<'a> {
    /// Its file as typed.
    path: &'a str,
    /// SHA-256 of the file.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    sha256: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Source<'a> {
    /// As typed.
    path: &'a str,
    /// What it was taken for.
    format: &'static str,
}

/// A name, where it may be written in another case.
#[derive(Serialize, JsonSchema)]
struct Named {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
}

/// The limit of a KMS host key; hosts that are not Windows are not counted.
#[derive(Serialize, JsonSchema)]
struct Limit {
    /// How many hosts one key activates.
    hosts_of_a_key: usize,
    /// How many hosts the records as they are point to; null: they are not known.
    before: Option<usize>,
    /// How many hosts the planned records point to.
    after: usize,
}

fn share(part: Chance) -> f64 {
    f64::from(ten_thousandths(part)) / 10_000.0
}

fn shares(parts: &[Chance]) -> Vec<f64> {
    parts.iter().map(|part| share(*part)).collect()
}

/// A number with so many decimals: 4 for 1e4.
fn rounded(value: f64, scale: f64) -> f64 {
    (value * scale + 0.5).floor() / scale
}

/// A probability with 6 decimals, 0 and 1 only where it is just that.
fn probability(value: f64) -> f64 {
    if value <= 0.0 || value >= 1.0 {
        value
    } else {
        rounded(value, 1e6).clamp(0.000_001, 0.999_999)
    }
}

fn names(names: &[Name]) -> Vec<String> {
    names.iter().map(lower).collect()
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let simulation = &report.simulation;
        let counts = report.counts();
        let key_hosts = |when| wording::key_hosts(report.sets(when), &simulation.hosts).len();
        Self {
            format_version: FORMAT_VERSION,
            kmsplan_version: PROGRAM_VERSION,
            topology: Topology {
                path: &report.topology,
                sha256: &report.sha256,
            },
            sources: report
                .sources
                .iter()
                .map(|(path, format)| Source { path, format })
                .collect(),
            down: names(&report.down),
            sets: simulation
                .served
                .iter()
                .map(|served| Set::of(simulation, served, &report.down))
                .collect(),
            clients: simulation
                .groups
                .iter()
                .map(|(group, before, after)| {
                    let before = report.knows_before().then(|| Found::from(before));
                    Clients::of(group, before, after.into())
                })
                .collect(),
            hosts: hosts::hosts(report, &counts),
            while_down: counts.each_down.as_ref().map(|each| {
                each.iter()
                    .map(|(down, loads)| WhileDown::of(down, loads))
                    .collect()
            }),
            key: Limit {
                hosts_of_a_key: HOSTS_OF_A_KEY,
                before: report.knows_before().then(|| key_hosts(When::Before)),
                after: key_hosts(When::After),
            },
            firewall_rule: wording::FIREWALL_RULE,
            assumptions: wording::ASSUMPTIONS.to_vec(),
        }
    }
}

impl From<&Name> for Named {
    fn from(name: &Name) -> Self {
        Self {
            name: lower(name),
            spelling: spelling(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::schema;

    #[test]
    fn the_schema_is_of_the_document() {
        schema::expect::<Document<'_>>("simulation/schema.json", &schema());
    }

    #[test]
    fn only_what_is_certain_is_0_or_1() {
        for (value, told) in [
            (0.0, 0.0),
            (1e-12, 0.000_001),
            (0.25, 0.25),
            (1.0 - 1e-12, 0.999_999),
            (1.0, 1.0),
        ] {
            assert!((probability(value) - told).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn numbers_are_cut_after_their_decimals() {
        assert!((rounded(0.123_456_78, 1e6) - 0.123_457).abs() < 1e-12);
        assert!((share(Chance::of(7_550, 10_100)) - 0.7475).abs() < 1e-12);
    }
}
