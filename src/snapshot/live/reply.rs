//! What a message says of the question that it answers.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{DNSClass, RData, Record, RecordType};

use super::answers::Start;
use crate::{Name, presentation};

/// The most aliases that are followed from a name.
pub(super) const MAX_ALIASES: usize = 8;

/// An alias on the way from the name that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alias {
    /// Where it stands.
    pub(super) at: Name,
    /// Whether it is a DNAME, for the names below.
    pub(super) dname: bool,
    /// Its target.
    pub(super) target: Name,
    /// The name that it leads to: the target, or a name below it.
    pub(super) next: Name,
}

/// What a message says.
#[derive(Debug)]
pub(super) struct Reply {
    /// The aliases in it, in order.
    pub(super) aliases: Vec<Alias>,
    /// The name at their end; without any the one asked for.
    pub(super) end: Name,
    /// What stands there.
    pub(super) ending: Ending,
}

/// What stands at the end of the aliases.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Records of the type.
    Records,
    /// None, and who says so, as far as it says: the name may be missing altogether.
    Nothing {
        /// The zone that has none.
        start: Option<Start>,
        /// Whether there is no such name at all.
        no_name: bool,
    },
    /// The message does not tell.
    Open,
    /// The aliases lead in a circle, or further than anyone follows.
    Circle,
    /// A delegation: others hold the name.
    Referral(Name),
    /// The server does not hold the name and asks nobody.
    Lame,
    /// No answer.
    Code(ResponseCode),
}

impl Reply {
    /// Reads the answer to a question.
    pub(super) fn read(message: &Message, name: &Name, kind: RecordType) -> Self {
        let mut reply = Self {
            aliases: Vec::new(),
            end: name.clone(),
            ending: Ending::Open,
        };
        let code = message.response_code;
        if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
            reply.ending = Ending::Code(code);
            return reply;
        }
        while records(message, &reply.end, kind).next().is_none() {
            let Some(alias) = alias(message, &reply.end) else {
                reply.ending = reply.without_records(message);
                return reply;
            };
            let circle = alias.next == *name
                || reply.aliases.iter().any(|known| known.next == alias.next)
                || reply.aliases.len() == MAX_ALIASES;
            reply.end = alias.next.clone();
            reply.aliases.push(alias);
            if circle {
                reply.ending = Ending::Circle;
                return reply;
            }
        }
        reply.ending = Ending::Records;
        reply
    }

    fn without_records(&self, message: &Message) -> Ending {
        let no_name = message.response_code == ResponseCode::NXDomain;
        let start = start_above(&message.authorities, &self.end, message.authoritative);
        if start.is_some() {
            return Ending::Nothing { start, no_name };
        }
        // An alias that leads out of the server's zones.
        if !no_name && !self.aliases.is_empty() {
            return Ending::Open;
        }
        // Servers of a zone and no start of authority: a referral (RFC 2308 section 2.2).
        let cut = message
            .authorities
            .iter()
            .filter(|record| record.record_type() == RecordType::NS && is_internet(record))
            .map(|record| Name::from(&record.name))
            .find(|cut| cut.zone_of(&self.end));
        if let Some(cut) = cut.filter(|_| !no_name) {
            return Ending::Referral(cut);
        }
        if message.authoritative || message.recursion_available {
            Ending::Nothing {
                start: None,
                no_name,
            }
        } else {
            Ending::Lame
        }
    }
}

/// The records of a type at a name, in the answer.
pub(super) fn records<'m>(
    message: &'m Message,
    name: &'m Name,
    kind: RecordType,
) -> impl Iterator<Item = &'m Record> {
    message.answers.iter().filter(move |record| {
        record.record_type() == kind && is_internet(record) && record.name == *name
    })
}

fn is_internet(record: &Record) -> bool {
    record.dns_class == DNSClass::IN
}

/// The alias that takes `name` elsewhere: a DNAME above it before a CNAME at it, which then is made from the DNAME
/// (RFC 6672 section 3.1).
fn alias(message: &Message, name: &Name) -> Option<Alias> {
    let records = || message.answers.iter().filter(|record| is_internet(record));
    let dname = records().find_map(|record| {
        let at = Name::from(&record.name);
        let above = at.zone_of(name) && at != *name;
        let target = above.then(|| dname_target(record)).flatten()?;
        let next = moved(name, &at, &target)?;
        Some(Alias {
            at,
            dname: true,
            target,
            next,
        })
    });
    dname.or_else(|| {
        records().find_map(|record| match &record.data {
            RData::CNAME(cname) if record.name == *name => Some(Alias {
                at: Name::from(&record.name),
                dname: false,
                target: Name::from(&cname.0),
                next: Name::from(&cname.0),
            }),
            _ => None,
        })
    })
}

/// The target of a DNAME record, which hickory does not read: a name without compression (RFC 6672 section 2.5).
fn dname_target(record: &Record) -> Option<Name> {
    let RData::Unknown {
        code: RecordType::DNAME,
        rdata,
    } = &record.data
    else {
        return None;
    };
    let mut labels = Vec::new();
    let mut rest = rdata.anything.as_slice();
    loop {
        let (length, after) = rest.split_first()?;
        if *length == 0 {
            return after
                .is_empty()
                .then(|| presentation::from_labels(&labels).ok())?;
        }
        // A longer one is a pointer, or no label.
        let (label, after) = after.split_at_checked(usize::from(*length))?;
        labels.push(label.to_vec());
        rest = after;
    }
}

/// `name` with `target` in place of `owner` at its end (RFC 6672 section 2.2); `None`: too long.
fn moved(name: &Name, owner: &Name, target: &Name) -> Option<Name> {
    let own = presentation::label_count(name) - presentation::label_count(owner);
    let labels: Vec<Vec<u8>> = name
        .iter()
        .take(own)
        .chain(target.iter())
        .map(<[u8]>::to_vec)
        .collect();
    presentation::from_labels(&labels).ok()
}

/// The first start of authority at or above a name; with its TTL where a server with authority gave it.
pub(super) fn start_above(records: &[Record], name: &Name, authoritative: bool) -> Option<Start> {
    records.iter().find_map(|record| {
        let RData::SOA(soa) = &record.data else {
            return None;
        };
        let apex = Name::from(&record.name);
        (is_internet(record) && apex.zone_of(name)).then(|| Start {
            apex,
            mname: Name::from(&soa.mname),
            serial: soa.serial,
            // Signed in hickory, unsigned in RFC 1035 section 3.3.13.
            refresh: soa.refresh.cast_unsigned(),
            minimum: soa.minimum,
            ttl: authoritative.then_some(record.ttl),
        })
    })
}
