//! Which of the lines that were stepped over have an owner of interest: told by how they begin.

use std::ops::Range;

use super::line_ends::LineEnds;
use super::{Labels, Stepped, first_label};

/// What somebody asks about in lines that are known to be whole records, each by itself.
pub struct Owners<'s> {
    labels: &'s Labels,
    stepped: &'s [Stepped],
}

impl<'s> Owners<'s> {
    /// Those whose first label is one of `labels`, in lines that an earlier reading stepped over.
    pub fn new(labels: &'s Labels, stepped: &'s [Stepped]) -> Self {
        Self { labels, stepped }
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
            if !blank && self.labels.may_begin(line) && self.is_of_interest(line) {
                found.push(start);
            }
            start = lines.start + end + 1;
        }
    }

    fn is_of_interest(&self, line: &[u8]) -> bool {
        let owner = line.split(|octet| matches!(octet, b' ' | b'\t')).next();
        match owner.and_then(first_label) {
            None | Some(b"*") => true,
            Some(label) => self.labels.contains(label),
        }
    }
}
