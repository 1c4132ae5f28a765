//! The rows of a zone: the places of its files that KMS records stand in, and what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Edit, NewRecord, Refusal};
use crate::Name;
use crate::snapshot::{FileId, Form, KmsRecord, Snapshot, Text, Zone};

/// Where a row begins: its file and its first octet there. Orders the rows of a file.
pub(super) type RowId = (FileId, usize);

/// The rows of a zone, in the order of their files.
pub(super) type Rows<'a> = BTreeMap<RowId, Row<'a>>;

/// Whole lines of a file that hold one KMS record, or the `$GENERATE` directive that makes some.
pub(super) struct Row<'a> {
    /// The file.
    pub file: FileId,
    /// The text; for a directive that of its first KMS record.
    pub text: &'a Text,
    /// What stands there.
    pub what: What<'a>,
    /// New records that come after the row, in order.
    pub added: Vec<Added<'a>>,
}

/// What a row holds.
pub(super) enum What<'a> {
    /// One record.
    Record {
        /// The record.
        record: &'a KmsRecord,
        /// What becomes of it.
        fate: Fate,
    },
    /// A `$GENERATE` directive.
    Directive {
        /// The lines that it stands for.
        lines: &'a [String],
        /// Its KMS records and what becomes of them, by index into the lines.
        records: BTreeMap<usize, (&'a KmsRecord, Fate)>,
    },
}

/// What becomes of an existing record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays as it is.
    Keep,
    /// It gets other values.
    Set {
        /// The priority.
        priority: u16,
        /// The weight.
        weight: u16,
        /// The TTL in seconds; `None`: as it is.
        ttl: Option<u32>,
        /// Whether `[AGE:n]` goes.
        make_static: bool,
    },
    /// It goes.
    Remove,
}

/// A new record.
#[derive(Clone, Copy)]
pub(super) struct Added<'a> {
    /// Its owner.
    pub owner: &'a Name,
    /// Its values.
    pub record: &'a NewRecord,
}

impl Row<'_> {
    /// Its key among the rows.
    pub(super) fn id(&self) -> RowId {
        (self.file, self.text.lines.start)
    }

    /// Whether anything of it stays that owns `owner`.
    pub(super) fn keeps(&self, owner: &Name) -> bool {
        match &self.what {
            What::Record { record, fate } => *fate != Fate::Remove && record.owner == *owner,
            What::Directive { records, .. } => records
                .values()
                .any(|(record, fate)| *fate != Fate::Remove && record.owner == *owner),
        }
    }

    /// Whether it is one record of `owner`, whose owner is written.
    pub(super) fn spells(&self, owner: &Name) -> bool {
        matches!(&self.what, What::Record { record, .. } if record.owner == *owner)
            && self.owner_text().is_some()
    }

    /// The range of its owner, if it holds one record whose owner is written.
    pub(super) fn owner_text(&self) -> Option<std::ops::Range<usize>> {
        match &self.text.form {
            Form::Fields(fields) => fields.owner.clone(),
            Form::Generic { owner, .. } => owner.clone(),
            Form::Generated { .. } => None,
        }
    }

    /// Whether it holds one record whose owner is blank.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.what, What::Record { .. }) && self.owner_text().is_none()
    }

    /// Whether its directive must be replaced with lines of its own.
    pub(super) fn is_expanded(&self) -> bool {
        match &self.what {
            What::Record { .. } => false,
            What::Directive { records, .. } => {
                records.values().any(|(_, fate)| *fate != Fate::Keep)
            }
        }
    }
}

/// The rows of the zone's KMS records with the fates that `edits` give them.
/// A record in a file that is included several times cannot change; the rows of such a file stand for all its
/// uses.
pub(super) fn rows<'a>(
    snapshot: &Snapshot,
    zone: &'a Zone,
    edits: &[Edit<'a>],
) -> Result<Rows<'a>, Refusal> {
    let mut fates = BTreeMap::new();
    for edit in edits {
        let (record, fate) = match *edit {
            Edit::Set {
                record,
                priority,
                weight,
                ttl,
                make_static,
            } => (record, set(record, priority, weight, ttl, make_static)),
            Edit::Remove { record } => (record, Fate::Remove),
            Edit::Add { .. } => continue,
        };
        let Some((id, index)) = key(record) else {
            return Err(Refusal {
                why: format!("{} has no text that could be edited.", zone.source),
                site: record.site,
            });
        };
        let file = &snapshot.files[id.0.0];
        match record.site {
            Some(site) if fate != Fate::Keep && file.uses > 1 => {
                return Err(Refusal::shared(file, site));
            }
            _ => {}
        }
        fates.insert((id, index), fate);
    }
    let mut rows = Rows::new();
    for record in zone.kms.values().flatten() {
        let (Some(site), Some(text), Some((id, index))) = (record.site, &record.text, key(record))
        else {
            continue;
        };
        let fate = fates.get(&(id, index)).copied().unwrap_or(Fate::Keep);
        let row = rows.entry(id).or_insert_with(|| Row {
            file: site.file,
            text,
            what: match &text.form {
                Form::Generated { lines, .. } => What::Directive {
                    lines,
                    records: BTreeMap::new(),
                },
                Form::Fields(_) | Form::Generic { .. } => What::Record { record, fate },
            },
            added: Vec::new(),
        });
        if let What::Directive { records, .. } = &mut row.what {
            records.insert(index, (record, fate));
        }
    }
    Ok(rows)
}

/// The rows that the records of `owner` stand in, in the order of their files.
pub(super) fn set_rows<'r, 'a>(zone: &Zone, rows: &'r Rows<'a>, owner: &Name) -> Vec<&'r Row<'a>> {
    let ids: BTreeSet<RowId> = zone
        .kms
        .get(owner)
        .into_iter()
        .flatten()
        .filter_map(|record| key(record).map(|(id, _)| id))
        .collect();
    ids.iter().filter_map(|id| rows.get(id)).collect()
}

/// The row of a record, and its index in a directive's lines.
fn key(record: &KmsRecord) -> Option<(RowId, usize)> {
    let (site, text) = (record.site?, record.text.as_ref()?);
    let index = match text.form {
        Form::Generated { index, .. } => index,
        Form::Fields(_) | Form::Generic { .. } => 0,
    };
    Some(((site.file, text.lines.start), index))
}

/// The fate of a record that is to have these values.
fn set(
    record: &KmsRecord,
    priority: u16,
    weight: u16,
    ttl: Option<u32>,
    make_static: bool,
) -> Fate {
    let has_age = match record.text.as_ref().map(|text| &text.form) {
        Some(Form::Fields(fields)) => fields.age.is_some(),
        Some(Form::Generic { age, .. }) => age.is_some(),
        Some(Form::Generated { .. }) | None => false,
    };
    let same = record.priority == priority
        && record.weight == weight
        && ttl.is_none_or(|ttl| record.ttl == Some(ttl))
        && !(make_static && has_age);
    if same {
        Fate::Keep
    } else {
        Fate::Set {
            priority,
            weight,
            ttl,
            make_static,
        }
    }
}
