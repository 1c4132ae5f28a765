//! Which host or node a file is of: what its text names, else its own name.

use super::cim::Named;
use super::list;
use super::source::Source;
use crate::Name;
use crate::presentation::{self, kms_domain, kms_owner, plain};
use crate::snapshot::listing::Fault;

/// Words that people put after a host's name: endings, tools, what the file is about.
const WORDS: [&str; 30] = [
    "txt",
    "log",
    "json",
    "reg",
    "out",
    "csv",
    "md",
    "utf8",
    "utf16",
    "slmgr",
    "dlv",
    "dli",
    "all",
    "sdns",
    "cdns",
    "cim",
    "wmi",
    "sls",
    "service",
    "licensing",
    "query",
    "regquery",
    "registry",
    "spp",
    "kms",
    "publish",
    "publishing",
    "list",
    "evidence",
    "host",
];

/// Words that people put after a node's name.
const NODE_WORDS: [&str; 9] = [
    "txt", "log", "out", "dsacls", "acl", "getacl", "access", "node", "utf8",
];

/// Keys of lines that name the computer.
const COMPUTER_KEYS: [&str; 3] = ["PSComputerName", "ComputerName", "HostName"];

/// The key of PowerShell's line for the object above.
const PARENT: &str = "PSParentPath";

/// How many known hosts a fault lists.
const LISTED: usize = 8;

/// The host of a file whose form names none.
pub(super) fn host(source: &Source<'_>, hosts: &[Name]) -> Result<Name, Fault> {
    let mut named: Option<(String, Name)> = None;
    for line in source.lines() {
        let Some((key, value)) = list::key(&line) else {
            continue;
        };
        if !COMPUTER_KEYS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(key))
            || is_self(value.text)
        {
            continue;
        }
        let host = known(value.text, hosts).map_err(|why| {
            Fault::at(value.span(), why.message(value.text))
                .help(format!("known are {}", known_hosts(hosts)))
        })?;
        match &named {
            Some((first, other)) if *other != host => {
                return Err(Fault::at(
                    value.span(),
                    format!("the text names `{}`, and `{first}` before it", value.text),
                )
                .help("put the output of each host into a file of its own"));
            }
            Some(_) => {}
            None => named = Some((value.text.to_owned(), host)),
        }
    }
    let (text, host) = named.unzip();
    settle(source, text.as_deref().zip(host), hosts)
}

/// The host of one object of `SoftwareLicensingService`; `several`: the file holds more than one.
pub(super) fn host_of_computer(
    source: &Source<'_>,
    named: &Named,
    several: bool,
    hosts: &[Name],
) -> Result<Name, Vec<Fault>> {
    let host = match &named.computer {
        Some(text) if !is_self(text) => {
            let host = known(text, hosts).map_err(|why| {
                vec![
                    Fault::at(named.span.clone(), why.message(text))
                        .help(format!("known are {}", known_hosts(hosts))),
                ]
            })?;
            if several {
                return Ok(host);
            }
            Some((text.as_str(), host))
        }
        _ if several => {
            return Err(vec![
                Fault::at(
                    named.span.clone(),
                    "the file holds several computers, but this one has no name",
                )
                .help(
                    "ask them with `Get-CimInstance SoftwareLicensingService -ComputerName …`, \
                     whose objects have a `PSComputerName`, or write one file a host",
                ),
            ]);
        }
        _ => None,
    };
    settle(source, host, hosts).map_err(|fault| vec![fault])
}

/// Whether a computer's name says only that it is the one where the command ran.
fn is_self(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "localhost" | "." | "127.0.0.1" | "::1"
    )
}

