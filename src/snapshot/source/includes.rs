//! What a zone file brings in by `$INCLUDE`.

use std::fs;
use std::io;
use std::path::{Component, Path};
use std::sync::Arc;

use super::{Library, STDIN};
use crate::paths::{is_anchored, slashed, volume};
use crate::snapshot::FileId;
use crate::snapshot::zone_file::{Denied, Includes};
use crate::system_error::reason;

/// The files that a zone may include: those below one folder.
pub(in crate::snapshot) struct Below<'l, 'o> {
    access: Access<'l, 'o>,
    /// The zone's own file.
    main: FileId,
    /// Whether a file was asked for that could not be brought in, because others use the library too.
    pub(in crate::snapshot) withheld: bool,
}

/// What may be done with the library.
enum Access<'l, 'o> {
    /// Files can be added.
    Whole(&'l mut Library<'o>),
    /// Several threads look at it.
    View(&'l Library<'o>),
}

impl<'o> Library<'o> {
    /// What the zone in `main` may include.
    pub(in crate::snapshot) fn includes_of(&mut self, main: FileId) -> Below<'_, 'o> {
        Below {
            access: Access::Whole(self),
            main,
            withheld: false,
        }
    }

    /// The zone in `main` alone: where it includes a file, [`Below::withheld`] says so, and it is to be read again.
    pub(in crate::snapshot) fn alone(&self, main: FileId) -> Below<'_, 'o> {
        Below {
            access: Access::View(self),
            main,
            withheld: false,
        }
    }
}

impl<'o> Below<'_, 'o> {
    pub(in crate::snapshot) fn library(&self) -> &Library<'o> {
        match &self.access {
            Access::Whole(library) => library,
            Access::View(library) => library,
        }
    }
}

impl Includes for Below<'_, '_> {
    fn load(&mut self, from: FileId, name: &[u8]) -> Result<(FileId, Arc<Vec<u8>>), Denied> {
        let name =
            std::str::from_utf8(name).map_err(|_| Denied::new("the file name is not UTF-8"))?;
        if name.is_empty() {
            return Err(Denied::new("the file name is empty"));
        }
        let Access::Whole(library) = &mut self.access else {
            self.withheld = true;
            return Err(Denied::new("it is brought in when the zone is read again"));
        };
        let root = library.options.include_root.as_deref();
        let root = root.or_else(|| library.file(self.main).folder());
        let including = library.file(from);
        let folder = including.folder().or(root);
        let (Some(folder), Some(root)) = (folder, root) else {
            let what = match including.shown.as_str() {
                STDIN => "standard input",
                _ => "a pipe",
            };
            return Err(
                Denied::new(format!("{what} has no folder to include files from"))
                    .help("name the folder with --include-root"),
            );
        };
        let shown = if is_anchored(Path::new(name)) {
            slashed(name)
        } else {
            beside(&including.shown, name)
        };
        let path = folder.join(name);
        let unreadable =
            |error: io::Error| Denied::new(format!("`{shown}` cannot be read: {}", reason(&error)));
        let here = Path::new(".");
        let root = if root.as_os_str().is_empty() {
            here
        } else {
            root
        };
        let outside = || {
            Denied::new(format!(
                "`{shown}` lies outside of the folder that the zone may include files from"
            ))
            .help("name a folder that holds it with --include-root")
        };
        if names_stream(name) {
            return Err(Denied::new(format!(
                "`{shown}` is a stream of a file, which no listing of files shows"
            )));
        }
        // Not even a look: it could open a device, or log on at a server that the zone data names.
        if volume(&path) != volume(root) {
            return Err(outside());
        }
        let real = fs::canonicalize(&path).map_err(unreadable)?;
        let root = fs::canonicalize(root).map_err(unreadable)?;
        if !real.starts_with(&root) {
            return Err(outside());
        }
        let meta = fs::metadata(&path).map_err(unreadable)?;
        let file = library
            .load(&path, &shown, &meta)
            .map_err(|complaints| Denied::new(complaints.to_string()))?;
        Ok((file, Arc::clone(&library.file(file).content)))
    }

    fn shown(&self, file: FileId) -> String {
        self.library().file(file).shown.clone()
    }
}

/// Whether a path names an alternate data stream of a file of Windows, such as `hosts.inc:more`.
fn names_stream(path: &str) -> bool {
    let has_colon = |part: Component<'_>| match part {
        Component::Normal(part) => part.as_encoded_bytes().contains(&b':'),
        _ => false,
    };
    cfg!(windows) && Path::new(path).components().any(has_colon)
}

/// The path `name`, relative to the folder of `file`, without `.` and with `..` resolved where that can be done.
fn beside(file: &str, name: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    // One slash is the root, two begin the name of a server.
    let root = &file[..file.len() - file.trim_start_matches('/').len()];
    let mut parts: Vec<String> = folder
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    for part in Path::new(name).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                drop(parts.pop());
            }
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    match (root, parts.join("/")) {
        ("", parts) if parts.is_empty() => ".".to_owned(),
        (root, parts) => format!("{root}{parts}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_files_are_shown_beside_the_file_that_names_them() {
        for (file, name, expected) in [
            ("contoso.com.zone", ".", "."),
            (
                "zones/contoso/contoso.com.zone",
                "inc/hosts",
                "zones/contoso/inc/hosts",
            ),
            ("contoso.com.zone", "hosts", "hosts"),
            ("zones/a/z", "../b/./c", "zones/b/c"),
            ("z", "../b", "../b"),
            ("/etc/bind/z", "b", "/etc/bind/b"),
            ("./zones/z", "b", "./zones/b"),
            ("//server/zones/z", "inc/b", "//server/zones/inc/b"),
        ] {
            assert_eq!(beside(file, name), expected);
        }
    }
}
