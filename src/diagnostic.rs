//! Errors for people: what is wrong, where, the line itself with a caret, what to do.
//!
//! A [`Diagnostic`] is one complaint; [`Diagnostics`] are all complaints about an input at once and
//! are what reading functions return as their error.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

/// The longest line, in octets, that is quoted under a message.
const MAX_QUOTED_LINE: usize = 4096;

/// A place in an input: the line is quoted, so that nobody has to open the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The whole line without its end, `None` where it is too long to quote.
    text: Option<String>,
    /// Octets of `text` that the caret stands under.
    start: usize,
    end: usize,
}

impl Place {
    /// The place of `span` (octets) in `bytes`, the content of `file`. A span that goes on past its
    /// first line is marked up to that line's end. Octets that are not UTF-8 count as one character.
    pub fn new(file: &str, bytes: &[u8], span: std::ops::Range<usize>) -> Self {
        let start = span.start.min(bytes.len());
        let end = span.end.clamp(start, bytes.len());
        let line = memchr::memchr_iter(b'\n', &bytes[..start]).count() + 1;
        let first = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
        let mut last = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if last > first && bytes[last - 1] == b'\r' {
            last -= 1;
        }
        let bom = if first == 0 && bytes.starts_with(b"\xEF\xBB\xBF") {
            3.min(start)
        } else {
            0
        };
        let first = first + bom;
        let before = decode(&bytes[first..start.min(last).max(first)]);
        let column = before.chars().count() + 1;
        let text =
            (last.saturating_sub(first) <= MAX_QUOTED_LINE).then(|| decode(&bytes[first..last]));
        let marked = decode(&bytes[start.min(last)..end.min(last)]);
        Self {
            file: file.to_owned(),
            line,
            column,
            text,
            start: before.len(),
            end: before.len() + marked.len(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", visible(&self.file), self.line, self.column)
    }
}

/// Text of unknown encoding: UTF-8 where it is, else one replacement character for each octet.
fn decode(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
        text
    })
}

/// Text from outside, safe to print on a terminal: control and direction characters are escaped.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let acts = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if acts {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
    }
    out
}

/// One complaint about an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, one sentence without a final dot.
    pub message: String,
    /// Where, if it has a place in a file.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A complaint without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: None,
        }
    }

    /// A complaint about a place in a file.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: Some(place),
            help: None,
        }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The complaint in one line: `FILE:LINE:COL: what is wrong`.
    pub fn line(&self) -> String {
        let message = visible(&self.message);
        self.place
            .as_ref()
            .map_or_else(|| message.clone(), |place| format!("{place}: {message}"))
    }

    /// The complaint with its line, a caret and the advice, with colours or without.
    pub fn render(&self, colour: bool) -> String {
        let (title, help) = (visible(&self.message), self.help.as_deref().map(visible));
        let path = self.place.as_ref().map(|place| visible(&place.file));
        let mut group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
        match &self.place {
            Some(Place {
                text: Some(text),
                line,
                start,
                end,
                ..
            }) => {
                group = group.element(
                    Snippet::source(text.as_str())
                        .line_start(*line)
                        .path(path.as_deref())
                        .fold(false)
                        .annotation(AnnotationKind::Primary.span(*start..*end)),
                );
            }
            Some(Place { line, column, .. }) => {
                group = group.element(
                    annotate_snippets::Origin::path(path.unwrap_or_default())
                        .line(*line)
                        .char_column(*column),
                );
            }
            None => {}
        }
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.render(&[group])
    }
}

/// All complaints about the input, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&one.line())?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Errors as JSON, for callers that asked for JSON.
#[derive(Serialize)]
struct Report<'a> {
    errors: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

impl Diagnostics {
    /// All complaints for a terminal or a log, each with its line and caret.
    pub fn render(&self, colour: bool) -> String {
        let mut out = String::new();
        for (index, one) in self.0.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            out.push_str(&one.render(colour));
            out.push('\n');
        }
        out
    }

    /// All complaints as one JSON object, `{"errors": [{"message": "FILE:LINE:COL: …", …}]}`.
    pub fn to_json(&self) -> String {
        let errors = self
            .0
            .iter()
            .map(|one| Entry {
                message: one.line(),
                file: one.place.as_ref().map(|place| place.file.as_str()),
                line: one.place.as_ref().map(|place| place.line),
                column: one.place.as_ref().map(|place| place.column),
                help: one.help.as_deref(),
            })
            .collect();
        serde_json::to_string_pretty(&Report { errors }).expect("strings and numbers serialise")
    }
}
