//! Records by PowerShell's `DnsServer` module.

use super::records::{expected, inverse};
use super::{
    Command, Instructions, LeftOut, anywhere, powershell, server, windows_absolute, windows_node,
};
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::presentation;

/// The change and its inverse; each reads the set first and stops where it is not the reviewed one.
pub(super) fn change(change: &SetChange) -> Result<Instructions, LeftOut> {
    let server = server(change.before.zone.server.as_deref())?;
    let mut out = Instructions::default();
    let text = edits(change, server.as_ref(), &mut out)?;
    out.commands.push(Command::powershell(
        text,
        format!(
            "Stops before the first edit if the set is not the reviewed one.{}",
            anywhere(server.as_ref())
        ),
    ));
    let text = edits(&inverse(change), server.as_ref(), &mut out)?;
    out.undo.push(Command::powershell(
        text,
        format!(
            "Stops before the first edit if the set is not the planned one.{}",
            anywhere(server.as_ref())
        ),
    ));
    Ok(out)
}

/// A command that shows the set with its TTLs and timestamps.
pub(super) fn show(set: &RecordSet) -> Result<Command, LeftOut> {
    let server = server(set.zone.server.as_deref())?;
    let age =
        if !set.records.is_empty() && set.records.iter().all(|record| record.aged == Some(false)) {
            " Timestamp is 0 or empty: static."
        } else {
            ""
        };
    Ok(Command::powershell(
        format!(
            "{} |\n  Format-Table HostName, Timestamp, TimeToLive, RecordData -AutoSize -Wrap",
            read(set, server.as_ref())?
        ),
        format!(
            "{}{age}{}",
            expected(&set.records),
            anywhere(server.as_ref())
        ),
    ))
}

/// The SRV records of the owner. Asked by name, the server gives the names below it too, so all are
/// read and the others left out.
pub(super) fn read(set: &RecordSet, server: Option<&String>) -> Result<String, LeftOut> {
    Ok(format!(
        "Get-DnsServerResourceRecord{} -ZoneName {} -RRType Srv |\n  Where-Object {{ $_.HostName -eq {} }}",
        powershell::parameter("ComputerName", server),
        powershell::quote(&super::windows_name(&set.zone.name)?),
        powershell::quote(&windows_node(&set.owner, &set.zone)?),
    ))
}

/// One block of text. In a `Replace` of TTL or age alone the record is copied, as an equal one cannot be
/// added beside it (WIN32 error 9711).
fn edits(
    change: &SetChange,
    server: Option<&String>,
    out: &mut Instructions,
) -> Result<String, LeftOut> {
    let zone = &change.before.zone;
    let computer = server.map_or_else(String::new, |server| {
        format!("ComputerName = {}; ", powershell::quote(server))
    });
    let mut lines = vec![
        format!(
            "$zone = @{{ {computer}ZoneName = {}; ErrorAction = 'Stop' }}",
            powershell::quote(&super::windows_name(&zone.name)?)
        ),
        format!(
            "$name = {}",
            powershell::quote(&windows_node(&change.before.owner, zone)?)
        ),
        "filter Show-Data {".to_owned(),
        "  $data = $_.RecordData".to_owned(),
        "  '{0} {1} {2} {3}' -f $data.Priority, $data.Weight, $data.Port, $data.DomainName.TrimEnd('.')"
            .to_owned(),
        "}".to_owned(),
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
