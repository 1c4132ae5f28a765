//! `kmsplan bundle` as people run it: what it takes, what it refuses, and that it writes all or nothing.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use support::Folder;

/// A zone that a diff changes, and what is wanted in it.
const TOPOLOGY: &str = "\
[kms]
domains = [\"contoso.com\"]

[[host]]
name = \"kms01.contoso.com\"
priority = 10
weight = 75

[[host]]
name = \"kms02.contoso.com\"
priority = 10
weight = 25

[[zone]]
name = \"contoso.com\"
kind = \"other\"
apply = \"patch\"
";

const ZONE: &str = "\
$TTL 3600
@ IN SOA dc01 hostmaster 7 900 600 86400 300
@ IN NS dc01
dc01 IN A 192.0.2.1
kms01 IN A 192.0.2.11
kms02 IN A 192.0.2.12
_vlmcs._tcp IN SRV 0 0 1688 kms01
_vlmcs._tcp IN SRV 0 0 1688 lab
lab IN A 192.0.2.13
";

/// A topology, its zone and the plan of both.
fn workplace() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write("zones/contoso.com.zone", ZONE);
    let plan = folder.run("plan kms.toml zones --format json --output plan.json");
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    folder
}

/// The files of a bundle by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, prefix: &str, out: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                walk(&path, &format!("{name}/"), out);
            } else {
                out.insert(name, fs::read(path).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(folder, "", &mut out);
    out
}

/// Runs the program, which must refuse, and gives what it says. Nothing may be written.
fn refused(folder: &Folder, args: &str, status: i32) -> String {
    let before = folder.names();
    let run = folder.run(args);
    assert_eq!(run.status, status, "{args}: {}", run.stderr);
    assert_eq!(run.stdout, "", "{args}");
    assert_eq!(folder.names(), before, "{args} leaves something behind");
    run.stderr
}

#[test]
fn a_saved_plan_gives_the_bundle_of_its_topology() {
    let folder = workplace();
    for args in [
        "bundle kms.toml zones --output first",
        "bundle kms.toml zones --output again",
        "bundle plan.json zones --output saved",
        "bundle plan.json --against kms.toml zones --output against",
    ] {
        let run = folder.run(args);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{args}");
    }
    let first = files(&folder.path().join("first"));
    for other in ["again", "saved", "against"] {
        let other = files(&folder.path().join(other));
        assert!(other == first, "the bundles differ");
    }
    assert!(first.contains_key("zones/contoso.com.zone.diff"));
    assert!(first.contains_key("zones/new/contoso.com.zone"));
    assert_eq!(
        first["plan.json"],
        fs::read(folder.path().join("plan.json")).unwrap()
    );
}

#[test]
fn the_new_file_is_the_old_one_with_the_diff() {
    let folder = workplace();
    let run = folder.run("bundle kms.toml zones --output out");
    assert_eq!(run.status, 0, "{}", run.stderr);
    let patched = folder.shell("patch -s -p1 -o patched < out/zones/contoso.com.zone.diff && cmp patched out/zones/new/contoso.com.zone");
    assert_eq!((patched.status, patched.stderr.as_str()), (0, ""));
}

#[test]
fn a_saved_plan_without_sources_has_diffs_and_no_new_files() {
    let folder = workplace();
    let run = folder.run("bundle plan.json --output out");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let files = files(&folder.path().join("out"));
    assert!(files.contains_key("zones/contoso.com.zone.diff"));
    assert!(files.keys().all(|path| !path.starts_with("zones/new")));
}

#[test]
fn record_sets_that_have_changed_are_refused_all_at_once() {
    let folder = workplace();
    folder.write(
        "two.toml",
        TOPOLOGY.replace(
            "domains = [\"contoso.com\"]",
            "domains = [\"contoso.com\", \"emea.contoso.com\"]",
        ),
    );
    let plan = folder.run("plan two.toml zones --format json --output plan.json");
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    let zone = ZONE.replace("SRV 0 0 1688 kms01", "SRV 0 5 1688 kms01")
        + "_vlmcs._tcp.emea 600 IN SRV 1 1 1688 lab\n";
    folder.write("zones/contoso.com.zone", zone);
    assert_eq!(
        refused(&folder, "bundle plan.json zones --output out", 1),
        "error: contoso.com: The records of _vlmcs._tcp.contoso.com are not those that the plan was made from: `0 0 1688 kms01.contoso.com.` is not there any more; `0 5 1688 kms01.contoso.com.` is there, which the plan does not know.
  = help: plan again, or `kmsplan rollback` for the way back from the state that is there

error: emea.contoso.com: The records of _vlmcs._tcp.emea.contoso.com are not those that the plan was made from: `1 1 1688 lab.contoso.com.` is there, which the plan does not know.
  = help: plan again, or `kmsplan rollback` for the way back from the state that is there
"
    );
}

#[test]
fn what_changes_nothing_in_the_record_set_is_no_reason_to_refuse() {
    let folder = workplace();
    folder.write(
        "zones/contoso.com.zone",
        ZONE.replace(" 7 900", " 41 900") + "www IN A 192.0.2.80\n",
    );
    let run = folder.run("bundle plan.json zones --output out");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let new = folder.read("out/zones/new/contoso.com.zone");
    assert!(new.contains(" 42 900"), "{new}");
    assert!(new.contains("www IN A 192.0.2.80"));
    // What is there already is said.
    folder.write("zones/contoso.com.zone", new);
    let said = refused(&folder, "bundle plan.json zones --output more", 1);
    assert!(
        said.contains("The records of _vlmcs._tcp.contoso.com are already as planned."),
        "{said}"
    );
}

/// The plan's new serial belongs to the file that it was made from, also where another file is behind it.
#[test]
fn a_file_with_another_serial_gets_the_one_after_it() {
    let folder = workplace();
    folder.write("zones/contoso.com.zone", ZONE.replace(" 7 900", " 5 900"));
    let run = folder.run("bundle plan.json zones --output out");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let new = folder.read("out/zones/new/contoso.com.zone");
    assert!(new.contains(" 6 900"), "{new}");
}

#[test]
fn another_ttl_or_age_is_another_record_set() {
    let folder = workplace();
    let windows = |records: &str| {
        let zone = ZONE.split("_vlmcs").next().unwrap();
        format!(";\n;  Database file contoso.com.dns for contoso.com zone.\n;\n\n{zone}{records}")
    };
    let records =
        "_vlmcs._tcp [AGE:3726916] 3600 SRV 0 0 1688 kms01\n_vlmcs._tcp 3600 SRV 0 0 1688 lab\n";
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("\"other\"\napply = \"patch\"", "\"ad\""),
    );
    folder.write("contoso.com.dns", windows(records));
    let plan = folder.run("plan kms.toml contoso.com.dns --format json --output plan.json");
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    folder.write(
        "contoso.com.dns",
        windows(
            "_vlmcs._tcp 600 SRV 0 0 1688 kms01\n_vlmcs._tcp [AGE:3726916] 600 SRV 0 0 1688 lab\n",
        ),
    );
    assert_eq!(
        refused(&folder, "bundle plan.json contoso.com.dns --output out", 1),
        "error: contoso.com: The records of _vlmcs._tcp.contoso.com are not those that the plan was made from: `0 0 1688 kms01.contoso.com.` has a TTL of 600 seconds in place of 3600 and is static in place of aged; `0 0 1688 lab.contoso.com.` has a TTL of 600 seconds in place of 3600 and is aged in place of static.
  = help: plan again, or `kmsplan rollback` for the way back from the state that is there
"
    );
}

