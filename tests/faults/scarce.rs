//! Too few threads, files, descriptors; an environment without anything.

use std::path::Path;

use crate::rig::{ZONE, as_user, bash, fails, is_plan, workplace};
use crate::support::Folder;

/// A folder with a thousand zones in `many/`.
fn many() -> Folder {
    let folder = workplace();
    for zone in 0..1000 {
        let text = ZONE.replace("$ORIGIN contoso.com.", &format!("$ORIGIN d{zone}.example."));
        folder.write(&format!("many/d{zone}.example.zone"), text);
    }
    folder
}

const ALL: &str = "1000 domains: ";

#[test]
fn few_files_may_be_open() {
    let folder = many();
    let run = bash(
        &folder,
        "ulimit -n 16; kmsplan audit many | grep -o '^1000 domains: '",
    );
    assert_eq!(run.stdout.trim_end(), ALL.trim_end(), "{}", run.stderr);
    // Too few for the folder itself, and no better for a bundle.
    let none = bash(&folder, "ulimit -n 3; exec kmsplan audit many");
    assert!(none.status == 1 || none.status == 127, "{}", none.stderr);
    let run = bash(
        &folder,
        "(ulimit -n 4; exec kmsplan audit many/d1.example.zone many/d2.example.zone)",
    );
    assert!([0, 1].contains(&run.status), "{}", run.stderr);
}

#[test]
fn no_thread_can_be_started() {
    let folder = many();
    // One process is the shell's; root may have as many as it likes.
    let run = as_user(
        &folder,
        "chmod -R a+rX . 2>&-; exec prlimit --nproc=1 kmsplan audit many",
    );
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains(ALL), "{}", run.stdout);
    let large = format!("{ZONE}{}", "host IN A 192.0.2.9\n".repeat(600_000));
    folder.write("large.zone", large);
    let run = as_user(
        &folder,
        "exec prlimit --nproc=1 kmsplan plan kms.toml large.zone",
    );
    assert!(is_plan(&run), "{}", run.stderr);
    let run = as_user(
        &folder,
        "exec prlimit --nproc=1 kmsplan plan kms.toml dns://127.0.0.1:9",
    );
    assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
}

#[test]
fn an_environment_without_anything() {
    let folder = workplace();
    let usual = bash(&folder, "kmsplan plan kms.toml contoso.com.zone").stdout;
    for environment in [
        "env -i",
        "env -u HOME -u TMPDIR -u LANG",
        "env TMPDIR=/nowhere HOME=/nowhere LC_ALL=C",
        "env LC_ALL=tr_TR.UTF-8 LANG=xx TZ=Nowhere/Nothing",
        "env TERM= COLUMNS=x LINES=-1",
    ] {
        let program = Path::new(env!("CARGO_BIN_EXE_kmsplan")).display();
        let run = bash(
            &folder,
            &format!("{environment} {program} plan kms.toml contoso.com.zone"),
        );
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            (&*usual, ""),
            "{environment}"
        );
        let run = bash(
            &folder,
            &format!("{environment} {program} plan kms.toml contoso.com.zone -o out && cat out"),
        );
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            (&*usual, ""),
            "{environment}"
        );
    }
}

#[test]
fn closed_descriptors() {
    let folder = workplace();
    let zone = "kms.toml contoso.com.zone";
    // Standard input that is closed is empty, standard output that is closed takes everything.
    fails(
        &bash(&folder, "kmsplan plan kms.toml - <&-"),
        "error: `<stdin>` is empty\n",
    );
    for (line, status) in [
        (format!("kmsplan plan {zone} >&-"), 0),
        (format!("kmsplan plan {zone} <&- >&- 2>&-"), 0),
        (format!("kmsplan plan {zone} --output out <&- >&- 2>&-"), 0),
        (
            format!("kmsplan bundle {zone} --output new <&- >&- 2>&-"),
            0,
        ),
        ("kmsplan plan kms.toml nothing 2>&-".to_owned(), 1),
        ("kmsplan plan kms.toml nothing 2>/dev/full".to_owned(), 1),
        ("kmsplan plan 2>&-".to_owned(), 64),
        ("kmsplan plan 2>/dev/full".to_owned(), 64),
    ] {
        let run = bash(&folder, &line);
        assert_eq!((run.status, run.stdout.as_str()), (status, ""), "{line}");
    }
    let usual = bash(&folder, &format!("kmsplan plan {zone}")).stdout;
    assert_eq!(folder.read("out"), usual);
    assert!(folder.path().join("new/SHA256SUMS").is_file());
}
