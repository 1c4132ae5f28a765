//! A host moves to another port: firewall, listening port, restart. Its records follow.

use super::super::super::LeftOut;
use super::super::super::hosts::DEFAULT_PORT;
use super::super::super::licensing::{CURRENT, STOPPED};
use super::super::super::powershell::quote;
use super::super::cmd::Cmd;
use super::super::powershell::Ps1;
use super::super::{Context, Purpose, Scripts};
use super::local;
use super::remote::{ASSERT, RESTART, SELECT, boolean, computers, lines, settings};
use super::target::{Ready, Target, by_remoting, ready};
use crate::plan::Role;

/// The ports of a move.
struct Ports<'a> {
    /// The one it is to listen on.
    to: u16,
    /// Those that its present records name; none: not known.
    from: &'a [u16],
    /// Whether the DNS administrator changes its records in the same step.
    has_records: bool,
}

/// The name of the firewall rule, as the plan's commands name it.
fn rule(port: u16) -> String {
    format!("Key Management Service (TCP {port})")
}

/// The scripts of the host's part of the step.
pub(super) fn scripts(
    target: Target,
    to: u16,
    from: &[u16],
    has_records: bool,
    context: &Context<'_>,
) -> Scripts {
    let ports = Ports {
        to,
        from,
        has_records,
    };
    let mut out = Scripts::default();
    let hosts = ready(vec![target], context, &mut out);
    if hosts.is_empty() {
        out.say(format!(
            "Let TCP port {to} through its firewall and let it listen there before its records change."
        ));
        return out;
    }
    let remote = by_remoting(&hosts, &mut out);
    if !remote.is_empty() {
        out.apply.push(apply(&remote, &ports).script(context));
        out.verify.push(verify(&remote, &ports).script(context));
        out.rollback.push(rollback(&remote, &ports).script(context));
    }
    let all: Vec<&Ready> = hosts.iter().collect();
    let made = apply_in_cmd(&all, &ports).and_then(|apply| {
        Ok((
            apply,
            verify_in_cmd(&all, &ports)?,
            rollback_in_cmd(&all, &ports)?,
        ))
    });
    match made {
        Ok((apply, verify, rollback)) => {
            out.apply.push(apply.script(context));
            out.verify.push(verify.script(context));
            out.rollback.push(rollback.script(context));
        }
        Err(LeftOut(sentence)) => out.refuse(sentence),
    }
    out
}

/// What comes next, or has to come first.
fn next(ports: &Ports<'_>, purpose: Purpose) -> &'static str {
    match purpose {
        _ if !ports.has_records => "The host publishes its records itself after the restart.",
        Purpose::Rollback => {
            "The DNS administrator's script of this step comes first: it takes the records back."
        }
        Purpose::Apply | Purpose::Verify => {
            "The DNS administrator's script of this step comes right after: until then clients look on the old port."
        }
    }
}

const READ: &str = r#"$read = {
  param($rule)
  $ErrorActionPreference = 'Stop'
  $port = (Get-CimInstance -ClassName SoftwareLicensingService).KeyManagementServiceListeningPort
  $rules = @(Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue)
  $open = @($rules | Where-Object { "$($_.Enabled) $($_.Direction) $($_.Action)" -eq 'True Inbound Allow' })
  [pscustomobject]@{ Value = [int]$port; Rule = $open.Count -gt 0; IsOther = $rules.Count -ne $open.Count }
}
function Get-HostState($name) { Invoke-Command -ComputerName $name -ScriptBlock $read -ArgumentList @($rule) }
# 0: no port is set, and the host listens on the default one.
function Get-Port($found) { if ($found.Value -eq 0) { $default } else { $found.Value } }"#;

