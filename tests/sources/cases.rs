//! Golden cases: each folder of `tests/sources/good` and `tests/sources/broken` holds sources as tools and
//! people leave them.
//!
//! A case has its own `kms.toml` or takes `tests/sources/kms.toml`; `args` holds further arguments, one a line;
//! everything else is a source. What a good case says stands in `seen.txt`, the complaints of a broken one
//! (standard error as it is) in `error.txt`. `KMSPLAN_BLESS=1` writes them anew; read them before you commit
//! them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::seen;
use crate::support::{Folder, Run, kmsplan, output};

/// The folders of one kind of case, by name.
fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sources")
        .join(kind);
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// Runs `plan` in the folder of a case.
fn plan(case: &Path, args: &[&str]) -> Run {
    let mut sources: Vec<String> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !["kms.toml", "args", "seen.txt", "error.txt"].contains(&name.as_str()))
        .collect();
    sources.sort();
    let own = case.join("kms.toml").is_file();
    let further = fs::read_to_string(case.join("args")).unwrap_or_default();
    let mut command = kmsplan();
    command
        .current_dir(case)
        .arg("plan")
        .arg(if own { "kms.toml" } else { "../../kms.toml" })
        .args(&sources)
        .args(further.lines())
        .args(args);
    output(&mut command).into()
}

/// Compares with the expectation, or writes it; what differs.
fn differs(case: &Path, file: &str, got: &str) -> Option<String> {
    let path = case.join(file);
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        fs::write(&path, got).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    let name = case.file_name().unwrap().to_string_lossy();
    (wanted != got).then(|| format!("--- {name}/{file} should be\n{got}"))
}

#[test]
fn every_good_source_is_read_as_expected() {
    let cases = cases("good");
    let mut wrong = Vec::new();
    for case in &cases {
        let run = plan(case, &["--format", "json"]);
        if !matches!(run.status, 0 | 3) || !run.stderr.is_empty() {
            wrong.push(format!(
                "--- {}: status {}\n{}",
                case.display(),
                run.status,
                run.stderr
            ));
            continue;
        }
        let json = serde_json::from_str(&run.stdout).unwrap();
        let seen = format!("{}exit status {}\n", seen::lines(&json), run.status);
        wrong.extend(differs(case, "seen.txt", &seen));
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert!(cases.len() >= 50, "only {} cases", cases.len());
}

#[test]
fn every_broken_source_is_refused_with_these_words() {
    let cases = cases("broken");
    let mut wrong = Vec::new();
    for case in &cases {
        let run = plan(case, &[]);
        if run.status != 1 || !run.stdout.is_empty() || run.stderr.is_empty() {
            let seen = plan(case, &["--format", "json"]).stdout;
            let seen = serde_json::from_str(&seen).map(|plan| seen::lines(&plan));
            let seen = seen.unwrap_or_default();
            wrong.push(format!(
                "--- {} is read, status {}\n{seen}",
                case.display(),
                run.status
            ));
            continue;
        }
        wrong.extend(differs(case, "error.txt", &run.stderr));
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert!(cases.len() >= 90, "only {} cases", cases.len());
}

/// What is wrong in every row is told of the first ones only: all of them would take minutes, and nobody reads them.
#[test]
fn complaints_about_one_listing_have_an_end() {
    let folder = Folder::new();
    let row = "_vlmcs._tcp,0,0,none,kms01.contoso.com.\n";
    let text = format!(
        "HostName,Priority,Weight,Port,Target\n{}",
        row.repeat(20_000)
    );
    let source = folder.write("kms.csv", text);
    let mut command = kmsplan();
    command
        .arg("plan")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources/kms.toml"))
        .arg(source)
        .args(["--zone", "contoso.com"]);
    let run: Run = output(&mut command).into();
    assert_eq!(run.status, 1);
    assert_eq!(run.stderr.matches("error: the port is `none`").count(), 20);
}

/// A complaint says where: the file, and a line of it where the fault has one; and never a path of this machine.
#[test]
fn every_complaint_names_its_source() {
    for case in cases("broken") {
        let run = plan(&case, &[]);
        let names: Vec<String> = fs::read_dir(&case)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let named = names.iter().any(|name| run.stderr.contains(name.as_str()));
        assert!(named, "{}:\n{}", case.display(), run.stderr);
        assert!(
            !run.stderr.contains(env!("CARGO_MANIFEST_DIR")),
            "{}",
            run.stderr
        );
        let json = plan(&case, &["--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json.stderr)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", case.display(), json.stderr));
        assert!(
            json["errors"]
                .as_array()
                .is_some_and(|errors| !errors.is_empty())
        );
    }
}
