//! What the fuzz targets share: reading octets as a source, bounds on memory, the ways that outputs are judged.

pub mod after;
pub mod edits;
pub mod input;
pub mod memory;
pub mod outputs;
pub mod page;
pub mod readers;
pub mod saved;
pub mod scripts;
pub mod zones;

/// Desired records and the edits that lead to them, as the tests of the edit have them.
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/edit/desired.rs"]
pub(crate) mod desired;

/// Zone files in odd but legal spelling, made of choices.
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/edit/zones.rs"]
mod generator;

/// Scripts as trees.
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/scripts/grammar.rs"]
pub(crate) mod grammar;

/// Texts replaced in plans.
#[path = "../../tests/scripts/replaced.rs"]
pub(crate) mod replaced;

/// Quoting undone.
#[path = "../../tests/scripts/undo.rs"]
pub(crate) mod undo;
