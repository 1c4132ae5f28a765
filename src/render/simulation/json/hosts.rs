//! Hosts: ports, what they count, what a standby starts from.

use schemars::JsonSchema;
use serde::Serialize;

use super::{names, probability, rounded};
use crate::Name;
use crate::plan::action::spelling;
use crate::plan::clients::{Load, Standby, Threshold, When};
use crate::presentation::lower;
use crate::render::simulation::counts::{Counts, ThresholdRow, reach};
use crate::render::simulation::{Report, wording};

#[derive(Serialize, JsonSchema)]
pub(super) struct Host {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// Whether it needs activation with a KMS host key: false where the topology says that it is not Windows.
    needs_key: bool,
    /// The TCP ports of its planned records, which client networks must reach.
    ports: Vec<u16>,
    /// What it counts with the records as they are; null: they are not known, or no counted client finds it.
    before: Option<Count>,
    /// What it counts with the records as planned.
    after: Option<Count>,
    /// The same while the hosts are down that were named.
    down: Option<Count>,
    /// What it starts from, if no client asks it while others answer.
    standby: Option<OnStandby>,
}

/// The distinct clients that a host is expected to count in 30 days.
#[derive(Serialize, JsonSchema)]
pub(super) struct Count {
    /// Windows clients and servers.
    windows: f64,
    /// Installations of Office.
    office: f64,
    thresholds: Vec<Reached>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Reached {
    /// "windows", "server" or "office".
    #[schemars(regex(pattern = r"^(windows|server|office)$"))]
    threshold: &'static str,
    /// The count that is needed.
    needed: u32,
    /// The probability that the host's count reaches it.
    probability: f64,
    /// Where the planned records give less than 0.95: the smallest weight that gives it, all other records as planned;
    /// null: none does, or it need not be changed.
    smallest_weight: Option<u16>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct OnStandby {
    /// The hosts that come before it.
    waits_for: Vec<String>,
    waits: Vec<Waits>,
}

/// What it takes a standby to reach a threshold once the others are silent.
#[derive(Serialize, JsonSchema)]
pub(super) struct Waits {
    /// "windows", "server" or "office".
    #[schemars(regex(pattern = r"^(windows|server|office)$"))]
    threshold: &'static str,
    needed: u32,
    /// How many of the stated clients come to it, on average.
    clients: f64,
    /// Hours, if none is activated and each tries again every 2 hours; null: too few come.
    hours_if_not_activated: Option<f64>,
    /// Hours, if all are activated and each renews every 7 days; null: too few come.
    hours_if_activated: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct WhileDown {
    /// The host that is down.
    down: String,
    /// What the others count.
    hosts: Vec<HostCount>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct HostCount {
    name: String,
    count: Count,
}

/// The hosts of all record sets.
pub(super) fn hosts(report: &Report, counts: &Counts) -> Vec<Host> {
    let simulation = &report.simulation;
    let rows = counts.rows(simulation);
    let ports = report.ports();
    let key_hosts = wording::key_hosts(
        report.sets(When::Before).chain(report.sets(When::After)),
        &simulation.hosts,
    );
    report
        .hosts()
        .into_iter()
        .map(|name| {
            let row = rows.iter().find(|row| row.host == name);
            let thresholds = row.map_or(&[][..], |row| &row.thresholds);
            let load = |loads: &Option<Vec<Load>>, rows: &[ThresholdRow]| {
                let mut loads = loads.iter().flatten();
                let load = loads.find(|load| load.host == name)?;
                Some(Count::of(load, rows))
            };
            let after = counts.after.iter().find(|load| load.host == name);
            let standby = counts.standbys.iter().find(|standby| standby.host == name);
            Host {
                spelling: spelling(&name),
                needs_key: key_hosts.contains(&name),
                ports: ports
                    .iter()
                    .filter(|(host, _)| *host == name)
                    .map(|(_, port)| *port)
                    .collect(),
                before: load(&counts.before, &[]),
                after: after.map(|load| Count::of(load, thresholds)),
                down: load(&counts.down, &[]),
                standby: standby.map(OnStandby::from),
                name: lower(&name),
            }
        })
        .collect()
}

impl Count {
    /// `rows` tell the smallest weights.
    fn of(load: &Load, rows: &[ThresholdRow]) -> Self {
        let weight = |threshold: Threshold| {
            let mut rows = rows.iter();
            let row = rows.find(|row| row.threshold == threshold)?;
            row.smallest_weight.flatten()
        };
        let reached = Threshold::ALL.iter().filter_map(|&threshold| {
            reach(load, threshold).map(|reach| Reached {
                threshold: threshold.word(),
                needed: threshold.needed(),
                probability: probability(reach.probability),
                smallest_weight: weight(threshold),
            })
        });
        Self {
            windows: rounded(load.windows, 1e4),
            office: rounded(load.office, 1e4),
            thresholds: reached.collect(),
        }
    }
}

impl From<&Standby> for OnStandby {
    fn from(standby: &Standby) -> Self {
        Self {
            waits_for: names(&standby.waits_for),
            waits: standby
                .waits
                .iter()
                .map(|wait| Waits {
                    threshold: wait.threshold.word(),
                    needed: wait.threshold.needed(),
                    clients: rounded(wait.clients, 1e4),
                    hours_if_not_activated: wait.if_not_activated.map(|hours| rounded(hours, 1e4)),
                    hours_if_activated: wait.if_activated.map(|hours| rounded(hours, 1e4)),
                })
                .collect(),
        }
    }
}

impl WhileDown {
    pub(super) fn of(down: &Name, loads: &[Load]) -> Self {
        let others = loads.iter().filter(|load| load.host != *down);
        Self {
            down: lower(down),
            hosts: others
                .map(|load| HostCount {
                    name: lower(&load.host),
                    count: Count::of(load, &[]),
                })
                .collect(),
        }
    }
}
