//! Messages of servers: answers to questions, transfers.

#![no_main]

use kmsplan_fuzz::memory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    memory::linear(data.len(), || {
        kmsplan::snapshot::live::fuzzing::message(data)
    });
});
