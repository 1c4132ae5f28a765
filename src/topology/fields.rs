//! Typed access to the tree of values: every wrong type, number, word or name is a complaint, and
//! reading goes on.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::diagnostic::MAX_COMPLAINTS;
use crate::document::{Complaint, Entry, Node, Notation, Source, Span, Value};
use crate::presentation::{self, NameError};
use crate::{Date, Name};

const NUMBER: &str = "a whole number";
const BOOLEAN: &str = "true or false";
const STRING: &str = "a string";
const LIST: &str = "a list";
const DATE: &str = "a date";

const DATE_HELP: &str = "write a day as YYYY-MM-DD, such as 2027-01-31";
const NAME_HELP: &str = "write a full name, such as kms01.contoso.com";

/// A kind of table and the keys that it may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    /// Its key; empty for the file itself.
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) keys: &'static [&'static str],
}

/// How often and where tables of a section stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The file itself.
    File,
    /// At most once.
    One,
    /// In a list.
    Many,
    /// As an entry of another table's list.
    Entry,
}

/// One table of a section.
pub(super) struct Fields<'t> {
    section: Section,
    /// The place of the table.
    pub(super) span: Span,
    entries: &'t [Entry],
}

impl<'t> Fields<'t> {
    pub(super) fn get(&self, key: &str) -> Option<&'t Node> {
        // A key that the section does not list could never be complained about.
        debug_assert!(self.section.keys.contains(&key), "{key} is no known key");
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(&entry.node)
    }

    /// Whether a key was probably meant that is not there: the complaint about the key that is there says
    /// so, and what its absence would mean need not be said.
    pub(super) fn misspells(&self, key: &str) -> bool {
        let known = self.section.keys;
        let unknown = |entry: &&Entry| !known.contains(&entry.key.as_str());
        self.entries
            .iter()
            .filter(unknown)
            .any(|entry| nearest(&entry.key, known) == Some(key))
    }
}

/// Reads fields and keeps the complaints about them.
pub(super) struct Checker<'c> {
    pub(super) source: &'c Source,
    /// All sections, to tell where a key that is in the wrong one belongs.
    sections: &'c [Section],
    complaints: &'c mut Vec<Complaint>,
}

impl<'c> Checker<'c> {
    pub(super) fn new(
        source: &'c Source,
        sections: &'c [Section],
        complaints: &'c mut Vec<Complaint>,
    ) -> Self {
        Self {
            source,
            sections,
            complaints,
        }
    }

    /// Complains about a place and says what to do.
    pub(super) fn complain(
        &mut self,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.complaints.len() < MAX_COMPLAINTS {
            let diagnostic = self.source.complaint(span.clone(), message).help(help);
            self.complaints.push((span.clone(), diagnostic));
        }
    }

    /// The line of a span, from 1.
    pub(super) fn line(&self, span: &Span) -> usize {
        self.source.line(span.start)
    }

    /// How the file's notation writes the head of a section.
    pub(super) fn heading(&self, section: Section) -> String {
        match (self.source.notation, section.shape) {
            (Notation::Toml, Shape::One) => format!("[{}]", section.name),
            (Notation::Toml, Shape::Many) => format!("[[{}]]", section.name),
            _ => format!("`{}`", section.name),
        }
    }

