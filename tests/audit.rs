//! `kmsplan audit`. Each folder of `tests/audits/` holds sources and the audit of them in every form.
//!
//! `args` in a folder holds further arguments, one a line; a file `kms.*` is given with `--topology`, a file
//! `domains.*` with `--domains`. `KMSPLAN_BLESS=1` writes the expectations anew; read them before you commit them.

mod support;
#[path = "support/zonegen.rs"]
mod zonegen;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use std::collections::{BTreeMap, BTreeSet};

use kmsplan::audit::{Audit, Outcome, Tried, Unanswered};
use kmsplan::snapshot::live::Why;
use kmsplan::snapshot::{self, Answer, FileId, Says, Site, Snapshot};
use kmsplan::{presentation, render};
use serde_json::Value;
use support::{Folder, Run, kmsplan, output};

const FORMS: [(&str, &str); 4] = [
    ("text", "audit.txt"),
    ("markdown", "audit.md"),
    ("csv", "audit.csv"),
    ("json", "audit.json"),
];

/// The folders of the cases, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audits");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// The audit of a case in one form, and the exit status.
fn audited(case: &Path, form: &str) -> (String, i32) {
    let mut names: Vec<String> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "args" && !name.starts_with("audit."))
        .collect();
    names.sort();
    let mut command = kmsplan();
    command.arg("audit").current_dir(case).stdin(Stdio::null());
    for name in names {
        if name.starts_with("kms.") {
            command.arg("--topology");
        } else if name.starts_with("domains.") {
            command.arg("--domains");
        }
        command.arg(name);
    }
    let args = fs::read_to_string(case.join("args")).unwrap_or_default();
    command.args(args.lines()).args(["--format", form]);
    let run = Run::from(output(&mut command));
    assert_eq!(run.stderr, "", "{} --format {form}", case.display());
    (run.stdout, run.status)
}

#[test]
fn every_case_gives_the_expected_audit() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut statuses = Vec::new();
        let mut check = |file: &str, got: &str| {
            let path = case.join(file);
            if std::env::var_os("KMSPLAN_BLESS").is_some() {
                fs::write(&path, got).unwrap();
            }
            if fs::read_to_string(&path).unwrap_or_default() != got {
                wrong.push(format!("--- {}/{file} gives\n{got}", case.display()));
            }
        };
        for (form, file) in FORMS {
            let (output, status) = audited(case, form);
            check(file, &output);
            statuses.push(status);
        }
        assert!(
            statuses.windows(2).all(|pair| pair[0] == pair[1]),
            "{}: exit status depends on the form",
            case.display()
        );
        check("audit.status", &format!("{}\n", statuses[0]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= 11, "only {} cases", cases.len());
}

#[test]
fn every_audit_fits_its_schema() {
    let schema = Folder::new().run("schema audit").stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        let audit: Value = serde_json::from_str(&audited(&case, "json").0).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&audit)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", case.display());
    }
}

#[test]
fn no_output_acts_on_a_terminal_or_in_a_spreadsheet() {
    for case in cases() {
        for (form, _) in FORMS {
            let (output, _) = audited(&case, form);
            let text = output.replace("\r\n", "\n");
            assert!(
                text.chars().all(|c| c == '\n' || !c.is_control()),
                "{} --format {form}",
                case.display()
            );
            if form == "csv" {
                let cells = text.split(['\n', ',']).map(|cell| cell.trim_matches('"'));
                let mut formulas = cells.filter(|cell| cell.starts_with(['=', '+', '-', '@']));
                assert_eq!(formulas.next(), None, "{}", case.display());
            }
        }
    }
}

const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 7 900 600 86400 3600
@ IN NS dc01
dc01 IN A 10.20.0.10
kms01 IN A 10.20.0.11
kms02 IN A 10.20.0.12
_vlmcs._tcp IN SRV 10 75 1688 kms01
_vlmcs._tcp IN SRV 10 25 1688 kms02
_vlmcs._tcp.emea IN SRV 0 0 1688 kms01
";

