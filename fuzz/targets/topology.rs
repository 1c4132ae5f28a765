//! Topologies in TOML, JSON and YAML, lists of domains.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::topology(data));
