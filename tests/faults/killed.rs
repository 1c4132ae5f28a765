//! Runs that are ended while they write.

use std::fs;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::rig::{bash, workplace};
use crate::support::{Folder, kmsplan};

/// A folder with a plan whose bundle takes a while to write.
fn large() -> Folder {
    let folder = workplace();
    let hosts = (0..100)
        .map(|host| format!("[[host]]\nname = \"h{host}.contoso.com\"\n"))
        .collect::<Vec<_>>()
        .concat();
    let topology = folder.read("kms.toml");
    folder.write(
        "kms.toml",
        topology.replace("[[zone]]", &format!("{hosts}\n[[zone]]")),
    );
    let run = bash(
        &folder,
        "kmsplan plan kms.toml contoso.com.zone --allow target-without-address --format json -o plan.json",
    );
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    folder
}

/// Starts the program in a folder.
fn start(folder: &Path, args: &str) -> Child {
    kmsplan()
        .args(args.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The names in a folder, hidden ones apart.
fn held(folder: &Path) -> (Vec<String>, Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return (Vec::new(), Vec::new());
    };
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .partition(|name| !name.starts_with('.'))
}

/// Waits until the program writes something hidden into a folder; how it ended, if it did that first.
fn writes(child: &mut Child, folder: &Path) -> Option<ExitStatus> {
    while held(folder).1.is_empty() {
        let ended = child.try_wait().unwrap();
        if ended.is_some() {
            return ended;
        }
        std::thread::sleep(Duration::from_micros(20));
    }
    None
}

/// Sends a signal some time after the program has begun to write. Gives the exit status; `None`: the signal ended it.
fn end(mut child: Child, folder: &Path, signal: Signal, moment: Duration) -> Option<i32> {
    if let Some(status) = writes(&mut child, folder) {
        return status.code();
    }
    std::thread::sleep(moment);
    // It is waited for below, so that its id is nobody else's.
    kill_process(Pid::from_child(&child), signal).unwrap();
    child.wait().unwrap().code()
}

/// How long the program writes, from the first hidden name to its end: the shortest of some runs.
fn duration(folder: &Folder, args: impl Fn(&str) -> String) -> Duration {
    (0..5)
        .filter_map(|turn| {
            let place = format!("measured{turn}");
            fs::create_dir(folder.path().join(&place)).unwrap();
            let mut child = start(folder.path(), &args(&place));
            let ended = writes(&mut child, &folder.path().join(&place));
            let since = Instant::now();
            assert!(child.wait().unwrap().success());
            ended.is_none().then(|| since.elapsed())
        })
        .min()
        .expect("a run is seen while it writes")
}

/// Goes through moments of the time that writing takes, until in 6 of them at least the signal came in time, which `turn`
/// tells. A machine with other work may let the program write all of it before a signal is sent.
fn moments(longest: Duration, mut turn: impl FnMut(usize, Duration) -> bool) {
    let mut early = 0;
    for number in 0..240_u32 {
        let moment = longest * (number * 7 % 24) / 24;
        early += u32::from(turn(usize::try_from(number).unwrap(), moment));
        if number >= 23 && early >= 6 {
            return;
        }
    }
    panic!("the signal came too late: {early} times of 240 in time");
}

fn is_whole(folder: &Folder, bundle: &str) -> bool {
    let run = bash(
        folder,
        &format!("cd {bundle} && sha256sum -c --quiet --strict SHA256SUMS"),
    );
    run.status == 0
}

#[test]
fn killed_while_a_bundle_is_written() {
    let folder = large();
    let longest = duration(&folder, |place| {
        format!("bundle plan.json --output {place}/out")
    });
    moments(longest, |turn, moment| {
        let filled = turn % 2 == 1;
        let place = folder.path().join(format!("place{turn}"));
        let out = place.join("out");
        fs::create_dir_all(if filled { &out } else { &place }).unwrap();
        let bundle = format!("bundle plan.json --output place{turn}/out");
        let watched = if filled { &out } else { &place };
        let child = start(folder.path(), &bundle);
        let early = end(child, watched, Signal::KILL, moment).is_none();
        let (files, hidden) = held(&out);
        let sums = files.iter().any(|file| file == "SHA256SUMS");
        let name = format!("place{turn}/out");
        assert!(!sums || is_whole(&folder, &name), "{turn}: {files:?}");
        assert!(filled || files.is_empty() || sums, "{turn}: {files:?}");
        let again = bash(&folder, &format!("kmsplan {bundle}"));
        if out.exists() && !(files.is_empty() && hidden.is_empty()) && again.status == 1 {
            let start = format!("error: `{name}` is not empty: it holds `");
            assert!(again.stderr.starts_with(&start), "{}", again.stderr);
            assert!(
                again.stderr.contains("remove what the folder holds") || sums,
                "{}",
                again.stderr
            );
        } else {
            assert_eq!(again.stderr, "", "{turn}");
            assert!(is_whole(&folder, &name));
        }
        fs::remove_dir_all(&place).unwrap();
        early
    });
}

#[test]
fn ended_while_a_bundle_is_written() {
    let folder = large();
    let longest = duration(&folder, |place| {
        format!("bundle plan.json --output {place}/out")
    });
    moments(longest, |turn, moment| {
        let filled = turn % 2 == 1;
        let (signal, status) =
            [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)][turn % 3];
        let place = folder.path().join(format!("place{turn}"));
        let out = place.join("out");
        fs::create_dir_all(if filled { &out } else { &place }).unwrap();
        let child = start(
            folder.path(),
            &format!("bundle plan.json --output place{turn}/out"),
        );
        let watched = if filled { &out } else { &place };
        let ended = end(child, watched, signal, moment).expect("the signal waits");
        assert!(ended == 0 || ended == status, "{ended}");
        assert_eq!(held(&place).1, Vec::<String>::new(), "{turn}");
        let (files, hidden) = held(&out);
        assert_eq!(hidden, Vec::<String>::new(), "{turn}");
        if files.is_empty() {
            assert_eq!((ended, out.exists()), (status, filled), "{turn}");
        } else {
            assert!(is_whole(&folder, &format!("place{turn}/out")), "{turn}");
        }
        files.is_empty()
    });
}

