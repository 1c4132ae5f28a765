//! Reading what a plan is made from.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::args::{ReadOptions, SourceOptions};
use crate::diagnostic::{Diagnostic, Diagnostics, reason};
use crate::plan::{Options, Plan};
use crate::presentation;
use crate::snapshot::{self, Snapshot};
use crate::topology::Topology;

/// The largest topology or saved plan, in octets.
const MAX_FILE: u64 = 256 << 20;

/// A path as people see it: with `/` on every system.
pub(super) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The content of a topology or saved plan.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Diagnostics> {
    let fail = |why: String| {
        Diagnostics::from(Diagnostic::new(format!(
            "`{}` cannot be read: {why}",
            shown(path)
        )))
    };
    let unreadable = |error: io::Error| fail(reason(&error));
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(fail("it is a folder".to_owned()));
    }
    let mut bytes = Vec::new();
    // A pipe or a device has no size to ask for.
    let file = fs::File::open(path).map_err(unreadable)?;
    if metadata.len() <= MAX_FILE {
        file.take(MAX_FILE + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
    }
    if metadata.len() > MAX_FILE || bytes.len() as u64 > MAX_FILE {
        return Err(fail(format!("it is larger than {MAX_FILE} bytes")));
    }
    Ok(bytes)
}

/// The topology in a file.
pub(super) fn topology(path: &Path) -> Result<Topology, Diagnostics> {
    Topology::read(&shown(path), &read_file(path)?)
}

/// The snapshot of sources, for names of interest.
pub(super) fn snapshot(
    sources: &[String],
    options: &ReadOptions,
    skip: Vec<PathBuf>,
    interest: Vec<crate::Name>,
) -> Result<Snapshot, Diagnostics> {
    let options = snapshot::Options {
        from: options.from,
        origin: options.origin.clone(),
        include_root: options.include_root.clone(),
        max_size: options.max_size,
        skip,
        interest,
        ..snapshot::Options::default()
    };
    Snapshot::read(sources, &options)
}

/// The files that a snapshot was read from.
pub(super) fn files(snapshot: &Snapshot) -> impl Iterator<Item = PathBuf> {
    snapshot.files.iter().filter_map(|file| file.real.clone())
}

/// The plan, and the files that were read for it. Complaints about topology and sources come together.
pub(super) fn plan(
    path: &Path,
    sources: &[String],
    options: &SourceOptions,
) -> Result<(Plan, Vec<PathBuf>), Diagnostics> {
    let topology = topology(path);
    let interest = topology.as_ref().map(interest).unwrap_or_default();
    let snapshot = snapshot(sources, &options.read, vec![path.to_owned()], interest);
    let (topology, snapshot) = match (topology, snapshot) {
        (Ok(topology), Ok(snapshot)) => (topology, snapshot),
        (Err(mut first), Err(second)) => {
            first.0.extend(second.0);
            return Err(first);
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let plan_options = Options {
        today: options.today,
        allow: options.allow.clone(),
    };
    let plan = Plan::make(&topology, &snapshot, &plan_options);
    let mut read = vec![path.to_owned()];
    read.extend(files(&snapshot));
    Ok((plan, read))
}

/// The names that a plan asks about: the hosts, and the owners of the domains' records.
fn interest(topology: &Topology) -> Vec<crate::Name> {
    let hosts = topology.hosts.iter().map(|host| host.name.clone());
    let owners = topology
        .all_domains()
        .into_iter()
        .filter_map(|domain| presentation::kms_owner(&domain).ok());
    hosts.chain(owners).collect()
}
