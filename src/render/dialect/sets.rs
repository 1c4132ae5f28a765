//! Record sets and their changes, as every tool needs them.

use crate::arrange::Arrange as _;
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::presentation;

/// The way back: what came goes, what went comes, in reverse order. As adds come first on the way there,
/// the removals' inverses come first on the way back, and the set is not emptied on either.
pub(super) fn inverse(change: &SetChange) -> SetChange {
    let edits = change
        .edits
        .iter()
        .rev()
        .map(|edit| match edit.clone() {
            RecordEdit::Add { record } => RecordEdit::Remove { record },
            RecordEdit::Remove { record } => RecordEdit::Add { record },
            RecordEdit::Replace { before, after } => RecordEdit::Replace {
                before: after,
                after: before,
            },
        })
        .collect();
    SetChange {
        before: change.after.clone(),
        edits,
        after: change.before.clone(),
    }
}

/// The records as [`presentation::as_dig_prints`] writes names, sorted, each once.
pub(super) fn as_dig_prints(records: &[Record]) -> Vec<String> {
    let mut lines: Vec<String> = records
        .iter()
        .map(|record| record.data_with(presentation::as_dig_prints))
        .collect();
    lines.arrange();
    lines.dedup();
    lines
}

/// The set as comments of a language, one record a line; `mark` begins a comment.
pub(super) fn expected(set: &RecordSet, mark: &str) -> Vec<String> {
    let mut lines = vec![format!(
        "{mark} Expected at {}",
        presentation::absolute(&set.owner)
    )];
    if set.records.is_empty() {
        lines.push(format!("{mark}   no record"));
    }
    lines.extend(
        set.records
            .iter()
            .map(|record| format!("{mark}   {}", record.data())),
    );
    lines
}

/// The TTL for an edit in a tool that needs one: the record's own, else that of a neighbour (RFC 2181
/// section 5.2: a set has one TTL).
pub(super) fn ttl_or_neighbours(record: &Record, change: &SetChange) -> Option<u32> {
    record.ttl.or_else(|| {
        change
            .after
            .records
            .iter()
            .chain(&change.before.records)
            .find_map(|neighbour| neighbour.ttl)
    })
}

/// What is set in the console where only TTL and age differ.
pub(super) fn ttl_and_age(before: &Record, after: &Record) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(ttl) = after.ttl
        && before.ttl != after.ttl
    {
        steps.push(format!("set the TTL to {ttl} seconds"));
    }
    if after.aged == Some(false) && before.aged != after.aged {
        steps.push("clear \"Delete this record when it becomes stale\"".to_owned());
    }
    steps
}
