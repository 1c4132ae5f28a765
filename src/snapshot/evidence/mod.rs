//! What was seen on KMS hosts and on the directory nodes of their records: outputs of administrators'
//! tools, one file a host or node.
//!
//! `form` tells by the content what a file is, one reader a form takes its facts with their places,
//! `subject` finds the host or node that they are of, `merge` puts the files of one host together. A
//! fact that a file does not tell stays `None`.

use std::ops::Range;

use super::listing::Fault;
use super::{FileId, Site};
use crate::Name;

mod cim;
mod dsacls;
mod facts;
mod form;
mod get_acl;
mod list;
mod merge;
mod publish;
mod reg_file;
mod reg_query;
mod registry;
mod rights;
mod sddl;
mod slmgr;
mod source;
mod subject;
#[cfg(test)]
mod tests;

use form::Form;
use merge::Merge;
use source::Source;

/// One file of the folder.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceFile<'a> {
    /// Its identity in the snapshot.
    pub file: FileId,
    /// Its path as shown to people, with `/`.
    pub path: &'a str,
    /// Its text: UTF-16 as UTF-8, other octets as they are. A byte-order mark may be there.
    pub bytes: &'a [u8],
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Where a KMS client showed of one product alone: it may still be a KMS host of another one (Office).
    pub client: Option<Site>,
    /// Whether it is set to publish itself in DNS (`DisableDnsPublishing` is not set).
    pub publishing: Option<Seen<bool>>,
    /// Where it was seen that publishing was switched and takes effect with a restart of the licensing
    /// service only.
    pub restart_due: Option<Site>,
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
    /// Changes the permissions or the owner: who may do that can give itself the rest, but writes no record
    /// by this entry. Only of entries that allow.
    Control,
    /// Everything else: reading, listing.
    Other,
}

/// Reads the files. `hosts` are the names that a host can have: those of the topology, and the targets
/// of records that were read. All complaints come at once.
pub fn read(files: &[EvidenceFile<'_>], hosts: &[Name]) -> Result<Evidence, Vec<Complaint>> {
    let mut merge = Merge::new(files);
    for file in files {
        let source = Source::new(file);
        if let Err(faults) = read_one(&source, hosts, &mut merge) {
            merge.complain(file.file, faults);
        }
    }
    merge.finish()
}

fn read_one(source: &Source<'_>, hosts: &[Name], merge: &mut Merge<'_>) -> Result<(), Vec<Fault>> {
    let form = form::detect(source).map_err(|fault| vec![fault])?;
    let facts = match form {
        Form::Slmgr => slmgr::read(source)?,
        Form::RegQuery => reg_query::read(source)?,
        Form::RegFile => reg_file::read(source)?,
        Form::CimJson | Form::CimList => {
            let computers = match form {
                Form::CimJson => cim::read_json(source)?,
                _ => cim::read_list(source)?,
            };
            let several = computers.len() > 1;
            for computer in computers {
                let host = subject::host_of_computer(source, &computer.name, several, hosts)?;
                merge.host(host, computer.facts);
            }
            return Ok(());
        }
        Form::Dsacls | Form::GetAcl => {
            let access = match form {
                Form::Dsacls => dsacls::read(source)?,
                _ => get_acl::read(source)?,
            };
            merge.node(subject::node(source).map_err(|fault| vec![fault])?, access);
            return Ok(());
        }
    };
    merge.host(
        subject::host(source, hosts).map_err(|fault| vec![fault])?,
        facts,
    );
    Ok(())
}
