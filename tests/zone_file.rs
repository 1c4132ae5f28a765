//! The zone-file scanner, judged by a slow reader of its own kind and by BIND.

#[path = "reference/mod.rs"]
mod reference;
#[path = "support/tools.rs"]
mod tools;
#[path = "support/zonegen.rs"]
mod zonegen;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kmsplan::presentation;
use kmsplan::snapshot::{File, Form, Format, Heir, KmsRecord, Options, Snapshot, TtlFrom, Zone};
use kmsplan::topology::ZoneKind;

fn read(folder: &Path, sources: &[&str], options: &Options) -> Result<Snapshot, String> {
    let sources: Vec<String> = sources
        .iter()
        .map(|source| format!("{}/{source}", folder.display()))
        .collect();
    Snapshot::read(&sources, options).map_err(|errors| {
        errors
            .render(false)
            .replace(&format!("{}/", folder.display()), "")
    })
}

/// A snapshot of files that exist for one test only.
fn snapshot_of(
    files: &[(&str, &[u8])],
    sources: &[&str],
    options: &Options,
) -> Result<Snapshot, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    read(folder.path(), sources, options)
}

/// The one zone of one file.
fn zone_of(name: &str, content: &str) -> Zone {
    let snapshot =
        snapshot_of(&[(name, content.as_bytes())], &[name], &Options::default()).unwrap();
    assert_eq!(snapshot.zones.len(), 1);
    snapshot.zones[0].clone()
}

fn all(zone: &Zone) -> impl Iterator<Item = &KmsRecord> {
    zone.kms.values().flatten()
}

/// The KMS records as people would list them.
fn listed(zone: &Zone) -> Vec<String> {
    all(zone)
        .map(|record| {
            format!(
                "{} {} {} {} {} {}",
                presentation::absolute(&record.owner),
                record.ttl.map_or("?".to_owned(), |ttl| ttl.to_string()),
                record.priority,
                record.weight,
                record.port,
                presentation::absolute(&record.target)
            )
        })
        .collect()
}

const HEAD: &str = "$TTL 3600\n@ IN SOA ns1 host 1 2 3 4 300\n@ NS ns1\n";

type Service = (String, u32, u16, u16, u16, String);

fn services(zone: &Zone) -> Vec<Service> {
    let mut services: Vec<Service> = all(zone)
        .map(|record| {
            (
                presentation::lower(&record.owner),
                record.ttl.unwrap(),
                record.priority,
                record.weight,
                record.port,
                presentation::lower(&record.target),
            )
        })
        .collect();
    services.sort();
    services
}

/// Whether `owner` lies at or below one of `cuts`.
fn delegated(owner: &str, cuts: &BTreeSet<String>) -> bool {
    cuts.iter()
        .any(|cut| owner == cut || owner.ends_with(&format!(".{cut}")))
}

#[test]
fn generated_zones_are_read_as_the_reference_reads_them() {
    for seed in 0..tools::cases(400) {
        let options = zonegen::Options {
            byte_order_mark: seed % 10 == 0,
            ..zonegen::Options::default()
        };
        let generated = zonegen::generate(seed, &options);
        let folder = tempfile::tempdir().unwrap();
        generated.write(folder.path());
        let snapshot = read(folder.path(), &[generated.main()], &Options::default())
            .unwrap_or_else(|errors| panic!("seed {seed}:\n{errors}"));
        let zone = &snapshot.zones[0];
        let expected = reference::read(&generated.files, &generated.apex);
        judge(seed, &snapshot, zone, &expected);
        let meant = generated
            .records
            .iter()
            .map(|record| (record.owner.clone(), record.ttl, record.kind.clone()));
        let read = expected
            .iter()
            .map(|record| (record.owner_shown(), record.ttl, record.kind.clone()));
        assert_eq!(
            read.collect::<Vec<_>>(),
            meant.collect::<Vec<_>>(),
            "seed {seed}: the reference and the generator"
        );
    }
}

