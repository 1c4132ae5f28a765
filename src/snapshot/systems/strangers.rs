//! Files that people have at hand and that are no zone data: known by name, with what to give instead.

use super::{route53, values};
use crate::snapshot::listing::Sample;

/// What a file is, as far as that is known, and what to do. Asked where nothing shows that it is zone data.
pub(in crate::snapshot) fn strangers(sample: &Sample<'_>) -> Option<(String, String)> {
    let look = Look {
        octets: values::look(sample),
    };
    let known: [fn(&Look<'_>) -> Option<(&'static str, &'static str)>; 8] = [
        packed,
        host_evidence,
        node_evidence,
        own_files,
        infrastructure_code,
        route53_changes,
        other_outputs,
        markup,
    ];
    known
        .iter()
        .find_map(|known| known(&look))
        .map(|(what, help)| (what.to_owned(), help.to_owned()))
}

const EVIDENCE_HELP: &str = "give the folder that it lies in with --host-evidence DIR";
const TRANSFER_HELP: &str =
    "get the zone from a server: `dig @SERVER ZONE AXFR`, or give the server's zone file";

/// The start of a file.
struct Look<'a> {
    octets: &'a [u8],
}

impl<'a> Look<'a> {
    fn has(&self, text: &str) -> bool {
        memchr::memmem::find(self.octets, text.as_bytes()).is_some()
    }

    /// The lines without blanks around them, comments and empty ones left out.
    fn lines(&self) -> impl Iterator<Item = &'a [u8]> {
        self.octets
            .split(|octet| *octet == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"))
    }

    /// Whether a line begins with one of these.
    fn line(&self, starts: &[&str]) -> bool {
        self.lines().any(|line| {
            starts
                .iter()
                .any(|start| line.starts_with(start.as_bytes()))
        })
    }

    /// Whether the first line that says something begins with one of these.
    fn first(&self, starts: &[&str]) -> bool {
        self.lines().next().is_some_and(|line| {
            starts
                .iter()
                .any(|start| line.starts_with(start.as_bytes()))
        })
    }

    fn is_json(&self) -> bool {
        matches!(self.octets.trim_ascii_start().first(), Some(b'{' | b'['))
    }
}

fn packed(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    let starts = |signature: &[u8]| look.octets.starts_with(signature);
    if starts(b"PK\x03\x04") {
        Some((
            "this is a packed file, such as an Excel workbook or a ZIP archive, which is not read",
            "unpack it; save a sheet as CSV",
        ))
    } else if starts(b"\x1f\x8b") || starts(b"BZh") || starts(b"\xfd7zXZ") || starts(b"7z\xbc\xaf")
    {
        Some(("this is a packed file, which is not read", "unpack it"))
    } else {
        None
    }
}

fn host_evidence(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    let what = if look.first(&["Windows Registry Editor Version", "REGEDIT4"]) {
        "this is a registry export of a host, no zone data"
    } else if look.first(&["HKEY_LOCAL_MACHINE\\"]) {
        "this is output of `reg query` on a host, no zone data"
    } else if look.line(&[
        "Software licensing service version:",
        "Key Management Service is enabled on this",
        "Key Management Service client information",
    ]) {
        "this is output of `slmgr.vbs` on a host, no zone data"
    } else if look.has("KeyManagementServiceDnsPublishing") {
        "this is the SoftwareLicensingService of a host, no zone data"
    } else {
        return None;
    };
    Some((what, EVIDENCE_HELP))
}

fn node_evidence(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    let dsacls = look.line(&["Access list:"]) && look.line(&["Owner:", "Allow ", "Inherited to "]);
    let get_acl = look.has("ActiveDirectory:://RootDSE/") || look.has("ActiveDirectoryAccessRule");
    if dsacls || get_acl {
        Some((
            "these are permissions of a directory object, no zone data",
            EVIDENCE_HELP,
        ))
    } else {
        None
    }
}

fn own_files(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    if look.is_json() && look.has("\"kmsplan_version\"") {
        return Some((
            "this is a saved plan of kmsplan, no zone data",
            "`kmsplan show FILE` shows it",
        ));
    }
    let toml = look
        .lines()
        .any(|line| matches!(line, b"[kms]" | b"[[host]]"));
    let json = look.is_json() && (look.has("\"host\":") || look.has("\"kms\":"));
    let edge = |start: &str| {
        look.octets
            .split(|octet| *octet == b'\n')
            .any(|line| line.trim_ascii_end() == start.as_bytes())
    };
    let yaml = edge("host:") && look.line(&["- name:"]) || edge("kms:");
    (toml || json || yaml).then_some((
        "this is a topology, no zone data",
        "a command takes one topology, before the sources: `kmsplan plan TOPOLOGY SOURCE...`",
    ))
}

/// What tools that keep zones in version control read.
fn infrastructure_code(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    if look.line(&["resource \"", "module \"", "terraform {", "provider \""])
        || look.is_json() && look.has("\"terraform_version\"")
    {
        return Some((
            "this is Terraform, which is not read: what it wants need not be what is there",
            TRANSFER_HELP,
        ));
    }
    if look.line(&["D(\"", "D('", "D_EXTEND("])
        || look.has("NewDnsProvider(")
        || look.has("NewRegistrar(")
    {
        return Some((
            "this is a configuration of dnscontrol, which is not read",
            "`dnscontrol get-zones --format=zone CREDKEY PROVIDER ZONE` writes the zone file",
        ));
    }
    if look.line(&["update add ", "update delete ", "update del ", "prereq "]) {
        return Some((
            "this is a script for nsupdate, which is not read: it changes records, it does not list them",
            TRANSFER_HELP,
        ));
    }
    if look.line(&["config srvhost", "config dnsmasq"]) {
        return Some((
            "this is a configuration of OpenWrt, which is not read",
            "give what dnsmasq itself reads: /var/etc/dnsmasq.conf of the router",
        ));
    }
    None
}

fn route53_changes(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    let changes = look.is_json() && look.has("\"Changes\"") && look.has("\"ResourceRecordSet\"");
    changes.then_some((
        "this is a change for Route 53, not a listing",
        route53::LIST_HELP,
    ))
}

/// Listings in forms that do not carry what is needed, where another form of the same command does.
fn other_outputs(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    let text = look.line(&["RESOURCERECORDSETS\t", "ResourceRecordSets:"]);
    (text || look.has("ListResourceRecordSets")).then_some((
        "this is a listing of Route 53 that is not JSON, which is not read",
        route53::LIST_HELP,
    ))
}

fn markup(look: &Look<'_>) -> Option<(&'static str, &'static str)> {
    look.first(&["<"]).then_some((
        "this is XML or HTML, which is not read",
        "give the output of the command itself as text, JSON or CSV",
    ))
}
