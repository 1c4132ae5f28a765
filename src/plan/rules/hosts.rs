//! Rules about hosts: limits of a key, products, systems, the group.

use super::{Facts, Found, listed, topology_line};
use crate::arrange::Arrange as _;
use crate::plan::finding::{Code, Severity};
use crate::plan::records::Domain;
use crate::plan::{Why, group};
use crate::presentation;
use crate::topology::{Host, Product, ZoneKind};

/// How many hosts one KMS host key activates (Microsoft "Activate clients running Windows 10").
const HOSTS_OF_A_KEY: usize = 6;

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    let topology = facts.topology;
    // What is not Windows holds no host key of Microsoft's.
    let with_key = topology
        .hosts
        .iter()
        .filter(|host| host.publishes())
        .count();
    if with_key > HOSTS_OF_A_KEY {
        found.push(
            Severity::Warning,
            Code::MoreThanSixHosts,
            "topology",
            format!(
                "It names {with_key} hosts that need a KMS host key. One key activates up to 6."
            ),
            "Use a second key, or ask Microsoft for more activations.",
        );
    }
    for (domain, _) in facts.domains {
        products(domain, found);
    }
    let mut domains = facts.domains.iter().map(|(domain, _)| domain);
    let directory = domains.any(|domain| domain.management.zone.kind == ZoneKind::Ad);
    let misfit = || {
        let domains = facts.domains.iter().map(|(domain, _)| domain.clone());
        group::misfit(topology, &domains.collect::<Vec<_>>())
    };
    if directory && let Some(misfit) = misfit() {
        let place = topology
            .group
            .line
            .map(|line| topology_line(topology, line));
        found
            .push(
                Severity::Error,
                Code::GroupScope,
                topology.group.name.clone(),
                misfit,
                "Set scope = \"universal\" under [group], or leave it out to have it inferred.",
            )
            .at(place);
    }
}

fn products(domain: &Domain<'_>, found: &mut Found<'_>) {
    let said: Vec<(&Host, Vec<Product>)> = domain
        .desired()
        .filter(|(entry, host)| entry.why == Why::Listed && !host.activates.is_empty())
        .map(|(_, host)| {
            let mut products = host.activates.clone();
            products.sort_unstable();
            products.dedup();
            (host, products)
        })
        .collect();
    if said.windows(2).any(|pair| pair[0].1 != pair[1].1) {
        let mut hosts: Vec<String> = said
            .iter()
            .map(|(host, products)| {
                let words: Vec<&str> = products.iter().map(|product| product.word()).collect();
                format!("{} ({})", presentation::plain(&host.name), words.join(", "))
            })
            .collect();
        hosts.arrange();
        let message = format!(
            "Its hosts activate different products: {}. SRV records say nothing about products, so clients are sent to hosts that cannot activate them.",
            listed(&hosts)
        );
        found.about(
            Code::MixedProducts,
            &domain.name,
            message,
            "Let every host of a domain activate the same products.",
        );
    }
}
