//! Whether sources of one zone tell the same about what matters, and the zone that they tell together.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::source::Library;
use super::{Alias, Answer, ApexFrom, Extent, KmsRecord, Says, Site, Zone};
use crate::diagnostic::Diagnostic;
use crate::{Name, presentation};

/// The zones of the sources so far, by apex.
#[derive(Default)]
pub(super) struct Agreement {
    pub(super) zones: BTreeMap<Name, Zone>,
    /// What each source told where there are several, for the places of a difference.
    told: BTreeMap<Name, Vec<Zone>>,
    /// The zones of which something was complained about.
    differing: BTreeSet<Name>,
}

impl Agreement {
    /// Takes in what one source tells of a zone; complains about the first thing in which it differs from
    /// what other sources told, once a zone.
    pub(super) fn add(&mut self, library: &Library<'_>, zone: Zone) -> Option<Diagnostic> {
        if self.differing.contains(&zone.name) {
            return None;
        }
        let joined = match self.zones.entry(zone.name.clone()) {
            Entry::Vacant(place) => {
                place.insert(zone);
                return None;
            }
            Entry::Occupied(place) => place.remove(),
        };
        let told = self
            .told
            .entry(zone.name.clone())
            .or_insert_with(|| vec![joined.clone()]);
        let complaint = difference(library, &joined, &zone).map(|complaint| {
            // The source that says the other thing, not the one that gives the zone its places.
            let other = told
                .iter()
                .find_map(|other| difference(library, other, &zone));
            other.unwrap_or(complaint)
        });
        let joined = if complaint.is_none() {
            join(joined, zone.clone())
        } else {
            self.differing.insert(zone.name.clone());
            joined
        };
        self.zones.insert(zone.name.clone(), joined);
        told.push(zone);
        complaint
    }

    /// Complains about names that answers give an address and that whole zones do not know.
    pub(super) fn about_answers(
        &self,
        answers: &BTreeMap<Name, Answer>,
        library: &Library<'_>,
    ) -> Vec<Diagnostic> {
        answers
            .iter()
            .filter(|(_, answer)| matches!(answer.says, Says::Addresses(_)))
            .filter_map(|(name, answer)| {
                let zone = presentation::ancestors(name).find_map(|apex| self.zones.get(&apex))?;
                let known = zone.extent < Extent::Whole
                    || self.differing.contains(&zone.name)
                    || zone.addresses.contains_key(name)
                    || zone.alias_of(name).is_some()
                    || zone.wildcard_of(name).is_some()
                    || presentation::ancestors(name).any(|at| zone.cuts.contains_key(&at));
                (!known).then(|| {
                    Diagnostic::new(format!(
                        "two sources differ: {} has an address {}, and {} holds the whole zone {} without one",
                        presentation::plain(name),
                        at(library, answer.site),
                        zone.source,
                        presentation::plain(&zone.name),
                    ))
                    .help(OUT_OF_DATE)
                })
            })
            .collect()
    }
}

/// Advice about what a source says of a zone that it does not name.
fn help(first: &Zone, second: &Zone, owner: &Name) -> String {
    if first.format.is_live() && second.format.is_live() {
        return "leave one of the servers out, or ask again when both hold the same data"
            .to_owned();
    }
    let untold = [first, second]
        .iter()
        .any(|zone| zone.apex_from != ApexFrom::Source);
    let domain = presentation::kms_domain(owner);
    match domain.filter(|domain| untold && *domain != first.name) {
        Some(domain) => format!(
            "{OUT_OF_DATE}; if {} is a zone of its own, say so in the topology with `[[zone]]`",
            presentation::plain(&domain)
        ),
        None => OUT_OF_DATE.to_owned(),
    }
}

const OUT_OF_DATE: &str = "leave out the source that is out of date, or export the zone again";

