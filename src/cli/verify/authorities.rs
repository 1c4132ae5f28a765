//! Whom `--all-authoritative` asks: the servers of the NS sets of the plan's zones.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::{Target, parallel};
use crate::Name;
use crate::plan::{Plan, PlanZone};
use crate::snapshot::live::{self, Authority, Server, Unanswered, Why};
use crate::verification::{Look, Unverified, Who, Zones, planned};

/// The servers of a plan's zones.
#[derive(Default)]
pub(super) struct Found {
    /// By name and address.
    pub(super) targets: Vec<Target>,
    /// Zones whose servers are not known, or not all of them, each with why.
    pub(super) unknown: Vec<Unverified>,
    /// Whether that may change: somebody was asked for them.
    pub(super) may_change: bool,
    /// Addresses that are not asked: this machine has no way to them, and the server has others.
    pub(super) passed_over: Vec<Who>,
}

/// Each server of a zone, with its address if it has one, and the zone's record sets.
type Sets = BTreeMap<(Name, Option<Server>), BTreeSet<Name>>;

/// What a server said of a zone's servers.
struct Told {
    server: Server,
    apex: Name,
    said: Result<Vec<Authority>, Unanswered>,
}

/// Finds the servers of the plan's zones.
///
/// The NS sets are asked for at each of `given`, or without any at the zone's server in the plan; and at each server
/// that they name, since an old copy of a zone names old servers. All that any of them names counts. Servers of the set
/// are asked on the port that was typed, since a server that is reached through another port than 53 stands beside
/// others of that kind; else on 53.
pub(super) fn find(plan: &Plan, given: &[Server], options: &live::Options) -> Found {
    let zones = zones(plan);
    let mut found = Found::default();
    let mut first: BTreeMap<Server, BTreeSet<Name>> = BTreeMap::new();
    for (apex, (zone, _)) in &zones {
        match servers_to_ask(given, zone) {
            Ok(servers) => {
                for server in servers {
                    first.entry(server).or_default().insert((*apex).clone());
                }
            }
            Err(why) => found.unknown.push(Unverified {
                name: (*apex).clone(),
                why,
            }),
        }
    }
    let mut sets = Sets::new();
    let told = ask(&first, options);
    let known: BTreeSet<Name> = take(&told, &zones, &mut sets);
    for Told { apex, said, .. } in told {
        let Err(unanswered) = said else { continue };
        // Somebody else tells.
        let elsewhere = matches!(unanswered.why, Why::Refused | Why::Lame);
        if !(elsewhere && known.contains(&apex)) {
            found.may_change = true;
            found.unknown.push(Unverified {
                name: apex,
                why: format!("its servers are not known: {}", unanswered.message),
            });
        }
    }
    let mut second: BTreeMap<Server, BTreeSet<Name>> = BTreeMap::new();
    for (server, owners) in &sets {
        let (_, Some(server)) = server else { continue };
        let asked = first.get(server);
        let of_set = zones.iter().filter(|(apex, (_, all))| {
            all.iter().any(|owner| owners.contains(owner))
                && asked.is_none_or(|asked| !asked.contains(**apex))
        });
        let apexes = second.entry(server.clone()).or_default();
        apexes.extend(of_set.map(|(apex, _)| (*apex).clone()));
    }
    second.retain(|_, apexes| !apexes.is_empty());
    // One that does not tell is not as planned by itself, as it is asked for its records.
    take(&ask(&second, options), &zones, &mut sets);
    found.add(sets, live::has_way);
    found
}

impl Found {
    /// Makes targets of the servers; `has_way` tells whether this machine has a way to an address.
    fn add(&mut self, mut sets: Sets, has_way: impl Fn(IpAddr) -> bool) {
        let mut addresses: BTreeMap<Name, Vec<Server>> = BTreeMap::new();
        for (name, server) in sets.keys() {
            let known = addresses.entry(name.clone()).or_default();
            known.extend(server.clone());
        }
        let has_way = |server: &Server| server.address().is_none_or(&has_way);
        let passed_over = |name: &Name, server: &Server| {
            let all = addresses.get(name).map(Vec::as_slice).unwrap_or_default();
            !has_way(server) && all.iter().any(&has_way)
        };
        sets.retain(|(name, server), _| match server {
            // Another server knows an address of it.
            None => addresses.get(name).is_none_or(Vec::is_empty),
            Some(server) if passed_over(name, server) => {
                self.passed_over.push(Who::Authority {
                    name: name.clone(),
                    server: Some(server.clone()),
                });
                false
            }
            Some(_) => true,
        });
        let targets = sets.into_iter().map(|((name, server), owners)| Target {
            look: Look::of(Who::Authority {
                name,
                server: server.clone(),
            }),
            server,
            owners,
        });
        self.targets = targets.collect();
    }
}

