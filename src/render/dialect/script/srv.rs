//! SRV record sets in PowerShell scripts: as data, and the functions that read, compare and show them.
//!
//! The functions return objects and lines; none acts. Of a record set the values that a plan does not know
//! are `$null` and not compared.

use std::collections::BTreeSet;

use super::super::powershell::quote;
use super::super::{LeftOut, windows_absolute};
use super::powershell::Parameter;
use crate::plan::action::Record;

/// Makes a record of data. `Source` is what a server gave.
pub(super) const NEW: &[&str] = &[
    "# Priority, weight, port, target, TTL in seconds, whether it carries a timestamp. $null: not compared.",
    "function New-Srv($Priority, $Weight, $Port, $Target, $Ttl, $Aged, $Source = $null) {",
    "  [pscustomobject]@{",
    "    Priority = $Priority; Weight = $Weight; Port = $Port; Target = $Target",
    "    Ttl = $Ttl; Aged = $Aged; Source = $Source",
    "  }",
    "}",
];

/// Compares and shows. A set is the wanted one if each record of one is exactly one of the other.
pub(super) const COMPARE: &[&str] = &[
    "function Format-Srv($Record) {",
    "  $text = '{0} {1} {2} {3}' -f $Record.Priority, $Record.Weight, $Record.Port, $Record.Target",
    "  if ($null -ne $Record.Ttl) { $text += \", TTL $($Record.Ttl)\" }",
    "  if ($null -ne $Record.Aged) {",
    "    if ($Record.Aged) { $text += ', with a timestamp' } else { $text += ', static' }",
    "  }",
    "  $text",
    "}",
    "function Test-SameData($One, $Other) {",
    "  $One.Priority -eq $Other.Priority -and $One.Weight -eq $Other.Weight -and",
    "    $One.Port -eq $Other.Port -and $One.Target -eq $Other.Target",
    "}",
    "function Test-SameSrv($Found, $Wanted) {",
    "  (Test-SameData $Found $Wanted) -and",
    "    ($null -eq $Found.Ttl -or $null -eq $Wanted.Ttl -or $Found.Ttl -eq $Wanted.Ttl) -and",
    "    ($null -eq $Found.Aged -or $null -eq $Wanted.Aged -or $Found.Aged -eq $Wanted.Aged)",
    "}",
    "function Test-SameSet($Found, $Wanted) {",
    "  if ($Found.Count -ne $Wanted.Count) { return $false }",
    "  foreach ($record in $Wanted) {",
    "    if (@($Found | Where-Object { Test-SameSrv $_ $record }).Count -ne 1) { return $false }",
    "  }",
    "  foreach ($record in $Found) {",
    "    if (@($Wanted | Where-Object { Test-SameSrv $record $_ }).Count -ne 1) { return $false }",
    "  }",
    "  $true",
    "}",
    "# Whether a set is the wanted one, or one of those that the plan's other steps make of it.",
    "function Test-Done($Set, $Found) {",
    "  if (Test-SameSet $Found $Set.Wanted) { return $true }",
    "  foreach ($state in $Set.Beyond) {",
    "    if (Test-SameSet $Found $state.Records) { return $true }",
    "  }",
    "  $false",
    "}",
    "function Show-Difference($Found, $Wanted) {",
    "  foreach ($record in $Wanted) {",
    "    $same = @($Found | Where-Object { Test-SameSrv $_ $record })",
    "    if ($same.Count -eq 0) { $mark = 'expected:   ' } else { $mark = 'as expected:' }",
    "    \"  $mark $(Format-Srv $record)\"",
    "  }",
    "  if ($Wanted.Count -eq 0) { '  expected:    no record' }",
    "  foreach ($record in $Found) {",
    "    $same = @($Wanted | Where-Object { Test-SameSrv $record $_ })",
    "    if ($same.Count -eq 0) { \"  found:       $(Format-Srv $record)\" }",
    "  }",
    "  if ($Found.Count -eq 0) { '  found:       no record' }",
    "}",
];

/// The one server of each zone in a script that may concern several.
pub(super) struct Servers<'a> {
    known: BTreeSet<Option<&'a str>>,
}

impl<'a> Servers<'a> {
    /// The servers of a script's sets; `None`: not known.
    pub(super) fn of(servers: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        Self {
            known: servers.into_iter().collect(),
        }
    }

    /// The server of a set as an expression: what `-ComputerName` names where all sets have the same server or
    /// that of the set is not known.
    pub(super) fn expression(&self, server: Option<&str>) -> String {
        match server {
            Some(server) if self.known.len() > 1 => quote(server),
            _ => "$ComputerName".to_owned(),
        }
    }

