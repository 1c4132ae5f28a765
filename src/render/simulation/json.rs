//! A simulation as JSON, format version 1. Keys may be added to a format version, never changed.

use schemars::JsonSchema;
use serde::Serialize;

use super::counts::{Counts, ThresholdRow, reach};
use super::wording;
use super::{Report, sets};
use crate::Name;
use crate::audit::HOSTS_OF_A_KEY;
use crate::plan::action::spelling;
use crate::plan::clients::{
    self, Chance, Day, Finds, Group, Load, Outage, Served, Simulation, Standby, Threshold, When,
    ten_thousandths,
};
use crate::plan::identity::PROGRAM_VERSION;
use crate::presentation::lower;
use crate::render::json::{printed, schema_of};

/// The version of the document's shape.
const FORMAT_VERSION: &str = "1";

/// The simulation as a JSON document: indented, LF line ends, keys in a fixed order. What would act on a terminal stands
/// as `\uXXXX`.
pub fn json(report: &Report) -> String {
    printed(&Document::of(report))
}

/// The JSON Schema of the document.
pub fn schema() -> String {
    schema_of::<Document<'_>>()
}

/// Who is served by whom. Names are absolute, with a final dot, in lower case; `spelling` stands where the name is
/// written in another case. Shares are parts of new clients, from 0 to 1, with 4 decimals; probabilities have 6.
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

/// The records of domains.
#[derive(Serialize, JsonSchema)]
struct Set {
    domains: Vec<Named>,
    /// The records as they are; null: not known.
    before: Option<State>,
    /// The records as planned; null: nothing can be planned.
    after: Option<State>,
    /// How clients that were there before move after the change; null: the records are the same, there were none, or
    /// they are not known.
    movement: Option<Movement>,
}

/// A record set in one state.
#[derive(Serialize, JsonSchema)]
struct State {
    /// In the order in which clients ask: by priority, then by weight, the largest first.
    records: Vec<Record>,
    /// While the hosts are down that were named; null: none was.
    down: Option<WithoutHosts>,
    /// While one host is down, each of them; null: there are too many.
    single: Option<Vec<WithoutHosts>>,
    /// While two hosts are down, each pair; null: there are too many.
    pairs: Option<Vec<WithoutHosts>>,
}

#[derive(Serialize, JsonSchema)]
struct Record {
    /// The KMS host; "." says that the service is not offered.
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    priority: u16,
    weight: u16,
    /// The part of new clients that it serves while all hosts answer.
    share: f64,
    /// The same of clients that ignore priority and weight.
    share_at_random: f64,
    /// The part that its host would take if it published priority 0 and weight 0.
    share_if_published_by_default: f64,
}

/// Who serves new clients while hosts are down.
#[derive(Serialize, JsonSchema)]
struct WithoutHosts {
    /// The hosts that are down.
    down: Vec<String>,
    /// Whether no host is left that answers.
    nobody: bool,
    /// By record of the set: the part of new clients that it serves.
    shares: Vec<f64>,
    /// The same of clients that ignore priority and weight.
    shares_at_random: Vec<f64>,
}

/// The part of the clients that each host serves, day by day after the change.
#[derive(Serialize, JsonSchema)]
struct Movement {
    hosts: Vec<String>,
    /// Clients that look the records up for each request.
    without_caching: Vec<DayParts>,
    /// Clients that keep the host that answered.
    with_caching: Vec<DayParts>,
    /// The same, if hosts that lose their record are switched off with the change; null: none of them answers on.
    with_leaving_off: Option<Vec<DayParts>>,
}

#[derive(Serialize, JsonSchema)]
struct DayParts {
    /// Days after the change.
    day: u32,
    /// By host; what is missing from 1 is served by nobody.
    shares: Vec<f64>,
}

