//! `kmsplan verify` on real servers: a secondary that lags behind, one whose copy has expired, an NS set of BIND and
//! NSD.

use serde_json::Value;

use crate::bind::start_configured;
use crate::powerdns;
use crate::server::{KEY, Server, free_port, program};
use crate::support::{Folder, tools};

/// How long a secondary may take, as `--wait` takes it.
const PATIENCE: &str = "2m";

const TOPOLOGY: &str = "\
[kms]
domains = [\"contoso.com\"]

[[host]]
name = \"kms01.contoso.com\"
priority = 10
weight = 75

[[host]]
name = \"kms02.contoso.com\"
priority = 10
weight = 25

[[zone]]
name = \"contoso.com\"
kind = \"bind\"
";

const OLD: &str = "\
_vlmcs._tcp.contoso.com. 1200 IN SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp.contoso.com. 1200 IN SRV 0 0 1688 oldkms.contoso.com.
";

const NEW: &str = "\
_vlmcs._tcp.contoso.com. 3600 IN SRV 10 75 1688 kms01.contoso.com.
_vlmcs._tcp.contoso.com. 3600 IN SRV 10 25 1688 kms02.contoso.com.
";

/// The change, for `nsupdate`.
const UPDATE: &str = "\
server 127.0.0.1
zone contoso.com.
update delete _vlmcs._tcp.contoso.com. SRV
update add _vlmcs._tcp.contoso.com. 3600 SRV 10 75 1688 kms01.contoso.com.
update add _vlmcs._tcp.contoso.com. 3600 SRV 10 25 1688 kms02.contoso.com.
send";

/// The zone; `times` are refresh, retry and expire.
fn zone(serial: u32, times: &str, set: &str) -> String {
    format!(
        "contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. {serial} {times} 900\n\
         contoso.com. 3600 IN NS ns1.contoso.com.\n\
         contoso.com. 3600 IN NS ns2.contoso.com.\n\
         ns1.contoso.com. 3600 IN A 127.0.0.1\n\
         ns2.contoso.com. 3600 IN A 127.0.0.2\n\
         kms01.contoso.com. 3600 IN A 192.0.2.1\n\
         kms02.contoso.com. 3600 IN A 192.0.2.2\n\
         oldkms.contoso.com. 3600 IN A 192.0.2.3\n{set}"
    )
}

fn apex() -> [String; 1] {
    ["contoso.com".to_owned()]
}

/// A folder with the plan.
fn planned() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write("contoso.com.zone", zone(7, "900 600 86400", OLD));
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    folder
}

/// The primary of the zone, and the command for `rndc`.
fn primary(folder: &Folder, times: &str) -> (Server, String) {
    folder.write("contoso.com", zone(7, times, OLD));
    let config = format!(
        "zone \"contoso.com\" {{ type primary; file \"contoso.com\"; update-policy {{ grant {KEY} zonesub ANY; }}; }};\n"
    );
    start_configured(folder, &config, apex())
}

/// A secondary of it, which transfers the zone when it starts.
fn secondary(folder: &Folder, primary: &Server, more: &str) -> (Server, String) {
    let config = format!(
        "zone \"contoso.com\" {{ type secondary; primaries port {} {{ 127.0.0.1; }}; file \"copy\"; {more}}};\n",
        primary.port
    );
    start_configured(folder, &config, apex())
}

fn verified(folder: &Folder, args: &str) -> (Value, i32) {
    let run = folder.run(&format!("verify plan.json --format json {args}"));
    assert_eq!(run.stderr, "", "{args}");
    (serde_json::from_str(&run.stdout).unwrap(), run.status)
}

/// Each server's state and serial.
fn seen(document: &Value) -> Vec<(String, u64)> {
    let servers = document["servers"].as_array().unwrap().iter();
    servers
        .map(|server| {
            let state = server["domains"][0]["state"].as_str().unwrap().to_owned();
            (state, server["zones"][0]["serial"].as_u64().unwrap_or(0))
        })
        .collect()
}

fn pairs(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    let pairs = pairs.iter();
    pairs
        .map(|(state, serial)| ((*state).to_owned(), *serial))
        .collect()
}

fn have(programs: &[&str], test: &str) -> bool {
    programs
        .iter()
        .all(|program| tools::available(program, test))
}

