//! What PowerShell's `Format-List` prints: `Key : value`, a blank line between objects, long values
//! wrapped under the value's first character.

use super::source::{Line, Source};

/// A key with the parts of its value, one a line.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) key: &'a str,
    /// The first part stands on the key's line; all have their trailing blanks in `untrimmed`.
    pub(super) parts: Vec<Line<'a>>,
}

impl Field<'_> {
    /// The value as it was before it was wrapped.
    pub(super) fn value(&self) -> String {
        let joined: String = self.parts.iter().map(|part| part.untrimmed).collect();
        joined.trim().to_owned()
    }

    /// The octets of the value's first line, or of the key where there is no value.
    pub(super) fn span(&self) -> std::ops::Range<usize> {
        self.parts
            .first()
            .map_or(0..0, |part| part.at..part.at + part.text.len())
    }

    /// The offset of its first line.
    pub(super) fn at(&self) -> usize {
        self.span().start
    }
}

/// The key of a line and its value: a word at the line's start, then a colon.
pub(super) fn key<'a>(line: &Line<'a>) -> Option<(&'a str, Line<'a>)> {
    let colon = line.text.find(':')?;
    let key = line.text.get(..colon)?.trim_end();
    let word = key
        .bytes()
        .all(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
    (!line.indented && !key.is_empty() && word).then(|| (key, line.from(colon + 1)))
}

/// The objects of a list. Lines before a key that are no key belong to none and are passed over.
pub(super) fn objects<'s>(source: &'s Source<'_>) -> Vec<Vec<Field<'s>>> {
    let mut objects: Vec<Vec<Field<'s>>> = vec![Vec::new()];
    for line in source.lines() {
        let Some(object) = objects.last_mut() else {
            break;
        };
        if line.text.is_empty() {
            if !object.is_empty() {
                objects.push(Vec::new());
            }
        } else if let Some((key, value)) = key(&line) {
            object.push(Field {
                key,
                parts: vec![value],
            });
        } else if line.indented
            && let Some(field) = object.last_mut()
        {
            field.parts.push(line);
        }
    }
    objects.retain(|object| !object.is_empty());
    objects
}

/// The field of an object.
pub(super) fn field<'o, 'a>(object: &'o [Field<'a>], key: &str) -> Option<&'o Field<'a>> {
    object
        .iter()
        .find(|field| field.key.eq_ignore_ascii_case(key))
}
