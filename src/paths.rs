//! Where paths lead and how people see them, told by their text alone: neither a disk nor a server is asked.

use std::path::{Component, Path, Prefix};

/// A path as people see it: with `/` between its parts on every system. Where `\` is a character of names like any
/// other, it stays.
pub(crate) fn slashed(path: &str) -> String {
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

/// What stands before the folders of a path. To look at a path of another volume can have effects of its own: Windows
/// opens a device, or logs on at the server of a share. So paths that come from data are held against the volume of
/// what was asked for first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Volume {
    /// The one tree of systems other than Windows.
    Tree,
    /// A drive, by its letter in upper case.
    Drive(u8),
    /// A share of a server, in lower case.
    Share(String, String),
    /// A volume by its own name, `\\?\Volume{…}`, in lower case.
    Named(String),
    /// A device: `NUL`, `COM1`, `\\.\pipe\x`; and whatever else has no name among files.
    Device,
}

/// The volume that a path is on, seen from the folder of the process. Windows itself tells which names are those of
/// devices, as this differs between its versions.
pub(crate) fn volume(path: &Path) -> Volume {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    // A path that is none is on no volume.
    let Ok(path) = std::path::absolute(path) else {
        return Volume::Device;
    };
    let Some(Component::Prefix(prefix)) = path.components().next() else {
        return Volume::Tree;
    };
    let folded = |part: &std::ffi::OsStr| part.to_string_lossy().to_lowercase();
    match prefix.kind() {
        Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => {
            Volume::Drive(letter.to_ascii_uppercase())
        }
        Prefix::UNC(server, share) | Prefix::VerbatimUNC(server, share) => {
            Volume::Share(folded(server), folded(share))
        }
        Prefix::Verbatim(name) if folded(name).starts_with("volume{") => {
            Volume::Named(folded(name))
        }
        Prefix::DeviceNS(_) | Prefix::Verbatim(_) => Volume::Device,
    }
}

/// Whether a path is not taken relative to a folder alone: it begins at a root, a drive or a share.
pub(crate) fn is_anchored(path: &Path) -> bool {
    matches!(
        path.components().next(),
        Some(Component::Prefix(_) | Component::RootDir)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // What Windows makes of paths `tests/windows/` shows.
    #[test]
    #[cfg(not(windows))]
    fn one_tree_holds_all_paths() {
        for path in ["", "zones/x", "/dev/null", r"\\server\share\x", "C:x"] {
            assert_eq!(volume(Path::new(path)), Volume::Tree, "{path}");
        }
    }

    #[test]
    fn anchored_paths_begin_at_a_root() {
        assert!(is_anchored(Path::new("/x")));
        assert!(!is_anchored(Path::new("zones/x")));
    }
}
