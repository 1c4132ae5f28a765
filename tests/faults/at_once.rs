//! Several runs that write the same at once.

use std::fs;
use std::process::{Child, Output, Stdio};

use crate::rig::{ZONE, bash, workplace};
use crate::support::{Folder, kmsplan};

/// Runs the commands at once.
fn at_once(folder: &Folder, commands: &[String]) -> Vec<Output> {
    let children: Vec<_> = commands
        .iter()
        .map(|args| {
            kmsplan()
                .args(args.split_whitespace())
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs = children.into_iter().map(Child::wait_with_output);
    outputs.collect::<Result<_, _>>().unwrap()
}

/// A folder with so many plans that differ.
fn plans(number: usize) -> Folder {
    let folder = workplace();
    for plan in 0..number {
        folder.write(
            "z.zone",
            ZONE.replace("0 0 1688", &format!("0 {plan} 1688")),
        );
        let run = bash(
            &folder,
            &format!("kmsplan plan kms.toml z.zone --format json -o {plan}.json"),
        );
        assert_eq!(run.stderr, "");
    }
    folder
}

#[test]
fn one_of_many_runs_writes_a_bundle() {
    let folder = plans(8);
    for round in 0..16 {
        let number = if round % 4 < 2 { 2 } else { 8 };
        let out = folder.path().join(format!("out{round}"));
        if round % 2 == 0 {
            fs::create_dir(&out).unwrap();
        }
        let commands: Vec<String> = (0..number)
            .map(|plan| format!("bundle {plan}.json --output out{round}"))
            .collect();
        let outputs = at_once(&folder, &commands);
        let mut winner = None;
        for (plan, output) in outputs.iter().enumerate() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) => {
                    assert_eq!(winner.replace(plan), None, "one alone has written it");
                }
                Some(1) => assert!(
                    [
                        "is not empty: it holds `",
                        "cannot be written: it is being written\n",
                        "cannot be written: meanwhile it was written by somebody else\n",
                    ]
                    .iter()
                    .any(|message| stderr.starts_with(&format!("error: `out{round}` {message}"))),
                    "{stderr}"
                ),
                other => panic!("{other:?}: {stderr}"),
            }
        }
        let winner = winner.expect("one has written it");
        assert_eq!(
            folder.read(&format!("out{round}/plan.json")),
            folder.read(&format!("{winner}.json"))
        );
        let sums = bash(
            &folder,
            &format!(
                "cd out{round} && sha256sum -c --quiet --strict SHA256SUMS; ls -A | grep '^[.]'"
            ),
        );
        assert_eq!((sums.stdout.as_str(), sums.stderr.as_str()), ("", ""));
    }
    assert!(folder.names().iter().all(|name| !name.starts_with('.')));
}

#[test]
fn a_file_is_that_of_one_run() {
    let folder = plans(8);
    let whole: Vec<String> = (0..8)
        .map(|plan| {
            bash(
                &folder,
                &format!("kmsplan show {plan}.json --format html -o whole"),
            );
            folder.read("whole")
        })
        .collect();
    for _ in 0..8 {
        let commands: Vec<String> = (0..8)
            .map(|plan| format!("show {plan}.json --format html --output out"))
            .collect();
        for output in at_once(&folder, &commands) {
            assert_eq!(output.status.code(), Some(0));
        }
        assert!(whole.contains(&folder.read("out")));
        assert!(folder.names().iter().all(|name| !name.starts_with('.')));
    }
}
