//! `kmsplan rollback`: the way back from a saved plan, from the state that is there now.

use super::output::Output;
use super::{Status, args, input};
use crate::plan::{Options, rollback};

/// Prints the way back.
pub(super) fn rollback(args: &args::Rollback) -> anyhow::Result<Status> {
    let saved = input::saved_plan(&args.plan)?;
    let snapshot = input::snapshot_for(
        &saved,
        &args.plan,
        &args.sources,
        &args.read,
        args.host_evidence.clone(),
    )?;
    let options = Options {
        today: args.today,
        allow: args.allow.clone(),
    };
    let plan = rollback::way_back(&saved, &snapshot, &options);
    let mut read = vec![args.plan.clone()];
    read.extend(input::files(&snapshot));
    let output = Output::to(args.view.output.as_deref(), &read)?;
    super::render(&plan, &args.view, false, &output)?;
    Ok(super::status_of(&plan, args.detailed_exitcode))
}
