//! Writing a folder: whole or not at all.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::input;
use crate::arrange::Arrange as _;
use crate::diagnostic::{Diagnostic, Diagnostics, reason};
use crate::render::bundle::Entry;

/// The file that is put in its place last: a folder that holds it is whole.
const LAST: &str = "SHA256SUMS";

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
            let help =
                "name a folder that does not exist yet; a bundle is never mixed with other files";
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
        let written = if self.path.is_dir() {
            self.fill(entries)
        } else {
            self.make(entries)
        };
        written.map_err(|error| unwritable(&self.path, &error))
    }

    /// Makes the folder, at once.
    fn make(&self, entries: &[Entry]) -> io::Result<()> {
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
            .and_then(|()| staged(parent, entries))
            .and_then(|beside| {
                fs::rename(beside.path(), &self.path)?;
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
    fn fill(&self, entries: &[Entry]) -> io::Result<()> {
        let inside = staged(&self.path, entries)?;
        // Another run that fills the folder has a folder of its own there, as this one has for the other.
        if held(&self.path)?.len() > 1 {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let mut names = held(inside.path())?;
        names.arrange_by_key(|name| name == LAST);
        for (index, name) in names.iter().enumerate() {
            if let Err(error) = fs::rename(inside.path().join(name), self.path.join(name)) {
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

/// The files in a hidden folder below `parent`, which goes where nobody keeps it.
fn staged(parent: &Path, entries: &[Entry]) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What a plain new folder gets; the process's mask still applies.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    let folder = builder.prefix(".kmsplan-").tempdir_in(parent)?;
    let mut made = BTreeSet::new();
    for entry in entries {
        let file = folder.path().join(&entry.path);
        if let Some(above) = file.parent()
            && made.insert(above.to_owned())
        {
            fs::create_dir_all(above)?;
        }
        fs::File::create_new(&file)?.write_all(&entry.bytes)?;
    }
    Ok(folder)
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostics {
    Diagnostic::new(format!(
        "`{}` cannot be written: {}",
        input::shown(path),
        reason(error)
    ))
    .into()
}
