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
            byte_order_mark: seed.is_multiple_of(10),
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
        reference.directive.is_some() && other.directive == reference.directive
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
        // After a directive the heir keeps the owner of the record before it.
        if reference.directive.is_none() {
            assert_eq!(heir.owner, record.owner, "seed {seed}");
        }
    }
    if reference.directive.is_none()
        && let Some(next) = next
        && next.file == reference.file
        && next.line > reference.line
        && next.directive.is_none()
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
        let snapshot = read(folder.path(), &[generated.main()], &Options::default())
            .unwrap_or_else(|errors| panic!("seed {seed}:\n{errors}"));
        assert_eq!(
            read_by_us(&snapshot.zones[0]),
            printed_kms(&output),
            "seed {seed}"
        );
    }
}

/// Each `tests/zone_file/broken/CASE.zone` is refused with the words of `CASE.expected`; with
/// `KMSPLAN_BLESS` set the expectations are written instead.
#[test]
fn broken_zone_files_are_refused_with_these_words() {
    let bless = std::env::var_os("KMSPLAN_BLESS").is_some();
    let mut files: Vec<PathBuf> = std::fs::read_dir("tests/zone_file/broken")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "zone")
        })
        .collect();
    files.sort();
    assert!(files.len() >= 50);
    let options = Options {
        interest: vec![presentation::parse_full_name("_vlmcs._tcp.contoso.com").unwrap()],
        ..Options::default()
    };
    let mut wrong = Vec::new();
    for file in files {
        let source = file.to_str().unwrap().replace('\\', "/");
        let said = Snapshot::read(&[source], &options)
            .err()
            .unwrap_or_else(|| panic!("{} is read", file.display()))
            .render(false);
        let expected = file.with_extension("expected");
        if bless {
            std::fs::write(&expected, said).unwrap();
        } else if std::fs::read_to_string(&expected).ok().as_deref() != Some(&said) {
            wrong.push(format!("{}:\n{said}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn the_origin_is_found_where_it_stands() {
    let soa = "IN SOA ns1 host 1 2 3 4 300\n";
    for (file, text, zone) in [
        // `$ORIGIN` before the first record wins.
        (
            "a.example.zone",
            format!("$ORIGIN contoso.com.\n@ {soa}"),
            "contoso.com.",
        ),
        (
            "a.example.zone",
            format!("$ORIGIN com.\ncontoso {soa}"),
            "contoso.com.",
        ),
        // An absolute owner of the SOA is next, also for names before it.
        (
            "a.example.zone",
            format!("www 60 A 192.0.2.1\ncontoso.com. {soa}_vlmcs._tcp SRV 0 0 1 a\n"),
            "contoso.com.",
        ),
        // Then the header, then the file name.
        (
            "a.example",
            format!("; Database file x.dns for contoso.com zone.\n@ {soa}"),
            "contoso.com.",
        ),
        ("contoso.com.zone", format!("@ {soa}"), "contoso.com."),
        ("contoso.com.dns", format!("@ {soa}"), "contoso.com."),
        ("db.contoso.com", format!("@ {soa}"), "contoso.com."),
        ("contoso.com", format!("@ {soa}"), "contoso.com."),
        (
            "com.zone",
            format!("$ORIGIN contoso\n@ {soa}"),
            "contoso.com.",
        ),
    ] {
        let read = zone_of(file, &text);
        assert_eq!(presentation::absolute(&read.name), zone, "{file}: {text}");
        for record in all(&read) {
            assert_eq!(presentation::absolute(&record.target), "a.contoso.com.");
        }
    }
    let unknown = format!("@ {soa}");
    let files: &[(&str, &[u8])] = &[("zonefile", unknown.as_bytes())];
    assert_eq!(
        snapshot_of(files, &["zonefile"], &Options::default()).unwrap_err(),
        "error: the name is relative and no origin is known
 --> zonefile:1:6
  |
1 | @ IN SOA ns1 host 1 2 3 4 300
  |      ^^^
  |
  = help: write `$ORIGIN` before the first record, or give the zone's name with --origin
"
    );
    let options = Options {
        origin: Some(presentation::parse_full_name("contoso.com").unwrap()),
        ..Options::default()
    };
    let snapshot = snapshot_of(files, &["zonefile"], &options).unwrap();
    assert_eq!(
        presentation::absolute(&snapshot.zones[0].name),
        "contoso.com."
    );
}

#[test]
fn spellings_of_one_owner() {
    let zone = zone_of(
        "contoso.com.zone",
        &format!(
            "{HEAD}_VLMCS._tcp SRV 0 0 1688 KMS01\n\
             \tIN 1h SRV 0 1 1688 kms02\n\
             \\095vlmcs.\\_tcp.contoso.com. srv ( 0 2\n 1688 ; port\n kms03 )\n\
             $ORIGIN _tcp\n_vlmcs TYPE33 0 3 1688 kms04.contoso.com.\n\
             $ORIGIN _vlmcs\n@ SRV 0 4 1688 kms05.contoso.com.\n\
             \"@\" SRV 0 5 1688 kms06.contoso.com.\n\
             @ SRV \\# 9 0000 0006 0698 01 6100\n"
        ),
    );
    assert_eq!(
        listed(&zone),
        [
            "_VLMCS._tcp.contoso.com. 3600 0 0 1688 KMS01.contoso.com.",
            "_VLMCS._tcp.contoso.com. 3600 0 1 1688 kms02.contoso.com.",
            "_vlmcs._tcp.contoso.com. 3600 0 2 1688 kms03.contoso.com.",
            "_vlmcs._tcp.contoso.com. 3600 0 3 1688 kms04.contoso.com.",
            "_vlmcs._tcp.contoso.com. 3600 0 4 1688 kms05.contoso.com.",
            "_vlmcs._tcp.contoso.com. 3600 0 5 1688 kms06.contoso.com.",
            "_vlmcs._tcp.contoso.com. 3600 0 6 1688 a.",
        ]
    );
}

#[test]
fn what_is_not_the_zones_own_is_left_out() {
    let options = Options {
        interest: [
            "kms01.sub.contoso.com",
            "kms02.contoso.com",
            "kms03.fabrikam.com",
            "host.wild.contoso.com",
        ]
        .iter()
        .map(|name| presentation::parse_full_name(name).unwrap())
        .collect(),
        ..Options::default()
    };
    let text = format!(
        "{HEAD}sub NS ns.sub\nns.sub A 192.0.2.1\nkms01.sub A 192.0.2.2\n_vlmcs._tcp.sub SRV 0 0 1 kms01.sub\n\
         deep.sub NS ns.sub\n_vlmcs._tcp SRV 0 0 1 kms02\nkms02 CNAME kms01.sub\n_vlmcs._tcp.fabrikam.com. SRV 0 0 1 a\n\
         kms03.fabrikam.com. A 192.0.2.3\n_tcp.lab NS ns1\n_vlmcs._tcp.lab SRV 0 0 1 kms02\nalias DNAME b.\n\
         _vlmcs._tcp.alias SRV 0 0 1 kms02\n*.wild A 192.0.2.9\n*.other TXT x\n@ RRSIG AAAA\nkms02.contoso.com.x. A 192.0.2.1\n"
    );
    let snapshot = snapshot_of(
        &[("contoso.com.zone", text.as_bytes())],
        &["contoso.com.zone"],
        &options,
    )
    .unwrap();
    let zone = &snapshot.zones[0];
    let names = |keys: Vec<&kmsplan::Name>| {
        keys.into_iter()
            .map(presentation::plain)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(zone.kms.keys().collect()),
        ["_vlmcs._tcp.contoso.com", "_vlmcs._tcp.alias.contoso.com"]
    );
    assert_eq!(
        names(zone.cuts.keys().collect()),
        ["_tcp.lab.contoso.com", "sub.contoso.com"]
    );
    assert_eq!(
        names(zone.aliases.keys().collect()),
        ["alias.contoso.com", "kms02.contoso.com"]
    );
    assert_eq!(
        names(zone.wildcards.keys().collect()),
        ["*.wild.contoso.com"]
    );
    assert_eq!(names(zone.addresses.keys().collect()), [""; 0]);
    assert!(zone.signed);
    let name = |text: &str| presentation::parse_full_name(text).unwrap();
    assert!(matches!(
        snapshot.holder(&name("_vlmcs._tcp.x.sub.contoso.com")),
        kmsplan::snapshot::Holder::Delegated { cut, .. } if *cut == name("sub.contoso.com")
    ));
    assert!(matches!(
        snapshot.holder(&name("_vlmcs._tcp.contoso.com")),
        kmsplan::snapshot::Holder::Zone(_)
    ));
    assert!(matches!(
        snapshot.holder(&name("_vlmcs._tcp.fabrikam.com")),
        kmsplan::snapshot::Holder::None
    ));
}

#[test]
fn windows_zone_files_and_exports() {
    let export = ";\r\n;  Database file (null) for Default zone scope in zone contoso.com.\r\n;\r\n\
        @                       60\tIN  SOA dc01.contoso.com. hostmaster.contoso.com. (\r\n\
        \t\t48213        ; serial number\r\n\t\t900\r\n\t\t600\r\n\t\t86400\r\n\t\t3600       ) ; default TTL\r\n\
        @                       WINS\tL2 C900 ( 10.20.0.30 )\r\n\
        @                       TXT\t( \"v=spf1 -all\" )\r\n\
        _vlmcs._tcp             [AGE:3726916]\t600\tSRV\t0 0 1688\tkms01.contoso.com.\r\n\
        \x20                       [AGE:0]\tSRV\t0 1 1688\tkms02.contoso.com.\r\n\
        \x20                       SRV\t0 2 1688\tkms03.contoso.com.\r\n\
        printer\\040room2        A\t10.20.9.14\r\n";
    let zone = zone_of("export", export);
    assert_eq!(
        (zone.format, zone.evidence),
        (Format::WindowsZoneFile, Some(ZoneKind::Ad))
    );
    let said: Vec<_> = all(&zone).map(|record| (record.ttl, record.aged)).collect();
    // The SOA minimum is the default, whatever TTLs stand before.
    assert_eq!(
        said,
        [
            (Some(600), Some(true)),
            (Some(3600), Some(false)),
            (Some(3600), Some(false))
        ]
    );

    let header = export.replace("(null)", "contoso.com.dns");
    assert_eq!(zone_of("export", &header).evidence, Some(ZoneKind::Ad));
    let static_only = header
        .replace("[AGE:3726916]\t", "")
        .replace("[AGE:0]\t", "");
    let zone = zone_of("export", &static_only);
    assert_eq!(zone.evidence, Some(ZoneKind::WindowsFile));
    assert!(all(&zone).all(|record| record.aged == Some(false)));

    // Ages without a header tell as much.
    let bare = format!(
        "{}_vlmcs._tcp [AGE:1] 600 SRV 0 0 1688 kms01\nwww 60 A 192.0.2.1\n_vlmcs._tcp.b SRV 0 0 1688 kms01\n",
        HEAD.replace("$TTL 3600", "")
    );
    let zone = zone_of("contoso.com.zone", &bare);
    assert_eq!(
        (zone.format, zone.evidence),
        (Format::WindowsZoneFile, Some(ZoneKind::Ad))
    );
    assert_eq!(
        zone.kms
            .values()
            .flatten()
            .map(|record| record.ttl)
            .collect::<Vec<_>>(),
        [Some(600), Some(300)]
    );

    let plain = zone_of(
        "contoso.com.zone",
        &format!("{HEAD}_vlmcs._tcp SRV 0 0 1688 kms01\n"),
    );
    assert_eq!((plain.format, plain.evidence), (Format::ZoneFile, None));
    assert!(all(&plain).all(|record| record.aged.is_none()));
}

#[test]
fn an_export_of_azure_dns_is_a_zone_file_of_another_system() {
    let export = "\n; Exported zone file from Azure DNS\n;      Zone name: contoso.com\n\
        ;      Resource Group Name: rg-dns\n\n$TTL 3600\n$ORIGIN contoso.com.\n    \n\
        @ 3600 IN SOA ns1-01.azure-dns.com. azuredns-hostmaster.microsoft.com. (\n\
        \x20                                       1\n                                        3600\n\
        \x20                                       300\n                                        2419200\n\
        \x20                                       300\n                                        )\n\
        \x20 172800 IN NS ns1-01.azure-dns.com.\n  172800 IN NS ns2-01.azure-dns.net.\n\n\
        _vlmcs._tcp 3600 IN SRV 0 0 1688 kms01.contoso.com.\n\
        \x20           7200 IN SRV 10 50 1688 kms02.contoso.com.\n\n\
        kms01 1200 IN A 10.20.5.21\n\n";
    let zone = zone_of("azure.txt", export);
    assert_eq!(
        (zone.format, zone.evidence),
        (Format::ZoneFile, Some(ZoneKind::Other))
    );
    let said: Vec<_> = all(&zone)
        .map(|record| (record.priority, record.weight, record.ttl, record.aged))
        .collect();
    assert_eq!(said, [(0, 0, Some(3600), None), (10, 50, Some(7200), None)]);
}

#[test]
fn folders_are_read_whole() {
    let main = format!(
        "{HEAD}$INCLUDE parts/kms.inc\n_vlmcs._tcp.b SRV 0 0 1688 kms01\n$INCLUDE parts/kms.inc\n"
    );
    let files: &[(&str, &[u8])] = &[
        ("z/contoso.com.zone", main.as_bytes()),
        ("z/parts/kms.inc", b"_vlmcs._tcp SRV 0 0 1688 kms01\n"),
        ("z/.hidden", b"nothing\n"),
        ("z/sub/fabrikam.com.zone", HEAD.as_bytes()),
        ("z/kms.toml", b"[kms]\n"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let options = Options {
        skip: vec![folder.path().join("z/kms.toml")],
        ..Options::default()
    };
    for sources in [&["z/"][..], &["z", "z/contoso.com.zone"], &["z/parts", "z"]] {
        let snapshot = read(folder.path(), sources, &options).unwrap();
        let zones: Vec<_> = snapshot
            .zones
            .iter()
            .map(|zone| presentation::plain(&zone.name))
            .collect();
        assert_eq!(zones, ["contoso.com", "fabrikam.com"]);
        let mut uses: Vec<_> = snapshot
            .files
            .iter()
            .map(|file| (file.path.rsplit('/').next().unwrap(), file.uses))
            .collect();
        uses.sort_unstable();
        assert_eq!(
            uses,
            [
                ("contoso.com.zone", 1),
                ("fabrikam.com.zone", 1),
                ("kms.inc", 2)
            ]
        );
        assert!(
            snapshot
                .files
                .iter()
                .any(|file| file.path.ends_with("/z/contoso.com.zone"))
        );
        assert!(
            snapshot
                .files
                .iter()
                .any(|file| file.path.ends_with("/z/parts/kms.inc"))
        );
    }
    assert_eq!(
        read(folder.path(), &["z"], &Options::default()).unwrap_err(),
        "error: this is a topology, no zone data
 --> z/kms.toml:1:1
  |
1 | [kms]
  | ^^^^^
  |
  = help: a command takes one topology, before the sources: `kmsplan plan TOPOLOGY SOURCE...`; `audit` takes it with `--topology`
"
    );
}

#[test]
fn sources_that_cannot_be_read_are_errors_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    write("empty.zone", "");
    write("large.zone", HEAD);
    write("broken.zone", &format!("{HEAD}_vlmcs._tcp SRV 0 0 1688\n"));
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    let options = Options {
        max_size: 60,
        ..Options::default()
    };
    let broken = read(
        folder.path(),
        &[
            "empty.zone",
            "missing.zone",
            "nothing",
            "large.zone",
            "broken.zone",
        ],
        &options,
    );
    assert!(
        std::fs::metadata(folder.path().join("large.zone"))
            .unwrap()
            .len()
            <= 60
    );
    assert_eq!(
        broken.unwrap_err(),
        "error: `missing.zone` cannot be read: there is no such file

error: `nothing` holds no file to read
  = help: links and files whose name begins with a dot are passed over, so is the topology

error: `broken.zone` is larger than 60 bytes
  = help: raise the limit with --max-size if it is meant to be read

error: `empty.zone` is empty
"
    );
}

#[test]
fn standard_input_is_a_source() {
    let options = Options {
        origin: Some(presentation::parse_full_name("contoso.com").unwrap()),
        stdin: |_| Ok(format!("{HEAD}_vlmcs._tcp SRV 0 0 1688 kms01\n").into_bytes()),
        ..Options::default()
    };
    let snapshot = Snapshot::read(&["-".to_owned()], &options).unwrap();
    assert_eq!(snapshot.zones[0].source, "<stdin>");
    let options = Options {
        stdin: |_| Ok(format!("{HEAD}$INCLUDE hosts\n").into_bytes()),
        ..options
    };
    assert_eq!(
        Snapshot::read(&["-".to_owned()], &options)
            .unwrap_err()
            .render(false),
        "error: standard input has no folder to include files from
 --> <stdin>:4:10
  |
4 | $INCLUDE hosts
  |          ^^^^^
  |
  = help: name the folder with --include-root
"
    );
}

#[test]
fn an_include_that_names_no_file_is_told_as_such() {
    let zone = format!("{HEAD}$INCLUDE \"\"\n");
    assert_eq!(
        snapshot_of(
            &[("contoso.com.zone", zone.as_bytes())],
            &["contoso.com.zone"],
            &Options::default()
        )
        .unwrap_err(),
        "error: the file name is empty
 --> contoso.com.zone:4:11
  |
4 | $INCLUDE \"\"
  |           ^
"
    );
}

#[test]
fn two_sources_of_one_zone_must_agree() {
    let one = format!("{HEAD}_vlmcs._tcp SRV 0 0 1688 kms01\nkms01 A 192.0.2.1\n");
    let windows = one
        .replace(
            "$TTL 3600",
            "; Database file contoso.com.dns for contoso.com zone.\n$TTL 3600",
        )
        .replace("1 2 3 4 300", "9 2 3 4 300");
    let both = |other: &str| {
        let files: &[(&str, &[u8])] = &[
            ("contoso.com.zone", one.as_bytes()),
            ("db.contoso.com", other.as_bytes()),
        ];
        snapshot_of(
            files,
            &["contoso.com.zone", "db.contoso.com"],
            &Options::default(),
        )
    };
    let agreed = both(&windows).unwrap();
    assert_eq!(agreed.zones.len(), 1);
    assert!(agreed.zones[0].source.ends_with("contoso.com.zone"));
    assert_eq!(
        agreed
            .files
            .iter()
            .map(|file| file.uses)
            .collect::<Vec<_>>(),
        [1, 0]
    );
    for (other, difference) in [
        (
            one.replace("SRV 0 0", "SRV 0 5"),
            "_vlmcs._tcp.contoso.com SRV 0 0 1688 kms01.contoso.com (contoso.com.zone:4; not in db.contoso.com)",
        ),
        (
            one.replace("SRV", "60 SRV"),
            "_vlmcs._tcp.contoso.com SRV 0 0 1688 kms01.contoso.com, TTL or age (contoso.com.zone:4; db.contoso.com:4)",
        ),
        (
            one.replace("kms01 A", "kms02 A"),
            "an address of kms01.contoso.com (contoso.com.zone:5; not in db.contoso.com)",
        ),
        (
            one.replace("kms01 A 192.0.2.1", "kms01 CNAME a"),
            "the alias kms01.contoso.com (not in contoso.com.zone; db.contoso.com:5)",
        ),
        (
            one.clone() + "_tcp.x NS a\n_vlmcs._tcp.x SRV 0 0 1688 a\n",
            "a delegation of _tcp.x.contoso.com (not in contoso.com.zone; db.contoso.com:6)",
        ),
    ] {
        assert_eq!(
            both(&other).unwrap_err(),
            format!(
                "error: two sources of the zone contoso.com differ: {difference}\n  = help: leave out the source that is out of date, or export the zone again\n"
            )
        );
    }
}

#[test]
fn the_next_record_is_known_where_it_inherits() {
    let folder = tempfile::tempdir().unwrap();
    let main = "@ 100 IN SOA ns1 host 1 2 3 4 300\n@ NS ns1\n_vlmcs._tcp 60 SRV 0 0 1688 kms01\n\
        $INCLUDE part.inc\n  SRV 0 1 1688 kms02\nwww A 192.0.2.2\n";
    std::fs::write(folder.path().join("contoso.com.zone"), main).unwrap();
    std::fs::write(
        folder.path().join("part.inc"),
        "\tTXT x\nb IN A 192.0.2.1\n",
    )
    .unwrap();
    let snapshot = read(folder.path(), &["contoso.com.zone"], &Options::default()).unwrap();
    let texts: Vec<_> = all(&snapshot.zones[0])
        .map(|record| record.text.clone().unwrap())
        .collect();
    let [first, second] = texts.as_slice() else {
        panic!("two records")
    };
    let part = |heir: &Heir| {
        (
            snapshot.file(heir.file).path.ends_with("part.inc"),
            heir.start,
            heir.ttl_slot,
            heir.blank,
        )
    };
    assert_eq!(first.ttl_heir.as_ref().map(part), Some((true, 0, 1, true)));
    assert_eq!(
        first.included_heirs.iter().map(part).collect::<Vec<_>>(),
        [(true, 0, 1, true)]
    );
    let blanks = main.find("  SRV").unwrap();
    let heir = first.owner_heir.as_ref().unwrap();
    assert_eq!(
        (heir.start, heir.blanks.clone(), heir.ttl, heir.blank),
        (blanks, blanks..blanks + 2, 60, true)
    );
    let heir = second.ttl_heir.as_ref().unwrap();
    assert_eq!(
        (
            presentation::plain(&heir.owner).as_str(),
            heir.blank,
            heir.ttl
        ),
        ("www.contoso.com", false, 60)
    );
    assert!(second.owner_heir.is_none());
    assert_eq!(
        snapshot.zones[0].end.as_ref().unwrap().ttl,
        Some((60, TtlFrom::Previous))
    );
}

/// A zone with a few octets changed where it hurts.
fn damaged(seed: u64) -> zonegen::Zone {
    let options = zonegen::Options {
        carriage_returns: seed.is_multiple_of(3),
        ..zonegen::Options::default()
    };
    let mut zone = zonegen::generate(seed, &options);
    let mut random = zonegen::Random::new(seed ^ 0xdead_beef);
    for _ in 0..=random.below(2) {
        let file = random.below(zone.files.len());
        let content = &mut zone.files[file].1;
        let at = random.below(content.len());
        let octet = *random.pick(b"()\"\\;\n\r \t.@$0a");
        match random.below(4) {
            0 => content.insert(at, octet),
            1 => content[at] = octet,
            2 => drop(content.remove(at)),
            _ => {
                // A word moves, a line is repeated or lost.
                let end = (at + random.below(40)).min(content.len());
                let part: Vec<u8> = content.drain(at..end).collect();
                let to = random.below(content.len() + 1);
                content.splice(to..to, part);
            }
        }
    }
    zone
}

#[test]
fn damaged_zones_are_read_as_bind_reads_them_or_refused() {
    let judge = tools::available(
        "named-compilezone",
        "damaged_zones_are_read_as_bind_reads_them_or_refused",
    );
    for seed in 0..tools::cases(300) {
        let generated = damaged(seed);
        let folder = tempfile::tempdir().unwrap();
        generated.write(folder.path());
        let options = Options {
            from: Some(Format::ZoneFile),
            ..Options::default()
        };
        let ours = read(folder.path(), &[generated.main()], &options);
        if !judge {
            continue;
        }
        let output = tools::named_compilezone(folder.path(), "contoso.com", generated.main());
        if !output.status.success() {
            continue;
        }
        let ours =
            ours.unwrap_or_else(|errors| panic!("seed {seed}: BIND reads it, we say\n{errors}"));
        let zone = ours
            .zones
            .iter()
            .find(|zone| presentation::lower(&zone.name) == "contoso.com.")
            .unwrap();
        // BIND gives a whole set one TTL, and goes on with that one; we take TTLs as written.
        let warned = String::from_utf8_lossy(&output.stderr).contains("TTL set to prior TTL");
        let mixed = zone
            .kms
            .values()
            .any(|set| set.iter().any(|record| record.ttl != set[0].ttl));
        let shown = |records| without_ttl(records, warned || mixed);
        assert_eq!(
            shown(read_by_us(zone)),
            shown(printed_kms(&output)),
            "seed {seed}"
        );
    }
}

fn without_ttl(
    records: BTreeSet<(String, u32, String)>,
    without: bool,
) -> BTreeSet<(String, u32, String)> {
    records
        .into_iter()
        .map(|(owner, ttl, data)| (owner, if without { 0 } else { ttl }, data))
        .collect()
}

fn read_by_us(zone: &Zone) -> BTreeSet<(String, u32, String)> {
    services(zone)
        .into_iter()
        .map(|(owner, ttl, priority, weight, port, target)| {
            (owner, ttl, format!("{priority} {weight} {port} {target}"))
        })
        .collect()
}

/// The zone's own KMS records among those that BIND printed.
fn printed_kms(output: &std::process::Output) -> BTreeSet<(String, u32, String)> {
    let ours =
        |name: &str| presentation::lower(&presentation::parse_name(name.as_bytes(), None).unwrap());
    let printed = tools::printed_records(output);
    let cuts: BTreeSet<String> = printed
        .iter()
        .filter(|(_, _, kind, _)| kind == "NS")
        .map(|(owner, ..)| ours(owner))
        .filter(|owner| owner != "contoso.com.")
        .collect();
    printed
        .into_iter()
        .filter(|(_, _, kind, _)| kind == "SRV")
        .map(|(owner, ttl, _, data)| {
            let (numbers, target) = data.rsplit_once(' ').unwrap();
            (ours(&owner), ttl, format!("{numbers} {}", ours(target)))
        })
        .filter(|(owner, ..)| owner.starts_with("_vlmcs._tcp.") && !delegated(owner, &cuts))
        .collect()
}

#[test]
fn the_longest_zone_that_was_read_holds_a_name() {
    let parent = format!(
        "{HEAD}_vlmcs._tcp SRV 0 0 1 a.emea\n_vlmcs._tcp.emea SRV 0 0 1 a\na.emea A 192.0.2.1\n"
    );
    let child = format!("{HEAD}_vlmcs._tcp SRV 0 0 2 a\n");
    let files: &[(&str, &[u8])] = &[
        ("contoso.com.zone", parent.as_bytes()),
        ("emea.contoso.com.zone", child.as_bytes()),
    ];
    let snapshot = snapshot_of(files, &["."], &Options::default()).unwrap();
    let zones: Vec<Vec<String>> = snapshot.zones.iter().map(listed).collect();
    assert_eq!(
        zones,
        [
            ["_vlmcs._tcp.contoso.com. 3600 0 0 1 a.emea.contoso.com."],
            ["_vlmcs._tcp.emea.contoso.com. 3600 0 0 2 a.emea.contoso.com."]
        ]
    );
    assert!(snapshot.zones.iter().all(|zone| zone.addresses.is_empty()));
}

/// BIND gives records of one set that stand together the first one's TTL, and carries that on.
#[test]
fn the_ttl_carried_on_is_that_of_the_set() {
    let cases = [
        ("k A 192.0.2.1\n 60 A 192.0.2.2\n", 900),
        (
            "k A 192.0.2.1\n$ORIGIN contoso.com.\nk.contoso.com. 60 A 192.0.2.2\n",
            900,
        ),
        (
            "k A 192.0.2.1\n$GENERATE 1-2 g$ A 192.0.2.$\n 60 A 192.0.2.2\n",
            900,
        ),
        ("k A 192.0.2.1\n 60 TXT m\n", 60),
        ("k A 192.0.2.1\nK 60 A 192.0.2.2\n", 60),
        ("k A 192.0.2.1\nm 60 TXT m\nk 70 A 192.0.2.2\n", 70),
        ("out.example. A 192.0.2.1\n 60 A 192.0.2.2\n", 60),
    ];
    for (records, ttl) in cases {
        let folder = tempfile::tempdir().unwrap();
        let zone = format!(
            "@ 900 SOA dc01 h 1 900 600 86400 3600\n NS ns.example.\n{records}_vlmcs._tcp SRV 0 0 1688 k\n"
        );
        std::fs::write(folder.path().join("contoso.com"), &zone).unwrap();
        let snapshot = read(folder.path(), &["contoso.com"], &Options::default()).unwrap();
        let record = snapshot.zones[0]
            .kms
            .values()
            .next()
            .unwrap()
            .first()
            .unwrap();
        assert_eq!(record.ttl, Some(ttl), "{records}");
        if tools::available("named-compilezone", "the_ttl_carried_on_is_that_of_the_set") {
            let output = tools::named_compilezone(folder.path(), "contoso.com", "contoso.com");
            let printed = tools::printed_records(&output);
            let service = printed.iter().find(|record| record.2 == "SRV").unwrap();
            assert_eq!(service.1, ttl, "BIND reads {records}");
        }
    }
}
