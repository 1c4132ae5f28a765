//! The zone files that a plan edits, as they are afterwards.
//!
//! A plan holds only the diffs; the files themselves are made here from the snapshot, so that a plan that was
//! saved can be carried out on files of today, as long as their record sets are those that it was made from.

use std::collections::BTreeMap;

use super::action::Record;
use super::edit::{self, Edit, NewRecord, Refused, ZoneEdits};
use super::management::is_windows;
use super::records::{Held, held, known};
use super::{Change, Plan, PlanDomain, PlanZone, Values, Verb, Why};
use crate::arrange::Arrange as _;
use crate::snapshot::{Holder, KmsRecord, Snapshot, Zone};
use crate::topology::{Apply, ZoneKind};
use crate::{Date, Name, presentation};

mod parts;

pub use parts::FilePart;

/// A zone file that the plan edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedFile {
    /// Its path, as in the plan's diff.
    pub path: String,
    /// The zones whose data change in it.
    pub zones: Vec<Name>,
    /// Whether `patch` can apply the diff.
    pub applies: bool,
    /// The unified diff of the whole edit; of a UTF-16 file as UTF-8, to read only.
    pub unified: Vec<u8>,
    /// The edited file, in its own encoding.
    pub edited: Vec<u8>,
    /// The edit in parts, as the steps of a zone that is kept by `patch` apply it; empty for other zones, and
    /// for a file that `patch` cannot change.
    pub parts: Vec<FilePart>,
}

/// A record set that is not the one that the plan was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The domain.
    pub domain: Name,
    /// What is there instead: whole sentences.
    pub what: String,
}

/// The files that the plan edits, sorted by path. `today` feeds date serials, where the plan does not tell the
/// serial: it does for the file that it was made from.
///
/// # Errors
/// All record sets that are no longer as the plan was made from.
pub fn files(
    plan: &Plan,
    snapshot: &Snapshot,
    today: Option<Date>,
) -> Result<Vec<EditedFile>, Vec<Stale>> {
    let mut stale = Vec::new();
    let mut works: BTreeMap<&Name, Work<'_>> = BTreeMap::new();
    let changing = |domain: &&PlanDomain| {
        let mut changes = domain.changes.iter();
        changes.any(|change| change.verb != Verb::Keep)
    };
    for domain in plan.domains.iter().filter(changing) {
        match edits_of(plan, snapshot, domain) {
            Ok(Some((zone, changes))) => {
                let work = works.entry(&zone.name).or_insert_with(|| Work {
                    zone,
                    planned: plan.zone_of(domain),
                    changes: Vec::new(),
                });
                work.changes.extend(changes);
            }
            Ok(None) => {}
            Err(what) => stale.push(Stale {
                domain: domain.name.clone(),
                what,
            }),
        }
    }
    if !stale.is_empty() {
        return Err(stale);
    }
    let works: Vec<Work<'_>> = works.into_values().collect();
    let wanted: Vec<ZoneEdits<'_>> = works.iter().map(|work| work.edits(|_| true)).collect();
    let raise = |zone: &Zone, serial| {
        let work = works.iter().find(|work| work.zone.name == zone.name);
        let told = work.and_then(|work| work.told_serial(serial));
        told.unwrap_or_else(|| edit::next_serial(serial, today))
    };
    let edited = edit::edit_raising(snapshot, &wanted, &raise);
    let stale = refused(&edited.refused, &works);
    if !stale.is_empty() {
        return Err(stale);
    }
    let mut files: Vec<EditedFile> = edited
        .files
        .iter()
        .map(|(id, splices)| {
            let file = snapshot.file(*id);
            let new = edit::apply(&file.bytes, splices);
            EditedFile {
                path: file.path.clone(),
                zones: Vec::new(),
                applies: edit::applies(file),
                unified: edit::unified(&file.path, &file.bytes, splices),
                edited: file.encoding.encode(&new).unwrap_or(new),
                parts: Vec::new(),
            }
        })
        .collect();
    for (apex, serial) in &edited.serials {
        let Some(work) = works.iter().find(|work| work.zone.name == *apex) else {
            continue;
        };
        let mut parts = parts::parts(plan, snapshot, work, *serial);
        for ((id, _), file) in edited.files.iter().zip(&mut files) {
            if let Some(own) = parts.remove(id) {
                file.zones.push(apex.clone());
                file.parts.extend(own);
            }
        }
    }
    files.arrange_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// What the plan does to one zone that was read from files.
struct Work<'a> {
    zone: &'a Zone,
    /// How the plan knows the zone.
    planned: Option<&'a PlanZone>,
    /// The changes that people make, in the plan's order.
    changes: Vec<ChangeEdits<'a>>,
}

/// A change that a person makes, and its edits of files.
struct ChangeEdits<'a> {
    domain: &'a PlanDomain,
    change: &'a Change,
    edits: Vec<Edit<'a>>,
}

