//! Bundles, made by the program for every folder of `tests/plans/` and `tests/bundles/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::support::{Folder, kmsplan};

/// A bundle as it lies in its folder.
pub(crate) struct Bundle {
    /// The case that it was made of.
    pub(crate) case: String,
    /// Its files by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// The text of a file, its mark and its CRs taken off.
    pub(crate) fn text(&self, path: &str) -> String {
        let bytes = &self.files[path];
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{path} is UTF-8"));
        text.replace("\r\n", "\n")
    }

    /// The bundle in a folder of its own.
    pub(crate) fn folder(&self) -> Folder {
        let folder = Folder::new();
        for (path, bytes) in &self.files {
            folder.write(path, bytes);
        }
        folder
    }

    /// The paths with an ending.
    pub(crate) fn paths(&self, end: &str) -> Vec<&str> {
        self.files
            .keys()
            .map(String::as_str)
            .filter(|path| path.ends_with(end))
            .collect()
    }

    /// The scripts' paths.
    pub(crate) fn scripts(&self) -> Vec<&str> {
        self.files
            .keys()
            .map(String::as_str)
            .filter(|path| {
                ["apply/", "verify/", "rollback/"]
                    .iter()
                    .any(|folder| path.starts_with(folder))
            })
            .collect()
    }
}

/// What the program made of a case.
pub(crate) enum Made {
    Bundle(Bundle),
    /// The exit status, and what stood on standard error.
    Nothing(i32, String),
}

/// The folders of the cases.
pub(crate) fn cases() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut cases: Vec<PathBuf> = ["plans", "bundles"]
        .iter()
        .flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// Errors that would keep a bundle from being made. They are accepted, so that what the steps of such plans
/// say is judged too.
const ERRORS: &[&str] = &[
    "zone-not-found",
    "delegated-away",
    "alias-at-owner",
    "target-is-alias",
    "target-without-address",
    "below-min-live-hosts",
    "dynamic-apply-is-aged",
    "updates-disabled",
    "group-scope",
    "publish-list-too-old",
    "office-host-os",
    "host-os",
    "diff-not-possible",
];

/// What every case gives. Made once for all tests.
pub(crate) fn all() -> &'static [(String, Made)] {
    static ALL: OnceLock<Vec<(String, Made)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let cases = cases();
        let make = |case: &PathBuf| {
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            let (topology, mut arguments) = inputs(case);
            for code in ERRORS {
                arguments.extend(["--allow".to_owned(), (*code).to_owned()]);
            }
            let made = made(&name, case, &topology, &arguments);
            (name, made)
        };
        let (one, other) = cases.split_at(cases.len() / 2);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| other.iter().map(make).collect::<Vec<_>>());
            let mut all: Vec<_> = one.iter().map(make).collect();
            all.extend(other.join().expect("no case panics"));
            all
        })
    })
}

/// Those that are bundles.
pub(crate) fn bundles() -> impl Iterator<Item = &'static Bundle> {
    all().iter().filter_map(|(_, made)| match made {
        Made::Bundle(bundle) => Some(bundle),
        Made::Nothing(..) => None,
    })
}

/// Runs `kmsplan bundle` in `folder`.
pub(crate) fn made(case: &str, folder: &Path, topology: &str, arguments: &[String]) -> Made {
    let into = Folder::new();
    let output = kmsplan()
        .current_dir(folder)
        .arg("bundle")
        .arg(topology)
        .args(arguments)
        .arg("--output")
        .arg(into.path().join("bundle"))
        .output()
        .unwrap();
    let status = output.status.code().expect("no signal ended the program");
    if status != 0 {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !into.path().join("bundle").exists(),
            "{case}: something was written"
        );
        return Made::Nothing(status, stderr);
    }
    Made::Bundle(Bundle {
        case: case.to_owned(),
        files: read(&into.path().join("bundle")),
    })
}

/// The topology of a case and all further arguments, as `tests/plans.rs` gives them.
pub(crate) fn inputs(case: &Path) -> (String, Vec<String>) {
    let mut names: Vec<String> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut topology = String::new();
    let mut sources = Vec::new();
    let mut options: Vec<String> = fs::read_to_string(case.join("args"))
        .unwrap_or_default()
        .lines()
        .filter(|line| *line != "--detailed-exitcode")
        .map(str::to_owned)
        .collect();
    for name in names {
        match name.as_str() {
            "kms.toml" | "kms.json" | "kms.yaml" | "kms.yml" => topology = name,
            "args" | "expected.txt" | "shown.txt" => {}
            "evidence" => options.extend(["--host-evidence".to_owned(), name]),
            _ if name.starts_with("plan.") => {}
            _ if name.starts_with("namespaces.") => options.extend(["--domains".to_owned(), name]),
            _ => sources.push(name),
        }
    }
    sources.extend(options);
    (topology, sources)
}

/// Every file of a folder by its path.
pub(crate) fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let name = path.strip_prefix(folder).unwrap();
            let name = name.to_str().unwrap().replace('\\', "/");
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}
