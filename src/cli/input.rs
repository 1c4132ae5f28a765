//! Reading what a plan is made from.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::args::{self, ReadOptions, SourceOptions};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::encoding::Encoding;
use crate::paths::{slashed, volume};
use crate::plan::{Options, Plan};
use crate::snapshot::{self, Snapshot};
use crate::system_error::reason;
use crate::topology::Topology;
use crate::{Name, presentation, render};

/// The largest topology or saved plan, in octets.
const MAX_FILE: u64 = 256 << 20;

/// A path as people see it: with `/` on every system.
pub(super) fn shown(path: &Path) -> String {
    slashed(&path.to_string_lossy())
}

/// The content of a topology, a saved plan, a list or a key: of a file, or of a pipe of the shell.
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
    if !metadata.is_file() && !snapshot::is_shell_pipe(path, &metadata) {
        let message = format!("`{}` is no regular file", shown(path));
        return Err(Diagnostic::new(message)
            .help(
                "name a file: of pipes only those of the shell are read, sockets and devices never",
            )
            .into());
    }
    let mut bytes = Vec::new();
    // A pipe has no size to ask for.
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

/// The snapshot of sources; `more` holds what no argument says about reading them.
pub(super) fn snapshot(
    sources: &[String],
    options: &ReadOptions,
    more: snapshot::Options,
) -> Result<Snapshot, Diagnostics> {
    let key = key(options)?;
    let options = snapshot::Options {
        live: snapshot::live::Options {
            key,
            manners: options.asking.manners(),
            watch: super::progress::watch(),
            ..more.live
        },
        from: options.from,
        zone: options.zone.clone(),
        node: options.node.clone(),
        origin: options.origin.clone(),
        include_root: options.include_root.clone(),
        max_size: options.max_size,
        ..more
    };
    Snapshot::read(sources, &options)
}

/// The key that signs transfers, where one was given.
pub(super) fn key(options: &ReadOptions) -> Result<Option<snapshot::live::Key>, Diagnostics> {
    let read = |path: &PathBuf| snapshot::live::Key::read(&shown(path), &read_file(path)?);
    options.tsig_key.as_ref().map(read).transpose()
}

/// The files that a snapshot was read from.
pub(super) fn files(snapshot: &Snapshot) -> impl Iterator<Item = PathBuf> {
    snapshot.files.iter().filter_map(|file| file.real.clone())
}

/// A plan and what it was made from.
pub(super) struct Planned {
    /// The plan.
    pub(super) plan: Plan,
    /// The sources.
    pub(super) snapshot: Snapshot,
    /// The files that were read.
    pub(super) read: Vec<PathBuf>,
}

/// The topology in a file, whose hosts without a publish list of their own serve the domains of a list too.
/// Complaints about both come together.
pub(super) fn covering(path: &Path, domains: Option<&Path>) -> Result<Topology, Diagnostics> {
    let (namespaces, complaints) = match domains {
        Some(file) => namespaces(file),
        None => (Vec::new(), Vec::new()),
    };
    let topology = read_file(path)
        .and_then(|bytes| Topology::read_covering(&shown(path), &bytes, &namespaces));
    match topology {
        Ok(_) if !complaints.is_empty() => Err(Diagnostics(complaints)),
        Err(mut first) => {
            first.0.extend(complaints);
            Err(first)
        }
        topology => topology,
    }
}

/// The plan that a topology and sources give. Complaints about both come together. `skip` are more files that are
/// passed over in folders.
pub(super) fn plan(
    path: &Path,
    sources: &[String],
    options: &SourceOptions,
    skip: &[&Path],
) -> Result<Planned, Diagnostics> {
    let topology = covering(path, options.domains.as_deref());
    plan_of(path, topology, sources, options, skip)
}

/// The same with the topology at `path` as it was read, or what is wrong with it.
pub(super) fn plan_of(
    path: &Path,
    topology: Result<Topology, Diagnostics>,
    sources: &[String],
    options: &SourceOptions,
    skip: &[&Path],
) -> Result<Planned, Diagnostics> {
    let more = snapshot::Options {
        skip: std::iter::once(path.to_owned())
            .chain(options.domains.clone())
            .chain(skip.iter().map(|path| path.to_path_buf()))
            .collect(),
        host_evidence: options.host_evidence.clone(),
        ..topology.as_ref().map(asked).unwrap_or_default()
    };
    let snapshot = snapshot(sources, &options.read, more);
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
    read.extend(options.domains.clone());
    read.extend(files(&snapshot));
    Ok(Planned {
        plan,
        snapshot,
        read,
    })
}

/// A saved plan.
pub(super) fn saved_plan(path: &Path) -> Result<Plan, Diagnostics> {
    saved_plan_in(path, &read_file(path)?)
}

/// A saved plan of this content, which was read from `path`.
pub(super) fn saved_plan_in(path: &Path, bytes: &[u8]) -> Result<Plan, Diagnostics> {
    render::json::read(&shown(path), bytes)
}

/// What sources say today about the record sets of a saved plan.
pub(super) fn snapshot_for(
    plan: &Plan,
    path: &Path,
    sources: &[String],
    options: &ReadOptions,
    host_evidence: Option<PathBuf>,
) -> Result<Snapshot, Diagnostics> {
    snapshot(
        sources,
        options,
        asked_of(plan, path, sources, host_evidence),
    )
}

