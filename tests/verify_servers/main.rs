//! `kmsplan verify` on live servers, played by the tests.

#[path = "../support/dns_server.rs"]
mod dns_server;
mod doubt;
mod end;
mod name_servers;
#[path = "../support/mod.rs"]
mod support;

use std::net::{IpAddr, Ipv4Addr};

use dns_server::{DnsServer, Packet, Query, REFUSED, Reply, SERVFAIL, SRV, zone};
use serde_json::{Value, json};
use support::{Folder, TOPOLOGY};

/// One host that publishes by default, for one domain.
const BEFORE: &str = "\
    contoso.com. 3600 SOA dc01.contoso.com. hostmaster.contoso.com. 7 900 600 86400 900
    contoso.com. 3600 NS dc01.contoso.com.
    contoso.com. 3600 NS dc02.contoso.com.
    dc01.contoso.com. 3600 A 127.0.0.1
    dc02.contoso.com. 3600 A 127.0.0.2
    kms01.contoso.com. 3600 A 192.0.2.1
    kms02.contoso.com. 3600 A 192.0.2.2
    _vlmcs._tcp.contoso.com. 1200 SRV 0 0 1688 kms01.contoso.com.
    _vlmcs._tcp.contoso.com. 1200 SRV 0 0 1688 oldkms.contoso.com.";

/// The record set of before.
const OLD: &str = "\
    _vlmcs._tcp.contoso.com. 1200 SRV 0 0 1688 kms01.contoso.com.
    _vlmcs._tcp.contoso.com. 1200 SRV 0 0 1688 oldkms.contoso.com.";

/// What the topology wants.
const NEW: &str = "\
    _vlmcs._tcp.contoso.com. 3600 SRV 10 75 1688 kms01.contoso.com.
    _vlmcs._tcp.contoso.com. 3600 SRV 10 25 1688 kms02.contoso.com.";

type Script = Box<dyn Fn(&Query) -> Vec<Packet> + Send + Sync>;

/// A server of the zone with that serial and record set.
fn with(serial: u32, set: &str) -> Script {
    let records = BEFORE
        .replace(OLD, set)
        .replace(" 7 900 ", &format!(" {serial} 900 "));
    Box::new(zone("contoso.com", &records))
}

/// A folder with the plan from the records of before.
fn planned() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let zone = BEFORE.replace("    ", "");
    folder.write("contoso.com.zone", zone);
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    folder
}

/// Servers on one port of 127.0.0.1 and 127.0.0.2.
fn pair(first: impl Fn() -> Script, second: impl Fn() -> Script) -> [DnsServer; 2] {
    loop {
        let one = DnsServer::start(first());
        let beside = one.beside(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), second());
        if let Some(other) = beside {
            return [one, other];
        }
    }
}

fn verified(folder: &Folder, args: &str) -> (Value, i32) {
    let run = folder.run(&format!("verify plan.json --format json {args}"));
    assert_eq!(run.stderr, "");
    (serde_json::from_str(&run.stdout).unwrap(), run.status)
}

/// The state of the first domain on each server.
fn states(document: &Value) -> Vec<&str> {
    let servers = document["servers"].as_array().unwrap().iter();
    servers
        .map(|server| server["domains"][0]["state"].as_str().unwrap())
        .collect()
}

#[test]
fn a_server_that_lags_behind_is_seen() {
    let folder = planned();
    let done = DnsServer::start(with(8, NEW));
    let late = DnsServer::start(with(7, OLD));
    let (done, late) = (done.address(), late.address());
    let run = folder.run(&format!("verify plan.json --server {done} --server {late}"));
    let shown = run
        .stdout
        .replace(&done.to_string(), "DONE")
        .replace(&late.to_string(), "LATE");
    let head = "\
Not as planned: still the old set in 1 of 2 record sets; 1 removed host still
there.
KMS DNS plan ";
    assert!(shown.starts_with(head), "{shown}");
    let servers = "\
; 2 servers

DONE
  as planned: contoso.com
  serial: contoso.com 8

LATE
  still the old set: contoso.com
  serial: contoso.com 7

Removed hosts
  oldkms.contoso.com: still in contoso.com (port 1688) on LATE

Caches
  contoso.com: resolvers may give the old set for up to 1200 seconds, its TTL,
    from when the last server got the change. A set that stood there on the way
    can be given for up to 3600 seconds.
";
    assert!(shown.contains(servers), "{shown}");
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
}

