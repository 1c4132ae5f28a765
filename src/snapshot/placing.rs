//! From sections of listed records to zones: which zone a record belongs to where its source does not
//! tell, and what it means for the names of interest.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::LineIndex;
use super::listing::{Data, Listed, Section};
use super::source::Library;
use super::surroundings::{Interest, Stands, Surroundings};
use super::{ApexFrom, Extent, FileId, Format, KmsRecord, Says, Site, Soa, Zone};
use crate::topology::ZoneKind;
use crate::{Fingerprint, Name, presentation};

/// The records of one zone in one source.
pub(super) struct Placed {
    pub(super) file: FileId,
    pub(super) format: Format,
    pub(super) apex: Name,
    pub(super) apex_from: ApexFrom,
    /// Whether its section has an apex, so that it stays in this zone.
    pub(super) told: bool,
    evidence: Option<ZoneKind>,
    extent: Extent,
    records: Vec<Listed>,
    empty: BTreeSet<Name>,
}

/// Finds the zones of records.
pub(super) struct Placing {
    /// Apexes that the user names, or a source that tells of the whole zone.
    known: BTreeSet<Name>,
    /// Apexes that only answers name: they tell nothing of other names below.
    answered: BTreeSet<Name>,
    /// Whether delegations made more apexes known than there were when records were placed first.
    grown: bool,
    /// What answers of servers say of the addresses of names, in whatever zone they lie, and where.
    pub(super) answers: BTreeMap<Name, (FileId, usize, Says)>,
}