const APPLY: &str = r#"$states = @{}
$wrong = @()
foreach ($name in $ComputerName) {
  $plan = $settings[$name]
  $found = Get-HostState $name
  $port = Get-Port $found
  $saved = Get-Saved $plan
  if ($port -eq $to -and $found.Rule -and (-not $plan.Restart -or (Test-Path -LiteralPath (Get-RestartedPath $plan)))) {
    "${name}: already applied"
    continue
  }
  $reviewed = $from
  if ($saved) { $reviewed = @(Get-Port $saved) }
  if ($port -ne $to -and (-not $plan.WritePort -or ($reviewed.Count -gt 0 -and $reviewed -notcontains $port))) {
    $wrong += "${name}: listening port"
    $wrong += "  expected: $($reviewed -join ' or ')"
    $wrong += "  found:    $port"
  }
  # The way back takes the rules of this name away.
  if ($found.IsOther) {
    $wrong += "${name}: firewall rule '$rule'"
    $wrong += '  expected: none, or one that lets the port in'
    $wrong += '  found:    one that is switched off, blocks or is for outgoing connections'
  }
  $states[$name] = $found
}
Assert-Reviewed $wrong
$write = {
  param($rule, $makeRule, $to, $writePort)
  $ErrorActionPreference = 'Stop'
  if ($makeRule) {
    $null = New-NetFirewallRule -DisplayName $rule -Direction Inbound -Protocol TCP -LocalPort $to -Action Allow -ErrorAction Stop
  }
  if ($writePort) {
    $null = Get-CimInstance -ClassName SoftwareLicensingService |
      Invoke-CimMethod -MethodName SetKeyManagementServiceListeningPort -Arguments @{ PortNumber = [uint32]$to }
  }
}
foreach ($name in $ComputerName) {
  if (-not $states.ContainsKey($name)) { continue }
  $plan = $settings[$name]
  if ($PSCmdlet.ShouldProcess($name, "let TCP port $to through the firewall, listen on it, restart the licensing service")) {
    $path = Get-SavedPath $plan
    if (-not (Test-Path -LiteralPath $path)) {
      $states[$name] | Select-Object -Property @('Value', 'Rule') | Export-Clixml -LiteralPath $path -Confirm:$false
    }
    $writePort = (Get-Port $states[$name]) -ne $to
    Invoke-Command -ComputerName $name -ScriptBlock $write -ArgumentList @($rule, (-not $states[$name].Rule), $to, $writePort)
    if ($plan.Restart) { $null = Invoke-Command -ComputerName $name -ScriptBlock $restart -ArgumentList @($service) }
    $now = Get-HostState $name
    if ((Get-Port $now) -ne $to -or -not $now.Rule) {
      throw "$name is not as planned: port $(Get-Port $now), firewall rule $($now.Rule). What was set is saved in $path."
    }
    if ($plan.Restart) { Set-Content -LiteralPath (Get-RestartedPath $plan) -Value 'Restarted on the planned port.' -Confirm:$false }
    "${name}: applied. What was set there before is saved in $path."
  }
}
$next"#;

const VERIFY: &str = r#"$failed = $false
foreach ($name in $ComputerName) {
  $found = Get-HostState $name
  "${name}: port $(Get-Port $found), firewall rule $($found.Rule)"
  if ((Get-Port $found) -ne $to -or -not $found.Rule) { $failed = $true }
}
if ($failed) { throw "Not as planned: expected port $to and the firewall rule '$rule'." }
'As planned.'"#;

const ROLLBACK: &str = r#"$states = @{}
$wrong = @()
foreach ($name in $ComputerName) {
  $plan = $settings[$name]
  $found = Get-HostState $name
  $port = Get-Port $found
  $saved = Get-Saved $plan
  if (-not $saved) {
    if ($plan.WritePort -and $port -eq $to) {
      $wrong += "${name}: it listens on the planned port, and what was set before is not saved in $(Get-SavedPath $plan)."
      $wrong += '  Where the step was carried out from another machine or on the host, undo it there.'
    } else {
      "${name}: already undone: nothing is saved here"
    }
    continue
  }
  $isBack = $found.Value -eq $saved.Value -and $found.Rule -eq $saved.Rule
  if ($isBack -and ((Get-Port $saved) -eq $to -or -not (Test-Path -LiteralPath (Get-RestartedPath $plan)))) {
    "${name}: already undone"
    continue
  }
  if ($port -ne $to -and $found.Value -ne $saved.Value) {
    $wrong += "${name}: listening port"
    $wrong += "  expected: $to"
    $wrong += "  found:    $port"
  }
  $states[$name] = $saved
}
Assert-Reviewed $wrong
$restore = {
  param($rule, $hadRule, $value)
  $ErrorActionPreference = 'Stop'
  $kms = Get-CimInstance -ClassName SoftwareLicensingService
  if ($kms.KeyManagementServiceListeningPort -ne $value) {
    if ($value -eq 0) {
      $null = $kms | Invoke-CimMethod -MethodName ClearKeyManagementServiceListeningPort
    } else {
      $null = $kms |
        Invoke-CimMethod -MethodName SetKeyManagementServiceListeningPort -Arguments @{ PortNumber = [uint32]$value }
    }
  }
  # The rule goes only where the step made it.
  if (-not $hadRule) { Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue | Remove-NetFirewallRule -ErrorAction Stop }
}
foreach ($name in $ComputerName) {
  if (-not $states.ContainsKey($name)) { continue }
  $plan = $settings[$name]
  $saved = $states[$name]
  if ($PSCmdlet.ShouldProcess($name, "listen on port $(Get-Port $saved) again, restart the licensing service")) {
    Invoke-Command -ComputerName $name -ScriptBlock $restore -ArgumentList @($rule, $saved.Rule, $saved.Value)
    if ($plan.Restart) { $null = Invoke-Command -ComputerName $name -ScriptBlock $restart -ArgumentList @($service) }
    $now = Get-HostState $name
    if ($now.Value -ne $saved.Value -or $now.Rule -ne $saved.Rule) {
      throw "$name is not as it was before: port $(Get-Port $now), firewall rule $($now.Rule)."
    }
    $path = Get-RestartedPath $plan
    if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Confirm:$false }
    "${name}: undone"
  }
}"#;

