//! What later records inherit from rows that change: the owner, where theirs is blank, and the TTL, where none
//! is written and no default rules (RFC 1035 section 5.1). No other record's owner or TTL may change.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Fate, Row, RowId, Rows, What};
use crate::Name;
use crate::snapshot::{FileId, Heir, TtlFrom};

/// What the new files need so that every record keeps its owner and TTL.
#[derive(Default)]
pub(super) struct Inherited<'a> {
    /// The owner that a blank owner right after each row (before its new records) would take in the new
    /// file; none where that is another's or not known.
    pub owner_after: BTreeMap<RowId, Option<&'a Name>>,
    /// The TTLs of each row.
    pub ttls: BTreeMap<RowId, RowTtl>,
    /// Records that must get the owner that they inherited, and the row whose written owner it was.
    pub owner_heirs: Vec<(&'a Heir, Option<RowId>)>,
    /// Records without a row that must get the TTL that they inherited.
    pub ttl_heirs: Vec<&'a Heir>,
}

/// The TTLs of a row.
#[derive(Default, Clone, Copy)]
pub(super) struct RowTtl {
    /// The TTL to be written into it; `None`: what is written or not stays.
    pub write: Option<u32>,
    /// The TTL that a record without one would take right after the row, if that is known.
    pub after: Option<u32>,
    /// Whether that is the last record's, not a default.
    pub is_previous: bool,
}

/// Works out what the rows' heirs lose.
pub(super) fn inherit<'a>(rows: &Rows<'a>) -> Inherited<'a> {
    let mut inherited = Inherited::default();
    owners(rows, &mut inherited);
    ttls(rows, &mut inherited);
    inherited
}

/// The row that begins at, or holds, an octet.
fn row_at<'r, 'a>(rows: &'r Rows<'a>, file: FileId, at: usize) -> Option<&'r Row<'a>> {
    rows.range((file, 0)..=(file, at))
        .next_back()
        .map(|(_, row)| row)
        .filter(|row| at < row.text.lines.end)
}

/// What a row does to the owner that a later blank owner takes.
#[derive(Clone, Copy)]
enum OwnerAfter<'a> {
    /// Nothing: it is a directive, which leaves no owner behind.
    Untouched,
    /// It takes this one.
    Is(&'a Name),
    /// It takes another's, or nobody's.
    Lost,
}

/// A record with a blank owner and the rows that it may have it from, in order.
struct Waiting<'a> {
    heir: &'a Heir,
    from: Vec<RowId>,
}

fn owners<'a>(rows: &Rows<'a>, inherited: &mut Inherited<'a>) {
    let mut waiting: BTreeMap<RowId, Waiting<'a>> = BTreeMap::new();
    let mut after: BTreeMap<RowId, OwnerAfter<'a>> = BTreeMap::new();
    for (id, row) in rows {
        let (own, kept) = match &row.what {
            What::Record { record, fate } => (&record.owner, *fate != Fate::Remove),
            What::Directive { .. } => (&row.text.origin, false),
        };
        let end_of_row = if row.is_blank() {
            // The heirs of a file stand in order, so the rows before this one are all done.
            let wait = waiting.remove(id);
            let before = wait
                .as_ref()
                .map_or(OwnerAfter::Is(own), |wait| resolve(wait, own, &after));
            match (kept, before) {
                (true, OwnerAfter::Lost) => {
                    let heir = wait.as_ref().map(|wait| (wait.heir, source(wait, rows)));
                    inherited.owner_heirs.extend(heir);
                    OwnerAfter::Is(own)
                }
                (true, _) => OwnerAfter::Is(own),
                (false, before) => before,
            }
        } else if matches!(row.what, What::Directive { .. }) {
            if row.is_expanded() {
                OwnerAfter::Lost
            } else {
                OwnerAfter::Untouched
            }
        } else if kept {
            OwnerAfter::Is(own)
        } else {
            OwnerAfter::Lost
        };
        let known = match end_of_row {
            OwnerAfter::Is(name) => Some(name),
            OwnerAfter::Untouched | OwnerAfter::Lost => None,
        };
        inherited.owner_after.insert(*id, known);
        let end_of_row = row
            .added
            .last()
            .map_or(end_of_row, |last| OwnerAfter::Is(last.owner));
        after.insert(*id, end_of_row);
        if let Some(heir) = row.text.owner_heir.as_ref().filter(|heir| heir.blank) {
            let at = row_at(rows, heir.file, heir.start).map_or((heir.file, heir.start), Row::id);
            let wait = waiting.entry(at).or_insert_with(|| Waiting {
                heir,
                from: Vec::new(),
            });
            wait.from.push(*id);
        }
    }
    for wait in waiting.values() {
        let lost = match resolve(wait, &wait.heir.owner, &after) {
            OwnerAfter::Is(name) => *name != wait.heir.owner,
            OwnerAfter::Lost => true,
            OwnerAfter::Untouched => false,
        };
        if lost {
            inherited.owner_heirs.push((wait.heir, source(wait, rows)));
        }
    }
}

