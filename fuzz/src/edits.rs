//! The edit of zone files, and what it promises.

use std::collections::BTreeSet;

use kmsplan::plan::edit::{Edited, Splice, apply, edit};
use kmsplan::presentation::{absolute, below, kms_owner, lower};
use kmsplan::snapshot::{FileId, Form, Snapshot, Text, Zone};

use crate::desired::{Desired, DesiredSet, edits, name};

/// Octets that tell what is wanted.
pub struct Wishes<'d>(&'d [u8]);

impl<'d> Wishes<'d> {
    /// All further ones are 0.
    pub fn new(octets: &'d [u8]) -> Self {
        Self(octets)
    }

    fn next(&mut self) -> u8 {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                *first
            }
            [] => 0,
        }
    }

    /// One time in `times`.
    fn one_in(&mut self, times: u8) -> bool {
        self.next() % times == 1
    }

    fn number(&mut self) -> u16 {
        [0, 1, 5, 10, 20, 25, 50, 75, 100, 65535][usize::from(self.next() % 10)]
    }

    /// Desired records for most owners of a zone, its own and one that has none included.
    pub(crate) fn sets(&mut self, zone: &Zone) -> Vec<DesiredSet> {
        let mut owners: BTreeSet<_> = zone.kms.keys().cloned().collect();
        owners.extend(kms_owner(&zone.name));
        owners.extend(below(&["_vlmcs", "_tcp", "added"], &zone.name));
        let mut sets = Vec::new();
        for owner in owners {
            if self.one_in(3) || zone.cuts.keys().any(|cut| cut.zone_of(&owner)) {
                continue;
            }
            let existing = zone.kms.get(&owner).map_or(&[][..], Vec::as_slice);
            // All records of a set have one TTL: a server would give them all the first one's.
            let ttl = match self.next() % 6 {
                0 => 300,
                1 => 3600,
                2 => 7200,
                _ => existing.first().and_then(|one| one.ttl).unwrap_or(3600),
            };
            let mut records: Vec<Desired> = Vec::new();
            for record in existing.iter().take(64) {
                let mut desired = Desired {
                    target: absolute(&record.target),
                    port: record.port,
                    priority: record.priority,
                    weight: record.weight,
                    ttl: Some(ttl),
                };
                let met = records.iter().any(|other| {
                    other.port == desired.port
                        && lower(&name(&other.target)) == lower(&record.target)
                });
                if met || self.one_in(4) {
                    continue;
                }
                if self.one_in(2) {
                    (desired.priority, desired.weight) = (self.number(), self.number());
                }
                records.push(desired);
            }
            for _ in 0..self.next() % 4 {
                let domain = DOMAINS[usize::from(self.next() % 2)];
                let target = new_target(self.next() % NEW, domain);
                if records
                    .iter()
                    .all(|other| !other.target.eq_ignore_ascii_case(&target))
                {
                    records.push(Desired {
                        target,
                        port: 1688,
                        priority: self.number(),
                        weight: self.number(),
                        ttl: Some(ttl),
                    });
                }
            }
            sets.push(DesiredSet { owner, records });
        }
        sets
    }
}

/// The domains of new targets.
const DOMAINS: [&str; 2] = ["example.test.", "example.net."];

/// How many new targets there are in each.
const NEW: u8 = 9;

fn new_target(number: u8, domain: &str) -> String {
    format!("new{number}.{domain}")
}

/// What an edit did.
pub struct Done {
    /// The files that change, each with its new text.
    pub files: Vec<(String, Vec<u8>)>,
    /// The owners whose records were to change.
    pub owners: BTreeSet<String>,
}

/// The names that wishes for a zone may be about: they are of interest, as those of a topology are.
pub fn names(zone: &Zone) -> Vec<kmsplan::Name> {
    let mut names: Vec<kmsplan::Name> = zone.kms.keys().cloned().collect();
    names.extend(kms_owner(&zone.name));
    names.extend(below(&["_vlmcs", "_tcp", "added"], &zone.name));
    let targets = zone.kms.values().flatten();
    names.extend(targets.map(|record| record.target.clone()));
    for number in 0..NEW {
        names.extend(DOMAINS.map(|domain| name(&new_target(number, domain))));
    }
    names
}

