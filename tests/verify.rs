//! `kmsplan verify` on zone data: each folder of `tests/verifications/` is a topology (`kms.*`), what was there
//! (`before/`), what is there now (`now/`), perhaps what is seen on hosts (`evidence/`), and the verification in every
//! form.
//!
//! `KMSPLAN_BLESS=1` writes the expectations anew; read them before you commit them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Folder, Run, TOPOLOGY, kmsplan, output};

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
    let mut command = kmsplan();
    command
        .current_dir(case)
        .args(["plan", &topology, "before", "--format", "json", "--output"])
        .arg(&saved);
    let run: Run = output(&mut command).into();
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
    output(&mut command).into()
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
    let schema = output(kmsplan().args(["schema", "verify"])).stdout;
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

/// The sample with its plan.
fn sample() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write(
        "contoso.com.zone",
        zone("1 ", "0 0 1688 kms01", "0 0 1688 oldkms"),
    );
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    folder
}

/// A zone with two KMS records.
fn zone(serial: &str, first: &str, second: &str) -> String {
    format!(
        "$ORIGIN contoso.com.\n$TTL 3600\n@ IN SOA dc01 hostmaster {serial} 900 600 86400 3600\n@ IN NS dc01\n\
         dc01 IN A 192.0.2.1\nkms01 IN A 192.0.2.2\nkms02 IN A 192.0.2.3\noldkms IN A 192.0.2.4\n\
         _vlmcs._tcp IN SRV {first}\n            IN SRV {second}\n"
    )
}

#[test]
fn wrong_arguments_end_with_64() {
    let folder = sample();
    for (args, said) in [
        (
            "",
            "error: the following required arguments were not provided:
  <PLAN.json>
  <SOURCE>...
",
        ),
        (
            "plan.json",
            "error: the following required arguments were not provided:
  <SOURCE>...
",
        ),
        (
            "plan.json contoso.com.zone --server 192.0.2.1",
            "error: the argument '[SOURCE]...' cannot be used with '--server <HOST[:PORT]>'
",
        ),
        (
            "plan.json contoso.com.zone --wait 5m",
            "error: the argument '[SOURCE]...' cannot be used with '--wait <DURATION>'
",
        ),
        (
            "plan.json --server 192.0.2.1 --wait 5",
            "error: invalid value '5' for '--wait <DURATION>': a duration is a whole number with s, m or h, for example 15m
",
        ),
        (
            "plan.json --server 192.0.2.1:0",
            "error: invalid value '192.0.2.1:0' for '--server <HOST[:PORT]>': `0` is no port: a number from 1 to 65535
",
        ),
    ] {
        let run = folder.run(&format!("verify {args}"));
        assert!(run.stderr.starts_with(said), "verify {args}\n{}", run.stderr);
        assert_eq!((run.stdout.as_str(), run.status), ("", 64), "verify {args}");
    }
}

#[test]
fn bad_input_ends_with_1_and_everything_that_is_wrong() {
    let folder = sample();
    folder.write("broken.zone", "$ORIGIN contoso.com.\n@ IN SOA x\n");
    folder.write("empty.zone", "");
    folder.write("evidence/kms01.txt", "nothing\n");
    folder.write("other.json", "{}");
    for (args, said) in [
        (
            "none.json contoso.com.zone",
            vec!["`none.json` cannot be read: there is no such file"],
        ),
        (
            "other.json contoso.com.zone",
            vec!["other.json: the key `format_version` is missing"],
        ),
        (
            "plan.json broken.zone empty.zone --host-evidence evidence",
            vec!["broken.zone:2", "`empty.zone` is empty"],
        ),
        (
            "plan.json --server 192.0.2.1 --host-evidence nowhere",
            vec!["`nowhere` cannot be read: there is no such file"],
        ),
        (
            "plan.json --server 192.0.2.1 --host-evidence evidence",
            vec!["evidence/kms01.txt"],
        ),
        (
            "plan.json contoso.com.zone --output plan.json",
            vec!["--output plan.json would overwrite an input"],
        ),
        (
            "plan.json --server 192.0.2.1 --output plan.json",
            vec!["--output plan.json would overwrite an input"],
        ),
    ] {
        let run = folder.run(&format!("verify {args}"));
        for said in said {
            assert!(run.stderr.contains(said), "verify {args}\n{}", run.stderr);
        }
        assert_eq!((run.stdout.as_str(), run.status), ("", 1), "verify {args}");
    }
    let run = folder.run("verify none.json contoso.com.zone --format json");
    let errors: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        errors["errors"][0]["message"],
        "`none.json` cannot be read: there is no such file"
    );
}

/// The plan is not trusted: one that was changed by hand is refused.
#[test]
fn a_plan_that_was_tampered_with_is_refused() {
    let folder = sample();
    let plan = folder
        .read("plan.json")
        .replace("\"weight\": 75", "\"weight\": 74");
    folder.write("plan.json", plan);
    let run = folder.run("verify plan.json contoso.com.zone");
    assert_eq!((run.stdout.as_str(), run.status), ("", 1));
    assert!(
        run.stderr.starts_with("error: plan.json: "),
        "{}",
        run.stderr
    );
}

