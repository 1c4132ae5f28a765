//! What is known of each domain.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::expected::Expectations;
use super::{Domain, Knowledge, OtherDomain, OwnerAlias, Place, Record};
use crate::arrange::Arrange as _;
use crate::snapshot::{Alias, ApexFrom, Extent, Holder, KmsRecord, Site, Snapshot, Zone};
use crate::{Name, presentation};

/// How many aliases are followed: a resolver's bound, so that a ring of them ends.
const MAX_ALIASES: usize = 16;

/// The trees of address-to-name mapping (RFC 1035 section 3.5, RFC 3596 section 2.5): their zones are no domains
/// of clients.
const REVERSE: [[&str; 2]; 2] = [["in-addr", "arpa"], ["ip6", "arpa"]];

/// Each name once, in its first spelling.
pub(super) fn once(names: impl Iterator<Item = Name>) -> BTreeMap<Name, Name> {
    let mut once = BTreeMap::new();
    for name in names {
        once.entry(name.clone()).or_insert(name);
    }
    once
}

/// The zones that were read and that may be domains of clients: not the root, not reverse zones, not those of names
/// with an underscore (`_msdcs.contoso.com`, RFC 8552).
pub(super) fn zones(snapshot: &Snapshot) -> impl Iterator<Item = Name> {
    snapshot
        .zones
        .iter()
        .filter(|zone| zone.extent >= Extent::Services && zone.apex_from != ApexFrom::Assumed)
        .map(|zone| zone.name.clone())
        .filter(|apex| {
            let underscored = apex.iter().any(|label| label.starts_with(b"_"));
            !apex.is_root() && !underscored && !is_reverse(apex)
        })
}

fn is_reverse(apex: &Name) -> bool {
    let mut end = apex.iter().rev();
    let (Some(last), Some(before)) = (end.next(), end.next()) else {
        return false;
    };
    REVERSE.iter().any(|[second, first]| {
        last.eq_ignore_ascii_case(first.as_bytes())
            && before.eq_ignore_ascii_case(second.as_bytes())
    })
}

/// The domains that own KMS records, or are said to have none, in the zones that were read. Names with a wildcard
/// are no domains.
pub(super) fn held(snapshot: &Snapshot) -> Vec<Name> {
    let owners = snapshot.zones.iter().flat_map(|zone| zone.kms.keys());
    let domains = owners.filter_map(presentation::kms_domain);
    domains
        .filter(|domain| !domain.is_root() && domain.iter().all(|label| label != b"*"))
        .collect()
}

/// Looks at domains in a snapshot.
pub(super) struct Look<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) expectations: Option<&'a Expectations<'a>>,
}

