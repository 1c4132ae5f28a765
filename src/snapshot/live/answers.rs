//! What a server answered, as sections of listed records.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

use super::Unanswered;
use crate::snapshot::listing::{Data, Listed, Section};
use crate::snapshot::{Extent, KmsRecord, Says};
use crate::{Name, presentation};

/// What a server answered.
#[derive(Debug, Default)]
pub(in crate::snapshot) struct Answers {
    /// To questions for KMS records, by owner.
    pub(in crate::snapshot) services: BTreeMap<Name, Result<Service, Unanswered>>,
    /// To questions for the addresses of hosts.
    pub(in crate::snapshot) hosts: BTreeMap<Name, Result<Says, Unanswered>>,
}

/// What a server answered to a question for KMS records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::snapshot) struct Service {
    /// The records of the owner itself, or those of the name that aliases lead to.
    pub(in crate::snapshot) records: Vec<Srv>,
    /// The aliases on the way from the owner, in order: where each stands, whether it is a DNAME, its target.
    pub(in crate::snapshot) aliases: Vec<(Name, bool, Name)>,
    /// Whether the server does not tell what stands behind the aliases.
    pub(in crate::snapshot) untold: bool,
    /// Whether the server answered with authority (AA) for the owner.
    pub(in crate::snapshot) authoritative: bool,
    /// The start of authority of the zone of the owner, as far as a server told it.
    pub(in crate::snapshot) start: Option<Start>,
    /// The delegation by which the server says that others hold the name.
    pub(in crate::snapshot) cut: Option<Name>,
}

/// A record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) struct Srv {
    pub(in crate::snapshot) priority: u16,
    pub(in crate::snapshot) weight: u16,
    pub(in crate::snapshot) port: u16,
    pub(in crate::snapshot) target: Name,
    /// Seconds; `None`: what a cache had left of it.
    pub(in crate::snapshot) ttl: Option<u32>,
}

impl Srv {
    /// As a record that clients get for `owner` through an alias.
    pub(in crate::snapshot) fn behind_alias(self, owner: &Name) -> KmsRecord {
        KmsRecord {
            owner: owner.clone(),
            priority: self.priority,
            weight: self.weight,
            port: self.port,
            target: self.target,
            ttl: self.ttl,
            aged: None,
            site: None,
            text: None,
        }
    }
}

/// A start of authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) struct Start {
    pub(in crate::snapshot) apex: Name,
    pub(in crate::snapshot) mname: Name,
    pub(in crate::snapshot) serial: u32,
    pub(in crate::snapshot) refresh: u32,
    pub(in crate::snapshot) minimum: u32,
    /// The TTL of the record itself, seconds; `None`: what a cache had left of it.
    pub(in crate::snapshot) ttl: Option<u32>,
}

/// Answers as a source.
pub(in crate::snapshot) struct Seen {
    /// The records in text, one a line; what the hash of the source is made of.
    pub(in crate::snapshot) text: String,
    /// The KMS records with what stands around them, by zone.
    pub(in crate::snapshot) sections: Vec<Section>,
    /// The addresses of hosts, each with the place of its line.
    pub(in crate::snapshot) hosts: BTreeMap<Name, (usize, Says)>,
    /// KMS records that stand behind an alias, by the owner that was asked for.
    pub(in crate::snapshot) through_aliases: BTreeMap<Name, Vec<Srv>>,
    /// Owners about which the server answered without authority.
    pub(in crate::snapshot) without_authority: BTreeSet<Name>,
    /// Questions without a usable answer.
    pub(in crate::snapshot) unanswered: BTreeMap<Name, Unanswered>,
}

impl Answers {
    /// The answers as a source.
    pub(in crate::snapshot) fn seen(self) -> Seen {
        let mut text = Text::default();
        let mut zones: BTreeMap<Option<Name>, Section> = BTreeMap::new();
        let mut seen = Seen {
            text: String::new(),
            sections: Vec::new(),
            hosts: BTreeMap::new(),
            through_aliases: BTreeMap::new(),
            without_authority: BTreeSet::new(),
            unanswered: BTreeMap::new(),
        };
        for (owner, service) in self.services {
            match service {
                Ok(service) => {
                    if !service.authoritative {
                        seen.without_authority.insert(owner.clone());
                    }
                    let apex = service.start.as_ref().map(|start| start.apex.clone());
                    let section = zones
                        .entry(apex.clone())
                        .or_insert_with(|| Section::new(apex, Extent::Names));
                    text.service(owner, service, section, &mut seen.through_aliases);
                }
                Err(unanswered) => {
                    seen.unanswered.insert(owner, unanswered);
                }
            }
        }
        for (host, says) in self.hosts {
            match says {
                Ok(says) => {
                    let at = text.host(&host, &says);
                    seen.hosts.insert(host, (at, says));
                }
                Err(unanswered) => {
                    seen.unanswered.insert(host, unanswered);
                }
            }
        }
        seen.sections = zones.into_values().collect();
        seen.text = text.text;
        seen
    }
}

