//! `Get-DnsServerResourceRecord` and `Resolve-DnsName`: objects as JSON, as CSV, and as the console shows them.

use super::{Age, Ttl, Writing};
use crate::json::{self, Json};
use crate::random::Random;
use crate::text::{self, Moment, row, span};
use crate::zone::{Data, Record, Zone};

/// All variants.
pub fn write(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let mut writings = objects(zone);
    writings.extend(single(zone, random));
    writings.extend(flattened(zone));
    writings.extend(csv(zone));
    writings.extend(tables(zone));
    writings.extend(resolved_json(zone));
    writings.extend(resolved_csv(zone));
    writings.extend(resolved_text(zone));
    writings
}

/// How far `ConvertTo-Json` opens the properties of `RecordData`.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// Too shallow: all in one string.
    Joined,
    /// A string a property.
    Strings,
    /// An object a property.
    Objects,
}

/// Which PowerShell.
#[derive(Clone, Copy, PartialEq)]
enum Shell {
    Windows,
    Seven,
}

impl Shell {
    fn print(self, value: &Json) -> String {
        match self {
            Self::Windows => json::windows(value),
            Self::Seven => json::seven(value),
        }
    }

    fn time(self, age: Option<u64>) -> Json {
        match (age.map(Moment::of_hours), self) {
            (None, _) => json::null(),
            (Some(moment), Self::Windows) => slash_date(moment),
            (Some(moment), Self::Seven) => json::text(moment.iso("T") + "+00:00"),
        }
    }
}

fn slash_date(moment: Moment) -> Json {
    Json::Raw(format!("\"\\/Date({}000)\\/\"", moment.unix))
}

/// A `TimeSpan` object.
fn time_span(seconds: u32) -> Json {
    let whole = u64::from(seconds);
    let part = |divisor: u64| {
        json::number(f64::from(seconds) / f64::from(u32::try_from(divisor).unwrap()))
    };
    json::map([
        ("Ticks", json::number(whole * 10_000_000)),
        ("Days", json::number(seconds / 86_400)),
        ("Hours", json::number(seconds / 3600 % 24)),
        ("Milliseconds", json::number(0)),
        ("Minutes", json::number(seconds / 60 % 60)),
        ("Seconds", json::number(seconds % 60)),
        ("TotalDays", part(86_400)),
        ("TotalHours", part(3600)),
        ("TotalMilliseconds", json::number(whole * 1000)),
        ("TotalMinutes", part(60)),
        ("TotalSeconds", json::number(seconds)),
    ])
}

/// The name of the CIM class of a record's data, and its properties in order.
fn properties(record: &Record) -> (&'static str, Vec<(&'static str, Json)>) {
    let absolute = |name: &str| json::text(format!("{name}."));
    match &record.data {
        Data::Srv(s) => (
            "Srv",
            vec![
                ("DomainName", absolute(&s.target)),
                ("Port", json::number(s.port)),
                ("Priority", json::number(s.priority)),
                ("Weight", json::number(s.weight)),
            ],
        ),
        Data::A(address) => ("A", vec![("IPv4Address", json::text(address))]),
        Data::Aaaa(address) => ("AAAA", vec![("IPv6Address", json::text(address))]),
        Data::Ns(name) => ("NS", vec![("NameServer", absolute(name))]),
        Data::Cname(name) => ("CName", vec![("HostNameAlias", absolute(name))]),
        Data::Mx(preference, name) => (
            "MX",
            vec![
                ("MailExchange", absolute(name)),
                ("Preference", json::number(preference)),
            ],
        ),
        Data::Txt(text) => ("Txt", vec![("DescriptiveText", json::text(text))]),
    }
}

/// `Name = value`, as a CIM property shows itself.
fn shown((name, value): &(&str, Json)) -> String {
    match value {
        Json::Text(text) => format!("{name} = \"{text}\""),
        Json::Raw(raw) if raw != "null" => format!("{name} = {raw}"),
        _ => (*name).to_owned(),
    }
}

