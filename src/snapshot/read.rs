//! From arguments to a [`Snapshot`]: what each source is, and its first reading. [`super::zones`] makes zones
//! of what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::listing::{Fault, Sample, Sign};
use super::live::{self, Unanswered, Why};
use super::options::Options;
use super::source::{Below, Library};
use super::unanswered::{complaints, settle};
use super::zone_file::{self, Setup};
use super::zones::{Material, Read, assemble, diagnostics};
use super::{FileId, Format, Snapshot, console, detect, powershell, systems};
use crate::diagnostic::{Diagnostic, Diagnostics, MAX_FAULTS, Place};
use crate::{Name, parallel, presentation};

/// A source after its first reading.
struct Candidate {
    file: FileId,
    included: Vec<FileId>,
    result: Result<Read, Vec<Diagnostic>>,
}

impl Snapshot {
    /// Reads the sources: files, folders, `-` for standard input. Complains about all of them at once: what
    /// cannot be read, what is no zone data, what is wrong in it, and sources of one zone that differ.
    pub fn read(sources: &[String], options: &Options) -> Result<Self, Diagnostics> {
        let mut library = Library::new(options);
        let (servers, paths, mut complaints) = sort(sources);
        let (files, faults) = library.gather(&paths);
        complaints.extend(faults);
        let mut candidates = first_readings(&mut library, files, options);
        pass_over_included(&mut candidates);
        let mut seen = Vec::new();
        if let Some(folder) = &options.host_evidence {
            let (files, faults) = library.gather_evidence(folder);
            complaints.extend(faults);
            seen = files;
        }
        let mut readings = Vec::new();
        for candidate in candidates {
            match candidate.result {
                Ok(read) => readings.push((candidate.file, candidate.included, read)),
                Err(faults) => complaints.extend(faults),
            }
        }
        // Servers are not asked for nothing.
        if complaints.is_empty() {
            for (shown, source) in servers {
                match live_reading(&shown, &source, options) {
                    Ok(read) => {
                        let text = match &read.material {
                            Material::Seen(seen) => seen.text.clone(),
                            _ => String::new(),
                        };
                        readings.push((library.keep_live(&shown, text), Vec::new(), read));
                    }
                    Err(faults) => complaints.extend(faults),
                }
            }
        }
        // A file that several zones include is complained about once.
        let mut said = BTreeSet::new();
        complaints.retain(|complaint| said.insert(complaint.line()));
        if !complaints.is_empty() {
            return Err(Diagnostics(complaints));
        }
        if readings.is_empty() {
            return Err(Diagnostic::new("no zone data was given").into());
        }
        let mut snapshot = assemble(library, readings, &seen, options)?;
        settle(&mut snapshot, options)?;
        Ok(snapshot)
    }

    /// Reads what was seen on hosts and directory nodes alone, without zone data. Complains about all files at once.
    pub fn read_evidence(options: &Options) -> Result<Self, Diagnostics> {
        let mut library = Library::new(options);
        let mut seen = Vec::new();
        if let Some(folder) = &options.host_evidence {
            let (files, complaints) = library.gather_evidence(folder);
            if !complaints.is_empty() {
                return Err(Diagnostics(complaints));
            }
            seen = files;
        }
        assemble(library, Vec::new(), &seen, options)
    }
}

/// The sources that are servers, each once; those that are paths; complaints.
fn sort(sources: &[String]) -> (Vec<(String, live::Source)>, Vec<String>, Vec<Diagnostic>) {
    let (mut servers, mut paths, mut complaints) = (Vec::new(), Vec::new(), Vec::new());
    for text in sources {
        match live::Source::parse(text) {
            None => paths.push(text.clone()),
            Some(Err(why)) => complaints.push(
                Diagnostic::new(format!("`{text}` names no server: {why}"))
                    .help(live::Source::FORMS),
            ),
            Some(Ok(source)) => {
                if servers.iter().all(|(_, known)| *known != source) {
                    servers.push((text.clone(), source));
                }
            }
        }
    }
    (servers, paths, complaints)
}

