//! A file of a zone while it is read: where the reading stands, and what one line hands on to the next.

use std::ops::Range;
use std::rc::Rc;

use super::head::{Owner, name_fault};
use super::lexer::{Cursor, End, Fault, Token};
use super::origin;
use super::rrtype::Kind;
use crate::Name;
use crate::presentation::{self, NameError};
use crate::snapshot::FileId;
use crate::snapshot::lines::LineCounter;

/// One file of a zone that is being read.
pub(super) struct Frame<'a> {
    pub(super) file: FileId,
    pub(super) bytes: &'a [u8],
    pub(super) cursor: Cursor<'a>,
    pub(super) origin: Option<Rc<Name>>,
    pub(super) owner: Option<Owner>,
    /// Types and TTLs of the records that stand together under this owner, the first of each type; kept
    /// only while no default TTL is known.
    pub(super) run: Vec<(Kind, Range<usize>, u32)>,
    /// How many files were opened before.
    pub(super) opened: usize,
    /// Up to here no line is stepped over.
    pub(super) in_full: usize,
    pub(super) lines: LineCounter,
}

impl<'a> Frame<'a> {
    /// A file from its first octet on, with the origin and the owner in force there; `opened` files were opened before.
    pub(super) fn new(
        file: FileId,
        bytes: &'a [u8],
        origin: Option<Rc<Name>>,
        owner: Option<Owner>,
        opened: usize,
    ) -> Self {
        Self {
            file,
            bytes,
            cursor: Cursor::new(bytes, first_octet(bytes)),
            origin,
            owner,
            run: Vec::new(),
            opened,
            in_full: 0,
            lines: LineCounter::default(),
        }
    }
}

impl Frame<'_> {
    /// Whether the next line begins with an owner, as lines have to from where on others are stepped over.
    pub(super) fn is_at_owner(&self) -> bool {
        let at = self.cursor.at();
        let begins = at.checked_sub(1).and_then(|end| self.bytes.get(end)) == Some(&b'\n');
        begins && self.bytes.get(at).copied().is_some_and(is_owner_start)
    }

    /// Takes the lines of `stepped` as read that were stepped over: the last owner is that of the next record.
    pub(super) fn pass_over(&mut self, stepped: &Range<usize>) {
        if let Some(owner) = owners_back(self.bytes, stepped).next() {
            self.owner = Some(Owner::written(owner, false, self.origin.clone()));
        }
        self.cursor.go_to(stepped.end);
    }

    /// Goes back to where the last records begin that stand together under one owner: they tell which TTL the
    /// next record may take over.
    pub(super) fn read_last_run(&mut self, stepped: &Range<usize>) {
        let mut start = stepped.start;
        let mut last: Option<Range<usize>> = None;
        for owner in owners_back(self.bytes, stepped) {
            if let Some(last) = &last {
                let (a, b) = (self.text(&owner), self.text(last));
                // One may be the other's name in full.
                if a != b && a.ends_with(b".") == b.ends_with(b".") {
                    start = last.start;
                    self.run.clear();
                    break;
                }
            }
            last = Some(owner);
        }
        self.cursor.go_to(start);
        self.in_full = stepped.end;
    }

    pub(super) fn text(&self, span: &Range<usize>) -> &[u8] {
        &self.bytes[span.clone()]
    }

    /// The origin that `$ORIGIN` sets.
    pub(super) fn new_origin(&self, word: Range<usize>) -> Result<Name, Fault> {
        let text = self.text(&word);
        if let Some(zone) = origin::azure_zone(self.bytes)
            && std::str::from_utf8(text).is_ok_and(|text| {
                presentation::parse_full_name(text).is_ok_and(|name| name == zone)
            })
        {
            return Ok(zone);
        }
        presentation::parse_name(text, self.origin.as_deref()).map_err(|error| match error {
            NameError::NoOrigin => {
                let absolute = format!("`$ORIGIN {}.`", String::from_utf8_lossy(text));
                Fault::new(word, error.to_string()).help(format!(
                    "where this is the whole name, write {absolute}, with a final dot"
                ))
            }
            _ => name_fault(word, error),
        })
    }

    /// The next word of a directive or of a record's head.
    pub(super) fn word(&mut self, what: &str) -> Result<Range<usize>, Fault> {
        match self.cursor.next()? {
            Token::Word(span) => Ok(span),
            Token::Quoted(span) => Err(Fault::new(
                span.start - 1..span.end + 1,
                format!("{what} cannot be quoted"),
            )),
            Token::Blank(_) | Token::End(_) => Err(self.ended(what)),
        }
    }

    /// The complaint that the record ends too early: about the last octet before here.
    pub(super) fn ended(&self, what: &str) -> Fault {
        ended(self.bytes, self.cursor.at(), what)
    }

    pub(super) fn end(&mut self) -> Result<End, Fault> {
        match self.cursor.next()? {
            Token::End(end) => Ok(end),
            Token::Word(span) | Token::Quoted(span) | Token::Blank(span) => Err(Fault::new(
                span,
                "there is more text than the directive takes",
            )),
        }
    }
}

/// The complaint that a record whose end is read up to `at` ends before `what`.
pub(super) fn ended(bytes: &[u8], at: usize, what: &str) -> Fault {
    let read = &bytes[..at.min(bytes.len())];
    let shown = read.len()
        - read
            .iter()
            .rev()
            .take_while(|o| matches!(o, b'\r' | b'\n'))
            .count();
    Fault::new(
        shown.saturating_sub(1)..shown,
        format!("{what} is missing: the line ends here"),
    )
}

/// Whether a line that begins so has an owner.
fn is_owner_start(octet: u8) -> bool {
    !matches!(octet, b' ' | b'\t' | b'\r' | b'\n' | b';')
}

/// The owners of the lines in `stepped` that have one, the last one first. All of them were stepped over, so their owners
/// end with a blank.
fn owners_back<'b>(
    bytes: &'b [u8],
    stepped: &Range<usize>,
) -> impl Iterator<Item = Range<usize>> + 'b {
    let (start, mut end) = (stepped.start, stepped.end);
    let lines = std::iter::from_fn(move || {
        let before = bytes.get(start..end.checked_sub(1)?)?;
        let line = memchr::memrchr(b'\n', before).map_or(start, |at| start + at + 1);
        end = line;
        Some(line)
    });
    lines
        .filter(|line| bytes.get(*line).copied().is_some_and(is_owner_start))
        .map(|line| {
            let text = &bytes[line..];
            let owner = memchr::memchr2(b' ', b'\t', text).unwrap_or(text.len());
            line..line + owner
        })
}

/// The first octet after a byte-order mark.
pub(super) fn first_octet(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    }
}
