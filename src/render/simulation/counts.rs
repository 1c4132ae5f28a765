//! The clients that hosts count, side by side for the states that are looked at.

use super::wording;
use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::clients::{Load, Simulation, Standby, Threshold, When, average};
use crate::presentation;
use crate::render::wording::percent;

/// The most hosts for which each is looked at as down.
const MAX_SINGLE: usize = 12;
/// The probability below which the weight is given that would do.
pub const WANTED: f64 = 0.95;

/// The loads of all hosts that clients find.
pub struct Counts {
    /// With the records as they are; `None` where these are not known.
    pub before: Option<Vec<Load>>,
    /// With the records as planned.
    pub after: Vec<Load>,
    /// The same while the hosts are down that were named.
    pub down: Option<Vec<Load>>,
    /// The same while one host is down; `None` where there are too many.
    pub each_down: Option<Vec<(Name, Vec<Load>)>>,
    /// The hosts that are asked only when others are silent.
    pub standbys: Vec<Standby>,
}

/// What a host counts.
pub struct Row {
    /// The host.
    pub host: Name,
    /// Whether no client asks it while others answer.
    pub is_standby: bool,
    /// Its thresholds.
    pub thresholds: Vec<ThresholdRow>,
}

/// A threshold in the states that are looked at; `None` where the host has no record that a client finds.
pub struct ThresholdRow {
    /// The threshold.
    pub threshold: Threshold,
    /// With the records as they are.
    pub before: Option<Reach>,
    /// With the records as planned.
    pub after: Option<Reach>,
    /// The same while the hosts are down that were named.
    pub down: Option<Reach>,
    /// Where the planned records give less than 95 %: the smallest weight that gives it, if any does.
    pub smallest_weight: Option<Option<u16>>,
}

/// The expected count towards a threshold and the probability that it is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Distinct clients in 30 days.
    pub count: f64,
    /// That they are enough.
    pub probability: f64,
}

impl Counts {
    /// The loads of a simulation; `before`: whether the records as they are are known.
    pub fn of(simulation: &Simulation, before: bool, down: &[Name]) -> Self {
        let after = simulation.loads(When::After, &[]);
        let single = |host: &Name| simulation.loads(When::After, std::slice::from_ref(host));
        Self {
            before: before.then(|| simulation.loads(When::Before, &[])),
            down: (!down.is_empty()).then(|| simulation.loads(When::After, down)),
            each_down: (after.len() <= MAX_SINGLE).then(|| {
                let hosts = after.iter().map(|load| &load.host);
                hosts.map(|host| (host.clone(), single(host))).collect()
            }),
            standbys: simulation.standbys(),
            after,
        }
    }

    /// Whether no client that is counted finds a host.
    pub fn is_empty(&self) -> bool {
        self.after.is_empty() && self.before.as_ref().is_none_or(Vec::is_empty)
    }

    /// What each host counts, sorted by name.
    pub fn rows(&self, simulation: &Simulation) -> Vec<Row> {
        let before = self.before.as_deref().unwrap_or_default();
        let mut hosts: Vec<&Name> = before
            .iter()
            .chain(&self.after)
            .map(|load| &load.host)
            .collect();
        hosts.arrange();
        hosts.dedup();
        hosts
            .into_iter()
            .map(|host| Row {
                host: host.clone(),
                is_standby: self.standbys.iter().any(|standby| standby.host == *host),
                thresholds: self.thresholds(simulation, host),
            })
            .collect()
    }

    /// The heads of the columns of [`Self::cells`].
    pub fn heads(&self) -> Vec<String> {
        let mut heads = vec!["threshold"];
        if self.before.is_some() {
            heads.extend(["before", "reached"]);
        }
        heads.extend(["after", "reached"]);
        if self.down.is_some() {
            heads.extend(["down", "reached"]);
        }
        heads.into_iter().map(str::to_owned).collect()
    }

    /// A threshold, and in each state the count towards it and the probability that it is reached.
    pub fn cells(&self, row: &ThresholdRow) -> Vec<String> {
        let mut cells = vec![wording::threshold(row.threshold)];
        if self.before.is_some() {
            cells.extend(reached(row.before));
        }
        cells.extend(reached(row.after));
        if self.down.is_some() {
            cells.extend(reached(row.down));
        }
        cells
    }

    fn thresholds(&self, simulation: &Simulation, host: &Name) -> Vec<ThresholdRow> {
        let find = |loads: &[Load], threshold| {
            let load = loads.iter().find(|load| load.host == *host)?;
            reach(load, threshold)
        };
        let rows = Threshold::ALL.iter().map(|&threshold| {
            let after = find(&self.after, threshold);
            let missed = after.is_some_and(|after| after.probability < WANTED);
            ThresholdRow {
                threshold,
                before: self
                    .before
                    .as_ref()
                    .and_then(|loads| find(loads, threshold)),
                after,
                down: self.down.as_ref().and_then(|loads| find(loads, threshold)),
                smallest_weight: missed.then(|| simulation.smallest_weight(host, threshold)),
            }
        });
        rows.filter(|row| row.before.is_some() || row.after.is_some())
            .collect()
    }
}

/// What a host counts towards a threshold, and whether it is enough; `None` where it does not have this threshold.
pub fn reach(load: &Load, threshold: Threshold) -> Option<Reach> {
    let mut reached = load.reached.iter();
    let reached = reached.find(|reached| reached.threshold == threshold)?;
    Some(Reach {
        count: match threshold {
            Threshold::Windows | Threshold::Server => load.windows,
            Threshold::Office => load.office,
        },
        probability: reached.probability,
    })
}

/// A host among those that count.
pub fn host(row: &Row) -> String {
    let name = presentation::plain(&row.host);
    if row.is_standby {
        format!("{name} (standby)")
    } else {
        name
    }
}

/// A count, and the probability that it is enough.
fn reached(reach: Option<Reach>) -> [String; 2] {
    reach.map_or(["-".to_owned(), "-".to_owned()], |reach| {
        [average(reach.count), percent(reach.probability)]
    })
}

/// What would bring the hosts to the thresholds that they miss; for standbys weights do nothing.
pub fn remedies(rows: &[Row]) -> Vec<String> {
    let mut sentences = Vec::new();
    for row in rows.iter().filter(|row| !row.is_standby) {
        let missed = row
            .thresholds
            .iter()
            .filter_map(|reached| Some((reached.threshold, reached.smallest_weight?)));
        let host = presentation::plain(&row.host);
        sentences
            .extend(missed.map(|(threshold, weight)| wording::remedy(&host, threshold, weight)));
    }
    sentences
}
