//! Questions to real servers: what they answer, and what a plan makes of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kmsplan::snapshot::{Options, Snapshot, live};
use kmsplan::{Name, presentation};
use serde_json::Value;

use crate::bind::start_configured;
use crate::case::Case;
use crate::server::Server;
use crate::support::{Folder, tools};

const TOPOLOGY: &str = "\
[kms]
domains = [\"contoso.com\", \"emea.contoso.com\", \"asia.contoso.com\", \"away.contoso.com\", \"eu.contoso.com\"]

[[host]]
name = \"kms00.contoso.com\"
priority = 10
weight = 75

[[zone]]
name = \"contoso.com\"
kind = \"bind\"
";

const APEX: &str = "\
$TTL 3600
@ SOA ns1 hostmaster 42 900 600 86400 300
@ NS ns1
ns1 A 192.0.2.1
";

/// So many hosts in one set, each with a long name: more than UDP takes.
const HOSTS: usize = 60;

fn host(index: usize) -> String {
    format!("kms{index:02}.contoso.com")
}

/// The zone: a large set, a name without records, aliases, a delegation.
fn zone(dname: bool) -> String {
    let mut text = APEX.to_owned();
    for index in 0..HOSTS {
        let _ = write!(
            text,
            "_vlmcs._tcp 1800 SRV {} {} 1688 kms{index:02}\nkms{index:02} A 192.0.2.{}\n",
            index % 3,
            index,
            index + 100
        );
    }
    text += "kms59 AAAA 2001:db8::59\n\
             _vlmcs._tcp.asia CNAME _vlmcs._tcp\n\
             away NS ns1.away\n\
             ns1.away A 192.0.2.2\n";
    if dname {
        text += "_tcp.eu DNAME _tcp\n";
    }
    text
}

/// The changes of a plan in JSON: domain, target, port and the record that is there.
fn changes(plan: &Value) -> BTreeSet<String> {
    let domains = plan["domains"].as_array().unwrap();
    let changes = domains.iter().flat_map(|domain| {
        let changes = domain["changes"].as_array().unwrap();
        changes.iter().map(move |change| {
            let before = &change["before"];
            format!(
                "{} {} {} {} {} {} {}",
                domain["name"],
                change["action"],
                change["target"],
                change["port"],
                before["priority"],
                before["weight"],
                before["ttl"]
            )
        })
    });
    changes.collect()
}

/// Its findings but for those of what questions cannot tell.
fn findings(plan: &Value) -> BTreeSet<String> {
    let findings = plan["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{} {}", finding["code"], finding["subject"]))
        .collect()
}

fn plan(folder: &Folder, source: &str) -> Value {
    let run = folder.run(&format!("plan kms.toml {source} --format json"));
    assert_eq!(run.stderr, "");
    serde_json::from_str(&run.stdout).unwrap()
}

/// Where two values differ.
fn differences(one: &Value, other: &Value, at: &str) -> Vec<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .flat_map(|(key, value)| differences(value, &b[key], &format!("{at}/{key}")))
            .collect(),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .flat_map(|(index, (a, b))| differences(a, b, &format!("{at}/{index}")))
            .collect(),
        (one, other) if one == other => Vec::new(),
        (one, other) => vec![format!("{at}: {one} and {other}")],
    }
}

