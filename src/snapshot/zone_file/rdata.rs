//! The data of the few record types that matter.

use std::ops::Range;

use super::head::name_fault;
use super::lexer::{Fault, Token};
use super::ttl;
use crate::Name;
use crate::presentation;

/// The data of an SOA record (RFC 1035 section 3.3.13).
#[derive(Debug, Clone)]
pub(super) struct Authority {
    pub(super) mname: Name,
    pub(super) rname: Name,
    pub(super) serial: u32,
    /// The octets of the serial number; `None` in RFC 3597 data.
    pub(super) serial_span: Option<Range<usize>>,
    pub(super) refresh: u32,
    pub(super) retry: u32,
    pub(super) expire: u32,
    pub(super) minimum: u32,
}

impl PartialEq for Authority {
    /// The same data, wherever it stands.
    fn eq(&self, other: &Self) -> bool {
        self.mname == other.mname
            && self.rname == other.rname
            && [
                self.serial,
                self.refresh,
                self.retry,
                self.expire,
                self.minimum,
            ] == [
                other.serial,
                other.refresh,
                other.retry,
                other.expire,
                other.minimum,
            ]
    }
}

/// The data of an SRV record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) priority: u16,
    pub(super) weight: u16,
    pub(super) port: u16,
    pub(super) target: Name,
    /// Where priority, weight, port and target stand; `None` in RFC 3597 data.
    pub(super) spans: Option<[Range<usize>; 4]>,
}

/// Data that is taken element by element.
struct Data<'a> {
    bytes: &'a [u8],
    tokens: std::slice::Iter<'a, Token>,
    origin: Option<&'a Name>,
    /// Where to point if the data ends too early.
    end: Range<usize>,
}

impl Data<'_> {
    fn word(&mut self, what: &str) -> Result<Range<usize>, Fault> {
        match self.tokens.next() {
            Some(Token::Word(span)) => Ok(span.clone()),
            Some(Token::Quoted(span)) => Err(Fault::new(
                span.start - 1..span.end + 1,
                format!("the {what} cannot be quoted"),
            )),
            _ => Err(Fault::new(
                self.end.clone(),
                format!("the {what} is missing: the line ends here"),
            )),
        }
    }

    fn text(&self, span: &Range<usize>) -> &[u8] {
        &self.bytes[span.clone()]
    }

    fn name(&mut self, what: &str) -> Result<(Name, Range<usize>), Fault> {
        let span = self.word(what)?;
        let name = presentation::parse_name(self.text(&span), self.origin)
            .map_err(|error| name_fault(span.clone(), error))?;
        Ok((name, span))
    }

    fn number(&mut self, what: &str, max: u32) -> Result<(u32, Range<usize>), Fault> {
        let span = self.word(what)?;
        let text = self.text(&span);
        if !text.iter().all(u8::is_ascii_digit) {
            let word = String::from_utf8_lossy(text).into_owned();
            return Err(Fault::new(
                span,
                format!("the {what} `{word}` is no number"),
            ));
        }
        let value = std::str::from_utf8(text)
            .ok()
            .and_then(|digits| digits.parse::<u32>().ok());
        match value.filter(|value| *value <= max) {
            Some(value) => Ok((value, span)),
            None => Err(Fault::new(span, format!("the {what} is above {max}"))),
        }
    }

    fn time(&mut self, what: &str) -> Result<u32, Fault> {
        let span = self.word(what)?;
        let text = self.text(&span);
        ttl::parse(text).ok_or_else(|| {
            let word = String::from_utf8_lossy(text).into_owned();
            Fault::new(span, format!("the {what} `{word}` is no time"))
                .help("a time is a number of seconds up to 4294967295, or like `1h30m`")
        })
    }

    fn finish(&mut self) -> Result<(), Fault> {
        match self.tokens.next() {
            Some(Token::Word(span) | Token::Quoted(span)) => Err(Fault::new(
                span.clone(),
                "there is more text than the record takes",
            )),
            _ => Ok(()),
        }
    }

    /// The octets of RFC 3597 data, if the data is of that form.
    fn generic(&mut self) -> Result<Option<Octets>, Fault> {
        let Some(Token::Word(mark)) = self.tokens.as_slice().first() else {
            return Ok(None);
        };
        if self.text(mark) != b"\\#" {
            return Ok(None);
        }
        self.tokens.next();
        let (length, span) = self.number("length of the data", 65_535)?;
        let mut digits = Vec::new();
        while let Some(token) = self.tokens.next() {
            let (Token::Word(word) | Token::Quoted(word) | Token::Blank(word)) = token else {
                continue;
            };
            for (index, octet) in self.text(word).iter().enumerate() {
                let Some(digit) = char::from(*octet).to_digit(16) else {
                    let at = word.start + index;
                    return Err(Fault::new(at..at + 1, "this is no hexadecimal digit"));
                };
                digits.push(u8::try_from(digit).unwrap_or(0));
            }
        }
        if digits.len() != length as usize * 2 {
            let message = format!(
                "the data has {} hexadecimal digits, its length says {}",
                digits.len(),
                length * 2
            );
            return Err(Fault::new(span, message));
        }
        let octets = digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect();
        Ok(Some(Octets {
            content: octets,
            at: 0,
            span,
        }))
    }
}

