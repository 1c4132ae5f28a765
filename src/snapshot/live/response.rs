//! What a response says: its records, as far as anybody asks about them.

use std::net::IpAddr;

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

use super::answers::{Srv, Start};
use super::wire::{self, Broken, Header, Reader, kind};
use crate::Name;

/// Bits of the header (RFC 1035 section 4.1.1).
const AUTHORITATIVE: u16 = 0x0400;
const TRUNCATED: u16 = 0x0200;
const RECURSION_AVAILABLE: u16 = 0x0080;

/// A response.
#[derive(Debug, Clone)]
pub(super) struct Response {
    pub(super) code: ResponseCode,
    pub(super) authoritative: bool,
    pub(super) truncated: bool,
    pub(super) recursion_available: bool,
    pub(super) answers: Vec<Record>,
    pub(super) authorities: Vec<Record>,
    pub(super) additionals: Vec<Record>,
}

/// A record of the class of the Internet.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) name: Name,
    pub(super) data: Data,
}

/// The data of a record of one of the types that matter.
#[derive(Debug, Clone)]
pub(super) enum Data {
    /// A or AAAA.
    Address(IpAddr),
    Ns(Name),
    Cname(Name),
    Dname(Name),
    /// With the TTL of the record.
    Soa(Start),
    /// With the TTL of the record.
    Srv(Srv),
}

impl Response {
    /// Reads what stands after the question.
    pub(super) fn read(header: &Header, reader: &mut Reader<'_>) -> Result<Self, Broken> {
        let mut high = 0;
        let mut section = |count: u16| -> Result<Vec<Record>, Broken> {
            let mut records = Vec::new();
            for _ in 0..count {
                let record = reader.record()?;
                if record.kind == kind::OPT {
                    high = record.extended_code();
                } else if record.class == wire::IN
                    && let Some(data) = Data::read(&record)?
                {
                    records.push(Record {
                        name: record.owner()?,
                        data,
                    });
                }
            }
            Ok(records)
        };
        let answers = section(header.answers)?;
        let authorities = section(header.authorities)?;
        let additionals = section(header.additionals)?;
        let has = |bit| header.flags & bit != 0;
        Ok(Self {
            code: ResponseCode::from(high, header.code),
            authoritative: has(AUTHORITATIVE),
            truncated: has(TRUNCATED),
            recursion_available: has(RECURSION_AVAILABLE),
            answers,
            authorities,
            additionals,
        })
    }
}

impl Record {
    /// Whether it is of a type.
    pub(super) fn is(&self, kind: RecordType) -> bool {
        let own = match &self.data {
            Data::Address(IpAddr::V4(_)) => RecordType::A,
            Data::Address(IpAddr::V6(_)) => RecordType::AAAA,
            Data::Ns(_) => RecordType::NS,
            Data::Cname(_) => RecordType::CNAME,
            Data::Dname(_) => RecordType::DNAME,
            Data::Soa(_) => RecordType::SOA,
            Data::Srv(_) => RecordType::SRV,
        };
        own == kind
    }

    /// The address that it gives.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self.data {
            Data::Address(address) => Some(address),
            _ => None,
        }
    }
}

impl Data {
    /// `None`: of another type.
    fn read(record: &wire::Record<'_>) -> Result<Option<Self>, Broken> {
        Ok(Some(match record.kind {
            kind::A => Self::Address(IpAddr::from(record.array::<4>()?)),
            kind::AAAA => Self::Address(IpAddr::from(record.array::<16>()?)),
            kind::NS => Self::Ns(record.name_data()?),
            kind::CNAME => Self::Cname(record.name_data()?),
            kind::DNAME => return Ok(uncompressed(record.data()).map(Self::Dname)),
            kind::SOA => Self::Soa(record.start()?.start),
            kind::SRV => {
                let (priority, weight, port, target) = record.service()?;
                Self::Srv(Srv {
                    priority,
                    weight,
                    port,
                    target,
                    ttl: Some(record.ttl),
                })
            }
            _ => return Ok(None),
        }))
    }
}

/// A name without compression, as that of a DNAME record is (RFC 6672 section 2.5).
fn uncompressed(octets: &[u8]) -> Option<Name> {
    let mut rest = octets;
    let labels = std::iter::from_fn(|| {
        let (length, after) = rest.split_first().filter(|(length, _)| **length > 0)?;
        let label;
        (label, rest) = after.split_at_checked(usize::from(*length))?;
        Some(label)
    });
    // A length above 63 is that of a pointer, or of no label.
    let name = Name::from_labels(labels)?;
    (rest == [0]).then_some(name)
}
