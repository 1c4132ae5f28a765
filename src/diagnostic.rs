//! Errors for people: what is wrong, where, the line itself with a caret, what to do.
//!
//! A [`Diagnostic`] is one complaint; [`Diagnostics`] are all complaints about an input at once and
//! are what reading functions return as their error.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
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
    /// The whole line without its end, safe to print; `None` where it is too long to quote.
    text: Option<String>,
    /// Octets of `text` that the caret stands under.
    start: usize,
    end: usize,
}

impl Place {
    /// The place of `span` (octets) in `bytes`, the content of `file`. A span that goes on past its
    /// first line is marked up to that line's end. Octets that are not UTF-8 count as one character.
    pub fn new(file: &str, bytes: &[u8], span: std::ops::Range<usize>) -> Self {
        let bom = if bytes.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let start = span.start.clamp(bom, bytes.len());
        let line = memchr::memchr_iter(b'\n', &bytes[..start]).count() + 1;
        let first = memchr::memrchr(b'\n', &bytes[..start]).map_or(bom, |at| at + 1);
        let mut last = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if last > first && bytes[last - 1] == b'\r' {
            last -= 1;
        }
        let start = start.min(last);
        let end = span.end.clamp(start, last);
        let before = decode(&bytes[first..start]);
        let column = before.chars().count() + 1;
        let marked = decode(&bytes[start..end]);
        let after = decode(&bytes[end..last]);
        let [before, marked, after] = [before, marked, after].map(|part| printable(&part));
        let (from, to) = (before.len(), before.len() + marked.len());
        Self {
            file: file.to_owned(),
            line,
            column,
            text: (last - first <= MAX_QUOTED_LINE).then(|| before + &marked + &after),
            start: from,
            end: to,
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
        if acts(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A part of a line, safe to print: one character for one, so that columns stay true. Tabs stay too,
/// the renderer widens them and moves the caret along.
fn printable(part: &str) -> String {
    part.chars()
        .map(|c| match c {
            '\t' => c,
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
            '\x7f' => '\u{2421}',
            _ if acts(c) => char::REPLACEMENT_CHARACTER,
            _ => c,
        })
        .collect()
}

/// Whether a terminal acts on the character, or hides it, instead of showing it.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Why a file could not be read or written, in words that do not depend on the system's language.
pub fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        kind => kind.to_string(),
    }
}

/// The number of complaints about one source after which the rest is left out: what is wrong in each of a
/// hundred thousand rows is the same in all of them.
pub(crate) const MAX_FAULTS: usize = 20;

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
        let mut group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
        if let Some(place) = &self.place {
            let path = visible(&place.file);
            group = match &place.text {
                Some(text) => group.element(
                    Snippet::source(text.as_str())
                        .line_start(place.line)
                        .path(path)
                        .fold(false)
                        .annotation(AnnotationKind::Primary.span(place.start..place.end)),
                ),
                None => group.element(
                    Origin::path(path)
                        .line(place.line)
                        .char_column(place.column),
                ),
            };
        }
        let placed = self.place.is_some();
        if let Some(help) = help.as_ref().filter(|_| placed) {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let text = renderer.render(&[group]);
        match help.filter(|_| !placed) {
            // There is no line above which advice could hang.
            Some(help) => format!("{text}\n  = help: {help}"),
            None => text,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], span: std::ops::Range<usize>) -> String {
        Diagnostic::at(Place::new("kms.toml", bytes, span), "this is wrong").render(false)
    }

    #[test]
    fn the_line_a_caret_and_what_to_do() {
        let place = Place::new("kms.toml", b"[kms]\nttl = \"x\"\nport = 1\n", 12..15);
        let one = Diagnostic::at(place, "this is wrong").help("do it right");
        assert_eq!(
            one.render(false),
            "\
error: this is wrong
 --> kms.toml:2:7
  |
2 | ttl = \"x\"
  |       ^^^
  |
  = help: do it right"
        );
        assert_eq!(one.line(), "kms.toml:2:7: this is wrong");
        assert!(one.render(true).contains("\u{1b}["), "colours on demand");
    }

    #[test]
    fn a_carriage_return_is_no_part_of_a_line() {
        let expected = "\
error: this is wrong
 --> kms.toml:2:7
  |
2 | ttl = 5
  |       ^";
        assert_eq!(shown(b"a\r\nttl = 5\r\nb", 9..10), expected);
        assert_eq!(
            shown(b"a\r\nttl = 5\r\nb", 9..13),
            expected,
            "up to its line's end"
        );
    }

    #[test]
    fn tabs_are_widened_and_count_as_one_column() {
        assert_eq!(
            shown(b"a\n\tttl\t= 5\n", 7..8),
            "\
error: this is wrong
 --> kms.toml:2:6
  |
2 |     ttl    = 5
  |            ^"
        );
    }

    #[test]
    fn wide_characters_move_the_caret_by_their_width() {
        assert_eq!(
            shown("x = \"b\u{fc}ro \u{65e5}\u{672c}\" !".as_bytes(), 19..20),
            "\
error: this is wrong
 --> kms.toml:1:15
  |
1 | x = \"b\u{fc}ro \u{65e5}\u{672c}\" !
  |                 ^"
        );
    }

    #[test]
    fn a_span_of_many_lines_is_marked_on_its_first() {
        assert_eq!(
            shown(b"a = [\n1,\n2]\n", 4..11),
            "\
error: this is wrong
 --> kms.toml:1:5
  |
1 | a = [
  |     ^"
        );
    }

    #[test]
    fn the_end_of_the_file_is_a_place() {
        assert_eq!(
            shown(b"a\nbc", 4..4),
            "\
error: this is wrong
 --> kms.toml:2:3
  |
2 | bc
  |   ^"
        );
        assert_eq!(
            shown(b"a\nbc\n", 99..100),
            "\
error: this is wrong
 --> kms.toml:3:1
  |
3 |
  | ^"
        );
        assert_eq!(
            shown(b"", 0..0),
            "\
error: this is wrong
 --> kms.toml:1:1
  |
1 |
  | ^"
        );
    }

    #[test]
    fn octets_that_are_no_text_count_as_one_character_each() {
        assert_eq!(
            shown(b"x = \xff\xfe y", 7..8),
            "\
error: this is wrong
 --> kms.toml:1:8
  |
1 | x = \u{fffd}\u{fffd} y
  |        ^"
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_line() {
        let expected = "\
error: this is wrong
 --> kms.toml:1:1
  |
1 | [kms
  | ^";
        assert_eq!(shown("\u{feff}[kms".as_bytes(), 3..4), expected);
        assert_eq!(shown("\u{feff}[kms".as_bytes(), 0..0), expected);
    }

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        let line = "x = \u{1b}[31m\u{7f}\u{9b}2J\u{202e} y";
        let place = Place::new("k\u{1b}ms.toml", line.as_bytes(), 4..5);
        let one = Diagnostic::at(place, "mess\nage\u{1b}[2J").help("he\u{7}lp");
        assert_eq!(
            one.render(false),
            "\
error: mess\\nage\\u{1b}[2J
 --> k\\u{1b}ms.toml:1:5
  |
1 | x = \u{241b}[31m\u{2421}\u{fffd}2J\u{fffd} y
  |     ^
  |
  = help: he\\u{7}lp"
        );
        assert_eq!(one.line(), "k\\u{1b}ms.toml:1:5: mess\\nage\\u{1b}[2J");
    }

    #[test]
    fn a_long_line_is_cut_and_a_very_long_one_is_not_quoted() {
        let text = shown(&[b'a'; 300], 200..203);
        assert!(text.lines().all(|line| line.len() <= 150), "{text}");
        assert!(text.contains(" --> kms.toml:1:201\n"), "{text}");
        assert!(text.contains("^^^"), "{text}");
        assert_eq!(
            shown(&[b'a'; 5000], 200..203),
            "error: this is wrong\n--> kms.toml:1:201"
        );
    }

    #[test]
    fn complaints_in_lines_and_as_json() {
        let place = Place::new("kms.toml", b"ttl = x", 6..7);
        let all = Diagnostics(vec![
            Diagnostic::at(place, "this is wrong").help("do it right"),
            Diagnostic::new("so is this"),
        ]);
        assert_eq!(all.to_string(), "kms.toml:1:7: this is wrong\nso is this");
        let json: serde_json::Value = serde_json::from_str(&all.to_json()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({ "errors": [
                { "message": "kms.toml:1:7: this is wrong", "file": "kms.toml", "line": 1, "column": 7,
                  "help": "do it right" },
                { "message": "so is this" },
            ] })
        );
    }
}
