//! From what the sources gave to zones: the second reading of zone files, listings in their zones, what
//! several sources tell of one zone, and what was seen on hosts and nodes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::agree::Agreement;
use super::evidence::{self, Evidence, EvidenceFile};
use super::listing::{Section, Sign};
use super::live::{self, Transfer};
use super::options::Options;
use super::placing::{Placed, Placing, Sources};
use super::source::{Below, Library};
use super::surroundings::Interest;
use super::zone_file::{self, Problem, Reading};
use super::{
    Answer, ApexFrom, Extent, File, FileId, Format, KmsRecord, Site, Snapshot, Taken, Zone,
};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::{Name, parallel, presentation};

/// What the first reading of a source gave.
pub(super) struct Read {
    pub(super) sign: Sign,
    pub(super) material: Material,
}

/// A source as it was read.
pub(super) enum Material {
    /// A zone file, or a transfer in its form.
    ZoneFile(Box<Reading>),
    /// Records, listed one by one.
    Sections(Vec<Section>),
    /// A zone as a live server sent it.
    Transfer(Box<Transfer>),
    /// What a live server answered.
    Seen(Box<live::Seen>),
}

/// A zone file after its first reading.
struct ZoneFile {
    file: FileId,
    included: Vec<FileId>,
    format: Format,
    reading: Reading,
}

/// What all sources gave, sorted by what comes next.
struct Sorted {
    zone_files: Vec<ZoneFile>,
    transfers: Vec<(FileId, Transfer)>,
    placed: Vec<Placed>,
    /// KMS records behind aliases, owners of answers without authority, questions without an answer: of live servers.
    through_aliases: BTreeMap<Name, Vec<KmsRecord>>,
    without_authority: BTreeSet<Name>,
    unanswered: BTreeMap<Name, live::Unanswered>,
    /// Each source with its form, and what shows it.
    forms: Vec<(FileId, Format, String)>,
}

