//! Writing a folder: whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::input;
use crate::diagnostic::{Diagnostic, Diagnostics, reason};
use crate::render::bundle::Entry;

/// A folder to be made.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder, if nothing stands in its place but an empty folder.
    pub(super) fn new(path: &Path) -> Result<Self, Diagnostics> {
        let shown = input::shown(path);
        match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Ok(false) => {
                return Err(Diagnostic::new(format!("`{shown}` is not empty"))
                    .help("name a folder that does not exist yet; a bundle is never mixed with other files")
                    .into());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unwritable(path, &error)),
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// Writes all files beside the folder first and then puts them in its place at once: a run that fails or is
    /// killed leaves no half bundle there.
    pub(super) fn write(&self, entries: &[Entry]) -> Result<(), Diagnostics> {
        self.put(entries)
            .map_err(|error| unwritable(&self.path, &error))
    }

    fn put(&self, entries: &[Entry]) -> io::Result<()> {
        let target = match self.path.canonicalize() {
            Ok(target) => target,
            Err(error) if fs::symlink_metadata(&self.path).is_ok() => return Err(error),
            Err(_) => self.path.clone(),
        };
        let parent = target
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What a plain new folder gets; the process's mask still applies.
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        let beside = builder.prefix(".kmsplan-").tempdir_in(parent)?;
        for entry in entries {
            let file = beside.path().join(&entry.path);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::File::create_new(&file)?.write_all(&entry.bytes)?;
        }
        // Windows does not rename over an empty folder.
        if target.is_dir() {
            fs::remove_dir(&target)?;
        }
        fs::rename(beside.path(), &target)?;
        // Nothing is left to be cleaned up.
        let _ = beside.keep();
        Ok(())
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostics {
    Diagnostic::new(format!(
        "`{}` cannot be written: {}",
        input::shown(path),
        reason(error)
    ))
    .into()
}
