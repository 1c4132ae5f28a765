//! KMS hosts, from one place: that they serve, can be reached, publish nothing after a restart, are asked no
//! more.

use super::super::super::licensing::{Licensing, SLMGR, has_cmdlets};
use super::super::super::place::Place;
use super::super::super::powershell::quote;
use super::super::super::{LeftOut, is_windows, windows_name};
use super::super::powershell::{Parameter, Ps1};
use super::super::{Context, Purpose, Scripts, srv};
use super::{Look, dig, sets};
use crate::plan::action::{HostRef, RecordSet, Spelled};
use crate::presentation;
use crate::topology::Os;

/// Licensed, listening, and reached through the firewall.
pub(super) fn check(hosts: &[HostRef], context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    let windows = windows(hosts, &mut out, |plain, port| {
        format!(
            "{plain} is not Windows: see there that it listens on TCP port {port} and that its firewall lets \
             the port through."
        )
    });
    let rows: Result<Vec<String>, LeftOut> = windows.iter().map(|host| machine(host)).collect();
    out.append_or_refuse(rows.map(|rows| {
        let slmgr = SLMGR.strip_prefix("cscript ").unwrap_or(SLMGR);
        let body = CHECK.iter().map(|line| line.replace("SLMGR", slmgr));
        looking(table(rows), body.collect(), context)
    }));
    out.say(
        "In what slmgr.vbs shows of each host look for \"License Status: Licensed\" and \"Key Management \
         Service is enabled on this machine\".",
    );
    out
}

/// The hosts that run Windows; of the others a sentence.
fn windows<'a>(
    hosts: &'a [HostRef],
    out: &mut Scripts,
    sentence: impl Fn(&str, u16) -> String,
) -> Vec<&'a HostRef> {
    let (other, windows): (Vec<&HostRef>, Vec<&HostRef>) =
        hosts.iter().partition(|host| host.os == Some(Os::Other));
    for host in other {
        out.say(sentence(&presentation::plain(&host.name.0), host.port));
    }
    windows
}

/// One line of the data.
fn machine(host: &HostRef) -> Result<String, LeftOut> {
    Ok(format!(
        "  [pscustomobject]@{{ Name = {}; Port = {}; HasCim = ${}; Service = {} }}",
        quote(&windows_name(&host.name.0)?),
        host.port,
        has_cmdlets(host),
        quote(Licensing::of(host.os).service)
    ))
}

fn table(rows: Vec<String>) -> Vec<String> {
    let mut lines = vec!["$machines = @(".to_owned()];
    lines.extend(rows);
    lines.push(")".to_owned());
    lines
}

/// A script that changes nothing, of data and statements; none for no data.
fn looking(data: Vec<String>, statements: Vec<String>, context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    if data.len() > 2 {
        out.apply.push(
            Ps1 {
                role: context.step.action.role(),
                purpose: Purpose::Apply,
                only_looks: true,
                modules: &[],
                parameters: Vec::new(),
                notes: vec!["It changes nothing.".to_owned()],
                body: [data, statements].concat(),
            }
            .script(context),
        );
    }
    out
}

/// A listening port of 0 stands for 1688.
const CHECK: &[&str] = &[
    "$wrong = $false",
    "foreach ($machine in $machines) {",
    "  $problems = @()",
    "  if ($machine.HasCim) {",
    "    try {",
    "      $kms = Get-CimInstance -ClassName SoftwareLicensingService -ComputerName $machine.Name -ErrorAction Stop",
    "      if ($kms.IsKeyManagementServiceMachine -eq 0) { $problems += 'is no KMS host' }",
    "      $port = $kms.KeyManagementServiceListeningPort",
    "      if (-not $port) { $port = 1688 }",
    "      if ($port -ne $machine.Port) { $problems += \"listens on port $port, not on $($machine.Port)\" }",
    "    } catch {",
    "      $problems += \"cannot be asked: $($_.Exception.Message)\"",
    "    }",
    "  }",
    "  if (-not (Test-NetConnection -ComputerName $machine.Name -Port $machine.Port -InformationLevel Quiet -WarningAction SilentlyContinue)) {",
    "    $problems += \"cannot be reached on TCP port $($machine.Port)\"",
    "  }",
    "  if ($problems.Count -eq 0) {",
    "    \"$($machine.Name): serves on TCP port $($machine.Port)\"",
    "  } else {",
    "    foreach ($problem in $problems) { \"$($machine.Name): $problem\" }",
    "    $wrong = $true",
    "  }",
    "  & cscript.exe SLMGR $machine.Name /dlv",
    "}",
    "if ($wrong) { throw 'Not every host is ready.' }",
];

/// The port answers from where the script runs.
pub(super) fn reach(hosts: &[HostRef], context: &Context<'_>) -> Scripts {
    let rows: Result<Vec<String>, LeftOut> = hosts
        .iter()
        .map(|host| {
            Ok(format!(
                "  [pscustomobject]@{{ Name = {}; Port = {} }}",
                quote(&windows_name(&host.name.0)?),
                host.port
            ))
        })
        .collect();
    let mut out = Scripts::default();
    out.append_or_refuse(rows.map(|rows| looking(table(rows), srv::lines(REACH), context)));
    out.say("Run it on a client of each client network.");
    out
}

