//! Arguments and `$INCLUDE`s to files: the only part of the snapshot's readers that touches the disk.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FileId;
use super::live;
use super::options::Options;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::encoding::Encoding;
use crate::paths::slashed;
use crate::system_error::reason;
use crate::{Fingerprint, parallel};

mod includes;
mod text;

pub(super) use includes::Below;

use text::{Content, Text};

/// How standard input is shown.
const STDIN: &str = "<stdin>";

/// A file's content and where it came from.
pub(super) struct Loaded {
    /// The path as shown to people, with `/`.
    pub(super) shown: String,
    /// The path without links; `None` for standard input and other pipes.
    pub(super) real: Option<PathBuf>,
    /// Its text: octets as they are, UTF-16 as UTF-8.
    pub(super) content: Arc<Vec<u8>>,
    /// How the text is written in the file.
    pub(super) encoding: Encoding,
    /// Whether it is what a live server said.
    pub(super) live: bool,
    /// The path as it was given; `None` for standard input and other pipes.
    path: Option<PathBuf>,
}

impl Loaded {
    /// A file of this content, which is decoded.
    fn new(file: Option<Unread>, shown: &str, text: Text) -> Result<Self, Diagnostics> {
        let (encoding, content) = text;
        let content = content.map_err(|fault| {
            let place = Place::new(shown, fault.text.as_bytes(), fault.span);
            Diagnostic::at(place, "the file begins as UTF-16, and here it is not")
                .help("the file is cut or damaged: export it again")
        })?;
        let (shown, real, path) = match file {
            Some(file) => (file.shown, Some(file.real), Some(file.path)),
            None => (shown.to_owned(), None, None),
        };
        Ok(Self {
            shown,
            real,
            content: Arc::new(content),
            encoding,
            live: false,
            path,
        })
    }

    /// The folder that relative `$INCLUDE`s start from; `None` for standard input.
    fn folder(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }
}

/// A file that is to be read.
struct Unread {
    path: PathBuf,
    shown: String,
    real: PathBuf,
}

