//! What is asked of DNS servers: names of hosts, record sets, conflict objects.

use super::records::expected;
use super::{
    Command, Instructions, LeftOut, anywhere, directory, dnscmd, dnsserver, hosts, is_windows,
    powershell, server, sh, windows_name,
};
use crate::plan::action::{HostRef, RecordSet, Spelled, ZoneRef};
use crate::presentation;
use crate::topology::{Apply, ZoneKind};

/// Each host's name resolves on each zone's server.
pub(super) fn names(hosts: &[HostRef], zones: &[ZoneRef]) -> Instructions {
    let mut out = Instructions::default();
    let mut asked: Vec<(bool, Option<&String>)> = Vec::new();
    for zone in zones {
        let place = (is_windows(zone.kind), zone.server.as_ref());
        if asked.contains(&place) {
            continue;
        }
        asked.push(place);
        let added = if is_windows(zone.kind) {
            names_by_powershell(hosts, zone)
        } else {
            names_by_dig(hosts, zone)
        };
        out.append_or_say(added);
    }
    out.say("Do the same with every other DNS server that clients ask.");
    out
}

const RESOLVED: &str =
    "Each name gives an address and no CNAME: a target must not be an alias (RFC 2782).";

fn names_by_powershell(hosts: &[HostRef], zone: &ZoneRef) -> Result<Instructions, LeftOut> {
    let server = server(zone.server.as_deref())?;
    let mut out = Instructions::default();
    let mut lines = Vec::new();
    let mut plain = Vec::new();
    for host in hosts {
        match windows_name(&host.name.0) {
            Ok(name) => {
                for kind in ["A", "AAAA"] {
                    lines.push(format!(
                        "Resolve-DnsName -Name {} -Type {kind} -DnsOnly{}",
                        powershell::quote(&name),
                        powershell::parameter("Server", server.as_ref())
                    ));
                }
                let server = server
                    .as_ref()
                    .map_or_else(String::new, |s| format!(" {s}"));
                plain.push(format!("nslookup {name}.{server}"));
            }
            Err(LeftOut(sentence)) => out.say(sentence),
        }
    }
    if !lines.is_empty() {
        let place = anywhere(server.as_ref());
        out.commands.push(Command::powershell(
            lines.join("\n"),
            format!("{RESOLVED}{place}"),
        ));
        out.commands
            .push(Command::cmd(plain.join("\n"), "The same in cmd."));
    }
    Ok(out)
}

fn names_by_dig(hosts: &[HostRef], zone: &ZoneRef) -> Result<Instructions, LeftOut> {
    let server = server(zone.server.as_deref())?;
    let mut out = Instructions::default();
    let mut lines = Vec::new();
    for host in hosts {
        let name = sh::quote(&presentation::absolute(&host.name.0));
        for kind in ["A", "AAAA"] {
            lines.push(format!(
                "dig{} +noall +answer -t {kind} -q {name}",
                at(server.as_ref())
            ));
        }
    }
    if !lines.is_empty() {
        out.commands.push(Command::sh(lines.join("\n"), RESOLVED));
    }
    Ok(out)
}

/// ` @ns1.contoso.com`
fn at(server: Option<&String>) -> String {
    server.map_or_else(String::new, |server| {
        format!(" {}", sh::quote(&format!("@{server}")))
    })
}

/// The set from the zone's server and from every name server of the zone.
pub(super) fn ask(set: &RecordSet, out: &mut Instructions) {
    let added = if is_windows(set.zone.kind) {
        ask_windows(set)
    } else {
        ask_by_dig(set)
    };
    out.append_or_say(added);
}

