//! The current state as read: zones, their KMS records, addresses of targets, delegations.
//!
//! One reader a format, all giving the same [`Zone`]. A snapshot owns the bytes of the files it was
//! read from, and every record of a zone file knows its bytes in them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::encoding::Encoding;
use crate::topology::ZoneKind;
use crate::words::words;
use crate::{Fingerprint, Name};

mod agree;
mod console;
mod detect;
pub mod evidence;
mod fields;
mod lines;
mod listing;
pub mod live;
pub mod lookup;
mod options;
mod placing;
mod powershell;
mod read;
mod source;
mod surroundings;
mod systems;
mod unanswered;
mod zone_file;
mod zones;

pub use lookup::{Addresses, Holder};
pub use options::Options;
pub(crate) use source::is_shell_pipe;

/// Everything that was read.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The files, included ones too. A [`FileId`] is an index into them.
    pub files: Vec<File>,
    /// The zones, sorted by name; no name stands twice.
    pub zones: Vec<Zone>,
    /// What answers of servers say of the addresses of names, besides what zones say.
    pub answers: BTreeMap<Name, Answer>,
    /// KMS records that a server gave through an alias at the owner that was asked for.
    pub through_aliases: BTreeMap<Name, Vec<KmsRecord>>,
    /// Owners about which a server answered without authority (AA clear): it does not hold their zone itself.
    pub without_authority: BTreeSet<Name>,
    /// Names that servers were asked about and gave no usable answer for: owners of KMS records, hosts.
    pub unanswered: BTreeMap<Name, live::Unanswered>,
    /// What was seen on hosts and directory nodes.
    pub evidence: evidence::Evidence,
    /// What each source was taken for, sorted by path.
    pub sources: Vec<Taken>,
}

/// What an answer says of a name's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it stands.
    pub site: Site,
    /// What it says.
    pub says: Says,
}

/// What is said of a name's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// It has addresses: these, as far as the source was read for them.
    Addresses(BTreeSet<IpAddr>),
    /// It has none, or does not exist.
    Nothing,
    /// It is an alias.
    Alias {
        /// Where the first alias leads.
        target: Name,
        /// The addresses at the end.
        addresses: BTreeSet<IpAddr>,
    },
}

/// What a source was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The path as shown to people.
    pub path: String,
    /// The form.
    pub format: Format,
    /// What shows it.
    pub why: String,
    /// The zones that it tells of, and how each one's name is known.
    pub zones: Vec<(Name, ApexFrom)>,
}

words! {
    /// How the name of a zone is known.
    ApexFrom {
        /// The source tells it.
        Source = "source",
        /// `--zone`, the topology's `[[zone]]` or another source names a zone that encloses the records.
        Given = "given",
        /// Nothing tells it: the domain itself is assumed.
        Assumed = "assumed",
    }
}

/// Index into [`Snapshot::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// A file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// The path as typed (for files of a folder or of `$INCLUDE`: below what was typed), with `/`.
    pub path: String,
    /// Where it lies, without links; `None` for standard input and other pipes.
    pub real: Option<PathBuf>,
    /// Its text: its octets as they are, UTF-16 as UTF-8.
    pub bytes: Arc<Vec<u8>>,
    /// How the text is written in the file.
    pub encoding: Encoding,
    /// Whether it is what a live server said: the text is ours then, and its lines are no places for people.
    pub live: bool,
    /// How often the zones of the snapshot bring it in: 1 for a zone's own file, more where `$INCLUDE`
    /// names it in several places, 0 for a second source of a zone that is read from another file.
    pub uses: usize,
}

