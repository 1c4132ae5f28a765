//! The messages of a transfer as they come: whether they are one (RFC 5936 section 2.2), and what must be known of
//! the zone before it is known which names matter.

use super::fault::{Fault, Stranger};
use super::signature::{self, Chain};
use crate::Name;
use crate::snapshot::live::wire::{self, Broken, Header, Reader, Record, Soa, kind};

/// What came so far.
pub(super) struct Incoming<'z> {
    zone: &'z Name,
    id: u16,
    chain: Option<Chain>,
    /// Records, the first and the last SOA included.
    pub(super) records: usize,
    pub(super) start: Option<Soa>,
    /// Each owner of KMS records in the zone, with a target.
    pub(super) kms: Vec<(Name, Name)>,
    /// Whether records of DNSSEC came.
    pub(super) dnssec: bool,
    /// Whether the SOA that ends the transfer came.
    pub(super) ended: bool,
}

impl<'z> Incoming<'z> {
    /// Before the first message that answers the request of this id.
    pub(super) fn new(zone: &'z Name, id: u16, chain: Option<Chain>) -> Self {
        Self {
            zone,
            id,
            chain,
            records: 0,
            start: None,
            kms: Vec::new(),
            dnssec: false,
            ended: false,
        }
    }

    /// Takes in the next message. The TC bit means nothing here (RFC 5936 section 2.2.1), nor do the sections after
    /// the answers but for the signature.
    pub(super) fn take(&mut self, message: &[u8]) -> Result<(), Fault> {
        let mut reader = Reader::new(message);
        let header = reader.header().map_err(|Broken| Fault::Malformed)?;
        self.is_answer(&header, &mut reader)?;
        let after = usize::from(header.authorities) + usize::from(header.additionals);
        if header.code != 0 {
            let all = usize::from(header.answers) + after;
            return Err(self.refused(header.code, &mut reader, all));
        }
        if header.answers == 0 {
            return Err(if self.records == 0 {
                Fault::Empty
            } else {
                Fault::Malformed
            });
        }
        for _ in 0..header.answers {
            self.records += 1;
            let record = reader.record();
            let taken = record.and_then(|record| self.record(&record));
            taken.map_err(|Broken| Fault::Record(self.records))??;
        }
        let signature = signature::find(&mut reader, after).map_err(|Broken| Fault::Malformed)?;
        if !reader.is_at_end() {
            return Err(Fault::Malformed);
        }
        match &mut self.chain {
            Some(chain) => chain
                .take(message, signature.as_ref(), self.ended)
                .map_err(Fault::Forged),
            None => Ok(()),
        }
    }

    /// Whether a message answers the request.
    fn is_answer(&self, header: &Header, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let stranger = if header.id != self.id {
            Some(Stranger::Id)
        } else if !header.response {
            Some(Stranger::Request)
        } else if header.opcode != 0 {
            Some(Stranger::Opcode)
        } else {
            None
        };
        if let Some(stranger) = stranger {
            return Err(Fault::Stranger(stranger));
        }
        // Later messages need not repeat the question (RFC 5936 section 2.2.2), nor do those that refuse.
        for _ in 0..header.questions {
            let (name, kind, class) = reader.question().map_err(|Broken| Fault::Malformed)?;
            if name != *self.zone || kind != kind::AXFR || class != wire::IN {
                return Err(Fault::Stranger(Stranger::Question));
            }
        }
        Ok(())
    }

    fn refused(&self, code: u8, reader: &mut Reader<'_>, records: usize) -> Fault {
        let refusal = self.chain.as_ref().and_then(|chain| {
            let record = signature::find(reader, records).ok()??;
            chain.refusal(&record)
        });
        refusal.map_or(Fault::Code(code), Fault::Refusal)
    }

    /// Takes in a record. Records of names outside of the zone count, and are passed over otherwise.
    fn record(&mut self, record: &Record<'_>) -> Result<Result<(), Fault>, Broken> {
        if self.ended {
            return Ok(Err(Fault::AfterEnd));
        }
        if record.class != wire::IN {
            return Ok(Err(Fault::Class(self.records, record.class)));
        }
        // Decompressed, so that each owner is known to be a name.
        let owner = record.owner()?;
        let Some(first) = &self.start else {
            if record.kind != kind::SOA || owner != *self.zone {
                return Ok(Err(Fault::NoStart));
            }
            self.start = Some(record.start()?);
            return Ok(Ok(()));
        };
        match record.kind {
            kind::SOA if owner == *self.zone => {
                let last = record.start()?;
                if last != *first {
                    let serials = (last.start.serial, first.start.serial);
                    return Ok(Err(Fault::OtherEnd(serials.0, serials.1)));
                }
                self.ended = true;
            }
            kind::SRV if is_kms(&owner) && self.zone.zone_of(&owner) => {
                let (_, _, _, target) = record.service()?;
                self.kms.push((owner, target));
            }
            // What the second reading may want, so that it finds nothing that cannot be read.
            kind::A if record.data().len() != 4 => return Err(Broken),
            kind::AAAA if record.data().len() != 16 => return Err(Broken),
            kind::NS | kind::CNAME | kind::DNAME => drop(record.name_data()?),
            kind::RRSIG | kind::NSEC | kind::DNSKEY | kind::NSEC3 | kind::NSEC3PARAM => {
                self.dnssec = true;
            }
            _ => {}
        }
        Ok(Ok(()))
    }
}

/// Whether a name is that of KMS records: quicker than finding the domain.
pub(super) fn is_kms(owner: &Name) -> bool {
    let mut labels = owner.iter();
    let mut next_is = |wanted: &[u8]| {
        labels
            .next()
            .is_some_and(|label| label.eq_ignore_ascii_case(wanted))
    };
    next_is(b"_vlmcs") && next_is(b"_tcp")
}
