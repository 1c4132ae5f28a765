//! The second reading of a transfer: what stands at and above the names that matter.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::incoming::is_kms;
use super::{Transfer, messages};
use crate::presentation::{absolute, lower};
use crate::snapshot::Extent;
use crate::snapshot::listing::{Data, Listed, Section};
use crate::snapshot::live::wire::{Broken, Reader, Record, kind};
use crate::snapshot::surroundings::Interest;

impl Transfer {
    /// What stands at and above the names of interest, and all KMS records; with them their text, one record a
    /// line, sorted, so that the same zone has the same text in whatever order it was sent.
    pub(in crate::snapshot) fn section(&self, interest: &Interest) -> (String, Section) {
        let mut lines = vec![self.start_line()];
        if self.dnssec {
            lines.push(self.dnssec_line());
        }
        for message in messages(&self.octets) {
            // Every message was read to its end before.
            let _ = read(message, interest, self, &mut lines);
        }
        let spelling = |line: &Line| absolute(&line.record.owner);
        lines.sort_by(|a, b| {
            let texts = a.text.cmp(&b.text);
            texts.then_with(|| spelling(a).cmp(&spelling(b)))
        });
        lines.dedup_by(|later, first| later.text == first.text);
        let mut section = Section::new(Some(self.apex.clone()), Extent::Whole);
        let mut text = String::new();
        for line in lines {
            let at = text.len();
            text.push_str(&line.text);
            let mut record = line.record;
            record.span = at..text.len();
            text.push('\n');
            section.records.push(record);
        }
        (text, section)
    }

    fn start_line(&self) -> Line {
        let start = &self.start.start;
        let data = Data::Soa {
            mname: start.mname.clone(),
            serial: start.serial,
            refresh: start.refresh,
            minimum: start.minimum,
        };
        Line::new(
            self.apex.clone(),
            self.start.ttl,
            "SOA",
            &self.start.text(),
            data,
        )
    }

    /// One line stands for all records of DNSSEC.
    fn dnssec_line(&self) -> Line {
        Line {
            text: format!("; {} is signed", lower(&self.apex)),
            record: Listed {
                owner: self.apex.clone(),
                ttl: None,
                aged: None,
                span: 0..0,
                data: Data::Dnssec,
            },
        }
    }
}

/// A record with its text.
struct Line {
    text: String,
    record: Listed,
}

impl Line {
    fn new(owner: crate::Name, ttl: u32, kind: &str, said: &str, data: Data) -> Self {
        let mut text = format!("{} {ttl} IN {kind}", lower(&owner));
        if !said.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, " {said}");
        }
        Self {
            text,
            record: Listed {
                owner,
                ttl: Some(ttl),
                aged: None,
                span: 0..0,
                data,
            },
        }
    }
}

fn read(
    message: &[u8],
    interest: &Interest,
    transfer: &Transfer,
    lines: &mut Vec<Line>,
) -> Result<(), Broken> {
    let mut reader = Reader::new(message);
    let header = reader.header()?;
    for _ in 0..header.questions {
        reader.question()?;
    }
    for _ in 0..header.answers {
        let record = reader.record()?;
        if may_matter(&record, interest)
            && let Some(line) = line(&record, interest, transfer)?
        {
            lines.push(line);
        }
    }
    Ok(())
}

/// A quick test that most records fail.
fn may_matter(record: &Record<'_>, interest: &Interest) -> bool {
    let Some(label) = record.first_label() else {
        return true;
    };
    match record.kind {
        _ if label == b"*" => true,
        kind::SRV => label.eq_ignore_ascii_case(b"_vlmcs"),
        kind::A | kind::AAAA | kind::NS | kind::CNAME | kind::DNAME => interest.has_label(label),
        _ => false,
    }
}

/// The line of a record, if it matters.
fn line(
    record: &Record<'_>,
    interest: &Interest,
    transfer: &Transfer,
) -> Result<Option<Line>, Broken> {
    let owner = record.owner()?;
    let service = record.kind == kind::SRV && is_kms(&owner);
    let inside = transfer.apex.zone_of(&owner);
    if !inside || !(service || interest.concerns(&owner)) {
        return Ok(None);
    }
    let wildcard = owner.iter().next() == Some(b"*");
    let (kind, said, data) = match record.kind {
        kind::SRV if service => {
            let (priority, weight, port, target) = record.service()?;
            let said = format!("{priority} {weight} {port} {}", lower(&target));
            let data = Data::Srv {
                priority,
                weight,
                port,
                target,
            };
            ("SRV".to_owned(), said, data)
        }
        kind::A => {
            let octets: [u8; 4] = record.data().try_into().map_err(|_| Broken)?;
            let said = Ipv4Addr::from(octets).to_string();
            ("A".to_owned(), said, Data::Address)
        }
        kind::AAAA => {
            let octets: [u8; 16] = record.data().try_into().map_err(|_| Broken)?;
            let said = Ipv6Addr::from(octets).to_string();
            ("AAAA".to_owned(), said, Data::Address)
        }
        kind::NS => ("NS".to_owned(), lower(&record.name_data()?), Data::Ns),
        kind::CNAME => {
            let target = record.name_data()?;
            ("CNAME".to_owned(), lower(&target), Data::Cname(target))
        }
        kind::DNAME => {
            let target = record.name_data()?;
            ("DNAME".to_owned(), lower(&target), Data::Dname(target))
        }
        // Of a wildcard it matters that it is there, of whatever type (RFC 3597 section 5: `TYPE15`).
        number if wildcard && number != kind::SOA => {
            (format!("TYPE{number}"), String::new(), Data::Other)
        }
        _ => return Ok(None),
    };
    Ok(Some(Line::new(owner, record.ttl, &kind, &said, data)))
}
