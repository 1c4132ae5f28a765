//! `kmsplan verify` on zone data: each folder of `tests/verifications/` is a topology (`kms.*`), what was there
//! (`before/`), what is there now (`now/`), perhaps what is seen on hosts (`evidence/`), and the verification in every
//! form. `rolled-back` in a folder: the way back is verified, from `now/` to what lies there.
//!
//! `KMSPLAN_BLESS=1` writes the expectations anew; read them before you commit them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Folder, Run, TOPOLOGY, kmsplan};

const FORMS: [(&str, &str); 3] = [
    ("text", "verify.txt"),
    ("markdown", "verify.md"),
    ("json", "verify.json"),
];

/// The folders of the cases, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verifications");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// Saves the plan of a case; gives its path.
fn plan(case: &Path, folder: &Folder) -> PathBuf {
    let names = fs::read_dir(case).unwrap();
    let topology = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.starts_with("kms."))
        .expect("a case has a topology");
    let saved = folder.path().join("plan.json");
    let run: Run = kmsplan()
        .current_dir(case)
        .args(["plan", &topology, "before", "--format", "json", "--output"])
        .arg(&saved)
        .output()
        .unwrap()
        .into();
    assert_eq!(run.stderr, "", "{}", case.display());
    saved
}

/// The verification of a case in one form.
fn verified(case: &Path, form: &str) -> Run {
    let folder = Folder::new();
    let saved = plan(case, &folder);
    let mut command = kmsplan();
    command.current_dir(case).arg("verify").arg(saved);
    command.args(["now", "--format", form]);
    if case.join("evidence").exists() {
        command.args(["--host-evidence", "evidence"]);
    }
    command.output().unwrap().into()
}

#[test]
fn every_case_gives_the_expected_verification() {
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let mut check = |file: &str, got: &str| {
            let path = case.join(file);
            if std::env::var_os("KMSPLAN_BLESS").is_some() {
                fs::write(&path, got).unwrap();
            }
            if fs::read_to_string(&path).unwrap_or_default() != got {
                wrong.push(format!("--- {name}/{file} gives\n{got}"));
            }
        };
        let mut statuses = Vec::new();
        for (form, file) in FORMS {
            let run = verified(case, form);
            assert_eq!(run.stderr, "", "{name}");
            check(file, &run.stdout);
            let planned = match form {
                "json" => run.stdout.contains("\"as_planned\": true"),
                "markdown" => run.stdout.contains("**As planned**"),
                _ => run.stdout.starts_with("As planned"),
            };
            assert_eq!(planned, run.status == 0, "{name} --format {form}");
            statuses.push(run.status);
        }
        assert!(
            statuses.iter().all(|status| *status == statuses[0]),
            "{name}"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= 15, "only {} cases", cases.len());
}

#[test]
fn every_verification_fits_its_schema() {
    let schema = kmsplan()
        .args(["schema", "verify"])
        .output()
        .unwrap()
        .stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        let run = verified(&case, "json");
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", case.display());
    }
}
