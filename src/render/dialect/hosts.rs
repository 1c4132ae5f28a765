//! What is done on KMS hosts: their publish list, their publishing, their port, their tickets.

use super::reg::{self, Value};
use super::{Command, Instructions, LeftOut, cmd, listing, powershell, windows_name};
use crate::plan::action::{HostPublishing, HostRef, PublishEntry, Spelled};
use crate::presentation;
use crate::topology::Os;

/// The licensing script. The full path works in cmd and in PowerShell.
pub(super) const SLMGR: &str = r"cscript //nologo C:\Windows\System32\slmgr.vbs";

/// Where PowerShell keeps a host's settings of before.
const SAVED: &str = r#""$HOME\kmsplan-publishing.xml""#;
/// Where cmd writes them down.
const WRITTEN: &str = r#""%USERPROFILE%\kmsplan-publishing.txt""#;

/// What differs between versions of Windows (Microsoft "Registry Settings for Volume Activation").
#[derive(Clone, Copy, PartialEq, Eq)]
struct Licensing {
    key: &'static str,
    service: &'static str,
    /// PowerShell's cmdlets for CIM and for the firewall came with Windows 8 and Server 2012.
    has_cmdlets: bool,
}

const CURRENT: Licensing = Licensing {
    key: r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform",
    service: "sppsvc",
    has_cmdlets: true,
};

const LEGACY: Licensing = Licensing {
    key: r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL",
    service: "slsvc",
    has_cmdlets: false,
};

fn licensing(os: Option<Os>) -> Licensing {
    match os {
        Some(os) if os.is_legacy() => LEGACY,
        Some(Os::Windows7 | Os::Server2003 | Os::Server2008R2) => Licensing {
            has_cmdlets: false,
            ..CURRENT
        },
        _ => CURRENT,
    }
}

impl Licensing {
    /// The key in PowerShell's registry drive, quoted.
    fn drive(self) -> String {
        powershell::quote(&self.key.replacen("HKLM", "HKLM:", 1))
    }

    fn restart(self) -> String {
        format!("Restart-Service -Name {} -Force", self.service)
    }

    fn stop_and_start(self) -> String {
        format!("net stop {0}\nnet start {0}", self.service)
    }
}

/// Publishing on or off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Publishing {
    On,
    Off,
}

impl Publishing {
    fn option(self) -> &'static str {
        match self {
            Self::On => "/sdns",
            Self::Off => "/cdns",
        }
    }

    /// The text that `slmgr.vbs /dlv` prints.
    fn shown(self) -> &'static str {
        match self {
            Self::On => "DNS publishing enabled",
            Self::Off => "DNS publishing disabled",
        }
    }

    /// The value of `KeyManagementServiceDnsPublishing`.
    fn property(self) -> &'static str {
        match self {
            Self::On => "True",
            Self::Off => "False",
        }
    }

    /// The value of `DisableDnsPublishing`.
    fn disabled(self) -> u32 {
        u32::from(self == Self::Off)
    }

    /// The call of `DisableKeyManagementServiceDnsPublishing`, whose sense is the inverse of the property.
    fn method(self) -> String {
        disable_method(match self {
            Self::On => "$false",
            Self::Off => "$true",
        })
    }

    fn opposite(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }
}

fn disable_method(value: &str) -> String {
    format!(
        "Get-CimInstance -ClassName SoftwareLicensingService |\n  \
         Invoke-CimMethod -MethodName DisableKeyManagementServiceDnsPublishing \
         -Arguments @{{ DisablePublishing = {value} }}"
    )
}

const PUBLISHING_PROPERTY: &str =
    "(Get-CimInstance -ClassName SoftwareLicensingService).KeyManagementServiceDnsPublishing";

const IN_CMD: &str = "The same in cmd.";
const WITHOUT_VBSCRIPT: &str = "The same without VBScript.";
const RESTART_IN_CMD: &str =
    "The same in cmd. net stop fails on a service that has stopped by itself; that is no fault.";

/// `On kms01.contoso.com, elevated`.
fn on(hosts: &[&HostRef]) -> String {
    let names: Vec<String> = hosts
        .iter()
        .map(|host| presentation::plain(&host.name.0))
        .collect();
    format!("On {}, elevated", listing(&names))
}

