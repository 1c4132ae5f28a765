//! RFC 1035 master files as BIND reads them, and Windows DNS zone files.
//!
//! A zone is read twice. The first reading finds its SOA and KMS records; the second, once it is known which
//! names matter, what stands at and above those. Everything else is stepped over: line by line by `kmsplan_skim`, where
//! a record is written as most are, element by element elsewhere. The scanner works on octets alone: files come to it
//! through [`Includes`].

mod frame;
mod generate;
mod head;
pub(super) mod lexer;
mod names;
mod origin;
mod rdata;
mod records;
pub(super) mod rrtype;
mod scan;
#[cfg(test)]
mod tests;
pub(super) mod ttl;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) use origin::{header, header_line, name_from_file};
pub(super) use scan::{Denied, Includes, Problem, Setup};

use super::surroundings::{Interest, Surroundings};
use super::{Alias, End, FileId, KmsRecord, Site, Soa};
use crate::Name;
use crate::topology::ZoneKind;

/// What the first reading of a zone file found.
pub(super) struct Reading {
    /// What the file says about itself; the second reading starts with it.
    setup: Setup,
    /// The lines that the second reading can step over where they have no owner of interest, of each file that was
    /// opened, in order.
    stepped: Vec<Vec<kmsplan_skim::Stepped>>,
    /// The zone's apex.
    pub(super) apex: Name,
    /// Its start of authority.
    pub(super) soa: Soa,
    /// Whether it is signed.
    pub(super) signed: bool,
    /// Its KMS records by owner, those below zone cuts included.
    pub(super) kms: BTreeMap<Name, Vec<KmsRecord>>,
    /// Where a record can be appended.
    pub(super) end: End,
    /// What the file says about how the zone is kept.
    pub(super) evidence: Option<ZoneKind>,
}

impl Reading {
    /// Whether it is a Windows zone file.
    pub(super) fn windows(&self) -> bool {
        self.setup.windows
    }
}

/// The outcome of the first reading, with the files that were brought in either way.
pub(super) struct Outcome {
    pub(super) result: Result<Reading, Vec<Problem>>,
    /// Every file that was brought in, in order, repetitions included.
    pub(super) included: Vec<FileId>,
}

/// What stands around the names of interest.
#[derive(Default)]
pub(super) struct Found {
    pub(super) cuts: BTreeMap<Name, Site>,
    pub(super) aliases: BTreeMap<Name, Alias>,
    pub(super) wildcards: BTreeMap<Name, Site>,
    pub(super) addresses: BTreeMap<Name, Site>,
}

/// The first reading: SOA and KMS records.
pub(super) fn read<I: Includes>(
    file: FileId,
    bytes: &[u8],
    setup: Setup,
    includes: &mut I,
) -> Outcome {
    let header = header(bytes);
    let mut setup = setup;
    setup.windows |= header.is_some() && !setup.plain;
    loop {
        let mut records = records::Records::new(setup.windows);
        let mut scanner =
            scan::Scanner::new(setup.clone(), &mut records, scan::Which::First, includes);
        let end = match scanner.zone(file, bytes) {
            Ok(end) => Some(end),
            Err(scan::Stop::Faulty) => None,
            Err(scan::Stop::Again(again)) => {
                setup = again;
                continue;
            }
        };
        let ttl = scanner.ttl_in_force();
        let stepped = std::mem::take(&mut scanner.stepped);
        let (brought_in, age_seen) = (scanner.included, scanner.age_seen);
        let (soa, mut problems) = (scanner.soa, scanner.problems);
        let (Some(end), Some(soa), true) = (end, &soa, problems.is_empty()) else {
            if problems.is_empty() {
                problems.push(no_authority(file, bytes));
            }
            return Outcome {
                result: Err(problems),
                included: brought_in,
            };
        };
        let apex = soa.owner.clone();
        let mut kms: BTreeMap<Name, Vec<KmsRecord>> = BTreeMap::new();
        for record in records.kms {
            if apex.zone_of(&record.owner) {
                kms.entry(record.owner.clone()).or_default().push(record);
            }
        }
        let origin = end
            .origin
            .as_deref()
            .cloned()
            .unwrap_or_else(|| apex.clone());
        let evidence = match &header {
            _ if origin::is_azure_export(bytes) => Some(ZoneKind::Other),
            _ if setup.plain => None,
            Some(header) if header.directory => Some(ZoneKind::Ad),
            _ if age_seen => Some(ZoneKind::Ad),
            Some(_) => Some(ZoneKind::WindowsFile),
            None => None,
        };
        return Outcome {
            result: Ok(Reading {
                soa: Soa {
                    mname: soa.data.mname.clone(),
                    serial: soa.data.serial,
                    refresh: soa.data.refresh,
                    minimum: soa.data.minimum,
                    ttl: Some(soa.ttl),
                    site: Some(Site {
                        file: soa.file,
                        line: soa.line,
                    }),
                    serial_spans: soa.serial_spans.clone(),
                },
                apex,
                signed: records.signed,
                kms,
                end: End { file, origin, ttl },
                evidence,
                setup,
                stepped,
            }),
            included: brought_in,
        };
    }
}

