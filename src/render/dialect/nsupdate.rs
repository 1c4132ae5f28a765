//! Records by dynamic update (RFC 2136), as input of `nsupdate`.
//!
//! Names need no quoting beyond [`presentation`]: absolute, with decimal escapes (RFC 1035 section
//! 5.1), they hold no blank and no line end.

use super::sets::{inverse, ttl_or_neighbours};
use super::{Command, Instructions, LeftOut, is_windows, server};
use crate::Name;
use crate::plan::action::{Record, RecordEdit, SetChange};
use crate::presentation;

/// The TTL where neither the record nor its neighbours tell one: the default of the topology.
const DEFAULT_TTL: u32 = 3600;

/// What Windows does with records that come this way.
pub(super) const TIMESTAMPED: &str = "Windows timestamps every record that comes by dynamic update; only \
                                      PowerShell or the console make static ones.";

/// The most octets of a message over TCP, which has two octets for its length (RFC 1035 section 4.2.2).
const LONGEST: usize = 65_535;

/// Room for the signature, in octets: a TSIG record (RFC 8945 section 4.2) with two names of 255 octets, 26 of
/// numbers, 64 of HMAC-SHA512 or 28 of a Kerberos MIC token (RFC 4121 section 4.2.6.1), 6 of other data.
const SIGNATURE: usize = 2 * 255 + 26 + 64 + 6;

/// One message for `nsupdate`.
pub(super) struct Message {
    /// Its lines, the last one `send`; each ends with LF. nsupdate takes lines of 128 KiB, and none is
    /// longer than the text of two names.
    pub(super) text: String,
    /// The TTL in seconds that the set takes from it (RFC 2181 section 5.2); `None`: it sets none, or several.
    pub(super) ttl: Option<u32>,
}

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
        out.say(TIMESTAMPED);
    }
    if let Some(message) = message(change, server.as_ref(), &mut out)? {
        out.commands
            .push(Command::nsupdate(message.text, note.clone()));
    }
    if let Some(message) = message(&way_back(change), server.as_ref(), &mut out)? {
        out.undo.push(Command::nsupdate(message.text, note));
    }
    Ok(out)
}

/// The inverse. A server keeps one TTL a set (RFC 2181 section 5.2): what stays took the TTL of what came, and
/// is given its own again where nothing else that is written brings it.
pub(super) fn way_back(change: &SetChange) -> SetChange {
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
/// applied only if the set is still exactly that (RFC 2136 section 2.4.2). So it cannot be parted either:
/// one that is too long is left out.
pub(super) fn message(
    change: &SetChange,
    server: Option<&String>,
    out: &mut Instructions,
) -> Result<Option<Message>, LeftOut> {
    let owner = presentation::absolute(&change.before.owner);
    let mut updates = Vec::new();
    let mut added = Vec::new();
    for edit in &change.edits {
        match edit {
            RecordEdit::Add { record } => {
                updates.push(add(&owner, record, change, out));
                added.push(record);
            }
            RecordEdit::Remove { record } => updates.push(delete(&owner, record)),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                if after.ttl.is_some() && after.ttl != before.ttl {
                    updates.extend(again(&owner, before, after, change, out));
                    added.push(after);
                } else {
                    out.say(format!(
                        "A dynamic update cannot change the age alone of the record {}.",
                        before.data()
                    ));
                }
            }
            RecordEdit::Replace { before, after } => {
                updates.push(add(&owner, after, change, out));
                updates.push(delete(&owner, before));
                added.push(after);
            }
        }
    }
    if updates.is_empty() {
        return Ok(None);
    }
    if octets(change) > LONGEST - SIGNATURE {
        return Err(LeftOut(format!(
            "No dynamic update is written for {owner}: with its whole record set as prerequisite the message \
             would be longer than {LONGEST} octets.",
        )));
    }

    let mut lines = Vec::new();
    if let Some(server) = server {
        lines.push(format!("server {server}"));
    }
    lines.push(format!(
        "zone {}",
        presentation::absolute(&change.before.zone.name)
    ));
    if !added.iter().all(|record| is_host_name(&record.target)) {
        lines.push("check-names no".to_owned());
    }
    if change.before.records.is_empty() {
        lines.push(format!("prereq nxrrset {owner} IN SRV"));
    }
    for record in &change.before.records {
        lines.push(format!("prereq yxrrset {owner} IN SRV {}", record.data()));
    }
    lines.append(&mut updates);
    lines.push("send\n".to_owned());
    let mut ttls: Vec<u32> = added.iter().map(|record| ttl(record, change)).collect();
    ttls.dedup();
    Ok(Some(Message {
        text: lines.join("\n"),
        ttl: (ttls.len() == 1).then(|| ttls[0]),
    }))
}

/// The length of the message without signature, as if no name were compressed (RFC 1035 section 4.1): header,
/// zone section, and a record for each prerequisite and each record that an edit brings or takes.
fn octets(change: &SetChange) -> usize {
    let name = |name: &Name| name.iter().map(|label| label.len() + 1).sum::<usize>() + 1;
    // Type, class, TTL and length of the data; priority, weight and port.
    let record = |record: &Record| name(&change.before.owner) + 10 + 6 + name(&record.target);
    let header = 12 + name(&change.before.zone.name) + 4;
    let prerequisites: usize = change.before.records.iter().map(record).sum();
    let edits = change.edits.iter();
    let edits: usize = edits
        .flat_map(|edit| [edit.new_record(), edit.old_record()])
        .flatten()
        .map(record)
        .sum();
    header + prerequisites.max(name(&change.before.owner) + 10) + edits
}

/// The TTL that an added record is given.
fn ttl(record: &Record, change: &SetChange) -> u32 {
    ttl_or_neighbours(record, change).unwrap_or(DEFAULT_TTL)
}

fn add(owner: &str, record: &Record, change: &SetChange, out: &mut Instructions) -> String {
    if ttl_or_neighbours(record, change).is_none() {
        out.say(format!(
            "The TTL of the record of {} is not known: it gets {DEFAULT_TTL} seconds.",
            presentation::plain(&record.target)
        ));
    }
    let ttl = ttl(record, change);
    format!("update add {owner} {ttl} IN SRV {}", record.data())
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
    format!("update delete {owner} IN SRV {}", record.data())
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
