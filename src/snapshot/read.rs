//! From arguments to a [`Snapshot`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::agree::Agreement;
use super::assemble::{Placed, Placing, Sources};
use super::evidence::{self, Evidence, EvidenceFile};
use super::listing::{Fault, Sample, Section, Sign};
use super::options::Options;
use super::source::Library;
use super::surroundings::Interest;
use super::zone_file::{self, Problem, Reading, Setup};
use super::{
    ApexFrom, Extent, File, FileId, Format, Site, Snapshot, Taken, Zone, console, detect,
    powershell, systems,
};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::{Name, presentation};

/// A source after its first reading.
struct Candidate {
    file: FileId,
    included: Vec<FileId>,
    result: Result<Read, Vec<Diagnostic>>,
}

/// What the first reading of a source gave.
struct Read {
    sign: Sign,
    material: Material,
}

enum Material {
    ZoneFile(Box<Reading>),
    Sections(Vec<Section>),
}

impl Snapshot {
    /// Reads the sources: files, folders, `-` for standard input. Complains about all of them at once: what
    /// cannot be read, what is no zone data, what is wrong in it, and sources of one zone that differ.
    pub fn read(sources: &[String], options: &Options) -> Result<Self, Diagnostics> {
        let mut library = Library::new(options);
        let (files, mut complaints) = library.gather(sources);
        let mut candidates: Vec<Candidate> = files
            .into_iter()
            .map(|file| first_reading(&mut library, file, options))
            .collect();
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
        // A file that several zones include is complained about once.
        let mut said = BTreeSet::new();
        complaints.retain(|complaint| said.insert(complaint.line()));
        if !complaints.is_empty() {
            return Err(Diagnostics(complaints));
        }
        if readings.is_empty() {
            return Err(Diagnostic::new("no zone data was given").into());
        }
        assemble(library, readings, &seen, options)
    }
}

/// Makes zones of what was read.
fn assemble(
    mut library: Library<'_>,
    readings: Vec<(FileId, Vec<FileId>, Read)>,
    seen: &[FileId],
    options: &Options,
) -> Result<Snapshot, Diagnostics> {
    let mut placing = Placing::new(options.zone.iter().chain(&options.zones));
    for (_, _, read) in &readings {
        if let Material::ZoneFile(reading) = &read.material {
            placing.know(&reading.apex);
        }
    }
    placing.know_sections(
        readings
            .iter()
            .flat_map(|(_, _, read)| match &read.material {
                Material::Sections(sections) => sections.as_slice(),
                Material::ZoneFile(_) => &[],
            }),
    );
    let mut zone_files = Vec::new();
    let mut placed = Vec::new();
    let mut taken = Vec::new();
    for (file, included, Read { sign, material }) in readings {
        let mut format = sign.format;
        match material {
            Material::ZoneFile(reading) => {
                if format != Format::DigTransfer {
                    format = zone_file_format(&reading);
                }
                zone_files.push((file, included, format, *reading));
            }
            Material::Sections(sections) => {
                for section in sections {
                    placed.extend(placing.place(file, format, section));
                }
            }
        }
        taken.push((file, format, sign.why));
    }
    let names = interest(
        options.interest.iter().chain(placing.answers.keys()),
        &zone_files,
        &placed,
    );
    let (told, untold): (Vec<Placed>, Vec<Placed>) = placed.into_iter().partition(|part| part.told);
    let inside = by_zone(
        zone_files
            .iter()
            .map(|(_, _, _, reading)| &reading.apex)
            .chain(told.iter().map(|part| &part.apex)),
        &names,
    );
    let nothing = BTreeSet::new();
    let mut complaints = Vec::new();
    let mut read: Vec<(FileId, Zone)> = Vec::new();
    let mut brought_in: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    let mut sources = Sources::default();
    into_zones(told, &library, &mut sources, &inside, &mut read);
    for (file, included, format, reading) in zone_files {
        let names = inside.get(&reading.apex).unwrap_or(&nothing);
        match second_reading(&mut library, file, format, reading, names) {
            Ok(zone) => read.push((file, zone)),
            Err(faults) => complaints.extend(faults),
        }
        brought_in.insert(file, included);
    }
    // What is delegated away belongs to a zone of its own, whoever answers for it.
    for (_, zone) in &read {
        placing.know_cuts(zone);
    }
    let untold: Vec<Placed> = untold
        .into_iter()
        .flat_map(|part| placing.place_again(part))
        .collect();
    let inside = by_zone(untold.iter().map(|part| &part.apex), &names);
    into_zones(untold, &library, &mut sources, &inside, &mut read);
    // In the order of the arguments, so that the first of two complaints is about the first source.
    read.sort_by_key(|(file, _)| *file);
    let mut zones_of: BTreeMap<FileId, Vec<(Name, ApexFrom)>> = BTreeMap::new();
    let mut mentioned = BTreeSet::new();
    for (file, zone) in &read {
        if mentioned.insert((*file, &zone.name)) {
            let zones = zones_of.entry(*file).or_default();
            zones.push((zone.name.clone(), zone.apex_from));
        }
    }
    let mut taken: Vec<Taken> = taken
        .into_iter()
        .map(|(file, format, why)| Taken {
            path: library.file(file).shown.clone(),
            format,
            why,
            zones: zones_of.remove(&file).unwrap_or_default(),
        })
        .collect();
    taken.sort_by(|a, b| a.path.cmp(&b.path));
    let in_vain = options.zone.iter();
    complaints.extend(in_vain.filter_map(|zone| zone_in_vain(zone, &taken)));
    let mut agreement = Agreement::default();
    for (_, zone) in read {
        complaints.extend(agreement.add(&library, zone));
    }
    let answers: BTreeMap<Name, Site> = placing
        .answers
        .into_iter()
        .map(|(name, (file, at))| {
            let line = sources.of(&library, file).lines.line(at);
            (name, Site { file, line })
        })
        .collect();
    complaints.extend(agreement.about_answers(&answers, &library));
    let mut zones = agreement.zones;
    drop_shadowed(&mut zones);
    let evidence = evidence(&library, seen, &zones, options).unwrap_or_else(|faults| {
        complaints.extend(faults);
        Evidence::default()
    });
    if !complaints.is_empty() {
        return Err(Diagnostics(complaints));
    }
    let mut uses = vec![0; library.files.len()];
    for end in zones.values().filter_map(|zone| zone.end.as_ref()) {
        uses[end.file.0] += 1;
        for file in brought_in.get(&end.file).into_iter().flatten() {
            uses[file.0] += 1;
        }
    }
    let files = library
        .files
        .into_iter()
        .zip(uses)
        .map(|(loaded, uses)| File {
            path: loaded.shown,
            real: loaded.real,
            bytes: Arc::unwrap_or_clone(loaded.content),
            encoding: loaded.encoding,
            uses,
        });
    Ok(Snapshot {
        files: files.collect(),
        zones: zones.into_values().collect(),
        answers,
        evidence,
        sources: taken,
    })
}