fn ask_windows(set: &RecordSet) -> Result<Instructions, LeftOut> {
    let mut out = Instructions::default();
    let owner = windows_name(&set.owner)?;
    let zone = windows_name(&set.zone.name)?;
    let server = server(set.zone.server.as_deref())?;
    if set.zone.apply == Apply::Dnscmd {
        out.commands.push(dnscmd::show(set)?);
    } else {
        out.commands.push(dnsserver::show(set)?);
    }
    let quoted = powershell::quote(&owner);
    let at = powershell::parameter("Server", server.as_ref());
    out.commands.extend([
        Command::powershell(
            format!("Resolve-DnsName -Name {quoted} -Type SRV -DnsOnly{at}"),
            expected(&set.records),
        ),
        Command::cmd(
            format!(
                "nslookup -type=srv {owner}.{}",
                server.as_ref().map_or_else(String::new, |s| format!(" {s}"))
            ),
            "The same in cmd.",
        ),
        Command::powershell(
            format!(
                "Resolve-DnsName -Name {} -Type NS -DnsOnly{at} |\n  \
                 Where-Object {{ $_.Section -eq 'Answer' -and $_.NameHost }} | ForEach-Object {{\n    \
                 $_.NameHost; Resolve-DnsName -Name {quoted} -Type SRV -DnsOnly -Server $_.NameHost\n  }}",
                powershell::quote(&zone)
            ),
            "From every name server of the zone; all give the same.",
        ),
    ]);
    Ok(out)
}

fn ask_by_dig(set: &RecordSet) -> Result<Instructions, LeftOut> {
    let mut out = Instructions::default();
    let owner = sh::quote(&presentation::absolute(&set.owner));
    let zone = sh::quote(&presentation::absolute(&set.zone.name));
    let server = server(set.zone.server.as_deref())?;
    let at = at(server.as_ref());
    out.commands.extend([
        Command::sh(
            format!("dig{at} +noall +answer +norecurse -t SRV -q {owner}"),
            expected(&set.records),
        ),
        Command::sh(
            format!(
                "for server in $(dig{at} +short -t NS -q {zone}); do\n  \
                 echo \"$server\"\n  \
                 dig \"@$server\" +noall +answer +norecurse -t SRV -q {owner}\ndone"
            ),
            "From every name server of the zone; all give the same.",
        ),
    ]);
    Ok(out)
}

fn ask_all(sets: &[RecordSet], gone: &[Spelled]) -> Instructions {
    let mut out = Instructions::default();
    for set in sets {
        ask(set, &mut out);
    }
    if !gone.is_empty() {
        let names: Vec<String> = gone
            .iter()
            .map(|name| presentation::plain(&name.0))
            .collect();
        out.say(format!("No set names {}.", names.join(" or ")));
    }
    out
}

/// Replication has settled and the sets are those that were reviewed.
pub(super) fn replication(sets: &[RecordSet]) -> Instructions {
    let mut out = ask_all(sets, &[]);
    for set in sets {
        if set.zone.kind == ZoneKind::Ad {
            out.append_or_say(directory::conflicts(set));
        }
    }
    if sets.iter().any(|set| set.zone.kind == ZoneKind::Ad) {
        out.say("Wait until every domain controller that holds the zone gives the same set.");
    }
    out.say("If a set is not the reviewed one, go no further: read the zone again and plan again.");
    out
}

/// Every server gives the planned sets.
pub(super) fn now(sets: &[RecordSet], gone: &[Spelled]) -> Instructions {
    let mut out = ask_all(sets, gone);
    out.say("Servers that cache show a change only when the TTL of before has passed.");
    out
}

/// The same, 25 hours later.
pub(super) fn next_day(sets: &[RecordSet], gone: &[Spelled]) -> Instructions {
    let mut out = ask_all(sets, gone);
    out.say(
        "Not before 25 hours have passed: a host that still publishes does so once in 24 hours.",
    );
    out.say("A record that came back, or 0 0 in place of planned numbers: a host still publishes.");
    out
}

/// The same, after the licensing service has restarted.
pub(super) fn after_restart(hosts: &[HostRef], sets: &[RecordSet]) -> Instructions {
    let mut out = hosts::restart(hosts);
    out.append(ask_all(sets, &[]));
    out.say("A host that still publishes does so when its licensing service restarts.");
    out
}