#[test]
fn killed_while_a_file_is_written() {
    let folder = large();
    let command = "show plan.json --format html --output";
    bash(&folder, &format!("kmsplan {command} whole"));
    let whole = folder.read("whole");
    let longest = duration(&folder, |place| format!("{command} {place}/out"));
    moments(longest, |turn, moment| {
        let signal = [Signal::KILL, Signal::TERM, Signal::INT][turn % 3];
        let place = folder.path().join(format!("place{turn}"));
        fs::create_dir(&place).unwrap();
        fs::write(place.join("out"), "old").unwrap();
        let child = start(folder.path(), &format!("{command} place{turn}/out"));
        let status = end(child, &place, signal, moment);
        let content = fs::read_to_string(place.join("out")).unwrap();
        assert!(content == "old" || content == whole, "{turn}");
        if signal != Signal::KILL {
            assert!(
                [Some(0), Some(130), Some(143)].contains(&status),
                "{status:?}"
            );
            assert_eq!(held(&place).1, Vec::<String>::new(), "{turn}");
        }
        content == "old"
    });
}

#[test]
fn what_the_program_was_told_to_ignore() {
    let folder = large();
    let run = bash(
        &folder,
        "mkdir d; trap '' HUP INT TERM; kmsplan bundle plan.json --output d/out & \n\
         while kill -0 $! 2>&-; do kill -HUP $!; kill -TERM $!; sleep 0.001; done; wait $!; echo $?; ls -A d; ls d/out | grep SUMS",
    );
    assert_eq!(run.stdout, "0\nout\nSHA256SUMS\n");
}
