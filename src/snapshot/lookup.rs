//! Questions to a snapshot: who holds a name, does it have an address.

use super::{Alias, Site, Snapshot, Zone};
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
    /// It has none: its zone was read whole and holds no A or AAAA record of it.
    None,
    /// It is an alias: a CNAME stands at it, or a DNAME above it.
    Alias(Site),
    /// No source tells.
    Unknown,
}

impl Snapshot {
    /// The file and line of a site, as people read it.
    pub fn place(&self, site: Site) -> (String, usize) {
        (self.files[site.file.0].path.clone(), site.line)
    }

    /// Who holds `name`.
    pub fn holder(&self, name: &Name) -> Holder<'_> {
        let enclosing = self.zones.iter().filter(|zone| zone.name.zone_of(name));
        let Some(zone) = enclosing.max_by_key(|zone| presentation::label_count(&zone.name)) else {
            return Holder::None;
        };
        let above = |cut: &&Name| cut.zone_of(name) && **cut != zone.name;
        let highest = zone
            .cuts
            .keys()
            .filter(above)
            .min_by_key(|cut| presentation::label_count(cut));
        match highest {
            Some(cut) => Holder::Delegated {
                zone,
                cut,
                site: zone.cuts[cut],
            },
            None => Holder::Zone(zone),
        }
    }

    /// Whether `name` has an address of its own.
    pub fn addresses(&self, name: &Name) -> Addresses {
        let Holder::Zone(zone) = self.holder(name) else {
            return Addresses::Unknown;
        };
        if let Some((_, alias)) = zone.alias_of(name) {
            return Addresses::Alias(alias.site);
        }
        if zone.addresses.contains_key(name) {
            return Addresses::Some;
        }
        if !zone.complete || zone.wildcard_of(name).is_some() {
            Addresses::Unknown
        } else {
            Addresses::None
        }
    }
}

impl Zone {
    /// The alias that takes `name` elsewhere: a CNAME at it or a DNAME above it.
    pub fn alias_of(&self, name: &Name) -> Option<(&Name, &Alias)> {
        self.aliases.iter().find(|(owner, alias)| {
            if alias.dname {
                owner.zone_of(name) && *owner != name
            } else {
                *owner == name
            }
        })
    }

    /// The wildcard whose names include `name` (RFC 4592), the closest one.
    pub fn wildcard_of(&self, name: &Name) -> Option<(&Name, Site)> {
        self.wildcards
            .iter()
            .filter(|(wildcard, _)| {
                presentation::ancestors(wildcard)
                    .nth(1)
                    .is_some_and(|parent| parent.zone_of(name) && parent != *name)
                    && *wildcard != name
            })
            .max_by_key(|(wildcard, _)| presentation::label_count(wildcard))
            .map(|(wildcard, site)| (wildcard, *site))
    }
}
