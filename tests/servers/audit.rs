//! `kmsplan audit` of real servers. The judge is `dig -f`, which asks the same questions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use crate::bind::start_configured;
use crate::case::Case;
use crate::relay::Relay;
use crate::server::Server;
use crate::support::{Folder, tools};

/// Hosts that records name; some have no address and some are aliases.
const HOSTS: usize = 40;

/// The KMS records of a domain: by priority, weight, port and target the TTL, where it is told.
type Records = BTreeMap<(u64, u64, u64, String), Option<u64>>;

/// What stands in `contoso.com`: its file, and the domains that are asked about.
struct Sample {
    file: String,
    domains: Vec<String>,
}

impl Sample {
    /// So many domains: of each fifty one is an alias, and every seventh has no records.
    fn of(domains: usize) -> Self {
        let mut file =
            "$TTL 3600\n@ SOA ns1 hostmaster 42 900 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\n"
                .to_owned();
        for index in 0..HOSTS {
            let _ = match index % 10 {
                7 => writeln!(file, "kms{index:02} CNAME kms{:02}", index - 1),
                8 => Ok(()),
                9 => writeln!(
                    file,
                    "kms{index:02} A 127.0.0.{index}\nkms{index:02} AAAA ::{index}"
                ),
                _ => writeln!(file, "kms{index:02} A 127.0.0.{index}"),
            };
        }
        for index in 0..domains {
            if index % 7 == 0 {
                continue;
            }
            if index % 50 == 3 {
                let _ = writeln!(file, "_vlmcs._tcp.d{index:05} CNAME _vlmcs._tcp.d00001");
                continue;
            }
            // Few of many sets are in use often, as it is in organisations.
            let set = if index % 3 > 0 {
                index % 3
            } else {
                index % 300
            };
            for turn in 0..=set % 5 {
                let _ = writeln!(
                    file,
                    "_vlmcs._tcp.d{index:05} {} SRV {} {} {} kms{:02}",
                    60 * (1 + set % 3),
                    turn / 2 * 10,
                    set % 101,
                    1688 + set % 2,
                    (set * 7 + turn) % HOSTS
                );
            }
        }
        Self {
            file,
            domains: (0..domains)
                .map(|index| format!("d{index:05}.contoso.com"))
                .collect(),
        }
    }

    fn case(&self) -> Case {
        Case::served("contoso.com", &self.file)
    }

    /// Writes the list of the domains.
    fn list(&self, folder: &Folder) {
        folder.write("domains.txt", self.domains.join("\n"));
    }
}

/// Whether the tools of a test are there.
fn ready(test: &str, needed: &[&str]) -> bool {
    needed.iter().all(|tool| tools::available(tool, test))
}

/// What `dig -f` prints for each domain: its records, and the name that an alias leads to.
fn digged(
    server: &Server,
    folder: &Folder,
    domains: &[String],
) -> BTreeMap<String, (Records, Option<String>)> {
    let questions: Vec<String> = domains
        .iter()
        .map(|domain| format!("_vlmcs._tcp.{domain}. SRV\n"))
        .collect();
    let file = folder.write("questions", questions.concat());
    let file = file.to_str().unwrap();
    let begin = ["+noall", "+question", "+answer"];
    let text = server.dig(&[&begin[..], &["-f", file]].concat());
    let mut found = BTreeMap::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        if let Some(asked) = line.strip_prefix(';') {
            let domain = asked.split('\t').next().unwrap();
            let domain = domain
                .strip_prefix("_vlmcs._tcp.")
                .unwrap_or_else(|| panic!("{line}"));
            current = Some(
                found
                    .entry(domain.to_owned())
                    .or_insert((Records::new(), None)),
            );
            continue;
        }
        let (records, alias) = current.as_mut().expect("a question comes first");
        match fields.as_slice() {
            [_, ttl, "IN", "SRV", priority, weight, port, target] => {
                let [ttl, priority, weight, port] =
                    [ttl, priority, weight, port].map(|number| number.parse().unwrap());
                // The server's word for the TTL is about the name that was asked for (RFC 1035, AA).
                let ttl = alias.is_none().then_some(ttl);
                records.insert((priority, weight, port, (*target).to_owned()), ttl);
            }
            [_, _, "IN", "CNAME", target] => *alias = Some((*target).to_owned()),
            _ => panic!("{line}"),
        }
    }
    found
}

/// Audits the domains of the list through the program; the exit status is 0.
fn audited(folder: &Folder, more: &str) -> Value {
    let run = folder.run(&format!("audit --domains domains.txt --format json {more}"));
    assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{more}");
    let audit: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(audit["complete"], true);
    audit
}

