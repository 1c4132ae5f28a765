//! The servers of a zone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs as _, UdpSocket};

use hickory_proto::rr::RecordType;

use super::ask::ask;
use super::exchange::Exchange;
use super::failure::Failure;
use super::reply::{Ending, Reply, records};
use super::response::{Data, Response};
use super::{Options, Server, Unanswered, runtime};
use crate::snapshot::Says;
use crate::{Name, presentation};

/// A server of a zone's NS set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name.
    pub name: Name,
    /// Its addresses, as the server that was asked or else the operating system knows them; empty: nobody does.
    pub addresses: BTreeSet<IpAddr>,
}

/// The servers of a zone's NS set, sorted by name, as `server` knows them. Fails where it knows no such zone.
pub fn authorities(
    server: &Server,
    zone: &Name,
    options: &Options,
) -> Result<Vec<Authority>, Unanswered> {
    let told = |failure: Failure| failure.told(server, zone, RecordType::NS);
    let addresses = server
        .socket_addresses()
        .map_err(|reason| told(Failure::NoAddress(reason)))?;
    let runtime = runtime().ok_or_else(|| told(Failure::Unreachable(super::NO_SOCKETS)))?;
    let asked = runtime.block_on(async {
        let mut last = None;
        for address in addresses {
            let exchange = Exchange::new(address, options);
            match exchange.ask(zone, RecordType::NS).await {
                Err(failure) if failure.is_silence() => last = Some(Err(failure)),
                other => return other,
            }
        }
        last.expect("a server has an address")
    });
    let response = asked.map_err(told)?;
    let mut servers = servers(&response, zone).map_err(told)?;
    let unknown = servers.iter().filter(|(_, known)| known.is_empty());
    let unknown: BTreeSet<Name> = unknown.map(|(name, _)| name.clone()).collect();
    let answers = ask(server, &BTreeSet::new(), &unknown, options);
    for (name, says) in answers.hosts {
        let known = match says {
            Ok(Says::Addresses(addresses) | Says::Alias { addresses, .. }) => addresses,
            Ok(Says::Nothing) | Err(_) => BTreeSet::new(),
        };
        servers.insert(name, known);
    }
    let servers = servers.into_iter().map(|(name, known)| {
        let addresses = if known.is_empty() {
            by_system(&name)
        } else {
            known
        };
        Authority { name, addresses }
    });
    Ok(servers.collect())
}

/// The servers that an answer names, each with the addresses that stand beside them.
fn servers(response: &Response, zone: &Name) -> Result<BTreeMap<Name, BTreeSet<IpAddr>>, Failure> {
    let reply = Reply::read(response, zone, RecordType::NS);
    match reply.ending {
        Ending::Records if reply.aliases.is_empty() => {}
        Ending::Code(code) => return Err(Failure::Code(code)),
        Ending::Referral(cut) => return Err(Failure::Elsewhere(cut)),
        Ending::Lame => return Err(Failure::Lame),
        _ => return Err(Failure::NoZone),
    }
    let names = records(response, zone, RecordType::NS).filter_map(|record| match &record.data {
        Data::Ns(name) => Some(name.clone()),
        _ => None,
    });
    let mut servers: BTreeMap<Name, BTreeSet<IpAddr>> =
        names.map(|name| (name, BTreeSet::new())).collect();
    for record in &response.additionals {
        if let (Some(known), Some(address)) = (servers.get_mut(&record.name), record.address()) {
            known.insert(address);
        }
    }
    Ok(servers)
}

/// The addresses of a name as the operating system knows them.
fn by_system(name: &Name) -> BTreeSet<IpAddr> {
    // With its final dot, so that no search list is tried.
    let found = (presentation::absolute(name), 0).to_socket_addrs();
    found
        .map(|found| found.map(|address| address.ip()).collect())
        .unwrap_or_default()
}

/// Whether this machine has a way to an address. Nothing is sent.
pub fn has_way(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    // A datagram socket that is connected only looks up the way; any port will do.
    UdpSocket::bind((any, 0)).is_ok_and(|socket| socket.connect((address, 53)).is_ok())
}
