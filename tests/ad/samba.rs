//! A look into Samba's directory, and what people do there besides the plan.

use data_encoding::BASE64;

use crate::controller::Controller;

/// The domain, as a distinguished name.
const BASE: &str = "DC=contoso,DC=test";

/// The distinguished name of a node of the zone.
pub(crate) fn node_dn(node: &str) -> String {
    format!("DC={node},DC=contoso.test,CN=MicrosoftDNS,DC=DomainDnsZones,{BASE}")
}

/// The security descriptor of an object, as SDDL.
pub(crate) fn descriptor(dc: &Controller, dn: &str) -> String {
    let object = format!("--objectdn={dn}");
    let said = dc.samba_tool(&["dsacl", "get", &object, "-H", &dc.ldap()]);
    let sddl = said.lines().find(|line| line.starts_with("O:"));
    sddl.expect("a descriptor").to_owned()
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

/// Adds entries to a node's descriptor.
pub(crate) fn allow(dc: &Controller, dn: &str, entries: &str) {
    let (object, sddl) = (format!("--objectdn={dn}"), format!("--sddl={entries}"));
    let ldap = dc.ldap();
    dc.samba_tool(&[
        "dsacl",
        "set",
        "--action=allow",
        &object,
        &sddl,
        "-H",
        &ldap,
    ]);
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
