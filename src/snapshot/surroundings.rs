//! What stands at and above the names of a zone that somebody asks about: addresses, delegations, aliases,
//! wildcards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use kmsplan_skim::Labels;

use super::{Alias, Site};
use crate::{Name, presentation};

/// The names of a zone that somebody asks about.
pub(super) struct Interest {
    apex: Name,
    names: BTreeSet<Name>,
    /// The names above them, up to the apex.
    above: BTreeSet<Name>,
    /// The first labels of both, made when somebody asks.
    labels: OnceLock<Labels>,
}

impl Interest {
    /// Whether a label is the first one of a name of interest, or of one above it.
    pub(super) fn has_label(&self, label: &[u8]) -> bool {
        self.first_labels().contains(label)
    }

    /// The first labels of the names of interest and of those above them.
    pub(super) fn first_labels(&self) -> &Labels {
        self.labels.get_or_init(|| {
            let names = self.names.iter().chain(&self.above);
            names.filter_map(|name| name.iter().next()).collect()
        })
    }

    /// Whether a name is one of interest or above one.
    fn at_or_above(&self, name: &Name) -> bool {
        self.names.contains(name) || self.above.contains(name)
    }

    /// Whether a name is one of interest or above one, or a wildcard right below one that is above.
    pub(super) fn concerns(&self, owner: &Name) -> bool {
        self.at_or_above(owner)
            || covered_by_wildcard(owner).is_some_and(|parent| self.above.contains(&parent))
    }

    /// Interest in `names`, which lie in the zone of this apex.
    pub(super) fn new(apex: &Name, names: &BTreeSet<Name>) -> Self {
        let mut above = BTreeSet::new();
        for name in names {
            let depth = presentation::label_count(name) - presentation::label_count(apex);
            above.extend(presentation::ancestors(name).skip(1).take(depth));
        }
        Self {
            apex: apex.clone(),
            names: names.clone(),
            above,
            labels: OnceLock::new(),
        }
    }
}

/// What stands at a name, as far as it matters around names of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// An A or AAAA record.
    Address,
    /// An NS record.
    Ns,
    /// A CNAME record.
    Cname,
    /// A DNAME record.
    Dname,
    /// Any other record.
    Other,
}

/// Collects what stands at and above names of interest.
pub(super) struct Surroundings<'i> {
    pub(super) interest: &'i Interest,
    pub(super) cuts: BTreeMap<Name, Site>,
    pub(super) aliases: BTreeMap<Name, Alias>,
    pub(super) wildcards: BTreeMap<Name, Site>,
    pub(super) addresses: BTreeMap<Name, Site>,
}

impl<'i> Surroundings<'i> {
    pub(super) fn new(interest: &'i Interest) -> Self {
        Self {
            interest,
            cuts: BTreeMap::new(),
            aliases: BTreeMap::new(),
            wildcards: BTreeMap::new(),
            addresses: BTreeMap::new(),
        }
    }

    /// Takes in that `owner` has a record of this type. Returns whether its data is wanted.
    pub(super) fn note(
        &mut self,
        owner: &Name,
        stands: Stands,
        site: impl FnOnce() -> Site,
    ) -> bool {
        let covered = covered_by_wildcard(owner);
        if let Some(parent) = covered
            && self.interest.above.contains(&parent)
        {
            self.wildcards.entry(owner.clone()).or_insert_with(site);
            return false;
        }
        match stands {
            Stands::Address if self.interest.names.contains(owner) => {
                self.addresses.entry(owner.clone()).or_insert_with(site);
                false
            }
            Stands::Ns if *owner != self.interest.apex && self.interest.at_or_above(owner) => {
                self.cuts.entry(owner.clone()).or_insert_with(site);
                false
            }
            Stands::Cname | Stands::Dname => self.interest.at_or_above(owner),
            _ => false,
        }
    }

    /// Takes in where an alias leads that [`Surroundings::note`] wanted.
    pub(super) fn alias(&mut self, owner: &Name, stands: Stands, target: Name, site: Site) {
        let dname = stands == Stands::Dname;
        self.aliases.entry(owner.clone()).or_insert(Alias {
            dname,
            target,
            site,
        });
    }

    /// Drops what stands at or below a zone cut, which is not the zone's own; of cuts the topmost stay.
    pub(super) fn drop_what_is_delegated(&mut self) {
        if self.cuts.is_empty() {
            return;
        }
        let all = std::mem::take(&mut self.cuts);
        let topmost = |name: &Name| {
            !presentation::ancestors(name)
                .skip(1)
                .any(|above| all.contains_key(&above))
        };
        self.cuts = all
            .iter()
            .filter(|(name, _)| topmost(name))
            .map(|(name, site)| (name.clone(), *site))
            .collect();
        let own =
            |name: &Name| !presentation::ancestors(name).any(|at| self.cuts.contains_key(&at));
        self.aliases.retain(|name, _| own(name));
        self.wildcards.retain(|name, _| own(name));
        self.addresses.retain(|name, _| own(name));
    }
}

/// The name right above a wildcard's asterisk.
fn covered_by_wildcard(owner: &Name) -> Option<Name> {
    if owner.iter().next() != Some(b"*") {
        return None;
    }
    presentation::ancestors(owner).nth(1)
}
