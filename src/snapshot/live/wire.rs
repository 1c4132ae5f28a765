//! Messages as octets (RFC 1035 section 4.1), read without being trusted: nothing in them makes a reader panic
//! or run on.

use std::ops::Range;

use super::answers::Start;
use crate::Name;

/// Numbers of record types (IANA, "Resource Record (RR) TYPEs").
pub(super) mod kind {
    pub(in super::super) const A: u16 = 1;
    pub(in super::super) const NS: u16 = 2;
    pub(in super::super) const CNAME: u16 = 5;
    pub(in super::super) const SOA: u16 = 6;
    pub(in super::super) const AAAA: u16 = 28;
    pub(in super::super) const SRV: u16 = 33;
    pub(in super::super) const DNAME: u16 = 39;
    pub(in super::super) const OPT: u16 = 41;
    pub(in super::super) const RRSIG: u16 = 46;
    pub(in super::super) const NSEC: u16 = 47;
    pub(in super::super) const DNSKEY: u16 = 48;
    pub(in super::super) const NSEC3: u16 = 50;
    pub(in super::super) const NSEC3PARAM: u16 = 51;
    pub(in super::super) const TSIG: u16 = 250;
    pub(in super::super) const AXFR: u16 = 252;
}

/// The class of the Internet.
pub(super) const IN: u16 = 1;

/// Octets of a header.
pub(super) const HEADER: usize = 12;

/// The octets are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// What the header of a message says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) id: u16,
    pub(super) flags: u16,
    pub(super) response: bool,
    pub(super) opcode: u8,
    pub(super) code: u8,
    pub(super) questions: u16,
    pub(super) answers: u16,
    pub(super) authorities: u16,
    pub(super) additionals: u16,
}

/// Steps through a message.
pub(super) struct Reader<'m> {
    message: &'m [u8],
    at: usize,
}

/// One record of a message.
#[derive(Debug, Clone)]
pub(super) struct Record<'m> {
    message: &'m [u8],
    /// Where it begins in its message, with its owner.
    pub(super) start: usize,
    pub(super) kind: u16,
    pub(super) class: u16,
    /// Seconds (RFC 2181 section 8: a number with its highest bit set is 0).
    pub(super) ttl: u32,
    data: Range<usize>,
}

impl<'m> Reader<'m> {
    /// At the start of a message.
    pub(super) fn new(message: &'m [u8]) -> Self {
        Self { message, at: 0 }
    }

    /// Steps over octets.
    #[cfg(test)]
    pub(super) fn skip(mut self, octets: usize) -> Self {
        self.at += octets;
        self
    }

    fn u16(&mut self) -> Result<u16, Broken> {
        let octets = self.message.get(self.at..self.at + 2).ok_or(Broken)?;
        self.at += 2;
        Ok(u16::from_be_bytes([octets[0], octets[1]]))
    }

    fn u32(&mut self) -> Result<u32, Broken> {
        Ok(u32::from(self.u16()?) << 16 | u32::from(self.u16()?))
    }

    fn octets(&mut self, length: u16) -> Result<&'m [u8], Broken> {
        let end = self.at + usize::from(length);
        let octets = self.message.get(self.at..end).ok_or(Broken)?;
        self.at = end;
        Ok(octets)
    }

    /// The header, which comes first.
    pub(super) fn header(&mut self) -> Result<Header, Broken> {
        let id = self.u16()?;
        let flags = self.u16()?;
        let [_, low] = flags.to_be_bytes();
        Ok(Header {
            id,
            flags,
            response: flags & 0x8000 != 0,
            opcode: (flags >> 11 & 0xf) as u8,
            code: low & 0xf,
            questions: self.u16()?,
            answers: self.u16()?,
            authorities: self.u16()?,
            additionals: self.u16()?,
        })
    }

    /// A question: name, type, class.
    pub(super) fn question(&mut self) -> Result<(Name, u16, u16), Broken> {
        Ok((self.name()?, self.u16()?, self.u16()?))
    }

    /// A name, decompressed.
    pub(super) fn name(&mut self) -> Result<Name, Broken> {
        let mut labels = Labels {
            message: self.message,
            at: self.at,
            part: self.at,
            end: None,
        };
        let name = Name::from_labels(&mut labels).ok_or(Broken)?;
        self.at = labels.end.ok_or(Broken)?;
        // A name that ends before its root's label has a label that is none.
        match self.message.get(labels.at) {
            Some(0) => Ok(name),
            _ => Err(Broken),
        }
    }

    /// Steps over a name.
    fn skip_name(&mut self) -> Result<(), Broken> {
        loop {
            let length = *self.message.get(self.at).ok_or(Broken)?;
            self.at += 1;
            match length {
                0 => return Ok(()),
                1..=63 => self.at += usize::from(length),
                0xc0.. => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Broken),
            }
        }
    }

    /// A record; its owner and its data are only stepped over.
    pub(super) fn record(&mut self) -> Result<Record<'m>, Broken> {
        let start = self.at;
        self.skip_name()?;
        let kind = self.u16()?;
        let class = self.u16()?;
        let ttl = self.u32()?;
        let length = self.u16()?;
        let data = self.at..self.at + usize::from(length);
        self.octets(length)?;
        Ok(Record {
            message: self.message,
            start,
            kind,
            class,
            ttl: if ttl >> 31 == 0 { ttl } else { 0 },
            data,
        })
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.message.len()
    }
}

