//! Publishing switched by a `.cmd` file on the host itself: the publish list, the switch, one restart.

use super::super::super::licensing::Publishing;
use super::super::super::{LeftOut, licensing};
use super::super::cmd::Cmd;
use super::super::{Context, Purpose, Scripts};
use super::kind::Kind;
use super::local::{COMPARE, ENDS, RESTART, USAGE, head, is_short, lines, yes};
use super::target::Ready;
use crate::plan::Role;

/// The scripts of the step.
pub(super) fn scripts(kind: Kind, hosts: &[Ready], context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    let (short, long): (Vec<&Ready>, Vec<&Ready>) =
        hosts.iter().partition(|host| is_short(&host.list));
    for host in long {
        out.say(format!(
            "The publish list of {} is longer than a line of cmd can be: use PowerShell or its .reg file.",
            host.name
        ));
    }
    if short.is_empty() {
        return out;
    }
    let made = apply(kind, &short)
        .and_then(|apply| Ok((apply, verify(kind, &short)?, rollback(kind, &short)?)));
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

/// Subroutine: what is set now, compared with the plan. `slmgr.vbs` prints its lines in the language of the
/// system, so only the English line that contradicts counts.
const STATE: &str = r#":state
set "now=%TEMP%\%base%-now.txt"
reg query "%key%" >"%now%"
if errorlevel 1 exit /b 1
call :parse "%now%" now
del "%now%"
set "is_list=yes"
if defined list call :compare list now_list
if defined list set "is_list=%same%"
set "is_switch=no"
if "%now_off%"=="%off%" set "is_switch=yes"
exit /b 0
:parse
rem Lines as reg query prints them, \0 between the strings of a list. The variables begin with the second argument.
set "%2_list="
set "%2_switch="
set "%2_has_list=no"
set "%2_off=no"
for /f "usebackq tokens=1,2*" %%a in ("%~1") do (
  if /i "%%a"=="DnsDomainPublishList" set "%2_has_list=yes"
  if /i "%%a"=="DnsDomainPublishList" set "%2_list=%%c"
  if /i "%%a"=="DisableDnsPublishing" set "%2_switch=%%c"
  if /i "%%a"=="DisableDnsPublishing" if not "%%c"=="0x0" set "%2_off=yes"
)
exit /b 0
:show
setlocal EnableDelayedExpansion
if defined list (
  echo %host%: DnsDomainPublishList
  echo   expected: !list!
  echo   found:    !now_list!
)
echo %host%: DisableDnsPublishing
echo   expected: publishing off: !off!
echo   found:    publishing off: !now_off!, value !now_switch!
endlocal
exit /b 0"#;

/// Subroutine: what the service itself says.
const ASK: &str = r#":ask
set "told=no"
cscript //nologo "%SystemRoot%\System32\slmgr.vbs" /dlv >"%TEMP%\%base%-dlv.txt"
find "DNS publishing" "%TEMP%\%base%-dlv.txt"
find "DNS publishing %against%" "%TEMP%\%base%-dlv.txt" >nul
if not errorlevel 1 set "told=yes"
del "%TEMP%\%base%-dlv.txt"
exit /b 0"#;

const NO_KMS_HOST: &str = r#"if "%no_kms_host%"=="no" goto look
cscript //nologo "%SystemRoot%\System32\slmgr.vbs" /dlv all >"%TEMP%\%base%-dlv.txt"
find "Key Management Service is enabled" "%TEMP%\%base%-dlv.txt"
if not errorlevel 1 (
  echo %host% was seen to be no KMS host, and it is one.
  goto different
)
echo %host%: @APPLIED@: no KMS host, which publishes nothing. Where Windows speaks another language see what
echo slmgr.vbs /dlv all prints.
exit /b 0
:look"#;

const APPLY: &str = r#"call :state
if errorlevel 1 goto unread
if "%is_list%%is_switch%"=="yesyes" (
  if "%restart%"=="no" goto applied
  if exist "%restarted%" goto applied
)
rem What the step does not write must be as planned; what it writes must be as saved, if anything is.
set "reviewed=yes"
if "%write_list%%is_list%"=="nono" set "reviewed=no"
if "%write_switch%%is_switch%"=="nono" set "reviewed=no"
if not exist "%saved%" goto judged
call :parse "%saved%" old
call :compare old_list now_list
if "%is_list%%same%"=="nono" set "reviewed=no"
if "%is_switch%"=="no" if not "%old_switch%"=="%now_switch%" set "reviewed=no"
:judged
if "%reviewed%"=="no" (
  call :show
  goto different
)
if exist "%saved%" goto write
reg query "%key%" >"%saved%"
if errorlevel 1 (
  del "%saved%"
  goto unread
)
:write
if "%write_list%"=="no" goto switch
reg add "%key%" /v DnsDomainPublishList /t REG_MULTI_SZ /d "%list%" /f
if errorlevel 1 goto failed
:switch
if "%write_switch%"=="no" goto service
@SWITCH@
:service
if "%restart%"=="no" goto end
@BEFORE@call :restart
if errorlevel 1 goto failed
@AFTER@:end
call :state
if not "%is_list%%is_switch%"=="yesyes" (
  call :show
  goto failed
)
@ASK@if "%restart%"=="yes" >"%restarted%" echo Restarted with the planned settings.
echo %host%: applied. What was set there before is saved in %saved%
exit /b 0
:applied
echo %host%: already applied
exit /b 0
:unread
echo The registry key of the licensing service cannot be read. Nothing was changed.
exit /b 1"#;

const BY_SLMGR: &str = r#"cscript //nologo "%SystemRoot%\System32\slmgr.vbs" @OPTION@
call :state
if "%is_switch%"=="yes" goto service
rem A machine that is not yet an activated KMS host refuses. The registry value does the same.
reg add "%key%" /v DisableDnsPublishing /t REG_DWORD /d @VALUE@ /f
if errorlevel 1 goto failed"#;

const BY_REGISTRY: &str = r#"reg add "%key%" /v DisableDnsPublishing /t REG_DWORD /d @VALUE@ /f
if errorlevel 1 goto failed"#;

const ASK_AT_END: &str = r#"call :ask
if "%told%"=="yes" goto failed
"#;

const NEWEST: &str = r"call :newest 12293 old_failed
call :newest 12294 old_published
";

/// Waits for an event that is not the newest one of before the restart.
const AWAIT: &str = r#"set "seconds=%~2"
if not defined seconds set "seconds=300"
set /a rounds=seconds/10
for /l %%n in (1,1,%rounds%) do (
  ping -n 11 127.0.0.1 >nul
  call :published
  if errorlevel 2 goto refused
  if errorlevel 1 goto published_all
)
echo %host% wrote no event 12294 within %seconds% seconds. Do not go on with another host.
goto failed
:refused
wevtutil qe Application "/q:*[System[(EventID=12293)]]" /c:1 /rd:true /f:text
echo %host% could not publish: event 12293. Do not go on with another host.
goto failed
:published_all
wevtutil qe Application "/q:*[System[(EventID=12294)]]" /c:1 /rd:true /f:text
"#;

/// Subroutines: the newest event of a kind, and whether there are new ones
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/wevtutil>).
const EVENTS: &str = r#":newest
set "%2="
for /f "delims=" %%e in ('wevtutil qe Application "/q:*[System[(EventID=%1)]]" /c:1 /rd:true /f:xml') do set "%2=%%e"
exit /b 0
:published
rem 2: a new event 12293, which tells of a failure. 1: a new event 12294. 0: neither.
call :newest 12293 now_failed
call :compare old_failed now_failed
if "%same%"=="no" exit /b 2
call :newest 12294 now_published
call :compare old_published now_published
if "%same%"=="no" exit /b 1
exit /b 0"#;