/// The zones of the plan with the owners of their record sets.
fn zones(plan: &Plan) -> BTreeMap<&Name, (&PlanZone, BTreeSet<Name>)> {
    let known = Zones::of(plan);
    let mut zones: BTreeMap<&Name, (&PlanZone, BTreeSet<Name>)> = BTreeMap::new();
    for domain in planned(plan).filter(|domain| domain.zone.is_some()) {
        if let Some(zone) = known.zone_of(domain) {
            let (_, owners) = zones
                .entry(&zone.zone.name)
                .or_insert_with(|| (zone, BTreeSet::new()));
            owners.insert(domain.owner.clone());
        }
    }
    zones
}

/// The domains whose zone the plan does not know.
pub(super) fn of_unknown_zones(plan: &Plan) -> impl Iterator<Item = Unverified> {
    let domains = planned(plan).filter(|domain| domain.zone.is_none());
    domains.map(|domain| Unverified {
        name: domain.name.clone(),
        why:
            "the plan does not know its zone, so nobody tells its servers; name them with --server"
                .to_owned(),
    })
}

/// Who is asked for the NS set of a zone, or why nobody is.
fn servers_to_ask(given: &[Server], zone: &PlanZone) -> Result<Vec<Server>, String> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let Some(server) = &zone.zone.server else {
        return Err("the plan knows no server of the zone; name one with --server".to_owned());
    };
    let server = Server::parse(server).map_err(|why| {
        format!("the plan's server of the zone cannot be asked: {why}; name one with --server")
    })?;
    Ok(vec![server])
}

/// Asks each server for the NS sets of its zones. One that does not answer at all is not asked about the rest.
fn ask(servers: &BTreeMap<Server, BTreeSet<Name>>, options: &live::Options) -> Vec<Told> {
    let servers = servers.iter().collect();
    let told = parallel::each(servers, options, |(server, apexes), options| {
        let mut silent: Option<Unanswered> = None;
        let told = apexes.iter().map(|apex| {
            let said = match &silent {
                Some(unanswered) => Err(unanswered.clone()),
                None => live::authorities(server, apex, options),
            };
            if let Err(unanswered) = &said
                && matches!(unanswered.why, Why::Timeout | Why::Unreachable)
            {
                silent = Some(unanswered.clone());
            }
            Told {
                server: server.clone(),
                apex: apex.clone(),
                said,
            }
        });
        told.collect::<Vec<Told>>()
    });
    told.into_iter().flatten().collect()
}

/// Takes in the servers that were told; gives the zones that somebody told of.
fn take(
    told: &[Told],
    zones: &BTreeMap<&Name, (&PlanZone, BTreeSet<Name>)>,
    sets: &mut Sets,
) -> BTreeSet<Name> {
    let mut known = BTreeSet::new();
    for Told { server, apex, said } in told {
        let Ok(authorities) = said else { continue };
        known.insert(apex.clone());
        let Some((_, owners)) = zones.get(apex) else {
            continue;
        };
        for authority in authorities {
            let name = authority.name.to_lowercase();
            let at = |address: &_| Some(Server::at(*address, server.given_port()));
            let mut addresses: Vec<Option<Server>> = authority.addresses.iter().map(at).collect();
            if addresses.is_empty() {
                addresses.push(None);
            }
            for address in addresses {
                let set = sets.entry((name.clone(), address)).or_default();
                set.extend(owners.iter().cloned());
            }
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name and address of each target, then of each that is passed over, on a machine without IPv6.
    fn without_ipv6(servers: &[(&str, Option<&str>)]) -> (Vec<String>, Vec<String>) {
        let set = |(name, server): &(&str, Option<&str>)| {
            let name = crate::presentation::parse_full_name(name).unwrap();
            let server = server.map(|server| Server::parse(server).unwrap());
            ((name, server), BTreeSet::new())
        };
        let mut found = Found::default();
        found.add(servers.iter().map(set).collect(), |address| {
            address.is_ipv4()
        });
        let targets = found.targets.iter();
        let passed_over = found.passed_over.iter();
        (
            targets.map(|target| target.look.who.to_string()).collect(),
            passed_over.map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn an_address_without_a_way_to_it_is_passed_over_where_another_is_asked() {
        let (targets, passed_over) = without_ipv6(&[
            ("both.example", Some("192.0.2.1")),
            ("both.example", Some("[2001:db8::1]:5353")),
            ("new.example", Some("2001:db8::2")),
            ("none.example", None),
            ("old.example", None),
            ("old.example", Some("192.0.2.2")),
        ]);
        assert_eq!(
            targets,
            [
                "both.example (192.0.2.1)",
                "new.example (2001:db8::2)",
                "none.example (no address)",
                "old.example (192.0.2.2)"
            ]
        );
        assert_eq!(passed_over, ["both.example ([2001:db8::1]:5353)"]);
    }
}
