//! Writing results: to standard output, or whole or not at all to a file.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::patience::patiently;
use super::signals::Signals;
use super::{Status, input};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::paths::{Volume, volume};
use crate::system_error::reason;

/// How much is written before it is looked whether a signal came, in octets.
const PIECE: usize = 1 << 20;

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
            _ if volume(&target) == Volume::Device => Ok(()),
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
            let mut signals = Signals::held_back();
            let written = write_whole(file, bytes, &mut signals);
            signals.let_go();
            written
        } else {
            let mut stdout = io::stdout().lock();
            match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
                Err(error) if is_closed(&error) => Ok(()),
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

/// What Windows reports where a named pipe has no reader any more: kinds have no word for it.
const ERROR_PIPE_NOT_CONNECTED: i32 = 233;

/// Whether the reader of a pipe has closed it.
fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
        || cfg!(windows) && error.raw_os_error() == Some(ERROR_PIPE_NOT_CONNECTED)
}

/// Whether the environment lets output have colours (<https://no-color.org>), and the terminal can show them: a console
/// of Windows prints escape sequences as they are until it is told otherwise.
pub(super) fn colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        && anstyle_query::windows::enable_ansi_colors() != Some(false)
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
        Some(if cfg!(windows) {
            target.as_os_str().to_ascii_lowercase()
        } else {
            target.into_os_string()
        })
    };
    same_file(one, other) || place(one).is_some_and(|place_of| place(other) == Some(place_of))
}

/// What a path leads to, through links; the place where a file would come into being where nothing is there yet. On
/// Windows such a path has no limit of length.
fn target(file: &Path) -> io::Result<PathBuf> {
    if volume(file) == Volume::Device {
        return Ok(file.to_owned());
    }
    match file.canonicalize() {
        Err(error) if fs::symlink_metadata(file).is_ok() => Err(error),
        // What ends as folders do is no name for a file: writing tells.
        Err(_) if ends_as_folder(file) => Ok(file.to_owned()),
        Err(_) => {
            // On Windows that leaves dots and blanks at the end of a name out, as the system does.
            let whole = std::path::absolute(file)?;
            let place = folder(&whole).canonicalize().ok().zip(whole.file_name());
            Ok(place.map_or(whole.clone(), |(folder, name)| folder.join(name)))
        }
        found => found,
    }
}

fn ends_as_folder(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.ends_with(std::path::is_separator)
}

/// The folder that a file lies in.
fn folder(file: &Path) -> &Path {
    let folder = file.parent();
    folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Writes beside the file and puts the new one in its place, so that nobody ever sees half of it.
/// A file that is there keeps its permissions; a link stays, and what it leads to is written. A signal that comes before
/// that leaves nothing.
fn write_whole(file: &Path, bytes: &[u8], signals: &mut Signals) -> io::Result<()> {
    let target = target(file)?;
    let present = fs::metadata(&target).ok();
    if present.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let is_device = volume(&target) == Volume::Device;
    if is_device || present.as_ref().is_some_and(|metadata| !metadata.is_file()) {
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
    for piece in bytes.chunks(PIECE) {
        signals.none()?;
        beside.write_all(piece)?;
    }
    beside.as_file().sync_all()?;
    signals.none()?;
    let mut written = Some(beside.into_temp_path());
    patiently(|| {
        let path = written.take().expect("what failed gave it back");
        path.persist(&target).map_err(|failure| {
            written = Some(failure.path);
            failure.error
        })
    })
}
