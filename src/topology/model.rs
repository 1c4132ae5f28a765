//! The checked topology: types in which a wrong state is hard to write.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::words::words;
use crate::{Date, Name};

/// The desired state, checked: names are valid, numbers in range, no host stands twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// The file as the user named it, with `/` between folders.
    pub path: String,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// Who writes the records.
    pub publishing: Publishing,
    /// The publish list of every host that has none of its own, in the order written.
    pub domains: Vec<Name>,
    /// TTL of the records, in seconds.
    pub ttl: u32,
    /// What happens to SRV targets that the file does not name.
    pub unlisted: Unlisted,
    /// The fewest live hosts that any state on the way may leave to a domain.
    pub min_live_hosts: u32,
    /// The security group that holds the KMS hosts' computer accounts.
    pub group: Group,
    /// The desired hosts, in the order written.
    pub hosts: Vec<Host>,
    /// Hosts that must be gone everywhere.
    pub retired: Vec<Retired>,
    /// How single zones are managed.
    pub zones: Vec<ZoneSettings>,
    /// How many clients look up which domain.
    pub clients: Vec<Clients>,
    /// Findings that were accepted on purpose.
    pub allow: Vec<Allow>,
}

words! {
    /// Who writes the SRV records.
    Publishing {
        /// Hand-tuned static records; publishing is off on every host.
        Manual = "manual",
        /// Hosts publish by themselves, priority and weight stand in their publish list.
        Automatic = "automatic",
    }
}

words! {
    /// What happens to SRV targets that the topology does not name.
    Unlisted {
        /// They are removed, in a step of their own.
        Remove = "remove",
        /// They stay.
        Keep = "keep",
    }
}

/// The security group of the KMS hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, also its `sAMAccountName`.
    pub name: String,
    /// Distinguished name of its container; `None`: the domain's default container for groups.
    pub path: Option<String>,
    /// Its scope as written; `None`: inferred.
    pub scope: Option<GroupScope>,
    /// Line of `[group]` in the topology, `None` where it is not written.
    pub line: Option<usize>,
}

words! {
    /// Scope of a security group in Active Directory.
    GroupScope {
        /// Members of its own domain only.
        Global = "global",
        /// Members of any domain of the forest.
        Universal = "universal",
        /// Usable on objects of its own domain only.
        DomainLocal = "domain-local",
    }
}

/// A desired KMS host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name, the target of its records.
    pub name: Name,
    /// SRV priority where its publish list gives none (lower is asked first).
    pub priority: u16,
    /// SRV weight where its publish list gives none.
    pub weight: u16,
    /// TCP port it listens on.
    pub port: u16,
    /// Its operating system; `None`: not written, a current Windows is assumed.
    pub os: Option<Os>,
    /// Its computer account.
    pub account: Account,
    /// What it activates; empty: not written.
    pub activates: Vec<Product>,
    /// The domains that it serves.
    pub publish: Vec<Publication>,
    /// Line of its name in the topology.
    pub line: usize,
}

/// One entry of a host's publish list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The domain.
    pub domain: Name,
    /// SRV priority there.
    pub priority: u16,
    /// SRV weight there.
    pub weight: u16,
    /// Line in the topology.
    pub line: usize,
}

/// A computer's account in Active Directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// Joined to a domain.
    Joined {
        /// `sAMAccountName`, with its final `$`.
        account: String,
        /// DNS name of the Active Directory domain.
        ad_domain: Name,
    },
    /// Not joined to a domain.
    None,
}

words! {
    /// Operating system of a KMS host.
    Os {
        /// Windows Vista.
        WindowsVista = "windows-vista",
        /// Windows 7.
        Windows7 = "windows-7",
        /// Windows 8.
        Windows8 = "windows-8",
        /// Windows 8.1.
        Windows81 = "windows-8.1",
        /// Windows 10.
        Windows10 = "windows-10",
        /// Windows 11.
        Windows11 = "windows-11",
        /// Windows Server 2003.
        Server2003 = "windows-server-2003",
        /// Windows Server 2008.
        Server2008 = "windows-server-2008",
        /// Windows Server 2008 R2.
        Server2008R2 = "windows-server-2008-r2",
        /// Windows Server 2012.
        Server2012 = "windows-server-2012",
        /// Windows Server 2012 R2.
        Server2012R2 = "windows-server-2012-r2",
        /// Windows Server 2016.
        Server2016 = "windows-server-2016",
        /// Windows Server 2019.
        Server2019 = "windows-server-2019",
        /// Windows Server 2022.
        Server2022 = "windows-server-2022",
        /// Windows Server 2025.
        Server2025 = "windows-server-2025",
        /// Not Windows: publishes nothing by itself.
        Other = "other",
    }
}

words! {
    /// What a KMS host activates.
    Product {
        /// Windows clients.
        Windows = "windows",
        /// Windows Server.
        WindowsServer = "windows-server",
        /// Office 2010.
        Office2010 = "office-2010",
        /// Office 2013.
        Office2013 = "office-2013",
        /// Office 2016.
        Office2016 = "office-2016",
        /// Office 2019.
        Office2019 = "office-2019",
        /// Office LTSC 2021.
        Office2021 = "office-2021",
        /// Office LTSC 2024.
        Office2024 = "office-2024",
    }
}