/// The complaint that `--zone` names a zone that no source is of: it would be passed over in silence.
fn zone_in_vain(zone: &Name, taken: &[Taken]) -> Option<Diagnostic> {
    let of_it = |taken: &Taken| taken.zones.iter().any(|(apex, _)| apex == zone);
    if taken.iter().any(of_it) {
        return None;
    }
    let told: Vec<String> = taken
        .iter()
        .flat_map(|taken| {
            let apexes = taken
                .zones
                .iter()
                .map(|(apex, _)| presentation::plain(apex));
            apexes.map(|apex| format!("{} is of {apex}", taken.path))
        })
        .collect();
    let message = format!(
        "no source is of the zone {} that --zone names: {}",
        presentation::plain(zone),
        told.join(", ")
    );
    Some(
        Diagnostic::new(message)
            .help("leave --zone out where the sources name their zone, or correct it"),
    )
}

fn first_reading(library: &mut Library<'_>, file: FileId, options: &Options) -> Candidate {
    let content = Arc::clone(&library.file(file).content);
    let shown = library.file(file).shown.clone();
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
                    zone_file_material(library, file, &sample, &sign, options, &mut included)
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

/// The number of complaints about one source after which the rest is left out: what is wrong in each of a
/// hundred thousand rows is the same in all of them.
const MAX_FAULTS: usize = 20;

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
    library: &mut Library<'_>,
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
    let outcome = zone_file::read(file, sample.bytes, setup, &mut library.includes_of(file));
    *included = outcome.included;
    match outcome.result {
        Ok(reading) => Ok(Material::ZoneFile(Box::new(reading))),
        Err(problems) => Err(diagnostics(library, problems)),
    }
}

fn zone_file_format(reading: &Reading) -> Format {
    if reading.windows() {
        Format::WindowsZoneFile
    } else {
        Format::ZoneFile
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

/// The names that matter: those asked for, and those that the KMS records of any zone name.
fn interest<'a>(
    asked: impl Iterator<Item = &'a Name>,
    zone_files: &[(FileId, Vec<FileId>, Format, Reading)],
    placed: &[Placed],
) -> BTreeSet<Name> {
    let mut names: BTreeSet<Name> = asked.cloned().collect();
    for (_, _, _, reading) in zone_files {
        for (owner, records) in &reading.kms {
            names.insert(owner.clone());
            names.extend(records.iter().map(|record| record.target.clone()));
        }
    }
    for part in placed {
        for (owner, target) in part.kms_names() {
            names.insert(owner.clone());
            names.extend(target.cloned());
        }
    }
    names
}

/// Of these names those in each zone.
fn by_zone<'a>(
    apexes: impl Iterator<Item = &'a Name>,
    names: &BTreeSet<Name>,
) -> BTreeMap<Name, BTreeSet<Name>> {
    let mut by_zone: BTreeMap<Name, BTreeSet<Name>> =
        apexes.map(|apex| (apex.clone(), BTreeSet::new())).collect();
    for name in names {
        for apex in presentation::ancestors(name) {
            if let Some(inside) = by_zone.get_mut(&apex) {
                inside.insert(name.clone());
            }
        }
    }
    by_zone
}

