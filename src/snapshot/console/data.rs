//! The data of a record, word by word.

use std::ops::Range;

use super::super::listing::{Data, Fault};
use super::super::zone_file::rrtype::Kind;
use super::super::zone_file::ttl;
use super::text::{Line, Word};
use crate::Name;

/// The data of a record of a type, as far as it matters; `span` is the record.
pub(super) fn read(
    kind: Kind,
    words: &[Word<'_>],
    span: &Range<usize>,
) -> Result<Data, Vec<Fault>> {
    let matters = !matches!(kind, Kind::Other | Kind::Unknown | Kind::Dnssec);
    if matters && words.first().is_some_and(|word| word.text == br"\#") {
        return Err(vec![
            Fault::at(
                span.clone(),
                "the data is in hexadecimal, which is not read",
            )
            .help("run dig again without `+unknownformat`"),
        ]);
    }
    let wrong = |expected: &str| {
        let message = format!("this record needs {expected}");
        vec![Fault::at(span.clone(), message)]
    };
    let one = |data: Result<Data, Fault>| data.map_err(|fault| vec![fault]);
    match (kind, words) {
        (Kind::Srv, [priority, weight, port, target]) => {
            srv([*priority, *weight, *port], target.absolute_name())
        }
        (Kind::Srv, _) => Err(wrong("four values: priority, weight, port and target")),
        (Kind::A | Kind::Aaaa, [address]) => one(address.address()),
        (Kind::Cname, [target]) => one(target.absolute_name().map(Data::Cname)),
        (Kind::Dname, [target]) => one(target.absolute_name().map(Data::Dname)),
        (Kind::A | Kind::Aaaa | Kind::Cname | Kind::Dname, _) => Err(wrong("one value")),
        (Kind::Soa, words) => soa(words).ok_or_else(|| wrong("two names and five numbers")),
        (Kind::Ns, _) => Ok(Data::Ns),
        (Kind::Dnssec, _) => Ok(Data::Dnssec),
        (Kind::Other | Kind::Unknown, _) => Ok(Data::Other),
    }
}

/// The data of an SRV record, or all that is wrong with it.
pub(super) fn srv(
    [priority, weight, port]: [Word<'_>; 3],
    target: Result<Name, Fault>,
) -> Result<Data, Vec<Fault>> {
    let numbers = (
        priority.number("priority"),
        weight.number("weight"),
        port.number("port"),
    );
    match (numbers, target) {
        ((Ok(priority), Ok(weight), Ok(port)), Ok(target)) => Ok(Data::Srv {
            priority,
            weight,
            port,
            target,
        }),
        ((priority, weight, port), target) => {
            Err([priority.err(), weight.err(), port.err(), target.err()]
                .into_iter()
                .flatten()
                .collect())
        }
    }
}

/// The data of an SRV record from its four values, which stand in `line`, or all that is wrong with it.
pub(super) fn service(line: &Line<'_>, values: &[Word<'_>]) -> Result<Data, Vec<Fault>> {
    let [priority, weight, port, target] = values else {
        let message = "an SRV record has four values: priority, weight, port and target";
        return Err(vec![Fault::at(line.span(), message)]);
    };
    srv([*priority, *weight, *port], target.absolute_name())
}

/// The owner and the data of a record, or all that is wrong with both.
pub(super) fn record(
    owner: Result<Name, Fault>,
    data: Result<Data, Vec<Fault>>,
) -> Result<(Name, Data), Vec<Fault>> {
    match (owner, data) {
        (Ok(owner), Ok(data)) => Ok((owner, data)),
        (owner, data) => Err(owner
            .err()
            .into_iter()
            .chain(data.err().into_iter().flatten())
            .collect()),
    }
}

/// The data of a start of authority.
pub(super) fn soa(words: &[Word<'_>]) -> Option<Data> {
    let [mname, _, serial, refresh, _, _, minimum] = words else {
        return None;
    };
    Some(Data::Soa {
        mname: mname.absolute_name().ok()?,
        serial: serial.digits()?,
        refresh: ttl::parse(refresh.text)?,
        minimum: ttl::parse(minimum.text)?,
    })
}
