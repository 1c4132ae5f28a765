//! `kmsplan bundle`: from a topology or a saved plan to a folder.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::folder::Folder;
use super::{Status, args, input};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::files::{EditedFile, Stale, files};
use crate::plan::{Finding, Plan, identity};
use crate::snapshot::Snapshot;
use crate::visible::visible;
use crate::{Date, presentation, render};

/// Writes the folder.
pub(super) fn bundle(args: &args::Bundle) -> anyhow::Result<Status> {
    let folder = Folder::new(&args.output)?;
    let input = input::read_file(&args.input)?;
    let is_plan = is_saved_plan(&input);
    if let Some(message) = misused(args, is_plan) {
        // Nobody is left to tell where standard error is closed.
        let _ = args::conflict("bundle", message).print();
        return Ok(Status::Usage);
    }
    apart(&args.output, args)?;
    let (plan, snapshot) = if is_plan {
        saved(args, &input)?
    } else {
        let planned = input::plan(&args.input, &args.sources, &args.options, &[])?;
        (planned.plan, Some(planned.snapshot))
    };
    let status = super::status(&plan);
    if status == Status::Blocked {
        complain_of(&plan, &args.output);
        return Ok(status);
    }
    let today = args.options.today;
    let files = snapshot
        .map(|snapshot| edited(&plan, &snapshot, today))
        .transpose()?;
    let entries = render::bundle(&plan, files.as_deref()).map_err(refused)?;
    super::warn_of_left_out(&plan);
    folder.write(&entries)?;
    Ok(Status::Done)
}

/// Whether a file holds a saved plan: a JSON object with the keys that every plan has and no topology.
fn is_saved_plan(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Keys {
        #[expect(dead_code, reason = "it is there or not")]
        format_version: IgnoredAny,
        #[expect(dead_code, reason = "it is there or not")]
        steps: IgnoredAny,
    }
    serde_json::from_slice::<Keys>(bytes).is_ok()
}

/// What does not go together, where only the content of the first argument tells.
fn misused(args: &args::Bundle, is_plan: bool) -> Option<&'static str> {
    let options = &args.options;
    let plans =
        !options.allow.is_empty() || options.domains.is_some() || options.host_evidence.is_some();
    if !is_plan && args.sources.is_empty() {
        Some(
            "the first file is no saved plan, and a topology needs zone data: name at least one SOURCE",
        )
    } else if !is_plan && !args.against.is_empty() {
        Some("--against goes with a saved plan; a topology is planned from its sources anyway")
    } else if is_plan && args.against.is_empty() && plans {
        Some(
            "--allow, --domains and --host-evidence are for planning: a saved plan takes them with --against only",
        )
    } else {
        None
    }
}

/// Refuses a folder that is a source, and warns of one that lies in a source: the next plan from that stops at it.
fn apart(output: &Path, args: &args::Bundle) -> Result<(), Diagnostics> {
    let real = resolved(output);
    let output = input::shown(output);
    let evidence = args.options.host_evidence.iter();
    let evidence = evidence.map(|folder| input::shown(folder));
    let against = args.against.iter().skip(1);
    let sources = args.sources.iter().chain(against).cloned().chain(evidence);
    let mut warned = BTreeSet::new();
    for source in sources.filter(|source| source != "-") {
        let Ok(folder) = Path::new(&source).canonicalize() else {
            continue;
        };
        if real == folder {
            return Err(Diagnostic::new(format!("--output {output} is a source"))
                .help("name another folder")
                .into());
        }
        if folder.is_dir() && real.starts_with(&folder) && warned.insert(folder) {
            super::warn(&format!(
                "warning: --output {output} lies in the source {source}: before the next plan from there move it away, or name \
                 the zone files themselves"
            ));
        }
    }
    Ok(())
}

/// A path without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = whole
        .ancestors()
        .find_map(|above| Some((above, above.canonicalize().ok()?)));
    match existing {
        Some((above, real)) => whole
            .strip_prefix(above)
            .map_or_else(|_| real.clone(), |rest| real.join(rest)),
        None => whole,
    }
}

/// A saved plan and the sources of today, where some are given.
fn saved(args: &args::Bundle, content: &[u8]) -> Result<(Plan, Option<Snapshot>), Diagnostics> {
    let plan = input::saved_plan_in(&args.input, content)?;
    let mut snapshot = None;
    if let [topology, sources @ ..] = args.against.as_slice() {
        let topology = Path::new(topology);
        let again = input::plan(topology, sources, &args.options, &[&args.input])?;
        if again.plan.id != plan.id {
            return Err(other_plan(&args.input, topology, &plan, &again.plan));
        }
        snapshot = Some(again.snapshot);
    }
    if !args.sources.is_empty() {
        let read = &args.options.read;
        snapshot = Some(input::snapshot_for(
            &plan,
            &args.input,
            &args.sources,
            read,
            None,
        )?);
    }
    Ok((plan, snapshot))
}

/// The complaint about a plan that is made otherwise today.
fn other_plan(saved: &Path, topology: &Path, plan: &Plan, again: &Plan) -> Diagnostics {
    let mut message = format!(
        "{} is stale: planned again from {} it is another plan ({} in place of {})",
        input::shown(saved),
        input::shown(topology),
        super::short(&again.id),
        super::short(&plan.id)
    );
    for difference in identity::differences(plan, again) {
        message.push_str("; ");
        message.push_str(&difference);
    }
    Diagnostic::new(message)
        .help("review the new plan: `kmsplan plan` prints it")
        .into()
}

/// The edited files, or complaints about all record sets that are others today.
fn edited(
    plan: &Plan,
    snapshot: &Snapshot,
    today: Option<Date>,
) -> Result<Vec<EditedFile>, Diagnostics> {
    let complain = |stale: Vec<Stale>| {
        let about = stale.into_iter().map(|Stale { domain, what }| {
            Diagnostic::new(format!("{}: {what}", presentation::plain(&domain))).help(
                "plan again, or `kmsplan rollback` for the way back from the state that is there",
            )
        });
        Diagnostics(about.collect())
    };
    files(plan, snapshot, today).map_err(complain)
}

/// Prints the findings that block a plan.
fn complain_of(plan: &Plan, output: &Path) {
    let mut text = String::new();
    for finding in plan.findings.iter().filter(|finding| finding.blocks()) {
        let Finding {
            code,
            subject,
            message,
            help,
            ..
        } = finding;
        let lines = [
            format!("error[{}]: {subject}: {message}", code.word()),
            format!("  = help: {help}"),
        ];
        for line in lines {
            text.push_str(&visible(&line));
            text.push('\n');
        }
    }
    let output = input::shown(output);
    text.push_str(&visible(&format!(
        "error: nothing was written to {output}: the plan has errors; correct them, or accept them with --allow CODE[:SUBJECT]"
    )));
    text.push('\n');
    // Nobody is left to tell where standard error is closed.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Complaints about scripts that cannot be written.
fn refused(sentences: Vec<String>) -> Diagnostics {
    let about = sentences.into_iter().map(|sentence| {
        Diagnostic::new(sentence).help(
            "nothing was written; where a name is the reason, remove its record by hand, in the DNS console, read the zone again and make \
             the bundle from that",
        )
    });
    Diagnostics(about.collect())
}