/// The hosts that run Windows, in groups that take the same commands. What is not Windows publishes
/// nothing by itself and has no commands here.
fn by_licensing<'a>(
    hosts: impl IntoIterator<Item = &'a HostRef>,
    out: &mut Instructions,
) -> Vec<(Licensing, Vec<&'a HostRef>)> {
    let mut groups: Vec<(Licensing, Vec<&HostRef>)> = Vec::new();
    for host in hosts {
        if host.os == Some(Os::Other) {
            out.say(format!(
                "{} is not Windows: it publishes nothing by itself, and no command is printed for it.",
                presentation::plain(&host.name.0)
            ));
            continue;
        }
        let own = licensing(host.os);
        match groups.iter_mut().find(|(licensing, _)| *licensing == own) {
            Some((_, members)) => members.push(host),
            None => groups.push((own, vec![host])),
        }
    }
    groups
}

/// `DisableDnsPublishing` = 1 before the host key goes in.
pub(super) fn prepare(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    for (licensing, members) in by_licensing(hosts, &mut out) {
        let (key, on) = (licensing.key, on(&members));
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
            format!("{on}. The next restart of {} publishes.", licensing.service),
        ));
        if licensing.has_cmdlets {
            let drive = licensing.drive();
            out.commands.push(Command::powershell(
                format!(
                    "New-ItemProperty -Path {drive} -Name DisableDnsPublishing -PropertyType DWord \
                     -Value 1 -Force"
                ),
                "The same in PowerShell.",
            ));
            out.undo.push(Command::powershell(
                format!("Remove-ItemProperty -Path {drive} -Name DisableDnsPublishing"),
                "The same in PowerShell.",
            ));
        }
    }
    out.say(
        "slmgr.vbs /cdns is refused on a machine that is not yet an activated KMS host; hence the \
         registry value.",
    );
    out
}

/// Licensed, listening, let through by the firewall.
pub(super) fn check(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    for host in hosts {
        let plain = presentation::plain(&host.name.0);
        if host.os == Some(Os::Other) {
            out.say(format!(
                "{plain} is not Windows: see there that it listens on TCP port {} and that its \
                 firewall lets the port through.",
                host.port
            ));
            continue;
        }
        let good = format!(
            "Look for \"License Status: Licensed\", \"Key Management Service is enabled on this \
             machine\" and \"Listening on Port: {}\".",
            host.port
        );
        out.commands.push(Command::cmd(
            format!("{SLMGR} /dlv"),
            format!("On {plain}, elevated. {good}"),
        ));
        out.append_or_say(check_from_afar(host));
        if licensing(host.os).has_cmdlets {
            out.commands.push(Command::powershell(
                "Get-NetFirewallRule -DisplayName 'Key Management Service*' |\n  \
                 Format-Table DisplayName, Enabled, Direction, Action",
                format!(
                    "On {plain}. An inbound rule that allows is enabled{}",
                    if host.port == 1688 {
                        ".".to_owned()
                    } else {
                        format!("; another rule lets TCP port {} through.", host.port)
                    }
                ),
            ));
        }
    }
    out.say(
        "Firewall: \"Key Management Service\" is allowed in the Windows firewall of each host.",
    );
    out
}

fn check_from_afar(host: &HostRef) -> Result<Instructions, LeftOut> {
    let name = windows_name(&host.name.0)?;
    let mut out = Instructions::default();
    out.commands.push(Command::cmd(
        format!("{SLMGR} {name} /dlv"),
        "The same from another machine.",
    ));
    if licensing(host.os).has_cmdlets {
        out.commands.push(Command::powershell(
            format!(
                "Get-CimInstance -ClassName SoftwareLicensingService -ComputerName {} |\n  \
                 Format-List IsKeyManagementServiceMachine, KeyManagementServiceListeningPort, \
                 KeyManagementServiceDnsPublishing",
                powershell::quote(&name)
            ),
            format!(
                "{WITHOUT_VBSCRIPT} IsKeyManagementServiceMachine is 1; the port is {}.",
                if host.port == 1688 {
                    "1688, or 0, which means 1688".to_owned()
                } else {
                    host.port.to_string()
                }
            ),
        ));
    }
    Ok(out)
}

