//! The second reading of a zone: what stands at and above the names of interest.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::generate::Generate;
use super::head::Head;
use super::lexer::{Fault, Token};
use super::rdata;
use super::records::words;
use super::rrtype::Kind;
use super::scan::Visitor;
use crate::Name;
use crate::presentation;
use crate::snapshot::{Alias, Site};

/// The names of a zone that somebody asks about.
pub(super) struct Interest {
    apex: Name,
    names: BTreeSet<Name>,
    /// The names and those above them, up to the apex.
    at_or_above: BTreeSet<Name>,
    /// The names above them, up to the apex.
    above: BTreeSet<Name>,
    /// First labels of `at_or_above`.
    labels: Labels,
}

/// A set of labels, compared without case, with a quick test that most labels fail.
struct Labels {
    lower: HashSet<Vec<u8>>,
    /// The lengths that labels of each first octet have, a bit each.
    lengths: [u64; 256],
}

impl Labels {
    fn new() -> Self {
        Self {
            lower: HashSet::new(),
            lengths: [0; 256],
        }
    }

    fn insert(&mut self, label: &[u8]) {
        if let Some((first, length)) = Self::key(label) {
            self.lengths[first] |= length;
            self.lower.insert(label.to_ascii_lowercase());
        }
    }

    fn contains(&self, label: &[u8]) -> bool {
        let mut buffer = [0; 63];
        let Some((first, length)) = Self::key(label) else {
            return false;
        };
        if self.lengths[first] & length == 0 {
            return false;
        }
        let Some(lower) = buffer.get_mut(..label.len()) else {
            return false;
        };
        lower.copy_from_slice(label);
        lower.make_ascii_lowercase();
        self.lower.contains(&*lower)
    }

    fn key(label: &[u8]) -> Option<(usize, u64)> {
        let first = usize::from(label.first()?.to_ascii_lowercase());
        Some((first, 1 << (label.len() % 64)))
    }
}

impl Interest {
    /// Interest in `names`, which lie in the zone of this apex.
    pub(super) fn new(apex: &Name, names: &BTreeSet<Name>) -> Self {
        let mut above = BTreeSet::new();
        for name in names {
            let depth = presentation::label_count(name) - presentation::label_count(apex);
            above.extend(presentation::ancestors(name).skip(1).take(depth));
        }
        let at_or_above: BTreeSet<Name> = names.union(&above).cloned().collect();
        let mut labels = Labels::new();
        for name in &at_or_above {
            if let Some(label) = name.iter().next() {
                labels.insert(label);
            }
        }
        Self {
            apex: apex.clone(),
            names: names.clone(),
            at_or_above,
            above,
            labels,
        }
    }
}

/// Collects what the second reading finds.
pub(super) struct Surroundings<'i> {
    interest: &'i Interest,
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
    fn note(&mut self, owner: &Name, kind: Kind, site: impl FnOnce() -> Site) -> bool {
        let covered = covered_by_wildcard(owner);
        if let Some(parent) = covered
            && self.interest.above.contains(&parent)
        {
            self.wildcards.entry(owner.clone()).or_insert_with(site);
            return false;
        }
        match kind {
            Kind::A | Kind::Aaaa if self.interest.names.contains(owner) => {
                self.addresses.entry(owner.clone()).or_insert_with(site);
                false
            }
            Kind::Ns
                if *owner != self.interest.apex && self.interest.at_or_above.contains(owner) =>
            {
                self.cuts.entry(owner.clone()).or_insert_with(site);
                false
            }
            Kind::Cname | Kind::Dname => self.interest.at_or_above.contains(owner),
            _ => false,
        }
    }

    fn alias(&mut self, owner: &Name, kind: Kind, target: Name, site: Site) {
        let dname = kind == Kind::Dname;
        self.aliases.entry(owner.clone()).or_insert(Alias {
            dname,
            target,
            site,
        });
    }

    /// Drops what stands at or below a zone cut, which is not the zone's own; of cuts the topmost stay.
    pub(super) fn drop_what_is_delegated(&mut self) {
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

fn matters(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::A | Kind::Aaaa | Kind::Ns | Kind::Cname | Kind::Dname
    )
}

fn site(head: &Head<'_>) -> Site {
    Site {
        file: head.file,
        line: head.line(),
    }
}

impl Visitor for Surroundings<'_> {
    fn head(&mut self, head: &Head<'_>) -> Result<bool, Fault> {
        let worth_decoding = match head.owner.first_label(head.bytes) {
            Some(b"*") | None => true,
            Some(label) => matters(head.kind) && self.interest.labels.contains(label),
        };
        if !worth_decoding {
            return Ok(false);
        }
        // An owner that is no name cannot be one of interest.
        let Ok(owner) = head.owner.name(head.bytes) else {
            return Ok(false);
        };
        Ok(self.note(owner, head.kind, || site(head)))
    }

    fn record(&mut self, head: &Head<'_>, data: &[Token], end: usize) -> Result<(), Fault> {
        let place = end.saturating_sub(1)..end;
        let target = rdata::single_name(head.bytes, data, head.origin.as_deref(), place)?;
        self.alias(head.owner_name()?, head.kind, target, site(head));
        Ok(())
    }

    fn generate(&mut self, head: &Head<'_>, generate: &Generate, end: usize) -> Result<(), Fault> {
        if !matters(head.kind) && !generate.may_make_wildcards() {
            return Ok(());
        }
        for number in generate.numbers()? {
            let Ok(owner) =
                presentation::parse_name(&generate.owner(number), head.origin.as_deref())
            else {
                continue;
            };
            if !self.note(&owner, head.kind, || site(head)) {
                continue;
            }
            let data = generate.data(number);
            let target = words(&data)
                .and_then(|words| rdata::single_name(&data, &words, head.origin.as_deref(), 0..0))
                .map_err(|fault| {
                    Fault::new(
                        head.start..end,
                        format!("number {number}: {}", fault.message),
                    )
                })?;
            self.alias(&owner, head.kind, target, site(head));
        }
        Ok(())
    }
}
