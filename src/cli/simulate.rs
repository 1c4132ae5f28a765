//! `kmsplan simulate`: who is served by whom.

use super::args::{SimulateFormat, SourceOptions};
use super::output::Output;
use super::{Status, args, input};
use crate::arrange::Arrange as _;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::clients::{Input, Set, Simulation, When};
use crate::render::simulation::{self as render, Report};
use crate::render::wording::and;
use crate::{Name, presentation};

/// The most hosts that an error names.
const MAX_NAMED: usize = 8;

pub(super) fn simulate(args: &args::Simulate) -> anyhow::Result<Status> {
    let mut topology = input::covering(&args.topology, args.domains.as_deref());
    if let Ok(topology) = &mut topology {
        for stated in &args.clients {
            stated.apply(&mut topology.clients);
        }
    }
    let mut read = vec![args.topology.clone()];
    read.extend(args.domains.clone());
    let (input, topology, sha256, sources) = if args.sources.is_empty() {
        let topology = topology?;
        let input = Input::of_topology(&topology);
        (input, topology.path, topology.sha256, Vec::new())
    } else {
        let options = SourceOptions {
            today: None,
            allow: Vec::new(),
            domains: args.domains.clone(),
            host_evidence: None,
            read: args.read.clone(),
        };
        let planned = input::plan_of(&args.topology, topology, &args.sources, &options, &[])?;
        read.extend(planned.read);
        let plan = planned.plan;
        let input = Input::of_plan(&plan);
        let sources = plan.sources.into_iter();
        let sources = sources.map(|source| (source.path, source.format.title()));
        let sources = sources.collect();
        (input, plan.topology.path, plan.topology.sha256, sources)
    };
    let simulation = Simulation::new(input);
    let down = known(&args.down, &simulation)?;
    let report = Report {
        topology,
        sha256,
        sources,
        simulation,
        down,
    };
    let output = Output::to(args.output.as_deref(), &read)?;
    let text = match args.format {
        SimulateFormat::Text => render::text(&report, output.colour()),
        SimulateFormat::Markdown => render::markdown(&report),
        SimulateFormat::Json => render::json(&report),
    };
    Ok(output.write(text.as_bytes())?)
}

/// The hosts that are down, each once and as records spell it. Fails where the topology does not name one and no
/// record points to it.
fn known(down: &[Name], simulation: &Simulation) -> Result<Vec<Name>, Diagnostics> {
    let sets = simulation
        .served
        .iter()
        .flat_map(|served| [When::After, When::Before].map(|when| served.set(when)));
    let targets = sets.flatten().flat_map(Set::hosts);
    let listed = simulation.hosts.iter().map(|host| host.name.clone());
    let mut hosts: Vec<Name> = targets.chain(listed).collect();
    // Sorting is stable: of several spellings the first stays.
    hosts.arrange();
    hosts.dedup();
    let mut found: Vec<Name> = Vec::new();
    let mut complaints = Vec::new();
    for name in down {
        match hosts.iter().find(|host| *host == name) {
            Some(host) if found.contains(host) => {}
            Some(host) => found.push(host.clone()),
            None => complaints.push(unknown(name, &hosts)),
        }
    }
    if complaints.is_empty() {
        Ok(found)
    } else {
        Err(Diagnostics(complaints))
    }
}

/// The complaint about a host that nobody knows.
fn unknown(name: &Name, hosts: &[Name]) -> Diagnostic {
    let text = presentation::plain(name);
    let near = hosts
        .iter()
        .map(|host| {
            let distance =
                strsim::damerau_levenshtein(&presentation::lower(host), &presentation::lower(name));
            (distance, host)
        })
        .filter(|(distance, _)| *distance <= 3)
        .min_by_key(|(distance, _)| *distance);
    let help = near.map_or_else(
        || format!("known are {}", and(&known_hosts(hosts))),
        |(_, host)| format!("did you mean `{}`?", presentation::plain(host)),
    );
    Diagnostic::new(format!(
        "--down {text}: the topology names no such host, and no record points to it"
    ))
    .help(help)
}

/// The first hosts, and how many more there are.
fn known_hosts(hosts: &[Name]) -> Vec<String> {
    let shown = hosts.iter().take(MAX_NAMED);
    let mut known: Vec<String> = shown.map(presentation::plain).collect();
    if hosts.len() > MAX_NAMED {
        known.push(format!("{} more", hosts.len() - MAX_NAMED));
    }
    known
}