impl Unread {
    fn read(self, limit: u64) -> Result<Loaded, Diagnostics> {
        // What was looked at before, whatever its path leads to by now, and where Windows has no names of devices.
        let read = fs::File::open(&self.real).and_then(|file| text::read(&file, limit));
        let content = match read {
            Err(error) => return Err(cannot_read(&self.shown, &error).into()),
            Ok(content) => content,
        };
        match content {
            Content::Text(text) => {
                let shown = self.shown.clone();
                Loaded::new(Some(self), &shown, text)
            }
            Content::TooLarge => Err(too_large(&self.shown, limit).into()),
            Content::Binary => {
                let message = format!(
                    "`{}`: this is a binary file: it begins with NULs",
                    self.shown
                );
                Err(Diagnostic::new(message)
                    .help("no zone data begins so: the file is damaged, or another one was meant")
                    .into())
            }
            Content::NoFile => Err(no_regular_file(&self.shown).into()),
        }
    }
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
                if gathered.is_new(Path::new("-")) {
                    gathered.entries.push(Entry::Read(self.standard_input()));
                }
                continue;
            }
            let path = Path::new(source);
            let shown = slashed(source);
            match fs::metadata(path) {
                Err(error) => {
                    let complaint = cannot_read(&shown, &error);
                    gathered.complain(match advice(source) {
                        Some(advice) => complaint.help(advice),
                        None => complaint,
                    });
                }
                Ok(meta) if meta.is_dir() => {
                    let before = gathered.entries.len();
                    self.folder(path, &shown, &skip, &mut gathered);
                    if gathered.entries.len() == before {
                        gathered.complain(
                            Diagnostic::new(format!("`{shown}` holds no file to read"))
                                .help("links and files whose name begins with a dot are passed over, so is the topology"),
                        );
                    }
                }
                Ok(meta) => match fs::canonicalize(path) {
                    Ok(real) => {
                        self.find(path.to_owned(), shown, real, meta.is_file(), &mut gathered);
                    }
                    Err(_) if is_shell_pipe(path, &meta) => {
                        if gathered.is_new(path) {
                            gathered.entries.push(Entry::Read(self.pipe(path, &shown)));
                        }
                    }
                    Err(error) => gathered.complain(cannot_read(&shown, &error)),
                },
            }
        }
        self.take_in(gathered)
    }

    /// The files of the folder with what was seen on hosts, and what could not be read.
    pub(super) fn gather_evidence(&mut self, folder: &Path) -> (Vec<FileId>, Vec<Diagnostic>) {
        let mut gathered = Gathered::default();
        let shown = slashed(&folder.to_string_lossy());
        match fs::metadata(folder) {
            Err(error) => gathered.complain(cannot_read(&shown, &error)),
            Ok(meta) if !meta.is_dir() => gathered.complain(
                Diagnostic::new(format!("`{shown}` is no folder"))
                    .help("--host-evidence takes a folder with a file for each host or node"),
            ),
            Ok(_) => {
                self.folder(folder, &shown, &[], &mut gathered);
                if gathered.entries.is_empty() {
                    gathered.complain(Diagnostic::new(format!("`{shown}` holds no file to read")));
                }
            }
        }
        self.take_in(gathered)
    }

    /// The regular files below a folder, in the order of their names. A bundle is one complaint, not one for each of
    /// its files.
    fn folder(&self, path: &Path, shown: &str, skip: &[PathBuf], gathered: &mut Gathered) {
        if is_bundle(path) {
            let complaint = Diagnostic::new(format!(
                "`{shown}` is a bundle of kmsplan, no zone data"
            ))
            .help("move it out of the folder that is read, or name the zone files themselves");
            return gathered.complain(complaint);
        }
        let (real, entries) =
            match fs::canonicalize(path).and_then(|real| Ok((real, listed(path)?))) {
                Ok(listed) => listed,
                Err(error) => return gathered.complain(cannot_read(shown, &error)),
            };
        for (name, kind) in entries {
            let below = match shown {
                "." | "./" => name.to_string_lossy().into_owned(),
                _ => format!("{}/{}", shown.trim_end_matches('/'), name.to_string_lossy()),
            };
            let path = path.join(&name);
            // No link is followed, so this is where the file lies.
            let real = real.join(&name);
            match kind {
                Err(error) => gathered.complain(cannot_read(&below, &error)),
                Ok(kind) if kind.is_symlink() => {}
                Ok(_) if skip.contains(&real) => {}
                Ok(kind) if kind.is_dir() => self.folder(&path, &below, skip, gathered),
                Ok(kind) => self.find(path, below, real, kind.is_file(), gathered),
            }
        }
    }

    /// Takes a file for one to be read, once.
    fn find(
        &self,
        path: PathBuf,
        shown: String,
        real: PathBuf,
        is_regular: bool,
        gathered: &mut Gathered,
    ) {
        if !gathered.is_new(&real) {
            return;
        }
        gathered.entries.push(match self.by_path.get(&real) {
            Some(known) => Entry::Known(*known),
            None if is_regular => Entry::Unread(Unread { path, shown, real }),
            None => Entry::Read(Err(no_regular_file(&shown).into())),
        });
    }

    fn standard_input(&self) -> Result<Loaded, Diagnostics> {
        self.passing(STDIN, self.options.stdin)
    }

    /// What comes through a pipe of the shell.
    fn pipe(&self, path: &Path, shown: &str) -> Result<Loaded, Diagnostics> {
        self.passing(shown, |most| {
            let mut content = Vec::new();
            fs::File::open(path)?.take(most).read_to_end(&mut content)?;
            Ok(content)
        })
    }

    /// What can be read once only; `read` reads at most so many octets of it.
    fn passing(
        &self,
        shown: &str,
        read: impl FnOnce(u64) -> io::Result<Vec<u8>>,
    ) -> Result<Loaded, Diagnostics> {
        let limit = self.options.max_size;
        let content = read(limit.saturating_add(1)).map_err(|error| cannot_read(shown, &error))?;
        if content.len() as u64 > limit {
            return Err(too_large(shown, limit).into());
        }
        let encoding = Encoding::of(&content);
        Loaded::new(None, shown, (encoding, encoding.decode(content)))
    }

    /// Reads what was gathered: the files, in order, and what could not be read.
    fn take_in(&mut self, gathered: Gathered) -> (Vec<FileId>, Vec<Diagnostic>) {
        let limit = self.options.max_size;
        let read = parallel::map(gathered.entries, PER_TURN, |entry| match entry {
            Entry::Unread(file) => Entry::Read(file.read(limit)),
            other => other,
        });
        let (mut files, mut complaints) = (Vec::new(), Vec::new());
        for entry in read {
            match entry {
                Entry::Read(Ok(loaded)) => files.push(self.keep(loaded)),
                Entry::Read(Err(complaint)) => complaints.extend(complaint.0),
                Entry::Known(known) => files.push(known),
                Entry::Unread(_) => {}
            }
        }
        (files, complaints)
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
            return Err(no_regular_file(shown).into());
        }
        let file = Unread {
            path: path.to_owned(),
            shown: shown.to_owned(),
            real,
        };
        Ok(self.keep(file.read(self.options.max_size)?))
    }

    fn keep(&mut self, loaded: Loaded) -> FileId {
        let id = FileId(self.files.len());
        if let Some(real) = &loaded.real {
            self.by_path.insert(real.clone(), id);
        }
        self.files.push(loaded);
        id
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
            path: None,
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

    /// How much text files have together, in octets.
    pub(super) fn octets(&self, files: &[FileId]) -> usize {
        let files = files.iter();
        files.map(|file| self.file(*file).content.len()).sum()
    }

    /// What a file is told by.
    pub(super) fn sha256(&self, id: FileId) -> Fingerprint {
        let loaded = self.file(id);
        Fingerprint::of(Arc::clone(&loaded.content), loaded.encoding)
    }
}

