//! Arguments and `$INCLUDE`s to files: the only part of the snapshot's readers that touches the disk.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::FileId;
use super::live;
use super::options::Options;
use super::zone_file::{Denied, Includes};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, reason};
use crate::encoding::Encoding;

/// How standard input is shown.
pub(crate) const STDIN: &str = "<stdin>";

/// A file's content and where it came from.
pub(super) struct Loaded {
    /// The path as shown to people, with `/`.
    pub(super) shown: String,
    /// The path without links; `None` for standard input.
    pub(super) real: Option<PathBuf>,
    /// Its text: octets as they are, UTF-16 as UTF-8.
    pub(super) content: Arc<Vec<u8>>,
    /// How the text is written in the file.
    pub(super) encoding: Encoding,
    /// Whether it is what a live server said.
    pub(super) live: bool,
    /// The folder that relative `$INCLUDE`s start from; `None` for standard input.
    folder: Option<PathBuf>,
}

/// All files that were read, each once.
pub(super) struct Library<'o> {
    options: &'o Options,
    pub(super) files: Vec<Loaded>,
    /// By their path without links.
    by_path: HashMap<PathBuf, FileId>,
}

/// Whether a folder holds what `kmsplan bundle` writes at the top of each.
fn is_bundle(folder: &Path) -> bool {
    ["SHA256SUMS", "plan.json", "plan.md", "plan.txt"]
        .iter()
        .all(|name| folder.join(name).is_file())
}