/// The text of answers, as it grows.
#[derive(Default)]
struct Text {
    text: String,
    /// The delegations and aliases that stand in it, by zone: several owners may lie below one.
    listed: BTreeSet<(Option<Name>, Name)>,
}

impl Text {
    /// Whether a delegation or alias is met for the first time; it is not the next time.
    fn is_new(&mut self, section: &Section, owner: &Name) -> bool {
        self.listed.insert((section.apex.clone(), owner.clone()))
    }

    /// Adds a record; gives the record as it is listed.
    fn record(
        &mut self,
        owner: &Name,
        ttl: Option<u32>,
        kind: &str,
        data: Data,
        said: &str,
    ) -> Listed {
        let at = self.text.len();
        let ttl_text = ttl.map(|ttl| format!("{ttl} ")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            self.text,
            "{} {ttl_text}IN {kind} {said}",
            presentation::lower(owner)
        );
        let end = self.text.len();
        self.text.push('\n');
        Listed {
            owner: owner.clone(),
            ttl,
            aged: None,
            span: at..end,
            data,
        }
    }

    fn service(
        &mut self,
        owner: Name,
        service: Service,
        section: &mut Section,
        through_aliases: &mut BTreeMap<Name, Vec<Srv>>,
    ) {
        if let Some(start) = &service.start {
            let known = section
                .records
                .iter()
                .any(|record| matches!(record.data, Data::Soa { .. }));
            if !known {
                let data = Data::Soa {
                    mname: start.mname.clone(),
                    serial: start.serial,
                    refresh: start.refresh,
                    minimum: start.minimum,
                };
                let said = format!(
                    "{} {} {} {}",
                    presentation::lower(&start.mname),
                    start.serial,
                    start.refresh,
                    start.minimum
                );
                // The text leaves it out: a negative answer may bring a shorter one (RFC 2308 section 3).
                let record = self.record(&start.apex, None, "SOA", data, &said);
                section.records.push(Listed {
                    ttl: start.ttl,
                    ..record
                });
            }
        }
        if let Some(cut) = &service.cut {
            if self.is_new(section, cut) {
                section
                    .records
                    .push(self.record(cut, None, "NS", Data::Ns, ""));
            }
            return;
        }
        for (at, dname, target) in &service.aliases {
            if !self.is_new(section, at) {
                continue;
            }
            let (kind, data) = if *dname {
                ("DNAME", Data::Dname(target.clone()))
            } else {
                ("CNAME", Data::Cname(target.clone()))
            };
            section
                .records
                .push(self.record(at, None, kind, data, &presentation::lower(target)));
        }
        if service.untold {
            self.text.push_str("; what stands behind it: not told\n");
            return;
        }
        if !service.aliases.is_empty() {
            for record in &service.records {
                let said = format!("; {}", srv_text(record));
                self.text.push_str(&said);
                self.text.push('\n');
            }
            through_aliases.insert(owner, service.records);
            return;
        }
        if service.records.is_empty() {
            let _ = writeln!(self.text, "; {} IN SRV: none", presentation::lower(&owner));
            section.empty.insert(owner);
            return;
        }
        for record in service.records {
            let said = srv_text(&record);
            let data = Data::Srv {
                priority: record.priority,
                weight: record.weight,
                port: record.port,
                target: record.target,
            };
            section
                .records
                .push(self.record(&owner, record.ttl, "SRV", data, &said));
        }
    }

    /// Adds what is known of a host; gives where.
    fn host(&mut self, host: &Name, says: &Says) -> usize {
        let at = self.text.len();
        let name = presentation::lower(host);
        let addresses = |set: &BTreeSet<IpAddr>| {
            let all: Vec<String> = set.iter().map(ToString::to_string).collect();
            all.join(" ")
        };
        let _ = match says {
            Says::Addresses(set) => writeln!(self.text, "; {name} addresses: {}", addresses(set)),
            Says::Nothing => writeln!(self.text, "; {name} addresses: none"),
            Says::Alias {
                target,
                addresses: set,
            } => writeln!(
                self.text,
                "; {name} alias of {}: {}",
                presentation::lower(target),
                addresses(set)
            ),
        };
        at
    }
}

fn srv_text(record: &Srv) -> String {
    format!(
        "{} {} {} {}",
        record.priority,
        record.weight,
        record.port,
        presentation::lower(&record.target)
    )
}
