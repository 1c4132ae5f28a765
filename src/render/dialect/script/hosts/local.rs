//! What the `.cmd` files for hosts have in common: they run on the host itself and find it by its name.

use super::super::super::cmd::quote;
use super::super::super::{LeftOut, licensing::Licensing};
use super::target::Ready;

/// The longest line that `cmd.exe` takes, in characters (Microsoft, KB830473, "Command prompt
/// (Cmd.exe) command-line string limitation").
const LONGEST: usize = 8191;

/// How a `.cmd` file is called.
pub(super) const USAGE: &str = "Run it on the host, elevated. It finds its host by name. Where the plan gives this machine another domain, the full name is the first argument.";

/// The host that runs the script. An argument may give it another domain, but never make it another machine: that
/// one's settings would be written here.
const OWN_NAME: &str = r#"set "parameters=HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
set "own="
for /f "tokens=1,2*" %%a in ('reg query "%parameters%" /v Hostname') do if /i "%%a"=="Hostname" set "own=%%c"
set "domain="
for /f "tokens=1,2*" %%a in ('reg query "%parameters%" /v Domain') do if /i "%%a"=="Domain" set "domain=%%c"
set "host=%own%"
if defined domain set "host=%own%.%domain%"
if "%~1"=="" goto named
set "host=%~1"
set "label="
for /f "delims=." %%a in ("%host%") do set "label=%%a"
if /i "%label%"=="%own%" goto named
echo "%host%" is not this machine, whose name is "%own%". Nothing was changed.
exit /b 1
:named
set "service=""#;

const STRANGER: &str = r#"if not defined service (
  echo "%host%" is no host of this step. Nothing was changed.
  exit /b 1
)"#;

/// What stands at the top of each script: the data of its hosts, and that it runs on one of them. `values` gives
/// more variables of a host, each a name and a value.
pub(super) fn head(
    hosts: &[&Ready],
    values: impl Fn(&Ready) -> Vec<(&'static str, String)>,
) -> Result<Vec<String>, LeftOut> {
    let mut body: Vec<String> = OWN_NAME.lines().map(str::to_owned).collect();
    body.push("rem What the plan wants of each host.".to_owned());
    for host in hosts {
        body.push(format!("if /i \"%host%\"=={} (", quote(&host.name)?));
        let Licensing { key, service } = host.licensing;
        let mut all = vec![
            ("key", key.to_owned()),
            ("service", service.to_owned()),
            ("base", host.file.clone()),
        ];
        all.extend(values(host));
        for (name, value) in all {
            body.push(format!("  set {}", quote(&format!("{name}={value}"))?));
        }
        body.push(")".to_owned());
    }
    body.extend(STRANGER.lines().map(str::to_owned));
    body.push(r#"set "saved=%USERPROFILE%\%base%.txt""#.to_owned());
    body.push(r#"set "restarted=%USERPROFILE%\%base%-restarted.txt""#.to_owned());
    Ok(body)
}

/// Whether a command line can hold the list.
pub(super) fn is_short(list: &[String]) -> bool {
    // The rest of the line: reg add, the key, the names.
    let text: usize = list.iter().map(|line| line.len() + 2).sum();
    text + 300 < LONGEST
}

/// `yes` or `no`.
pub(super) fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// Subroutine: two variables, by name, hold the same text. Sets `same`. Delayed expansion keeps what they hold
/// from acting. A list that the step leaves as it is may be spaced in another way.
pub(super) const COMPARE: &str = r#":compare
setlocal EnableDelayedExpansion
set "one=!%1!"
set "two=!%2!"
if "%write_list%"=="no" if defined one set "one=!one: =!"
if "%write_list%"=="no" if defined two set "two=!two: =!"
set "same=no"
if "!one!"=="!two!" set "same=yes"
endlocal & set "same=%same%"
exit /b 0"#;

/// Subroutine: the licensing service restarts. `net stop` fails where it has stopped by itself: that is no fault.
pub(super) const RESTART: &str = r#":restart
net stop %service%
if errorlevel 1 (
  sc query %service% | find "STOPPED" >nul
  if errorlevel 1 exit /b 1
)
net start %service%
if errorlevel 1 (
  sc query %service% | find "RUNNING" >nul
  if errorlevel 1 exit /b 1
)
exit /b 0"#;

/// Where scripts end that stop before they have done anything, and those that fail on the way.
pub(super) const ENDS: &str = r":different
echo This is not the state that was reviewed. Nothing was changed. Look at it, and plan again.
exit /b 1
:failed
echo Failed on %host%: the message above tells where. What was set before is saved in %saved%
exit /b 1";

/// Lines of a text.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().map(str::to_owned)
}
