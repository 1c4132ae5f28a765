//! Where lines end, found for sixty-four octets at once.

use wide::u8x16;

/// The line ends of a text, in order.
pub(super) struct LineEnds<'t> {
    blocks: std::slice::Iter<'t, [u8; 64]>,
    rest: &'t [u8],
    /// Where the octets of `bits` begin.
    at: usize,
    /// A bit for each octet that is a line end and was not given yet.
    bits: u64,
}

impl<'t> LineEnds<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let (blocks, rest) = text.as_chunks::<64>();
        let mut blocks = blocks.iter();
        let (bits, rest) = match blocks.next() {
            Some(block) => (bits(block), rest),
            None => (bits_of_rest(rest), &[][..]),
        };
        Self {
            blocks,
            rest,
            at: 0,
            bits,
        }
    }
}

impl Iterator for LineEnds<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.bits = match self.blocks.next() {
                Some(block) => bits(block),
                None if self.rest.is_empty() => return None,
                None => bits_of_rest(std::mem::take(&mut self.rest)),
            };
            self.at += 64;
        }
        let end = self.at + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(end)
    }
}

fn bits(block: &[u8; 64]) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    let mut bits = 0;
    for (index, part) in parts.iter().enumerate() {
        let ends = u8x16::new(*part).simd_eq(u8x16::splat(b'\n'));
        bits |= u64::from(ends.to_bitmask()) << (16 * index);
    }
    bits
}

fn bits_of_rest(rest: &[u8]) -> u64 {
    let mut block = [0; 64];
    block[..rest.len()].copy_from_slice(rest);
    bits(&block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_where_they_are() {
        let text = b"a\n\nbc\n".repeat(60);
        for length in 0..text.len() {
            let text = &text[..length];
            let expected: Vec<usize> = memchr::memchr_iter(b'\n', text).collect();
            assert_eq!(
                LineEnds::new(text).collect::<Vec<_>>(),
                expected,
                "{length}"
            );
        }
    }
}
