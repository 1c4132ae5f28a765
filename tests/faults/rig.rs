//! The folder that most tests run in, and ways to run the program in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Folder, Run, TOPOLOGY, tools};

/// A zone whose KMS record is other than the topology wants.
pub(crate) const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA ns1 hostmaster 7 900 600 86400 3600
@ IN NS ns1
ns1 IN A 192.0.2.1
kms01 IN A 192.0.2.2
kms02 IN A 192.0.2.3
_vlmcs._tcp IN SRV 0 0 1688 kms01
";

/// A mebibyte.
pub(crate) const MIB: u64 = 1 << 20;

/// A folder with a topology and its zone.
pub(crate) fn workplace() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY.replace("\"ad\"", "\"bind\""));
    folder.write("contoso.com.zone", ZONE);
    folder
}

/// What the plan of a [`workplace`] begins with.
pub(crate) fn is_plan(run: &Run) -> bool {
    run.status == 0 && run.stdout.starts_with("KMS DNS plan ")
}

/// Runs a line of bash, in which `kmsplan` is the program; one that hangs ends with 124.
pub(crate) fn bash(folder: &Folder, line: &str) -> Run {
    shell(folder, Path::new(env!("CARGO_BIN_EXE_kmsplan")), &[], line)
}

fn shell(folder: &Folder, program: &Path, before: &[&str], line: &str) -> Run {
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let command = [before, &["timeout", "-k", "1", "50", "bash", "-c", line]].concat();
    let output = Command::new(command[0])
        .args(&command[1..])
        .env("PATH", path)
        .env_remove("NO_COLOR")
        .env_remove("RUST_BACKTRACE")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        status: output
            .status
            .code()
            .or_else(|| Some(128 + output.status.signal()?))
            .expect("it has ended"),
    }
}

/// Whether tests run as root, who may read and write everything.
pub(crate) fn is_root(folder: &Folder) -> bool {
    folder.shell("id -u").stdout.trim() == "0"
}

/// Runs a line of bash as a user without special rights, to whom the folder is open.
pub(crate) fn as_user(folder: &Folder, line: &str) -> Run {
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(folder.path(), open.clone()).unwrap();
    if !is_root(folder) {
        return bash(folder, line);
    }
    // The program may lie where nobody else may look.
    let bin = tempfile::tempdir().unwrap();
    fs::set_permissions(bin.path(), open.clone()).unwrap();
    let program = bin.path().join("kmsplan");
    fs::copy(env!("CARGO_BIN_EXE_kmsplan"), &program).unwrap();
    fs::set_permissions(&program, open).unwrap();
    let user = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    shell(folder, &program, &user, line)
}

/// Runs the program with so much memory for its data, in octets: more than that fails.
pub(crate) fn with_memory(folder: &Folder, octets: u64, args: &str) -> Run {
    bash(folder, &format!("prlimit --data={octets} kmsplan {args}"))
}

/// Runs a line of bash with a file system of so many KiB at `full/`, which is gone afterwards; `None` where that cannot
/// be made.
pub(crate) fn on_small_disk(folder: &Folder, kib: u32, line: &str, test: &str) -> Option<Run> {
    fs::create_dir_all(folder.path().join("full")).unwrap();
    let user = if is_root(folder) { "" } else { "-r" };
    let line = line.replace('\'', "'\\''");
    let inside = |line: &str| {
        format!(
            "unshare {user} -m bash -c 'mount -t tmpfs -o size={kib}k tmpfs full && {{ {line}\n}}'"
        )
    };
    let can = bash(folder, &inside("true")).status == 0;
    tools::given(can, "no file system can be mounted here", test)
        .then(|| bash(folder, &inside(&line)))
}

/// Asserts that a run failed with this on standard error and nothing on standard output.
#[track_caller]
pub(crate) fn fails(run: &Run, stderr: &str) {
    assert_eq!((run.stderr.as_str(), run.status), (stderr, 1));
    assert_eq!(run.stdout, "");
}
