//! Which of the lines that were stepped over have an owner of interest: told by how they begin.

use std::ops::Range;

use super::line_ends::LineEnds;
use super::{Stepped, first_label};
use crate::snapshot::surroundings::Interest;

/// What somebody asks about in lines that are known to be whole records, each by itself.
pub(in crate::snapshot::zone_file) struct Owners<'s> {
    interest: &'s Interest,
    stepped: &'s [Stepped],
    begins: Box<Begins>,
}

/// How labels begin, as far as a look at four octets tells.
struct Begins {
    /// A bit for each hash of four octets.
    table: [u64; 64],
    /// A bit for each first octet of labels of one or two octets.
    short: [u64; 4],
}

/// Four octets with letters in lower case as a number, spread over the bits of the table.
fn hash(begin: [u8; 4]) -> (usize, u64) {
    let lower = u32::from_le_bytes(begin) | 0x2020_2020;
    let spread = lower.wrapping_mul(0x9e37_79b1) >> 20;
    (spread as usize / 64, 1 << (spread % 64))
}

impl Begins {
    fn new<'l>(labels: impl Iterator<Item = &'l [u8]>) -> Self {
        let mut begins = Self {
            table: [0; 64],
            short: [0; 4],
        };
        // What stands for others is always looked at: `*`, `@`, and a dot first.
        for octet in *b"*@." {
            begins.short(octet);
        }
        for label in labels {
            if let Some(begin) = label.first_chunk::<4>() {
                begins.long(*begin);
            } else if let [a, b, c] = *label {
                for end in *b". \t" {
                    begins.long([a, b, c, end]);
                }
            } else if let Some(first) = label.first() {
                begins.short(first.to_ascii_lowercase());
                begins.short(first.to_ascii_uppercase());
            }
        }
        begins
    }

    fn long(&mut self, begin: [u8; 4]) {
        let (word, bit) = hash(begin);
        self.table[word] |= bit;
    }

    fn short(&mut self, first: u8) {
        self.short[usize::from(first) / 64] |= 1 << (first % 64);
    }

    fn may_be(&self, line: &[u8]) -> bool {
        let Some(begin) = line.first_chunk::<4>() else {
            return true;
        };
        let (word, bit) = hash(*begin);
        let first = begin[0];
        self.table[word] & bit != 0 || self.short[usize::from(first) / 64] >> (first % 64) & 1 != 0
    }
}

impl<'s> Owners<'s> {
    pub(in crate::snapshot::zone_file) fn new(
        interest: &'s Interest,
        stepped: &'s [Stepped],
    ) -> Self {
        Self {
            interest,
            stepped,
            begins: Box::new(Begins::new(interest.first_labels())),
        }
    }

    /// What was stepped over from `at` on, where `at` lies in such lines.
    pub(super) fn stepped_from(&self, at: usize) -> Range<usize> {
        let before = self.stepped.partition_point(|stepped| stepped.end <= at);
        match self.stepped.get(before) {
            Some(stepped) if stepped.start <= at => at..stepped.end,
            _ => at..at,
        }
    }

    /// The starts of the lines in `bytes[part]` that may matter. The part begins where a line does.
    pub(super) fn find(&self, bytes: &[u8], part: Range<usize>) -> Vec<usize> {
        let mut found = Vec::new();
        let first = self
            .stepped
            .partition_point(|stepped| stepped.end <= part.start);
        for stepped in &self.stepped[first..] {
            if stepped.start >= part.end {
                break;
            }
            let lines = stepped.start.max(part.start)..stepped.end.min(part.end);
            self.find_in(bytes, lines, &mut found);
        }
        found
    }

    fn find_in(&self, bytes: &[u8], lines: Range<usize>, found: &mut Vec<usize>) {
        let text = &bytes[..lines.end];
        let mut start = lines.start;
        for end in LineEnds::new(&text[start..]) {
            let line = &text[start..];
            // Lines without an owner have that of a line before them: behind one of interest nothing is stepped over
            // up to the next owner.
            let blank = matches!(line[0], b'\n' | b'\r' | b';' | b' ' | b'\t');
            if !blank && self.begins.may_be(line) && self.is_of_interest(line) {
                found.push(start);
            }
            start = lines.start + end + 1;
        }
    }

    fn is_of_interest(&self, line: &[u8]) -> bool {
        let owner = line.split(|octet| matches!(octet, b' ' | b'\t')).next();
        match owner.and_then(first_label) {
            None | Some(b"*") => true,
            Some(label) => self.interest.has_label(label),
        }
    }
}