#[test]
fn the_result_goes_to_a_file() {
    let folder = sample();
    let shown = folder.run("verify plan.json contoso.com.zone");
    let run = folder.run("verify plan.json contoso.com.zone --output result.txt");
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.status),
        ("", "", 1)
    );
    assert_eq!(folder.read("result.txt"), shown.stdout);
}

/// There and back: each plan is as planned in its own state only.
#[test]
fn the_way_back_is_verified_like_any_plan() {
    let folder = sample();
    folder.write(
        "new.zone",
        zone("2 ", "10 75 1688 kms01", "10 25 1688 kms02"),
    );
    let run = folder
        .run("rollback plan.json new.zone --origin contoso.com --format json --output back.json");
    assert_eq!(run.stderr, "");
    for (plan, source, status, begin) in [
        ("plan.json", "new.zone", 0, "As planned.\n"),
        ("back.json", "contoso.com.zone", 0, "As planned.\n"),
        (
            "plan.json",
            "contoso.com.zone",
            1,
            "Not as planned: still the old set in 1 of 1 record set; 1 removed host still\n",
        ),
        (
            "back.json",
            "new.zone",
            1,
            "Not as planned: still the old set in 1 of 1 record set; 1 removed host still\n",
        ),
    ] {
        let run = folder.run(&format!("verify {plan} {source}"));
        assert_eq!(run.status, status, "{plan} {source}\n{}", run.stdout);
        assert!(
            run.stdout.starts_with(begin),
            "{plan} {source}\n{}",
            run.stdout
        );
    }
    let run = folder.run("verify back.json contoso.com.zone");
    assert!(
        run.stdout.contains(", the way back from "),
        "{}",
        run.stdout
    );
}

/// A host that the plan removes from one domain and keeps in another.
#[test]
fn a_host_may_stay_elsewhere() {
    let folder = Folder::new();
    let topology = TOPOLOGY
        .replace("domains = [\"contoso.com\"]", "domains = [\"contoso.com\", \"lab.contoso.com\"]")
        .replace("weight = 25\n", "weight = 25\npublish = [{ domain = \"lab.contoso.com\", priority = 10, weight = 25 }]\n");
    folder.write("kms.toml", topology);
    let old = zone("1 ", "10 75 1688 kms01", "10 25 1688 kms02");
    folder.write("contoso.com.zone", &old);
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    let new = old.replace("            IN SRV 10 25 1688 kms02\n", "")
        + "_vlmcs._tcp.lab IN SRV 10 75 1688 kms01\n                IN SRV 10 25 1688 kms02\n";
    folder.write("contoso.com.zone", new);
    let run = folder.run("verify plan.json contoso.com.zone");
    let wanted = "\nRemoved hosts
  kms02.contoso.com: gone where the plan removes it; it is planned to stay in
    lab.contoso.com\n";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
}

/// A set with one record fewer than before is something else, not a change half done.
#[test]
fn a_record_that_stays_must_still_be_there() {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let old = zone("1 ", "10 75 1688 kms01", "0 0 1688 oldkms");
    folder.write("contoso.com.zone", &old);
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    for (first, second, partly) in [
        ("10 75 1688 kms01", "10 75 1688 kms01", true),
        ("10 25 1688 kms02", "10 25 1688 kms02", false),
        ("0 0 1688 oldkms", "10 25 1688 kms02", false),
    ] {
        folder.write("contoso.com.zone", zone("2 ", first, second));
        let run = folder.run("verify plan.json contoso.com.zone --format json");
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let domain = &document["servers"][0]["domains"][0];
        assert_eq!(domain["state"], "something-else");
        assert_eq!(domain["partly_done"], partly, "{first}, {second}");
    }
}

/// What a finding says of all domains is longer then than any other text of a plan.
#[test]
fn a_plan_of_thousands_of_domains_is_verified() {
    use std::fmt::Write as _;
    const DOMAINS: usize = 3000;
    let folder = Folder::new();
    let head = zone("1 ", "0 0 1688 kms01", "0 0 1688 oldkms");
    let (mut old, mut new) = (head.clone(), head);
    let mut list = String::new();
    for number in 0..DOMAINS {
        let domain = format!("branch-office-{number:05}");
        writeln!(list, "{domain}.contoso.com").unwrap();
        writeln!(old, "_vlmcs._tcp.{domain} IN SRV 0 0 1688 kms02").unwrap();
        writeln!(new, "_vlmcs._tcp.{domain} IN SRV 10 75 1688 kms01").unwrap();
        writeln!(new, "_vlmcs._tcp.{domain} IN SRV 10 25 1688 kms02").unwrap();
    }
    folder.write("list.txt", list);
    folder.write("kms.toml", TOPOLOGY);
    folder.write("contoso.com.zone", old);
    let run = folder
        .run("plan kms.toml contoso.com.zone --domains list.txt --format json --output plan.json");
    assert_eq!(run.stderr, "");
    folder.write("contoso.com.zone", new);
    let run = folder.run("verify plan.json contoso.com.zone");
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
    let head = "Not as planned: still the old set in 1 of 3001 record sets; 1 removed host still\n";
    assert!(run.stdout.starts_with(head), "{}", &run.stdout[..500]);
    assert!(run.stdout.contains(" and 2980 more\n"));
}
