//! Which lines say nothing that anybody asks about: told by where blanks, line ends and special octets stand, which is
//! found for sixty-four octets at once.

use std::ops::Range;

use wide::u8x16;

use super::{Rules, first_label};

/// Where octets of each kind stand in a part of a file: a bit for each octet, a word for each 64 of them.
#[derive(Default)]
pub(super) struct Masks {
    line_ends: Vec<u64>,
    blanks: Vec<u64>,
    /// What has a meaning of its own, or is a control character: quotes, parentheses, semicolons, backslashes.
    specials: Vec<u64>,
}

impl Masks {
    fn fill(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks::<64>();
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        let words = blocks.len() + 1;
        self.line_ends.resize(words, 0);
        self.specials.resize(words, 0);
        // One more, so that each word has one after it.
        self.blanks.resize(words + 1, 0);
        self.blanks[words] = 0;
        let all = self
            .line_ends
            .iter_mut()
            .zip(&mut self.blanks)
            .zip(&mut self.specials);
        for (block, ((line_ends, blanks), specials)) in blocks.iter().chain([&last]).zip(all) {
            (*line_ends, *blanks, *specials) = classify(block);
        }
    }

    /// Where blanks stand in the 64 octets from `at` on.
    fn blanks_from(&self, at: usize) -> u64 {
        let (word, bit) = (at / 64, at % 64);
        let low = self.blanks[word] >> bit;
        // Two steps, as a shift by 64 is none.
        low | (self.blanks[word + 1] << 1 << (63 - bit))
    }
}

/// Where line ends, blanks and special octets stand in a block.
fn classify(block: &[u8; 64]) -> (u64, u64, u64) {
    let (mut line_ends, mut blanks, mut specials) = (0, 0, 0);
    let (parts, _) = block.as_chunks::<16>();
    for (index, part) in parts.iter().enumerate() {
        let octets = u8x16::new(*part);
        let is = |octet: u8| octets.simd_eq(u8x16::splat(octet));
        let end = is(b'\n');
        let tab = is(b'\t');
        let control = octets.min(u8x16::splat(0x1f)).simd_eq(octets);
        let parenthesis = (octets | u8x16::splat(1)).simd_eq(u8x16::splat(b')'));
        let blank = tab | is(b' ');
        // Line ends and tabs are control characters too.
        let special = (control ^ end ^ tab) | parenthesis | is(b'"') | is(b';') | is(b'\\');
        let bits = |mask: u8x16| u64::from(mask.to_bitmask()) << (16 * index);
        line_ends |= bits(end);
        blanks |= bits(blank);
        specials |= bits(special);
    }
    (line_ends, blanks, specials)
}

/// The special octets from a place on, one after the other.
struct Specials<'m> {
    bits: &'m [u64],
    word: usize,
    left: u64,
}

impl<'m> Specials<'m> {
    fn new(bits: &'m [u64]) -> Self {
        Self {
            bits,
            word: 0,
            left: bits.first().copied().unwrap_or(0),
        }
    }

    /// The first one that is left.
    fn peek(&mut self) -> usize {
        while self.left == 0 {
            self.word += 1;
            match self.bits.get(self.word) {
                Some(bits) => self.left = *bits,
                None => return usize::MAX,
            }
        }
        self.word * 64 + self.left.trailing_zeros() as usize
    }

    fn step(&mut self) {
        self.left &= self.left.wrapping_sub(1);
    }

    /// The first one at `at` or after it.
    fn from(&mut self, at: usize) -> usize {
        loop {
            let next = self.peek();
            if next >= at {
                return next;
            }
            self.step();
        }
    }
}

/// What a record type means here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// SRV.
    Service,
    /// Any other that is stepped over.
    Other,
}

/// Up to eight letters in lower case as a number.
const fn tag(word: &[u8]) -> u64 {
    let mut tag = 0;
    let mut index = word.len();
    while index > 0 {
        index -= 1;
        tag = tag << 8 | word[index] as u64;
    }
    tag
}

