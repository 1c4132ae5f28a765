//! Steps over the lines of a zone file that nobody asks about, without reading them element by element.
//!
//! A line is judged by itself alone, as if a record began with it; so parts of a file are judged in any order, by
//! several threads. Whoever reads the file asks only from places on where a record with an owner does begin: between
//! two such lines that are stepped over, all are.

mod crew;
mod lines;

use crate::snapshot::surroundings::Interest;

pub(super) use crew::{Crew, Skim};

/// The first label of an owner of KMS records.
pub(super) const SERVICE: &[u8] = b"_vlmcs";

/// What somebody asks about.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'i> {
    /// SOA and KMS records, and signs that the zone is signed.
    Services,
    /// What stands at and above names of interest.
    Names(&'i Interest),
}

/// What the lines before have told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// Whether ages may stand before the TTL.
    pub(super) ages: bool,
    /// Whether a record without a TTL has one by default.
    pub(super) ttl_known: bool,
}
