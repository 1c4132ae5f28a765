//! What text and Markdown say in the same words.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::Name;
use crate::audit::{
    Address, Audit, Entry, HOSTS_OF_A_KEY, Host, Kind, Listing, Record, Signature, Standing,
    outcome_title,
};
use crate::presentation;
use crate::render::wording::{age, and, count};

/// The most domains that a sentence names; the list of domains has them all.
const MAX_NAMED: usize = 8;
/// How many a sentence names as examples where there are more.
const EXAMPLES: usize = 3;

/// `7 domains, 4 KMS hosts, 9 records`
pub(super) fn totals(audit: &Audit) -> String {
    let summary = audit.summary();
    format!(
        "{}, {}, {}",
        count(summary.domains, "domain"),
        count(summary.hosts, "KMS host"),
        count(summary.records, "record")
    )
}

/// The summary, a sentence each.
pub(super) fn summary(audit: &Audit) -> Vec<String> {
    let summary = audit.summary();
    let mut parts = vec![format!("{} with KMS records", summary.with_records)];
    for (number, what) in [
        (summary.without_records, "without any"),
        (summary.unanswered, "without a usable answer"),
        (summary.not_known, "not known"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    let domains = count(summary.domains, "domain");
    let mut sentences = vec![format!("{domains}: {}.", parts.join(", "))];
    if summary.hosts > 0 {
        let hosts = count(summary.hosts, "KMS host");
        sentences.push(format!(
            "Clients find {hosts} there. A KMS host key activates up to {HOSTS_OF_A_KEY} hosts, each of them up to 10 times."
        ));
    }
    if audit.topology.is_some() && summary.hosts > 0 {
        let others = [
            (summary.unlisted_hosts, "not in the topology"),
            (summary.retired_hosts, "retired"),
        ];
        let others: Vec<String> = others
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| {
                let verb = if *number == 1 { "is" } else { "are" };
                format!("{number} {verb} {what}")
            })
            .collect();
        sentences.push(if others.is_empty() {
            "The topology names all of them.".to_owned()
        } else {
            format!("Of these hosts {}.", and(&others))
        });
    }
    if !audit.other_domains.is_empty() {
        let names: Vec<&Name> = audit
            .other_domains
            .iter()
            .map(|other| &other.name)
            .collect();
        let verb = if names.len() == 1 { "has" } else { "have" };
        let domains = count(names.len(), "domain");
        let (shown, begin) = if names.len() > MAX_NAMED {
            (&names[..EXAMPLES], ", among them")
        } else {
            (&names[..], ":")
        };
        sentences.push(format!(
            "{domains} that nobody asked about {verb} KMS records too{begin} {}.",
            all(shown)
        ));
    }
    let open = summary.unanswered + summary.not_known;
    if open > 0 {
        sentences.push(format!(
            "The audit is not complete: what clients of {} find is not known.",
            count(open, "domain")
        ));
    }
    if audit.interrupted {
        sentences.push("Ctrl-C came before everything was asked and tried.".to_owned());
    }
    sentences
}

/// The heading over the problems of a kind.
pub(super) fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Unanswered => "Domains without a usable answer",
        Kind::NotKnown => "Domains whose records are not known",
        Kind::BeyondAKey => "More hosts than one KMS host key activates",
        Kind::Unlisted => "Hosts that the topology does not name",
        Kind::Retired => "Retired hosts that clients still find",
        Kind::OtherDomain => "Hosts of the topology in domains that they are not to serve",
        Kind::Missing => "Hosts of the topology without a record",
        Kind::Differs => "Records with other values than the topology's",
        Kind::NoAddress => "Hosts whose name has no address",
        Kind::HostAlias => "Hosts whose name is an alias",
        Kind::HostUnanswered => "Hosts whose name could not be looked up",
        Kind::NotReachable => "Hosts that this machine could not connect to",
        Kind::SelfPublished => "Records as hosts write them that publish by themselves",
        Kind::Duplicate => "Several records of one host and port",
        Kind::OwnerAlias => "Aliases in the place of KMS records",
        Kind::Wildcard => "Wildcards that may answer where no records stand",
        Kind::NoService => "Domains where a record says that KMS is not offered",
        Kind::WithoutRecords => "Domains without KMS records",
    }
}

/// What a kind of problem means; may be empty.
pub(super) fn meaning(kind: Kind, audit: &Audit) -> String {
    match kind {
        Kind::BeyondAKey => format!(
            "{} are found, {} more than one key activates. DNS tells neither which key a host uses nor whether two names lead to one machine. Count which host uses which key; hosts on which the key was installed by mistake count too.",
            count(audit.hosts.len(), "host"),
            audit.hosts.len().saturating_sub(HOSTS_OF_A_KEY)
        ),
        Kind::NoAddress => "Clients that choose such a host do not reach it.".to_owned(),
        Kind::HostAlias => {
            "The target of an SRV record must not be an alias (RFC 2782).".to_owned()
        }
        Kind::NotReachable => {
            "It was tried from this machine alone: a firewall may let clients through and not this machine, or this machine and not the clients.".to_owned()
        }
        Kind::SelfPublished => "They have priority 0 and weight 0: what a host publishes unless its publish list says other numbers. A person may have written them too, where they carry no timestamp.".to_owned(),
        Kind::OwnerAlias => "Clients get the records of the name that the alias leads to.".to_owned(),
        Kind::Wildcard => "A wildcard answers for a name unless that name or one between the two exists (RFC 4592): ask a server what clients get.".to_owned(),
        Kind::NoService => "The target `.` alone means that the service is not offered there (RFC 2782).".to_owned(),
        Kind::WithoutRecords => "Clients whose suffix has no records find no host by it.".to_owned(),
        _ => String::new(),
    }
}

