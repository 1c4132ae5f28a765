//! The rules that make findings: each speaks of one subject; what says the same of several subjects is
//! joined at the end.

use std::collections::BTreeMap;

use super::action::Action;
use super::clients::Simulation;
use super::edit::Refused;
use super::evidence::Sightings;
use super::finding::{Code, Finding, Severity};
use super::records::Domain;
use super::{Live, Options, Place};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::presentation;
use crate::snapshot::{Alias, Site, Snapshot, Soa, Zone};
use crate::topology::Topology;

mod accept;
mod charging;
mod clients;
mod coverage;
mod evidence;
mod hosts;
mod names;
mod publishing;
mod records;
mod systems;
pub mod way_back;

/// A domain that cannot be planned, because its records are out of sight.
#[derive(Debug, Clone)]
pub enum Hidden<'a> {
    /// No source holds its zone.
    NoZone,
    /// The source of its zone does not tell of its records.
    NotTold {
        /// The zone.
        zone: &'a Zone,
    },
    /// Its records lie in a delegated zone that was not read.
    Delegated {
        /// The zone that delegates.
        zone: &'a Zone,
        /// Where.
        cut: &'a Name,
        /// The line of the delegation.
        site: Site,
    },
    /// An alias stands in the place of its records.
    Alias {
        /// The zone that holds the alias.
        zone: &'a Zone,
        /// Where it stands.
        at: &'a Name,
        /// What it says.
        alias: &'a Alias,
    },
}

/// What the rules look at.
pub struct Facts<'a> {
    /// The desired state.
    pub topology: &'a Topology,
    /// The current state.
    pub snapshot: &'a Snapshot,
    /// Domains whose records are known, with their live hosts.
    pub domains: &'a [(Domain<'a>, Live)],
    /// Domains of the topology whose records are out of sight.
    pub hidden: &'a [(Name, Hidden<'a>)],
    /// Zones whose files cannot be edited.
    pub refused: &'a [Refused],
    /// The new serials of the zones whose files are edited.
    pub serials: &'a [(Name, u32)],
    /// Domains with KMS records that the topology does not name and the plan leaves alone.
    pub others: &'a [(Name, Site)],
    /// What was seen on hosts and nodes.
    pub sightings: &'a Sightings<'a>,
    /// What the plan does.
    pub actions: &'a [Action],
    /// Who is served by whom.
    pub simulation: &'a Simulation,
    /// The date, and what was accepted on the command line.
    pub options: &'a Options,
}

/// All findings, errors first, in a fixed order.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Found {
        snapshot: facts.snapshot,
        findings: Vec::new(),
        domains: BTreeMap::new(),
    };
    names::rules(facts, &mut found);
    records::rules(facts, &mut found);
    publishing::rules(facts, &mut found);
    hosts::rules(facts, &mut found);
    systems::rules(facts, &mut found);
    clients::rules(facts, &mut found);
    coverage::rules(facts, &mut found);
    evidence::rules(facts, &mut found);
    let topology = Some(facts.topology);
    let findings = found.across_domains();
    in_order(accept::accept(
        facts.snapshot,
        topology,
        facts.options,
        findings,
    ))
}

/// Findings as they are shown.
fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.arrange_by(|a, b| order(a).cmp(&order(b)));
    join(findings)
}

fn order(finding: &Finding) -> (Severity, Code, &str, &str, Option<&Place>) {
    (
        finding.severity,
        finding.code,
        &finding.message,
        &finding.subject,
        finding.place.as_ref(),
    )
}

/// Whether each finding of the code points to a place of its own that must not be lost.
fn stands_alone(code: Code) -> bool {
    matches!(
        code,
        Code::AllowExpired
            | Code::AllowUnused
            | Code::HostNotCharged
            | Code::HostDiffers
            | Code::NotAKmsHost
            | Code::NodeOwnerNotListed
            | Code::NodeGrantTooWide
            | Code::EvidenceUnused
    )
}

/// One finding for all subjects of which the same is said. The first subject's place stays.
fn join(findings: Vec<Finding>) -> Vec<Finding> {
    let mut joined: Vec<Finding> = Vec::new();
    let mut latest = String::new();
    for finding in findings {
        match joined.last_mut() {
            Some(last)
                if last.code == finding.code
                    && last.severity == finding.severity
                    && last.message == finding.message
                    && last.help == finding.help
                    && last.allowed == finding.allowed
                    && !stands_alone(last.code) =>
            {
                // The findings are sorted, so the same subject comes again at once or never.
                if latest != finding.subject {
                    last.subject.push_str(", ");
                    last.subject.push_str(&finding.subject);
                    latest = finding.subject;
                }
            }
            _ => {
                latest.clone_from(&finding.subject);
                joined.push(finding);
            }
        }
    }
    joined
}