words! {
    /// The form that a source was in.
    Format {
        /// RFC 1035 master file.
        ZoneFile = "zone-file",
        /// Windows DNS zone file or export: no `$TTL`, `[AGE:n]`.
        WindowsZoneFile = "windows-zone-file",
        /// `Get-DnsServerResourceRecord | ConvertTo-Json`, as it comes or flattened.
        DnsServerJson = "dnsserver-json",
        /// `Get-DnsServerResourceRecord | Export-Csv`, with the record data in columns.
        DnsServerCsv = "dnsserver-csv",
        /// `Get-DnsServerResourceRecord` as a console shows it.
        DnsServerTable = "dnsserver-table",
        /// `Resolve-DnsName | ConvertTo-Json`.
        ResolveJson = "resolve-dnsname-json",
        /// `Resolve-DnsName | Export-Csv`.
        ResolveCsv = "resolve-dnsname-csv",
        /// `Resolve-DnsName` as a console shows it, table or list.
        ResolveText = "resolve-dnsname",
        /// `nslookup -type=srv`, of Windows in any language or of BIND.
        Nslookup = "nslookup",
        /// BIND's `host -t srv`.
        Host = "host",
        /// Answers of `dig`.
        Dig = "dig",
        /// `dig +short`: data without owners.
        DigShort = "dig-short",
        /// `dig AXFR`: a zone transfer.
        DigTransfer = "dig-axfr",
        /// `dnscmd /EnumRecords`: owners below the node that was asked for.
        EnumRecords = "dnscmd-enumrecords",
        /// `dnscmd /ZonePrint`: a whole zone.
        ZonePrint = "dnscmd-zoneprint",
        /// CSV export of Infoblox NIOS.
        InfobloxCsv = "infoblox-csv",
        /// `aws route53 list-resource-record-sets`.
        Route53Json = "route53-json",
        /// Zone of octoDNS in YAML.
        OctoDns = "octodns-yaml",
        /// Configuration of dnsmasq with `srv-host` lines.
        Dnsmasq = "dnsmasq",
        /// A zone transfer from a live server: `axfr://`.
        Transfer = "axfr",
        /// Answers of a live server: `dns://`.
        Questions = "dns",
    }
}

impl Format {
    /// Whether sources of this form are files that can be edited.
    pub fn is_zone_file(self) -> bool {
        matches!(self, Self::ZoneFile | Self::WindowsZoneFile)
    }

    /// Whether it is that of live servers, not of files.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Transfer | Self::Questions)
    }

    /// Its name in a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Self::ZoneFile => "zone file",
            Self::WindowsZoneFile => "Windows zone file",
            Self::DnsServerJson => "Get-DnsServerResourceRecord as JSON",
            Self::DnsServerCsv => "Get-DnsServerResourceRecord as CSV",
            Self::DnsServerTable => "console table of Get-DnsServerResourceRecord",
            Self::ResolveJson => "Resolve-DnsName as JSON",
            Self::ResolveCsv => "Resolve-DnsName as CSV",
            Self::ResolveText => "console output of Resolve-DnsName",
            Self::Nslookup => "nslookup output",
            Self::Host => "output of host",
            Self::Dig => "answers of dig",
            Self::DigShort => "output of dig +short",
            Self::DigTransfer => "zone transfer by dig",
            Self::EnumRecords => "dnscmd /EnumRecords",
            Self::ZonePrint => "dnscmd /ZonePrint",
            Self::InfobloxCsv => "Infoblox CSV export",
            Self::Route53Json => "Route 53 record sets as JSON",
            Self::OctoDns => "octoDNS zone in YAML",
            Self::Dnsmasq => "dnsmasq configuration",
            Self::Transfer => "zone transfer",
            Self::Questions => "answers of a server",
        }
    }
}

/// What a source tells besides the records that it lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Nothing: a KMS record set is known only where it is listed, or said not to exist.
    Names,
    /// All SRV records of the zone: an owner without any has none. Of other types only what is listed.
    Services,
    /// Every name of the zone: what is missing does not exist.
    Whole,
}

