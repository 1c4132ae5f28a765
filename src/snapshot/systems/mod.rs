//! stub

use super::Format;
use super::listing::{Fault, Sample, Section, Sign};

/// What shows that a source is in one of these forms.
pub(super) fn signs(_sample: &Sample<'_>) -> Vec<Sign> {
    Vec::new()
}

/// The records of a source in one of these forms.
pub(super) fn read(_format: Format, _sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    Err(vec![Fault::whole("not read yet")])
}
