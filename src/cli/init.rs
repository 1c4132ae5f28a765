//! `kmsplan init`: a topology that matches what is there.

use super::{Output, Status, args, input, warn};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::{Options, Plan, Verb};
use crate::topology::Topology;
use crate::{draft, presentation};

pub(super) fn init(args: &args::Init) -> Result<Status, Diagnostics> {
    let snapshot = input::snapshot(&args.sources, &args.options, Vec::new(), Vec::new())?;
    let read: Vec<_> = input::files(&snapshot).collect();
    let output = Output::to(args.output.as_deref(), &read)?;
    let text = draft::topology(&snapshot).ok_or_else(|| {
        Diagnostic::new("the sources hold no _vlmcs._tcp record that a topology could describe")
            .help("Give the zones that hold your KMS records, or write a topology by hand (docs/topology.md).")
    })?;
    // The draft is read and planned like any other topology: what a plan would still change is what no
    // topology can say.
    let topology = Topology::read("topology.toml", text.as_bytes())?;
    let plan = Plan::make(&topology, &snapshot, &Options::default());
    for domain in &plan.domains {
        for change in domain
            .changes
            .iter()
            .filter(|change| matches!(change.verb, Verb::Change | Verb::Remove))
        {
            warn(&format!(
                "note: no topology can say this of {}: {} has a record for {}:{} that a plan would {} ({})",
                presentation::plain(&domain.name),
                change.place.as_ref().map_or_else(
                    || "the source".to_owned(),
                    |(file, line)| format!("{file}:{line}")
                ),
                presentation::plain(&change.target),
                change.port,
                change.verb.word(),
                change.why.sentence(change.verb).trim_end_matches('.')
            ));
        }
    }
    output.write(text.as_bytes())
}
