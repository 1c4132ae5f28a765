//! Where a record set stands, as Windows tools take it.

use super::{LeftOut, powershell, server, windows_name};
use crate::plan::action::ZoneRef;
use crate::{Name, presentation};

/// The place of a record set: server, zone, owner.
pub(super) struct Place {
    /// The one writable server, if it is known.
    pub(super) server: Option<String>,
    /// The zone, without final dot.
    pub(super) zone: String,
    /// The owner as it is written inside its zone: `_vlmcs._tcp`, or `@` at the apex.
    pub(super) node: String,
    /// The owner, without final dot.
    pub(super) owner: String,
}

impl Place {
    pub(super) fn new(zone: &ZoneRef, owner: &Name) -> Result<Self, LeftOut> {
        Ok(Self {
            server: server(zone.server.as_deref())?,
            zone: windows_name(&zone.name)?,
            owner: windows_name(owner)?,
            node: presentation::relative(owner, &zone.name),
        })
    }

    /// The server as a PowerShell expression.
    pub(super) fn server_expression(&self) -> String {
        powershell::or_here(self.server.as_ref())
    }

    /// A PowerShell call: `Show-Node 'dc01.contoso.com' 'contoso.com' '_vlmcs._tcp'`.
    pub(super) fn call(&self, function: &str) -> String {
        format!(
            "{function} {} {} {}",
            self.server_expression(),
            powershell::quote(&self.zone),
            powershell::quote(&self.node)
        )
    }
}

/// A sentence that says where to run what names no server.
pub(super) fn anywhere<'a>(places: impl IntoIterator<Item = &'a Place>) -> &'static str {
    if places.into_iter().all(|place| place.server.is_some()) {
        ""
    } else {
        " Run it on a writable DNS server of the zone."
    }
}
