//! Memory of the whole program, counted.

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What any input may take, in octets.
const FREE: usize = 4 << 20;

/// How many octets of memory an octet of input may take.
const TIMES: usize = 4096;

/// Does the work, and fails where it takes more memory than what grows with the input.
///
/// # Panics
/// If it takes more.
pub fn linear<T>(input: usize, work: impl FnOnce() -> T) -> T {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let done = work();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    let bound = FREE + TIMES * input;
    assert!(
        taken <= bound,
        "{input} octets of input take {taken} octets of memory, more than {bound}"
    );
    done
}