#[derive(Serialize, JsonSchema)]
struct Clients {
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
struct Found {
    /// "records", "none", or "not-known": no source tells of a domain that comes before any with known records.
    #[schemars(regex(pattern = r"^(records|none|not-known)$"))]
    finds: &'static str,
    /// The domain of the records, or of which nobody tells.
    domain: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Host {
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
struct Count {
    /// Windows clients and servers.
    windows: f64,
    /// Installations of Office.
    office: f64,
    thresholds: Vec<Reached>,
}

#[derive(Serialize, JsonSchema)]
struct Reached {
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
struct OnStandby {
    /// The hosts that come before it.
    waits_for: Vec<String>,
    waits: Vec<Waits>,
}

/// What it takes a standby to reach a threshold once the others are silent.
#[derive(Serialize, JsonSchema)]
struct Waits {
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
struct WhileDown {
    /// The host that is down.
    down: String,
    /// What the others count.
    hosts: Vec<HostCount>,
}

#[derive(Serialize, JsonSchema)]
struct HostCount {
    name: String,
    count: Count,
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
            hosts: hosts(report, &counts),
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

impl Set {
    fn of(simulation: &Simulation, served: &Served, down: &[Name]) -> Self {
        let state = |set: &Option<clients::Set>| set.as_ref().map(|set| State::of(set, down));
        Self {
            domains: served.domains.iter().map(Named::from).collect(),
            before: state(&served.before),
            after: state(&served.after),
            movement: simulation.movement(served).map(|movement| Movement {
                hosts: names(&movement.hosts),
                without_caching: day_parts(&movement.without_caching),
                with_caching: day_parts(&movement.with_caching),
                with_leaving_off: movement.with_leaving_off.as_deref().map(day_parts),
            }),
        }
    }
}

impl State {
    fn of(set: &clients::Set, down: &[Name]) -> Self {
        let parts = set.shares(&[]).into_iter().zip(set.shares_at_random(&[]));
        let outages = |outages: Option<Vec<Outage>>| {
            outages.map(|outages| outages.iter().map(WithoutHosts::from).collect())
        };
        Self {
            records: set
                .records()
                .iter()
                .zip(parts)
                .map(|(record, (part, random))| Record {
                    target: lower(&record.target),
                    spelling: spelling(&record.target),
                    port: record.port,
                    priority: record.priority,
                    weight: record.weight,
                    share: share(part),
                    share_at_random: share(random),
                    share_if_published_by_default: share(sets::by_default(set, record)),
                })
                .collect(),
            down: (!down.is_empty()).then(|| WithoutHosts::from(&set.outage(down.to_vec()))),
            single: outages(set.single_outages()),
            pairs: outages(set.paired_outages()),
        }
    }
}

impl From<&Outage> for WithoutHosts {
    fn from(outage: &Outage) -> Self {
        Self {
            down: names(&outage.down),
            nobody: outage.shares.iter().all(|part| part.is_never()),
            shares: shares(&outage.shares),
            shares_at_random: shares(&outage.at_random),
        }
    }
}

fn day_parts(days: &[Day]) -> Vec<DayParts> {
    days.iter()
        .map(|day| DayParts {
            day: day.day,
            shares: shares(&day.parts),
        })
        .collect()
}

impl From<&Name> for Named {
    fn from(name: &Name) -> Self {
        Self {
            name: lower(name),
            spelling: spelling(name),
        }
    }
}

impl From<&Finds> for Found {
    fn from(finds: &Finds) -> Self {
        let (finds, domain) = match finds {
            Finds::Set(domain) => ("records", Some(domain)),
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
    fn of(group: &Group, before: Option<Found>, after: Found) -> Self {
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

fn hosts(report: &Report, counts: &Counts) -> Vec<Host> {
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
                probability: rounded(reach.probability, 1e6),
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
    fn of(down: &Name, loads: &[Load]) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_after_their_decimals() {
        assert!((rounded(0.123_456_78, 1e6) - 0.123_457).abs() < 1e-12);
        assert!((share(Chance::of(7_550, 10_100)) - 0.7475).abs() < 1e-12);
    }
}
