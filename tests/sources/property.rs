//! Generated zones, written in every format by writers of the tests, are read back to the same records.

use crate::judge::{Judge, Wish};
use crate::random::Random;
use crate::support::tools;
use crate::write::{Writing, console, powershell, systems, zone_file};
use crate::zone::{self, Zone};

/// How many zones are generated where `KMSPLAN_CASES` does not say.
const CASES: u64 = 12;

fn check(write: fn(&Zone, &mut Random) -> Vec<Writing>, least: usize) {
    let mut wrong = Vec::new();
    let mut labels = std::collections::BTreeSet::new();
    for seed in 0..tools::cases(CASES) {
        let zone = zone::generate(seed);
        let wish = if seed % 2 == 0 {
            Wish::Stranger
        } else {
            Wish::Automatic
        };
        let mut judge = Judge::new(&zone, wish);
        let [plain, ..] = &zone_file::write(&zone, &mut Random::new(seed))[..] else {
            panic!("there is a plain zone file");
        };
        for writing in write(&zone, &mut Random::new(seed)) {
            if let Err(error) = judge.judge(&writing, plain) {
                wrong.push(format!(
                    "{}: seed {seed}: {error}\n--- {} {}\n{}",
                    writing.label,
                    writing.file,
                    writing.args,
                    shown(&writing.bytes)
                ));
            }
            labels.insert(writing.label);
        }
    }
    let heads: Vec<&str> = wrong
        .iter()
        .filter_map(|text| text.lines().next())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} writings are not read as meant:\n{}\n\n{}",
        wrong.len(),
        heads.join("\n"),
        wrong[..wrong.len().min(2)].join("\n\n")
    );
    assert!(labels.len() >= least, "only {labels:#?}");
}

/// The beginning of a file, for people.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\0', "");
    text.lines().take(60).collect::<Vec<_>>().join("\n")
}

#[test]
fn zone_files_are_read_as_they_were_meant() {
    check(zone_file::write, 14);
}

#[test]
fn powershell_is_read_as_it_was_meant() {
    check(powershell::write, 29);
}

#[test]
fn consoles_are_read_as_they_were_meant() {
    check(console::write, 20);
}

#[test]
fn other_systems_are_read_as_they_were_meant() {
    check(systems::write, 8);
}

#[test]
fn every_format_has_a_writer() {
    let zone = zone::generate(0);
    let written: std::collections::BTreeSet<&str> = [
        zone_file::write,
        powershell::write,
        console::write,
        systems::write,
    ]
    .into_iter()
    .flat_map(|write| write(&zone, &mut Random::new(0)))
    .map(|writing| writing.format)
    .collect();
    let all = kmsplan::snapshot::Format::ALL.iter();
    for format in all.filter(|format| !format.is_live()) {
        assert!(written.contains(format.word()), "{}", format.word());
    }
}
