//! `kmsplan verify`: whether servers hold what a plan wants.

use super::{Status, args};

/// Compares a saved plan with what servers or sources say now.
pub(super) fn verify(args: &args::Verify) -> anyhow::Result<Status> {
    let _ = args;
    anyhow::bail!("not yet")
}