fn sample() -> Folder {
    let folder = Folder::new();
    folder.write("contoso.com.zone", ZONE);
    folder
}

#[test]
fn a_topology_to_start_from_changes_nothing() {
    let folder = sample();
    let audit = folder.run("audit contoso.com.zone --write-topology kms.toml");
    assert_eq!((audit.stderr.as_str(), audit.status), ("", 0));
    assert!(audit.stdout.starts_with("KMS audit"), "{}", audit.stdout);
    let init = folder.run("init contoso.com.zone");
    assert_eq!(folder.read("kms.toml"), init.stdout);
    let plan = folder.run("plan kms.toml contoso.com.zone --detailed-exitcode");
    assert_eq!((plan.stderr.as_str(), plan.status), ("", 0));
    let again = folder.run("audit contoso.com.zone --topology kms.toml --format json");
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    let differs = |record: &Value| record["differs"] != false || record["topology"] != "expected";
    for domain in again["domains"].as_array().unwrap() {
        assert_eq!(domain["missing"], serde_json::json!([]));
        assert!(!domain["records"].as_array().unwrap().iter().any(differs));
    }
}

#[test]
fn without_a_record_no_topology_is_written() {
    let folder = Folder::new();
    let bare = ZONE.split("_vlmcs").next().unwrap();
    folder.write("contoso.com.zone", bare);
    let run = folder.run("audit contoso.com.zone --write-topology kms.toml");
    assert!(run.stdout.starts_with("KMS audit"), "{}", run.stdout);
    assert_eq!(
        (run.stderr.as_str(), run.status),
        (
            "error: no topology is written: no _vlmcs._tcp record was found that one could describe
  = help: write a topology by hand (docs/topology.md)
",
            1
        )
    );
    assert_eq!(folder.names(), ["contoso.com.zone"]);
}

#[test]
fn no_input_is_overwritten() {
    let folder = sample();
    folder.write("domains.txt", "contoso.com\n");
    for (option, file) in [
        ("--output", "contoso.com.zone"),
        ("--write-topology", "contoso.com.zone"),
        ("--write-topology", "./domains.txt"),
    ] {
        let line = format!("audit contoso.com.zone --domains domains.txt {option} {file}");
        let said = format!(
            "error: {option} {file} would overwrite an input\n  = help: name another file\n"
        );
        let run = folder.run(&line);
        assert_eq!(
            (run.stdout.as_str(), run.stderr, run.status),
            ("", said, 1),
            "{line}"
        );
    }
    assert_eq!(folder.read("contoso.com.zone"), ZONE);
}