impl<'o> Library<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        Self {
            options,
            files: Vec::new(),
            by_path: HashMap::new(),
        }
    }

    /// The files that the arguments stand for, in order, each once, and what could not be read.
    pub(super) fn gather(&mut self, sources: &[String]) -> (Vec<FileId>, Vec<Diagnostic>) {
        let mut gathered = Gathered::default();
        let skip: Vec<PathBuf> = self
            .options
            .skip
            .iter()
            .chain(self.options.host_evidence.as_ref())
            .filter_map(|path| fs::canonicalize(path).ok())
            .collect();
        for source in sources {
            if source == "-" {
                let stdin = self.standard_input();
                gathered.add(stdin);
                continue;
            }
            let path = Path::new(source);
            let shown = slashed(source);
            match fs::metadata(path) {
                Err(error) => {
                    let complaint = cannot_read(&shown, &error);
                    gathered.complaints.push(if live::Source::is_meant(source) {
                        complaint.help(live::Source::FORMS)
                    } else {
                        complaint
                    });
                }
                Ok(meta) if meta.is_dir() => {
                    let before = gathered.files.len() + gathered.complaints.len();
                    self.folder(path, &shown, &skip, &mut gathered);
                    if gathered.files.len() + gathered.complaints.len() == before {
                        gathered.complaints.push(
                            Diagnostic::new(format!("`{shown}` holds no file to read"))
                                .help("links and files whose name begins with a dot are passed over, so is the topology"),
                        );
                    }
                }
                Ok(meta) => {
                    let loaded = self.load(path, &shown, &meta);
                    gathered.add(loaded);
                }
            }
        }
        (gathered.files, gathered.complaints)
    }

    /// The files of the folder with what was seen on hosts, and what could not be read.
    pub(super) fn gather_evidence(&mut self, folder: &Path) -> (Vec<FileId>, Vec<Diagnostic>) {
        let mut gathered = Gathered::default();
        let shown = slashed(&folder.to_string_lossy());
        match fs::metadata(folder) {
            Err(error) => gathered.complaints.push(cannot_read(&shown, &error)),
            Ok(meta) if !meta.is_dir() => gathered.complaints.push(
                Diagnostic::new(format!("`{shown}` is no folder"))
                    .help("--host-evidence takes a folder with a file for each host or node"),
            ),
            Ok(_) => {
                self.folder(folder, &shown, &[], &mut gathered);
                if gathered.files.is_empty() && gathered.complaints.is_empty() {
                    gathered
                        .complaints
                        .push(Diagnostic::new(format!("`{shown}` holds no file to read")));
                }
            }
        }
        (gathered.files, gathered.complaints)
    }

    /// The regular files below a folder, in the order of their names. A bundle is one complaint, not one for each of
    /// its files.
    fn folder(&mut self, path: &Path, shown: &str, skip: &[PathBuf], gathered: &mut Gathered) {
        if is_bundle(path) {
            let complaint = Diagnostic::new(format!(
                "`{shown}` is a bundle of kmsplan, no zone data"
            ))
            .help("move it out of the folder that is read, or name the zone files themselves");
            return gathered.complaints.push(complaint);
        }
        let mut entries = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>)
        {
            Ok(entries) => entries,
            Err(error) => return gathered.complaints.push(cannot_read(shown, &error)),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let below = match shown {
                "." | "./" => name.to_string_lossy().into_owned(),
                _ => format!("{}/{}", shown.trim_end_matches('/'), name.to_string_lossy()),
            };
            let path = entry.path();
            match fs::symlink_metadata(&path) {
                Err(error) => gathered.complaints.push(cannot_read(&below, &error)),
                Ok(meta) if meta.is_symlink() => {}
                Ok(_)
                    if !skip.is_empty()
                        && fs::canonicalize(&path).is_ok_and(|path| skip.contains(&path)) => {}
                Ok(meta) if meta.is_dir() => self.folder(&path, &below, skip, gathered),
                Ok(meta) => {
                    let loaded = self.load(&path, &below, &meta);
                    gathered.add(loaded);
                }
            }
        }
    }

    fn standard_input(&mut self) -> Result<FileId, Diagnostics> {
        let path = PathBuf::from("-");
        if let Some(known) = self.by_path.get(&path) {
            return Ok(*known);
        }
        let limit = self.options.max_size;
        let content = (self.options.stdin)(limit.saturating_add(1))
            .map_err(|error| cannot_read(STDIN, &error))?;
        if content.len() as u64 > limit {
            return Err(too_large(STDIN, limit).into());
        }
        let id = self.keep(None, STDIN, content, None)?;
        self.by_path.insert(path, id);
        Ok(id)
    }

    /// Reads a file, once.
    fn load(
        &mut self,
        path: &Path,
        shown: &str,
        meta: &fs::Metadata,
    ) -> Result<FileId, Diagnostics> {
        let real = fs::canonicalize(path).map_err(|error| cannot_read(shown, &error))?;
        if let Some(known) = self.by_path.get(&real) {
            return Ok(*known);
        }
        if !meta.is_file() {
            return Err(Diagnostic::new(format!("`{shown}` is no regular file")).into());
        }
        let limit = self.options.max_size;
        if meta.len() > limit {
            return Err(too_large(shown, limit).into());
        }
        let content = read(path, limit).map_err(|error| cannot_read(shown, &error))?;
        if content.len() as u64 > limit {
            return Err(too_large(shown, limit).into());
        }
        let folder = path.parent().map(Path::to_path_buf);
        self.keep(Some(real), shown, content, folder)
    }

    fn keep(
        &mut self,
        real: Option<PathBuf>,
        shown: &str,
        content: Vec<u8>,
        folder: Option<PathBuf>,
    ) -> Result<FileId, Diagnostics> {
        let encoding = Encoding::of(&content);
        let content = encoding.decode(content).map_err(|fault| {
            let place = Place::new(shown, fault.text.as_bytes(), fault.span);
            Diagnostic::at(place, "the file begins as UTF-16, and here it is not")
                .help("the file is cut or damaged: export it again")
        })?;
        let id = FileId(self.files.len());
        self.files.push(Loaded {
            shown: shown.to_owned(),
            real: real.clone(),
            content: Arc::new(content),
            encoding,
            live: false,
            folder,
        });
        if let Some(real) = real {
            self.by_path.insert(real, id);
        }
        Ok(id)
    }

    /// Takes in what a live server said.
    pub(super) fn keep_live(&mut self, shown: &str, text: String) -> FileId {
        let id = FileId(self.files.len());
        self.files.push(Loaded {
            shown: shown.to_owned(),
            real: None,
            content: Arc::new(text.into_bytes()),
            encoding: Encoding::Octets,
            live: true,
            folder: None,
        });
        id
    }

    /// Gives what a live server said its text, once it is known what matters.
    pub(super) fn write_live(&mut self, id: FileId, text: String) {
        self.files[id.0].content = Arc::new(text.into_bytes());
    }

    /// A file that was read.
    pub(super) fn file(&self, id: FileId) -> &Loaded {
        &self.files[id.0]
    }

    /// SHA-256 of a file as it lies on the disk, lower-case hexadecimal.
    pub(super) fn sha256(&self, id: FileId) -> String {
        let loaded = self.file(id);
        let digest = match loaded.encoding {
            Encoding::Octets => Sha256::digest(loaded.content.as_slice()),
            encoding => Sha256::digest(encoding.encode(&loaded.content).unwrap_or_default()),
        };
        HEXLOWER.encode(&digest)
    }

    /// What the zone in `main` may include.
    pub(super) fn includes_of(&mut self, main: FileId) -> Below<'_, 'o> {
        let root = match &self.options.include_root {
            Some(root) => Some(root.clone()),
            None => self.file(main).folder.clone(),
        };
        Below {
            library: self,
            root,
        }
    }
}

