//! What stands before a record's data, and the owner that one record hands on to the next.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use super::lexer::Fault;
use super::rrtype::Kind;
use crate::Name;
use crate::presentation::{self, NameError};
use crate::snapshot::lines::LineCounter;
use crate::snapshot::{FileId, TtlFrom};

/// What one record inherits and what it says before its data.
pub(super) struct Head<'r> {
    pub(super) file: FileId,
    pub(super) bytes: &'r [u8],
    /// The start of its first line.
    pub(super) start: usize,
    pub(super) owner: &'r Owner,
    /// The owner as written, quotes included; `None` where it is blank, or the record's head is a directive's.
    pub(super) owner_span: Option<Range<usize>>,
    /// The blanks before the first field of a record with a blank owner, else empty.
    pub(super) blanks: Range<usize>,
    /// `[AGE:n]` with the blanks after it, and whether it says that the record is aged.
    pub(super) age: Option<(Range<usize>, bool)>,
    pub(super) ttl: u32,
    pub(super) ttl_from: TtlFrom,
    pub(super) ttl_span: Option<Range<usize>>,
    pub(super) ttl_slot: usize,
    pub(super) kind: Kind,
    pub(super) kind_span: Range<usize>,
    pub(super) origin: &'r Option<Rc<Name>>,
    pub(super) lines: &'r LineCounter,
}

impl Head<'_> {
    /// The line that the record begins on, from 1.
    pub(super) fn line(&self) -> usize {
        self.lines.line(self.bytes, self.start)
    }

    /// The record's owner, or a complaint about how it is written.
    pub(super) fn owner_name(&self) -> Result<&Name, Fault> {
        self.owner.name(self.bytes).map_err(|error| {
            let span = self.owner_span.clone().unwrap_or(self.kind_span.clone());
            name_fault(span, error)
        })
    }
}

/// The owner that is in force, decoded when somebody asks.
pub(super) struct Owner {
    text: OwnerText,
    origin: Option<Rc<Name>>,
    name: OnceCell<Result<Name, NameError>>,
}

enum OwnerText {
    /// As written in the file that is being read.
    Written { span: Range<usize>, quoted: bool },
    /// Known as a name.
    Known,
}

impl Owner {
    pub(super) fn written(span: Range<usize>, quoted: bool, origin: Option<Rc<Name>>) -> Self {
        Self {
            text: OwnerText::Written { span, quoted },
            origin,
            name: OnceCell::new(),
        }
    }

    pub(super) fn known(name: Result<Name, NameError>) -> Self {
        Self {
            text: OwnerText::Known,
            origin: None,
            name: OnceCell::from(name),
        }
    }

    /// Whether both are one name in one spelling. Both are of the file that is being read.
    pub(super) fn is_same(&self, other: &Self, bytes: &[u8]) -> bool {
        if let (OwnerText::Written { span: a, .. }, OwnerText::Written { span: b, .. }) =
            (&self.text, &other.text)
            && self.origin == other.origin
        {
            let (a, b) = (&bytes[a.clone()], &bytes[b.clone()]);
            let plain =
                |text: &[u8]| text != b"@" && !text.ends_with(b".") && !text.contains(&b'\\');
            if a == b || (plain(a) && plain(b)) {
                return a == b;
            }
        }
        matches!((self.name(bytes), other.name(bytes)), (Ok(a), Ok(b)) if a.eq_case(b))
    }

    pub(super) fn name(&self, bytes: &[u8]) -> Result<&Name, NameError> {
        self.name
            .get_or_init(|| match &self.text {
                OwnerText::Written { span, .. } => {
                    presentation::parse_name(&bytes[span.clone()], self.origin.as_deref())
                }
                OwnerText::Known => Err(NameError::Empty),
            })
            .as_ref()
            .map_err(|error| *error)
    }

    /// Whether it is written with a final dot.
    pub(super) fn is_absolute(&self, bytes: &[u8]) -> bool {
        let OwnerText::Written { span, .. } = &self.text else {
            return false;
        };
        let escapes = |text: &[u8]| {
            text.iter()
                .rev()
                .take_while(|octet| **octet == b'\\')
                .count()
        };
        bytes[span.clone()]
            .strip_suffix(b".")
            .is_some_and(|rest| escapes(rest) % 2 == 0)
    }

    /// The first label as written, where that can be told without decoding the name.
    pub(super) fn first_label<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let OwnerText::Written {
            span,
            quoted: false,
        } = &self.text
        else {
            return None;
        };
        let text = &bytes[span.clone()];
        if text == b"@" {
            return None;
        }
        let end = text.iter().position(|octet| matches!(octet, b'.' | b'\\'));
        match end {
            None => Some(text),
            Some(at) if text[at] == b'.' && at > 0 => Some(&text[..at]),
            Some(_) => None,
        }
    }
}

/// A complaint about a name.
pub(super) fn name_fault(span: Range<usize>, error: NameError) -> Fault {
    let fault = Fault::new(span, error.to_string());
    if error == NameError::NoOrigin {
        fault.help("write `$ORIGIN` before the first record, or give the zone's name with --origin")
    } else {
        fault
    }
}
