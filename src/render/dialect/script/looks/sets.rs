//! Record sets of Windows DNS: from every name server of a zone, and with ages from its one server.

use super::super::super::place::Place;
use super::super::super::powershell::quote;
use super::super::super::{LeftOut, directory, is_windows};
use super::super::powershell::{Parameter, Ps1};
use super::super::srv::{self, Servers};
use super::super::{Context, Purpose, Script, Scripts};
use super::Look;
use crate::plan::action::{Record, RecordSet};
use crate::topology::{Apply, ZoneKind};

const SERVER: &str = "The one DNS server of the zones, which names the others.";

/// The sets that a script looks at.
struct Sets<'a> {
    all: Vec<(&'a RecordSet, Place)>,
    /// Whether it waits.
    waits: bool,
}

impl Sets<'_> {
    fn any(&self, wanted: fn(&RecordSet) -> bool) -> bool {
        self.all.iter().any(|(set, _)| wanted(set))
    }
}

/// Whether a set replicates with Active Directory.
fn replicates(set: &RecordSet) -> bool {
    set.zone.kind == ZoneKind::Ad
}

/// Whether the `DnsServer` cmdlets reach the server of a set.
fn has_module(set: &RecordSet) -> bool {
    set.zone.apply != Apply::Dnscmd
}

/// A script for all zones of Windows DNS.
pub(super) fn scripts(
    sets: &[RecordSet],
    look: Look,
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let mut all = Vec::new();
    for set in sets.iter().filter(|set| is_windows(set.zone.kind)) {
        all.push((set, Place::new(&set.zone, &set.owner)?));
    }
    let mut out = Scripts::default();
    if !all.is_empty() {
        let waits = look == Look::Settled;
        let sets = Sets { all, waits };
        out.apply.push(script(&sets, look, context)?);
        say_unseen(&sets, &mut out);
    }
    Ok(out)
}

/// What no script sees in zones that are kept by `dnscmd`. Its `/EnumRecords` prints the timestamp of aged records
/// as `[Aging:…]`; conflict objects come from two creations of a node (MS-ADTS, replication).
fn say_unseen(sets: &Sets<'_>, out: &mut Scripts) {
    if !sets.any(|set| !has_module(set)) {
        return;
    }
    out.say(
        "In zones that are kept by dnscmd the script does not see whether records are static: dnscmd \
         /EnumRecords shows [Aging:...] for those that are not.",
    );
    if sets.waits && sets.any(|set| replicates(set) && !has_module(set)) {
        out.say(
            "In zones that are kept by dnscmd the script does not look for conflict objects: objects of the \
             directory with CNF: in their names.",
        );
    }
}

fn script(sets: &Sets<'_>, look: Look, context: &Context<'_>) -> Result<Script, LeftOut> {
    let replicate = sets.waits && sets.any(replicates);
    let have_module = sets.any(has_module);
    let conflicts = sets.waits && sets.any(|set| replicates(set) && has_module(set));
    let servers = Servers::of(sets.all.iter().map(|(_, place)| place.server.as_deref()));
    let mut body = srv::lines(srv::NEW);
    body.push("$sets = @(".to_owned());
    for (set, place) in &sets.all {
        if sets.waits && replicates(set) && has_module(set) {
            directory::place(&set.zone, &set.owner)?;
        }
        let server = servers.expression(place.server.as_deref());
        let more = [
            "# Whether Active Directory replicates it; whether its server is asked for TTLs and timestamps too.".to_owned(),
            format!("InDirectory = ${}; IsRead = ${}", replicates(set), has_module(set)),
        ];
        body.extend(table(place, set, &server, &more, look, context)?);
    }
    body.push(")".to_owned());
    body.extend(srv::lines(srv::COMPARE));
    if have_module {
        body.extend(srv::lines(srv::READ));
    }
    body.extend(report(have_module, look));
    let mut parameters: Vec<Parameter> = servers.parameter(SERVER).into_iter().collect();
    if sets.waits {
        parameters.push(Parameter {
            name: "TimeoutMinutes",
            kind: "int",
            default: Some("60".to_owned()),
            what: "How long to wait, in minutes.",
        });
        if replicate {
            body.extend(srv::lines(REPLICATION));
        }
        if conflicts {
            body.extend(srv::lines(CONFLICTS));
        }
        body.extend(wait(replicate, conflicts));
    } else {
        body.extend(srv::lines(ONCE));
    }
    Ok(Ps1 {
        role: context.step.action.role(),
        purpose: Purpose::Apply,
        only_looks: true,
        modules: match (have_module, conflicts) {
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

/// The data of one set; `server` is an expression, `more` are entries besides.
pub(super) fn table(
    place: &Place,
    set: &RecordSet,
    server: &str,
    more: &[String],
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
    ];
    lines.extend(more.iter().map(|entry| format!("    {entry}")));
    lines.push(format!("    # As it was {}.", look.state()));
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
    "# Each zone's name servers are asked for once.",
    "$known = @{}",
    "function Get-NameServer($Set) {",
    "  $key = \"$($Set.Server) $($Set.Zone)\"",
    "  if (-not $known.ContainsKey($key)) {",
    "    $ask = @{ Name = $Set.Zone; Type = 'NS'; DnsOnly = $true; ErrorAction = 'Stop' }",
    "    if ($Set.Server) { $ask['Server'] = $Set.Server }",
    "    $named = @(Resolve-DnsName @ask | Where-Object { $_.Type -eq 'NS' } | ForEach-Object { $_.NameHost.TrimEnd('.') })",
    "    $known[$key] = @(@($Set.Server) + $named | Where-Object { $_ } | Sort-Object -Unique)",
    "  }",
    "  $known[$key]",
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
    "function Show-Set($Set) {",
    "  foreach ($server in @(Get-NameServer $Set)) {",
    "    try {",
    "      $found = @(Get-SrvAnswer $server $Set.Owner)",
    "    } catch {",
    "      \"$($Set.Owner) from ${server}: $($_.Exception.Message)\"",
    "      $script:wrong = $true",
    "      continue",
    "    }",
    "    Show-Found $Set $found \"from $server\"",
    "  }",
    "  if ($Set.IsRead) { Show-Found $Set @(Get-SrvSet $Set) \"as $($Set.Server) keeps it\" }",
    "}",
    "function Get-Report {",
    "  foreach ($set in $sets) {",
    "    try {",
    "      Show-Set $set",
    "    } catch {",
    "      \"$($set.Owner): $($_.Exception.Message)\"",
    "      $script:wrong = $true",
    "    }",
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
    "  $zone = (Get-DnsServerZone -ComputerName $Set.Server -Name $Set.Zone -ErrorAction Stop).DistinguishedName",
    "  $found = @(Get-ADObject -SearchBase $zone -SearchScope OneLevel -Server $Set.Server `",
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
            "      $servers = @($sets | Where-Object { $_.InDirectory } | ForEach-Object { Get-NameServer $_ } | Sort-Object -Unique)",
            "      foreach ($server in $servers) { Get-Replication $server }",
        ]));
    }
    if looks_for_conflicts {
        lines.push(
            "      foreach ($set in $sets) { if ($set.InDirectory -and $set.IsRead) { Find-Conflict $set } }"
                .to_owned(),
        );
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
        lines.extend(srv::lines(&[
            "$servers = @($sets | Where-Object { $_.InDirectory } | ForEach-Object { $_.Server } | Sort-Object -Unique)",
            "foreach ($server in $servers) { & repadmin.exe /showrepl $server }",
        ]));
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
