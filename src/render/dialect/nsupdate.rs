//! Records by dynamic update (RFC 2136), as input of `nsupdate`.
//!
//! Names need no quoting beyond [`presentation`]: absolute, with decimal escapes (RFC 1035 section
//! 5.1), they hold no blank and no line end.

use super::sets::{data, inverse, ttl_or_neighbours};
use super::{Command, Instructions, LeftOut, is_windows, server};
use crate::Name;
use crate::plan::action::{Record, RecordEdit, SetChange};
use crate::presentation;

/// The TTL where neither the record nor its neighbours tell one: the default of the topology.
const DEFAULT_TTL: u32 = 3600;

/// The change and its inverse, one message each: all of it is done, or nothing.
pub(super) fn change(change: &SetChange) -> Result<Instructions, LeftOut> {
    let mut out = Instructions::default();
    let zone = &change.before.zone;
    let server = server(zone.server.as_deref())?;
    let mut note = if is_windows(zone.kind) {
        "For nsupdate -g, with the Kerberos ticket of an administrator; with -g the server line has no \
         effect."
            .to_owned()
    } else {
        "For nsupdate -k, with a key that may update the zone.".to_owned()
    };
    if server.is_none() {
        note.push_str(" Without a server line nsupdate asks the primary that the SOA names.");
    }
    note.push_str(" REFUSED, NXRRSET or YXRRSET: nothing was changed.");
    if is_windows(zone.kind) {
        out.say(
            "Windows timestamps every record that comes by dynamic update; only PowerShell or the \
             console make static ones.",
        );
    }
    if let Some(text) = message(change, server.as_ref(), &mut out) {
        out.commands.push(Command::nsupdate(text, note.clone()));
    }
    if let Some(text) = message(&way_back(change), server.as_ref(), &mut out) {
        out.undo.push(Command::nsupdate(text, note));
    }
    Ok(out)
}

/// The inverse. A server keeps one TTL a set (RFC 2181 section 5.2): what stays took the TTL of what came, and
/// is given its own again where nothing else that is written brings it.
fn way_back(change: &SetChange) -> SetChange {
    let mut back = inverse(change);
    let only_removes = back
        .edits
        .iter()
        .all(|edit| matches!(edit, RecordEdit::Remove { .. }));
    let gone = change.edits.iter().find_map(|edit| match edit {
        RecordEdit::Add { record } => record.ttl,
        _ => None,
    });
    if let (true, Some(ttl), Some(stays)) = (only_removes, gone, back.after.records.first())
        && stays.ttl.is_some_and(|own| own != ttl)
    {
        let edit = RecordEdit::Replace {
            before: Record {
                ttl: Some(ttl),
                ..stays.clone()
            },
            after: stays.clone(),
        };
        back.edits.insert(0, edit);
    }
    back
}

/// One message, or none if it would change nothing. Its prerequisites list the whole set, so that it is
/// applied only if the set is still exactly that (RFC 2136 section 2.4.2).
fn message(change: &SetChange, server: Option<&String>, out: &mut Instructions) -> Option<String> {
    let owner = presentation::absolute(&change.before.owner);
    let mut updates = Vec::new();
    let mut plain_hosts = true;
    for edit in &change.edits {
        match edit {
            RecordEdit::Add { record } => updates.push(add(&owner, record, change, out)),
            RecordEdit::Remove { record } => updates.push(delete(&owner, record)),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                if after.ttl.is_some() && after.ttl != before.ttl {
                    updates.extend(again(&owner, before, after, change, out));
                } else {
                    out.say(format!(
                        "A dynamic update cannot change the age alone of the record {}.",
                        data(before)
                    ));
                }
            }
            RecordEdit::Replace { before, after } => {
                updates.push(add(&owner, after, change, out));
                updates.push(delete(&owner, before));
            }
        }
        let (RecordEdit::Add { record: added } | RecordEdit::Replace { after: added, .. }) = edit
        else {
            continue;
        };
        plain_hosts &= is_host_name(&added.target);
    }
    if updates.is_empty() {
        return None;
    }

    let mut lines = Vec::new();
    if let Some(server) = server {
        lines.push(format!("server {server}"));
    }
    lines.push(format!(
        "zone {}",
        presentation::absolute(&change.before.zone.name)
    ));
    if !plain_hosts {
        lines.push("check-names no".to_owned());
    }
    if change.before.records.is_empty() {
        lines.push(format!("prereq nxrrset {owner} IN SRV"));
    }
    for record in &change.before.records {
        lines.push(format!("prereq yxrrset {owner} IN SRV {}", data(record)));
    }
    lines.append(&mut updates);
    lines.push("send\n".to_owned());
    Some(lines.join("\n"))
}

fn add(owner: &str, record: &Record, change: &SetChange, out: &mut Instructions) -> String {
    let ttl = ttl_or_neighbours(record, change).unwrap_or_else(|| {
        out.say(format!(
            "The TTL of the record of {} is not known: it gets {DEFAULT_TTL} seconds.",
            presentation::plain(&record.target)
        ));
        DEFAULT_TTL
    });
    format!("update add {owner} {ttl} IN SRV {}", data(record))
}

/// The same record with another TTL. An add alone should do it (RFC 2136 section 3.4.2.2), but Knot DNS passes
/// over a record that is there. Nobody sees the set between the two: a message is applied as a whole.
fn again(
    owner: &str,
    before: &Record,
    after: &Record,
    change: &SetChange,
    out: &mut Instructions,
) -> [String; 2] {
    [delete(owner, before), add(owner, after, change, out)]
}

fn delete(owner: &str, record: &Record) -> String {
    format!("update delete {owner} IN SRV {}", data(record))
}

/// Whether nsupdate's own check lets the name be a target: letters, digits and inner hyphens (RFC 952,
/// RFC 1123 section 2.1).
fn is_host_name(name: &Name) -> bool {
    name.iter().all(|label| {
        label
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || *octet == b'-')
            && label.first() != Some(&b'-')
            && label.last() != Some(&b'-')
    })
}