/// What hosts publish by themselves is no edit of the file that it was read from.
#[test]
fn a_file_that_is_not_edited_need_not_be_a_source() {
    let folder = workplace();
    let topology = TOPOLOGY
        .replace("[kms]\n", "[kms]\npublishing = \"automatic\"\n")
        .replace(
            "\"other\"\napply = \"patch\"",
            "\"ad\"\nserver = \"dc01.contoso.com\"",
        );
    folder.write("kms.toml", topology);
    let zone = ZONE.replace("_vlmcs._tcp IN SRV 0 0 1688 lab\n", "");
    folder.write("zones/contoso.com.zone", zone);
    let plan = folder.run("plan kms.toml zones --format json --output plan.json");
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    assert!(plan.stdout.is_empty() && folder.read("plan.json").contains("\"new_serial\": null"));
    folder.write("other/fabrikam.com.zone", ZONE);
    let run = folder.run("bundle plan.json other --output out");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
}

#[test]
fn sources_that_do_not_hold_the_record_set_to_be_edited_are_refused() {
    let folder = workplace();
    let rest: String = ZONE
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("_vlmcs"))
        .collect();
    folder.write(
        "site.inc",
        "_vlmcs._tcp.contoso.com. SRV 0 0 1688 kms01.contoso.com.\n\
         _vlmcs._tcp.contoso.com. SRV 0 0 1688 lab.contoso.com.\n",
    );
    for (file, text, said) in [
        (
            "fabrikam.com.zone",
            ZONE.to_owned(),
            "No source tells the records of _vlmcs._tcp.contoso.com.",
        ),
        (
            "contoso.com.zone",
            format!("{rest}_tcp IN NS dc01\n"),
            "_vlmcs._tcp.contoso.com is delegated away at _tcp.contoso.com.",
        ),
        (
            "contoso.com.zone",
            format!("{rest}_vlmcs._tcp IN CNAME dc01\n"),
            "An alias stands at or above _vlmcs._tcp.contoso.com.",
        ),
        (
            "contoso.com.zone",
            format!("{rest}$INCLUDE ../site.inc\n$INCLUDE ../site.inc site\n"),
            "site.inc is included in several places, so an edit of it would change all of them.",
        ),
    ] {
        fs::remove_dir_all(folder.path().join("zones")).unwrap();
        folder.write(&format!("zones/{file}"), text);
        let args = "bundle plan.json zones --include-root . --output out";
        let stderr = refused(&folder, args, 1);
        let (error, _) = stderr.split_once("\n  = help").unwrap();
        assert!(
            error.starts_with("error: contoso.com: ") && error.ends_with(said),
            "{stderr}"
        );
    }
    let dig = "_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms01.contoso.com.\n";
    folder.write("zones/dig.txt", dig);
    fs::remove_file(folder.path().join("zones/contoso.com.zone")).unwrap();
    assert_eq!(
        refused(&folder, "bundle plan.json zones/dig.txt --output out", 1),
        "error: contoso.com: The plan edits the zone file that holds _vlmcs._tcp.contoso.com, and zones/dig.txt is none.
  = help: plan again, or `kmsplan rollback` for the way back from the state that is there
"
    );
}

