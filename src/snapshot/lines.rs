//! Line numbers of octets, and lines in which something stands.

use std::cell::Cell;
use std::ops::Range;

/// Finds the first octet of what is searched for.
pub(super) type Search<'s> = &'s dyn Fn(&[u8]) -> Option<usize>;

/// The lines, without LF, in which one of the searches finds something, in order. All others are stepped over.
pub(super) fn lines_with(text: &[u8], searches: &[Search<'_>]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    for search in searches {
        let mut at = 0;
        while let Some(found) = search(&text[at..]) {
            let found = at + found;
            let start = memchr::memrchr(b'\n', &text[at..found]).map_or(at, |end| at + end + 1);
            let end = memchr::memchr(b'\n', &text[found..]).map_or(text.len(), |end| found + end);
            lines.push((start, end));
            at = text.len().min(end + 1);
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines.into_iter().map(|(start, end)| start..end).collect()
}

/// The lines of a file, counted as far as somebody asked.
#[derive(Default)]
pub(super) struct LineCounter {
    counted: Cell<(usize, usize)>,
}

impl LineCounter {
    pub(super) fn line(&self, bytes: &[u8], at: usize) -> usize {
        let (from, before) = match self.counted.get() {
            (from, before) if from <= at => (from, before),
            _ => (0, 0),
        };
        let line = before + memchr::memchr_iter(b'\n', &bytes[from..at]).count();
        self.counted.set((at, line));
        line + 1
    }
}

/// Where the lines of a file begin: for questions in any order.
pub(super) struct LineIndex {
    ends: Vec<usize>,
}

impl LineIndex {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            ends: memchr::memchr_iter(b'\n', bytes).collect(),
        }
    }

    /// The line of an octet, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_which_something_stands_come_once_and_in_order() {
        let text = b"b:c\n\nx;y:z;\nno\n;\nlast:";
        let lines = lines_with(
            text,
            &[&|text| memchr::memchr(b';', text), &|text| {
                memchr::memchr(b':', text)
            }],
        );
        let lines: Vec<&[u8]> = lines.into_iter().map(|line| &text[line]).collect();
        assert_eq!(lines, [&b"b:c"[..], b"x;y:z;", b";", b"last:"]);
        assert!(lines_with(b"", &[&|text| memchr::memchr(b';', text)]).is_empty());
    }

    #[test]
    fn counting_and_the_index_say_the_same() {
        let bytes = b"a\n\nbc\r\nd";
        let index = LineIndex::new(bytes);
        let counter = LineCounter::default();
        for (at, line) in [
            (0, 1),
            (1, 1),
            (2, 2),
            (3, 3),
            (5, 3),
            (6, 3),
            (7, 4),
            (8, 4),
            (2, 2),
        ] {
            assert_eq!(counter.line(bytes, at), line, "{at}");
            assert_eq!(index.line(at), line, "{at}");
        }
    }
}
