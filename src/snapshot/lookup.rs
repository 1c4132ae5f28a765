//! Questions to a snapshot: who holds a name, does it have an address.

use super::{Alias, Extent, File, FileId, Says, Site, Snapshot, Zone};
use crate::{Name, presentation};

/// Who holds a name, as far as zones were read.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    /// This zone: the longest that encloses the name.
    Zone(&'a Zone),
    /// A zone that was not read: this one delegates it away.
    Delegated {
        /// The zone that delegates.
        zone: &'a Zone,
        /// Where: the owner of the NS records.
        cut: &'a Name,
        /// Their first line.
        site: Site,
    },
    /// No zone that was read.
    None,
}

/// Whether a name has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// It has one.
    Some,
    /// It has none: its zone was read whole and holds no A or AAAA record of it, or a server that was asked says so.
    None,
    /// It is an alias: a CNAME stands at it, or a DNAME above it.
    Alias(Site),
    /// No source tells.
    Unknown,
}

impl Snapshot {
    /// The file and line of a site, as people read it; what a live server said has no line.
    pub fn place(&self, site: Site) -> (String, Option<usize>) {
        let file = self.file(site.file);
        (file.path.clone(), (!file.live).then_some(site.line))
    }

    /// A file that was read.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0]
    }

    /// The zone with the longest apex that encloses `name`.
    pub fn zone_of(&self, name: &Name) -> Option<&Zone> {
        // In canonical order names follow those above them, so the last apex up to the name is the longest that
        // encloses it, if it is one that does.
        let up_to = self.zones.partition_point(|zone| zone.name <= *name);
        let last = self.zones.get(up_to.checked_sub(1)?)?;
        if last.name.zone_of(name) {
            return Some(last);
        }
        presentation::ancestors(name).skip(1).find_map(|apex| {
            let index = self
                .zones
                .binary_search_by(|zone| zone.name.cmp(&apex))
                .ok()?;
            self.zones.get(index)
        })
    }

    /// Who holds `name`: a zone that was read, or one that it is delegated to.
    pub fn holder(&self, name: &Name) -> Holder<'_> {
        let Some(zone) = self.zone_of(name) else {
            return Holder::None;
        };
        let depth = presentation::label_count(name) - presentation::label_count(&zone.name);
        let highest = presentation::ancestors(name)
            .take(depth)
            .filter_map(|name| zone.cuts.get_key_value(&name))
            .last();
        match highest {
            Some((cut, site)) => Holder::Delegated {
                zone,
                cut,
                site: *site,
            },
            None => Holder::Zone(zone),
        }
    }

    /// Whether `name` has an address of its own.
    pub fn addresses(&self, name: &Name) -> Addresses {
        let Holder::Zone(zone) = self.holder(name) else {
            return self.answered(name);
        };
        if let Some((_, alias)) = zone.alias_of(name) {
            return Addresses::Alias(alias.site);
        }
        if zone.addresses.contains_key(name) {
            return Addresses::Some;
        }
        if zone.extent < Extent::Whole || zone.wildcard_of(name).is_some() {
            self.answered(name)
        } else {
            Addresses::None
        }
    }

    /// Whether an answer of a server gave `name` an address.
    fn answered(&self, name: &Name) -> Addresses {
        let answer = self.answers.get(name);
        match answer.map(|answer| (&answer.says, answer.site)) {
            Some((Says::Addresses(_), _)) => Addresses::Some,
            Some((Says::Nothing, _)) => Addresses::None,
            Some((Says::Alias { .. }, site)) => Addresses::Alias(site),
            None => Addresses::Unknown,
        }
    }
}

impl Zone {
    /// Whether it is known which KMS records stand at `owner`, a name of the zone's own.
    pub fn tells(&self, owner: &Name) -> bool {
        self.extent >= Extent::Services || self.kms.contains_key(owner)
    }

    /// The alias that takes `name` elsewhere: a DNAME above it, the topmost, or else a CNAME at it.
    pub fn alias_of(&self, name: &Name) -> Option<(&Name, &Alias)> {
        if self.aliases.is_empty() {
            return None;
        }
        let above = presentation::ancestors(name).skip(1);
        let dname = above
            .filter_map(|above| self.aliases.get_key_value(&above))
            .filter(|(_, alias)| alias.dname)
            .last();
        dname.or_else(|| {
            let at = self.aliases.get_key_value(name);
            at.filter(|(_, alias)| !alias.dname)
        })
    }

    /// The wildcard whose names include `name` (RFC 4592), the closest one.
    pub fn wildcard_of(&self, name: &Name) -> Option<(&Name, Site)> {
        if self.wildcards.is_empty() {
            return None;
        }
        presentation::ancestors(name)
            .skip(1)
            .filter_map(|above| presentation::below(&["*"], &above).ok())
            .filter(|wildcard| wildcard != name)
            .find_map(|wildcard| self.wildcards.get_key_value(&wildcard))
            .map(|(wildcard, site)| (wildcard, *site))
    }
}
