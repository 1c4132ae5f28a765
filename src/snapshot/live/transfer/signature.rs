//! Signatures of the messages of a transfer (TSIG, RFC 8945).

use std::time::{SystemTime, UNIX_EPOCH};

use hickory_proto::op::Message;
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::{TSIG, TsigAlgorithm, TsigError};
use hickory_proto::serialize::binary::BinEncoder;

use super::wire::{Broken, HEADER, Reader, Record, Signature, kind};
use crate::Name;

/// The most messages without a signature between two that have one (RFC 8945 section 5.3.1).
const MAX_UNSIGNED: usize = 99;

/// The TSIG errors (RFC 8945 section 3).
const BADSIG: u16 = 16;
const BADKEY: u16 = 17;
const BADTIME: u16 = 18;
const BADTRUNC: u16 = 22;

/// What is wrong with signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Forged {
    /// The first answer has none.
    Unsigned,
    /// The last message has none.
    UnsignedEnd,
    /// Too many messages in a row have none.
    UnsignedRun,
    /// It is by another key, or by another algorithm.
    OtherKey,
    /// The TSIG record cannot be read.
    Unreadable,
    /// It is shorter than the algorithm makes it.
    Cut,
    /// It is not that of these octets and this key.
    Wrong,
    /// It was made so many seconds before or after now.
    Time(i64),
}

/// What a server says against a request's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// BADKEY: it does not know the key.
    Key,
    /// BADSIG: its secret is another one.
    Secret,
    /// BADTIME: its clock is so many seconds ahead of ours, if it tells.
    Time(Option<i64>),
    /// BADTRUNC: it wants longer signatures.
    Length,
    /// Another error.
    Other(u16),
}

/// Checks the signatures of the messages that answer a signed request.
pub(super) struct Chain {
    signer: TSigner,
    /// The signature before: at first that of the request.
    mac: Vec<u8>,
    /// The messages since then, as far as they have none.
    pending: Vec<u8>,
    unsigned: usize,
    first: bool,
    /// When the request was signed, seconds since 1970.
    sent: u64,
}

impl Chain {
    /// Signs a request; gives its octets.
    pub(super) fn sign(signer: &TSigner, request: &mut Message) -> Option<(Self, Vec<u8>)> {
        let sent = now();
        request.finalize(signer, sent).ok()?;
        let mac = request.signature.as_ref()?.data.mac.clone();
        let octets = request.to_vec().ok()?;
        let chain = Self {
            signer: signer.clone(),
            mac,
            pending: Vec::new(),
            unsigned: 0,
            first: true,
            sent,
        };
        Some((chain, octets))
    }

    /// The name of the key.
    pub(super) fn key(&self) -> &Name {
        self.signer.signer_name()
    }

    /// What the server says against the signature of the request.
    pub(super) fn refusal(&self, record: &Record<'_>) -> Option<Refusal> {
        let signature = record.signature().ok()?;
        Some(match signature.error {
            0 => return None,
            BADKEY => Refusal::Key,
            BADSIG => Refusal::Secret,
            // Its own time is the other data (RFC 8945 section 5.2.3).
            BADTIME => {
                Refusal::Time(server_time(&signature.other).map(|time| ahead(time, self.sent)))
            }
            BADTRUNC => Refusal::Length,
            other => Refusal::Other(other),
        })
    }

    /// Takes in a message with its TSIG record, if it has one. `last`: no other message comes.
    pub(super) fn take(
        &mut self,
        message: &[u8],
        record: Option<&Record<'_>>,
        last: bool,
    ) -> Result<(), Forged> {
        let Some(record) = record else {
            return self.without(message, last);
        };
        let name = record.owner().map_err(|_| Forged::Unreadable)?;
        let signature = record.signature().map_err(|_| Forged::Unreadable)?;
        let algorithm = absolute(self.signer.algorithm().to_name());
        if name != *self.key() || absolute(signature.algorithm.clone()) != algorithm {
            return Err(Forged::OtherKey);
        }
        if signature.mac.len() != mac_length(self.signer.algorithm()) {
            return Err(Forged::Cut);
        }
        let digest = self.digest(message, record.start, &signature)?;
        self.signer
            .verify(&digest, &signature.mac)
            .map_err(|_| Forged::Wrong)?;
        let off = ahead(signature.time, now());
        if off.unsigned_abs() > u64::from(signature.fudge) {
            return Err(Forged::Time(off));
        }
        self.mac = signature.mac;
        self.pending.clear();
        self.unsigned = 0;
        self.first = false;
        Ok(())
    }