/// Makes zones of what was read.
pub(super) fn assemble(
    mut library: Library<'_>,
    readings: Vec<(FileId, Vec<FileId>, Read)>,
    seen: &[FileId],
    options: &Options,
) -> Result<Snapshot, Diagnostics> {
    let mut placing = Placing::new(options.zone.iter().chain(&options.zones));
    let Sorted {
        zone_files,
        transfers,
        mut placed,
        through_aliases,
        without_authority,
        unanswered,
        forms,
    } = sort(readings, &mut placing);
    let brought_in: BTreeMap<FileId, Vec<FileId>> = zone_files
        .iter()
        .filter(|zone| !zone.included.is_empty())
        .map(|zone| (zone.file, zone.included.clone()))
        .collect();
    let apexes = if options.apexes {
        owners_at_apexes(&zone_files, &transfers, &placed)
    } else {
        Vec::new()
    };
    let asked = options.interest.iter().cloned();
    let behind = through_aliases.values().flatten();
    let asked = asked
        .chain(placing.answers.keys().cloned())
        .chain(behind.map(|record| record.target.clone()))
        .chain(apexes);
    let names = interest(asked, &zone_files, &transfers, &placed);
    placed.extend(second_readings_of_transfers(
        transfers,
        &mut library,
        &names,
        &mut placing,
    ));
    let mut sources = Sources::default();
    let mut reader = Zones {
        library: &mut library,
        sources: &mut sources,
        names: &names,
        read: Vec::new(),
        complaints: Vec::new(),
    };
    reader.read(zone_files, placed, &mut placing);
    let (read, mut complaints) = (reader.read, reader.complaints);
    let taken = taken(&library, forms, &read);
    let in_vain = options.zone.iter();
    complaints.extend(in_vain.filter_map(|zone| zone_in_vain(zone, &taken)));
    let mut agreement = Agreement::default();
    for (_, zone) in read {
        complaints.extend(agreement.add(&library, zone));
    }
    let answers: BTreeMap<Name, Answer> = placing
        .answers
        .into_iter()
        .map(|(name, (file, at, says))| {
            let line = sources.of(&library, file).lines.line(at);
            let site = Site { file, line };
            (name, Answer { site, says })
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
    Ok(Snapshot {
        files: files(library, &zones, &brought_in),
        zones: zones.into_values().collect(),
        answers,
        through_aliases,
        without_authority,
        unanswered,
        evidence,
        sources: taken,
    })
}

/// Sorts what was read: zone files, and the parts of listings, as far as their zone is known by now.
fn sort(readings: Vec<(FileId, Vec<FileId>, Read)>, placing: &mut Placing) -> Sorted {
    for (_, _, read) in &readings {
        match &read.material {
            Material::ZoneFile(reading) => placing.know(&reading.apex),
            Material::Transfer(transfer) => placing.know(&transfer.apex),
            Material::Sections(_) | Material::Seen(_) => {}
        }
    }
    placing.know_sections(
        readings
            .iter()
            .flat_map(|(_, _, read)| match &read.material {
                Material::Sections(sections) => sections.as_slice(),
                Material::Seen(seen) => seen.sections.as_slice(),
                Material::ZoneFile(_) | Material::Transfer(_) => &[],
            }),
    );
    let mut sorted = Sorted {
        zone_files: Vec::new(),
        transfers: Vec::new(),
        placed: Vec::new(),
        through_aliases: BTreeMap::new(),
        without_authority: BTreeSet::new(),
        unanswered: BTreeMap::new(),
        forms: Vec::new(),
    };
    for (file, included, Read { sign, material }) in readings {
        let mut format = sign.format;
        match material {
            Material::ZoneFile(reading) => {
                if format != Format::DigTransfer {
                    format = zone_file_format(&reading);
                }
                sorted.zone_files.push(ZoneFile {
                    file,
                    included,
                    format,
                    reading: *reading,
                });
            }
            Material::Sections(sections) => {
                for section in sections {
                    sorted.placed.extend(placing.place(file, format, section));
                }
            }
            Material::Transfer(transfer) => sorted.transfers.push((file, *transfer)),
            Material::Seen(seen) => sorted.take_seen(file, *seen, placing),
        }
        sorted.forms.push((file, format, sign.why));
    }
    sorted
}

impl Sorted {
    /// Takes in what a live server answered. A name that one server answered is answered.
    fn take_seen(&mut self, file: FileId, seen: live::Seen, placing: &mut Placing) {
        for section in seen.sections {
            self.placed
                .extend(placing.place(file, Format::Questions, section));
        }
        for (host, (at, says)) in seen.hosts {
            placing.answers.entry(host).or_insert((file, at, says));
        }
        for (owner, records) in seen.through_aliases {
            let records = records
                .into_iter()
                .map(|record| record.behind_alias(&owner))
                .collect();
            self.through_aliases.insert(owner, records);
        }
        self.without_authority.extend(seen.without_authority);
        for (name, unanswered) in seen.unanswered {
            // The first that should know it tells.
            let known = self.unanswered.get(&name);
            if known.is_none_or(|known| known.why.is_not_responsible()) {
                self.unanswered.insert(name, unanswered);
            }
        }
    }
}

/// What the transfers say about the names of interest.
fn second_readings_of_transfers(
    transfers: Vec<(FileId, Transfer)>,
    library: &mut Library<'_>,
    names: &BTreeSet<Name>,
    placing: &mut Placing,
) -> Vec<Placed> {
    let apexes: Vec<Name> = transfers
        .iter()
        .map(|(_, transfer)| transfer.apex.clone())
        .collect();
    let inside = by_zone(apexes.iter(), names);
    let mut placed = Vec::new();
    for (file, transfer) in transfers {
        let interest = Interest::new(&transfer.apex, &inside[&transfer.apex]);
        let (text, section) = transfer.section(&interest);
        library.write_live(file, text);
        placed.extend(placing.place(file, Format::Transfer, section));
    }
    placed
}

/// Reads the zones of all sources, each with what stands around the names of interest.
struct Zones<'a, 'o> {
    library: &'a mut Library<'o>,
    sources: &'a mut Sources,
    names: &'a BTreeSet<Name>,
    /// The zones with their sources, in the order of the arguments at the end.
    read: Vec<(FileId, Zone)>,
    complaints: Vec<Diagnostic>,
}

impl Zones<'_, '_> {
    fn read(&mut self, zone_files: Vec<ZoneFile>, placed: Vec<Placed>, placing: &mut Placing) {
        let (told, untold): (Vec<Placed>, Vec<Placed>) =
            placed.into_iter().partition(|part| part.told);
        let inside = by_zone(
            zone_files
                .iter()
                .map(|zone| &zone.reading.apex)
                .chain(told.iter().map(|part| &part.apex)),
            self.names,
        );
        self.listings(told, &inside);
        self.zone_files(zone_files, &inside);
        // What is delegated away belongs to a zone of its own, whoever answers for it.
        for (_, zone) in &self.read {
            placing.know_cuts(zone);
        }
        let untold: Vec<Placed> = untold
            .into_iter()
            .flat_map(|part| placing.place_again(part))
            .collect();
        let inside = by_zone(untold.iter().map(|part| &part.apex), self.names);
        self.listings(untold, &inside);
        // So the first of two complaints is about the first source.
        self.read.sort_by_key(|(file, _)| *file);
    }

    /// The second readings of zone files, many at a time; those that include others one by one.
    fn zone_files(&mut self, zone_files: Vec<ZoneFile>, inside: &Inside) {
        let nothing = BTreeSet::new();
        let names = |zone: &ZoneFile| inside.get(&zone.reading.apex).unwrap_or(&nothing);
        let shared = &*self.library;
        let files: Vec<FileId> = zone_files.iter().map(|zone| zone.file).collect();
        let per_turn = parallel::per_turn(files.len(), shared.octets(&files));
        let alone = parallel::map(zone_files, per_turn, |zone| {
            if !zone.included.is_empty() {
                return Err(Box::new(zone));
            }
            let names = names(&zone);
            Ok(second_reading(&mut shared.alone(zone.file), zone, names))
        });
        for (file, result) in files.into_iter().zip(alone) {
            let result = result.unwrap_or_else(|zone| {
                let names = names(&zone);
                second_reading(&mut self.library.includes_of(file), *zone, names)
            });
            match result {
                Ok(zone) => self.read.push((file, zone)),
                Err(faults) => self.complaints.extend(faults),
            }
        }
    }

    fn listings(&mut self, parts: Vec<Placed>, inside: &Inside) {
        into_zones(parts, self.library, self.sources, inside, &mut self.read);
    }
}

/// What each source was taken for, by path.
fn taken(
    library: &Library<'_>,
    forms: Vec<(FileId, Format, String)>,
    read: &[(FileId, Zone)],
) -> Vec<Taken> {
    let mut zones_of: BTreeMap<FileId, Vec<(Name, ApexFrom)>> = BTreeMap::new();
    let mut mentioned = BTreeSet::new();
    for (file, zone) in read {
        if mentioned.insert((*file, &zone.name)) {
            let zones = zones_of.entry(*file).or_default();
            zones.push((zone.name.clone(), zone.apex_from));
        }
    }
    let mut taken: Vec<Taken> = forms
        .into_iter()
        .map(|(file, format, why)| Taken {
            path: library.file(file).shown.clone(),
            format,
            why,
            zones: zones_of.remove(&file).unwrap_or_default(),
        })
        .collect();
    taken.sort_by(|a, b| a.path.cmp(&b.path));
    taken
}

/// The files, each with how often the zones bring it in; `brought_in` is what each zone's file includes.
fn files(
    library: Library<'_>,
    zones: &BTreeMap<Name, Zone>,
    brought_in: &BTreeMap<FileId, Vec<FileId>>,
) -> Vec<File> {
    let mut uses = vec![0; library.files.len()];
    for end in zones.values().filter_map(|zone| zone.end.as_ref()) {
        uses[end.file.0] += 1;
        for file in brought_in.get(&end.file).into_iter().flatten() {
            uses[file.0] += 1;
        }
    }
    library
        .files
        .into_iter()
        .zip(uses)
        .map(|(loaded, uses)| File {
            path: loaded.shown,
            real: loaded.real,
            bytes: loaded.content,
            encoding: loaded.encoding,
            live: loaded.live,
            uses,
        })
        .collect()
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

fn zone_file_format(reading: &Reading) -> Format {
    if reading.windows() {
        Format::WindowsZoneFile
    } else {
        Format::ZoneFile
    }
}

/// The owners of the KMS records of the zones themselves.
fn owners_at_apexes(
    zone_files: &[ZoneFile],
    transfers: &[(FileId, Transfer)],
    placed: &[Placed],
) -> Vec<Name> {
    let files = zone_files.iter().map(|zone| &zone.reading.apex);
    let transfers = transfers.iter().map(|(_, transfer)| &transfer.apex);
    let listings = placed.iter().map(|part| &part.apex);
    files
        .chain(transfers)
        .chain(listings)
        .filter_map(|apex| presentation::kms_owner(apex).ok())
        .collect()
}

/// The names that matter: those asked for, and those that the KMS records of any zone name.
fn interest(
    asked: impl Iterator<Item = Name>,
    zone_files: &[ZoneFile],
    transfers: &[(FileId, Transfer)],
    placed: &[Placed],
) -> BTreeSet<Name> {
    // Most stand in order already, so it takes less to sort them than to find the place of each.
    let mut names: Vec<Name> = asked.collect();
    for zone in zone_files {
        for (owner, records) in &zone.reading.kms {
            names.push(owner.clone());
            names.extend(records.iter().map(|record| record.target.clone()));
        }
    }
    for (owner, target) in transfers.iter().flat_map(|(_, transfer)| &transfer.kms) {
        names.extend([owner.clone(), target.clone()]);
    }
    for part in placed {
        for (owner, target) in part.kms_names() {
            names.push(owner.clone());
            names.extend(target.cloned());
        }
    }
    // Of two spellings the first stays.
    names.sort();
    names.dedup();
    names.into_iter().collect()
}

/// The names of interest in each zone.
type Inside = HashMap<Name, BTreeSet<Name>>;

/// Of these names those in each zone: the apex and what lies below it stand together in canonical order.
fn by_zone<'a>(apexes: impl Iterator<Item = &'a Name>, names: &BTreeSet<Name>) -> Inside {
    let inside = |apex: &Name| {
        let names = names.range(apex..).take_while(|name| apex.zone_of(name));
        names.cloned().collect()
    };
    apexes.map(|apex| (apex.clone(), inside(apex))).collect()
}

/// The zones of listed records.
fn into_zones(
    mut parts: Vec<Placed>,
    library: &Library<'_>,
    sources: &mut Sources,
    inside: &Inside,
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
    below: &mut Below<'_, '_>,
    zone: ZoneFile,
    interest: &BTreeSet<Name>,
) -> Result<Zone, Vec<Diagnostic>> {
    let ZoneFile {
        file,
        format,
        reading,
        ..
    } = zone;
    let content = Arc::clone(&below.library().file(file).content);
    let found = zone_file::look_around(&reading, &content, interest, below)
        .map_err(|problems| diagnostics(below.library(), problems))?;
    let library = below.library();
    let mut kms = reading.kms;
    kms.retain(|owner, _| {
        !presentation::ancestors(owner).any(|name| found.cuts.contains_key(&name))
    });
    for records in kms.values_mut() {
        // Most sets have few records, and a record takes much room.
        records.shrink_to_fit();
    }
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
    let apexes: Vec<Name> = zones.keys().cloned().collect();
    for (index, (apex, zone)) in zones.iter_mut().enumerate() {
        // In canonical order the apexes below follow.
        if !apexes.get(index + 1).is_some_and(|next| apex.zone_of(next)) {
            continue;
        }
        let own = |name: &Name| {
            presentation::ancestors(name)
                .find(|name| apexes.binary_search(name).is_ok())
                .as_ref()
                == Some(apex)
        };
        zone.kms.retain(|owner, _| own(owner));
        zone.aliases.retain(|owner, _| own(owner));
        zone.wildcards.retain(|owner, _| own(owner));
        zone.addresses.retain(|owner, _| own(owner));
    }
}

/// Complaints about zone files, for people.
pub(super) fn diagnostics(library: &Library<'_>, problems: Vec<Problem>) -> Vec<Diagnostic> {
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
