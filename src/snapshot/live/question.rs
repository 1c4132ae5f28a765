//! One question as octets, and what a message is to it.

use hickory_proto::rr::RecordType;

use super::response::Response;
use super::wire::{Broken, IN, Reader};
use crate::Name;

/// The UDP payload that we offer to take: what passes without fragments (RFC 9715, DNS Flag Day 2020).
const PAYLOAD: u16 = 1232;

/// The flags of a question: recursion desired (RFC 1035 section 4.1.1).
const FLAGS: u16 = 0x0100;

/// A name and a type, in the class of the Internet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) name: &'a Name,
    pub(super) kind: RecordType,
}

/// What a message is to a question.
#[derive(Debug)]
pub(super) enum Fit {
    /// Its answer.
    Answer(Response),
    /// It has the id of the question, and cannot be read or is no response.
    Malformed,
    /// It has the id of the question, and another question.
    OtherQuestion,
    /// It has another id, or none.
    OtherId,
}

impl Question<'_> {
    /// The message that asks it, with EDNS (RFC 6891 section 6.1.2) or without.
    pub(super) fn message(&self, id: u16, edns: bool) -> Vec<u8> {
        let mut message = Vec::with_capacity(64);
        for number in [id, FLAGS, 1, 0, 0, u16::from(edns)] {
            message.extend(number.to_be_bytes());
        }
        for label in self.name {
            message.push(u8::try_from(label.len()).expect("a label has at most 63 octets"));
            message.extend(label);
        }
        message.push(0);
        for number in [self.kind.into(), IN] {
            message.extend(u16::to_be_bytes(number));
        }
        if edns {
            // At the root; the class is the payload, the TTL holds flags, and there are no options.
            message.push(0);
            for number in [RecordType::OPT.into(), PAYLOAD, 0, 0, 0] {
                message.extend(number.to_be_bytes());
            }
        }
        message
    }

    /// What a message is to the question that was asked with this id.
    pub(super) fn fit(&self, id: u16, message: &[u8]) -> Fit {
        if message.first_chunk() != Some(&id.to_be_bytes()) {
            return Fit::OtherId;
        }
        self.read(message).unwrap_or(Fit::Malformed)
    }

    /// What a message with the right id is.
    fn read(&self, message: &[u8]) -> Result<Fit, Broken> {
        let mut reader = Reader::new(message);
        let header = reader.header()?;
        if !header.response {
            return Err(Broken);
        }
        let mut same = header.questions == 1;
        for _ in 0..header.questions {
            let (name, kind, class) = reader.question()?;
            same &= name == *self.name && kind == u16::from(self.kind) && class == IN;
        }
        Ok(if same {
            Fit::Answer(Response::read(&header, &mut reader)?)
        } else {
            Fit::OtherQuestion
        })
    }
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::{Message, MessageType};
    use hickory_proto::rr::DNSClass;

    use super::*;
    use crate::presentation::parse_full_name;

    #[test]
    fn hickory_reads_what_is_asked() {
        let name = parse_full_name("_vlmcs._tcp.Contoso.com").unwrap();
        let kind = RecordType::SRV;
        let question = Question { name: &name, kind };
        for edns in [true, false] {
            let message = Message::from_vec(&question.message(0xabcd, edns)).unwrap();
            assert_eq!(
                (message.id, message.message_type),
                (0xabcd, MessageType::Query)
            );
            assert!(message.recursion_desired);
            let [query] = message.queries.as_slice() else {
                panic!("{message:?}")
            };
            assert_eq!(query.name.to_string(), "_vlmcs._tcp.Contoso.com.");
            assert_eq!((query.query_type, query.query_class), (kind, DNSClass::IN));
            let payload = message
                .edns
                .map(|edns| (edns.version(), edns.max_payload()));
            assert_eq!(payload, edns.then_some((0, PAYLOAD)));
        }
    }
}