const VERIFY: &str = r#"call :state
if errorlevel 1 goto unread
call :show
if not "%is_list%%is_switch%"=="yesyes" goto unlike
@ASK@if "%told%"=="yes" goto unlike
echo %host%: as planned
exit /b 0
:unlike
echo %host%: not as planned
exit /b 1
:unread
echo The registry key of the licensing service cannot be read.
exit /b 1"#;

const ROLLBACK: &str = r#"if "%write_list%%write_switch%"=="nono" (
  echo %host%: already undone: the step sets nothing there
  exit /b 0
)
call :state
if errorlevel 1 goto unread
if exist "%saved%" goto judge
set "partly=no"
if "%write_list%%is_list%"=="yesyes" set "partly=yes"
if "%write_switch%%is_switch%"=="yesyes" set "partly=yes"
if "%partly%"=="no" (
  echo %host%: already undone: nothing is saved here and it is not as planned
  exit /b 0
)
echo %host% is as planned, and what was set before is not saved in %saved%
echo Where the step was carried out from another machine, undo it there.
goto different
:judge
call :parse "%saved%" old
call :back
set "planned=%is_list%%is_switch%"
if "%is_back%"=="yes" (
  if not exist "%restarted%" goto undone
  if "%planned%"=="yesyes" goto undone
)
set "reviewed=yes"
call :compare old_list now_list
if "%write_list%%is_list%%same%"=="yesnono" set "reviewed=no"
if "%write_switch%%is_switch%"=="yesno" if not "%old_switch%"=="%now_switch%" set "reviewed=no"
if "%reviewed%"=="no" (
  call :show
  goto different
)
if "%write_list%"=="no" goto switch
if "%old_has_list%"=="yes" goto list
if "%now_has_list%"=="yes" reg delete "%key%" /v DnsDomainPublishList /f
if errorlevel 1 goto failed
goto switch
:list
setlocal EnableDelayedExpansion
reg add "!key!" /v DnsDomainPublishList /t REG_MULTI_SZ /d "!old_list!" /f
if errorlevel 1 goto failed
endlocal
:switch
if "%write_switch%"=="no" goto service
if not defined old_switch goto unset
reg add "%key%" /v DisableDnsPublishing /t REG_DWORD /d %old_switch% /f
if errorlevel 1 goto failed
goto service
:unset
if defined now_switch reg delete "%key%" /v DisableDnsPublishing /f
if errorlevel 1 goto failed
:service
if "%restart%"=="no" goto end
call :restart
if errorlevel 1 goto failed
:end
call :state
call :back
if "%is_back%"=="no" (
  echo %host% is not as it was before.
  goto failed
)
if exist "%restarted%" del "%restarted%"
echo %host%: undone
exit /b 0
:undone
echo %host%: already undone
exit /b 0
:unread
echo The registry key of the licensing service cannot be read. Nothing was changed.
exit /b 1
:back
set "is_back=yes"
call :compare old_list now_list
if "%write_list%%same%"=="yesno" set "is_back=no"
if "%write_list%"=="yes" if not "%old_has_list%"=="%now_has_list%" set "is_back=no"
if "%write_switch%"=="yes" if not "%old_switch%"=="%now_switch%" set "is_back=no"
exit /b 0"#;