    fn without(&mut self, message: &[u8], last: bool) -> Result<(), Forged> {
        self.unsigned += 1;
        if self.first {
            Err(Forged::Unsigned)
        } else if last {
            Err(Forged::UnsignedEnd)
        } else if self.unsigned > MAX_UNSIGNED {
            Err(Forged::UnsignedRun)
        } else {
            self.pending.extend_from_slice(message);
            Ok(())
        }
    }

    /// The octets that a signature is of (RFC 8945 sections 4.3 and 5.3.1).
    fn digest(&self, message: &[u8], end: usize, signature: &Signature) -> Result<Vec<u8>, Forged> {
        let (Some(header), Some(rest)) = (message.get(..HEADER), message.get(HEADER..end)) else {
            return Err(Forged::Unreadable);
        };
        let mut octets = Vec::with_capacity(self.pending.len() + message.len() + 256);
        let length = u16::try_from(self.mac.len()).map_err(|_| Forged::Unreadable)?;
        octets.extend(length.to_be_bytes());
        octets.extend(&self.mac);
        octets.extend(&self.pending);
        // The message as it was before it was signed.
        let more = u16::from_be_bytes([header[10], header[11]]).saturating_sub(1);
        octets.extend(signature.id.to_be_bytes());
        octets.extend(&header[2..10]);
        octets.extend(more.to_be_bytes());
        octets.extend(rest);
        if self.first {
            octets.extend(self.variables(signature)?);
        } else {
            octets.extend(&signature.time.to_be_bytes()[2..]);
            octets.extend(signature.fudge.to_be_bytes());
        }
        Ok(octets)
    }

    fn variables(&self, signature: &Signature) -> Result<Vec<u8>, Forged> {
        let error = (signature.error != 0).then(|| TsigError::from(signature.error));
        let record = TSIG::new(
            self.signer.algorithm().clone(),
            signature.time,
            signature.fudge,
            Vec::new(),
            signature.id,
            error,
            signature.other.clone(),
        );
        let mut octets = Vec::new();
        record
            .emit_tsig_for_mac(&mut BinEncoder::new(&mut octets), self.key())
            .map_err(|_| Forged::Unreadable)?;
        Ok(octets)
    }
}

/// The TSIG record of a message, which is its last one (RFC 8945 section 5.1), from the records after the answers on.
pub(super) fn find<'m>(
    reader: &mut Reader<'m>,
    records: usize,
) -> Result<Option<Record<'m>>, Broken> {
    let mut last = None;
    for _ in 0..records {
        last = Some(reader.record()?);
    }
    Ok(last.filter(|record| record.kind == kind::TSIG))
}

/// Octets of a signature.
fn mac_length(algorithm: &TsigAlgorithm) -> usize {
    match algorithm {
        TsigAlgorithm::HmacSha384 => 48,
        TsigAlgorithm::HmacSha512 => 64,
        _ => 32,
    }
}

fn absolute(mut name: Name) -> Name {
    name.set_fqdn(true);
    name
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn server_time(other: &[u8]) -> Option<u64> {
    let other: [u8; 6] = other.try_into().ok()?;
    Some(
        other
            .iter()
            .fold(0, |time, octet| time << 8 | u64::from(*octet)),
    )
}

/// By how many seconds `time` is after `other`; both have at most 48 bits.
fn ahead(time: u64, other: u64) -> i64 {
    time.cast_signed() - other.cast_signed()
}
