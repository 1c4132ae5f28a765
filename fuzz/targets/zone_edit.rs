//! An edit followed by a scan gives exactly the records that are wanted; nothing else changes; planning again changes
//! nothing. The zone is made of the input's octets: odd but legal layouts, `$INCLUDE` and `$GENERATE` among them.

#![no_main]

use std::collections::BTreeSet;

use kmsplan_fuzz::edits::{Wishes, check, other_lines_stay, texts};
use kmsplan_fuzz::zones::{Files, Folder, MAIN, judged, made};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static FOLDER: Folder = Folder::new();
}

fuzz_target!(|data: &[u8]| {
    let Some((&[how, wishes], rest)) = data.split_first_chunk() else {
        return;
    };
    // The first part tells what is wanted, the rest what the zone is like.
    let (wishes, rest) = rest.split_at(usize::from(wishes).min(rest.len()));
    let files = made(rest, how & 1 != 0);
    FOLDER.with(|folder| edited(folder, &files, &mut Wishes::new(wishes)));
});

fn edited(folder: &Folder, files: &Files, wishes: &mut Wishes<'_>) {
    folder.write(files);
    let told: Vec<_> = files.clone().into_iter().collect();
    let snapshot = folder.read(MAIN).unwrap_or_else(|error| {
        panic!(
            "a zone is refused: {}\n{}",
            error.render(false),
            texts(&told)
        );
    });
    let done = check(&snapshot, wishes, |new| {
        folder.write(&new.iter().cloned().collect());
        folder.read(MAIN).map_err(|error| error.render(false))
    });
    let Some(done) = done else { return };
    for (file, new) in &done.files {
        other_lines_stay(&files[file], new);
    }
    let mut after = files.clone();
    after.extend(done.files.iter().cloned());
    let one_file = files.len() == 1;
    if let Some(before) = judged(&files[MAIN]).filter(|_| one_file)
        && let Some(after) = judged(&after[MAIN])
    {
        let others = |records: &BTreeSet<String>| -> BTreeSet<String> {
            let is_other = |record: &&String| {
                let owner = record.split(' ').next().unwrap_or_default();
                !done
                    .owners
                    .contains(&format!("{}.", owner.trim_end_matches('.')))
            };
            records.iter().filter(is_other).cloned().collect()
        };
        let shown = || texts(&told) + &texts(&done.files);
        assert_eq!(before.others, after.others, "{}", shown());
        if !before.more {
            assert_eq!(others(&before.kms), others(&after.kms), "{}", shown());
        }
    }
}
