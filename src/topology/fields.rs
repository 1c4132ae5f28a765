//! Typed access to the tree of values: every wrong type, number, word or name is a complaint, and
//! reading goes on.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use super::source::{Format, Source};
use super::tree::{Complaint, Entry, Node, Span, Value};
use crate::presentation::{self, NameError};
use crate::{Date, Name};

/// A kind of table and the keys that it may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    /// Its key; empty for the file itself.
    pub(super) name: &'static str,
    /// Whether the file holds a list of them.
    pub(super) many: bool,
    pub(super) keys: &'static [&'static str],
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
        let diagnostic = self.source.complaint(span.clone(), message).help(help);
        self.complaints.push((span.clone(), diagnostic));
    }

    /// The line of a span, from 1.
    pub(super) fn line(&self, span: &Span) -> usize {
        self.source.line(span.start)
    }

    /// How the file's notation writes the head of a section.
    pub(super) fn heading(&self, section: Section) -> String {
        match (self.source.format, section.many) {
            (Format::Toml, false) => format!("[{}]", section.name),
            (Format::Toml, true) => format!("[[{}]]", section.name),
            _ => format!("`{}`", section.name),
        }
    }

    /// The tables of a section that stands at most once.
    pub(super) fn one<'t>(&mut self, root: &Fields<'t>, section: Section) -> Option<Fields<'t>> {
        let node = root.get(section.name)?;
        if let Value::Array(items) = &node.value {
            let help = match self.source.format {
                Format::Toml => format!("write [{}], once", section.name),
                Format::Json => "write one table in braces, without brackets".to_owned(),
                Format::Yaml => "write its keys without a dash before them".to_owned(),
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
            Value::Table(_) => {
                let help = match self.source.format {
                    Format::Toml => format!("write [[{}]], once for each", section.name),
                    Format::Json => "put the table in brackets".to_owned(),
                    Format::Yaml => "put a dash before the first key".to_owned(),
                };
                let message = format!("`{}` is a list of tables, not one table", section.name);
                self.complain(&node.span, message, help);
                self.table(node, section).into_iter().collect()
            }
            _ => {
                self.mistyped(node, section.name, "a list of tables");
                Vec::new()
            }
        }
    }

    /// A table whose keys are known ones.
    pub(super) fn table<'t>(&mut self, node: &'t Node, section: Section) -> Option<Fields<'t>> {
        let Value::Table(entries) = &node.value else {
            self.mistyped(node, section.name, "a table");
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

    fn unknown_key(&mut self, entry: &Entry, section: Section) {
        let key = &entry.key;
        let message = if section.name.is_empty() {
            format!("unknown key `{key}`")
        } else {
            format!("unknown key `{key}` in {}", self.heading(section))
        };
        let mut owners = self
            .sections
            .iter()
            .filter(|other| !other.name.is_empty() && other.keys.contains(&key.as_str()));
        let help = match (owners.next(), owners.next()) {
            (Some(owner), None) => format!("`{key}` belongs in {}", self.heading(*owner)),
            _ => suggest(key, section.keys),
        };
        self.complain(&entry.key_span, message, help);
    }

    /// A key that must be there.
    pub(super) fn required<'t>(&mut self, fields: &Fields<'t>, key: &str) -> Option<&'t Node> {
        let node = fields.get(key);
        if node.is_none() {
            let message = format!("{} has no `{key}`", self.heading(fields.section));
            self.complain(&fields.span, message, format!("add `{key}`"));
        }
        node
    }

    /// Complains about a value of the wrong type.
    pub(super) fn mistyped(&mut self, node: &Node, key: &str, expected: &str) {
        let found = node.value.kind();
        let what = if key.is_empty() {
            "the file".to_owned()
        } else {
            format!("`{key}`")
        };
        let help = match (&node.value, expected) {
            (Value::Null, _) => "give it a value, or leave the key away".to_owned(),
            (Value::String(text), "a whole number") if text.parse::<i128>().is_ok() => {
                "write the number without quotes".to_owned()
            }
            (Value::String(text), "true or false") if matches!(text.as_str(), "true" | "false") => {
                format!("write {text} without quotes")
            }
            (Value::Table(_) | Value::Array(_), _) if expected.contains("string") => {
                "write one value in quotes".to_owned()
            }
            (_, "a list") => "put the values in brackets".to_owned(),
            (Value::Table(_) | Value::Array(_) | Value::String(_), _) => {
                format!("write {expected}")
            }
            _ if expected.contains("string") => "put it in quotes".to_owned(),
            _ => format!("write {expected}"),
        };
        let message = format!("{what} must be {expected}, found {found}");
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
            self.mistyped(node, key, "a whole number");
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
            self.mistyped(node, key, "true or false");
            return None;
        };
        Some(value)
    }

    /// A string that says something: not empty, no control characters.
    pub(super) fn text<'t>(&mut self, node: &'t Node, key: &str) -> Option<&'t str> {
        let Value::String(text) = &node.value else {
            self.mistyped(node, key, "a string");
            return None;
        };
        if text.trim().is_empty() {
            let message = format!("`{key}` is empty");
            self.complain(
                &node.span,
                message,
                "give it a value, or leave the key away",
            );
            return None;
        }
        if text.chars().any(char::is_control) {
            let message = format!("`{key}` holds a control character");
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
        key: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let Value::String(text) = &node.value else {
            self.mistyped(node, key, "a string");
            return None;
        };
        let found = all.iter().find(|value| word(**value) == text);
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|value| word(*value)).collect();
            let message = format!("unknown word `{text}` for `{key}`");
            self.complain(&node.span, message, suggest(text, &words));
        }
        found.copied()
    }

    /// The values of a list of at least one.
    pub(super) fn list<'t>(&mut self, node: &'t Node, key: &str) -> &'t [Node] {
        let Value::Array(items) = &node.value else {
            self.mistyped(node, key, "a list");
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
    pub(super) fn name(&mut self, node: &Node, key: &str) -> Option<Name> {
        let Value::String(text) = &node.value else {
            self.mistyped(node, key, "a string");
            return None;
        };
        if text.parse::<IpAddr>().is_ok() {
            let message = format!("`{text}` is an address, not a name");
            self.complain(&node.span, message, "write a DNS name");
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
                self.complain(
                    &node.span,
                    message,
                    "write a full name, such as kms01.contoso.com",
                );
                None
            }
        }
    }

    /// A name that is not the root and no wildcard.
    pub(super) fn proper_name(&mut self, node: &Node, key: &str) -> Option<Name> {
        let name = self.name(node, key)?;
        let what = if name.is_root() {
            "the root"
        } else if name.iter().any(|label| label == b"*") {
            "a wildcard"
        } else {
            return Some(name);
        };
        self.complain(
            &node.span,
            format!("`{key}` is {what}"),
            "write a full name, such as contoso.com",
        );
        None
    }

    /// A domain that clients look up: its KMS records' owner must be a name too.
    pub(super) fn domain(&mut self, node: &Node, key: &str) -> Option<Name> {
        let name = self.proper_name(node, key)?;
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
                self.mistyped(node, key, "a date");
                return None;
            }
        };
        if date.is_none() {
            let message = format!("`{key}` is no day of the calendar");
            self.complain(
                &node.span,
                message,
                "write a day as YYYY-MM-DD, such as 2027-01-31",
            );
        }
        date
    }
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
    let word = word.to_lowercase().replace(['_', ' '], "-");
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
