//! Steps over the lines of a zone file that nobody asks about, without reading them element by element.
//!
//! It is a package of its own so that it is built for speed, the program around it for size.
//!
//! A line is judged by itself alone, as if a record began with it; so parts of a file are judged in any order, by
//! several threads. Whoever reads the file asks only from places on where a record with an owner does begin: between
//! two such lines that are stepped over, all are.

mod crew;
mod labels;
mod line_ends;
mod lines;
mod owners;
mod utf16;

use std::ops::Range;

pub use crew::{Crew, PART, Skim};
pub use labels::Labels;
pub use owners::Owners;
pub use utf16::{Order, take_ascii};

/// The first label of an owner of KMS records.
pub const SERVICE: &[u8] = b"_vlmcs";

/// Lines that were stepped over: records on a line each, blank lines and comments, an owner first.
pub type Stepped = Range<usize>;

/// What somebody asks about.
pub enum Wanted<'s> {
    /// SOA and KMS records, signs that the zone is signed, and what is wrong.
    Services,
    /// What stands at and above names of interest, in a file in which nothing is wrong.
    Owners(Owners<'s>),
}

/// What the lines before have told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Whether ages may stand before the TTL.
    pub ages: bool,
    /// Whether a record without a TTL has one by default.
    pub ttl_known: bool,
}

/// The first label of an owner, where it can be told at a glance.
fn first_label(owner: &[u8]) -> Option<&[u8]> {
    match owner.iter().position(|octet| *octet == b'.') {
        _ if owner == b"@" => None,
        Some(0) => None,
        Some(dot) => Some(&owner[..dot]),
        None => Some(owner),
    }
}
