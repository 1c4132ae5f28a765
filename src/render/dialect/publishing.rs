//! Publishing of KMS hosts: their publish lists, switching it on and off.

use super::licensing::{
    CURRENT, Licensing, Publishing, STOPPED, WITHOUT_VBSCRIPT, disable_method, dlv_all, groups,
    has_cmdlets, in_cmd_note, on, on_each, remote_names, windows_hosts, with_cmdlets,
};
use super::reg::{self, Value};
use super::{Command, Instructions, LeftOut, cmd, or_say, powershell, windows_name};
use crate::plan::action::{
    Already, HostPublishing, HostRef, Left, Part, PublishEntry, Spelled, Switch, to_prepare,
    to_silence,
};

/// Where PowerShell keeps a host's settings of before.
const SAVED: &str = r#""$HOME\kmsplan-publishing.xml""#;
/// Where cmd writes them down.
const WRITTEN: &str = r#""%USERPROFILE%\kmsplan-publishing.txt""#;

/// That what was switched off counts only after a restart.
const SINCE: &str = "Where publishing was switched off and the licensing service has not restarted since, restart it: that takes effect with the restart.";

/// `DisableDnsPublishing` = 1 before the host key goes in.
pub(super) fn prepare(hosts: &[HostRef], already: &Already) -> Instructions {
    let mut out = Instructions::default();
    for group in groups(hosts, &mut out) {
        out.check.push(Command::cmd(
            format!(
                "reg query \"{}\" /v DisableDnsPublishing",
                group.licensing.key
            ),
            format!("{}: prints 0x1.", group.on()),
        ));
    }
    for group in groups(to_prepare(hosts, already), &mut out) {
        let (key, on) = (group.licensing.key, group.on());
        out.commands.push(Command::cmd(
            format!("reg add \"{key}\" /v DisableDnsPublishing /t REG_DWORD /d 1 /f"),
            format!("{on}, before the host key goes in."),
        ));
        out.undo.push(Command::cmd(
            format!("reg delete \"{key}\" /v DisableDnsPublishing /f"),
            format!(
                "{on}. The next restart of {} publishes.",
                group.licensing.service
            ),
        ));
    }
    out
}

/// Publish list, publishing off, one restart.
pub(super) fn disable(hosts: &[HostPublishing], already: &Already) -> Instructions {
    let mut out = switch(hosts, Publishing::Off, already);
    let left = |entry: &HostPublishing| Left::of(entry, Switch::Off, already);
    if hosts.is_empty() || hosts.iter().any(|entry| left(entry).publishing) {
        out.say(
            "A host on which /cdns is refused is not yet an activated KMS host: DisableDnsPublishing = 1 in \
             the registry does the same there.",
        );
    }
    if hosts.iter().any(|entry| !left(entry).restart) {
        out.say(SINCE);
    }
    out
}

/// Publish list, publishing on, restart, one host at a time.
pub(super) fn enable(hosts: &[HostPublishing], already: &Already) -> Instructions {
    let mut out = switch(hosts, Publishing::On, already);
    if hosts.is_empty() || hosts.iter().any(|entry| restarts(entry, already)) {
        out.say("Event 12294: published. 12293: failed; its text names the domain and the error.");
        out.say("Undoing it removes no record: what a host has published is removed by hand.");
    }
    out
}

/// Whether the host's licensing service restarts, so that the host publishes.
fn restarts(entry: &HostPublishing, already: &Already) -> bool {
    Left::of(entry, Switch::On, already).restart
}

/// A host on which something is left to do.
struct Listed<'a> {
    host: &'a HostRef,
    /// The lines of its publish list; none: the list is left as it is.
    lines: Vec<String>,
    /// Whether publishing is switched.
    switched: bool,
}

impl Listed<'_> {
    /// Hosts that are alike in this take the same text.
    fn parts(&self) -> (bool, bool) {
        (!self.lines.is_empty(), self.switched)
    }
}