fn cim_properties(properties: &[(&str, Json)], depth: Depth) -> Json {
    let strings = || properties.iter().map(shown);
    match depth {
        Depth::Joined => json::text(strings().collect::<Vec<_>>().join(" ")),
        Depth::Strings => Json::List(strings().map(Json::Text).collect()),
        Depth::Objects => {
            let object = |(name, value): &(&str, Json)| {
                json::map([
                    ("Name", json::text(*name)),
                    ("Value", value.clone()),
                    ("CimType", json::number(14)),
                    ("Flags", json::text("Property, NotModified")),
                    ("IsValueModified", Json::Raw("false".to_owned())),
                ])
            };
            Json::List(properties.iter().map(object).collect())
        }
    }
}

fn system_properties(class: &str, depth: Depth) -> Json {
    if depth == Depth::Joined {
        return json::text("Microsoft.Management.Infrastructure.CimSystemProperties");
    }
    json::map([
        ("Namespace", json::text("root/Microsoft/Windows/DNS")),
        ("ServerName", json::text("DC01")),
        ("ClassName", json::text(class)),
        ("Path", json::null()),
    ])
}

fn distinguished_name(zone: &Zone, record: &Record) -> String {
    format!(
        "DC={},DC={},cn=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com",
        zone.relative(&record.owner),
        zone.apex
    )
}

/// A record as the cmdlet gives it; `cim` is what `Select-Object -ExcludeProperty Cim*` takes away.
fn object(zone: &Zone, record: &Record, shell: Shell, depth: Depth, cim: bool) -> Json {
    let (name, data) = properties(record);
    let class = format!("DnsServerResourceRecord{name}");
    let data = json::map([
        (
            "CimClass",
            match depth {
                Depth::Joined => json::text(format!("root/Microsoft/Windows/DNS:{class}")),
                _ => json::map([
                    (
                        "CimSuperClassName",
                        json::text("DnsServerResourceRecordData"),
                    ),
                    ("CimClassMethods", json::text("")),
                    ("CimSystemProperties", system_properties(&class, depth)),
                ]),
            },
        ),
        ("CimInstanceProperties", cim_properties(&data, depth)),
        ("CimSystemProperties", system_properties(&class, depth)),
    ]);
    let distinguished = json::text(distinguished_name(zone, record));
    let mut entries = vec![
        ("DistinguishedName", distinguished.clone()),
        ("HostName", json::text(zone.relative(&record.owner))),
        ("RecordClass", json::text("IN")),
        ("RecordData", data),
        ("RecordType", json::text(record.kind())),
        ("Timestamp", shell.time(record.age)),
        ("TimeToLive", time_span(record.ttl)),
        ("Type", json::number(record.number())),
        ("PSComputerName", json::null()),
    ];
    if cim {
        let own = [
            ("DistinguishedName", distinguished),
            ("HostName", json::text(zone.relative(&record.owner))),
            ("Timestamp", json::null()),
        ];
        entries.push((
            "CimClass",
            json::text("root/Microsoft/Windows/DNS:DnsServerResourceRecord"),
        ));
        // One level nearer to the root than those of `RecordData`.
        entries.push((
            "CimInstanceProperties",
            cim_properties(
                &own,
                if depth == Depth::Joined {
                    Depth::Strings
                } else {
                    Depth::Objects
                },
            ),
        ));
        entries.push((
            "CimSystemProperties",
            system_properties("DnsServerResourceRecord", Depth::Strings),
        ));
    }
    let owned = |(key, value): (&str, Json)| (key.to_owned(), value);
    Json::Map(entries.into_iter().map(owned).collect())
}

