//! From a source to its tree, by format.

use super::source::{Format, Source};
use super::tree::{Complaint, Node};
use super::{toml_reader, yaml_reader};

/// Reads the source into its root table. `None` where its notation is wrong: the complaints say how.
/// With a tree there may still be complaints, of keys that stand twice.
pub(super) fn read(source: &Source) -> (Option<Node>, Vec<Complaint>) {
    match source.format {
        Format::Toml => toml_reader::read(source),
        Format::Json => yaml_reader::read_json(source),
        Format::Yaml => yaml_reader::read_yaml(source),
    }
}
