//! Publishing switched by PowerShell remoting: the publish list, the switch, one restart.

use super::super::super::licensing::{CURRENT, Publishing};
use super::super::super::powershell::quote;
use super::super::powershell::{Parameter, Ps1};
use super::super::{Context, Purpose, Scripts};
use super::kind::Kind;
use super::publishing_cmd;
use super::remote::{ASSERT, RESTART, SELECT, boolean, computers, lines, settings};
use super::target::{Ready, Target, by_remoting, ready};
use crate::plan::Role;

/// The scripts of the step.
pub(super) fn scripts(kind: Kind, targets: Vec<Target>, context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    let hosts = ready(targets, context, &mut out);
    let remote = by_remoting(&hosts, &mut out);
    if !remote.is_empty() {
        out.apply.push(apply(kind, &remote).script(context));
        out.verify.push(verify(kind, &remote).script(context));
        out.rollback.push(rollback(kind, &remote).script(context));
    }
    out.append(publishing_cmd::scripts(kind, &hosts, context));
    if kind == Kind::Enable {
        out.say("Undoing it removes no record: what a host has published is removed by hand.");
    }
    out
}

/// Reads a host, and compares it with the plan. `$off`: whether publishing is to be off.
const READ: &str = r#"$read = {
  param($key)
  $ErrorActionPreference = 'Stop'
  $values = Get-ItemProperty -Path $key | Select-Object -Property @('DnsDomainPublishList', 'DisableDnsPublishing')
  $kms = Get-CimInstance -ClassName SoftwareLicensingService
  [pscustomobject]@{
    List = $values.DnsDomainPublishList
    Switch = $values.DisableDnsPublishing
    IsKmsHost = $kms.IsKeyManagementServiceMachine -ne 0
    Publishes = $kms.KeyManagementServiceDnsPublishing
  }
}
function Get-HostState($name) { Invoke-Command -ComputerName $name -ScriptBlock $read -ArgumentList @($key) }
# The lines of a list as one text, for an exact comparison.
function Get-Text($list) { if ($null -eq $list) { '(not set)' } else { @($list) -join "`n" } }
# The same whatever the spacing and the order, numbers left out being 0.
function Get-Entry($list) {
  $entries = foreach ($line in @($list)) {
    $parts = @($line -split ',' | ForEach-Object { $_.Trim() }) + @('0', '0')
    $parts[0..2] -join ', '
  }
  @($entries | Sort-Object -Unique) -join "`n"
}
# A list that the step leaves as it is may be spelled in another way.
function Test-List($plan, $found) {
  if ($plan.List.Count -eq 0) { return $true }
  if ($null -eq $found.List) { return $false }
  if ($plan.WriteList) { (Get-Text $plan.List) -ceq (Get-Text $found.List) }
  else { (Get-Entry $plan.List) -eq (Get-Entry $found.List) }
}
# The switch counts in the registry; a KMS host also tells by CIM.
function Test-Switch($plan, $found) {
  if ($plan.NoKmsHost -and -not $found.IsKmsHost) { return $true }
  ([bool]$found.Switch -eq $off) -and (-not $found.IsKmsHost -or $found.Publishes -ne $off)
}
function Show-List($name, $expected, $found) {
  "${name}: publish list"
  @($expected) | ForEach-Object { "  expected: $_" }
  (Get-Text $found) -split "`n" | ForEach-Object { "  found:    $_" }
}
function Show-Switch($name, $found) {
  $value = if ($null -eq $found.Switch) { '(not set)' } else { $found.Switch }
  "${name}: publishing"
  "  expected: $(if ($off) { 'off' } else { 'on' })"
  "  found:    DisableDnsPublishing $value, KMS host $($found.IsKmsHost), publishing by CIM $($found.Publishes)"
}"#;

const APPLY_LOOK: &str = r#"$states = @{}
$wrong = @()
foreach ($name in $ComputerName) {
  $plan = $settings[$name]
  $found = Get-HostState $name
  $saved = Get-Saved $plan
  $isList = Test-List $plan $found
  $isSwitch = Test-Switch $plan $found
  if ($isList -and $isSwitch -and (-not $plan.Restart -or (Test-Path -LiteralPath (Get-RestartedPath $plan)))) {
    "${name}: already applied"
    continue
  }
  # What the step does not write must be as planned; what it writes must be as saved, if anything is.
  if (-not $isList -and (-not $plan.WriteList -or ($saved -and (Get-Text $saved.List) -cne (Get-Text $found.List)))) {
    $wrong += Show-List $name $plan.List $found.List
  }
  $isSet = [bool]$found.Switch -eq $off
  if (-not $isSet -and (-not $plan.WriteSwitch -or ($saved -and "$($saved.Switch)" -ne "$($found.Switch)"))) {
    $wrong += Show-Switch $name $found
  }
  if ($isSet -and -not $isSwitch -and -not $plan.WriteSwitch -and -not $plan.Restart) { $wrong += Show-Switch $name $found }
  if ($plan.NoKmsHost -and -not $isSwitch) { $wrong += "${name}: it was seen to be no KMS host, and it is one." }
  $states[$name] = $found
}
Assert-Reviewed $wrong"#;

