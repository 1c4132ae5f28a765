//! Records by `DnsServer` cmdlets.
//!
//! A script reads and judges all its record sets before it edits the first.

use std::collections::BTreeSet;

use super::super::super::place::Place;
use super::super::super::powershell::quote;
use super::super::super::{LeftOut, windows_absolute};
use super::super::powershell::Ps1;
use super::super::srv::{self, Servers};
use super::super::{Context, Purpose, Script, Scripts};
use super::Guarded;
use crate::plan::Role;
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::{Name, presentation};

const SERVER: &str = "The DNS server that is asked and changed: one for all steps of a zone.";

/// The scripts for changes of zones that are kept this way: one that applies, one that checks, one that takes
/// back.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    for purpose in [Purpose::Apply, Purpose::Verify, Purpose::Rollback] {
        let script = script(changes, purpose, context, &mut out)?;
        match purpose {
            Purpose::Apply => out.apply.push(script),
            Purpose::Verify => out.verify.push(script),
            Purpose::Rollback => out.rollback.push(script),
        }
    }
    Ok(out)
}

fn script(
    changes: &[SetChange],
    purpose: Purpose,
    context: &Context<'_>,
    out: &mut Scripts,
) -> Result<Script, LeftOut> {
    let places: Result<Vec<Place>, LeftOut> = changes
        .iter()
        .map(|change| Place::new(&change.before.zone, &change.before.owner))
        .collect();
    let places = places?;
    let servers = Servers::of(places.iter().map(|place| place.server.as_deref()));
    let mut body = srv::lines(srv::NEW);
    if purpose != Purpose::Verify {
        body.extend(srv::lines(NEW_EDIT));
    }
    body.push("$sets = @(".to_owned());
    let mut notes = Vec::new();
    for (change, place) in changes.iter().zip(&places) {
        let guarded = Guarded::of(change, purpose, context);
        let set = Set {
            can_spare: can_spare_one(&guarded.change, context),
            guarded,
            place,
            server: servers.expression(place.server.as_deref()),
        };
        let (entry, static_ones) = table(&set, purpose, out)?;
        body.extend(entry);
        notes.extend(static_ones);
    }
    body.push(")".to_owned());
    body.extend(srv::lines(srv::COMPARE));
    body.extend(srv::lines(srv::READ));
    match purpose {
        Purpose::Verify => body.extend(srv::lines(LOOK)),
        Purpose::Apply | Purpose::Rollback => {
            let words = Words::of(purpose);
            body.extend(srv::lines(EDIT));
            body.extend(notes.iter().map(|note| quote(note)));
            body.extend(words.put_into(ACT));
        }
    }
    for note in notes {
        out.say(note);
    }
    Ok(Ps1 {
        role: Role::Dns,
        purpose,
        only_looks: false,
        modules: &["DnsServer"],
        parameters: servers.parameter(SERVER).into_iter().collect(),
        notes: Vec::new(),
        body,
    }
    .script(context))
}

/// What a script says of itself.
struct Words {
    /// Nothing is left to do.
    already: &'static str,
    /// It is done.
    done: &'static str,
    /// The state from which it starts.
    start: &'static str,
}

impl Words {
    fn of(purpose: Purpose) -> Self {
        if purpose == Purpose::Rollback {
            Self {
                already: "already undone",
                done: "undone",
                start: "as this step left it",
            }
        } else {
            Self {
                already: "already applied",
                done: "applied",
                start: "as it was reviewed",
            }
        }
    }

    fn put_into(&self, lines: &[&str]) -> Vec<String> {
        lines
            .iter()
            .map(|line| {
                line.replace("ALREADY", self.already)
                    .replace("DONE", self.done)
                    .replace("START", self.start)
            })
            .collect()
    }
}

/// A record set in a script.
struct Set<'a> {
    guarded: Guarded<'a>,
    place: &'a Place,
    /// Its server as an expression.
    server: String,
    /// Whether it can do without one of its records for a moment.
    can_spare: bool,
}

/// Whether a set keeps as many live hosts as the plan keeps at the least, and one at least, without one of those
/// it starts with.
fn can_spare_one(change: &SetChange, context: &Context<'_>) -> bool {
    let records = &change.before.records;
    let targets: BTreeSet<&Name> = records.iter().map(|record| &record.target).collect();
    let Some(live) = context.lookup.live(&change.before.owner) else {
        return false;
    };
    let is_last = context.later(&change.before.owner).is_empty();
    let here = if is_last {
        targets.len().min(live.after)
    } else {
        targets.len()
    };
    here > live.minimum.max(1)
}