/// What an audit says of each domain, in the shape of [`digged`].
fn said(audit: &Value) -> BTreeMap<String, (Records, Option<String>)> {
    let domains = audit["domains"].as_array().unwrap().iter();
    domains
        .map(|domain| {
            let records = domain["records"].as_array().unwrap();
            let status = if records.is_empty() {
                "none"
            } else {
                "records"
            };
            assert_eq!(domain["status"], status, "{domain}");
            let number = |record: &Value, key: &str| record[key].as_u64().unwrap();
            let records = records.iter().map(|record| {
                let values = ["priority", "weight", "port"].map(|key| number(record, key));
                let host = record["target"].as_str().unwrap().to_owned();
                assert_eq!(record["aged"], Value::Null);
                (
                    (values[0], values[1], values[2], host),
                    record["ttl"].as_u64(),
                )
            });
            let alias = domain["alias"]["target"].as_str().map(str::to_owned);
            let name = domain["name"].as_str().unwrap().to_owned();
            (name, (records.collect(), alias))
        })
        .collect()
}

/// What `dig` says of each host that records name: its addresses, and where an alias leads.
fn hosts_digged(
    server: &Server,
    hosts: &BTreeSet<String>,
) -> BTreeMap<String, (BTreeSet<String>, Option<String>)> {
    let ask = |host: &String| {
        let mut addresses = BTreeSet::new();
        let mut alias = None;
        for kind in ["A", "AAAA"] {
            for line in server.dig(&["+noall", "+answer", host, kind]).lines() {
                match line.split_ascii_whitespace().collect::<Vec<_>>().as_slice() {
                    [_, _, "IN", "CNAME", target] => alias = Some((*target).to_owned()),
                    [_, _, "IN", _, address] => drop(addresses.insert((*address).to_owned())),
                    _ => {}
                }
            }
        }
        (host.clone(), (addresses, alias))
    };
    hosts.iter().map(ask).collect()
}

/// Every record, alias and address of an audit is what `dig` says, and nothing is missing.
fn is_exact(server: &Server, folder: &Folder, sample: &Sample, audit: &Value) {
    let (said, digged) = (said(audit), digged(server, folder, &sample.domains));
    assert_eq!(digged.len(), sample.domains.len(), "dig answered all");
    for (domain, expected) in &digged {
        assert_eq!(said.get(domain), Some(expected), "{domain}");
    }
    assert_eq!(said.len(), digged.len());
    let records: usize = digged.values().map(|(records, _)| records.len()).sum();
    let with_records = digged.values().filter(|(records, _)| !records.is_empty());
    let summary = &audit["summary"];
    assert_eq!(summary["domains"], sample.domains.len());
    assert_eq!(summary["with_records"], with_records.count());
    assert_eq!(summary["records"], records);
    let named: BTreeSet<String> = digged
        .values()
        .flat_map(|(records, _)| records.keys().map(|(.., host)| host.clone()))
        .collect();
    assert_eq!(summary["hosts"], named.len());
    let hosts: BTreeMap<String, (BTreeSet<String>, Option<String>)> = audit["hosts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|host| {
            let addresses = host["addresses"].as_array().unwrap();
            let addresses = addresses.iter().map(|one| one.as_str().unwrap().to_owned());
            let alias = host["alias"].as_str().map(str::to_owned);
            let name = host["name"].as_str().unwrap().to_owned();
            (name, (addresses.collect(), alias))
        })
        .collect();
    assert_eq!(hosts, hosts_digged(server, &named));
}

#[test]
fn ten_thousand_domains_at_bind() {
    if !ready("ten_thousand_domains_at_bind", &["named", "dig"]) {
        return;
    }
    let sample = Sample::of(10_000);
    let (served, folder) = (Folder::new(), Folder::new());
    let server = crate::bind::start(&served, &[sample.case()]);
    sample.list(&folder);
    let direct = audited(
        &folder,
        &format!("--rate 0 --server 127.0.0.1:{}", server.port),
    );
    is_exact(&server, &folder, &sample, &direct);
    // Far away: twenty milliseconds there and twenty back. All but the server's name is the same.
    let relay = Relay::start(server.port, Duration::from_millis(20));
    let far = audited(
        &folder,
        &format!(
            "--rate 0 --concurrency 400 --server 127.0.0.1:{}",
            relay.port
        ),
    );
    is_exact(&server, &folder, &sample, &far);
    for part in ["summary", "problems"] {
        assert_eq!(direct[part], far[part]);
    }
}

/// A smaller audit of a server, and the same of a transfer from it, which tells the same facts and more.
fn a_thousand_domains(test: &str, needed: &[&str], start: impl Fn(&Folder, &[Case]) -> Server) {
    if !ready(test, needed) {
        return;
    }
    let sample = Sample::of(1_000);
    let (served, folder) = (Folder::new(), Folder::new());
    let server = start(&served, &[sample.case()]);
    sample.list(&folder);
    let asked = audited(
        &folder,
        &format!("--rate 0 --server 127.0.0.1:{}", server.port),
    );
    is_exact(&server, &folder, &sample, &asked);
    let transferred = audited(
        &folder,
        &format!("axfr://127.0.0.1:{}/contoso.com", server.port),
    );
    let without_ttl = |audit: &Value| -> BTreeMap<_, _> {
        let of_domain = |(name, (records, alias)): (String, (Records, _))| {
            let records: BTreeSet<_> = records.into_keys().collect();
            (name, (records, alias))
        };
        said(audit).into_iter().map(of_domain).collect()
    };
    assert_eq!(without_ttl(&transferred), without_ttl(&asked));
    assert_eq!(transferred["summary"], asked["summary"]);
    assert_eq!(transferred["problems"], asked["problems"]);
}

