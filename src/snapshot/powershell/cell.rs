//! Records as PowerShell writes them in any notation: properties by name.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::snapshot::fields::UNREADABLE;
use crate::snapshot::listing::Fault;

/// What the marks at the end of a value that a console cut off look like.
const CUTS: [&str; 2] = ["...", "\u{2026}"];

/// One record: its properties in the order they are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Row<'a> {
    /// The octets that say it.
    pub(super) span: Range<usize>,
    /// Its properties.
    pub(super) fields: Vec<Field<'a>>,
    /// Whether a console wrapped it into lines below, which are not among its values.
    pub(super) wrapped: bool,
}

/// A property.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) cell: Cell<'a>,
}

/// The value of a property and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Cell<'a> {
    pub(super) span: Range<usize>,
    pub(super) value: Value<'a>,
}

/// The value of a property.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    /// Null, or nothing between the separators.
    Empty,
    /// A text, without blanks around it and never empty.
    Text(Cow<'a, str>),
    /// A number or a truth value of JSON.
    Plain(&'a str),
    /// An object of JSON, as written.
    Object(&'a str),
    /// An array of JSON, as written.
    Array(&'a str),
}

/// Whether a property is of this name. Names compare without case: scripts write them as they like, and some
/// keep the whole path (`RecordData.Port`).
pub(super) fn is_named(key: &str, name: &str) -> bool {
    const PARENT: &str = "RecordData.";
    let inner = key
        .get(..PARENT.len())
        .filter(|head| head.eq_ignore_ascii_case(PARENT))
        .and_then(|_| key.get(PARENT.len()..));
    inner.unwrap_or(key).eq_ignore_ascii_case(name)
}

impl<'a> Row<'a> {
    /// The value of the first of these properties that has one, else of the first that is there.
    pub(super) fn get(&self, names: &[&str]) -> Option<&Cell<'a>> {
        let mut empty = None;
        for name in names {
            if let Some(field) = self.fields.iter().find(|field| is_named(&field.key, name)) {
                if !matches!(field.cell.value, Value::Empty) {
                    return Some(&field.cell);
                }
                empty = empty.or(Some(&field.cell));
            }
        }
        empty
    }

    /// The same, where it has a value.
    pub(super) fn filled(&self, names: &[&str]) -> Option<&Cell<'a>> {
        self.get(names)
            .filter(|cell| !matches!(cell.value, Value::Empty))
    }

    /// The complaint about a property that is there twice.
    pub(super) fn twice(&self) -> Option<Fault> {
        let mut seen = HashSet::new();
        let again = self
            .fields
            .iter()
            .find(|field| !seen.insert(field.key.to_ascii_lowercase()))?;
        Some(Fault::at(
            again.cell.span.clone(),
            format!("the property `{}` is there twice", shown(&again.key)),
        ))
    }
}

impl<'a> Cell<'a> {
    /// A cell of a text notation: blanks around it mean nothing, and nothing else is no value.
    pub(super) fn of_text(span: Range<usize>, text: Cow<'a, str>) -> Self {
        let value = match text {
            _ if text.trim().is_empty() => Value::Empty,
            Cow::Borrowed(text) => Value::Text(Cow::Borrowed(text.trim())),
            Cow::Owned(text) => Value::Text(Cow::Owned(text.trim().to_owned())),
        };
        Self { span, value }
    }

    /// The value as text, where it is a text or a number.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// A complaint about it.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::at(self.span.clone(), message)
    }

    /// What it says, to be quoted.
    pub(super) fn shown(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Text(text) => shown(text),
            Value::Plain(text) | Value::Object(text) | Value::Array(text) => shown(text),
        }
    }
}

/// What is left of a value that a console cut off; `None`: it was not.
pub(super) fn cut(text: &str) -> Option<&str> {
    CUTS.iter().find_map(|mark| text.strip_suffix(mark))
}

/// A text of the source in a message: its beginning.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let clean = text.replace(UNREADABLE, "\u{fffd}");
    match clean.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}\u{2026}", &clean[..end]),
        None => clean,
    }
}
