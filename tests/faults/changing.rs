//! Files that change, vanish, grow and shrink while they are read: what is planned is one state of a file or an error,
//! never a mixture.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::rig::{ZONE, bash, is_plan, workplace};
use crate::support::{Folder, Run};

/// Runs the program so often while `change` goes on with a turn after a turn; gives what came out, each once.
fn meanwhile(
    folder: &Folder,
    runs: usize,
    change: impl Fn(usize) + Sync,
) -> BTreeSet<(i32, String, String)> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut turn = 0;
            while !over.load(Ordering::Relaxed) {
                change(turn);
                turn += 1;
            }
        });
        let outcomes = (0..runs)
            .map(|_| {
                let Run {
                    stdout,
                    stderr,
                    status,
                } = bash(
                    folder,
                    "kmsplan plan kms.toml contoso.com.zone --format diff",
                );
                (status, stdout, stderr)
            })
            .collect();
        over.store(true, Ordering::Relaxed);
        outcomes
    })
}

/// The zone with this serial number in every place that shows which state was read: the diff must have them alike.
fn state(serial: usize, filler: usize) -> String {
    let head = ZONE.replace(" 7 900", &format!(" {serial} 900"));
    let record = format!("_vlmcs._tcp IN SRV 0 {serial} 1688 kms02\n");
    format!("{head}{}{record}", "host IN A 192.0.2.9\n".repeat(filler))
}

#[test]
fn a_file_that_is_replaced() {
    // Small files are read at once, large ones on all processors.
    for (filler, runs) in [(10, 40), (600_000, 6)] {
        let folder = workplace();
        let path = folder.path().join("contoso.com.zone");
        let states = [1, 2].map(|serial| state(serial, filler));
        let mut right = BTreeSet::new();
        for (index, state) in states.iter().enumerate() {
            folder.write("contoso.com.zone", state);
            let run = bash(
                &folder,
                "kmsplan plan kms.toml contoso.com.zone --format diff",
            );
            assert_eq!((run.status, run.stderr.as_str()), (0, ""));
            right.insert((0, run.stdout, String::new()));
            folder.write(&format!("state{index}"), state);
        }
        let outcomes = meanwhile(&folder, runs, |turn| {
            let next = folder.path().join("next");
            fs::copy(folder.path().join(format!("state{}", turn % 2)), &next).unwrap();
            fs::rename(&next, &path).unwrap();
        });
        assert!(outcomes.is_subset(&right), "{filler}");
    }
}

#[test]
fn a_file_that_vanishes() {
    let folder = workplace();
    let path = folder.path().join("contoso.com.zone");
    let run = bash(
        &folder,
        "kmsplan plan kms.toml contoso.com.zone --format diff",
    );
    let gone = "error: `contoso.com.zone` cannot be read: there is no such file\n";
    let right = BTreeSet::from([
        (0, run.stdout, String::new()),
        (1, String::new(), gone.to_owned()),
    ]);
    let outcomes = meanwhile(&folder, 40, |_| {
        let away = folder.path().join("away");
        fs::rename(&path, &away).unwrap();
        fs::rename(&away, &path).unwrap();
    });
    assert!(outcomes.is_subset(&right), "{outcomes:?}");
}

#[test]
fn a_file_that_is_cut_and_grows_in_place() {
    let folder = workplace();
    let path = folder.path().join("contoso.com.zone");
    let text = state(5, 600_000);
    folder.write("contoso.com.zone", &text);
    let file = fs::File::options().write(true).open(&path).unwrap();
    let length = text.len() as u64;
    let outcomes = meanwhile(&folder, 6, |turn| {
        // In the middle of a record of a host that nobody asks about: what is missing reads as NULs for a while.
        file.set_len(if turn % 2 == 0 { length / 2 } else { length })
            .unwrap();
    });
    for (status, stdout, stderr) in outcomes {
        assert!([0, 1].contains(&status), "{stderr}");
        assert_eq!(status == 0, stderr.is_empty());
        assert_eq!(status == 1, stdout.is_empty());
    }
}

#[test]
fn a_file_that_grows_past_the_limit() {
    let folder = workplace();
    let run = bash(
        &folder,
        "head -c 9000000 /dev/zero | tr '\\0' ';' >>contoso.com.zone; echo >>contoso.com.zone\n\
         (while :; do echo '; more' >>contoso.com.zone; done) & \n\
         for i in {1..10}; do kmsplan plan kms.toml contoso.com.zone --max-size 9000000 2>&1; done; kill $!",
    );
    let expected = "error: `contoso.com.zone` is larger than 9000000 bytes\n  = help: raise the limit with --max-size if it is meant to be read\n";
    assert_eq!(run.stdout, expected.repeat(10));
}

#[test]
fn a_pipe_that_ends_early() {
    let folder = workplace();
    let run = bash(
        &folder,
        "kmsplan plan kms.toml <(head -c 60 contoso.com.zone)",
    );
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert!(is_plan(&bash(
        &folder,
        "kmsplan plan kms.toml <(cat contoso.com.zone; sleep 0.2)"
    )));
}
