//! Samba's form of a plan's directory steps and record edits: what the PowerShell texts of the plan say, done by
//! `samba-tool` and LDAP from the same typed actions.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use kmsplan::plan::action::{GroupRef, Member, Node, Record, RecordEdit, RecordSet, ZoneRef};
use kmsplan::topology::{GroupScope, Partition};
use kmsplan::{Name, presentation};

use crate::controller::Controller;

/// The domain, as a distinguished name.
const BASE: &str = "DC=contoso,DC=test";

/// Full control, as the plan grants it.
pub(crate) const FULL: &[&str] = &["(A;;GA;;;"];

/// The plan's tighter alternative: write dnsRecord and dNSTombstoned.
pub(crate) const TIGHT: &[&str] = &[
    "(OA;;WP;e0fa1e69-9b45-11d0-afdd-00c04fd930c9;;",
    "(OA;;WP;d5eb2eb7-be4e-463b-a214-634a44d7392e;;",
];

/// Security descriptors by the distinguished name of their object, as SDDL.
pub(crate) type Saved = BTreeMap<String, String>;

fn relative(owner: &Name, zone: &ZoneRef) -> String {
    let zone = format!(".{}", presentation::plain(&zone.name));
    let owner = presentation::plain(owner);
    owner.strip_suffix(&zone).expect("in its zone").to_owned()
}

/// The distinguished name of the node of an owner.
pub(crate) fn node_dn(zone: &ZoneRef, owner: &Name) -> String {
    assert_eq!(zone.partition, Partition::Domain);
    format!(
        "DC={},DC={},CN=MicrosoftDNS,DC=DomainDnsZones,{BASE}",
        relative(owner, zone),
        presentation::plain(&zone.name)
    )
}

fn dn(node: &Node) -> String {
    node_dn(&node.zone, &node.owner)
}

/// Empty nodes where there are none.
pub(crate) fn ensure_nodes(dc: &Controller, nodes: &[Node]) {
    for node in nodes.iter().filter(|node| !node.exists) {
        let ldif = format!("dn: {}\nchangetype: add\nobjectClass: dnsNode\n", dn(node));
        assert_eq!(dc.modify("Administrator", &ldif), Ok(()));
    }
}

pub(crate) fn create_group(dc: &Controller, group: &GroupRef) {
    assert_eq!(group.path, None, "the default container");
    let scope = match group.scope {
        GroupScope::Global => "Global",
        GroupScope::Universal => "Universal",
        GroupScope::DomainLocal => "Domain",
    };
    let scope = format!("--group-scope={scope}");
    let kind = "--group-type=Security";
    dc.samba_tool(&["group", "add", &group.name, &scope, kind, "-H", &dc.ldap()]);
}

pub(crate) fn add_members(dc: &Controller, group: &GroupRef, members: &[Member]) {
    let accounts: Vec<&str> = members.iter().map(|member| &*member.account).collect();
    let accounts = accounts.join(",");
    dc.samba_tool(&[
        "group",
        "addmembers",
        &group.name,
        &accounts,
        "-H",
        &dc.ldap(),
    ]);
}

/// The security descriptor of an object, as SDDL.
pub(crate) fn descriptor(dc: &Controller, dn: &str) -> String {
    let object = format!("--objectdn={dn}");
    let said = dc.samba_tool(&["dsacl", "get", &object, "-H", &dc.ldap()]);
    let sddl = said.lines().find(|line| line.starts_with("O:"));
    sddl.expect("a descriptor").to_owned()
}

pub(crate) fn save_descriptors(dc: &Controller, nodes: &[Node]) -> Saved {
    nodes
        .iter()
        .map(|node| (dn(node), descriptor(dc, &dn(node))))
        .collect()
}

/// Owner and entries of a saved descriptor come back; the SACL was never touched.
pub(crate) fn restore(dc: &Controller, dn: &str, sddl: &str) {
    let (owner_and_entries, _) = sddl.split_once("S:AI").unwrap_or((sddl, ""));
    let ldif = format!(
        "dn: {dn}\nchangetype: modify\nreplace: nTSecurityDescriptor\n\
         nTSecurityDescriptor: {owner_and_entries}\n"
    );
    assert_eq!(dc.modify("Administrator", &ldif), Ok(()));
}

/// The SID of an account, by its `sAMAccountName`.
pub(crate) fn sid(dc: &Controller, account: &str) -> String {
    let filter = format!("(sAMAccountName={account})");
    let found = dc.search(&["-b", BASE, &filter, "objectSid"]);
    let sid = found
        .lines()
        .find_map(|line| line.strip_prefix("objectSid: "));
    sid.expect("the account is there").to_owned()
}

/// Entries for the group: each of `rights` is an entry up to its trustee.
pub(crate) fn grant(dc: &Controller, group: &str, dn: &str, rights: &[&str]) {
    let sid = sid(dc, group);
    let entries: Vec<String> = rights
        .iter()
        .map(|right| format!("{right}{sid})"))
        .collect();
    let entries = entries.concat();
    let (object, sddl) = (format!("--objectdn={dn}"), format!("--sddl={entries}"));
    dc.samba_tool(&[
        "dsacl",
        "set",
        "--action=allow",
        &object,
        &sddl,
        "-H",
        &dc.ldap(),
    ]);
}

