//! Record sets of Windows DNS: from every name server of a zone, and with ages from its one server.

use super::super::super::place::Place;
use super::super::super::powershell::quote;
use super::super::super::{LeftOut, directory, is_windows};
use super::super::powershell::{Parameter, Ps1};
use super::super::{Context, Purpose, Script, Scripts, srv};
use super::Look;
use crate::plan::action::{Record, RecordSet};
use crate::presentation;
use crate::topology::{Apply, ZoneKind};

const SERVER: &str = "The one DNS server of the zones, which names the others.";

/// Sets that one script looks at.
struct Group<'a> {
    server: Option<String>,
    /// Whether they replicate with Active Directory.
    replicates: bool,
    /// Whether the `DnsServer` cmdlets reach the server.
    has_module: bool,
    sets: Vec<&'a RecordSet>,
}

/// A script for the zones of each server.
pub(super) fn scripts(
    sets: &[RecordSet],
    look: Look,
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for set in sets.iter().filter(|set| is_windows(set.zone.kind)) {
        let server = Place::new(&set.zone, &set.owner)?.server;
        let replicates = set.zone.kind == ZoneKind::Ad;
        let has_module = set.zone.apply != Apply::Dnscmd;
        let group = groups.iter_mut().find(|group| {
            group.server == server
                && group.replicates == replicates
                && group.has_module == has_module
        });
        match group {
            Some(group) => group.sets.push(set),
            None => groups.push(Group {
                server,
                replicates,
                has_module,
                sets: vec![set],
            }),
        }
    }
    let mut out = Scripts::default();
    for group in &groups {
        out.apply.push(script(group, look, context)?);
        if !group.has_module {
            say_unseen(group, look, &mut out);
        }
    }
    Ok(out)
}

/// What no script sees on a server that has `dnscmd` alone.
fn say_unseen(group: &Group<'_>, look: Look, out: &mut Scripts) {
    for set in &group.sets {
        let owner = presentation::plain(&set.owner);
        out.say(format!(
            "The script does not see whether the records of {owner} are static: dnscmd /EnumRecords shows it, \
             and so does DNS Manager."
        ));
        if look == Look::Settled && group.replicates {
            out.say(format!(
                "The script does not look for conflict objects (CNF:) of {owner}: ADSI Edit shows them in the \
                 zone."
            ));
        }
    }
}

fn script(group: &Group<'_>, look: Look, context: &Context<'_>) -> Result<Script, LeftOut> {
    let settles = look == Look::Settled;
    let looks_for_conflicts = settles && group.replicates && group.has_module;
    let mut body = srv::lines(srv::NEW);
    body.push("$sets = @(".to_owned());
    for set in &group.sets {
        if looks_for_conflicts {
            directory::place(&set.zone, &set.owner)?;
        }
        let place = Place::new(&set.zone, &set.owner)?;
        body.extend(table(&place, set, "$ComputerName", look, context)?);
    }
    body.push(")".to_owned());
    body.extend(srv::lines(srv::COMPARE));
    if group.has_module {
        body.extend(srv::lines(srv::READ));
    }
    body.extend(report(group.has_module, look));
    let mut parameters = vec![Parameter::server(group.server.as_ref(), SERVER)];
    if settles {
        parameters.push(Parameter {
            name: "TimeoutMinutes",
            kind: "int",
            default: Some("60".to_owned()),
            what: "How long to wait, in minutes.",
        });
        if group.replicates {
            body.extend(srv::lines(REPLICATION));
        }
        if looks_for_conflicts {
            body.extend(srv::lines(CONFLICTS));
        }
        body.extend(wait(group.replicates, looks_for_conflicts));
    } else {
        body.extend(srv::lines(ONCE));
    }
    Ok(Ps1 {
        role: context.step.action.role(),
        purpose: Purpose::Apply,
        only_looks: true,
        modules: match (group.has_module, looks_for_conflicts) {
            (true, true) => &["DnsServer", "ActiveDirectory"],
            (true, false) => &["DnsServer"],
            (false, _) => &[],
        },
        parameters,
        notes: look.notes(),
        body,
    }
    .script(context))
}

/// The data of one set; `server` is an expression.
pub(super) fn table(
    place: &Place,
    set: &RecordSet,
    server: &str,
    look: Look,
    context: &Context<'_>,
) -> Result<Vec<String>, LeftOut> {
    let later: Vec<&[Record]> = context
        .later(&set.owner)
        .into_iter()
        .map(|set| set.records.as_slice())
        .collect();
    let mut lines = vec![
        "  [pscustomobject]@{".to_owned(),
        format!("    Server = {server}"),
        format!("    Zone = {}", quote(&place.zone)),
        format!("    Name = {}", quote(&place.node)),
        format!("    Owner = {}", quote(&place.owner)),
        format!("    # As it was {}.", look.state()),
    ];
    lines.extend(srv::entry("    ", "Wanted", &set.records)?);
    lines.extend(srv::beyond("    ", &later)?);
    lines.push("  }".to_owned());
    Ok(lines)
}

