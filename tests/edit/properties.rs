//! Generated zones, random desired records: what BIND, ldns and GNU patch make of the diff.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kmsplan::plan::edit::{Edited, apply, edit};
use kmsplan::presentation::lower;
use kmsplan::snapshot::{Options, Snapshot, Zone};

use crate::desired::{Desired, DesiredSet, edits, name};
use crate::judge::{self, Records};
use crate::zones::{APEX, Choices, MAIN};
use crate::{tools, zonegen, zones};

/// How many zones are generated where `KMSPLAN_CASES` does not say.
const CASES: u64 = 300;

#[derive(Default)]
struct Tally {
    changed: usize,
    refused: usize,
    ldns: usize,
}

/// The files of one zone.
struct Generated {
    apex: String,
    main: String,
    files: BTreeMap<String, Vec<u8>>,
    /// Whether it keeps to what ldns reads as BIND does.
    plain: bool,
}

impl Generated {
    /// Every other zone comes from the generator that judges the reader, the others from one that puts more
    /// weight on what records inherit.
    fn new(case: u64) -> Self {
        if case.is_multiple_of(2) {
            return Self {
                apex: APEX.to_owned(),
                main: MAIN.to_owned(),
                files: zones::generate(case / 2).0,
                plain: zones::is_plain(case / 2),
            };
        }
        let zone = zonegen::generate(case, &zonegen::Options::default());
        Self {
            apex: zone.apex.clone(),
            main: zone.main().to_owned(),
            files: zone.files.into_iter().collect(),
            plain: false,
        }
    }
}

#[test]
fn generated_zones_are_edited_exactly() {
    let test = "generated_zones_are_edited_exactly";
    let tools = ["named-compilezone", "ldns-read-zone", "patch"];
    if tools
        .iter()
        .filter(|tool| !tools::available(tool, test))
        .count()
        > 0
    {
        return;
    }
    let first = std::env::var("KMSPLAN_FIRST_CASE").map_or(0, |text| {
        text.parse().expect("KMSPLAN_FIRST_CASE is a number")
    });
    let cases = tools::cases(CASES);
    let mut tally = Tally::default();
    for case in first..first + cases {
        check(case, &mut tally);
    }
    println!(
        "{cases} zones: {} edited, {} refused, {} judged by ldns too",
        tally.changed, tally.refused, tally.ldns
    );
    if cases >= CASES {
        let cases = usize::try_from(cases).unwrap();
        assert!(tally.changed > cases / 2, "too few zones change");
        assert!(tally.ldns > cases / 20, "too few zones are read by ldns");
    }
}

