//! Errors for people: what is wrong, where, the line itself with a caret, what to do.
//!
//! A [`Diagnostic`] is one complaint; [`Diagnostics`] are all complaints about an input at once and
//! are what reading functions return as their error.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use crate::visible::{json_visible, printable, visible};

/// The longest line, in octets, that is quoted under a message.
const MAX_QUOTED_LINE: usize = 4096;

/// The longest message, in octets: what a file says goes into it, and a word of a file may be as long as the file.
const MAX_MESSAGE: usize = 4096;

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
        let column = characters(&bytes[first..start]) + 1;
        let file = file.to_owned();
        if last - first > MAX_QUOTED_LINE {
            return Self {
                file,
                line,
                column,
                text: None,
                start: 0,
                end: 0,
            };
        }
        let parts = [first..start, start..end, end..last];
        let [before, marked, after] = parts.map(|part| printable(&decode(&bytes[part])));
        Self {
            file,
            line,
            column,
            start: before.len(),
            end: before.len() + marked.len(),
            text: Some(before + &marked + &after),
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

/// How many characters [`decode`] would make of this.
fn characters(bytes: &[u8]) -> usize {
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

/// A message of which the middle is left out where it is longer than [`MAX_MESSAGE`].
fn bounded(message: String) -> String {
    if message.len() <= MAX_MESSAGE {
        return message;
    }
    let half = MAX_MESSAGE / 2;
    let boundary = |at: &usize| message.is_char_boundary(*at);
    let head = &message[..(0..=half).rfind(boundary).unwrap_or(0)];
    let tail = (message.len() - half..=message.len()).find(boundary);
    let tail = &message[tail.unwrap_or(message.len())..];
    let left_out = message.len() - head.len() - tail.len();
    format!("{head} [... {left_out} bytes ...] {tail}")
}

/// The number of complaints about one source after which the rest is left out: what is wrong in each of a
/// hundred thousand rows is the same in all of them.
pub(crate) const MAX_FAULTS: usize = 20;

/// The same for topologies, saved plans and lists, which people write: they mend all of it at once.
pub(crate) const MAX_COMPLAINTS: usize = 100;

/// What is said where [`MAX_COMPLAINTS`] were made about a file.
pub(crate) fn and_perhaps_more(shown: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "`{shown}`: these are the first {MAX_COMPLAINTS} complaints, there may be more"
    ))
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
            message: bounded(message.into()),
            place: None,
            help: None,
        }
    }

    /// A complaint about a place in a file.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self {
            message: bounded(message.into()),
            place: Some(place),
            help: None,
        }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help.into()));
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
        let text = serde_json::to_string_pretty(&Report { errors });
        json_visible(text.expect("strings and numbers serialise"))
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
    fn the_middle_of_a_very_long_message_is_left_out() {
        let word = "\u{e4}".repeat(1 << 20);
        let one = Diagnostic::new(format!("`{word}` is no word")).help(&word);
        assert!(one.message.starts_with("`\u{e4}") && one.message.ends_with("` is no word"));
        assert!(one.message.contains(" bytes ...] "), "{}", one.message);
        assert!(one.message.len() < MAX_MESSAGE + 50);
        assert!(one.help.is_some_and(|help| help.len() < MAX_MESSAGE + 50));
        let short = "a".repeat(MAX_MESSAGE);
        assert_eq!(Diagnostic::new(&short).message, short);
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
