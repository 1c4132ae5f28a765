//! What `slmgr.vbs` shows on a KMS host.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::seen(data));