fn script(hosts: &[&Ready], ports: &Ports<'_>, purpose: Purpose, text: &str) -> Ps1 {
    let changes = purpose != Purpose::Verify;
    let mut body = settings(hosts, |host| {
        vec![
            format!("WritePort = {}", boolean(host.work.switch)),
            format!("Restart = {}", boolean(host.work.restart)),
        ]
    });
    let from: Vec<String> = ports.from.iter().map(u16::to_string).collect();
    body.push(format!("$to = {}", ports.to));
    body.push(format!("$from = @({})", from.join(", ")));
    body.push(format!("$default = {DEFAULT_PORT}"));
    body.push(format!("$rule = {}", quote(&rule(ports.to))));
    body.push(format!("$next = {}", quote(next(ports, purpose))));
    body.push(format!("$service = {}", quote(CURRENT.service)));
    body.extend(lines(SELECT));
    body.extend(lines(READ));
    if changes {
        body.extend(lines(ASSERT));
        body.extend(lines(RESTART));
    }
    body.extend(lines(text));
    let mut notes = Vec::new();
    if changes {
        notes.push("It works from one place by PowerShell remoting. What was set before is saved once, in your home".to_owned());
        notes.push("folder on this machine; a second run needs it there.".to_owned());
        notes.push(next(ports, purpose).to_owned());
    }
    Ps1 {
        role: Role::Host,
        purpose,
        only_looks: !changes,
        modules: &[],
        parameters: vec![computers(hosts)],
        notes,
        body,
    }
}

fn apply(hosts: &[&Ready], ports: &Ports<'_>) -> Ps1 {
    script(hosts, ports, Purpose::Apply, APPLY)
}

fn verify(hosts: &[&Ready], ports: &Ports<'_>) -> Ps1 {
    script(hosts, ports, Purpose::Verify, VERIFY)
}

fn rollback(hosts: &[&Ready], ports: &Ports<'_>) -> Ps1 {
    script(hosts, ports, Purpose::Rollback, ROLLBACK)
}

/// Subroutine: the port that is set, and whether the firewall has the rule (Microsoft, "Netsh `AdvFirewall` Firewall
/// Commands", <https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-r2-and-2008/dd734783(v=ws.10)>).
const STATE: &str = r#":state
set "value="
for /f "tokens=1,2*" %%a in ('reg query "%key%" /v KeyManagementServiceListeningPort 2^>nul') do (
  if /i "%%a"=="KeyManagementServiceListeningPort" set "value=%%c"
)
set "port=%value%"
if not defined port set "port=%default%"
if "%port%"=="0" set "port=%default%"
set "has_rule=yes"
netsh advfirewall firewall show rule name="%rule%" >nul
if errorlevel 1 set "has_rule=no"
exit /b 0"#;

const APPLY_IN_CMD: &str = r#"call :state
if "%port%%has_rule%"=="%to%yes" (
  if "%restart%"=="no" goto applied
  if exist "%restarted%" goto applied
)
if "%port%"=="%to%" goto reviewed
if "%write_port%"=="no" goto unlike
if not exist "%saved%" goto first
for /f "usebackq tokens=1,2" %%a in ("%saved%") do if "%%a"=="port" if "%%b"=="%port%" goto reviewed
goto unlike
:first
if not defined from goto reviewed
for %%p in (%from%) do if "%%p"=="%port%" goto reviewed
:unlike
echo %host%: listening port
echo   expected: %from%
echo   found:    %port%
goto different
:reviewed
if exist "%saved%" goto write
>"%saved%" echo port %port%
if errorlevel 1 goto failed
>>"%saved%" echo value %value%
>>"%saved%" echo rule %has_rule%
:write
if "%has_rule%"=="yes" goto listen
netsh advfirewall firewall add rule name="%rule%" dir=in action=allow protocol=TCP localport=%to%
if errorlevel 1 goto failed
:listen
if not "%port%"=="%to%" cscript //nologo "%SystemRoot%\System32\slmgr.vbs" /sprt %to%
if "%restart%"=="no" goto end
call :restart
if errorlevel 1 goto failed
:end
call :state
if not "%port%%has_rule%"=="%to%yes" (
  echo %host% is not as planned: port %port%, firewall rule: %has_rule%
  goto failed
)
if "%restart%"=="yes" >"%restarted%" echo Restarted on the planned port.
echo %host%: applied. What was set there before is saved in %saved%
echo %next%
exit /b 0
:applied
echo %host%: already applied
echo %next%
exit /b 0"#;

