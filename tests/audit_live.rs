//! `kmsplan audit` of servers, and its connections to hosts.

#[path = "support/dns_server.rs"]
mod dns_server;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use dns_server::{A, DnsServer, REFUSED, Reply, SERVFAIL, SRV, zone};
use serde_json::{Value, json};
use support::{Folder, Run};

/// What an honest server holds: KMS hosts on loopback, on a port that the test gives.
fn records(port: u16) -> String {
    format!(
        "_vlmcs._tcp.contoso.com. 3600 SRV 0 0 {port} kms01.contoso.com.
         _vlmcs._tcp.contoso.com. 3600 SRV 10 25 {port} gone.contoso.com.
         _vlmcs._tcp.contoso.com. 3600 SRV 10 25 {port} alias.contoso.com.
         _vlmcs._tcp.emea.contoso.com. 3600 CNAME _vlmcs._tcp.contoso.com.
         kms01.contoso.com. 3600 A 127.0.0.1
         alias.contoso.com. 3600 CNAME kms01.contoso.com."
    )
}

fn audit(folder: &Folder, line: &str) -> (Value, i32) {
    let run = folder.run(&format!("audit {line} --format json"));
    assert_eq!(run.stderr, "", "{line}");
    (serde_json::from_str(&run.stdout).unwrap(), run.status)
}

#[test]
fn a_server_is_asked_and_its_hosts_are_tried() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = DnsServer::start(zone("contoso.com", &records(port)));
    let folder = Folder::new();
    folder.write(
        "domains.txt",
        "contoso.com\nemea.contoso.com\napac.contoso.com\n",
    );
    let line = format!(
        "--domains domains.txt --server {} --probe",
        server.address()
    );
    let (found, status) = audit(&folder, &line);
    assert_eq!(status, 0);
    assert_eq!(found["complete"], true);
    let statuses: Vec<&Value> = found["domains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|domain| &domain["status"])
        .collect();
    assert_eq!(statuses, ["records", "none", "records"]);
    let emea = &found["domains"][2];
    assert_eq!(emea["name"], "emea.contoso.com.");
    assert_eq!(emea["alias"]["target"], "_vlmcs._tcp.contoso.com.");
    assert_eq!(emea["records"].as_array().unwrap().len(), 3);
    let record = &found["domains"][0]["records"][0];
    assert_eq!(record["ttl"], 3600);
    assert_eq!(record["aged"], Value::Null);
    assert_eq!(record["self_published"], "age-unknown");
    let hosts: Vec<Value> = found["hosts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|host| {
            json!([
                host["name"],
                host["status"],
                host["addresses"],
                host["connections"][0]["outcome"]
            ])
        })
        .collect();
    assert_eq!(
        hosts,
        [
            json!(["alias.contoso.com.", "alias", ["127.0.0.1"], "accepted"]),
            json!(["gone.contoso.com.", "no-address", [], "no-address"]),
            json!(["kms01.contoso.com.", "resolves", ["127.0.0.1"], "accepted"]),
        ]
    );
    // Two hosts, one socket: it was tried once.
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_ok());
    assert!(listener.accept().is_err());
    drop(listener);
    let (found, status) = audit(&folder, &line);
    assert_eq!(status, 0, "a closed port is a finding, not a failure");
    assert_eq!(found["hosts"][2]["connections"][0]["outcome"], "refused");
    let schema: Value = serde_json::from_str(&folder.run("schema audit").stdout).unwrap();
    assert!(jsonschema::is_valid(&schema, &found));
}