const WRITE: &str = r"$write = {
  param($key, $list, $writeSwitch, $off, $hasHostKey)
  $ErrorActionPreference = 'Stop'
  if ($null -ne $list) {
    $null = New-ItemProperty -Path $key -Name DnsDomainPublishList -PropertyType MultiString -Value ([string[]]$list) -Force
  }
  if (-not $writeSwitch) { return }
  if ($hasHostKey) {
    try {
      $null = Get-CimInstance -ClassName SoftwareLicensingService |
        Invoke-CimMethod -MethodName DisableKeyManagementServiceDnsPublishing -Arguments @{ DisablePublishing = $off }
    } catch {
      'The licensing service refuses, as on a machine that is not yet an activated KMS host. The registry value does the same.'
    }
  }
  $now = Get-ItemProperty -Path $key | Select-Object -Property DisableDnsPublishing
  if ([bool]$now.DisableDnsPublishing -ne $off) {
    $null = New-ItemProperty -Path $key -Name DisableDnsPublishing -PropertyType DWord -Value ([int]$off) -Force
  }
}";

const APPLY_ACT: &str = r#"foreach ($name in $ComputerName) {
  if (-not $states.ContainsKey($name)) { continue }
  $plan = $settings[$name]
  if ($PSCmdlet.ShouldProcess($name, $what)) {
    $path = Get-SavedPath $plan
    if (-not (Test-Path -LiteralPath $path)) {
      $states[$name] | Select-Object -Property @('List', 'Switch') | Export-Clixml -LiteralPath $path -Confirm:$false
    }
    $list = if ($plan.WriteList) { $plan.List } else { $null }
    Invoke-Command -ComputerName $name -ScriptBlock $write -ArgumentList @($key, $list, $plan.WriteSwitch, $off, $hasHostKey)
    if ($plan.Restart) {
      $since = Invoke-Command -ComputerName $name -ScriptBlock $restart -ArgumentList @($service)
@WAIT@    }
    $now = Get-HostState $name
    if (-not (Test-List $plan $now) -or -not (Test-Switch $plan $now)) {
      Show-List $name $plan.List $now.List | Write-Host
      Show-Switch $name $now | Write-Host
      throw "$name is not as planned. What was set there before is saved in $path."
    }
    if ($plan.Restart) { Set-Content -LiteralPath (Get-RestartedPath $plan) -Value 'Restarted with the planned settings.' -Confirm:$false }
    "${name}: applied. What was set there before is saved in $path."
  }
}"#;

const WAIT: &str = "      Wait-Published $name $since $plan.List.Count\n";

const EVENTS: &str = r#"$events = {
  param([datetime] $since)
  Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = @(12293, 12294); StartTime = $since } -ErrorAction SilentlyContinue |
    Where-Object { $_.ProviderName -like '*Security-SPP' } |
    Select-Object -Property @('TimeCreated', 'Id', 'Message')
}
# Event 12294: published in a domain. 12293: failed; its text names the domain and the error.
function Wait-Published($name, $since, $domains) {
  $rounds = [math]::Ceiling($WaitSeconds / 10)
  $published = @()
  for ($round = 0; $round -lt $rounds; $round++) {
    Start-Sleep -Seconds 10
    $found = @(Invoke-Command -ComputerName $name -ScriptBlock $events -ArgumentList @($since))
    $failed = @($found | Where-Object { $_.Id -eq 12293 })
    $published = @($found | Where-Object { $_.Id -eq 12294 })
    if ($failed.Count -gt 0) {
      $failed | ForEach-Object { Write-Host "$($_.TimeCreated) $($_.Id) $($_.Message)" }
      throw "$name could not publish (event 12293). The hosts after it were not touched."
    }
    if ($published.Count -gt 0 -and $published.Count -ge $domains) { break }
  }
  if ($published.Count -eq 0) {
    throw "$name wrote no event 12294 within $WaitSeconds seconds. The hosts after it were not touched."
  }
  $published | ForEach-Object { "$($_.TimeCreated) $($_.Id) $($_.Message)" }
  if ($published.Count -lt $domains) {
    Write-Warning "$name wrote $($published.Count) of these events; its list has $domains lines."
  }
}"#;

