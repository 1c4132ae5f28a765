//! Other systems: Infoblox, Route 53, octoDNS, dnsmasq.

use super::{Ttl, Writing};
use crate::json::{self, Json};
use crate::random::Random;
use crate::text::{self, row};
use crate::zone::{Data, Record, Zone};

/// All variants.
pub fn write(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut writings = infoblox(zone, random);
    writings.extend(route53(zone));
    writings.extend(octodns(zone));
    writings.extend(dnsmasq(zone));
    writings
}

fn foreign(zone: &Zone, label: &str, format: &'static str, bytes: impl Into<Vec<u8>>) -> Writing {
    Writing::new(label, format, zone, bytes).kind("other")
}

const COMMENTS: [&str; 4] = ["", "KMS, primary site", "he said \"no\"; then", "Größe"];

/// Objects of several types, each with a header of its own; columns in alphabetical order.
fn infoblox(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut sheet = |separator: char, overwrite: bool, inherited: bool, authority: bool| {
        let mut out = String::new();
        let mut put = |cells: Vec<String>| out += &row(&cells, separator, false);
        let header = |names: &[&str], new: bool| {
            let with_new = |name: &&str| {
                let plain = name.trim_end_matches('*');
                let old = (*name).to_owned();
                match *name {
                    _ if !new || !overwrite || !name.ends_with('*') => vec![old],
                    _ => vec![old, format!("_new_{plain}")],
                }
            };
            names.iter().flat_map(with_new).collect::<Vec<String>>()
        };
        let required = |value: String| {
            if overwrite {
                vec![value, String::new()]
            } else {
                vec![value]
            }
        };
        if authority {
            put(header(
                &["header-authzone", "fqdn*", "zone_format*", "view"],
                false,
            ));
            let apex = zone.apex.clone();
            put([
                "authzone".to_owned(),
                apex,
                "FORWARD".to_owned(),
                "default".to_owned(),
            ]
            .into());
        }
        put(header(
            &[
                "header-arecord",
                "address*",
                "fqdn*",
                "comment",
                "disabled",
                "ttl",
                "view",
            ],
            true,
        ));
        let ttl = |record: &Record| {
            if inherited && record.ttl == zone.minimum {
                String::new()
            } else {
                record.ttl.to_string()
            }
        };
        for record in &zone.records {
            if let Data::A(address) = &record.data {
                let mut cells = vec!["arecord".to_owned()];
                cells.extend(required(address.clone()));
                cells.extend(required(record.owner.clone()));
                let comment = (*random.pick(&COMMENTS)).to_owned();
                cells.extend([
                    comment,
                    "FALSE".to_owned(),
                    ttl(record),
                    "default".to_owned(),
                ]);
                put(cells);
            }
        }
        let columns = [
            "header-srvrecord",
            "fqdn*",
            "port*",
            "priority*",
            "target*",
            "weight*",
            "comment",
            "disabled",
            "ttl",
            "view",
        ];
        put(header(&columns, true));
        let mut service = |record: &Record, disabled: bool| {
            let s = record.service().expect("an SRV record");
            let mut cells = vec!["srvrecord".to_owned()];
            let target = if disabled {
                "disabled.contoso.com"
            } else {
                &s.target
            };
            for value in [
                record.owner.clone(),
                s.port.to_string(),
                s.priority.to_string(),
                target.to_owned(),
                s.weight.to_string(),
            ] {
                cells.extend(required(value));
            }
            let comment = (*random.pick(&COMMENTS)).to_owned();
            let flag = if disabled { "TRUE" } else { "FALSE" };
            cells.extend([comment, flag.to_owned(), ttl(record), "default".to_owned()]);
            cells
        };
        for (at, record) in zone
            .records
            .iter()
            .filter(|record| record.service().is_some())
            .enumerate()
        {
            if at % 3 == 2 && record.is_kms() {
                put(service(record, true));
            }
            put(service(record, false));
        }
        out
    };
    let writing = |label: &str, bytes: Vec<u8>| foreign(zone, label, "infoblox-csv", bytes);
    vec![
        writing("whole export", sheet(',', true, false, true).into_bytes()),
        writing(
            "inherited TTL, semicolon",
            sheet(';', false, true, true).into_bytes(),
        )
        .ttl(Ttl::UnlessDefault),
        writing(
            "without zone, TAB, CRLF, BOM",
            text::marked(&text::crlf(&sheet('\t', true, false, false))),
        ),
    ]
}