#[test]
fn everything_as_planned_ends_with_0() {
    let folder = planned();
    let one = DnsServer::start(with(8, NEW));
    let two = DnsServer::start(with(8, NEW));
    let args = format!("--server {} --server {}", one.address(), two.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!(status, 0);
    assert_eq!(document["as_planned"], true);
    assert_eq!(states(&document), ["as-planned", "as-planned"]);
    assert_eq!(document["looks"], 1);
    assert_eq!(document["removed_hosts"][0]["state"], "gone");
    let asked = |server: &DnsServer| {
        let seen = server.seen();
        let sets = seen.iter().filter(|query| query.kind == SRV);
        sets.count()
    };
    assert_eq!((asked(&one), asked(&two)), (1, 1));
}

#[test]
fn a_server_named_twice_is_asked_once() {
    let folder = planned();
    let server = DnsServer::start(with(8, NEW));
    let at = server.address();
    let (document, _) = verified(&folder, &format!("--server {at} --server {at}"));
    assert_eq!(states(&document), ["as-planned"]);
}

#[test]
fn no_usable_answer_is_never_as_planned() {
    let folder = planned();
    let refuses = |query: &Query| vec![Reply::to(query).rcode(REFUSED).now()];
    let fails = |query: &Query| vec![Reply::to(query).rcode(SERVFAIL).now()];
    let lame = |query: &Query| vec![Reply::to(query).not_authoritative().now()];
    let scripts: [(&str, Script); 3] = [
        ("refused", Box::new(refuses)),
        ("servfail", Box::new(fails)),
        ("lame", Box::new(lame)),
    ];
    for (why, script) in scripts {
        let server = DnsServer::start(script);
        let (document, status) = verified(&folder, &format!("--server {}", server.address()));
        assert_eq!(status, 1, "{why}");
        assert_eq!(states(&document), ["no-answer"], "{why}");
        let domain = &document["servers"][0]["domains"][0];
        assert_eq!(domain["no_answer"]["why"], why, "{document}");
        let host = &document["removed_hosts"][0];
        assert_eq!(
            (&host["state"], &host["not_known"]),
            (&json!("not-known"), &json!(1))
        );
    }
}

#[test]
fn a_server_that_says_no_is_shown_with_its_reason() {
    let folder = planned();
    let server = DnsServer::start(|query: &Query| vec![Reply::to(query).rcode(REFUSED).now()]);
    let at = server.address();
    let run = folder.run(&format!("verify plan.json --server {at}"));
    let text = run.stdout.replace(&at.to_string(), "SERVER");
    let wanted = "
SERVER
  no usable answer: contoso.com
";
    assert!(text.contains(wanted), "{text}");
    assert!(
        text.contains("refuses to answer _vlmcs._tcp.contoso.com. SRV"),
        "{text}"
    );
    assert!(
        text.contains("  oldkms.contoso.com: not seen, but 1 record set could not be looked at\n"),
        "{text}"
    );
}

#[test]
fn a_resolver_may_be_asked_too_and_its_ttls_are_not_compared() {
    let folder = planned();
    let server = DnsServer::start(|query: &Query| {
        let reply = Reply::to(query).resolver();
        vec![if query.kind == SRV {
            NEW.lines()
                .fold(reply, |reply, record| {
                    reply.answer(&record.trim().replace(" 3600 ", " 17 "))
                })
                .now()
        } else {
            reply.now()
        }]
    });
    let run = folder.run(&format!("verify plan.json --server {}", server.address()));
    assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{}", run.stdout);
    let note = "  TTLs are not told and were not compared: contoso.com\n";
    assert!(run.stdout.contains(note), "{}", run.stdout);
}

#[test]
fn a_server_through_an_alias_is_something_else() {
    let folder = planned();
    let set = "\
    _vlmcs._tcp.contoso.com. 3600 CNAME _vlmcs._tcp.lab.contoso.com.
    _vlmcs._tcp.lab.contoso.com. 3600 SRV 0 0 1688 oldkms.contoso.com.";
    let server = DnsServer::start(with(8, set));
    let (document, status) = verified(&folder, &format!("--server {}", server.address()));
    assert_eq!(status, 1);
    let domain = &document["servers"][0]["domains"][0];
    assert_eq!(domain["state"], "something-else");
    assert_eq!(domain["alias"], "_vlmcs._tcp.lab.contoso.com.");
    // Clients get the host all the same.
    assert_eq!(document["removed_hosts"][0]["state"], "still-there");
}

#[test]
fn hostile_names_in_answers_stay_text() {
    let folder = planned();
    let set =
        format!("{NEW}\n    _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 x\\027[2J|`<b>\\010.evil.");
    let server = DnsServer::start(with(8, &set));
    for form in ["text", "markdown", "json"] {
        let args = format!(
            "verify plan.json --format {form} --server {}",
            server.address()
        );
        let run = folder.run(&args);
        assert_eq!(run.status, 1);
        let name = r"x\027\0912J\124\096\060b\062\010.evil";
        let name = if form == "json" {
            name.replace('\\', "\\\\")
        } else {
            name.to_owned()
        };
        assert!(run.stdout.contains(&name), "{}", run.stdout);
        assert!(!run.stdout.contains('\u{1b}'));
    }
}

#[test]
fn all_servers_of_the_ns_set_are_asked() {
    let folder = planned();
    let [one, _other] = pair(|| with(8, NEW), || with(7, OLD));
    let at = one.address();
    let port = at.port();
    let run = folder.run(&format!(
        "verify plan.json --all-authoritative --server {at}"
    ));
    let wanted = format!(
        "; 2 servers

dc01.contoso.com (127.0.0.1:{port})
  as planned: contoso.com
  serial: contoso.com 8

dc02.contoso.com (127.0.0.2:{port})
  still the old set: contoso.com
  serial: contoso.com 7
"
    );
    assert!(run.stdout.contains(&wanted), "{}", run.stdout);
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
}

/// The server in the plan has no port of its own: it is asked on port 53, where nobody listens here.
#[test]
fn where_nobody_is_named_the_plan_names_whom_to_ask() {
    let folder = planned();
    folder.write("kms.toml", format!("{TOPOLOGY}server = \"127.0.0.77\"\n"));
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    let (document, status) = verified(&folder, "--all-authoritative");
    assert_eq!(status, 1);
    let why = document["unverified"][0]["why"].as_str().unwrap();
    let begin = "its servers are not known: 127.0.0.77 cannot be reached to ask contoso.com. NS: ";
    assert!(why.starts_with(begin), "{why}");
}

#[test]
fn a_plan_that_does_not_know_zones_or_servers_says_so() {
    let folder = Folder::new();
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("[[zone]]\nname = \"contoso.com\"\nkind = \"ad\"\n", ""),
    );
    let listing = "\
Server:  dc01.contoso.com
Address:  10.20.0.10

_vlmcs._tcp.contoso.com	SRV service location:
          priority       = 0
          weight         = 0
          port           = 1688
          svr hostname   = kms01.contoso.com
";
    folder.write("contoso.txt", listing);
    for (zone, name, why) in [
        (
            "",
            "contoso.com.",
            "the plan does not know its zone, so nobody tells its servers; name them with --server",
        ),
        (
            "--zone contoso.com",
            "contoso.com.",
            "the plan knows no server of the zone; name one with --server",
        ),
    ] {
        let run = folder.run(&format!(
            "plan kms.toml contoso.txt {zone} --format json --output plan.json"
        ));
        assert_eq!(run.stderr, "");
        let (document, status) = verified(&folder, "--all-authoritative");
        assert_eq!(status, 1);
        assert_eq!(
            document["unverified"],
            json!([{ "name": name, "why": why }])
        );
        assert_eq!(document["servers"], json!([]));
    }
}