/// The zones of listed records.
fn into_zones(
    mut parts: Vec<Placed>,
    library: &Library<'_>,
    sources: &mut Sources,
    inside: &BTreeMap<Name, BTreeSet<Name>>,
    zones: &mut Vec<(FileId, Zone)>,
) {
    let nothing = BTreeSet::new();
    // Those of one zone together: they ask about the same names.
    parts.sort_by(|a, b| a.apex.cmp(&b.apex));
    let mut parts = parts.into_iter().peekable();
    while let Some(apex) = parts.peek().map(|part| part.apex.clone()) {
        let interest = Interest::new(&apex, inside.get(&apex).unwrap_or(&nothing));
        while let Some(part) = parts.next_if(|part| part.apex == apex) {
            zones.push((part.file, part.into_zone(library, sources, &interest)));
        }
    }
}

fn second_reading(
    library: &mut Library<'_>,
    file: FileId,
    format: Format,
    reading: Reading,
    interest: &BTreeSet<Name>,
) -> Result<Zone, Vec<Diagnostic>> {
    let content = Arc::clone(&library.file(file).content);
    let found =
        zone_file::look_around(&reading, &content, interest, &mut library.includes_of(file))
            .map_err(|problems| diagnostics(library, problems))?;
    let mut kms = reading.kms;
    kms.retain(|owner, _| {
        !presentation::ancestors(owner).any(|name| found.cuts.contains_key(&name))
    });
    let transfer = format == Format::DigTransfer;
    if transfer {
        // What a server sent is no file that one could edit.
        for record in kms.values_mut().flatten() {
            record.text = None;
        }
    }
    Ok(Zone {
        name: reading.apex,
        apex_from: ApexFrom::Source,
        source: library.file(file).shown.clone(),
        format,
        sha256: library.sha256(file),
        evidence: reading.evidence,
        soa: Some(reading.soa),
        signed: reading.signed,
        kms,
        cuts: found.cuts,
        aliases: found.aliases,
        wildcards: found.wildcards,
        addresses: found.addresses,
        extent: Extent::Whole,
        end: (!transfer).then_some(reading.end),
    })
}

/// What was seen on hosts and nodes. The hosts are those of the topology and the targets of all records.
fn evidence(
    library: &Library<'_>,
    files: &[FileId],
    zones: &BTreeMap<Name, Zone>,
    options: &Options,
) -> Result<Evidence, Vec<Diagnostic>> {
    let files: Vec<EvidenceFile<'_>> = files
        .iter()
        .map(|id| {
            let file = library.file(*id);
            EvidenceFile {
                file: *id,
                path: &file.shown,
                bytes: &file.content,
            }
        })
        .collect();
    let targets = zones
        .values()
        .flat_map(|zone| zone.kms.values().flatten())
        .map(|record| &record.target);
    let hosts: BTreeSet<&Name> = options.hosts.iter().chain(targets).collect();
    let hosts: Vec<Name> = hosts.into_iter().cloned().collect();
    evidence::read(&files, &hosts).map_err(|complaints| {
        complaints
            .into_iter()
            .map(|complaint| {
                let file = library.file(complaint.file);
                let diagnostic = match complaint.span {
                    Some(span) => Diagnostic::at(
                        Place::new(&file.shown, &file.content, span),
                        complaint.message,
                    ),
                    None => Diagnostic::new(format!("`{}`: {}", file.shown, complaint.message)),
                };
                match complaint.help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                }
            })
            .collect()
    })
}

/// Drops from each zone what a longer zone that was read holds, even where no delegation says so.
fn drop_shadowed(zones: &mut BTreeMap<Name, Zone>) {
    let apexes: BTreeSet<Name> = zones.keys().cloned().collect();
    for (apex, zone) in zones {
        let own = |name: &Name| {
            presentation::ancestors(name)
                .find(|name| apexes.contains(name))
                .as_ref()
                == Some(apex)
        };
        zone.kms.retain(|owner, _| own(owner));
        zone.aliases.retain(|owner, _| own(owner));
        zone.wildcards.retain(|owner, _| own(owner));
        zone.addresses.retain(|owner, _| own(owner));
    }
}

fn diagnostics(library: &Library<'_>, problems: Vec<Problem>) -> Vec<Diagnostic> {
    problems
        .into_iter()
        .map(|problem| {
            let file = library.file(problem.file);
            let place = Place::new(&file.shown, &file.content, problem.span);
            let diagnostic = Diagnostic::at(place, problem.message);
            match problem.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }
        })
        .collect()
}
