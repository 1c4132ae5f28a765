//! Phrases about clients and what they find, which several outputs share.
//!
//! What is said of Windows and Office is Microsoft's: "Activate clients running Windows 10" (thresholds, renewal,
//! retries, caching), "Configure DNS for activating Office by KMS", "Registry Settings for Volume Activation"
//! (publishing); of the selection of records, RFC 2782.

use crate::Name;
use crate::arrange::Arrange as _;
use crate::audit::HOSTS_OF_A_KEY;
use crate::plan::clients::{
    Chance, Finds, Group, KnownHost, Load, Set, Srv, Standby, Threshold, Wait, average, lapse,
};
use crate::plan::step::short;
use crate::presentation;
use crate::render::wording::{and, count, hosts, percent};
use crate::topology::Os;

/// The most domains that are named one by one.
pub const MAX_NAMED: usize = 8;
/// How many are named where there are more.
const EXAMPLES: usize = 3;

/// What the shares at random and those of hosts that publish by default are.
pub const AT_RANDOM: &str = "At random: the share of clients that ignore priority and weight (Windows Vista, Windows Server 2008). If 0/0: the share that the host would take by publishing its record with priority 0 and weight 0, as it does unless its publish list says other numbers.";

/// What of a computation is assumed, a sentence each.
pub const ASSUMPTIONS: [&str; 9] = [
    "A share is the probability that a new client is served by a host: the selection of RFC 2782 by priority and weight, averaged over the orders of records that it allows. A client that meets a host that is down goes on to the next.",
    AT_RANDOM,
    "A host counts the distinct clients of the last 30 days. It activates Windows clients from a count of 25 and Windows Server from a count of 5, where clients and servers add up, and Office from a count of 5, which is a count of its own. What a host that is not Windows (os = \"other\") asks for is not known; these numbers are given for it too.",
    "All stated installations of Office are taken for one application. Office 2010 and later versions count apart from each other.",
    "Expected counts are averages, rounded down; they hold once all clients have chosen by the records that are meant. Clients choose independently of each other.",
    "A client that caches keeps the host that answered and looks for another only when that one fails. A client that does not cache chooses anew with each of its at least 4 renewals in 30 days.",
    "An activated client renews every 7 days, spread evenly over them; one that is not activated tries again every 2 hours.",
    "Clients that Active Directory-based activation serves first are not counted. Clients that are pinned to a host (slmgr.vbs /skms, group policy) do not read DNS and are not known here.",
    "Days after the change begin when no resolver's cache holds the old records any more, at the latest after their TTL.",
];

/// The rule of the Windows firewall that lets clients in.
pub const FIREWALL_RULE: &str = "Key Management Service";

/// What must be open for clients.
pub const REACH: &str = "Client networks must reach each host on its TCP port. On a Windows host the firewall rule is \"Key Management Service\".";

/// That there is nothing to count.
pub const NO_CLIENTS: &str = "No clients are stated, so no counts are given: state them in the topology ([[clients]]) or with --clients.";

/// That there are clients, but none that is counted.
pub const NONE_COUNTED: &str = "None of the stated clients is counted: they find no host, what they find is not known, or Active Directory-based activation serves them first.";

/// What the counts of hosts are, in short.
pub const COUNTED: &str = "Distinct clients that each host is expected to count in 30 days, once all have chosen by the records, and the probability that they are enough for it to activate them. Rounded down; clients choose independently of each other, those that cache keep their host.";

/// What hosts count while one of them is down.
pub const EACH_DOWN: &str =
    "The same while one host is down for so long that all clients have noticed";

/// What the waits of standbys are about.
pub const STANDBYS: &str = "How long it takes, once the others are silent, until so many clients have asked a standby that it activates them: if none of them is activated (they try again every 2 hours), and if all are (they renew every 7 days).";

/// That a host has no threshold to reach.
pub const NO_THRESHOLD: &str = "no threshold: it activates none of what its clients ask for";

/// A time in words: `about 7 minutes`. Begun units count whole.
pub fn duration(hours: f64) -> String {
    format!("about {}", lapse(hours))
}

/// A threshold: `25 for Windows clients`.
pub fn threshold(threshold: Threshold) -> String {
    let what = match threshold {
        Threshold::Windows => "Windows clients",
        Threshold::Server => "Windows Server",
        Threshold::Office => "Office",
    };
    format!("{} for {what}", threshold.needed())
}

/// What counts towards a threshold.
pub fn counted(threshold: Threshold) -> &'static str {
    match threshold {
        Threshold::Windows | Threshold::Server => "Windows clients and servers",
        Threshold::Office => "installations of Office",
    }
}

/// Priority and weight: `10/75`.
pub fn rank(record: &Srv) -> String {
    format!("{}/{}", record.priority, record.weight)
}