    /// The tables of a section that stands at most once.
    pub(super) fn one<'t>(&mut self, root: &Fields<'t>, section: Section) -> Option<Fields<'t>> {
        let node = root.get(section.name)?;
        if let Value::Array(items) = &node.value {
            let help = match self.source.notation {
                Notation::Toml => format!("write [{}], once", section.name),
                Notation::Json => "write one table in braces, without brackets".to_owned(),
                Notation::Yaml => "write its keys without a dash before them".to_owned(),
            };
            let message = format!("`{}` is one table, not a list", section.name);
            self.complain(&node.span, message, help);
            return items.first().and_then(|item| self.table(item, section));
        }
        self.table(node, section)
    }

    /// The tables of a section that may stand many times.
    pub(super) fn many<'t>(&mut self, root: &Fields<'t>, section: Section) -> Vec<Fields<'t>> {
        let Some(node) = root.get(section.name) else {
            return Vec::new();
        };
        match &node.value {
            Value::Array(items) => items
                .iter()
                .filter_map(|item| self.table(item, section))
                .collect(),
            value => {
                let help = match self.source.notation {
                    Notation::Toml => format!("write [[{}]], once for each", section.name),
                    Notation::Json => "put the table in brackets: [{ ... }]".to_owned(),
                    Notation::Yaml => "put a dash before the first key of each".to_owned(),
                };
                let found = match value {
                    Value::Table(_) => "one table",
                    other => other.kind(),
                };
                let message = format!("`{}` is a list of tables, not {found}", section.name);
                self.complain(&node.span, message, help);
                match value {
                    Value::Table(_) => self.table(node, section).into_iter().collect(),
                    _ => Vec::new(),
                }
            }
        }
    }

    /// A table whose keys are known ones.
    pub(super) fn table<'t>(&mut self, node: &'t Node, section: Section) -> Option<Fields<'t>> {
        let Value::Table(entries) = &node.value else {
            self.no_table(node, section);
            return None;
        };
        for entry in entries {
            if !section.keys.contains(&entry.key.as_str()) {
                self.unknown_key(entry, section);
            }
        }
        Some(Fields {
            section,
            span: node.span.clone(),
            entries,
        })
    }

    fn no_table(&mut self, node: &Node, section: Section) {
        let found = node.value.kind();
        let (what, help) = match (section.shape, self.source.notation) {
            (Shape::File, Notation::Json) => (
                "the file".to_owned(),
                "put the sections in braces".to_owned(),
            ),
            (Shape::File, _) => (
                "the file".to_owned(),
                "start it with the key of a section, such as `host`".to_owned(),
            ),
            (shape, _) => {
                let name = format!("`{}`", section.name);
                let what = if shape == Shape::One {
                    name
                } else {
                    format!("an entry of {name}")
                };
                let key = section.keys[0];
                (what, format!("write a table with keys, such as `{key}`"))
            }
        };
        let message = format!("{what} must be a table, found {found}");
        self.complain(&node.span, message, help);
    }

    fn unknown_key(&mut self, entry: &Entry, section: Section) {
        let key = &entry.key;
        let message = if section.shape == Shape::File {
            format!("unknown key `{key}`")
        } else {
            format!("unknown key `{key}` in {}", self.heading(section))
        };
        let meant = hyphenated(key);
        let mut owners = self.sections.iter().filter(|other| {
            other.shape != Shape::File
                && other.name != section.name
                && other.keys.contains(&meant.as_str())
        });
        let help = match (owners.next(), owners.next()) {
            _ if section.keys.contains(&meant.as_str()) => suggest(key, section.keys),
            (Some(owner), None) => format!("`{meant}` belongs in {}", self.heading(*owner)),
            _ => suggest(key, section.keys),
        };
        self.complain(&entry.key_span, message, help);
    }

    /// A key that must be there.
    pub(super) fn required<'t>(&mut self, fields: &Fields<'t>, key: &str) -> Option<&'t Node> {
        let node = fields.get(key);
        if node.is_none() && !fields.misspells(key) {
            let message = format!("{} has no `{key}`", self.heading(fields.section));
            self.complain(&fields.span, message, format!("add `{key}`"));
        }
        node
    }

    /// Complains about a value of the wrong type. Here and below `what` is the key, or words for it.
    pub(super) fn mistyped(&mut self, node: &Node, what: &str, expected: &str) {
        let found = node.value.kind();
        let text_wanted = expected.starts_with(STRING);
        let help = match &node.value {
            Value::Null => "give it a value, or leave the key away".to_owned(),
            Value::String(text) if expected == NUMBER && text.parse::<i128>().is_ok() => {
                "write the number without quotes".to_owned()
            }
            Value::String(text)
                if expected == BOOLEAN && matches!(text.as_str(), "true" | "false") =>
            {
                format!("write {text} without quotes")
            }
            Value::Table(_) | Value::Array(_) if text_wanted => {
                "write one value in quotes".to_owned()
            }
            Value::String(_) if expected == LIST => "put the values in brackets".to_owned(),
            _ if text_wanted => "put it in quotes".to_owned(),
            _ if expected == DATE => DATE_HELP.to_owned(),
            _ => format!("write {expected}"),
        };
        let message = format!("{} must be {expected}, found {found}", label(what));
        self.complain(&node.span, message, help);
    }

    /// A whole number in a range.
    pub(super) fn number<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        range: RangeInclusive<T>,
    ) -> Option<T>
    where
        T: Copy + Into<i128> + TryFrom<i128>,
    {
        let node = fields.get(key)?;
        let Value::Integer(number) = node.value else {
            self.mistyped(node, key, NUMBER);
            return None;
        };
        let (low, high): (i128, i128) = ((*range.start()).into(), (*range.end()).into());
        if !(low..=high).contains(&number) {
            self.complain(
                &node.span,
                format!("`{key}` is out of range"),
                format!("it may be {low} to {high}"),
            );
            return None;
        }
        T::try_from(number).ok()
    }

    pub(super) fn boolean(&mut self, fields: &Fields<'_>, key: &str) -> Option<bool> {
        let node = fields.get(key)?;
        let Value::Bool(value) = node.value else {
            self.mistyped(node, key, BOOLEAN);
            return None;
        };
        Some(value)
    }

    /// A string that says something: not empty, no control characters.
    pub(super) fn text<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t str> {
        let Value::String(text) = &node.value else {
            self.mistyped(node, what, STRING);
            return None;
        };
        if text.trim().is_empty() {
            let message = format!("{} is empty", label(what));
            self.complain(
                &node.span,
                message,
                "give it a value, or leave the key away",
            );
            return None;
        }
        if text.chars().any(char::is_control) {
            let message = format!("{} holds a control character", label(what));
            self.complain(
                &node.span,
                message,
                "write it in one line, without tabs and escapes",
            );
            return None;
        }
        Some(text)
    }

    /// One of a closed set of words.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let Value::String(text) = &node.value else {
            self.mistyped(node, what, STRING);
            return None;
        };
        let found = all.iter().find(|value| word(**value) == text);
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|value| word(*value)).collect();
            let message = format!("unknown word `{text}` for {}", label(what));
            self.complain(&node.span, message, suggest(text, &words));
        }
        found.copied()
    }

    /// The values of a list of at least one.
    pub(super) fn list<'t>(&mut self, node: &'t Node, key: &str) -> &'t [Node] {
        let Value::Array(items) = &node.value else {
            self.mistyped(node, key, LIST);
            return &[];
        };
        if items.is_empty() {
            let message = format!("the list `{key}` is empty");
            self.complain(
                &node.span,
                message,
                "name at least one, or leave the key away",
            );
        }
        items
    }

    /// A domain name, with or without its final dot.
    pub(super) fn name(&mut self, node: &Node, what: &str) -> Option<Name> {
        let Value::String(text) = &node.value else {
            self.mistyped(node, what, STRING);
            return None;
        };
        if text.parse::<IpAddr>().is_ok() {
            self.address(node, text);
            return None;
        }
        if text.is_empty() {
            let message = format!("{} is empty", label(what));
            self.complain(&node.span, message, NAME_HELP);
            return None;
        }
        match presentation::parse_full_name(text) {
            Ok(name) => Some(name),
            Err(error) => {
                let why = match error {
                    NameError::BadCharacter(' ') => "there is a blank in it".to_owned(),
                    _ => error.to_string(),
                };
                let message = format!("`{text}` is not a domain name: {why}");
                self.complain(&node.span, message, NAME_HELP);
                None
            }
        }
    }

    /// A name that is not the root and no wildcard, and that nobody takes for an address.
    pub(super) fn proper_name(&mut self, node: &Node, what: &str) -> Option<Name> {
        let name = self.unwanted_name(node, what)?;
        if nameable(&name) {
            return Some(name);
        }
        self.address(node, &presentation::plain(&name));
        None
    }

    /// A name that stands in records and is to go from them: not the root and no wildcard. One that only its final dot
    /// tells from an address is one of the faults that records have.
    pub(super) fn unwanted_name(&mut self, node: &Node, what: &str) -> Option<Name> {
        let name = self.name(node, what)?;
        let kind = if name.is_root() {
            "the root of the DNS"
        } else if is_wildcard(&name) {
            "a wildcard"
        } else {
            return Some(name);
        };
        let message = format!("`{}` is {kind}", presentation::plain(&name));
        self.complain(&node.span, message, NAME_HELP);
        None
    }

    fn address(&mut self, node: &Node, text: &str) {
        let message = format!("`{text}` is an address, not a name");
        self.complain(&node.span, message, NAME_HELP);
    }

    /// A domain that clients look up: its KMS records' owner must be a name too.
    pub(super) fn domain(&mut self, node: &Node, what: &str) -> Option<Name> {
        let name = self.proper_name(node, what)?;
        if presentation::kms_owner(&name).is_err() {
            let message = format!("the domain `{}` is too long", presentation::plain(&name));
            let help = "with _vlmcs._tcp before it, it may have 255 octets";
            self.complain(&node.span, message, help);
            return None;
        }
        Some(name)
    }

    /// A calendar day.
    pub(super) fn date(&mut self, fields: &Fields<'_>, key: &str) -> Option<Date> {
        let node = fields.get(key)?;
        let date = match &node.value {
            Value::Date(date) => return Some(*date),
            Value::String(text) => day(text),
            _ => {
                self.mistyped(node, key, DATE);
                return None;
            }
        };
        if date.is_none() {
            let message = format!("`{key}` is no day of the calendar");
            self.complain(&node.span, message, DATE_HELP);
        }
        date
    }
}