/// Edits the only zone of a snapshot as the wishes say, reads what comes out, and holds it against what was wanted.
/// `None`: the zone cannot be edited.
///
/// # Panics
/// If the new zone is refused, if its KMS records are not those that were wanted, if anything else of it differs, or
/// if the same edit changes it again.
pub fn check(
    snapshot: &Snapshot,
    wishes: &mut Wishes<'_>,
    read_again: impl FnOnce(&[(String, Vec<u8>)]) -> Result<Snapshot, String>,
) -> Option<Done> {
    let [zone] = snapshot.zones.as_slice() else {
        return None;
    };
    zone.end.as_ref()?;
    let sets = wishes.sets(zone);
    let today = wishes
        .one_in(2)
        .then(|| "2026-11-21".parse().expect("a day"));
    let edited = edit(snapshot, &[edits(zone, &sets, false)], today);
    if !edited.refused.is_empty() {
        assert!(edited.files.is_empty() && edited.diffs.is_empty());
        return None;
    }
    for (id, splices) in &edited.files {
        for splice in splices {
            touches_nothing_else(snapshot, zone, *id, splice, &sets);
        }
    }
    let files: Vec<(String, Vec<u8>)> = edited
        .files
        .iter()
        .map(|(id, splices)| {
            let file = &snapshot.files[id.0];
            let short = file.path.rsplit('/').next().unwrap_or(&file.path);
            let new = apply(&file.bytes, splices);
            let new = file.encoding.encode(&new).expect("it is encoded as it was");
            (short.to_owned(), new)
        })
        .collect();
    let told = || format!("{sets:?}\n{}", texts(&files));
    let again = match read_again(&files) {
        Ok(again) => again,
        Err(error) => panic!("the new zone is refused: {error}\n{}", told()),
    };
    let [new] = again.zones.as_slice() else {
        panic!("the new zone is none, or several\n{}", told());
    };
    let is_edited = |owner: &kmsplan::Name| sets.iter().any(|set| set.owner == *owner);
    assert_eq!(wanted(&sets), kms(new, &is_edited), "{}", told());
    let rest = |owner: &kmsplan::Name| !is_edited(owner);
    assert_eq!(kms(zone, &rest), kms(new, &rest), "others: {}", told());
    assert_eq!(surroundings(zone), surroundings(new), "{}", told());
    let nothing = edit(&again, &[edits(new, &sets, false)], today);
    assert!(
        nothing == Edited::default(),
        "planning again changes something: {}\n{nothing:?}",
        told()
    );
    let owners = sets.iter().map(|set| lower(&set.owner)).collect();
    Some(Done { files, owners })
}

/// Every octet that goes belongs to a record of an edited set, to the serial number, or to the blanks in which a record that
/// inherited an owner gets it; what comes stands there, is a whole line behind a KMS record or at the end of the file, or the TTL
/// of a record that inherited one. As no splice touches another octet, all others stay.
fn touches_nothing_else(
    snapshot: &Snapshot,
    zone: &Zone,
    file: FileId,
    splice: &Splice,
    sets: &[DesiredSet],
) {
    let range = splice.range();
    let octets = &snapshot.files[file.0].bytes;
    let records = || {
        let all = zone.kms.values().flatten();
        let here = all.filter(|record| record.site.is_some_and(|site| site.file == file));
        here.filter_map(|record| Some((record, record.text.as_ref()?)))
    };
    let heirs = || {
        let texts = zone
            .kms
            .values()
            .flatten()
            .filter_map(|record| record.text.as_ref());
        let heirs = texts.flat_map(|text| {
            let direct = text.ttl_heir.iter().chain(&text.owner_heir);
            direct.chain(&text.included_heirs)
        });
        heirs.filter(|heir| heir.file == file)
    };
    let of_edited_set = records().any(|(record, text)| {
        let edited = sets.iter().any(|set| set.owner == record.owner);
        edited && text.lines.start <= range.start && range.end <= text.lines.end
    });
    let mut serials = zone
        .soa
        .iter()
        .filter_map(|soa| soa.serial_spans.as_ref())
        .flatten();
    let of_serial = serials.any(|span| *span == (file, range.clone()))
        && splice.text().iter().all(u8::is_ascii_digit);
    let word = |allowed: &dyn Fn(&u8) -> bool| {
        let text = splice.text().trim_ascii_end();
        !text.is_empty() && text.iter().all(allowed) && !splice.text().contains(&b'\n')
    };
    let is_slot = range.is_empty()
        && (heirs().any(|heir| heir.ttl_slot == range.start)
            || records().any(|(_, text)| ttl_slot(text) == Some(range.start)));
    let of_ttl = is_slot && word(&u8::is_ascii_digit);
    let of_owner = heirs().any(|heir| heir.blank && heir.blanks == range) && word(&|_| true);
    let behind = range.is_empty()
        && (range.start == octets.len()
            || records().any(|(_, text)| text.lines.end == range.start));
    let new = behind && new_lines(splice.text());
    assert!(
        of_edited_set || of_serial || of_ttl || of_owner || new,
        "{splice:?} touches what no edit is about:\n{}",
        String::from_utf8_lossy(octets)
    );
}