impl<'a> Work<'a> {
    /// The edits of the wanted changes.
    fn edits(&self, wanted: impl Fn(usize) -> bool) -> ZoneEdits<'a> {
        let changes = self.changes.iter().enumerate();
        ZoneEdits {
            zone: self.zone,
            edits: changes
                .filter(|(index, _)| wanted(*index))
                .flat_map(|(_, change)| change.edits.iter().cloned())
                .collect(),
        }
    }

    /// The new serial that the plan tells for a file with `serial`, if that is a step forward (RFC 1982).
    fn told_serial(&self, serial: u32) -> Option<u32> {
        let planned = self.planned?;
        let new = planned.new_serial?;
        let forward = (1..1 << 31).contains(&new.wrapping_sub(serial));
        (planned.serial == Some(serial) && forward).then_some(new)
    }

    /// Whether steps of the plan apply diffs to the zone's files.
    fn is_patched(&self) -> bool {
        self.planned.is_some_and(|planned| {
            planned.zone.apply == Apply::Patch && planned.zone.kind != ZoneKind::Ad
        })
    }
}

/// The edits of a domain's records in the files that they were read from; `None` where they were read from
/// something else. A sentence where its records are not those that the plan was made from.
fn edits_of<'a>(
    plan: &'a Plan,
    snapshot: &'a Snapshot,
    domain: &'a PlanDomain,
) -> Result<Option<(&'a Zone, Vec<ChangeEdits<'a>>)>, String> {
    let planned = plan.zone_of(domain);
    let edits_file = planned.is_some_and(|zone| zone.zone.diff && zone.new_serial.is_some());
    let owner = presentation::plain(&domain.owner);
    let zone = match snapshot.holder(&domain.owner) {
        Holder::Zone(zone) if zone.tells(&domain.owner) => zone,
        Holder::Delegated { cut, .. } => {
            let cut = presentation::plain(cut);
            return Err(format!("{owner} is delegated away at {cut}."));
        }
        _ if edits_file => return Err(format!("No source tells the records of {owner}.")),
        _ => return Ok(None),
    };
    if zone.alias_of(&domain.owner).is_some() {
        return Err(format!("An alias stands at or above {owner}."));
    }
    if edits_file && zone.end.is_none() {
        return Err(format!(
            "The plan edits the zone file that holds {owner}, and {} is none.",
            zone.source
        ));
    }
    let windows = planned.is_none_or(|zone| is_windows(zone.zone.kind));
    let records = zone.kms.get(&domain.owner).map(Vec::as_slice);
    let there = pair(domain, held(records.unwrap_or_default()), windows)?;
    if zone.end.is_none() {
        return Ok(None);
    }
    let changes = domain.changes.iter().zip(there);
    let changes = changes
        .filter(|(change, _)| is_by_hand(change))
        .map(|(change, there)| {
            let before = there.as_ref().map(|held| known(held.record, windows));
            let after = change.after.map(|values| record(change, values));
            ChangeEdits {
                domain,
                change,
                edits: edits(
                    &domain.owner,
                    change.verb,
                    there
                        .as_ref()
                        .map(|held| (held.record, held.twins.as_slice())),
                    before.as_ref(),
                    after.as_ref(),
                ),
            }
        });
    Ok(Some((zone, changes.collect())))
}

/// The edits of a record's line, and of the lines that say the same once more.
pub(super) fn edits<'a>(
    owner: &'a Name,
    verb: Verb,
    there: Option<(&'a KmsRecord, &[&'a KmsRecord])>,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Vec<Edit<'a>> {
    let edit = match (verb, there, before, after) {
        (Verb::Add, _, _, Some(after)) => after.ttl.map(|ttl| Edit::Add {
            owner,
            record: NewRecord {
                priority: after.priority,
                weight: after.weight,
                port: after.port,
                target: after.target.clone(),
                ttl,
            },
        }),
        (Verb::Change, Some((record, _)), Some(before), Some(after)) => Some(Edit::Set {
            record,
            priority: after.priority,
            weight: after.weight,
            ttl: after.ttl.filter(|_| after.ttl != before.ttl),
            make_static: before.aged == Some(true) && after.aged == Some(false),
        }),
        (Verb::Remove, Some((record, _)), ..) => Some(Edit::Remove { record }),
        _ => None,
    };
    let twins = there.map_or(&[] as &[_], |(_, twins)| twins);
    let twins = twins.iter().map(|&record| Edit::Remove { record });
    edit.map(|edit| std::iter::once(edit).chain(twins).collect())
        .unwrap_or_default()
}

/// Whether a person makes the change: a host that publishes by itself gets no TTL from the plan. The way back leaves no
/// record to a host, and a TTL that it does not know stays as it is.
pub fn is_by_hand(change: &Change) -> bool {
    match change.verb {
        Verb::Keep => false,
        Verb::Remove => true,
        Verb::Add | Verb::Change => {
            change.why == Why::WayBack || change.after.is_some_and(|after| after.ttl.is_some())
        }
    }
}

