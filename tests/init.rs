//! `kmsplan init`: the topology that it writes describes what is there.

mod support;
#[path = "support/zonegen.rs"]
mod zonegen;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use support::{Folder, Run, tools};
use zonegen::Random;

const HEAD: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 7 900 600 86400 3600
@ IN NS dc01
dc01 IN A 10.20.0.10
";

/// Writes a zone with these lines, drafts a topology from it and gives it with what was said about it. `check`
/// must accept it, and a plan with it must change what was named, and only that.
fn round_trip(lines: &str) -> (String, String) {
    let folder = Folder::new();
    folder.write("contoso.com.zone", format!("{HEAD}{lines}"));
    let run = folder.run("init contoso.com.zone -o kms.toml");
    assert_eq!(
        (run.stdout.as_str(), run.status),
        ("", 0),
        "{run:?}\n{lines}"
    );
    let text = folder.read("kms.toml");
    judge(&folder, "contoso.com.zone", &run.stderr);
    (text, run.stderr)
}

/// Checks `kms.toml` in the folder and plans with it: only records named in `said` may change.
fn judge(folder: &Folder, sources: &str, said: &str) {
    let text = folder.read("kms.toml");
    let check = folder.run("check kms.toml");
    assert_eq!(check.status, 0, "{}\n{text}", check.stderr);
    let plan = folder.run(&format!("plan kms.toml {sources} --format json"));
    assert_eq!(plan.stderr, "");
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let mut changed = BTreeSet::new();
    for domain in plan["domains"].as_array().unwrap() {
        for change in domain["changes"].as_array().unwrap() {
            if change["action"] != "keep" {
                changed.insert(format!(
                    "{} SRV record for {}:{}",
                    domain["owner"].as_str().unwrap().trim_end_matches('.'),
                    match change["target"].as_str().unwrap() {
                        "." => ".",
                        target => target.trim_end_matches('.'),
                    },
                    change["port"]
                ));
            }
        }
    }
    let named: BTreeSet<String> = said
        .lines()
        .filter(|line| line.contains(" SRV record for "))
        .map(|line| {
            let line = line.to_ascii_lowercase().replace(" srv ", " SRV ");
            let start = line.find("_vlmcs").expect("the owner");
            let rest = &line[start..];
            rest[..rest.find(": ").expect("the reason")].to_owned()
        })
        .collect();
    assert_eq!(changed, named, "{text}\n{said}");
    let errors = plan["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .count();
    let said_errors = said
        .lines()
        .filter(|line| line.starts_with("note: a plan with this topology has error["))
        .count();
    assert_eq!(errors, said_errors, "{said}");
    if changed.is_empty() {
        assert_eq!(plan["diffs"].as_array().unwrap().len(), 0);
    }
}

fn settings(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .fold(String::new(), |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        })
}

