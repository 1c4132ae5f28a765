//! Records by `dnscmd.exe`.

use super::records::{data, expected, inverse, ttl_and_age};
use super::{
    Command, Instructions, LeftOut, anywhere, server, windows_absolute, windows_name, windows_node,
};
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::presentation;

/// The change and its inverse: the set is read first, additions come before removals.
pub(super) fn change(change: &SetChange) -> Result<Instructions, LeftOut> {
    let mut out = Instructions::default();
    let mut read = show(&change.before)?;
    read.note = format!(
        "First: go on only if the set is still this one. {}",
        read.note
    );
    out.commands.push(read);
    let commands = edits(change, "", &mut out)?;
    out.commands.extend(commands);
    let undo = edits(&inverse(change), "Undo: ", &mut out)?;
    out.undo.extend(undo);
    Ok(out)
}

/// A command that shows the set.
pub(super) fn show(set: &RecordSet) -> Result<Command, LeftOut> {
    let (prefix, note) = prefix(set)?;
    Ok(Command::cmd(
        format!(
            "{prefix} /EnumRecords {} {} /Type SRV",
            windows_name(&set.zone.name)?,
            windows_node(&set.owner, &set.zone)?
        ),
        format!("{}{note}", expected(&set.records)),
    ))
}

/// `dnscmd dc01.contoso.com`, and where to run it if there is no server.
fn prefix(set: &RecordSet) -> Result<(String, &'static str), LeftOut> {
    let server = server(set.zone.server.as_deref())?;
    let note = anywhere(server.as_ref());
    Ok((
        server.map_or_else(|| "dnscmd".to_owned(), |server| format!("dnscmd {server}")),
        note,
    ))
}

fn edits(
    change: &SetChange,
    prefix_of_sentence: &str,
    out: &mut Instructions,
) -> Result<Vec<Command>, LeftOut> {
    let mut adds = Vec::new();
    let mut removals = Vec::new();
    for edit in &change.edits {
        match edit {
            RecordEdit::Add { record } => adds.push(add(record, change, out)?),
            RecordEdit::Remove { record } => removals.push(remove(record, change)?),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                in_console(before, after, prefix_of_sentence, out);
            }
            RecordEdit::Replace { before, after } => {
                adds.push(add(after, change, out)?);
                removals.push(remove(before, change)?);
            }
        }
    }
    let (_, note) = prefix(&change.before)?;
    let mut commands = Vec::new();
    if !adds.is_empty() {
        commands.push(Command::cmd(
            adds.join("\n"),
            format!("Each line prints \"Command completed successfully\".{note}"),
        ));
    }
    if !removals.is_empty() {
        let first = if adds.is_empty() {
            ""
        } else {
            "Only when every record before was added. "
        };
        commands.push(Command::cmd(
            removals.join("\n"),
            format!("{first}Each line prints \"Command completed successfully\".{note}"),
        ));
    }
    Ok(commands)
}

fn add(record: &Record, change: &SetChange, out: &mut Instructions) -> Result<String, LeftOut> {
    let set = &change.before;
    let ttl = if let Some(ttl) = record.ttl {
        format!(" {ttl}")
    } else {
        out.say(format!(
            "The TTL of the record of {} is not known: it gets the default of the zone.",
            presentation::plain(&record.target)
        ));
        String::new()
    };
    Ok(format!(
        "{} /RecordAdd {} {}{}{ttl} SRV {}",
        prefix(set)?.0,
        windows_name(&set.zone.name)?,
        windows_node(&set.owner, &set.zone)?,
        if record.aged == Some(true) {
            " /Aging"
        } else {
            ""
        },
        srv(record)?
    ))
}

/// Without the four items of data every SRV record of the name would go.
fn remove(record: &Record, change: &SetChange) -> Result<String, LeftOut> {
    let set = &change.before;
    Ok(format!(
        "{} /RecordDelete {} {} SRV {} /f",
        prefix(set)?.0,
        windows_name(&set.zone.name)?,
        windows_node(&set.owner, &set.zone)?,
        srv(record)?
    ))
}

fn srv(record: &Record) -> Result<String, LeftOut> {
    windows_absolute(&record.target)?;
    Ok(data(record))
}

/// An equal record cannot be added beside the old one, and removing first could empty the set.
fn in_console(before: &Record, after: &Record, prefix: &str, out: &mut Instructions) {
    let steps = ttl_and_age(before, after);
    if !steps.is_empty() {
        out.say(format!(
            "{prefix}dnscmd cannot change TTL or age alone. In DNS Manager (View > Advanced), record of {}, \
             port {}: {}.",
            presentation::plain(&before.target),
            before.port,
            steps.join(" and "),
        ));
    }
}
