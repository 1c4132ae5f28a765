//! `$INCLUDE` of paths as Windows has them: only what lies below the zone's folder is looked at.

use crate::rig::{steady, windows_path};
use crate::support::{Folder, Run};
use crate::{Program, ZONE, sample};

/// A run with a zone that includes `name`.
fn including(program: &Program, folder: &Folder, name: &str) -> Run {
    let zone = format!(
        "{ZONE}$INCLUDE \"{name}\"
"
    );
    folder.write("zones/contoso.com.zone", zone);
    program.run_waiting(
        folder,
        &[
            "plan",
            "kms.toml",
            r"zones\contoso.com.zone",
            "--format",
            "json",
        ],
    )
}

#[test]
fn files_below_the_folder_are_included_however_they_are_written() {
    let test = "files_below_the_folder_are_included_however_they_are_written";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        folder.write("zones/inc/old.inc", "_vlmcs._tcp IN SRV 0 0 1688 oldkms\n");
        let whole = windows_path(&folder.path().join("zones"));
        for (name, shown) in [
            (r"inc\old.inc".to_owned(), Some("zones/inc/old.inc")),
            ("inc/old.inc".to_owned(), Some("zones/inc/old.inc")),
            (r".\inc\..\INC\Old.inc".to_owned(), None),
            (format!(r"{whole}\inc\old.inc"), None),
            (format!(r"\\?\{whole}\inc\old.inc"), None),
            (format!(r"{}\inc\old.inc", &whole[2..]), None),
        ] {
            let run = including(&program, &folder, &name);
            assert_eq!(run.stderr, "", "{name}");
            let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            assert_eq!(plan["summary"]["remove"], 1, "{name}: {}", run.stdout);
            let diffs = plan["diffs"].as_array().unwrap();
            assert_eq!(diffs.len(), 2, "{name}");
            if let Some(shown) = shown {
                let paths: Vec<&str> = diffs
                    .iter()
                    .filter_map(|one| one["path"].as_str())
                    .collect();
                assert!(paths.contains(&shown), "{name}: {paths:?}");
            }
        }
    });
}

#[test]
fn nothing_else_is_looked_at() {
    let Some(program) = Program::new("nothing_else_is_looked_at") else {
        return;
    };
    let outside = "lies outside of the folder that the zone may include files from";
    let stream = "is a stream of a file, which no listing of files shows";
    steady(|| {
        let folder = sample();
        folder.write("secret.inc", "_vlmcs._tcp IN SRV 0 0 1688 oldkms\n");
        folder.write("zones/old.inc", "_vlmcs._tcp IN SRV 0 0 1688 oldkms\n");
        for (name, shown, why) in [
            (r"..\secret.inc", "secret.inc", outside),
            (r"C:\windows\win.ini", "C:/windows/win.ini", outside),
            ("C:old.inc", "C:old.inc", outside),
            (r"\windows\win.ini", "/windows/win.ini", ""),
            (r"\\server\share\x", "//server/share/x", outside),
            ("//server/share/x", "//server/share/x", outside),
            (r"\\?\UNC\server\share\x", "//?/UNC/server/share/x", outside),
            (r"\\.\pipe\x", "//./pipe/x", outside),
            (
                r"\\?\GLOBALROOT\Device\Null",
                "//?/GLOBALROOT/Device/Null",
                outside,
            ),
            ("NUL", "zones/NUL", outside),
            ("con", "zones/con", outside),
            ("COM1", "zones/COM1", outside),
            ("old.inc:more", "zones/old.inc:more", stream),
            ("old.inc::$DATA", "zones/old.inc::$DATA", stream),
        ] {
            let run = including(&program, &folder, name);
            assert_eq!(
                (run.stdout.as_str(), run.status),
                ("", 1),
                "{name}: {}",
                run.stderr
            );
            let report: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
            let message = report["errors"][0]["message"].as_str().unwrap();
            let said = format!("`{shown}` {why}");
            assert!(message.contains(&said), "{name}: {message}");
        }
    });
}