/// Target and port of a record: `kms01.contoso.com:1688`. The target `.` says that no host is there (RFC 2782).
pub fn endpoint(target: &Name, port: u16) -> String {
    if target.is_root() {
        return ". (no host)".to_owned();
    }
    format!("{}:{port}", presentation::plain(target))
}

/// The part of new clients that a record of the set serves while all hosts answer: `74.8 %`, or `standby` where it
/// comes after others.
pub fn share(set: &Set, record: &Srv, part: Chance) -> String {
    let first = set.records().iter().map(|record| record.priority).min();
    if part.is_never() && first != Some(record.priority) {
        "standby".to_owned()
    } else {
        percent(part.value())
    }
}

/// Domains in a sentence; of many the first few, and how many more.
pub fn domains(names: &[Name]) -> String {
    let shown = if names.len() > MAX_NAMED {
        &names[..EXAMPLES]
    } else {
        names
    };
    let mut words: Vec<String> = shown.iter().map(presentation::plain).collect();
    if names.len() > shown.len() {
        words.push(format!("{} more", names.len() - shown.len()));
    }
    and(&words)
}

/// Names of hosts where they stand together: their first labels if all of the hosts are of one domain, else whole
/// names.
#[derive(Debug, Clone)]
pub struct Names(Vec<(Name, String)>);

impl Names {
    /// The names of these hosts.
    pub fn of<'a>(hosts: impl IntoIterator<Item = &'a Name>) -> Self {
        let hosts: Vec<&Name> = hosts.into_iter().collect();
        let text = short(hosts.iter().copied());
        // A comma inside a name is written `\044`, so each one here parts two names.
        let texts = text.split(", ").map(str::to_owned);
        Self(hosts.into_iter().cloned().zip(texts).collect())
    }

    /// The name of one of them.
    pub fn name(&self, host: &Name) -> String {
        let mut known = self.0.iter();
        known
            .find(|(name, _)| name == host)
            .map_or_else(|| presentation::plain(host), |(_, text)| text.clone())
    }

    /// Several of them in a sentence.
    pub fn all(&self, hosts: &[Name]) -> String {
        let words: Vec<String> = hosts.iter().map(|host| self.name(host)).collect();
        and(&words)
    }
}

/// Who serves new clients, by parts of the records of a set: `kms01 75.0 %, kms02 25.0 %`, or `nobody`.
pub fn served_by(set: &Set, parts: &[Chance], names: &Names) -> String {
    let hosts = set.hosts();
    let serving = hosts.iter().filter_map(|host| {
        let part = set.sum(host, parts);
        (!part.is_never()).then(|| format!("{} {}", names.name(host), percent(part.value())))
    });
    let serving: Vec<String> = serving.collect();
    if serving.is_empty() {
        "nobody".to_owned()
    } else {
        serving.join(", ")
    }
}

/// The clients of a group: `400 Windows clients, 60 servers and 380 installations of Office`.
pub fn clients(group: &Group) -> String {
    let parts = kinds([group.windows, group.server, group.office].map(u64::from));
    if parts.is_empty() {
        return "no clients".to_owned();
    }
    let mut text = and(&parts);
    if group.legacy > 0 {
        let verb = if group.legacy == 1 {
            "ignores"
        } else {
            "ignore"
        };
        let of = format!("; {} of them {verb} priority and weight", group.legacy);
        text.push_str(&of);
    }
    text
}

/// So many Windows clients, servers and installations of Office, those of which there are any.
pub fn kinds(numbers: [u64; 3]) -> Vec<String> {
    let nouns = [
        ("Windows client", ""),
        ("server", ""),
        ("installation", " of Office"),
    ];
    let some = numbers.into_iter().zip(nouns);
    some.filter(|(number, _)| *number > 0)
        .map(|(number, (noun, of))| {
            let s = if number == 1 { "" } else { "s" };
            format!("{number} {noun}{s}{of}")
        })
        .collect()
}

/// How the clients of a group choose their hosts.
pub fn manner(group: &Group) -> &'static str {
    match (group.adba, group.caching) {
        (true, _) => "Active Directory-based activation serves them first: not counted",
        (false, true) => "caching on",
        (false, false) => "caching off",
    }
}

/// What a group finds: the domain, `none`, or `not known`.
pub fn found(finds: &Finds) -> String {
    match finds {
        Finds::Set(domain) => presentation::plain(domain),
        Finds::NotOffered(domain) => {
            format!("none: not offered in {}", presentation::plain(domain))
        }
        Finds::Nothing => "none".to_owned(),
        Finds::Unknown(domain) => format!("not known ({})", presentation::plain(domain)),
    }
}

