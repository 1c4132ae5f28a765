//! UTF-16, which Windows PowerShell's redirection, `reg export` and Notepad write, as UTF-8 and back.

use std::ops::Range;

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
            Self::Utf16Le => utf16(&bytes, u16::from_le_bytes).map(String::into_bytes),
            Self::Utf16Be => utf16(&bytes, u16::from_be_bytes).map(String::into_bytes),
        }
    }

    /// A text in this encoding. Octets that are no UTF-8 cannot be written in UTF-16: `None`.
    pub fn encode(self, text: &[u8]) -> Option<Vec<u8>> {
        let octets: fn(u16) -> [u8; 2] = match self {
            Self::Octets => return Some(text.to_vec()),
            Self::Utf16Le => u16::to_le_bytes,
            Self::Utf16Be => u16::to_be_bytes,
        };
        let text = std::str::from_utf8(text).ok()?;
        Some(text.encode_utf16().flat_map(octets).collect())
    }
}

/// How many units are looked at at once.
const UNITS: usize = 32;

/// UTF-16 as text; `unit` puts its octets in order.
pub fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, NotUtf16> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut fault = None;
    let mut left = pairs;
    while !left.is_empty() {
        while let Some((units, after)) = left.split_first_chunk::<UNITS>()
            && let Some(ascii) = ascii(units, &unit)
            && let Ok(ascii) = str::from_utf8(&ascii)
        {
            text.push_str(ascii);
            left = after;
        }
        let next = |&pair: &[u8; 2]| unit(pair);
        let Some(decoded) = char::decode_utf16(left.iter().map(next)).next() else {
            break;
        };
        let from = text.len();
        text.push(decoded.as_ref().map_or(char::REPLACEMENT_CHARACTER, |c| *c));
        left = &left[decoded.as_ref().map_or(1, |c| c.len_utf16())..];
        if decoded.is_err() && fault.is_none() {
            fault = Some(from..text.len());
        }
    }
    if !rest.is_empty() && fault.is_none() {
        fault = Some(text.len()..text.len());
    }
    match fault {
        None => Ok(text),
        Some(span) => Err(NotUtf16 { text, span }),
    }
}

/// Units that are all of ASCII, as octets. A loop that a compiler makes instructions on many octets of.
fn ascii(units: &[[u8; 2]; UNITS], unit: impl Fn([u8; 2]) -> u16) -> Option<[u8; UNITS]> {
    let mut octets = [0; UNITS];
    let mut all = 0;
    for (octet, pair) in octets.iter_mut().zip(units) {
        let unit = unit(*pair);
        all |= unit;
        *octet = unit.to_le_bytes()[0];
    }
    (all < 0x80).then_some(octets)
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
                let order: fn([u8; 2]) -> u16 = if unit(1) == [1, 0] {
                    u16::from_le_bytes
                } else {
                    u16::from_be_bytes
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