/// The start of authority as the cmdlet gives it.
fn authority(zone: &Zone, shell: Shell, depth: Depth) -> Json {
    let duration = |seconds: u32| match depth {
        Depth::Objects => time_span(seconds),
        _ => Json::Raw(format!("{}:{:02}:00", seconds / 3600, seconds / 60 % 60)),
    };
    let data = [
        ("ExpireLimit", duration(72_000)),
        ("MinimumTimeToLive", duration(zone.minimum)),
        ("PrimaryServer", json::text(format!("{}.", zone.mname))),
        ("RefreshInterval", duration(900)),
        (
            "ResponsiblePerson",
            json::text(format!("hostmaster.{}.", zone.apex)),
        ),
        ("RetryDelay", duration(600)),
        ("SerialNumber", json::number(zone.serial)),
    ];
    let class = "DnsServerResourceRecordSoa";
    json::map([
        (
            "DistinguishedName",
            json::text(format!(
                "DC=@,DC={},cn=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com",
                zone.apex
            )),
        ),
        ("HostName", json::text("@")),
        ("RecordClass", json::text("IN")),
        (
            "RecordData",
            json::map([
                (
                    "CimClass",
                    json::text(format!("root/Microsoft/Windows/DNS:{class}")),
                ),
                ("CimInstanceProperties", cim_properties(&data, depth)),
                ("CimSystemProperties", system_properties(class, depth)),
            ]),
        ),
        ("RecordType", json::text("SOA")),
        ("Timestamp", shell.time(None)),
        ("TimeToLive", time_span(zone.minimum)),
        ("Type", json::number(6)),
        ("PSComputerName", json::null()),
    ])
}

/// A whole zone, in every depth, by both shells, in every encoding that they write.
fn objects(zone: &Zone) -> Vec<Writing> {
    let whole = |shell, depth, cim| {
        let records = zone.records.iter();
        let records = records.map(|record| object(zone, record, shell, depth, cim));
        let authority = authority(zone, shell, depth);
        Json::List(std::iter::once(authority).chain(records).collect())
    };
    let writing = |label: &str, bytes: Vec<u8>| {
        Writing::new(label, "dnsserver-json", zone, bytes).domains(zone.all_domains())
    };
    let (five, seven) = (Shell::Windows, Shell::Seven);
    let services = zone
        .records
        .iter()
        .filter(|record| record.service().is_some());
    let services = services.map(|record| object(zone, record, five, Depth::Objects, false));
    let services = Json::List(services.collect());
    vec![
        writing(
            "5.1 depth 2, UTF-16LE",
            text::utf16le(&five.print(&whole(five, Depth::Joined, false))),
        ),
        writing(
            "5.1 depth 2 with Cim*, UTF-8 BOM",
            text::marked(&five.print(&whole(five, Depth::Joined, true))),
        ),
        writing(
            "5.1 depth 3",
            five.print(&whole(five, Depth::Strings, false)).into_bytes(),
        ),
        writing(
            "5.1 depth 4, UTF-8 BOM",
            text::marked(&five.print(&whole(five, Depth::Objects, false))),
        ),
        writing(
            "7 depth 3 with Cim*",
            seven
                .print(&whole(seven, Depth::Strings, true))
                .into_bytes(),
        ),
        writing(
            "7 depth 4",
            seven
                .print(&whole(seven, Depth::Objects, false))
                .into_bytes(),
        ),
        writing(
            "7 compressed",
            json::compressed(&whole(seven, Depth::Objects, true)).into_bytes(),
        ),
        writing(
            "value and Count",
            five.print(&json::map([
                ("value", whole(five, Depth::Objects, false)),
                ("Count", json::number(zone.records.len() + 1)),
            ]))
            .into_bytes(),
        ),
        Writing::new("SRV only", "dnsserver-json", zone, five.print(&services)),
    ]
}

/// One record alone: the root is an object.
fn single(zone: &Zone, random: &mut Random) -> Vec<Writing> {
    let owners = zone.owners();
    let mut alone = owners.iter().filter_map(|owner| match zone.at(owner)[..] {
        [record] => Some(record),
        _ => None,
    });
    let Some(record) = alone.next_back() else {
        return Vec::new();
    };
    let (label, depth) = *random.pick(&[
        ("one record, joined", Depth::Joined),
        ("one record, strings", Depth::Strings),
        ("one record, objects", Depth::Objects),
    ]);
    let domains = crate::zone::domain_of(&record.owner).into_iter().collect();
    let value = object(zone, record, Shell::Windows, depth, random.one_in(2));
    vec![
        Writing::new(
            label,
            "dnsserver-json",
            zone,
            text::marked(&json::windows(&value)),
        )
        .domains(domains),
    ]
}

/// The record's data as the console and flattening scripts show it.
fn data_text(record: &Record) -> String {
    match &record.data {
        Data::Srv(s) => format!("{} {} {} {}.", s.priority, s.weight, s.port, s.target),
        Data::A(address) | Data::Aaaa(address) => address.clone(),
        Data::Ns(name) | Data::Cname(name) => format!("{name}."),
        Data::Mx(preference, name) => format!("{preference} {name}."),
        Data::Txt(text) => text.clone(),
    }
}

