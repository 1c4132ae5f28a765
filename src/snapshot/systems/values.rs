//! Values as these systems write them.

use crate::Name;
use crate::presentation::{self, NameError};
use crate::snapshot::fields;
use crate::snapshot::listing::{Fault, Sample};

/// The first label of a KMS owner.
const SERVICE: &[u8] = b"_vlmcs";

/// A sample as text, and the offset of the text in it: a byte-order mark stands before it.
pub(super) fn text<'a>(sample: &Sample<'a>) -> Result<(usize, &'a str), Fault> {
    let (start, body) = sample.body();
    match std::str::from_utf8(body) {
        Ok(text) => Ok((start, text)),
        Err(error) => {
            let at = start + error.valid_up_to();
            let length = error.error_len().unwrap_or(1);
            Err(Fault::at(at..at + length, "this is not UTF-8").help("save the file as UTF-8"))
        }
    }
}

/// The start of a sample, enough to tell what it is.
pub(super) fn look<'a>(sample: &Sample<'a>) -> &'a [u8] {
    let (_, body) = sample.body();
    &body[..body.len().min(super::MAX_LOOK)]
}

/// Whether `text` holds `word`, in any case.
pub(super) fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word))
}

/// A priority, weight or port.
pub(super) fn number(text: &str) -> Option<u16> {
    fields::decimal(text.as_bytes())
}

/// A TTL in seconds.
pub(super) fn ttl(text: &str) -> Option<u32> {
    fields::decimal(text.as_bytes()).filter(|seconds| *seconds <= fields::MAX_TTL)
}

/// The owner of a record, a full name with or without a final dot. `None`: the text is no name, and it is
/// not that of a KMS owner or host either, which are names.
pub(super) fn owner(text: &str) -> Result<Option<Name>, NameError> {
    let name = if text.is_ascii() {
        presentation::parse_name(text.as_bytes(), Some(&Name::root()))
    } else {
        presentation::parse_full_name(text)
    };
    name.map(Some).or_else(|error| {
        if may_be_kms(text) {
            Err(error)
        } else {
            Ok(None)
        }
    })
}

/// Whether a text that could not be read may have been meant as the owner of KMS records.
pub(super) fn may_be_kms(text: &str) -> bool {
    holds(text.as_bytes(), SERVICE)
}
