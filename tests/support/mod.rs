//! What several test programs share.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) mod tools;

/// Two hosts at 10/75 and 10/25 for one domain, whose zone is kept in Active Directory.
pub(crate) const TOPOLOGY: &str = "\
[kms]
domains = [\"contoso.com\"]

[[host]]
name = \"kms01.contoso.com\"
priority = 10
weight = 75

[[host]]
name = \"kms02.contoso.com\"
priority = 10
weight = 25

[[zone]]
name = \"contoso.com\"
kind = \"ad\"
";

/// The program under test: the one that Cargo built, or in its place the one that `KMSPLAN_PROGRAM` names, whose file
/// name is `kmsplan` too. `tests/windows/run` so has suites judge the program for Windows.
pub(crate) fn program() -> PathBuf {
    let other = std::env::var_os("KMSPLAN_PROGRAM");
    other.map_or_else(|| env!("CARGO_BIN_EXE_kmsplan").into(), PathBuf::from)
}

/// The program under test, free of what the environment says about colours.
pub(crate) fn kmsplan() -> Command {
    let mut command = Command::new(program());
    command.env_remove("NO_COLOR");
    command
}

/// Runs the program to its end. One that stands in for it (`KMSPLAN_PROGRAM`) is started again where a signal ended it:
/// Wine itself breaks down so now and then, and no program of Windows can end that way.
pub(crate) fn output(command: &mut Command) -> Output {
    again(|| command.output().unwrap())
}

/// As [`output`] says, for what a run takes.
fn again(mut run: impl FnMut() -> Output) -> Output {
    let stands_in = std::env::var_os("KMSPLAN_PROGRAM").is_some();
    for _ in 0..4 {
        let output = run();
        if !stands_in || output.status.code().is_some() {
            return output;
        }
        eprintln!("{}; once more", output.status);
    }
    run()
}

/// What a run left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// The exit status.
    pub(crate) status: i32,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("errors are UTF-8"),
            status: output.status.code().expect("no signal ended the program"),
        }
    }
}

/// A folder of its own that goes when the test ends.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file; the folders above it come into being.
    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().expect("it lies in the folder")).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        Self::names_in(self.path())
    }

    /// The names in any folder, sorted.
    pub(crate) fn names_in(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Runs the program in the folder; arguments are separated by blanks.
    pub(crate) fn run(&self, args: &str) -> Run {
        let mut command = kmsplan();
        command
            .args(args.split_whitespace())
            .current_dir(self.path())
            .stdin(Stdio::null());
        output(&mut command).into()
    }

    /// Runs the program with something on standard input.
    pub(crate) fn run_with_input(&self, args: &str, input: impl AsRef<[u8]>) -> Run {
        let run = || {
            let mut child = kmsplan()
                .args(args.split_whitespace())
                .current_dir(self.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // The program may end without having read everything.
            let _ = child.stdin.take().unwrap().write_all(input.as_ref());
            child.wait_with_output().unwrap()
        };
        again(run).into()
    }

    /// Runs a line of shell in the folder, with the program as `kmsplan`.
    pub(crate) fn shell(&self, line: &str) -> Run {
        let path = format!(
            "{}:{}",
            program().parent().unwrap().display(),
            std::env::var("PATH").unwrap_or_default()
        );
        Command::new("sh")
            .args(["-c", line])
            .env("PATH", path)
            .env_remove("NO_COLOR")
            .current_dir(self.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
            .into()
    }
}
