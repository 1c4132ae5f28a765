//! UTF-16, which Windows PowerShell's redirection, `reg export` and Notepad write, as UTF-8 and back.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};

pub use kmsplan_skim::Order;

/// How the text of a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Octets as they are: UTF-8, or one of the code pages that extend ASCII.
    #[default]
    Octets,
    /// UTF-16, low octet first.
    Utf16Le,
    /// UTF-16, high octet first.
    Utf16Be,
}

/// Where octets are no UTF-16: a lone surrogate, or half a unit at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUtf16 {
    /// What could be decoded, in UTF-8, with replacement characters in it.
    pub text: String,
    /// The octets of `text` where the first fault stands.
    pub span: Range<usize>,
}

/// How many units of UTF-16 are written at once.
const PIECE: usize = 32 << 10;

impl Encoding {
    /// The encoding of a file: UTF-16 by its byte-order mark, or by the NULs that text in ASCII has in it.
    pub fn of(bytes: &[u8]) -> Self {
        let start = bytes.get(..64.min(bytes.len())).unwrap_or_default();
        let nuls = |first: usize| {
            let places = start.iter().skip(first).step_by(2);
            places.filter(|octet| **octet == 0).count()
        };
        // Most units of such text have a NUL, and nearly all on the same side.
        let most = |nuls: usize| start.len() >= 8 && nuls * 4 >= start.len() / 2 * 3;
        if bytes.starts_with(b"\xFF\xFE") || (most(nuls(1)) && nuls(0) * 4 < nuls(1)) {
            Self::Utf16Le
        } else if bytes.starts_with(b"\xFE\xFF") || (most(nuls(0)) && nuls(1) * 4 < nuls(0)) {
            Self::Utf16Be
        } else {
            Self::Octets
        }
    }

    /// The text as UTF-8; a byte-order mark stays, as U+FEFF. Octets stay as they are. Nothing is lost:
    /// [`Encoding::encode`] gives the same octets again.
    pub fn decode(self, bytes: Vec<u8>) -> Result<Vec<u8>, NotUtf16> {
        match self {
            Self::Octets => Ok(bytes),
            Self::Utf16Le => utf16(&bytes, Order::LowFirst).map(String::into_bytes),
            Self::Utf16Be => utf16(&bytes, Order::HighFirst).map(String::into_bytes),
        }
    }

    /// Decodes what comes in pieces; about as many octets will come. `None`: octets stay as they are.
    pub(crate) fn decoder(self, octets: usize) -> Option<Utf16> {
        match self {
            Self::Octets => None,
            Self::Utf16Le => Some(Utf16::new(Order::LowFirst, octets)),
            Self::Utf16Be => Some(Utf16::new(Order::HighFirst, octets)),
        }
    }

    /// A text in this encoding. Octets that are no UTF-8 cannot be written in UTF-16: `None`.
    pub fn encode(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        self.encode_in_pieces(text, |piece| octets.extend_from_slice(piece))
            .then_some(octets)
    }

    /// Hands `take` a text in this encoding, piece by piece. Returns whether it can be written so.
    pub(crate) fn encode_in_pieces(self, text: &[u8], mut take: impl FnMut(&[u8])) -> bool {
        let octets: fn(u16) -> [u8; 2] = match self {
            Self::Octets => {
                take(text);
                return true;
            }
            Self::Utf16Le => u16::to_le_bytes,
            Self::Utf16Be => u16::to_be_bytes,
        };
        let Ok(text) = str::from_utf8(text) else {
            return false;
        };
        let mut units = text.encode_utf16();
        let mut piece = Vec::with_capacity(2 * PIECE);
        loop {
            piece.clear();
            piece.extend(units.by_ref().take(PIECE).flat_map(octets));
            if piece.is_empty() {
                return true;
            }
            take(&piece);
        }
    }
}

fn unit(order: Order, pair: [u8; 2]) -> u16 {
    match order {
        Order::LowFirst => u16::from_le_bytes(pair),
        Order::HighFirst => u16::from_be_bytes(pair),
    }
}

/// The text of a file that is one text in UTF-8 or UTF-16, without its byte-order mark. Windows Notepad and redirected
/// output of Windows PowerShell write UTF-16 with one; without one it is UTF-8. `path` is the file as the user named it.
///
/// Fails where the octets are neither.
pub fn text<'b>(path: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, Diagnostics> {
    let complaint = |text: &[u8], span: Range<usize>, message: &str| {
        Diagnostics::from(
            Diagnostic::at(Place::new(path, text, span), message).help("save the file as UTF-8"),
        )
    };
    let orders = [
        (b"\xFF\xFE", Order::LowFirst),
        (b"\xFE\xFF", Order::HighFirst),
    ];
    for (mark, order) in orders {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return utf16(rest, order).map(Cow::Owned).map_err(|fault| {
                complaint(fault.text.as_bytes(), fault.span, "this is not UTF-16")
            });
        }
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let at = error.valid_up_to();
        let end = error.error_len().map_or(bytes.len(), |length| at + length);
        complaint(bytes, at..end, "this is not UTF-8")
    })
}

/// UTF-16 as text.
pub fn utf16(bytes: &[u8], order: Order) -> Result<String, NotUtf16> {
    let mut decoder = Utf16::new(order, bytes.len());
    decoder.push(bytes);
    decoder.finish()
}