fn check(case: u64, tally: &mut Tally) {
    let Generated {
        apex,
        main,
        files,
        plain,
    } = Generated::new(case);
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in &files {
        fs::write(folder.path().join(file), bytes).unwrap();
    }
    let told = |what: &str| {
        let files: Vec<String> = files
            .iter()
            .map(|(file, bytes)| format!("==> {file}\n{}\n", String::from_utf8_lossy(bytes)))
            .collect();
        let files = files.concat();
        format!("case {case} (KMSPLAN_FIRST_CASE={case} KMSPLAN_CASES=1): {what}\n{files}")
    };
    let before = judge::bind(folder.path(), &main, &apex)
        .unwrap_or_else(|error| panic!("{}", told(&format!("BIND refuses the zone: {error}"))));
    let snapshot = read(folder.path(), &main)
        .unwrap_or_else(|error| panic!("{}", told(&format!("kmsplan refuses the zone: {error}"))));
    let zone = &snapshot.zones[0];
    same_kms(zone, &before).unwrap_or_else(|error| panic!("{}", told(&format!("read: {error}"))));

    let mut choices = Choices::new(case ^ 0xfeed);
    let sets = desired(zone, &mut choices);
    let today = choices.percent(50).then(|| "2026-11-21".parse().unwrap());
    let edited = edit(&snapshot, &[edits(zone, &sets, false)], today);
    if let Some(refused) = edited.refused.first() {
        let shared = snapshot.files.iter().any(|file| file.uses > 1);
        assert!(shared, "{}", told(&refused.why));
        assert!(edited.files.is_empty() && edited.diffs.is_empty());
        tally.refused += 1;
        return;
    }
    let diff: Vec<u8> = edited
        .diffs
        .iter()
        .flat_map(|diff| diff.unified.clone())
        .collect();
    let told = |what: &str| {
        let diff = String::from_utf8_lossy(&diff);
        told(&format!("{what}\n{sets:?}\n==> diff\n{diff}"))
    };
    if diff.is_empty() {
        assert!(edited.files.is_empty() && edited.serials.is_empty());
        same_kms_as_desired(zone, &sets).unwrap_or_else(|error| panic!("{}", told(&error)));
        return;
    }
    tally.changed += 1;
    let ldns_before = judge::ldns(folder.path(), &main, &apex);
    judge::patch(folder.path(), &diff, false);
    for (file, bytes) in new_files(&snapshot, &edited) {
        let patched = fs::read(folder.path().join(&file)).unwrap();
        assert!(patched == bytes, "{}", told("patch and splices differ"));
    }
    let after = judge::bind(folder.path(), &main, &apex)
        .unwrap_or_else(|error| panic!("{}", told(&format!("BIND refuses the new zone: {error}"))));
    let again = read(folder.path(), &main).unwrap_or_else(|error| {
        panic!(
            "{}",
            told(&format!("kmsplan refuses the new zone: {error}"))
        )
    });
    let new = &again.zones[0];
    same_others(&before, &after, &sets, &edited)
        .unwrap_or_else(|error| panic!("{}", told(&format!("BIND: {error}"))));
    same_kms(new, &after).unwrap_or_else(|error| panic!("{}", told(&format!("after: {error}"))));
    same_kms_as_desired(new, &sets).unwrap_or_else(|error| panic!("{}", told(&error)));
    same_other_ttls(zone, new, &sets).unwrap_or_else(|error| panic!("{}", told(&error)));
    let nothing = edit(&again, &[edits(new, &sets, false)], today);
    assert!(
        nothing == Edited::default(),
        "{}",
        told("planning again changes something")
    );
    if plain
        && let Ok(ldns_before) = ldns_before
        && same_others(&ldns_before, &before, &[], &Edited::default()).is_ok()
    {
        tally.ldns += 1;
        let ldns_after = judge::ldns(folder.path(), &main, &apex).unwrap_or_else(|error| {
            panic!("{}", told(&format!("ldns refuses the new zone: {error}")))
        });
        same_others(&ldns_before, &ldns_after, &sets, &edited)
            .unwrap_or_else(|error| panic!("{}", told(&format!("ldns: {error}"))));
        same_kms(new, &ldns_after)
            .unwrap_or_else(|error| panic!("{}", told(&format!("ldns: {error}"))));
    }

    same_in_utf16(&files, &main, &sets, today, &snapshot, &edited)
        .unwrap_or_else(|error| panic!("{}", told(&error)));
    judge::patch(folder.path(), &diff, true);
    for (file, bytes) in &files {
        let restored = fs::read(folder.path().join(file)).unwrap();
        assert!(restored == *bytes, "{}", told("patching back differs"));
    }
}

/// The same zone in UTF-16 is edited in the same way, and stays UTF-16 in all that does not change.
fn same_in_utf16(
    files: &BTreeMap<String, Vec<u8>>,
    main: &str,
    sets: &[DesiredSet],
    today: Option<kmsplan::Date>,
    octets: &Snapshot,
    wanted: &Edited,
) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        let wide = |bytes: &[u8]| -> Option<Vec<u8>> {
            let text = std::str::from_utf8(bytes).ok()?;
            let text = format!("\u{feff}{}", text.trim_start_matches('\u{feff}'));
            Some(text.encode_utf16().flat_map(unit).collect())
        };
        for (file, bytes) in files {
            let Some(wide) = wide(bytes) else {
                return Ok(());
            };
            fs::write(folder.path().join(file), wide).unwrap();
        }
        let snapshot = read(folder.path(), main)?;
        let edited = edit(&snapshot, &[edits(&snapshot.zones[0], sets, false)], today);
        if edited.diffs.iter().any(|diff| diff.applies) {
            return Err("a diff of UTF-16 is said to apply".to_owned());
        }
        let octets = new_files(octets, wanted);
        for (id, splices) in &edited.files {
            let file = &snapshot.files[id.0];
            let name = file.path.rsplit('/').next().unwrap();
            let new = file.encoding.encode(&apply(&file.bytes, splices)).unwrap();
            if octets.get(name).and_then(|bytes| wide(bytes)) != Some(new) {
                return Err(format!("{name} in UTF-16 is edited in another way"));
            }
        }
    }
    Ok(())
}

