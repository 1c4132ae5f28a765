//! Records as `dnscmd` prints them.
//!
//! Owner (blank: the same as above), `[Aging:n]` where the record is aged, TTL, type, data. The owner is
//! relative to the node that was asked for.

use std::ops::Range;

use super::super::fields::MAX_TTL;
use super::super::listing::{Data, Fault, Listed};
use super::super::zone_file::rrtype::Kind;
use super::data;
use super::text::{Line, Word};
use crate::Name;
use crate::presentation;

/// Reads rows one after the other.
pub(super) struct Rows<'a> {
    /// What owners are relative to.
    origin: Name,
    /// The owner of the row above, if it could be read.
    owner: Option<Name>,
    /// A record that goes on over several lines.
    open: Option<Open<'a>>,
    /// The records.
    pub(super) records: Vec<Listed>,
    /// How many records there are, those too that do not matter.
    pub(super) count: usize,
    pub(super) faults: Vec<Fault>,
}

/// A record whose data may go on.
struct Open<'a> {
    head: Head,
    span: Range<usize>,
    kind: Kind,
    data: Vec<Word<'a>>,
}

/// What stands before the type.
struct Head {
    owner: Name,
    aged: bool,
    ttl: u32,
}

impl<'a> Rows<'a> {
    pub(super) fn new(origin: Name) -> Self {
        Self {
            origin,
            owner: None,
            open: None,
            records: Vec::new(),
            count: 0,
            faults: Vec::new(),
        }
    }

    /// Reads the next line, which is not blank.
    pub(super) fn line(&mut self, line: &Line<'a>) {
        if let Some(mut open) = self.open.take() {
            if line.indented {
                open.data.extend(before_comment(line));
                return self.take(open);
            }
            self.end(open);
        }
        let words = line.words();
        let mut fields = words.as_slice();
        if !line.indented {
            let Some((owner, rest)) = fields.split_first() else {
                return;
            };
            self.owner = match presentation::parse_name(owner.text, Some(&self.origin)) {
                Ok(owner) => Some(owner),
                Err(error) => {
                    self.faults.push(owner.no_name(&error.to_string()));
                    None
                }
            };
            if rest.is_empty() {
                // A node without records of its own.
                return;
            }
            fields = rest;
        } else if self.owner.is_none() && self.faults.is_empty() {
            let message = "no owner stands above this record: the beginning is cut off";
            self.faults.push(Fault::at(line.span(), message));
        }
        let Some(owner) = self.owner.clone() else {
            return;
        };
        match head(owner, fields, line) {
            Ok((head, kind, data)) => self.take(Open {
                head,
                span: line.span(),
                kind,
                data: data.to_vec(),
            }),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Keeps the record open while a parenthesis is, else ends it.
    fn take(&mut self, open: Open<'a>) {
        let any = |octet: u8| {
            open.data
                .iter()
                .any(|word| parenthesis(word) == Some(octet))
        };
        if any(b'(') && !any(b')') {
            self.open = Some(open);
        } else {
            self.end(open);
        }
    }

    fn end(&mut self, open: Open<'a>) {
        self.count += 1;
        match data(&open) {
            Ok(data) if is_idle(&open.head.owner, &data) => {}
            Ok(data) => self.records.push(Listed {
                owner: open.head.owner,
                ttl: Some(open.head.ttl),
                aged: Some(open.head.aged),
                span: open.span,
                data,
            }),
            Err(faults) => self.faults.extend(faults),
        }
    }

    /// Ends the last record.
    pub(super) fn finish(&mut self) {
        if let Some(open) = self.open.take() {
            self.end(open);
        }
    }
}

/// Whether nobody asks for such a record: of other types only wildcards matter.
fn is_idle(owner: &Name, data: &Data) -> bool {
    *data == Data::Other && owner.iter().next() != Some(b"*")
}

/// A parenthesis at either end of a word.
fn parenthesis(word: &Word<'_>) -> Option<u8> {
    let ends = [word.text.first(), word.text.last()];
    ends.into_iter()
        .flatten()
        .copied()
        .find(|octet| matches!(octet, b'(' | b')'))
}

fn before_comment<'a>(line: &Line<'a>) -> Vec<Word<'a>> {
    let words = line.words().into_iter();
    words
        .take_while(|word| !word.text.starts_with(b";"))
        .collect()
}

/// The fields before the data.
fn head<'w, 'a>(
    owner: Name,
    fields: &'w [Word<'a>],
    line: &Line<'a>,
) -> Result<(Head, Kind, &'w [Word<'a>]), Fault> {
    let (aged, fields) = aging(fields)?;
    let [seconds, kind, data @ ..] = fields else {
        return Err(Fault::at(line.span(), "a record needs TTL, type and data"));
    };
    let ttl = seconds
        .digits()
        .filter(|ttl| *ttl <= MAX_TTL)
        .ok_or_else(|| {
            let message = format!(
                "`{}` is no TTL, a number from 0 to {MAX_TTL}",
                seconds.shown()
            );
            Fault::at(seconds.span(), message)
        })?;
    let kind = Kind::parse(kind.text).ok_or_else(|| {
        let message = format!("`{}` is no record type", kind.shown());
        Fault::at(kind.span(), message)
    })?;
    Ok((Head { owner, aged, ttl }, kind, data))
}

/// `[Aging:n]`, where `n` is the hour of the last refresh, and what follows. None, or hour 0: the record is
/// static.
fn aging<'w, 'a>(fields: &'w [Word<'a>]) -> Result<(bool, &'w [Word<'a>]), Fault> {
    let Some((first, rest)) = fields
        .split_first()
        .filter(|(first, _)| first.text.starts_with(b"["))
    else {
        return Ok((false, fields));
    };
    let inner = first.text.strip_suffix(b"]").unwrap_or_default();
    let hour = inner
        .split_at_checked(7)
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"[aging:"));
    let hour = hour.and_then(|(_, digits)| {
        Word {
            at: 0,
            text: digits,
        }
        .digits::<u32>()
    });
    if let Some(hour) = hour {
        return Ok((hour > 0, rest));
    }
    let message = format!("`{}` is no `[Aging:n]`", first.shown());
    Err(Fault::at(first.span(), message))
}

/// The data of a record, as far as it matters. At a KMS name a type that is not known may be a spoilt `SRV`.
fn data(open: &Open<'_>) -> Result<Data, Vec<Fault>> {
    if open.kind == Kind::Unknown && presentation::kms_domain(&open.head.owner).is_some() {
        let message = "the type of this record is not known";
        return Err(vec![Fault::at(open.span.clone(), message)]);
    }
    if open.kind == Kind::Soa {
        let words: Vec<Word<'_>> = open.data.iter().filter_map(without_parentheses).collect();
        return data::read(open.kind, &words, &open.span);
    }
    data::read(open.kind, &open.data, &open.span)
}

fn without_parentheses<'a>(word: &Word<'a>) -> Option<Word<'a>> {
    let open = word.text.iter().take_while(|octet| **octet == b'(').count();
    let rest = &word.text[open..];
    let close = rest
        .iter()
        .rev()
        .take_while(|octet| **octet == b')')
        .count();
    let text = &rest[..rest.len() - close];
    (!text.is_empty()).then_some(Word {
        at: word.at + open,
        text,
    })
}