/// The labels of a name in a message. It ends at what is no label.
struct Labels<'m> {
    message: &'m [u8],
    at: usize,
    /// Where the part of the name begins that is read: a pointer leads before it (RFC 1035 section 4.1.4).
    part: usize,
    /// What comes after the name where it stands, once that is known.
    end: Option<usize>,
}

impl<'m> Iterator for Labels<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        loop {
            let length = *self.message.get(self.at)?;
            let after = self.at + 1;
            match length {
                0 => {
                    self.end.get_or_insert(after);
                    return None;
                }
                1..=63 => {
                    let label = self.message.get(after..after + usize::from(length))?;
                    self.at = after + label.len();
                    return Some(label);
                }
                0xc0.. => {
                    let low = *self.message.get(after)?;
                    let to = usize::from(u16::from_be_bytes([length & 0x3f, low]));
                    if to >= self.part {
                        return None;
                    }
                    self.end.get_or_insert(after + 1);
                    (self.at, self.part) = (to, to);
                }
                _ => return None,
            }
        }
    }
}

impl<'m> Record<'m> {
    /// Its owner.
    pub(super) fn owner(&self) -> Result<Name, Broken> {
        self.at(self.start).name()
    }

    /// The first label of its owner; `None` for the root and what is no name.
    pub(super) fn first_label(&self) -> Option<&'m [u8]> {
        let mut at = self.start;
        // A pointer leads back, so a name has fewer of them than a message has octets; one or two are usual.
        for _ in 0..128 {
            let length = *self.message.get(at)?;
            match length {
                1..=63 => return self.message.get(at + 1..at + 1 + usize::from(length)),
                0xc0.. => {
                    let low = *self.message.get(at + 1)?;
                    at = usize::from(u16::from_be_bytes([length & 0x3f, low]));
                }
                _ => return None,
            }
        }
        None
    }

    fn at(&self, at: usize) -> Reader<'m> {
        Reader {
            message: self.message,
            at,
        }
    }

    /// Reads the data, which must be read to its end.
    fn read<T>(
        &self,
        read: impl FnOnce(&mut Reader<'m>) -> Result<T, Broken>,
    ) -> Result<T, Broken> {
        let mut reader = self.at(self.data.start);
        let value = read(&mut reader)?;
        if reader.at == self.data.end {
            Ok(value)
        } else {
            Err(Broken)
        }
    }

    /// The octets of its data.
    pub(super) fn data(&self) -> &'m [u8] {
        &self.message[self.data.clone()]
    }

    /// Data of so many octets.
    pub(super) fn array<const N: usize>(&self) -> Result<[u8; N], Broken> {
        self.data().try_into().map_err(|_| Broken)
    }

    /// The upper eight bits of a response code, of an OPT record (RFC 6891 section 6.1.3): the first octet of its TTL,
    /// which stands before the length of its data.
    pub(super) fn extended_code(&self) -> u8 {
        self.message[self.data.start - 6]
    }

    /// Data that is one name: NS, CNAME, DNAME.
    pub(super) fn name_data(&self) -> Result<Name, Broken> {
        self.read(Reader::name)
    }

    /// Data of an SRV record (RFC 2782): priority, weight, port, target.
    pub(super) fn service(&self) -> Result<(u16, u16, u16, Name), Broken> {
        self.read(|data| Ok((data.u16()?, data.u16()?, data.u16()?, data.name()?)))
    }

    /// Data of an SOA record.
    pub(super) fn start(&self) -> Result<Soa, Broken> {
        let apex = self.owner()?;
        self.read(|data| {
            let (mname, rname) = (data.name()?, data.name()?);
            let [serial, refresh, retry, expire, minimum] = [
                data.u32()?,
                data.u32()?,
                data.u32()?,
                data.u32()?,
                data.u32()?,
            ];
            Ok(Soa {
                rname,
                retry,
                expire,
                ttl: self.ttl,
                start: Start {
                    apex,
                    mname,
                    serial,
                    refresh,
                    minimum,
                    ttl: Some(self.ttl),
                },
            })
        })
    }

    /// Data of a TSIG record (RFC 8945 section 4.2).
    pub(super) fn signature(&self) -> Result<Signature, Broken> {
        self.read(|data| {
            let algorithm = data.name()?;
            let time = u64::from(data.u16()?) << 32 | u64::from(data.u32()?);
            let fudge = data.u16()?;
            let length = data.u16()?;
            let mac = data.octets(length)?.to_vec();
            let id = data.u16()?;
            let error = data.u16()?;
            let length = data.u16()?;
            let other = data.octets(length)?.to_vec();
            Ok(Signature {
                algorithm,
                time,
                fudge,
                mac,
                id,
                error,
                other,
            })
        })
    }
}

