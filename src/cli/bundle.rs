//! `kmsplan bundle`: from a topology or a saved plan to a folder.

use super::folder::Folder;
use super::{Status, args, input};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render;

/// Writes the folder.
pub(super) fn bundle(args: &args::Bundle) -> anyhow::Result<Status> {
    let folder = Folder::new(&args.output)?;
    let (plan, _) = input::plan(&args.input, &args.sources, &args.options)?;
    let status = super::status(&plan);
    if status == Status::Blocked {
        return Ok(status);
    }
    let entries = render::bundle(&plan, None).map_err(refused)?;
    folder.write(&entries)?;
    Ok(Status::Done)
}

fn refused(sentences: Vec<String>) -> Diagnostics {
    Diagnostics(sentences.into_iter().map(Diagnostic::new).collect())
}