/// The host that the text names, if the file's name does not name another one; else the file's.
fn settle(source: &Source<'_>, named: Option<(&str, Name)>, hosts: &[Name]) -> Result<Name, Fault> {
    let by_file = host_of_file(file_name(source.path), hosts);
    match (named, by_file) {
        (Some((text, host)), Ok(other)) if host != other => Err(Fault::whole(format!(
            "the text is of `{text}`, the file's name says `{}`",
            plain(&other)
        ))
        .help("name the file after the host that it is of")),
        (Some((_, host)), _) | (None, Ok(host)) => Ok(host),
        (None, Err(why)) => {
            let message = match why {
                Unknown::Nobody => {
                    "neither the text nor the file's name says which host this is".to_owned()
                }
                Unknown::Several(names) => {
                    format!("the file's name could mean {}", names.join(" or "))
                }
            };
            Err(Fault::whole(message).help(advice(hosts)))
        }
    }
}

/// Why a name is none of the known hosts.
enum Unknown {
    Nobody,
    /// Their names, as people write them, in quotes.
    Several(Vec<String>),
}

impl Unknown {
    fn message(&self, text: &str) -> String {
        match self {
            Self::Nobody => format!("`{text}` is no host that the topology or the records name"),
            Self::Several(names) => format!("`{text}` could mean {}", names.join(" or ")),
        }
    }
}

/// How to name a file whose host is not clear.
fn advice(hosts: &[Name]) -> String {
    format!(
        "name the file after the host, as in `{}.txt`; known are {}",
        hosts
            .first()
            .map_or_else(|| "kms01.contoso.com".to_owned(), plain),
        known_hosts(hosts)
    )
}

fn known_hosts(hosts: &[Name]) -> String {
    let mut names: Vec<String> = hosts
        .iter()
        .map(|host| format!("`{}`", plain(&host.to_lowercase())))
        .collect();
    names.sort();
    names.dedup();
    let rest = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.join(", "), rest) {
        (listed, _) if listed.is_empty() => "none".to_owned(),
        (listed, 0) => listed,
        (listed, rest) => format!("{listed} and {rest} more"),
    }
}

/// The known host with this full name, or the only one with this first label.
fn known(text: &str, hosts: &[Name]) -> Result<Name, Unknown> {
    if let Ok(name) = presentation::parse_full_name(text) {
        if let Some(host) = hosts.iter().find(|host| **host == name) {
            return Ok(host.clone());
        }
        if presentation::label_count(&name) == 1 {
            return only(hosts.iter().filter(|host| {
                host.iter()
                    .next()
                    .zip(name.iter().next())
                    .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
            }));
        }
    }
    Err(Unknown::Nobody)
}

/// The only name of these.
fn only<'h>(hosts: impl Iterator<Item = &'h Name>) -> Result<Name, Unknown> {
    let mut found: Vec<&Name> = hosts.collect();
    found.sort();
    found.dedup();
    match found.as_slice() {
        [] => Err(Unknown::Nobody),
        [host] => Ok((*host).clone()),
        several => Err(Unknown::Several(
            several
                .iter()
                .map(|host| format!("`{}`", plain(host)))
                .collect(),
        )),
    }
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The host that a file is named after: its full name, then nothing or words; or its first label, then
/// nothing or known words. So `kms01.fabrikam.com.txt` is never `kms01.contoso.com`.
fn host_of_file(file: &str, hosts: &[Name]) -> Result<Name, Unknown> {
    let file = file.to_ascii_lowercase();
    let longest = hosts
        .iter()
        .map(|host| (plain(&host.to_lowercase()), host))
        .filter(|(name, _)| {
            file.strip_prefix(name.as_str()).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(['-', '_', ' '])
                    || rest
                        .strip_prefix('.')
                        .is_some_and(|rest| words(rest).next().is_some_and(is_word))
            })
        })
        .max_by_key(|(name, _)| name.len());
    if let Some((_, host)) = longest {
        return Ok(host.clone());
    }
    let by_label: Vec<(usize, &Name)> = hosts
        .iter()
        .filter_map(|host| {
            let label = plain(&host.to_lowercase());
            let label = label.split('.').next()?;
            let rest = file.strip_prefix(label)?;
            let apart = rest.is_empty() || rest.starts_with(['.', '-', '_', ' ']);
            (apart && words(rest).all(is_word)).then_some((label.len(), host))
        })
        .collect();
    let longest = by_label.iter().map(|(length, _)| *length).max();
    only(
        by_label
            .iter()
            .filter(|(length, _)| Some(*length) == longest)
            .map(|(_, host)| *host),
    )
}

