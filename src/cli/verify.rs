//! `kmsplan verify`: whether servers hold what a plan wants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::args::{Verify, VerifyFormat};
use super::output::Output;
use super::{Status, args, input, progress};
use crate::diagnostic::Diagnostics;
use crate::plan::{Plan, PlanZone};
use crate::render::text::TextOptions;
use crate::render::verification as render;
use crate::snapshot::live::{self, Server};
use crate::snapshot::{self, Snapshot};
use crate::verification::{
    Look, Nothing, State, Unverified, Verification, Who, Zones, hosts_of, planned,
};
use crate::{Name, presentation};

/// How long it waits before it looks for the second time.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest time between two looks; each is twice as long as the one before.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Compares a saved plan with what servers or sources say now.
pub(super) fn verify(args: &args::Verify) -> anyhow::Result<Status> {
    let plan = input::saved_plan(&args.plan)?;
    let mut read = vec![args.plan.clone()];
    // Before anybody waits for servers.
    let output = |read: &[PathBuf]| Output::to(args.output.as_deref(), read);
    let (verification, output) = if args.sources.is_empty() {
        let evidence = evidence(&plan, args)?;
        read.extend(evidence.iter().flat_map(input::files));
        let output = output(&read)?;
        let mut asking = Asking::new(&plan, args)?;
        let looks = asking.look_until_planned(args.wait.unwrap_or_default());
        let (seen, unverified) = (asking.seen(), asking.unverified());
        let evidence = evidence.as_ref();
        let verification = Verification::of(&plan, looks, &seen, unverified, evidence);
        (verification, output)
    } else {
        let snapshot = sources(&plan, args)?;
        read.extend(input::files(&snapshot));
        let mut look = Look::of(Who::Sources(paths(&snapshot)));
        look.take(&plan, &snapshot, |_| true);
        let evidence = args.host_evidence.is_some().then_some(&snapshot);
        let verification = Verification::of(&plan, 1, &[look], Vec::new(), evidence);
        (verification, output(&read)?)
    };
    let text = match args.format {
        VerifyFormat::Text => {
            let colour = output.colour();
            render::text(&verification, &TextOptions { colour })
        }
        VerifyFormat::Markdown => render::markdown(&verification),
        VerifyFormat::Json => render::json(&verification),
    };
    let written = output.write(text.as_bytes())?;
    Ok(if verification.is_as_planned() {
        written
    } else {
        Status::Failed
    })
}

/// The sources of a snapshot but the files about hosts, as people typed them.
fn paths(snapshot: &Snapshot) -> Vec<String> {
    let sources = snapshot.sources.iter();
    sources.map(|source| source.path.clone()).collect()
}

/// What is asked about the plan, files about its hosts included.
fn asked_of(plan: &Plan, args: &Verify) -> snapshot::Options {
    let mut options = input::asked_of(plan, &args.plan, args.host_evidence.clone());
    let known: BTreeSet<Name> = options
        .hosts
        .iter()
        .chain(hosts_of(plan))
        .cloned()
        .collect();
    options.hosts = known.into_iter().collect();
    options.live.manners = args.read.asking.manners();
    options
}

/// What sources say together.
fn sources(plan: &Plan, args: &Verify) -> Result<Snapshot, Diagnostics> {
    input::snapshot(&args.sources, &args.read, asked_of(plan, args))
}

/// What was seen on hosts, where files about them were given.
fn evidence(plan: &Plan, args: &Verify) -> Result<Option<Snapshot>, Diagnostics> {
    if args.host_evidence.is_none() {
        return Ok(None);
    }
    let options = snapshot::Options {
        max_size: args.read.max_size,
        ..asked_of(plan, args)
    };
    Snapshot::read_evidence(&options).map(Some)
}

/// A server with the owners of the record sets that it is asked about, and what it said.
struct Target {
    look: Look,
    /// Where it is asked; `None`: nobody knows an address of it.
    server: Option<Server>,
    owners: BTreeSet<Name>,
}

/// The servers of a plan, looked at as often as it takes.
struct Asking<'a> {
    plan: &'a Plan,
    args: &'a Verify,
    options: snapshot::Options,
    targets: Vec<Target>,
    /// Zones whose servers are not known, at least for now.
    unknown: Vec<Unverified>,
}

