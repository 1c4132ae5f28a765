//! What is done on KMS hosts besides publishing: checks, their port, their tickets.

use super::licensing::{
    Licensing, SLMGR, STOPPED, WITHOUT_VBSCRIPT, dlv, groups, has_cmdlets, on, remote_names,
    restart_after, service_of,
};
use super::{Command, Instructions, each_or_say, listing, powershell, windows_name};
use crate::plan::action::{HostRef, Spelled};
use crate::presentation;
use crate::topology::Os;

/// The port on which KMS hosts listen unless they are told another.
pub(super) const DEFAULT_PORT: u16 = 1688;

/// Licensed, listening, and open in the firewall.
pub(super) fn check(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    let mut windows = Vec::new();
    for host in hosts {
        if host.os == Some(Os::Other) {
            out.say(format!(
                "{} is not Windows: see there that it listens on TCP port {} and that its firewall lets \
                 the port through.",
                presentation::plain(&host.name.0),
                host.port
            ));
        } else {
            windows.push(host);
        }
    }
    let ports = ports(&windows);
    let names = remote_names(windows.iter().map(|host| &host.name), &mut out);
    out.commands.extend(dlv(
        &names,
        &format!(
            "Look for \"License Status: Licensed\", \"Key Management Service is enabled on this machine\" \
             and \"Listening on Port: {ports}\"."
        ),
    ));
    let current = windows
        .iter()
        .filter(|host| has_cmdlets(host))
        .map(|host| &host.name);
    let names = remote_names(current, &mut out);
    if !names.is_empty() {
        out.commands.push(Command::powershell(
            format!(
                "{} |\n  Format-List PSComputerName, IsKeyManagementServiceMachine, \
                 KeyManagementServiceListeningPort, KeyManagementServiceDnsPublishing\n\
                 Get-NetFirewallRule -CimSession {} -DisplayName 'Key Management Service*' |\n  \
                 Format-List PSComputerName, DisplayName, Enabled, Direction, Action",
                service_of(&names),
                powershell::list(&names)
            ),
            format!(
                "{WITHOUT_VBSCRIPT} IsKeyManagementServiceMachine is not 0, the port as above (0 means 1688). An \
                 inbound rule that allows is enabled."
            ),
        ));
    }
    out.say("The Windows firewall of each host allows \"Key Management Service\".");
    for host in windows.iter().filter(|host| host.port != DEFAULT_PORT) {
        out.say(format!(
            "On {} another rule lets TCP port {} through.",
            presentation::plain(&host.name.0),
            host.port
        ));
    }
    out
}

/// `1688`, or `1688 (kms01.contoso.com), 1689 (kms02.contoso.com)`.
fn ports(hosts: &[&HostRef]) -> String {
    let mut by_port: Vec<(u16, Vec<String>)> = Vec::new();
    for host in hosts {
        let name = presentation::plain(&host.name.0);
        match by_port.iter_mut().find(|(port, _)| *port == host.port) {
            Some((_, names)) => names.push(name),
            None => by_port.push((host.port, vec![name])),
        }
    }
    if let [(port, _)] = by_port.as_slice() {
        return port.to_string();
    }
    let parts: Vec<String> = by_port
        .iter()
        .map(|(port, names)| format!("{port} ({})", listing(names)))
        .collect();
    parts.join(", ")
}

/// The port answers from a client network.
pub(super) fn reach(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    let lines = each_or_say(
        hosts,
        |host: &HostRef| {
            Ok(format!(
                "Test-NetConnection -ComputerName {} -Port {}",
                powershell::quote(&windows_name(&host.name.0)?),
                host.port
            ))
        },
        &mut out,
    );
    if !lines.is_empty() {
        out.commands.push(Command::powershell(
            lines.join("\n"),
            "On a client of each client network. TcpTestSucceeded is True for every host.",
        ));
    }
    out
}

/// Firewall, listening port, restart. The records follow.
pub(super) fn move_port(host: &HostRef, from: &[u16]) -> Instructions {
    let mut out = Instructions::default();
    let plain = presentation::plain(&host.name.0);
    let port = host.port;
    if host.os == Some(Os::Other) {
        out.say(format!(
            "{plain} is not Windows: let TCP port {port} through its firewall and let it listen there \
             before its records change."
        ));
        return out;
    }
    open_port(host, &mut out);
    out.commands.extend(listen_on(host, port));
    out.say(STOPPED);
    check_port(host, &mut out);
    if let [old] = from {
        out.undo.extend(listen_on(host, *old));
    } else {
        out.say(format!(
            "Undo: note the port that /dlv shows on {plain} before, and give it to slmgr.vbs /sprt."
        ));
    }
    close_port(host, &mut out);
    out
}

