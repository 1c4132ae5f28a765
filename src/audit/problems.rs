//! What is amiss, or at least to be known, in the order in which it matters.

use std::collections::BTreeMap;

use super::{
    Address, Audit, Domain, HOSTS_OF_A_KEY, Host, Knowledge, Listing, Record, Signature, Standing,
};
use crate::arrange::Arrange as _;
use crate::snapshot::live::{Outcome, Unanswered, Why};
use crate::words::words;
use crate::{Name, presentation};

words! {
    /// A kind of problem, in the order in which they are shown.
    Kind {
        /// A server gave no usable answer for a domain.
        Unanswered = "unanswered",
        /// No source tells of a domain's records.
        NotKnown = "not-known",
        /// More hosts than one key activates.
        BeyondAKey = "beyond-a-key",
        /// The topology does not name a host.
        Unlisted = "unlisted",
        /// A host must be gone, as the topology says, and has a record.
        Retired = "retired",
        /// The topology names a host, but not for this domain.
        OtherDomain = "other-domain",
        /// A host that the topology wants has no record.
        Missing = "missing",
        /// A record has another priority, weight or port than the topology wants.
        Differs = "differs",
        /// The name of a host has no address.
        NoAddress = "no-address",
        /// The name of a host is an alias.
        HostAlias = "host-alias",
        /// The name of a host could not be looked up.
        HostUnanswered = "host-unanswered",
        /// A host does not accept connections.
        NotReachable = "not-reachable",
        /// A record looks as hosts write them that publish by themselves with the default values.
        SelfPublished = "self-published",
        /// Records of a set name one host and port.
        Duplicate = "duplicate",
        /// An alias stands at the owner of a domain's records.
        OwnerAlias = "owner-alias",
        /// A wildcard may answer for the owner of a domain's records.
        Wildcard = "wildcard",
        /// A record says that the service is not offered.
        NoService = "no-service",
        /// A domain has no records.
        WithoutRecords = "without-records",
    }
}

/// All problems of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind.
    pub kind: Kind,
    /// What it is about, sorted.
    pub entries: Vec<Entry>,
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The host, alias or wildcard that it is about; `None`: the domains themselves.
    pub subject: Option<String>,
    /// What more there is to say; may be empty.
    pub detail: String,
    /// What happened to the first of several questions, as an example; may be empty.
    pub example: String,
    /// What to try; may be empty.
    pub help: String,
    /// The domains where it is so, sorted by name; empty where it has nothing to do with domains.
    pub domains: Vec<Name>,
}

/// The problems of a kind: by subject, detail and help the domains where it is so.
type Entries = BTreeMap<(Option<Name>, String, String), Vec<Name>>;

/// Problems as they are found.
#[derive(Default)]
struct Found(BTreeMap<Kind, Entries>);

/// By subject, then by the first domain.
fn in_order(entries: Entries) -> Vec<Entry> {
    let mut entries: Vec<_> = entries.into_iter().collect();
    entries.arrange_by(|((one, ..), domains), ((other, ..), others)| {
        one.cmp(other)
            .then_with(|| domains.first().cmp(&others.first()))
    });
    entries
        .into_iter()
        .map(|((subject, detail, help), domains)| Entry {
            subject: subject.as_ref().map(presentation::plain),
            detail,
            example: String::new(),
            help,
            domains,
        })
        .collect()
}

impl Found {
    fn add(
        &mut self,
        kind: Kind,
        subject: Option<&Name>,
        detail: impl Into<String>,
        domain: &Name,
    ) {
        self.add_with_help(kind, subject, detail.into(), String::new(), domain);
    }

    fn add_with_help(
        &mut self,
        kind: Kind,
        subject: Option<&Name>,
        detail: String,
        help: String,
        domain: &Name,
    ) {
        let key = (subject.cloned(), detail, help);
        let domains = self.0.entry(kind).or_default().entry(key).or_default();
        // Domains come sorted.
        if domains.last() != Some(domain) {
            domains.push(domain.clone());
        }
    }

    /// Adds what is so wherever the host stands.
    fn add_host(&mut self, kind: Kind, host: &Host, detail: String, help: String) {
        let key = (Some(host.name.clone()), detail, help);
        let entries = self.0.entry(kind).or_default();
        entries.insert(key, host.domains.clone());
    }
}