#[test]
fn a_question_that_is_refused_is_told_and_the_rest_is_printed() {
    let honest = zone("contoso.com", &records(1688));
    let server = DnsServer::start(move |query| {
        if query.name.contains("emea") || query.kind == A && query.name.starts_with("kms01") {
            vec![Reply::to(query).rcode(REFUSED).now()]
        } else {
            honest(query)
        }
    });
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\nemea.contoso.com\n");
    let (found, status) = audit(
        &folder,
        &format!("dns://{} --domains domains.txt", server.address()),
    );
    assert_eq!(status, 1);
    assert_eq!(found["complete"], false);
    assert_eq!(found["summary"]["with_records"], 1);
    let emea = &found["domains"][1];
    assert_eq!(emea["status"], "unanswered");
    assert_eq!(emea["unanswered"]["why"], "refused");
    let kms01 = &found["hosts"][2];
    assert_eq!(kms01["status"], "unanswered");
    let asked = server.seen();
    assert!(asked.iter().any(|query| query.kind == SRV));
}

#[test]
fn a_topology_names_the_domains_and_one_is_written() {
    let server = DnsServer::start(zone("contoso.com", &records(1688)));
    let folder = Folder::new();
    folder.write("kms.toml", support::TOPOLOGY);
    let line = format!(
        "--topology kms.toml --server {} --write-topology found.toml",
        server.address()
    );
    let run = folder.run(&format!("audit {line} --format json"));
    assert_eq!(run.status, 0, "{}", run.stderr);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        found["domains"][0]["missing"][0]["host"],
        "kms02.contoso.com."
    );
    assert_eq!(found["summary"]["unlisted_hosts"], 2);
    let written = folder.read("found.toml");
    assert!(written.contains("name = \"gone.contoso.com\""), "{written}");
    assert_eq!(folder.run("check found.toml").status, 0);
}

/// What this machine knows of a host serves where no source tells its address.
#[test]
fn this_machine_looks_up_what_no_source_tells() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = Folder::new();
    folder.write(
        "contoso.com.zone",
        format!(
            "$ORIGIN contoso.com.\n$TTL 60\n@ SOA dc01 hostmaster 7 900 600 86400 3600\n@ NS dc01\n\
             _vlmcs._tcp SRV 0 1 {port} localhost.\n_vlmcs._tcp SRV 0 1 {port} a\\032b.\n"
        ),
    );
    let (found, status) = audit(&folder, "contoso.com.zone --probe");
    assert_eq!(status, 0);
    let hosts = &found["hosts"];
    assert_eq!(
        hosts[0]["connections"][0]["reason"],
        "its name has characters that this machine cannot look up"
    );
    let outcomes = hosts[1]["connections"].as_array().unwrap();
    let accepted =
        |tried: &Value| tried["address"] == "127.0.0.1" && tried["outcome"] == "accepted";
    assert!(outcomes.iter().any(accepted), "{outcomes:?}");
}

/// Ctrl-C ends the questions; what is known is printed.
#[test]
fn an_interrupted_audit_prints_what_it_knows() {
    let honest = zone("contoso.com", &records(1688));
    let server = DnsServer::start(move |query| {
        if query.name.contains("emea") {
            vec![Reply::to(query).after(3_600_000)]
        } else {
            honest(query)
        }
    });
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\nemea.contoso.com\n");
    let child = support::kmsplan()
        .args(["audit", "--domains", "domains.txt", "--format", "json"])
        .args(["--server", &server.address().to_string()])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Hosts are asked about once the records that name them are known.
    let asked = |start: &str| {
        server
            .seen()
            .iter()
            .any(|query| query.name.starts_with(start))
    };
    while !(asked("_vlmcs._tcp.emea") && asked("kms01.")) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    let kill = Command::new("sh")
        .args(["-c", "kill -s INT \"$0\"", &id])
        .status();
    assert!(kill.unwrap().success());
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["complete"], false);
    assert_eq!(found["domains"][0]["status"], "records");
    assert_eq!(found["domains"][1]["unanswered"]["why"], "not-asked");
}

