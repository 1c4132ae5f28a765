//! Rules about what was seen on hosts and nodes: where it contradicts the topology, and what it warns of.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Found, charging, listed};
use crate::arrange::IntoMap as _;
use crate::plan::action::{Action, PublishEntry};
use crate::plan::clients::Threshold;
use crate::plan::evidence::{account_part, is_account, is_list};
use crate::plan::finding::Code;
use crate::snapshot::Site;
use crate::snapshot::evidence::{AccessEntry, HostEvidence, NodeEvidence, Rights, Seen};
use crate::topology::{Account, Host, Os, Product, Publishing};
use crate::{Name, presentation};

/// The most lines of a publish list that a message names.
const MAX_LINES: usize = 4;

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    if facts.snapshot.evidence.hosts.is_empty() && facts.snapshot.evidence.nodes.is_empty() {
        return;
    }
    for host in facts.topology.hosts.iter().filter(|host| host.publishes()) {
        no_kms_host(facts, host, found);
        count(facts, host, found);
        port(facts, host, found);
        publishing(facts, host, found);
        list(facts, host, found);
    }
    let owners = owners(facts);
    for node in &facts.snapshot.evidence.nodes {
        if let Some(domain) = owners.get(&node.node) {
            owner(facts, node, domain, found);
            grants(facts, node, domain, found);
        } else {
            let place = node.owner.as_ref().map(|seen| seen.site);
            let place = place.or_else(|| node.entries.first().map(|seen| seen.site));
            let message = "No domain of the plan has its KMS records in this node, so nothing follows from its owner and entries.";
            unused(&node.node, message, place, found);
        }
    }
    unused_hosts(facts, found);
}

fn no_kms_host(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    let certain = facts.sightings.no_kms_host(&host.name);
    let Some(site) = certain.or_else(|| facts.sightings.client(&host.name)) else {
        return;
    };
    let place = found.place(Some(site));
    let (message, help) = if certain.is_some() {
        (
            "The topology names it as a KMS host, but the machine was seen to be none: clients that a record sends there are not activated.",
            "Install its KMS host key and activate it before a record names it, or take it out of the topology.",
        )
    } else {
        (
            "The topology names it as a KMS host, but what was seen of it shows a KMS client. The output tells of one product, so the machine may be a KMS host of another one only, as of Office.",
            "Look there with slmgr.vbs /dlv all or Get-CimInstance SoftwareLicensingService, which show KMS hosts of all products. If it is none, install its KMS host key and activate it before a record names it, or take it out of the topology.",
        )
    };
    found
        .about(Code::NotAKmsHost, &host.name, message, help)
        .at(place);
}

fn count(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    let name = &host.name;
    let seen = facts.sightings.host(name);
    let Some(seen) = seen.and_then(|seen| seen.count.as_ref()) else {
        return;
    };
    if facts.sightings.no_kms_host(name).is_some() {
        return;
    }
    if let Some(message) = uncharged(seen.value, &host.activates) {
        let place = found.place(Some(seen.site));
        let missed = missed(seen.value, &host.activates);
        let help = format!(
            "{} Do so before it gets weight. Office counts apart from Windows: slmgr.vbs /dlv all on the host shows each count.",
            charging::how(name, host.port, &missed)
        );
        found
            .about(Code::HostNotCharged, name, message, help)
            .at(place);
    }
}

/// The thresholds that a host with this count has not reached, of what it is to activate.
fn missed(count: u32, activates: &[Product]) -> Vec<Threshold> {
    let all = Threshold::ALL.iter().copied();
    all.filter(|threshold| threshold.concerns(activates) && count < threshold.needed())
        .collect()
}

/// What a host with this count does not activate yet, of what it is to activate.
fn uncharged(count: u32, activates: &[Product]) -> Option<String> {
    let missed = missed(count, activates);
    let few: Vec<&str> = missed
        .iter()
        .filter_map(|threshold| match threshold {
            Threshold::Windows => None,
            Threshold::Server => Some("Windows Server"),
            Threshold::Office => Some("Office"),
        })
        .collect();
    let few = few.join(" and no ");
    let (windows, others) = (Threshold::Windows.needed(), Threshold::Server.needed());
    let said = match (missed.contains(&Threshold::Windows), few.is_empty()) {
        (false, true) => return None,
        (true, true) => format!("below {windows}: it activates no Windows clients yet"),
        (false, false) => format!("below {others}: it activates no {few} yet"),
        (true, false) => format!(
            "below {windows}: it activates no Windows clients yet, and below {others}: no {few} either"
        ),
    };
    let unknown = if activates.is_empty() {
        " The topology does not say what it activates."
    } else {
        ""
    };
    Some(format!("Its current count is {count}, {said}.{unknown}"))
}

