//! What consoles show: `nslookup`, `host`, `dig`, `dnscmd`.

#![no_main]

use kmsplan::snapshot::Format;
use libfuzzer_sys::fuzz_target;

const FORMS: &[Format] = &[
    Format::Nslookup,
    Format::Host,
    Format::Dig,
    Format::DigShort,
    Format::DigTransfer,
    Format::EnumRecords,
    Format::ZonePrint,
];

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::source(data, FORMS));