/// Ctrl-C while addresses of hosts are asked for: all domains are known, but not everything is.
#[test]
fn an_audit_that_is_interrupted_among_hosts_says_so() {
    let honest = zone("contoso.com", &records(1688));
    let server = DnsServer::start(move |query| {
        if query.kind == SRV {
            honest(query)
        } else {
            vec![Reply::to(query).after(3_600_000)]
        }
    });
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\n");
    for form in ["json", "text"] {
        let before = server.seen().len();
        let child = support::kmsplan()
            .args([
                "audit",
                "--domains",
                "domains.txt",
                "--probe",
                "--format",
                form,
            ])
            .args(["--server", &server.address().to_string()])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while !server.seen()[before..].iter().any(|query| query.kind == A) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let id = child.id().to_string();
        let kill = Command::new("sh")
            .args(["-c", "kill -s INT \"$0\"", &id])
            .status();
        assert!(kill.unwrap().success());
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!((run.stderr.as_str(), run.status), ("", 1));
        if form == "text" {
            let said = "\nCtrl-C came before everything was asked and tried.\n";
            assert!(run.stdout.contains(said), "{}", run.stdout);
            continue;
        }
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(found["complete"], false);
        assert_eq!(found["domains"][0]["status"], "records");
        for host in found["hosts"].as_array().unwrap() {
            assert_eq!(host["unanswered"]["why"], "not-asked");
            assert_eq!(host["connections"], json!([]));
        }
    }
}

/// Many domains, each with up to two hosts of its own.
struct Many {
    records: String,
    list: String,
    /// The records of each domain: priority, weight, port and target.
    expected: BTreeMap<String, BTreeSet<(u64, u64, u64, String)>>,
}

fn many(domains: usize) -> Many {
    let mut many = Many {
        records: String::new(),
        list: String::new(),
        expected: BTreeMap::new(),
    };
    for index in 0..domains {
        let domain = format!("d{index:03}.contoso.com.");
        let _ = writeln!(many.list, "{domain}");
        let mut set = BTreeSet::new();
        for turn in 0..index % 3 {
            let host = format!("kms{turn}.{domain}");
            let _ = writeln!(
                many.records,
                "_vlmcs._tcp.{domain} 60 SRV {turn} {index} 1688 {host}\n{host} 60 A 127.0.0.1"
            );
            set.insert((turn as u64, index as u64, 1688, host));
        }
        many.expected.insert(domain, set);
    }
    many
}

/// The records of each domain that an audit knows.
fn known(audit: &Value) -> BTreeMap<String, BTreeSet<(u64, u64, u64, String)>> {
    let domains = audit["domains"].as_array().unwrap().iter();
    domains
        .filter(|domain| domain["status"] == "records" || domain["status"] == "none")
        .map(|domain| {
            let records = domain["records"].as_array().unwrap().iter().map(|record| {
                let [priority, weight, port] =
                    ["priority", "weight", "port"].map(|key| record[key].as_u64().unwrap());
                let target = record["target"].as_str().unwrap().to_owned();
                (priority, weight, port, target)
            });
            let name = domain["name"].as_str().unwrap().to_owned();
            (name, records.collect())
        })
        .collect()
}

/// Audits [`many`] domains at a server; gives the audit and the exit status.
fn audit_many(many: &Many, server: &DnsServer, more: &str) -> (Value, i32) {
    let folder = Folder::new();
    folder.write("domains.txt", &many.list);
    let line = format!(
        "--domains domains.txt --rate 0 --server {} {more}",
        server.address()
    );
    audit(&folder, &line)
}

#[test]
fn a_server_that_drops_every_third_packet_is_audited_in_full() {
    let many = many(60);
    let honest = zone("contoso.com", &many.records);
    let server = DnsServer::start(move |query| {
        if query.of_all % 3 == 0 && !query.tcp {
            Vec::new()
        } else {
            honest(query)
        }
    });
    let (found, status) = audit_many(&many, &server, "");
    assert_eq!(status, 0, "{}", found["problems"]);
    assert_eq!(known(&found), many.expected);
    let resolve = |host: &Value| host["status"] == "resolves";
    assert!(found["hosts"].as_array().unwrap().iter().all(resolve));
}

