//! Sources by every kind of path that Windows knows.

use crate::rig::{steady, windows_path};
use crate::{Program, ZONE, sample};

#[test]
fn paths_of_windows_are_sources_and_shown_as_typed_with_slashes() {
    let test = "paths_of_windows_are_sources_and_shown_as_typed_with_slashes";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        let whole = windows_path(folder.path());
        let rooted = whole.strip_prefix("Z:").unwrap();
        for (source, label) in [
            (r"zones".to_owned(), "zones/contoso.com.zone"),
            (r"zones\".to_owned(), "zones/contoso.com.zone"),
            (r".\zones".to_owned(), "./zones/contoso.com.zone"),
            (
                r"ZONES\Contoso.com.zone".to_owned(),
                "ZONES/Contoso.com.zone",
            ),
            (
                r"zones\contoso.com.zone".to_owned(),
                "zones/contoso.com.zone",
            ),
            ("Z:zones".to_owned(), "contoso.com.zone"),
            (format!(r"{whole}\zones"), "contoso.com.zone"),
            (format!(r"{rooted}\zones"), "contoso.com.zone"),
            (format!(r"\\?\{whole}\zones"), "contoso.com.zone"),
            (format!(r"\\.\{whole}\zones"), "contoso.com.zone"),
        ] {
            let run = program.run(&folder, &["plan", "kms.toml", &source, "--format", "json"]);
            assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{source}");
            let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            let shown = plan["zones"][0]["source"].as_str().unwrap();
            let typed = source.replace('\\', "/");
            let typed = typed.trim_end_matches('/');
            assert!(shown.starts_with(typed), "{source}: {shown}");
            assert!(!shown.contains('\\'), "{source}: {shown}");
            assert!(shown.ends_with("ontoso.com.zone"), "{source}: {shown}");
            let diff = plan["diffs"][0]["unified"].as_str().unwrap();
            let head = format!("--- a/{label}\n+++ b/{label}\n");
            assert!(diff.starts_with(&head), "{source}: {diff}");
        }
    });
}

#[test]
fn the_topology_in_a_folder_is_passed_over_in_any_case() {
    let test = "the_topology_in_a_folder_is_passed_over_in_any_case";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        for topology in ["kms.toml", r".\KMS.TOML", r"zones\..\Kms.toml"] {
            let run = program.run(&folder, &["plan", topology, ".", "--format", "diff"]);
            assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{topology}");
            let head = "--- a/zones/contoso.com.zone\n";
            assert!(run.stdout.starts_with(head), "{topology}: {}", run.stdout);
        }
    });
}

/// Large files are read in parts, by threads that seek.
#[test]
fn a_large_zone_gives_the_same_plan() {
    let Some(program) = Program::new("a_large_zone_gives_the_same_plan") else {
        return;
    };
    steady(|| {
        let folder = sample();
        let hosts: Vec<String> = (0..1_700_000)
            .map(|number| format!("host{number:08} IN A 192.0.2.{}\r\n", number % 256))
            .collect();
        let zone = format!("{}{}", ZONE.replace('\n', "\r\n"), hosts.concat());
        assert!(zone.len() > 50_000_000, "{}", zone.len());
        folder.write("zones/contoso.com.zone", zone);
        let arguments = ["plan", "kms.toml", "zones", "--format", "json"];
        let run = program.run(&folder, &arguments);
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        assert!(run == folder.run(&arguments.join(" ")), "{}", run.stdout);
    });
}

/// Nobody who hands on a saved plan has the reader ask a server for a share, or wait for a device.
#[test]
fn the_topology_that_a_saved_plan_names_is_not_looked_for_elsewhere() {
    let test = "the_topology_that_a_saved_plan_names_is_not_looked_for_elsewhere";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        let arguments = ["plan", "kms.toml", "zones", "--format", "json"];
        let plan = program.run(&folder, &arguments).stdout;
        let named = "\"path\": \"kms.toml\"";
        assert!(plan.contains(named), "{plan}");
        let verify = ["verify", "plan.json", "zones"];
        folder.write("plan.json", &plan);
        let expected = program.run(&folder, &verify);
        assert_eq!(expected.stderr, "");
        for path in [
            r"\\server\share\kms.toml",
            r"\\?\UNC\server\share\kms.toml",
            r"\\.\pipe\x",
            "NUL",
            r"C:\con",
            "kms.toml:stream",
        ] {
            let other = format!("\"path\": {}", serde_json::Value::from(path));
            folder.write("plan.json", plan.replace(named, &other));
            assert_eq!(program.run(&folder, &verify), expected, "{path}");
        }
    });
}
