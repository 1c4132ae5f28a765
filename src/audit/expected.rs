//! What a topology expects in each domain.

use std::collections::{BTreeMap, BTreeSet};

use super::{Domain, Expected, Listing, Standing};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::topology::{Host, Publication, Topology};

/// The hosts of a topology, by the domains that they are to serve.
pub(super) struct Expectations<'a> {
    hosts: BTreeSet<&'a Name>,
    retired: BTreeSet<&'a Name>,
    served: BTreeMap<&'a Name, Vec<(&'a Host, &'a Publication)>>,
}

impl<'a> Expectations<'a> {
    /// Those of a topology.
    pub(super) fn of(topology: &'a Topology) -> Self {
        let mut served: BTreeMap<&Name, Vec<(&Host, &Publication)>> = BTreeMap::new();
        for host in &topology.hosts {
            for entry in &host.publish {
                served.entry(&entry.domain).or_default().push((host, entry));
            }
        }
        Self {
            hosts: topology.hosts.iter().map(|host| &host.name).collect(),
            retired: topology.retired.iter().map(|host| &host.name).collect(),
            served,
        }
    }

    /// Whether the topology names a host.
    pub(super) fn listing(&self, host: &Name) -> Listing {
        if self.hosts.contains(host) {
            Listing::Listed
        } else if self.retired.contains(host) {
            Listing::Retired
        } else {
            Listing::Unlisted
        }
    }

    /// Says of each record of a domain what the topology says of its host, and which hosts are missing.
    pub(super) fn compare(&self, domain: &mut Domain) {
        let served = self.served.get(&domain.name);
        let wanted: Vec<Expected> = served
            .into_iter()
            .flatten()
            .map(|(host, entry)| Expected {
                host: host.name.clone(),
                priority: entry.priority,
                weight: entry.weight,
                port: host.port,
            })
            .collect();
        for record in &mut domain.records {
            if record.is_no_service() {
                continue;
            }
            record.expected = wanted
                .iter()
                .find(|expected| expected.host == record.target)
                .cloned();
            record.standing = Some(match self.listing(&record.target) {
                Listing::Listed if record.expected.is_some() => Standing::Expected,
                Listing::Listed => Standing::OtherDomain,
                Listing::Retired => Standing::Retired,
                Listing::Unlisted => Standing::Unlisted,
            });
        }
        let present: BTreeSet<&Name> = domain.records.iter().map(|record| &record.target).collect();
        domain.missing = wanted
            .into_iter()
            .filter(|expected| !present.contains(&expected.host))
            .collect();
        domain
            .missing
            .arrange_by(|one, other| one.host.cmp(&other.host));
    }
}
