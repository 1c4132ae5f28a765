//! Records by `DnsServer` cmdlets.

use super::super::super::LeftOut;
use super::super::{Context, Scripts};
use crate::plan::action::SetChange;

/// The scripts for changes of zones that are kept this way.
pub(super) fn scripts(_changes: &[SetChange], _context: &Context<'_>) -> Result<Scripts, LeftOut> {
    Ok(Scripts::default())
}
