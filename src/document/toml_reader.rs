//! TOML into the tree of values.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::source::{Source, Subject};
use super::tree::{self, Complaint, Entry, Node, Value, too_deep};
use crate::Date;
use crate::diagnostic::MAX_COMPLAINTS;

/// How the `toml` crate says that a key stands twice. It goes on with the first of the two, so the tree
/// is whole all the same.
const DUPLICATE_KEY: &str = "duplicate key";

pub(super) fn read(source: &Source) -> (Option<Node>, Vec<Complaint>) {
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    let whole = errors.iter().all(|error| error.message() == DUPLICATE_KEY);
    let complaints = errors
        .iter()
        .take(MAX_COMPLAINTS)
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            if error.message() == DUPLICATE_KEY {
                let key = source.text.get(span.clone()).unwrap_or_default();
                tree::duplicate_key(source, key, span)
            } else {
                let message = format!("this is not TOML: {}", error.message());
                let help = advice(error.message(), source.subject);
                (span.clone(), source.complaint(span, message).help(help))
            }
        })
        .collect();
    if !whole {
        return (None, complaints);
    }
    let entries = entries(root.into_inner());
    let root = Node {
        span: 0..0,
        value: Value::Table(entries),
    };
    (Some(root), complaints)
}

/// What to do about a complaint of the `toml` crate.
fn advice(message: &str, subject: &Subject) -> String {
    if message.contains("must be quoted") {
        "put it in quotes"
    } else if message.contains("date") {
        "write a day as YYYY-MM-DD, such as 2027-01-31"
    } else if message.contains("recurs") {
        return too_deep(subject);
    } else {
        "TOML is lines of `key = value` below [table] headings, strings in quotes"
    }
    .to_owned()
}

/// The entries of a table in the order written: the `toml` crate keeps them sorted by key.
fn entries(table: DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_span: key.span(),
            key: key.into_inner().into_owned(),
            node: node(value),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn node(spanned: Spanned<DeValue<'_>>) -> Node {
    let span = spanned.span();
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => Value::Integer(
            i128::from_str_radix(number.as_str(), number.radix()).unwrap_or(i128::MAX),
        ),
        DeValue::Float(_) => Value::Float,
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(when) => date(&when),
        DeValue::Array(items) => Value::Array(items.into_iter().map(node).collect()),
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { span, value }
}

fn date(when: &toml::value::Datetime) -> Value {
    let (Some(date), None) = (when.date, when.time) else {
        return Value::Time;
    };
    let parts = (
        i16::try_from(date.year),
        i8::try_from(date.month),
        i8::try_from(date.day),
    );
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return Value::Time;
    };
    Date::new(year, month, day).map_or(Value::Time, Value::Date)
}
