//! What is asked of DNS servers: names of hosts, record sets, conflict objects.

use super::place::{Place, anywhere};
use super::sets::expected;
use super::{
    Command, Instructions, LeftOut, directory, dnscmd, dnsserver, each_or_say, hosts, is_windows,
    powershell, server, sh, windows_name,
};
use crate::plan::action::{HostRef, RecordSet, Spelled, ZoneRef};
use crate::presentation;
use crate::topology::{Apply, ZoneKind};

/// Each host's name resolves on each zone's server.
pub(super) fn names(hosts: &[HostRef], zones: &[ZoneRef]) -> Instructions {
    let mut out = Instructions::default();
    let (windows, bind): (Vec<_>, Vec<_>) = zones.iter().partition(|zone| is_windows(zone.kind));
    let windows = servers(&windows, &mut out);
    if !windows.is_empty() {
        names_by_powershell(hosts, &windows, &mut out);
    }
    let mut bind: Vec<Asked> = each_or_say(bind, Asked::of, &mut out);
    let mut seen = Vec::new();
    bind.retain(|asked| {
        let is_new = !seen.contains(asked);
        seen.push(asked.clone());
        is_new
    });
    if !bind.is_empty() && !hosts.is_empty() {
        out.commands.push(names_by_dig(hosts, &bind));
    }
    out.say("Do the same with every other DNS server that clients ask.");
    out
}

/// The servers of the zones, each once; `None`: one is not known.
fn servers(zones: &[&ZoneRef], out: &mut Instructions) -> Vec<Option<String>> {
    let mut servers = each_or_say(zones, |zone| server(zone.server.as_deref()), out);
    let mut seen = Vec::new();
    servers.retain(|server| {
        let is_new = !seen.contains(server);
        seen.push(server.clone());
        is_new
    });
    servers
}

const RESOLVED: &str = "From each server every name gives an address and no CNAME.";

fn here(servers: &[Option<String>]) -> &'static str {
    if servers.contains(&None) {
        " Run it on a DNS server of the zone."
    } else {
        ""
    }
}

fn names_by_powershell(hosts: &[HostRef], servers: &[Option<String>], out: &mut Instructions) {
    let names = each_or_say(hosts, |host: &HostRef| windows_name(&host.name.0), out);
    if names.is_empty() {
        return;
    }
    let expressions: Vec<String> = servers
        .iter()
        .map(|server| powershell::or_here(server.as_ref()))
        .collect();
    out.commands.push(Command::powershell(
        format!(
            "foreach ($server in {}) {{\n  \
             foreach ($name in {}) {{\n    \
             Resolve-DnsName -Name $name -Type A_AAAA -DnsOnly -Server $server\n  }}\n}}",
            expressions.join(", "),
            powershell::list(&names)
        ),
        format!("{RESOLVED}{}", here(servers)),
    ));
    let lines: Vec<String> = servers
        .iter()
        .flat_map(|server| {
            let server = server
                .as_ref()
                .map_or_else(String::new, |s| format!(" {s}"));
            names
                .iter()
                .map(move |name| format!("nslookup {name}.{server}"))
        })
        .collect();
    out.commands
        .push(Command::cmd(lines.join("\n"), "The same in cmd."));
}

/// Whom `dig` asks about a zone that is not of Windows DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Its server.
    Server(String),
    /// The machine that runs the command: nothing names the server, but people work on it.
    Here,
    /// One of the name servers that this zone names: nobody can work on those of a service.
    NameServerOf(String),
}

impl Asked {
    pub(super) fn of(zone: &ZoneRef) -> Result<Self, LeftOut> {
        Ok(match server(zone.server.as_deref())? {
            Some(server) => Self::Server(server),
            None if zone.kind == ZoneKind::Other => {
                Self::NameServerOf(presentation::absolute(&zone.name))
            }
            None => Self::Here,
        })
    }

    /// As one word of the shell.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Server(server) => sh::quote(server),
            Self::Here => "127.0.0.1".to_owned(),
            Self::NameServerOf(zone) => {
                format!("\"$(dig +short -t NS -q {} | head -n 1)\"", sh::quote(zone))
            }
        }
    }
}

