//! `kmsplan audit`: every KMS host that clients can find.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::args::AuditFormat;
use super::output::{Output, same_result};
use super::{Status, args, init, input, progress};
use crate::Name;
use crate::arrange::IntoMap as _;
use crate::audit::{Address, Audit, Tried};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render::audit as render;
use crate::snapshot::Snapshot;
use crate::snapshot::live;

/// Lists the KMS hosts of the domains that were asked for.
pub(super) fn audit(args: &args::Audit) -> anyhow::Result<Status> {
    let live = live::Options {
        manners: args.read.asking.manners(),
        tolerant: true,
        zones: false,
        stop_on_ctrl_c: true,
        watch: progress::watch(),
        ..live::Options::default()
    };
    // What cannot be written is known before anybody waits for answers.
    let given: Vec<PathBuf> = args.domains.iter().chain(&args.topology).cloned().collect();
    let (output, draft) = outputs(args, &given)?;
    output.ready()?;
    draft.as_ref().map_or(Ok(()), Output::ready)?;
    let input::Audited {
        snapshot,
        topology,
        domains,
        read,
    } = input::audited(args, live.clone())?;
    let (output, draft) = outputs(args, &read)?;
    let mut audit = Audit::make(&snapshot, domains.as_deref(), topology.as_ref());
    if args.probe && !live::interrupted() {
        let tried = connections(&audit, &live);
        audit.take_in(tried);
    }
    audit.interrupted = live::interrupted();
    let text = match args.format {
        AuditFormat::Text => render::text(&audit, output.colour()),
        AuditFormat::Markdown => render::markdown(&audit),
        AuditFormat::Csv => render::csv(&audit),
        AuditFormat::Json => render::json(&audit),
    };
    output.write(text.as_bytes())?;
    if let Some(draft) = draft {
        write_topology(&snapshot, &draft)?;
    }
    Ok(if audit.is_complete() {
        Status::Done
    } else {
        Status::Failed
    })
}

/// Where the result goes, and the topology. Neither may be one of the files that were read, nor both the same.
fn outputs(args: &args::Audit, read: &[PathBuf]) -> Result<(Output, Option<Output>), Diagnostics> {
    let output = Output::to(args.output.as_deref(), read)?;
    let draft = args.write_topology.as_deref();
    let draft = draft.map(|file| Output::to_file("--write-topology", file, read));
    if let (Some(one), Some(other)) = (&args.output, &args.write_topology)
        && same_result(one, other)
    {
        let complaint = Diagnostic::new("--output and --write-topology name the same file");
        return Err(complaint.help("name another file").into());
    }
    Ok((output, draft.transpose()?))
}

/// Writes a topology that describes what is there.
fn write_topology(snapshot: &Snapshot, output: &Output) -> Result<Status, Diagnostics> {
    let text = init::draft(snapshot)?.ok_or_else(|| {
        Diagnostic::new(
            "no topology is written: no _vlmcs._tcp record was found that one could describe",
        )
        .help("write a topology by hand (docs/topology.md)")
    })?;
    output.write(text.as_bytes())
}

/// Tries connections to all hosts, each to all of its addresses on all of its ports. Gives what became of them by the
/// place of the host in the audit.
fn connections(audit: &Audit, options: &live::Options) -> BTreeMap<usize, Vec<Tried>> {
    let addresses = addresses(audit, options);
    let sockets: BTreeSet<SocketAddr> = audit
        .hosts
        .iter()
        .zip(&addresses)
        .flat_map(|(host, addresses)| {
            let known = addresses.iter().flatten();
            known.flat_map(|address| {
                host.ports
                    .iter()
                    .map(|port| SocketAddr::new(*address, *port))
            })
        })
        .collect();
    let sockets: Vec<SocketAddr> = sockets.into_iter().collect();
    let outcomes: BTreeMap<SocketAddr, live::Outcome> = sockets
        .iter()
        .copied()
        .zip(live::probe(&sockets, options))
        .into_map();
    let tried = |host: &crate::audit::Host, addresses: &Result<BTreeSet<IpAddr>, String>| {
        let mut tried = Vec::new();
        for port in &host.ports {
            match addresses {
                Ok(addresses) => tried.extend(addresses.iter().filter_map(|address| {
                    let outcome = outcomes.get(&SocketAddr::new(*address, *port))?;
                    Some(Tried {
                        port: *port,
                        result: Ok((*address, *outcome)),
                    })
                })),
                Err(why) => tried.push(Tried {
                    port: *port,
                    result: Err(why.clone()),
                }),
            }
        }
        tried
    };
    audit
        .hosts
        .iter()
        .zip(&addresses)
        .map(|(host, addresses)| tried(host, addresses))
        .enumerate()
        .into_map()
}

/// The addresses of each host: those that a server told, or else those that this machine finds. A host whose name has
/// none is not looked up again.
fn addresses(audit: &Audit, options: &live::Options) -> Vec<Result<BTreeSet<IpAddr>, String>> {
    let told = |address: &Address| match address {
        Address::None => Some(Err("its name has no address".to_owned())),
        address => address
            .known()
            .filter(|addresses| !addresses.is_empty())
            .map(|addresses| Ok(addresses.clone())),
    };
    let mut known: Vec<Option<Result<BTreeSet<IpAddr>, String>>> =
        audit.hosts.iter().map(|host| told(&host.address)).collect();
    let unknown: Vec<Name> = audit
        .hosts
        .iter()
        .zip(&known)
        .filter(|(_, known)| known.is_none())
        .map(|(host, _)| host.name.clone())
        .collect();
    let mut found = live::addresses_of(&unknown, options).into_iter();
    for known in known.iter_mut().filter(|known| known.is_none()) {
        *known = found.next();
    }
    known.into_iter().flatten().collect()
}