fn read(folder: &Path, main: &str) -> Result<Snapshot, String> {
    let source = folder.join(main).to_str().unwrap().to_owned();
    Snapshot::read(&[source], &Options::default()).map_err(|error| error.render(false))
}

/// The new content of the files that change.
fn new_files(snapshot: &Snapshot, edited: &Edited) -> BTreeMap<String, Vec<u8>> {
    edited
        .files
        .iter()
        .map(|(id, splices)| {
            let file = &snapshot.files[id.0];
            let name = file.path.rsplit('/').next().unwrap();
            (name.to_owned(), apply(&file.bytes, splices))
        })
        .collect()
}

/// Random desired records for most domains.
fn desired(zone: &Zone, choices: &mut Choices) -> Vec<DesiredSet> {
    let mut owners: BTreeSet<String> = zone.kms.keys().map(lower).collect();
    owners.extend(["", "added."].map(|part| format!("_vlmcs._tcp.{part}{}", lower(&zone.name))));
    let mut sets = Vec::new();
    for owner in owners {
        let owner = name(&owner);
        if choices.percent(35) {
            continue;
        }
        let existing = zone.kms.get(&owner).map_or(&[][..], Vec::as_slice);
        // All records of a set share a TTL: BIND would give them all the first one's.
        let ttl = if choices.percent(50) {
            [300, 3600, 7200][choices.below(3)]
        } else {
            existing
                .first()
                .and_then(|record| record.ttl)
                .unwrap_or(3600)
        };
        let mut records: Vec<Desired> = Vec::new();
        let gone = [10, 40, 100][choices.below(3)];
        for record in existing {
            let desired = Desired {
                target: kmsplan::presentation::absolute(&record.target),
                port: record.port,
                priority: record.priority,
                weight: record.weight,
                ttl: Some(ttl),
            };
            let met = records.iter().any(|other| {
                other.port == desired.port && other.target.eq_ignore_ascii_case(&desired.target)
            });
            if met || choices.percent(gone) {
                continue;
            }
            records.push(if choices.percent(50) {
                desired
            } else {
                Desired {
                    priority: choices.number(),
                    weight: choices.number(),
                    ..desired
                }
            });
        }
        for _ in 0..choices.below(4) {
            let target = format!(
                "new{}.{}",
                choices.below(90),
                choices.of(&[APEX, "example.net."])
            );
            if records.iter().all(|other| other.target != target) {
                records.push(Desired {
                    target,
                    port: 1688,
                    priority: choices.number(),
                    weight: choices.number(),
                    ttl: Some(ttl),
                });
            }
        }
        sets.push(DesiredSet { owner, records });
    }
    sets
}

/// The zone's KMS records as an independent reader writes them.
fn kms_data(zone: &Zone) -> BTreeMap<String, (BTreeSet<u32>, BTreeSet<String>)> {
    let mut all: BTreeMap<String, (BTreeSet<u32>, BTreeSet<String>)> = BTreeMap::new();
    for (owner, set) in &zone.kms {
        let entry = all.entry(lower(owner)).or_default();
        for record in set {
            entry.0.extend(record.ttl);
            entry.1.insert(format!(
                "{} {} {} {}",
                record.priority,
                record.weight,
                record.port,
                lower(&record.target)
            ));
        }
    }
    all
}

