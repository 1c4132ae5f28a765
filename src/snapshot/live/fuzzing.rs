//! A door for `fuzz/`: messages without the servers that send them.

use std::collections::BTreeSet;

use hickory_proto::rr::RecordType;

use super::question::{Fit, Question};
use super::reply::{Reply, records, start_above};
use super::subject::record_set;
use super::{Key, Options, Transfer};
use crate::presentation::parse_full_name;
use crate::snapshot::surroundings::Interest;

/// A key that anybody may know.
const KEY: &str =
    "key \"fuzz.\" { algorithm hmac-sha256; secret \"c2VjcmV0IG9mIHRoZSBmdXp6ZXI=\"; };";

/// Reads octets as the answer to a question, or as all messages of a transfer, each after its length. The first octet
/// tells which.
///
/// # Panics
/// If what was read cannot be read again.
pub fn message(octets: &[u8]) {
    let Some((how, octets)) = octets.split_first() else {
        return;
    };
    let name = |text| parse_full_name(text).expect("it is a name");
    if how & 1 != 0 {
        let zone = name("contoso.com");
        let key = (how & 2 != 0).then(|| Key::read("fuzz.key", KEY.as_bytes()).expect("a key"));
        let options = Options {
            key,
            ..Options::default()
        };
        if let Some(transfer) = Transfer::received(&zone, &options, octets) {
            let mut names = BTreeSet::from([name("kms01.contoso.com")]);
            names.extend(transfer.kms.iter().map(|(owner, _)| owner.clone()));
            let (text, section) = transfer.section(&Interest::new(&zone, &names));
            for record in &section.records {
                assert!(
                    text.is_char_boundary(record.span.start),
                    "no place of a line"
                );
                assert!(text.is_char_boundary(record.span.end), "no place of a line");
            }
        }
        return;
    }
    let (asked, kind) = match how >> 1 & 3 {
        0 => ("_vlmcs._tcp.contoso.com", RecordType::SRV),
        1 => ("kms01.contoso.com", RecordType::A),
        2 => ("kms01.contoso.com", RecordType::AAAA),
        _ => ("contoso.com", RecordType::SOA),
    };
    let asked = name(asked);
    let question = Question { name: &asked, kind };
    let Some(id) = octets.first_chunk() else {
        return;
    };
    if let Fit::Answer(response) = question.fit(u16::from_be_bytes(*id), octets) {
        let reply = Reply::read(&response, &asked, kind);
        let _ = records(&response, &reply.end, kind).count();
        let _ = start_above(&response.authorities, &asked, response.authoritative);
        let _ = record_set(&response.answers, response.authoritative);
    }
}
