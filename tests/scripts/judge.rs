//! The judge finds what it is there for.

use crate::grammar::Parsed;
use crate::powershell::Script;
use crate::rules;
use crate::tables::Tables;
use crate::undo;

/// A script without a fault.
const GOOD: &str = "\
#requires -Version 5.1
[CmdletBinding(SupportsShouldProcess = $true)]
param(
  # The server.
  [string] $ComputerName = 'dc01.contoso.com'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
function Invoke-Removal($Zone) {
  $common = @{ ComputerName = $ComputerName; ZoneName = $Zone }
  $data = @('0', '10', '1688', 'kms01.contoso.com.')
  Remove-DnsServerResourceRecord @common -Name '_vlmcs._tcp' -RRType Srv -RecordData $data -Force
}
if ($PSCmdlet.ShouldProcess('it', 'remove')) {
  Invoke-Removal 'contoso.com'
}
";

#[test]
fn a_good_script_has_no_fault() {
    let faults = rules::powershell("apply/01-dns-x.ps1", GOOD, &Tables::read());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn each_fault_is_found() {
    let tables = Tables::read();
    for (from, to, fault) in [
        (
            "Invoke-Removal 'c",
            "Remove-Everything 'c",
            "`Remove-Everything` is no cmdlet",
        ),
        ("Invoke-Removal 'c", "ls 'c", "`ls` is no cmdlet"),
        (
            "Invoke-Removal 'c",
            "remove-item 'c",
            "`remove-item` is no cmdlet",
        ),
        ("-RRType Srv", "-RRType Srf", "-RRType does not take `Srf`"),
        ("-RRType Srv", "-Type2 Srv", "has no parameter -Type2"),
        ("-RRType Srv", "-RRT Srv", "has no parameter -RRT"),
        ("-Name '_", "-Name -Name '_", "-Name needs a value"),
        ("-Name '_", "-Name 'a' -Name '_", "is given -Name twice"),
        (
            "ComputerName = $ComputerName;",
            "Computer = $ComputerName;",
            "-Computer (of @common)",
        ),
        ("-Force", "", "would ask"),
        (
            "Invoke-Removal 'c",
            "Set-Content -LiteralPath note -Value x; Invoke-Removal 'c",
            "-Confirm asks twice",
        ),
        (
            "Invoke-Removal 'c",
            "Get-NetFirewallRule -DisplayName x; Invoke-Removal 'c",
            "an error would not stop it",
        ),
        ("'0', '10', '1688', ", "'0', '10', ", "not four items"),
        (" -RecordData $data", "", "without data"),
        (
            "'kms01.contoso.com.'",
            "'kms01.contoso.com.",
            "not understood",
        ),
        (
            "'kms01.contoso.com.'",
            "'kms01\u{2019}.contoso.com.'",
            "line ",
        ),
        (
            "if ($PSCmdlet.ShouldProcess('it', 'remove'))",
            "if ($true)",
            "ShouldProcess is not asked",
        ),
        (
            "if ($PSCmdlet",
            "if (-not $PSCmdlet",
            "ShouldProcess is not asked",
        ),
        ("SupportsShouldProcess = $true", "", "no -WhatIf"),
        (
            "Set-StrictMode -Version Latest\n",
            "",
            "no line is `Set-StrictMode",
        ),
        (
            "-RecordData $data",
            "-RecordData $date",
            "$date is never set",
        ),
        (
            "'kms01.contoso.com.'",
            "[Net.Dns]::GetHostName()",
            "the type [Net.Dns]",
        ),
        (
            "'kms01.contoso.com.'",
            "[TimeSpan]::FromEons(1)",
            "no static member FromEons",
        ),
        (
            "'kms01.contoso.com.'",
            "$Zone.Explode()",
            "the method Explode",
        ),
        (
            "'kms01.contoso.com.'",
            "(Invoke-Expression $Zone)",
            "Invoke-Expression",
        ),
        ("'kms01.contoso.com.'", "($Zone ?? 'x')", "not understood"),
        (
            "'kms01.contoso.com.'",
            "(repadmin /destroy)",
            "repadmin has no option /destroy",
        ),
        (
            "Invoke-Removal 'c",
            "Get-Date && Invoke-Removal 'c",
            "5.1 knows no &&",
        ),
        (
            "Invoke-Removal 'c",
            "Invoke-Removal -Name 'c",
            "has no parameter -Name",
        ),
        ("Invoke-Removal 'c", ". ./other.ps1 'c", "other.ps1"),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let faults = rules::powershell("apply/01-dns-x.ps1", &text, &tables);
        assert!(
            faults.iter().any(|found| found.contains(fault)),
            "{to}: {faults:#?}"
        );
    }
    let faults = rules::powershell("verify/01-dns-x.ps1", GOOD, &tables);
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("a check changes something"))
    );
}

/// What never runs changes nothing; what is left early where `ShouldProcess` says no is asked for.
#[test]
fn what_cannot_run_is_no_fault() {
    let tables = Tables::read();
    let idle = GOOD.replace("  Invoke-Removal 'contoso.com'\n", "");
    let faults = rules::powershell("verify/01-dns-x.ps1", &idle, &tables);
    assert!(faults.is_empty(), "{faults:#?}");
    let early = GOOD
        .replace(
            "if ($PSCmdlet.ShouldProcess('it', 'remove')) {",
            "foreach ($each in 'it') {\n  if (-not $PSCmdlet.ShouldProcess($each, 'remove')) { continue }",
        );
    let faults = rules::powershell("apply/01-dns-x.ps1", &early, &tables);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn quoting_is_undone_as_the_languages_do() {
    for (text, value) in [
        ("'a'", Some("a")),
        ("'it''s'", Some("it's")),
        (
            "'\u{2018}\u{2018}a\u{2019}\u{2019}'",
            Some("\u{2018}a\u{2019}"),
        ),
        ("'a\u{2019}", Some("a")),
        ("'a\u{2019}b'", None),
        ("('a' + [char]0x000A + '''b')", Some("a\n'b")),
        ("('a' + $b)", None),
        ("\"a\"", None),
    ] {
        assert_eq!(undo::powershell(text).as_deref(), value, "{text}");
    }
    for (text, value) in [
        ("a.b", Some("a.b")),
        (r"'it'\''s'", Some("it's")),
        ("'$(x)`'", Some("$(x)`")),
        ("$x", None),
        ("\"a\"", None),
    ] {
        assert_eq!(undo::sh(text).as_deref(), value, "{text}");
    }
}

/// A quote that is not doubled ends the string, whichever of the five it is.
#[test]
fn curly_quotes_end_strings() {
    for quote in ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'] {
        let tables = Tables::read();
        let faults = |text: String| Script::new(&Parsed::powershell(&text), &tables).faults();
        assert!(faults(format!("Write-Output 'a{quote}{quote}b'")).is_empty());
        assert!(!faults(format!("Write-Output 'a{quote}; calc #'")).is_empty());
    }
}