/// Where to run what asks them.
fn where_to_ask(asked: &[Asked]) -> &'static str {
    if asked.contains(&Asked::Here) {
        " Run it on a DNS server of the zone."
    } else if asked
        .iter()
        .any(|asked| matches!(asked, Asked::NameServerOf(_)))
    {
        " Where no server is known it asks one that the zone's NS records name."
    } else {
        ""
    }
}

fn names_by_dig(hosts: &[HostRef], servers: &[Asked]) -> Command {
    let servers_in_sh: Vec<String> = servers.iter().map(Asked::word).collect();
    let names: Vec<String> = hosts
        .iter()
        .map(|host| sh::quote(&presentation::absolute(&host.name.0)))
        .collect();
    Command::sh(
        format!(
            "for server in {}; do\n  for name in {}; do\n    \
             dig \"@$server\" +noall +answer -t A -q \"$name\"\n    \
             dig \"@$server\" +noall +answer -t AAAA -q \"$name\"\n  done\ndone",
            servers_in_sh.join(" "),
            names.join(" ")
        ),
        format!("{RESOLVED}{}", where_to_ask(servers)),
    )
}

/// What shows that a set was changed on its one server.
pub(super) fn changed(set: &RecordSet) -> Result<Command, LeftOut> {
    if !is_windows(set.zone.kind) {
        let asked = Asked::of(&set.zone)?;
        let to = match &asked {
            Asked::NameServerOf(_) => format!("\"@{}", &asked.word()[1..]),
            _ => format!("@{}", asked.word()),
        };
        let text = format!(
            "dig {to} +noall +answer +norecurse -t SRV -q {}",
            sh::quote(&presentation::absolute(&set.owner))
        );
        let note = format!("From the zone's server.{}", where_to_ask(&[asked]));
        return Ok(Command::sh(text, note).below(expected(set, "#")));
    }
    let place = Place::new(&set.zone, &set.owner)?;
    Ok(if set.zone.apply == Apply::Dnscmd {
        dnscmd::show(&[&place]).below(expected(set, "rem"))
    } else {
        dnsserver::show(&[&place]).below(expected(set, "#"))
    })
}

/// A set with its place.
type Placed<'a> = (&'a RecordSet, Place);

fn on_windows<'a>(sets: &'a [RecordSet], out: &mut Instructions) -> Vec<Placed<'a>> {
    each_or_say(
        sets.iter().filter(|set| is_windows(set.zone.kind)),
        |set: &RecordSet| Place::new(&set.zone, &set.owner).map(|place| (set, place)),
        out,
    )
}

/// The sets from every name server of each zone.
fn ask(sets: &[RecordSet]) -> Instructions {
    let mut out = Instructions::default();
    let windows = on_windows(sets, &mut out);
    if !windows.is_empty() {
        out.commands.push(answers(&windows));
    }
    let bind: Vec<&RecordSet> = sets
        .iter()
        .filter(|set| !is_windows(set.zone.kind))
        .collect();
    let calls = each_or_say(&bind, |set| bind_call(set), &mut out);
    if !calls.is_empty() {
        out.commands.push(ask_by_dig(&bind, &calls));
    }
    out
}

/// The sets as each zone's one server keeps them, with the age of records, and by `nslookup`.
fn look_closer(sets: &[RecordSet]) -> Instructions {
    let mut out = Instructions::default();
    // `ask` has said what is left out.
    let windows = on_windows(sets, &mut Instructions::default());
    let places = |with_dnscmd: bool| -> Vec<&Place> {
        windows
            .iter()
            .filter(|(set, _)| (set.zone.apply == Apply::Dnscmd) == with_dnscmd)
            .map(|(_, place)| place)
            .collect()
    };
    let (by_module, by_dnscmd) = (places(false), places(true));
    if !by_module.is_empty() {
        out.commands.push(dnsserver::show(&by_module));
    }
    if !by_dnscmd.is_empty() {
        out.commands.push(dnscmd::show(&by_dnscmd));
    }
    let lines: Vec<String> = windows.iter().map(|(_, place)| nslookup(place)).collect();
    if !lines.is_empty() {
        out.commands.push(Command::cmd(
            lines.join("\n"),
            "The answers in cmd, from the one server of each zone.",
        ));
    }
    out
}