/// A problem's entry in one line.
pub(super) fn entry(entry: &Entry) -> Option<String> {
    let names: Vec<&Name> = entry.domains.iter().collect();
    let domains = if names.is_empty() {
        String::new()
    } else {
        some(&names)
    };
    let said = match (&entry.subject, entry.detail.as_str()) {
        (None, "") if domains.is_empty() => return None,
        (None, "") => domains,
        (None, detail) => format!("{domains}: {detail}"),
        (Some(subject), "") => format!("{subject}: in {domains}"),
        (Some(subject), detail) => format!("{subject}: {detail}; in {domains}"),
    };
    Some(said)
}

/// Domains of a sentence; of many how many, and the first few of them.
fn some(names: &[&Name]) -> String {
    if names.len() <= MAX_NAMED {
        return all(names);
    }
    let number = count(names.len(), "domain");
    format!("{number}, among them {}", all(&names[..EXAMPLES]))
}

/// The hosts that the topology does not name and that stand in more domains than the problems name, with all of
/// these: who looks for such a host's owner needs them.
pub(super) fn unlisted(audit: &Audit) -> impl Iterator<Item = (String, String)> {
    let hosts = audit.hosts.iter();
    let unlisted = hosts.filter(|host| host.listing == Some(Listing::Unlisted));
    unlisted
        .filter(|host| host.domains.len() > MAX_NAMED)
        .map(|host| {
            let names: Vec<String> = host.domains.iter().map(presentation::plain).collect();
            let domains = count(names.len(), "domain");
            let host = presentation::plain(&host.name);
            (format!("{host}, {domains}"), names.join(", "))
        })
}

/// The heading over [`unlisted`].
pub(super) const UNLISTED: &str = "All domains of hosts that the topology does not name";

fn all(names: &[&Name]) -> String {
    let names: Vec<String> = names.iter().map(|name| presentation::plain(name)).collect();
    and(&names)
}

/// What is known of a host, a part each.
pub(super) fn host(host: &Host) -> Vec<String> {
    let ports: Vec<String> = host.ports.iter().map(u16::to_string).collect();
    let port = if ports.len() == 1 { "port" } else { "ports" };
    let mut parts = vec![
        count(host.domains.len(), "domain"),
        format!("{port} {}", and(&ports)),
    ];
    // What became of connections names the addresses too.
    let named = host.tried.iter().any(|tried| tried.result.is_ok());
    if !(named && matches!(host.address, Address::Found(_))) {
        parts.push(address(&host.address));
    }
    parts.extend(host.listing.map(|listing| listing.title().to_owned()));
    for tried in &host.tried {
        parts.push(match &tried.result {
            Ok((address, outcome)) => {
                format!("{address} port {}: {}", tried.port, outcome_title(*outcome))
            }
            Err(why) => format!("port {}: {why}", tried.port),
        });
    }
    parts
}

/// What the name of a host leads to.
pub(super) fn address(address: &Address) -> String {
    let listed = |addresses: &BTreeSet<IpAddr>| {
        let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        listed.join(" ")
    };
    match address {
        Address::Found(addresses) if addresses.is_empty() => "has an address".to_owned(),
        Address::Found(addresses) => format!("address {}", listed(addresses)),
        Address::None => "no address".to_owned(),
        Address::Alias {
            target, addresses, ..
        } => {
            let target = presentation::plain(target);
            if addresses.is_empty() {
                format!("alias of {target}")
            } else {
                format!("alias of {target}, address {}", listed(addresses))
            }
        }
        Address::Unanswered(_) => "its name could not be looked up".to_owned(),
        Address::Unknown => "address not known".to_owned(),
    }
}

/// A record's values, a part each.
pub(super) fn values(record: &Record) -> Vec<String> {
    let mut values = vec![
        format!("priority {}", record.priority),
        format!("weight {}", record.weight),
    ];
    values.extend(record.ttl.map(|ttl| format!("TTL {ttl}")));
    values.extend(record.aged.map(|aged| age(aged).to_owned()));
    values
}

/// What the topology says of a record, or else what it looks like.
pub(super) fn outcome(record: &Record) -> String {
    if record.is_no_service() {
        return "not offered".to_owned();
    }
    match record.standing {
        Some(Standing::Expected) if record.differs() => "differs".to_owned(),
        Some(Standing::Expected) => "expected".to_owned(),
        Some(Standing::OtherDomain) => "not for this domain".to_owned(),
        Some(Standing::Retired) => Listing::Retired.title().to_owned(),
        Some(Standing::Unlisted) => "unlisted".to_owned(),
        None => match record.signature() {
            Some(Signature::Timestamped | Signature::AgeUnknown) => "as self-published".to_owned(),
            Some(Signature::Static) | None => String::new(),
        },
    }
}
