//! Values that all forms of zone data write alike, and text that is not all UTF-8.

use std::borrow::Cow;
use std::str::FromStr;

use super::listing::Fault;
use crate::document::Complaint;

/// The largest TTL, in seconds (RFC 2181 section 8).
pub(super) const MAX_TTL: u32 = 0x7fff_ffff;

/// Stands for an octet that is not UTF-8. A name or a number never holds it.
pub(super) const UNREADABLE: char = '\u{7f}';

/// A decimal number without sign (Rust's own parsers take one); `None`: it is none, or does not fit.
pub(super) fn decimal<T: FromStr>(text: &[u8]) -> Option<T> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The octets as text of the same length, so that places stay true: each that is not UTF-8 becomes
/// [`UNREADABLE`]. What needs it is refused, and all else is read.
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| UNREADABLE));
    }
    Cow::Owned(text)
}

/// The complaints of a document, whose text begins at `start` of the source.
pub(super) fn faults(start: usize, complaints: Vec<Complaint>) -> impl Iterator<Item = Fault> {
    complaints.into_iter().map(move |(span, complaint)| Fault {
        span: Some(start + span.start..start + span.end),
        message: complaint.message,
        help: complaint.help,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_digits_alone() {
        for (text, expected) in [
            ("0", Some(0)),
            ("01688", Some(1688)),
            ("65535", Some(65535)),
            ("65536", None),
            ("+1", None),
            ("-0", None),
            (" 1", None),
            ("1.0", None),
            ("", None),
        ] {
            assert_eq!(decimal::<u16>(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(decimal::<u16>(b"1\xFC"), None);
    }

    #[test]
    fn places_stay_true() {
        assert_eq!(readable(b"b\xC3\xBCro"), "b\u{fc}ro");
        assert_eq!(readable(b"b\xFCro \xE2\x82"), "b\u{7f}ro \u{7f}\u{7f}");
    }
}
