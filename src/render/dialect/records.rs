//! Edits of a record set, by the tool that changes its zone.

use super::sets::ttl_and_age;
use super::{Instructions, LeftOut, dnscmd, dnsserver, is_windows, nsupdate, patch, verify};
use crate::arrange::Arrange as _;
use crate::plan::action::{Record, RecordEdit, SetChange};
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
        Apply::Patch => patch::change(&change),
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

/// A saved plan may hold its edits in any order: nothing is removed before what replaces it is there.
pub(super) fn in_order(change: &SetChange) -> SetChange {
    let mut change = change.clone();
    change.edits.arrange_by_key(|edit| match edit {
        RecordEdit::Add { .. } => 0,
        RecordEdit::Replace { .. } => 1,
        RecordEdit::Remove { .. } => 2,
    });
    change
}

/// The edits as sentences, for a person who types them.
pub(super) fn by_console(change: &SetChange) -> String {
    let edits: Vec<String> = change
        .edits
        .iter()
        .map(|edit| match edit {
            RecordEdit::Add { record } => format!("add {}{}", record.data(), ttl(None, record)),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                let steps = ttl_and_age(before, after);
                format!("at {} {}", before.data(), steps.join(" and "))
            }
            RecordEdit::Replace { before, after } => {
                let ttl = ttl(before.ttl, after);
                format!("change {} to {}{ttl}", before.data(), after.data())
            }
            RecordEdit::Remove { record } => format!("remove {}", record.data()),
        })
        .collect();
    format!(
        "By hand at {}: {}",
        presentation::absolute(&change.before.owner),
        edits.join("; ")
    )
}

/// The TTL that a new or changed record gets, where it is another than before.
fn ttl(before: Option<u32>, after: &Record) -> String {
    match after.ttl {
        Some(ttl) if before != Some(ttl) => format!(" with a TTL of {ttl} seconds"),
        _ => String::new(),
    }
}

fn console_route(change: &SetChange) -> String {
    let server = change
        .before
        .zone
        .server
        .as_deref()
        .and_then(|text| super::server(Some(text)).ok().flatten())
        .map_or_else(String::new, |server| format!(" on {server}"));
    let removes_only = change
        .edits
        .iter()
        .all(|edit| matches!(edit, RecordEdit::Remove { .. }));
    let what = if removes_only {
        "Delete only those that this step removes."
    } else {
        "Set priority, weight, port number and host; clear \"Delete this record when it becomes stale\" for \
         a static record. Add first, remove last."
    };
    format!(
        "DNS Manager{server}, zone {}, View > Advanced: the records of {} are of type Service Location \
         (SRV). {what}",
        presentation::plain(&change.before.zone.name),
        presentation::plain(&change.before.owner),
    )
}
