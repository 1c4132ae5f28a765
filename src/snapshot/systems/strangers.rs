//! Files that people have at hand and that are no zone data: known by name, with what to give instead.

use super::{route53, values};
use crate::snapshot::listing::Sample;

/// What a file is, and what to do.
type Known = (&'static str, &'static str);

/// What a file is, as far as that is known, and what to do. Asked where nothing shows that it is zone data.
pub(in crate::snapshot) fn strangers(sample: &Sample<'_>) -> Option<(String, String)> {
    let look = Look {
        octets: values::look(sample),
    };
    let known: [fn(&Look<'_>) -> Option<Known>; 9] = [
        packed,
        console_list,
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

fn packed(look: &Look<'_>) -> Option<Known> {
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

/// "Export List" of DNS Manager: its headings are in the language of Windows, the types have their mnemonic in
/// parentheses.
fn console_list(look: &Look<'_>) -> Option<Known> {
    let row = |line: &[u8]| {
        ["(SRV)", "(A)", "(NS)", "(SOA)"].iter().any(|kind| {
            memchr::memmem::find(line, kind.as_bytes())
                .and_then(|at| line.get(at + kind.len()))
                .is_some_and(|next| matches!(next, b'\t' | b',' | b';'))
        })
    };
    look.lines().any(row).then_some((
        "this is a list that DNS Manager exported, which is not read: it tells no zone and no TTL",
        "export the zone: `dnscmd /ZoneExport ZONE FILE`",
    ))
}

fn host_evidence(look: &Look<'_>) -> Option<Known> {
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

fn node_evidence(look: &Look<'_>) -> Option<Known> {
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

fn own_files(look: &Look<'_>) -> Option<Known> {
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
        "a command takes one topology, before the sources: `kmsplan plan TOPOLOGY SOURCE...`; `audit` takes it with `--topology`",
    ))
}

/// What tools that keep zones in version control read.
fn infrastructure_code(look: &Look<'_>) -> Option<Known> {
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

fn route53_changes(look: &Look<'_>) -> Option<Known> {
    let changes = look.is_json() && look.has("\"Changes\"") && look.has("\"ResourceRecordSet\"");
    changes.then_some((
        "this is a change for Route 53, not a listing",
        route53::LIST_HELP,
    ))
}

/// Listings in forms that do not carry what is needed, where another form of the same command does.
fn other_outputs(look: &Look<'_>) -> Option<Known> {
    // `ls -d contoso.com` and `ls -t SRV contoso.com` in nslookup on Windows.
    if look.has(" SRV ") && look.has(" priority=") && look.has(", port=") {
        return Some((
            "this is a listing of nslookup's `ls`, which is not read: it tells no TTLs",
            "ask for the records themselves: `nslookup -type=srv _vlmcs._tcp.DOMAIN`; or transfer the zone: \
             `dig @SERVER ZONE AXFR`",
        ));
    }
    if look.line(&["local-data:"]) {
        return Some((
            "this is a configuration of Unbound, which is not read",
            "ask for the records themselves: `nslookup -type=srv _vlmcs._tcp.DOMAIN`",
        ));
    }
    let text = look.line(&["RESOURCERECORDSETS\t", "ResourceRecordSets:"]);
    (text || look.has("ListResourceRecordSets")).then_some((
        "this is a listing of Route 53 that is not JSON, which is not read",
        route53::LIST_HELP,
    ))
}

fn markup(look: &Look<'_>) -> Option<Known> {
    look.first(&["<"]).then_some((
        "this is XML or HTML, which is not read",
        "give the output of the command itself as text, JSON or CSV",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(bytes: &[u8]) -> Option<String> {
        let sample = Sample {
            bytes,
            shown: "a file",
            zone: None,
            node: None,
        };
        assert_eq!(super::super::signs(&sample), []);
        strangers(&sample).map(|(what, help)| format!("{what}: {help}"))
    }

    #[test]
    fn files_that_people_have_at_hand() {
        let terraform = "this is Terraform, which is not read: what it wants need not be what is there: get the zone from a server: `dig @SERVER ZONE AXFR`, or give the server's zone file";
        let dnscontrol = "this is a configuration of dnscontrol, which is not read: `dnscontrol get-zones --format=zone CREDKEY PROVIDER ZONE` writes the zone file";
        let nsupdate = "this is a script for nsupdate, which is not read: it changes records, it does not list them: get the zone from a server: `dig @SERVER ZONE AXFR`, or give the server's zone file";
        let topology = "this is a topology, no zone data: a command takes one topology, before the sources: `kmsplan plan TOPOLOGY SOURCE...`; `audit` takes it with `--topology`";
        let listing = "list the whole zone: `aws route53 list-resource-record-sets --hosted-zone-id ID --output json`";
        let evidence = "no zone data: give the folder that it lies in with --host-evidence DIR";
        let markup = "this is XML or HTML, which is not read: give the output of the command itself as text, JSON or CSV";
        let slmgr = format!("this is output of `slmgr.vbs` on a host, {evidence}");
        for (text, expected) in [
            (
                "resource \"dns_srv_record_set\" \"kms\" {\n  zone = \"contoso.com.\"\n  srv {\n",
                terraform,
            ),
            (
                "{\"version\": 4, \"terraform_version\": \"1.9.0\"}",
                terraform,
            ),
            (
                "var REG_NONE = NewRegistrar(\"none\");\nD(\"contoso.com\", REG_NONE,\n",
                dnscontrol,
            ),
            (
                "; absolute names\nserver 10.20.0.10\nzone contoso.com.\nupdate delete _vlmcs._tcp.contoso.com. SRV\nsend\n",
                nsupdate,
            ),
            (
                "config dnsmasq\n\toption domain 'lan'\nconfig srvhost\n\toption srv '_vlmcs._tcp.lan'\n",
                "this is a configuration of OpenWrt, which is not read: give what dnsmasq itself reads: /var/etc/dnsmasq.conf of the router",
            ),
            (
                "{\n \"Comment\": \"x\", \"Changes\": [{\"Action\": \"UPSERT\", \"ResourceRecordSet\": {}}]}",
                &format!("this is a change for Route 53, not a listing: {listing}"),
            ),
            (
                "RESOURCERECORDSETS\t_vlmcs._tcp.contoso.com.\t3600\tSRV\nRESOURCERECORDS\t0 0 1688 kms01\n",
                &format!(
                    "this is a listing of Route 53 that is not JSON, which is not read: {listing}"
                ),
            ),
            (
                "> ls -t srv contoso.com\r\n[dc01.contoso.com]\r\n _vlmcs._tcp                    SRV    priority=0, weight=0, port=1688, kms01.contoso.com\r\n",
                "this is a listing of nslookup's `ls`, which is not read: it tells no TTLs: ask for the records themselves: `nslookup -type=srv _vlmcs._tcp.DOMAIN`; or transfer the zone: `dig @SERVER ZONE AXFR`",
            ),
            (
                "server:\n    local-zone: \"_tcp.contoso.com.\" static\n    local-data: \"_vlmcs._tcp.contoso.com. IN SRV 0 0 1688 kms01.contoso.com.\"\n",
                "this is a configuration of Unbound, which is not read: ask for the records themselves: `nslookup -type=srv _vlmcs._tcp.DOMAIN`",
            ),
            (
                "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n",
                &format!("this is a registry export of a host, {evidence}"),
            ),
            (
                "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\r\n    DisableDnsPublishing    REG_DWORD    0x0\r\n",
                &format!("this is output of `reg query` on a host, {evidence}"),
            ),
            ("Software licensing service version: 10.0\r\n", &slmgr),
            (
                "Key Management Service is enabled on this computer\r\n",
                &slmgr,
            ),
            (
                "{\"KeyManagementServiceDnsPublishing\": true}",
                &format!("this is the SoftwareLicensingService of a host, {evidence}"),
            ),
            (
                "Name\tTyp\tDaten\tZeitstempel\r\n_vlmcs\tDienst (SRV)\t[0][0][1688] kms01.contoso.com.\tstatisch\r\n",
                "this is a list that DNS Manager exported, which is not read: it tells no zone and no TTL: export the zone: `dnscmd /ZoneExport ZONE FILE`",
            ),
            (
                "Owner: NT AUTHORITY\\SYSTEM\r\nGroup: X\r\n\r\nAccess list:\r\nAllow Everyone\r\n",
                &format!("these are permissions of a directory object, {evidence}"),
            ),
            (
                "{\"format_version\": \"1\", \"kmsplan_version\": \"0.1.0\"}",
                "this is a saved plan of kmsplan, no zone data: `kmsplan show FILE` shows it",
            ),
            ("# wanted\n[kms]\nttl = 3600\n", topology),
            ("[[host]]\r\nname = \"kms01.contoso.com\"\r\n", topology),
            ("{\"host\": [{\"name\": \"kms01.contoso.com\"}]}", topology),
            ("host:\n  - name: kms01.contoso.com\n", topology),
            ("kms:\n  ttl: 3600\n", topology),
            ("\n<!DOCTYPE html>\n", markup),
            (
                "<Objs Version=\"1.1.0.1\"><Obj><S N=\"KeyManagementServiceDnsPublishing\">",
                &format!("this is the SoftwareLicensingService of a host, {evidence}"),
            ),
        ] {
            assert_eq!(what(text.as_bytes()).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(
            what(b"PK\x03\x04\x14\0").as_deref(),
            Some(
                "this is a packed file, such as an Excel workbook or a ZIP archive, which is not read: unpack it; save a sheet as CSV"
            )
        );
        assert_eq!(
            what(b"\x1f\x8b\x08").as_deref(),
            Some("this is a packed file, which is not read: unpack it")
        );
    }

    #[test]
    fn what_nobody_knows_stays_unknown() {
        for text in [
            "",
            "Read this first.\n",
            "{\"a\": 1}",
            "a,b\n1,2\n",
            "[section]\nkey = 1\n",
        ] {
            assert_eq!(what(text.as_bytes()), None, "{text}");
        }
    }
}
