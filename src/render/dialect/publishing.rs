//! Publishing of KMS hosts: their publish lists, switching it on and off.

use super::licensing::{
    CURRENT, Group, IN_CMD, Licensing, Publishing, STOPPED, WITHOUT_VBSCRIPT, disable_method,
    groups, on, or_say, remote_names,
};
use super::reg::{self, Value};
use super::{Command, Instructions, LeftOut, cmd, powershell, windows_name};
use crate::plan::action::{HostPublishing, HostRef, PublishEntry, Spelled};

/// Where PowerShell keeps a host's settings of before.
const SAVED: &str = r#""$HOME\kmsplan-publishing.xml""#;
/// Where cmd writes them down.
const WRITTEN: &str = r#""%USERPROFILE%\kmsplan-publishing.txt""#;

/// `DisableDnsPublishing` = 1 before the host key goes in.
pub(super) fn prepare(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    for group in groups(hosts, &mut out) {
        let (key, on) = (group.licensing.key, group.on());
        out.commands.push(Command::cmd(
            format!("reg add \"{key}\" /v DisableDnsPublishing /t REG_DWORD /d 1 /f"),
            format!("{on}, before the host key goes in."),
        ));
        out.check.push(Command::cmd(
            format!("reg query \"{key}\" /v DisableDnsPublishing"),
            format!("{on}: prints 0x1."),
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
pub(super) fn disable(hosts: &[HostPublishing]) -> Instructions {
    let mut out = switch(hosts, Publishing::Off);
    out.say(
        "A host on which /cdns is refused is not yet an activated KMS host: DisableDnsPublishing = 1 in \
         the registry does the same there.",
    );
    out.say("No record changes by this.");
    out
}

/// Publish list, publishing on, restart, one host at a time.
pub(super) fn enable(hosts: &[HostPublishing]) -> Instructions {
    let mut out = switch(hosts, Publishing::On);
    out.say("Event 12294: published. 12293: failed; its text names the domain and the error.");
    out.say("One host at a time: the next one only after event 12294 of the one before.");
    out.say("Undoing it removes no record: what a host has published is removed by hand.");
    out
}

/// A host with the lines of its publish list; no lines: the list is left as it is.
struct Listed<'a> {
    host: &'a HostRef,
    lines: Vec<String>,
}

fn switch(hosts: &[HostPublishing], want: Publishing) -> Instructions {
    let mut out = Instructions::default();
    let mut cim = Vec::new();
    for group in groups(hosts.iter().map(|entry| &entry.host), &mut out) {
        let listed: Vec<Listed<'_>> = group
            .hosts
            .iter()
            .map(|&host| Listed {
                host,
                lines: publish_lines(hosts, host, group.licensing, &mut out),
            })
            .collect();
        let (with, without): (Vec<_>, Vec<_>) = listed
            .into_iter()
            .partition(|entry| !entry.lines.is_empty());
        for part in [with, without] {
            if !part.is_empty() {
                let part_of_group = Group {
                    licensing: group.licensing,
                    hosts: part.iter().map(|entry| entry.host).collect(),
                };
                out.append(switch_group(&part_of_group, &part, want));
            }
        }
        if group.licensing.has_cmdlets {
            cim.extend(remote_names(
                group.hosts.iter().map(|host| &host.name),
                &mut out,
            ));
        }
    }
    let hosts: Vec<&HostRef> = hosts.iter().map(|entry| &entry.host).collect();
    let windows = super::licensing::windows_hosts(hosts, &mut out);
    let names = remote_names(windows.iter().map(|host| &host.name), &mut out);
    let mut check = want.check(&names, &cim);
    check.append(&mut out.check);
    out.check = check;
    out
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
fn publish_line(entry: &PublishEntry, licensing: Licensing) -> Result<String, LeftOut> {
    let domain = windows_name(&entry.domain)?;
    Ok(if licensing.is_legacy() {
        domain
    } else {
        format!("{domain}, {}, {}", entry.priority, entry.weight)
    })
}

/// The commands for hosts of one kind, which all get a list or all keep theirs.
fn switch_group(group: &Group<'_>, listed: &[Listed<'_>], want: Publishing) -> Instructions {
    let mut out = Instructions::default();
    let (licensing, on) = (group.licensing, group.on());
    let done = if listed.iter().any(|entry| !entry.lines.is_empty()) {
        "replaces the publish list, "
    } else {
        ""
    };
    let done = format!(
        "saves what is set now, {done}switches publishing {}, restarts the service once",
        want.word()
    );
    out.say(STOPPED);
    out.say("What was saved first is kept: move a file of an earlier change away before.");
    if licensing.has_cmdlets {
        let text = in_powershell(licensing, listed, want, &mut out);
        out.commands
            .push(Command::powershell(text, format!("{on}: {done}.")));
    }
    for same in by_list(listed) {
        let on = super::licensing::on(same.iter().map(|entry| &entry.host.name));
        let note = if licensing.has_cmdlets {
            format!("{IN_CMD} {on}.")
        } else {
            format!("{on}: {done}.")
        };
        if let Some(first) = same.first()
            && let Some(text) = or_say(in_cmd(licensing, &first.lines, want), &mut out)
        {
            out.commands.push(Command::cmd(text, note));
        }
    }
    for same in by_list(listed) {
        let names = super::licensing::on(same.iter().map(|entry| &entry.host.name));
        if let Some(first) = same.first()
            && !first.lines.is_empty()
        {
            out.commands
                .push(reg_file(licensing, &names, &first.lines, want));
        }
    }
    if want == Publishing::On {
        out.check.push(published_events(licensing, &on));
    }
    undo(&mut out, group, listed, want);
    out
}

/// Hosts with the same lines, together.
fn by_list<'a, 'b>(listed: &'b [Listed<'a>]) -> Vec<Vec<&'b Listed<'a>>> {
    let mut groups: Vec<Vec<&Listed<'a>>> = Vec::new();
    for entry in listed {
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
    listed: &[Listed<'_>],
    want: Publishing,
    out: &mut Instructions,
) -> String {
    let mut lines = vec![
        format!("$key = {}", licensing.drive()),
        format!("$file = {SAVED}"),
        "if (-not (Test-Path -Path $file)) {".to_owned(),
        "  Get-ItemProperty -Path $key | Select-Object DnsDomainPublishList, DisableDnsPublishing | Export-Clixml -Path $file".to_owned(),
        "}".to_owned(),
    ];
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
    lines.extend(want.method().lines().map(str::to_owned));
    lines.push(licensing.restart());
    powershell::block(&lines)
}

fn list_by_host(listed: &[Listed<'_>], out: &mut Instructions) -> Vec<String> {
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

fn in_cmd(licensing: Licensing, list: &[String], want: Publishing) -> Result<String, LeftOut> {
    let key = licensing.key;
    let mut lines = vec![format!(
        "if not exist {WRITTEN} reg query \"{key}\" > {WRITTEN}"
    )];
    if !list.is_empty() {
        // reg.exe splits a REG_MULTI_SZ at a backslash with a zero behind it.
        let value = cmd::quote(&list.join(r"\0"))?;
        lines.push(format!(
            "reg add \"{key}\" /v DnsDomainPublishList /t REG_MULTI_SZ /d {value} /f"
        ));
    }
    lines.push(want.slmgr());
    lines.push(licensing.stop_and_start());
    Ok(lines.join("\n"))
}

fn reg_file(licensing: Licensing, on: &str, list: &[String], want: Publishing) -> Command {
    Command::file(
        reg::file(
            licensing.key,
            &[
                ("DnsDomainPublishList", Value::Strings(list)),
                ("DisableDnsPublishing", Value::Dword(want.disabled())),
            ],
        ),
        format!("{on}: list and switch as a .reg file, in place of reg add and slmgr.vbs."),
    )
}

fn undo(out: &mut Instructions, group: &Group<'_>, listed: &[Listed<'_>], done: Publishing) {
    let (licensing, on) = (group.licensing, group.on());
    let back = done.opposite();
    let has_list = listed.iter().any(|entry| !entry.lines.is_empty());
    if licensing.has_cmdlets {
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
        lines.extend(
            disable_method("[bool]$old.DisableDnsPublishing")
                .lines()
                .map(str::to_owned),
        );
        lines.push(licensing.restart());
        out.undo.push(Command::powershell(
            powershell::block(&lines),
            format!("{on}: sets what was saved."),
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
    lines.push(back.slmgr());
    lines.push(licensing.stop_and_start());
    let before = if has_list {
        "no publish list was set and publishing was"
    } else {
        "publishing was"
    };
    let same = if licensing.has_cmdlets {
        "The same in cmd,".to_owned()
    } else {
        format!("{on},")
    };
    out.undo.push(Command::cmd(
        lines.join("\n"),
        format!("{same} where {before} {} before.", back.word()),
    ));
}

fn published_events(licensing: Licensing, on: &str) -> Command {
    if licensing.has_cmdlets {
        Command::powershell(
            "Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = 12293, 12294; \
             StartTime = (Get-Date).AddMinutes(-15) } |\n  \
             Where-Object { $_.ProviderName -like '*Security-SPP' } |\n  \
             Format-List TimeCreated, Id, Message",
            format!("{on}, some minutes after the restart."),
        )
    } else {
        Command::cmd("eventvwr", format!("{on}: the Application log."))
    }
}

/// Publishing off on running hosts whose record goes. Their system is not known.
pub(super) fn silence(hosts: &[Spelled]) -> Instructions {
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
    let names = remote_names(hosts, &mut out);
    out.check = Publishing::Off.check(&names, &names);
    out.undo.extend([
        Command::cmd(
            in_cmd(Publishing::On),
            format!("{on}, where publishing was on before."),
        ),
        Command::powershell(by_cim(Publishing::On), WITHOUT_VBSCRIPT),
    ]);
    out.say(STOPPED);
    out.say("On Vista and Server 2008 the service is slsvc.");
    out.say("The record of a host that still publishes comes back within 24 hours after it was deleted.");
    out
}
