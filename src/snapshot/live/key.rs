//! Keys of transaction signatures (TSIG, RFC 8945), in BIND's format.

use std::fmt;

use hickory_proto::rr::TSigner;

use crate::diagnostic::{Diagnostic, Diagnostics};

/// A key, as `tsig-keygen` writes it.
#[derive(Clone)]
pub struct Key {
    pub(super) signer: TSigner,
}

impl Key {
    /// Reads a key file; `shown` is the file as people know it. Fails with what is wrong in it, without its secret.
    pub fn read(shown: &str, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let _ = bytes;
        Err(Diagnostic::new(format!("`{shown}` holds no key")).into())
    }
}

impl fmt::Debug for Key {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.signer.signer_name())
    }
}
