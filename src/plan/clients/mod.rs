//! Who is served by whom: what priorities and weights do to clients, before and after the change.
//!
//! A pure function of record sets, hosts and groups of clients. [`Input`] is what is known, [`Simulation`] answers
//! questions: the part of new clients that each record serves while all hosts answer or some do not, the clients that
//! each host counts in 30 days, what a standby starts from, how clients move after the change.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Plan, PlanDomain, Values};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::topology::{self, Os, Product, Topology};

pub mod chance;
pub mod coverage;
mod crowds;
mod loads;
pub mod movement;
pub mod selection;
pub mod served;
mod standby;
#[cfg(test)]
mod testing;
pub mod thresholds;

pub use chance::{Chance, average, lapse, percent};
pub use coverage::Finds;
pub use loads::{Load, Reached};
pub use movement::{Day, Movement};
pub use served::{Outage, Set, Srv};
pub use standby::{Standby, Wait};
pub use thresholds::Threshold;

use crowds::Crowds;
use movement::{Mover, Stays};

/// A host that the topology names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHost {
    /// Its name.
    pub name: Name,
    /// TCP port on which it is to listen; `None` for a retired host.
    pub port: Option<u16>,
    /// Its operating system, if written.
    pub os: Option<Os>,
    /// What it activates; empty: not written.
    pub activates: Vec<Product>,
    /// Whether it is to be gone; then whether it is still switched on.
    pub retired: Option<Running>,
}

/// Whether a retired host is still switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running(pub bool);

/// Clients that look up one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their domain.
    pub domain: Name,
    /// Windows clients.
    pub windows: u32,
    /// Windows servers.
    pub server: u32,
    /// Installations of Office.
    pub office: u32,
    /// How many of the Windows clients and servers ignore priority and weight.
    pub legacy: u32,
    /// Suffix search list, tried in order.
    pub search: Vec<Name>,
    /// Whether they keep the host that answered.
    pub caching: bool,
    /// Whether Active Directory-based activation serves them first; they are not counted then.
    pub adba: bool,
}

/// A domain that the plan leaves alone, but that is in a search list of clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// The domain.
    pub domain: Name,
    /// Its records; `None` where no source tells.
    pub records: Option<Set>,
}

/// What is known of hosts and clients beside the domains of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The hosts that the topology names, sorted by name.
    pub hosts: Vec<KnownHost>,
    /// The groups of clients, sorted by domain.
    pub clients: Vec<Group>,
    /// Domains of search lists that are no domains of the plan, sorted by name.
    pub looked_up: Vec<LookedUp>,
}

/// Domains with their record sets, hosts and clients.
#[derive(Debug, Clone)]
pub struct Input {
    /// The domains, sorted by name.
    pub domains: Vec<DomainSets>,
    /// Hosts and clients.
    pub deployment: Deployment,
}

/// The record sets of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainSets {
    /// The domain.
    pub name: Name,
    /// The set as it is; `None` where that is not known.
    pub before: Option<Set>,
    /// The set as planned; `None` where nothing can be planned.
    pub after: Option<Set>,
}

/// Which state is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The records as they are.
    Before,
    /// The records as planned.
    After,
}

/// Domains with the same records before and after.
#[derive(Debug, Clone)]
pub struct Served {
    /// The domains, sorted by name.
    pub domains: Vec<Name>,
    /// The set as it is; `None` where that is not known.
    pub before: Option<Set>,
    /// The set as planned; `None` where nothing can be planned.
    pub after: Option<Set>,
}

/// Who is served by whom.
#[derive(Debug)]
pub struct Simulation {
    /// The groups of clients and what they find before and after.
    pub groups: Vec<(Group, Finds, Finds)>,
    /// Sets of records, by the first domain that has them.
    pub served: Vec<Served>,
    /// The hosts that the topology names, sorted by name.
    pub hosts: Vec<KnownHost>,
    /// By domain: index in `served`.
    by_domain: BTreeMap<Name, usize>,
    /// Who asks KMS hosts now.
    before: Crowds,
    /// Who asks them after the change.
    after: Crowds,
}

/// A part in ten-thousandths, half rounded up.
pub fn ten_thousandths(part: Chance) -> u16 {
    u16::try_from(part.parts_of(10_000)).unwrap_or(10_000)
}

impl KnownHost {
    /// Whether it still answers clients that hold on to it.
    fn answers(&self) -> bool {
        self.retired.is_none_or(|Running(running)| running)
    }
}