/// One zone, as far as KMS is concerned.
#[derive(Debug, Clone)]
pub struct Zone {
    /// The apex, in the zone's spelling.
    pub name: Name,
    /// What it was read from, as shown to people.
    pub source: String,
    /// In which form.
    pub format: Format,
    /// How its name is known.
    pub apex_from: ApexFrom,
    /// SHA-256 of the main source, lower-case hexadecimal.
    pub sha256: Fingerprint,
    /// What the data itself says about how the zone is kept.
    pub evidence: Option<ZoneKind>,
    /// The start of authority.
    pub soa: Option<Soa>,
    /// Whether DNSSEC records were seen (DNSKEY, RRSIG, NSEC, NSEC3, NSEC3PARAM).
    pub signed: bool,
    /// The KMS record sets, `_vlmcs._tcp.<domain>`, by owner. Records below a zone cut, outside the zone, or
    /// inside a longer zone that was read are not among them; the same holds for what follows. An empty set:
    /// a source says that there are none.
    pub kms: BTreeMap<Name, Vec<KmsRecord>>,
    /// Delegations at or above a name of interest, by owner.
    pub cuts: BTreeMap<Name, Site>,
    /// CNAME and DNAME records at or above a name of interest, by owner.
    pub aliases: BTreeMap<Name, Alias>,
    /// Wildcards that a name of interest could match, by owner (`*.contoso.com.`).
    pub wildcards: BTreeMap<Name, Site>,
    /// Names of interest that own at least one A or AAAA record here (not glue below a cut).
    pub addresses: BTreeMap<Name, Site>,
    /// What the absence of a record means.
    pub extent: Extent,
    /// Where a record can be appended; `None` where the source is no zone file.
    pub end: Option<End>,
}

/// A place in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The line, from 1; of what a live server said, that of our text.
    pub line: usize,
}

/// The start of authority of a zone.
#[derive(Debug, Clone)]
pub struct Soa {
    /// Primary server.
    pub mname: Name,
    /// Serial number.
    pub serial: u32,
    /// Refresh interval, seconds.
    pub refresh: u32,
    /// Minimum: bounds the TTL of negative answers, seconds (RFC 2308).
    pub minimum: u32,
    /// The TTL of the record itself, which bounds it too (RFC 2308 section 5), seconds; `None`: not told.
    pub ttl: Option<u32>,
    /// Where it stands.
    pub site: Option<Site>,
    /// The octets of the serial number, file by file: the record may be repeated, as the output of a transfer
    /// does. `None` where one of them cannot be replaced in place.
    pub serial_spans: Option<Vec<(FileId, Range<usize>)>>,
}

/// An alias that stands in the way.
#[derive(Debug, Clone)]
pub struct Alias {
    /// Whether it is a DNAME (covers the names below its owner) or a CNAME (the owner itself).
    pub dname: bool,
    /// What it points to.
    pub target: Name,
    /// Where it stands.
    pub site: Site,
}

/// One `_vlmcs._tcp` SRV record.
#[derive(Debug, Clone)]
pub struct KmsRecord {
    /// The owner in its own spelling.
    pub owner: Name,
    /// Lower is asked first.
    pub priority: u16,
    /// Share within a priority.
    pub weight: u16,
    /// TCP port.
    pub port: u16,
    /// The KMS host, in its own spelling.
    pub target: Name,
    /// Effective TTL in seconds, as written; `None`: the source does not tell.
    pub ttl: Option<u32>,
    /// Whether it carries a dynamic-update timestamp; `None`: the source does not tell.
    pub aged: Option<bool>,
    /// Where it stands; `None` where the source has no lines.
    pub site: Option<Site>,
    /// Its text; `None` where the source is no zone file.
    pub text: Option<Text>,
}