impl Kind {
    /// The type that a tag of a word of letters names. Types that only signed zones hold are not among them, nor is SOA.
    fn of(tagged: u64) -> Option<Self> {
        const A: u64 = tag(b"a");
        const AAAA: u64 = tag(b"aaaa");
        const CNAME: u64 = tag(b"cname");
        const DNAME: u64 = tag(b"dname");
        const NS: u64 = tag(b"ns");
        const SRV: u64 = tag(b"srv");
        const CAA: u64 = tag(b"caa");
        const DS: u64 = tag(b"ds");
        const HINFO: u64 = tag(b"hinfo");
        const HTTPS: u64 = tag(b"https");
        const LOC: u64 = tag(b"loc");
        const MX: u64 = tag(b"mx");
        const NAPTR: u64 = tag(b"naptr");
        const PTR: u64 = tag(b"ptr");
        const RP: u64 = tag(b"rp");
        const SPF: u64 = tag(b"spf");
        const SSHFP: u64 = tag(b"sshfp");
        const SVCB: u64 = tag(b"svcb");
        const TLSA: u64 = tag(b"tlsa");
        const TXT: u64 = tag(b"txt");
        const URI: u64 = tag(b"uri");
        match tagged {
            SRV => Some(Self::Service),
            A | AAAA | CNAME | DNAME | NS | TXT | MX | PTR | CAA | DS | HINFO | HTTPS | LOC
            | NAPTR | RP | SPF | SSHFP | SVCB | TLSA | URI => Some(Self::Other),
            _ => None,
        }
    }
}

/// Looks for the lines of `bytes[part]`, which begins where a line does and ends after a line end or with the file, that
/// cannot be stepped over. Gives where they begin in the file.
pub(super) fn find(
    bytes: &[u8],
    part: Range<usize>,
    rules: Rules,
    masks: &mut Masks,
) -> Vec<usize> {
    let mut found = Vec::new();
    let text = &bytes[part.clone()];
    masks.fill(text);
    let mut lines = Lines {
        text,
        after: &bytes[part.start..],
        masks,
        specials: Specials::new(&masks.specials),
        rules,
    };
    let mut start = 0;
    for (word, bits) in masks.line_ends.iter().enumerate() {
        let mut left = *bits;
        while left != 0 {
            let end = word * 64 + left.trailing_zeros() as usize;
            left &= left - 1;
            if !lines.is_passed_over(start, end) {
                found.push(part.start + start);
            }
            start = end + 1;
        }
    }
    if start < text.len() {
        found.push(part.start + start);
    }
    found
}

struct Lines<'t> {
    text: &'t [u8],
    /// The text and what follows it in the file.
    after: &'t [u8],
    masks: &'t Masks,
    specials: Specials<'t>,
    rules: Rules,
}

