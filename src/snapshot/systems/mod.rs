//! Zone data as other systems than DNS servers write it: Infoblox, Route 53, octoDNS, dnsmasq.
//!
//! They keep their zones themselves: the zone is of another kind than those of Windows and BIND, and nothing
//! tells an age.

mod dnsmasq;
mod infoblox;
mod octodns;
mod route53;
mod strangers;
#[cfg(test)]
mod testing;
mod values;

pub(super) use strangers::strangers;

use super::Format;
use super::listing::{Fault, Sample, Section, Sign};
use crate::diagnostic::MAX_FAULTS;

/// How much of a source is looked at to tell what it is, in octets.
const MAX_LOOK: usize = 1 << 16;

/// What shows that a source is in one of these forms.
pub(super) fn signs(sample: &Sample<'_>) -> Vec<Sign> {
    [
        infoblox::sign(sample),
        route53::sign(sample),
        octodns::sign(sample),
        dnsmasq::sign(sample),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What shows it below the beginning: a configuration may begin with much else.
pub(super) fn sign_further_down(sample: &Sample<'_>) -> Option<Sign> {
    dnsmasq::sign_anywhere(sample)
}

/// The records of a source in one of these forms.
pub(super) fn read(format: Format, sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let sections = match format {
        Format::InfobloxCsv => infoblox::read(sample),
        Format::Route53Json => route53::read(sample),
        Format::OctoDns => octodns::read(sample),
        Format::Dnsmasq => dnsmasq::read(sample),
        other => {
            let message = format!("{} is no form of these systems", other.title());
            Err(vec![Fault::whole(message)])
        }
    };
    sections.map_err(|mut faults| {
        faults.truncate(MAX_FAULTS);
        faults
    })
}
