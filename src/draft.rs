//! A first topology, drafted from a snapshot: it describes what is there, so that planning with it
//! changes nothing.
//!
//! What no topology can say (a host on two ports, TTLs that differ) is not in it; the caller finds out by
//! planning with the draft.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::Name;
use crate::presentation;
use crate::snapshot::{Holder, KmsRecord, Snapshot};

/// The TTL and the port that a topology has where it says nothing.
const DEFAULTS: (u32, u16) = (3600, 1688);

/// A host as the records show it.
struct Host<'a> {
    name: &'a Name,
    port: u16,
    /// Its domains with priority and weight.
    publish: BTreeMap<Name, (u16, u16)>,
}

/// The topology as a commented TOML file; `None` where the snapshot holds no KMS record.
pub fn topology(snapshot: &Snapshot) -> Option<String> {
    let sets = sets(snapshot);
    let records = || sets.values().flat_map(|records| records.iter().copied());
    let hosts = hosts(&sets);
    if hosts.is_empty() {
        return None;
    }
    let automatic = records().any(|record| record.aged == Some(true));
    let ttl = most_common(records().filter_map(|record| record.ttl)).unwrap_or(DEFAULTS.0);
    let port = most_common(hosts.iter().map(|host| host.port)).unwrap_or(DEFAULTS.1);
    let mut out = String::from(
        "# What the zone data shows today: planning with this file changes nothing.\n# Now change it to what you want, and plan again.\n\n[kms]\n",
    );
    if automatic {
        out.push_str("# Records carry timestamps, so hosts publish by themselves. With \"manual\" the records\n# are static and publishing is switched off on every host (slmgr.vbs /cdns).\npublishing = \"automatic\"\n");
    } else {
        out.push_str("# Hand-tuned static records, publishing switched off on every host (slmgr.vbs /cdns).\npublishing = \"manual\"\n");
    }
    let domains: Vec<&Name> = sets.keys().collect();
    let _ = writeln!(
        out,
        "# The publish list of every host that has none of its own.\ndomains = [{}]",
        quoted(&domains)
    );
    if ttl != DEFAULTS.0 {
        let _ = writeln!(out, "ttl = {ttl}");
    }
    if port != DEFAULTS.1 {
        let _ = writeln!(out, "port = {port}");
    }
    out.push_str("# \"remove\" takes away records of hosts that this file does not name.\nunlisted = \"remove\"\n");
    let mut accounts = BTreeSet::new();
    for host in &hosts {
        let has_account = default_account(host.name).is_some_and(|own| accounts.insert(own));
        write_host(&mut out, host, &domains, port, has_account);
    }
    out.push_str("\n# Hosts that must be gone everywhere:\n#\n# [[retired]]\n# name = \"oldkms.example.com\"\n\n# How a zone is managed, where the default does not fit:\n#\n# [[zone]]\n# name = \"example.com\"\n# kind = \"ad\"             # \"ad\", \"windows-file\", \"bind\" or \"other\"\n# server = \"dc01.example.com\"\n");
    Some(out)
}

/// The KMS records of every domain that a read zone holds.
fn sets(snapshot: &Snapshot) -> BTreeMap<Name, Vec<&KmsRecord>> {
    let mut sets: BTreeMap<Name, Vec<&KmsRecord>> = BTreeMap::new();
    for zone in &snapshot.zones {
        for (owner, records) in &zone.kms {
            let held =
                matches!(snapshot.holder(owner), Holder::Zone(holder) if holder.name == zone.name);
            if let Some(domain) =
                presentation::kms_domain(owner).filter(|domain| held && !domain.is_root())
            {
                let hosts = records.iter().filter(|record| !record.target.is_root());
                sets.entry(domain.to_lowercase()).or_default().extend(hosts);
            }
        }
    }
    sets.retain(|_, records| !records.is_empty());
    sets
}

/// The hosts, each with its most common port.
fn hosts<'a>(sets: &BTreeMap<Name, Vec<&'a KmsRecord>>) -> Vec<Host<'a>> {
    let mut by_name: BTreeMap<&Name, Vec<(&Name, &'a KmsRecord)>> = BTreeMap::new();
    for (domain, records) in sets {
        for record in records {
            by_name
                .entry(&record.target)
                .or_default()
                .push((domain, record));
        }
    }
    by_name
        .into_values()
        .filter_map(|records| {
            let port = most_common(records.iter().map(|(_, record)| record.port))?;
            let name = records.iter().map(|(_, record)| &record.target).next()?;
            let mut publish = BTreeMap::new();
            for (domain, record) in records.iter().filter(|(_, record)| record.port == port) {
                publish
                    .entry((*domain).clone())
                    .or_insert((record.priority, record.weight));
            }
            Some(Host {
                name,
                port,
                publish,
            })
        })
        .collect()
}

/// What the topology takes for a host's account and domain where it says nothing: the first 15 octets of
/// the first label, and the rest of the name. `None` where no account can have that name.
fn default_account(name: &Name) -> Option<(Vec<u8>, Name)> {
    let domain = presentation::ancestors(name)
        .nth(1)
        .filter(|domain| !domain.is_root())?;
    let label = name.iter().next()?.to_ascii_lowercase();
    let usable = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_".contains(octet);
    let short = label.iter().copied().take(15).collect();
    label.iter().all(usable).then_some((short, domain))
}

fn write_host(out: &mut String, host: &Host<'_>, domains: &[&Name], port: u16, has_account: bool) {
    let (priority, weight) = most_common(host.publish.values().copied()).unwrap_or_default();
    let _ = writeln!(
        out,
        "\n[[host]]\nname = {}",
        quote(&presentation::plain(host.name))
    );
    let _ = writeln!(out, "priority = {priority}\nweight = {weight}");
    if host.port != port {
        let _ = writeln!(out, "port = {}", host.port);
    }
    if !has_account {
        out.push_str(
            "# Set this to its computer account if it is joined to a domain.\naccount = false\n",
        );
    }
    let same = host.publish.len() == domains.len()
        && host
            .publish
            .values()
            .all(|values| *values == (priority, weight));
    if !same {
        let entries: Vec<String> = host
            .publish
            .iter()
            .map(|(domain, values)| {
                let name = quote(&presentation::plain(domain));
                if *values == (priority, weight) {
                    name
                } else {
                    format!(
                        "{{ domain = {name}, priority = {}, weight = {} }}",
                        values.0, values.1
                    )
                }
            })
            .collect();
        let _ = writeln!(out, "publish = [{}]", entries.join(", "));
    }
}

fn quoted(names: &[&Name]) -> String {
    names
        .iter()
        .map(|name| quote(&presentation::plain(name)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A TOML string. Names are ASCII without quotes and control characters; only their escapes need care.
fn quote(text: &str) -> String {
    if text.contains('\\') {
        format!("'{text}'")
    } else {
        format!("\"{text}\"")
    }
}

/// The value that occurs most often, the smallest of several.
fn most_common<T: Ord>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map(|(value, _)| value)
}
