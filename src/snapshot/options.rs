//! How sources are read.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;

use super::{Format, live};
use crate::Name;

/// How sources are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The form of every source; `None`: each is detected by its content.
    pub from: Option<Format>,
    /// The origin of zone files that tell none.
    pub origin: Option<Name>,
    /// The zone of sources that do not tell theirs.
    pub zone: Option<Name>,
    /// The node that a listing without owners, or with owners relative to it, was asked for: relative to the
    /// zone, or absolute with a final dot.
    pub node: Option<String>,
    /// Zones that exist, as the topology says.
    pub zones: Vec<Name>,
    /// The folder that `$INCLUDE` may reach into; `None`: that of the zone's own file.
    pub include_root: Option<PathBuf>,
    /// The largest file that is read, in octets.
    pub max_size: u64,
    /// Files that are passed over in folders: the topology, a list of domains.
    pub skip: Vec<PathBuf>,
    /// Names that are looked for besides what the zones' KMS records name: desired hosts, owners of the KMS
    /// records of desired domains.
    pub interest: Vec<Name>,
    /// Names among them of which nothing need be known: no usable answer about them is no error.
    pub optional: BTreeSet<Name>,
    /// Whether the owners of the KMS records of the zones themselves are looked for too.
    pub apexes: bool,
    /// The folder with what was seen on hosts and directory nodes.
    pub host_evidence: Option<PathBuf>,
    /// Hosts that files of that folder may be about, besides the targets of KMS records.
    pub hosts: Vec<Name>,
    /// How live servers are asked.
    pub live: live::Options,
    /// Reads standard input, for the source `-`, up to the number of octets given.
    pub stdin: fn(u64) -> io::Result<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            from: None,
            origin: None,
            zone: None,
            node: None,
            zones: Vec::new(),
            include_root: None,
            max_size: 4 << 30,
            skip: Vec::new(),
            interest: Vec::new(),
            optional: BTreeSet::new(),
            apexes: false,
            host_evidence: None,
            hosts: Vec::new(),
            live: live::Options::default(),
            stdin: |limit| {
                let mut content = Vec::new();
                io::stdin().lock().take(limit).read_to_end(&mut content)?;
                Ok(content)
            },
        }
    }
}
