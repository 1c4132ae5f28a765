//! Line numbers of octets.

use std::cell::Cell;

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