impl Placing {
    /// With zones that the user names.
    pub(super) fn new<'a>(given: impl Iterator<Item = &'a Name>) -> Self {
        Self {
            known: given.cloned().collect(),
            answered: BTreeSet::new(),
            grown: false,
            answers: BTreeMap::new(),
        }
    }

    /// Takes in a zone that a source names.
    pub(super) fn know(&mut self, apex: &Name) {
        self.known.insert(apex.clone());
    }

    /// Takes in the zones that sections name, and those whose name servers stand beside the answers of a
    /// server that holds no zone: a resolver may add those of any zone above, so they count only below a
    /// known zone or from the domain of the answer on.
    pub(super) fn know_sections<'a>(&mut self, sections: impl Iterator<Item = &'a Section>) {
        let (told, untold): (Vec<_>, Vec<_>) = sections.partition(|section| section.apex.is_some());
        for section in told {
            let known = if section.extent == Extent::Names {
                &mut self.answered
            } else {
                &mut self.known
            };
            known.extend(section.apex.clone());
        }
        let below = |name: &Name| {
            presentation::ancestors(name)
                .skip(1)
                .any(|above| self.known.contains(&above))
        };
        let mut served = BTreeSet::new();
        for section in untold {
            let servers = section
                .records
                .iter()
                .filter(|record| record.data == Data::Ns)
                .map(|record| &record.owner);
            for apex in servers {
                let of = |owner: &Name| {
                    apex.zone_of(owner)
                        && presentation::kms_domain(owner)
                            .is_some_and(|domain| domain.zone_of(apex) || below(apex))
                };
                let owners = section.records.iter().map(|record| &record.owner);
                if owners.chain(&section.empty).any(of) {
                    served.insert(apex.clone());
                }
            }
        }
        self.known.extend(served);
    }

    /// Takes in what a zone delegates away.
    pub(super) fn know_cuts(&mut self, zone: &Zone) {
        let highest = zone.cuts.keys().filter(|cut| {
            !presentation::ancestors(cut)
                .skip(1)
                .any(|above| zone.cuts.contains_key(&above))
        });
        for cut in highest {
            self.grown |= self.known.insert(cut.clone());
        }
    }

    /// The parts of a section, by zone.
    pub(super) fn place(&mut self, file: FileId, format: Format, section: Section) -> Vec<Placed> {
        for record in &section.records {
            let outside = section
                .apex
                .as_ref()
                .is_none_or(|apex| !apex.zone_of(&record.owner));
            if record.data == Data::Address && outside {
                let says = Says::Addresses(BTreeSet::new());
                self.answers
                    .entry(record.owner.clone())
                    .or_insert((file, record.span.start, says));
            }
        }
        let told = section.apex.is_some();
        let mut whole = Placed {
            file,
            format,
            apex: section.apex.unwrap_or_else(Name::root),
            apex_from: if section.apex_given {
                ApexFrom::Given
            } else {
                ApexFrom::Source
            },
            told,
            evidence: section.evidence,
            extent: section.extent,
            records: section.records,
            empty: section.empty,
        };
        if told {
            let apex = &whole.apex;
            whole.records.retain(|record| apex.zone_of(&record.owner));
            return vec![whole];
        }
        self.by_zone(whole)
    }

    /// The parts of a part whose source does not tell its zone, after more zones became known. Addresses
    /// alone show no new zone.
    pub(super) fn place_again(&self, part: Placed) -> Vec<Placed> {
        if !self.grown {
            return vec![part];
        }
        let old = part.apex.clone();
        let mut parts = self.by_zone(part);
        parts.retain(|part| part.apex == old || part.is_about_kms());
        parts
    }

    fn by_zone(&self, whole: Placed) -> Vec<Placed> {
        let part = |(apex, apex_from)| Placed {
            apex,
            apex_from,
            told: false,
            records: Vec::new(),
            empty: BTreeSet::new(),
            ..whole
        };
        let mut parts: BTreeMap<Name, Placed> = BTreeMap::new();
        let mut records = whole.records.into_iter().peekable();
        while let Some(record) = records.next() {
            let Some(zone) = self.apex(&record.owner) else {
                continue;
            };
            let placed = parts.entry(zone.0.clone()).or_insert_with(|| part(zone));
            // The records of a set stand together.
            let owner = record.owner.clone();
            placed.records.push(record);
            while let Some(record) = records.next_if(|record| record.owner == owner) {
                placed.records.push(record);
            }
        }
        for owner in whole.empty {
            if let Some(zone) = self.apex(&owner) {
                let placed = parts.entry(zone.0.clone()).or_insert_with(|| part(zone));
                placed.empty.insert(owner);
            }
        }
        parts.into_values().collect()
    }

    /// The zone of the records at a name: the longest known one that encloses it; for KMS records else
    /// their domain, which is a zone of its own more often than not.
    fn apex(&self, owner: &Name) -> Option<(Name, ApexFrom)> {
        let domain = presentation::kms_domain(owner);
        // That an answer about one domain named a zone tells nothing of the domains below.
        let answered = |above: &Name| {
            let own = domain.as_ref().is_none_or(|domain| domain.zone_of(above));
            self.answered.get(above).filter(|_| own)
        };
        presentation::ancestors(owner)
            .find_map(|above| self.known.get(&above).or_else(|| answered(&above)).cloned())
            .map(|apex| (apex, ApexFrom::Given))
            .or_else(|| Some((domain.clone()?, ApexFrom::Assumed)))
    }
}

/// What all records of a source need to know of it, made once a file.
#[derive(Default)]
pub(super) struct Sources {
    of: BTreeMap<FileId, Source>,
}

pub(super) struct Source {
    sha256: Fingerprint,
    pub(super) lines: LineIndex,
}

impl Sources {
    pub(super) fn of(&mut self, library: &Library<'_>, file: FileId) -> &Source {
        self.of.entry(file).or_insert_with(|| Source {
            sha256: library.sha256(file),
            lines: LineIndex::new(&library.file(file).content),
        })
    }
}

impl Placed {
    /// Whether it tells of KMS records, or of an alias in their place.
    fn is_about_kms(&self) -> bool {
        let mut owners = self.records.iter().map(|record| &record.owner);
        !self.empty.is_empty() || owners.any(is_kms)
    }

    /// Each owner of KMS records, and a target where there is one.
    pub(super) fn kms_names(&self) -> impl Iterator<Item = (&Name, Option<&Name>)> {
        let records = self.records.iter().filter_map(|record| match &record.data {
            Data::Srv { target, .. } if is_kms(&record.owner) => {
                Some((&record.owner, Some(target)))
            }
            _ => None,
        });
        records.chain(self.empty.iter().map(|owner| (owner, None)))
    }

