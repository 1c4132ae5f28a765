//! What is done on clients.

use super::{Context, Scripts};

/// The scripts of a step on clients.
pub(super) fn scripts(_context: &Context<'_>) -> Scripts {
    Scripts::default()
}