impl<'a> Asking<'a> {
    fn new(plan: &'a Plan, args: &'a Verify) -> Result<Self, Diagnostics> {
        let mut options = asked_of(plan, args);
        options.host_evidence = None;
        options.live.tolerant = true;
        options.live.watch = progress::watch();
        options.live.key = input::key(&args.read)?;
        let mut asking = Self {
            plan,
            args,
            options,
            targets: Vec::new(),
            unknown: Vec::new(),
        };
        asking.find_servers();
        Ok(asking)
    }

    /// Finds out whom to ask about what.
    fn find_servers(&mut self) {
        if self.args.all_authoritative {
            (self.targets, self.unknown) =
                authorities(self.plan, &self.args.servers, &self.options.live);
            return;
        }
        let owners: BTreeSet<Name> = planned(self.plan)
            .map(|domain| domain.owner.clone())
            .collect();
        let mut targets: Vec<Target> = Vec::new();
        for server in &self.args.servers {
            if targets
                .iter()
                .all(|known| known.server.as_ref() != Some(server))
            {
                targets.push(Target {
                    look: Look::of(Who::Server(server.clone())),
                    server: Some(server.clone()),
                    owners: owners.clone(),
                });
            }
        }
        self.targets = targets;
    }

    fn seen(&self) -> Vec<Look> {
        self.targets
            .iter()
            .map(|target| target.look.clone())
            .collect()
    }

    /// What nobody can be asked about.
    fn unverified(&self) -> Vec<Unverified> {
        let mut unverified = self.unknown.clone();
        if self.args.all_authoritative {
            unverified.extend(of_unknown_zones(self.plan));
        }
        unverified
    }

    /// Looks until everything is as planned, at most so long; gives how often.
    ///
    /// Between, only what is not yet as planned is asked for again; what was right once is looked at once more in
    /// the end.
    fn look_until_planned(&mut self, patience: Duration) -> usize {
        let since = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut looks = 1;
        self.look(&|_, _| true);
        loop {
            let pending = self.pending();
            let left = patience.saturating_sub(since.elapsed());
            if pending.is_empty() && self.unknown.is_empty() || left.is_zero() {
                return looks;
            }
            progress::wait(pause.min(left), waiting(&pending, self.targets.len()));
            pause = (pause * 2).min(LONGEST_PAUSE);
            looks += 1;
            if self.is_short_of_servers() {
                self.find_servers();
                self.look(&|_, _| true);
                continue;
            }
            self.look(&|at, owner| pending.contains(&(at, owner.clone())));
            if self.pending().is_empty() {
                self.look(&|_, _| true);
            }
        }
    }

    /// Whether the set of servers may become another one: not all were found.
    fn is_short_of_servers(&self) -> bool {
        !self.unknown.is_empty() || self.targets.iter().any(|target| target.server.is_none())
    }

    /// The record sets that are not as planned, each with the index of its target. Hosts that are to be gone stand in
    /// one of them where they are not gone.
    fn pending(&self) -> BTreeSet<(usize, Name)> {
        let verification = Verification::of(self.plan, 1, &self.seen(), Vec::new(), None);
        let servers = verification.servers.iter().enumerate();
        servers
            .flat_map(|(at, server)| server.domains.iter().map(move |domain| (at, domain)))
            .filter(|(_, domain)| domain.state != State::AsPlanned)
            .map(|(at, domain)| (at, domain.owner.clone()))
            .collect()
    }

    /// Asks each target about those of its record sets for which `wanted` holds.
    fn look(&mut self, wanted: &dyn Fn(usize, &Name) -> bool) {
        for (at, target) in self.targets.iter_mut().enumerate() {
            let owners: BTreeSet<Name> = target
                .owners
                .iter()
                .filter(|owner| wanted(at, owner))
                .cloned()
                .collect();
            if !owners.is_empty() {
                target.ask(self.plan, &owners, &self.options);
            }
        }
    }
}

impl Target {
    fn ask(&mut self, plan: &Plan, owners: &BTreeSet<Name>, options: &snapshot::Options) {
        let asked = |owner: &Name| owners.contains(owner);
        let Some(server) = &self.server else {
            if let Who::Authority { name, .. } = &self.look.who {
                let nothing = Nothing::no_address(name);
                self.look.fail(plan, &nothing, asked);
            }
            return;
        };
        let options = snapshot::Options {
            interest: owners.iter().cloned().collect(),
            ..options.clone()
        };
        match Snapshot::read(&[format!("dns://{server}")], &options) {
            Ok(snapshot) => self.look.take(plan, &snapshot, asked),
            Err(complaints) => {
                let lines: Vec<String> = complaints
                    .0
                    .iter()
                    .map(|complaint| complaint.message.clone())
                    .collect();
                let nothing = Nothing::unusable(lines.join("; "));
                self.look.fail(plan, &nothing, asked);
            }
        }
    }
}

