//! The packages of `tests/browser/package.json`.

use std::path::{Path, PathBuf};

use crate::support::tools;

/// A file of an installed package, if it is there (see [`tools::given`]).
pub(crate) fn installed(file: &str, test: &str) -> Option<PathBuf> {
    let path = folder().join("node_modules").join(file);
    let lack = format!(
        "{file} is not installed: `npm ci --prefix tests/browser` brings it, and so does `tests/run`"
    );
    tools::given(path.is_file(), &lack, test).then_some(path)
}

/// The folder of these tests.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}
