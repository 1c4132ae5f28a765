//! What the readers make of console output, as people would see it.

mod detection;
mod dig;
mod dnscmd;
mod host;
mod nslookup;
mod short;
mod transfer;

use super::super::listing::{Data, Fault, Listed, Sample, Section};
use super::super::{Extent, Format};
use crate::Name;
use crate::diagnostic::Place;
use crate::presentation::{absolute, parse_full_name};

/// What the user says besides the text.
#[derive(Default, Clone, Copy)]
struct Given {
    zone: Option<&'static str>,
    node: Option<&'static str>,
}

const NOTHING: Given = Given {
    zone: None,
    node: None,
};

fn with_sample<T>(text: &[u8], given: Given, run: impl Fn(&Sample<'_>) -> T) -> T {
    let zone = given.zone.map(|zone| parse_full_name(zone).unwrap());
    run(&Sample {
        bytes: text,
        shown: "sample.txt",
        zone: zone.as_ref(),
        node: given.node,
    })
}

/// The sections in lines, or the faults.
fn read(format: Format, text: &[u8], given: Given) -> Result<String, String> {
    let outcome = with_sample(text, given, |sample| super::read(format, sample));
    outcome
        .map(|sections| sections.iter().map(section).collect())
        .map_err(|faults| faults.iter().map(|fault| shown(fault, text)).collect())
}

fn section(section: &Section) -> String {
    assert_eq!(section.evidence, None);
    let apex = section.apex.as_ref().map_or("?".to_owned(), absolute);
    let extent = match section.extent {
        Extent::Names => "names",
        Extent::Services => "services",
        Extent::Whole => "whole",
    };
    let mut text = format!("{apex} {extent}\n");
    for record in &section.records {
        text += &listed(record);
    }
    for name in &section.empty {
        text.extend(["  ", &absolute(name), " none\n"]);
    }
    text
}

fn listed(record: &Listed) -> String {
    let ttl = record.ttl.map_or("?".to_owned(), |ttl| ttl.to_string());
    let age = match record.aged {
        Some(true) => " aged",
        Some(false) => " static",
        None => "",
    };
    let name = |name: &Name| absolute(name);
    let data = match &record.data {
        Data::Srv {
            priority,
            weight,
            port,
            target,
        } => format!("SRV {priority} {weight} {port} {}", name(target)),
        Data::Cname(target) => format!("CNAME {}", name(target)),
        Data::Dname(target) => format!("DNAME {}", name(target)),
        Data::Soa {
            mname,
            serial,
            refresh,
            minimum,
        } => format!("SOA {} {serial} {refresh} {minimum}", name(mname)),
        other => format!("{other:?}"),
    };
    format!("  {} {ttl}{age} {data}\n", name(&record.owner))
}

/// `LINE:COLUMN: message (help)`.
fn shown(fault: &Fault, text: &[u8]) -> String {
    let place = fault.span.clone().map_or("whole".to_owned(), |span| {
        let place = Place::new("sample.txt", text, span);
        format!("{}:{}", place.line, place.column)
    });
    let help = fault
        .help
        .as_ref()
        .map_or(String::new(), |help| format!(" ({help})"));
    format!("{place}: {}{help}\n", fault.message)
}

/// Checks that a text is read so, with LF and with CRLF, with a byte-order mark, and without its last line end.
fn good(format: Format, text: &str, given: Given, expected: &str) {
    let crlf = text.replace('\n', "\r\n");
    let mark = format!("\u{feff}{text}");
    let spaced = text.replace('\n', "  \n");
    for text in [text, &crlf, &mark, text.trim_end(), &spaced] {
        match read(format, text.as_bytes(), given) {
            Ok(read) => assert_eq!(read, expected, "{text}"),
            Err(faults) => panic!("{text}\n{faults}"),
        }
    }
}

/// Checks that a text is refused with these words.
fn bad(format: Format, text: &str, given: Given, expected: &str) {
    bad_octets(format, text.as_bytes(), given, expected);
}

fn bad_octets(format: Format, text: &[u8], given: Given, expected: &str) {
    let shown = String::from_utf8_lossy(text);
    match read(format, text, given) {
        Ok(read) => panic!("{shown}\nis read as\n{read}"),
        Err(faults) => assert_eq!(faults, expected, "{shown}"),
    }
}