/// Whether the zone's KMS records are those that another reader sees.
fn same_kms(zone: &Zone, judged: &Records) -> Result<(), String> {
    for (owner, (ttls, data)) in kms_data(zone) {
        let Some((ttl, seen)) = judged.get(&(owner.clone(), "SRV".to_owned())) else {
            return Err(format!("{owner} is not there"));
        };
        if *seen != data {
            return Err(format!("{owner}: {data:?} here, {seen:?} there"));
        }
        if ttls.len() == 1 && !ttls.contains(ttl) {
            return Err(format!("{owner}: TTL {ttls:?} here, {ttl} there"));
        }
    }
    for (owner, kind) in judged.keys() {
        let below_cut = || zone.cuts.keys().any(|cut| cut.zone_of(&name(owner)));
        if kind == "SRV" && owner.starts_with("_vlmcs._tcp.") && !below_cut() {
            let known = zone.kms.contains_key(&name(owner));
            if !known {
                return Err(format!("{owner} is seen only there"));
            }
        }
    }
    Ok(())
}

fn same_kms_as_desired(zone: &Zone, sets: &[DesiredSet]) -> Result<(), String> {
    for set in sets {
        let mut wanted: Vec<_> = set
            .records
            .iter()
            .map(|r| {
                (
                    r.target.to_ascii_lowercase(),
                    r.port,
                    r.priority,
                    r.weight,
                    r.ttl,
                )
            })
            .collect();
        let mut found: Vec<_> = zone
            .kms
            .get(&set.owner)
            .into_iter()
            .flatten()
            .map(|r| (lower(&r.target), r.port, r.priority, r.weight, r.ttl))
            .collect();
        wanted.sort();
        found.sort();
        if wanted != found {
            return Err(format!("wanted {wanted:?}, found {found:?}"));
        }
    }
    Ok(())
}

/// Whether the KMS records that no set names kept their values, TTLs as written included.
fn same_other_ttls(old: &Zone, new: &Zone, sets: &[DesiredSet]) -> Result<(), String> {
    let values = |zone: &Zone| -> Vec<_> {
        zone.kms
            .iter()
            .filter(|(owner, _)| sets.iter().all(|set| set.owner != **owner))
            .flat_map(|(owner, set)| {
                set.iter().map(|record| {
                    let target = lower(&record.target);
                    (
                        lower(owner),
                        target,
                        record.port,
                        record.priority,
                        record.weight,
                        record.ttl,
                    )
                })
            })
            .collect()
    };
    if values(old) == values(new) {
        Ok(())
    } else {
        Err(format!(
            "other records: {:?}, then {:?}",
            values(old),
            values(new)
        ))
    }
}

/// Whether nothing but the sets' SRV records and the serial differ.
fn same_others(
    before: &Records,
    after: &Records,
    sets: &[DesiredSet],
    edited: &Edited,
) -> Result<(), String> {
    let edited_owner = |owner: &str| sets.iter().any(|set| lower(&set.owner) == owner);
    let others = |records: &Records| -> Records {
        records
            .iter()
            .filter(|((owner, kind), _)| !(kind == "SRV" && edited_owner(owner)))
            .map(|(key, (ttl, data))| {
                let data = data.iter().map(|data| {
                    if key.1 == "SOA" {
                        without_serial(data).1
                    } else {
                        data.clone()
                    }
                });
                (key.clone(), (*ttl, data.collect()))
            })
            .collect()
    };
    let (old, new) = (others(before), others(after));
    for (key, value) in &old {
        if new.get(key) != Some(value) {
            return Err(format!("{key:?} was {value:?}, is {:?}", new.get(key)));
        }
    }
    if let Some(key) = new.keys().find(|key| !old.contains_key(*key)) {
        return Err(format!("{key:?} is new"));
    }
    if let Some((_, serial)) = edited.serials.first() {
        let soa = after.iter().find(|((_, kind), _)| kind == "SOA");
        let found = soa
            .and_then(|(_, (_, data))| data.first())
            .map(|data| without_serial(data).0);
        if found != Some(*serial) {
            return Err(format!("the serial is {found:?}, not {serial}"));
        }
    }
    Ok(())
}

/// The serial of SOA data, and the rest.
fn without_serial(data: &str) -> (u32, String) {
    let mut fields: Vec<&str> = data.split(' ').collect();
    let serial = fields.remove(2);
    (serial.parse().unwrap(), fields.join(" "))
}
