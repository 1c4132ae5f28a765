//! Active Directory by PowerShell: the group, the nodes that hold the records, the rights on them.

use super::super::LeftOut;
use super::super::directory::place;
use super::super::place::Place;
use super::super::powershell::is_hidden;
use super::{Context, Scripts};
use crate::Name;
use crate::plan::action::ZoneRef;

/// The scripts of a step in the directory.
pub(super) fn scripts(_context: &Context<'_>) -> Result<Scripts, LeftOut> {
    Ok(Scripts::default())
}

/// A value that scripts for a directory can carry: what turns or hides text is no part of an account or a path,
/// and a first hyphen reads as an option.
pub(super) fn carried(text: &str) -> Result<&str, LeftOut> {
    match text.chars().find(|&c| is_hidden(c)) {
        Some(c) => Err(LeftOut(format!(
            "No directory script is written: a value holds the character {}.",
            c.escape_unicode()
        ))),
        None if text.starts_with('-') => Err(LeftOut(format!(
            "No directory script is written: `{text}` reads as an option."
        ))),
        None => Ok(text),
    }
}

/// The place of a node. Its name stands in distinguished names and filters, so it has letters, digits, `-`, `_` and
/// dots alone.
pub(super) fn node_place(zone: &ZoneRef, owner: &Name) -> Result<Place, LeftOut> {
    let place = place(zone, owner)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if place.owner.chars().all(plain) {
        Ok(place)
    } else {
        Err(LeftOut(format!(
            "No directory script is written for {}: in a distinguished name its characters may mean more.",
            place.owner
        )))
    }
}