/// What arguments stand for, in order.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    /// The paths of files without links.
    known: HashSet<PathBuf>,
}

/// One of them.
enum Entry {
    /// A file that is still to be read.
    Unread(Unread),
    /// A file, or what is wrong with it.
    Read(Result<Loaded, Diagnostics>),
    /// A file that was read before.
    Known(FileId),
}

/// How many files a thread reads at a time.
const PER_TURN: usize = 16;

impl Gathered {
    fn complain(&mut self, complaint: Diagnostic) {
        self.entries.push(Entry::Read(Err(complaint.into())));
    }

    /// Whether the path comes for the first time.
    fn is_new(&mut self, real: &Path) -> bool {
        !self.known.contains(real) && self.known.insert(real.to_owned())
    }
}

/// What to do about a source that cannot be found.
fn advice(source: &str) -> Option<&'static str> {
    if live::Source::is_meant(source) {
        Some(live::Source::FORMS)
    } else if source.contains('"') {
        Some(
            "a backslash before a quote makes the quote a part of the name: leave the last backslash of a folder out",
        )
    } else if source.contains(['*', '?']) {
        Some(
            "no file has this name, and no pattern is expanded here: name the folder that holds the files",
        )
    } else {
        None
    }
}

/// What a folder holds, by name, without what is hidden. The folder is open no longer than that takes, however deep
/// others lie in it.
fn listed(folder: &Path) -> io::Result<Vec<(OsString, io::Result<fs::FileType>)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            entries.push((name, entry.file_type()));
        }
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

/// Whether a path leads to what the shell makes of `<(COMMAND)`: a pipe that lies in no folder, so that somebody writes it. Whoever
/// opens another pipe may wait for ever.
#[cfg(unix)]
pub(crate) fn is_shell_pipe(path: &Path, meta: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&meta.file_type()) && fs::canonicalize(path).is_err()
}

#[cfg(not(unix))]
pub(crate) fn is_shell_pipe(_: &Path, _: &fs::Metadata) -> bool {
    false
}

fn cannot_read(shown: &str, error: &io::Error) -> Diagnostic {
    let complaint = Diagnostic::new(format!("`{shown}` cannot be read: {}", reason(error)));
    if error.kind() == io::ErrorKind::OutOfMemory {
        complaint.help("read it where more memory is free, or read the parts that hold KMS records")
    } else {
        complaint
    }
}

fn no_regular_file(shown: &str) -> Diagnostic {
    Diagnostic::new(format!("`{shown}` is no regular file"))
        .help("pipes, sockets and devices are not read; what a command writes is read by `-` or `<(COMMAND)`")
}

fn too_large(shown: &str, limit: u64) -> Diagnostic {
    Diagnostic::new(format!("`{shown}` is larger than {limit} bytes"))
        .help("raise the limit with --max-size if it is meant to be read")
}