/// The functions that look at every set. `$wrong` of the script tells whether anything is not as it is to be.
pub(super) fn report(with_ages: bool, look: Look) -> Vec<String> {
    let mut lines = srv::lines(srv::ASK);
    lines.extend(
        REPORT
            .iter()
            .filter(|line| with_ages || !line.contains("Get-SrvSet"))
            .map(|line| line.replace("STATE", look.state())),
    );
    lines
}

const REPORT: &[&str] = &[
    "function Get-NameServer($Set) {",
    "  $ask = @{ Name = $Set.Zone; Type = 'NS'; DnsOnly = $true; ErrorAction = 'Stop' }",
    "  if ($Set.Server) { $ask['Server'] = $Set.Server }",
    "  $named = @(Resolve-DnsName @ask | Where-Object { $_.Type -eq 'NS' } | ForEach-Object { $_.NameHost.TrimEnd('.') })",
    "  @($Set.Server) + $named | Where-Object { $_ } | Sort-Object -Unique",
    "}",
    "function Show-Found($Set, $Found, $Whence) {",
    "  if (Test-Done $Set $Found) {",
    "    \"$($Set.Owner) ${Whence}, as STATE:\"",
    "    foreach ($record in $Found) { \"  $(Format-Srv $record)\" }",
    "    if ($Found.Count -eq 0) { '  no record' }",
    "  } else {",
    "    \"$($Set.Owner) ${Whence}, not as STATE:\"",
    "    Show-Difference $Found $Set.Wanted",
    "    $script:wrong = $true",
    "  }",
    "}",
    "function Get-Report {",
    "  foreach ($set in $sets) {",
    "    foreach ($server in @(Get-NameServer $set)) {",
    "      try {",
    "        $found = @(Get-SrvAnswer $server $set.Owner)",
    "      } catch {",
    "        \"$($set.Owner) from ${server}: $($_.Exception.Message)\"",
    "        $script:wrong = $true",
    "        continue",
    "      }",
    "      Show-Found $set $found \"from $server\"",
    "    }",
    "    Show-Found $set @(Get-SrvSet $set) \"as $ComputerName keeps it\"",
    "  }",
    "}",
];

/// Failures of replication. Each row of `repadmin /showrepl /csv` tells of one partner and one directory
/// partition.
const REPLICATION: &[&str] = &[
    "function Get-Replication($Server) {",
    "  $rows = @(& repadmin.exe /showrepl $Server /csv | ConvertFrom-Csv)",
    "  foreach ($row in $rows) {",
    "    if (-not $row.PSObject.Properties['Number of Failures']) {",
    "      \"Replication of ${Server}: repadmin gives no report.\"",
    "      return",
    "    }",
    "    if ($row.'Number of Failures' -ne '0') {",
    "      \"Replication of $Server fails: $($row.PSObject.Properties.Value -join ', ')\"",
    "      $script:wrong = $true",
    "    }",
    "  }",
    "}",
];

const CONFLICTS: &[&str] = &[
    "# A CNF: object comes from two creations of a node on two domain controllers.",
    "function Find-Conflict($Set) {",
    "  $zone = (Get-DnsServerZone -ComputerName $ComputerName -Name $Set.Zone -ErrorAction Stop).DistinguishedName",
    "  $found = @(Get-ADObject -SearchBase $zone -SearchScope OneLevel -Server $ComputerName `",
    "    -LDAPFilter \"(&(objectClass=dnsNode)(name=$($Set.Name)*CNF:*))\")",
    "  foreach ($object in $found) {",
    "    \"Conflict object: $($object.DistinguishedName)\"",
    "    $script:wrong = $true",
    "  }",
    "}",
];

/// Looks once.
pub(super) const ONCE: &[&str] = &[
    "$wrong = $false",
    "Get-Report",
    "if ($wrong) { throw 'The records are not as planned.' }",
];

/// Looks until all is well or the time is over.
fn wait(replicates: bool, looks_for_conflicts: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if replicates {
        lines.push("$null = Get-Command -Name repadmin.exe -ErrorAction Stop".to_owned());
    }
    lines.extend(srv::lines(&[
        "$until = (Get-Date).AddMinutes($TimeoutMinutes)",
        "while ($true) {",
        "  $wrong = $false",
        "  $report = @(",
        "    try {",
        "      Get-Report",
    ]));
    if replicates {
        lines.extend(srv::lines(&[
            "      $servers = @($sets | ForEach-Object { Get-NameServer $_ } | Sort-Object -Unique)",
            "      foreach ($server in $servers) { Get-Replication $server }",
        ]));
    }
    if looks_for_conflicts {
        lines.push("      foreach ($set in $sets) { Find-Conflict $set }".to_owned());
    }
    lines.extend(srv::lines(&[
        "    } catch {",
        "      $_.Exception.Message",
        "      $wrong = $true",
        "    }",
        "  )",
        "  if (-not $wrong -or (Get-Date) -ge $until) { break }",
        "  'Not settled yet: waiting.'",
        "  Start-Sleep -Seconds 30",
        "}",
    ]));
    if replicates {
        lines.push("& repadmin.exe /showrepl $ComputerName".to_owned());
    }
    lines.extend(srv::lines(&[
        "$report",
        "if ($wrong) {",
        "  throw 'Not settled. Where the records stay others than those that were reviewed: plan again.'",
        "}",
        "'Settled.'",
    ]));
    lines
}