fn switch(hosts: &[HostPublishing], want: Publishing, already: &Already) -> Instructions {
    let mut out = Instructions::default();
    for group in groups(hosts.iter().map(|entry| &entry.host), &mut out) {
        let listed: Vec<Listed<'_>> = group
            .hosts
            .iter()
            .filter_map(|&host| {
                let left = left(hosts, host, want, already);
                let lines = if left.list {
                    publish_lines(hosts, host, group.licensing, &mut out)
                } else {
                    Vec::new()
                };
                left.restart.then_some(Listed {
                    host,
                    lines,
                    switched: left.publishing,
                })
            })
            .collect();
        for parts in [(true, true), (false, true), (true, false), (false, false)] {
            let part: Vec<&Listed<'_>> = listed
                .iter()
                .filter(|entry| entry.parts() == parts)
                .collect();
            if !part.is_empty() {
                out.append(switch_group(group.licensing, &part, want));
            }
        }
    }
    let windows = windows_hosts(hosts.iter().map(|entry| &entry.host), &mut out);
    let modern = with_cmdlets(&windows);
    let names = remote_names(windows.iter().map(|host| &host.name), &mut out);
    let cim = remote_names(modern.iter().map(|host| &host.name), &mut out);
    out.check = want.check(&names, &cim);
    out.check.extend(check_lists(&windows, already));
    if want == Publishing::On {
        let restarted: Vec<&HostRef> = windows
            .into_iter()
            .filter(|host| left(hosts, host, want, already).restart)
            .collect();
        out.check
            .extend(published_events(&restarted, &with_cmdlets(&restarted)));
    }
    out
}

/// What shows the lists that were seen to be so already.
fn check_lists(windows: &[&HostRef], already: &Already) -> Vec<Command> {
    let seen = windows
        .iter()
        .copied()
        .filter(|host| already.has(&host.name, Part::PublishList));
    groups(seen, &mut Instructions::default())
        .into_iter()
        .map(|group| {
            Command::cmd(
                format!(
                    "reg query \"{}\" /v DnsDomainPublishList",
                    group.licensing.key
                ),
                format!(
                    "{}: prints the lines that the topology gives it.",
                    group.on()
                ),
            )
        })
        .collect()
}

/// What is left on a host of the list.
fn left(hosts: &[HostPublishing], host: &HostRef, want: Publishing, already: &Already) -> Left {
    let switch = match want {
        Publishing::On => Switch::On,
        Publishing::Off => Switch::Off,
    };
    let all = hosts
        .iter()
        .filter(|entry| entry.host == *host)
        .map(|entry| Left::of(entry, switch, already));
    all.fold(
        Left {
            list: false,
            publishing: false,
            restart: false,
        },
        |one, other| Left {
            list: one.list || other.list,
            publishing: one.publishing || other.publishing,
            restart: one.restart || other.restart,
        },
    )
}

fn publish_lines(
    hosts: &[HostPublishing],
    host: &HostRef,
    licensing: Licensing,
    out: &mut Instructions,
) -> Vec<String> {
    let lines: Result<Vec<String>, LeftOut> = hosts
        .iter()
        .filter(|entry| entry.host == *host)
        .flat_map(|entry| &entry.publish)
        .map(|entry| publish_line(entry, licensing))
        .collect();
    or_say(lines, out).unwrap_or_else(|| {
        out.say("The publish list is left as it is; write it by hand.");
        Vec::new()
    })
}

/// `domain, priority, weight` as documented; Vista and Server 2008 take the domain alone.
pub(super) fn publish_line(entry: &PublishEntry, licensing: Licensing) -> Result<String, LeftOut> {
    let domain = windows_name(&entry.domain)?;
    Ok(if licensing.is_legacy() {
        domain
    } else {
        format!("{domain}, {}, {}", entry.priority, entry.weight)
    })
}

