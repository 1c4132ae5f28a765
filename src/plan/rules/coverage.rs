//! Rules about what the stated clients find: nothing, or records that some of them do not honour.

use std::collections::BTreeMap;

use super::{Facts, Found, listed, topology_line};
use crate::plan::clients::{Chance, Finds, Group, Set, percent};
use crate::plan::finding::Code;
use crate::{Name, presentation};

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    nothing(facts, found);
    legacy(facts, found);
}

/// How many clients say the same.
#[derive(Clone, Copy, Default)]
struct Clients {
    domains: usize,
    windows: u64,
    server: u64,
    office: u64,
    legacy: u64,
}

impl Clients {
    fn add(&mut self, group: &Group) {
        self.domains += 1;
        self.windows += u64::from(group.windows);
        self.server += u64::from(group.server);
        self.office += u64::from(group.office);
        self.legacy += u64::from(group.legacy);
    }

    /// `400 Windows clients, 60 servers and 380 installations of Office`.
    fn in_words(&self) -> String {
        let numbers = [
            (self.windows, "Windows client"),
            (self.server, "Windows server"),
            (self.office, "installation"),
        ];
        let words: Vec<String> = numbers
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| {
                let s = if number == 1 { "" } else { "s" };
                let of = if noun == "installation" {
                    " of Office"
                } else {
                    ""
                };
                format!("{number} {noun}{s}{of}")
            })
            .collect();
        listed(&words)
    }
}

/// What clients of a domain find after the change, where a record set of the domain itself has no host of the topology.
pub(super) enum Instead<'a> {
    /// They find no host at all; that has a finding of its own.
    Nothing,
    /// The records of another domain.
    Other(&'a Name),
}

/// What the stated clients of a domain find in its place, if that is known.
pub(super) fn instead<'a>(facts: &Facts<'a>, domain: &Name) -> Option<Instead<'a>> {
    let simulation = facts.simulation;
    let groups = simulation.groups.as_slice();
    let at = groups.binary_search_by(|(group, ..)| group.domain.cmp(domain));
    let (group, _, after) = at.ok().and_then(|at| groups.get(at))?;
    if !asks(group) {
        return None;
    }
    if after.is_no_host() {
        return Some(Instead::Nothing);
    }
    match after {
        Finds::Set(other) if other != domain => Some(Instead::Other(other)),
        Finds::Set(_) | Finds::NotOffered(_) | Finds::Nothing | Finds::Unknown(_) => None,
    }
}

/// Whether clients of the group ask a KMS host.
fn asks(group: &Group) -> bool {
    !group.adba && (group.windows > 0 || group.server > 0 || group.office > 0)
}

/// Clients that find no host after the change. The same is said of domains together.
fn nothing(facts: &Facts<'_>, found: &mut Found<'_>) {
    let simulation = facts.simulation;
    let mut alike: BTreeMap<String, Clients> = BTreeMap::new();
    let mut told: Vec<(&Group, String)> = Vec::new();
    for (group, before, after) in &simulation.groups {
        if !asks(group) || !after.is_no_host() {
            continue;
        }
        let text = no_host(group, before, after);
        alike.entry(text.clone()).or_default().add(group);
        told.push((group, text));
    }
    for (group, text) in told {
        let clients = alike.get(&text).copied().unwrap_or_default();
        let message = if clients.domains == 1 {
            format!("{text} They are {}.", clients.in_words())
        } else {
            format!(
                "{text} In the {} domains of which this is true they are {}.",
                clients.domains,
                clients.in_words()
            )
        };
        let place = line(facts, group);
        found
            .about(
                Code::DomainWithoutHost,
                &group.domain,
                message,
                "Give a domain of their search list a host, put one that has a host on the list, or give the clients a lookup domain (slmgr.vbs /skms-domain).",
            )
            .at(place);
    }
}