/// What the step wants of a host, as variables.
fn wanted(kind: Kind, host: &Ready) -> Vec<(&'static str, String)> {
    let work = host.work;
    vec![
        ("list", host.list.join(r"\0")),
        ("off", yes(kind.wants() == Publishing::Off)),
        ("write_list", yes(work.list)),
        ("write_switch", yes(work.switch)),
        ("restart", yes(work.restart)),
        ("no_kms_host", yes(work.no_kms_host)),
    ]
}

fn start(kind: Kind, hosts: &[&Ready], done: &str) -> Result<Vec<String>, LeftOut> {
    let mut body = head(hosts, |host| wanted(kind, host))?;
    let against = match kind.wants() {
        Publishing::Off => "enabled",
        Publishing::On => "disabled",
    };
    body.push(format!("set \"against={against}\""));
    if hosts.iter().any(|host| host.work.no_kms_host) {
        body.extend(lines(&NO_KMS_HOST.replace("@APPLIED@", done)));
    }
    Ok(body)
}

fn apply(kind: Kind, hosts: &[&Ready]) -> Result<Cmd, LeftOut> {
    let want = kind.wants();
    let option = match want {
        Publishing::Off => "/cdns",
        Publishing::On => "/sdns",
    };
    let switch = if kind.has_host_key() {
        BY_SLMGR
    } else {
        BY_REGISTRY
    };
    let switch = switch
        .replace("@OPTION@", option)
        .replace("@VALUE@", &want.disabled().to_string());
    let waits = kind == Kind::Enable;
    let (before, after) = if waits { (NEWEST, AWAIT) } else { ("", "") };
    let ask = if kind.has_host_key() { ASK_AT_END } else { "" };
    let mut body = start(kind, hosts, "already applied")?;
    body.extend(lines(
        &APPLY
            .replace("@SWITCH@", &switch)
            .replace("@BEFORE@", before)
            .replace("@AFTER@", after)
            .replace("@ASK@", ask),
    ));
    body.extend(lines(ENDS));
    body.extend(lines(STATE));
    body.extend(lines(COMPARE));
    body.extend(lines(RESTART));
    if kind.has_host_key() {
        body.extend(lines(ASK));
    }
    let mut notes = vec![USAGE.to_owned()];
    if waits {
        notes.push(
            "Its second argument: how many seconds to wait for event 12294. One host at a time."
                .to_owned(),
        );
        body.extend(lines(EVENTS));
    }
    notes.push(licensing::STOPPED.to_owned());
    Ok(Cmd {
        role: Role::Host,
        purpose: Purpose::Apply,
        notes,
        body,
    })
}

fn verify(kind: Kind, hosts: &[&Ready]) -> Result<Cmd, LeftOut> {
    let ask = if kind.has_host_key() {
        "call :ask\n"
    } else {
        "set \"told=no\"\n"
    };
    let mut body = start(kind, hosts, "as planned")?;
    body.extend(lines(&VERIFY.replace("@ASK@", ask)));
    body.extend(lines(ENDS));
    body.extend(lines(STATE));
    body.extend(lines(COMPARE));
    if kind.has_host_key() {
        body.extend(lines(ASK));
    }
    Ok(Cmd {
        role: Role::Host,
        purpose: Purpose::Verify,
        notes: vec![USAGE.to_owned()],
        body,
    })
}

fn rollback(kind: Kind, hosts: &[&Ready]) -> Result<Cmd, LeftOut> {
    let mut body = head(hosts, |host| wanted(kind, host))?;
    body.extend(lines(ROLLBACK));
    body.extend(lines(ENDS));
    body.extend(lines(STATE));
    body.extend(lines(COMPARE));
    body.extend(lines(RESTART));
    Ok(Cmd {
        role: Role::Host,
        purpose: Purpose::Rollback,
        notes: vec![
            USAGE.to_owned(),
            "It sets what the step saved on the host before it changed anything.".to_owned(),
        ],
        body,
    })
}