/// Records of one owner and type.
fn sets(zone: &Zone) -> Vec<Vec<&Record>> {
    let mut sets: Vec<Vec<&Record>> = Vec::new();
    for record in &zone.records {
        let same = |set: &&mut Vec<&Record>| {
            set[0].owner.eq_ignore_ascii_case(&record.owner) && set[0].kind() == record.kind()
        };
        match sets.iter_mut().find(same) {
            Some(set) => set.push(record),
            None => sets.push(vec![record]),
        }
    }
    sets
}

fn data(record: &Record, dot: &str) -> String {
    match &record.data {
        Data::Srv(s) => format!("{} {} {} {}{dot}", s.priority, s.weight, s.port, s.target),
        Data::A(address) | Data::Aaaa(address) => address.clone(),
        Data::Ns(name) | Data::Cname(name) => format!("{name}{dot}"),
        Data::Mx(preference, name) => format!("{preference} {name}{dot}"),
        Data::Txt(text) => text::quoted(text),
    }
}

/// `aws route53 list-resource-record-sets`; one TTL a set.
fn route53(zone: &Zone) -> Vec<Writing> {
    if zone.mixed {
        return Vec::new();
    }
    let apex = &zone.apex;
    let listing = |authority: bool, dot: &str| {
        let mut listed = Vec::new();
        let set = |name: &str, kind: &str, ttl: u32, values: Vec<String>| {
            let value = |value| json::map([("Value", Json::Text(value))]);
            json::map([
                (
                    "Name",
                    json::text(format!("{}.", name.replace('*', "\\052"))),
                ),
                ("Type", json::text(kind)),
                ("TTL", json::number(ttl)),
                (
                    "ResourceRecords",
                    Json::List(values.into_iter().map(value).collect()),
                ),
            ])
        };
        if authority {
            let soa = format!(
                "{}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
                zone.mname
            );
            listed.push(set(apex, "SOA", 900, vec![soa]));
        }
        for records in sets(zone) {
            let first = records[0];
            if !authority && first.owner == *apex {
                continue;
            }
            let values = records.iter().map(|record| data(record, dot)).collect();
            listed.push(set(
                &first.owner.to_ascii_lowercase(),
                first.kind(),
                first.ttl,
                values,
            ));
        }
        listed.push(json::map([
            ("Name", json::text(format!("www.{apex}."))),
            ("Type", json::text("A")),
            (
                "AliasTarget",
                json::map([
                    ("HostedZoneId", json::text("Z00000000")),
                    ("DNSName", json::text("lb.example.net.")),
                    ("EvaluateTargetHealth", Json::Raw("false".to_owned())),
                ]),
            ),
        ]));
        json::seven(&json::map([("ResourceRecordSets", Json::List(listed))]))
    };
    let writing = |label: &str, listing: String| foreign(zone, label, "route53-json", listing);
    vec![
        writing("hosted zone", listing(true, ".")),
        writing("without SOA, no dots", listing(false, "")).args(format!("--zone {apex}")),
        writing("without SOA or --zone", listing(false, ".")),
    ]
}

