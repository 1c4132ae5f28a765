//! The program for Windows, under Wine: paths, names, files and text as Windows has them.
//!
//! `packaging/windows-build build` makes it. That it prints the same as the program of this system
//! `tests/windows/run` shows; here stands what only Windows has.

#[path = "../wine/rig.rs"]
#[allow(dead_code, reason = "scripts need more of it")]
mod rig;
#[path = "../support/mod.rs"]
mod support;

mod devices;
mod files;
mod includes;
mod sources;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rig::Wine;
use support::{Folder, Run, tools};

const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 7 900 600 86400 3600
@ IN NS dc01
dc01 IN A 10.20.0.10
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
_vlmcs._tcp IN SRV 0 0 1688 kms01
";

/// The program for Windows.
pub(crate) struct Program {
    wine: &'static Wine,
    file: PathBuf,
}

impl Program {
    /// The program, or `None` where it was not built, or Wine is missing, and need not be there.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let file = std::env::var_os("KMSPLAN_WINDOWS_EXE").map_or_else(built, PathBuf::from);
        let lack = format!(
            "there is no {}: packaging/windows-build build",
            file.display()
        );
        if !tools::given(file.is_file(), &lack, test) {
            return None;
        }
        let wine = rig::wine(test)?;
        Some(Self { wine, file })
    }

    /// A run in a folder, still to be started.
    pub(crate) fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = self.wine.program(folder);
        command.arg(&self.file).args(arguments).env("NO_COLOR", "1");
        command
    }

    /// Runs it in a folder, with a console where nobody types: whoever reads that waits for what never comes.
    pub(crate) fn run_waiting(&self, folder: &Folder, arguments: &[&str]) -> Run {
        let mut child = self
            .command(folder.path(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _input = child.stdin.take();
        child.wait_with_output().unwrap().into()
    }

    /// Runs it in a folder.
    pub(crate) fn run(&self, folder: &Folder, arguments: &[&str]) -> Run {
        let mut command = self.command(folder.path(), arguments);
        command.output().unwrap().into()
    }
}

/// Where Cargo puts it: beside what it builds for tests.
fn built() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_kmsplan"));
    let target = program.ancestors().nth(2).expect("target/debug/kmsplan");
    target.join("x86_64-pc-windows-gnu/release/kmsplan.exe")
}

/// A folder with `kms.toml` and `zones/contoso.com.zone`.
pub(crate) fn sample() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", support::TOPOLOGY);
    folder.write("zones/contoso.com.zone", ZONE);
    folder
}
