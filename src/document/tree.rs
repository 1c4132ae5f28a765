//! The file as written: values that know their place, the same for every notation.

use std::ops::Range;

use super::source::{Source, Subject};
use crate::Date;
use crate::diagnostic::Diagnostic;

/// A span of octets in the source's text.
pub(crate) type Span = Range<usize>;

/// A complaint and its span, by which complaints are put in order.
pub(crate) type Complaint = (Span, Diagnostic);

/// A value and its place. The place of a table is its header (TOML), its opening brace or its first key.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

#[derive(Debug)]
pub(crate) enum Value {
    /// In the order written. No key stands twice.
    Table(Vec<Entry>),
    Array(Vec<Node>),
    String(String),
    /// Numbers too large for the type are held as its limit: no key allows that either.
    Integer(i128),
    /// A number with a fraction or an exponent, or one that is no number.
    Float,
    Bool(bool),
    Date(Date),
    /// A TOML time, or a date with a time.
    Time,
    Null,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Value {
    /// What the value is, in a sentence.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::Array(_) => "a list",
            Self::String(_) => "a string",
            Self::Integer(_) => "a whole number",
            Self::Float => "a fraction",
            Self::Bool(_) => "a boolean",
            Self::Date(_) => "a date",
            Self::Time => "a time",
            Self::Null => "nothing",
        }
    }
}

/// The complaint about a key that stands twice in one table.
pub(super) fn duplicate_key(source: &Source, key: &str, span: Span) -> Complaint {
    let diagnostic = source
        .complaint(span.clone(), format!("the key `{key}` stands twice"))
        .help("keep one of the two");
    (span, diagnostic)
}

/// What to do about values that lie too deep in each other.
pub(super) fn too_deep(subject: &Subject) -> String {
    format!("{} needs {} levels at most", subject.name, subject.levels)
}
