//! The security group: which scope its members and nodes need.

use std::collections::BTreeSet;

use super::records::Domain;
use crate::Name;
use crate::topology::{Account, GroupScope, Partition, Topology, ZoneKind};

/// The scope as written, else inferred: hosts of several AD domains, or a zone in the forest partition,
/// need a universal group (Microsoft "Deploy KMS Activation"; group scopes of Active Directory).
pub fn scope(topology: &Topology, domains: &[Domain<'_>]) -> GroupScope {
    topology.group.scope.unwrap_or_else(|| {
        if member_domains(topology).len() > 1 || in_forest_partition(domains) {
            GroupScope::Universal
        } else {
            GroupScope::Global
        }
    })
}

/// Why the written scope does not work, as a sentence.
pub fn misfit(topology: &Topology, domains: &[Domain<'_>]) -> Option<&'static str> {
    let several = member_domains(topology).len() > 1;
    match topology.group.scope? {
        GroupScope::Global if several => Some(
            "A global group takes members of its own AD domain only, and the hosts are of several.",
        ),
        GroupScope::DomainLocal if in_forest_partition(domains) => Some(
            "A domain-local group works only on objects of its own domain, and a zone lies in the forest partition.",
        ),
        GroupScope::DomainLocal if several_zone_domains(topology, domains) => Some(
            "A domain-local group works only on objects of its own domain, and the zones belong to several AD domains.",
        ),
        _ => None,
    }
}

/// The AD domains of the hosts that become members.
fn member_domains(topology: &Topology) -> BTreeSet<&Name> {
    topology
        .hosts
        .iter()
        .filter(|host| host.publishes())
        .filter_map(|host| match &host.account {
            Account::Joined { ad_domain, .. } => Some(ad_domain),
            Account::None => None,
        })
        .collect()
}

fn ad_zones<'a>(domains: &'a [Domain<'a>]) -> impl Iterator<Item = &'a Domain<'a>> {
    domains
        .iter()
        .filter(|domain| domain.management.zone.kind == ZoneKind::Ad)
}

fn in_forest_partition(domains: &[Domain<'_>]) -> bool {
    ad_zones(domains).any(|domain| domain.management.zone.partition == Partition::Forest)
}

/// Whether zones carry the names of several of the hosts' AD domains.
fn several_zone_domains(topology: &Topology, domains: &[Domain<'_>]) -> bool {
    let members = member_domains(topology);
    let zones: BTreeSet<&Name> = ad_zones(domains)
        .map(|domain| &domain.zone.name)
        .filter(|name| members.contains(name))
        .collect();
    zones.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global_group_of(hosts: &str) -> Option<&'static str> {
        let text = format!("[group]\nscope = \"global\"\n{hosts}");
        misfit(&Topology::read("kms.toml", text.as_bytes()).unwrap(), &[])
    }

    #[test]
    fn a_global_group_takes_hosts_of_one_ad_domain() {
        let one = "[[host]]\nname = \"kms01.contoso.com\"\npublish = [\"contoso.com\"]\n";
        let other = "[[host]]\nname = \"kms01.fabrikam.com\"\npublish = [\"contoso.com\"]\n";
        assert_eq!(global_group_of(one), None);
        let two = global_group_of(&format!("{one}{other}"));
        assert!(two.is_some_and(|misfit| misfit.starts_with("A global group")));
    }
}
