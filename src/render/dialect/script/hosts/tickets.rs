//! New Kerberos tickets, so that the membership in the group counts.
//!
//! The restart publishes where publishing is on: under manual publishing a host on which it is on is refused.

use super::super::super::LeftOut;
use super::super::super::licensing::{CURRENT, STOPPED};
use super::super::super::powershell::quote;
use super::super::cmd::Cmd;
use super::super::powershell::Ps1;
use super::super::{Context, Purpose, Scripts};
use super::local;
use super::remote::{ASSERT, SELECT, boolean, computers, lines, settings};
use super::target::{Ready, Target, by_remoting, ready};
use crate::plan::Role;
use crate::topology::Publishing;

/// The scripts of the step.
pub(super) fn scripts(targets: Vec<Target>, context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    let hosts = ready(targets, context, &mut out);
    let is_manual = context.plan.topology.publishing == Publishing::Manual;
    let remote = by_remoting(&hosts, &mut out);
    if !remote.is_empty() {
        out.apply.push(apply(&remote, is_manual).script(context));
        if is_manual {
            out.verify.push(verify(&remote).script(context));
        }
    }
    let all: Vec<&Ready> = hosts.iter().collect();
    if !all.is_empty() {
        match in_cmd(&all, is_manual) {
            Ok(cmd) => out.apply.push(cmd.script(context)),
            Err(LeftOut(sentence)) => out.refuse(sentence),
        }
        if is_manual {
            match verify_in_cmd(&all) {
                Ok(cmd) => out.verify.push(cmd.script(context)),
                Err(LeftOut(sentence)) => out.refuse(sentence),
            }
        }
    }
    out.say("New tickets: there is nothing to undo.");
    out
}

const READ: &str = r"$read = {
  param($key)
  $ErrorActionPreference = 'Stop'
  $values = Get-ItemProperty -Path $key | Select-Object -Property DisableDnsPublishing
  $kms = Get-CimInstance -ClassName SoftwareLicensingService
  [pscustomobject]@{
    Switch = $values.DisableDnsPublishing
    IsKmsHost = $kms.IsKeyManagementServiceMachine -ne 0
    Publishes = $kms.KeyManagementServiceDnsPublishing
  }
}
function Get-HostState($name) { Invoke-Command -ComputerName $name -ScriptBlock $read -ArgumentList @($key) }
function Test-Silent($found) { [bool]$found.Switch -and -not ($found.IsKmsHost -and $found.Publishes) }";

const APPLY: &str = r#"$todo = @()
$wrong = @()
foreach ($name in $ComputerName) {
  $path = Get-RestartedPath $settings[$name]
  if (Test-Path -LiteralPath $path) {
    "${name}: already applied, says $path"
    continue
  }
  $todo += $name
  if (-not $isManual) { continue }
  $found = Get-HostState $name
  if (-not (Test-Silent $found)) {
    $wrong += "${name}: the restart would publish"
    $wrong += '  expected: publishing off'
    $wrong += "  found:    DisableDnsPublishing '$($found.Switch)', publishing by CIM $($found.Publishes)"
  }
}
Assert-Reviewed $wrong
# 0x3e4: NETWORK SERVICE, as which the licensing service runs. 0x3e7: SYSTEM.
$renew = {
  param($service)
  $ErrorActionPreference = 'Stop'
  foreach ($session in @('0x3e4', '0x3e7')) {
    klist.exe -li $session purge
    if ($LASTEXITCODE -ne 0) { throw "klist failed for session $session." }
  }
  Restart-Service -Name $service -Force
}
foreach ($name in $todo) {
  if ($PSCmdlet.ShouldProcess($name, 'drop Kerberos tickets, restart the licensing service')) {
    Invoke-Command -ComputerName $name -ScriptBlock $renew -ArgumentList @($service)
    Set-Content -LiteralPath (Get-RestartedPath $settings[$name]) -Value 'Tickets dropped and service restarted.' -Confirm:$false
    "${name}: applied"
  }
}"#;

const VERIFY: &str = r#"$failed = $false
foreach ($name in $ComputerName) {
  $found = Get-HostState $name
  "${name}: DisableDnsPublishing '$($found.Switch)', KMS host $($found.IsKmsHost), publishing by CIM $($found.Publishes)"
  if (-not (Test-Silent $found)) { $failed = $true }
}
if ($failed) { throw 'Not as planned: publishing is not off on every host.' }
'As planned: publishing is off.'"#;

