//! What other systems write: Infoblox, Route 53, octoDNS, dnsmasq.

#![no_main]

use kmsplan::snapshot::Format;
use libfuzzer_sys::fuzz_target;

const FORMS: &[Format] = &[
    Format::InfobloxCsv,
    Format::Route53Json,
    Format::OctoDns,
    Format::Dnsmasq,
];

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::source(data, FORMS));
