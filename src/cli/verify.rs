//! `kmsplan verify`: whether servers hold what a plan wants.

mod authorities;
mod parallel;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::args::{Verify, VerifyFormat};
use super::output::Output;
use super::{Status, args, input, progress};
use crate::Name;
use crate::diagnostic::Diagnostics;
use crate::plan::Plan;
use crate::render::text::TextOptions;
use crate::render::verification as render;
use crate::snapshot::live::{self, Interrupt, Server};
use crate::snapshot::{self, Snapshot};
use crate::verification::{
    Look, Nothing, Seen, State, Unverified, Verification, Who, hosts_of, planned,
};

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
        let asked = ask(&plan, args)?;
        let verification = Verification::of(&plan, asked, evidence.as_ref());
        (verification, output)
    } else {
        let snapshot = sources(&plan, args)?;
        read.extend(input::files(&snapshot));
        let mut look = Look::of(Who::Sources(paths(&snapshot)));
        look.take(&plan, &snapshot, |_| true);
        let evidence = args.host_evidence.is_some().then_some(&snapshot);
        let verification = Verification::of(&plan, Seen::once(vec![look]), evidence);
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
    output.write(text.as_bytes())?;
    Ok(if verification.is_as_planned() {
        super::status(&plan)
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
    let mut options = input::asked_of(plan, &args.plan, &args.sources, args.host_evidence.clone());
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

/// What servers say, asked until everything is as planned or time is over.
fn ask(plan: &Plan, args: &Verify) -> Result<Seen, Diagnostics> {
    let mut asking = Asking::new(plan, args)?;
    asking.look_until_planned(args.wait.unwrap_or_default());
    Ok(asking.seen())
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
#[derive(Clone)]
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
    interrupt: Interrupt,
    targets: Vec<Target>,
    /// Zones whose servers are not known, at least for now.
    unknown: Vec<Unverified>,
    /// Whether another search may find more servers.
    may_change: bool,
    /// Addresses that are not asked.
    passed_over: Vec<Who>,
    /// How often all or some were looked at.
    looks: usize,
}

impl<'a> Asking<'a> {
    fn new(plan: &'a Plan, args: &'a Verify) -> Result<Self, Diagnostics> {
        let mut options = asked_of(plan, args);
        options.host_evidence = None;
        options.live.tolerant = true;
        // Who serves clients is no question of addresses.
        options.live.addresses = false;
        options.live.stop_on_ctrl_c = true;
        options.live.key = input::key(&args.read)?;
        Ok(Self {
            plan,
            args,
            options,
            interrupt: Interrupt::listen(true),
            targets: Vec::new(),
            unknown: Vec::new(),
            may_change: false,
            passed_over: Vec::new(),
            looks: 0,
        })
    }

    /// Finds out whom to ask about what.
    fn find_servers(&mut self) {
        if self.args.all_authoritative {
            let found = authorities::find(self.plan, &self.args.servers, &self.options.live);
            self.targets = found.targets;
            self.unknown = found.unknown;
            self.may_change = found.may_change;
            self.passed_over = found.passed_over;
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

    /// What is known by now.
    fn seen(&self) -> Seen {
        let mut unverified = self.unknown.clone();
        if self.args.all_authoritative {
            unverified.extend(authorities::of_unknown_zones(self.plan));
        }
        Seen {
            times: self.looks,
            looks: self
                .targets
                .iter()
                .map(|target| target.look.clone())
                .collect(),
            unverified,
            passed_over: self.passed_over.clone(),
            interrupted: self.interrupt.came(),
        }
    }

    /// Looks until everything is as planned, at most so long, or until Ctrl-C comes.
    ///
    /// Between, only what is not yet as planned is asked for again; what was right once is looked at once more in
    /// the end.
    fn look_until_planned(&mut self, patience: Duration) {
        let since = Instant::now();
        let mut pause = FIRST_PAUSE;
        self.find_servers();
        self.look(&|_, _| true);
        loop {
            let pending = self.pending();
            let left = patience.saturating_sub(since.elapsed());
            let hopeless = pending.is_empty() && !self.may_change;
            if hopeless || left.is_zero() || self.interrupt.came() {
                return;
            }
            let why = waiting(&pending, self.targets.len());
            progress::wait(pause.min(left), why, &self.interrupt);
            pause = (pause * 2).min(LONGEST_PAUSE);
            if self.interrupt.came() {
                return;
            }
            let known = self.targets.clone();
            if self.is_short_of_servers() {
                self.find_servers();
                self.look(&|_, _| true);
            } else {
                self.look(&|at, owner| pending.contains(&(at, owner.clone())));
            }
            if self.interrupt.came() {
                // What was seen last counts, not that it was not asked once more.
                self.targets = known;
                self.looks -= 1;
                return;
            }
            if self.pending().is_empty() && !pending.is_empty() {
                self.look(&|_, _| true);
                self.looks -= 1;
            }
        }
    }

    /// Whether the set of servers may become another one: not all were found.
    fn is_short_of_servers(&self) -> bool {
        self.may_change || self.targets.iter().any(|target| target.server.is_none())
    }

    /// The record sets that are not as planned and may become so, each with the index of its target. Hosts that are to
    /// be gone stand in one of them where they are not gone.
    fn pending(&self) -> BTreeSet<(usize, Name)> {
        let verification = Verification::of(self.plan, self.seen(), None);
        let may_become = |state: &State| match state {
            State::AsPlanned => false,
            State::StillOld | State::SomethingElse { .. } => true,
            State::NoAnswer(nothing) => !nothing.is_final(),
        };
        let servers = verification.servers.iter().enumerate();
        servers
            .flat_map(|(at, server)| server.domains.iter().map(move |domain| (at, domain)))
            .filter(|(_, domain)| may_become(&domain.state))
            .map(|(at, domain)| (at, domain.owner.clone()))
            .collect()
    }

    /// Asks each target about those of its record sets for which `wanted` holds.
    fn look(&mut self, wanted: &dyn Fn(usize, &Name) -> bool) {
        self.looks += 1;
        let mut work = Vec::new();
        for (at, target) in self.targets.iter_mut().enumerate() {
            let owners = target.owners.iter();
            let owners: BTreeSet<Name> =
                owners.filter(|owner| wanted(at, owner)).cloned().collect();
            if !owners.is_empty() {
                work.push((work.len(), target, owners));
            }
        }
        let together = progress::Together::of(work.len());
        let (plan, options) = (self.plan, &self.options);
        parallel::each(work, &options.live, |(at, target, owners), live| {
            let live = live::Options {
                watch: together.watch(at),
                ..live.clone()
            };
            let options = snapshot::Options {
                live,
                ..options.clone()
            };
            target.ask(plan, &owners, options);
        });
        together.finish();
    }
}

impl Target {
    fn ask(&mut self, plan: &Plan, owners: &BTreeSet<Name>, options: snapshot::Options) {
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
            ..options
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
