//! A zone file as Windows exports it, in any encoding.

#![no_main]

use kmsplan::snapshot::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::source(data, &[Format::WindowsZoneFile]));
