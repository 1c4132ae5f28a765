//! Every script of a bundle and every command of a plan, judged without running it: by grammars that are not
//! ours, by tables of what vendors document, and by rules that hold for all of them.

#[path = "../support/mod.rs"]
mod support;

mod grammar;
mod powershell;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use grammar::Parsed;
use powershell::Script;
use tables::Tables;

/// The folders of `tests/plans/`.
pub(crate) fn cases() -> Vec<PathBuf> {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(plans)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// The commands of all expected plans in one language: the text, and where it first stands.
fn commands(shell: &str) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for case in cases() {
        let json = std::fs::read(case.join("plan.json")).unwrap_or_default();
        let Ok(plan) = serde_json::from_slice::<serde_json::Value>(&json) else {
            continue;
        };
        for step in plan["steps"].as_array().into_iter().flatten() {
            for list in ["commands", "check", "undo"] {
                for command in step[list].as_array().into_iter().flatten() {
                    if command["shell"] == shell {
                        let text = command["text"].as_str().unwrap().to_owned();
                        let place = format!(
                            "{} {} {list}",
                            case.file_name().unwrap().display(),
                            step["id"]
                        );
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
    let mut faults: BTreeMap<String, String> = BTreeMap::new();
    for (text, place) in &texts {
        let parsed = Parsed::powershell(text);
        for fault in Script::new(&parsed, &tables).faults() {
            faults.entry(fault).or_insert_with(|| place.clone());
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
