//! The edit of zone files: splices that make the KMS records as desired and leave every other octet, and
//! the unified diff that shows them.
//!
//! A pure function of the snapshot and the desired records. [`edit`] goes zone by zone: the rows that KMS
//! records stand in (`rows`), where new records go (`place`), what later records inherit from rows that
//! change (`inherit`), and the text of each row (`write`, new ones in the `style` of their neighbours); at
//! last the serial number of each zone that changed (`serial`) and the diff of each file (`hunks`).

use std::collections::BTreeMap;

use crate::arrange::Arrange as _;
use crate::encoding::Encoding;
use crate::plan::FileDiff;
use crate::snapshot::{File, FileId, KmsRecord, Site, Snapshot, Zone};
use crate::{Date, Name, parallel, presentation};

mod blanks;
mod hunks;
mod inherit;
mod place;
mod rows;
mod serial;
mod splices;
mod style;
mod write;

pub(super) use hunks::{is_unified, unified};
pub use serial::is_date_serial;
pub(super) use serial::next as next_serial;
pub(super) use splices::between;
pub use splices::{Splice, apply};

/// What becomes of one existing record, or a new one. A record that no edit names stays.
#[derive(Debug, Clone)]
pub enum Edit<'a> {
    /// The record gets these values; its target and port stay.
    Set {
        /// A record of the zone.
        record: &'a KmsRecord,
        /// Lower is asked first.
        priority: u16,
        /// Share within a priority.
        weight: u16,
        /// Seconds; `None`: as it is.
        ttl: Option<u32>,
        /// Whether `[AGE:n]` goes.
        make_static: bool,
    },
    /// The record goes.
    Remove {
        /// A record of the zone.
        record: &'a KmsRecord,
    },
    /// A record comes.
    Add {
        /// Its owner, `_vlmcs._tcp.<domain>`.
        owner: &'a Name,
        /// Its values.
        record: NewRecord,
    },
}

/// The values of a record that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// Lower is asked first.
    pub priority: u16,
    /// Share within a priority.
    pub weight: u16,
    /// TCP port.
    pub port: u16,
    /// The KMS host, in the spelling to be written.
    pub target: Name,
    /// Seconds.
    pub ttl: u32,
}

/// The edits of one zone.
#[derive(Debug, Clone)]
pub struct ZoneEdits<'a> {
    /// The zone, of the same snapshot.
    pub zone: &'a Zone,
    /// What changes, new records in the order in which they are to stand.
    pub edits: Vec<Edit<'a>>,
}

/// The edited files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edited {
    /// The diffs of the files that change, sorted by path.
    pub diffs: Vec<FileDiff>,
    /// The splices of the files that change, in order.
    pub files: Vec<(FileId, Vec<Splice>)>,
    /// The new SOA serials of the zones that change, by apex.
    pub serials: Vec<(Name, u32)>,
    /// The zones whose files cannot be edited. None of their edits is in the other fields.
    pub refused: Vec<Refused>,
}

/// Why the files of a zone cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The zone's apex.
    pub zone: Name,
    /// The reason, a sentence.
    pub why: String,
    /// The place that cannot be edited, if there is one.
    pub site: Option<Site>,
}

/// How many zones, or files, a thread edits at a time.
const PER_TURN: usize = 16;

/// Splices by file.
pub(super) type FileSplices = BTreeMap<FileId, Vec<Splice>>;

/// Why a zone is refused, without its name.
struct Refusal {
    why: String,
    site: Option<Site>,
}

impl Refusal {
    /// The edit would be one of a file that is included in several places.
    fn shared(file: &File, site: Site) -> Self {
        Self {
            why: format!(
                "{} is included in several places, so an edit of it would change all of them.",
                file.path
            ),
            site: Some(site),
        }
    }
}