/// The words of a file's name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '-', '_', ' '])
        .filter(|word| !word.is_empty())
}

fn is_word(word: &str) -> bool {
    WORDS.contains(&word)
}

/// The node that a file is of: the distinguished name in its text, else the file's name.
pub(super) fn node(source: &Source<'_>) -> Result<Name, Fault> {
    let mut found: Option<Name> = None;
    // An indented line is the rest of a wrapped value; the parent of a node is its zone.
    let lines = source
        .lines()
        .filter(|line| !line.indented && list::key(line).is_none_or(|(key, _)| key != PARENT))
        .map(|line| (line.span(), line.text.to_owned()));
    let objects = list::objects(source);
    let wrapped = objects
        .iter()
        .flatten()
        .filter(|field| field.parts.len() > 1 && field.key != PARENT)
        .map(|field| (field.span(), field.value()));
    for (span, text) in lines.chain(wrapped) {
        let Some(dn) = dns_object(&text) else {
            continue;
        };
        let node = node_of_dn(dn).map_err(|message| {
            Fault::at(span.clone(), message).help(
                "ask for the node itself: \
                 `dsacls \"DC=_vlmcs._tcp,DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com\"`",
            )
        })?;
        match &found {
            Some(other) if *other != node => {
                return Err(Fault::at(
                    span,
                    format!("the text names `{}` and `{}`", plain(other), plain(&node)),
                )
                .help("put the output of each node into a file of its own"));
            }
            _ => found = Some(node),
        }
    }
    match found {
        Some(node) => Ok(node),
        None => node_of_file(file_name(source.path)).ok_or_else(|| {
            Fault::whole("neither the text nor the file's name says which node this is").help(
                "name the file after the node, as in `_vlmcs._tcp.contoso.com.txt`, or keep the line of \
                 the command with the node's distinguished name",
            )
        }),
    }
}

/// The distinguished name of an object of a DNS zone, up to `CN=MicrosoftDNS`, that a text holds.
fn dns_object(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let end = lower.find(",cn=microsoftdns")?;
    let before = text.get(..end)?;
    let start = before
        .rfind(['"', '\'', '/', '\\', ':', ' ', '\t'])
        .map_or(0, |at| at + 1);
    before.get(start..)
}

/// The node whose distinguished name begins with this: the first part names it below the second, its
/// zone.
fn node_of_dn(dn: &str) -> Result<Name, String> {
    let parts: Option<Vec<&str>> = dn
        .split(',')
        .map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim()
                .eq_ignore_ascii_case("DC")
                .then_some(value.trim())
        })
        .collect();
    match parts.as_deref() {
        Some([node, zone]) => {
            let name = presentation::parse_full_name(zone)
                .and_then(|zone| presentation::parse_name(node.as_bytes(), Some(&zone)))
                .map_err(|error| format!("`{dn}` names no node: {error}"))?;
            match kms_domain(&name) {
                Some(domain) if !domain.is_root() => Ok(name),
                _ => Err(format!("`{}` holds no KMS records", plain(&name))),
            }
        }
        Some([_]) => Err(format!("`{dn}` is a zone, not the node of KMS records")),
        _ => Err(format!("`{dn}` names no node")),
    }
}

/// The node that a file is named after: `_vlmcs._tcp.<domain>`, or a domain of two labels or more, then
/// known words.
fn node_of_file(file: &str) -> Option<Name> {
    let file = file.to_ascii_lowercase();
    let mut stem = file.as_str();
    while let Some((before, word)) = stem.rsplit_once(['.', '-', ' '])
        && NODE_WORDS.contains(&word)
    {
        stem = before;
    }
    let name = presentation::parse_full_name(stem).ok()?;
    match kms_domain(&name) {
        Some(domain) => (!domain.is_root()).then_some(name),
        None if presentation::label_count(&name) > 1 => kms_owner(&name).ok(),
        None => None,
    }
}
