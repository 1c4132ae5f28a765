//! What consoles show: answers to queries, and listings of `dnscmd`.
//!
//! None of these forms tells everything: a query knows no age, Windows' `nslookup` no TTL, `dig +short` no
//! owner. What is not told is `None`; what was cut off or failed is refused.

use super::Format;
use super::listing::{Fault, Sample, Section};

mod answers;
mod data;
mod dig;
mod enum_records;
mod host;
mod master;
mod nslookup;
mod rows;
mod short;
mod signs;
mod text;
mod transfer;
mod unended;
mod zone_print;

pub(super) use signs::signs;
pub(super) use transfer::transfer_faults;

/// The records of a source in one of these forms. A zone transfer is a zone file; whether it is whole,
/// [`transfer_faults`] tells.
pub(super) fn read(format: Format, sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let sections = match format {
        Format::Nslookup => nslookup::read(sample),
        Format::Host => host::read(sample),
        Format::Dig => dig::read(sample),
        Format::DigShort => short::read(sample),
        Format::EnumRecords => enum_records::read(sample),
        Format::ZonePrint => zone_print::read(sample),
        _ => Err(vec![Fault::whole(format!(
            "{} is not read as console output",
            format.title()
        ))]),
    }?;
    match unended::fault(sample, &sections) {
        Some(fault) => Err(vec![fault]),
        None => Ok(sections),
    }
}

#[cfg(test)]
mod tests;