/// The data of one record set, and sentences on records that cannot be given back their timestamp.
fn table(
    set: &Set<'_>,
    purpose: Purpose,
    out: &mut Scripts,
) -> Result<(Vec<String>, Vec<String>), LeftOut> {
    let change = &set.guarded.change;
    let mut wanted = change.after.records.clone();
    let mut edits = Vec::new();
    let mut static_ones = Vec::new();
    for edit in &change.edits {
        edits.extend(rows(edit, set, out, &mut wanted, &mut static_ones)?);
    }
    let mut lines = vec![
        "  [pscustomobject]@{".to_owned(),
        format!("    Server = {}", set.server),
        format!("    Zone = {}", quote(&set.place.zone)),
        format!("    Name = {}", quote(&set.place.node)),
    ];
    if purpose != Purpose::Verify {
        lines.push("    # The state from which it is changed, and no other.".to_owned());
        lines.extend(srv::entry("    ", "Before", &change.before.records)?);
    }
    lines.push("    # The state to which it is changed.".to_owned());
    lines.extend(srv::entry("    ", "Wanted", &wanted)?);
    lines.extend(srv::beyond("    ", &states(&set.guarded.beyond))?);
    if purpose != Purpose::Verify {
        lines.push("    Edits = @(".to_owned());
        lines.extend(edits.into_iter().map(|edit| format!("      {edit}")));
        lines.push("    )".to_owned());
    }
    lines.push("  }".to_owned());
    Ok((lines, static_ones))
}

fn states<'a>(sets: &[&'a RecordSet]) -> Vec<&'a [Record]> {
    sets.iter().map(|set| set.records.as_slice()).collect()
}

/// One edit in the cmdlets' terms. An equal record cannot be added beside itself (WIN32 error 9711), so TTL or
/// age alone are set on a copy, which loses its timestamp on the way.
fn rows(
    edit: &RecordEdit,
    set: &Set<'_>,
    out: &mut Scripts,
    wanted: &mut [Record],
    static_ones: &mut Vec<String>,
) -> Result<Vec<String>, LeftOut> {
    let row = |verb: &str, record: &Record| -> Result<String, LeftOut> {
        Ok(format!("New-Edit '{verb}' ({})", srv::new(record)?))
    };
    Ok(match edit {
        RecordEdit::Add { record } => {
            say_default_ttl(record, out)?;
            vec![row("add", record)?]
        }
        RecordEdit::Remove { record } => vec![row("remove", record)?],
        RecordEdit::Replace { before, after } if !before.same_data(after) => {
            say_default_ttl(after, out)?;
            vec![row("add", after)?, row("remove", before)?]
        }
        RecordEdit::Replace { before, after } if after.aged == Some(true) => {
            if set.can_spare {
                return Ok(vec![row("remove", before)?, row("add", after)?]);
            }
            for record in wanted.iter_mut().filter(|record| record.same_data(after)) {
                record.aged = None;
            }
            static_ones.push(format!(
                "Undo does not give the record of {} at {} its timestamp back: it would have to be removed first, \
                 and fewer live hosts would be left than the plan keeps.",
                presentation::plain(&after.target),
                presentation::plain(&set.guarded.change.before.owner)
            ));
            vec![row(
                "set",
                &Record {
                    aged: None,
                    ..after.clone()
                },
            )?]
        }
        RecordEdit::Replace { after, .. } => vec![row("set", after)?],
    })
}

fn say_default_ttl(record: &Record, out: &mut Scripts) -> Result<(), LeftOut> {
    if record.ttl.is_none() {
        out.say(format!(
            "The TTL of the record of {} is not known: it gets the default of the zone.",
            windows_absolute(&record.target)?.trim_end_matches('.')
        ));
    }
    Ok(())
}

const NEW_EDIT: &[&str] =
    &["function New-Edit($Verb, $Record) { [pscustomobject]@{ Verb = $Verb; Record = $Record } }"];

