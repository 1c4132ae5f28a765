//! What a response says of the question that it answers.

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

use super::answers::Start;
use super::response::{Data, Record, Response};
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

/// What a response says.
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
    /// The response does not tell.
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
    pub(super) fn read(response: &Response, name: &Name, kind: RecordType) -> Self {
        let mut reply = Self {
            aliases: Vec::new(),
            end: name.clone(),
            ending: Ending::Open,
        };
        let code = response.code;
        if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
            reply.ending = Ending::Code(code);
            return reply;
        }
        while records(response, &reply.end, kind).next().is_none() {
            let Some(alias) = alias(response, &reply.end) else {
                reply.ending = reply.without_records(response);
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

    fn without_records(&self, response: &Response) -> Ending {
        let no_name = response.code == ResponseCode::NXDomain;
        let start = start_above(&response.authorities, &self.end, response.authoritative);
        if start.is_some() {
            return Ending::Nothing { start, no_name };
        }
        // An alias that leads out of the server's zones.
        if !no_name && !self.aliases.is_empty() {
            return Ending::Open;
        }
        // Servers of a zone and no start of authority: a referral (RFC 2308 section 2.2).
        let cut = response
            .authorities
            .iter()
            .find(|record| record.is(RecordType::NS) && record.name.zone_of(&self.end));
        if let Some(cut) = cut.filter(|_| !no_name) {
            return Ending::Referral(cut.name.clone());
        }
        if response.authoritative || response.recursion_available {
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
pub(super) fn records<'r>(
    response: &'r Response,
    name: &'r Name,
    kind: RecordType,
) -> impl Iterator<Item = &'r Record> {
    let answers = response.answers.iter();
    answers.filter(move |record| record.is(kind) && record.name == *name)
}

/// The alias that takes `name` elsewhere: a DNAME above it before a CNAME at it, which then is made from the DNAME
/// (RFC 6672 section 3.1).
fn alias(response: &Response, name: &Name) -> Option<Alias> {
    let alias = |at: &Name, dname, target: &Name, next| Alias {
        at: at.clone(),
        dname,
        target: target.clone(),
        next,
    };
    let answers = response.answers.iter();
    let dname = answers.clone().find_map(|record| match &record.data {
        Data::Dname(target) if record.name.zone_of(name) && record.name != *name => {
            let next = moved(name, &record.name, target)?;
            Some(alias(&record.name, true, target, next))
        }
        _ => None,
    });
    dname.or_else(|| {
        answers.clone().find_map(|record| match &record.data {
            Data::Cname(target) if record.name == *name => {
                Some(alias(&record.name, false, target, target.clone()))
            }
            _ => None,
        })
    })
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
    records.iter().find_map(|record| match &record.data {
        Data::Soa(start) if start.apex.zone_of(name) => Some(Start {
            ttl: start.ttl.filter(|_| authoritative),
            ..start.clone()
        }),
        _ => None,
    })
}
