//! Every script of a bundle and every command of a plan, judged without running it: by grammars that are not
//! ours, by tables of what vendors document, and by rules that hold for all of them.

#[path = "../support/mod.rs"]
mod support;

mod bundle;
mod grammar;
mod hostile;
mod judge;
mod powershell;
mod replaced;
mod rules;
mod structure;
mod tables;
mod undo;

use std::collections::BTreeMap;

use grammar::Parsed;
use powershell::Script;
use support::tools::available;
use tables::Tables;

/// Faults, each with the first place where it was found.
#[derive(Default)]
struct Faults(BTreeMap<String, String>);

impl Faults {
    fn add(&mut self, faults: Vec<String>, place: &str) {
        for fault in faults {
            self.0.entry(fault).or_insert_with(|| place.to_owned());
        }
    }

    fn none(&self) {
        assert!(self.0.is_empty(), "{:#?}", self.0);
    }
}

/// The commands of all expected plans in one language: the text, and where it first stands.
fn commands(shell: &str) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for case in bundle::cases() {
        let json = std::fs::read(case.join("plan.json")).unwrap_or_default();
        let Ok(plan) = serde_json::from_slice::<serde_json::Value>(&json) else {
            continue;
        };
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        for step in plan["steps"].as_array().into_iter().flatten() {
            for list in ["commands", "check", "undo"] {
                for command in step[list].as_array().into_iter().flatten() {
                    if command["shell"] == shell {
                        let text = command["text"].as_str().unwrap().to_owned();
                        let place = format!("{name} {} {list}", step["id"]);
                        texts.entry(text).or_insert(place);
                    }
                }
            }
        }
    }
    texts
}

#[test]
fn the_powershell_of_plans_is_powershell() {
    let tables = Tables::read();
    let texts = commands("powershell");
    assert!(texts.len() >= 400, "only {}", texts.len());
    let mut faults = Faults::default();
    for (text, place) in &texts {
        let parsed = Parsed::powershell(text);
        faults.add(Script::new(&parsed, &tables).faults(), place);
    }
    faults.none();
}

#[test]
fn the_powershell_of_bundles_is_powershell() {
    let tables = Tables::read();
    let bundles: Vec<_> = bundle::bundles().collect();
    let (one, other) = bundles.split_at(bundles.len() / 2);
    let judge = |bundles: &[&bundle::Bundle]| {
        let mut faults = Faults::default();
        let mut judged = 0;
        for bundle in bundles {
            for path in bundle.paths(".ps1") {
                let found = rules::powershell(path, &bundle.text(path), &tables);
                faults.add(found, &format!("{} {path}", bundle.case));
                judged += 1;
            }
        }
        (faults, judged)
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| judge(other));
        (judge(one), other.join().expect("no script makes it panic"))
    });
    one.0.none();
    other.0.none();
    let judged = one.1 + other.1;
    assert!(judged >= 1000, "only {judged}");
}

/// `dash` reads them without running them. (The grammar for shells is one of bash and has gaps.)
#[test]
fn shell_scripts_are_for_a_posix_shell() {
    if !available("dash", "shell_scripts_are_for_a_posix_shell") {
        return;
    }
    let mut faults = Faults::default();
    let mut judge = |text: &str, place: &str| {
        let said = support::tools::dash(text);
        faults.add(
            said.into_iter()
                .map(|said| format!("{said}: {text}"))
                .collect(),
            place,
        );
    };
    let mut judged = 0;
    for bundle in bundle::bundles() {
        for path in bundle.paths(".sh") {
            judge(&bundle.text(path), &format!("{} {path}", bundle.case));
            judged += 1;
        }
    }
    for (text, place) in commands("sh") {
        judge(&text, &place);
    }
    faults.none();
    assert!(judged >= 30, "only {judged}");
}