/// One edit. Without all four items of `-RecordData` every SRV record of the name would go.
const EDIT: &[&str] = &[
    "function Assert-Writable {",
    "  $seen = @{}",
    "  foreach ($set in $sets) {",
    "    $server = $set.Server",
    "    if (-not $seen.ContainsKey($server)) {",
    "      $seen[$server] = $true",
    "      if ((Get-DnsServerSetting -ComputerName $server -All -ErrorAction Stop).IsReadOnlyDC) {",
    "        throw \"$server is a read-only domain controller. Nothing was changed.\"",
    "      }",
    "    }",
    "    if (-not $seen.ContainsKey(\"$server $($set.Zone)\")) {",
    "      $seen[\"$server $($set.Zone)\"] = $true",
    "      $zone = Get-DnsServerZone -ComputerName $server -Name $set.Zone -ErrorAction Stop",
    "      if ($zone.ZoneType -ne 'Primary' -or $zone.IsReadOnly) {",
    "        throw \"$server cannot write the zone $($set.Zone). Nothing was changed.\"",
    "      }",
    "    }",
    "  }",
    "}",
    "function Get-One($Set, $Record) {",
    "  $same = @(Get-SrvSet $Set | Where-Object { Test-SameData $_ $Record })",
    "  if ($same.Count -ne 1) { throw \"Not one but $($same.Count) records are $(Format-Srv $Record).\" }",
    "  $same[0].Source",
    "}",
    "function Invoke-Edit($Set, $Edit) {",
    "  $record = $Edit.Record",
    "  $zone = @{ ComputerName = $Set.Server; ZoneName = $Set.Zone; ErrorAction = 'Stop' }",
    "  if ($Edit.Verb -eq 'add') {",
    "    $more = @{}",
    "    if ($null -ne $record.Ttl) { $more['TimeToLive'] = [TimeSpan]::FromSeconds($record.Ttl) }",
    "    if ($record.Aged) { $more['AgeRecord'] = $true }",
    "    Add-DnsServerResourceRecord @zone @more -Srv -Name $Set.Name -DomainName \"$($record.Target).\" `",
    "      -Priority $record.Priority -Weight $record.Weight -Port $record.Port",
    "  } elseif ($Edit.Verb -eq 'set') {",
    "    $old = Get-One $Set $record",
    "    $new = [ciminstance]::new($old)  # The copy loses its timestamp.",
    "    if ($null -ne $record.Ttl) { $new.TimeToLive = [TimeSpan]::FromSeconds($record.Ttl) }",
    "    Set-DnsServerResourceRecord @zone -NewInputObject $new -OldInputObject $old",
    "  } else {",
    "    $null = Get-One $Set $record",
    "    if (@(Get-SrvSet $Set).Count -eq 1 -and $Set.Wanted.Count -gt 0) { throw 'It would be the last record.' }",
    "    # All four items: without them every SRV record of the name would go.",
    "    $data = @(\"$($record.Priority)\", \"$($record.Weight)\", \"$($record.Port)\", \"$($record.Target).\")",
    "    Remove-DnsServerResourceRecord @zone -Name $Set.Name -RRType Srv -RecordData $data -Force",
    "  }",
    "}",
];

/// What an apply or rollback script does.
const ACT: &[&str] = &[
    "Assert-Writable",
    "$todo = @()",
    "$wrong = $false",
    "foreach ($set in $sets) {",
    "  $found = @(Get-SrvSet $set)",
    "  if (Test-Done $set $found) {",
    "    \"$($set.Name) in $($set.Zone): ALREADY\"",
    "  } elseif (Test-SameSet $found $set.Before) {",
    "    $todo += $set",
    "  } else {",
    "    \"$($set.Name) in $($set.Zone) is not START:\"",
    "    Show-Difference $found $set.Before",
    "    $wrong = $true",
    "  }",
    "}",
    "if ($wrong) { throw 'A record set is not START. Nothing was changed: plan again.' }",
    "if ($todo.Count -eq 0) { return }",
    "try {",
    "  foreach ($set in $todo) {",
    "    foreach ($edit in $set.Edits) {",
    "      $at = \"$($set.Name) in $($set.Zone) on $($set.Server)\"",
    "      if ($PSCmdlet.ShouldProcess($at, \"$($edit.Verb) $(Format-Srv $edit.Record)\")) {",
    "        Invoke-Edit $set $edit",
    "        \"$at, $($edit.Verb): $(Format-Srv $edit.Record)\"",
    "      }",
    "    }",
    "  }",
    "} catch {",
    "  Write-Warning 'Stopped on the way: the records may be changed in part. See what is there, and plan the way back.'",
    "  throw",
    "}",
    "if ($WhatIfPreference) { return }",
    "foreach ($set in $todo) {",
    "  $found = @(Get-SrvSet $set)",
    "  if (Test-SameSet $found $set.Wanted) {",
    "    \"$($set.Name) in $($set.Zone): DONE\"",
    "  } else {",
    "    \"$($set.Name) in $($set.Zone) is not as planned:\"",
    "    Show-Difference $found $set.Wanted",
    "    $wrong = $true",
    "  }",
    "}",
    "if ($wrong) { throw 'The records are not as planned.' }",
];

/// What a verify script does.
const LOOK: &[&str] = &[
    "$wrong = $false",
    "foreach ($set in $sets) {",
    "  $found = @(Get-SrvSet $set)",
    "  if (Test-Done $set $found) {",
    "    \"$($set.Name) in $($set.Zone) on $($set.Server), as planned:\"",
    "    foreach ($record in $found) { \"  $(Format-Srv $record)\" }",
    "    if ($found.Count -eq 0) { '  no record' }",
    "  } else {",
    "    \"$($set.Name) in $($set.Zone) on $($set.Server), not as planned:\"",
    "    Show-Difference $found $set.Wanted",
    "    $wrong = $true",
    "  }",
    "}",
    "if ($wrong) { throw 'The records are not as planned.' }",
];