/// One zone of what two sources tell. The one that says more, a file that can be edited before all, gives
/// the zone its source and lines; of equals the one whose path comes first, whatever the arguments' order.
fn join(first: Zone, second: Zone) -> Zone {
    let rank = |zone: &Zone| {
        (
            zone.end.is_some(),
            zone.extent,
            Reverse(zone.source.clone()),
        )
    };
    let (mut main, other) = if rank(&second) > rank(&first) {
        (second, first)
    } else {
        (first, second)
    };
    main.evidence = main.evidence.or(other.evidence);
    main.soa = main.soa.or(other.soa);
    main.signed |= other.signed;
    main.extent = main.extent.max(other.extent);
    main.apex_from = main.apex_from.min(other.apex_from);
    for (owner, records) in other.kms {
        let set = main.kms.entry(owner).or_insert_with(|| records.clone());
        for record in set {
            let twin = records
                .iter()
                .find(|twin| identity(twin) == identity(record));
            if let Some(twin) = twin {
                record.ttl = record.ttl.or(twin.ttl);
                record.aged = record.aged.or(twin.aged);
            }
        }
    }
    fill(&mut main.cuts, other.cuts);
    fill(&mut main.aliases, other.aliases);
    fill(&mut main.wildcards, other.wildcards);
    fill(&mut main.addresses, other.addresses);
    main
}

fn fill<T>(main: &mut BTreeMap<Name, T>, other: BTreeMap<Name, T>) {
    for (name, value) in other {
        main.entry(name).or_insert(value);
    }
}

/// The first thing that matters in which two sources of one zone differ.
fn difference(library: &Library<'_>, first: &Zone, second: &Zone) -> Option<Diagnostic> {
    let zone = presentation::plain(&first.name);
    if let (Some(one), Some(other)) = (first.evidence, second.evidence)
        && one != other
    {
        let message = format!(
            "two sources of the zone {zone} differ: {} shows a zone of the kind `{}`, {} one of the kind `{}`",
            first.source,
            one.word(),
            second.source,
            other.word()
        );
        return Some(Diagnostic::new(message).help(OUT_OF_DATE));
    }
    let (what, owner, one, other) = kms_difference(first, second)
        .or_else(|| alias_difference(first, second))
        .or_else(|| sites_difference("a delegation of", first, second, |zone| &zone.cuts))
        .or_else(|| sites_difference("the wildcard", first, second, |zone| &zone.wildcards))
        .or_else(|| sites_difference("an address of", first, second, |zone| &zone.addresses))?;
    let stands = |site: Option<Site>, zone: &Zone| match site {
        Some(site) => place(library, site),
        None => format!("not in {}", zone.source),
    };
    let message = format!(
        "two sources of the zone {zone} differ: {what} ({}; {})",
        stands(one, first),
        stands(other, second),
    );
    Some(Diagnostic::new(message).help(help(first, second, owner)))
}

/// Where something stands, for people.
fn place(library: &Library<'_>, site: Site) -> String {
    let file = library.file(site.file);
    if file.live {
        file.shown.clone()
    } else {
        format!("{}:{}", file.shown, site.line)
    }
}

/// The same in a sentence.
fn at(library: &Library<'_>, site: Site) -> String {
    let preposition = if library.file(site.file).live {
        "by"
    } else {
        "at"
    };
    format!("{preposition} {}", place(library, site))
}

/// What differs, at which name, and where the two sources have it.
type Difference<'a> = (String, &'a Name, Option<Site>, Option<Site>);