/// Why clients find no host. Their own domain is not named, so that domains alike say the same.
fn no_host(group: &Group, before: &Finds, after: &Finds) -> String {
    let now = match before {
        Finds::Set(domain) => {
            let whose = if *domain == group.domain {
                "its records".to_owned()
            } else {
                format!("the records of {}", presentation::plain(domain))
            };
            format!("Clients of this domain find hosts now, by {whose}, and none after the change")
        }
        Finds::Unknown(_) => "Clients of this domain find no host after the change".to_owned(),
        Finds::NotOffered(_) | Finds::Nothing => {
            "Clients of this domain find no host, neither now nor after the change".to_owned()
        }
    };
    let why = match (after, group.search.as_slice()) {
        (Finds::NotOffered(domain), _) => format!(
            "the records of {} say that there is none",
            presentation::plain(domain)
        ),
        (_, [only]) if *only == group.domain => {
            "it has no KMS records then, and they search no other domain".to_owned()
        }
        (_, search) => {
            let search: Vec<String> = search.iter().map(presentation::plain).collect();
            format!(
                "no domain of their suffix search list ({}) has KMS records then",
                search.join(", ")
            )
        }
    };
    format!("{now}: {why}.")
}

/// Clients that ignore priority and weight, where these differ. The same is said of all domains with these records.
fn legacy(facts: &Facts<'_>, found: &mut Found<'_>) {
    let simulation = facts.simulation;
    let mut alike: BTreeMap<&Name, Clients> = BTreeMap::new();
    let mut told: Vec<(&Group, &Name, &Set)> = Vec::new();
    for (group, _, after) in &simulation.groups {
        let Finds::Set(domain) = after else { continue };
        if !asks(group) || group.legacy == 0 {
            continue;
        }
        let Some(served) = simulation.served_in(domain) else {
            continue;
        };
        let (Some(set), Some(first)) = (served.after.as_ref(), served.domains.first()) else {
            continue;
        };
        if is_tuned(set) {
            alike.entry(first).or_default().add(group);
            told.push((group, first, set));
        }
    }
    for (group, first, set) in told {
        let clients = alike.get(first).copied().unwrap_or_default();
        let (message, help) = at_random(clients, set);
        let place = line(facts, group);
        found
            .about(Code::LegacyClients, &group.domain, message, help)
            .at(place);
    }
}

/// What clients do that ignore the numbers of a set, and what to do about it.
fn at_random(clients: Clients, set: &Set) -> (String, &'static str) {
    let offered = set
        .records()
        .iter()
        .filter(|record| !record.target.is_root());
    let priorities: Vec<u16> = offered.map(|record| record.priority).collect();
    let of_domains = if clients.domains == 1 {
        String::new()
    } else {
        format!(" of {} domains with these records", clients.domains)
    };
    let has_standby = priorities.iter().min() != priorities.iter().max();
    let standbys = if has_standby {
        ", also of standbys"
    } else {
        ""
    };
    let share = set
        .shares_at_random(&[])
        .into_iter()
        .find(|part| !part.is_never())
        .map_or(0.0, Chance::value);
    let (them, run, ignore, they) = if clients.legacy == 1 {
        ("client", "runs", "ignores", "It")
    } else {
        ("clients", "run", "ignore", "Each of them")
    };
    let message = format!(
        "{} {them}{of_domains} {run} Windows Vista or Windows Server 2008 and {ignore} priority and weight. {they} picks any of the {} records{standbys}, each with a probability of {}.",
        clients.legacy,
        priorities.len(),
        percent(share),
    );
    let help = if has_standby {
        "See to it that every host can serve them, standbys too. Where a host must not be asked, point these clients at another (slmgr.vbs /skms)."
    } else {
        "See to it that every host can serve its part of them. Where a host must not be asked, point these clients at another (slmgr.vbs /skms)."
    };
    (message, help)
}

/// Whether the hosts of a set differ in priority or weight.
fn is_tuned(set: &Set) -> bool {
    let mut ranks = set
        .records()
        .iter()
        .filter(|record| !record.target.is_root())
        .map(|record| (record.priority, record.weight));
    let first = ranks.next();
    ranks.any(|rank| Some(rank) != first)
}

/// Where the topology states the clients of a group.
fn line(facts: &Facts<'_>, group: &Group) -> Option<crate::plan::Place> {
    let mut stated = facts.topology.clients.iter();
    let stated = stated.find(|clients| clients.domain == group.domain)?;
    Some(topology_line(facts.topology, stated.line))
}
