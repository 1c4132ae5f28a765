//! Registry files: the publish list of each KMS host, and its undo.

use crate::plan::Plan;

/// A file for the Registry Editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFile {
    /// Its name: the host's, and what the file is for.
    pub name: String,
    /// Its content: UTF-16LE with a byte-order mark, CRLF.
    pub bytes: Vec<u8>,
}

/// The registry files of a plan's hosts, or why one cannot be written.
pub fn registry_files(_plan: &Plan) -> Result<Vec<RegistryFile>, Vec<String>> {
    Ok(Vec::new())
}
