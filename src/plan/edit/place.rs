//! Where new records go.

use std::collections::BTreeMap;

use super::rows::{Added, Row, Rows, What, set_rows};
use super::{Edit, Refusal};
use crate::snapshot::{End, FileId, Snapshot, Zone};
use crate::{Name, presentation};

/// The new records at the end of the zone's main file.
pub(super) struct AtEnd<'a> {
    /// The end; `None` where nothing is to come there.
    pub end: Option<&'a End>,
    /// The records, in order.
    pub added: Vec<Added<'a>>,
}

/// Puts each new record after the row that its set stands in, or at the end of the zone.
pub(super) fn place<'a>(
    snapshot: &Snapshot,
    zone: &'a Zone,
    edits: &'a [Edit<'a>],
    rows: &mut Rows<'a>,
) -> Result<AtEnd<'a>, Refusal> {
    let mut at_end = AtEnd {
        end: None,
        added: Vec::new(),
    };
    for edit in edits {
        let Edit::Add { owner, record } = edit else {
            continue;
        };
        let added = Added { owner, record };
        if let Some(id) = last_row(snapshot, zone, rows, owner).map(Row::id) {
            if let Some(row) = rows.get_mut(&id) {
                row.added.push(added);
            }
        } else {
            let Some(end) = &zone.end else {
                return Err(Refusal {
                    why: format!(
                        "{} has no place where a record of {} could be written.",
                        zone.source,
                        presentation::plain(owner)
                    ),
                    site: None,
                });
            };
            at_end.end = Some(end);
            at_end.added.push(added);
        }
    }
    Ok(at_end)
}

/// The row after which a new record of `owner` goes: the last one of its set, in the file with most of them;
/// one that stays before one that goes, and a record of its own before a `$GENERATE`. `None` where no file
/// that is used once has any.
fn last_row<'r, 'a>(
    snapshot: &Snapshot,
    zone: &Zone,
    rows: &'r Rows<'a>,
    owner: &Name,
) -> Option<&'r Row<'a>> {
    let candidates: Vec<&Row<'_>> = set_rows(zone, rows, owner)
        .into_iter()
        .filter(|row| snapshot.files[row.file.0].uses == 1)
        .collect();
    let mut per_file: BTreeMap<FileId, usize> = BTreeMap::new();
    for row in &candidates {
        *per_file.entry(row.file).or_default() += 1;
    }
    candidates.into_iter().max_by_key(|row| {
        (
            matches!(row.what, What::Record { .. }),
            row.keeps(owner),
            per_file.get(&row.file).copied(),
            std::cmp::Reverse(row.file),
            row.text.lines.start,
        )
    })
}

impl<'a> AtEnd<'a> {
    /// Hands the records to the zone's last row where nothing follows it in the file: both would be written
    /// at the same octet.
    pub(super) fn hand_to_last_row(&mut self, snapshot: &Snapshot, rows: &mut Rows<'a>) {
        let Some(end) = self.end else { return };
        let length = snapshot.files[end.file.0].bytes.len();
        let last = rows
            .values_mut()
            .find(|row| row.file == end.file && row.text.lines.end == length);
        if let Some(row) = last {
            row.added.append(&mut self.added);
        }
    }
}
