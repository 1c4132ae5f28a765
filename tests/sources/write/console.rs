//! What consoles print: nslookup, host, dig, dnscmd.

use super::{Age, Ttl, Writing};
use crate::random::Random;
use crate::text;
use crate::zone::{Data, Record, Zone, below, domain_of};

/// All variants.
pub fn write(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut writings = nslookup(zone, random);
    writings.extend(bind_nslookup(zone));
    writings.extend(host(zone));
    writings.extend(dig(zone));
    writings.extend(dig_short(zone, random));
    writings.extend(enum_records(zone));
    writings.push(zone_print(zone));
    writings
}

/// A query tells neither ages nor the zone.
fn answered(zone: &Zone, label: &str, format: &'static str, bytes: impl Into<Vec<u8>>) -> Writing {
    Writing::new(label, format, zone, bytes)
        .untold()
        .ttl(Ttl::Untold)
        .age(Age::Untold)
}

/// What nslookup says around the answer: its language and code page, the words for the server and its address,
/// and for an answer from a cache.
const BANNERS: [(&str, &[u8], &[u8], &[u8]); 7] = [
    ("English", b"Server:  ", b"Address:  ", b"Non-authoritative answer:"),
    ("German, 850", b"Server:  ", b"Address:  ", b"Nicht autorisierende Antwort:"),
    ("French, 850", b"Serveur :   ", b"Address:  ", b"R\x82ponse ne faisant pas autorit\x82 :"),
    ("French, 1252", b"Serveur :   ", b"Address:  ", b"R\xE9ponse ne faisant pas autorit\xE9\xA0:"),
    ("Spanish, 850", b"Servidor:  ", b"Address:  ", b"Respuesta no autoritativa:"),
    (
        "Russian, 866",
        b"\x91\xA5\xE0\xA2\xA5\xE0:  ",
        b"Address:  ",
        b"\x8D\xA5 \xA7\xA0\xE1\xAB\xE3\xA6\xA8\xA2\xA0\xEE\xE9\xA8\xA9 \xA4\xAE\xA2\xA5\xE0\xA8\xEF \xAE\xE2\xA2\xA5\xE2:",
    ),
    (
        "Russian, UTF-8",
        "Сервер:  ".as_bytes(),
        "Address:  ".as_bytes(),
        "Не заслуживающий доверия ответ:".as_bytes(),
    ),
];

/// The blocks of one owner's answer.
fn blocks(zone: &Zone, owner: &str, one_line: bool) -> String {
    let set: Vec<&Record> = zone
        .at(owner)
        .into_iter()
        .filter(|record| record.is_kms())
        .collect();
    let mut out = String::new();
    for record in &set {
        let s = record.service().expect("a KMS record");
        let (priority, weight, port, target) = (s.priority, s.weight, s.port, &s.target);
        out += &if one_line {
            format!(
                "{owner} SRV service location:\n    priority = {priority} weight = {weight} port = {port} svr hostname = {target}\n"
            )
        } else {
            format!(
                "{owner}\tSRV service location:\n          priority       = {priority}\n          weight         = {weight}\n\
                 \x20         port           = {port}\n          svr hostname   = {target}\n"
            )
        };
    }
    for target in zone.addressed_targets(&set) {
        for record in zone.addresses(&target) {
            let words = if record.kind() == "A" {
                "internet address"
            } else {
                "AAAA IPv6 address"
            };
            out += &format!(
                "{target}\t{words} = {}\n",
                record.address().expect("an address")
            );
        }
    }
    out
}

