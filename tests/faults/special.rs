//! What is no regular file: pipes, sockets, devices, links, folders; paths that are odd.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use crate::rig::{bash, fails, is_plan, workplace};

const NOT_READ: &str = "\n  = help: pipes, sockets and devices are not read; what a command writes is read by `-` or `<(COMMAND)`\n";

#[test]
fn pipes_of_the_shell_are_sources() {
    let folder = workplace();
    let file = bash(&folder, "kmsplan plan kms.toml contoso.com.zone");
    for line in [
        "kmsplan plan kms.toml <(cat contoso.com.zone)",
        "cat contoso.com.zone | kmsplan plan kms.toml /dev/stdin",
        "kmsplan plan kms.toml <(cat contoso.com.zone) contoso.com.zone",
        "kmsplan plan kms.toml - <contoso.com.zone",
    ] {
        let run = bash(&folder, line);
        assert!(is_plan(&run), "{line}: {}", run.stderr);
        let steps = |text: &str| text.split_once("\ncontoso.com").map(|(_, rest)| rest.len());
        assert!(steps(&run.stdout).is_some() && steps(&file.stdout).is_some());
    }
    assert!(is_plan(&bash(
        &folder,
        "kmsplan plan kms.toml --domains <(echo contoso.com) contoso.com.zone"
    )));
    // A saved plan is read once, so that it may come through a pipe.
    let run = bash(
        &folder,
        "kmsplan plan kms.toml contoso.com.zone --format json >plan.json\n\
         kmsplan show <(cat plan.json) >/dev/null && kmsplan bundle <(cat plan.json) -o out && ls out | grep SUMS",
    );
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("SHA256SUMS\n", "")
    );
    fails(
        &bash(
            &folder,
            "kmsplan plan kms.toml <(echo '$INCLUDE contoso.com.zone')",
        ),
        "\
error: a pipe has no folder to include files from
 --> /dev/fd/63:1:10
  |
1 | $INCLUDE contoso.com.zone
  |          ^^^^^^^^^^^^^^^^
  |
  = help: name the folder with --include-root
",
    );
    fails(
        &bash(&folder, "kmsplan plan kms.toml <(yes) --max-size 100000"),
        "error: `/dev/fd/63` is larger than 100000 bytes\n  = help: raise the limit with --max-size if it is meant to be read\n",
    );
}

#[test]
fn what_is_no_file_is_no_source() {
    let folder = workplace();
    let _socket = UnixListener::bind(folder.path().join("socket")).unwrap();
    bash(&folder, "mkfifo pipe");
    for path in [
        "pipe",
        "socket",
        "/dev/zero",
        "/dev/null",
        "/dev/random",
        "/dev/full",
    ] {
        fails(
            &bash(&folder, &format!("kmsplan plan kms.toml {path}")),
            &format!("error: `{path}` is no regular file{NOT_READ}"),
        );
    }
    fails(
        &bash(&folder, "kmsplan plan . contoso.com.zone"),
        "error: `.` cannot be read: it is a folder\n",
    );
    for path in ["pipe", "socket", "/dev/zero", "/dev/null"] {
        for line in [
            format!("plan {path} contoso.com.zone"),
            format!("plan kms.toml contoso.com.zone --domains {path}"),
            format!("show {path}"),
        ] {
            fails(
                &bash(&folder, &format!("kmsplan {line}")),
                &format!(
                    "error: `{path}` is no regular file\n  = help: name a file: of pipes only those of the shell are read, \
                     sockets and devices never\n"
                ),
            );
        }
    }
}

#[test]
fn a_folder_with_more_than_files() {
    let folder = workplace();
    folder.write("zones/contoso.com.zone", folder.read("contoso.com.zone"));
    let at = |name: &str| folder.path().join("zones").join(name);
    symlink("loop", at("loop")).unwrap();
    symlink(".", at("self")).unwrap();
    symlink("..", at("above")).unwrap();
    symlink("/etc", at("outside")).unwrap();
    symlink("/etc/shadow", at("shadow")).unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    // Links are passed over, wherever they lead.
    assert!(is_plan(&bash(&folder, "kmsplan plan kms.toml zones")));
    let _socket = UnixListener::bind(at("socket")).unwrap();
    bash(&folder, "mkfifo zones/pipe");
    fails(
        &bash(&folder, "kmsplan plan kms.toml zones"),
        &format!(
            "error: `zones/pipe` is no regular file{NOT_READ}\nerror: `zones/socket` is no regular file{NOT_READ}"
        ),
    );
    fails(
        &bash(
            &folder,
            "rm zones/socket; kmsplan plan kms.toml contoso.com.zone --host-evidence zones",
        ),
        &format!("error: `zones/pipe` is no regular file{NOT_READ}"),
    );
}

#[test]
fn links_that_lead_nowhere() {
    let folder = workplace();
    symlink("loop", folder.path().join("loop")).unwrap();
    symlink("nowhere", folder.path().join("dangling")).unwrap();
    fails(
        &bash(&folder, "kmsplan plan kms.toml loop dangling"),
        "\
error: `loop` cannot be read: filesystem loop or indirection limit (e.g. symlink loop)

error: `dangling` cannot be read: there is no such file
",
    );
    // One that is named is followed.
    symlink("contoso.com.zone", folder.path().join("link")).unwrap();
    assert!(is_plan(&bash(&folder, "kmsplan plan kms.toml link")));
}

#[test]
fn odd_paths() {
    let folder = workplace();
    let run = bash(
        &folder,
        "mkdir a b; cp contoso.com.zone $'a/\\xff.zone'; cp contoso.com.zone $'b/x\\ny.zone'\n\
         for folder in a b; do kmsplan plan kms.toml $folder | head -1 | cut -c1-13; done\n\
         kmsplan plan kms.toml $'b/x\\ny.zone' | head -1 | cut -c1-13",
    );
    let plan = "KMS DNS plan \n".repeat(3);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (&*plan, ""));
    let run = bash(&folder, "kmsplan plan kms.toml $'a/\\xff.zone'");
    assert_eq!(run.status, 64);
    assert!(
        run.stderr
            .starts_with("error: invalid UTF-8 was detected in one or more arguments\n")
    );
    fails(
        &bash(&folder, "kmsplan plan kms.toml ''"),
        "error: `` cannot be read: there is no such file\n",
    );
    let run = bash(
        &folder,
        "kmsplan plan kms.toml $(printf 'a/%.0s' {1..60000})",
    );
    assert_eq!(run.status, 1);
    assert!(run.stderr.len() < 5000, "{}", run.stderr.len());
    assert!(run.stderr.contains(" bytes ...] "), "{}", run.stderr);
    // As deep as a path can be, with more folders in each other than files may be open.
    let deep = "d=d; mkdir $d; for i in {1..400}; do d=$d/d; mkdir $d || break; done; cp contoso.com.zone $d\n\
                ulimit -n 40; kmsplan plan kms.toml d";
    let run = bash(&folder, deep);
    assert!(is_plan(&run), "{}", run.stderr);
}
