//! What sources other than zone files say: records, each with its place.
//!
//! A reader takes a [`Sample`] and gives [`Section`]s: the records of one zone, or of names whose zone the
//! source does not tell. What a source cannot tell stays `None`, and [`Extent`] says what the absence of a
//! record means. [`super::placing`] finds their zones.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Extent, Format};
use crate::Name;
use crate::presentation;
use crate::topology::ZoneKind;

/// A source as its reader sees it.
pub(super) struct Sample<'a> {
    /// Its text: octets as they are, UTF-16 as UTF-8. A byte-order mark is still there.
    pub(super) bytes: &'a [u8],
    /// Its path as shown to people, with `/`.
    pub(super) shown: &'a str,
    /// The zone that the user says it is of.
    pub(super) zone: Option<&'a Name>,
    /// The node that the user says it was asked for: relative to the zone, or absolute with a final dot.
    pub(super) node: Option<&'a str>,
}

impl<'a> Sample<'a> {
    /// The octets after a byte-order mark, and where they begin.
    pub(super) fn body(&self) -> (usize, &'a [u8]) {
        match self.bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) => (3, rest),
            None => (0, self.bytes),
        }
    }

    /// The lines without their ends (LF or CRLF), each with the offset of its first octet.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        let (start, body) = self.body();
        let mut at = start;
        body.split_inclusive(|octet| *octet == b'\n')
            .map(move |line| {
                let first = at;
                at += line.len();
                let text = line.strip_suffix(b"\n").unwrap_or(line);
                (first, text.strip_suffix(b"\r").unwrap_or(text))
            })
    }

    /// The absolute name of the node that the user gave, if both it and the zone are given.
    pub(super) fn node_name(&self) -> Option<Name> {
        presentation::parse_name(self.node?.as_bytes(), Some(self.zone?)).ok()
    }
}

/// Why a source was taken for a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sign {
    /// The form.
    pub(super) format: Format,
    /// What shows it, to be read after "taken for …: ".
    pub(super) why: String,
}

impl Sign {
    pub(super) fn new(format: Format, why: impl Into<String>) -> Self {
        Self {
            format,
            why: why.into(),
        }
    }
}

/// A complaint about a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The octets of [`Sample::bytes`]; `None`: the source as a whole.
    pub(super) span: Option<Range<usize>>,
    /// What is wrong.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl Fault {
    /// A complaint about a place.
    pub(super) fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span: Some(span),
            message: message.into(),
            help: None,
        }
    }

    /// A complaint about the whole source.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self {
            span: None,
            message: message.into(),
            help: None,
        }
    }

    /// The same with advice.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What one source lists of one zone, or of names whose zone it does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// The zone's apex; `None`: the source does not tell.
    pub(super) apex: Option<Name>,
    /// Whether the apex is that of `--zone`, not of the source.
    pub(super) apex_given: bool,
    /// What the data says about how the zone is kept.
    pub(super) evidence: Option<ZoneKind>,
    /// What is known besides the records that are listed.
    pub(super) extent: Extent,
    /// The records.
    pub(super) records: Vec<Listed>,
    /// Owners of KMS records that the source says have none: a name that does not exist.
    pub(super) empty: BTreeSet<Name>,
}

impl Section {
    /// A section without records.
    pub(super) fn new(apex: Option<Name>, extent: Extent) -> Self {
        Self {
            apex,
            apex_given: false,
            evidence: None,
            extent,
            records: Vec::new(),
            empty: BTreeSet::new(),
        }
    }
}

/// One record of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its owner.
    pub(super) owner: Name,
    /// Seconds; `None`: not told, or what a cache had left of it.
    pub(super) ttl: Option<u32>,
    /// Whether it carries a dynamic-update timestamp; `None`: not told.
    pub(super) aged: Option<bool>,
    /// The octets that say it, of [`Sample::bytes`]: at least the first.
    pub(super) span: Range<usize>,
    /// What it says.
    pub(super) data: Data,
}

/// The data of a record, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// A service.
    Srv {
        /// Lower is asked first.
        priority: u16,
        /// Share within a priority.
        weight: u16,
        /// TCP port.
        port: u16,
        /// The host.
        target: Name,
    },
    /// A or AAAA.
    Address,
    /// A delegation, or the zone's own name servers.
    Ns,
    /// An alias of the owner.
    Cname(Name),
    /// An alias of the names below the owner.
    Dname(Name),
    /// The start of authority.
    Soa {
        /// Primary server.
        mname: Name,
        /// Serial number.
        serial: u32,
        /// Refresh interval, seconds.
        refresh: u32,
        /// Minimum, seconds.
        minimum: u32,
    },
    /// DNSKEY, RRSIG, NSEC, NSEC3 or NSEC3PARAM: the zone is signed.
    Dnssec,
    /// Any other type. Only a wildcard's matters.
    Other,
}