fn nslookup(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut writings = Vec::new();
    for (language, server, address, cached) in BANNERS {
        let mut out: Vec<u8> = Vec::new();
        let one_line = random.one_in(4);
        for owner in zone.owners() {
            out.extend(
                [
                    server,
                    b"dc01.contoso.com\r\n",
                    address,
                    b"10.20.0.10\r\n\r\n",
                ]
                .concat(),
            );
            if !random.one_in(3) {
                out.extend([cached, b"\r\n"].concat());
            }
            out.extend(text::crlf(&blocks(zone, &owner, one_line)).as_bytes());
            out.extend(b"\r\n");
        }
        writings.push(answered(zone, language, "nslookup", out));
    }
    let english = |owner: &str| {
        format!(
            "Server:  dc01.contoso.com\nAddress:  10.20.0.10\n\n{}\n",
            blocks(zone, owner, false)
        )
    };
    let all: String = zone.owners().iter().map(|owner| english(owner)).collect();
    writings.push(answered(
        zone,
        "UTF-16LE",
        "nslookup",
        text::utf16le(&text::crlf(&all)),
    ));
    if let Some(none) = zone.domain_without() {
        let missing = format!(
            "Server:  dc01.contoso.com\nAddress:  10.20.0.10\n\n\
             *** dc01.contoso.com can't find _vlmcs._tcp.{none}: Non-existent domain\n\n"
        );
        let writing = answered(
            zone,
            "a name that does not exist",
            "nslookup",
            text::crlf(&(missing + &all)),
        );
        writings.push(writing.domains(zone.all_domains()));
    }
    writings
}

fn bind_nslookup(zone: &Zone) -> Vec<Writing> {
    let mut out = String::new();
    for owner in zone.owners() {
        out += "Server:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n";
        for record in zone.at(&owner).into_iter().filter(|record| record.is_kms()) {
            let data = service(record);
            out += &format!("{owner}\tservice = {data}\n");
        }
        out += "\n";
    }
    let mut writings = vec![answered(zone, "BIND", "nslookup", out.clone())];
    if let Some(none) = zone.domain_without() {
        out += "Server:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n";
        out += &format!("** server can't find _vlmcs._tcp.{none}: NXDOMAIN\n\n");
        writings.push(
            answered(zone, "BIND, a name that does not exist", "nslookup", out)
                .domains(zone.all_domains()),
        );
    }
    writings
}

/// Priority, weight, port and target with its final dot.
fn service(record: &Record) -> String {
    let s = record.service().expect("an SRV record");
    format!("{} {} {} {}.", s.priority, s.weight, s.port, s.target)
}

fn host(zone: &Zone) -> Vec<Writing> {
    let mut out = String::new();
    for record in zone.kms() {
        out += &format!("{} has SRV record {}\n", record.owner, service(record));
    }
    let server = "Using domain server:\nName: 10.20.0.10\nAddress: 10.20.0.10#53\nAliases: \n\n";
    let mut writings = vec![
        answered(zone, "plain", "host", out.clone()),
        answered(zone, "with a server", "host", format!("{server}{out}")),
    ];
    if let Some(none) = zone.domain_without() {
        out += &format!("Host _vlmcs._tcp.{none} not found: 3(NXDOMAIN)\n");
        writings.push(
            answered(zone, "a name that does not exist", "host", out).domains(zone.all_domains()),
        );
    }
    writings
}

