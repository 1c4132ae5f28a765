//! The file as text: its encoding, its format, its lines.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::encoding;

/// The notation of a topology file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Json,
    Yaml,
}

impl Format {
    /// The format that a file's extension names, in any case.
    fn of(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next()?;
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// A topology file as text.
pub(super) struct Source {
    /// The file as the user named it.
    path: String,
    pub(super) format: Format,
    /// Its text without byte-order mark. All spans are octets of it.
    pub(super) text: String,
    /// The first octet of every line.
    lines: Vec<usize>,
}

impl Source {
    /// Decodes a file. Fails where the extension names no format, where the octets are no UTF-8 (or no
    /// UTF-16, after its byte-order mark), and where a NUL shows that the file is no text.
    pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let format = Format::of(path).ok_or_else(|| {
            Diagnostic::new(format!("cannot tell the format of `{path}` from its name"))
                .help("name a topology .toml, .json, .yaml or .yml")
        })?;
        let text = decode(path, bytes)?;
        let lines = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
            .collect();
        let source = Self {
            path: path.to_owned(),
            format,
            text,
            lines,
        };
        match source.text.find('\0') {
            Some(nul) => Err(source
                .complaint(nul..nul + 1, "a NUL character: this is no text file")
                .help("save the file as UTF-8")
                .into()),
            None => Ok(source),
        }
    }

    /// The line of an octet, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|&first| first <= at)
    }

    /// A complaint about a span.
    pub(super) fn complaint(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(Place::new(&self.path, self.text.as_bytes(), span), message)
    }

    /// The octet at a line and a column, both from 1, the column in octets; the end of the text where it
    /// has no such line.
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let first = line.checked_sub(1).and_then(|index| self.lines.get(index));
        let at = first.map_or(self.text.len(), |first| first + column.saturating_sub(1));
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// The text of a file. Without byte-order mark it is UTF-8; Windows Notepad and redirected output of
/// Windows PowerShell write UTF-16 with one.
fn decode(path: &str, bytes: &[u8]) -> Result<String, Diagnostics> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return decode_utf16(path, rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return decode_utf16(path, rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let at = error.valid_up_to();
            let length = error.error_len().unwrap_or(bytes.len() - at);
            let place = Place::new(path, bytes, at..at + length);
            Err(Diagnostic::at(place, "this is not UTF-8")
                .help("save the file as UTF-8")
                .into())
        }
    }
}

fn decode_utf16(path: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Diagnostics> {
    encoding::utf16(bytes, unit).map_err(|fault| {
        let place = Place::new(path, fault.text.as_bytes(), fault.span);
        Diagnostic::at(place, "this is not UTF-16")
            .help("save the file as UTF-8")
            .into()
    })
}
