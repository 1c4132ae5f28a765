//! What cmdlets export: JSON, CSV, tables and lists of a console.

#![no_main]

use kmsplan::snapshot::Format;
use libfuzzer_sys::fuzz_target;

const FORMS: &[Format] = &[
    Format::DnsServerJson,
    Format::DnsServerCsv,
    Format::DnsServerTable,
    Format::ResolveJson,
    Format::ResolveCsv,
    Format::ResolveText,
];

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::source(data, FORMS));
