//! Edits of a record set, by the tool that changes its zone.

use super::{Instructions, LeftOut, dnscmd, dnsserver, is_windows, nsupdate, patch, verify};
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::presentation;
use crate::topology::Apply;

/// The commands for a change: adds, replacements, removals, in this order.
pub(super) fn change(change: &SetChange) -> Instructions {
    let mut out = Instructions::default();
    let change = in_order(change);
    if change.edits.is_empty() {
        return out;
    }
    let done = match change.before.zone.apply {
        Apply::Powershell => dnsserver::change(&change),
        Apply::Dnscmd => dnscmd::change(&change),
        Apply::Nsupdate => nsupdate::change(&change),
        Apply::Patch => Ok(patch::change(&change)),
    };
    match done {
        Ok(done) => out.append(done),
        Err(LeftOut(sentence)) => {
            out.say(sentence);
            out.say(by_console(&change));
        }
    }
    match verify::changed(&change.after) {
        Ok(shown) => out.check.push(shown),
        Err(LeftOut(sentence)) => out.say(sentence),
    }
    if is_windows(change.before.zone.kind) {
        out.say(console_route(&change));
    }
    out
}

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

/// A saved plan may hold its edits in any order: nothing is removed before what replaces it is there.
fn in_order(change: &SetChange) -> SetChange {
    let mut change = change.clone();
    change.edits.sort_by_key(|edit| match edit {
        RecordEdit::Add { .. } => 0,
        RecordEdit::Replace { .. } => 1,
        RecordEdit::Remove { .. } => 2,
    });
    change
}

/// `10 75 1688 kms01.contoso.com.`
pub(super) fn data(record: &Record) -> String {
    format!(
        "{} {} {} {}",
        record.priority,
        record.weight,
        record.port,
        presentation::absolute(&record.target)
    )
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
            .map(|record| format!("{mark}   {}", data(record))),
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

/// The edits as sentences, for a person who types them.
fn by_console(change: &SetChange) -> String {
    let edits: Vec<String> = change
        .edits
        .iter()
        .map(|edit| match edit {
            RecordEdit::Add { record } => format!("add {}", data(record)),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                let steps = ttl_and_age(before, after);
                format!("at {} {}", data(before), steps.join(" and "))
            }
            RecordEdit::Replace { before, after } => {
                format!("change {} to {}", data(before), data(after))
            }
            RecordEdit::Remove { record } => format!("remove {}", data(record)),
        })
        .collect();
    format!(
        "By hand at {}: {}",
        presentation::absolute(&change.before.owner),
        edits.join("; ")
    )
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

fn console_route(change: &SetChange) -> String {
    let server = change
        .before
        .zone
        .server
        .as_deref()
        .and_then(|text| super::server(Some(text)).ok().flatten())
        .map_or_else(String::new, |server| format!(" on {server}"));
    format!(
        "DNS Manager{server}, zone {}, View > Advanced: the records of {} are of type Service Location \
         (SRV). Set priority, weight, port number and host; clear \"Delete this record when it becomes \
         stale\" for a static record. Add first, remove last.",
        presentation::plain(&change.before.zone.name),
        presentation::plain(&change.before.owner),
    )
}
