//! A good plan whose texts are replaced gives the commands and scripts of the same plan with tame texts: no keyword, no
//! program, no mark that those have not, nothing that a grammar cannot read.

#![no_main]

use std::cell::RefCell;
use std::collections::BTreeMap;

use kmsplan_fuzz::saved::{self, BASES, Change, tame};
use kmsplan_fuzz::scripts::Texts;
use libfuzzer_sys::{Corpus, fuzz_target};

thread_local! {
    /// What tame plans give, by the plan and the texts that are replaced; `None`: there is no such plan.
    static TAME: RefCell<BTreeMap<(usize, Vec<usize>), Option<Texts>>> = const { RefCell::new(BTreeMap::new()) };
}

/// How many tame plans are kept: the texts of a bundle, parsed, take some forty megabytes.
const KEPT: usize = 16;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((base, changes)) = saved::changes(data) else {
        return Corpus::Reject;
    };
    let hostile = BASES[base].with(&changes).to_string();
    let Some(hostile) = saved::read(hostile.as_bytes()) else {
        return Corpus::Keep;
    };
    let part = match changes.as_slice() {
        [one] => Some(one.part.as_str()),
        _ => None,
    };
    let names = BASES[base].changes_names(&changes);
    TAME.with_borrow_mut(|known| {
        if known.len() > KEPT {
            known.clear();
        }
        let words = changes.iter().map(|change| change.word).collect();
        let tame = known
            .entry((base, words))
            .or_insert_with(|| texts(base, &changes));
        if let Some(tame) = tame {
            Texts::besides(&hostile, tame).hold_nothing_but(tame, names, part);
        }
    });
    Corpus::Keep
});

/// What the tame plan gives, and the plan as it is.
fn texts(base: usize, changes: &[Change]) -> Option<Texts> {
    let plan = BASES[base].with(&tame(changes)).to_string();
    let mut texts = Texts::of(&saved::read(plan.as_bytes())?);
    texts.extend(Texts::of(&BASES[base].plan()));
    Some(texts)
}
