//! Names that Windows keeps for devices.

use crate::rig::steady;
use crate::{Program, ZONE, sample};

#[test]
fn devices_are_no_sources() {
    let Some(program) = Program::new("devices_are_no_sources") else {
        return;
    };
    steady(|| {
        let folder = sample();
        for name in ["NUL", "nul.zone", "CON", "COM1", r"zones\aux", r"\\.\NUL"] {
            for arguments in [["plan", "kms.toml", name], ["plan", name, "zones"]] {
                let run = program.run_waiting(&folder, &arguments);
                assert_eq!(run.status, 1, "{arguments:?}: {}", run.stderr);
                assert!(run.stdout.is_empty(), "{arguments:?}");
                let said = run.stderr;
                assert!(said.starts_with("error: "), "{arguments:?}: {said}");
            }
        }
    });
}

/// Other systems, and folders of a server, have such files.
#[test]
fn a_file_with_the_name_of_a_device_is_read_from_its_folder() {
    let test = "a_file_with_the_name_of_a_device_is_read_from_its_folder";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        folder.write(
            "more/aux.zone",
            ZONE.replace("contoso.com.", "fabrikam.com."),
        );
        let run = program.run(
            &folder,
            &["plan", "kms.toml", "zones", "more", "--format", "json"],
        );
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(plan["summary"]["zones"], 1, "{}", run.stdout);
    });
}

#[test]
fn a_result_goes_to_a_device_and_leaves_nothing() {
    let test = "a_result_goes_to_a_device_and_leaves_nothing";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        for name in ["NUL", r".\nul"] {
            let run = program.run(&folder, &["plan", "kms.toml", "zones", "--output", name]);
            assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{name}");
            assert_eq!(run.stdout, "");
            assert_eq!(folder.names(), ["kms.toml", "zones"]);
        }
    });
}
