//! Permissions and owners of directory nodes, and CIM instances of hosts.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::seen(data));
