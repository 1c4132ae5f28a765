//! Writing a folder: whole or not at all.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::input;
use super::patience::patiently;
use super::signals::Signals;
use crate::arrange::Arrange as _;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render::bundle::Entry;
use crate::system_error::reason;

/// The file that is put in its place last: a folder that holds it is whole.
const LAST: &str = "SHA256SUMS";

/// The folder inside one that is filled: by its name nobody else fills that meanwhile.
const ASIDE: &str = ".kmsplan-new";

const WRITTEN_NOW: &str = "another run is writing this folder: wait for it; if none is, one was killed: remove what the folder holds";

/// A folder to be made.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder, if nothing stands in its place but an empty folder.
    pub(super) fn new(path: &Path) -> Result<Self, Diagnostics> {
        let shown = input::shown(path);
        let refuse = |why: &str| {
            let help = if held(path).is_ok_and(|held| held.iter().any(|name| name == ASIDE)) {
                WRITTEN_NOW
            } else {
                "name a folder that does not exist yet; a bundle is never mixed with other files"
            };
            Err(Diagnostic::new(format!("`{shown}` {why}"))
                .help(help)
                .into())
        };
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_dir() => return refuse("is no folder"),
            Ok(_) => {
                let held = held(path).map_err(|error| unwritable(path, &error))?;
                if let Some(first) = held.first() {
                    let first = first.to_string_lossy();
                    return refuse(&format!("is not empty: it holds `{first}`"));
                }
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(unwritable(path, &error));
            }
            Err(_) if fs::symlink_metadata(path).is_ok() => {
                return refuse("is a link that leads nowhere");
            }
            Err(_) => {}
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// Writes all files aside first and then puts them in their place: a run that fails leaves nothing, one that is
    /// killed a hidden folder.
    pub(super) fn write(&self, entries: &[Entry]) -> Result<(), Diagnostics> {
        let mut signals = Signals::held_back();
        let written = if self.path.is_dir() {
            self.fill(entries, &mut signals)
        } else {
            self.make(entries, &mut signals)
        };
        signals.let_go();
        written.map_err(|error| unwritable(&self.path, &error))
    }

    /// Makes the folder, at once.
    fn make(&self, entries: &[Entry], signals: &mut Signals) -> io::Result<()> {
        let parent = self
            .path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let above = parent.ancestors();
        let missing: Vec<&Path> = above
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .collect();
        let made = fs::create_dir_all(parent)
            .and_then(|()| aside(parent, None))
            .and_then(|beside| {
                write_all(beside.path(), entries, signals)?;
                patiently(|| fs::rename(beside.path(), &self.path))?;
                // Nothing is left to be cleaned up.
                let _ = beside.keep();
                Ok(())
            });
        if made.is_err() {
            for folder in missing {
                // It may hold what somebody else has written meanwhile.
                let _ = fs::remove_dir(folder);
            }
        }
        made
    }

    /// Fills the folder that is there, which keeps its owner, its permissions and whoever stands in it.
    fn fill(&self, entries: &[Entry], signals: &mut Signals) -> io::Result<()> {
        // Of runs that fill the folder at once one can make this.
        let inside = aside(&self.path, Some(ASIDE))?;
        if held(&self.path)?.len() > 1 {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        write_all(inside.path(), entries, signals)?;
        let mut names = held(inside.path())?;
        names.arrange_by_key(|name| name == LAST);
        for (index, name) in names.iter().enumerate() {
            let (from, to) = (inside.path().join(name), self.path.join(name));
            if let Err(error) = patiently(|| fs::rename(&from, &to)) {
                for name in &names[..index] {
                    // It goes with the hidden folder, as far as the disk still lets it.
                    let _ = fs::rename(self.path.join(name), inside.path().join(name));
                }
                return Err(error);
            }
        }
        inside.close()
    }
}

/// The names in a folder, sorted.
fn held(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.arrange();
    Ok(names)
}

/// A hidden folder below `parent`, which goes where nobody keeps it.
fn aside(parent: &Path, name: Option<&str>) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What a plain new folder gets; the process's mask still applies.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    match name {
        Some(name) => builder.prefix(name).rand_bytes(0).tempdir_in(parent),
        None => builder.prefix(".kmsplan-").tempdir_in(parent),
    }
}

/// Writes all files into a folder, until a signal comes.
fn write_all(folder: &Path, entries: &[Entry], signals: &mut Signals) -> io::Result<()> {
    let mut made = BTreeSet::new();
    for entry in entries {
        signals.none()?;
        let file = folder.join(&entry.path);
        if let Some(above) = file.parent()
            && made.insert(above.to_owned())
        {
            fs::create_dir_all(above)?;
        }
        fs::File::create_new(&file)?.write_all(&entry.bytes)?;
    }
    signals.none()
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostics {
    let shown = input::shown(path);
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Diagnostic::new(format!("`{shown}` cannot be written: it is being written"))
                .help(WRITTEN_NOW)
        }
        io::ErrorKind::DirectoryNotEmpty => Diagnostic::new(format!(
            "`{shown}` cannot be written: meanwhile it was written by somebody else"
        ))
        .help("name another folder"),
        _ => Diagnostic::new(format!("`{shown}` cannot be written: {}", reason(error))),
    }
    .into()
}