/// Plans from the zone file and from the server are the same.
fn as_from_the_file(
    test: &str,
    program: &[&str],
    dname: bool,
    start: impl Fn(&Folder, &[Case]) -> Server,
) {
    if !program.iter().all(|tool| tools::available(tool, test)) {
        return;
    }
    let served = Folder::new();
    let zone = zone(dname);
    let server = start(&served, &[Case::served("contoso.com", &zone)]);
    let folder = Folder::new();
    let topology = if dname {
        TOPOLOGY.to_owned()
    } else {
        TOPOLOGY.replace(", \"eu.contoso.com\"", "")
    };
    folder.write("kms.toml", topology);
    folder.write("contoso.com.zone", zone);
    let from_file = plan(&folder, "contoso.com.zone");
    let asked = plan(&folder, &format!("dns://127.0.0.1:{}", server.port));
    assert_eq!(changes(&asked), changes(&from_file));
    assert_eq!(findings(&asked), findings(&from_file));
    assert_eq!(asked["zones"][0]["serial"], 42);
    assert_eq!(asked["zones"][0]["name"], "contoso.com.");
    let found = findings(&asked);
    for finding in [
        "\"alias-at-owner\" \"asia.contoso.com\"",
        "\"delegated-away\" \"away.contoso.com\"",
    ] {
        assert!(found.contains(finding), "{found:#?}");
    }
    assert_eq!(
        found.contains("\"alias-at-owner\" \"eu.contoso.com\""),
        dname,
        "{found:#?}"
    );
    // Every record of the large set is there.
    let targets: BTreeSet<&str> = asked["domains"][0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| !change["before"].is_null())
        .map(|change| change["target"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = (0..HOSTS)
        .map(|index| format!("{}.", host(index)))
        .collect();
    assert_eq!(targets.into_iter().collect::<Vec<_>>(), expected);
    // Beside the file it agrees with it.
    let both = plan(
        &folder,
        &format!("contoso.com.zone dns://127.0.0.1:{}", server.port),
    );
    let mut differences = differences(&both, &from_file, "");
    differences.retain(|difference| !difference.starts_with("/sources:"));
    assert_eq!(differences, Vec::<String>::new());
}

#[test]
fn bind_is_read_as_its_zone_file() {
    as_from_the_file(
        "bind_is_read_as_its_zone_file",
        &["named", "dig"],
        true,
        crate::bind::start,
    );
}

#[test]
fn nsd_is_read_as_its_zone_file() {
    as_from_the_file(
        "nsd_is_read_as_its_zone_file",
        &["nsd", "dig"],
        true,
        crate::nsd::start,
    );
}

#[test]
fn knot_is_read_as_its_zone_file() {
    as_from_the_file(
        "knot_is_read_as_its_zone_file",
        &["knotd", "dig"],
        true,
        crate::knot::start,
    );
}

#[test]
fn powerdns_is_read_as_its_zone_file() {
    // It follows DNAME records only where it is told to.
    as_from_the_file(
        "powerdns_is_read_as_its_zone_file",
        &["pdns_server", "pdnsutil", "sqlite3", "dig"],
        false,
        crate::powerdns::start,
    );
}

/// Reads owners of domains from a server, as fast as it goes.
fn read(server: &Server, domains: &[String]) -> Snapshot {
    let owner = |domain: &String| {
        let domain: Name = presentation::parse_full_name(domain).unwrap();
        presentation::kms_owner(&domain).unwrap()
    };
    let mut live = live::Options::default();
    live.manners.rate = 0;
    let options = Options {
        interest: domains.iter().map(owner).collect(),
        live,
        ..Options::default()
    };
    Snapshot::read(&[format!("dns://127.0.0.1:{}", server.port)], &options).unwrap()
}

#[test]
fn ten_thousand_domains() {
    let test = "ten_thousand_domains";
    if !["named", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let domains: Vec<String> = (0..10_000)
        .map(|i| format!("d{i:05}.contoso.com"))
        .collect();
    let mut file = APEX.to_owned();
    let mut expected = BTreeSet::new();
    for (index, domain) in domains.iter().enumerate() {
        // Every seventh has none, every third two.
        let count = if index % 7 == 0 {
            0
        } else {
            1 + usize::from(index % 3 == 0)
        };
        for turn in 0..count {
            let (weight, target) = (index % 100, format!("{}.", host((index + turn) % HOSTS)));
            let _ = writeln!(
                file,
                "_vlmcs._tcp.d{index:05} SRV {turn} {weight} 1688 {target}"
            );
            expected.insert(format!(
                "_vlmcs._tcp.{domain}. 3600 {turn} {weight} 1688 {target}"
            ));
        }
    }
    for index in 0..HOSTS {
        let _ = writeln!(file, "kms{index:02} A 192.0.2.{index}");
    }
    let folder = Folder::new();
    let server = crate::bind::start(&folder, &[Case::served("contoso.com", &file)]);
    let snapshot = read(&server, &domains);
    let [zone] = snapshot.zones.as_slice() else {
        panic!("{} zones", snapshot.zones.len())
    };
    let found: BTreeSet<String> = zone
        .kms
        .values()
        .flatten()
        .map(|record| {
            format!(
                "{} {} {} {} {} {}",
                presentation::absolute(&record.owner),
                record.ttl.unwrap(),
                record.priority,
                record.weight,
                record.port,
                presentation::absolute(&record.target)
            )
        })
        .collect();
    assert_eq!(zone.kms.len(), 10_000);
    assert!(
        found == expected,
        "{:?}",
        found.symmetric_difference(&expected).next()
    );
    assert_eq!(snapshot.answers.len(), HOSTS);
    assert!(snapshot.unanswered.is_empty());
}

#[test]
fn a_resolver_tells_no_ttl() {
    let test = "a_resolver_tells_no_ttl";
    if !["named", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let served = Folder::new();
    let server = crate::bind::start(&served, &[Case::served("contoso.com", &zone(true))]);
    let folder = Folder::new();
    let config = format!(
        "view resolver {{ recursion yes; forward only; forwarders {{ 127.0.0.1 port {}; }}; }};\n",
        server.port
    );
    let (resolver, _) = start_configured(&folder, &config, ["contoso.com".to_owned()]);
    let domains = ["contoso.com", "emea.contoso.com", "asia.contoso.com"].map(str::to_owned);
    let snapshot = read(&resolver, &domains);
    let [zone] = snapshot.zones.as_slice() else {
        panic!("{} zones", snapshot.zones.len())
    };
    assert_eq!(presentation::plain(&zone.name), "contoso.com");
    assert_eq!(zone.soa.as_ref().unwrap().serial, 42);
    let sets: Vec<(String, usize)> = zone
        .kms
        .iter()
        .map(|(owner, records)| (presentation::plain(owner), records.len()))
        .collect();
    assert_eq!(
        sets,
        [
            ("_vlmcs._tcp.contoso.com".to_owned(), HOSTS),
            ("_vlmcs._tcp.emea.contoso.com".to_owned(), 0),
        ]
    );
    assert!(
        zone.kms
            .values()
            .flatten()
            .all(|record| record.ttl.is_none())
    );
    let behind: Vec<usize> = snapshot.through_aliases.values().map(Vec::len).collect();
    assert_eq!(behind, [HOSTS]);
}

/// The plan for these domains, whose zones are BIND's, and who was asked.
fn plan_for(domains: &[&str], sources: &[String]) -> Value {
    let folder = Folder::new();
    let zones = ["contoso.com", "child.contoso.com", "_tcp.asia.contoso.com"]
        .map(|zone| format!("[[zone]]\nname = \"{zone}\"\nkind = \"bind\"\n"));
    folder.write(
        "kms.toml",
        format!(
            "[kms]\ndomains = {domains:?}\n[[host]]\nname = \"kms00.contoso.com\"\n{}",
            zones.concat()
        ),
    );
    plan(&folder, &sources.join(" "))
}

fn has(plan: &Value, finding: &str) -> bool {
    findings(plan).contains(finding)
}

#[test]
fn parent_child_or_both() {
    let test = "parent_child_or_both";
    if !["named", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let parent = APEX.to_owned()
        + "kms00 A 192.0.2.10\nchild NS ns1.child\nns1.child A 192.0.2.2\n_tcp.asia NS ns1.child\n";
    let child = APEX.to_owned() + "_vlmcs._tcp SRV 0 0 1688 kms00.contoso.com.\n";
    let (above, below) = (Folder::new(), Folder::new());
    let above = crate::bind::start(&above, &[Case::served("contoso.com", &parent)]);
    let below = crate::bind::start(
        &below,
        &[
            Case::served("child.contoso.com", &child),
            Case::served(
                "_tcp.asia.contoso.com",
                "$TTL 60\n@ SOA ns1.contoso.com. h 5 900 600 86400 60\n@ NS ns1.contoso.com.\n_vlmcs SRV 0 0 1688 kms00.contoso.com.\n",
            ),
        ],
    );
    let [above, below] = [above.port, below.port].map(|port| format!("dns://127.0.0.1:{port}"));
    // The parent says that others hold the domain, the child what it holds.
    let domains = ["child.contoso.com", "asia.contoso.com"];
    let only_above = plan_for(&domains, std::slice::from_ref(&above));
    for domain in domains {
        let finding = format!("\"delegated-away\" \"{domain}\"");
        assert!(has(&only_above, &finding), "{:?}", findings(&only_above));
    }
    let kept = BTreeSet::from([
        "\"asia.contoso.com.\" \"keep\" \"kms00.contoso.com.\" 1688 0 0 60".to_owned(),
        "\"child.contoso.com.\" \"keep\" \"kms00.contoso.com.\" 1688 0 0 3600".to_owned(),
    ]);
    let zones = |plan: &Value| -> Vec<String> {
        let zones = plan["zones"].as_array().unwrap().iter();
        zones.map(|zone| zone["name"].to_string()).collect()
    };
    let changes = |plan: &Value| -> BTreeSet<String> {
        let changes = self::changes(plan).into_iter();
        changes
            .map(|change| change.replace("\"change\"", "\"keep\""))
            .collect()
    };
    let only_below = plan_for(&domains, std::slice::from_ref(&below));
    assert_eq!(changes(&only_below), kept);
    let both = [above, below];
    let reverse = [both[1].clone(), both[0].clone()];
    for sources in [both, reverse] {
        let plan = plan_for(&domains, &sources);
        assert_eq!(changes(&plan), kept);
        assert!(
            !findings(&plan)
                .iter()
                .any(|finding| finding.contains("delegated-away"))
        );
        let zones = zones(&plan);
        for zone in ["\"_tcp.asia.contoso.com.\"", "\"child.contoso.com.\""] {
            assert!(zones.contains(&zone.to_owned()), "{zones:?}");
        }
    }
}

#[test]
fn a_wildcard_looks_like_records_of_the_domain() {
    let test = "a_wildcard_looks_like_records_of_the_domain";
    if !["named", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let zone = APEX.to_owned() + "kms00 A 192.0.2.10\n* SRV 0 0 1688 kms00\nx.y.empty TXT x\n";
    let served = Folder::new();
    let server = crate::bind::start(&served, &[Case::served("contoso.com", &zone)]);
    let domains = [
        "any.contoso.com",
        "empty.contoso.com",
        "y.empty.contoso.com",
    ];
    let asked = plan_for(&domains, &[format!("dns://127.0.0.1:{}", server.port)]);
    assert_eq!(
        changes(&asked),
        BTreeSet::from([
            "\"any.contoso.com.\" \"keep\" \"kms00.contoso.com.\" 1688 0 0 3600".to_owned(),
            "\"empty.contoso.com.\" \"add\" \"kms00.contoso.com.\" 1688 null null null".to_owned(),
            "\"y.empty.contoso.com.\" \"add\" \"kms00.contoso.com.\" 1688 null null null"
                .to_owned(),
        ])
    );
    let transferred = plan_for(
        &domains,
        &[format!("axfr://127.0.0.1:{}/contoso.com", server.port)],
    );
    assert!(has(
        &transferred,
        "\"wildcard-at-owner\" \"any.contoso.com\""
    ));
    assert!(
        changes(&transferred)
            .iter()
            .all(|change| change.contains("\"add\""))
    );
}
