//! Transfers of whole zones (AXFR, RFC 5936) over plain blocking TCP.
//!
//! A server may hold a million records and this machine may be slow: the messages are kept as they come, are looked
//! through once while they come, and once more when it is known which names matter.

mod connection;
mod fault;
mod incoming;
mod reading;
mod signature;

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::RecordType;

use super::{Options, Progress, Server, Unanswered, wire};
use crate::Name;
use connection::{Connection, is_silence, is_too_slow};
use fault::{Context, Fault};
use incoming::Incoming;
use signature::Chain;

/// How many records come between two words about how far it is.
const STRIDE: usize = 4096;

/// A zone as a server sent it: the messages themselves, to be read once more when it is known which names matter.
pub(in crate::snapshot) struct Transfer {
    /// The zone's apex, as the server spells it.
    pub(in crate::snapshot) apex: Name,
    /// How many records came, the SOA at the end included, as `dig` counts.
    pub(in crate::snapshot) records: usize,
    /// Each owner of KMS records, with the targets.
    pub(in crate::snapshot) kms: Vec<(Name, Name)>,
    start: wire::Soa,
    /// Whether records of DNSSEC are there.
    dnssec: bool,
    /// The messages, each after its length in two octets.
    octets: Vec<u8>,
}

/// Transfers a zone, if it has at most `max_size` octets on the way.
pub(in crate::snapshot) fn transfer(
    server: &Server,
    zone: &Name,
    max_size: u64,
    options: &Options,
) -> Result<Transfer, Unanswered> {
    let mut records = 0;
    let outcome = receive(server, zone, max_size, options, &mut records);
    options.watch.tell(Progress::Finished);
    outcome.map_err(|fault| {
        fault.tell(&Context {
            server: server.to_string(),
            zone,
            key: options.key.as_ref().map(super::Key::name).as_ref(),
            patience: &options.patience,
            records,
        })
    })
}

/// Transfers a zone; `records` is how many records came before what went wrong.
fn receive(
    server: &Server,
    zone: &Name,
    max_size: u64,
    options: &Options,
    records: &mut usize,
) -> Result<Transfer, Fault> {
    let (id, request, chain) = request(zone, options)?;
    let mut connection = Connection::open(server, &options.patience)?;
    let lost = |error: std::io::Error| {
        if is_silence(&error) {
            Fault::Silence
        } else if is_too_slow(&error) {
            Fault::TooSlow
        } else {
            Fault::Cut
        }
    };
    connection.send(&request).map_err(lost)?;
    let mut incoming = Incoming::new(zone, id, chain);
    let mut octets = Vec::new();
    let mut told = 0;
    while !incoming.ended {
        let message = connection.receive(&mut octets).map_err(lost)?;
        let message = message.ok_or(Fault::Cut)?;
        incoming.take(&octets[message])?;
        *records = incoming.records;
        if octets.len() as u64 > max_size {
            return Err(Fault::TooLarge(max_size));
        }
        if incoming.records - told >= STRIDE {
            told = incoming.records;
            options.watch.tell(Progress::Records(told));
        }
    }
    Transfer::of(incoming, octets)
}

impl Transfer {
    /// What came, once all of it did.
    fn of(incoming: Incoming<'_>, octets: Vec<u8>) -> Result<Self, Fault> {
        let start = incoming.start.ok_or(Fault::NoStart)?;
        Ok(Self {
            apex: start.start.apex.clone(),
            records: incoming.records,
            kms: incoming.kms,
            start,
            dnssec: incoming.dnssec,
            octets,
        })
    }

    /// The transfer of a zone that octets hold, each message after its length, in answer to a request of this id.
    #[cfg(fuzzing)]
    pub(super) fn received(zone: &Name, options: &Options, octets: &[u8]) -> Option<Self> {
        let (_, _, chain) = request(zone, options).ok()?;
        let id = messages(octets).next()?.first_chunk()?;
        let mut incoming = Incoming::new(zone, u16::from_be_bytes(*id), chain);
        let mut rest = messages(octets);
        while !incoming.ended {
            incoming.take(rest.next()?).ok()?;
        }
        Self::of(incoming, octets.to_vec()).ok()
    }
}

/// The request: its id, its octets, and what checks the signatures of its answers.
fn request(zone: &Name, options: &Options) -> Result<(u16, Vec<u8>, Option<Chain>), Fault> {
    let mut request = Message::query();
    request.add_query(Query::query(zone.into(), RecordType::AXFR));
    let id = request.id;
    match &options.key {
        Some(key) => {
            let (chain, octets) = Chain::sign(&key.signer, &mut request).ok_or(Fault::Unsigned)?;
            Ok((id, octets, Some(chain)))
        }
        None => Ok((id, request.to_vec().map_err(|_| Fault::Malformed)?, None)),
    }
}

/// The messages of octets in which each stands after its length.
fn messages(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = octets;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (message, next) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = next;
        Some(message)
    })
}