/// The text of a record in a zone file. All ranges are octets of the file of the record's site.
#[derive(Debug, Clone)]
pub struct Text {
    /// From the first octet of its first line to after the last line's end (LF, a lone CR, or end of
    /// file). For a record made by `$GENERATE`, the directive.
    pub lines: Range<usize>,
    /// How it is written.
    pub form: Form,
    /// Where its TTL comes from.
    pub ttl_from: TtlFrom,
    /// The origin in force on its line.
    pub origin: Name,
    /// The next record in reading order (across `$INCLUDE`), if it has no TTL of its own: it would
    /// take over another TTL if this record's went (RFC 1035 section 5.1). `None` where a `$TTL` or the
    /// SOA minimum rules, or the next record has its own.
    pub ttl_heir: Option<Heir>,
    /// The next record of the same file, if its owner is blank: it inherits this record's owner. For the
    /// last record made by `$GENERATE`: it would, if the record stood there itself.
    pub owner_heir: Option<Heir>,
    /// First records of files that `$INCLUDE` brings in between this record and the next one of its file,
    /// if their owner is blank: they inherit this record's owner too.
    pub included_heirs: Vec<Heir>,
}

/// How a record is written.
#[derive(Debug, Clone)]
pub enum Form {
    /// Field by field.
    Fields(Fields),
    /// RFC 3597 data (`\# 24 …`): the ranges of type and data together.
    Generic {
        /// The owner, `None` where it is blank.
        owner: Option<Range<usize>>,
        /// The TTL, if written.
        ttl: Option<Range<usize>>,
        /// Where a TTL can be put in: before class, or type.
        ttl_slot: usize,
        /// From the type to the end of the data.
        data: Range<usize>,
        /// Windows `[AGE:n]`, with the blanks after it.
        age: Option<Range<usize>>,
    },
    /// Made by a `$GENERATE` directive: the record has no text of its own.
    Generated {
        /// All records that the directive makes, as zone file lines with absolute owners, explicit TTL,
        /// in order, without line ends. `index` is this record's.
        lines: std::sync::Arc<Vec<String>>,
        /// This record's index in `lines`.
        index: usize,
    },
}

/// The fields of an SRV record in a zone file.
#[derive(Debug, Clone)]
pub struct Fields {
    /// The owner; `None` where it is blank (inherited).
    pub owner: Option<Range<usize>>,
    /// Windows `[AGE:n]`, with the blanks after it.
    pub age: Option<Range<usize>>,
    /// The TTL, if written.
    pub ttl: Option<Range<usize>>,
    /// Where a TTL can be put in: the start of the class where one is written, else of the type.
    pub ttl_slot: usize,
    /// The type.
    pub kind: Range<usize>,
    /// The priority.
    pub priority: Range<usize>,
    /// The weight.
    pub weight: Range<usize>,
    /// The port.
    pub port: Range<usize>,
    /// The target.
    pub target: Range<usize>,
}

/// Where a record's TTL comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TtlFrom {
    /// It is written in the record.
    Record,
    /// A `$TTL`, or the SOA minimum where the file says so for all its records.
    Default,
    /// The last record before it that had one (RFC 1035 section 5.1).
    Previous,
}

/// A record that inherits from the one before it, and where to write what it must not lose.
#[derive(Debug, Clone)]
pub struct Heir {
    /// Its file.
    pub file: FileId,
    /// Its first octet: for a blank owner the first of the blanks.
    pub start: usize,
    /// For a blank owner the octets of the blanks before its first field, else empty.
    pub blanks: Range<usize>,
    /// Where a TTL can be put in.
    pub ttl_slot: usize,
    /// The TTL in force for it, seconds.
    pub ttl: u32,
    /// The origin in force on its line.
    pub origin: Name,
    /// Its owner.
    pub owner: Name,
    /// Whether its owner is blank.
    pub blank: bool,
}

/// The end of a zone's main file, where a record can be appended.
#[derive(Debug, Clone)]
pub struct End {
    /// The main file.
    pub file: FileId,
    /// The origin in force there.
    pub origin: Name,
    /// The TTL that a record without one takes there, and whether it is a default (`$TTL`, or the SOA
    /// minimum) rather than the last record's.
    pub ttl: Option<(u32, TtlFrom)>,
}