/// The port answers from a client network.
pub(super) fn reach(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    let mut lines = Vec::new();
    for host in hosts {
        match windows_name(&host.name.0) {
            Ok(name) => lines.push(format!(
                "Test-NetConnection -ComputerName {} -Port {}",
                powershell::quote(&name),
                host.port
            )),
            Err(LeftOut(sentence)) => out.say(sentence),
        }
    }
    if !lines.is_empty() {
        out.commands.push(Command::powershell(
            lines.join("\n"),
            "On a client of each client network. TcpTestSucceeded is True for every host.",
        ));
    }
    out
}

/// Publish list, publishing off, one restart.
pub(super) fn disable_publishing(hosts: &[HostPublishing]) -> Instructions {
    let mut out = publishing(hosts, Publishing::Off);
    out.say(
        "A host on which /cdns is refused is not yet an activated KMS host: DisableDnsPublishing = 1 in \
         the registry does the same there.",
    );
    out.say(
        "Switching publishing off changes no record: existing ones stay until they are changed.",
    );
    out
}

/// Publish list, publishing on, restart, one host at a time.
pub(super) fn enable_publishing(hosts: &[HostPublishing]) -> Instructions {
    let mut out = publishing(hosts, Publishing::On);
    out.say("One host at a time: the next one only after event 12294 of the one before.");
    out.say("Undoing it removes no record: what a host has published is removed by hand.");
    out
}

fn publishing(hosts: &[HostPublishing], want: Publishing) -> Instructions {
    let mut out = Instructions::default();
    for entry in hosts {
        for (licensing, members) in by_licensing([&entry.host], &mut out) {
            let later = set_publishing(licensing, &on(&members), &entry.publish, want);
            out.append(later);
            out.append_or_say(check_publishing_from_afar(&entry.host, want));
        }
    }
    out
}

fn check_publishing_from_afar(host: &HostRef, want: Publishing) -> Result<Instructions, LeftOut> {
    let name = windows_name(&host.name.0)?;
    let mut out = Instructions::default();
    out.check.push(Command::cmd(
        format!("{SLMGR} {name} /dlv"),
        format!("The same from another machine: \"{}\".", want.shown()),
    ));
    Ok(out)
}

fn set_publishing(
    licensing: Licensing,
    on: &str,
    publish: &[PublishEntry],
    want: Publishing,
) -> Instructions {
    let mut out = Instructions::default();
    let (key, drive) = (licensing.key, licensing.drive());
    let lines = publish
        .iter()
        .map(|entry| publish_line(entry, licensing))
        .collect::<Result<Vec<_>, _>>();
    let lines = match lines {
        Ok(lines) => lines,
        Err(LeftOut(sentence)) => {
            out.say(sentence);
            out.say("The publish list is left as it is; write it by hand.");
            Vec::new()
        }
    };

    let save = format!("reg query \"{key}\" > {WRITTEN}");
    if licensing.has_cmdlets {
        out.commands.push(Command::powershell(
            powershell::block(&[
                format!("$file = {SAVED}"),
                "if (Test-Path -Path $file) { throw \"$file is there already: move it away first.\" }"
                    .to_owned(),
                format!("Get-ItemProperty -Path {drive} |"),
                "  Select-Object DnsDomainPublishList, DisableDnsPublishing | Export-Clixml -Path $file"
                    .to_owned(),
            ]),
            format!("{on}: saves what is set now."),
        ));
        out.commands.push(Command::cmd(save, IN_CMD));
    } else {
        out.commands
            .push(Command::cmd(save, format!("{on}: saves what is set now.")));
    }
    if !lines.is_empty() {
        out.append(publish_list(licensing, on, &lines, want));
    }
    out.commands.push(Command::cmd(
        format!("{SLMGR} {}", want.option()),
        format!(
            "{on}: publishing {}.",
            if want == Publishing::On { "on" } else { "off" }
        ),
    ));
    if licensing.has_cmdlets {
        out.commands
            .push(Command::powershell(want.method(), WITHOUT_VBSCRIPT));
        out.commands.push(Command::powershell(
            licensing.restart(),
            format!("{on}: one restart, which lets all of it take effect."),
        ));
        out.commands
            .push(Command::cmd(licensing.stop_and_start(), RESTART_IN_CMD));
    } else {
        out.commands.push(Command::cmd(
            licensing.stop_and_start(),
            format!(
                "{on}: one restart, which lets all of it take effect. net stop fails on a service that \
                 has stopped by itself; that is no fault."
            ),
        ));
    }

    out.check.push(Command::cmd(
        format!("{SLMGR} /dlv"),
        format!("{on}: \"{}\".", want.shown()),
    ));
    if licensing.has_cmdlets {
        out.check.push(Command::powershell(
            PUBLISHING_PROPERTY,
            format!("{WITHOUT_VBSCRIPT} Prints {}.", want.property()),
        ));
    }
    if want == Publishing::On {
        out.check.push(published_events(licensing, on));
    }
    undo_publishing(&mut out, licensing, on, !lines.is_empty(), want);
    out
}