const VERIFY_IN_CMD: &str = r#"call :state
echo %host%: port %port%, firewall rule: %has_rule%
if "%port%%has_rule%"=="%to%yes" (
  echo %host%: as planned
  exit /b 0
)
echo %host%: not as planned: expected port %to% and the firewall rule %rule%
exit /b 1"#;

const ROLLBACK_IN_CMD: &str = r#"call :state
if exist "%saved%" goto judge
if not "%write_port%%port%"=="yes%to%" (
  echo %host%: already undone: nothing is saved here
  exit /b 0
)
echo %host% listens on the planned port, and what was set before is not saved in %saved%
echo Where the step was carried out from another machine, undo it there.
goto different
:judge
set "old_value="
for /f "usebackq tokens=1,2" %%a in ("%saved%") do set "old_%%a=%%b"
set "is_back=no"
if "%value%%has_rule%"=="%old_value%%old_rule%" set "is_back=yes"
if "%is_back%"=="yes" (
  if not exist "%restarted%" goto undone
  if "%old_port%"=="%to%" goto undone
)
if "%port%"=="%to%" goto reviewed
if "%port%"=="%old_port%" goto reviewed
echo %host%: listening port
echo   expected: %to%
echo   found:    %port%
goto different
:reviewed
if "%value%"=="%old_value%" goto firewall
if defined old_value (
  cscript //nologo "%SystemRoot%\System32\slmgr.vbs" /sprt %old_value%
) else (
  reg delete "%key%" /v KeyManagementServiceListeningPort /f
)
:firewall
rem The rule goes only where the step made it.
if "%old_rule%%has_rule%"=="noyes" netsh advfirewall firewall delete rule name="%rule%"
if "%restart%"=="no" goto end
call :restart
if errorlevel 1 goto failed
:end
call :state
if not "%value%%has_rule%"=="%old_value%%old_rule%" (
  echo %host% is not as it was before: port %port%, firewall rule: %has_rule%
  goto failed
)
if exist "%restarted%" del "%restarted%"
echo %host%: undone
exit /b 0
:undone
echo %host%: already undone
exit /b 0"#;

fn in_cmd(
    hosts: &[&Ready],
    ports: &Ports<'_>,
    purpose: Purpose,
    text: &str,
) -> Result<Cmd, LeftOut> {
    let from: Vec<String> = ports.from.iter().map(u16::to_string).collect();
    let mut body = local::head(hosts, |host| {
        vec![
            ("write_port", local::yes(host.work.switch)),
            ("restart", local::yes(host.work.restart)),
        ]
    })?;
    body.push(format!("set \"to={}\"", ports.to));
    body.push(format!("set \"from={}\"", from.join(" ")));
    body.push(format!("set \"default={DEFAULT_PORT}\""));
    body.push(format!("set \"rule={}\"", rule(ports.to)));
    body.push(format!("set \"next={}\"", next(ports, purpose)));
    body.extend(lines(text));
    let mut notes = vec![local::USAGE.to_owned()];
    if purpose != Purpose::Verify {
        body.extend(lines(local::ENDS));
        body.extend(lines(local::RESTART));
        notes.push(next(ports, purpose).to_owned());
        notes.push(STOPPED.to_owned());
    }
    body.extend(lines(STATE));
    Ok(Cmd {
        role: Role::Host,
        purpose,
        notes,
        body,
    })
}

fn apply_in_cmd(hosts: &[&Ready], ports: &Ports<'_>) -> Result<Cmd, LeftOut> {
    in_cmd(hosts, ports, Purpose::Apply, APPLY_IN_CMD)
}

fn verify_in_cmd(hosts: &[&Ready], ports: &Ports<'_>) -> Result<Cmd, LeftOut> {
    in_cmd(hosts, ports, Purpose::Verify, VERIFY_IN_CMD)
}

fn rollback_in_cmd(hosts: &[&Ready], ports: &Ports<'_>) -> Result<Cmd, LeftOut> {
    in_cmd(hosts, ports, Purpose::Rollback, ROLLBACK_IN_CMD)
}