/// A string of a YAML flow, in single quotes.
fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// octoDNS: one file a zone, the name that of the file; one TTL a set.
fn octodns(zone: &Zone) -> Vec<Writing> {
    if zone.mixed {
        return Vec::new();
    }
    let value = |record: &Record| match &record.data {
        Data::Srv(s) => format!(
            "{{port: {}, priority: {}, target: {}., weight: {}}}",
            s.port, s.priority, s.target, s.weight
        ),
        Data::Mx(preference, name) => format!("{{exchange: {name}., preference: {preference}}}"),
        Data::Txt(text) => yaml(&text.replace(';', "\\;")),
        _ => yaml(&data(record, ".")),
    };
    let block = |record: &Record, indent: &str| match &record.data {
        Data::Srv(s) => format!(
            "port: {}\n{indent}priority: {}\n{indent}target: {}.\n{indent}weight: {}\n",
            s.port, s.priority, s.target, s.weight
        ),
        _ => value(record) + "\n",
    };
    let file = |flow: bool| {
        let mut out = "---\n".to_owned();
        let mut last = None;
        let mut sets = sets(zone);
        sets.sort_by_key(|set| zone.relative(&set[0].owner));
        for set in &sets {
            let owner = set[0].owner.clone();
            let several = sets.iter().filter(|other| other[0].owner == owner).count() > 1;
            let name = zone.relative(&owner);
            if last.as_ref() != Some(&owner) {
                out += &format!("{}:\n", yaml(if name == "@" { "" } else { &name }));
            }
            last = Some(owner);
            let (first, rest) = if several { ("- ", "  ") } else { ("  ", "  ") };
            let (ttl, kind) = (set[0].ttl, set[0].kind());
            out += &format!("{first}ttl: {ttl}\n{rest}type: {kind}\n");
            match (&set[..], flow) {
                ([only], true) => out += &format!("{rest}value: {}\n", value(only)),
                ([only], false) if only.service().is_some() => {
                    out += &format!(
                        "{rest}value:\n{rest}  {}",
                        block(only, &format!("{rest}  "))
                    );
                }
                (_, true) => {
                    let values: Vec<String> = set.iter().map(|record| value(record)).collect();
                    out += &format!("{rest}values: [{}]\n", values.join(", "));
                }
                (_, false) => {
                    out += &format!("{rest}values:\n");
                    for record in set {
                        out += &format!("{rest}- {}", block(record, &format!("{rest}  ")));
                    }
                }
            }
        }
        out
    };
    let writing = |label: &str, file: String| foreign(zone, label, "octodns-yaml", file);
    vec![
        writing("named for the zone", file(false)).file(format!("{}.yaml", zone.apex)),
        writing("flow style", file(true))
            .file("source.yaml")
            .args(format!("--zone {}", zone.apex)),
    ]
}

/// dnsmasq: target, port, priority, weight; no TTL.
fn dnsmasq(zone: &Zone) -> Vec<Writing> {
    let file = |short: bool| {
        let mut out =
            "# dnsmasq: srv-host=<service>,<target>,<port>,<priority>,<weight>\nno-resolv\n\
                       server=10.20.0.10 # upstream\nlocal-ttl=300\n"
                .to_owned();
        for record in &zone.records {
            let owner = &record.owner;
            out += &match &record.data {
                Data::Srv(s) => {
                    let numbers = match (s.priority, s.weight) {
                        (0, 0) if short => format!("{}", s.port),
                        (priority, 0) if short => format!("{},{priority}", s.port),
                        (priority, weight) => format!("{},{priority},{weight}", s.port),
                    };
                    format!("srv-host={owner},{},{numbers}\n", s.target)
                }
                Data::A(address) if !owner.starts_with('*') => {
                    format!("host-record={owner},{address}\n")
                }
                Data::Cname(target) => format!("cname={owner},{target}\n"),
                Data::Txt(text) => format!("txt-record={owner},\"{}\"\n", text.replace('"', "'")),
                _ => String::new(),
            };
        }
        out
    };
    let writing =
        |label: &str, bytes: Vec<u8>| foreign(zone, label, "dnsmasq", bytes).ttl(Ttl::Untold);
    vec![
        writing("all fields", file(false).into_bytes()),
        writing(
            "defaults left out, CRLF",
            text::crlf(&file(true)).into_bytes(),
        ),
    ]
}