fn kms_difference<'a>(first: &'a Zone, second: &'a Zone) -> Option<Difference<'a>> {
    let told = |owner: &&Name| first.tells(owner) && second.tells(owner);
    let owners = names_of(first, second, Extent::Services, |zone| &zone.kms);
    for owner in owners.into_iter().filter(told) {
        let set = |zone: &Zone| {
            let mut records = zone.kms.get(owner).cloned().unwrap_or_default();
            records.sort_by_key(identity);
            records
        };
        let (mut ours, mut theirs) = (set(first).into_iter(), set(second).into_iter());
        loop {
            let (one, other) = (ours.next(), theirs.next());
            let what = |record: &KmsRecord| {
                format!(
                    "{} SRV {} {} {} {}",
                    presentation::plain(owner),
                    record.priority,
                    record.weight,
                    record.port,
                    presentation::plain(&record.target)
                )
            };
            match (one, other) {
                (None, None) => break,
                (Some(one), Some(other)) if same(&one, &other) => {}
                (Some(one), Some(other)) if identity(&one) == identity(&other) => {
                    let what = format!("{}, TTL or age", what(&one));
                    return Some((what, owner, one.site, other.site));
                }
                (Some(one), Some(other)) if identity(&one) > identity(&other) => {
                    return Some((what(&other), owner, None, other.site));
                }
                (Some(one), _) => return Some((what(&one), owner, one.site, None)),
                (None, Some(other)) => return Some((what(&other), owner, None, other.site)),
            }
        }
    }
    None
}

/// The names that both zones may tell of: where one tells only what it lists, no others.
fn names_of<'a, T: 'a>(
    first: &'a Zone,
    second: &'a Zone,
    enough: Extent,
    map: fn(&Zone) -> &BTreeMap<Name, T>,
) -> BTreeSet<&'a Name> {
    if second.extent < enough {
        map(second).keys().collect()
    } else if first.extent < enough {
        map(first).keys().collect()
    } else {
        map(first).keys().chain(map(second).keys()).collect()
    }
}

fn identity(record: &KmsRecord) -> (Name, u16, u16, u16) {
    let target = record.target.to_lowercase();
    (target, record.port, record.priority, record.weight)
}

/// Whether two records say the same, as far as both say it.
fn same(one: &KmsRecord, other: &KmsRecord) -> bool {
    let agree = |a: Option<u32>, b: Option<u32>| a.is_none() || b.is_none() || a == b;
    identity(one) == identity(other)
        && agree(one.ttl, other.ttl)
        && agree(one.aged.map(u32::from), other.aged.map(u32::from))
}

fn alias_difference<'a>(first: &'a Zone, second: &'a Zone) -> Option<Difference<'a>> {
    let owners = names_of(first, second, Extent::Whole, |zone| &zone.aliases);
    owners.into_iter().find_map(|owner| {
        let (one, other) = (first.aliases.get(owner), second.aliases.get(owner));
        let said =
            |alias: Option<&Alias>| alias.map(|alias| (alias.dname, alias.target.to_lowercase()));
        // SRV records and an alias do not stand at one name (RFC 2181 section 10.1).
        let tells = |zone: &Zone, has| told(zone, has) || zone.kms.contains_key(owner);
        let differ = said(one) != said(other)
            && tells(first, one.is_some())
            && tells(second, other.is_some());
        differ.then(|| {
            let what = format!("the alias {}", presentation::plain(owner));
            (
                what,
                owner,
                one.map(|alias| alias.site),
                other.map(|alias| alias.site),
            )
        })
    })
}

fn sites_difference<'a>(
    what: &str,
    first: &'a Zone,
    second: &'a Zone,
    sites: fn(&Zone) -> &BTreeMap<Name, Site>,
) -> Option<Difference<'a>> {
    let names = names_of(first, second, Extent::Whole, sites);
    names.into_iter().find_map(|name| {
        let (one, other) = (
            sites(first).get(name).copied(),
            sites(second).get(name).copied(),
        );
        let differ = one.is_some() != other.is_some()
            && told(first, one.is_some())
            && told(second, other.is_some());
        differ.then(|| {
            let what = format!("{what} {}", presentation::plain(name));
            (what, name, one, other)
        })
    })
}

/// Whether a zone tells about a name: it has it, or it is known whole.
fn told(zone: &Zone, has: bool) -> bool {
    has || zone.extent == Extent::Whole
}
