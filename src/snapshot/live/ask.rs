//! Questions over UDP and TCP.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::answers::Answers;
use super::{Options, Server, Unanswered};
use crate::Name;

/// Asks a server for the KMS records of `owners`, then for the addresses of `hosts` and of all targets.
///
/// What has no usable answer is an [`Unanswered`] in its place.
pub(in crate::snapshot) fn ask(
    server: &Server,
    owners: &BTreeSet<Name>,
    hosts: &BTreeSet<Name>,
    options: &Options,
) -> Answers {
    let _ = (server, owners, hosts, options);
    Answers::default()
}

/// A server of a zone's NS set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name.
    pub name: Name,
    /// Its addresses, as the server that was asked or else the operating system knows them; empty: nobody does.
    pub addresses: BTreeSet<IpAddr>,
}

/// The servers of a zone's NS set, sorted by name, as `server` knows them.
pub fn authorities(
    server: &Server,
    zone: &Name,
    options: &Options,
) -> Result<Vec<Authority>, Unanswered> {
    let _ = (server, zone, options);
    Ok(Vec::new())
}
