//! A master file, whatever it holds: reading it never panics, never hangs, takes memory that grows with it at most;
//! what it is edited to is read as it was meant.

#![no_main]

use kmsplan::snapshot::Format;
use kmsplan_fuzz::edits::{Wishes, check, names};
use kmsplan_fuzz::{after, input, memory};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((&[wishes], rest)) = data.split_first_chunk() else {
        return Corpus::Reject;
    };
    let Some((mut options, text)) =
        input::options(rest, &[Format::ZoneFile, Format::WindowsZoneFile])
    else {
        return Corpus::Reject;
    };
    if input::generates_many(text) {
        return Corpus::Reject;
    }
    let Ok(snapshot) = memory::linear(text.len(), || input::read(text, &options)) else {
        return Corpus::Keep;
    };
    after::work(&snapshot);
    let Some(zone) = snapshot.zones.first() else {
        return Corpus::Keep;
    };
    options.interest.extend(names(zone));
    let Ok(snapshot) = input::read(text, &options) else {
        return Corpus::Keep;
    };
    let wishes = [
        wishes,
        wishes.wrapping_mul(31),
        wishes.rotate_left(3),
        1,
        2,
        3,
    ];
    check(&snapshot, &mut Wishes::new(&wishes), |files| {
        let new = files.first().map_or(text, |(_, new)| new.as_slice());
        input::read(new, &options).map_err(|error| error.render(false))
    });
    Corpus::Keep
});