const VERIFY: &str = r#"$failed = $false
foreach ($name in $ComputerName) {
  $plan = $settings[$name]
  $found = Get-HostState $name
  if (-not (Test-List $plan $found)) {
    $failed = $true
    Show-List $name $plan.List $found.List
  }
  if (-not (Test-Switch $plan $found)) {
    $failed = $true
    Show-Switch $name $found
  }
  (Get-Text $found.List) -split "`n" | ForEach-Object { "${name}: publish list: $_" }
  "${name}: DisableDnsPublishing '$($found.Switch)', KMS host $($found.IsKmsHost), publishing by CIM $($found.Publishes)"
}
if ($failed) { throw 'Not as planned.' }
'As planned.'"#;

const ROLLBACK_LOOK: &str = r#"$states = @{}
$wrong = @()
function Test-Saved($plan, $found, $saved) {
  ((-not $plan.WriteList) -or ((Get-Text $saved.List) -ceq (Get-Text $found.List))) -and
  ((-not $plan.WriteSwitch) -or ("$($saved.Switch)" -eq "$($found.Switch)"))
}
foreach ($name in $ComputerName) {
  $plan = $settings[$name]
  if (-not $plan.WriteList -and -not $plan.WriteSwitch) {
    "${name}: already undone: the step sets nothing there"
    continue
  }
  $found = Get-HostState $name
  $saved = Get-Saved $plan
  $isList = Test-List $plan $found
  if (-not $saved) {
    if (($plan.WriteList -and $isList) -or ($plan.WriteSwitch -and [bool]$found.Switch -eq $off)) {
      $wrong += "${name}: it is as planned, and what was set before is not saved in $(Get-SavedPath $plan)."
      $wrong += '  Where the step was carried out from another machine or on the host, undo it there.'
    } else {
      "${name}: already undone: nothing is saved here and it is not as planned"
    }
    continue
  }
  $isRestarted = Test-Path -LiteralPath (Get-RestartedPath $plan)
  if ((Test-Saved $plan $found $saved) -and (-not $isRestarted -or ($isList -and [bool]$found.Switch -eq $off))) {
    "${name}: already undone"
    continue
  }
  if ($plan.WriteList -and -not $isList -and (Get-Text $saved.List) -cne (Get-Text $found.List)) {
    $wrong += Show-List $name $plan.List $found.List
  }
  if ($plan.WriteSwitch -and [bool]$found.Switch -ne $off -and "$($saved.Switch)" -ne "$($found.Switch)") {
    $wrong += Show-Switch $name $found
  }
  $states[$name] = $saved
}
Assert-Reviewed $wrong"#;

const RESTORE: &str = r"$restore = {
  param($key, $writeList, $list, $writeSwitch, $switch)
  $ErrorActionPreference = 'Stop'
  $now = Get-ItemProperty -Path $key | Select-Object -Property @('DnsDomainPublishList', 'DisableDnsPublishing')
  if ($writeList -and $null -ne $list) {
    $null = New-ItemProperty -Path $key -Name DnsDomainPublishList -PropertyType MultiString -Value ([string[]]$list) -Force
  }
  if ($writeList -and $null -eq $list -and $null -ne $now.DnsDomainPublishList) {
    Remove-ItemProperty -Path $key -Name DnsDomainPublishList
  }
  if ($writeSwitch -and $null -ne $switch) {
    $null = New-ItemProperty -Path $key -Name DisableDnsPublishing -PropertyType DWord -Value $switch -Force
  }
  if ($writeSwitch -and $null -eq $switch -and $null -ne $now.DisableDnsPublishing) {
    Remove-ItemProperty -Path $key -Name DisableDnsPublishing
  }
}";

const ROLLBACK_ACT: &str = r#"foreach ($name in $ComputerName) {
  if (-not $states.ContainsKey($name)) { continue }
  $plan = $settings[$name]
  $saved = $states[$name]
  if ($PSCmdlet.ShouldProcess($name, $what)) {
    Invoke-Command -ComputerName $name -ScriptBlock $restore -ArgumentList @($key, $plan.WriteList, $saved.List, $plan.WriteSwitch, $saved.Switch)
    if ($plan.Restart) { $null = Invoke-Command -ComputerName $name -ScriptBlock $restart -ArgumentList @($service) }
    $now = Get-HostState $name
    if (-not (Test-Saved $plan $now $saved)) {
      Show-List $name $saved.List $now.List | Write-Host
      throw "$name is not as it was before. What was set there is saved in $(Get-SavedPath $plan)."
    }
    $path = Get-RestartedPath $plan
    if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Confirm:$false }
    "${name}: undone"
  }
}"#;