/// Where a TTL can be put into a record.
fn ttl_slot(text: &Text) -> Option<usize> {
    match &text.form {
        Form::Fields(fields) => Some(fields.ttl_slot),
        Form::Generic { ttl_slot, .. } => Some(*ttl_slot),
        Form::Generated { .. } => None,
    }
}

/// Whether a text is nothing but whole lines that are SRV records.
fn new_lines(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.split(['\r', '\n']).filter(|line| !line.is_empty());
    let is_record = |line: &str| {
        let line = line.to_ascii_uppercase();
        line.contains("SRV") || line.contains("TYPE33")
    };
    text.ends_with(['\r', '\n']) && lines.all(is_record)
}

/// Owner, target, port, priority, weight, TTL.
type Row = (String, String, u16, u16, u16, Option<u32>);

fn wanted(sets: &[DesiredSet]) -> Vec<Row> {
    let mut rows: Vec<Row> = sets
        .iter()
        .flat_map(|set| {
            set.records.iter().map(|one| {
                let target = lower(&name(&one.target));
                let owner = lower(&set.owner);
                (owner, target, one.port, one.priority, one.weight, one.ttl)
            })
        })
        .collect();
    rows.sort();
    rows
}

fn kms(zone: &Zone, which: &dyn Fn(&kmsplan::Name) -> bool) -> Vec<Row> {
    let sets = zone.kms.iter().filter(|(owner, _)| which(owner));
    let mut rows: Vec<Row> = sets
        .flat_map(|(owner, set)| {
            set.iter().map(|one| {
                let target = lower(&one.target);
                (
                    lower(owner),
                    target,
                    one.port,
                    one.priority,
                    one.weight,
                    one.ttl,
                )
            })
        })
        .collect();
    rows.sort();
    rows
}

/// What is known of the zone besides KMS records and its serial: apex, SOA, cuts, aliases, wildcards.
fn surroundings(zone: &Zone) -> Vec<String> {
    let soa = zone.soa.as_ref().map(|soa| {
        let (refresh, minimum, ttl) = (soa.refresh, soa.minimum, soa.ttl);
        format!("{} {refresh} {minimum} {ttl:?}", lower(&soa.mname))
    });
    let mut said = vec![format!("{} {soa:?} {}", lower(&zone.name), zone.signed)];
    said.extend(zone.cuts.keys().map(|at| format!("cut {}", lower(at))));
    said.extend(zone.aliases.iter().map(|(at, alias)| {
        format!(
            "alias {} {} {}",
            lower(at),
            alias.dname,
            lower(&alias.target)
        )
    }));
    said
}

/// Files as they are shown to those who look into a find.
pub fn texts<'f>(files: impl IntoIterator<Item = &'f (String, Vec<u8>)>) -> String {
    let files = files.into_iter();
    files
        .map(|(file, text)| format!("==> {file}\n{}\n", String::from_utf8_lossy(text)))
        .collect()
}

/// Every line that the old text has and the new one has not belongs to a KMS record, to the SOA record, or to a
/// record that inherits from one that goes: the type and the data of that one still stand, behind what it inherited.
/// Lines stay in their order.
///
/// # Panics
/// If another line is missing or has moved.
pub fn other_lines_stay(old: &[u8], new: &[u8]) {
    let old = String::from_utf8_lossy(old);
    let new = String::from_utf8_lossy(new);
    let kept: Vec<&str> = old.lines().filter_map(fixed).collect();
    let mut lines = new.lines();
    for part in kept {
        assert!(
            lines.any(|line| line.ends_with(part)),
            "{part:?} is missing or has moved:\n{old}\n==> became\n{new}"
        );
    }
}

/// The part of a line that no edit may touch, in zones as they are made here: directives and comments between
/// records, types and data of records that are none of KMS.
fn fixed(line: &str) -> Option<&str> {
    let comment = |line: &str| {
        line == "; a comment" || line == "; zone of a test" || line.starts_with(";_vlmcs")
    };
    if line.starts_with("$ORIGIN") || line.starts_with("$TTL") || line.starts_with("$INCLUDE") {
        return Some(line);
    }
    if comment(line) {
        return Some(line);
    }
    ["TYPE652", "TYPE653", "TYPE654", "TYPE655"]
        .iter()
        .find_map(|kind| line.find(kind))
        .map(|at| &line[at..])
}
