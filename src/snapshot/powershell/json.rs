//! JSON as `ConvertTo-Json` writes it: records as slices of the text, decoded only as far as asked.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::{Cell, Field, Row, Value};
use super::text::is_prompt;
use crate::snapshot::fields::UNREADABLE;
use crate::snapshot::listing::Fault;

/// How deep arrays of arrays of records are followed: `@($one, $other) | ConvertTo-Json` has two.
const MAX_NESTING: usize = 4;

/// Hands every record to `take`, in order; complains where the text is not JSON, ends too early, or holds
/// something else than records. Documents may follow each other, as `>>` leaves them.
pub(super) fn rows<'a>(
    text: &'a str,
    start: usize,
    faults: &mut Vec<Fault>,
    mut take: impl FnMut(&Row<'a>, &mut Vec<Fault>),
) {
    let mut at = start;
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        let used = if rest.is_empty() {
            return;
        } else if rest.starts_with('[') {
            next::<Vec<&RawValue>>(rest).map(|(items, used)| {
                for item in items {
                    element(text, item.get(), 1, faults, &mut take);
                }
                used
            })
        } else {
            next::<&RawValue>(rest).map(|(one, used)| {
                element(text, one.get(), 0, faults, &mut take);
                used
            })
        };
        match used {
            Ok(used) => at += used.max(1),
            Err(error) => {
                faults.push(syntax(text, at, &error));
                return;
            }
        }
    }
}

/// The first document of `text`, and how many octets it takes.
fn next<'a, T: Deserialize<'a>>(text: &'a str) -> Result<(T, usize), serde_json::Error> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<T>();
    match stream.next() {
        Some(Ok(document)) => Ok((document, stream.byte_offset())),
        Some(Err(error)) => Err(error),
        // The caller found something besides blanks.
        None => Err(serde::de::Error::custom("nothing is there")),
    }
}

fn element<'a>(
    text: &'a str,
    raw: &'a str,
    nesting: usize,
    faults: &mut Vec<Fault>,
    take: &mut impl FnMut(&Row<'a>, &mut Vec<Fault>),
) {
    let span = place(text, raw);
    match raw.as_bytes().first() {
        Some(b'{') => {
            let row = Row {
                fields: object(raw, span.start),
                span,
                wrapped: false,
            };
            // Windows PowerShell wraps an array that went through a pipe once more.
            let wrapped = row
                .fields
                .iter()
                .all(|field| field.key == "value" || field.key == "Count");
            match row.get(&["value"]).map(|cell| &cell.value) {
                Some(Value::Array(inside)) if wrapped => {
                    elements(text, inside, nesting, faults, take);
                }
                _ => take(&row, faults),
            }
        }
        Some(b'[') if nesting < MAX_NESTING => elements(text, raw, nesting, faults, take),
        Some(b'n') => {}
        _ => {
            let cell = cell(raw, span.start);
            let row = Row {
                span: cell.span.clone(),
                fields: vec![Field {
                    key: Cow::Borrowed(""),
                    cell,
                }],
                wrapped: false,
            };
            take(&row, faults);
        }
    }
}

fn elements<'a>(
    text: &'a str,
    raw: &'a str,
    nesting: usize,
    faults: &mut Vec<Fault>,
    take: &mut impl FnMut(&Row<'a>, &mut Vec<Fault>),
) {
    for (inside, _) in array(raw, 0) {
        element(text, inside, nesting + 1, faults, take);
    }
}

/// The properties of an object that stands at `start`.
pub(super) fn object(raw: &str, start: usize) -> Vec<Field<'_>> {
    let Ok(Members(members)) = serde_json::from_str(raw) else {
        return Vec::new();
    };
    members
        .into_iter()
        .map(|(key, value)| Field {
            key,
            cell: cell(value.get(), start + place(raw, value.get()).start),
        })
        .collect()
}

/// The elements of an array that stands at `start`, each with its place.
pub(super) fn array(raw: &str, start: usize) -> Vec<(&str, usize)> {
    let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
    items
        .into_iter()
        .map(|item| (item.get(), start + place(raw, item.get()).start))
        .collect()
}