fn nslookup(place: &Place) -> String {
    let server = place
        .server
        .as_ref()
        .map_or_else(String::new, |server| format!(" {server}"));
    format!("nslookup -type=srv {}.{server}", place.owner)
}

/// One table for each set and server: the zone's one server and those of its NS records.
fn answers(sets: &[Placed<'_>]) -> Command {
    let mut lines = vec![
        "function Show-Answer($server, $zone, $owner) {".to_owned(),
        "  $servers = @($server) + @(Resolve-DnsName -Name $zone -Type NS -DnsOnly -Server $server |".to_owned(),
        "    Where-Object { $_.Type -eq 'NS' } | ForEach-Object { $_.NameHost })".to_owned(),
        "  foreach ($each in $servers | Sort-Object -Unique) {".to_owned(),
        "    Resolve-DnsName -Name $owner -Type SRV -DnsOnly -Server $each |".to_owned(),
        "      Where-Object { $_.Type -eq 'SRV' } | Sort-Object -Property Priority, NameTarget |".to_owned(),
        "      Format-Table @{ Name = 'Server'; Expression = { $each } }, Name, Priority, Weight, Port, NameTarget"
            .to_owned(),
        "  }".to_owned(),
        "}".to_owned(),
    ];
    for (_, place) in sets {
        lines.push(format!(
            "Show-Answer {} {} {}",
            place.server_expression(),
            powershell::quote(&place.zone),
            powershell::quote(&place.owner)
        ));
    }
    let none = if sets.iter().any(|(set, _)| set.records.is_empty()) {
        " The error that a name does not exist means: no record."
    } else {
        ""
    };
    Command::powershell(
        lines.join("\n"),
        format!(
            "From every name server of each zone; all give the same.{none}{}",
            anywhere(sets.iter().map(|(_, place)| place))
        ),
    )
    .below(sets.iter().flat_map(|(set, _)| expected(set, "#")))
}

fn bind_call(set: &RecordSet) -> Result<String, LeftOut> {
    Ok(format!(
        "show_answer {} {} {}",
        Asked::of(&set.zone)?.word(),
        sh::quote(&presentation::absolute(&set.zone.name)),
        sh::quote(&presentation::absolute(&set.owner))
    ))
}

fn ask_by_dig(sets: &[&RecordSet], calls: &[String]) -> Command {
    let mut lines = [
        "show_answer() {",
        "  for each in \"$1\" $(dig \"@$1\" +short -t NS -q \"$2\"); do",
        "    echo \"$each\"",
        "    dig \"@$each\" +noall +answer +norecurse -t SRV -q \"$3\"",
        "  done",
        "}",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.extend_from_slice(calls);
    let asked: Vec<Asked> = sets
        .iter()
        .filter_map(|set| Asked::of(&set.zone).ok())
        .collect();
    Command::sh(
        lines.join("\n"),
        format!(
            "From every name server of each zone; all give the same.{}",
            where_to_ask(&asked)
        ),
    )
    .below(sets.iter().flat_map(|set| expected(set, "#")))
}

fn ask_all(sets: &[RecordSet], gone: &[Spelled]) -> Instructions {
    let mut out = ask(sets);
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
    let mut out = ask(sets);
    let integrated: Vec<&RecordSet> = sets
        .iter()
        .filter(|set| set.zone.kind == ZoneKind::Ad)
        .collect();
    if !integrated.is_empty() {
        out.append(directory::conflicts(&integrated));
        out.say("Wait until every domain controller that holds the zone gives the same set.");
    }
    out
}

/// Every server gives the planned sets.
pub(super) fn now(sets: &[RecordSet], gone: &[Spelled]) -> Instructions {
    let mut out = ask_all(sets, gone);
    out.append(look_closer(sets));
    out.say("Servers that cache show a change only when the TTL of before has passed.");
    out
}

/// The same, 25 hours later.
pub(super) fn next_day(sets: &[RecordSet], gone: &[Spelled]) -> Instructions {
    let mut out = ask_all(sets, gone);
    out.say("A record that came back, or 0 0 in place of planned numbers: a host publishes what is not planned.");
    out
}

/// The same, after the licensing service has restarted.
pub(super) fn after_restart(hosts: &[HostRef], sets: &[RecordSet]) -> Instructions {
    let mut out = hosts::restart_all(hosts);
    out.append(ask_all(sets, &[]));
    out
}