fn dig(zone: &Zone) -> Vec<Writing> {
    let line = |record: &Record, data: String| {
        format!(
            "{}. {}\tIN\t{}\t{data}\n",
            record.owner,
            record.ttl,
            record.kind()
        )
    };
    let answer = |owner: &str, authoritative: bool| {
        let set: Vec<&Record> = zone
            .at(owner)
            .into_iter()
            .filter(|record| record.is_kms())
            .collect();
        let targets = zone.addressed_targets(&set);
        let additional: Vec<&Record> = targets
            .iter()
            .flat_map(|target| zone.addresses(target))
            .collect();
        let flags = if authoritative {
            "qr aa rd ra"
        } else {
            "qr rd ra"
        };
        let mut out = format!(
            "\n; <<>> DiG 9.18.49 <<>> @10.20.0.10 SRV {owner}\n; (1 server found)\n;; global options: +cmd\n;; Got answer:\n\
             ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711\n\
             ;; flags: {flags}; QUERY: 1, ANSWER: {}, AUTHORITY: 0, ADDITIONAL: {}\n\n\
             ;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n\
             ;; QUESTION SECTION:\n;{owner}.\tIN\tSRV\n\n;; ANSWER SECTION:\n",
            set.len(),
            additional.len() + 1
        );
        for record in &set {
            out += &line(record, service(record));
        }
        if !additional.is_empty() {
            out += "\n;; ADDITIONAL SECTION:\n";
        }
        for record in &additional {
            out += &line(record, record.address().expect("an address").to_owned());
        }
        out + "\n;; Query time: 0 msec\n;; SERVER: 10.20.0.10#53(10.20.0.10) (UDP)\n\
               ;; WHEN: Mon Mar 02 06:12:44 UTC 2026\n;; MSG SIZE  rcvd: 180\n\n"
    };
    let all = |authoritative| -> String {
        let owners = zone.owners();
        owners
            .iter()
            .map(|owner| answer(owner, authoritative))
            .collect()
    };
    let short: String = zone
        .kms()
        .map(|record| line(record, service(record)))
        .collect();
    let head = "; <<>> DiG 9.18.49 <<>> +noall +answer SRV x\n;; global options: +cmd\n";
    let mut writings = vec![
        answered(zone, "authoritative", "dig", all(true)).ttl(Ttl::Told),
        answered(zone, "from a cache", "dig", all(false)),
        answered(
            zone,
            "authoritative, CRLF, UTF-16LE",
            "dig",
            text::utf16le(&text::crlf(&all(true))),
        )
        .ttl(Ttl::Told),
        answered(zone, "+noall +answer", "dig", format!("\n{head}{short}")),
    ];
    if let Some(none) = zone.domain_without() {
        let missing = format!(
            "\n; <<>> DiG 9.18.49 <<>> @10.20.0.10 SRV _vlmcs._tcp.{none}\n; (1 server found)\n\
             ;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 4712\n\
             ;; flags: qr aa rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 1\n\n\
             ;; QUESTION SECTION:\n;_vlmcs._tcp.{none}.\tIN\tSRV\n\n;; AUTHORITY SECTION:\n\
             {apex}.\t900\tIN\tSOA\t{}. hostmaster.{apex}. {} 900 600 86400 {}\n\n;; Query time: 0 msec\n\
             ;; SERVER: 10.20.0.10#53(10.20.0.10) (UDP)\n;; WHEN: Mon Mar 02 06:12:44 UTC 2026\n\
             ;; MSG SIZE  rcvd: 110\n\n",
            zone.mname,
            zone.serial,
            zone.minimum,
            apex = zone.apex
        );
        writings.push(
            answered(
                zone,
                "a name that does not exist",
                "dig",
                all(true) + &missing,
            )
            .ttl(Ttl::Told)
            .domains(zone.all_domains()),
        );
    }
    writings
}

/// `dig +short` tells no owner: the node is given, relative to the zone or absolute.
fn dig_short(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut writings = Vec::new();
    for owner in zone.owners() {
        let set = zone.at(&owner).into_iter().filter(|record| record.is_kms());
        let lines: String = set.map(|record| service(record) + "\n").collect();
        let (label, node) = if random.one_in(2) {
            ("absolute node", format!("{owner}."))
        } else {
            ("relative node", zone.relative(&owner))
        };
        let mut writing = answered(zone, label, "dig-short", lines)
            .args(format!("--zone {} --node {node}", zone.apex))
            .domains(domain_of(&owner).into_iter().collect());
        writing.told = true;
        writings.push(writing);
    }
    writings
}

