//! What the PowerShell scripts for hosts have in common: the hosts, what is kept about them, remoting.

use super::super::super::powershell::{list, quote};
use super::super::powershell::Parameter;
use super::target::Ready;

/// Stops before anything is done where a host is named that the step does not know. Functions for the files that
/// are kept about a host.
pub(super) const SELECT: &str = r#"foreach ($name in $ComputerName) {
  if (-not $settings.Contains($name)) { throw "$name is no host of this step. Nothing was changed." }
}
function Get-SavedPath($plan) { Join-Path -Path $HOME -ChildPath ($plan.File + '.xml') }
function Get-RestartedPath($plan) { Join-Path -Path $HOME -ChildPath ($plan.File + '-restarted.txt') }
function Get-Saved($plan) {
  $path = Get-SavedPath $plan
  if (Test-Path -LiteralPath $path) { Import-Clixml -LiteralPath $path }
}"#;

/// `Assert-Reviewed`: stops where differences were found.
pub(in crate::render::dialect::script) const ASSERT: &str = r"function Assert-Reviewed($wrong) {
  if ($wrong.Count -eq 0) { return }
  $wrong | ForEach-Object { Write-Host $_ }
  throw 'This is not the state that was reviewed. Nothing was changed. Look at it, and plan again.'
}";

/// The block that restarts the service. It gives the host's time just before.
pub(super) const RESTART: &str = r"$restart = {
  param($service)
  $ErrorActionPreference = 'Stop'
  Get-Date
  Restart-Service -Name $service -Force
}";

/// `-ComputerName`: all hosts of the step unless some are named.
pub(super) fn computers(hosts: &[&Ready]) -> Parameter {
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    Parameter {
        name: "ComputerName",
        kind: "string[]",
        default: Some(format!("@({})", list(&names))),
        what: "The hosts to work on, one after the other: those of the step, or some of them.",
    }
}

/// `$settings`: what the plan wants of each host. `values` gives more entries.
pub(super) fn settings(hosts: &[&Ready], values: impl Fn(&Ready) -> Vec<String>) -> Vec<String> {
    let mut lines = vec![
        "# What the plan wants of each host.".to_owned(),
        "$settings = [ordered]@{".to_owned(),
    ];
    for host in hosts {
        lines.push(format!("  {} = @{{", quote(&host.name)));
        lines.push(format!("    File = {}", quote(&host.file)));
        lines.extend(values(host).into_iter().map(|line| format!("    {line}")));
        lines.push("  }".to_owned());
    }
    lines.push("}".to_owned());
    lines
}

/// `$true` or `$false`.
pub(super) fn boolean(value: bool) -> &'static str {
    if value { "$true" } else { "$false" }
}

/// Lines of a text.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().map(str::to_owned)
}
