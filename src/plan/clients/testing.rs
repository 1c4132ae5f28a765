//! Small deployments for the tests of this folder.

use super::{
    Deployment, DomainSets, Group, Input, KnownHost, Load, LookedUp, Running, Set, Simulation, Srv,
};
use crate::{Name, presentation};

/// A record: target, with `:port` where that is not 1688, priority and weight.
pub(super) type Record<'a> = (&'a str, u16, u16);

pub(super) fn name(text: &str) -> Name {
    presentation::parse_full_name(text).unwrap()
}

pub(super) fn set(records: &[Record<'_>]) -> Set {
    let record = |&(target, priority, weight): &Record<'_>| {
        let (target, port) = target.split_once(':').unwrap_or((target, "1688"));
        Srv {
            target: if target == "." {
                Name::root()
            } else {
                name(target)
            },
            port: port.parse().unwrap(),
            priority,
            weight,
        }
    };
    Set::of(records.iter().map(record).collect())
}

/// Clients of a domain that search no other.
pub(super) fn group(domain: &str, windows: u32, server: u32, office: u32) -> Group {
    Group {
        domain: name(domain),
        windows,
        server,
        office,
        legacy: 0,
        search: vec![name(domain)],
        caching: true,
        adba: false,
    }
}

pub(super) struct Case(pub(super) Input);

impl Case {
    pub(super) fn new() -> Self {
        Self(Input {
            domains: Vec::new(),
            deployment: Deployment::default(),
        })
    }

    /// A domain whose records stay as they are.
    pub(super) fn domain(self, domain: &str, records: &[Record<'_>]) -> Self {
        self.change(domain, Some(records), Some(records))
    }

    pub(super) fn change(
        mut self,
        domain: &str,
        before: Option<&[Record<'_>]>,
        after: Option<&[Record<'_>]>,
    ) -> Self {
        self.0.domains.push(DomainSets {
            name: name(domain),
            before: before.map(set),
            after: after.map(set),
        });
        self
    }

    pub(super) fn looked_up(mut self, domain: &str, records: Option<&[Record<'_>]>) -> Self {
        self.0.deployment.looked_up.push(LookedUp {
            domain: name(domain),
            records: records.map(set),
        });
        self
    }

    pub(super) fn host(mut self, host: &str, port: u16) -> Self {
        self.0.deployment.hosts.push(KnownHost {
            name: name(host),
            port: Some(port),
            os: None,
            activates: Vec::new(),
            retired: None,
        });
        self
    }

    pub(super) fn retired(mut self, host: &str, running: bool) -> Self {
        self.0.deployment.hosts.push(KnownHost {
            name: name(host),
            port: None,
            os: None,
            activates: Vec::new(),
            retired: Some(Running(running)),
        });
        self
    }

    pub(super) fn clients(mut self, group: Group) -> Self {
        self.0.deployment.clients.push(group);
        self
    }

    pub(super) fn simulation(self) -> Simulation {
        Simulation::new(self.0)
    }
}

/// The load of one host.
pub(super) fn of<'a>(loads: &'a [Load], host: &str) -> &'a Load {
    loads.iter().find(|load| load.host == name(host)).unwrap()
}

pub(super) fn near(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}
