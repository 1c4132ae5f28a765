//! What a zone holds, as `dig` prints a transfer: the slow and obvious reader.

use std::collections::BTreeSet;

/// A record, in lower case but for text: `PowerDNS` may send a name in the case of another one that is equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) owner: String,
    pub(crate) ttl: u32,
    pub(crate) kind: String,
    pub(crate) data: String,
}

impl Record {
    pub(crate) fn new(owner: &str, ttl: u32, kind: &str, data: &str) -> Self {
        Self {
            owner: owner.to_ascii_lowercase(),
            ttl,
            kind: kind.to_owned(),
            data: if kind == "TXT" {
                data.to_owned()
            } else {
                data.to_ascii_lowercase()
            },
        }
    }
}

/// A zone: its records, the SOA without its serial, and that serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    pub(crate) records: BTreeSet<Record>,
    pub(crate) serial: u32,
}

impl Zone {
    /// Reads the output of `dig AXFR`, which must be whole.
    pub(crate) fn of_transfer(text: &str) -> Self {
        let mut records = BTreeSet::new();
        let mut serial = None;
        let mut count = 0;
        let mut said = None;
        for line in text.lines() {
            if let Some(size) = line.strip_prefix(";; XFR size: ") {
                said = size.split(' ').next().and_then(|count| count.parse().ok());
            }
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            count += 1;
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let [owner, ttl, "IN", kind, data @ ..] = fields.as_slice() else {
                panic!("not a record: {line}\n{text}");
            };
            let mut data = data.to_vec();
            if *kind == "SOA" {
                serial = Some(data.remove(2).parse().unwrap());
            }
            records.insert(Record::new(
                owner,
                ttl.parse().unwrap(),
                kind,
                &data.join(" "),
            ));
        }
        assert_eq!(said, Some(count), "{text}");
        Self {
            records,
            serial: serial.unwrap_or_else(|| panic!("no SOA: {text}")),
        }
    }
}

/// The lines that lead from one to the other, `-` before `+`.
pub(crate) fn difference(from: &BTreeSet<Record>, to: &BTreeSet<Record>) -> String {
    let line = |sign: char, record: &Record| {
        let Record {
            owner,
            ttl,
            kind,
            data,
        } = record;
        format!("{sign}{owner} {ttl} {kind} {data}\n")
    };
    let gone = from.difference(to).map(|record| line('-', record));
    let new = to.difference(from).map(|record| line('+', record));
    gone.chain(new).collect()
}
