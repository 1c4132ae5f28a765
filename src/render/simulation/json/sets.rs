//! Record sets: shares, outages, movement.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Named, names, share, shares};
use crate::Name;
use crate::plan::action::spelling;
use crate::plan::clients::{self, Day, Outage, Served, Simulation};
use crate::presentation::lower;
use crate::render::simulation::sets;

/// The records of domains.
#[derive(Serialize, JsonSchema)]
pub(super) struct Set {
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
pub(super) struct State {
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
pub(super) struct Record {
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
pub(super) struct WithoutHosts {
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
pub(super) struct Movement {
    hosts: Vec<String>,
    /// Clients that look the records up for each request.
    without_caching: Vec<DayParts>,
    /// Clients that keep the host that answered.
    with_caching: Vec<DayParts>,
    /// The same, if hosts that lose their record are switched off with the change; null: none of them answers on.
    with_leaving_off: Option<Vec<DayParts>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct DayParts {
    /// Days after the change.
    day: u32,
    /// By host; what is missing from 1 is served by nobody.
    shares: Vec<f64>,
}

impl Set {
    pub(super) fn of(simulation: &Simulation, served: &Served, down: &[Name]) -> Self {
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
