//! Texts that are replaced in a plan, and the scripts that come of it held against those of the plan with tame texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::grammar::Item;

/// What stands for a hostile value in a tame plan.
pub(crate) const MARK: &str = "zqharmless";

/// All strings in a value.
pub(crate) fn strings(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(word) => {
            words.insert(word.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, words)),
        Value::Object(items) => items.values().for_each(|item| strings(item, words)),
        _ => {}
    }
}

/// Puts a string in the place of another, wherever it stands.
pub(crate) fn replace(value: &mut Value, word: &str, by: &str) {
    match value {
        Value::String(text) if text == word => by.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, word, by)),
        Value::Object(items) => items.values_mut().for_each(|item| replace(item, word, by)),
        _ => {}
    }
}

/// The first place where a script differs from a tame one in more than the data: `part`, where that has the mark.
pub(crate) fn unlike(tame: &[Item], items: &[Item], part: &str) -> Option<String> {
    for (wanted, item) in tame.iter().zip(items) {
        let same = match (wanted, item) {
            (Item::Data(wanted), Item::Data(item)) if wanted.contains(MARK) => {
                wanted.replace(MARK, part).to_lowercase() == item.to_lowercase()
                    || wanted.replace(MARK, &in_filter(part)) == *item
            }
            _ => wanted == item,
        };
        if !same {
            return Some(format!("{wanted:?} became {item:?}"));
        }
    }
    (tame.len() != items.len()).then(|| format!("{} parts became {}", tame.len(), items.len()))
}

/// A value in a filter of LDAP (RFC 4515, section 3), all but ASCII by number.
fn in_filter(value: &str) -> String {
    let mut out = String::new();
    for octet in value.bytes() {
        if octet.is_ascii() && !matches!(octet, b'\\' | b'*' | b'(' | b')' | 0) {
            out.push(char::from(octet));
        } else {
            let _ = write!(out, "\\{octet:02x}");
        }
    }
    out
}