    /// `-ComputerName`, where a set takes its server from it: with the one server of all as its default, or
    /// mandatory.
    pub(super) fn parameter(&self, what: &'static str) -> Option<Parameter> {
        let one = self.known.len() == 1;
        let default = self.known.last().copied().flatten().filter(|_| one);
        (one || self.known.contains(&None)).then(|| Parameter {
            name: "ComputerName",
            kind: "string",
            default: default.map(quote),
            what: if one {
                what
            } else {
                "The DNS server of the sets that name none."
            },
        })
    }
}

/// Reads a set as the zone's one server keeps it. WIN32 9701 and 9714: there is no such record, no such name
/// (MS-ERREF section 2.2). Asked by name a server gives the names below it too, and names all by their place in
/// the zone.
pub(super) const READ: &[&str] = &[
    "# A server gives the names below too: they are left out.",
    "function Get-SrvSet($Set) {",
    "  $read = @{ ComputerName = $Set.Server; ZoneName = $Set.Zone; Name = $Set.Name }",
    "  try {",
    "    $all = @(Get-DnsServerResourceRecord @read -RRType Srv -ErrorAction Stop)",
    "  } catch {",
    "    if ($_.FullyQualifiedErrorId -notmatch '^WIN32 97(01|14),') { throw }",
    "    $all = @()  # There is no SRV record.",
    "  }",
    "  foreach ($record in $all) {",
    "    if ($record.HostName -eq $Set.Name) {",
    "      $data = $record.RecordData",
    "      # No timestamp, or hour 0 of the year 1601: static.",
    "      $aged = $null -ne $record.Timestamp -and ([datetime]$record.Timestamp).Year -gt 1601",
    "      New-Srv ([int]$data.Priority) ([int]$data.Weight) ([int]$data.Port) ($data.DomainName.TrimEnd('.')) `",
    "        ([long]$record.TimeToLive.TotalSeconds) $aged $record",
    "    }",
    "  }",
    "}",
];

/// Reads a set as a server answers it: without TTL, which a server counts down for what it has cached, and
/// without age, which no answer holds.
pub(super) const ASK: &[&str] = &[
    "function Get-SrvAnswer($Server, $Owner) {",
    "  try {",
    "    $answer = @(Resolve-DnsName -Name $Owner -Type SRV -DnsOnly -Server $Server -ErrorAction Stop)",
    "  } catch {",
    "    if ($_.FullyQualifiedErrorId -notmatch '^(DNS_ERROR_RCODE_NAME_ERROR|DNS_INFO_NO_RECORDS),') { throw }",
    "    $answer = @()  # There is no such name, or no such record.",
    "  }",
    "  foreach ($record in $answer) {",
    "    if ($record.Type -eq 'SRV') {",
    "      New-Srv ([int]$record.Priority) ([int]$record.Weight) ([int]$record.Port) ($record.NameTarget.TrimEnd('.')) $null $null",
    "    }",
    "  }",
    "}",
];

/// `New-Srv 10 75 1688 'kms01.contoso.com' 3600 $false`
pub(super) fn new(record: &Record) -> Result<String, LeftOut> {
    let target = windows_absolute(&record.target)?;
    let ttl = record
        .ttl
        .map_or_else(|| "$null".to_owned(), |ttl| ttl.to_string());
    let aged = match record.aged {
        None => "$null",
        Some(false) => "$false",
        Some(true) => "$true",
    };
    Ok(format!(
        "New-Srv {} {} {} {} {ttl} {aged}",
        record.priority,
        record.weight,
        record.port,
        quote(target.trim_end_matches('.')),
    ))
}

/// `Before = @(`, the records, `)`: an entry of a table, indented.
pub(super) fn entry(indent: &str, name: &str, records: &[Record]) -> Result<Vec<String>, LeftOut> {
    if records.is_empty() {
        return Ok(vec![format!("{indent}{name} = @()")]);
    }
    let mut lines = vec![format!("{indent}{name} = @(")];
    for record in records {
        lines.push(format!("{indent}  {}", new(record)?));
    }
    lines.push(format!("{indent})"));
    Ok(lines)
}

/// The entry `Beyond`: other states with which a step is done too.
pub(super) fn beyond(indent: &str, states: &[&[Record]]) -> Result<Vec<String>, LeftOut> {
    if states.is_empty() {
        return Ok(vec![format!("{indent}Beyond = @()")]);
    }
    let mut lines = vec![
        format!("{indent}# States that other steps of the plan make: they will do too."),
        format!("{indent}Beyond = @("),
    ];
    for records in states {
        lines.push(format!("{indent}  [pscustomobject]@{{"));
        lines.extend(entry(&format!("{indent}    "), "Records", records)?);
        lines.push(format!("{indent}  }}"));
    }
    lines.push(format!("{indent})"));
    Ok(lines)
}

/// Lines of a script.
pub(super) fn lines(text: &[&str]) -> Vec<String> {
    text.iter().map(|line| (*line).to_owned()).collect()
}