#[test]
fn a_secondary_lags_behind_until_it_transfers() {
    if !have(
        &["named", "rndc", "nsupdate", "dig"],
        "a_secondary_lags_behind",
    ) {
        return;
    }
    let folder = planned();
    let (first, second) = (Folder::new(), Folder::new());
    let (primary, _) = primary(&first, "900 600 86400");
    let (secondary, rndc) = secondary(&second, &primary, "");
    let servers = format!(
        "--server 127.0.0.1:{} --server 127.0.0.1:{}",
        primary.port, secondary.port
    );
    let (document, status) = verified(&folder, &servers);
    assert_eq!(
        (seen(&document), status),
        (pairs(&[("still-old", 7), ("still-old", 7)]), 1)
    );
    let said = primary.update(UPDATE);
    assert!(said.done, "{}", said.text);
    let (document, status) = verified(&folder, &servers);
    assert_eq!(
        (seen(&document), status),
        (pairs(&[("as-planned", 8), ("still-old", 7)]), 1)
    );
    assert_eq!(
        document["removed_hosts"][0]["still"][0]["server"],
        format!("127.0.0.1:{}", secondary.port)
    );
    let run = second.shell(&format!("{rndc} retransfer contoso.com"));
    assert_eq!(run.status, 0, "{run:?}");
    let (document, status) = verified(&folder, &format!("{servers} --wait {PATIENCE}"));
    assert_eq!(
        (seen(&document), status),
        (pairs(&[("as-planned", 8), ("as-planned", 8)]), 0),
        "{document}"
    );
    assert_eq!(document["removed_hosts"][0]["state"], "gone");
}