impl Audit {
    /// What is amiss, in the order of [`Kind::ALL`]; kinds without an entry are left out.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Found::default();
        for domain in &self.domains {
            self.about_domain(domain, &mut found);
        }
        for host in &self.hosts {
            about_host(host, &mut found);
        }
        if self.hosts.len() > HOSTS_OF_A_KEY {
            let entries = found.0.entry(Kind::BeyondAKey).or_default();
            entries.insert((None, String::new(), String::new()), Vec::new());
        }
        let problem = |(kind, entries): (Kind, Entries)| Problem {
            kind,
            entries: in_order(entries)
                .into_iter()
                .map(|entry| self.with_example(kind, entry))
                .collect(),
        };
        found.0.into_iter().map(problem).collect()
    }

    /// The same with what happened to a question: in full for one domain, else as an example.
    fn with_example(&self, kind: Kind, mut entry: Entry) -> Entry {
        let first = entry.domains.first().filter(|_| kind == Kind::Unanswered);
        let domain = first.and_then(|first| {
            let place = self
                .domains
                .binary_search_by(|domain| domain.name.cmp(first));
            place.ok().and_then(|place| self.domains.get(place))
        });
        if let Some(Knowledge::Unanswered(unanswered)) = domain.map(|domain| &domain.knowledge) {
            if entry.domains.len() == 1 {
                entry.detail.clone_from(&unanswered.message);
            } else {
                entry.example.clone_from(&unanswered.message);
            }
        }
        entry
    }

    fn about_domain(&self, domain: &Domain, found: &mut Found) {
        let name = &domain.name;
        match &domain.knowledge {
            Knowledge::Records => {}
            Knowledge::None => found.add(Kind::WithoutRecords, None, "", name),
            Knowledge::Unanswered(unanswered) => {
                let help = unanswered.help.clone();
                found.add_with_help(Kind::Unanswered, None, in_short(unanswered), help, name);
            }
            Knowledge::NotKnown(why) => found.add(Kind::NotKnown, None, why.as_str(), name),
        }
        if let Some(alias) = &domain.alias {
            let target = presentation::plain(&alias.target);
            let detail = if alias.dname {
                let at = presentation::plain(&alias.at);
                format!("the DNAME at {at} leads to {target}")
            } else {
                format!("a CNAME to {target}")
            };
            found.add(Kind::OwnerAlias, None, detail, name);
        }
        if let Some((wildcard, _)) = &domain.wildcard {
            found.add(Kind::Wildcard, Some(wildcard), "", name);
        }
        for record in &domain.records {
            self.about_record(record, name, found);
        }
        for expected in &domain.missing {
            found.add(Kind::Missing, Some(&expected.host), "", name);
        }
    }

    fn about_record(&self, record: &Record, domain: &Name, found: &mut Found) {
        let host = Some(&record.target);
        if record.is_no_service() {
            found.add(Kind::NoService, None, "", domain);
            return;
        }
        match record.standing {
            Some(Standing::Unlisted) => found.add(Kind::Unlisted, host, "", domain),
            Some(Standing::Retired) => found.add(Kind::Retired, host, "", domain),
            Some(Standing::OtherDomain) => found.add(Kind::OtherDomain, host, "", domain),
            Some(Standing::Expected) | None => {}
        }
        if let Some(expected) = record.expected.as_ref().filter(|_| record.differs()) {
            let values = [
                ("priority", record.priority, expected.priority),
                ("weight", record.weight, expected.weight),
                ("port", record.port, expected.port),
            ];
            let differing: Vec<String> = values
                .into_iter()
                .filter(|(_, is, wanted)| is != wanted)
                .map(|(name, is, wanted)| format!("{name} {is} in place of {wanted}"))
                .collect();
            let detail = differing.join(", ");
            found.add(Kind::Differs, host, detail, domain);
        }
        if let Some(age) = self.looks_self_published(record) {
            found.add(Kind::SelfPublished, host, age, domain);
        }
        if record.duplicate {
            let detail = format!("port {}", record.port);
            found.add(Kind::Duplicate, host, detail, domain);
        }
    }

    /// What a record's age says, where it looks as if its host published it by itself although it should not.
    fn looks_self_published(&self, record: &Record) -> Option<&'static str> {
        let wanted = record.expected.is_some() && !record.differs();
        let automatic = self
            .topology
            .as_ref()
            .is_some_and(|topology| topology.automatic);
        match record.signature()? {
            Signature::Timestamped if !(wanted && automatic) => {
                Some("with the timestamp of a dynamic update")
            }
            Signature::AgeUnknown if !wanted => Some("timestamp not known"),
            Signature::Timestamped | Signature::AgeUnknown | Signature::Static => None,
        }
    }
}

fn about_host(host: &Host, found: &mut Found) {
    match &host.address {
        Address::Found(_) | Address::Unknown => {}
        Address::None => found.add_host(Kind::NoAddress, host, String::new(), String::new()),
        Address::Alias { target, .. } => {
            let detail = format!("an alias of {}", presentation::plain(target));
            found.add_host(Kind::HostAlias, host, detail, String::new());
        }
        Address::Unanswered(unanswered) => {
            let said = unanswered.message.clone();
            found.add_host(Kind::HostUnanswered, host, said, unanswered.help.clone());
        }
    }
    for tried in &host.tried {
        let detail = match &tried.result {
            Ok((_, Outcome::Accepted)) => continue,
            Ok((address, outcome)) => {
                format!(
                    "port {} at {address}: {}",
                    tried.port,
                    outcome_title(*outcome)
                )
            }
            Err(why) => format!("port {}: {why}", tried.port),
        };
        found.add_host(Kind::NotReachable, host, detail, String::new());
    }
}

/// What happened to a question, in words that are the same for all questions to the server.
pub fn in_short(unanswered: &Unanswered) -> String {
    let what = match unanswered.why {
        Why::Timeout => "does not answer",
        Why::Unreachable => "cannot be reached",
        Why::Refused => "refuses to answer",
        Why::ServFail => "fails to answer",
        Why::ErrorCode => "answers with an error",
        Why::Lame => "is not responsible",
        Why::Malformed => "sends what cannot be read",
        Why::NotAsked => "was not asked any more",
    };
    format!("{} {what}", unanswered.server)
}

/// What became of a connection, for people.
pub fn outcome_title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepts connections",
        Outcome::Refused => "refused",
        Outcome::Timeout => "no answer",
        Outcome::Unreachable => "not reachable from here",
        Outcome::NotTried => "not tried any more",
    }
}

impl Listing {
    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Listed => "in the topology",
            Self::Retired => "retired",
            Self::Unlisted => "not in the topology",
        }
    }
}
