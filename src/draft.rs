//! A first topology, drafted from a snapshot: it describes what is there, so that planning with it
//! changes nothing.
//!
//! What no topology can say (a host on two ports, TTLs that differ) is not in it; the caller finds out by
//! planning with the draft.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::Name;
use crate::presentation;
use crate::snapshot::{ApexFrom, Holder, KmsRecord, Snapshot};
use crate::topology::{ZoneKind, nameable};

/// The TTL and the port that a topology has where it says nothing.
const DEFAULTS: (u32, u16) = (3600, 1688);

/// How much of a name's first label names the computer account: the longest `NetBIOS` name, in octets.
const MAX_NETBIOS: usize = 15;

/// A host as the records show it.
struct Host<'a> {
    name: &'a Name,
    port: u16,
    /// Its domains with priority and weight.
    publish: BTreeMap<Name, (u16, u16)>,
}

/// The topology as a commented TOML file; `None` where the snapshot holds no KMS record that a topology
/// could describe.
pub fn topology(snapshot: &Snapshot) -> Option<String> {
    let sets = sets(snapshot);
    let records = || sets.values().flat_map(|records| records.iter().copied());
    let hosts = hosts(&sets);
    if hosts.is_empty() {
        return None;
    }
    let ttl = most_common(records().filter_map(|record| record.ttl)).unwrap_or(DEFAULTS.0);
    let port = most_common(hosts.iter().map(|host| host.port)).unwrap_or(DEFAULTS.1);
    let mut out = String::from(HEAD);
    out.push_str(publishing(records()));
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
        write_host(&mut out, host, &domains, port, &mut accounts);
    }
    out.push_str(RETIRED);
    write_zones(&mut out, snapshot, &sets);
    Some(out)
}

const HEAD: &str = "\
# What the zone data shows today. Planning with this file against the same data changes no record, but for
# those that kmsplan named on standard error.
# Now change it to what you want, and plan again.

[kms]
";

const RETIRED: &str = "
# Hosts that must be gone everywhere:
#
# [[retired]]
# name = \"oldkms.example.com\"
";

/// Who writes the records, as far as they show it.
fn publishing<'a>(records: impl Iterator<Item = &'a KmsRecord>) -> &'static str {
    let ages: Vec<Option<bool>> = records.map(|record| record.aged).collect();
    if ages.contains(&Some(true)) {
        "# Records carry timestamps, so hosts publish by themselves. With \"manual\" the records are static and\n\
         # publishing is switched off on every host (slmgr.vbs /cdns).\n\
         publishing = \"automatic\"\n"
    } else if ages.contains(&None) {
        "# The data does not tell whether records carry timestamps. \"manual\": they are static, and publishing is\n\
         # switched off on every host (slmgr.vbs /cdns). \"automatic\": hosts publish by themselves.\n\
         publishing = \"manual\"\n"
    } else {
        "# No record carries a timestamp: they are static, and publishing belongs switched off on every host\n\
         # (slmgr.vbs /cdns). With \"automatic\" hosts publish by themselves.\n\
         publishing = \"manual\"\n"
    }
}

/// The KMS records of every domain that a read zone holds and a topology can name.
fn sets(snapshot: &Snapshot) -> BTreeMap<Name, Vec<&KmsRecord>> {
    let mut sets: BTreeMap<Name, Vec<&KmsRecord>> = BTreeMap::new();
    for zone in &snapshot.zones {
        for (owner, records) in &zone.kms {
            let held =
                matches!(snapshot.holder(owner), Holder::Zone(holder) if holder.name == zone.name);
            if let Some(domain) =
                presentation::kms_domain(owner).filter(|domain| held && nameable(domain))
            {
                let hosts = records
                    .iter()
                    .filter(|record| nameable(&record.target) && record.port != 0);
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
            // The order of the records says nothing, so it must not choose the spelling either.
            let name = records
                .iter()
                .map(|(_, record)| &record.target)
                .min_by_key(|name| presentation::absolute(name))?;
            let mut publish: BTreeMap<Name, (u16, u16)> = BTreeMap::new();
            for (domain, record) in records.iter().filter(|(_, record)| record.port == port) {
                let values = (record.priority, record.weight);
                publish
                    .entry((*domain).clone())
                    .and_modify(|known| *known = values.min(*known))
                    .or_insert(values);
            }
            Some(Host {
                name,
                port,
                publish,
            })
        })
        .collect()
}

fn write_host(
    out: &mut String,
    host: &Host<'_>,
    domains: &[&Name],
    port: u16,
    accounts: &mut BTreeSet<String>,
) {
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
    if !account(host.name).is_some_and(|account| accounts.insert(account)) {
        out.push_str("# Its computer account does not follow from its name: write it here, and `ad-domain`.\naccount = false\n");
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

/// What tells a computer account from others, where it follows from the host's name: the name's domain and
/// the start of its first label.
fn account(name: &Name) -> Option<String> {
    let domain = presentation::ancestors(name)
        .nth(1)
        .filter(|domain| !domain.is_root())?;
    let label = name.iter().next()?;
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    label.iter().all(plain).then(|| {
        let start: String = label
            .iter()
            .take(MAX_NETBIOS)
            .map(|octet| char::from(octet.to_ascii_lowercase()))
            .collect();
        format!("{start} {}", presentation::lower(&domain))
    })
}

/// The zones that hold the records: how they are managed, as far as the data tells.
fn write_zones(out: &mut String, snapshot: &Snapshot, sets: &BTreeMap<Name, Vec<&KmsRecord>>) {
    out.push_str("\n# How a zone is managed, where it is not as written here:\n");
    let holders: BTreeSet<&Name> = sets
        .keys()
        .filter_map(|domain| presentation::kms_owner(domain).ok())
        .filter_map(|owner| snapshot.zone_of(&owner))
        .map(|zone| &zone.name)
        .collect();
    for zone in &snapshot.zones {
        // What a server answered may leave open which zone holds it.
        let assumed = zone.format.is_live() && zone.apex_from == ApexFrom::Assumed;
        if assumed || !holders.contains(&zone.name) {
            continue;
        }
        let (kind, why) = match zone.evidence {
            Some(kind) => (kind, "as the data shows"),
            None => (ZoneKind::Ad, "assumed: the data does not tell"),
        };
        let _ = writeln!(
            out,
            "#\n# [[zone]]\n# name = {}\n# kind = \"{}\"    # {why}; \"ad\", \"windows-file\", \"bind\" or \"other\"",
            quote(&presentation::plain(&zone.name)),
            kind.word()
        );
        if let Some(soa) = zone.soa.as_ref().filter(|soa| nameable(&soa.mname)) {
            let _ = writeln!(
                out,
                "# server = {}",
                quote(&presentation::plain(&soa.mname))
            );
        }
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
