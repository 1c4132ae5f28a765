//! `$INCLUDE` of what a zone has no business with.

use std::os::unix::fs::symlink;

use crate::rig::{ZONE, bash, fails, is_plan, workplace};
use crate::support::Folder;

/// A folder whose zone includes this.
fn including(what: &str) -> Folder {
    let folder = workplace();
    folder.write("z/contoso.zone", format!("{ZONE}$INCLUDE {what}\n"));
    folder.write("secret", "the-secret IN A 192.0.2.99\n");
    folder
}

fn refused(message: &str, name: &str, help: &str) -> String {
    let carets = "^".repeat(name.len());
    let help = match help {
        "" => String::new(),
        help => format!("  |\n  = help: {help}\n"),
    };
    format!(
        "error: {message}\n --> z/contoso.zone:9:10\n  |\n9 | $INCLUDE {name}\n  |          {carets}\n{help}"
    )
}

const OUTSIDE: &str = "lies outside of the folder that the zone may include files from";
const ROOT: &str = "name a folder that holds it with --include-root";

#[test]
fn only_files_below_the_zones_folder() {
    for (name, shown) in [
        ("/etc/shadow", "/etc/shadow"),
        ("/etc/passwd", "/etc/passwd"),
        ("/dev/zero", "/dev/zero"),
        ("/proc/self/environ", "/proc/self/environ"),
        ("../secret", "secret"),
        ("link", "z/link"),
        ("folder/secret", "z/folder/secret"),
    ] {
        let folder = including(name);
        symlink("../secret", folder.path().join("z/link")).unwrap();
        symlink("..", folder.path().join("z/folder")).unwrap();
        let run = bash(&folder, "kmsplan plan kms.toml z/contoso.zone");
        fails(&run, &refused(&format!("`{shown}` {OUTSIDE}"), name, ROOT));
        if name.contains("secret") {
            let run = bash(
                &folder,
                "kmsplan plan kms.toml z/contoso.zone --include-root .",
            );
            assert!(is_plan(&run), "{}", run.stderr);
            let run = bash(
                &folder,
                "kmsplan plan kms.toml z/contoso.zone --include-root z",
            );
            assert_eq!(run.status, 1);
        }
    }
}

#[test]
fn only_files() {
    for (name, shown, root) in [
        ("/dev/zero", "/dev/zero", "/dev"),
        ("pipe", "z/pipe", "z"),
        (".", "z", "z"),
    ] {
        let folder = including(name);
        bash(&folder, "mkfifo z/pipe");
        let run = bash(
            &folder,
            &format!("kmsplan plan kms.toml z/contoso.zone --include-root {root}"),
        );
        let message = format!("`{shown}` is no regular file");
        fails(&run, &refused(&message, name, ""));
    }
}

#[test]
fn chains_circles_and_bombs_end() {
    let folder = including("contoso.zone");
    fails(
        &bash(&folder, "kmsplan plan kms.toml z/contoso.zone"),
        &refused(
            "the file includes itself: z/contoso.zone > z/contoso.zone",
            "contoso.zone",
            "",
        ),
    );
    let too_many = "error: too many files are included: at most 20 deep and 10000 in all";
    // A chain 10,000 deep.
    let folder = including("c0");
    for file in 0..10_000 {
        folder.write(&format!("z/c{file}"), format!("$INCLUDE c{}\n", file + 1));
    }
    let run = bash(&folder, "kmsplan plan kms.toml z/contoso.zone");
    fails(
        &run,
        &format!("{too_many}\n --> z/c19:1:10\n  |\n1 | $INCLUDE c20\n  |          ^^^\n"),
    );
    // Each file brings in the next one twice: a million in all.
    let folder = including("b0");
    for file in 0..19 {
        folder.write(
            &format!("z/b{file}"),
            format!("$INCLUDE b{0}\n$INCLUDE b{0}\n", file + 1),
        );
    }
    folder.write("z/b19", "host IN A 192.0.2.9\n");
    let run = bash(
        &folder,
        "prlimit --data=200000000 kmsplan plan kms.toml z/contoso.zone",
    );
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with(too_many), "{}", run.stderr);
    assert!(run.stderr.len() < 10_000, "{}", run.stderr.len());
}