/// The commands for hosts of one kind that are alike in what is left to do.
fn switch_group(licensing: Licensing, listed: &[&Listed<'_>], want: Publishing) -> Instructions {
    let mut out = Instructions::default();
    let has_list = listed.iter().any(|entry| !entry.lines.is_empty());
    let switched = listed.iter().any(|entry| entry.switched);
    let done = what_is_done(has_list, switched, want);
    out.say(STOPPED);
    if has_list || switched {
        out.say("What was saved first is kept: move a file of an earlier change away before.");
    }
    let modern: Vec<&Listed<'_>> = listed
        .iter()
        .copied()
        .filter(|entry| has_cmdlets(entry.host))
        .collect();
    if !modern.is_empty() {
        let text = in_powershell(licensing, &modern, want, &mut out);
        let note = format!("{}{done}.", on_each(&hosts_of(&modern)));
        out.commands.push(Command::powershell(text, note));
    }
    let lists = by_list(listed);
    for same in &lists {
        let note = match (modern.is_empty(), lists.len()) {
            (false, 1) => in_cmd_note(&hosts_of(same), &done),
            (false, _) => format!("The same in cmd. {}.", on_each(&hosts_of(same))),
            (true, _) => format!("{}{done}.", on_each(&hosts_of(same))),
        };
        if let Some(first) = same.first()
            && let Some(text) = or_say(in_cmd(licensing, first, want), &mut out)
        {
            out.commands.push(Command::cmd(text, note));
        }
    }
    for same in &lists {
        if let Some(first) = same.first()
            && !first.lines.is_empty()
        {
            out.say(if switched {
                "A .reg file takes the place of reg add and slmgr.vbs; the restart follows."
            } else {
                "A .reg file takes the place of reg add; the restart follows."
            });
            let on = on_each(&hosts_of(same));
            out.commands.push(reg_file(licensing, &on, first, want));
        }
    }
    if has_list || switched {
        undo(&mut out, licensing, listed, want);
    }
    out
}

/// The end of a note that tells what a text does.
fn what_is_done(has_list: bool, switched: bool, want: Publishing) -> String {
    let saves = if has_list || switched {
        "saves what is set now, "
    } else {
        ""
    };
    let list = if has_list {
        "replaces the publish list, "
    } else {
        ""
    };
    let switches = if switched {
        format!("switches publishing {}, ", want.word())
    } else {
        String::new()
    };
    format!(": {saves}{list}{switches}restarts the service once")
}

fn hosts_of<'a>(listed: &[&Listed<'a>]) -> Vec<&'a HostRef> {
    listed.iter().map(|entry| entry.host).collect()
}

