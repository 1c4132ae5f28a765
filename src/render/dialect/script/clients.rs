//! What is done on clients, by PowerShell remoting or by a `.cmd` file on the client.
//!
//! A plan does not know which clients there are: whoever runs a script names them. On each the value of one
//! setting is read, set and read again; what it was is saved once.

use super::super::clients::OSPP;
use super::super::powershell::{list, quote};
use super::super::{LeftOut, cmd, windows_name};
use super::cmd::Cmd;
use super::hosts::remote::ASSERT;
use super::powershell::{Parameter, Ps1};
use super::{Context, Purpose, Scripts};
use crate::plan::action::Spelled;
use crate::plan::{Action, Role};

/// A setting of clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// The host that a client is pinned to; wanted: none.
    Pin,
    /// Whether the host that answered is cached; wanted: not.
    Caching,
    /// The domain whose records are looked up.
    LookupDomain,
}

/// The scripts of a step on clients.
pub(super) fn scripts(context: &Context<'_>) -> Scripts {
    match &context.step.action {
        Action::RefreshClients { .. } => {
            let mut out = of(Setting::Pin, &[], context);
            out.say("A host that group policy sets stays until the policy is changed.");
            out.say(format!(
                "Office keeps a host of its own: {OSPP} /remhst, in the folder that holds its ospp.vbs; /sethst \
                 takes it back."
            ));
            out
        }
        Action::DisableClientCaching { .. } => {
            let mut out = of(Setting::Caching, &[], context);
            out.say(format!(
                "Office has a cache of its own: {OSPP} /cachst:FALSE, in the folder that holds its ospp.vbs; \
                 /cachst:TRUE takes it back."
            ));
            out
        }
        Action::SetLookupDomain { domains } => {
            let names: Result<Vec<String>, LeftOut> = domains
                .iter()
                .map(|domain: &Spelled| windows_name(&domain.0))
                .collect();
            match names {
                Ok(names) if names.is_empty() => Scripts::default(),
                Ok(names) => of(Setting::LookupDomain, &names, context),
                Err(LeftOut(sentence)) => {
                    let mut out = Scripts::default();
                    out.refuse(sentence);
                    out
                }
            }
        }
        _ => Scripts::default(),
    }
}

fn of(setting: Setting, domains: &[String], context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    let file = file_stem(context);
    out.apply.push(
        setting
            .script(Purpose::Apply, domains, &file)
            .script(context),
    );
    out.verify.push(
        setting
            .script(Purpose::Verify, domains, &file)
            .script(context),
    );
    out.rollback.push(
        setting
            .script(Purpose::Rollback, domains, &file)
            .script(context),
    );
    for purpose in [Purpose::Apply, Purpose::Verify, Purpose::Rollback] {
        match setting.in_cmd(purpose, domains, &file) {
            Ok(made) => {
                let script = made.script(context);
                match purpose {
                    Purpose::Apply => out.apply.push(script),
                    Purpose::Verify => out.verify.push(script),
                    Purpose::Rollback => out.rollback.push(script),
                }
            }
            Err(LeftOut(sentence)) => out.refuse(sentence),
        }
    }
    out
}

/// What the names of files kept about clients begin with.
fn file_stem(context: &Context<'_>) -> String {
    format!("{}-", context.notes_of_step())
}

const READ_PIN: &str = r#"$read = {
  $kms = Get-CimInstance -ClassName SoftwareLicensingService -ErrorAction Stop
  [pscustomobject]@{ Value = "$($kms.KeyManagementServiceMachine)"; Port = [int]$kms.KeyManagementServicePort }
}
$write = {
  param($value, $port)
  $ErrorActionPreference = 'Stop'
  $kms = Get-CimInstance -ClassName SoftwareLicensingService
  if ($value -eq '') {
    $null = $kms | Invoke-CimMethod -MethodName ClearKeyManagementServiceMachine
    $null = $kms | Invoke-CimMethod -MethodName ClearKeyManagementServicePort
    return
  }
  $null = $kms | Invoke-CimMethod -MethodName SetKeyManagementServiceMachine -Arguments @{ MachineName = [string]$value }
  if ($port -ne 0) {
    $null = $kms | Invoke-CimMethod -MethodName SetKeyManagementServicePort -Arguments @{ PortNumber = [uint32]$port }
  }
}"#;