#[test]
fn an_expired_copy_is_no_answer() {
    if !have(&["named", "dig"], "an_expired_copy_is_no_answer") {
        return;
    }
    let folder = planned();
    let (first, second) = (Folder::new(), Folder::new());
    let (primary, _) = primary(&first, "1 1 2");
    let (secondary, _) = secondary(&second, &primary, "min-refresh-time 1; min-retry-time 1; ");
    drop(primary);
    let args = format!("--server 127.0.0.1:{}", secondary.port);
    let begin = std::time::Instant::now();
    let document = loop {
        let (document, status) = verified(&folder, &args);
        assert_eq!(status, 1);
        if seen(&document)[0].0 != "still-old" {
            break document;
        }
        assert!(begin.elapsed().as_secs() < 60, "{document}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    };
    let domain = &document["servers"][0]["domains"][0];
    assert_eq!(domain["no_answer"]["why"], "servfail", "{document}");
}

#[test]
fn bind_and_nsd_in_one_ns_set() {
    if !have(
        &["named", "nsd", "nsd-control", "dig", "nsupdate"],
        "bind_and_nsd_in_one_ns_set",
    ) {
        return;
    }
    let folder = planned();
    let (first, second) = (Folder::new(), Folder::new());
    let (primary, _) = primary(&first, "900 600 86400");
    let port = primary.port;
    let place = second.path().display();
    second.write("contoso.com", zone(7, "900 600 86400", OLD));
    second.write(
        "nsd.conf",
        format!(
            "server:\n  ip-address: 127.0.0.2@{port}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{place}\"\n  \
             database: \"\"\n  pidfile: \"{place}/pid\"\n  xfrdfile: \"{place}/xfrd\"\n  xfrdir: \"{place}\"\n  \
             zonelistfile: \"{place}/list\"\n  server-count: 1\n\
             remote-control:\n  control-enable: yes\n  control-interface: \"{place}/control\"\n\
             zone:\n  name: contoso.com\n  zonefile: contoso.com\n"
        ),
    );
    // It listens where `Server` does not ask: what follows waits for it.
    let nsd = Server::start(
        &second,
        port,
        &program("nsd"),
        &["-d", "-c", "nsd.conf"],
        [],
    );
    let said = primary.update(UPDATE);
    assert!(said.done, "{}", said.text);
    let args = format!("--all-authoritative --server 127.0.0.1:{port}");
    let begin = std::time::Instant::now();
    let document = loop {
        let (document, status) = verified(&folder, &args);
        assert_eq!(status, 1);
        if seen(&document) == pairs(&[("as-planned", 8), ("still-old", 7)]) {
            break document;
        }
        assert!(begin.elapsed().as_secs() < 60, "{document}\n{}", nsd.log());
        std::thread::sleep(std::time::Duration::from_millis(200));
    };
    assert_eq!(document["servers"][1]["name"], "ns2.contoso.com.");
    assert_eq!(
        document["servers"][1]["server"],
        format!("127.0.0.2:{port}")
    );
    second.write("contoso.com", zone(8, "900 600 86400", NEW));
    let run = second.shell("nsd-control -c nsd.conf reload");
    assert_eq!(run.status, 0, "{run:?}\n{}", nsd.log());
    let (document, status) = verified(&folder, &format!("{args} --wait {PATIENCE}"));
    assert_eq!(
        (seen(&document), status),
        (pairs(&[("as-planned", 8), ("as-planned", 8)]), 0),
        "{document}"
    );
}

/// A server of another make, with the zone of before; `zone` is its file.
fn started(folder: &Folder, make: Make, zone: &str) -> Server {
    folder.write("contoso.com", zone);
    let port = free_port();
    let place = folder.path().display();
    match make {
        Make::Knot => {
            folder.write(
                "knot.conf",
                format!(
                    "server:\n  rundir: \"{place}\"\n  listen: 127.0.0.1@{port}\n\
                     database:\n  storage: \"{place}\"\n  journal-db-max-size: 64M\n  kasp-db-max-size: 8M\n  \
                     timer-db-max-size: 8M\nzone:\n  - domain: contoso.com\n    storage: \"{place}\"\n    \
                     file: contoso.com\n"
                ),
            );
            let args = ["-c", "knot.conf"];
            Server::start(folder, port, &program("knotd"), &args, apex())
        }
        Make::Nsd => {
            folder.write(
                "nsd.conf",
                format!(
                    "server:\n  ip-address: 127.0.0.1@{port}\n  username: \"\"\n  chroot: \"\"\n  \
                     zonesdir: \"{place}\"\n  database: \"\"\n  pidfile: \"{place}/pid\"\n  \
                     xfrdfile: \"{place}/xfrd\"\n  xfrdir: \"{place}\"\n  zonelistfile: \"{place}/list\"\n  \
                     server-count: 1\nremote-control:\n  control-enable: no\n\
                     zone:\n  name: contoso.com\n  zonefile: contoso.com\n"
                ),
            );
            let args = ["-d", "-c", "nsd.conf"];
            Server::start(folder, port, &program("nsd"), &args, apex())
        }
        Make::PowerDns => {
            folder.write("pdns.conf", powerdns::config(folder, port));
            powerdns::run(folder, &format!("sqlite3 zones.db < {}", powerdns::SCHEMA));
            let load = "pdnsutil --config-dir=. load-zone contoso.com contoso.com";
            powerdns::run(folder, load);
            let args = ["--config-dir=."];
            Server::start(folder, port, &program("pdns_server"), &args, apex())
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Make {
    Knot,
    Nsd,
    PowerDns,
}

/// As planned, the old set, something else, nothing: each with its serial, on servers of each make.
#[test]
fn every_state_is_seen_on_servers_of_each_make() {
    let test = "every_state_is_seen_on_servers_of_each_make";
    let makes: [(Make, &[&str]); 3] = [
        (Make::Knot, &["knotd", "dig"]),
        (Make::Nsd, &["nsd", "dig"]),
        (
            Make::PowerDns,
            &["pdns_server", "pdnsutil", "sqlite3", "dig"],
        ),
    ];
    let other = NEW.replace(" 10 75 ", " 0 0 ");
    let alias = "_vlmcs._tcp.contoso.com. 60 IN CNAME kms01.contoso.com.\n";
    for (make, programs) in makes {
        if !have(programs, test) {
            continue;
        }
        let folder = planned();
        let sets = [NEW, OLD, other.as_str(), alias, ""];
        let folders = sets.map(|_| Folder::new());
        let servers: Vec<Server> = sets
            .iter()
            .zip(&folders)
            .zip(10..)
            .map(|((set, folder), serial)| {
                started(folder, make, &zone(serial, "900 600 86400", set))
            })
            .collect();
        let args: Vec<String> = servers
            .iter()
            .map(|server| format!("--server 127.0.0.1:{}", server.port))
            .collect();
        let (document, status) = verified(&folder, &args.join(" "));
        assert_eq!(
            (seen(&document), status),
            (
                pairs(&[
                    ("as-planned", 10),
                    ("still-old", 11),
                    ("something-else", 12),
                    ("something-else", 13),
                    ("something-else", 14)
                ]),
                1
            ),
            "{make:?}"
        );
        assert_eq!(
            document["removed_hosts"][0]["still"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        let (document, status) = verified(&folder, &format!("{} --all-authoritative", args[0]));
        assert_eq!(document["unverified"], serde_json::json!([]), "{make:?}");
        assert_eq!(
            document["servers"][0]["domains"][0]["state"], "as-planned",
            "{make:?}"
        );
        // Nobody listens for the second server of the set.
        assert_eq!(status, 1);
        let (document, status) = verified(&folder, &args[0]);
        assert_eq!(
            (document["verdict"].as_str(), status),
            (Some("As planned."), 0)
        );
    }
}