/// Edits the files of `snapshot` as `zones` say. `today` feeds date serials; without it a serial rises by one.
pub fn edit(snapshot: &Snapshot, zones: &[ZoneEdits<'_>], today: Option<Date>) -> Edited {
    edit_raising(snapshot, zones, &|_, serial| serial::next(serial, today))
}

/// Edits the files of `snapshot` as `zones` say. `raise` gives the serial of a zone that changes, of the one
/// that it has.
pub(super) fn edit_raising(
    snapshot: &Snapshot,
    zones: &[ZoneEdits<'_>],
    raise: &(dyn Fn(&Zone, u32) -> u32 + Sync),
) -> Edited {
    let mut edited = Edited::default();
    let mut files = FileSplices::new();
    let each = parallel::map(zones, PER_TURN, |wanted| {
        (wanted.zone, edit_zone(snapshot, wanted, raise))
    });
    for (zone, result) in each {
        match result {
            Ok(None) => {}
            Ok(Some((splices, serial))) => {
                for (file, mut splices) in splices {
                    files.entry(file).or_default().append(&mut splices);
                }
                edited.serials.push((zone.name.clone(), serial));
            }
            Err(Refusal { why, site }) => edited.refused.push(Refused {
                zone: zone.name.clone(),
                why,
                site,
            }),
        }
    }
    let files: Vec<(FileId, Vec<Splice>)> = files.into_iter().collect();
    let diffs = parallel::map(files, PER_TURN, |(id, splices)| {
        let file = &snapshot.files[id.0];
        let splices = splices::in_order(splices);
        let diff = FileDiff {
            path: file.path.clone(),
            applies: applies(file),
            unified: hunks::unified(&file.path, &file.bytes, &splices),
        };
        (diff, (id, splices))
    });
    (edited.diffs, edited.files) = diffs.into_iter().unzip();
    edited
        .diffs
        .arrange_by(|one, other| one.path.cmp(&other.path));
    edited
}

/// Whether `patch` can apply a diff of the file.
pub(super) fn applies(file: &File) -> bool {
    (file.live || file.real.is_some()) && file.encoding == Encoding::Octets
}

/// The splices that give a zone the edits and the serial, in order. `None` where it cannot be edited.
pub(super) fn with_serial(
    snapshot: &Snapshot,
    wanted: &ZoneEdits<'_>,
    serial: u32,
) -> Option<FileSplices> {
    let edited = edit_zone(snapshot, wanted, &|_, _| serial).ok()?;
    let mut splices = if let Some((splices, _)) = edited {
        splices
    } else {
        let mut splices = FileSplices::new();
        write_serial(wanted.zone, serial, &mut splices).ok()?;
        splices
    };
    for splices in splices.values_mut() {
        *splices = splices::in_order(std::mem::take(splices));
    }
    Some(splices)
}

/// The splices of one zone and its new serial; `None` where nothing changes.
fn edit_zone(
    snapshot: &Snapshot,
    wanted: &ZoneEdits<'_>,
    raise: &dyn Fn(&Zone, u32) -> u32,
) -> Result<Option<(FileSplices, u32)>, Refusal> {
    let zone = wanted.zone;
    let mut rows = rows::rows(snapshot, zone, &wanted.edits)?;
    let mut end = place::place(snapshot, zone, &wanted.edits, &mut rows)?;
    end.hand_to_last_row(snapshot, &mut rows);
    let inherited = inherit::inherit(&rows);
    let mut splices = write::write(snapshot, zone, &rows, &end, &inherited);
    if splices.values().all(Vec::is_empty) {
        return Ok(None);
    }
    let serial = raise(zone, zone.soa.as_ref().map_or(0, |soa| soa.serial));
    write_serial(zone, serial, &mut splices)?;
    splices.retain(|_, splices| !splices.is_empty());
    for (id, splices) in &splices {
        let file = &snapshot.files[id.0];
        let first = splices.iter().map(|splice| splice.range().start).min();
        if let Some(first) = first.filter(|_| file.uses > 1) {
            let line = 1 + memchr::memchr_iter(b'\n', &file.bytes[..first]).count();
            return Err(Refusal::shared(file, Site { file: *id, line }));
        }
    }
    Ok(Some((splices, serial)))
}

/// Gives a zone the serial.
fn write_serial(zone: &Zone, serial: u32, splices: &mut FileSplices) -> Result<(), Refusal> {
    let apex = presentation::plain(&zone.name);
    let Some(soa) = &zone.soa else {
        return Err(Refusal {
            why: format!("The data of {apex} has no SOA record, so there is no serial to raise."),
            site: None,
        });
    };
    let Some(spans) = &soa.serial_spans else {
        return Err(Refusal {
            why: format!(
                "The serial of {apex} is not written as a number that can be replaced in place."
            ),
            site: soa.site,
        });
    };
    for (file, span) in spans {
        splices
            .entry(*file)
            .or_default()
            .push(Splice::new(span.clone(), serial.to_string()));
    }
    Ok(())
}
