//! Splices: octets of a file that are replaced, all others staying as they are.

use crate::arrange::Arrange as _;
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
    splices.arrange();
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

/// The splices that lead from the file with `one` to the file with `other`: both are splices of `bytes`, in
/// order. Octets that neither touches are not compared.
pub(in crate::plan) fn between(bytes: &[u8], one: &[Splice], other: &[Splice]) -> Vec<Splice> {
    let mut all: Vec<&Splice> = one.iter().chain(other).collect();
    all.arrange();
    let (mut one, mut other) = (one, other);
    let mut all = all.into_iter().peekable();
    let mut out = Vec::new();
    // Where the file with `one` stands: what it has more or less than `bytes` so far.
    let mut gone = 0;
    let mut come = 0;
    while let Some(first) = all.next() {
        let mut block = first.range();
        while let Some(next) = all.next_if(|next| next.start <= block.end) {
            block.end = block.end.max(next.end);
        }
        let old = taken(bytes, &block, &mut one);
        let new = taken(bytes, &block, &mut other);
        let start = block.start + come - gone;
        gone += block.len();
        come += old.len();
        if old != new {
            out.push(Splice::new(start..start + old.len(), new));
        }
    }
    out
}

/// The octets of `block` with the first of the splices, those that lie in it; they are taken off.
fn taken(bytes: &[u8], block: &Range<usize>, splices: &mut &[Splice]) -> Vec<u8> {
    let inside = splices
        .iter()
        .take_while(|splice| splice.start <= block.end)
        .count();
    let (own, rest) = splices.split_at(inside);
    *splices = rest;
    let mut new = Vec::with_capacity(block.len());
    let mut done = block.start;
    for splice in own {
        new.extend_from_slice(&bytes[done..splice.start]);
        new.extend_from_slice(&splice.text);
        done = splice.end;
    }
    new.extend_from_slice(&bytes[done..block.end]);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splices_lead_from_one_edit_to_another() {
        let bytes = b"0123456789";
        let edits = [
            vec![],
            vec![Splice::new(2..3, "two")],
            vec![Splice::new(2..2, "before"), Splice::new(9..10, "")],
            vec![Splice::new(1..4, ""), Splice::new(10..10, "end")],
            vec![Splice::new(0..1, "zero"), Splice::new(3..5, "x")],
        ];
        for one in &edits {
            for other in &edits {
                let way = between(bytes, one, other);
                let from = apply(bytes, one);
                assert_eq!(apply(&from, &way), apply(bytes, other), "{one:?} {other:?}");
                assert_eq!(way.is_empty(), one == other);
            }
        }
    }

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