/// What scripts make of the objects.
fn flattened(zone: &Zone) -> Vec<Writing> {
    let apex = &zone.apex;
    let flat = |record: &Record| {
        json::map([
            ("HostName", json::text(zone.relative(&record.owner))),
            ("RecordType", json::text(record.kind())),
            ("Timestamp", Shell::Windows.time(record.age)),
            ("TimeToLive", json::text(span(record.ttl))),
            ("RecordData", json::text(data_text(record))),
        ])
    };
    // The command that the documentation recommends.
    let recommended = |record: &Record, shell: Shell| {
        let s = record.service().expect("an SRV record");
        json::map([
            ("HostName", json::text(zone.relative(&record.owner))),
            ("TTL", json::number(record.ttl)),
            ("Timestamp", shell.time(record.age)),
            ("Priority", json::number(s.priority)),
            ("Weight", json::number(s.weight)),
            ("Port", json::number(s.port)),
            ("Target", json::text(format!("{}.", s.target))),
        ])
    };
    let small = |record: &Record| {
        let (_, data) = properties(record);
        let data = data
            .into_iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value));
        let time = record.age.map(Moment::of_hours);
        json::map([
            ("hostname", json::text(zone.relative(&record.owner))),
            ("recordtype", json::text(record.kind())),
            (
                "timestamp",
                time.map_or_else(json::null, |time| json::text(time.american())),
            ),
            ("timetolive", json::number(record.ttl)),
            ("recorddata", Json::Map(data.collect())),
        ])
    };
    let without_time = |record: &Record| {
        let s = record.service().expect("an SRV record");
        json::map([
            ("HostName", json::text(zone.relative(&record.owner))),
            ("RecordType", json::text("SRV")),
            ("TimeToLive", time_span(record.ttl)),
            ("DomainName", json::text(format!("{}.", s.target))),
            ("Priority", json::text(s.priority.to_string())),
            ("Weight", json::text(s.weight.to_string())),
            ("Port", json::text(s.port.to_string())),
        ])
    };
    let all = || zone.records.iter();
    let services = || all().filter(|record| record.service().is_some());
    let writing = |label: &str, values: Vec<Json>, shell: Shell| {
        let value = match <[Json; 1]>::try_from(values) {
            Ok([only]) => only,
            Err(values) => Json::List(values),
        };
        Writing::new(label, "dnsserver-json", zone, shell.print(&value))
    };
    let given = format!("--zone {apex}");
    vec![
        writing("flat", all().map(flat).collect(), Shell::Windows).args(&given),
        writing(
            "recommended command, 5.1",
            services()
                .map(|record| recommended(record, Shell::Windows))
                .collect(),
            Shell::Windows,
        )
        .args(&given),
        writing(
            "recommended command, 7",
            services()
                .map(|record| recommended(record, Shell::Seven))
                .collect(),
            Shell::Seven,
        )
        .args(&given),
        writing("small letters", all().map(small).collect(), Shell::Seven).args(&given),
        writing(
            "without time",
            services().map(without_time).collect(),
            Shell::Seven,
        )
        .args(&given)
        .age(Age::Untold),
    ]
}

