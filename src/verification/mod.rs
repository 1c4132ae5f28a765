//! Whether servers hold what a plan wants: a pure comparison of a saved plan with what was seen.
//!
//! `seen` takes out of a snapshot what one server, or sources together, say of the plan's record sets;
//! `compare` holds a set against the plan, `hosts` looks for hosts that are to be gone, `caches` says how long
//! others may still remember the state of before, `publishing` what was seen on hosts. No sockets, no clock:
//! [`crate::cli`] asks, again if it is to wait, and hands in [`Look`]s.

use std::collections::BTreeMap;

use crate::arrange::{Arrange as _, IntoMap as _};
use crate::plan::{Plan, PlanDomain, PlanZone, management};
use crate::snapshot::Snapshot;
use crate::{Name, presentation};

mod caches;
mod compare;
mod hosts;
mod publishing;
mod seen;

pub use caches::{Cache, Memory};
pub use compare::{Difference, State};
pub use hosts::{Removed, Standing};
pub use publishing::{Expected, HostState, Publishing, SeenHost, hosts as hosts_of};
pub use seen::{Look, Nothing, Observed, Record, Who};

/// What was seen, by [`crate::cli`].
#[derive(Debug, Clone)]
pub struct Seen {
    /// How often servers were looked at.
    pub times: usize,
    /// What each server, or sources together, say.
    pub looks: Vec<Look>,
    /// Domains that no server was asked about, and sets of name servers that are not known, each with why.
    pub unverified: Vec<Unverified>,
    /// Addresses of servers that were not asked: this machine has no way to them, and the servers have others.
    pub passed_over: Vec<Who>,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
}

impl Seen {
    /// What was looked at once.
    pub fn once(looks: Vec<Look>) -> Self {
        Self {
            times: 1,
            looks,
            unverified: Vec::new(),
            passed_over: Vec::new(),
            interrupted: false,
        }
    }
}

/// A plan held against what was seen.
#[derive(Debug, Clone)]
pub struct Verification<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How often servers were looked at; 1 without waiting.
    pub looks: usize,
    /// What each server says, in the order in which they were given.
    pub servers: Vec<Server>,
    /// Domains that no server was asked about, and sets of name servers that are not known, each with why.
    pub unverified: Vec<Unverified>,
    /// Hosts that the plan removes from a domain, by name.
    pub removed: Vec<Removed>,
    /// Addresses of servers that were not asked: this machine has no way to them, and the servers have others.
    pub passed_over: Vec<Who>,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// What others may still remember of the state of before, by domain.
    pub caches: Vec<Cache>,
    /// Whether hosts publish as planned.
    pub publishing: Publishing,
    /// Domains in zones of Windows DNS whose records are to be static, where nothing that was seen tells whether
    /// they are.
    pub ages_not_told: Vec<Name>,
}

/// What one server says of the plan's domains.
#[derive(Debug, Clone)]
pub struct Server {
    /// Which it is.
    pub who: Who,
    /// The serials of the zones, by apex, as far as they were told.
    pub serials: Vec<(Name, u32)>,
    /// The domains that it was asked about, by name.
    pub domains: Vec<Domain>,
}

/// What one server says of one domain.
#[derive(Debug, Clone)]
pub struct Domain {
    /// The domain in the plan's spelling.
    pub name: Name,
    /// `_vlmcs._tcp.<domain>`.
    pub owner: Name,
    /// How it stands against the plan.
    pub state: State,
    /// What leads from the set that was seen to the planned one; empty where it is as planned, or not known.
    pub differences: Vec<Difference>,
    /// Where an alias at the owner leads.
    pub alias: Option<Name>,
    /// Whether records were seen without TTL: a cache gave them, or the source tells none.
    pub ttls_not_told: bool,
}

/// Something that could not be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    /// The domain, or the apex of a zone.
    pub name: Name,
    /// Why: a sentence.
    pub why: String,
}

/// Numbers of a verification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Record sets, counted on each server, that are as planned.
    pub as_planned: usize,
    /// Those that are as they were before.
    pub still_old: usize,
    /// Those that are neither.
    pub something_else: usize,
    /// Those of which a server gave no usable answer.
    pub no_answer: usize,
    /// What could not be verified.
    pub unverified: usize,
    /// Removed hosts that still stand where they are to be gone.
    pub hosts_left: usize,
    /// Hosts that do not publish as planned, or of which nothing tells.
    pub publishing: usize,
}

impl Totals {
    /// All record sets.
    pub fn sets(&self) -> usize {
        self.as_planned + self.still_old + self.something_else + self.no_answer
    }

    /// Whether everything is as planned.
    pub fn is_as_planned(&self) -> bool {
        self.sets() == self.as_planned
            && self.unverified == 0
            && self.hosts_left == 0
            && self.publishing == 0
    }
}

