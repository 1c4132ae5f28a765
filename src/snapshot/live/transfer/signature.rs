//! Signatures of the messages of a transfer (TSIG, RFC 8945).

use std::time::{SystemTime, UNIX_EPOCH};

use hickory_proto::op::Message;
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::{TSIG, TsigAlgorithm, TsigError};
use hickory_proto::serialize::binary::BinEncoder;

use crate::Name;
use crate::snapshot::live::wire::{Broken, HEADER, Reader, Record, Signature, kind};

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
    pub(super) fn key(&self) -> Name {
        Name::from(self.signer.signer_name())
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
        let algorithm = Name::from(&self.signer.algorithm().to_name());
        if name != self.key() || signature.algorithm != algorithm {
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
            .emit_tsig_for_mac(&mut BinEncoder::new(&mut octets), self.signer.signer_name())
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALGORITHM: &[u8] = b"\x0bhmac-sha256\0";

    fn signer() -> TSigner {
        let name = crate::presentation::parse_full_name("k").unwrap();
        TSigner::new(
            b"secret".to_vec(),
            TsigAlgorithm::HmacSha256,
            (&name).into(),
            300,
        )
        .unwrap()
    }

    fn chain() -> Chain {
        let (chain, request) = Chain::sign(&signer(), &mut Message::query()).unwrap();
        // The signature is there, and is the one that answers are checked with.
        assert!(request.windows(32).any(|octets| octets == chain.mac));
        chain
    }

    fn message(number: u8) -> Vec<u8> {
        vec![1, 2, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0, number]
    }

    /// A server that signs as RFC 8945 says.
    struct Server {
        mac: Vec<u8>,
        unsigned: Vec<u8>,
        first: bool,
        time: u64,
        fudge: u16,
        /// Octets of each signature.
        length: usize,
    }

    impl Server {
        fn of(chain: &Chain) -> Self {
            Self {
                mac: chain.mac.clone(),
                unsigned: Vec::new(),
                first: true,
                time: now(),
                fudge: 300,
                length: 32,
            }
        }

        fn without(&mut self, number: u8) -> Vec<u8> {
            let message = message(number);
            self.unsigned.extend(&message);
            message
        }

        fn signed(&mut self, number: u8) -> Vec<u8> {
            let mut message = message(number);
            let time = &self.time.to_be_bytes()[2..];
            let fudge = self.fudge.to_be_bytes();
            let mut digest = vec![0, 32];
            digest.extend(&self.mac);
            digest.append(&mut self.unsigned);
            digest.extend(&message);
            if self.first {
                digest.extend(b"\x01k\0\0\xff\0\0\0\0");
                digest.extend(ALGORITHM);
                digest.extend(time);
                digest.extend(fudge);
                digest.extend([0, 0, 0, 0]);
            } else {
                digest.extend(time);
                digest.extend(fudge);
            }
            self.first = false;
            self.mac = signer().sign(&digest).unwrap();
            message[11] = 1;
            message.extend(b"\x01K\0\0\xfa\0\xff\0\0\0\0\0");
            let data = ALGORITHM.len() + 10 + self.length + 6;
            message.push(u8::try_from(data).unwrap());
            message.extend(ALGORITHM.to_ascii_uppercase());
            message.extend(time);
            message.extend(fudge);
            message.extend([0, u8::try_from(self.length).unwrap()]);
            message.extend(&self.mac[..self.length]);
            message.extend([1, 2, 0, 0, 0, 0]);
            message
        }
    }

    fn take(chain: &mut Chain, message: &[u8], last: bool) -> Result<(), Forged> {
        let records = Reader::new(message).header().unwrap().additionals;
        // One octet stands for the answers.
        let mut reader = Reader::new(message).skip(HEADER + 1);
        let record = find(&mut reader, usize::from(records)).unwrap();
        chain.take(message, record.as_ref(), last)
    }

    #[test]
    fn each_message_signed_or_every_hundredth() {
        let mut chain = chain();
        let mut server = Server::of(&chain);
        for number in 0..5 {
            let message = server.signed(number);
            assert_eq!(take(&mut chain, &message, false), Ok(()));
        }
        for number in 0..99 {
            let message = server.without(number);
            assert_eq!(take(&mut chain, &message, false), Ok(()));
        }
        let message = server.signed(99);
        assert_eq!(take(&mut chain, &message, false), Ok(()));
        let message = server.without(1);
        assert_eq!(take(&mut chain, &message, false), Ok(()));
        let message = server.signed(2);
        assert_eq!(take(&mut chain, &message, true), Ok(()));
    }

    #[test]
    fn messages_without_a_signature_that_need_one() {
        let mut first = chain();
        assert_eq!(take(&mut first, &message(0), false), Err(Forged::Unsigned));

        let mut chain = chain();
        let mut server = Server::of(&chain);
        take(&mut chain, &server.signed(0), false).unwrap();
        for number in 0..99 {
            take(&mut chain, &server.without(number), false).unwrap();
        }
        let message = server.without(99);
        assert_eq!(take(&mut chain, &message, true), Err(Forged::UnsignedEnd));
        assert_eq!(take(&mut chain, &message, false), Err(Forged::UnsignedRun));
    }

    #[test]
    fn unsigned_messages_are_covered_by_the_next_signature() {
        let mut chain = chain();
        let mut server = Server::of(&chain);
        take(&mut chain, &server.signed(0), false).unwrap();
        let mut message = server.without(1);
        message[12] = 2;
        take(&mut chain, &message, false).unwrap();
        assert_eq!(
            take(&mut chain, &server.signed(3), true),
            Err(Forged::Wrong)
        );
    }

    #[test]
    fn signatures_that_are_cut_or_from_another_time() {
        let fails = |change: fn(&mut Server), wanted: Forged| {
            let mut chain = chain();
            let mut server = Server::of(&chain);
            change(&mut server);
            let said = take(&mut chain, &server.signed(0), true).unwrap_err();
            match (&said, &wanted) {
                // The clock may have gone on by then.
                (Forged::Time(off), Forged::Time(wanted)) => {
                    assert!((wanted - 60..=*wanted).contains(off), "{off}");
                }
                _ => assert_eq!(said, wanted),
            }
        };
        fails(|server| server.length = 16, Forged::Cut);
        fails(|server| server.length = 0, Forged::Cut);
        fails(|server| server.time += 1000, Forged::Time(1000));
        fails(|server| server.time -= 1000, Forged::Time(-1000));
        fails(|server| server.mac[0] ^= 1, Forged::Wrong);
        let mut early = chain();
        let mut server = Server::of(&early);
        (server.time, server.fudge) = (0, u16::MAX);
        assert!(matches!(
            take(&mut early, &server.signed(0), true),
            Err(Forged::Time(..0))
        ));
    }

    #[test]
    fn another_key_or_algorithm() {
        for (from, to) in [(&b"\x01K\0"[..], &b"\x01X\0"[..]), (b"SHA256", b"SHA512")] {
            let mut chain = chain();
            let mut message = Server::of(&chain).signed(0);
            let at = message.windows(from.len()).position(|part| part == from);
            message[at.unwrap()..][..to.len()].copy_from_slice(to);
            assert_eq!(take(&mut chain, &message, true), Err(Forged::OtherKey));
        }
    }
}