/// `Export-Csv` in the forms that hold the data.
fn csv(zone: &Zone) -> Vec<Writing> {
    let services: Vec<&Record> = zone
        .records
        .iter()
        .filter(|record| record.service().is_some())
        .collect();
    let sheet = |columns: &[&str], separator: char, quotes: bool, time: fn(Moment) -> String| {
        let mut out = row(columns, separator, quotes);
        for record in &services {
            let s = record.service().expect("only those");
            let cell = |column: &&str| match *column {
                "DistinguishedName" => distinguished_name(zone, record),
                "HostName" => zone.relative(&record.owner),
                "RecordClass" => "IN".to_owned(),
                "RecordType" => "SRV".to_owned(),
                "Type" => "33".to_owned(),
                "RecordData" => "DnsServerResourceRecordSrv".to_owned(),
                "Data" => data_text(record),
                "Timestamp" => record
                    .age
                    .map(Moment::of_hours)
                    .map_or_else(String::new, time),
                "TimeToLive" => span(record.ttl),
                "TTL" => record.ttl.to_string(),
                "Priority" => s.priority.to_string(),
                "Weight" => s.weight.to_string(),
                "Port" => s.port.to_string(),
                "DomainName" | "Target" => format!("{}.", s.target),
                _ => String::new(),
            };
            out += &row(
                &columns.iter().map(cell).collect::<Vec<_>>(),
                separator,
                quotes,
            );
        }
        out
    };
    let expanded = [
        "HostName",
        "RecordType",
        "Timestamp",
        "TimeToLive",
        "Priority",
        "Weight",
        "Port",
        "DomainName",
    ];
    let recommended = [
        "HostName",
        "TTL",
        "Timestamp",
        "Priority",
        "Weight",
        "Port",
        "Target",
    ];
    let full = [
        "DistinguishedName",
        "HostName",
        "RecordClass",
        "RecordData",
        "RecordType",
        "Timestamp",
        "TimeToLive",
        "Type",
        "PSComputerName",
        "DomainName",
        "Port",
        "Priority",
        "Weight",
    ];
    let writing = |label: &str, bytes: Vec<u8>| Writing::new(label, "dnsserver-csv", zone, bytes);
    let given = format!("--zone {}", zone.apex);
    let typed = |sheet: String| {
        text::crlf(&format!(
            "#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance\n{sheet}"
        ))
    };
    vec![
        writing(
            "expanded",
            text::crlf(&sheet(&expanded, ',', true, Moment::american)).into_bytes(),
        )
        .args(&given),
        writing(
            "semicolon, #TYPE, UTF-8 BOM",
            text::marked(&typed(sheet(&expanded, ';', true, Moment::german))),
        )
        .args(&given),
        writing(
            "TAB, UTF-16LE",
            text::utf16le(&sheet(&recommended, '\t', true, |time| time.iso(" "))),
        )
        .args(&given),
        writing(
            "no quotes",
            sheet(&recommended, ',', false, |time| time.iso("T")).into_bytes(),
        )
        .args(&given),
        writing(
            "with DistinguishedName, #TYPE",
            typed(sheet(&full, ',', true, Moment::american)).into_bytes(),
        ),
        writing(
            "semicolon, without time",
            sheet(
                &[
                    "HostName",
                    "TimeToLive",
                    "Priority",
                    "Weight",
                    "Port",
                    "DomainName",
                ],
                ';',
                false,
                |time| time.iso(" "),
            )
            .into_bytes(),
        )
        .args(&given)
        .age(Age::Untold),
    ]
}

/// The console table; only zones whose KMS records fit into the cells.
fn tables(zone: &Zone) -> Vec<Writing> {
    if zone
        .owners()
        .iter()
        .any(|owner| zone.relative(owner).len() > 25)
    {
        return Vec::new();
    }
    let cell = |text: &str, width: usize| {
        if text.chars().count() > width {
            text.chars().take(width - 3).collect::<String>() + "..."
        } else {
            format!("{text:width$}")
        }
    };
    let table = |number: bool, time: fn(Moment) -> String| {
        let line = |host: &str, kind: &str, number_of: &str, time: &str, ttl: &str, data: &str| {
            let number_of = if number {
                format!("{number_of:<10} ")
            } else {
                String::new()
            };
            let line = format!(
                "{} {kind:10} {number_of}{} {ttl:15} {data}",
                cell(host, 25),
                cell(time, 20)
            );
            line.trim_end().to_owned() + "\n"
        };
        let mut out = "\n".to_owned();
        out += &line(
            "HostName",
            "RecordType",
            "Type",
            "Timestamp",
            "TimeToLive",
            "RecordData",
        );
        out += &line(
            "--------",
            "----------",
            "----",
            "---------",
            "----------",
            "----------",
        );
        let soa = format!(
            "[{}][{}.][hostmaster.{}.]",
            zone.serial, zone.mname, zone.apex
        );
        out += &line(
            "@",
            "SOA",
            "6",
            "0",
            &span(zone.minimum),
            cell(&soa, 40).trim_end(),
        );
        for record in &zone.records {
            let time = record
                .age
                .map(Moment::of_hours)
                .map_or("0".to_owned(), time);
            let data = match &record.data {
                Data::Srv(s) => {
                    format!("[{}][{}][{}][{}.]", s.priority, s.weight, s.port, s.target)
                }
                Data::Mx(preference, name) => format!("[{preference}][{name}.]"),
                _ => cell(&data_text(record), 40).trim_end().to_owned(),
            };
            let kind = record.kind();
            let number = record.number().to_string();
            out += &line(
                &zone.relative(&record.owner),
                kind,
                &number,
                &time,
                &span(record.ttl),
                &data,
            );
        }
        out + "\n\n"
    };
    let writing = |label: &str, bytes: Vec<u8>| {
        Writing::new(label, "dnsserver-table", zone, bytes).args(format!("--zone {}", zone.apex))
    };
    vec![
        writing(
            "as printed",
            text::crlf(&table(true, Moment::american)).into_bytes(),
        ),
        writing(
            "older module, UTF-16LE",
            text::utf16le(&table(false, Moment::german)),
        ),
    ]
}