#[test]
fn a_name_server_without_address_or_zone_is_not_as_planned() {
    let folder = planned();
    let records = |set: &str| {
        let zone = BEFORE.replace(OLD, set);
        zone.replace("    dc02.contoso.com. 3600 A 127.0.0.2\n", "")
            .replace("dc02.contoso.com.", "dc02.invalid.")
    };
    let server = DnsServer::start(zone("contoso.com", &records(NEW)));
    let at = server.address();
    let (document, status) = verified(&folder, &format!("--all-authoritative --server {at}"));
    assert_eq!(status, 1);
    assert_eq!(states(&document), ["as-planned", "no-answer"]);
    let second = &document["servers"][1];
    assert_eq!(second["name"], "dc02.invalid.");
    assert_eq!(second["server"], Value::Null);
    assert_eq!(second["domains"][0]["no_answer"]["why"], "no-address");
}

#[test]
fn a_server_that_does_not_tell_the_ns_set_is_named() {
    let folder = planned();
    let server = DnsServer::start(|query: &Query| vec![Reply::to(query).rcode(REFUSED).now()]);
    let at = server.address();
    let run = folder.run(&format!(
        "verify plan.json --all-authoritative --server {at}"
    ));
    let head = "Not as planned: contoso.com not verified.\n";
    assert!(run.stdout.starts_with(head), "{}", run.stdout);
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    let wanted = format!(
        "Not verified contoso.com: its servers are not known: {at} refuses to answer contoso.com. NS (REFUSED) Removed"
    );
    assert!(words.join(" ").contains(&wanted), "{}", run.stdout);
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
}