/// What a live server says.
fn live_reading(
    shown: &str,
    source: &live::Source,
    options: &Options,
) -> Result<Read, Vec<Diagnostic>> {
    match source {
        live::Source::Transfer { server, zone } => {
            let transfer = live::transfer(server, zone, options.max_size, &options.live).map_err(
                |unanswered| {
                    let message = format!("`{shown}`: {}", unanswered.message);
                    vec![Diagnostic::new(message).help(&unanswered.help)]
                },
            )?;
            let why = format!("{} records were transferred", transfer.records);
            Ok(Read {
                sign: Sign::new(Format::Transfer, why),
                material: Material::Transfer(Box::new(transfer)),
            })
        }
        live::Source::Questions { server } => {
            let (owners, hosts): (BTreeSet<Name>, BTreeSet<Name>) = options
                .interest
                .iter()
                .cloned()
                .partition(presentation::is_kms_owner);
            if owners.is_empty() {
                let complaint = Diagnostic::new(format!(
                    "`{shown}`: a server can be asked only about domains that are named, and none is"
                ))
                .help("name the domains, with --domains or in the topology, or read whole zones: axfr://SERVER/ZONE");
                return Err(vec![complaint]);
            }
            let asked = owners.len();
            let answers = live::ask(server, &owners, &hosts, &options.live);
            let seen = answers.seen();
            if !options.live.tolerant {
                let faults = seen.unanswered.iter();
                let faults: Vec<&Unanswered> = faults
                    .filter(|(name, fault)| {
                        !is_bearable(name, fault) && !options.optional.contains(*name)
                    })
                    .map(|(_, fault)| fault)
                    .collect();
                if !faults.is_empty() {
                    return Err(complaints(
                        &faults,
                        seen.sections.is_empty() && seen.hosts.is_empty(),
                    ));
                }
            }
            let why = format!(
                "asked about {asked} {}",
                if asked == 1 { "domain" } else { "domains" }
            );
            Ok(Read {
                sign: Sign::new(Format::Questions, why),
                material: Material::Seen(Box::new(seen)),
            })
        }
    }
}

/// Whether a plan can be made without an answer: another source may tell what this server is not responsible for, and
/// of hosts it is enough that their addresses are not known. A resolver fails for each name of a zone whose servers
/// are gone (SERVFAIL), and records of old hosts lie in such zones.
fn is_bearable(name: &Name, fault: &Unanswered) -> bool {
    let is_host = presentation::kms_domain(name).is_none();
    fault.why.is_not_responsible() || is_host && matches!(fault.why, Why::ServFail | Why::ErrorCode)
}

/// The first readings of files, many at a time. Those that include others come after them one by one, as files get
/// their ids in the order in which they are brought in.
fn first_readings(
    library: &mut Library<'_>,
    files: Vec<FileId>,
    options: &Options,
) -> Vec<Candidate> {
    let shared = &*library;
    let per_turn = parallel::per_turn(files.len(), shared.octets(&files));
    let alone = parallel::map(files, per_turn, |file| {
        let mut below = shared.alone(file);
        let candidate = first_reading(&mut below, file, options);
        if below.withheld {
            Err(file)
        } else {
            Ok(candidate)
        }
    });
    alone
        .into_iter()
        .map(|candidate| {
            candidate
                .unwrap_or_else(|file| first_reading(&mut library.includes_of(file), file, options))
        })
        .collect()
}

fn first_reading(below: &mut Below<'_, '_>, file: FileId, options: &Options) -> Candidate {
    let content = Arc::clone(&below.library().file(file).content);
    let shown = below.library().file(file).shown.clone();
    let mut included = Vec::new();
    let text = content
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(content.as_slice());
    let result = if text.trim_ascii().is_empty() {
        Err(vec![Diagnostic::new(format!("`{shown}` is empty"))])
    } else {
        let sample = Sample {
            bytes: &content,
            shown: &shown,
            zone: options.zone.as_ref(),
            node: options.node.as_deref(),
        };
        sign(&sample, options).and_then(|sign| {
            let material = match sign.format {
                Format::ZoneFile | Format::WindowsZoneFile | Format::DigTransfer => {
                    zone_file_material(below, file, &sample, &sign, options, &mut included)
                }
                format => listed(format, &sample),
            };
            material.map(|material| Read { sign, material })
        })
    };
    Candidate {
        file,
        included,
        result,
    }
}