/// The value that stands at `start`.
pub(super) fn cell(raw: &str, start: usize) -> Cell<'_> {
    let span = start..start + raw.len();
    let value = match raw.as_bytes().first() {
        Some(b'"') => return Cell::of_text(span, string(raw)),
        Some(b'{') => Value::Object(raw),
        Some(b'[') => Value::Array(raw),
        Some(b'n') => Value::Empty,
        _ => Value::Plain(raw),
    };
    Cell { span, value }
}

/// The text of a string. A lone half of a surrogate pair makes the whole of it unreadable.
fn string(raw: &str) -> Cow<'_, str> {
    serde_json::from_str::<&str>(raw).map_or_else(
        |_| {
            Cow::Owned(
                serde_json::from_str::<String>(raw).unwrap_or_else(|_| UNREADABLE.to_string()),
            )
        },
        Cow::Borrowed,
    )
}

/// Where `part`, a slice of `whole`, stands in it.
fn place(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    start..start + part.len()
}

/// The complaint about a document that begins at `at`.
fn syntax(text: &str, at: usize, error: &serde_json::Error) -> Fault {
    if error.is_eof() {
        let end = text.trim_end().len();
        let last = text[..end].char_indices().next_back();
        return Fault::at(
            last.map_or(0, |(at, _)| at)..end,
            "the file ends inside a value: the JSON is truncated",
        )
        .help("export it again, and copy the file as a whole");
    }
    // Lines and columns count octets from 1; a column of 0 is the end of the line before.
    let line: usize = text[at..]
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut offset = (at + line + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let here = text[offset..].lines().next().unwrap_or_default();
    if is_prompt(here) {
        return Fault::at(
            offset..offset + here.len(),
            "this is not JSON but what the console shows around it",
        )
        .help("leave out what stands before and behind the JSON, or write it to a file with `| Out-File -Encoding utf8 FILE`");
    }
    let message = error.to_string();
    let reason = message
        .rfind(" at line ")
        .map_or(message.as_str(), |end| &message[..end]);
    Fault::at(offset..offset + 1, format!("this is not JSON: {reason}"))
        .help("export it again, and leave the file as it is written")
}

/// The members of an object, in order, doubles included.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &RawValue>()? {
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// The name of a member, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}

/// The names of the first record's properties as far as the beginning of the text goes, whether or not it
/// is whole: for telling forms apart.
pub(super) fn first_keys(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    // Objects that are open, and those of them around the record.
    let (mut depth, mut record) = (0_usize, 1_usize);
    let mut last = None;
    for token in Tokens(text) {
        match token {
            Token::Open => depth += 1,
            Token::Close => {
                depth = depth.saturating_sub(1);
                if depth < record {
                    break;
                }
            }
            Token::Text(text) => {
                last = Some(text);
                continue;
            }
            Token::Colon => {
                if let Some(key) = last.take().filter(|_| depth == record) {
                    if key == "value" && keys.is_empty() {
                        record += 1;
                    } else {
                        keys.push(key.to_ascii_lowercase());
                    }
                }
            }
        }
        last = None;
    }
    keys
}

enum Token<'a> {
    Open,
    Close,
    Colon,
    Text(&'a str),
}

/// What tells where keys stand. Escapes are left as they are.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let at = self.0.find(['{', '}', ':', '"'])?;
        let (first, rest) = (self.0.as_bytes()[at], &self.0[at + 1..]);
        self.0 = rest;
        Some(match first {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b':' => Token::Colon,
            _ => {
                let mut from = 0;
                let end = loop {
                    let at = from + rest.get(from..)?.find(['"', '\\'])?;
                    if rest.as_bytes()[at] == b'"' {
                        break at;
                    }
                    // The escaped character, which may be longer than an octet.
                    from = at + 1 + rest[at + 1..].chars().next()?.len_utf8();
                };
                self.0 = &rest[end + 1..];
                Token::Text(&rest[..end])
            }
        })
    }
}
