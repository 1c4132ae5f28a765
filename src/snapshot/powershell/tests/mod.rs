//! Sources as people have them, good and broken, and what is read or said.

use super::*;
use crate::Name;
use crate::diagnostic::{Diagnostic, Place};
use crate::presentation::{absolute, parse_full_name};
use crate::snapshot::listing::{Data, Listed};

mod forms;
mod resolve;
mod server;

fn sample<'a>(bytes: &'a [u8], zone: Option<&'a Name>, node: Option<&'a str>) -> Sample<'a> {
    Sample {
        bytes,
        shown: "in",
        zone,
        node,
    }
}

fn known(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

fn record(record: &Listed) -> String {
    let owner = absolute(&record.owner);
    match &record.data {
        Data::Srv {
            priority,
            weight,
            port,
            target,
        } => format!(
            "{owner} {} {} {priority} {weight} {port} {}",
            known(record.ttl),
            match record.aged {
                Some(true) => "aged",
                Some(false) => "static",
                None => "?",
            },
            absolute(target)
        ),
        Data::Cname(target) => format!("{owner} CNAME {}", absolute(target)),
        Data::Dname(target) => format!("{owner} DNAME {}", absolute(target)),
        Data::Soa {
            mname,
            serial,
            refresh,
            minimum,
        } => format!(
            "{owner} SOA {} {serial} {refresh} {minimum}",
            absolute(mname)
        ),
        other => format!("{owner} {other:?}"),
    }
}

/// A section a paragraph: zone, evidence and extent, its records, names that do not exist.
fn told(sections: &[Section]) -> String {
    let mut lines = Vec::new();
    for section in sections {
        lines.push(format!(
            "{} {} {:?}\n",
            known(section.apex.as_ref().map(absolute)),
            known(section.evidence.map(crate::topology::ZoneKind::word)),
            section.extent
        ));
        let listed = section.records.iter().map(record);
        let empty = section
            .empty
            .iter()
            .map(|name| format!("none at {}", absolute(name)));
        lines.extend(listed.chain(empty).map(|line| format!("  {line}\n")));
    }
    lines.concat()
}

/// What is read; complaints as `line:column: message`, a line each.
fn read_with(
    format: Format,
    bytes: &[u8],
    zone: Option<&str>,
    node: Option<&str>,
) -> Result<String, String> {
    let zone = zone.map(|zone| parse_full_name(zone).unwrap());
    match read(format, &sample(bytes, zone.as_ref(), node)) {
        Ok(sections) => Ok(told(&sections)),
        Err(faults) => {
            assert!(!faults.is_empty());
            Err(faults
                .into_iter()
                .map(|fault| match fault.span {
                    Some(span) => {
                        assert!(span.end <= bytes.len() + 1, "{span:?}");
                        Diagnostic::at(Place::new("in", bytes, span), fault.message).line()
                    }
                    None => format!("in: {}", fault.message),
                })
                .collect::<Vec<_>>()
                .join("\n"))
        }
    }
}

fn json(text: &str) -> Result<String, String> {
    read_with(
        Format::DnsServerJson,
        text.as_bytes(),
        Some("contoso.com"),
        None,
    )
}

fn csv(text: &str) -> Result<String, String> {
    read_with(
        Format::DnsServerCsv,
        text.as_bytes(),
        Some("contoso.com"),
        None,
    )
}

fn table(text: &str) -> Result<String, String> {
    read_with(
        Format::DnsServerTable,
        text.as_bytes(),
        Some("contoso.com"),
        None,
    )
}

fn resolve(format: Format, text: &str) -> Result<String, String> {
    read_with(format, text.as_bytes(), None, None)
}

/// One record as `ConvertTo-Json` writes it, with this `CimInstanceProperties`.
fn cim(dn: &str, host: &str, properties: &str) -> String {
    format!(
        r#"{{"DistinguishedName":{dn},"HostName":"{host}","RecordClass":"IN",
"RecordData":{{"CimClass":"root/Microsoft/Windows/DNS:DnsServerResourceRecordSrv","CimInstanceProperties":{properties},"CimSystemProperties":"x"}},
"RecordType":"SRV","Timestamp":"\/Date(1772424000000)\/",
"TimeToLive":{{"Ticks":36000000000,"Days":0,"Hours":1,"TotalSeconds":3600}},"Type":33,"PSComputerName":null}}"#
    )
}

const DN: &str =
    r#""DC=_vlmcs._tcp,DC=contoso.com,cn=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com""#;
const DEPTH_2: &str =
    r#""DomainName = \"KMS01.contoso.com.\" Port = 1688 Priority = 10 Weight = 75""#;
const KMS: &str =
    "contoso.com. ad Names\n  _vlmcs._tcp.contoso.com. 3600 aged 10 75 1688 KMS01.contoso.com.\n";