const REACH: &[&str] = &[
    "$wrong = $false",
    "foreach ($machine in $machines) {",
    "  if (Test-NetConnection -ComputerName $machine.Name -Port $machine.Port -InformationLevel Quiet -WarningAction SilentlyContinue) {",
    "    \"$($machine.Name): reached on TCP port $($machine.Port)\"",
    "  } else {",
    "    \"$($machine.Name): cannot be reached on TCP port $($machine.Port)\"",
    "    $wrong = $true",
    "  }",
    "}",
    "if ($wrong) { throw 'Not every host can be reached from here.' }",
];

/// Requests that still reach hosts whose records are gone.
pub(super) fn watch(hosts: &[Spelled], context: &Context<'_>) -> Scripts {
    let rows: Result<Vec<String>, LeftOut> = hosts
        .iter()
        .map(|host| Ok(format!("  {}", quote(&windows_name(&host.0)?))))
        .collect();
    let mut out = Scripts::default();
    out.append_or_refuse(rows.map(|rows| looking(table(rows), srv::lines(WATCH), context)));
    out
}

const WATCH: &[&str] = &[
    "$wrong = $false",
    "foreach ($name in $machines) {",
    "  try {",
    "    $requests = @(Get-WinEvent -ComputerName $name -MaxEvents 20 -ErrorAction Stop -FilterHashtable @{",
    "      LogName = 'Key Management Service'; Id = 12290; StartTime = (Get-Date).AddDays(-8)",
    "    })",
    "  } catch {",
    "    if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound,*') {",
    "      \"${name}: $($_.Exception.Message)\"",
    "      $wrong = $true",
    "      continue",
    "    }",
    "    $requests = @()",
    "  }",
    "  if ($requests.Count -eq 0) {",
    "    \"${name}: no client has asked it for 8 days\"",
    "  } else {",
    "    \"${name}: clients still ask it, last at $($requests[0].TimeCreated)\"",
    "    foreach ($one in $requests) { \"  $($one.TimeCreated) $($one.Message)\" }",
    "    $wrong = $true",
    "  }",
    "}",
    "if ($wrong) { throw 'Keep the hosts running that clients still ask.' }",
];

/// One restart after the other; then every name server still gives the planned sets.
pub(super) fn after_restart(
    hosts: &[HostRef],
    sets: &[RecordSet],
    context: &Context<'_>,
) -> Scripts {
    let mut out = Scripts::default();
    let windows = windows(hosts, &mut out, |plain, _| {
        format!(
            "{plain} is not Windows: it publishes nothing by itself, and no script restarts it."
        )
    });
    let (remote, local): (Vec<&HostRef>, Vec<&HostRef>) =
        windows.into_iter().partition(|host| has_cmdlets(host));
    for host in &local {
        out.say(format!(
            "On {}, elevated, before the script: {}",
            presentation::plain(&host.name.0),
            Licensing::of(host.os)
                .stop_and_start()
                .replace('\n', ", then ")
        ));
    }
    // Resolve-DnsName asks any server, but for names of plain characters only.
    let (plain, escaped): (Vec<&RecordSet>, Vec<&RecordSet>) = sets
        .iter()
        .partition(|set| is_windows(set.zone.kind) || is_plain(set));
    out.append_or_refuse(restart(&remote, &plain, context));
    let escaped: Vec<RecordSet> = escaped.into_iter().cloned().collect();
    out.append_or_refuse(dig::scripts(&escaped, Look::Planned, context));
    out
}

fn is_plain(set: &RecordSet) -> bool {
    Place::new(&set.zone, &set.owner).is_ok()
        && set.records.iter().all(|record| srv::new(record).is_ok())
}

fn restart(
    hosts: &[&HostRef],
    record_sets: &[&RecordSet],
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let rows: Result<Vec<String>, LeftOut> = hosts.iter().map(|host| machine(host)).collect();
    let mut body = table(rows?);
    body.extend(srv::lines(srv::NEW));
    body.push("$sets = @(".to_owned());
    for set in record_sets {
        let place = Place::new(&set.zone, &set.owner)?;
        let server = place
            .server
            .as_ref()
            .map_or_else(|| "$null".to_owned(), |server| quote(server));
        body.extend(sets::table(
            &place,
            set,
            &server,
            &[],
            Look::Planned,
            context,
        )?);
    }
    body.push(")".to_owned());
    body.extend(srv::lines(srv::COMPARE));
    body.extend(sets::report(false, Look::Planned));
    body.extend(srv::lines(RESTART));
    body.extend(srv::lines(sets::ONCE));
    let mut out = Scripts::default();
    out.apply.push(
        Ps1 {
            role: context.step.action.role(),
            purpose: Purpose::Apply,
            only_looks: false,
            modules: &[],
            parameters: vec![Parameter {
                name: "WaitMinutes",
                kind: "int",
                default: Some("5".to_owned()),
                what: "How long to wait after the last restart for what a host may publish, in minutes.",
            }],
            notes: vec![
                "It restarts the licensing service, one host at a time, and changes nothing else.".to_owned(),
            ],
            body,
        }
        .script(context),
    );
    Ok(out)
}

const RESTART: &[&str] = &[
    "foreach ($machine in $machines) {",
    "  if ($PSCmdlet.ShouldProcess($machine.Name, \"Restart-Service $($machine.Service)\")) {",
    "    Invoke-Command -ComputerName $machine.Name -ArgumentList $machine.Service -ErrorAction Stop -ScriptBlock {",
    "      param($Service)",
    "      Restart-Service -Name $Service -Force -ErrorAction Stop",
    "    }",
    "    \"$($machine.Name): $($machine.Service) restarted\"",
    "  }",
    "}",
    "if ($WhatIfPreference) { return }",
    "Start-Sleep -Seconds (60 * $WaitMinutes)",
];
