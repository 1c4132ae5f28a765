//! Active Directory by PowerShell: the group, the nodes that hold the records, the rights on them.

use super::super::LeftOut;
use super::{Context, Scripts};

/// The scripts of a step in the directory.
pub(super) fn scripts(_context: &Context<'_>) -> Result<Scripts, LeftOut> {
    Ok(Scripts::default())
}
