//! The HTML page of a good plan whose texts are replaced: valid, and made of the elements, attributes, scripts and
//! addresses of pages of good plans. Its ticket in Markdown holds no HTML, no link and no picture.

#![no_main]

use kmsplan::render;
use kmsplan_fuzz::{outputs, page, saved};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((base, changes)) = saved::changes(data) else {
        return Corpus::Reject;
    };
    let document = saved::BASES[base].with(&changes).to_string();
    if let Some(plan) = saved::read(document.as_bytes()) {
        page::check(&render::html(&plan));
        outputs::markdown(&render::markdown(&plan, None));
    }
    Corpus::Keep
});