/// The owner that a waiting record finds: that of the last row that leaves one behind.
fn resolve<'a>(
    wait: &Waiting<'a>,
    own: &'a Name,
    after: &BTreeMap<RowId, OwnerAfter<'a>>,
) -> OwnerAfter<'a> {
    let found = wait
        .from
        .iter()
        .rev()
        .filter_map(|id| after.get(id))
        .find(|after| !matches!(after, OwnerAfter::Untouched));
    match found {
        None => OwnerAfter::Is(own),
        Some(OwnerAfter::Is(name)) if *name != own => OwnerAfter::Lost,
        Some(after) => *after,
    }
}

/// The row whose written owner a waiting record had.
fn source(wait: &Waiting<'_>, rows: &Rows<'_>) -> Option<RowId> {
    let last = wait.from.iter().rev().find(|id| {
        rows.get(id)
            .is_some_and(|row| matches!(row.what, What::Record { .. }))
    })?;
    rows.range(..=*last)
        .rev()
        .map(|(_, row)| row)
        .take_while(|row| row.file == last.0)
        .find(|row| row.holds(&wait.heir.owner) && row.owner_text().is_some())
        .map(Row::id)
}

fn ttls<'a>(rows: &Rows<'a>, inherited: &mut Inherited<'a>) {
    let mut heirs: BTreeSet<RowId> = BTreeSet::new();
    for row in rows.values() {
        heirs.extend(heir_row(rows, row).map(Row::id));
    }
    for first in rows.values().filter(|row| !heirs.contains(&row.id())) {
        let mut row = first;
        let mut before = match first.text.ttl_from {
            TtlFrom::Previous => current_ttl(first),
            TtlFrom::Record | TtlFrom::Default => None,
        };
        // The last row's heir, where this row is it.
        let mut as_heir: Option<&'a Heir> = None;
        loop {
            let ttl = row_ttl(row, before);
            if ttl.write.is_some() && matches!(row.what, What::Directive { .. }) {
                inherited.ttl_heirs.extend(as_heir);
            }
            inherited.ttls.insert(row.id(), ttl);
            before = match row.added.last() {
                Some(last) => Some(last.record.ttl),
                None => ttl.after,
            };
            let Some(heir) = ttl_heir(row) else { break };
            match heir_row(rows, row) {
                Some(next) if !inherited.ttls.contains_key(&next.id()) => {
                    (row, as_heir) = (next, Some(heir));
                }
                Some(_) => break,
                None => {
                    if before != Some(heir.ttl) {
                        inherited.ttl_heirs.push(heir);
                    }
                    break;
                }
            }
        }
    }
}

/// The record after the row that takes its TTL over.
fn ttl_heir<'a>(row: &Row<'a>) -> Option<&'a Heir> {
    let heir_of = |text: &'a crate::snapshot::Text| {
        text.ttl_heir
            .as_ref()
            .filter(|heir| heir.file != row.file || !text.lines.contains(&heir.start))
    };
    match &row.what {
        What::Record { .. } => heir_of(row.text),
        What::Directive { records, .. } => records
            .values()
            .filter_map(|(record, _)| record.text.as_ref().and_then(heir_of))
            .next_back(),
    }
}

fn heir_row<'r, 'a>(rows: &'r Rows<'a>, row: &Row<'a>) -> Option<&'r Row<'a>> {
    let heir = ttl_heir(row)?;
    row_at(rows, heir.file, heir.start)
}

/// The TTL that the row has now; for a directive that of its records.
fn current_ttl(row: &Row<'_>) -> Option<u32> {
    match &row.what {
        What::Record { record, .. } => record.ttl,
        What::Directive { records, .. } => {
            records.values().next().and_then(|(record, _)| record.ttl)
        }
    }
}

/// The TTLs of a row before which a record without one would take `before`.
fn row_ttl(row: &Row<'_>, before: Option<u32>) -> RowTtl {
    let now = current_ttl(row);
    // Where the next record takes this one's TTL, no default rules here.
    let is_previous = row.text.ttl_from == TtlFrom::Previous
        || (row.text.ttl_from == TtlFrom::Record && ttl_heir(row).is_some());
    let (stays, wanted) = match &row.what {
        What::Record { fate, .. } => match fate {
            Fate::Keep => (true, now),
            Fate::Set { ttl, .. } => (true, ttl.or(now)),
            Fate::Remove => (false, None),
        },
        What::Directive { records, lines } => (
            lines.len() > records.len() || records.values().any(|(_, fate)| *fate != Fate::Remove),
            now,
        ),
    };
    let write = match row.text.ttl_from {
        _ if !stays || row.is_expanded() => None,
        TtlFrom::Previous => wanted.filter(|_| wanted != before),
        TtlFrom::Record | TtlFrom::Default => wanted.filter(|_| wanted != now),
    };
    let after = match row.text.ttl_from {
        TtlFrom::Default => now,
        TtlFrom::Record if !is_previous => None,
        _ if !stays => before,
        _ if row.is_expanded() => last_line_ttl(row),
        _ => wanted,
    };
    RowTtl {
        write,
        after,
        is_previous,
    }
}

/// The TTL of the last line that a directive leaves.
fn last_line_ttl(row: &Row<'_>) -> Option<u32> {
    let What::Directive { lines, records } = &row.what else {
        return None;
    };
    let last = (0..lines.len())
        .rev()
        .find(|index| !matches!(records.get(index), Some((_, Fate::Remove))))?;
    match records.get(&last) {
        Some((_, Fate::Set { ttl: Some(ttl), .. })) => Some(*ttl),
        _ => current_ttl(row),
    }
}