/// Late, but before a question is asked again, and after it was.
#[test]
fn a_server_that_answers_late_is_audited_in_full() {
    let many = many(30);
    let honest = zone("contoso.com", &many.records);
    let server = DnsServer::start(move |query| {
        let late = if query.of_all % 5 == 0 { 2_500 } else { 300 };
        let packets = honest(query).into_iter();
        packets.map(|packet| packet.after(late)).collect()
    });
    let (found, status) = audit_many(&many, &server, "");
    assert_eq!(status, 0, "{}", found["problems"]);
    assert_eq!(known(&found), many.expected);
}

#[test]
fn what_a_server_fails_to_answer_is_told_and_the_rest_is_exact() {
    let mut many = many(30);
    let honest = zone("contoso.com", &many.records);
    let fails = |name: &str| name.contains(".d010.") || name.contains(".d020.");
    let server = DnsServer::start(move |query| {
        if fails(&query.name) && query.kind == SRV {
            vec![Reply::to(query).rcode(SERVFAIL).now()]
        } else {
            honest(query)
        }
    });
    let (found, status) = audit_many(&many, &server, "");
    assert_eq!(status, 1);
    many.expected
        .retain(|domain, _| !fails(&format!(".{domain}")));
    assert_eq!(known(&found), many.expected);
    assert_eq!(found["summary"]["unanswered"], 2);
    assert_eq!(found["domains"][10]["unanswered"]["why"], "servfail");
    assert_eq!(found["domains"][20]["unanswered"]["why"], "servfail");
    assert_eq!(found["problems"][0]["kind"], "unanswered");
    assert_eq!(found["problems"][0]["entries"][0]["domains"], 2);
}

/// A set that UDP does not take comes over TCP.
#[test]
fn truncated_answers_are_asked_for_again() {
    const HOSTS: usize = 80;
    let mut records = String::new();
    for index in 0..HOSTS {
        let host = format!("kms-with-a-long-name-{index:02}.contoso.com.");
        let _ = writeln!(
            records,
            "_vlmcs._tcp.contoso.com. 60 SRV 0 {index} 1688 {host}\n{host} 60 A 127.0.0.1"
        );
    }
    let server = DnsServer::start(zone("contoso.com", &records));
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\n");
    let line = format!(
        "--domains domains.txt --rate 0 --server {}",
        server.address()
    );
    let (found, status) = audit(&folder, &line);
    assert_eq!(status, 0);
    assert_eq!(found["summary"]["records"], HOSTS);
    assert_eq!(found["summary"]["hosts"], HOSTS);
    assert!(server.seen().iter().any(|query| query.tcp));
}

/// No more questions are under way than `--concurrency` says, 50 without it: also those for addresses, of which a
/// host has two.
#[test]
fn no_more_questions_are_in_flight_than_allowed() {
    let many = many(150);
    for (more, bound) in [("", 50), ("--concurrency 7", 7), ("--concurrency 1", 1)] {
        let honest = zone("contoso.com", &many.records);
        let server = DnsServer::start(move |query| {
            let packets = honest(query).into_iter();
            packets
                .map(|packet| packet.after(if bound == 1 { 1 } else { 20 }))
                .collect()
        });
        let (found, status) = audit_many(&many, &server, more);
        assert_eq!(status, 0);
        assert_eq!(known(&found), many.expected);
        let most = server.most_in_flight();
        assert!(most <= bound, "{most} in flight, {more}");
    }
}

/// Nothing answers: that is known after a few questions, and said once.
#[test]
fn a_silent_server_is_given_up() {
    let many = many(300);
    let server = DnsServer::without_tcp(|_| Vec::new());
    let folder = Folder::new();
    folder.write("domains.txt", &many.list);
    let at = server.address();
    let run = folder.run(&format!("audit --domains domains.txt --server {at}"));
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
    let asked: BTreeSet<String> = server.seen().into_iter().map(|query| query.name).collect();
    assert!(asked.len() <= 50, "{} names were asked", asked.len());
    let says = |text: &str| assert!(run.stdout.contains(text), "{text}\n{}", run.stdout);
    says("300 domains: 0 with KMS records, 300 without a usable answer.");
    says(&format!("{at} does not answer"));
    says("help: check address and port, and that no firewall on the way drops DNS");
    assert!(!run.stdout.contains("KMS hosts\n"), "{}", run.stdout);
}

