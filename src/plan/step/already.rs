//! What a step says where a part of it is so already: titles of what is left, and a line for each host or
//! node of which a file tells.

use super::{domains, refs, short, spelled};
use crate::plan::action::{
    Already, Granted, GroupRef, HostPublishing, HostRef, Left, Node, Part, Spelled, Switch,
    is_to_grant, to_prepare, to_silence,
};
use crate::presentation;

/// The sentence about files that say what is already so.
pub(super) const AS_OF: &str = "What is named as already so was seen in a file, which tells the state as of when it was made: the check shows what is so now.";

/// A client of Windows may be a KMS host of Office.
const CLIENT: &str = "it is a KMS client of one product (slmgr.vbs /dlv all tells whether it is a KMS host of another one)";

/// Title of the step that keeps new hosts quiet.
pub(super) fn prepare_title(hosts: &[HostRef], already: &Already) -> String {
    let left = to_prepare(hosts, already);
    if left.is_empty() {
        format!("New hosts: publishing already off: {}", refs(hosts))
    } else {
        format!(
            "New hosts, before their KMS host key goes in: publishing off in the registry: {}",
            short(left.iter().map(|host| &host.name.0))
        )
    }
}

/// Title of a step that switches publishing on hosts of the topology: what is left, and where.
pub(super) fn publishing_title(
    hosts: &[HostPublishing],
    switch: Switch,
    already: &Already,
) -> String {
    let left: Vec<(&HostPublishing, Left)> = hosts
        .iter()
        .map(|entry| (entry, Left::of(entry, switch, already)))
        .filter(|(_, left)| left.restart)
        .collect();
    let (state, option, restart) = match switch {
        Switch::On => ("on", "/sdns", "restart, one host at a time"),
        Switch::Off => ("off", "/cdns", "one restart"),
    };
    if left.is_empty() && !hosts.is_empty() {
        let lists = hosts.iter().any(|entry| !entry.publish.is_empty());
        let list = if lists { "Publish list and p" } else { "P" };
        let names = short(hosts.iter().map(|entry| &entry.host.name.0));
        return format!("{list}ublishing {state}, already so: {names}");
    }
    let mut parts = Vec::new();
    // Where nothing was seen a host without lines does not change the title.
    if already.is_empty() || left.iter().any(|(_, left)| left.list) {
        parts.push("publish list".to_owned());
    }
    if left.iter().any(|(_, left)| left.publishing) {
        parts.push(format!("publishing {state} (slmgr.vbs {option})"));
    }
    parts.push(restart.to_owned());
    let names = short(left.iter().map(|(entry, _)| &entry.host.name.0));
    let mut title = format!("{}: {names}", parts.join(", "));
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

/// Title of the step that silences hosts whose record goes.
pub(super) fn silence_title(unlisted: bool, hosts: &[Spelled], already: &Already) -> String {
    let which = if unlisted {
        "Unlisted hosts"
    } else {
        "Retired hosts"
    };
    let left = to_silence(hosts, already);
    if left.is_empty() {
        format!("{which}, already publishing nothing: {}", spelled(hosts))
    } else {
        format!(
            "{which}: publishing off (slmgr.vbs /cdns), one restart: {}",
            spelled(&left)
        )
    }
}

/// Title of the step that moves a host to another port.
pub(super) fn move_title(host: &HostRef, from: &[u16], already: &Already) -> String {
    let from = from
        .iter()
        .map(u16::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let name = short([&host.name.0]);
    if already.has(&host.name, Part::Port) {
        format!(
            "{name}: records from port {from} to {}, where it listens already",
            host.port
        )
    } else {
        format!("{name}: move from port {from} to {}", host.port)
    }
}

/// Title of the step that grants rights on nodes.
pub(super) fn grant_title(group: &GroupRef, nodes: &[Node], granted: &[Granted]) -> String {
    let left: Vec<Node> = nodes
        .iter()
        .filter(|node| is_to_grant(node, granted))
        .cloned()
        .collect();
    if left.is_empty() && !nodes.is_empty() {
        format!(
            "Rights of \"{}\" on the node, already so: {}",
            group.name,
            domains(nodes)
        )
    } else {
        format!(
            "Grant \"{}\" rights on the node: {}",
            group.name,
            domains(&left)
        )
    }
}

/// The lines of a step that keeps new hosts quiet.
pub(super) fn prepare_lines(hosts: &[HostRef], already: &Already) -> Vec<String> {
    let lines = hosts
        .iter()
        .filter_map(|host| line(already, &host.name, false, |_| ""));
    lines.collect()
}

/// The lines of a step that switches publishing on hosts of the topology.
pub(super) fn publishing_lines(
    hosts: &[HostPublishing],
    switch: Switch,
    already: &Already,
) -> Vec<String> {
    let phrase = |part| match (part, switch) {
        (Part::PublishList, _) => "the publish list is already so",
        (Part::Publishing, Switch::Off) => "publishing is off already",
        (Part::Publishing, Switch::On) => "publishing is on already",
        (Part::Switched, Switch::Off) => {
            "publishing is switched off already, which takes effect with the restart"
        }
        (Part::Switched, Switch::On) => {
            "publishing is switched on already, which takes effect with the restart"
        }
        (Part::Port, _) => "the port is already so",
        (Part::Records, _) => "the records are already so",
        (Part::NoKmsHost, _) => "it is no KMS host",
        (Part::Client, _) => CLIENT,
    };
    hosts
        .iter()
        .filter_map(|entry| {
            let left = Left::of(entry, switch, already);
            line(already, &entry.host.name, left.restart, phrase)
        })
        .collect()
}

/// The lines of a step that silences hosts whose record goes.
pub(super) fn silence_lines(hosts: &[Spelled], already: &Already) -> Vec<String> {
    let lines = hosts.iter().filter_map(|host| {
        // A machine that is no KMS host has nothing that is "so": the line says why nothing is done.
        line(
            already,
            host,
            already.has(host, Part::NoKmsHost) || already.has(host, Part::Client),
            |part| match part {
                Part::NoKmsHost => "it is no KMS host and publishes nothing",
                Part::Client => CLIENT,
                _ => "publishing is off already",
            },
        )
    });
    lines.collect()
}

/// The line of a step that moves a host to another port.
pub(super) fn move_lines(host: &HostRef, already: &Already) -> Vec<String> {
    let listens = format!("it listens on port {} already", host.port);
    let line = line(already, &host.name, true, |_| &listens);
    line.into_iter().collect()
}

/// The lines of a step that grants rights on nodes.
pub(super) fn grant_lines(granted: &[Granted]) -> Vec<String> {
    granted
        .iter()
        .map(|there| {
            let domain = presentation::plain(&there.domain);
            format!("{domain}: already so, seen in {}", there.file)
        })
        .collect()
}

/// `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => items.concat(),
    }
}

/// What was seen on a host, as a line: in one word where nothing is `left`, else part by part.
fn line<'p>(
    already: &Already,
    host: &Spelled,
    left: bool,
    phrase: impl Fn(Part) -> &'p str,
) -> Option<String> {
    let mut by_file: Vec<(&str, Vec<&str>)> = Vec::new();
    for seen in already.of(host) {
        let phrase = phrase(seen.part);
        match by_file.iter_mut().find(|(file, _)| *file == seen.file) {
            Some((_, phrases)) => phrases.push(phrase),
            None => by_file.push((&seen.file, vec![phrase])),
        }
    }
    let said: Vec<String> = by_file
        .iter()
        .map(|(file, phrases)| {
            if left {
                format!("{}, seen in {file}", phrases.join(" and "))
            } else {
                (*file).to_owned()
            }
        })
        .collect();
    let said = match (said.is_empty(), left) {
        (true, _) => return None,
        (false, true) => said.join("; "),
        (false, false) => format!("already so, seen in {}", listed(&said)),
    };
    Some(format!("{}: {said}", presentation::plain(&host.0)))
}
