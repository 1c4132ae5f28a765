//! The file as text: its encoding, its notation, its lines.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::encoding;

/// The notation of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    Toml,
    Json,
    Yaml,
}

/// What a document is, for the words of complaints.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject {
    /// With its article, such as "a topology".
    pub(crate) name: &'static str,
    /// How many levels of values it needs at most, in words.
    pub(crate) levels: &'static str,
    /// What to do about an anchor, an alias or a tag.
    pub(crate) plain: &'static str,
}

/// A document as text.
pub(crate) struct Source {
    /// The file as the user named it.
    path: String,
    pub(crate) subject: &'static Subject,
    pub(crate) notation: Notation,
    /// Its text without byte-order mark. All spans are octets of it.
    pub(crate) text: String,
    /// The first octet of every line.
    lines: Vec<usize>,
}

impl Source {
    /// Decodes a file. Fails where the octets are no UTF-8 (or no UTF-16, after its byte-order mark), and
    /// where a NUL shows that the file is no text.
    pub(crate) fn read(
        subject: &'static Subject,
        notation: Notation,
        path: &str,
        bytes: &[u8],
    ) -> Result<Self, Diagnostics> {
        let text = encoding::text(path, bytes)?.into_owned();
        let source = Self::new(subject, notation, path, text);
        match source.text.find('\0') {
            Some(nul) => Err(source
                .complaint(nul..nul + 1, "a NUL character: this is no text file")
                .help("save the file as UTF-8")
                .into()),
            None => Ok(source),
        }
    }

    /// A document whose text is there already, without byte-order mark.
    pub(crate) fn new(
        subject: &'static Subject,
        notation: Notation,
        path: &str,
        text: String,
    ) -> Self {
        let lines = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
            .collect();
        Self {
            path: path.to_owned(),
            subject,
            notation,
            text,
            lines,
        }
    }

    /// The line of an octet, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|&first| first <= at)
    }

    /// A complaint about a span.
    pub(crate) fn complaint(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(Place::new(&self.path, self.text.as_bytes(), span), message)
    }

    /// The octet at a line and a column, both from 1, the column in octets; the end of the text where it
    /// has no such line.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let first = line.checked_sub(1).and_then(|index| self.lines.get(index));
        let at = first.map_or(self.text.len(), |first| first + column.saturating_sub(1));
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
