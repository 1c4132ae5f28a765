//! Generated zones, and how the benchmarks read them.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fmt::{self, Write as _};

use kmsplan::Name;
use kmsplan::presentation;
use kmsplan::snapshot::{Options, Snapshot};
use kmsplan::topology::Topology;
use tempfile::TempDir;

/// The hosts that are wanted, with priority and weight.
pub(crate) const HOSTS: [(&str, u16, u16); 4] = [
    ("kms01", 10, 75),
    ("kms02", 10, 25),
    ("kms03", 20, 75),
    ("kms04", 20, 25),
];
/// A host by its first label.
pub(crate) fn host(label: &str) -> Name {
    presentation::parse_full_name(&format!("{label}.contoso.com")).expect("a name")
}

/// The targets of the KMS records that are there.
const TARGETS: [&str; 4] = ["kms01", "kms02", "oldkms", "pc-4711"];

/// How the records of a zone are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Addresses, aliases and mail exchangers, a line each.
    Plain,
    /// Every record between parentheses, over three lines, with comments.
    Parentheses,
    /// TXT records with quoted semicolons, parentheses and escapes.
    Quoted,
    /// As the DNS server of Windows exports them, with ages.
    Windows,
    /// Plain, in UTF-16.
    Utf16,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Form {
    /// The record of a host with this number.
    fn write(self, zone: &mut String, number: usize) {
        let [_, a, b, c] = u32::try_from(number).expect("it fits").to_be_bytes();
        let _ = match self {
            Self::Plain | Self::Utf16 => match number % 8 {
                0 => writeln!(zone, "www{number} CNAME host{}", number + 1),
                1 => writeln!(zone, "host{number}\tIN\tMX\t10 mail{number}"),
                2 => writeln!(zone, "\tIN AAAA 2001:db8::{number:x}"),
                3..5 => writeln!(zone, "host{number} 1200 IN A 10.{a}.{b}.{c}"),
                _ => writeln!(zone, "host{number} A 10.{a}.{b}.{c}"),
            },
            Self::Parentheses => {
                writeln!(
                    zone,
                    "host{number} IN A ( ; (one)\n\t10.{a}.{b}.{c} ; \"two\n\t)"
                )
            }
            Self::Quoted => {
                writeln!(
                    zone,
                    "host{number} IN TXT \"v=x; p=({number}\" \"a \\\"b\\\" \\059 c\""
                )
            }
            Self::Windows => {
                let owner = format!("host{number}");
                match number % 4 {
                    0 => writeln!(zone, "{owner:<23} A\t10.{a}.{b}.{c}"),
                    1 => writeln!(zone, "{:<23} MX\t10\tmail{number}.contoso.com.", ""),
                    _ => writeln!(zone, "{owner:<23} [AGE:3726916]\t1200\tA\t10.{a}.{b}.{c}"),
                }
            }
        };
    }
}

/// Where in the file the KMS records stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Before the other records.
    Begin,
    /// Among them.
    Middle,
    /// After them.
    End,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A zone file in a folder of its own.
pub(crate) struct ZoneFile {
    folder: TempDir,
    /// Its size in octets.
    pub(crate) size: usize,
}

impl ZoneFile {
    /// The zone `contoso.com` with so many records besides its own and those of KMS hosts.
    pub(crate) fn of_records(form: Form, records: usize, at: At) -> Self {
        let mut zone = head();
        let before = match at {
            At::Begin => 0,
            At::Middle => records / 2,
            At::End => records,
        };
        for number in 0..before {
            form.write(&mut zone, number);
        }
        kms_records(&mut zone, "_vlmcs._tcp");
        for number in before..records {
            form.write(&mut zone, number);
        }
        if form == Form::Windows {
            zone.insert_str(0, ";\n;  Database file (null) for Default zone scope in zone contoso.com.\n;      Zone version:  7\n;\n\n");
            zone = zone.replace('\n', "\r\n");
        }
        let bytes = match form {
            Form::Utf16 => std::iter::once(0xfeff)
                .chain(zone.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            _ => zone.into_bytes(),
        };
        Self::new(&bytes)
    }

    /// The zone `contoso.com` with KMS records in so many domains.
    pub(crate) fn of_domains(domains: usize) -> Self {
        let mut zone = head();
        for domain in 0..domains {
            kms_records(&mut zone, &format!("_vlmcs._tcp.d{domain}"));
        }
        Self::new(zone.as_bytes())
    }

    fn new(content: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("contoso.com.zone"), content).expect("it is written");
        Self {
            folder,
            size: content.len(),
        }
    }

    /// What kmsplan reads of it for a plan.
    pub(crate) fn read(&self, topology: &Topology) -> Snapshot {
        let path = self.folder.path().join("contoso.com.zone");
        let source = path.to_str().expect("a path in UTF-8").to_owned();
        let options = Options {
            interest: topology
                .hosts
                .iter()
                .map(|host| host.name.clone())
                .collect(),
            ..Options::default()
        };
        Snapshot::read(&[source], &options).expect("it is read")
    }
}

/// What the zone begins with: its SOA and NS records and the addresses of hosts.
fn head() -> String {
    let mut zone = String::from(
        "@ 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 7 900 600 86400 3600\n@ 3600 NS ns1.contoso.com.\n",
    );
    for host in [
        "ns1", "kms01", "kms02", "kms03", "kms04", "oldkms", "pc-4711",
    ] {
        let _ = writeln!(zone, "{host} 3600 A 192.0.2.1");
    }
    zone.insert_str(0, "$ORIGIN contoso.com.\n");
    zone
}

fn kms_records(zone: &mut String, owner: &str) {
    for target in TARGETS {
        let _ = writeln!(zone, "{owner} 3600 SRV 0 0 1688 {target}.contoso.com.");
    }
}

/// Four hosts for these domains.
pub(crate) fn topology(domains: &[String]) -> Topology {
    let mut text = format!("[kms]\ndomains = {domains:?}\n");
    for (name, priority, weight) in HOSTS {
        let _ = writeln!(
            text,
            "[[host]]\nname = \"{name}.contoso.com\"\npriority = {priority}\nweight = {weight}"
        );
    }
    text.push_str("[[retired]]\nname = \"oldkms.contoso.com\"\n");
    Topology::read("kms.toml", text.as_bytes()).expect("it is valid")
}
