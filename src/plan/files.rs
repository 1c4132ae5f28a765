//! The zone files that a plan edits, as they are afterwards.
//!
//! A plan holds only the diffs; the files themselves are made here from the snapshot, so that a plan that was
//! saved can be carried out on files of today, as long as their record sets are those that it was made from.

use super::Plan;
use crate::snapshot::Snapshot;
use crate::{Date, Name};

/// A zone file that the plan edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedFile {
    /// Its path, as in the plan's diff.
    pub path: String,
    /// The zones whose records change in it.
    pub zones: Vec<Name>,
    /// Whether `patch` can apply the diff.
    pub applies: bool,
    /// The unified diff of the whole edit; of a UTF-16 file as UTF-8, to read only.
    pub unified: Vec<u8>,
    /// The edited file, in its own encoding.
    pub edited: Vec<u8>,
    /// The edit in parts, as the steps of a zone that is kept by `patch` apply it; empty for other zones.
    pub parts: Vec<FilePart>,
}

/// The part of a file's edit that one step applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The number of the step. Steps on the same file up to the next part have nothing left to do.
    pub step: usize,
    /// The unified diff from the file before the step to the file after it.
    pub unified: Vec<u8>,
    /// The unified diff from the file after the step to the file taken back: the one before, with a serial
    /// that is greater than both (RFC 1982).
    pub back: Vec<u8>,
    /// SHA-256 of the file before the step, after it, and taken back: lower-case hexadecimal.
    pub sha256: [String; 3],
}

/// A record set that is not the one that the plan was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The domain.
    pub domain: Name,
    /// What is there instead: a whole sentence.
    pub what: String,
}

/// The files that the plan edits, sorted by path. `today` feeds date serials, where the plan does not tell the
/// serial.
///
/// # Errors
/// All record sets that are no longer as the plan was made from.
pub fn files(
    _plan: &Plan,
    _snapshot: &Snapshot,
    _today: Option<Date>,
) -> Result<Vec<EditedFile>, Vec<Stale>> {
    Ok(Vec::new())
}
