//! Golden cases: each folder of `tests/plans/` is a topology, zone data and the plan in every form.
//!
//! `args` in a folder holds further arguments, one a line; a folder `evidence` is given with
//! `--host-evidence`, a file `namespaces.*` with `--domains`. `KMSPLAN_BLESS=1` writes the expectations anew;
//! read them before you commit them. Where a case holds `plan.html` that is expected too.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use support::{Folder, kmsplan, output};

const FORMS: [(&str, &str); 4] = [
    ("text", "plan.txt"),
    ("markdown", "plan.md"),
    ("json", "plan.json"),
    ("diff", "plan.diff"),
];

#[test]
fn every_case_gives_the_expected_plan() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        wrong.extend(differences(case));
    }
    assert!(
        wrong.is_empty(),
        "{} differences in {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert!(cases.len() >= 34, "only {} cases", cases.len());
}

#[test]
fn every_plan_fits_its_schema() {
    let schema = output(kmsplan().args(["schema", "plan"])).stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        let (plan, _) = planned(&case, "json");
        let plan: serde_json::Value = serde_json::from_slice(&plan).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&plan)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", case.display());
    }
}

#[test]
fn a_saved_plan_is_shown_as_it_was_planned() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("plan.json");
    for case in cases() {
        let (json, status) = planned(&case, "json");
        fs::write(&saved, json).unwrap();
        let page = case.join("plan.html").exists();
        let page = page.then_some(("html", "plan.html"));
        for (form, _) in FORMS.into_iter().chain(page) {
            let name = format!("{} --format {form}", case.display());
            let output = output(kmsplan().arg("show").arg(&saved).args(["--format", form]));
            assert_eq!(complaints(&output, form), "", "{name}");
            assert!(
                output.stdout == planned(&case, form).0,
                "{name} is shown in another way"
            );
            // `--detailed-exitcode` belongs to `plan`.
            if status != 2 {
                assert_eq!(output.status.code(), Some(status), "{name}");
            }
        }
    }
}

/// Nothing may stand below a DNAME (RFC 6672 section 2.4) and no server gives it. Knot and NSD refuse such a zone, so it
/// is no case of `tests/plans/`, all of which servers load.
#[test]
fn records_below_an_alias_are_left_alone() {
    let folder = Folder::new();
    folder.write(
        "kms.toml",
        "[kms]\ndomains = [\"contoso.com\"]\n\n[[host]]\nname = \"kms01.contoso.com\"\n\n\
         [[retired]]\nname = \"kms09.contoso.com\"\n\n[[zone]]\nname = \"contoso.com\"\nkind = \"bind\"\n",
    );
    folder.write(
        "contoso.com.zone",
        "$ORIGIN contoso.com.\n$TTL 3600\n@ IN SOA ns1 hostmaster 7 900 600 86400 3600\n@ IN NS ns1\n\
         ns1 IN A 192.0.2.1\nkms01 IN A 192.0.2.2\nkms09 IN A 192.0.2.9\n\
         _vlmcs._tcp IN SRV 0 0 1688 kms01\nlab IN DNAME fabrikam.example.\n\
         _vlmcs._tcp.lab IN SRV 0 0 1688 kms09\n",
    );
    let run = folder.run("plan kms.toml contoso.com.zone");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("lab"), "{}", run.stdout);
}

/// What `init` cannot say it tells on standard error; where it tells nothing, its topology changes nothing.
#[test]
fn a_drafted_topology_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let topology = folder.path().join("kms.toml");
    let mut drafted = 0;
    for case in cases() {
        let (_, sources, _) = inputs(&case);
        let init = output(kmsplan().current_dir(&case).arg("init").args(&sources));
        if !init.stderr.is_empty() {
            continue;
        }
        fs::write(&topology, &init.stdout).unwrap();
        let plan = output(
            kmsplan()
                .current_dir(&case)
                .arg("plan")
                .arg(&topology)
                .args(&sources)
                .args(["--format", "json"]),
        );
        let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
        let summary = &plan["summary"];
        for verb in ["add", "change", "remove"] {
            assert_eq!(summary[verb], 0, "{}: {summary}", case.display());
        }
        assert_eq!(plan["diffs"].as_array().map(Vec::len), Some(0));
        drafted += 1;
    }
    assert!(drafted >= 40, "only {drafted} cases were drafted");
}