/// Why it waits.
fn waiting(pending: &BTreeSet<(usize, Name)>, servers: usize) -> String {
    let late: BTreeSet<usize> = pending.iter().map(|(at, _)| *at).collect();
    format!(
        "{} of {servers} servers not as planned yet, waiting to look again",
        late.len()
    )
}

/// The servers of the NS sets of the plan's zones, by name and address, and what is not known of them.
///
/// The sets are asked for at each of `given`, all that any of them names counts; without any, at the zone's server in
/// the plan. Servers of the set are asked on the port that was typed, since a server that is reached through another
/// port than 53 stands beside others of that kind; else on 53.
fn authorities(
    plan: &Plan,
    given: &[Server],
    options: &live::Options,
) -> (Vec<Target>, Vec<Unverified>) {
    let mut found: BTreeMap<(Name, Option<Server>), BTreeSet<Name>> = BTreeMap::new();
    let mut unknown = Vec::new();
    let known = Zones::of(plan);
    let mut zones: BTreeMap<&Name, (&PlanZone, BTreeSet<Name>)> = BTreeMap::new();
    for domain in planned(plan).filter(|domain| domain.zone.is_some()) {
        if let Some(zone) = known.zone_of(domain) {
            let zone = zones
                .entry(&zone.zone.name)
                .or_insert_with(|| (zone, BTreeSet::new()));
            zone.1.insert(domain.owner.clone());
        }
    }
    for (apex, (zone, owners)) in zones {
        for server in servers_to_ask(given, zone) {
            match server.and_then(|server| name_servers(&server, apex, options)) {
                Ok(servers) => {
                    for server in servers {
                        found.entry(server).or_default().extend(owners.clone());
                    }
                }
                Err(why) => unknown.push(Unverified {
                    name: apex.clone(),
                    why,
                }),
            }
        }
    }
    // A name whose address one of those who were asked knows has one.
    let with_address: BTreeSet<Name> = found
        .keys()
        .filter(|(_, server)| server.is_some())
        .map(|(name, _)| name.clone())
        .collect();
    found.retain(|(name, server), _| server.is_some() || !with_address.contains(name));
    let targets = found.into_iter().map(|((name, server), owners)| Target {
        look: Look::of(Who::Authority {
            name,
            server: server.clone(),
        }),
        server,
        owners,
    });
    (targets.collect(), unknown)
}

/// The domains whose zone the plan does not know.
fn of_unknown_zones(plan: &Plan) -> impl Iterator<Item = Unverified> {
    let domains = planned(plan).filter(|domain| domain.zone.is_none());
    domains.map(|domain| Unverified {
        name: domain.name.clone(),
        why:
            "the plan does not know its zone, so nobody tells its servers; name them with --server"
                .to_owned(),
    })
}

/// Who is asked for the NS set of a zone, or why nobody is.
fn servers_to_ask(given: &[Server], zone: &PlanZone) -> Vec<Result<Server, String>> {
    if !given.is_empty() {
        return given.iter().cloned().map(Ok).collect();
    }
    vec![match &zone.zone.server {
        Some(server) => Server::parse(server).map_err(|why| {
            format!("the plan's server of the zone cannot be asked: {why}; name one with --server")
        }),
        None => Err("the plan knows no server of the zone; name one with --server".to_owned()),
    }]
}

/// The NS set of a zone as a server tells it: each name with each of its addresses.
fn name_servers(
    server: &Server,
    zone: &Name,
    options: &live::Options,
) -> Result<Vec<(Name, Option<Server>)>, String> {
    let told = live::authorities(server, zone, options)
        .map_err(|unanswered| format!("its servers are not known: {}", unanswered.message))?;
    if told.is_empty() {
        return Err(format!(
            "its servers are not known: {server} names none of {}",
            presentation::plain(zone)
        ));
    }
    let port = server.given_port();
    let each = told.into_iter().flat_map(|authority| {
        let name = authority.name.to_lowercase();
        let mut addresses: Vec<Option<Server>> = authority
            .addresses
            .iter()
            .map(|address| Some(Server::at(*address, port)))
            .collect();
        if addresses.is_empty() {
            addresses.push(None);
        }
        addresses
            .into_iter()
            .map(move |address| (name.clone(), address))
    });
    Ok(each.collect())
}
