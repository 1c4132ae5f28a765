//! From arguments to a [`Snapshot`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::agree::difference;
use super::options::Options;
use super::source::Library;
use super::zone_file::{self, Problem, Reading, Setup};
use super::{File, FileId, Format, Snapshot, Zone, detect};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::{Name, presentation};

/// A zone file after its first reading.
struct Candidate {
    file: FileId,
    included: Vec<FileId>,
    result: Result<Reading, Vec<Diagnostic>>,
}

impl Snapshot {
    /// Reads the sources: files, folders, `-` for standard input. Complains about all of them at once: what
    /// cannot be read, what is no zone data, what is wrong in zone files, and sources of one zone that differ.
    pub fn read(sources: &[String], options: &Options) -> Result<Self, Diagnostics> {
        let mut library = Library::new(options);
        let (files, mut complaints) = library.gather(sources);
        let mut candidates: Vec<Candidate> = files
            .into_iter()
            .map(|file| first_reading(&mut library, file, options))
            .collect();
        pass_over_included(&mut candidates);
        let mut readings = Vec::new();
        for candidate in candidates {
            match candidate.result {
                Ok(reading) => readings.push((candidate.file, candidate.included, reading)),
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
        let interest = interest(options, &readings);
        let nothing = BTreeSet::new();
        let mut zones: BTreeMap<Name, Zone> = BTreeMap::new();
        let mut uses = vec![0; library.files.len()];
        for (file, included, reading) in readings {
            let inside = interest.get(&reading.apex).unwrap_or(&nothing);
            let zone = match second_reading(&mut library, file, reading, inside) {
                Ok(zone) => zone,
                Err(faults) => {
                    complaints.extend(faults);
                    continue;
                }
            };
            if let Some(first) = zones.get(&zone.name) {
                complaints.extend(difference(&library, first, &zone));
                continue;
            }
            for file in included.into_iter().chain([file]) {
                uses[file.0] += 1;
            }
            zones.insert(zone.name.clone(), zone);
        }
        if !complaints.is_empty() {
            return Err(Diagnostics(complaints));
        }
        drop_shadowed(&mut zones);
        let files = library
            .files
            .into_iter()
            .zip(uses)
            .map(|(loaded, uses)| File {
                path: loaded.shown,
                real: loaded.real,
                bytes: Arc::unwrap_or_clone(loaded.content),
                uses,
            });
        Ok(Self {
            files: files.collect(),
            zones: zones.into_values().collect(),
            evidence: super::evidence::Evidence::default(),
        })
    }
}

fn first_reading(library: &mut Library<'_>, file: FileId, options: &Options) -> Candidate {
    let content = Arc::clone(&library.file(file).content);
    let shown = library.file(file).shown.clone();
    if content.is_empty() {
        return Candidate {
            file,
            included: Vec::new(),
            result: Err(vec![Diagnostic::new(format!("`{shown}` is empty"))]),
        };
    }
    let format = options.from.map_or_else(|| detect::detect(&content), Ok);
    let format = match format {
        Ok(format) => format,
        Err(refusal) => {
            let complaint = if refusal.quotable {
                let place = Place::new(&shown, &content, zone_file::first_line(&content));
                Diagnostic::at(place, refusal.message)
            } else {
                Diagnostic::new(format!("`{shown}`: {}", refusal.message))
            };
            return Candidate {
                file,
                included: Vec::new(),
                result: Err(vec![complaint.help(refusal.help)]),
            };
        }
    };
    let setup = Setup {
        base: zone_file::header(&content)
            .and_then(|header| header.zone)
            .or_else(|| options.origin.clone())
            .or_else(|| zone_file::name_from_file(&shown)),
        windows: format == Format::WindowsZoneFile,
        plain: options.from == Some(Format::ZoneFile),
    };
    let outcome = zone_file::read(file, &content, setup, &mut library.includes_of(file));
    Candidate {
        file,
        included: outcome.included,
        result: outcome
            .result
            .map_err(|problems| diagnostics(library, problems)),
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

/// The names that matter in each zone: those asked for, and those that the KMS records of any zone name.
fn interest(
    options: &Options,
    readings: &[(FileId, Vec<FileId>, Reading)],
) -> BTreeMap<Name, BTreeSet<Name>> {
    let mut names: BTreeSet<&Name> = options.interest.iter().collect();
    for (_, _, reading) in readings {
        for (owner, records) in &reading.kms {
            names.insert(owner);
            names.extend(records.iter().map(|record| &record.target));
        }
    }
    let mut by_zone: BTreeMap<Name, BTreeSet<Name>> = readings
        .iter()
        .map(|(_, _, reading)| (reading.apex.clone(), BTreeSet::new()))
        .collect();
    for name in names {
        for apex in presentation::ancestors(name) {
            if let Some(inside) = by_zone.get_mut(&apex) {
                inside.insert(name.clone());
            }
        }
    }
    by_zone
}

fn second_reading(
    library: &mut Library<'_>,
    file: FileId,
    reading: Reading,
    interest: &BTreeSet<Name>,
) -> Result<Zone, Vec<Diagnostic>> {
    let content = Arc::clone(&library.file(file).content);
    let found =
        zone_file::look_around(&reading, &content, interest, &mut library.includes_of(file))
            .map_err(|problems| diagnostics(library, problems))?;
    let format = if reading.windows() {
        Format::WindowsZoneFile
    } else {
        Format::ZoneFile
    };
    let mut kms = reading.kms;
    kms.retain(|owner, _| {
        !presentation::ancestors(owner).any(|name| found.cuts.contains_key(&name))
    });
    Ok(Zone {
        name: reading.apex,
        source: library.file(file).shown.clone(),
        format,
        sha256: HEXLOWER.encode(&Sha256::digest(content.as_slice())),
        evidence: reading.evidence,
        soa: Some(reading.soa),
        signed: reading.signed,
        kms,
        cuts: found.cuts,
        aliases: found.aliases,
        wildcards: found.wildcards,
        addresses: found.addresses,
        complete: true,
        end: Some(reading.end),
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