impl From<&topology::Clients> for Group {
    fn from(clients: &topology::Clients) -> Self {
        Self {
            domain: clients.domain.clone(),
            windows: clients.windows,
            server: clients.server,
            office: clients.office,
            legacy: clients.legacy,
            search: clients.search.clone(),
            caching: clients.caching,
            adba: clients.adba,
        }
    }
}

impl Deployment {
    /// The hosts and clients of a topology. `records` tells what stands in a domain that the topology does not name,
    /// `None` where nobody knows.
    pub fn of(topology: &Topology, records: impl Fn(&Name) -> Option<Set>) -> Self {
        let listed = topology.hosts.iter().map(|host| KnownHost {
            name: host.name.clone(),
            port: Some(host.port),
            os: host.os,
            activates: host.activates.clone(),
            retired: None,
        });
        let retired = topology.retired.iter().map(|host| KnownHost {
            name: host.name.clone(),
            port: None,
            os: None,
            activates: Vec::new(),
            retired: Some(Running(host.running)),
        });
        let mut hosts: Vec<KnownHost> = listed.chain(retired).collect();
        hosts.arrange_by(|a, b| a.name.cmp(&b.name));
        let mut clients: Vec<Group> = topology.clients.iter().map(Group::from).collect();
        clients.arrange_by(|a, b| a.domain.cmp(&b.domain));
        Self {
            hosts,
            looked_up: looked_up(&clients, &topology.all_domains(), records),
            clients,
        }
    }

    /// Forgets what stands in these domains, because a plan tells it.
    pub fn leave_out<'a>(&mut self, planned: impl Iterator<Item = &'a Name>) {
        let planned: BTreeSet<&Name> = planned.collect();
        self.looked_up
            .retain(|other| !planned.contains(&other.domain));
    }
}

/// What stands in the domains of search lists that `named` does not hold.
fn looked_up(
    clients: &[Group],
    named: &[Name],
    records: impl Fn(&Name) -> Option<Set>,
) -> Vec<LookedUp> {
    let named: BTreeSet<&Name> = named.iter().collect();
    let searched = clients.iter().flat_map(|group| &group.search);
    let mut others: Vec<&Name> = searched.filter(|domain| !named.contains(domain)).collect();
    others.arrange();
    others.dedup();
    others
        .into_iter()
        .map(|domain| LookedUp {
            domain: domain.clone(),
            records: records(domain),
        })
        .collect()
}

impl Input {
    /// What a plan says.
    pub fn of_plan(plan: &Plan) -> Self {
        Self::new(&plan.domains, plan.deployment.clone())
    }

    /// The domains of a plan, and a deployment.
    pub fn new(domains: &[PlanDomain], deployment: Deployment) -> Self {
        Self {
            domains: domains.iter().map(DomainSets::of).collect(),
            deployment,
        }
    }

    /// What a topology wants, as if nothing else stood in DNS.
    pub fn of_topology(topology: &Topology) -> Self {
        let domains = topology.all_domains();
        // By domain, so that hosts of thousands of domains are gone through once.
        let mut records: BTreeMap<&Name, Vec<Srv>> = BTreeMap::new();
        for host in &topology.hosts {
            for entry in &host.publish {
                records.entry(&entry.domain).or_default().push(Srv {
                    target: host.name.clone(),
                    port: host.port,
                    priority: entry.priority,
                    weight: entry.weight,
                });
            }
        }
        let mut domains: Vec<DomainSets> = domains
            .into_iter()
            .map(|name| DomainSets {
                before: None,
                after: Some(Set::of(records.remove(&name).unwrap_or_default())),
                name,
            })
            .collect();
        domains.arrange_by(|a, b| a.name.cmp(&b.name));
        Self {
            domains,
            deployment: Deployment::of(topology, |_| Some(Set::default())),
        }
    }
}

impl DomainSets {
    /// The sets of a domain of a plan.
    pub fn of(domain: &PlanDomain) -> Self {
        let side = |values: fn(&Change) -> Option<Values>| {
            let records = domain.changes.iter().filter_map(|change| {
                values(change).map(|values| Srv {
                    target: change.target.clone(),
                    port: change.port,
                    priority: values.priority,
                    weight: values.weight,
                })
            });
            domain.is_known().then(|| Set::of(records.collect()))
        };
        Self {
            name: domain.name.clone(),
            before: side(|change| change.before),
            after: side(|change| change.after),
        }
    }
}

