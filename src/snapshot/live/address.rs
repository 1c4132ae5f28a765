//! Addresses of servers, and sources that are servers.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use crate::{Name, presentation};

/// The port of DNS (RFC 1035 section 4.2).
const DNS: u16 = 53;

/// A server as it was typed: `HOST[:PORT]`, where HOST is a name or an address, one of IPv6 in brackets where a
/// port follows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Server {
    host: Host,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Host {
    Address(IpAddr),
    Name(String),
}

impl Server {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the server is empty".to_owned());
        }
        if let Some(rest) = text.strip_prefix('[') {
            let (inside, after) = rest
                .split_once(']')
                .ok_or("a `]` is missing after the IPv6 address")?;
            let address: Ipv6Addr = inside
                .parse()
                .map_err(|_| format!("`{inside}` is no IPv6 address"))?;
            let port = match after.strip_prefix(':') {
                Some(port) => Some(parse_port(port)?),
                None if after.is_empty() => None,
                None => return Err("after `]` comes `:PORT` or nothing".to_owned()),
            };
            return Ok(Self {
                host: Host::Address(address.into()),
                port,
            });
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self {
                host: Host::Address(address),
                port: None,
            });
        }
        let (host, port) = match text.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err(format!(
                    "`{text}` is no address; one of IPv6 with a port is written `[ADDRESS]:PORT`"
                ));
            }
            Some((host, port)) => (host, Some(parse_port(port)?)),
            None => (text, None),
        };
        let host = match host.parse::<IpAddr>() {
            Ok(address) => Host::Address(address),
            Err(_) => Host::Name(host_name(host)?),
        };
        Ok(Self { host, port })
    }

    /// The server at an address.
    pub fn at(address: IpAddr, port: Option<u16>) -> Self {
        Self {
            host: Host::Address(address),
            port,
        }
    }

    /// Its address; `None`: it was given by name.
    pub fn address(&self) -> Option<IpAddr> {
        match &self.host {
            Host::Address(address) => Some(*address),
            Host::Name(_) => None,
        }
    }

    /// The port that was typed.
    pub fn given_port(&self) -> Option<u16> {
        self.port
    }

    /// Its socket addresses, each to be tried in turn; a name is looked up by the operating system.
    pub fn socket_addresses(&self) -> Result<Vec<SocketAddr>, String> {
        let port = self.port.unwrap_or(DNS);
        match &self.host {
            Host::Address(address) => Ok(vec![SocketAddr::new(*address, port)]),
            Host::Name(name) => {
                let found = (name.as_str(), port).to_socket_addrs();
                let mut found: Vec<SocketAddr> = found
                    .map_err(|error| {
                        let reason = crate::system_error::reason(&error);
                        format!("this machine finds no address of `{name}`: {reason}")
                    })?
                    .collect();
                found.dedup();
                if found.is_empty() {
                    return Err(format!("this machine finds no address of `{name}`"));
                }
                Ok(found)
            }
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, self.port) {
            (Host::Address(IpAddr::V6(address)), Some(port)) => {
                write!(formatter, "[{address}]:{port}")
            }
            (Host::Address(address), None) => write!(formatter, "{address}"),
            (Host::Address(address), Some(port)) => write!(formatter, "{address}:{port}"),
            (Host::Name(name), None) => formatter.write_str(name),
            (Host::Name(name), Some(port)) => write!(formatter, "{name}:{port}"),
        }
    }
}

fn parse_port(text: &str) -> Result<u16, String> {
    let digits = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(format!("`{text}` is no port: a number from 1 to 65535")),
    }
}

fn host_name(text: &str) -> Result<String, String> {
    let name = presentation::parse_full_name(text)
        .map_err(|error| format!("`{text}` is no host name: {error}"))?;
    Ok(presentation::plain(&name))
}

/// A source that is a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `axfr://SERVER/ZONE`: a transfer of the zone (RFC 5936).
    Transfer {
        /// The server.
        server: Server,
        /// The zone.
        zone: Name,
    },
    /// `dns://SERVER`: questions.
    Questions {
        /// The server.
        server: Server,
    },
}

impl Source {
    /// What sources that are servers look like.
    pub const FORMS: &str =
        "sources that are servers: axfr://SERVER[:PORT]/ZONE, dns://SERVER[:PORT]";

    /// The source of an argument; `None`: it is no server, but a path.
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let (scheme, rest) = text.split_once("://")?;
        match scheme.to_ascii_lowercase().as_str() {
            "axfr" => Some(Self::transfer(rest)),
            "dns" => Some(Self::questions(rest)),
            _ => None,
        }
    }

    /// Whether an argument asks for a transfer, right or wrong.
    pub fn is_transfer(text: &str) -> bool {
        text.split_once("://")
            .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("axfr"))
    }

    /// Whether an argument that is no source and no file may be meant as a server.
    pub fn is_meant(text: &str) -> bool {
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        text.contains("://")
            || scheme.is_some_and(|scheme| {
                ["axfr", "dns"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(scheme))
            })
    }

    fn transfer(rest: &str) -> Result<Self, String> {
        let (server, zone) = rest.split_once('/').unwrap_or((rest, ""));
        if zone.is_empty() {
            return Err("a transfer names its zone: axfr://SERVER[:PORT]/ZONE".to_owned());
        }
        let zone = presentation::parse_full_name(zone)
            .map_err(|error| format!("`{zone}` is no zone: {error}"))?;
        Ok(Self::Transfer {
            server: Server::parse(server)?,
            zone,
        })
    }

    fn questions(rest: &str) -> Result<Self, String> {
        let server = rest.strip_suffix('/').unwrap_or(rest);
        if server.contains('/') {
            return Err(
                "dns:// names a server and no zone: dns://SERVER[:PORT]; a whole zone is read with axfr://"
                    .to_owned(),
            );
        }
        Ok(Self::Questions {
            server: Server::parse(server)?,
        })
    }
}