fn head(hosts: &[&Ready]) -> Vec<String> {
    let mut body = settings(hosts, |_| Vec::new());
    body.push(format!("$key = {}", CURRENT.drive()));
    body.extend(lines(SELECT));
    body.extend(lines(READ));
    body
}

fn apply(hosts: &[&Ready], is_manual: bool) -> Ps1 {
    let mut body = head(hosts);
    body.push(format!("$service = {}", quote(CURRENT.service)));
    body.push(format!("$isManual = {}", boolean(is_manual)));
    body.extend(lines(ASSERT));
    body.extend(lines(APPLY));
    Ps1 {
        role: Role::Host,
        purpose: Purpose::Apply,
        only_looks: false,
        modules: &[],
        parameters: vec![computers(hosts)],
        notes: vec![
            "It works from one place by PowerShell remoting.".to_owned(),
            "Nothing on a host tells whether its tickets were renewed: a file in your home folder does. Delete it to"
                .to_owned(),
            "do it again.".to_owned(),
        ],
        body,
    }
}

fn verify(hosts: &[&Ready]) -> Ps1 {
    let mut body = head(hosts);
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

/// Subroutine: whether publishing is off.
const SILENT: &str = r#":silent
set "off=no"
for /f "tokens=1,2*" %%a in ('reg query "%key%" /v DisableDnsPublishing 2^>nul') do (
  if /i "%%a"=="DisableDnsPublishing" if not "%%c"=="0x0" set "off=yes"
)
cscript //nologo "%SystemRoot%\System32\slmgr.vbs" /dlv >"%TEMP%\%base%-dlv.txt"
find "DNS publishing" "%TEMP%\%base%-dlv.txt"
find "DNS publishing enabled" "%TEMP%\%base%-dlv.txt" >nul
if not errorlevel 1 set "off=no"
del "%TEMP%\%base%-dlv.txt"
exit /b 0"#;

const IN_CMD: &str = r#"if exist "%restarted%" (
  echo %host%: already applied, says %restarted%
  exit /b 0
)
@GUARD@rem 0x3e4: NETWORK SERVICE, as which the licensing service runs. 0x3e7: SYSTEM.
klist -li 0x3e4 purge
if errorlevel 1 goto failed
klist -li 0x3e7 purge
if errorlevel 1 goto failed
call :restart
if errorlevel 1 goto failed
>"%restarted%" echo Tickets dropped and service restarted.
echo %host%: applied
exit /b 0
:failed
echo Failed on %host%: the message above tells where. Run it again.
exit /b 1"#;

const GUARD: &str = r#"call :silent
if "%off%"=="no" (
  echo %host%: the restart would publish
  echo   expected: publishing off
  echo   found:    publishing not off
  echo This is not the state that was reviewed. Nothing was changed. Look at it, and plan again.
  exit /b 1
)
"#;

const VERIFY_IN_CMD: &str = r#"call :silent
if "%off%"=="no" (
  echo %host%: not as planned: publishing is not off
  exit /b 1
)
echo %host%: as planned: publishing is off
exit /b 0"#;

fn in_cmd(hosts: &[&Ready], is_manual: bool) -> Result<Cmd, LeftOut> {
    let mut body = local::head(hosts, |_| Vec::new())?;
    let guard = if is_manual { GUARD } else { "" };
    body.extend(lines(&IN_CMD.replace("@GUARD@", guard)));
    if is_manual {
        body.extend(lines(SILENT));
    }
    body.extend(lines(local::RESTART));
    Ok(Cmd {
        role: Role::Host,
        purpose: Purpose::Apply,
        notes: vec![local::USAGE.to_owned(), STOPPED.to_owned()],
        body,
    })
}

fn verify_in_cmd(hosts: &[&Ready]) -> Result<Cmd, LeftOut> {
    let mut body = local::head(hosts, |_| Vec::new())?;
    body.extend(lines(VERIFY_IN_CMD));
    body.extend(lines(SILENT));
    Ok(Cmd {
        role: Role::Host,
        purpose: Purpose::Verify,
        notes: vec![local::USAGE.to_owned()],
        body,
    })
}