/// What the step wants of a host, as entries of `$settings`.
fn wanted(host: &Ready) -> Vec<String> {
    let mut entries = Vec::new();
    if host.list.is_empty() {
        entries.push("List = @()".to_owned());
    } else {
        entries.push("List = @(".to_owned());
        entries.extend(host.list.iter().map(|line| format!("  {}", quote(line))));
        entries.push(")".to_owned());
    }
    let work = host.work;
    entries.push(format!("WriteList = {}", boolean(work.list)));
    entries.push(format!("WriteSwitch = {}", boolean(work.switch)));
    entries.push(format!("Restart = {}", boolean(work.restart)));
    entries.push(format!("NoKmsHost = {}", boolean(work.no_kms_host)));
    entries
}

fn head(kind: Kind, hosts: &[&Ready]) -> Vec<String> {
    let mut body = settings(hosts, wanted);
    body.push(format!("$key = {}", CURRENT.drive()));
    body.push(format!("$service = {}", quote(CURRENT.service)));
    body.push(format!(
        "$off = {}",
        boolean(kind.wants() == Publishing::Off)
    ));
    body.extend(lines(SELECT));
    body.extend(lines(READ));
    body
}

/// What a person is asked to confirm.
fn what(kind: Kind, hosts: &[&Ready]) -> String {
    let mut parts = Vec::new();
    if hosts.iter().any(|host| host.work.list) {
        parts.push("write the publish list".to_owned());
    }
    if hosts.iter().any(|host| host.work.switch) {
        parts.push(format!("switch publishing {}", kind.wants().word()));
    }
    if hosts.iter().any(|host| host.work.restart) {
        parts.push("restart the licensing service".to_owned());
    }
    parts.join(", ")
}

fn apply(kind: Kind, hosts: &[&Ready]) -> Ps1 {
    let only_looks = hosts.iter().all(|host| host.work.is_nothing());
    let waits = kind == Kind::Enable && !only_looks;
    let mut parameters = vec![computers(hosts)];
    let mut body = head(kind, hosts);
    body.extend(lines(ASSERT));
    body.extend(lines(APPLY_LOOK));
    if !only_looks {
        body.push(format!("$hasHostKey = {}", boolean(kind.has_host_key())));
        body.push(format!("$what = {}", quote(&what(kind, hosts))));
        body.extend(lines(WRITE));
        body.extend(lines(RESTART));
        if waits {
            parameters.push(Parameter {
                name: "WaitSeconds",
                kind: "int",
                default: Some("300".to_owned()),
                what: "How long to wait for event 12294 of each host.",
            });
            body.extend(lines(EVENTS));
        }
        body.extend(lines(
            &APPLY_ACT.replace("@WAIT@", if waits { WAIT } else { "" }),
        ));
    }
    Ps1 {
        role: Role::Host,
        purpose: Purpose::Apply,
        only_looks,
        modules: &[],
        parameters,
        notes: vec![
            "It works from one place by PowerShell remoting. What was set on each host before is saved once, in"
                .to_owned(),
            "your home folder on this machine; a second run needs it there.".to_owned(),
        ],
        body,
    }
}

fn verify(kind: Kind, hosts: &[&Ready]) -> Ps1 {
    let mut body = head(kind, hosts);
    body.extend(lines(VERIFY));
    Ps1 {
        role: Role::Host,
        purpose: Purpose::Verify,
        only_looks: true,
        modules: &[],
        parameters: vec![computers(hosts)],
        notes: Vec::new(),
        body,
    }
}

fn rollback(kind: Kind, hosts: &[&Ready]) -> Ps1 {
    let mut body = head(kind, hosts);
    body.extend(lines(ASSERT));
    body.extend(lines(ROLLBACK_LOOK));
    body.push("$what = 'set the publish list and the switch as they were saved, restart the licensing service'".to_owned());
    body.extend(lines(RESTORE));
    body.extend(lines(RESTART));
    body.extend(lines(ROLLBACK_ACT));
    Ps1 {
        role: Role::Host,
        purpose: Purpose::Rollback,
        only_looks: false,
        modules: &[],
        parameters: vec![computers(hosts)],
        notes: vec![
            "It sets what the step saved in your home folder on this machine before it changed anything."
                .to_owned(),
        ],
        body,
    }
}