#[test]
fn all_inputs_are_complained_about_at_once() {
    let folder = Folder::new();
    folder.write("broken.zone", "$ORIGIN contoso.com.\n@ IN SOA x\n");
    folder.write("domains.txt", "contoso.com\n10.20.0.1\n");
    folder.write("kms.toml", "[kms]\nttl = \"x\"\ndomains = [\"contoso.com\"]\n\n[[host]]\nname = \"kms01.contoso.com\"\n");
    // The server is not asked: nothing answers at this address.
    let run = folder.run(
        "audit broken.zone --server 192.0.2.1 --domains domains.txt --topology kms.toml --format json",
    );
    assert_eq!((run.stdout.as_str(), run.status), ("", 1));
    let said: Value = serde_json::from_str(&run.stderr).unwrap();
    let files: Vec<&str> = said["errors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error["file"].as_str())
        .collect();
    for file in ["domains.txt", "kms.toml", "broken.zone"] {
        assert!(files.contains(&file), "{file} in {}", run.stderr);
    }
}

#[test]
fn domains_alone_say_not_where_to_look() {
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\n");
    let run = folder.run("audit --domains domains.txt");
    assert_eq!((run.stdout.as_str(), run.status), ("", 64));
    let said = "error: nothing says where KMS records are looked up: name sources, or a server with --server and the domains with --domains or --topology\n";
    assert!(run.stderr.starts_with(said), "{}", run.stderr);
}

/// A folder may hold the list and the topology beside the zones.
#[test]
fn a_folder_is_read_without_the_list_and_the_topology() {
    let folder = Folder::new();
    folder.write("all/contoso.com.zone", ZONE);
    folder.write("all/domains.txt", "emea.contoso.com\n");
    folder.write("all/kms.toml", support::TOPOLOGY);
    let run = folder.run("audit all --domains all/domains.txt --topology all/kms.toml");
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let alone = folder.run("audit all");
    assert_eq!(alone.status, 1);
    assert!(
        alone.stderr.contains("`audit` takes it with `--topology`"),
        "{}",
        alone.stderr
    );
}

#[test]
fn the_order_of_records_and_of_the_list_does_not_matter() {
    let folder = sample();
    let mut lines: Vec<&str> = ZONE.lines().collect();
    lines[7..].reverse();
    folder.write("other/contoso.com.zone", format!("{}\n", lines.join("\n")));
    folder.write("one.txt", "contoso.com\nemea.contoso.com\nfabrikam.com\n");
    folder.write("two.txt", "fabrikam.com\nemea.contoso.com\ncontoso.com\n");
    let one = folder.run("audit contoso.com.zone --domains one.txt");
    let two = folder.run("audit other/contoso.com.zone --domains two.txt");
    assert_eq!(one.stdout, two.stdout.replace("other/", ""));
    assert_eq!((one.status, two.status), (1, 1));
}

#[test]
fn colours_appear_on_a_terminal_only() {
    let folder = sample();
    assert!(
        !folder
            .run("audit contoso.com.zone")
            .stdout
            .contains('\u{1b}')
    );
    if !support::tools::available("script", "colours_appear_on_a_terminal_only") {
        return;
    }
    let on_terminal = |environment: &str| {
        let line = format!("script -qec '{environment} kmsplan audit contoso.com.zone' /dev/null");
        folder.shell(&format!("TERM=xterm {line}")).stdout
    };
    assert!(on_terminal("").contains("\u{1b}[1mKMS audit\u{1b}[0m"));
    assert!(!on_terminal("NO_COLOR=1").contains('\u{1b}'));
}

/// Ten thousand domains, in one zone and in zones of their own: each is there, once.
#[test]
fn ten_thousand_domains() {
    const DOMAINS: usize = 10_000;
    let folder = Folder::new();
    let soa = "@ 60 IN SOA ns1 hostmaster 7 900 600 86400 3600\n@ 60 IN NS ns1.contoso.com.\n";
    let mut large = format!("$ORIGIN contoso.com.\n{soa}kms01 60 IN A 192.0.2.1\n");
    let mut list = String::from("namespace\n");
    for number in 0..DOMAINS {
        let name = if number % 20 == 0 {
            let name = format!("d{number}.example");
            let zone = format!(
                "$ORIGIN {name}.\n{soa}_vlmcs._tcp 60 IN SRV 0 0 1688 kms01.contoso.com.\n"
            );
            folder.write(&format!("zones/{name}.zone"), zone);
            name
        } else {
            if number % 3 > 0 {
                writeln!(large, "_vlmcs._tcp.d{number} 60 IN SRV 0 0 1688 kms01").unwrap();
            } else {
                writeln!(large, "_vlmcs._tcp.d{number} 60 IN CNAME _vlmcs._tcp.d1").unwrap();
            }
            format!("d{number}.contoso.com")
        };
        list.push_str(&name);
        list.push('\n');
    }
    folder.write("zones/contoso.com.zone", large);
    folder.write("domains.csv", list);
    let run = folder.run("audit zones --domains domains.csv --format csv");
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let mut rows: Vec<&str> = run.stdout.split_terminator("\r\n").skip(1).collect();
    assert_eq!(rows.len(), DOMAINS);
    rows.dedup_by_key(|row| row.split(',').next());
    assert_eq!(rows.len(), DOMAINS);
    assert!(
        rows.iter()
            .all(|row| row.contains(",records,") && row.contains(",kms01.contoso.com,"))
    );
    let text = folder.run("audit zones --domains domains.csv").stdout;
    assert!(
        text.contains("10000 domains: 10000 with KMS records."),
        "{}",
        &text[..600]
    );
    let named = text
        .split([',', '\n'])
        .filter(|word| word.trim().starts_with('d'));
    assert!(named.count() >= DOMAINS, "each domain is named");
}

/// An audit as one of a server comes out: questions without an answer, addresses, connections.
fn answered_in_part() -> (Audit, Folder) {
    let folder = sample();
    let zone = folder.path().join("contoso.com.zone");
    let sources = [zone.to_str().unwrap().to_owned()];
    let mut snapshot = Snapshot::read(&sources, &snapshot::Options::default()).unwrap();
    let name = |text: &str| presentation::parse_full_name(text).unwrap();
    for (domain, why, message) in [
        ("fabrikam.com", Why::Timeout, "no answer, one"),
        ("tailspin.example", Why::Timeout, "no answer, two"),
        (
            "=wingtip.example",
            Why::ServFail,
            "the server failed (SERVFAIL)\u{1b}[2J",
        ),
    ] {
        let unanswered = Unanswered {
            server: "192.0.2.53".to_owned(),
            why,
            message: message.to_owned(),
            help: "ask another server".to_owned(),
        };
        let domain = presentation::from_labels(
            &domain
                .split('.')
                .map(|label| label.as_bytes().to_vec())
                .collect::<Vec<_>>(),
        );
        let owner = presentation::kms_owner(&domain.unwrap()).unwrap();
        snapshot.unanswered.insert(owner, unanswered);
    }
    let site = Site {
        file: FileId(0),
        line: 1,
    };
    let addresses = ["192.0.2.1", "2001:db8::1"].map(|text| text.parse().unwrap());
    let says = Says::Addresses(addresses.into());
    snapshot
        .answers
        .insert(name("kms01.contoso.com"), Answer { site, says });
    let equals = presentation::from_labels(&[b"=wingtip".to_vec(), b"example".to_vec()]);
    let domains = [
        name("contoso.com"),
        name("fabrikam.com"),
        name("tailspin.example"),
        equals.unwrap(),
    ];
    let mut audit = Audit::make(&snapshot, Some(&domains), None);
    assert_eq!(audit.hosts.len(), 2);
    let tried = |address: &str, outcome| Tried {
        port: 1688,
        result: Ok((address.parse().unwrap(), outcome)),
    };
    let first = vec![
        tried("192.0.2.1", Outcome::Accepted),
        tried("2001:db8::1", Outcome::Refused),
    ];
    let second = vec![Tried {
        port: 1688,
        result: Err("this machine finds no address of it".to_owned()),
    }];
    audit.take_in(BTreeMap::from([(0, first), (1, second)]));
    (audit, folder)
}

#[test]
fn what_a_server_left_open_stands_in_every_form() {
    let (audit, folder) = answered_in_part();
    assert!(!audit.is_complete());
    let hidden = format!("{}/", folder.path().display());
    let text = render::audit::text(&audit, false).replace(&hidden, "");
    assert_eq!(
        text,
        r"KMS audit                                      4 domains, 2 KMS hosts, 2 records
read      contoso.com.zone  zone file

4 domains: 1 with KMS records, 3 without a usable answer.
Clients find 2 KMS hosts there. A KMS host key activates up to 6 hosts, each of
them up to 10 times.
1 domain that nobody asked about has KMS records too: emea.contoso.com.
The audit is not complete: what clients of 3 domains find is not known.

Problems
  Domains without a usable answer
    - fabrikam.com and tailspin.example: 192.0.2.53 does not answer
      for example: no answer, one
      help: ask another server
    - \061wingtip.example: the server failed (SERVFAIL)\u{1b}[2J
      help: ask another server

  Hosts that this machine could not connect to
    It was tried from this machine alone: a firewall may let clients through and
    not this machine, or this machine and not the clients.
    - kms01.contoso.com: port 1688 at 2001:db8::1: refused; in contoso.com
    - kms02.contoso.com: port 1688: this machine finds no address of it; in
      contoso.com

KMS hosts
  kms01.contoso.com  1 domain, port 1688, 192.0.2.1 port 1688: accepts
                     connections, 2001:db8::1 port 1688: refused
  kms02.contoso.com  1 domain, port 1688, has an address, port 1688: this
                     machine finds no address of it

Domains
  contoso.com
    kms01.contoso.com:1688  priority 10, weight 75, TTL 3600
    kms02.contoso.com:1688  priority 10, weight 25, TTL 3600

  fabrikam.com, tailspin.example
    (2 domains, no usable answer: 192.0.2.53 does not answer)

  \061wingtip.example
    (no usable answer: 192.0.2.53 fails to answer)
"
    );
    let markdown = render::audit::markdown(&audit).replace(&hidden, "");
    assert_eq!(
        markdown,
        r"# KMS audit: 4 domains, 2 KMS hosts, 2 records

- Read: `contoso.com.zone`, zone file

4 domains: 1 with KMS records, 3 without a usable answer. Clients find 2 KMS hosts there. A KMS host key activates up to 6 hosts, each of them up to 10 times. 1 domain that nobody asked about has KMS records too: emea.contoso.com. The audit is not complete: what clients of 3 domains find is not known.

## Problems

### Domains without a usable answer

- fabrikam.com and tailspin.example: 192.0.2.53 does not answer; for example: no answer, one; help: ask another server
- \\061wingtip.example: the server failed (SERVFAIL)\\u{1b}\[2J; help: ask another server

### Hosts that this machine could not connect to

It was tried from this machine alone: a firewall may let clients through and not this machine, or this machine and not the clients.

- kms01.contoso.com: port 1688 at 2001:db8::1: refused; in contoso.com
- kms02.contoso.com: port 1688: this machine finds no address of it; in contoso.com

## KMS hosts

| Host | What is known |
| --- | --- |
| `kms01.contoso.com` | 1 domain, port 1688, 192.0.2.1 port 1688: accepts connections, 2001:db8::1 port 1688: refused |
| `kms02.contoso.com` | 1 domain, port 1688, has an address, port 1688: this machine finds no address of it |

## Domains

**contoso.com**

| Host and port | Record | Note |
| --- | --- | --- |
| `kms01.contoso.com:1688` | priority 10, weight 75, TTL 3600 |  |
| `kms02.contoso.com:1688` | priority 10, weight 25, TTL 3600 |  |

**2 domains**: fabrikam.com, tailspin.example (no usable answer: 192.0.2.53 does not answer)

**\\061wingtip.example** (no usable answer: 192.0.2.53 fails to answer)
"
    );
    let csv = render::audit::csv(&audit).replace(&hidden, "");
    assert_eq!(csv.matches("\r\n").count(), csv.lines().count());
    let csv = csv.replace("\r\n", "\n");
    assert_eq!(
        csv,
        r#"domain,status,zone,host,port,priority,weight,ttl,aged,topology,expected_port,expected_priority,expected_weight,self_published,duplicate,alias_target,host_status,host_addresses,connections,file,line,note
contoso.com,records,contoso.com,kms01.contoso.com,1688,10,75,3600,,,,,,,no,,resolves,192.0.2.1 2001:db8::1,"192.0.2.1 accepted; 2001:db8::1 refused",contoso.com.zone,8,
contoso.com,records,contoso.com,kms02.contoso.com,1688,10,25,3600,,,,,,,no,,resolves,,this machine finds no address of it,contoso.com.zone,9,
fabrikam.com,unanswered,,,,,,,,,,,,,,,,,,,,"no answer, one"
\061wingtip.example,unanswered,,,,,,,,,,,,,,,,,,,,the server failed (SERVFAIL)\u{1b}[2J
tailspin.example,unanswered,,,,,,,,,,,,,,,,,,,,"no answer, two"
"#
    );
    let json: Value = serde_json::from_str(&render::audit::json(&audit)).unwrap();
    assert_eq!(json["complete"], false);
    assert_eq!(json["probed"], true);
    assert_eq!(json["summary"]["unanswered"], 3);
    assert_eq!(
        json["domains"][1]["unanswered"],
        serde_json::json!({
            "server": "192.0.2.53",
            "why": "timeout",
            "message": "no answer, one",
            "help": "ask another server"
        })
    );
    assert_eq!(
        json["hosts"][0]["connections"],
        serde_json::json!([
            { "port": 1688, "address": "192.0.2.1", "outcome": "accepted", "reason": null },
            { "port": 1688, "address": "2001:db8::1", "outcome": "refused", "reason": null }
        ])
    );
    assert_eq!(
        json["hosts"][1]["connections"],
        serde_json::json!([{
            "port": 1688, "address": null, "outcome": "no-address", "reason": "this machine finds no address of it"
        }])
    );
}

/// Records by domain: priority, weight, port and target.
type Sets = BTreeMap<String, Vec<(u64, u64, u64, String)>>;

/// The KMS records of a generated zone by domain, counted with no reader of ours: priority, weight, port and target, a
/// record as often as it stands there.
fn counted(zone: &zonegen::Zone) -> Sets {
    let mut sets = Sets::new();
    sets.entry(zone.apex.clone()).or_default();
    for record in &zone.records {
        let Some(domain) = record.owner.strip_prefix("_vlmcs._tcp.") else {
            continue;
        };
        if record.kind != "SRV" || domain.starts_with("*.") {
            continue;
        }
        let fields: Vec<&str> = record.data.split(' ').collect();
        let number = |index: usize| fields[index].parse().unwrap();
        let values = (number(0), number(1), number(2), fields[3].to_owned());
        sets.entry(domain.to_owned()).or_default().push(values);
    }
    for set in sets.values_mut() {
        set.sort();
    }
    sets
}

/// The numbers of the summary are those of the zone, with and without a topology, and add up in every form.
#[test]
fn the_numbers_add_up() {
    let options = zonegen::Options {
        cuts: false,
        ..zonegen::Options::default()
    };
    let mut compared_too = 0;
    for seed in 0..support::tools::cases(40) {
        let zone = zonegen::generate(seed, &options);
        let folder = Folder::new();
        zone.write(folder.path());
        let sets = counted(&zone);
        let hosts: BTreeSet<&str> = sets
            .values()
            .flatten()
            .map(|(.., target)| target.as_str())
            .filter(|target| *target != ".")
            .collect();
        let plain = |host: &&&str| !host.contains(['\\', '_']) && host.len() < 60;
        let named: Vec<&str> = hosts.iter().filter(plain).take(3).copied().collect();
        let [listed @ .., retired] = named.as_slice() else {
            continue;
        };
        if listed.is_empty() {
            continue;
        }
        let mut topology = "[kms]\ndomains = [\"contoso.com\"]\n".to_owned();
        for host in listed {
            writeln!(topology, "[[host]]\nname = \"{host}\"\nweight = 1").unwrap();
        }
        writeln!(topology, "[[retired]]\nname = \"{retired}\"").unwrap();
        folder.write("kms.toml", &topology);
        let list: Vec<&str> = sets.keys().map(String::as_str).collect();
        folder.write("domains.txt", list.join("\n"));
        let alone = folder.run(&format!("audit {} --format json", zone.main()));
        assert_eq!(
            (alone.stderr.as_str(), alone.status),
            ("", 0),
            "seed {seed}"
        );
        let alone: Value = serde_json::from_str(&alone.stdout).unwrap();
        let records: usize = sets.values().map(Vec::len).sum();
        let with_records = sets.values().filter(|set| !set.is_empty()).count();
        let summary = &alone["summary"];
        assert_eq!(summary["domains"], sets.len(), "seed {seed}");
        assert_eq!(summary["with_records"], with_records, "seed {seed}");
        assert_eq!(
            summary["without_records"],
            sets.len() - with_records,
            "seed {seed}"
        );
        assert_eq!(summary["records"], records, "seed {seed}");
        assert_eq!(summary["hosts"], hosts.len(), "seed {seed}");
        assert_eq!(
            summary["beyond_a_key"],
            hosts.len().saturating_sub(6),
            "seed {seed}"
        );
        adds_up(&alone, &sets, seed);

        // A list holds no names with escapes.
        if !list.iter().any(|domain| domain.contains('\\')) {
            let line = format!(
                "audit {} --domains domains.txt --topology kms.toml",
                zone.main()
            );
            let run = folder.run(&format!("{line} --format json"));
            assert_eq!((run.stderr.as_str(), run.status), ("", 0), "seed {seed}");
            let compared: Value = serde_json::from_str(&run.stdout).unwrap();
            let summary = &compared["summary"];
            assert_eq!(
                summary["unlisted_hosts"],
                hosts.len() - named.len(),
                "seed {seed}"
            );
            assert_eq!(summary["retired_hosts"], 1, "seed {seed}");
            adds_up(&compared, &sets, seed);
            let missing: usize = sets
                .values()
                .map(|set| {
                    let stands = |host: &&&str| set.iter().any(|(.., target)| target == **host);
                    listed.len() - listed.iter().filter(stands).count()
                })
                .sum();
            let said = compared["domains"].as_array().unwrap().iter();
            let said: usize = said
                .map(|domain| domain["missing"].as_array().unwrap().len())
                .sum();
            assert_eq!(said, missing, "seed {seed}");
            // A row for each record, for each missing host, and for a domain with neither.
            let bare = compared["domains"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|domain| {
                    domain["records"] == serde_json::json!([])
                        && domain["missing"] == serde_json::json!([])
                });
            let rows = records + missing + bare.count();
            let csv = folder.run(&format!("{line} --format csv")).stdout;
            assert_eq!(csv.lines().count(), 1 + rows, "seed {seed}");
            compared_too += 1;
        }
    }
    assert!(compared_too > 0);
}

/// What an audit says of each domain is in the zone, and each host stands in as many domains as name it.
fn adds_up(audit: &Value, sets: &Sets, seed: u64) {
    let mut stands: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let domains = audit["domains"].as_array().unwrap();
    assert_eq!(domains.len(), sets.len(), "seed {seed}");
    for domain in domains {
        let name = domain["name"].as_str().unwrap();
        let records = domain["records"].as_array().unwrap().iter().map(|record| {
            let number = |key: &str| record[key].as_u64().unwrap();
            let target = record["target"].as_str().unwrap().to_owned();
            (number("priority"), number("weight"), number("port"), target)
        });
        let mut records: Vec<_> = records.collect();
        records.sort();
        assert_eq!(Some(&records), sets.get(name), "seed {seed}: {name}");
        for (.., target) in records.into_iter().filter(|(.., target)| target != ".") {
            stands.entry(target).or_default().insert(name.to_owned());
        }
    }
    let hosts = audit["hosts"].as_array().unwrap().iter().map(|host| {
        let domains = host["domains"].as_array().unwrap().iter();
        let domains = domains.map(|name| name.as_str().unwrap().to_owned());
        (host["name"].as_str().unwrap().to_owned(), domains.collect())
    });
    assert_eq!(
        hosts.collect::<BTreeMap<_, BTreeSet<_>>>(),
        stands,
        "seed {seed}"
    );
}