/// What the source is taken for.
fn sign(sample: &Sample<'_>, options: &Options) -> Result<Sign, Vec<Diagnostic>> {
    if let Some(format) = options.from {
        return Ok(Sign::new(format, format!("`--from {}`", format.word())));
    }
    detect::detect(sample).map_err(|refusal| {
        let complaint = if refusal.quotable {
            let span = zone_file::first_line(sample.bytes);
            Diagnostic::at(
                Place::new(sample.shown, sample.bytes, span),
                refusal.message,
            )
        } else {
            Diagnostic::new(format!("`{}`: {}", sample.shown, refusal.message))
        };
        vec![complaint.help(refusal.help)]
    })
}

/// The records of a source that lists them one by one.
fn listed(format: Format, sample: &Sample<'_>) -> Result<Material, Vec<Diagnostic>> {
    let read = match format {
        Format::DnsServerJson
        | Format::DnsServerCsv
        | Format::DnsServerTable
        | Format::ResolveJson
        | Format::ResolveCsv
        | Format::ResolveText => powershell::read(format, sample),
        Format::InfobloxCsv | Format::Route53Json | Format::OctoDns | Format::Dnsmasq => {
            systems::read(format, sample)
        }
        _ => console::read(format, sample),
    };
    match read {
        Ok(sections) => Ok(Material::Sections(sections)),
        Err(faults) => Err(faults
            .into_iter()
            .take(MAX_FAULTS)
            .map(|fault| fault_diagnostic(sample, fault))
            .collect()),
    }
}

fn fault_diagnostic(sample: &Sample<'_>, fault: Fault) -> Diagnostic {
    let diagnostic = match fault.span {
        Some(span) => Diagnostic::at(Place::new(sample.shown, sample.bytes, span), fault.message),
        None => Diagnostic::new(format!("`{}`: {}", sample.shown, fault.message)),
    };
    match fault.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn zone_file_material(
    below: &mut Below<'_, '_>,
    file: FileId,
    sample: &Sample<'_>,
    sign: &Sign,
    options: &Options,
    included: &mut Vec<FileId>,
) -> Result<Material, Vec<Diagnostic>> {
    let transfer = sign.format == Format::DigTransfer;
    if transfer {
        let faults = console::transfer_faults(sample);
        if !faults.is_empty() {
            return Err(faults
                .into_iter()
                .map(|fault| fault_diagnostic(sample, fault))
                .collect());
        }
    }
    let setup = Setup {
        base: zone_file::header(sample.bytes)
            .and_then(|header| header.zone)
            .or_else(|| options.origin.clone())
            .or_else(|| zone_file::name_from_file(sample.shown)),
        windows: sign.format == Format::WindowsZoneFile,
        plain: transfer || options.from == Some(Format::ZoneFile),
    };
    let outcome = zone_file::read(file, sample.bytes, setup, below);
    *included = outcome.included;
    match outcome.result {
        Ok(reading) => Ok(Material::ZoneFile(Box::new(reading))),
        Err(problems) => Err(diagnostics(below.library(), problems)),
    }
}

/// Drops the files that another zone file includes: they are read there.
fn pass_over_included(candidates: &mut Vec<Candidate>) {
    let mut includers: BTreeMap<FileId, BTreeSet<FileId>> = BTreeMap::new();
    for candidate in &*candidates {
        for file in &candidate.included {
            includers.entry(*file).or_default().insert(candidate.file);
        }
    }
    // Of files that include each other one stays, with its complaint about that.
    let mut dropped: BTreeSet<FileId> = BTreeSet::new();
    candidates.retain(|candidate| {
        let file = candidate.file;
        let included = includers.get(&file).is_some_and(|includers| {
            includers
                .iter()
                .any(|other| *other != file && !dropped.contains(other))
        });
        if included {
            dropped.insert(file);
        }
        !included
    });
}
