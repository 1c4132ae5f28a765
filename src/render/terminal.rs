//! Text and bytes from outside, made safe for a terminal, and colours.

pub use crate::visible::visible;

/// Marks text with colours, or leaves it plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Whether escape sequences are written at all.
    pub colour: bool,
}

/// A colour (ECMA-48 SGR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// What comes.
    Green,
    /// What goes, and errors.
    Red,
    /// What changes, and warnings.
    Yellow,
    /// Notes and places in a diff.
    Cyan,
    /// Headings.
    Bold,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Green => "32",
            Self::Red => "31",
            Self::Yellow => "33",
            Self::Cyan => "36",
            Self::Bold => "1",
        }
    }
}

impl Paint {
    /// The text in that colour.
    pub fn ink(self, ink: Ink, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code())
        } else {
            text.to_owned()
        }
    }
}

/// Bytes of unknown encoding, safe to print: octets that are not UTF-8 as `\xNN`, control and direction
/// characters escaped. Blanks and tabs stay.
pub fn visible_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for (index, part) in chunk.valid().split('\t').enumerate() {
            if index > 0 {
                out.push('\t');
            }
            out.push_str(&visible(part));
        }
        out.extend(
            chunk
                .invalid()
                .iter()
                .map(|octet| format!("\\x{octet:02x}")),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(
            visible_bytes(b"kms\t\x1b[2J\xff\xc3\xa4\r"),
            "kms\t\\u{1b}[2J\\xff\u{e4}\\r"
        );
        assert_eq!(visible_bytes("a\u{202e}b".as_bytes()), "a\\u{202e}b");
    }

    #[test]
    fn no_escape_sequence_unless_asked() {
        assert_eq!(Paint { colour: false }.ink(Ink::Red, "-"), "-");
        assert_eq!(
            Paint { colour: true }.ink(Ink::Red, "-"),
            "\u{1b}[31m-\u{1b}[0m"
        );
    }
}