/// Data as dnscmd prints it.
fn dnscmd_data(record: &Record) -> String {
    match &record.data {
        Data::Srv(s) => format!("{} {} {}\t{}.", s.priority, s.weight, s.port, s.target),
        Data::A(address) | Data::Aaaa(address) => address.clone(),
        Data::Ns(name) | Data::Cname(name) => format!("{name}."),
        Data::Mx(preference, name) => format!("{preference}\t{name}."),
        Data::Txt(text) => format!("( {} )", text::quoted(text)),
    }
}

/// Lines of `records`, their owners relative to `node`.
fn dnscmd_lines(records: &[&Record], node: &str, blanks: bool) -> String {
    let mut out = String::new();
    let mut last = String::new();
    for record in records {
        let owner = below(&record.owner, node).expect("it lies below the node");
        let first = if owner == last {
            String::new()
        } else {
            owner.clone()
        };
        last = owner;
        let age = record
            .age
            .map_or_else(String::new, |hours| format!("[Aging:{hours}] "));
        let (ttl, kind, data) = (record.ttl, record.kind(), dnscmd_data(record));
        out += &if blanks {
            format!(
                "{first:16} {age}{ttl}  {kind}  {}\n",
                data.replace('\t', " ")
            )
        } else {
            format!("{first}\t\t {age}{ttl} {kind}\t{data}\n")
        };
    }
    out
}

fn enum_records(zone: &Zone) -> Vec<Writing> {
    let listing = |node: &str, services: bool, blanks: bool| {
        let records: Vec<&Record> = zone
            .records
            .iter()
            .filter(|record| below(&record.owner, node).is_some())
            .filter(|record| !services || record.service().is_some())
            .collect();
        let lines = dnscmd_lines(&records, node, blanks);
        text::crlf(&format!(
            "Returned records:\n{lines}\nCommand completed successfully.\n\n"
        ))
    };
    let writing = |label: &str, node: &str, listing: String, domains: Vec<String>| {
        let mut writing = answered(zone, label, "dnscmd-enumrecords", listing)
            .args(format!("--zone {} --node {node}", zone.apex))
            .ttl(Ttl::Told)
            .age(Age::Told)
            .domains(domains);
        writing.told = true;
        writing
    };
    let mut writings = Vec::new();
    for (at, owner) in zone.owners().iter().enumerate() {
        let domains: Vec<String> = domain_of(owner).into_iter().collect();
        let node = zone.relative(owner);
        writings.push(writing(
            "the KMS name",
            &node,
            listing(owner, true, at % 2 == 1),
            domains.clone(),
        ));
        // The node above: `_tcp`, or the zone itself where `_tcp` is its apex.
        let (_, above) = owner.split_once('.').expect("it has labels");
        let node = if at % 2 == 0 {
            zone.relative(above)
        } else {
            format!("{above}.")
        };
        writings.push(writing(
            "its parent",
            &node,
            listing(above, true, at % 2 == 0),
            domains,
        ));
    }
    let whole = listing(&zone.apex, false, false);
    writings.push(writing(
        "the apex and all below",
        "@",
        whole,
        zone.domains(),
    ));
    writings
}

fn zone_print(zone: &Zone) -> Writing {
    let Zone {
        apex,
        mname,
        serial,
        minimum,
        ..
    } = zone;
    let records: Vec<&Record> = zone.records.iter().collect();
    let out = format!(
        ";\n;  Zone:    {apex}\n;  Server:  dc01.contoso.com\n;  Time:    Mon Mar 02 06:12:44 2026 UTC\n;\n\
         @\t\t {minimum} SOA\t{mname}. hostmaster.{apex}. {serial} 900 600 86400 {minimum}\n{}\
         ;\n;  Finished zone: {} nodes and {} records in 0 seconds\n;\n",
        dnscmd_lines(&records, apex, false),
        records.len(),
        records.len() + 1
    );
    Writing::new("whole zone", "dnscmd-zoneprint", zone, text::crlf(&out))
        .domains(zone.all_domains())
}