/// Hosts with the same lines, together.
fn by_list<'a, 'b>(listed: &[&'b Listed<'a>]) -> Vec<Vec<&'b Listed<'a>>> {
    let mut groups: Vec<Vec<&Listed<'a>>> = Vec::new();
    for &entry in listed {
        let same = groups
            .iter_mut()
            .find(|group| group.iter().all(|member| member.lines == entry.lines));
        match same {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    groups
}

/// One text for all: where lists differ, a host finds its own by its name.
fn in_powershell(
    licensing: Licensing,
    listed: &[&Listed<'_>],
    want: Publishing,
    out: &mut Instructions,
) -> String {
    let switched = listed.iter().any(|entry| entry.switched);
    let has_list = listed.iter().any(|entry| !entry.lines.is_empty());
    let mut lines = Vec::new();
    if has_list || switched {
        lines.extend([
            format!("$key = {}", licensing.drive()),
            format!("$file = {SAVED}"),
            "if (-not (Test-Path -Path $file)) {".to_owned(),
            "  Get-ItemProperty -Path $key | Select-Object DnsDomainPublishList, DisableDnsPublishing | Export-Clixml -Path $file".to_owned(),
            "}".to_owned(),
        ]);
    }
    let list = match by_list(listed).as_slice() {
        [only] => only
            .first()
            .filter(|entry| !entry.lines.is_empty())
            .map(|entry| format!("$list = @({})", powershell::list(&entry.lines)))
            .into_iter()
            .collect(),
        _ => list_by_host(listed, out),
    };
    if !list.is_empty() {
        lines.extend(list);
        lines.push(
            "$null = New-ItemProperty -Path $key -Name DnsDomainPublishList -PropertyType MultiString \
             -Value $list -Force"
                .to_owned(),
        );
    }
    if switched {
        lines.extend(want.method().lines().map(str::to_owned));
    }
    lines.push(licensing.restart());
    powershell::block(&lines)
}

fn list_by_host(listed: &[&Listed<'_>], out: &mut Instructions) -> Vec<String> {
    let mut lines = vec!["$lists = @{".to_owned()];
    for entry in listed {
        if let Some(name) = or_say(windows_name(&entry.host.name.0), out) {
            lines.push(format!(
                "  {} = @({})",
                powershell::quote(&name),
                powershell::list(&entry.lines)
            ));
        }
    }
    lines.extend(
        [
            "}",
            "$own = [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()",
            "$list = $lists[\"$($own.HostName).$($own.DomainName)\"]",
            "if (-not $list) { throw \"$($own.HostName).$($own.DomainName) has no list here.\" }",
        ]
        .map(str::to_owned),
    );
    lines
}

fn in_cmd(licensing: Licensing, host: &Listed<'_>, want: Publishing) -> Result<String, LeftOut> {
    let key = licensing.key;
    let mut lines = Vec::new();
    if host.parts() != (false, false) {
        lines.push(format!(
            "if not exist {WRITTEN} reg query \"{key}\" > {WRITTEN}"
        ));
    }
    if !host.lines.is_empty() {
        // reg.exe splits a REG_MULTI_SZ at a backslash with a zero behind it.
        let value = cmd::quote(&host.lines.join(r"\0"))?;
        lines.push(format!(
            "reg add \"{key}\" /v DnsDomainPublishList /t REG_MULTI_SZ /d {value} /f"
        ));
    }
    if host.switched {
        lines.push(want.slmgr());
    }
    lines.push(licensing.stop_and_start());
    Ok(lines.join("\n"))
}

fn reg_file(licensing: Licensing, on: &str, host: &Listed<'_>, want: Publishing) -> Command {
    let list = ("DnsDomainPublishList", Value::Strings(&host.lines));
    let switch = ("DisableDnsPublishing", Value::Dword(want.disabled()));
    if host.switched {
        Command::file(
            reg::file(licensing.key, &[list, switch]),
            format!("{on}: list and switch as a .reg file."),
        )
    } else {
        Command::file(
            reg::file(licensing.key, &[list]),
            format!("{on}: the list as a .reg file."),
        )
    }
}

fn undo(out: &mut Instructions, licensing: Licensing, listed: &[&Listed<'_>], done: Publishing) {
    let hosts = hosts_of(listed);
    let modern = with_cmdlets(&hosts);
    let back = done.opposite();
    let has_list = listed.iter().any(|entry| !entry.lines.is_empty());
    let switched = listed.iter().any(|entry| entry.switched);
    if !modern.is_empty() {
        let mut lines = vec![format!("$old = Import-Clixml -Path {SAVED}")];
        if has_list {
            lines.push(format!("$key = {}", licensing.drive()));
            lines.extend(
                [
                    "if ($null -eq $old.DnsDomainPublishList) {",
                    "  Remove-ItemProperty -Path $key -Name DnsDomainPublishList -ErrorAction SilentlyContinue",
                    "} else {",
                    "  $null = New-ItemProperty -Path $key -Name DnsDomainPublishList -PropertyType MultiString `",
                    "    -Value ([string[]]$old.DnsDomainPublishList) -Force",
                    "}",
                ]
                .map(str::to_owned),
            );
        }
        if switched {
            lines.extend(
                disable_method("[bool]$old.DisableDnsPublishing")
                    .lines()
                    .map(str::to_owned),
            );
        }
        lines.push(licensing.restart());
        out.undo.push(Command::powershell(
            powershell::block(&lines),
            format!("{}: sets what was saved.", on_each(&modern)),
        ));
    }
    let mut lines = Vec::new();
    if has_list {
        lines.push(format!(
            "reg delete \"{}\" /v DnsDomainPublishList /f",
            licensing.key
        ));
        out.say(format!(
            "Undoing in cmd: a publish list of before goes back with reg add, from the lines in {}.",
            WRITTEN.trim_matches('"')
        ));
    }
    if switched {
        lines.push(back.slmgr());
    }
    lines.push(licensing.stop_and_start());
    let before = match (has_list, switched) {
        (true, false) => "no publish list was set".to_owned(),
        (true, true) => format!("no publish list was set and publishing was {}", back.word()),
        (false, _) => format!("publishing was {}", back.word()),
    };
    let only = format!(", where {before} before");
    let note = if modern.len() == hosts.len() {
        format!("The same in cmd{only}.")
    } else {
        in_cmd_note(&hosts, &only)
    };
    out.undo.push(Command::cmd(lines.join("\n"), note));
}

fn published_events(windows: &[&HostRef], modern: &[&HostRef]) -> Vec<Command> {
    let mut commands = Vec::new();
    if !modern.is_empty() {
        commands.push(Command::powershell(
            "Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = 12293, 12294; \
             StartTime = (Get-Date).AddMinutes(-15) } |\n  \
             Where-Object { $_.ProviderName -like '*Security-SPP' } |\n  \
             Format-List TimeCreated, Id, Message",
            format!("{}, some minutes after the restart.", on_each(modern)),
        ));
    }
    let rest: Vec<&HostRef> = windows
        .iter()
        .copied()
        .filter(|host| !has_cmdlets(host))
        .collect();
    if !rest.is_empty() {
        commands.push(Command::cmd(
            "eventvwr",
            format!("{}: the Application log.", on_each(&rest)),
        ));
    }
    commands
}

/// Publishing off on running hosts whose record goes. Their system is not known.
pub(super) fn silence(hosts: &[Spelled], already: &Already) -> Instructions {
    let mut out = Instructions::default();
    let (others, kms): (Vec<&Spelled>, Vec<&Spelled>) = hosts
        .iter()
        .partition(|host| already.has(host, Part::NoKmsHost));
    let names = remote_names(kms, &mut out);
    out.check = Publishing::Off.check(&names, &names);
    let names = remote_names(others, &mut out);
    out.check.extend(dlv_all(
        &names,
        "None shows \"Key Management Service is enabled on this machine\".",
    ));
    out.append(switch_off(&to_silence(hosts, already)));
    if hosts.iter().any(|host| already.has(host, Part::Publishing)) {
        out.say(SINCE);
    }
    out
}

fn switch_off(hosts: &[Spelled]) -> Instructions {
    let mut out = Instructions::default();
    if hosts.is_empty() {
        return out;
    }
    let on = on(hosts);
    let in_cmd = |want: Publishing| format!("{}\n{}", want.slmgr(), CURRENT.stop_and_start());
    let by_cim = |want: Publishing| format!("{}\n{}", want.method(), CURRENT.restart());
    out.commands.extend([
        Command::cmd(
            in_cmd(Publishing::Off),
            format!("{on}: publishing off, one restart."),
        ),
        Command::powershell(by_cim(Publishing::Off), WITHOUT_VBSCRIPT),
    ]);
    out.undo.extend([
        Command::cmd(
            in_cmd(Publishing::On),
            format!("{on}, where publishing was on before."),
        ),
        Command::powershell(by_cim(Publishing::On), WITHOUT_VBSCRIPT),
    ]);
    out.say(STOPPED);
    out.say("On Vista and Server 2008 the service is slsvc.");
    out
}