/// UTF-16 that comes in pieces.
#[derive(Debug)]
pub(crate) struct Utf16 {
    order: Order,
    text: String,
    fault: Option<Range<usize>>,
    /// What of the last piece is no whole character: half a unit, a unit that needs another one, or both.
    rest: Vec<u8>,
}

impl Utf16 {
    /// Text of about as many octets, none of which have come yet.
    fn new(order: Order, octets: usize) -> Self {
        Self {
            order,
            text: String::with_capacity(octets / 2),
            fault: None,
            rest: Vec::new(),
        }
    }

    /// Takes the next piece.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        let joined;
        let octets = if self.rest.is_empty() {
            piece
        } else {
            joined = [&std::mem::take(&mut self.rest), piece].concat();
            &joined
        };
        let (pairs, odd) = octets.as_chunks::<2>();
        let first_half = |pair: &&[u8; 2]| (0xd800..0xdc00).contains(&unit(self.order, **pair));
        let kept = usize::from(pairs.last().as_ref().is_some_and(first_half));
        let (whole, half) = pairs.split_at(pairs.len() - kept);
        self.rest = [half.as_flattened(), odd].concat();
        self.decode(whole);
    }

    /// The whole text.
    pub(crate) fn finish(mut self) -> Result<String, NotUtf16> {
        let rest = std::mem::take(&mut self.rest);
        let (pairs, odd) = rest.as_chunks::<2>();
        self.decode(pairs);
        if !odd.is_empty() && self.fault.is_none() {
            self.fault = Some(self.text.len()..self.text.len());
        }
        match self.fault {
            None => Ok(self.text),
            Some(span) => Err(NotUtf16 {
                text: self.text,
                span,
            }),
        }
    }

    fn decode(&mut self, mut left: &[[u8; 2]]) {
        while !left.is_empty() {
            left = kmsplan_skim::take_ascii(left, self.order, &mut self.text);
            let units = left.iter().map(|pair| unit(self.order, *pair));
            let Some(decoded) = char::decode_utf16(units).next() else {
                return;
            };
            let from = self.text.len();
            let lone = decoded.is_err();
            let decoded = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.text.push(decoded);
            left = &left[if lone { 1 } else { decoded.len_utf16() }..];
            if lone && self.fault.is_none() {
                self.fault = Some(from..self.text.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_comes_back_as_it_was() {
        let text = "\u{feff}; b\u{fc}ro \u{1f600}\r\n@ IN SOA a b 1 2 3 4 5\r\n";
        for (encoding, unit) in [
            (Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (Encoding::Utf16Be, u16::to_be_bytes),
        ] {
            for text in [text, &text[3..]] {
                let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
                assert_eq!(Encoding::of(&bytes), encoding, "{text}");
                let decoded = encoding.decode(bytes.clone()).unwrap();
                assert_eq!(decoded, text.as_bytes());
                assert_eq!(encoding.encode(&decoded), Some(bytes));
            }
        }
    }

    #[test]
    fn runs_of_ascii_of_every_length_come_back() {
        for length in 0..100 {
            let text = format!(
                "{}\u{fc}{}\u{1f600}",
                "a".repeat(length),
                "b".repeat(length)
            );
            for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                let mut bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
                let order = if unit(1) == [1, 0] {
                    Order::LowFirst
                } else {
                    Order::HighFirst
                };
                assert_eq!(utf16(&bytes, order).unwrap(), text);
                // Without its second half the last character is none.
                bytes.truncate(bytes.len() - 2);
                let cut = utf16(&bytes, order).unwrap_err();
                assert_eq!(cut.span, text.len() - 4..text.len() - 1);
            }
        }
    }

    #[test]
    fn pieces_are_the_whole() {
        let text = "\u{feff}a\u{fc}\u{1f600}b\u{1f600}\u{1f600}".repeat(3);
        let whole: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut cut = whole.clone();
        cut.extend(b"\x3d\xd8a\0\x3d\xd8");
        let mut odd = whole.clone();
        odd.push(b'a');
        for bytes in [whole, cut, odd] {
            let expected = utf16(&bytes, Order::LowFirst);
            for size in 1..bytes.len() {
                let mut decoder = Encoding::Utf16Le.decoder(bytes.len()).unwrap();
                for piece in bytes.chunks(size) {
                    decoder.push(piece);
                }
                assert_eq!(decoder.finish(), expected, "{size}");
            }
        }
    }

    #[test]
    fn octets_stay() {
        for bytes in [
            &b"; b\xfcro\r\n"[..],
            b"",
            b"\0\0\0\0\0\0\0\0\0\0",
            b"@ IN SOA",
        ] {
            assert_eq!(Encoding::of(bytes), Encoding::Octets);
            assert_eq!(Encoding::Octets.encode(bytes), Some(bytes.to_vec()));
        }
    }

    #[test]
    fn half_a_unit_and_lone_surrogates_are_faults() {
        let cut = Encoding::Utf16Le.decode(b"\xFF\xFEa\0b".to_vec());
        assert_eq!(cut.unwrap_err().span, 4..4);
        let lone = Encoding::Utf16Le.decode(b"a\0\x00\xD8b\0".to_vec());
        assert_eq!(lone.unwrap_err().span, 1..4);
    }
}
