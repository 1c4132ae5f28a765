//! Runs of the program whose arguments and outputs may be any octets.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use crate::support::kmsplan;

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) status: i32,
}

impl Run {
    /// Runs the program in a folder.
    pub(crate) fn of(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Self {
        let output = kmsplan()
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Self {
            stdout: output.stdout,
            stderr: output.stderr,
            status: output.status.code().expect("no signal ended the program"),
        }
    }

    /// What stood on standard error.
    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
