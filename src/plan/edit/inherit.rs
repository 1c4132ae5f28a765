//! What later records inherit from rows that change: the owner, where theirs is blank, and the TTL, where none
//! is written and no default rules (RFC 1035 section 5.1). No other record's owner or TTL may change.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Fate, Row, RowId, Rows, What};
use crate::Name;
use crate::arrange::IntoMap as _;
use crate::snapshot::{FileId, Heir, Text, TtlFrom};

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
    /// The TTL that the row leaves to a record that takes the last one's over, if that is known.
    pub after: Option<u32>,
    /// The default that rules there, if the row shows it.
    pub default: Option<u32>,
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

/// A record with a blank owner and the rows that it may have it from: one record, and the directives that stand
/// between the two.
struct Waiting<'a> {
    heir: &'a Heir,
    /// The rows, and the record as each use of its file sees it.
    from: Vec<(RowId, &'a Heir)>,
}

fn owners<'a>(rows: &Rows<'a>, inherited: &mut Inherited<'a>) {
    let waiting = waiting(rows);
    // How many rows a row still waits for.
    let mut missing: BTreeMap<RowId, usize> = rows.keys().map(|id| (*id, 0)).into_map();
    for (id, wait) in &waiting {
        if let Some(count) = missing.get_mut(id) {
            *count = wait.from.len();
        }
    }
    let mut ready: Vec<RowId> = missing
        .iter()
        .filter_map(|(id, count)| (*count == 0).then_some(*id))
        .collect();
    let mut after: BTreeMap<RowId, OwnerAfter<'a>> = BTreeMap::new();
    while let Some((id, row)) = ready.pop().and_then(|id| rows.get_key_value(&id)) {
        let wait = waiting.get(id);
        let own = own_after(rows, row, wait, &after, inherited);
        let known = match own {
            OwnerAfter::Is(name) => Some(name),
            OwnerAfter::Untouched | OwnerAfter::Lost => None,
        };
        inherited.owner_after.insert(*id, known);
        let last = row.added.last().map(|last| OwnerAfter::Is(last.owner));
        after.insert(*id, last.unwrap_or(own));
        for heir in owner_heirs(rows, row) {
            if let Some(count) = missing.get_mut(&place_of(rows, heir)) {
                *count -= 1;
                if *count == 0 {
                    ready.push(place_of(rows, heir));
                }
            }
        }
    }
    for (id, wait) in &waiting {
        if !rows.contains_key(id) && wait.is_lost(&after) {
            inherited.owner_heirs.push((wait.heir, source(wait, rows)));
        }
    }
}

impl Waiting<'_> {
    /// Whether a row no longer leaves the owner behind that the record had from it.
    fn is_lost(&self, after: &BTreeMap<RowId, OwnerAfter<'_>>) -> bool {
        self.from.iter().any(|(id, heir)| match after.get(id) {
            Some(OwnerAfter::Is(name)) => **name != heir.owner,
            Some(OwnerAfter::Lost) => true,
            Some(OwnerAfter::Untouched) | None => false,
        })
    }
}

/// The records that inherit an owner from a row, by place.
fn waiting<'a>(rows: &Rows<'a>) -> BTreeMap<RowId, Waiting<'a>> {
    let mut waiting: BTreeMap<RowId, Waiting<'a>> = BTreeMap::new();
    for (id, row) in rows {
        for heir in owner_heirs(rows, row) {
            let wait = waiting
                .entry(place_of(rows, heir))
                .or_insert_with(|| Waiting {
                    heir,
                    from: Vec::new(),
                });
            wait.from.push((*id, heir));
        }
    }
    waiting
}

/// The records with a blank owner that may have it from the row, each once.
fn owner_heirs<'a>(rows: &Rows<'a>, row: &Row<'a>) -> Vec<&'a Heir> {
    let texts: Vec<&'a Text> = match &row.what {
        What::Record { .. } => vec![row.text],
        What::Directive { records, .. } => records
            .values()
            .filter_map(|(record, _)| record.text.as_ref())
            .collect(),
    };
    let mut heirs: BTreeMap<RowId, &'a Heir> = BTreeMap::new();
    for text in texts {
        for heir in text.owner_heir.iter().chain(&text.included_heirs) {
            if heir.blank {
                heirs.insert(place_of(rows, heir), heir);
            }
        }
    }
    heirs.into_values().collect()
}

/// The row of an heir, or its own place where it has none.
fn place_of(rows: &Rows<'_>, heir: &Heir) -> RowId {
    row_at(rows, heir.file, heir.start).map_or((heir.file, heir.start), Row::id)
}

/// What a row, without its new records, does to the owner; notes an owner that must be written into it.
fn own_after<'a>(
    rows: &Rows<'a>,
    row: &Row<'a>,
    wait: Option<&Waiting<'a>>,
    after: &BTreeMap<RowId, OwnerAfter<'a>>,
    inherited: &mut Inherited<'a>,
) -> OwnerAfter<'a> {
    let (record, fate) = match &row.what {
        What::Record { record, fate } => (record, *fate),
        What::Directive { .. } if row.is_expanded() => return OwnerAfter::Lost,
        What::Directive { .. } => return OwnerAfter::Untouched,
    };
    let lost = wait.map_or(!row.is_blank(), |wait| wait.is_lost(after));
    if fate == Fate::Remove {
        return if lost {
            OwnerAfter::Lost
        } else {
            OwnerAfter::Is(&record.owner)
        };
    }
    if let Some(wait) = wait.filter(|_| lost) {
        inherited.owner_heirs.push((wait.heir, source(wait, rows)));
    }
    OwnerAfter::Is(&record.owner)
}

/// The row whose written owner a waiting record had.
fn source(wait: &Waiting<'_>, rows: &Rows<'_>) -> Option<RowId> {
    let (giver, _) = wait.from.iter().find(|(id, _)| {
        rows.get(id)
            .is_some_and(|row| matches!(row.what, What::Record { .. }))
    })?;
    rows.range((giver.0, 0)..=*giver)
        .rev()
        .map(|(_, row)| row)
        .find(|row| row.spells(&wait.heir.owner))
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
                _ => {
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
    let heir_of = |text: &'a Text| {
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
    let after = if !stays {
        before
    } else if row.is_expanded() {
        last_line_ttl(row)
    } else {
        wanted
    };
    RowTtl {
        write,
        after,
        default: now.filter(|_| row.text.ttl_from == TtlFrom::Default),
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