/// `domain, priority, weight` as documented; Vista and Server 2008 take the domain alone.
fn publish_line(entry: &PublishEntry, licensing: Licensing) -> Result<String, LeftOut> {
    let domain = windows_name(&entry.domain)?;
    Ok(if licensing.key == LEGACY.key {
        domain
    } else {
        format!("{domain}, {}, {}", entry.priority, entry.weight)
    })
}

fn publish_list(
    licensing: Licensing,
    on: &str,
    lines: &[String],
    want: Publishing,
) -> Instructions {
    const WHOLE: &str = "the publish list, which replaces the one that is there.";
    let mut out = Instructions::default();
    let (key, drive) = (licensing.key, licensing.drive());
    if licensing.has_cmdlets {
        let values: Vec<String> = lines.iter().map(|line| powershell::quote(line)).collect();
        out.commands.push(Command::powershell(
            format!(
                "New-ItemProperty -Path {drive} -Name DnsDomainPublishList -PropertyType MultiString \
                 -Value @({}) -Force",
                values.join(", ")
            ),
            format!("{on}: {WHOLE}"),
        ));
    }
    // reg.exe splits a REG_MULTI_SZ at a backslash with a zero behind it.
    match cmd::quote(&lines.join(r"\0")) {
        Ok(value) => out.commands.push(Command::cmd(
            format!("reg add \"{key}\" /v DnsDomainPublishList /t REG_MULTI_SZ /d {value} /f"),
            if licensing.has_cmdlets {
                IN_CMD.to_owned()
            } else {
                format!("{on}: {WHOLE}")
            },
        )),
        Err(LeftOut(sentence)) => out.say(sentence),
    }
    out.commands.push(Command::file(
        reg::file(
            key,
            &[
                ("DnsDomainPublishList", Value::Strings(lines)),
                ("DisableDnsPublishing", Value::Dword(want.disabled())),
            ],
        ),
        format!(
            "The same as a .reg file, for a double click or reg import; it also switches publishing {}.",
            if want == Publishing::On { "on" } else { "off" }
        ),
    ));
    out
}