impl Lines<'_> {
    /// Whether the line from `start` to the line end at `end` is one that nobody asks about, and changes nothing for
    /// those after it but the owner and the TTL that they may take over.
    fn is_passed_over(&mut self, start: usize, end: usize) -> bool {
        let first = self.text[start];
        match first {
            b'\n' | b';' => return true,
            b'\r' if start + 1 == end => return true,
            b' ' | b'\t' => return self.is_heir_passed_over(start, end),
            _ => {}
        }
        first != b'$' && self.is_record_passed_over(start, end)
    }

    /// The same of a line that begins with a blank.
    fn is_heir_passed_over(&mut self, start: usize, end: usize) -> bool {
        let blanks = (!self.masks.blanks_from(start)).trailing_zeros() as usize;
        let at = start + blanks;
        if blanks == 64 || at > end {
            return false;
        }
        match self.text[at] {
            b'\n' | b';' => return true,
            b'\r' if at + 1 == end => return true,
            _ => {}
        }
        let Some((kind, data)) = self.head(at) else {
            return false;
        };
        // Its owner may be that of KMS records.
        kind != Kind::Service && self.has_plain_rest(start, data, end)
    }

    fn is_record_passed_over(&mut self, start: usize, end: usize) -> bool {
        let blanks = self.masks.blanks_from(start);
        let length = blanks.trailing_zeros() as usize;
        let gap = (!(blanks >> (length & 63))).trailing_zeros() as usize;
        let at = start + length + gap;
        if length + gap >= 64 || at >= end {
            return false;
        }
        let Some((kind, data)) = self.head(at) else {
            return false;
        };
        if kind == Kind::Service {
            let label = first_label(&self.text[start..start + length]);
            if label.is_none_or(|label| label.eq_ignore_ascii_case(super::SERVICE)) {
                return false;
            }
        }
        self.has_plain_rest(start, data, end)
    }

    /// Age, TTL, class and type from `at` on; gives the type and where it ends. `None`: not as usual.
    fn head(&self, at: usize) -> Option<(Kind, usize)> {
        const IN: u64 = tag(b"in");
        let mut words = Words::new(self.masks.blanks_from(at), at);
        // The class stands before the TTL or after it.
        let (mut class, mut ttl) = (false, false);
        loop {
            let word = words.next()?;
            let octets = self.after.get(word.start..)?.first_chunk::<8>()?;
            // Digits and letters are what they were with this bit; of the octets that become one by it, all are
            // control characters.
            let lower = u64::from_le_bytes(*octets) | 0x2020_2020_2020_2020;
            let shift = 64_usize.checked_sub(8 * word.len());
            let tagged = shift.map_or(0, |shift| lower & (u64::MAX >> shift));
            if let Some(kind) = Kind::of(tagged) {
                return (ttl || self.rules.ttl_known).then_some((kind, word.end));
            }
            if !class && tagged == IN {
                class = true;
            } else if !ttl && octets[0].is_ascii_digit() && are_digits(tagged, word.len()) {
                ttl = true;
            } else if word.start != at || !self.rules.ages || !is_age(&self.text[word]) {
                return None;
            }
        }
    }

    /// Whether nothing special stands between `start` and `data`, and the record ends with the line.
    fn has_plain_rest(&mut self, start: usize, data: usize, end: usize) -> bool {
        let (mut quoted, mut depth) = (false, 0_usize);
        let mut special = self.specials.from(start);
        while special < end {
            match self.text[special] {
                _ if special < data => return false,
                b'"' => quoted = !quoted,
                b';' | b'(' | b')' if quoted => {}
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b';' => return depth == 0,
                b'\r' if special + 1 == end && !quoted => {}
                _ => return false,
            }
            special = self.specials.from(special + 1);
        }
        !quoted && depth == 0 && data <= end
    }
}

/// Whether a word of at most eight octets is of digits.
fn are_digits(tagged: u64, length: usize) -> bool {
    let octets = tagged.to_le_bytes().into_iter();
    length <= 8 && octets.take(length).all(|octet| octet.is_ascii_digit())
}

/// Whether a word is `[AGE:n]`.
fn is_age(word: &[u8]) -> bool {
    let digits = word
        .split_at_checked(5)
        .filter(|(begin, _)| begin.eq_ignore_ascii_case(b"[AGE:"))
        .and_then(|(_, rest)| rest.strip_suffix(b"]"));
    digits.is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// The words of 64 octets that begin with one.
struct Words {
    /// Where blanks stand in what is left of them.
    blanks: u64,
    at: usize,
    left: usize,
}

impl Words {
    fn new(blanks: u64, at: usize) -> Self {
        Self {
            blanks,
            at,
            left: 64,
        }
    }

    /// The next word, which a blank ends.
    fn next(&mut self) -> Option<Range<usize>> {
        let length = self.blanks.trailing_zeros() as usize;
        if length >= self.left {
            return None;
        }
        let word = self.at..self.at + length;
        let after = self.blanks >> length;
        let gap = (!after).trailing_zeros() as usize;
        self.blanks = after.unbounded_shr(u32::try_from(gap).unwrap_or(64));
        self.at = word.end + gap;
        self.left = self.left.saturating_sub(length + gap);
        Some(word)
    }
}
