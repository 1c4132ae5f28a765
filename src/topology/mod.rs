//! The topology: the hosts, priorities, weights and publish lists that are wanted.
//!
//! [`Topology::read`] reads a file in TOML, JSON or YAML. Reading has two stages: the file as it is
//! written, a tree of values that know their place, and the checked [`Topology`] that the rest of the
//! program sees. All complaints come out at once.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::Name;
use crate::diagnostic::{Diagnostic, Diagnostics, MAX_COMPLAINTS, and_perhaps_more};
use crate::document::{self, Notation, Source, Subject};
use crate::paths::slashed;

mod fields;
mod model;
mod rules;

pub use fields::nameable;
pub use model::*;

/// A topology among documents.
const SUBJECT: Subject = Subject {
    name: "a topology",
    levels: "five",
    plain: "write the value itself",
};

impl Topology {
    /// Reads the content of a topology file. `path` is the file as the user named it; its extension
    /// tells the format: `.toml`, `.json`, `.yaml` or `.yml`, in any case.
    ///
    /// Fails with every complaint about the file, in the order of their places: wrong notation, unknown
    /// keys and words, wrong types, numbers out of range, bad names, and what contradicts itself.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self, Diagnostics> {
        Self::read_covering(path, bytes, &[])
    }

    /// The same, with more domains: hosts without a publish list of their own serve them beside those of
    /// `[kms]`.
    pub fn read_covering(path: &str, bytes: &[u8], more: &[Name]) -> Result<Self, Diagnostics> {
        let notation = notation(path).ok_or_else(|| {
            Diagnostic::new(format!("cannot tell the format of `{path}` from its name"))
                .help("name a topology .toml, .json, .yaml or .yml")
        })?;
        let source = Source::read(&SUBJECT, notation, path, bytes)?;
        let (root, mut complaints) = document::read(&source);
        let checked = root.map(|root| rules::check(&source, &root, more, &mut complaints));
        match checked {
            Some(topology) if complaints.is_empty() => Ok(Self {
                path: slashed(path),
                sha256: HEXLOWER.encode(&Sha256::digest(bytes)),
                ..topology
            }),
            _ => {
                let more = (complaints.len() >= MAX_COMPLAINTS).then(|| and_perhaps_more(path));
                complaints.sort_by_key(|(span, _)| span.start);
                let diagnostics = complaints.into_iter().map(|(_, diagnostic)| diagnostic);
                Err(Diagnostics(diagnostics.chain(more).collect()))
            }
        }
    }
}

/// The notation that a file's extension names, in any case.
fn notation(path: &str) -> Option<Notation> {
    let name = path.rsplit(['/', '\\']).next()?;
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "toml" => Some(Notation::Toml),
        "json" => Some(Notation::Json),
        "yaml" | "yml" => Some(Notation::Yaml),
        _ => None,
    }
}

/// The JSON Schema (draft 2020-12) of a topology file, for editors and for tools that write topologies.
pub fn schema() -> String {
    include_str!("schema.json").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn document() -> Value {
        serde_json::from_str(&schema()).unwrap()
    }

    /// The object that describes a section, wherever the schema keeps it.
    fn described<'s>(schema: &'s Value, section: &str) -> &'s Value {
        let named = &schema["$defs"][section];
        let property = &schema["properties"][section];
        match section {
            "" => schema,
            "publish" => &schema["$defs"]["publication"],
            _ if named.is_object() => named,
            _ if property["type"] == "array" => &property["items"],
            _ => property,
        }
    }

    #[test]
    fn schema_and_rules_know_the_same_keys() {
        let schema = document();
        for section in rules::SECTIONS {
            let described = described(&schema, section.name);
            let properties = described["properties"].as_object().unwrap();
            let mut known: Vec<&str> = section.keys.to_vec();
            known.sort_unstable();
            let mut listed: Vec<&str> = properties.keys().map(String::as_str).collect();
            listed.sort_unstable();
            assert_eq!(listed, known, "keys of `{}`", section.name);
            assert_eq!(described["additionalProperties"], false);
            for (key, property) in properties {
                assert!(
                    property["description"].is_string(),
                    "{key} has a description"
                );
            }
        }
    }

    #[test]
    fn schema_and_rules_know_the_same_words() {
        fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
            all.iter().map(|value| word(*value)).collect()
        }
        let schema = document();
        let enumerated = [
            (
                "/properties/kms/properties/publishing",
                words(Publishing::ALL, Publishing::word),
            ),
            (
                "/properties/kms/properties/unlisted",
                words(Unlisted::ALL, Unlisted::word),
            ),
            (
                "/properties/group/properties/scope",
                words(GroupScope::ALL, GroupScope::word),
            ),
            ("/$defs/host/properties/os", words(Os::ALL, Os::word)),
            (
                "/$defs/host/properties/activates/items",
                words(Product::ALL, Product::word),
            ),
            (
                "/$defs/zone/properties/kind",
                words(ZoneKind::ALL, ZoneKind::word),
            ),
            (
                "/$defs/zone/properties/apply",
                words(Apply::ALL, Apply::word),
            ),
            (
                "/$defs/zone/properties/dynamic-update",
                words(DynamicUpdate::ALL, DynamicUpdate::word),
            ),
        ];
        for (pointer, words) in enumerated {
            let listed = schema.pointer(pointer).unwrap();
            assert_eq!(listed["enum"], serde_json::json!(words), "{pointer}");
        }
    }
}
