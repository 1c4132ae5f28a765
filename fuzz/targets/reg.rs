//! Registry files and what `reg query` prints.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| kmsplan_fuzz::readers::seen(data));