/// Whether a topology can name it as a host or a domain: the root, wildcards and what reads as an address are none.
pub fn nameable(name: &Name) -> bool {
    !name.is_root() && !is_wildcard(name) && presentation::plain(name).parse::<IpAddr>().is_err()
}

fn is_wildcard(name: &Name) -> bool {
    name.iter().any(|label| label == b"*")
}

/// `YYYY-MM-DD`, and nothing else that might stand for a date.
fn day(text: &str) -> Option<Date> {
    let digits = |part: &str, count: usize| {
        let fits = part.len() == count && part.bytes().all(|octet| octet.is_ascii_digit());
        fits.then(|| part.parse::<i16>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let month = i8::try_from(digits(month, 2)?).ok()?;
    let day = i8::try_from(digits(day, 2)?).ok()?;
    Date::new(digits(year, 4)?, month, day).ok()
}

/// A key in quotation marks; words for a key as they are.
fn label(what: &str) -> String {
    if what.contains(' ') {
        what.to_owned()
    } else {
        format!("`{what}`")
    }
}

/// A word as keys are written: lower case, joined by `-`.
fn hyphenated(word: &str) -> String {
    word.to_lowercase().replace(['_', ' '], "-")
}

/// The known word that was probably meant, else all of them.
fn suggest(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(
        || {
            let all: Vec<String> = known.iter().map(|one| format!("`{one}`")).collect();
            format!("known are {}", all.join(", "))
        },
        |meant| format!("did you mean `{meant}`?"),
    )
}

/// The known word that `word` is a slip of: another case or joint, an abbreviation, or a third of its
/// letters wrong at most.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = hyphenated(word);
    if word.chars().count() > 64 {
        return None;
    }
    let abbreviated = |one: &&&str| word.len() >= 3 && one.starts_with(word.as_str());
    let by_distance = known
        .iter()
        .map(|one| (strsim::osa_distance(&word, one), *one))
        .filter(|(distance, one)| *distance <= (word.len().min(one.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, one)| one);
    by_distance.or_else(|| known.iter().find(abbreviated).copied())
}