/// RFC 3597 data. A name in it is not compressed (RFC 3597 section 4).
struct Octets {
    content: Vec<u8>,
    at: usize,
    span: Range<usize>,
}

impl Octets {
    fn wrong(&self) -> Fault {
        Fault::new(
            self.span.clone(),
            "the octets are no data of this record type",
        )
    }

    fn take(&mut self, count: usize) -> Result<&[u8], Fault> {
        let end = self.at + count;
        if end > self.content.len() {
            return Err(self.wrong());
        }
        let start = std::mem::replace(&mut self.at, end);
        Ok(&self.content[start..end])
    }

    fn number(&mut self, octets: usize) -> Result<u32, Fault> {
        let taken = self.take(octets)?;
        Ok(taken
            .iter()
            .fold(0, |value, octet| value << 8 | u32::from(*octet)))
    }

    fn short(&mut self) -> Result<u16, Fault> {
        self.number(2)
            .map(|value| u16::try_from(value).unwrap_or(u16::MAX))
    }

    fn name(&mut self) -> Result<Name, Fault> {
        let mut labels = Vec::new();
        loop {
            match self.take(1)?[0] {
                0 => break,
                length @ 1..=63 => labels.push(self.take(usize::from(length))?.to_vec()),
                _ => return Err(self.wrong()),
            }
        }
        presentation::from_labels(&labels).map_err(|error| name_fault(self.span.clone(), error))
    }

    fn finish(&self) -> Result<(), Fault> {
        if self.at == self.content.len() {
            Ok(())
        } else {
            Err(self.wrong())
        }
    }
}

/// Reads the data of an SOA record. `end` is where the record ends.
pub(super) fn authority(
    bytes: &[u8],
    tokens: &[Token],
    origin: Option<&Name>,
    end: Range<usize>,
) -> Result<Authority, Fault> {
    let mut data = Data {
        bytes,
        tokens: tokens.iter(),
        origin,
        end,
    };
    if let Some(mut octets) = data.generic()? {
        let soa = Authority {
            mname: octets.name()?,
            rname: octets.name()?,
            serial: octets.number(4)?,
            serial_span: None,
            refresh: octets.number(4)?,
            retry: octets.number(4)?,
            expire: octets.number(4)?,
            minimum: octets.number(4)?,
        };
        octets.finish()?;
        return Ok(soa);
    }
    let (mname, _) = data.name("primary server")?;
    let (rname, _) = data.name("mailbox")?;
    let (serial, serial_span) = data.number("serial number", u32::MAX)?;
    let soa = Authority {
        mname,
        rname,
        serial,
        serial_span: Some(serial_span),
        refresh: data.time("refresh interval")?,
        retry: data.time("retry interval")?,
        expire: data.time("expire interval")?,
        minimum: data.time("minimum")?,
    };
    data.finish()?;
    Ok(soa)
}

/// Reads the data of an SRV record. `end` is where the record ends.
pub(super) fn service(
    bytes: &[u8],
    tokens: &[Token],
    origin: Option<&Name>,
    end: Range<usize>,
) -> Result<Service, Fault> {
    let mut data = Data {
        bytes,
        tokens: tokens.iter(),
        origin,
        end,
    };
    if let Some(mut octets) = data.generic()? {
        let service = Service {
            priority: octets.short()?,
            weight: octets.short()?,
            port: octets.short()?,
            target: octets.name()?,
            spans: None,
        };
        octets.finish()?;
        return Ok(service);
    }
    let mut short = |what: &str| {
        let (value, span) = data.number(what, u32::from(u16::MAX))?;
        Ok::<_, Fault>((u16::try_from(value).unwrap_or(u16::MAX), span))
    };
    let (priority, priority_span) = short("priority")?;
    let (weight, weight_span) = short("weight")?;
    let (port, port_span) = short("port")?;
    let (target, target_span) = data.name("target")?;
    data.finish()?;
    Ok(Service {
        priority,
        weight,
        port,
        target,
        spans: Some([priority_span, weight_span, port_span, target_span]),
    })
}

/// Reads the data of a record that is one name: CNAME, DNAME.
pub(super) fn single_name(
    bytes: &[u8],
    tokens: &[Token],
    origin: Option<&Name>,
    end: Range<usize>,
) -> Result<Name, Fault> {
    let mut data = Data {
        bytes,
        tokens: tokens.iter(),
        origin,
        end,
    };
    if let Some(mut octets) = data.generic()? {
        let name = octets.name()?;
        octets.finish()?;
        return Ok(name);
    }
    let (name, _) = data.name("target")?;
    data.finish()?;
    Ok(name)
}