/// The second reading: what stands at and above `names`, which lie in the zone.
pub(super) fn look_around<I: Includes>(
    reading: &Reading,
    bytes: &[u8],
    names: &BTreeSet<Name>,
    includes: &mut I,
) -> Result<Found, Vec<Problem>> {
    if names.is_empty() {
        return Ok(Found::default());
    }
    let interest = Interest::new(&reading.apex, names);
    let mut surroundings = Surroundings::new(&interest);
    let mut scanner = scan::Scanner::new(
        reading.setup.clone(),
        &mut surroundings,
        scan::Which::Second(&interest, &reading.stepped),
        includes,
    );
    let whole = scanner.zone(reading.end.file, bytes).is_ok();
    if !whole || !scanner.problems.is_empty() {
        // The setup is that of the first reading's last turn, so only a problem can stop this one.
        debug_assert!(!scanner.problems.is_empty(), "a stop without a problem");
        return Err(scanner.problems);
    }
    surroundings.drop_what_is_delegated();
    Ok(Found {
        cuts: surroundings.cuts,
        aliases: surroundings.aliases,
        wildcards: surroundings.wildcards,
        addresses: surroundings.addresses,
    })
}

/// The complaint that a file has no SOA record.
fn no_authority(file: FileId, bytes: &[u8]) -> Problem {
    Problem {
        file,
        span: first_line(bytes),
        message: "the file has no SOA record, so it is no whole zone".to_owned(),
        help: Some("give the zone's own file; it may bring this one in by `$INCLUDE`".to_owned()),
    }
}

/// The first octet of the first line that says something.
pub(super) fn first_line(bytes: &[u8]) -> Range<usize> {
    let mut at = frame::first_octet(bytes);
    for line in bytes[at..].split_inclusive(|octet| *octet == b'\n') {
        let text = line.trim_ascii_start();
        if !text.is_empty() && text[0] != b';' {
            let start = at + (line.len() - text.len());
            return start..start + text.trim_ascii_end().len();
        }
        at += line.len();
    }
    0..0
}

/// Whether a file is zone data: its first record or directive reads like one of a master file.
pub(super) fn is_zone_data(bytes: &[u8]) -> bool {
    let mut cursor = lexer::Cursor::new(bytes, frame::first_octet(bytes));
    let mut words: Vec<&[u8]> = Vec::new();
    let mut blank = false;
    loop {
        match cursor.next() {
            Ok(lexer::Token::Word(span) | lexer::Token::Quoted(span)) if words.len() < 6 => {
                words.push(&bytes[span]);
            }
            Ok(lexer::Token::Blank(_)) => blank = true,
            Ok(lexer::Token::End(lexer::End::Line)) if words.is_empty() => blank = false,
            Ok(lexer::Token::Word(_) | lexer::Token::Quoted(_) | lexer::Token::End(_)) | Err(_) => {
                break;
            }
        }
    }
    let Some(first) = words.first() else {
        return false;
    };
    let directives: [&[u8]; 5] = [b"$ORIGIN", b"$TTL", b"$INCLUDE", b"$GENERATE", b"$DATE"];
    if directives
        .iter()
        .any(|directive| first.eq_ignore_ascii_case(directive))
    {
        return true;
    }
    let mut fields = words.iter().skip(usize::from(!blank));
    let head = |word: &&&[u8]| {
        rrtype::class(word).is_some() || ttl::parse(word).is_some() || word.starts_with(b"[AGE:")
    };
    let kind = fields
        .find(|word| !head(word))
        .and_then(|word| rrtype::Kind::parse(word));
    kind.is_some_and(|kind| kind != rrtype::Kind::Unknown)
}