fn judge(seed: u64, snapshot: &Snapshot, zone: &Zone, expected: &[reference::Record]) {
    let apex = presentation::lower(&zone.name);
    let cuts: BTreeSet<String> = expected
        .iter()
        .filter(|record| record.kind == "NS" && record.owner_shown() != apex)
        .map(reference::Record::owner_shown)
        .collect();
    let is_kms = |record: &reference::Record| {
        record.kind == "SRV"
            && record.owner_shown().starts_with("_vlmcs._tcp.")
            && !delegated(&record.owner_shown(), &cuts)
    };
    let mut services_expected: Vec<Service> = expected
        .iter()
        .filter(|record| is_kms(record))
        .map(|record| {
            let (priority, weight, port, target) = record.service();
            (
                record.owner_shown(),
                record.ttl,
                priority,
                weight,
                port,
                target,
            )
        })
        .collect();
    services_expected.sort();
    assert_eq!(services(zone), services_expected, "seed {seed}");

    // Each record at its place, with its ranges and heirs.
    for (owner, records) in &zone.kms {
        let mut theirs = expected.iter().enumerate().filter(|(_, record)| {
            is_kms(record) && record.owner_shown() == presentation::lower(owner)
        });
        for record in records {
            let (index, reference) = theirs.next().unwrap();
            let site = record.site.unwrap();
            let file = snapshot.file(site.file);
            assert!(
                file.path.ends_with(&reference.file),
                "seed {seed}: {}",
                file.path
            );
            assert_eq!(site.line, reference.line, "seed {seed}");
            ranges(seed, file, record);
            heirs(seed, record, reference, &expected[index + 1..]);
        }
        assert!(theirs.next().is_none());
    }

    // What stands at the names of interest.
    let interest: BTreeSet<String> = all(zone)
        .flat_map(|record| {
            [
                presentation::lower(&record.owner),
                presentation::lower(&record.target),
            ]
        })
        .filter(|name| name.ends_with("contoso.com."))
        .collect();
    let addresses: BTreeSet<String> = expected
        .iter()
        .filter(|record| matches!(record.kind.as_str(), "A" | "AAAA"))
        .map(reference::Record::owner_shown)
        .filter(|owner| interest.contains(owner) && !delegated(owner, &cuts))
        .collect();
    let found: BTreeSet<String> = zone
        .addresses
        .keys()
        .map(presentation::lower)
        .filter(|name| interest.contains(name))
        .collect();
    assert_eq!(found, addresses, "seed {seed}");
}

fn ranges(seed: u64, file: &File, record: &KmsRecord) {
    let text = record.text.as_ref().unwrap();
    let bytes = &file.bytes;
    let shown = |range: &std::ops::Range<usize>| {
        String::from_utf8_lossy(&bytes[range.clone()]).into_owned()
    };
    let before = text.lines.start.checked_sub(1).map(|at| bytes[at]);
    assert!(
        matches!(before, None | Some(b'\n' | b'\r' | 0xBF)),
        "seed {seed}: {text:?}"
    );
    assert!(
        text.lines.end == bytes.len() || matches!(bytes[text.lines.end - 1], b'\n' | b'\r'),
        "seed {seed}: {text:?}"
    );
    match &text.form {
        Form::Fields(fields) => {
            assert_eq!(
                shown(&fields.priority).parse::<u16>().unwrap(),
                record.priority
            );
            assert_eq!(shown(&fields.weight).parse::<u16>().unwrap(), record.weight);
            assert_eq!(shown(&fields.port).parse::<u16>().unwrap(), record.port);
            let target =
                presentation::parse_name(&bytes[fields.target.clone()], Some(&text.origin))
                    .unwrap();
            assert_eq!(target, record.target);
            assert!(matches!(
                shown(&fields.kind).to_ascii_uppercase().as_str(),
                "SRV" | "TYPE33"
            ));
            assert_eq!(fields.ttl.is_some(), text.ttl_from == TtlFrom::Record);
            if let Some(owner) = &fields.owner {
                let owner =
                    presentation::parse_name(&bytes[owner.clone()], Some(&text.origin)).unwrap();
                assert_eq!(owner, record.owner);
            }
            let slot = shown(&(fields.ttl_slot..fields.kind.end)).to_ascii_uppercase();
            assert!(
                ["IN", "CLASS1", "SRV", "TYPE33"]
                    .iter()
                    .any(|word| slot.starts_with(word)),
                "{slot}"
            );
        }
        Form::Generic { data, .. } => assert!(shown(data).contains("\\#")),
        Form::Generated { lines, index } => {
            assert!(
                shown(&text.lines)
                    .to_ascii_uppercase()
                    .starts_with("$GENERATE")
            );
            let expected = format!(
                "{} {} IN SRV {} {} {} {}",
                presentation::absolute(&record.owner),
                record.ttl.unwrap(),
                record.priority,
                record.weight,
                record.port,
                presentation::absolute(&record.target)
            );
            assert_eq!(lines[*index], expected);
        }
    }
}