fn port(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    let Some(seen) = facts.sightings.listens(&host.name) else {
        return;
    };
    if seen.value == host.port {
        return;
    }
    let moves = facts
        .actions
        .iter()
        .any(|action| matches!(action, Action::MovePort { host: moved, .. } if moved.name.0 == host.name));
    let help = if moves {
        "The plan moves it to the new port.".to_owned()
    } else {
        format!(
            "Let it listen there (slmgr.vbs /sprt {}, a restart of its licensing service, its firewall), or correct the port in the topology.",
            host.port
        )
    };
    let message = format!(
        "It listens on port {}; the topology says port {}.",
        seen.value, host.port
    );
    differs(host, message, help, seen.site, found);
}

fn publishing(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    let on = facts.topology.publishing == Publishing::Automatic;
    let Some(seen) = facts.sightings.publishes(&host.name) else {
        return;
    };
    if seen.value == on {
        return;
    }
    let (is, must, kind, option) = if on {
        ("off", "on", "automatic", "/sdns")
    } else {
        ("on", "off", "manual", "/cdns")
    };
    let message = format!(
        "Its publishing is {is}; the topology says publishing = \"{kind}\", which needs it {must}."
    );
    let help = if switches(facts, &host.name) {
        format!("The plan switches it {must}.")
    } else {
        format!("Switch it {must} (slmgr.vbs {option} and a restart of its licensing service).")
    };
    differs(host, message, help, seen.site, found);
}

/// Whether a step sets the host's publish list and switches its publishing.
fn switches(facts: &Facts<'_>, name: &Name) -> bool {
    facts.actions.iter().any(|action| match action {
        Action::DisablePublishing { hosts, .. } | Action::EnablePublishing { hosts, .. } => {
            hosts.iter().any(|entry| entry.host.name.0 == *name)
        }
        _ => false,
    })
}

fn list(facts: &Facts<'_>, host: &Host, found: &mut Found<'_>) {
    let seen = facts.sightings.host(&host.name);
    let Some(seen) = seen.and_then(|seen| seen.publish.as_ref()) else {
        return;
    };
    let planned: Vec<PublishEntry> = host
        .publish
        .iter()
        .map(|entry| PublishEntry {
            domain: entry.domain.clone(),
            priority: entry.priority,
            weight: entry.weight,
        })
        .collect();
    if planned.is_empty() || is_list(&seen.value, &planned, host.os) {
        return;
    }
    let there = lines(
        host.os,
        seen.value
            .iter()
            .map(|line| (&line.domain, line.priority, line.weight)),
    );
    let wanted = lines(
        host.os,
        planned
            .iter()
            .map(|entry| (&entry.domain, entry.priority, entry.weight)),
    );
    let only_there = some(there.difference(&wanted));
    let only_wanted = some(wanted.difference(&there));
    let message = match (there.is_empty(), only_there, only_wanted) {
        (true, _, wanted) => format!(
            "It has no publish list; the topology says {}.",
            wanted.unwrap_or_default()
        ),
        (false, Some(there), Some(wanted)) => {
            format!("Its publish list says {there}; the topology says {wanted}.")
        }
        (false, Some(there), None) => {
            format!("Its publish list also says {there}, which the topology does not.")
        }
        (false, None, wanted) => format!(
            "Its publish list lacks {}, which the topology says.",
            wanted.unwrap_or_default()
        ),
    };
    let help = if switches(facts, &host.name) {
        "The plan sets the list."
    } else {
        "Set the list on the host, or correct the topology."
    };
    differs(host, message, help, seen.site, found);
}

