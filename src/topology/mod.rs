//! The topology: the hosts, priorities, weights and publish lists that are wanted.
//!
//! [`Topology::read`] reads a file in TOML, JSON or YAML. Reading has two stages: the file as it is
//! written, a tree of values that know their place, and the checked [`Topology`] that the rest of the
//! program sees. All complaints come out at once.

mod model;

pub use model::*;
