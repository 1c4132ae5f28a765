//! Records by `dnscmd.exe`.

use super::place::{Place, anywhere};
use super::sets::{expected, inverse, ttl_and_age};
use super::{Command, Instructions, LeftOut, windows_absolute};
use crate::plan::action::{Record, RecordEdit, SetChange};
use crate::presentation;

/// The change and its inverse: the set is read first, additions come before removals.
pub(super) fn change(change: &SetChange) -> Result<Instructions, LeftOut> {
    let mut out = Instructions::default();
    let place = Place::new(&change.before.zone, &change.before.owner)?;
    let commands = edits(change, &place, "", &mut out)?;
    let undo = edits(&inverse(change), &place, "Undo: ", &mut out)?;
    let mut read = show(&[&place]).below(expected(&change.before, "rem"));
    read.note = format!(
        "First: go on only if the set is still this one. {}",
        read.note
    );
    out.commands.push(read);
    out.commands.extend(commands);
    out.undo.extend(undo);
    Ok(out)
}

/// A command that shows sets.
pub(super) fn show(places: &[&Place]) -> Command {
    let lines: Vec<String> = places
        .iter()
        .map(|place| {
            format!(
                "{} /EnumRecords {} {} /Type SRV",
                program(place),
                place.zone,
                place.node
            )
        })
        .collect();
    Command::cmd(
        lines.join("\n"),
        format!(
            "A record marked [Aging:...] is not static.{}",
            anywhere(places.iter().copied())
        ),
    )
}

/// `dnscmd dc01.contoso.com`
fn program(place: &Place) -> String {
    place
        .server
        .as_ref()
        .map_or_else(|| "dnscmd".to_owned(), |server| format!("dnscmd {server}"))
}

fn edits(
    change: &SetChange,
    place: &Place,
    prefix_of_sentence: &str,
    out: &mut Instructions,
) -> Result<Vec<Command>, LeftOut> {
    let mut adds = Vec::new();
    let mut removals = Vec::new();
    for edit in &change.edits {
        match edit {
            RecordEdit::Add { record } => adds.push(add(record, place, out)?),
            RecordEdit::Remove { record } => removals.push(remove(record, place)?),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                in_console(before, after, prefix_of_sentence, out);
            }
            RecordEdit::Replace { before, after } => {
                adds.push(add(after, place, out)?);
                removals.push(remove(before, place)?);
            }
        }
    }
    let note = anywhere([place]);
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

fn add(record: &Record, place: &Place, out: &mut Instructions) -> Result<String, LeftOut> {
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
        program(place),
        place.zone,
        place.node,
        if record.aged == Some(true) {
            " /Aging"
        } else {
            ""
        },
        srv(record)?
    ))
}

/// Without the four items of data every SRV record of the name would go.
fn remove(record: &Record, place: &Place) -> Result<String, LeftOut> {
    Ok(format!(
        "{} /RecordDelete {} {} SRV {} /f",
        program(place),
        place.zone,
        place.node,
        srv(record)?
    ))
}

fn srv(record: &Record) -> Result<String, LeftOut> {
    windows_absolute(&record.target)?;
    Ok(record.data())
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