/// What sources say of the name that owns a domain's records.
enum Sight<'a> {
    Told(&'a Zone, &'a [KmsRecord]),
    Alias(&'a Zone, &'a Name, &'a Alias),
    /// Not told: why, the end of a sentence about the domain.
    Hidden(Option<&'a Zone>, String),
}

impl Look<'_> {
    /// What is known of a domain.
    pub(super) fn domain(&self, name: Name) -> Domain {
        let Ok(owner) = presentation::kms_owner(&name) else {
            let why = "its name leaves no room for that of KMS records".to_owned();
            return Self::without(name.clone(), name, Knowledge::NotKnown(why));
        };
        match self.sight(&owner) {
            Sight::Told(zone, records) => {
                let zone = zone_name(zone).map(|apex| (apex, zone));
                let mut domain = self.with(name, owner, records);
                if let Some((apex, zone)) = zone {
                    domain.zone = Some(apex);
                    domain.wildcard = records
                        .is_empty()
                        .then(|| zone.wildcard_of(&domain.owner))
                        .flatten()
                        .map(|(wildcard, site)| (wildcard.clone(), self.snapshot.place(site)));
                }
                domain
            }
            Sight::Alias(zone, at, alias) => {
                let target = led_to(&owner, at, alias);
                let records = match self.snapshot.through_aliases.get(&owner) {
                    Some(records) => Some(records.as_slice()),
                    None => self.follow(target.clone()),
                };
                let mut domain = if let Some(records) = records {
                    self.with(name, owner, records)
                } else {
                    let why = format!(
                        "an alias leads to {}, whose records no source tells",
                        presentation::plain(&target)
                    );
                    Self::without(name, owner, Knowledge::NotKnown(why))
                };
                domain.zone = zone_name(zone);
                domain.alias = Some(OwnerAlias {
                    at: at.clone(),
                    dname: alias.dname,
                    target,
                    place: self.snapshot.place(alias.site),
                });
                domain
            }
            Sight::Hidden(zone, why) => {
                let knowledge = match self.snapshot.unanswered.get(&owner) {
                    Some(unanswered) => Knowledge::Unanswered(unanswered.clone()),
                    None => Knowledge::NotKnown(why),
                };
                let mut domain = Self::without(name, owner, knowledge);
                domain.zone = zone.and_then(zone_name);
                domain
            }
        }
    }

    /// A domain that nobody asked for; `None` where it has no records.
    pub(super) fn other(&self, name: Name) -> Option<OtherDomain> {
        let owner = presentation::kms_owner(&name).ok()?;
        let Sight::Told(_, records) = self.sight(&owner) else {
            return None;
        };
        let targets: BTreeSet<&Name> = records.iter().map(|record| &record.target).collect();
        (!targets.is_empty()).then(|| OtherDomain {
            name,
            hosts: targets.into_iter().cloned().collect(),
        })
    }

    fn sight(&self, owner: &Name) -> Sight<'_> {
        match self.snapshot.holder(owner) {
            Holder::Zone(zone) => match zone.alias_of(owner) {
                Some((at, alias)) => Sight::Alias(zone, at, alias),
                None if zone.tells(owner) => {
                    let records = zone.kms.get(owner).map(Vec::as_slice);
                    Sight::Told(zone, records.unwrap_or_default())
                }
                None => {
                    let why = format!("{} does not tell of its records", zone.source);
                    Sight::Hidden(Some(zone), why)
                }
            },
            Holder::Delegated { zone, cut, .. } => {
                let from = zone_name(zone)
                    .map_or_else(|| zone.source.clone(), |apex| presentation::plain(&apex));
                let why = format!(
                    "{from} delegates {}, and no source holds that zone",
                    presentation::plain(cut)
                );
                Sight::Hidden(None, why)
            }
            Holder::None => {
                Sight::Hidden(None, "no source holds a zone that encloses it".to_owned())
            }
        }
    }

    /// The records at the end of a row of aliases, where a source tells them.
    fn follow(&self, mut name: Name) -> Option<&[KmsRecord]> {
        for _ in 0..MAX_ALIASES {
            match self.sight(&name) {
                // Of a name that nobody asked about it is not known whether it is an alias too, unless it has
                // records.
                Sight::Told(zone, records) if !records.is_empty() => {
                    return zone.kms.get(&name).map(Vec::as_slice);
                }
                Sight::Alias(_, at, alias) => name = led_to(&name, at, alias),
                Sight::Told(..) | Sight::Hidden(..) => return None,
            }
        }
        None
    }

    fn without(name: Name, owner: Name, knowledge: Knowledge) -> Domain {
        Domain {
            name,
            owner,
            zone: None,
            knowledge,
            alias: None,
            wildcard: None,
            records: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// A domain whose records are known.
    fn with(&self, name: Name, owner: Name, records: &[KmsRecord]) -> Domain {
        let knowledge = if records.is_empty() {
            Knowledge::None
        } else {
            Knowledge::Records
        };
        let mut domain = Self::without(name, owner, knowledge);
        let mut records: Vec<&KmsRecord> = records.iter().collect();
        records.arrange_by_key(|record| {
            (
                record.priority,
                Reverse(record.weight),
                &record.target,
                record.port,
                record.ttl,
                record.aged,
                record.site.map(|site: Site| (site.file, site.line)),
            )
        });
        let mut identities: BTreeMap<(&Name, u16), usize> = BTreeMap::new();
        for record in &records {
            *identities.entry((&record.target, record.port)).or_default() += 1;
        }
        domain.records = records
            .iter()
            .map(|record| {
                let place = |site| -> Place { self.snapshot.place(site) };
                Record {
                    priority: record.priority,
                    weight: record.weight,
                    port: record.port,
                    target: record.target.clone(),
                    ttl: record.ttl,
                    aged: record.aged,
                    place: record.site.map(place),
                    duplicate: identities[&(&record.target, record.port)] > 1,
                    standing: None,
                    expected: None,
                }
            })
            .collect();
        if let Some(expectations) = self.expectations {
            expectations.compare(&mut domain);
        }
        domain
    }
}

/// The apex of a zone, where its source tells it.
fn zone_name(zone: &Zone) -> Option<Name> {
    (zone.apex_from != ApexFrom::Assumed).then(|| zone.name.clone())
}

/// Where an alias leads a name: a DNAME exchanges the end of it (RFC 6672). A name that would be too long then leads
/// nowhere: the alias's own target stands for that.
pub(super) fn led_to(name: &Name, at: &Name, alias: &Alias) -> Name {
    if !alias.dname {
        return alias.target.clone();
    }
    let kept = presentation::label_count(name).saturating_sub(presentation::label_count(at));
    let labels: Vec<Vec<u8>> = name
        .iter()
        .take(kept)
        .chain(alias.target.iter())
        .map(<[u8]>::to_vec)
        .collect();
    presentation::from_labels(&labels).unwrap_or_else(|_| alias.target.clone())
}