    /// The zone, as far as the source tells, with what stands around names of interest.
    pub(super) fn into_zone(
        mut self,
        library: &Library<'_>,
        sources: &mut Sources,
        interest: &Interest,
    ) -> Zone {
        let source = sources.of(library, self.file);
        let mut around = Surroundings::new(interest);
        let mut zone = Zone {
            name: self.apex.clone(),
            apex_from: self.apex_from,
            source: library.file(self.file).shown.clone(),
            format: self.format,
            sha256: source.sha256.clone(),
            evidence: self.evidence,
            soa: None,
            signed: false,
            kms: self
                .empty
                .iter()
                .map(|owner| (owner.clone(), Vec::new()))
                .collect(),
            cuts: BTreeMap::new(),
            aliases: BTreeMap::new(),
            wildcards: BTreeMap::new(),
            addresses: BTreeMap::new(),
            extent: self.extent,
            end: None,
        };
        // In the order of the text: the first mention of a name gives its place.
        self.records.sort_by_key(|record| record.span.start);
        for record in &self.records {
            let site = || Site {
                file: self.file,
                line: source.lines.line(record.span.start),
            };
            take(&mut zone, &mut around, record, &site);
        }
        around.drop_what_is_delegated();
        if !around.cuts.is_empty() {
            zone.kms.retain(|owner, _| {
                !presentation::ancestors(owner).any(|name| around.cuts.contains_key(&name))
            });
        }
        zone.cuts = around.cuts;
        zone.aliases = around.aliases;
        zone.wildcards = around.wildcards;
        zone.addresses = around.addresses;
        zone
    }
}

fn is_kms(owner: &Name) -> bool {
    presentation::is_kms_owner(owner)
}

fn take(zone: &mut Zone, around: &mut Surroundings<'_>, record: &Listed, site: &dyn Fn() -> Site) {
    let owner = &record.owner;
    let stands = match &record.data {
        Data::Address => Stands::Address,
        Data::Ns => Stands::Ns,
        Data::Cname(_) => Stands::Cname,
        Data::Dname(_) => Stands::Dname,
        Data::Srv { .. } | Data::Soa { .. } | Data::Dnssec | Data::Other => Stands::Other,
    };
    let wanted = around.note(owner, stands, site);
    match &record.data {
        Data::Cname(target) | Data::Dname(target) if wanted => {
            around.alias(owner, stands, target.clone(), site());
        }
        Data::Srv {
            priority,
            weight,
            port,
            target,
        } if is_kms(owner) => {
            // A record is large and a set small.
            let set = zone.kms.entry(owner.clone());
            let set = set.or_insert_with(|| Vec::with_capacity(2));
            let same = |other: &KmsRecord| {
                other.priority == *priority
                    && other.weight == *weight
                    && other.port == *port
                    && other.target == *target
            };
            // A record set holds a record once (RFC 2181 section 5): a second mention is no second record.
            if let Some(known) = set.iter_mut().find(|other| same(other)) {
                known.ttl = known.ttl.or(record.ttl);
                known.aged = known.aged.or(record.aged);
                return;
            }
            set.push(KmsRecord {
                owner: owner.clone(),
                priority: *priority,
                weight: *weight,
                port: *port,
                target: target.clone(),
                ttl: record.ttl,
                aged: record.aged,
                site: Some(site()),
                text: None,
            });
        }
        Data::Soa {
            mname,
            serial,
            refresh,
            minimum,
        } if *owner == zone.name => {
            zone.soa.get_or_insert_with(|| Soa {
                mname: mname.clone(),
                serial: *serial,
                refresh: *refresh,
                minimum: *minimum,
                ttl: record.ttl,
                site: Some(site()),
                serial_spans: None,
            });
        }
        Data::Dnssec => zone.signed = true,
        _ => {}
    }
}