impl<'a> Verification<'a> {
    /// Holds what was seen against the plan. `evidence` is what was read with `--host-evidence`; `None`: nothing
    /// was given.
    pub fn of(plan: &'a Plan, seen: Seen, evidence: Option<&Snapshot>) -> Self {
        let Seen {
            times,
            looks: seen,
            mut unverified,
            passed_over,
            interrupted,
        } = seen;
        let blind = plan.domains.iter().filter(|domain| !is_planned(domain));
        unverified.extend(blind.map(|domain| Unverified {
            name: domain.name.clone(),
            why: "the plan was made without its records, so it does not say what is to stand there; plan again with its zone".to_owned(),
        }));
        unverified.arrange_by(|a, b| (&a.name, &a.why).cmp(&(&b.name, &b.why)));
        unverified.dedup();
        let zones = Zones::of(plan);
        Self {
            plan,
            looks: times,
            servers: seen.iter().map(|look| server(plan, &zones, look)).collect(),
            removed: hosts::removed(plan, &seen),
            unverified,
            caches: caches::caches(plan, &zones, &seen),
            passed_over,
            interrupted,
            publishing: publishing::publishing(plan, evidence),
            ages_not_told: ages_not_told(plan, &zones, &seen),
        }
    }

    /// Its numbers.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals {
            unverified: self.unverified.len(),
            hosts_left: self.removed.iter().filter(|host| host.is_left()).count(),
            publishing: self.publishing.wrong(),
            ..Totals::default()
        };
        for domain in self.servers.iter().flat_map(|server| &server.domains) {
            match domain.state {
                State::AsPlanned => totals.as_planned += 1,
                State::StillOld => totals.still_old += 1,
                State::SomethingElse { .. } => totals.something_else += 1,
                State::NoAnswer(_) => totals.no_answer += 1,
            }
        }
        totals
    }

    /// Whether everything is as planned.
    pub fn is_as_planned(&self) -> bool {
        self.totals().is_as_planned()
    }
}

/// Whether the plan says what is to stand in the domain: it saw its records.
pub fn is_planned(domain: &PlanDomain) -> bool {
    domain.zone.is_some() || !domain.changes.is_empty()
}

/// The domains that can be verified.
pub fn planned(plan: &Plan) -> impl Iterator<Item = &PlanDomain> {
    plan.domains.iter().filter(|domain| is_planned(domain))
}

/// The zones of a plan by apex.
pub struct Zones<'a>(BTreeMap<&'a Name, &'a PlanZone>);

impl<'a> Zones<'a> {
    /// The zones of `plan`.
    pub fn of(plan: &'a Plan) -> Self {
        let zones = plan.zones.iter();
        Self(zones.map(|zone| (&zone.zone.name, zone)).into_map())
    }

    /// The zone of a domain. Where the plan does not know it, it is the one that encloses the domain's records.
    pub fn zone_of(&self, domain: &PlanDomain) -> Option<&'a PlanZone> {
        match &domain.zone {
            Some(apex) => self.0.get(apex).copied(),
            None => {
                presentation::ancestors(&domain.owner).find_map(|above| self.0.get(&above).copied())
            }
        }
    }

    /// Whether the zone of a domain keeps the age of records: only Windows DNS does.
    fn keep_ages(&self, domain: &PlanDomain) -> bool {
        let zone = self.zone_of(domain);
        zone.is_some_and(|zone| management::is_windows(zone.zone.kind))
    }
}

fn server(plan: &Plan, zones: &Zones<'_>, look: &Look) -> Server {
    let domains = planned(plan).filter_map(|domain| {
        let observed = look.domains.get(&domain.owner)?;
        let live = !matches!(look.who, Who::Sources(_));
        Some(compare::domain(zones, domain, observed, live))
    });
    Server {
        who: look.who.clone(),
        serials: look
            .starts
            .iter()
            .map(|(apex, start)| (apex.clone(), start.serial))
            .collect(),
        domains: domains.collect(),
    }
}

/// The domains that hold records which the plan wants static and of which no look tells it.
fn ages_not_told(plan: &Plan, zones: &Zones<'_>, seen: &[Look]) -> Vec<Name> {
    let not_told = |domain: &&PlanDomain| {
        let mut planned = domain.changes.iter().filter_map(|change| change.after);
        let records = || {
            let sets = seen
                .iter()
                .filter_map(|look| look.domains.get(&domain.owner));
            sets.filter_map(Observed::records).flatten()
        };
        zones.keep_ages(domain)
            && planned.any(|after| after.aged == Some(false))
            && records().next().is_some()
            && records().all(|record| record.values.aged.is_none())
    };
    let domains = planned(plan).filter(not_told);
    domains.map(|domain| domain.name.clone()).collect()
}