/// `after` are the records that follow in reading order.
fn heirs(
    seed: u64,
    record: &KmsRecord,
    reference: &reference::Record,
    after: &[reference::Record],
) {
    let text = record.text.as_ref().unwrap();
    let same_directive = |other: &&reference::Record| {
        reference.generated
            && other.generated
            && (&other.file, other.line) == (&reference.file, reference.line)
    };
    let next = after.iter().find(|other| !same_directive(other));
    let ttl_heir = next.filter(|next| !next.own_ttl && !next.default_ttl);
    let ttl = |heir: &Option<Heir>| heir.as_ref().map(|heir| heir.ttl);
    assert_eq!(
        ttl(&text.ttl_heir),
        ttl_heir.map(|heir| heir.ttl),
        "seed {seed}: {record:?}"
    );
    if let Some(heir) = &text.owner_heir {
        assert!(heir.blank && !heir.blanks.is_empty());
        assert_eq!(heir.owner, record.owner, "seed {seed}");
    }
    if !reference.generated
        && let Some(next) = next
        && next.file == reference.file
        && next.line > reference.line
        && !next.generated
        && text.included_heirs.is_empty()
    {
        assert!(
            !next.blank_owner || text.owner_heir.is_some(),
            "seed {seed}: {record:?}"
        );
    }
}

#[test]
fn generated_zones_are_read_as_bind_reads_them() {
    if !tools::available(
        "named-compilezone",
        "generated_zones_are_read_as_bind_reads_them",
    ) {
        return;
    }
    for seed in 0..tools::cases(200) {
        let generated = zonegen::generate(seed, &zonegen::Options::default());
        let folder = tempfile::tempdir().unwrap();
        generated.write(folder.path());
        let output = tools::named_compilezone(folder.path(), "contoso.com", generated.main());
        assert!(
            output.status.success(),
            "seed {seed}: BIND refuses the generated zone: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let printed = tools::printed_records(&output);
        let cuts: BTreeSet<String> = printed
            .iter()
            .filter(|(owner, _, kind, _)| kind == "NS" && owner != "contoso.com.")
            .map(|(owner, ..)| owner.clone())
            .collect();
        let theirs: BTreeSet<(String, u32, String)> = printed
            .into_iter()
            .filter(|(owner, _, kind, _)| {
                kind == "SRV" && owner.starts_with("_vlmcs._tcp.") && !delegated(owner, &cuts)
            })
            .map(|(owner, ttl, _, data)| (owner, ttl, data.to_ascii_lowercase()))
            .collect();
        let snapshot = read(folder.path(), &[generated.main()], &Options::default())
            .unwrap_or_else(|errors| panic!("seed {seed}:\n{errors}"));
        let ours: BTreeSet<(String, u32, String)> = services(&snapshot.zones[0])
            .into_iter()
            .map(|(owner, ttl, priority, weight, port, target)| {
                (owner, ttl, format!("{priority} {weight} {port} {target}"))
            })
            .collect();
        assert_eq!(ours, theirs, "seed {seed}");
    }
}