#[test]
fn a_draft_as_it_is() {
    let (text, said) = round_trip(
        "\
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
_vlmcs._tcp IN SRV 10 75 1688 kms01
_vlmcs._tcp IN SRV 10 25 1688 kms02
_vlmcs._tcp.emea IN SRV 20 25 1688 kms02
",
    );
    assert_eq!(said, "");
    assert_eq!(
        text,
        "\
# What the zone data shows today. Planning with this file against the same data changes no record, but for
# those that kmsplan named on standard error.
# Now change it to what you want, and plan again.

[kms]
# The data does not tell whether records carry timestamps. \"manual\": they are static, and publishing is
# switched off on every host (slmgr.vbs /cdns). \"automatic\": hosts publish by themselves.
publishing = \"manual\"
# The publish list of every host that has none of its own.
domains = [\"contoso.com\", \"emea.contoso.com\"]
# \"remove\" takes away records of hosts that this file does not name.
unlisted = \"remove\"

[[host]]
name = \"kms01.contoso.com\"
priority = 10
weight = 75
publish = [\"contoso.com\"]

[[host]]
name = \"kms02.contoso.com\"
priority = 10
weight = 25
publish = [\"contoso.com\", { domain = \"emea.contoso.com\", priority = 20, weight = 25 }]

# Hosts that must be gone everywhere:
#
# [[retired]]
# name = \"oldkms.example.com\"

# How a zone is managed, where it is not as written here:
#
# [[zone]]
# name = \"contoso.com\"
# kind = \"ad\"    # assumed: the data does not tell; \"ad\", \"windows-file\", \"bind\" or \"other\"
# server = \"dc01.contoso.com\"
"
    );
}

#[test]
fn aged_records_make_it_automatic() {
    let folder = Folder::new();
    folder.write(
        "contoso.com.dns",
        "\
;
;  Database file contoso.com.dns for contoso.com zone.
;      Zone version:  7
;

@                       IN  SOA dc01.contoso.com. hostmaster.contoso.com. (
                        \t\t7            ; serial number
                        \t\t900          ; refresh
                        \t\t600          ; retry
                        \t\t86400        ; expire
                        \t\t3600       ) ; default TTL
@                       NS\tdc01.contoso.com.
dc01                    A\t10.20.0.10
kms01                   A\t10.20.5.21
kms02                   A\t10.20.5.22
_vlmcs._tcp             [AGE:3672000]\t600\tSRV\t0 0 1688\tkms01.contoso.com.
                        1200\tSRV\t10 5 1688\tkms02.contoso.com.
",
    );
    let run = folder.run("init contoso.com.dns -o kms.toml");
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let text = folder.read("kms.toml");
    assert!(
        text.contains("# Records carry timestamps, so hosts publish by themselves."),
        "{text}"
    );
    assert!(settings(&text).contains("publishing = \"automatic\"\n"));
    judge(&folder, "contoso.com.dns", "");
}

#[test]
fn what_no_topology_can_say_is_named() {
    let (text, said) = round_trip(
        "\
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
_vlmcs._tcp IN SRV 10 75 1688 kms01
_vlmcs._tcp IN SRV 10 75 1689 kms01
_vlmcs._tcp IN SRV 10 75 1688 kms02
_vlmcs._tcp IN SRV 20 75 1688 kms02
_vlmcs._tcp IN SRV 0 0 1688 .
_vlmcs._tcp IN SRV 0 0 0 kms02
_vlmcs._tcp.emea 600 IN SRV 10 75 1688 kms01
_vlmcs._tcp IN SRV 10 75 1688 10.20.5.21.
",
    );
    let mut lines: Vec<&str> = said.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "note: contoso.com.zone:11: _vlmcs._tcp.contoso.com SRV record for kms02.contoso.com:1688: it stands beside another of the same host and port, so a plan would remove it",
            "note: contoso.com.zone:12: _vlmcs._tcp.contoso.com SRV record for .:1688: a topology cannot name its host or port, so a plan would remove it",
            "note: contoso.com.zone:13: _vlmcs._tcp.contoso.com SRV record for kms02.contoso.com:0: its host has another port, so a plan would remove it",
            "note: contoso.com.zone:14: _vlmcs._tcp.emea.contoso.com SRV record for kms01.contoso.com:1688: TTL or timestamp differ from the other records', so a plan would change it",
            "note: contoso.com.zone:15: _vlmcs._tcp.contoso.com SRV record for 10.20.5.21:1688: a topology cannot name its host or port, so a plan would remove it",
            "note: contoso.com.zone:9: _vlmcs._tcp.contoso.com SRV record for kms01.contoso.com:1689: its host has another port, so a plan would remove it",
        ]
    );
    assert!(!text.contains("1689"));
}

#[test]
fn a_host_without_an_address_is_named_too() {
    let (_, said) = round_trip("_vlmcs._tcp IN SRV 0 0 1688 kms01\n");
    let codes: Vec<&str> = said
        .lines()
        .map(|line| &line[..line.find(']').unwrap()])
        .collect();
    assert!(
        codes.contains(&"note: a plan with this topology has error[target-without-address"),
        "{said}"
    );
}

#[test]
fn names_of_every_kind() {
    let (text, said) = round_trip(
        "\
KMS01 IN A 10.20.5.21
_vlmcs._tcp IN SRV 0 0 1688 KMS01
_vlmcs._tcp IN SRV 0 0 1688 a\\.b\\032c
_vlmcs._tcp IN SRV 0 0 1688 it\\'s
_vlmcs._tcp IN SRV 0 0 1688 it\\\"s.
_vlmcs._tcp IN SRV 0 0 1688 kms.
_vlmcs._tcp IN SRV 0 0 1688 xn--bro-hoa.example.
_vlmcs._tcp IN SRV 0 0 1688 very-long-name-of-a-host-1
_vlmcs._tcp IN SRV 0 0 1688 very-long-name-of-a-host-2
_vlmcs._tcp IN SRV 0 0 1688 back\\\\slash
_vlmcs._tcp IN SRV 0 0 1688 \\200\\255
_vlmcs._tcp.a\\032b IN SRV 0 0 1688 KMS01
_vlmcs._tcp.xn--bro-hoa IN SRV 0 0 1688 KMS01
",
    );
    assert!(
        said.lines().all(|line| line.contains("error[")),
        "only findings: {said}"
    );
    for name in [
        "\"KMS01.contoso.com\"",
        "'a\\046b\\032c.contoso.com'",
        "'it\\039s.contoso.com'",
        "'it\\034s'",
        "\"kms\"",
        "\"xn--bro-hoa.example\"",
        "'back\\092slash.contoso.com'",
        "'\\200\\255.contoso.com'",
        "'a\\032b.contoso.com'",
    ] {
        assert!(text.contains(name), "{name}\n{text}");
    }
    assert_eq!(
        text.matches("account = false\n").count(),
        7,
        "hosts whose account cannot be told: {text}"
    );
}

#[test]
fn nothing_to_describe_is_an_error() {
    let folder = Folder::new();
    folder.write("contoso.com.zone", HEAD);
    folder.write(
        "cut.zone",
        format!("{HEAD}_tcp IN NS dc01\n_vlmcs._tcp IN SRV 0 0 1688 kms01\n"),
    );
    folder.write("none.zone", format!("{HEAD}_vlmcs._tcp IN SRV 0 0 0 .\n"));
    for file in ["contoso.com.zone", "cut.zone", "none.zone"] {
        assert_eq!(
            folder.run(&format!("init {file} -o kms.toml")),
            Run {
                stdout: String::new(),
                stderr: "\
error: the sources hold no _vlmcs._tcp record that a topology could describe
  = help: give the zones that hold your KMS records, or write a topology by hand (docs/topology.md)
"
                .to_owned(),
                status: 1
            },
            "{file}"
        );
    }
    assert!(!folder.names().contains(&"kms.toml".to_owned()));
}

#[test]
fn a_folder_and_standard_output() {
    let folder = Folder::new();
    let record = "kms01 IN A 10.20.5.21\n_vlmcs._tcp IN SRV 0 0 1688 kms01\n";
    folder.write("zones/contoso.com.zone", format!("{HEAD}{record}"));
    folder.write(
        "zones/emea/emea.contoso.com.zone",
        format!("{HEAD}{record}").replace("contoso.com.", "emea.contoso.com."),
    );
    let printed = folder.run("init zones");
    assert_eq!((printed.stderr.as_str(), printed.status), ("", 0));
    let written = folder.run("init zones --output kms.toml");
    assert_eq!((written.stdout.as_str(), written.status), ("", 0));
    assert_eq!(folder.read("kms.toml"), printed.stdout);
    judge(&folder, "zones", "");
    let piped = folder.run_with_input("init -", format!("{HEAD}{record}"));
    assert_eq!((piped.stderr.as_str(), piped.status), ("", 0));
    assert!(piped.stdout.contains("name = \"kms01.contoso.com\""));
}

#[test]
fn generated_zones() {
    for seed in 0..tools::cases(60) {
        let mut random = Random::new(seed);
        let lines = records(&mut random);
        let text = lines.concat();
        let (topology, _) = round_trip(&text);
        // The order of the records is no fact.
        let mut reversed = lines.clone();
        reversed.reverse();
        let (again, _) = round_trip(&reversed.concat());
        assert_eq!(topology, again, "seed {seed}\n{text}");
    }
}

/// Some KMS records, a line each, and addresses of some of their targets.
fn records(random: &mut Random) -> Vec<String> {
    let owners = [
        "_vlmcs._tcp",
        "_VLMCS._TCP.emea",
        "_vlmcs._tcp.a\\032b",
        "_vlmcs._tcp.x.y.z",
        "_vlmcs._tcp.below.cut",
        "_vlmcs._tcp.*",
    ];
    let targets = [
        "kms01",
        "KMS01",
        "kms02",
        "kms03.emea",
        "kms.other.example.",
        "single.",
        "a\\.b",
        ".",
        "*",
        "xn--bro-hoa.example.",
    ];
    let mut lines = vec![
        "cut IN NS dc01\n".to_owned(),
        // One record that can be described is always there.
        "_vlmcs._tcp 3600 IN SRV 5 5 1688 kms02\n".to_owned(),
        "kms02 IN A 10.20.5.22\n".to_owned(),
    ];
    let aged = random.one_in(2);
    for _ in 0..random.below(12) {
        let mut line = String::new();
        let ttl = *random.pick(&[3600, 3600, 3600, 600, 0]);
        let port = *random.pick(&[1688, 1688, 1688, 1700, 0]);
        let (priority, weight) = *random.pick(&[(0, 0), (10, 75), (10, 25), (65535, 65535)]);
        let age = if aged && random.one_in(2) {
            "[AGE:3672000] "
        } else {
            ""
        };
        let _ = writeln!(
            line,
            "{} {age}{ttl} SRV {priority} {weight} {port} {}",
            random.pick(&owners),
            random.pick(&targets)
        );
        lines.push(line);
    }
    for host in ["kms01", "kms03.emea"] {
        if random.one_in(2) {
            lines.push(format!("{host} IN AAAA 2001:db8::1\n"));
        }
    }
    lines
}