/// An SOA record, all of it: two are the same only if all their values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Soa {
    pub(super) start: Start,
    rname: Name,
    retry: u32,
    expire: u32,
    pub(super) ttl: u32,
}

impl Soa {
    /// Its data in presentation format, in lower case.
    pub(super) fn text(&self) -> String {
        use crate::presentation::lower;
        let Self {
            start,
            rname,
            retry,
            expire,
            ..
        } = self;
        format!(
            "{} {} {} {} {retry} {expire} {}",
            lower(&start.mname),
            lower(rname),
            start.serial,
            start.refresh,
            start.minimum
        )
    }
}

/// Data of a TSIG record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) algorithm: Name,
    /// Seconds since 1970.
    pub(super) time: u64,
    /// Seconds by which clocks may differ.
    pub(super) fudge: u16,
    pub(super) mac: Vec<u8>,
    /// The original ID of the message.
    pub(super) id: u16,
    pub(super) error: u16,
    pub(super) other: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presentation;

    /// The name at an octet, and where it ends.
    fn name_at(message: &[u8], at: usize) -> Option<(String, usize)> {
        let mut reader = Reader::new(message).skip(at);
        let name = reader.name().ok()?;
        Some((presentation::absolute(&name), reader.at))
    }

    #[test]
    fn names_end_in_earlier_ones() {
        let message = b"\x03com\0\x07contoso\xc0\0\x05kms01\xc0\x05!";
        assert_eq!(name_at(message, 0), Some(("com.".to_owned(), 5)));
        assert_eq!(name_at(message, 4), Some((".".to_owned(), 5)));
        assert_eq!(name_at(message, 5), Some(("contoso.com.".to_owned(), 15)));
        let kms = ("kms01.contoso.com.".to_owned(), 23);
        assert_eq!(name_at(message, 15), Some(kms));
        assert_eq!(name_at(message, 13), Some(("com.".to_owned(), 15)));
    }

    #[test]
    fn what_is_no_name() {
        for (message, at) in [
            // Pointers to themselves, in a circle, forwards.
            (&b"\xc0\0"[..], 0),
            (b"\x01a\xc0\0", 0),
            (b"\x01a\xc0\x04\x01b\xc0\0", 4),
            (b"\xc0\x02\x01a\0", 0),
            // Cut, or not there at all.
            (b"", 0),
            (b"\x01a", 0),
            (b"\x02a", 0),
            (b"\x01a\xc0", 0),
            (b"\0", 2),
            // A type of label that nobody uses (RFC 6891 section 5).
            (b"\x41a\0", 0),
        ] {
            assert_eq!(name_at(message, at), None, "{message:?}");
        }
    }

    /// RFC 1035 section 2.3.4, with and without compression.
    #[test]
    fn a_name_has_at_most_255_octets() {
        let label = |octets: u8| [vec![octets], vec![b'a'; usize::from(octets)]].concat();
        for (last, octets) in [(61, 255), (62, 256), (63, 257)] {
            let tail = [label(63), label(63), label(last), vec![0]].concat();
            let whole = [label(63), tail.clone()].concat();
            assert_eq!(whole.len(), octets);
            let end = (octets <= 255).then_some(octets);
            assert_eq!(name_at(&whole, 0).map(|(_, end)| end), end);

            let compressed = [tail.clone(), label(63), vec![0xc0, 0]].concat();
            let name = name_at(&compressed, tail.len());
            assert_eq!(name.is_some(), octets <= 255);
            assert!(name.is_none_or(|(_, end)| end == compressed.len()));
        }
    }
}
