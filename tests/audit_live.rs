//! `kmsplan audit` of servers, and its connections to hosts.

#[path = "support/dns_server.rs"]
mod dns_server;
mod support;

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use dns_server::{A, DnsServer, REFUSED, Reply, SRV, zone};
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
