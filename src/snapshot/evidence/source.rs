//! A file of evidence as its readers see it: lines, and places in them.

use std::borrow::Cow;
use std::ops::Range;

use super::{EvidenceFile, Seen};
use crate::snapshot::fields::{UNREADABLE, readable};
use crate::snapshot::{FileId, Site};

/// A file and its text.
pub(super) struct Source<'a> {
    pub(super) file: FileId,
    /// Its path as shown to people.
    pub(super) path: &'a str,
    text: Cow<'a, str>,
    /// Where the text begins: after a byte-order mark.
    start: usize,
    /// The offset after each LF.
    line_starts: Vec<usize>,
}

/// A line, or a part of one, without blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The offset of its first octet.
    pub(super) at: usize,
    /// Its text.
    pub(super) text: &'a str,
    /// Whether blanks stand before it.
    pub(super) indented: bool,
    /// Its text with the blanks after it: a tool that wraps a value may break it at a blank.
    pub(super) untrimmed: &'a str,
}

impl<'a> Line<'a> {
    fn new(at: usize, whole: &'a str) -> Self {
        let whole = whole.trim_end_matches(['\r', '\n']);
        let untrimmed = whole.trim_start();
        let indent = whole.len() - untrimmed.len();
        Self {
            at: at + indent,
            text: untrimmed.trim_end(),
            indented: indent > 0,
            untrimmed,
        }
    }

    /// Its octets.
    pub(super) fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    /// The part of it from `from` on, an offset in its text.
    pub(super) fn from(&self, from: usize) -> Line<'a> {
        let rest = self.untrimmed.get(from..).unwrap_or_default();
        Line {
            indented: self.indented,
            ..Line::new(self.at + from, rest)
        }
    }

    /// The first `end` octets of its text.
    pub(super) fn to(&self, end: usize) -> Line<'a> {
        let part = self.text.get(..end).unwrap_or(self.text);
        Line {
            indented: self.indented,
            ..Line::new(self.at, part)
        }
    }
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &EvidenceFile<'a>) -> Self {
        Self {
            file: file.file,
            path: file.path,
            text: readable(file.bytes),
            start: if file.bytes.starts_with(b"\xEF\xBB\xBF") {
                3
            } else {
                0
            },
            line_starts: memchr::memchr_iter(b'\n', file.bytes)
                .map(|at| at + 1)
                .collect(),
        }
    }

    /// The text after a byte-order mark, and where it begins.
    pub(super) fn body(&self) -> (usize, &str) {
        (self.start, self.text.get(self.start..).unwrap_or_default())
    }

    /// The lines, blank ones too.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let (start, body) = self.body();
        let mut at = start;
        body.split_inclusive('\n').map(move |whole| {
            let line = Line::new(at, whole);
            at += whole.len();
            line
        })
    }

    /// A value that stands at `at`.
    pub(super) fn seen<T>(&self, at: usize, value: T) -> Seen<T> {
        Seen {
            value,
            site: Site {
                file: self.file,
                line: self.line_at(at),
            },
        }
    }

    /// The number of the line, from 1, that the octet `at` is in.
    pub(super) fn line_at(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) + 1
    }
}

/// Whether a text has octets that are not UTF-8.
pub(super) fn is_garbled(text: &str) -> bool {
    text.contains([UNREADABLE, char::REPLACEMENT_CHARACTER])
}
