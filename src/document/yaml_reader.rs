//! YAML and JSON into the tree of values, by one reader: JSON is read as the YAML that it is, after a
//! check that it is JSON and no more.
//!
//! Plain scalars are those of the YAML 1.2 core schema (`yes` is a string). Anchors, aliases, tags and
//! further documents are refused: they hide what a reviewer reads.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Marks, StrInput};
use serde::de::IgnoredAny;

use super::source::{Source, Subject};
use super::tree::{self, Complaint, Entry, Node, Span, Value, too_deep};
use crate::diagnostic::MAX_COMPLAINTS;

/// How deep values may lie in each other. No document that is read needs more than a few levels.
const MAX_DEPTH: usize = 64;

pub(super) fn read_yaml(source: &Source) -> (Option<Node>, Vec<Complaint>) {
    Reader::new(source, &source.text, "YAML").read()
}

pub(super) fn read_json(source: &Source) -> (Option<Node>, Vec<Complaint>) {
    if source.text.trim().is_empty() {
        return (Some(empty()), Vec::new());
    }
    if let Err(error) = serde_json::from_str::<IgnoredAny>(&source.text) {
        let at = source.offset(error.line(), error.column());
        let text = error.to_string();
        let message = text
            .rsplit_once(" at line ")
            .map_or(&*text, |(what, _)| what);
        let message = message.replace("EOF while parsing", "the file ends inside");
        let complaint = source
            .complaint(at..at, format!("this is not JSON: {message}"))
            .help("JSON has double quotes only, no comma after the last value, no comments");
        return (None, vec![(at..at, complaint)]);
    }
    Reader::new(source, &mask_strings(&source.text), "JSON").read()
}

/// The root of a file that says nothing.
fn empty() -> Node {
    Node {
        span: 0..0,
        value: Value::Table(Vec::new()),
    }
}

/// The text with every character inside a JSON string replaced by `x`. The strings are decoded by JSON's
/// own rules, which allow escapes and characters that YAML's do not.
fn mask_strings(json: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    json.chars()
        .map(|c| {
            if !inside {
                inside = c == '"';
                return c;
            }
            if c == '"' && !escaped {
                inside = false;
                return c;
            }
            escaped = c == '\\' && !escaped;
            'x'
        })
        .collect()
}

struct Reader<'a> {
    source: &'a Source,
    notation: &'static str,
    events: Parser<'a, StrInput<'a>>,
    /// The octet of every character: the parser counts characters.
    octets: Vec<usize>,
    complaints: Vec<Complaint>,
}

/// The notation is wrong, or holds what is not read: the complaint is made, nothing is read after it.
struct Stopped;

impl<'a> Reader<'a> {
    /// A reader of `text`, which is the source's, character for character, as the parser shall see it.
    fn new(source: &'a Source, text: &'a str, notation: &'static str) -> Self {
        let octets = source.text.char_indices().map(|(at, _)| at);
        Self {
            source,
            notation,
            events: Parser::new_from_str(text),
            octets: octets.chain([source.text.len()]).collect(),
            complaints: Vec::new(),
        }
    }

    fn read(mut self) -> (Option<Node>, Vec<Complaint>) {
        match self.document() {
            Ok(root) => (Some(root), self.complaints),
            Err(Stopped) => (None, self.complaints),
        }
    }