#[test]
fn a_thousand_domains_at_knot() {
    a_thousand_domains(
        "a_thousand_domains_at_knot",
        &["knotd", "dig"],
        crate::knot::start,
    );
}

#[test]
fn a_thousand_domains_at_powerdns() {
    a_thousand_domains(
        "a_thousand_domains_at_powerdns",
        &["pdns_server", "pdnsutil", "sqlite3", "dig"],
        crate::powerdns::start,
    );
}

/// A resolver tells what its cache has left of a TTL, so no TTL is known.
#[test]
fn a_resolver_in_front_tells_all_but_ttls() {
    if !ready("a_resolver_in_front_tells_all_but_ttls", &["named", "dig"]) {
        return;
    }
    let sample = Sample::of(300);
    let (served, resolving, folder) = (Folder::new(), Folder::new(), Folder::new());
    let server = crate::bind::start(&served, &[sample.case()]);
    let config = format!(
        "view resolver {{ recursion yes; forward only; forwarders {{ 127.0.0.1 port {}; }}; }};\n",
        server.port
    );
    let (resolver, _) = start_configured(&resolving, &config, ["contoso.com".to_owned()]);
    sample.list(&folder);
    let audit = audited(
        &folder,
        &format!("--rate 0 --server 127.0.0.1:{}", resolver.port),
    );
    let mut expected = digged(&server, &folder, &sample.domains);
    for (records, _) in expected.values_mut() {
        for ttl in records.values_mut() {
            *ttl = None;
        }
    }
    assert_eq!(said(&audit), expected);
    let text = folder.run(&format!(
        "audit --domains domains.txt --rate 0 --server 127.0.0.1:{}",
        resolver.port
    ));
    assert!(!text.stdout.contains("TTL"), "{}", text.stdout);
}

/// What is written with `--write-topology` describes what is there: a plan with it changes nothing.
#[test]
fn a_written_topology_plans_no_change() {
    if !ready("a_written_topology_plans_no_change", &["named", "dig"]) {
        return;
    }
    let file = "$TTL 3600\n@ SOA ns1 hostmaster 42 900 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\n\
        kms01 A 192.0.2.1\nkms02 A 192.0.2.2\nkms03 A 192.0.2.3\nKMS04 A 192.0.2.4\n\
        _vlmcs._tcp SRV 0 75 1688 kms01\n_vlmcs._tcp SRV 0 25 1688 kms02\n\
        _vlmcs._tcp.emea SRV 10 100 1688 kms01\n_vlmcs._tcp.emea SRV 0 0 1690 kms03\n\
        _vlmcs._tcp.apac SRV 0 0 1690 kms03\n_vlmcs._tcp.latam SRV 5 5 1688 KMS04\n\
        _vlmcs._tcp.asia CNAME _vlmcs._tcp\n";
    let (served, folder) = (Folder::new(), Folder::new());
    let server = crate::bind::start(&served, &[Case::served("contoso.com", file)]);
    let at = format!("127.0.0.1:{}", server.port);
    folder.write(
        "domains.txt",
        "contoso.com\nemea.contoso.com\napac.contoso.com\nlatam.contoso.com\nasia.contoso.com\nnone.contoso.com\n",
    );
    for source in [format!("--server {at}"), format!("axfr://{at}/contoso.com")] {
        let run = folder.run(&format!(
            "audit --domains domains.txt {source} --write-topology kms.toml"
        ));
        assert_eq!(run.status, 0, "{}", run.stderr);
        for source in [format!("dns://{at}"), format!("axfr://{at}/contoso.com")] {
            let plan = folder.run(&format!("plan kms.toml {source} --detailed-exitcode"));
            assert_eq!(
                (plan.stderr.as_str(), plan.status),
                ("", 0),
                "{}",
                plan.stdout
            );
            let again = folder.run(&format!("audit {source} --topology kms.toml --format json"));
            let again: Value = serde_json::from_str(&again.stdout).unwrap();
            let kinds: Vec<&str> = again["problems"]
                .as_array()
                .unwrap()
                .iter()
                .map(|problem| problem["kind"].as_str().unwrap())
                .collect();
            for kind in ["unlisted", "missing", "differs", "other-domain"] {
                assert!(!kinds.contains(&kind), "{again:#}");
            }
        }
    }
}
