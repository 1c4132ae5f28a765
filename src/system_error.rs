//! What the operating system says of files, in words that are the same on all of them.

use std::io::{Error, ErrorKind};

/// What Windows reports where another program has a file open, and where it has locked a part of it.
const ERROR_SHARING_VIOLATION: i32 = 32;
const ERROR_LOCK_VIOLATION: i32 = 33;
/// Numbers that errors have on every Unix.
#[cfg(unix)]
const ENXIO: i32 = 6;
#[cfg(unix)]
const ENFILE: i32 = 23;
#[cfg(unix)]
const EMFILE: i32 = 24;

/// Why a file could not be read or written, in words that do not depend on the system's language.
pub(crate) fn reason(error: &Error) -> String {
    // They have no kind of their own.
    #[cfg(unix)]
    match error.raw_os_error() {
        Some(ENXIO) => return "it is a socket, or a device that is not there".to_owned(),
        Some(ENFILE | EMFILE) => return "too many files are open at once".to_owned(),
        _ => {}
    }
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        // Windows says this of files too that another program has open or that are marked read-only.
        ErrorKind::PermissionDenied if cfg!(windows) => {
            "permission denied, or it is read-only or open in another program".to_owned()
        }
        ErrorKind::OutOfMemory => "there is not enough memory for it".to_owned(),
        kind => match error.raw_os_error() {
            Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION) if cfg!(windows) => {
                "it is open in another program".to_owned()
            }
            Some(code) if kind == Error::from_raw_os_error(i32::MAX).kind() => {
                format!("the system reports error {code}")
            }
            _ => kind.to_string(),
        },
    }
}
