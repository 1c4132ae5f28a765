//! RFC 1035 zone files, Windows zone files, Azure's export, and transfers by dig.

use super::{Age, Writing};
use crate::random::Random;
use crate::text;
use crate::zone::{Data, Record, Zone};

/// All variants.
pub fn write(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut writings = master_files(zone);
    writings.extend(windows(zone, random));
    writings.push(azure(zone));
    writings.extend(transfers(zone));
    writings
}

/// Data with absolute names.
fn absolute(record: &Record) -> String {
    match &record.data {
        Data::Srv(s) => format!("{} {} {} {}.", s.priority, s.weight, s.port, s.target),
        Data::A(address) | Data::Aaaa(address) => address.clone(),
        Data::Ns(name) | Data::Cname(name) => format!("{name}."),
        Data::Mx(preference, name) => format!("{preference} {name}."),
        Data::Txt(text) => text::quoted(text),
    }
}

/// Data with names relative to the apex where they lie in the zone.
fn relative(zone: &Zone, record: &Record) -> String {
    match &record.data {
        Data::Srv(s) => format!(
            "{} {} {} {}",
            s.priority,
            s.weight,
            s.port,
            zone.relative(&s.target)
        ),
        Data::Ns(name) | Data::Cname(name) => zone.relative(name),
        Data::Mx(preference, name) => format!("{preference} {}", zone.relative(name)),
        _ => absolute(record),
    }
}

/// The plainest zone file: every line stands for itself.
pub fn plain(zone: &Zone) -> String {
    let Zone {
        apex,
        mname,
        serial,
        minimum,
        ..
    } = zone;
    let mut out = format!(
        "{apex}. {minimum} IN SOA {mname}. hostmaster.{apex}. {serial} 900 600 86400 {minimum}\n"
    );
    for record in &zone.records {
        let Record { owner, ttl, .. } = record;
        out += &format!("{owner}. {ttl} IN {} {}\n", record.kind(), absolute(record));
    }
    out
}

fn master_files(zone: &Zone) -> Vec<Writing> {
    let master = |label: &str, bytes: Vec<u8>| {
        Writing::new(label, "zone-file", zone, bytes)
            .age(Age::Untold)
            .domains(zone.all_domains())
    };
    let short = short(zone);
    vec![
        master("plain", plain(zone).into_bytes()),
        master("plain, BIND", plain(zone).into_bytes()).kind("bind"),
        master("short, CRLF, BOM", text::marked(&text::crlf(&short))),
        master("short, UTF-16LE", text::utf16le(&short)),
        master("short, Latin-1", text::latin1(&short)).kind("other"),
    ]
}

/// `$ORIGIN`, `$TTL`, blank owners, TTL and class in either order, comments.
fn short(zone: &Zone) -> String {
    let mut out = format!(
        "$ORIGIN {}.\n$TTL 15m ; Größe\n@\tSOA {} hostmaster (\n\t{} ; serial\n\t900 600 86400\n\t{} )\n",
        zone.apex,
        zone.relative(&zone.mname),
        zone.serial,
        zone.minimum
    );
    let mut last = "";
    for (at, record) in zone.records.iter().enumerate() {
        let owner = if record.owner == last {
            String::new()
        } else {
            zone.relative(&record.owner)
        };
        last = &record.owner;
        let ttl = record.ttl;
        let fields = match at % 3 {
            _ if ttl == 900 => String::new(),
            0 => format!("{ttl} IN "),
            1 => format!("in {ttl}\t"),
            _ => format!("{ttl}s "),
        };
        let data = relative(zone, record);
        out += &format!("{owner}\t{fields}{} {data} ; \"{at}\n", record.kind());
    }
    out
}

fn windows(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let apex = &zone.apex;
    let file = format!("Database file {apex}.dns for");
    let headers = [
        ("old header", format!("{file} {apex} zone."), "windows-file"),
        (
            "file-backed header",
            format!("{file} Default zone scope in zone {apex}."),
            "windows-file",
        ),
        (
            "export header",
            format!("Database file (null) for Default zone scope in zone {apex}."),
            "ad",
        ),
    ];
    let encodings: [(&str, fn(&str) -> Vec<u8>); 5] = [
        ("UTF-8", |text| text.as_bytes().to_vec()),
        ("BOM", text::marked),
        ("UTF-16LE", text::utf16le),
        ("UTF-16BE", text::utf16be),
        ("Latin-1", text::latin1),
    ];
    let mut writings = Vec::new();
    for (at, (encoding, encode)) in encodings.into_iter().enumerate() {
        let (generation, header, kind) = &headers[(at + random.below(3)) % 3];
        let by_hand = *kind == "windows-file" && random.one_in(2);
        let mut content = windows_file(zone, header, by_hand, random);
        if !random.one_in(4) {
            content = text::crlf(&content);
        }
        // Where a record has an age, "ad" is assumed whatever the header says: a wrong guess there does no harm.
        let kind = if content.contains("[AGE:") {
            "ad"
        } else {
            kind
        };
        let writing = Writing::new(
            &format!("{generation}, {encoding}"),
            "windows-zone-file",
            zone,
            encode(&content),
        );
        writings.push(writing.kind(kind).domains(zone.all_domains()));
    }
    writings
}

