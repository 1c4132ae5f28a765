//! A disk that is full, output that nobody can take.

use crate::rig::{as_user, bash, fails, is_root, on_small_disk, workplace};
use crate::support::Folder;

/// Commands that write a file or a folder in `full/`.
const WRITERS: [(&str, &str); 5] = [
    ("plan", "kmsplan plan big.toml contoso.com.zone -o full/x"),
    (
        "bundle",
        "kmsplan bundle big.toml contoso.com.zone -o full/x",
    ),
    (
        "rollback",
        "kmsplan rollback plan.json contoso.com.zone -o full/x",
    ),
    (
        "audit",
        "kmsplan audit many.zone --write-topology full/x >/dev/null",
    ),
    ("init", "kmsplan init many.zone -o full/x"),
];

/// A folder with inputs whose outputs are larger than a small disk.
fn large() -> Folder {
    let folder = workplace();
    let zone = folder.read("contoso.com.zone");
    let records = (0..800)
        .map(|host| {
            format!("_vlmcs._tcp IN SRV 0 0 1688 kms-host-{host}\nkms-host-{host} IN A 192.0.2.9\n")
        })
        .collect::<Vec<_>>()
        .concat();
    folder.write("many.zone", format!("{zone}{records}"));
    let hosts = (0..800)
        .map(|host| format!("[[host]]\nname = \"kms-host-{host}.contoso.com\"\n"))
        .collect::<Vec<_>>()
        .concat();
    let topology = folder.read("kms.toml");
    folder.write(
        "big.toml",
        topology.replace("[[zone]]", &format!("{hosts}\n[[zone]]")),
    );
    folder.write("contoso.com.zone", format!("{zone}{records}"));
    let made = bash(
        &folder,
        "kmsplan plan big.toml contoso.com.zone --format json -o plan.json",
    );
    assert_eq!((made.status, made.stderr.as_str()), (0, ""));
    folder
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = large();
    for (what, command) in WRITERS {
        let bundle = what == "bundle";
        let before = if bundle { "" } else { "echo old >full/x;" };
        let after = if bundle { "true" } else { "cat full/x" };
        let line = format!(
            "{before} head -c 40000 /dev/zero >full/filler\n{command}; echo status $?; ls -A full; {after}"
        );
        let Some(run) = on_small_disk(&folder, 48, &line, "a_full_disk") else {
            return;
        };
        let errors: Vec<&str> = run
            .stderr
            .lines()
            .filter(|line| line.starts_with("error"))
            .collect();
        assert_eq!(
            errors,
            ["error: `full/x` cannot be written: the disk is full"],
            "{what}: {}",
            run.stderr
        );
        let left = if bundle {
            "filler\n"
        } else {
            "filler\nx\nold\n"
        };
        assert_eq!(run.stdout, format!("status 1\n{left}"), "{what}");
    }
}

#[test]
fn a_full_disk_leaves_an_empty_folder_empty() {
    let folder = large();
    let line = "mkdir full/x\nkmsplan bundle big.toml contoso.com.zone -o full/x; echo status $?; ls -AR full";
    let Some(run) = on_small_disk(&folder, 48, line, "a_full_disk") else {
        return;
    };
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        (
            "status 1\nfull:\nx\n\nfull/x:\n",
            "error: `full/x` cannot be written: the disk is full\n"
        )
    );
}

#[test]
fn standard_output_that_takes_nothing_is_an_error() {
    let folder = large();
    for command in [
        "plan big.toml contoso.com.zone",
        "plan big.toml contoso.com.zone --format html",
        "show plan.json",
        "rollback plan.json contoso.com.zone",
        "audit many.zone",
        "init many.zone",
        "check big.toml",
        "explain",
        "schema plan",
        "completions bash",
        "man",
        "--help",
        "plan --help",
        "--version",
    ] {
        let run = bash(&folder, &format!("kmsplan {command} >/dev/full"));
        assert_eq!(run.status, 1, "{command}");
        let last = run.stderr.lines().last();
        let expected = "error: standard output cannot be written: the disk is full";
        assert_eq!(last, Some(expected), "{command}");
        // One that reads no more has what it wants.
        let run = bash(
            &folder,
            &format!("kmsplan {command} 2>err | true; echo ${{PIPESTATUS[0]}}; grep -c cannot err"),
        );
        assert_eq!(run.stdout, "0\n0\n", "{command}");
    }
}

#[test]
fn a_folder_without_write_permission() {
    let folder = workplace();
    let run = as_user(
        &folder,
        "mkdir -m 755 locked && echo old >locked/x && chmod 555 locked\n\
         for out in locked/x locked/new; do kmsplan plan kms.toml contoso.com.zone -o $out; done\n\
         kmsplan bundle kms.toml contoso.com.zone -o locked/b; ls -A locked; cat locked/x; chmod 755 locked",
    );
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        (
            "x\nold\n",
            "error: `locked/x` cannot be written: permission denied\n\
             error: `locked/new` cannot be written: permission denied\n\
             error: `locked/b` cannot be written: permission denied\n"
        )
    );
}

#[test]
fn a_read_only_disk() {
    let folder = workplace();
    let user = if is_root(&folder) { "" } else { "-r" };
    let line = format!(
        "mkdir ro; unshare {user} -m bash -c 'mount -t tmpfs -o ro tmpfs ro && kmsplan plan kms.toml contoso.com.zone -o ro/x'"
    );
    if crate::support::tools::given(
        bash(
            &folder,
            &format!("mkdir -p t; unshare {user} -m mount -t tmpfs tmpfs t"),
        )
        .status
            == 0,
        "no file system can be mounted here",
        "a_read_only_disk",
    ) {
        fails(
            &bash(&folder, &line),
            "error: `ro/x` cannot be written: the disk is read-only\n",
        );
    }
}

#[test]
fn a_limit_of_file_size_leaves_nothing() {
    let folder = large();
    // `ulimit -f` counts 1024 octets; its signal would end the program.
    let run = bash(
        &folder,
        "trap '' XFSZ; ulimit -f 4; kmsplan plan big.toml contoso.com.zone -o x; echo status $?; ls -A | grep -c '^[.x]'",
    );
    assert_eq!(run.stdout, "status 1\n0\n", "{}", run.stderr);
    assert_eq!(run.stderr, "error: `x` cannot be written: file too large\n");
}