fn undo_publishing(
    out: &mut Instructions,
    licensing: Licensing,
    on: &str,
    has_list: bool,
    done: Publishing,
) {
    let back = done.opposite();
    let slmgr = format!("{SLMGR} {}", back.option());
    if licensing.has_cmdlets {
        let mut lines = vec![
            format!("$key = {}", licensing.drive()),
            format!("$old = Import-Clixml -Path {SAVED}"),
        ];
        if has_list {
            lines.extend(
                [
                    "if ($null -eq $old.DnsDomainPublishList) {",
                    "  Remove-ItemProperty -Path $key -Name DnsDomainPublishList -ErrorAction SilentlyContinue",
                    "} else {",
                    "  New-ItemProperty -Path $key -Name DnsDomainPublishList -PropertyType MultiString `",
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
    if has_list {
        out.undo.push(Command::file(
            reg::file(licensing.key, &[("DnsDomainPublishList", Value::Deleted)]),
            format!(
                "{on}: a .reg file that takes the publish list away, only where there was none before."
            ),
        ));
        out.say(format!(
            "Without PowerShell a publish list of before goes back with reg add, from the lines that \
             reg query wrote to {}.",
            WRITTEN.trim_matches('"')
        ));
    }
    out.undo.push(Command::cmd(
        format!("{slmgr}\n{}", licensing.stop_and_start()),
        format!(
            "{on}: the same in cmd, only where publishing was {} before.",
            if back == Publishing::On { "on" } else { "off" }
        ),
    ));
}

fn published_events(licensing: Licensing, on: &str) -> Command {
    const MEANING: &str =
        "12294: published. 12293: failed; its text names the domain and the error.";
    if licensing.has_cmdlets {
        Command::powershell(
            "Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = 12293, 12294; \
             StartTime = (Get-Date).AddMinutes(-15) } |\n  \
             Where-Object { $_.ProviderName -like '*Security-SPP' } |\n  \
             Format-List TimeCreated, Id, Message",
            format!("{on}, some minutes after the restart. {MEANING}"),
        )
    } else {
        Command::cmd(
            "eventvwr",
            format!("{on}: the Application log, source Security-SPP. {MEANING}"),
        )
    }
}

/// Publishing off on running hosts whose record goes. Their system is not known.
pub(super) fn silence(hosts: &[Spelled]) -> Instructions {
    const OTHER_SERVICE: &str = "On Vista and Server 2008 the service is slsvc.";
    let mut out = Instructions::default();
    for host in hosts {
        let on = format!("On {}, elevated", presentation::plain(&host.0));
        out.commands.extend([
            Command::cmd(
                format!("{SLMGR} {}", Publishing::Off.option()),
                format!("{on}: publishing off."),
            ),
            Command::powershell(Publishing::Off.method(), WITHOUT_VBSCRIPT),
            Command::powershell(
                CURRENT.restart(),
                format!("{on}: one restart, which lets it take effect. {OTHER_SERVICE}"),
            ),
            Command::cmd(CURRENT.stop_and_start(), RESTART_IN_CMD),
        ]);
        out.check.push(Command::cmd(
            format!("{SLMGR} /dlv"),
            format!("{on}: \"{}\".", Publishing::Off.shown()),
        ));
        match windows_name(&host.0) {
            Ok(name) => out.check.push(Command::cmd(
                format!("{SLMGR} {name} /dlv"),
                "The same from another machine.",
            )),
            Err(LeftOut(sentence)) => out.say(sentence),
        }
        out.check.push(Command::powershell(
            PUBLISHING_PROPERTY,
            format!("{WITHOUT_VBSCRIPT} Prints {}.", Publishing::Off.property()),
        ));
        let mut undone = Instructions::default();
        undone.undo.extend([
            Command::cmd(
                format!(
                    "{SLMGR} {}\n{}",
                    Publishing::On.option(),
                    CURRENT.stop_and_start()
                ),
                format!("{on}, only where publishing was on before. {OTHER_SERVICE}"),
            ),
            Command::powershell(
                format!("{}\n{}", Publishing::On.method(), CURRENT.restart()),
                WITHOUT_VBSCRIPT,
            ),
        ]);
        out.append(undone);
    }
    out.say("The record of a host that still publishes comes back within 24 hours after it was deleted.");
    out
}

/// Firewall, listening port, restart. The records follow.
pub(super) fn move_port(host: &HostRef, from: &[u16]) -> Instructions {
    let mut out = Instructions::default();
    let plain = presentation::plain(&host.name.0);
    let port = host.port;
    out.say(
        "One host at a time: the host counts as down until its new record is known everywhere.",
    );
    if host.os == Some(Os::Other) {
        out.say(format!(
            "{plain} is not Windows: let TCP port {port} through its firewall and let it listen there \
             before its records change."
        ));
        return out;
    }
    let licensing = licensing(host.os);
    let on = format!("On {plain}, elevated");
    if licensing.has_cmdlets {
        out.commands.push(Command::powershell(
            format!(
                "New-NetFirewallRule -DisplayName 'Key Management Service (TCP {port})' \
                 -Direction Inbound -Protocol TCP -LocalPort {port} -Action Allow"
            ),
            format!("{on}: lets the new port through the firewall."),
        ));
    } else {
        out.say(format!(
            "On {plain}, in the Windows firewall: an inbound rule that allows TCP port {port}."
        ));
    }
    out.commands.extend(listen_on(licensing, &on, port));
    out.check.push(Command::cmd(
        format!("{SLMGR} /dlv"),
        format!("{on}: \"Listening on Port: {port}\"."),
    ));
    out.append(reach(std::slice::from_ref(host)));

    if let [old] = from {
        out.undo.extend(listen_on(licensing, &on, *old));
    } else {
        out.say(format!(
            "Undo: note the port that /dlv shows on {plain} before, and give it to slmgr.vbs /sprt."
        ));
    }
    if licensing.has_cmdlets {
        out.undo.push(Command::powershell(
            format!("Remove-NetFirewallRule -DisplayName 'Key Management Service (TCP {port})'"),
            format!("{on}."),
        ));
    }
    out
}

fn listen_on(licensing: Licensing, on: &str, port: u16) -> Vec<Command> {
    let mut commands = vec![Command::cmd(
        format!("{SLMGR} /sprt {port}"),
        format!("{on}: the listening port."),
    )];
    if licensing.has_cmdlets {
        commands.push(Command::powershell(
            format!(
                "Get-CimInstance -ClassName SoftwareLicensingService |\n  \
                 Invoke-CimMethod -MethodName SetKeyManagementServiceListeningPort \
                 -Arguments @{{ PortNumber = [uint32]{port} }}"
            ),
            WITHOUT_VBSCRIPT,
        ));
        commands.push(Command::powershell(
            licensing.restart(),
            format!("{on}: the restart lets it take effect."),
        ));
        commands.push(Command::cmd(licensing.stop_and_start(), RESTART_IN_CMD));
    } else {
        commands.push(Command::cmd(
            licensing.stop_and_start(),
            format!("{on}: the restart lets it take effect."),
        ));
    }
    commands
}

/// New Kerberos tickets, so that the group counts.
pub(super) fn renew_tickets(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    for (licensing, members) in by_licensing(hosts, &mut out) {
        let on = on(&members);
        out.commands.push(Command::cmd(
            format!("{SLMGR} /dlv"),
            format!(
                "{on}, first, under manual publishing: \"{}\". Else the restart publishes.",
                Publishing::Off.shown()
            ),
        ));
        out.commands.push(Command::cmd(
            "klist -li 0x3e4 purge\nklist -li 0x3e7 purge",
            format!(
                "{on}: the sessions of NETWORK SERVICE, as which the licensing service runs, and of \
                 SYSTEM."
            ),
        ));
        if licensing.has_cmdlets {
            out.commands.push(Command::powershell(
                licensing.restart(),
                format!("{on}, directly after."),
            ));
            out.commands
                .push(Command::cmd(licensing.stop_and_start(), RESTART_IN_CMD));
        } else {
            out.commands.push(Command::cmd(
                licensing.stop_and_start(),
                format!("{on}, directly after."),
            ));
        }
    }
    out.say("A reboot of the host is the safe form: it drops every ticket.");
    out.say("There is nothing to undo.");
    out
}

/// Restarts of the licensing service, as a part of a verification.
pub(super) fn restart(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    for (licensing, members) in by_licensing(hosts, &mut out) {
        let on = on(&members);
        if licensing.has_cmdlets {
            out.commands.push(Command::powershell(
                licensing.restart(),
                format!("{on}, one host at a time."),
            ));
            out.commands
                .push(Command::cmd(licensing.stop_and_start(), RESTART_IN_CMD));
        } else {
            out.commands.push(Command::cmd(
                licensing.stop_and_start(),
                format!("{on}, one host at a time."),
            ));
        }
    }
    out
}

/// Requests that still reach hosts whose records are gone.
pub(super) fn watch(hosts: &[Spelled]) -> Instructions {
    let mut out = Instructions::default();
    for host in hosts {
        match windows_name(&host.0) {
            Ok(name) => out.commands.push(Command::powershell(
                format!(
                    "Get-WinEvent -ComputerName {} -FilterHashtable @{{ LogName = 'Key Management \
                     Service'; Id = 12290; StartTime = (Get-Date).AddDays(-8) }} -MaxEvents 20 |\n  \
                     Format-Table TimeCreated, Id, Message -Wrap",
                    powershell::quote(&name)
                ),
                format!(
                    "Each event is a client that still asks {name}. The error that no events were found \
                     means that nobody does."
                ),
            )),
            Err(LeftOut(sentence)) => out.say(sentence),
        }
    }
    out.say(
        "Keep each host running until event 12290 stops in its Key Management Service log; clients renew \
         every 7 days. Only then take the role away.",
    );
    out
}
