//! A saved plan that anybody may have written: octets, or a good plan with texts replaced. What is read prints in every
//! output.

#![no_main]

use kmsplan_fuzz::{memory, outputs, saved};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((how, rest)) = data.split_first() else {
        return;
    };
    let document = if how % 2 == 0 {
        rest.to_vec()
    } else {
        let Some((base, changes)) = saved::changes(rest) else {
            return;
        };
        saved::BASES[base].with(&changes).to_string().into_bytes()
    };
    let plan = memory::linear(document.len(), || saved::read(&document));
    if let Some(plan) = plan {
        outputs::all(&plan);
    }
});