    /// The one document of the file. A file without any is an empty table.
    fn document(&mut self) -> Result<Node, Stopped> {
        let mut root = None;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(self.refuse(
                        span,
                        "a second YAML document",
                        "keep one document in a file",
                    ));
                }
                Event::Nothing
                | Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
                event => root = Some(self.node(event, span, 0)?),
            }
        }
        Ok(root.unwrap_or_else(empty))
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Stopped> {
        match self.events.next_event() {
            None => Ok(None),
            Some(Ok((event, marks))) => Ok(Some((event, self.span(marks)))),
            Some(Err(error)) => Err(self.scan_error(&error)),
        }
    }

    /// The next event inside a value. The parser closes what it opens, or fails.
    fn inner(&mut self) -> Result<(Event<'a>, Span), Stopped> {
        self.next()?.map_or_else(
            || {
                let end = self.source.text.len();
                Err(self.refuse(end..end, "the file ends inside a value", "complete it"))
            },
            Ok,
        )
    }

    fn span(&self, marks: Marks) -> Span {
        let octet = |index: usize| {
            let end = self.source.text.len();
            self.octets.get(index).copied().unwrap_or(end)
        };
        let start = octet(marks.start.index());
        let marked = start..octet(marks.end.index()).max(start);
        let text = self.source.text.get(marked).unwrap_or_default();
        start..start + text.trim_end().len()
    }

    fn scan_error(&mut self, error: &ScanError) -> Stopped {
        let at = self.span(Marks::empty(*error.marker()));
        let message = format!("this is not {}: {}", self.notation, error.info());
        let complaint = self
            .source
            .complaint(at.clone(), message)
            .help("indent with blanks, all keys of a table alike; put odd text in quotes");
        self.complaints.push((at, complaint));
        Stopped
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) -> Stopped {
        let complaint = self.source.complaint(span.clone(), message).help(help);
        self.complaints.push((span, complaint));
        Stopped
    }

    /// What a YAML file may hold besides values is refused.
    fn not_plain(&mut self, span: Span, what: &str) -> Stopped {
        let Subject { name, plain, .. } = self.source.subject;
        let message = format!("a YAML {what}: {name} takes plain values only");
        self.refuse(span, &message, plain)
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Stopped> {
        if depth > MAX_DEPTH {
            let help = too_deep(self.source.subject);
            return Err(self.refuse(span, "values lie too deep in each other", &help));
        }
        match event {
            Event::Scalar(_, _, anchor, ref tag)
            | Event::SequenceStart(anchor, ref tag)
            | Event::MappingStart(anchor, ref tag) => {
                let (what, found) = if anchor > 0 {
                    ("anchor", true)
                } else {
                    ("tag", tag.is_some())
                };
                if found {
                    return Err(self.not_plain(span, what));
                }
            }
            _ => {}
        }
        match event {
            Event::Scalar(text, style, _, _) => self.scalar(&text, style, span),
            Event::SequenceStart(..) => self.array(span, depth),
            Event::MappingStart(..) => self.table(span, depth),
            _ => Err(self.not_plain(span, "alias")),
        }
    }

    fn array(&mut self, span: Span, depth: usize) -> Result<Node, Stopped> {
        let mut items = Vec::new();
        loop {
            let (event, item) = self.inner()?;
            if event == Event::SequenceEnd {
                let value = Value::Array(items);
                return Ok(Node { span, value });
            }
            items.push(self.node(event, item, depth + 1)?);
        }
    }

    fn table(&mut self, span: Span, depth: usize) -> Result<Node, Stopped> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let (event, key_span) = self.inner()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.key(event, key_span.clone(), depth)?;
            let (event, value) = self.inner()?;
            let mut node = self.node(event, value, depth + 1)?;
            if node.span.is_empty() {
                // Nothing is written after the key: the key is what can be shown.
                node.span = key_span.clone();
            }
            if seen.insert(key.clone()) {
                entries.push(Entry {
                    key,
                    key_span,
                    node,
                });
            } else if self.complaints.len() < MAX_COMPLAINTS {
                let complaint = tree::duplicate_key(self.source, &key, key_span);
                self.complaints.push(complaint);
            }
        }
        let span = match entries.first() {
            // A block of lines has no brace of its own.
            Some(first) if span.is_empty() => first.key_span.clone(),
            _ => span,
        };
        let value = Value::Table(entries);
        Ok(Node { span, value })
    }

    fn key(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<String, Stopped> {
        if let Event::Scalar(ref text, ScalarStyle::Plain, 0, None) = event {
            return Ok(text.to_string());
        }
        match self.node(event, span, depth + 1)? {
            Node {
                value: Value::String(key),
                ..
            } => Ok(key),
            Node { span, .. } => Err(self.refuse(span, "a key must be a word", "name the key")),
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Result<Node, Stopped> {
        let value = match style {
            ScalarStyle::Plain => plain(text),
            _ if self.notation == "JSON" => {
                let written = self.source.text.get(span.clone()).unwrap_or_default();
                match serde_json::from_str(written) {
                    Ok(text) => Value::String(text),
                    Err(_) => {
                        return Err(self.refuse(
                            span,
                            "the escapes of this string make no text",
                            "write a pair of surrogates, or the character itself",
                        ));
                    }
                }
            }
            _ => Value::String(text.to_owned()),
        };
        Ok(Node { span, value })
    }
}

/// The value of a plain scalar (YAML 1.2.2 section 10.3.2).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if let Some(value) = integer(text) {
        return Value::Integer(value);
    }
    if is_float(text) {
        return Value::Float;
    }
    Value::String(text.to_owned())
}

fn integer(text: &str) -> Option<i128> {
    let (digits, radix) = if let Some(octal) = text.strip_prefix("0o") {
        (octal, 8)
    } else if let Some(hexadecimal) = text.strip_prefix("0x") {
        (hexadecimal, 16)
    } else {
        (text.strip_prefix(['-', '+']).unwrap_or(text), 10)
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).unwrap_or(i128::MAX);
    Some(if text.starts_with('-') { -value } else { value })
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    (!whole.is_empty() || !fraction.is_empty())
        && all_digits(whole)
        && all_digits(fraction)
        && exponent_fits
}
