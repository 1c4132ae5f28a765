//! Trying again what another program stands in the way of for a moment.

use std::io::{self, ErrorKind};
use std::thread::sleep;
use std::time::Duration;

/// The waits between tries, in milliseconds. On Windows scanners open files that were just written, and neither they nor
/// their folder can be renamed meanwhile; elsewhere nobody stands in the way.
const WAITS: &[u64] = if cfg!(windows) {
    &[10, 20, 50, 100, 200, 500]
} else {
    &[]
};

/// Does what Windows may refuse for a moment.
pub(super) fn patiently<T>(act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    with_waits(WAITS, act)
}

fn with_waits<T>(waits: &[u64], mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for wait in waits {
        match act() {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                sleep(Duration::from_millis(*wait));
            }
            done => return done,
        }
    }
    act()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outcome, and how often it was tried, of what is refused `refusals` times.
    fn tried(refusals: usize, kind: ErrorKind) -> (Result<(), ErrorKind>, usize) {
        let mut tries = 0;
        let done = with_waits(&[0, 0], || {
            tries += 1;
            if tries <= refusals {
                return Err(kind.into());
            }
            Ok(())
        });
        (done.map_err(|error| error.kind()), tries)
    }

    #[test]
    fn what_is_refused_for_a_moment_is_done() {
        let refused = ErrorKind::PermissionDenied;
        assert_eq!(tried(0, refused), (Ok(()), 1));
        assert_eq!(tried(2, refused), (Ok(()), 3));
        assert_eq!(tried(3, refused), (Err(refused), 3));
        let full = ErrorKind::StorageFull;
        assert_eq!(tried(1, full), (Err(full), 1), "waiting helps nobody");
    }
}