/// A zone that was read from something else than a file is changed by commands: its bundle needs no source of it, and one
/// that tells nothing of the records is no contradiction.
#[test]
fn a_zone_that_no_file_holds_needs_no_source() {
    let folder = workplace();
    let both = TOPOLOGY.replace(
        "domains = [\"contoso.com\"]",
        "domains = [\"contoso.com\", \"fabrikam.com\"]",
    );
    folder.write(
        "kms.toml",
        both + "\n[[zone]]\nname = \"fabrikam.com\"\nkind = \"ad\"\nserver = \"dc01.fabrikam.com\"\n",
    );
    folder.write(
        "dig.txt",
        "_vlmcs._tcp.fabrikam.com. 3600 IN SRV 0 0 1688 kms01.contoso.com.\n",
    );
    folder.write(
        "addresses.json",
        r#"[{"HostName":"kms01","RecordType":"A","Timestamp":null,"TimeToLive":{"TotalSeconds":3600},"RecordData":{"IPv4Address":{"IPAddressToString":"192.0.2.11"}},"DistinguishedName":"DC=kms01,DC=fabrikam.com,cn=MicrosoftDNS,DC=DomainDnsZones,DC=fabrikam,DC=com"}]"#,
    );
    let plan = folder.run("plan kms.toml zones dig.txt --format json --output plan.json");
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    for sources in ["zones dig.txt", "zones", "zones addresses.json"] {
        let output = format!("out-{}", sources.len());
        let run = folder.run(&format!("bundle plan.json {sources} --output {output}"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{sources}");
    }
}

#[test]
fn another_plan_is_a_refusal_that_says_what_differs() {
    let folder = workplace();
    folder.write("other.toml", TOPOLOGY.replace("weight = 75", "weight = 70"));
    let said = refused(
        &folder,
        "bundle plan.json --against other.toml zones --output out",
        1,
    );
    for part in [
        "error: plan.json is stale: planned again from other.toml it is another plan (",
        "; the changes of contoso.com are others",
        "; the step change-records-contoso.com is another",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(said.matches("; the step ").count(), 6, "{said}");
    assert!(
        said.contains("; the step verify-now is another\n"),
        "{said}"
    );
    // `show` only warns.
    let show = folder.run("show plan.json --against other.toml zones");
    assert_eq!(show.status, 0);
    assert!(show.stderr.starts_with("warning: plan.json is stale"));
}

#[test]
fn at_most_ten_differences_are_listed() {
    let folder = workplace();
    for (from, to, first) in [
        (
            "[kms]",
            "[kms]\npublishing = \"automatic\"",
            "the publishing is another; the changes of contoso.com are others; the step await-replication is another; ",
        ),
        (
            "\"kms02",
            "\"kms03",
            "the changes of contoso.com are others; the step change-records-contoso.com is another; ",
        ),
    ] {
        folder.write("other.toml", TOPOLOGY.replace(from, to));
        let said = refused(
            &folder,
            "bundle plan.json --against other.toml zones --output out",
            1,
        );
        let (_, clauses) = said.split_once("); ").unwrap();
        assert!(clauses.starts_with(first), "{said}");
        let (clauses, _) = clauses.split_once('\n').unwrap();
        let clauses: Vec<&str> = clauses.split("; ").collect();
        assert_eq!(clauses.len(), 11, "{said}");
        assert_eq!(clauses[10], "and 1 more", "{said}");
    }
}

#[test]
fn a_plan_with_errors_is_not_written_and_says_them() {
    let folder = workplace();
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("[kms]\n", "[kms]\nmin-live-hosts = 5\n"),
    );
    let said = refused(&folder, "bundle kms.toml zones --output out", 3);
    assert!(
        said.starts_with("error[below-min-live-hosts]: contoso.com: "),
        "{said}"
    );
    assert!(
        said.ends_with("accept them with --allow CODE[:SUBJECT]\n"),
        "{said}"
    );
    let run =
        folder.run("bundle kms.toml zones --allow below-min-live-hosts:contoso.com --output out");
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn arguments_that_do_not_go_together_are_usage_errors() {
    let folder = workplace();
    for (args, part) in [
        ("bundle kms.toml --output out", "name at least one SOURCE"),
        (
            "bundle kms.toml zones --against kms.toml zones --output out",
            "--against goes with a saved plan",
        ),
        (
            "bundle plan.json zones --allow client-cache --output out",
            "with --against only",
        ),
        (
            "bundle plan.json - --against kms.toml - --output out",
            "can be read once only",
        ),
        (
            "bundle plan.json --against - zones --output out",
            "the topology is a file",
        ),
        ("bundle kms.toml zones", "--output"),
    ] {
        let said = refused(&folder, args, 64);
        assert!(said.contains(part), "{args}: {said}");
    }
}

#[test]
fn a_folder_that_is_in_use_is_refused() {
    let folder = workplace();
    folder.write("full/note.txt", "mine");
    for (output, said) in [
        ("full", "error: `full` is not empty: it holds `note.txt`"),
        ("zones", "error: `zones` is not empty"),
        ("kms.toml", "error: `kms.toml` is no folder"),
        ("kms.toml/out", "error: `kms.toml/out` cannot be written: "),
    ] {
        let args = format!("bundle kms.toml zones --output {output}");
        let stderr = refused(&folder, &args, 1);
        assert!(stderr.starts_with(said), "{stderr}");
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    let args = "bundle kms.toml zones/contoso.com.zone empty --output empty";
    assert!(refused(&folder, args, 1).starts_with("error: --output empty is a source"));
}

#[test]
fn an_empty_folder_is_filled_and_stays_the_same_folder() {
    let folder = workplace();
    let run = folder.run("bundle kms.toml zones --output new/one/");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    // Whoever stands in the folder sees the files, so it was not replaced.
    let run = folder.shell(
        "mkdir empty && cd empty && kmsplan bundle ../kms.toml ../zones --output . && ls && chmod 700 . && ls -A",
    );
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert!(
        run.stdout.starts_with("README.md\nSHA256SUMS\napply\n"),
        "{}",
        run.stdout
    );
    let keys =
        |bundle: &str| -> Vec<String> { files(&folder.path().join(bundle)).into_keys().collect() };
    assert_eq!(keys("new/one"), keys("empty"));
}

#[cfg(unix)]
#[test]
fn a_failed_write_leaves_nothing() {
    let folder = workplace();
    let long = "a".repeat(300);
    let args = format!("bundle kms.toml zones --output above/{long}");
    let stderr = refused(&folder, &args, 1);
    assert!(stderr.contains("cannot be written"), "{stderr}");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    let stderr = refused(&folder, "bundle kms.toml zones --output link", 1);
    assert!(
        stderr.starts_with("error: `link` is a link that leads nowhere"),
        "{stderr}"
    );
}

#[test]
fn of_two_runs_at_once_one_leaves_its_whole_bundle() {
    let folder = workplace();
    for round in 0..4 {
        let output = folder.path().join(format!("out-{round}"));
        if round % 2 == 0 {
            fs::create_dir(&output).unwrap();
        }
        let start = || {
            support::kmsplan()
                .args(["bundle", "kms.toml", "zones", "--output"])
                .arg(&output)
                .current_dir(folder.path())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap()
        };
        let both = [start(), start()];
        let done = both.map(|mut child| child.wait().unwrap().success());
        let sums = folder.shell(&format!(
            "cd out-{round} && sha256sum -c --quiet SHA256SUMS"
        ));
        match done.iter().filter(|done| **done).count() {
            1 => assert_eq!((sums.status, sums.stderr.as_str()), (0, "")),
            runs => panic!("{runs} have written the folder"),
        }
    }
}

#[test]
fn a_bundle_among_the_sources_is_a_warning_and_then_one_complaint() {
    let folder = workplace();
    let run = folder.run("bundle kms.toml zones --output zones/out");
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (
            0,
            "warning: --output zones/out lies in the source zones: before the next plan from there move it away, or name the \
             zone files themselves\n"
        )
    );
    let again = folder.run("plan kms.toml zones");
    assert_eq!(
        (again.status, again.stderr.as_str()),
        (
            1,
            "error: `zones/out` is a bundle of kmsplan, no zone data\n  = help: move it out of the folder that is read, or name \
             the zone files themselves\n"
        )
    );
    // The edited files in it are zone data like any other.
    let new = folder.run("plan kms.toml zones/out/zones/new --detailed-exitcode");
    assert_eq!((new.status, new.stderr.as_str()), (0, ""));
}

#[test]
fn a_plan_that_was_tampered_with_is_refused() {
    let folder = workplace();
    let plan = folder.read("plan.json");
    folder.write(
        "plan.json",
        plan.replace("\"weight\": 75", "\"weight\": 76"),
    );
    let said = refused(&folder, "bundle plan.json --output out", 1);
    assert!(said.contains("it was changed after it was made"), "{said}");
}

/// A plan of another version has no id that could be checked: the parts must tell one change all the same.
#[test]
fn a_plan_whose_parts_contradict_each_other_is_refused() {
    type Edit = fn(&mut serde_json::Value);
    fn step<'a>(plan: &'a mut serde_json::Value, kind: &str) -> &'a mut serde_json::Value {
        let steps = plan["steps"].as_array_mut().unwrap().iter_mut();
        let mut actions = steps.map(|step| &mut step["action"]);
        actions.find(|action| action["type"] == kind).unwrap()
    }
    let edits: [(Edit, &str); 8] = [
        (
            |plan| step(plan, "change-records")["change"]["edits"] = serde_json::json!([]),
            "the edits of contoso.com are not those of the plan's changes",
        ),
        (
            |plan| step(plan, "change-records")["change"]["edits"][0]["record"]["ttl"] = 1.into(),
            "the edits of contoso.com are not those of the plan's changes",
        ),
        (
            |plan| step(plan, "verify-now")["sets"][0]["records"] = serde_json::json!([]),
            "the record set of contoso.com is not the one of the plan's changes",
        ),
        (
            |plan| {
                step(plan, "await-replication")["sets"][0]["zone"]["server"] =
                    "evil.example".into();
            },
            "the zone contoso.com is not as the plan's zones tell it",
        ),
        (
            |plan| {
                let number = plan["steps"].as_array().unwrap().len() + 1;
                let mut again = plan["steps"][0].clone();
                again["number"] = number.into();
                plan["steps"].as_array_mut().unwrap().push(again);
            },
            "stands there twice",
        ),
        (
            |plan| {
                plan["diffs"][0]["unified"] =
                    "--- a/etc/passwd\n+++ b/etc/passwd\n@@ -0,0 +1 @@\n+x\n".into();
            },
            "this is no unified diff of that file alone",
        ),
        (
            |plan| {
                let text = plan["diffs"][0]["unified"].as_str().unwrap();
                plan["diffs"][0]["unified"] = format!("{text}--- a/x\n+++ b/x\n").into();
            },
            "this is no unified diff of that file alone",
        ),
        (
            |plan| plan["diffs"][0]["path"] = "../zones/contoso.com.zone".into(),
            "this is no unified diff of that file alone",
        ),
    ];
    let folder = workplace();
    let plan: serde_json::Value = serde_json::from_str(&folder.read("plan.json")).unwrap();
    for (edit, part) in edits {
        let mut plan = plan.clone();
        plan["kmsplan_version"] = "0.0.1".into();
        edit(&mut plan);
        folder.write("other.json", plan.to_string());
        let said = refused(&folder, "bundle other.json --output out", 1);
        assert!(said.contains(part), "{part}: {said}");
    }
    folder.write("half.json", &folder.read("plan.json")[..900]);
    let said = refused(&folder, "bundle half.json --output out", 64);
    assert!(said.contains("the first file is no saved plan"), "{said}");
}
