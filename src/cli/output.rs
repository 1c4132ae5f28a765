//! Writing results: to standard output, or whole or not at all to a file.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Status, input};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Where the result goes.
#[derive(Debug)]
pub(super) struct Output {
    file: Option<PathBuf>,
}

impl Output {
    /// Standard output.
    pub(super) fn standard() -> Self {
        Self { file: None }
    }

    /// The file that was asked for, else standard output. Fails where the file is one of those that were
    /// read.
    pub(super) fn to(file: Option<&Path>, read: &[PathBuf]) -> Result<Self, Diagnostics> {
        let Some(file) = file else {
            return Ok(Self::standard());
        };
        let same = |other: &PathBuf| match (file.canonicalize(), other.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        };
        if read.iter().any(same) {
            let message = format!("--output {} would overwrite an input", input::shown(file));
            return Err(Diagnostic::new(message).help("Name another file.").into());
        }
        Ok(Self {
            file: Some(file.to_owned()),
        })
    }

    /// Whether a terminal shows the result.
    pub(super) fn is_terminal(&self) -> bool {
        self.file.is_none() && io::stdout().is_terminal()
    }

    /// Whether the result may have colours.
    pub(super) fn colour(&self) -> bool {
        self.is_terminal() && colour_wanted()
    }

    /// Writes the result. A reader that has closed its pipe is content with what it has.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<Status, Diagnostics> {
        let written = if let Some(file) = &self.file {
            write_whole(file, bytes)
        } else {
            let mut stdout = io::stdout().lock();
            match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            }
        };
        written.map(|()| Status::Done).map_err(|error| {
            let place = self
                .file
                .as_deref()
                .map_or_else(|| "standard output".to_owned(), input::shown);
            Diagnostic::new(format!("cannot write {place}: {}", input::reason(&error))).into()
        })
    }
}

/// Whether the environment lets output have colours (<https://no-color.org>).
pub(super) fn colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Writes beside the file and puts the new one in its place, so that nobody ever sees half of it.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        // A device or a pipe: there is nothing to replace.
        return fs::OpenOptions::new()
            .write(true)
            .open(&target)?
            .write_all(bytes);
    }
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What a plain new file gets; the process's mask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut beside = builder.prefix(".kmsplan-").tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside
        .persist(&target)
        .map(drop)
        .map_err(|error| error.error)
}