/// What `Resolve-DnsName` gives for the KMS names: answers, then addresses of targets.
fn resolved(zone: &Zone) -> (Vec<&Record>, Vec<&Record>) {
    let answers: Vec<&Record> = zone.kms().collect();
    let additional = zone
        .addressed_targets(&answers)
        .iter()
        .flat_map(|target| zone.addresses(target))
        .collect();
    (answers, additional)
}

fn resolved_writing(zone: &Zone, label: &str, format: &'static str, bytes: Vec<u8>) -> Writing {
    Writing::new(label, format, zone, bytes)
        .untold()
        .ttl(Ttl::Untold)
        .age(Age::Untold)
}

fn resolved_json(zone: &Zone) -> Vec<Writing> {
    let (answers, additional) = resolved(zone);
    let objects = |enums: bool| {
        let mut objects = Vec::new();
        let word = |number: u16, word: &str| {
            if enums {
                json::text(word)
            } else {
                json::number(number)
            }
        };
        for record in &answers {
            let s = record.service().expect("answers are services");
            objects.push(json::map([
                ("Name", json::text(&record.owner)),
                ("Type", word(33, "SRV")),
                ("CharacterSet", word(1, "Unicode")),
                ("Section", word(1, "Answer")),
                ("DataLength", json::number(16)),
                ("TTL", json::number(record.ttl - 1)),
                ("NameTarget", json::text(&s.target)),
                ("Priority", json::number(s.priority)),
                ("Weight", json::number(s.weight)),
                ("Port", json::number(s.port)),
            ]));
        }
        for record in &additional {
            let address = record.address().expect("an address");
            objects.push(json::map([
                ("Address", json::text(address)),
                ("IPAddress", json::text(address)),
                ("QueryType", word(record.number(), record.kind())),
                ("Name", json::text(&record.owner)),
                ("Type", word(record.number(), record.kind())),
                ("CharacterSet", word(1, "Unicode")),
                ("Section", word(3, "Additional")),
                ("DataLength", json::number(4)),
                ("TTL", json::number(record.ttl - 1)),
            ]));
        }
        match <[Json; 1]>::try_from(objects) {
            Ok([only]) => only,
            Err(objects) => Json::List(objects),
        }
    };
    let writing = |label: &str, bytes| resolved_writing(zone, label, "resolve-dnsname-json", bytes);
    vec![
        writing(
            "5.1, UTF-16LE",
            text::utf16le(&json::windows(&objects(false))),
        ),
        writing("7", json::seven(&objects(false)).into_bytes()),
        writing(
            "7, enumerations as words",
            json::seven(&objects(true)).into_bytes(),
        ),
    ]
}

