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
