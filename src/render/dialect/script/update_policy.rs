//! Rights of hosts on record sets in BIND.

use super::{Context, Scripts};
use crate::plan::action::{Principal, Spelled, ZoneRef};

/// The scripts that show the grants to be added to `named.conf`, and see them take effect.
pub(super) fn scripts(
    _zone: &ZoneRef,
    _owners: &[Spelled],
    _principals: &[Principal],
    _context: &Context<'_>,
) -> Scripts {
    Scripts::default()
}