/// The lines of a publish list as they are written, by name; on Vista and Server 2008 the domains alone.
fn lines<'a>(
    os: Option<Os>,
    entries: impl Iterator<Item = (&'a Name, u16, u16)>,
) -> BTreeSet<String> {
    let line = |(domain, priority, weight): (&Name, u16, u16)| {
        let domain = presentation::plain(&domain.to_lowercase());
        if os.is_some_and(Os::is_legacy) {
            format!("\"{domain}\"")
        } else {
            format!("\"{domain}, {priority}, {weight}\"")
        }
    };
    entries.map(line).collect()
}

/// Lines in a sentence, not too many of them; `None` where there is none.
fn some<'a>(lines: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut named: Vec<String> = lines.cloned().collect();
    let more = named.len().saturating_sub(MAX_LINES);
    named.truncate(MAX_LINES);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    (!named.is_empty()).then(|| listed(&named))
}

fn differs(
    host: &Host,
    message: impl Into<String>,
    help: impl Into<String>,
    site: Site,
    found: &mut Found<'_>,
) {
    let place = found.place(Some(site));
    found
        .about(Code::HostDiffers, &host.name, message, help)
        .at(place);
}

/// The domains of the plan by the name of their node.
fn owners<'a>(facts: &Facts<'a>) -> BTreeMap<Name, &'a Name> {
    let known = facts
        .domains
        .iter()
        .map(|(domain, _)| (domain.owner.clone(), &domain.name));
    let hidden = facts
        .hidden
        .iter()
        .filter_map(|(name, _)| Some((presentation::kms_owner(name).ok()?, name)));
    known.chain(hidden).into_map()
}

/// The first registrar keeps ownership of and full control over the node, also when it is retired.
fn owner(facts: &Facts<'_>, node: &NodeEvidence, domain: &Name, found: &mut Found<'_>) {
    let Some(seen) = &node.owner else { return };
    let shown = &seen.value;
    let is_host = facts.topology.hosts.iter().any(
        |host| matches!(&host.account, Account::Joined { account, .. } if is_account(shown, account)),
    );
    if is_host || is_administrative(shown) || is_account(shown, &facts.topology.group.name) {
        return;
    }
    let who = if is_sid(shown) {
        "an account that is shown as a SID, so whether it is a KMS host of the topology cannot be told"
    } else {
        "neither a KMS host of the topology nor an administrators' account"
    };
    let message = format!(
        "The node of its KMS records is owned by {shown}, {who}. The owner keeps full control over every KMS record of the name."
    );
    let help = if cleans_up(facts, &node.node) {
        "The plan saves the node's descriptor and makes Domain Admins its owner."
    } else {
        "Save the node's descriptor, then make an administrators' group its owner."
    };
    let place = found.place(Some(seen.site));
    found
        .about(Code::NodeOwnerNotListed, domain, message, help)
        .at(place);
}

/// Whether a step puts the node's owner and entries right.
fn cleans_up(facts: &Facts<'_>, owner: &Name) -> bool {
    facts.actions.iter().any(|action| match action {
        Action::CleanUpNodes { nodes, .. } => nodes.iter().any(|node| node.owner == *owner),
        _ => false,
    })
}

fn is_sid(account: &str) -> bool {
    account.starts_with("S-1-")
}

/// Whether a SID is that of a domain with one of the relative identifiers.
fn is_domain_sid(account: &str, last: &[&str]) -> bool {
    account.starts_with("S-1-5-21-")
        && account
            .rsplit('-')
            .next()
            .is_some_and(|id| last.contains(&id))
}

/// Accounts of administrators and of the system, by their English names and by their well-known SIDs.
fn is_administrative(account: &str) -> bool {
    const NAMES: [&str; 6] = [
        "Administrator",
        "Administrators",
        "Domain Admins",
        "Enterprise Admins",
        "DnsAdmins",
        "SYSTEM",
    ];
    NAMES.iter().any(|name| is_account(account, name))
        || matches!(account, "S-1-5-18" | "S-1-5-32-544")
        || is_domain_sid(account, &["500", "512", "519"])
}

/// Accounts of which everybody, or every machine, is one; `None` for others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wide {
    /// The plan's clean-up takes their entries away.
    CleanedUp,
    /// It does not.
    Others,
}

