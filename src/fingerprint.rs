//! What a file is told by: the SHA-256 of its octets.

use std::fmt;
use std::sync::{Arc, OnceLock};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::encoding::Encoding;

/// SHA-256 of a file as it lies on the disk. It is computed when somebody asks: few outputs show it, and of large
/// files it takes as long as all the rest.
#[derive(Clone)]
pub struct Fingerprint(Arc<Inner>);

struct Inner {
    hex: OnceLock<String>,
    /// The text of the file, and how it is written there.
    of: Option<(Arc<Vec<u8>>, Encoding)>,
}

impl Fingerprint {
    /// That of a file with this text, written so.
    pub(crate) fn of(text: Arc<Vec<u8>>, encoding: Encoding) -> Self {
        Self(Arc::new(Inner {
            hex: OnceLock::new(),
            of: Some((text, encoding)),
        }))
    }

    /// One that was told: lower-case hexadecimal.
    pub fn told(hex: String) -> Self {
        Self(Arc::new(Inner {
            hex: OnceLock::from(hex),
            of: None,
        }))
    }

    /// Lower-case hexadecimal.
    pub fn hex(&self) -> &str {
        self.0.hex.get_or_init(|| {
            let mut hash = Sha256::new();
            if let Some((text, encoding)) = &self.0.of {
                encoding.encode_in_pieces(text, |piece| hash.update(piece));
            }
            HEXLOWER.encode(&hash.finalize())
        })
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fingerprint").field(&self.hex()).finish()
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.hex() == other.hex()
    }
}

impl Eq for Fingerprint {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_octets() {
        let text = "\u{feff}; b\u{fc}ro \u{1f600}\r\n".repeat(20_000);
        for encoding in [Encoding::Octets, Encoding::Utf16Le, Encoding::Utf16Be] {
            let file = encoding.encode(text.as_bytes()).unwrap();
            let expected = HEXLOWER.encode(&Sha256::digest(file));
            let found = Fingerprint::of(Arc::new(text.clone().into_bytes()), encoding);
            assert_eq!(found.hex(), expected, "{encoding:?}");
            assert_eq!(found, Fingerprint::told(expected));
        }
    }
}
