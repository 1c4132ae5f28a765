//! Records by PowerShell's `DnsServer` module.

use super::place::{Place, anywhere};
use super::sets::inverse;
use super::{Command, Instructions, LeftOut, powershell, windows_absolute};
use crate::plan::action::{Record, RecordEdit, SetChange};
use crate::presentation;

/// The change and its inverse; each reads the set first and stops where it is not the reviewed one.
pub(super) fn change(change: &SetChange) -> Result<Instructions, LeftOut> {
    let place = Place::new(&change.before.zone, &change.before.owner)?;
    let mut out = Instructions::default();
    let text = edits(change, &place, &mut out)?;
    out.commands.push(Command::powershell(
        text,
        format!(
            "Stops before the first edit if the set is not the reviewed one.{}",
            anywhere([&place])
        ),
    ));
    let text = edits(&inverse(change), &place, &mut out)?;
    out.undo.push(Command::powershell(
        text,
        format!(
            "Stops before the first edit if the set is not the planned one.{}",
            anywhere([&place])
        ),
    ));
    Ok(out)
}

/// A command that shows sets with their TTLs and timestamps. Asked by name, a server gives the names
/// below it too, so all are read and the others left out.
pub(super) fn show(places: &[&Place]) -> Command {
    let lines: Vec<String> = places
        .iter()
        .map(|place| {
            format!(
                "Get-DnsServerResourceRecord -ComputerName {} -ZoneName {} -RRType Srv |\n  \
                 Where-Object {{ $_.HostName -eq {} }}",
                place.server_expression(),
                powershell::quote(&place.zone),
                powershell::quote(&place.node)
            )
        })
        .collect();
    Command::powershell(
        lines.join("\n"),
        format!(
            "A Timestamp that is 0 or empty: the record is static.{}",
            anywhere(places.iter().copied())
        ),
    )
}

/// One block of text. In a `Replace` of TTL or age alone the record is copied, as an equal one cannot be
/// added beside it (WIN32 error 9711).
fn edits(change: &SetChange, place: &Place, out: &mut Instructions) -> Result<String, LeftOut> {
    let mut lines = vec![
        format!(
            "$zone = @{{ ComputerName = {}; ZoneName = {}; ErrorAction = 'Stop' }}",
            place.server_expression(),
            powershell::quote(&place.zone)
        ),
        format!("$name = {}", powershell::quote(&place.node)),
        "filter Show-Data { $_.RecordData | ForEach-Object { \"$($_.Priority) $($_.Weight) $($_.Port) $($_.DomainName.TrimEnd('.'))\" } }"
            .to_owned(),
        "$set = @(Get-DnsServerResourceRecord @zone -RRType Srv | Where-Object { $_.HostName -eq $name })"
            .to_owned(),
        "$reviewed = @(".to_owned(),
    ];
    for record in &change.before.records {
        lines.push(format!("  {}", powershell::quote(&shown(record)?)));
    }
    lines.extend(
        [
            ")",
            "if ((($set | Show-Data | Sort-Object) -join '; ') -ne (($reviewed | Sort-Object) -join '; ')) {",
            "  throw 'The record set is not the one that was reviewed. Nothing was changed: plan again.'",
            "}",
        ]
        .map(str::to_owned),
    );
    for edit in &change.edits {
        match edit {
            RecordEdit::Add { record } => lines.push(add(record, out)?),
            RecordEdit::Remove { record } => lines.push(remove(record)?),
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                lines.extend(copy(before, after, change, out)?);
            }
            RecordEdit::Replace { before, after } => {
                lines.push(add(after, out)?);
                lines.push(remove(before)?);
            }
        }
    }
    Ok(powershell::block(&lines))
}

fn shown(record: &Record) -> Result<String, LeftOut> {
    Ok(format!(
        "{} {} {} {}",
        record.priority,
        record.weight,
        record.port,
        windows_absolute(&record.target)?.trim_end_matches('.')
    ))
}

fn add(record: &Record, out: &mut Instructions) -> Result<String, LeftOut> {
    let target = windows_absolute(&record.target)?;
    let ttl = if let Some(ttl) = record.ttl {
        format!(" -TimeToLive ([TimeSpan]::FromSeconds({ttl}))")
    } else {
        out.say(format!(
            "The TTL of the record of {} is not known: it gets the default of the zone.",
            presentation::plain(&record.target)
        ));
        String::new()
    };
    let aged = if record.aged == Some(true) {
        " -AgeRecord"
    } else {
        ""
    };
    Ok(format!(
        "Add-DnsServerResourceRecord @zone -Srv -Name $name -DomainName {} -Priority {} -Weight {} \
         -Port {}{ttl}{aged}",
        powershell::quote(&target),
        record.priority,
        record.weight,
        record.port,
    ))
}

/// Without all four items of `-RecordData` every SRV record of the name would go.
fn remove(record: &Record) -> Result<String, LeftOut> {
    Ok(format!(
        "Remove-DnsServerResourceRecord @zone -Name $name -RRType Srv -RecordData '{}', '{}', '{}', {} \
         -Force",
        record.priority,
        record.weight,
        record.port,
        powershell::quote(&windows_absolute(&record.target)?),
    ))
}

fn copy(
    before: &Record,
    after: &Record,
    change: &SetChange,
    out: &mut Instructions,
) -> Result<Vec<String>, LeftOut> {
    if after.aged == Some(true) && before.aged != Some(true) {
        if change.before.records.len() > 1 {
            return Ok(vec![remove(before)?, add(after, out)?]);
        }
        out.say(format!(
            "Undo leaves the record of {} static: to give it a timestamp it would have to be removed \
             first, and it is the only one of its set.",
            presentation::plain(&before.target)
        ));
    }
    let mut lines = vec![
        format!(
            "$old = $set | Where-Object {{ ($_ | Show-Data) -eq {} }}",
            powershell::quote(&shown(before)?)
        ),
        "$new = [ciminstance]::new($old)".to_owned(),
    ];
    if let Some(ttl) = after.ttl {
        lines.push(format!("$new.TimeToLive = [TimeSpan]::FromSeconds({ttl})"));
    }
    lines.push(
        "Set-DnsServerResourceRecord @zone -NewInputObject $new -OldInputObject $old".to_owned(),
    );
    Ok(lines)
}