/// The record of a change with the given values.
pub fn record(change: &Change, values: Values) -> Record {
    Record {
        target: change.target.clone(),
        port: change.port,
        priority: values.priority,
        weight: values.weight,
        ttl: values.ttl,
        aged: values.aged,
    }
}

/// What is there for each change of a domain, or a sentence on what is not as the plan was made from.
fn pair<'a>(
    domain: &PlanDomain,
    mut there: Vec<Held<'a>>,
    windows: bool,
) -> Result<Vec<Option<Held<'a>>>, String> {
    let as_planned = domain
        .changes
        .iter()
        .filter_map(|change| change.after.map(|values| record(change, values)));
    let is_done = same_set(as_planned, &there, windows);
    let mut wrong = Vec::new();
    let mut pairs = Vec::new();
    for change in &domain.changes {
        let Some(before) = change.before.map(|values| record(change, values)) else {
            pairs.push(None);
            continue;
        };
        let found = there
            .iter()
            .position(|held| known(held.record, windows).same_data(&before));
        let found = found.map(|index| there.remove(index));
        match &found {
            Some(held) => wrong.extend(difference(&before, &known(held.record, windows))),
            None => wrong.push(format!("`{}` is not there any more", before.data())),
        }
        pairs.push(found);
    }
    wrong.extend(there.iter().map(|held| {
        let record = known(held.record, windows);
        format!("`{}` is there, which the plan does not know", record.data())
    }));
    let owner = presentation::plain(&domain.owner);
    if wrong.is_empty() {
        Ok(pairs)
    } else if is_done {
        Err(format!("The records of {owner} are already as planned."))
    } else {
        Err(format!(
            "The records of {owner} are not those that the plan was made from: {}.",
            wrong.join("; ")
        ))
    }
}

/// Whether a set is the one that is there, as far as both are known.
fn same_set(set: impl Iterator<Item = Record>, there: &[Held<'_>], windows: bool) -> bool {
    let mut left: Vec<Record> = there
        .iter()
        .map(|held| known(held.record, windows))
        .collect();
    for wanted in set {
        let same =
            |found: &Record| found.same_data(&wanted) && difference(&wanted, found).is_none();
        let Some(index) = left.iter().position(same) else {
            return false;
        };
        left.remove(index);
    }
    left.is_empty()
}

/// What TTL and age of two records of the same data differ in. What is unknown does not differ.
fn difference(planned: &Record, found: &Record) -> Option<String> {
    let mut parts = Vec::new();
    if let (Some(planned), Some(found)) = (planned.ttl, found.ttl)
        && planned != found
    {
        parts.push(format!(
            "has a TTL of {found} seconds in place of {planned}"
        ));
    }
    if let (Some(planned), Some(found)) = (planned.aged, found.aged)
        && planned != found
    {
        parts.push(if found {
            "is aged in place of static".to_owned()
        } else {
            "is static in place of aged".to_owned()
        });
    }
    (!parts.is_empty()).then(|| format!("`{}` {}", found.data(), parts.join(" and ")))
}

/// Zones that the plan has a diff of, and whose files of today cannot be edited.
fn refused(refused: &[Refused], works: &[Work<'_>]) -> Vec<Stale> {
    let mut stale = Vec::new();
    for refused in refused {
        let work = works.iter().find(|work| work.zone.name == refused.zone);
        let Some(work) = work else { continue };
        let told = work.planned.is_some_and(|zone| zone.new_serial.is_some());
        if !told {
            continue;
        }
        let mut domains: Vec<&Name> = work
            .changes
            .iter()
            .map(|change| &change.domain.name)
            .collect();
        domains.dedup();
        stale.extend(domains.into_iter().map(|domain| Stale {
            domain: domain.clone(),
            what: refused.why.clone(),
        }));
    }
    stale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_aged_record_that_is_to_be_static_loses_its_age() {
        let owner = presentation::parse_full_name("_vlmcs._tcp.contoso.com").unwrap();
        let target = presentation::parse_full_name("kms01.contoso.com").unwrap();
        let there = KmsRecord {
            owner: owner.clone(),
            priority: 0,
            weight: 0,
            port: 1688,
            target,
            ttl: Some(3600),
            aged: None,
            site: None,
            text: None,
        };
        for (from, to, lost) in [
            (Some(true), Some(false), true),
            (Some(true), Some(true), false),
            // `[AGE:0]` is written and says static.
            (Some(false), Some(false), false),
            (None, Some(false), false),
        ] {
            let before = Record {
                aged: from,
                ..known(&there, true)
            };
            let after = Record {
                weight: 5,
                aged: to,
                ..before.clone()
            };
            let edits = edits(
                &owner,
                Verb::Change,
                Some((&there, &[])),
                Some(&before),
                Some(&after),
            );
            let [
                Edit::Set {
                    make_static, ttl, ..
                },
            ] = edits.as_slice()
            else {
                panic!("{edits:?}");
            };
            assert_eq!((*make_static, *ttl), (lost, None), "{from:?} {to:?}");
        }
    }
}
