//! What was seen on KMS hosts and on the directory nodes of their records: outputs of administrators'
//! tools, one file a host or node.

use std::ops::Range;

use super::{FileId, Site};
use crate::Name;

/// A file of the folder.
pub struct EvidenceFile<'a> {
    /// Its identity in the snapshot.
    pub file: FileId,
    /// Its path as shown to people, with `/`.
    pub path: &'a str,
    /// Its text: UTF-16 as UTF-8, other octets as they are. A byte-order mark may be there.
    pub bytes: &'a [u8],
}

/// A complaint about a file of the folder.
pub struct Complaint {
    /// The file.
    pub file: FileId,
    /// The octets of its text; `None`: the file as a whole.
    pub span: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// stub
pub fn read(_files: &[EvidenceFile<'_>], _hosts: &[Name]) -> Result<Evidence, Vec<Complaint>> {
    Ok(Evidence::default())
}

/// What the files of `--host-evidence` say, sorted by name; no name stands twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// KMS hosts.
    pub hosts: Vec<HostEvidence>,
    /// Nodes of KMS records.
    pub nodes: Vec<NodeEvidence>,
}

/// A value and the place where it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub site: Site,
}

/// What was seen on one host. `None`: no file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostEvidence {
    /// The host's full name.
    pub host: Name,
    /// Whether it is a KMS host: it has a host key and is activated with it.
    pub kms_host: Option<Seen<bool>>,
    /// Whether it publishes itself in DNS (`DisableDnsPublishing` is not set).
    pub publishing: Option<Seen<bool>>,
    /// The TCP port that it listens on.
    pub port: Option<Seen<u16>>,
    /// Its `DnsDomainPublishList`, in order; empty: the value does not exist.
    pub publish: Option<Seen<Vec<PublishLine>>>,
    /// Its current count of distinct clients.
    pub count: Option<Seen<u32>>,
}

/// One line of a `DnsDomainPublishList` as it stands in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishLine {
    /// The domain.
    pub domain: Name,
    /// SRV priority; 0 where the line gives none.
    pub priority: u16,
    /// SRV weight; 0 where the line gives none.
    pub weight: u16,
}

/// The owner and the entries of the directory node that holds a domain's KMS records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeEvidence {
    /// `_vlmcs._tcp.<domain>`.
    pub node: Name,
    /// The account that owns it, as shown (`CONTOSO\KMS01$`).
    pub owner: Option<Seen<String>>,
    /// Its access control entries, in order.
    pub entries: Vec<Seen<AccessEntry>>,
}

/// One access control entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// The account, as shown (`CONTOSO\KMS Hosts`, `NT AUTHORITY\Authenticated Users`).
    pub account: String,
    /// Whether it allows; otherwise it denies.
    pub allow: bool,
    /// What it is about.
    pub rights: Rights,
    /// Whether it comes from an object above.
    pub inherited: bool,
}

/// Rights of an access control entry on a node, as far as KMS records are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Full control.
    Full,
    /// Writes the records: all properties, or `dnsRecord` and `dNSTombstoned` both or one of them.
    Write,
    /// Everything else: reading, listing.
    Other,
}