/// Own allowing entries of computer accounts, Authenticated Users and Domain Computers go; Domain Admins own the
/// node.
pub(crate) fn clean_up(dc: &Controller, nodes: &[Node]) {
    let admins = sid(dc, "Domain Admins");
    for node in nodes {
        let sddl = descriptor(dc, &dn(node));
        let (head, entries) = sddl.split_once("D:AI").expect("entries");
        let (_, group) = head.split_once("G:").expect("a group");
        let (entries, _) = entries.split_once("S:AI").unwrap_or((entries, ""));
        let kept: String = entries
            .split_inclusive(')')
            .filter(|entry| !is_to_go(dc, entry))
            .collect();
        restore(dc, &dn(node), &format!("O:{admins}G:{group}D:AI{kept}"));
    }
}

/// An entry is `(type;flags;rights;object;inherited object;trustee)`.
fn is_to_go(dc: &Controller, entry: &str) -> bool {
    let fields: Vec<&str> = entry.trim_matches(['(', ')']).split(';').collect();
    let [kind, flags, .., trustee] = fields[..] else {
        panic!("{entry} is no entry")
    };
    let own = !flags.contains("ID");
    let wide = ["AU", "DC"].contains(&trustee);
    own && matches!(kind, "A" | "OA") && (wide || is_computer(dc, trustee))
}

fn is_computer(dc: &Controller, trustee: &str) -> bool {
    trustee.starts_with("S-1-5-21-")
        && dc
            .search(&[
                "-b",
                BASE,
                &format!("(objectSid={trustee})"),
                "sAMAccountName",
            ])
            .lines()
            .any(|line| line.starts_with("sAMAccountName: ") && line.ends_with('$'))
}

/// One edit by the management protocol that the DNS console speaks too. `samba-tool` sets no TTL: a new record gets 900,
/// a changed one keeps its own.
pub(crate) fn edit(dc: &Controller, set: &RecordSet, edit: &RecordEdit) {
    let zone = presentation::plain(&set.zone.name);
    let name = relative(&set.owner, &set.zone);
    let run = |verb, values: &[&Record]| {
        let mut args = vec!["dns", verb, dc.address(), &zone, &name, "SRV"];
        let data: Vec<String> = values.iter().copied().map(data).collect();
        args.extend(data.iter().map(String::as_str));
        dc.samba_tool(&args);
    };
    match edit {
        RecordEdit::Add { record } => run("add", &[record]),
        RecordEdit::Replace { before, after } => run("update", &[before, after]),
        RecordEdit::Remove { record } => run("delete", &[record]),
    }
}

fn data(record: &Record) -> String {
    format!(
        "{} {} {} {}",
        presentation::plain(&record.target),
        record.port,
        record.priority,
        record.weight
    )
}

/// A record as the directory stores it.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stored {
    pub(crate) priority: u16,
    pub(crate) weight: u16,
    pub(crate) port: u16,
    pub(crate) target: String,
    pub(crate) ttl: u32,
    /// Hours since 1601; 0: static.
    pub(crate) timestamp: u32,
}

/// The records of a node, sorted.
pub(crate) fn stored(dc: &Controller, dn: &str) -> Vec<Stored> {
    let shown = dc.search(&["--show-binary", "-b", dn, "-s", "base", "dnsRecord"]);
    let mut records: Vec<Stored> = Vec::new();
    for line in shown.lines() {
        if line.starts_with("dnsRecord:") {
            records.push(Stored::default());
        }
        let (Some(record), Some((key, value))) = (records.last_mut(), line.split_once(" : "))
        else {
            continue;
        };
        // `0x0000 (0)`
        let number = || value.split_once('(')?.1.strip_suffix(')')?.parse().ok();
        match key.trim() {
            "dwTtlSeconds" => record.ttl = number().unwrap(),
            "dwTimeStamp" => record.timestamp = number().unwrap(),
            "wPriority" => record.priority = small(number()),
            "wWeight" => record.weight = small(number()),
            "wPort" => record.port = small(number()),
            "nameTarget" => record.target = value.to_owned(),
            _ => {}
        }
    }
    records.sort();
    records
}

fn small(number: Option<u32>) -> u16 {
    number.and_then(|number| number.try_into().ok()).unwrap()
}

/// The value of a record of one host, made of that of another host with a name as long.
pub(crate) fn value_for(dc: &Controller, dn: &str, from: &str, to: &str) -> String {
    assert_eq!(from.len(), to.len());
    // Unwrapped LDIF: a line that begins with a blank continues the one before.
    let found = dc.search(&["-b", dn, "-s", "base", "dnsRecord"]);
    let found = found.replace("\n ", "");
    let value = found
        .lines()
        .find_map(|line| line.strip_prefix("dnsRecord:: "));
    let mut octets = BASE64.decode(value.expect("a record").as_bytes()).unwrap();
    let place = octets
        .windows(from.len())
        .position(|window| window == from.as_bytes())
        .expect("the host's name");
    octets[place..place + to.len()].copy_from_slice(to.as_bytes());
    BASE64.encode(&octets)
}

/// Adds (or with `delete` removes) a value of `dnsRecord` by LDAP, as a DNS server does in the name of the updater.
pub(crate) fn write_value(
    dc: &Controller,
    account: &str,
    dn: &str,
    verb: &str,
    value: &str,
) -> Result<(), String> {
    let ldif = format!("dn: {dn}\nchangetype: modify\n{verb}: dnsRecord\ndnsRecord:: {value}\n");
    dc.modify(account, &ldif)
}
