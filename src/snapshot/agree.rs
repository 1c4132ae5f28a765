//! Whether two sources of one zone tell the same about what matters.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Library;
use super::{Alias, KmsRecord, Site, Zone};
use crate::diagnostic::Diagnostic;
use crate::{Name, presentation};

/// The first thing that matters in which two sources of one zone differ.
pub(super) fn difference(library: &Library<'_>, first: &Zone, second: &Zone) -> Option<Diagnostic> {
    let (what, one, other) = kms_difference(first, second)
        .or_else(|| alias_difference(&first.aliases, &second.aliases))
        .or_else(|| sites_difference("a delegation of", &first.cuts, &second.cuts))
        .or_else(|| sites_difference("the wildcard", &first.wildcards, &second.wildcards))
        .or_else(|| sites_difference("an address of", &first.addresses, &second.addresses))?;
    let stands = |site: Option<Site>, zone: &Zone| match site {
        Some(site) => format!("{}:{}", library.file(site.file).shown, site.line),
        None => format!("not in {}", zone.source),
    };
    let message = format!(
        "two sources of the zone {} differ: {what} ({}; {})",
        presentation::plain(&first.name),
        stands(one, first),
        stands(other, second),
    );
    Some(
        Diagnostic::new(message)
            .help("leave out the source that is out of date, or export the zone again"),
    )
}

type Difference = (String, Option<Site>, Option<Site>);

fn kms_difference(first: &Zone, second: &Zone) -> Option<Difference> {
    let owners: BTreeSet<&Name> = first.kms.keys().chain(second.kms.keys()).collect();
    for owner in owners {
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
                    return Some((format!("{}, TTL or age", what(&one)), one.site, other.site));
                }
                (Some(one), Some(other)) if identity(&one) > identity(&other) => {
                    return Some((what(&other), None, other.site));
                }
                (Some(one), _) => return Some((what(&one), one.site, None)),
                (None, Some(other)) => return Some((what(&other), None, other.site)),
            }
        }
    }
    None
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

fn alias_difference(
    first: &BTreeMap<Name, Alias>,
    second: &BTreeMap<Name, Alias>,
) -> Option<Difference> {
    let owners: BTreeSet<&Name> = first.keys().chain(second.keys()).collect();
    owners.into_iter().find_map(|owner| {
        let (one, other) = (first.get(owner), second.get(owner));
        let said =
            |alias: Option<&Alias>| alias.map(|alias| (alias.dname, alias.target.to_lowercase()));
        (said(one) != said(other)).then(|| {
            let what = format!("the alias {}", presentation::plain(owner));
            (
                what,
                one.map(|alias| alias.site),
                other.map(|alias| alias.site),
            )
        })
    })
}

fn sites_difference(
    what: &str,
    first: &BTreeMap<Name, Site>,
    second: &BTreeMap<Name, Site>,
) -> Option<Difference> {
    let owners: BTreeSet<&Name> = first.keys().chain(second.keys()).collect();
    owners.into_iter().find_map(|owner| {
        let (one, other) = (first.get(owner).copied(), second.get(owner).copied());
        (one.is_some() != other.is_some())
            .then(|| (format!("{what} {}", presentation::plain(owner)), one, other))
    })
}
