//! Text files as values that know their place: TOML, JSON and YAML as one tree, CSV as rows.
//!
//! Nothing here knows what a file means. Whoever reads one gives the [`Subject`] for the words of complaints,
//! takes the tree or the rows, and makes its own complaints by their spans.

pub(crate) mod csv;
mod source;
mod toml_reader;
mod tree;
mod yaml_reader;

pub(crate) use source::{Notation, Source, Subject};
pub(crate) use tree::{Complaint, Entry, Node, Span, Value};

/// Reads the source into its root. `None` where its notation is wrong: the complaints say how. With a tree
/// there may still be complaints, of keys that stand twice.
pub(crate) fn read(source: &Source) -> (Option<Node>, Vec<Complaint>) {
    match source.notation {
        Notation::Toml => toml_reader::read(source),
        Notation::Json => yaml_reader::read_json(source),
        Notation::Yaml => yaml_reader::read_yaml(source),
    }
}