/// What is asked about a saved plan, which lies at `path`, and of which sources.
pub(super) fn asked_of(
    plan: &Plan,
    path: &Path,
    sources: &[String],
    host_evidence: Option<PathBuf>,
) -> snapshot::Options {
    // The topology that the plan was made from may lie beside its sources. Where a plan names another
    // file there, that one is missing, which is found; elsewhere nothing is looked for.
    let topology = PathBuf::from(&plan.topology.path);
    let beside = |source: &String| volume(Path::new(source)) == volume(&topology);
    let topology = sources.iter().any(beside).then_some(topology);
    let changes = plan.domains.iter().flat_map(|domain| &domain.changes);
    let hosts: BTreeSet<Name> = changes.map(|change| change.target.clone()).collect();
    let owners = plan.domains.iter().map(|domain| domain.owner.clone());
    snapshot::Options {
        skip: std::iter::once(path.to_owned()).chain(topology).collect(),
        interest: hosts.iter().cloned().chain(owners).collect(),
        zones: plan
            .zones
            .iter()
            .map(|zone| zone.zone.name.clone())
            .collect(),
        hosts: hosts.into_iter().collect(),
        host_evidence,
        ..snapshot::Options::default()
    }
}

/// What an audit is made from.
pub(super) struct Audited {
    /// The sources.
    pub(super) snapshot: Snapshot,
    /// The topology to compare with.
    pub(super) topology: Option<Topology>,
    /// The domains of the list and of the topology; `None`: nobody named any.
    pub(super) domains: Option<Vec<Name>>,
    /// The files that were read.
    pub(super) read: Vec<PathBuf>,
}

/// Reads what an audit is made from; `live` is how servers are asked. Complaints about the list of domains, the
/// topology and the sources come together.
pub(super) fn audited(
    args: &args::Audit,
    live: snapshot::live::Options,
) -> Result<Audited, Diagnostics> {
    let (listed, mut complaints) = match &args.domains {
        Some(file) => namespaces(file),
        None => (Vec::new(), Vec::new()),
    };
    // Hosts without a publish list of their own serve the domains of the list too, as they do in a plan.
    let topology = args.topology.as_deref().map(|path| {
        read_file(path).and_then(|bytes| Topology::read_covering(&shown(path), &bytes, &listed))
    });
    let topology = topology.transpose().unwrap_or_else(|faults| {
        complaints.extend(faults.0);
        None
    });
    let named = args.domains.is_some() || args.topology.is_some();
    let domains = named.then(|| {
        let more = topology.iter().flat_map(Topology::all_domains);
        listed.into_iter().chain(more).collect::<Vec<Name>>()
    });
    let given: Vec<PathBuf> = args.domains.iter().chain(&args.topology).cloned().collect();
    let owners = domains.iter().flatten();
    let more = snapshot::Options {
        skip: given.clone(),
        interest: owners
            .filter_map(|domain| presentation::kms_owner(domain).ok())
            .collect(),
        apexes: !named,
        zones: topology
            .iter()
            .flat_map(|topology| topology.zones.iter().map(|zone| zone.name.clone()))
            .collect(),
        live,
        ..snapshot::Options::default()
    };
    let server = args.server.as_ref().map(|server| format!("dns://{server}"));
    let mut sources = args.sources.clone();
    // Servers are not asked for nothing.
    if complaints.is_empty() {
        sources.extend(server);
    }
    let read = if sources.is_empty() {
        Err(Diagnostics(Vec::new()))
    } else {
        snapshot(&sources, &args.read, more)
    };
    match read {
        Ok(snapshot) if complaints.is_empty() => {
            let mut read = given;
            read.extend(files(&snapshot));
            read.extend(args.read.tsig_key.clone());
            Ok(Audited {
                snapshot,
                topology,
                domains,
                read,
            })
        }
        Ok(_) => Err(Diagnostics(complaints)),
        Err(faults) => {
            complaints.extend(faults.0);
            Err(Diagnostics(complaints))
        }
    }
}

/// The domains of a list of namespaces, and complaints about it.
fn namespaces(path: &Path) -> (Vec<Name>, Vec<Diagnostic>) {
    let shown = shown(path);
    let read = read_file(path)
        .and_then(|bytes| {
            Encoding::of(&bytes).decode(bytes).map_err(|fault| {
                let place = Place::new(&shown, fault.text.as_bytes(), fault.span);
                Diagnostic::at(place, "this is not UTF-16")
                    .help("save the file as UTF-8")
                    .into()
            })
        })
        .and_then(|text| crate::domains::read(&shown, &text));
    match read {
        Ok(listed) => (
            listed.into_iter().map(|domain| domain.name).collect(),
            Vec::new(),
        ),
        Err(complaints) => (Vec::new(), complaints.0),
    }
}

/// What a plan asks about: hosts, the owners of the domains' records, also of domains that clients search, the zones that
/// the topology names.
fn asked(topology: &Topology) -> snapshot::Options {
    let hosts = topology.hosts.iter().map(|host| &host.name);
    let owners = topology
        .all_domains()
        .into_iter()
        .filter_map(|domain| presentation::kms_owner(&domain).ok());
    let retired = topology.retired.iter().map(|host| &host.name);
    let searched = topology.clients.iter().flat_map(|group| &group.search);
    let searched: BTreeSet<Name> = searched
        .filter_map(|domain| presentation::kms_owner(domain).ok())
        .collect();
    let owners: BTreeSet<Name> = owners.collect();
    let interest = hosts.clone().chain(&owners).chain(&searched);
    snapshot::Options {
        interest: interest.cloned().collect(),
        optional: searched.difference(&owners).cloned().collect(),
        zones: topology
            .zones
            .iter()
            .map(|zone| zone.name.clone())
            .collect(),
        hosts: hosts.chain(retired).cloned().collect(),
        ..snapshot::Options::default()
    }
}