/// The same where the host listens on the port already. `republishes`: a restart makes it write its
/// records with that port.
pub(super) fn follow_port(host: &HostRef, republishes: bool) -> Instructions {
    let mut out = Instructions::default();
    open_port(host, &mut out);
    if republishes {
        for group in groups([host], &mut out) {
            restart_after(
                &[],
                &group,
                ": publishes the records with the port",
                &mut out,
            );
        }
    }
    check_port(host, &mut out);
    close_port(host, &mut out);
    out
}

/// The name under which the firewall knows the rule.
pub(super) fn rule(port: u16) -> String {
    format!("-DisplayName 'Key Management Service (TCP {port})'")
}

fn open_port(host: &HostRef, out: &mut Instructions) {
    let port = host.port;
    if has_cmdlets(host) {
        out.commands.push(Command::powershell(
            format!(
                "New-NetFirewallRule {} -Direction Inbound -Protocol TCP -LocalPort {port} -Action Allow",
                rule(port)
            ),
            format!(
                "{}: lets the new port through the firewall.",
                on([&host.name])
            ),
        ));
    } else {
        out.say(format!(
            "On {}, in the Windows firewall: an inbound rule that allows TCP port {port}.",
            presentation::plain(&host.name.0)
        ));
    }
}

fn close_port(host: &HostRef, out: &mut Instructions) {
    if has_cmdlets(host) {
        out.undo.push(Command::powershell(
            format!("Remove-NetFirewallRule {}", rule(host.port)),
            format!("{}.", on([&host.name])),
        ));
    }
}

fn check_port(host: &HostRef, out: &mut Instructions) {
    out.check.extend(dlv(
        &remote_names([&host.name], &mut Instructions::default()),
        &format!("Prints \"Listening on Port: {}\".", host.port),
    ));
    out.check
        .append(&mut reach(std::slice::from_ref(host)).commands);
}

/// Port and restart: once in cmd, once by CIM.
fn listen_on(host: &HostRef, port: u16) -> Vec<Command> {
    let licensing = Licensing::of(host.os);
    let (modern, on) = (has_cmdlets(host), on([&host.name]));
    let mut commands = vec![Command::cmd(
        format!("{SLMGR} /sprt {port}\n{}", licensing.stop_and_start()),
        format!("{on}: the listening port, which takes effect with the restart."),
    )];
    if modern {
        commands.push(Command::powershell(
            format!(
                "Get-CimInstance -ClassName SoftwareLicensingService |\n  \
                 Invoke-CimMethod -MethodName SetKeyManagementServiceListeningPort \
                 -Arguments @{{ PortNumber = [uint32]{port} }}\n{}",
                licensing.restart()
            ),
            WITHOUT_VBSCRIPT,
        ));
    }
    commands
}

/// New Kerberos tickets, so that the group counts.
pub(super) fn renew_tickets(hosts: &[HostRef]) -> Instructions {
    const PURGE: [&str; 2] = ["klist -li 0x3e4 purge", "klist -li 0x3e7 purge"];
    let mut out = Instructions::default();
    for group in groups(hosts, &mut out) {
        restart_after(&PURGE, &group, "", &mut out);
    }
    out.say(
        "klist drops the tickets of NETWORK SERVICE (0x3e4), as which the licensing service runs, and of \
         SYSTEM (0x3e7).",
    );
    out.say(
        "Under manual publishing first see that slmgr.vbs /dlv says \"DNS publishing disabled\": else the \
         restart publishes.",
    );
    out.say("There is nothing to undo.");
    out
}

/// Restarts of the licensing service, as a part of a verification.
pub(super) fn restart_all(hosts: &[HostRef]) -> Instructions {
    let mut out = Instructions::default();
    for group in groups(hosts, &mut out) {
        restart_after(&[], &group, ", one host at a time", &mut out);
    }
    out
}

/// Requests that still reach hosts whose records are gone.
pub(super) fn watch(hosts: &[Spelled]) -> Instructions {
    let mut out = Instructions::default();
    let names = remote_names(hosts, &mut out);
    if !names.is_empty() {
        out.commands.push(Command::powershell(
            format!(
                "foreach ($name in {}) {{\n  \
                 Get-WinEvent -ComputerName $name -MaxEvents 20 -FilterHashtable @{{\n    \
                 LogName = 'Key Management Service'; Id = 12290; StartTime = (Get-Date).AddDays(-8)\n  \
                 }} | Format-Table MachineName, TimeCreated, Message\n}}",
                powershell::list(&names)
            ),
            "Each event is a client that still asks. The error that no events were found means that nobody \
             does.",
        ));
    }
    out
}
