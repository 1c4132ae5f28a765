//! The file as written: values that know their place, the same for every format.

use std::ops::Range;

use super::source::Source;
use crate::Date;
use crate::diagnostic::Diagnostic;

/// A span of octets in the source's text.
pub(super) type Span = Range<usize>;

/// A complaint and its span, by which complaints are put in order.
pub(super) type Complaint = (Span, Diagnostic);

/// A value and its place. The place of a table is its header (TOML), its opening brace or its first key.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
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
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) node: Node,
}

impl Value {
    /// What the value is, in a sentence.
    pub(super) fn kind(&self) -> &'static str {
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