/// Stands in a message for the domains in which the same is so.
const DOMAINS: &str = "{domains}";

/// The findings so far.
struct Found<'a> {
    snapshot: &'a Snapshot,
    findings: Vec<Finding>,
    /// By index of the finding: the domain that its message speaks of as [`DOMAINS`].
    domains: BTreeMap<usize, Name>,
}

impl Found<'_> {
    fn push(
        &mut self,
        severity: Severity,
        code: Code,
        subject: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.findings.push(Finding {
            code,
            severity,
            subject: subject.into(),
            message: message.into(),
            place: None,
            help: help.into(),
            allowed: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// A finding of the code's own severity about a name.
    fn about(
        &mut self,
        code: Code,
        subject: &Name,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.push(
            code.severity(),
            code,
            presentation::plain(subject),
            message,
            help,
        )
    }

    /// The same about what is so in a domain; the message has [`DOMAINS`] in its place.
    fn in_domain(
        &mut self,
        code: Code,
        subject: &Name,
        domain: &Name,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.domains.insert(self.findings.len(), domain.clone());
        self.about(code, subject, message, help)
    }

    /// The findings, those that say the same of several domains made one.
    fn across_domains(self) -> Vec<Finding> {
        let mut merged: Vec<(Finding, Vec<String>)> = Vec::new();
        let mut said: BTreeMap<(Code, String, String), usize> = BTreeMap::new();
        for (index, finding) in self.findings.into_iter().enumerate() {
            let Some(domain) = self.domains.get(&index).map(presentation::plain) else {
                merged.push((finding, Vec::new()));
                continue;
            };
            let key = (
                finding.code,
                finding.subject.clone(),
                finding.message.clone(),
            );
            let at = *said.entry(key).or_insert(merged.len());
            match merged.get_mut(at) {
                // Rules go through the domains in order, so a domain comes again at once or never.
                Some((_, domains)) if domains.last() == Some(&domain) => {}
                Some((_, domains)) => domains.push(domain),
                None => merged.push((finding, vec![domain])),
            }
        }
        merged
            .into_iter()
            .map(|(mut finding, domains)| {
                if !domains.is_empty() {
                    finding.message = finding.message.replace(DOMAINS, &listed(&domains));
                }
                finding
            })
            .collect()
    }

    /// That the diff raises a date serial by one.
    fn date_not_given(&mut self, apex: &Name, soa: &Soa) {
        let place = self.place(soa.site);
        self.about(
            Code::DateNotGiven,
            apex,
            format!(
                "The serial {} is written as a date. Without today's date the diff raises it by one.",
                soa.serial
            ),
            "Give the day with --today YYYY-MM-DD.",
        )
        .at(place);
    }

    fn place(&self, site: Option<Site>) -> Option<Place> {
        site.map(|site| self.snapshot.place(site))
    }
}

impl Finding {
    fn at(&mut self, place: Option<Place>) {
        self.place = place;
    }
}

/// The place of a line of the topology.
fn topology_line(topology: &Topology, line: usize) -> Place {
    (topology.path.clone(), Some(line))
}

/// The most names that a sentence lists.
const MAX_NAMES: usize = 6;

/// The first names of a list in a sentence, and how many more there are.
fn few(names: &[Name]) -> String {
    let mut first: Vec<String> = names
        .iter()
        .take(MAX_NAMES)
        .map(presentation::plain)
        .collect();
    if names.len() > MAX_NAMES {
        first.push(format!("{} more", names.len() - MAX_NAMES));
    }
    listed(&first)
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_lists_six_names() {
        let names = |number: usize| -> Vec<Name> {
            let names = (1..=number).map(|host| format!("kms{host}.contoso.com"));
            names
                .map(|name| presentation::parse_full_name(&name).unwrap())
                .collect()
        };
        assert_eq!(few(&[]), "");
        assert_eq!(few(&names(1)), "kms1.contoso.com");
        assert!(few(&names(6)).ends_with(" kms5.contoso.com and kms6.contoso.com"));
        assert!(few(&names(7)).ends_with(" kms6.contoso.com and 1 more"));
        assert!(few(&names(9)).ends_with(" kms6.contoso.com and 3 more"));
    }
}
