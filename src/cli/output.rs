//! Writing results: to standard output, or whole or not at all to a file.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Status, input};
use crate::diagnostic::{Diagnostic, Diagnostics, reason};

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

    /// The file that `--output` names, else standard output. Fails where the file is one of those that were
    /// read.
    pub(super) fn to(file: Option<&Path>, read: &[PathBuf]) -> Result<Self, Diagnostics> {
        file.map_or_else(
            || Ok(Self::standard()),
            |file| Self::to_file("--output", file, read),
        )
    }

    /// The file that an option names. Fails where it is one of those that were read.
    pub(super) fn to_file(
        option: &str,
        file: &Path,
        read: &[PathBuf],
    ) -> Result<Self, Diagnostics> {
        if read.iter().any(|other| same_file(file, other)) {
            let message = format!("{option} {} would overwrite an input", input::shown(file));
            return Err(Diagnostic::new(message).help("name another file").into());
        }
        Ok(Self {
            file: Some(file.to_owned()),
        })
    }

    /// Fails where the result could not be written, so that nobody waits for one in vain.
    pub(super) fn ready(&self) -> Result<(), Diagnostics> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let fail = |why: String| {
            Diagnostic::new(format!("`{}` cannot be written: {why}", input::shown(file)))
        };
        let target = target(file).map_err(|error| fail(reason(&error)))?;
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => Err(fail("it is a folder".to_owned()).into()),
            // A device or a pipe may be written, or not: that shows then.
            Ok(metadata) if !metadata.is_file() => Ok(()),
            _ if !folder(&target).is_dir() => {
                Err(fail("there is no such folder".to_owned()).into())
            }
            // A file without a name, which goes with this line.
            _ => match tempfile::tempfile_in(folder(&target)) {
                Ok(_) => Ok(()),
                Err(error) => Err(fail(reason(&error)).into()),
            },
        }
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
            let place = self.file.as_deref().map_or_else(
                || "standard output".to_owned(),
                |file| format!("`{}`", input::shown(file)),
            );
            Diagnostic::new(format!("{place} cannot be written: {}", reason(&error))).into()
        })
    }
}

/// Whether the environment lets output have colours (<https://no-color.org>).
pub(super) fn colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether two paths lead to one file, through links of both kinds too.
fn same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if let (Ok(one), Ok(other)) = (fs::metadata(one), fs::metadata(other)) {
            return one.dev() == other.dev() && one.ino() == other.ino();
        }
    }
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Whether two paths would be one file, which may still have to be made.
pub(super) fn same_result(one: &Path, other: &Path) -> bool {
    let place = |file: &Path| {
        let target = target(file).ok()?;
        let folder = folder(&target).canonicalize().ok()?;
        Some(folder.join(target.file_name()?))
    };
    same_file(one, other) || place(one).is_some_and(|place_of| place(other) == Some(place_of))
}

/// What a path leads to, through links; the path itself where nothing is there yet.
fn target(file: &Path) -> io::Result<PathBuf> {
    match file.canonicalize() {
        Err(error) if fs::symlink_metadata(file).is_ok() => Err(error),
        found => Ok(found.unwrap_or_else(|_| file.to_owned())),
    }
}

/// The folder that a file lies in.
fn folder(file: &Path) -> &Path {
    let folder = file.parent();
    folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Writes beside the file and puts the new one in its place, so that nobody ever sees half of it.
/// A file that is there keeps its permissions; a link stays, and what it leads to is written.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = target(file)?;
    let present = fs::metadata(&target).ok();
    if present.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        // A device or a pipe: there is nothing to replace.
        return fs::OpenOptions::new()
            .write(true)
            .open(&target)?
            .write_all(bytes);
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What a plain new file gets; the process's mask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut beside = builder.prefix(".kmsplan-").tempfile_in(folder(&target))?;
    if let Some(metadata) = present {
        beside.as_file().set_permissions(metadata.permissions())?;
    }
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside
        .persist(&target)
        .map(drop)
        .map_err(|error| error.error)
}