/// The columns are those of the first object.
fn resolved_csv(zone: &Zone) -> Vec<Writing> {
    let (answers, additional) = resolved(zone);
    let sheet = |separator: char| {
        let columns = [
            "Name",
            "Type",
            "CharacterSet",
            "Section",
            "DataLength",
            "TTL",
            "NameTarget",
            "Priority",
            "Weight",
            "Port",
        ];
        let mut out = row(&columns, separator, true);
        for record in answers.iter().chain(&additional) {
            let service = record.service();
            let section = if service.is_some() {
                "Answer"
            } else {
                "Additional"
            };
            let of = |field: fn(&crate::zone::Service) -> String| {
                service.map_or_else(String::new, field)
            };
            let cells = [
                record.owner.clone(),
                record.kind().to_owned(),
                "Unicode".to_owned(),
                section.to_owned(),
                "16".to_owned(),
                (record.ttl - 1).to_string(),
                of(|s| s.target.clone()),
                of(|s| s.priority.to_string()),
                of(|s| s.weight.to_string()),
                of(|s| s.port.to_string()),
            ];
            out += &row(&cells, separator, true);
        }
        text::crlf(&out)
    };
    let typed = format!(
        "#TYPE Microsoft.DnsClient.Commands.DnsRecord_SRV\r\n{}",
        sheet(';')
    );
    let writing = |label: &str, bytes| resolved_writing(zone, label, "resolve-dnsname-csv", bytes);
    vec![
        writing("comma", sheet(',').into_bytes()),
        writing("semicolon, #TYPE, UTF-8 BOM", text::marked(&typed)),
    ]
}

fn resolved_text(zone: &Zone) -> Vec<Writing> {
    let (answers, additional) = resolved(zone);
    let width = |least: usize, name: &dyn Fn(&Record) -> usize| {
        answers
            .iter()
            .map(|record| name(record))
            .max()
            .unwrap_or(0)
            .max(least)
    };
    let names = width(40, &|record| record.owner.len());
    let targets = width(30, &|record| record.service().map_or(0, |s| s.target.len()));
    let line = |cells: [&str; 8]| {
        let [name, kind, ttl, section, target, priority, weight, port] = cells;
        let line = format!(
            "{name:names$} {kind:6} {ttl:5} {section:10} {target:targets$} {priority:8} {weight:6} {port}"
        );
        line.trim_end().to_owned() + "\n"
    };
    let list = |entries: &[(&str, String)]| {
        let line = |(key, value): &(&str, String)| format!("{key:10} : {value}\n");
        entries.iter().map(line).collect::<String>() + "\n\n"
    };
    let more: String = additional
        .iter()
        .map(|record| {
            let key = if record.kind() == "A" {
                "IP4Address"
            } else {
                "IP6Address"
            };
            list(&[
                ("Name", record.owner.clone()),
                ("QueryType", record.kind().to_owned()),
                ("TTL", (record.ttl - 1).to_string()),
                ("Section", "Additional".to_owned()),
                (key, record.address().expect("an address").to_owned()),
            ])
        })
        .collect();
    let mut table = "\n".to_owned();
    table += &line([
        "Name",
        "Type",
        "TTL",
        "Section",
        "NameTarget",
        "Priority",
        "Weight",
        "Port",
    ]);
    table += &line([
        "----",
        "----",
        "---",
        "-------",
        "----------",
        "--------",
        "------",
        "----",
    ]);
    let mut lists = "\n\n".to_owned();
    for record in &answers {
        let s = record.service().expect("answers are services");
        let ttl = (record.ttl - 1).to_string();
        let numbers = [s.priority, s.weight, s.port].map(|number| number.to_string());
        let [priority, weight, port] = &numbers;
        table += &line([
            &record.owner,
            "SRV",
            &ttl,
            "Answer",
            &s.target,
            priority,
            weight,
            port,
        ]);
        lists += &list(&[
            ("Name", record.owner.clone()),
            ("Type", "SRV".to_owned()),
            ("TTL", ttl),
            ("Section", "Answer".to_owned()),
            ("NameTarget", s.target.clone()),
            ("Priority", priority.clone()),
            ("Weight", weight.clone()),
            ("Port", port.clone()),
        ]);
    }
    let writing = |label: &str, bytes| resolved_writing(zone, label, "resolve-dnsname", bytes);
    vec![
        writing(
            "table",
            text::crlf(&format!("{table}\n{more}")).into_bytes(),
        ),
        writing(
            "list, UTF-16LE",
            text::utf16le(&text::crlf(&(lists + &more))),
        ),
    ]
}