#[derive(Default)]
struct Gathered {
    files: Vec<FileId>,
    known: HashSet<FileId>,
    complaints: Vec<Diagnostic>,
}

impl Gathered {
    fn add(&mut self, loaded: Result<FileId, Diagnostics>) {
        match loaded {
            Ok(file) => {
                if self.known.insert(file) {
                    self.files.push(file);
                }
            }
            Err(complaint) => self.complaints.extend(complaint.0),
        }
    }
}

/// The files that a zone may include: those below one folder.
pub(super) struct Below<'l, 'o> {
    library: &'l mut Library<'o>,
    root: Option<PathBuf>,
}

impl Includes for Below<'_, '_> {
    fn load(&mut self, from: FileId, name: &[u8]) -> Result<(FileId, Arc<Vec<u8>>), Denied> {
        let name =
            std::str::from_utf8(name).map_err(|_| Denied::new("the file name is not UTF-8"))?;
        if name.is_empty() {
            return Err(Denied::new("the file name is empty"));
        }
        let including = self.library.file(from);
        let folder = including.folder.clone().or_else(|| self.root.clone());
        let (Some(folder), Some(root)) = (folder, &self.root) else {
            return Err(
                Denied::new("standard input has no folder to include files from")
                    .help("name the folder with --include-root"),
            );
        };
        let shown = if Path::new(name).is_absolute() {
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
        let real = fs::canonicalize(&path).map_err(unreadable)?;
        let root = fs::canonicalize(root).map_err(unreadable)?;
        if !real.starts_with(&root) {
            return Err(Denied::new(format!(
                "`{shown}` lies outside of the folder that the zone may include files from"
            ))
            .help("name a folder that holds it with --include-root"));
        }
        let meta = fs::metadata(&path).map_err(unreadable)?;
        let file = self
            .library
            .load(&path, &shown, &meta)
            .map_err(|complaints| Denied::new(complaints.to_string()))?;
        Ok((file, Arc::clone(&self.library.file(file).content)))
    }

    fn shown(&self, file: FileId) -> String {
        self.library.file(file).shown.clone()
    }
}

/// Reads at most one octet more than `limit`, so that a file that grows meanwhile is noticed.
fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let size = file.metadata().map_or(0, |meta| meta.len());
    let mut content = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0));
    file.take(limit.saturating_add(1))
        .read_to_end(&mut content)?;
    Ok(content)
}

fn cannot_read(shown: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::new(format!("`{shown}` cannot be read: {}", reason(error)))
}

fn too_large(shown: &str, limit: u64) -> Diagnostic {
    Diagnostic::new(format!("`{shown}` is larger than {limit} bytes"))
        .help("raise the limit with --max-size if it is meant to be read")
}

/// A path with `/` between its parts.
fn slashed(path: &str) -> String {
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

/// The path `name`, relative to the folder of `file`, without `.` and with `..` resolved where that can be done.
fn beside(file: &str, name: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let absolute = file.starts_with('/');
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
    match (absolute, parts.join("/")) {
        (true, parts) => format!("/{parts}"),
        (false, parts) if parts.is_empty() => ".".to_owned(),
        (false, parts) => parts,
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
        ] {
            assert_eq!(beside(file, name), expected);
        }
    }
}