impl Served {
    /// The set of one state.
    pub fn set(&self, when: When) -> Option<&Set> {
        match when {
            When::Before => self.before.as_ref(),
            When::After => self.after.as_ref(),
        }
    }
}

impl Simulation {
    /// The simulation of what is known.
    pub fn new(input: Input) -> Self {
        let Deployment {
            mut hosts,
            clients,
            looked_up,
        } = input.deployment;
        hosts.arrange_by(|a, b| a.name.cmp(&b.name));
        let others = looked_up.into_iter().map(|other| DomainSets {
            name: other.domain,
            before: other.records.clone(),
            after: other.records,
        });
        let mut served: Vec<Served> = Vec::new();
        let mut by_domain = BTreeMap::new();
        let mut by_sets: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        for domain in input.domains.into_iter().chain(others) {
            // What is said of a domain of the plan holds: its records may change.
            if by_domain.contains_key(&domain.name) {
                continue;
            }
            let at = *by_sets.entry(same(&domain)).or_insert(served.len());
            by_domain.insert(domain.name.clone(), at);
            match served.get_mut(at) {
                Some(there) => there.domains.push(domain.name),
                None => served.push(Served {
                    domains: vec![domain.name],
                    before: domain.before,
                    after: domain.after,
                }),
            }
        }
        let mut simulation = Self {
            groups: Vec::new(),
            served,
            hosts,
            by_domain,
            before: Crowds::default(),
            after: Crowds::default(),
        };
        let finds =
            |group: &Group, when| Finds::first(group, |domain| simulation.set(domain, when));
        let groups = clients
            .into_iter()
            .map(|group| {
                let (before, after) = (finds(&group, When::Before), finds(&group, When::After));
                (group, before, after)
            })
            .collect();
        simulation.groups = groups;
        (simulation.before, simulation.after) = crowds::both(
            &simulation.groups,
            &simulation.served,
            &simulation.by_domain,
        );
        simulation
    }

    /// The record set of a domain; `None` where it is not known.
    pub fn set(&self, domain: &Name, when: When) -> Option<&Set> {
        self.served_in(domain)?.set(when)
    }

    /// The records of a domain, with the other domains that have the same.
    pub fn served_in(&self, domain: &Name) -> Option<&Served> {
        self.served.get(*self.by_domain.get(domain)?)
    }

    /// How the clients of these domains move after the change; `None` where a set is not known or there was none.
    pub fn movement(&self, served: &Served) -> Option<Movement> {
        let (before, after) = (served.before.as_ref()?, served.after.as_ref()?);
        let (parts_before, parts_after) = (before.shares(&[]), after.shares(&[]));
        if before.hosts().is_empty() || before == after {
            return None;
        }
        let mut hosts = after.hosts();
        for host in before.hosts() {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        let movers: Vec<Mover> = hosts
            .into_iter()
            .map(|host| Mover {
                before: before
                    .records()
                    .iter()
                    .zip(&parts_before)
                    .filter(|(record, _)| record.target == host)
                    .map(|(record, part)| (*part, self.stays(record, after)))
                    .collect(),
                after: after.sum(&host, &parts_after),
                host,
            })
            .collect();
        Some(Movement::of(&movers))
    }

    /// Whether clients that hold on to a record are served there after the change.
    fn stays(&self, record: &Srv, after: &Set) -> Stays {
        let mut planned = after.records().iter();
        if planned.any(|after| after.target == record.target && after.port == record.port) {
            return Stays::Planned;
        }
        let mut known = self.hosts.iter().filter(|host| host.name == record.target);
        let is_silent =
            |host: &KnownHost| !host.answers() || host.port.is_some_and(|port| port != record.port);
        if known.any(is_silent) {
            Stays::Silent
        } else {
            Stays::Leaving
        }
    }
}

/// The same for domains with the same records.
fn same(domain: &DomainSets) -> Vec<u8> {
    let mut text = Vec::new();
    for set in [&domain.before, &domain.after] {
        match set {
            None => text.push(b'?'),
            Some(set) => {
                for record in set.records() {
                    text.extend(crate::presentation::lower(&record.target).bytes());
                    for number in [record.port, record.priority, record.weight] {
                        text.extend(number.to_be_bytes());
                    }
                    text.push(b'\n');
                }
            }
        }
        text.push(b';');
    }
    text
}
