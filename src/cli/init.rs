//! `kmsplan init`: a topology that matches what is there.

use super::{Output, Status, args, input, warn};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::{Change, Options, Plan, PlanDomain, Verb, Why};
use crate::snapshot::{self, Snapshot, live};
use crate::topology::Topology;
use crate::{draft, presentation};

pub(super) fn init(args: &args::Init) -> Result<Status, Diagnostics> {
    let asked = args.sources.iter().filter(|source| asks(source));
    let complaints: Vec<Diagnostic> = asked.map(|source| no_domains(source)).collect();
    if !complaints.is_empty() {
        return Err(Diagnostics(complaints));
    }
    let snapshot = input::snapshot(&args.sources, &args.options, snapshot::Options::default())?;
    let read: Vec<_> = input::files(&snapshot).collect();
    let output = Output::to(args.output.as_deref(), &read)?;
    let text = draft(&snapshot)?.ok_or_else(|| {
        Diagnostic::new("the sources hold no _vlmcs._tcp record that a topology could describe")
            .help("give the zones that hold your KMS records, or write a topology by hand (docs/topology.md)")
    })?;
    output.write(text.as_bytes())
}

/// A topology that describes a snapshot; `None` where there is nothing to describe. What it cannot say, and what
/// would stop a plan with it, is said on standard error.
pub(super) fn draft(snapshot: &Snapshot) -> Result<Option<String>, Diagnostics> {
    let Some(text) = draft::topology(snapshot) else {
        return Ok(None);
    };
    // The draft is read and planned like any other topology: what a plan would still change is what no
    // topology can say.
    let topology = Topology::read("topology.toml", text.as_bytes())?;
    let plan = Plan::make(&topology, snapshot, &Options::default());
    for domain in &plan.domains {
        for change in &domain.changes {
            if let Some(note) = unsaid(domain, change) {
                warn(&note);
            }
        }
    }
    // The records are as they are, but not everything about them may be right.
    for finding in plan.findings.iter().filter(|finding| finding.blocks()) {
        warn(&format!(
            "note: a plan with this topology has error[{}] {}: {}",
            finding.code.word(),
            finding.subject,
            finding.message
        ));
    }
    Ok(Some(text))
}

/// Whether a source is a server that is to be asked questions.
fn asks(source: &str) -> bool {
    matches!(
        live::Source::parse(source),
        Some(Ok(live::Source::Questions { .. }))
    )
}

/// The complaint about a server to be asked questions, where no domain is named.
fn no_domains(source: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "`{source}`: a server answers questions about names, it does not list the domains that it knows"
    ))
    .help("give whole zones: axfr://SERVER/ZONE; or a list of domains: kmsplan audit --domains FILE --server SERVER --write-topology FILE")
}

/// What the draft does not say of a record, because no topology can.
fn unsaid(domain: &PlanDomain, change: &Change) -> Option<String> {
    let why = match (change.verb, change.why) {
        (Verb::Keep, _) => return None,
        (Verb::Remove, Why::Duplicate) => "it stands beside another of the same host and port",
        (Verb::Remove, Why::OtherPort | Why::NotPublishedHere) => "its host has another port",
        (Verb::Remove, _) => "a topology cannot name its host or port",
        (Verb::Change | Verb::Add, _) => "TTL or timestamp differ from the other records'",
    };
    let place = change
        .place
        .as_ref()
        .map(|(file, line)| format!("{}: ", crate::render::wording::at_line(file, *line)))
        .unwrap_or_default();
    Some(format!(
        "note: {place}{} SRV record for {}:{}: {why}, so a plan would {} it",
        presentation::plain(&domain.owner),
        presentation::plain(&change.target),
        change.port,
        change.verb.word(),
    ))
}