fn wide(account: &str) -> Option<Wide> {
    let named = |names: &[&str]| names.iter().any(|name| is_account(account, name));
    if named(&["Authenticated Users", "Domain Computers"])
        || account == "S-1-5-11"
        || is_domain_sid(account, &["515"])
    {
        Some(Wide::CleanedUp)
    } else if named(&["Everyone", "ANONYMOUS LOGON", "Domain Users"])
        || matches!(account, "S-1-1-0" | "S-1-5-7" | "S-1-5-32-545")
        || is_domain_sid(account, &["513"])
        || is_builtin_users(account)
    {
        Some(Wide::Others)
    } else {
        None
    }
}

/// `BUILTIN\Users`; a group of a domain may have the same name.
fn is_builtin_users(account: &str) -> bool {
    let domain = account.strip_suffix(account_part(account));
    let is_builtin =
        domain.is_none_or(|domain| domain.is_empty() || domain.eq_ignore_ascii_case("BUILTIN\\"));
    is_builtin && is_account(account, "Users")
}

fn grants(facts: &Facts<'_>, node: &NodeEvidence, domain: &Name, found: &mut Found<'_>) {
    let mut said: BTreeSet<(String, bool)> = BTreeSet::new();
    for Seen { value: entry, site } in &node.entries {
        let Some(wide) =
            wide(&entry.account).filter(|_| entry.allow && entry.rights != Rights::Other)
        else {
            continue;
        };
        if !said.insert((entry.account.to_lowercase(), entry.inherited)) {
            continue;
        }
        let place = found.place(Some(*site));
        found
            .about(
                Code::NodeGrantTooWide,
                domain,
                wide_message(entry),
                wide_help(entry, wide, cleans_up(facts, &node.node)),
            )
            .at(place);
    }
}

fn wide_message(entry: &AccessEntry) -> String {
    let right = if entry.rights == Rights::Full {
        "has full control over"
    } else if entry.rights == Rights::Write {
        "may write"
    } else {
        "may change the permissions or the owner of"
    };
    format!(
        "{} {right} the node of its KMS records: each of these accounts can change the records of every KMS host.",
        entry.account
    )
}

fn wide_help(entry: &AccessEntry, wide: Wide, cleans_up: bool) -> String {
    if cleans_up && wide == Wide::CleanedUp && !entry.inherited {
        return "The plan saves the node's descriptor and takes the entry away.".to_owned();
    }
    // Where the plan does not put the node right, it makes no group either.
    let once = if cleans_up {
        "once the group has its rights"
    } else {
        "once no host needs it"
    };
    if entry.inherited {
        format!("The entry is inherited: take it away where it is set, above the node, {once}.")
    } else {
        format!("Save the node's descriptor, and take the entry away {once}.")
    }
}

fn unused_hosts(facts: &Facts<'_>, found: &mut Found<'_>) {
    let hosts = facts.topology.hosts.iter().map(|host| &host.name);
    let retired = facts.topology.retired.iter().map(|host| &host.name);
    let zones = facts.snapshot.zones.iter();
    let targets = zones
        .flat_map(|zone| zone.kms.values().flatten())
        .map(|record| &record.target);
    let known: BTreeSet<&Name> = hosts.chain(retired).chain(targets).collect();
    for host in &facts.snapshot.evidence.hosts {
        if !known.contains(&host.host) {
            let message = "Neither the topology nor a KMS record names this host, so nothing follows from what was seen on it.";
            unused(&host.host, message, first_site(host), found);
        }
    }
}

fn unused(name: &Name, message: &str, site: Option<Site>, found: &mut Found<'_>) {
    let place = found.place(site);
    found
        .about(
            Code::EvidenceUnused,
            name,
            message,
            "Check the name: in the topology, in the file's name and in the file.",
        )
        .at(place);
}

/// The first place that tells something of the host.
fn first_site(host: &HostEvidence) -> Option<Site> {
    [
        host.kms_host.as_ref().map(|seen| seen.site),
        host.client,
        host.publishing.as_ref().map(|seen| seen.site),
        host.port.as_ref().map(|seen| seen.site),
        host.publish.as_ref().map(|seen| seen.site),
        host.count.as_ref().map(|seen| seen.site),
    ]
    .into_iter()
    .flatten()
    .min_by_key(|site| (site.file.0, site.line))
}