fn windows_file(zone: &Zone, header: &str, by_hand: bool, random: &mut Random) -> String {
    let indent = " ".repeat(24);
    let tabs = *random.pick(&["\t", "\t\t"]);
    let word = *random.pick(&["minimum TTL", "default TTL"]);
    let soa_ttl = *random.pick(&["", "", "60\t"]);
    let Zone {
        mname,
        serial,
        minimum,
        apex,
        ..
    } = zone;
    let mut out = format!(
        ";\n;  {header}\n;      Zone version:  {serial}\n;\n\n\
         @                       {soa_ttl}IN  SOA {mname}. hostmaster.{apex}. (\n\
         {indent}{tabs}{serial:<13}; serial number\n\
         {indent}{tabs}900          ; refresh\n\
         {indent}{tabs}600          ; retry\n\
         {indent}{tabs}86400        ; expire\n\
         {indent}{tabs}{minimum:<11}) ; {word}\n\n\
         ;\n;  Zone NS records\n;\n\n"
    );
    let child = format!("child.{apex}");
    let mut last = String::new();
    let mut below_ns = false;
    for record in &zone.records {
        let at_apex = record.owner == *apex;
        if at_apex && !matches!(record.data, Data::Ns(_)) && !below_ns {
            below_ns = true;
            out += ";\n;  Zone records (Größe)\n;\n\n";
            out += "@                       WINS\tL2 C900 ( 10.20.0.30 )\n";
            out += "printer\\040room2        A\t10.20.9.14\n";
            last = String::new();
        }
        if record.owner == child {
            out += &format!(";\n;  Delegated sub-zone:  {child}.\n;\n");
        }
        let owner = if record.owner == last && !at_apex {
            indent.clone()
        } else {
            let owner = zone.relative(&record.owner);
            if owner.len() < 24 {
                format!("{owner:24}")
            } else {
                format!("{owner} ")
            }
        };
        last = record.owner.clone();
        let age = match record.age {
            Some(hours) => format!("[AGE:{hours}]\t"),
            None if random.one_in(6) => "[AGE:0]\t".to_owned(),
            None => String::new(),
        };
        let ttl = if record.age.is_some() || record.ttl != *minimum {
            format!("{}\t", record.ttl)
        } else {
            String::new()
        };
        let data = match &record.data {
            Data::Srv(s) => {
                let target = if by_hand {
                    zone.relative(&s.target)
                } else {
                    format!("{}.", s.target)
                };
                format!("{} {} {}\t{target}", s.priority, s.weight, s.port)
            }
            Data::Mx(preference, name) => format!("{preference}\t{name}."),
            Data::Txt(text) => format!("( {} )", text::quoted(text)),
            _ => absolute(record),
        };
        out += &format!("{owner}{age}{ttl}{}\t{data}\n", record.kind());
        if record.owner == format!("ns1.{child}") {
            out += ";  End delegation\n\n";
            last = String::new();
        }
    }
    out
}

/// `az network dns zone export`.
fn azure(zone: &Zone) -> Writing {
    let apex = &zone.apex;
    let mut out = format!(
        "; Exported zone file from Azure DNS\n;      Zone name: {apex}\n;      Resource Group Name: rg-dns\n\
         ;      Date and time (UTC): Mon Mar 02 2026 06:10:11\n\n$TTL 3600\n$ORIGIN {apex}.\n    \n\
         @ 3600 IN SOA {}. azuredns-hostmaster.microsoft.com. (\n{i}1\n{i}3600\n{i}300\n{i}2419200\n{i}300\n{i})\n",
        zone.mname,
        i = " ".repeat(40)
    );
    let mut last = apex.clone();
    for record in &zone.records {
        let owner = zone.relative(&record.owner);
        let blank = if record.owner == last {
            " ".repeat(owner.len())
        } else {
            out += "\n";
            owner
        };
        last = record.owner.clone();
        let data = absolute(record);
        out += &format!("{blank} {} IN {} {data}\n", record.ttl, record.kind());
    }
    Writing::new("Azure export", "zone-file", zone, out)
        .kind("other")
        .domains(zone.all_domains())
}

/// `dig AXFR`: TABs between short fields, blanks where the owner is long, the SOA twice.
fn transfers(zone: &Zone) -> Vec<Writing> {
    let apex = &zone.apex;
    let line = |owner: &str, ttl: u32, kind: &str, data: &str| {
        if owner.len() < 23 {
            format!("{owner}.\t{ttl}\tIN\t{kind}\t{data}\n")
        } else {
            format!("{owner}. {ttl} IN {kind}\t{data}\n")
        }
    };
    let soa = line(
        apex,
        zone.minimum,
        "SOA",
        &format!(
            "{}. hostmaster.{apex}. {} 900 600 86400 {}",
            zone.mname, zone.serial, zone.minimum
        ),
    );
    let mut out = format!(
        "\n; <<>> DiG 9.18.49 <<>> @10.20.0.10 AXFR {apex} +nocookie\n; (1 server found)\n;; global options: +cmd\n{soa}"
    );
    for record in &zone.records {
        let data = match &record.data {
            Data::Txt(text) => escaped(text),
            _ => absolute(record),
        };
        out += &line(&record.owner, record.ttl, record.kind(), &data);
    }
    out += &soa;
    out += ";; Query time: 0 msec\n;; SERVER: 10.20.0.10#53(10.20.0.10) (TCP)\n\
            ;; WHEN: Mon Mar 02 06:12:44 UTC 2026\n";
    out += &format!(
        ";; XFR size: {} records (messages 1, bytes 1239)\n\n",
        zone.records.len() + 2
    );
    let writing = |label: &str, bytes: Vec<u8>| {
        Writing::new(label, "dig-axfr", zone, bytes)
            .age(Age::Untold)
            .domains(zone.all_domains())
    };
    vec![
        writing("as printed", out.clone().into_bytes()),
        writing("CRLF, UTF-16LE", text::utf16le(&text::crlf(&out))),
    ]
}

/// A string as dig prints it: octets outside ASCII as decimal escapes.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for octet in text::quoted(text).into_bytes() {
        if octet.is_ascii() {
            out.push(char::from(octet));
        } else {
            out += &format!("\\{octet:03}");
        }
    }
    out
}