/// What a group looks up and finds, in a sentence; `before`: `None` where nothing was read.
pub fn looks_up(group: &Group, before: Option<&Finds>, after: &Finds) -> String {
    let search: Vec<String> = group.search.iter().map(presentation::plain).collect();
    let search = match search.as_slice() {
        [] => "no domain".to_owned(),
        domains => domains.join(", then "),
    };
    let found = |finds: &Finds| match finds {
        Finds::Set(domain) => format!("the records of {}", presentation::plain(domain)),
        Finds::NotOffered(domain) => format!(
            "the record of {}, which says that there is no host",
            presentation::plain(domain)
        ),
        Finds::Nothing => "no records".to_owned(),
        Finds::Unknown(domain) => format!("what no source tells ({})", presentation::plain(domain)),
    };
    let found = match before {
        Some(before) if before == after => format!("{}, before and after", found(after)),
        Some(before) => format!("{} before, {} after", found(before), found(after)),
        None => found(after),
    };
    format!("look up {search}; find {found}")
}

/// When a standby is asked.
pub fn standby(standby: &Standby) -> String {
    format!(
        "Clients that use priority and weight ask {} only while {} {} not answer.",
        presentation::plain(&standby.host),
        hosts(&standby.waits_for),
        if standby.waits_for.len() == 1 {
            "does"
        } else {
            "do"
        },
    )
}

/// The heads of the columns of [`wait`].
pub fn wait_heads() -> Vec<String> {
    let heads = [
        "threshold",
        "clients that come",
        "if not activated",
        "if activated",
    ];
    heads.map(str::to_owned).to_vec()
}

/// A threshold of a standby, how many clients come to it once the others are silent, and how long it then takes until
/// enough have asked.
pub fn wait(wait: &Wait) -> Vec<String> {
    let time = |hours: Option<f64>| hours.map_or_else(|| "never".to_owned(), duration);
    vec![
        threshold(wait.threshold),
        average(wait.clients),
        time(wait.if_not_activated),
        time(wait.if_activated),
    ]
}

/// How many hosts need a KMS host key: the targets of these records, those that the topology says are not Windows
/// left out.
pub fn key_hosts<'a>(sets: impl Iterator<Item = &'a Set>, known: &[KnownHost]) -> Vec<Name> {
    let is_other = |name: &Name| {
        let mut known = known.iter();
        known.any(|host| host.name == *name && host.os == Some(Os::Other))
    };
    let mut hosts: Vec<Name> = sets.flat_map(Set::hosts).collect();
    hosts.arrange();
    hosts.dedup();
    hosts.retain(|host| !is_other(host));
    hosts
}

/// The limit of a KMS host key, and how many hosts there are to it.
pub fn key_limit(before: Option<usize>, after: usize) -> String {
    let beyond = after.saturating_sub(HOSTS_OF_A_KEY);
    let verdict = match beyond {
        0 => String::new(),
        _ => format!(" That is {beyond} more than one key activates."),
    };
    let before = before
        .filter(|before| *before != after)
        .map_or_else(String::new, |before| format!(" (before: {before})"));
    format!(
        "A KMS host key activates up to {HOSTS_OF_A_KEY} hosts, each of them up to 10 times. The records point to {}{before}.{verdict} Hosts that are not Windows (os = \"other\") are not counted.",
        count(after, "host")
    )
}

/// What would bring a host to a threshold that it reaches with less than 95 %.
pub fn remedy(host: &str, threshold: Threshold, smallest_weight: Option<u16>) -> String {
    let needed = self::threshold(threshold);
    match smallest_weight {
        Some(weight) => format!(
            "{host} reaches {needed} with a probability of 95 % from a weight of {weight} on, all other records as planned."
        ),
        None => format!(
            "{host} reaches {needed} with a probability of 95 % at no weight, all other records as planned."
        ),
    }
}

/// The heads of what hosts count while others are down.
pub fn down_heads() -> Vec<String> {
    let heads = [
        "host",
        "Windows and servers",
        "Office",
        "least likely threshold",
    ];
    heads.map(str::to_owned).to_vec()
}

/// The cells of a host under these heads; the last one is the probability of the threshold that it
/// reaches least likely.
pub fn down_cells(load: &Load, names: &Names) -> Vec<String> {
    let probabilities = load.reached.iter().map(|reached| reached.probability);
    let least = probabilities.min_by(f64::total_cmp);
    vec![
        names.name(&load.host),
        average(load.windows),
        average(load.office),
        least.map_or_else(|| "-".to_owned(), percent),
    ]
}

/// That there are too many hosts to go through each or each pair.
pub fn too_many(hosts: usize, what: &str) -> String {
    format!(
        "{} are too many to go through {what}: name those that are down with --down.",
        count(hosts, "host")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up() {
        for (hours, text) in [
            (0.001, "about 1 minute"),
            (50.0 / 460.0, "about 7 minutes"),
            (1.02, "about 62 minutes"),
            (2.0, "about 2 hours"),
            (9.13, "about 10 hours"),
            (12.0, "about 12 hours"),
            (48.0, "about 48 hours"),
            (49.0, "about 3 days"),
            (168.0, "about 7 days"),
        ] {
            assert_eq!(duration(hours), text, "{hours}");
        }
    }
}