/// The process of the server ends: what was answered is printed, and the rest is soon given up.
#[test]
fn a_server_that_ends_midway_is_audited_in_part() {
    let many = many(300);
    let honest = zone("contoso.com", &many.records);
    let server = DnsServer::start(move |query| {
        let packets = honest(query).into_iter();
        packets.map(|packet| packet.after(20)).collect()
    });
    let folder = Folder::new();
    folder.write("domains.txt", &many.list);
    let child = support::kmsplan()
        .args(["audit", "--domains", "domains.txt", "--format", "json"])
        .args([
            "--concurrency",
            "5",
            "--server",
            &server.address().to_string(),
        ])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while server.seen().len() < 50 {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(server);
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let known = known(&found);
    assert!(known.len() >= 40, "{} are known", known.len());
    for (domain, records) in &known {
        assert_eq!(records, &many.expected[domain], "{domain}");
    }
    assert_eq!(found["summary"]["unanswered"], 300 - known.len());
}

/// What nobody can write is said before a server is asked.
#[test]
fn an_output_that_cannot_be_written_is_told_first() {
    let server = DnsServer::start(zone("contoso.com", &records(1688)));
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\n");
    folder.write("there/x", "");
    for (more, said) in [
        (
            "--output nowhere/x.txt",
            "`nowhere/x.txt` cannot be written: there is no such folder",
        ),
        (
            "--output there",
            "`there` cannot be written: it is a folder",
        ),
        (
            "--write-topology nowhere/kms.toml",
            "`nowhere/kms.toml` cannot be written: there is no such folder",
        ),
        (
            "--output x.txt --write-topology there/../x.txt",
            "--output and --write-topology name the same file\n  = help: name another file",
        ),
        (
            "--output domains.txt",
            "--output domains.txt would overwrite an input\n  = help: name another file",
        ),
    ] {
        let line = format!(
            "audit --domains domains.txt --server {} {more}",
            server.address()
        );
        let run = folder.run(&line);
        assert_eq!(
            (run.stdout.as_str(), run.stderr, run.status),
            ("", format!("error: {said}\n"), 1),
            "{more}"
        );
    }
    assert_eq!(server.seen().len(), 0);
    assert_eq!(folder.names(), ["domains.txt", "there"]);
}

/// Lists as Windows programs write them: each names the same domains.
#[test]
fn lists_of_every_make_are_read() {
    let server = DnsServer::start(zone("contoso.com", &records(1688)));
    let utf_16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let plain =
        "contoso.com.\r\nEMEA.contoso.com\r\nemea.contoso.com.\r\n\r\nb\u{fc}ro.contoso.com\r\n";
    let table = "#TYPE Selected.Microsoft.ActiveDirectory.Management.ADDomain\r\n\
        \"NetBIOSName\",\"Namespace\",\"Note\"\r\n\
        \"CONTOSO\",\"contoso.com\",\"a, \"\"b\"\"\r\nc\"\r\n\
        \"EMEA\",\"EMEA.contoso.com.\",\"\"\r\n\
        \"B\",\"b\u{fc}ro.contoso.com\",\"\"\r\n";
    let semicolons =
        "Name;Domain\r\nx;contoso.com\r\ny;EMEA.contoso.com\r\nz;xn--bro-hoa.contoso.com\r\n";
    let lists: [(&str, Vec<u8>); 6] = [
        ("lines", plain.into()),
        ("lines in UTF-16", utf_16(plain)),
        ("a table", table.into()),
        ("a table in UTF-16", utf_16(table)),
        (
            "a table with a byte-order mark",
            format!("\u{feff}{table}").into(),
        ),
        ("a table with semicolons", semicolons.into()),
    ];
    for (what, list) in lists {
        let folder = Folder::new();
        folder.write("domains.csv", list);
        let line = format!("--domains domains.csv --server {}", server.address());
        let (found, status) = audit(&folder, &line);
        assert_eq!(status, 0, "{what}");
        let names: Vec<&Value> = found["domains"]
            .as_array()
            .unwrap()
            .iter()
            .map(|domain| &domain["name"])
            .collect();
        assert_eq!(
            names,
            [
                "contoso.com.",
                "emea.contoso.com.",
                "xn--bro-hoa.contoso.com."
            ],
            "{what}"
        );
        assert_eq!(
            found["domains"][1]["spelling"], "EMEA.contoso.com.",
            "{what}"
        );
    }
}

#[test]
fn a_closed_pipe_ends_an_audit_quietly() {
    let server = DnsServer::start(zone("contoso.com", &records(1688)));
    let folder = Folder::new();
    folder.write("domains.txt", "contoso.com\n");
    let line = format!(
        "kmsplan audit --domains domains.txt --server {}",
        server.address()
    );
    let run = folder.shell(&format!("{line} | head -n 1"));
    assert_eq!(run.stderr, "");
    assert_eq!(run.stdout.lines().count(), 1);
    let run = folder.shell(&format!("{line} | true"));
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

/// What a terminal gets while a slow server is asked, with Ctrl-C as often as said once it has been asked enough.
fn on_a_terminal(folder: &Folder, server: &DnsServer, interrupts: usize) -> (String, i32) {
    let line = format!(
        "exec {} audit --domains domains.txt --server {} --concurrency 1 --output found.json --format json",
        support::program().display(),
        server.address()
    );
    let mut child = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = child.stdin.take().unwrap();
    if interrupts > 0 {
        while server.seen().len() < 20 {
            std::thread::sleep(Duration::from_millis(5));
        }
        keys.write_all(&vec![3; interrupts]).unwrap();
        keys.flush().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    drop(keys);
    let run = Run::from(output);
    (run.stdout, run.status)
}

#[test]
fn a_terminal_shows_progress_and_ctrl_c_prints_what_is_known() {
    let test = "a_terminal_shows_progress_and_ctrl_c_prints_what_is_known";
    if !support::tools::available("script", test) {
        return;
    }
    let many = many(30);
    let folder = Folder::new();
    folder.write("domains.txt", &many.list);
    let slow = || {
        let honest = zone("contoso.com", &many.records);
        DnsServer::start(move |query| {
            let packets = honest(query).into_iter();
            packets.map(|packet| packet.after(100)).collect()
        })
    };
    let (shown, status) = on_a_terminal(&folder, &slow(), 0);
    assert_eq!(status, 0, "{shown}");
    assert!(shown.contains("questions"), "{shown:?}");
    assert!(shown.ends_with("\r\u{1b}[2K"), "the bar is gone: {shown:?}");
    let found: Value = serde_json::from_str(&folder.read("found.json")).unwrap();
    assert_eq!(known(&found), many.expected);

    let (shown, status) = on_a_terminal(&folder, &slow(), 1);
    assert_eq!(status, 1, "{shown}");
    assert!(shown.ends_with("\r\u{1b}[2K"), "the bar is gone: {shown:?}");
    let found: Value = serde_json::from_str(&folder.read("found.json")).unwrap();
    assert_eq!(found["complete"], false);
    let known = known(&found);
    assert!(known.len() >= 15, "{} are known", known.len());
    for (domain, records) in &known {
        assert_eq!(records, &many.expected[domain], "{domain}");
    }
    let last = found["domains"].as_array().unwrap().last().unwrap();
    assert_eq!(last["unanswered"]["why"], "not-asked");

    std::fs::remove_file(folder.path().join("found.json")).unwrap();
    let (shown, status) = on_a_terminal(&folder, &slow(), 2);
    assert!(status == 1 || status == 130, "{status}: {shown}");
    assert_eq!(
        status == 1,
        folder.names().contains(&"found.json".to_owned())
    );
}
