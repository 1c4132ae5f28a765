//! Topology files as people write them: what is read from good ones, what is said about broken ones.

use std::fs;
use std::path::{Path, PathBuf};

use kmsplan::presentation::{absolute, plain};
use kmsplan::topology::{
    Account, Apply, DynamicUpdate, GroupScope, Os, Partition, Product, Publishing, Topology,
    Unlisted, ZoneKind, schema,
};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/topology")
        .join(name)
}

/// The files of a folder with one of the extensions, sorted.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| extensions.contains(&path.extension().unwrap().to_str().unwrap()))
        .collect();
    files.sort();
    files
}

fn bare_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn good(name: &str) -> Topology {
    let bytes = fs::read(folder("good").join(name)).unwrap();
    Topology::read(name, &bytes).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// The topology without what depends on the notation of its file.
fn content(mut topology: Topology) -> Topology {
    topology.path.clear();
    topology.sha256.clear();
    topology.group.line = None;
    for host in &mut topology.hosts {
        host.line = 0;
        for publication in &mut host.publish {
            publication.line = 0;
        }
    }
    topology.retired.iter_mut().for_each(|one| one.line = 0);
    topology.zones.iter_mut().for_each(|one| one.line = 0);
    topology.clients.iter_mut().for_each(|one| one.line = 0);
    topology.allow.iter_mut().for_each(|one| one.line = None);
    topology
}

fn complaints(path: &str, bytes: &[u8]) -> String {
    Topology::read(path, bytes)
        .expect_err("the topology is broken")
        .render(false)
}

#[test]
fn every_key_is_read() {
    let topology = good("full.toml");
    assert_eq!(topology.path, "full.toml");
    assert_eq!(topology.sha256.len(), 64);
    assert_eq!(topology.publishing, Publishing::Automatic);
    let domains: Vec<String> = topology.domains.iter().map(absolute).collect();
    assert_eq!(domains, ["contoso.com.", "emea.contoso.com."]);
    assert_eq!(topology.ttl, 1800);
    assert_eq!(topology.unlisted, Unlisted::Keep);
    assert_eq!(topology.min_live_hosts, 2);

    assert_eq!(topology.group.name, "KMS Servers");
    assert_eq!(
        topology.group.path.as_deref(),
        Some("OU=Groups,DC=contoso,DC=com")
    );
    assert_eq!(topology.group.scope, Some(GroupScope::Universal));
    assert_eq!(topology.group.line, Some(11));

    let [first, second, third, fourth] = topology.hosts.as_slice() else {
        panic!("four hosts");
    };
    assert_eq!(absolute(&first.name), "KMS01.contoso.com.");
    assert_eq!((first.priority, first.weight, first.port), (10, 75, 1689));
    assert_eq!(first.line, 17);
    assert_eq!(first.os, None);
    let Account::Joined { account, ad_domain } = &first.account else {
        panic!("joined");
    };
    assert_eq!(
        (account.as_str(), plain(ad_domain)),
        ("KMS01$", "contoso.com".into())
    );
    let served: Vec<_> = first
        .publish
        .iter()
        .map(|entry| {
            (
                plain(&entry.domain),
                entry.priority,
                entry.weight,
                entry.line,
            )
        })
        .collect();
    assert_eq!(
        served,
        [
            ("contoso.com".to_owned(), 10, 75, 5),
            ("emea.contoso.com".to_owned(), 10, 75, 5)
        ]
    );
    assert_eq!(second.account, Account::None);
    assert_eq!(third.port, 1688);
    assert_eq!(third.os, Some(Os::Server2022));
    assert_eq!(third.activates, [Product::Windows, Product::Office2021]);
    let served: Vec<_> = third
        .publish
        .iter()
        .map(|entry| {
            (
                plain(&entry.domain),
                entry.priority,
                entry.weight,
                entry.line,
            )
        })
        .collect();
    assert_eq!(
        served,
        [
            ("contoso.com".to_owned(), 20, 75, 36),
            ("emea.contoso.com".to_owned(), 5, 100, 36),
            ("xn--bro-hoa.example".to_owned(), 20, 75, 36)
        ]
    );
    assert_eq!(
        fourth.account,
        Account::None,
        "another system is in no domain"
    );

    assert_eq!(plain(&topology.retired[0].name), "oldkms.contoso.com");
    assert!(topology.retired[0].running);
    assert!(!topology.retired[1].running);

    let zone = &topology.zones[0];
    assert_eq!(zone.kind, Some(ZoneKind::Ad));
    assert_eq!(zone.server.as_deref(), Some("dc01.contoso.com"));
    assert_eq!(zone.apply, Some(Apply::Dnscmd));
    assert_eq!(zone.dynamic_update, Some(DynamicUpdate::Secure));
    assert_eq!(
        zone.partition,
        Some(Partition::Dn(
            "CN=MicrosoftDNS,DC=CustomDnsZones,DC=contoso,DC=com".to_owned()
        ))
    );
    assert_eq!(
        (zone.ageing, zone.no_refresh, zone.refresh),
        (Some(true), 3, 4)
    );
    let zone = &topology.zones[1];
    assert_eq!(zone.server.as_deref(), Some("2001:db8::53"));
    assert_eq!((zone.ageing, zone.no_refresh, zone.refresh), (None, 7, 7));

    let clients = &topology.clients[0];
    assert_eq!(
        (clients.windows, clients.server, clients.office),
        (400, 60, 380)
    );
    assert_eq!(clients.legacy, 12);
    assert!(!clients.caching && clients.adba);
    let search: Vec<String> = clients.search.iter().map(plain).collect();
    assert_eq!(search, ["emea.contoso.com", "contoso.com"]);
    let clients = &topology.clients[1];
    assert_eq!((clients.windows, clients.server, clients.office), (0, 0, 0));
    assert_eq!(clients.legacy, 0);
    assert!(clients.caching && !clients.adba);
    assert_eq!(plain(&clients.search[0]), "emea.contoso.com");

    let allow = &topology.allow[0];
    assert_eq!(allow.finding, kmsplan::codes::Code::UnlistedHost);
    assert_eq!(allow.subject.as_deref(), Some("lab-kms.contoso.com"));
    assert_eq!(allow.reason.as_deref(), Some("owned by the lab team"));
    assert_eq!(allow.until.unwrap().to_string(), "2027-01-31");
    assert_eq!(allow.line, Some(79));
    assert_eq!(topology.allow[1].until, None);
}

#[test]
fn what_is_not_written_has_its_default() {
    let topology = good("least.toml");
    assert_eq!(topology.publishing, Publishing::Manual);
    assert_eq!(topology.domains, []);
    assert_eq!(topology.ttl, 3600);
    assert_eq!(topology.unlisted, Unlisted::Remove);
    assert_eq!(topology.min_live_hosts, 1);
    assert_eq!(topology.group.name, "KMS Hosts");
    assert_eq!(topology.group.line, None);
    let host = &topology.hosts[0];
    assert_eq!((host.priority, host.weight, host.port), (0, 0, 1688));
}

#[test]
fn an_account_is_the_first_label_cut_to_fifteen_characters() {
    let text = "[[host]]\nname = \"activation-berlin-1.contoso.com\"\npublish = [\"contoso.com\"]";
    let topology = Topology::read("kms.toml", text.as_bytes()).unwrap();
    let Account::Joined { account, .. } = &topology.hosts[0].account else {
        panic!("joined");
    };
    assert_eq!(account, "ACTIVATION-BERL$");
}

#[test]
fn three_notations_say_the_same() {
    for case in ["full", "least"] {
        let toml = content(good(&format!("{case}.toml")));
        assert_eq!(content(good(&format!("{case}.json"))), toml);
        assert_eq!(content(good(&format!("{case}.yaml"))), toml);
    }
}

#[test]
fn encodings_and_line_ends_change_nothing() {
    for name in ["full.toml", "full.json", "full.yaml"] {
        let text = fs::read_to_string(folder("good").join(name)).unwrap();
        let lines = text.replace('\n', "\r\n");
        let bom = format!("\u{feff}{lines}");
        let little: Vec<u8> = bom.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = bom.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let expected = content(good(name));
        for bytes in [lines.as_bytes(), bom.as_bytes(), &little, &big] {
            let read =
                Topology::read(name, bytes).unwrap_or_else(|e| panic!("{}", e.render(false)));
            assert_eq!(read.hosts[0].line, good(name).hosts[0].line);
            assert_eq!(content(read), expected);
        }
    }
}

#[test]
fn the_hash_is_that_of_the_file_and_the_path_has_slashes_where_they_part_it() {
    let text = b"[[host]]\nname = \"kms01.contoso.com\"\npublish = [\"contoso.com\"]\n";
    let topology = Topology::read(r"zones\Contoso\KMS.TOML", text).unwrap();
    // Elsewhere `\` is a character of a file's name.
    let expected = if cfg!(windows) {
        "zones/Contoso/KMS.TOML"
    } else {
        r"zones\Contoso\KMS.TOML"
    };
    assert_eq!(topology.path, expected);
    assert_eq!(
        topology.sha256,
        "e5e9da40c4f501e0b2f62ef7fc7729ce270672075389d59189a96d2314e070dd"
    );
}

#[test]
fn the_extension_tells_the_format() {
    for name in ["kms.txt", "kms", "toml", "a.toml/kms"] {
        let expected = format!(
            "error: cannot tell the format of `{name}` from its name\n  = help: name a topology .toml, .json, .yaml or .yml\n"
        );
        assert_eq!(complaints(name, b""), expected);
    }
    let yaml = b"host: [{name: kms01.contoso.com, publish: [contoso.com]}]";
    assert!(Topology::read("KMS.Yml", yaml).is_ok());
}

/// Every broken file beside the exact text that a person sees. `KMSPLAN_BLESS=1` rewrites the
/// expectations: read them before you keep them.
#[test]
fn broken_files_are_explained() {
    let bless = std::env::var_os("KMSPLAN_BLESS").is_some();
    let cases = files(&folder("broken"), &["toml", "json", "yaml"]);
    assert!(cases.len() >= 30);
    let mut wrong = Vec::new();
    for path in cases {
        let name = bare_name(&path);
        let text = complaints(name, &fs::read(&path).unwrap());
        let expected = path.with_file_name(format!("{name}.expected"));
        if bless {
            fs::write(&expected, &text).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != text {
            wrong.push(format!("{name}:\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn octets_that_are_no_text_are_shown_with_their_place() {
    let text = b"[[host]]\r\nname = \"b\xfcro.example\"\r\n";
    assert_eq!(
        complaints("kms.toml", text),
        "\
error: this is not UTF-8
 --> kms.toml:2:10
  |
2 | name = \"b\u{fffd}ro.example\"
  |          ^
  |
  = help: save the file as UTF-8
"
    );
    let unmarked: Vec<u8> = "a = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        complaints("kms.toml", &unmarked),
        "\
error: a NUL character: this is no text file
 --> kms.toml:1:2
  |
1 | a\u{2400} \u{2400}=\u{2400} \u{2400}1\u{2400}
  |  ^
  |
  = help: save the file as UTF-8
"
    );
    let lone = b"\xff\xfea\0=\0\x00\xd8\n\0";
    assert_eq!(
        complaints("kms.toml", lone),
        "\
error: this is not UTF-16
 --> kms.toml:1:3
  |
1 | a=\u{fffd}
  |   ^
  |
  = help: save the file as UTF-8
"
    );
    assert!(complaints("kms.toml", b"\xff\xfea\0=").contains("kms.toml:1:2"));
}

#[test]
fn complaints_about_windows_files_have_their_place() {
    let text = "\u{feff}[kms]\r\ndomains = [\"contoso.com\"]\r\n\r\n[[host]]\r\nname = \"kms01.contoso.com\"\r\nwieght = 5\r\n";
    let expected = "\
error: unknown key `wieght` in [[host]]
 --> kms.toml:6:1
  |
6 | wieght = 5
  | ^^^^^^
  |
  = help: did you mean `weight`?
";
    assert_eq!(complaints("kms.toml", text.as_bytes()), expected);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(complaints("kms.toml", &wide), expected);
}

#[test]
fn json_strings_follow_the_rules_of_json() {
    let text = r#"{"host":[{"name":"kms\u0030\u0031.contoso\u002ecom","publish":["contoso.com"]}],
        "allow":[{"finding":"zero-weight","reason":"\ud83d\ude00 \/ \"fine\""}]}"#;
    let topology = Topology::read("kms.json", text.as_bytes()).unwrap();
    assert_eq!(plain(&topology.hosts[0].name), "kms01.contoso.com");
    assert_eq!(
        topology.allow[0].reason.as_deref(),
        Some("\u{1f600} / \"fine\"")
    );
}

/// A file as JSON, read without the program's own readers.
fn as_json(path: &Path, text: &str) -> Option<Value> {
    match path.extension().unwrap().to_str().unwrap() {
        "toml" => text
            .parse::<toml::Table>()
            .ok()
            .map(|table| json_of(table.into())),
        "json" => serde_json::from_str(text).ok(),
        _ => {
            let events: Result<Vec<_>, _> = Parser::new_from_str(text).collect();
            let mut events = events.ok()?.into_iter().map(|(event, _)| event);
            events.find(|event| matches!(event, Event::DocumentStart(_)))?;
            let first = events.next()?;
            Some(yaml_value(first, &mut events))
        }
    }
}

fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(when) => when.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, json_of(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn yaml_value<'e>(first: Event<'e>, rest: &mut impl Iterator<Item = Event<'e>>) -> Value {
    match first {
        Event::Scalar(text, ScalarStyle::Plain, ..) => match text.as_ref() {
            "" => Value::Null,
            "0x699" => 1689.into(),
            _ => serde_json::from_str(&text).unwrap_or_else(|_| text.into()),
        },
        Event::Scalar(text, ..) => text.into(),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match rest.next().unwrap() {
                    Event::SequenceEnd => return items.into(),
                    item => items.push(yaml_value(item, rest)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut map = Map::new();
            loop {
                match rest.next().unwrap() {
                    Event::Scalar(key, ..) => {
                        let value = rest.next().unwrap();
                        map.insert(key.into(), yaml_value(value, rest));
                    }
                    _ => return map.into(),
                }
            }
        }
        other => panic!("{other:?} is in no file that is read here"),
    }
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

#[test]
fn good_files_are_valid_by_the_schema() {
    let validator = validator();
    let good = files(&folder("good"), &["toml", "json", "yaml"]);
    assert_eq!(good.len(), 6);
    for path in good {
        let value = as_json(&path, &fs::read_to_string(&path).unwrap()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", path.display());
    }
}

/// What a schema can say it does say: wrong keys, words, types, numbers and missing keys.
#[test]
fn wrong_files_are_not_valid_by_the_schema() {
    let validator = validator();
    for name in [
        "unknown-key.toml",
        "unknown-table.toml",
        "key-outside-table.toml",
        "single-brackets.toml",
        "double-brackets.toml",
        "unknown-words.toml",
        "numbers.toml",
        "types.toml",
        "tables-of-wrong-type.toml",
        "no-host.toml",
        "no-host-in-list.json",
        "not-a-table.json",
        "empty-lists.toml",
        "missing-keys.toml",
        "missing-keys.yaml",
        "accounts.toml",
        "group.toml",
        "group-name.toml",
        "servers.toml",
        "allow.toml",
        "dates.yaml",
        "all-at-once.json",
        "all-at-once.yaml",
    ] {
        let path = folder("broken").join(name);
        let value = as_json(&path, &fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|| panic!("{name} can be read"));
        assert!(!validator.is_valid(&value), "{name} is valid by the schema");
    }
}

/// Damaged files are refused or read, never a panic, and what is said about them is safe to print.
#[test]
fn damage_is_never_a_panic() {
    use proptest::prelude::*;
    let good: Vec<(String, Vec<u8>)> = files(&folder("good"), &["toml", "json", "yaml"])
        .into_iter()
        .map(|path| (bare_name(&path).to_owned(), fs::read(&path).unwrap()))
        .collect();
    let marks = r#"[]{}"'=:,.#-&*!|>%@` \$09ax"#.bytes();
    let octets: Vec<u8> = marks.chain(*b"\n\r\t\0\x1b\x80\xff").collect();
    let damage = prop::collection::vec((any::<usize>(), 0_usize..12, 0..octets.len()), 1..6);
    proptest!(ProptestConfig::with_cases(1000), |(which in 0..good.len(), damage in damage)| {
        let (name, mut bytes) = good[which].clone();
        for (at, removed, put) in damage {
            let at = at % (bytes.len() + 1);
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, [octets[put]]);
        }
        if let Err(errors) = Topology::read(&name, &bytes) {
            prop_assert!(!errors.0.is_empty());
            let text = errors.render(false);
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        }
    });
}

/// The examples of the format's page that hold a host are whole files, and good ones.
#[test]
fn the_examples_of_the_page_are_good_topologies() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/topology.md");
    let page = fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let validator = validator();
    let mut read = Vec::new();
    for block in page
        .split("\n```")
        .filter_map(|block| block.split_once('\n'))
    {
        let (notation @ ("toml" | "json" | "yaml"), example) = block else {
            continue;
        };
        if !example.contains("host") {
            continue;
        }
        let name = format!("example.{notation}");
        if let Err(errors) = Topology::read(&name, example.as_bytes()) {
            panic!("{}", errors.render(false));
        }
        let value = as_json(Path::new(&name), example).unwrap();
        assert!(validator.is_valid(&value), "{example}");
        read.push(notation);
    }
    assert_eq!(read, ["toml", "toml", "toml", "json", "yaml"]);
}