const READ_CACHING: &str = r#"$read = {
  $kms = Get-CimInstance -ClassName SoftwareLicensingService -ErrorAction Stop
  [pscustomobject]@{ Value = "$($kms.KeyManagementServiceHostCaching)"; Port = 0 }
}
$write = {
  param($value, $port)
  $ErrorActionPreference = 'Stop'
  $null = Get-CimInstance -ClassName SoftwareLicensingService |
    Invoke-CimMethod -MethodName DisableKeyManagementServiceHostCaching -Arguments @{ DisableCaching = ($value -eq 'False') }
}"#;

const READ_LOOKUP_DOMAIN: &str = r#"# slmgr.vbs prints its lines in the language of the system: only English ones are understood.
$read = {
  $lines = @(cscript.exe //nologo "$env:SystemRoot\System32\slmgr.vbs" /dlv)
  if (-not ($lines -like '*Software licensing service version:*')) {
    throw 'slmgr.vbs prints no English: what is set cannot be read. Nothing was changed.'
  }
  $line = $lines | Where-Object { $_ -like '*Registered KMS SRV record lookup domain:*' } | Select-Object -First 1
  $domain = if ($line) { ($line -split ':')[1].Trim() } else { '' }
  [pscustomobject]@{ Value = $domain; Port = 0 }
}
$write = {
  param($value, $port)
  if ($value -eq '') { cscript.exe //nologo "$env:SystemRoot\System32\slmgr.vbs" /ckms-domain }
  else { cscript.exe //nologo "$env:SystemRoot\System32\slmgr.vbs" /skms-domain $value }
}"#;

const COMMON: &str = r#"function Get-Client($name) { Invoke-Command -ComputerName $name -ScriptBlock $read }
function Get-SavedPath($name) {
  Join-Path -Path $HOME -ChildPath ($file + ($name -replace '[^A-Za-z0-9.-]', '-') + '.xml')
}
function Show-Difference($name, $expected, $found) {
  "${name}: $what"
  "  expected: '$expected'"
  "  found:    '$found'"
}"#;

const APPLY: &str = r#"$states = @{}
$wrong = @()
foreach ($name in $ComputerName) {
  $found = Get-Client $name
  if ($found.Value -eq $wanted) {
    "${name}: already applied"
    continue
  }
  $path = Get-SavedPath $name
  if (Test-Path -LiteralPath $path) {
    $saved = Import-Clixml -LiteralPath $path
    if ($saved.Value -ne $found.Value) { $wrong += Show-Difference $name $saved.Value $found.Value }
  } elseif ($mustBeUnset -and $found.Value -ne '') {
    $wrong += Show-Difference $name '' $found.Value
  }
  $states[$name] = $found
}
Assert-Reviewed $wrong
foreach ($name in $ComputerName) {
  if (-not $states.ContainsKey($name)) { continue }
  if ($PSCmdlet.ShouldProcess($name, "set $what to '$wanted'")) {
    $path = Get-SavedPath $name
    if (-not (Test-Path -LiteralPath $path)) {
      $states[$name] | Select-Object -Property @('Value', 'Port') | Export-Clixml -LiteralPath $path -Confirm:$false
    }
    Invoke-Command -ComputerName $name -ScriptBlock $write -ArgumentList @($wanted, 0)
    $now = Get-Client $name
    if ($now.Value -ne $wanted) {
      Show-Difference $name $wanted $now.Value | Write-Host
      throw "$name is not as planned. What was set there before is saved in $path."
    }
    "${name}: applied. What was set there before is saved in $path."
  }
}"#;

const VERIFY: &str = r#"$failed = $false
foreach ($name in $ComputerName) {
  $found = Get-Client $name
  "${name}: $what '$($found.Value)'"
  if ($found.Value -ne $wanted) {
    $failed = $true
    Show-Difference $name $wanted $found.Value
  }
}
if ($failed) { throw 'Not as planned.' }
'As planned.'"#;

const ROLLBACK: &str = r#"$states = @{}
$wrong = @()
foreach ($name in $ComputerName) {
  $path = Get-SavedPath $name
  if (-not (Test-Path -LiteralPath $path)) {
    "${name}: already undone: nothing is saved here, so nothing was changed from here"
    continue
  }
  $saved = Import-Clixml -LiteralPath $path
  $found = Get-Client $name
  if ($found.Value -eq $saved.Value) {
    "${name}: already undone"
    continue
  }
  if ($found.Value -ne $wanted) { $wrong += Show-Difference $name $wanted $found.Value }
  $states[$name] = $saved
}
Assert-Reviewed $wrong
foreach ($name in $ComputerName) {
  if (-not $states.ContainsKey($name)) { continue }
  $saved = $states[$name]
  if ($PSCmdlet.ShouldProcess($name, "set $what to '$($saved.Value)' again")) {
    Invoke-Command -ComputerName $name -ScriptBlock $write -ArgumentList @($saved.Value, $saved.Port)
    $now = Get-Client $name
    if ($now.Value -ne $saved.Value) {
      Show-Difference $name $saved.Value $now.Value | Write-Host
      throw "$name is not as it was before. That is saved in $(Get-SavedPath $name)."
    }
    "${name}: undone"
  }
}"#;

impl Setting {
    fn what(self) -> &'static str {
        match self {
            Self::Pin => "registered KMS host",
            Self::Caching => "KMS host caching",
            Self::LookupDomain => "KMS lookup domain",
        }
    }

    fn script(self, purpose: Purpose, domains: &[String], file: &str) -> Ps1 {
        let mut parameters = vec![Parameter {
            name: "ComputerName",
            kind: "string[]",
            default: None,
            what: "The clients to work on, one after the other.",
        }];
        let mut body = vec![
            format!("$file = {}", quote(file)),
            format!("$what = {}", quote(self.what())),
        ];
        match self {
            Self::Pin => body.push("$wanted = ''".to_owned()),
            Self::Caching => body.push("$wanted = 'False'".to_owned()),
            Self::LookupDomain => {
                parameters.push(Parameter {
                    name: "Domain",
                    kind: "string",
                    default: match domains {
                        [only] => Some(quote(only)),
                        _ => None,
                    },
                    what: "The domain that the clients are to use.",
                });
                body.push(format!("$domains = @({})", list(domains)));
                body.push(
                    "if ($domains -notcontains $Domain) { throw \"$Domain is no domain of this step. Nothing was changed.\" }"
                        .to_owned(),
                );
                body.push("$wanted = $Domain".to_owned());
            }
        }
        let read = match self {
            Self::Pin => READ_PIN,
            Self::Caching => READ_CACHING,
            Self::LookupDomain => READ_LOOKUP_DOMAIN,
        };
        body.extend(lines(read));
        body.extend(lines(COMMON));
        if purpose == Purpose::Apply {
            body.push(format!(
                "$mustBeUnset = {}",
                if self == Self::LookupDomain {
                    "$true"
                } else {
                    "$false"
                }
            ));
        }
        let text = match purpose {
            Purpose::Apply => APPLY,
            Purpose::Verify => VERIFY,
            Purpose::Rollback => ROLLBACK,
        };
        if purpose != Purpose::Verify {
            body.extend(lines(ASSERT));
        }
        body.extend(lines(text));
        Ps1 {
            role: Role::Client,
            purpose,
            only_looks: purpose == Purpose::Verify,
            modules: &[],
            parameters,
            notes: match purpose {
                Purpose::Verify => Vec::new(),
                _ => vec![
                    "It works from one place by PowerShell remoting. What was set on each client before is saved once,"
                        .to_owned(),
                    "in your home folder on this machine.".to_owned(),
                ],
            },
            body,
        }
    }
}

/// Subroutine: `value` is what is set; `port` belongs to it. What the licensing script prints is in the language of
/// the system: only English lines are understood, and without the one that every machine has it fails.
const TELL: &str = r#":tell
set "value="
set "port="
cscript //nologo "%SystemRoot%\System32\slmgr.vbs" /dlv >"%TEMP%\%base%-dlv.txt"
for /f "tokens=1* delims=:" %%a in ('type "%TEMP%\%base%-dlv.txt" ^| find "@LINE@"') do set "value=%%b"
find "@LINE@" "%TEMP%\%base%-dlv.txt" >nul
if not errorlevel 1 if not defined value set "value=yes"
set "english=yes"
find "Software licensing service version:" "%TEMP%\%base%-dlv.txt" >nul
if errorlevel 1 set "english=no"
del "%TEMP%\%base%-dlv.txt"
if defined value set "value=%value: =%"
if "%english%"=="no" exit /b 1
exit /b 0"#;

/// Where scripts end that cannot read what is set.
const FOREIGN: &str = r":foreign
echo %COMPUTERNAME%: slmgr.vbs prints no English: what is set cannot be read. Nothing was changed.
exit /b 1";

/// Subroutine: the host that the client is pinned to. The licensing service keeps it in the registry (Microsoft,
/// "Registry Settings for Volume Activation",
/// <https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2012-r2-and-2012/dn502532(v=ws.11)>).
const TELL_PIN: &str = r#":tell
set "value="
set "port="
for /f "tokens=1,2*" %%a in ('reg query "%key%"') do (
  if /i "%%a"=="KeyManagementServiceName" set "value=%%c"
  if /i "%%a"=="KeyManagementServicePort" set "port=:%%c"
)
exit /b 0"#;

/// Subroutines on what is set: `same` tells whether it is what a variable, by its name, holds. Delayed expansion
/// keeps what the client has set from acting.
const CMD_COMMON: &str = r#":compare
setlocal EnableDelayedExpansion
set "same=no"
if "!value!!port!"=="!%1!" set "same=yes"
endlocal & set "same=%same%"
exit /b 0
:load
set "before="
for /f "usebackq tokens=1* delims==" %%a in ("%saved%") do if "%%a"=="before" set "before=%%b"
exit /b 0
:show
setlocal EnableDelayedExpansion
echo !COMPUTERNAME!: @WHAT@
echo   expected: '!%1!'
echo   found:    '!value!!port!'
endlocal
exit /b 0"#;

const CMD_APPLY: &str = r#"call :tell
if errorlevel 1 goto foreign
call :compare wanted
if "%same%"=="yes"@ONLY_IF@ goto applied
set "before="
@GUARD@if not exist "%saved%" goto save
call :load
call :compare before
if "%same%"=="yes" goto write
:different
call :show before
echo This is not the state that was reviewed. Nothing was changed. Look at it, and plan again.
exit /b 1
:save
setlocal EnableDelayedExpansion
>"!saved!" echo before=!value!!port!
endlocal
if not exist "%saved%" (
  echo What is set cannot be saved. Nothing was changed.
  exit /b 1
)
:write
cscript //nologo "%SystemRoot%\System32\slmgr.vbs" @OPTION@
call :tell
call :compare wanted
if "%same%"=="no" (
  echo Not as planned.
  call :show wanted
  exit /b 1
)
echo %COMPUTERNAME%: applied. What was set before is saved in %saved%
exit /b 0
:applied
echo %COMPUTERNAME%: already applied
exit /b 0"#;

/// A domain that is set already was set by somebody else.
const CMD_GUARD: &str = r"if defined value goto different
";

const CMD_VERIFY: &str = r#"call :tell
if errorlevel 1 goto foreign
call :compare wanted
if "%same%"=="yes" (
  echo %COMPUTERNAME%: as planned
  exit /b 0
)
call :show wanted
echo %COMPUTERNAME%: not as planned
exit /b 1"#;

const CMD_ROLLBACK: &str = r#"if not exist "%saved%" (
  echo %COMPUTERNAME%: already undone: nothing is saved here
  exit /b 0
)
call :load
call :tell
if errorlevel 1 goto foreign
call :compare before
if "%same%"=="yes" (
  echo %COMPUTERNAME%: already undone
  exit /b 0
)
call :compare wanted
if "%same%"=="no" (
  call :show wanted
  echo This is not the state that was reviewed. Nothing was changed. Look at it, and plan again.
  exit /b 1
)
setlocal EnableDelayedExpansion
cscript //nologo "%SystemRoot%\System32\slmgr.vbs" @OPTION@
endlocal
call :tell
call :compare before
if "%same%"=="no" (
  echo Not as before.
  call :show before
  exit /b 1
)
echo %COMPUTERNAME%: undone
exit /b 0"#;

impl Setting {
    /// The options of the licensing script that set it and take it back.
    fn options(self) -> (&'static str, &'static str) {
        match self {
            Self::Pin => ("/ckms", "/skms \"!before!\""),
            Self::Caching => ("/ckhc", "/skhc"),
            Self::LookupDomain => ("/skms-domain \"%wanted%\"", "/ckms-domain"),
        }
    }

    fn in_cmd(self, purpose: Purpose, domains: &[String], file: &str) -> Result<Cmd, LeftOut> {
        let mut notes = vec!["Run it on a client, elevated.".to_owned()];
        let mut body = vec![
            format!("set {}", cmd::quote(&format!("base={file}"))?),
            r#"set "base=%base%%COMPUTERNAME%""#.to_owned(),
            r#"set "saved=%USERPROFILE%\%base%.txt""#.to_owned(),
        ];
        match self {
            Self::Pin => {
                body.push(format!(
                    "set {}",
                    cmd::quote(&format!("key={}", super::super::licensing::CURRENT.key))?
                ));
                body.push("set \"wanted=\"".to_owned());
            }
            Self::Caching => body.push("set \"wanted=\"".to_owned()),
            Self::LookupDomain => {
                body.push("set \"wanted=\"".to_owned());
                for domain in domains {
                    let quoted = cmd::quote(domain)?;
                    let assigned = cmd::quote(&format!("wanted={domain}"))?;
                    body.push(format!("if /i \"%~1\"=={quoted} set {assigned}"));
                }
                if let [only] = domains {
                    let assigned = cmd::quote(&format!("wanted={only}"))?;
                    body.push(format!("if \"%~1\"==\"\" set {assigned}"));
                } else {
                    notes.push(format!(
                        "Its first argument is the domain: one of {}.",
                        domains.join(", ")
                    ));
                }
                body.extend(
                    [
                        "if not defined wanted (",
                        "  echo The first argument is no domain of this step. Nothing was changed.",
                        "  exit /b 1",
                        ")",
                    ]
                    .map(str::to_owned),
                );
            }
        }
        if self != Self::Pin {
            notes.push("It understands what slmgr.vbs prints on an English Windows.".to_owned());
        }
        let (set, back) = self.options();
        let guard = if self == Self::LookupDomain {
            CMD_GUARD
        } else {
            ""
        };
        // That the line is missing proves nothing: what is no client of KMS has none.
        let only_if = if self == Self::Caching {
            " if exist \"%saved%\""
        } else {
            ""
        };
        let text = match purpose {
            Purpose::Apply => CMD_APPLY
                .replace("@GUARD@", guard)
                .replace("@ONLY_IF@", only_if)
                .replace("@OPTION@", set),
            Purpose::Verify => CMD_VERIFY.to_owned(),
            Purpose::Rollback => CMD_ROLLBACK.replace("@OPTION@", back),
        };
        body.extend(lines(&text));
        body.extend(lines(&CMD_COMMON.replace("@WHAT@", self.what())));
        let tell = match self {
            Self::Pin => TELL_PIN.to_owned(),
            Self::Caching => TELL.replace("@LINE@", "KMS host caching is enabled"),
            Self::LookupDomain => TELL.replace("@LINE@", "Registered KMS SRV record lookup domain"),
        };
        body.extend(lines(FOREIGN));
        body.extend(lines(&tell));
        Ok(Cmd {
            role: Role::Client,
            purpose,
            notes,
            body,
        })
    }
}

/// Lines of a text.
fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().map(str::to_owned)
}
