//! KMS hosts: publishing, ports, tickets. By PowerShell remoting from one place, or by a `.cmd` file that runs on
//! the host.

use super::{Context, Scripts, records};
use crate::plan::action::{Already, HostPublishing, HostRef, SetChange, Spelled};

/// Publishing off on hosts that have no host key yet.
pub(super) fn prepare(_hosts: &[HostRef], _already: &Already, _context: &Context<'_>) -> Scripts {
    Scripts::default()
}

/// Publish list, publishing off, one restart.
pub(super) fn disable(
    _hosts: &[HostPublishing],
    _already: &Already,
    _context: &Context<'_>,
) -> Scripts {
    Scripts::default()
}

/// Publish list, publishing on, restart, one host at a time.
pub(super) fn enable(
    _hosts: &[HostPublishing],
    _already: &Already,
    _context: &Context<'_>,
) -> Scripts {
    Scripts::default()
}

/// Publishing off on hosts whose record goes.
pub(super) fn silence(_hosts: &[Spelled], _already: &Already, _context: &Context<'_>) -> Scripts {
    Scripts::default()
}

/// New Kerberos tickets.
pub(super) fn renew_tickets(_hosts: &[HostRef], _context: &Context<'_>) -> Scripts {
    Scripts::default()
}

/// Firewall, listening port, restart; the DNS administrator's scripts change the records after.
pub(super) fn move_port(
    _host: &HostRef,
    _from: &[u16],
    changes: &[SetChange],
    _already: &Already,
    context: &Context<'_>,
) -> Scripts {
    records::scripts(changes, context)
}
