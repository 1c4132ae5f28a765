//! What the answers in one source say together.
//!
//! People ask several names, or one name of several servers, and keep all of it in one file. Answers about
//! one name must agree; a record that several answers repeat is listed once.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Range;

use super::super::Extent;
use super::super::listing::{Data, Fault, Listed, Section};
use crate::Name;
use crate::presentation;

/// What one answer says.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The apex of the zone that all of it belongs to, if told.
    pub(super) apex: Option<Name>,
    /// Its records.
    pub(super) records: Vec<Listed>,
    /// KMS owners that it says have no SRV records, and where.
    pub(super) empty: Vec<(Name, Range<usize>)>,
}

impl Answer {
    /// Adds a record that tells neither TTL nor age.
    pub(super) fn push(&mut self, owner: Name, span: Range<usize>, data: Data) {
        self.records.push(Listed {
            owner,
            ttl: None,
            aged: None,
            span,
            data,
        });
    }

    /// Notes that `owner` has no SRV records. Of names that are not `_vlmcs._tcp` nobody asks.
    pub(super) fn none(&mut self, owner: Name, span: Range<usize>) {
        if presentation::kms_domain(&owner).is_some() {
            self.empty.push((owner, span));
        }
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.empty.is_empty()
    }
}

/// The data of one SRV record.
type Service = (u16, u16, u16, Name);

fn service(data: &Data) -> Option<Service> {
    match data {
        Data::Srv {
            priority,
            weight,
            port,
            target,
        } => Some((*priority, *weight, *port, target.clone())),
        _ => None,
    }
}

/// What an answer says about one KMS owner.
struct Said {
    answer: usize,
    /// Whether the zone is told.
    zone: bool,
    span: Range<usize>,
    ttl: Option<u32>,
    services: BTreeSet<Service>,
}

impl Said {
    fn agrees(&self, other: &Said) -> bool {
        let ttl = self.ttl.is_none() || other.ttl.is_none() || self.ttl == other.ttl;
        ttl && self.services == other.services
    }

    fn rank(&self) -> (bool, bool) {
        (self.zone, self.ttl.is_some())
    }
}

/// What an answer says about KMS owners.
fn said(index: usize, answer: &Answer, faults: &mut Vec<Fault>) -> BTreeMap<Name, Said> {
    let mut map: BTreeMap<Name, Said> = BTreeMap::new();
    let new = |span: &Range<usize>, ttl| Said {
        answer: index,
        zone: answer.apex.is_some(),
        span: span.clone(),
        ttl,
        services: BTreeSet::new(),
    };
    for record in &answer.records {
        let Some(service) = service(&record.data) else {
            continue;
        };
        if presentation::kms_domain(&record.owner).is_some() {
            map.entry(record.owner.clone())
                .or_insert_with(|| new(&record.span, record.ttl))
                .services
                .insert(service);
        }
    }
    for (owner, span) in &answer.empty {
        let known = map.entry(owner.clone()).or_insert_with(|| new(span, None));
        if !known.services.is_empty() {
            faults.push(contradiction(owner, span));
        }
    }
    map
}

fn contradiction(owner: &Name, span: &Range<usize>) -> Fault {
    let owner = presentation::plain(owner);
    let message =
        format!("this says something else about `{owner}` than an earlier answer in the same text");
    Fault::at(span.clone(), message)
        .help("keep the newest answer about a name, and remove the others")
}

/// The sections of all answers, or all that is wrong: `faults` is what was found while reading them.
pub(super) fn sections(
    answers: Vec<Answer>,
    mut faults: Vec<Fault>,
) -> Result<Vec<Section>, Vec<Fault>> {
    let answers: Vec<Answer> = answers
        .into_iter()
        .filter(|answer| !answer.is_empty())
        .collect();
    let mut best: BTreeMap<Name, Said> = BTreeMap::new();
    for (index, answer) in answers.iter().enumerate() {
        for (owner, span) in &answer.empty {
            if presentation::label_count(owner) == 2 {
                faults.push(no_domain(span));
            }
        }
        for record in &answer.records {
            let owner = &record.owner;
            if presentation::kms_domain(owner).is_some() && presentation::label_count(owner) == 2 {
                faults.push(no_domain(&record.span));
            }
        }
        for (owner, news) in said(index, answer, &mut faults) {
            match best.get(&owner) {
                Some(known) if !known.agrees(&news) => {
                    faults.push(contradiction(&owner, &news.span));
                }
                Some(known) if known.rank() >= news.rank() => {}
                _ => drop(best.insert(owner, news)),
            }
        }
    }
    let mut found: BTreeMap<Option<Name>, Section> = BTreeMap::new();
    let mut aliases: BTreeMap<Name, Data> = BTreeMap::new();
    let mut seen: BTreeSet<(Name, u8, Option<Service>)> = BTreeSet::new();
    for (index, answer) in answers.into_iter().enumerate() {
        let chosen = |owner: &Name| best.get(owner).is_some_and(|said| said.answer == index);
        let section = found
            .entry(answer.apex.clone())
            .or_insert_with(|| Section::new(answer.apex.clone(), Extent::Names));
        for record in answer.records {
            if matches!(record.data, Data::Srv { .. }) && !chosen(&record.owner) {
                continue;
            }
            if matches!(record.data, Data::Cname(_) | Data::Dname(_)) {
                let known = aliases
                    .entry(record.owner.clone())
                    .or_insert_with(|| record.data.clone());
                if *known != record.data {
                    faults.push(contradiction(&record.owner, &record.span));
                }
            }
            let key = (
                record.owner.clone(),
                kind(&record.data),
                service(&record.data),
            );
            if seen.insert(key) {
                section.records.push(record);
            }
        }
        let empty = answer.empty.into_iter().map(|(owner, _)| owner);
        section.empty.extend(empty.filter(chosen));
    }
    if !faults.is_empty() {
        return Err(in_order(faults));
    }
    let sections: Vec<Section> = found
        .into_values()
        .filter(|section| !section.records.is_empty() || !section.empty.is_empty())
        .collect();
    if sections.is_empty() {
        let message = "nothing in it is about KMS: neither a `_vlmcs._tcp` name nor an address";
        return Err(vec![Fault::whole(message).help(ASK)]);
    }
    Ok(sections)
}

/// How to ask.
const ASK: &str = "ask for the SRV records of `_vlmcs._tcp.DOMAIN`";

fn no_domain(span: &Range<usize>) -> Fault {
    Fault::at(
        span.clone(),
        "the text does not tell in which domain `_vlmcs._tcp` was asked for",
    )
    .help("ask for the whole name, with its domain: `_vlmcs._tcp.DOMAIN`")
}

/// Which records of one owner may stand beside each other.
fn kind(data: &Data) -> u8 {
    match data {
        Data::Srv { .. } => 0,
        Data::Address => 1,
        Data::Ns => 2,
        Data::Cname(_) => 3,
        Data::Dname(_) => 4,
        Data::Soa { .. } => 5,
        Data::Dnssec => 6,
        Data::Other => 7,
    }
}

/// Complaints in the order of the text, those about the whole last.
pub(super) fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| fault.span.as_ref().map_or(usize::MAX, |span| span.start));
    faults
}