#[test]
fn a_server_of_the_ns_set_that_answers_from_a_cache_does_not_count() {
    let folder = planned();
    let cached = || -> Script {
        Box::new(|query: &Query| {
            let reply = Reply::to(query).resolver();
            vec![if query.kind == SRV {
                NEW.lines()
                    .fold(reply, |reply, record| reply.answer(record.trim()))
                    .now()
            } else {
                reply.now()
            }]
        })
    };
    let [one, _other] = pair(|| with(8, NEW), cached);
    let args = format!("--all-authoritative --server {}", one.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!(status, 1);
    assert_eq!(states(&document), ["as-planned", "no-answer"]);
    let why = &document["servers"][1]["domains"][0]["no_answer"]["why"];
    assert_eq!(why, "not-authoritative");
}

#[test]
fn it_waits_until_everything_is_as_planned() {
    let folder = planned();
    let (old, new) = (with(7, OLD), with(8, NEW));
    let late = DnsServer::start(move |query: &Query| {
        // The first look sees the old zone.
        if query.kind == SRV && query.number == 1 {
            old(query)
        } else {
            new(query)
        }
    });
    let done = DnsServer::start(with(8, NEW));
    let args = format!(
        "--wait 10m --server {} --server {}",
        late.address(),
        done.address()
    );
    let (document, status) = verified(&folder, &args);
    assert_eq!(status, 0, "{document}");
    assert_eq!(document["looks"], 2);
    assert_eq!(states(&document), ["as-planned", "as-planned"]);
    // Only the one that was late was asked in between; both once more in the end.
    let sets = |server: &DnsServer| {
        let seen = server.seen();
        seen.iter().filter(|query| query.kind == SRV).count()
    };
    assert_eq!((sets(&late), sets(&done)), (3, 2));
}

#[test]
fn waiting_ends() {
    let folder = planned();
    let server = DnsServer::start(with(7, OLD));
    let run = folder.run(&format!(
        "verify plan.json --wait 1s --server {}",
        server.address()
    ));
    assert_eq!((run.stderr.as_str(), run.status), ("", 1));
    assert!(
        run.stdout.contains("; 1 server; looked 2 times\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_is_seen_on_hosts_counts_beside_servers() {
    let folder = planned();
    let server = DnsServer::start(with(8, NEW));
    let at = server.address();
    for (host, state) in [
        ("kms01", "disabled"),
        ("kms02", "disabled"),
        ("oldkms", "enabled"),
    ] {
        let text = format!(
            "Software licensing service version: 10.0.20348.1\n\nName: Windows(R), ServerStandard edition\n\
             Description: Windows(R) Operating System, VOLUME_KMS_WS22 channel\nLicense Status: Licensed\n\n\
             Key Management Service is enabled on this machine\n    Current count: 50\n    Listening on Port: 1688\n    \
             DNS publishing {state}\n    KMS priority: Normal\n"
        );
        folder.write(&format!("evidence/{host}.txt"), text);
    }
    let args = format!("--server {at} --host-evidence evidence");
    let (document, status) = verified(&folder, &args);
    assert_eq!(status, 1, "{document}");
    assert_eq!(states(&document), ["as-planned"]);
    let hosts = document["publishing"]["hosts"].as_array().unwrap().iter();
    let seen: Vec<(&str, &str)> = hosts
        .map(|host| {
            (
                host["name"].as_str().unwrap(),
                host["seen"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("kms01.contoso.com.", "off"),
            ("kms02.contoso.com.", "off"),
            ("oldkms.contoso.com.", "on")
        ]
    );
    folder.write("evidence/pc.txt", "nothing of the kind\n");
    let run = folder.run(&format!("verify plan.json {args}"));
    assert_eq!((run.stdout.as_str(), run.status), ("", 1));
    assert!(run.stderr.contains("evidence/pc.txt"), "{}", run.stderr);
}
