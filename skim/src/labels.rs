//! Labels of interest.

use std::collections::HashSet;

/// A set of labels, compared without case, with quick tests that most labels fail.
#[derive(Debug)]
pub struct Labels {
    lower: HashSet<Vec<u8>>,
    /// The lengths that labels of each first octet have, a bit each.
    lengths: [u64; 256],
    begins: Begins,
}

impl<'l> FromIterator<&'l [u8]> for Labels {
    fn from_iter<I: IntoIterator<Item = &'l [u8]>>(labels: I) -> Self {
        let mut set = Self {
            lower: HashSet::new(),
            lengths: [0; 256],
            begins: Begins::new(),
        };
        for label in labels {
            if let Some((first, length)) = key(label) {
                set.lengths[first] |= length;
                set.begins.insert(label);
                set.lower.insert(label.to_ascii_lowercase());
            }
        }
        set
    }
}

impl Labels {
    /// Whether a label is among them.
    pub fn contains(&self, label: &[u8]) -> bool {
        let mut buffer = [0; 63];
        let Some((first, length)) = key(label) else {
            return false;
        };
        if self.lengths[first] & length == 0 {
            return false;
        }
        let Some(lower) = buffer.get_mut(..label.len()) else {
            return false;
        };
        lower.copy_from_slice(label);
        lower.make_ascii_lowercase();
        self.lower.contains(&*lower)
    }

    /// Whether a line may begin with one of them, or with what stands for another name: `@`, `*`.
    pub(crate) fn may_begin(&self, line: &[u8]) -> bool {
        self.begins.may_be(line)
    }
}

fn key(label: &[u8]) -> Option<(usize, u64)> {
    let first = usize::from(label.first()?.to_ascii_lowercase());
    Some((first, 1 << (label.len() % 64)))
}

/// How labels begin, as far as a look at four octets tells.
#[derive(Debug)]
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
    fn new() -> Self {
        let mut begins = Self {
            table: [0; 64],
            short: [0; 4],
        };
        // What stands for others is always looked at: `*`, `@`, and a dot first.
        for octet in *b"*@." {
            begins.short(octet);
        }
        begins
    }

    fn insert(&mut self, label: &[u8]) {
        if let Some(begin) = label.first_chunk::<4>() {
            self.long(*begin);
        } else if let [a, b, c] = *label {
            for end in *b". \t" {
                self.long([a, b, c, end]);
            }
        } else if let Some(first) = label.first() {
            self.short(first.to_ascii_lowercase());
            self.short(first.to_ascii_uppercase());
        }
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