/// Windows PowerShell reads output in the code page of the console: where what was read is ASCII, so is what is said of it.
#[test]
fn words_of_the_program_are_ascii() {
    let is_ascii = |path: &Path| fs::read(path).unwrap().is_ascii();
    let mut checked = 0;
    for case in cases() {
        let (topology, sources, _) = inputs(&case);
        let mut read = std::iter::once(&topology).chain(&sources);
        if !read.all(|name| case.join(name).is_file() && is_ascii(&case.join(name))) {
            continue;
        }
        for (_, file) in FORMS {
            assert!(is_ascii(&case.join(file)), "{}/{file}", case.display());
        }
        checked += 1;
    }
    assert!(checked >= 80, "only {checked} cases are ASCII");
}

/// What differs from the expectations of a case.
fn differences(case: &Path) -> Vec<String> {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    let mut check = |file: &str, got: &[u8]| {
        let path = case.join(file);
        if std::env::var_os("KMSPLAN_BLESS").is_some() {
            fs::write(&path, got).unwrap();
        }
        let wanted = fs::read(&path).unwrap_or_default();
        if wanted != got {
            wrong.push(format!(
                "--- {name}/{file} gives\n{}",
                String::from_utf8_lossy(got)
            ));
        }
    };
    // The page is long: the cases that differ in what stands on it have one.
    if case.join("plan.html").exists() {
        check("plan.html", &planned(case, "html").0);
    }
    let mut statuses = Vec::new();
    for (form, file) in FORMS {
        let (output, status) = planned(case, form);
        check(file, &output);
        statuses.push(status);
    }
    assert!(
        statuses.windows(2).all(|pair| pair[0] == pair[1]),
        "{name}: exit status depends on the form"
    );
    check("plan.status", format!("{}\n", statuses[0]).as_bytes());
    wrong
}

/// The plan of a case in one form, and the exit status.
fn planned(case: &Path, form: &str) -> (Vec<u8>, i32) {
    let (topology, sources, args) = inputs(case);
    let output = output(
        kmsplan()
            .current_dir(case)
            .arg("plan")
            .arg(&topology)
            .args(&sources)
            .args(["--format", form])
            .args(&args),
    );
    assert_eq!(
        complaints(&output, form),
        "",
        "{} --format {form}",
        case.display()
    );
    (output.stdout, output.status.code().unwrap())
}

/// Standard error, without what a diff warns of: zones that it leaves out, or that it cannot be applied to.
fn complaints(output: &Output, form: &str) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let warnings = [
        "No diff is printed for this zone.",
        "so no diff is printed for this zone: the steps list the edits to make by hand.",
        "is UTF-16: its diff is to be read, patch cannot apply it.",
    ];
    let left_out =
        |line: &&str| form == "diff" && warnings.iter().any(|warning| line.ends_with(warning));
    stderr.lines().filter(|line| !left_out(line)).collect()
}

/// The folders of the cases, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// The topology, the sources and the further arguments of a case.
fn inputs(case: &Path) -> (String, Vec<String>, Vec<String>) {
    let mut names: Vec<String> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let topology = names
        .iter()
        .find(|name| name.starts_with("kms."))
        .expect("a case has a topology")
        .clone();
    let mut args: Vec<String> = fs::read_to_string(case.join("args"))
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect();
    let sources = names
        .into_iter()
        .filter(|name| *name != topology && !name.starts_with("plan.") && name != "args")
        .filter(|name| match option(name) {
            Some(option) => {
                args.extend([option.to_owned(), name.clone()]);
                false
            }
            None => true,
        })
        .collect();
    (topology, sources, args)
}

/// The option that takes a file or folder of a case that is no source.
fn option(name: &str) -> Option<&'static str> {
    match name {
        "evidence" => Some("--host-evidence"),
        _ if name.starts_with("namespaces.") => Some("--domains"),
        _ => None,
    }
}