words! {
    /// How a zone is kept, which decides the commands that change it.
    ZoneKind {
        /// Integrated in Active Directory.
        Ad = "ad",
        /// A file of Windows DNS.
        WindowsFile = "windows-file",
        /// BIND.
        Bind = "bind",
        /// Another server.
        Other = "other",
    }
}

words! {
    /// The tool that changes a zone's records.
    Apply {
        /// The `DnsServer` module.
        Powershell = "powershell",
        /// `dnscmd.exe`.
        Dnscmd = "dnscmd",
        /// Dynamic update by `nsupdate`.
        Nsupdate = "nsupdate",
        /// The unified diff, applied to the zone file.
        Patch = "patch",
    }
}

words! {
    /// The dynamic updates that a zone takes.
    DynamicUpdate {
        /// Signed ones only.
        Secure = "secure",
        /// Any.
        Nonsecure = "nonsecure",
        /// None.
        None = "none",
    }
}

/// A host that must be gone from every domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Its name.
    pub name: Name,
    /// Whether it is still switched on, and so may still publish.
    pub running: bool,
    /// Line of its name in the topology.
    pub line: usize,
}

/// How one zone is managed, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneSettings {
    /// The zone's apex.
    pub name: Name,
    /// How it is kept; `None`: evidence in the data decides.
    pub kind: Option<ZoneKind>,
    /// The one writable server for all steps of the zone, a name (without final dot) or an address.
    pub server: Option<String>,
    /// The tool that changes it; `None`: by kind.
    pub apply: Option<Apply>,
    /// The dynamic updates it takes, if written.
    pub dynamic_update: Option<DynamicUpdate>,
    /// Where an AD zone lies; `None`: the domain partition.
    pub partition: Option<Partition>,
    /// Whether scavenging is on, if written.
    pub ageing: Option<bool>,
    /// No-refresh interval in days (7 by default).
    pub no_refresh: u32,
    /// Refresh interval in days (7 by default).
    pub refresh: u32,
    /// Line of its name in the topology.
    pub line: usize,
}

/// The directory partition that holds an AD-integrated zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partition {
    /// `DomainDnsZones`.
    Domain,
    /// `ForestDnsZones`.
    Forest,
    /// `CN=MicrosoftDNS,CN=System` of the domain.
    Legacy,
    /// A distinguished name.
    Dn(String),
}

/// The clients that look up one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clients {
    /// The domain.
    pub domain: Name,
    /// Windows clients.
    pub windows: u32,
    /// Windows servers.
    pub server: u32,
    /// Office clients.
    pub office: u32,
    /// How many of the Windows clients and servers run Windows Vista or Server 2008, which ignore priority and
    /// weight.
    pub legacy: u32,
    /// Suffix search list, tried in order.
    pub search: Vec<Name>,
    /// Whether they cache the host that answered.
    pub caching: bool,
    /// Whether Active Directory-based activation serves them first.
    pub adba: bool,
    /// Line in the topology.
    pub line: usize,
}

/// A finding accepted on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The finding's code.
    pub finding: Code,
    /// Its subject; `None`: every subject.
    pub subject: Option<String>,
    /// Why it is accepted.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Line in the topology; `None`: given on the command line.
    pub line: Option<usize>,
}

impl Os {
    /// Vista and Server 2008 keep the licensing service under another name and key, and their publish
    /// list takes no priority and weight (Microsoft "Registry Settings for Volume Activation").
    pub fn is_legacy(self) -> bool {
        matches!(self, Self::WindowsVista | Self::Server2008)
    }

    /// Whether a host of this system registers its records by itself.
    pub fn publishes(self) -> bool {
        self != Self::Other
    }
}

impl Host {
    /// Whether the host registers its records by itself; a host without `os` is taken for Windows.
    pub fn publishes(&self) -> bool {
        self.os.is_none_or(Os::publishes)
    }

    /// The host's entry for `domain`, if it serves it.
    pub fn publication(&self, domain: &Name) -> Option<&Publication> {
        self.publish
            .iter()
            .find(|publication| publication.domain == *domain)
    }
}

impl Topology {
    /// Every domain of the topology: those of `[kms]` in their order, then those that only hosts name.
    /// Of several spellings in publish lists the first in octet order is taken, so that the order of
    /// the hosts does not matter.
    pub fn all_domains(&self) -> Vec<Name> {
        let mut named: BTreeMap<&Name, &Name> = BTreeMap::new();
        for entry in self.hosts.iter().flat_map(|host| &host.publish) {
            let spelling = named.entry(&entry.domain).or_insert(&entry.domain);
            if entry.domain.iter().lt(spelling.iter()) {
                *spelling = &entry.domain;
            }
        }
        for domain in &self.domains {
            named.remove(domain);
        }
        self.domains
            .iter()
            .chain(named.into_values())
            .cloned()
            .collect()
    }

    /// The settings of a zone, if the topology has any.
    pub fn zone(&self, apex: &Name) -> Option<&ZoneSettings> {
        self.zones.iter().find(|zone| zone.name == *apex)
    }
}
