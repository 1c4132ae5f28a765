//! Hosts' names: each has addresses and is no alias.

use std::collections::BTreeSet;

use super::super::super::verify::Asked;
use super::super::super::{LeftOut, is_windows, powershell::list, server, sh::quote, windows_name};
use super::super::powershell::{Parameter, Ps1};
use super::super::sh::Sh;
use super::super::{Context, Purpose, Script, Scripts, srv};
use super::dig::{PORT, USAGE};
use crate::plan::action::{HostRef, ZoneRef};
use crate::presentation;

/// Each name, from each zone's server.
pub(super) fn check(hosts: &[HostRef], zones: &[ZoneRef], context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    if hosts.is_empty() {
        return out;
    }
    let (windows, other): (Vec<&ZoneRef>, Vec<&ZoneRef>) =
        zones.iter().partition(|zone| is_windows(zone.kind));
    let mut made = Vec::new();
    if !windows.is_empty() {
        made.push(by_powershell(hosts, &windows, context));
    }
    if !other.is_empty() {
        made.push(by_dig(hosts, &other, context));
    }
    for script in made {
        match script {
            Ok(script) => out.apply.push(script),
            Err(LeftOut(sentence)) => out.refuse(sentence),
        }
    }
    out.say("Do the same with every other DNS server that clients ask.");
    out
}

fn notes() -> Vec<String> {
    vec!["It changes nothing.".to_owned()]
}

/// Where a zone's server is not known, the servers must be given.
fn by_powershell(
    hosts: &[HostRef],
    zones: &[&ZoneRef],
    context: &Context<'_>,
) -> Result<Script, LeftOut> {
    let mut seen = BTreeSet::new();
    let mut servers: Vec<Option<String>> = Vec::new();
    for zone in zones {
        let server = server(zone.server.as_deref())?;
        if seen.insert(server.clone()) {
            servers.push(server);
        }
    }
    let servers: Option<Vec<String>> = servers.into_iter().collect();
    let mut names = Vec::new();
    for host in hosts {
        names.push(windows_name(&host.name.0)?);
    }
    let mut body = vec![format!("$names = @({})", list(&names))];
    body.extend(srv::lines(RESOLVE));
    Ok(Ps1 {
        role: context.step.action.role(),
        purpose: Purpose::Apply,
        only_looks: true,
        modules: &[],
        parameters: vec![Parameter {
            name: "ComputerName",
            kind: "string[]",
            default: servers.map(|servers| format!("@({})", list(&servers))),
            what: "The DNS servers that are asked.",
        }],
        notes: notes(),
        body,
    }
    .script(context))
}

const RESOLVE: &[&str] = &[
    "$wrong = $false",
    "foreach ($server in $ComputerName) {",
    "  foreach ($name in $names) {",
    "    try {",
    "      $answer = @(Resolve-DnsName -Name $name -Type A_AAAA -DnsOnly -Server $server -ErrorAction Stop)",
    "    } catch {",
    "      \"$name from ${server}: $($_.Exception.Message)\"",
    "      $wrong = $true",
    "      continue",
    "    }",
    "    $aliases = @($answer | Where-Object { $_.Type -eq 'CNAME' })",
    "    $addresses = @($answer | Where-Object { $_.Type -eq 'A' -or $_.Type -eq 'AAAA' } | ForEach-Object { $_.IPAddress })",
    "    if ($aliases.Count -gt 0) {",
    "      \"$name from ${server}: an alias, which the target of an SRV record must not be\"",
    "      $wrong = $true",
    "    } elseif ($addresses.Count -eq 0) {",
    "      \"$name from ${server}: no address\"",
    "      $wrong = $true",
    "    } else {",
    "      \"$name from ${server}: $($addresses -join ', ')\"",
    "    }",
    "  }",
    "}",
    "if ($wrong) { throw 'Not every name has an address.' }",
];

fn by_dig(hosts: &[HostRef], zones: &[&ZoneRef], context: &Context<'_>) -> Result<Script, LeftOut> {
    let mut seen = BTreeSet::new();
    let mut servers = Vec::new();
    for zone in zones {
        let word = Asked::of(zone)?.word();
        if seen.insert(word.clone()) {
            servers.push(word);
        }
    }
    let names: Vec<String> = hosts
        .iter()
        .map(|host| quote(&presentation::absolute(&host.name.0)))
        .collect();
    let mut body = srv::lines(PORT);
    body.push("wrong=0".to_owned());
    body.push(format!("for server in {}; do", servers.join(" ")));
    body.push(format!("  for name in {}; do", names.join(" ")));
    body.extend(srv::lines(DIG));
    Ok(Sh {
        role: context.step.action.role(),
        purpose: Purpose::Apply,
        notes: [notes(), vec![USAGE.to_owned()]].concat(),
        body,
    }
    .script(context))
}

const DIG: &[&str] = &[
    "    found=$(for type in A AAAA; do",
    "      ask \"@$server\" +noall +answer -t \"$type\" -q \"$name\"",
    "    done | awk '!/^;/ && ($4 == \"A\" || $4 == \"AAAA\" || $4 == \"CNAME\") { print $4, $5 }' | sort -u)",
    "    case $found in",
    "      '')",
    "        echo \"$name from $server: no address\"",
    "        wrong=1",
    "        ;;",
    "      *CNAME*)",
    "        echo \"$name from $server: an alias, which the target of an SRV record must not be\"",
    "        wrong=1",
    "        ;;",
    "      *)",
    "        echo \"$name from $server:\" $found",
    "        ;;",
    "    esac",
    "  done",
    "done",
    "if [ \"$wrong\" -ne 0 ]; then",
    "  echo 'Not every name has an address.' >&2",
    "  exit 1",
    "fi",
];
