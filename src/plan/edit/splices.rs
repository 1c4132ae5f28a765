//! Splices: octets of a file that are replaced, all others staying as they are.

use std::ops::Range;

/// Replaces a range of a file's octets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Splice {
    /// Start of the octets that go.
    start: usize,
    /// Their end; the same as `start` for an insertion.
    end: usize,
    /// What comes in their place.
    text: Vec<u8>,
}

impl Splice {
    /// `text` in place of the octets of `range`.
    pub fn new(range: Range<usize>, text: impl Into<Vec<u8>>) -> Self {
        Self {
            start: range.start,
            end: range.end,
            text: text.into(),
        }
    }

    /// The octets that go; empty for an insertion.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// What comes in their place.
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}

/// Sorts the splices of one file and drops what stands twice: two records may hand the same owner on to
/// the same heir.
pub(super) fn in_order(mut splices: Vec<Splice>) -> Vec<Splice> {
    splices.sort();
    splices.dedup();
    debug_assert!(
        splices.windows(2).all(|pair| pair[0].end <= pair[1].start),
        "splices overlap: {splices:?}"
    );
    splices
}

/// The new file: `bytes` with `splices`, which are in order and do not overlap.
pub fn apply(bytes: &[u8], splices: &[Splice]) -> Vec<u8> {
    let mut new = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for splice in splices {
        new.extend_from_slice(&bytes[done..splice.start]);
        new.extend_from_slice(&splice.text);
        done = splice.end;
    }
    new.extend_from_slice(&bytes[done..]);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splices_replace_insert_and_remove() {
        let splices = in_order(vec![
            Splice::new(8..9, ""),
            Splice::new(4..5, "10"),
            Splice::new(4..4, "<"),
            Splice::new(4..5, "10"),
        ]);
        assert_eq!(apply(b"SRV 0 0 1", &splices), b"SRV <10 0 ");
    }
}
