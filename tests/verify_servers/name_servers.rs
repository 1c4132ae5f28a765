//! `--all-authoritative`: whom the NS sets name.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use serde_json::{Value, json};

use crate::dns_server::{DnsServer, Query, REFUSED, Reply, zone};
use crate::support::{Folder, TOPOLOGY};
use crate::{BEFORE, NEW, OLD, Script, pair, planned, states, verified};

/// Name and place of each server.
fn servers(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let servers = document["servers"].as_array().unwrap().iter();
    servers
        .map(|server| (text(&server["name"]), text(&server["server"])))
        .collect()
}

/// A server with an old copy of the zone, from before dc02 was there, names itself alone.
#[test]
fn servers_that_only_another_server_names_are_asked_too() {
    let folder = planned();
    let two = BEFORE.replace(OLD, NEW);
    let one = two.replace("    contoso.com. 3600 NS dc02.contoso.com.\n", "");
    let three = format!(
        "{}\n    contoso.com. 3600 NS dc03.contoso.com.",
        BEFORE.replace(OLD, NEW)
    );
    // dc01 names itself, dc02 as well; dc02 names dc01, dc02 and dc03.
    let first = two.replace(
        "    contoso.com. 3600 NS dc01.contoso.com.\n    contoso.com. 3600 NS dc02.contoso.com.\n",
        "    contoso.com. 3600 NS dc02.contoso.com.\n",
    );
    let script = |records: &str| -> Script { Box::new(zone("contoso.com", records)) };
    let [given, other] = pair(|| script(&first), || script(&three));
    let port = given.address().port();
    let args = format!("--all-authoritative --server {}", given.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!(
        servers(&document),
        [
            ("dc01.contoso.com.", format!("127.0.0.1:{port}")),
            ("dc02.contoso.com.", format!("127.0.0.2:{port}")),
            ("dc03.contoso.com.", "none".to_owned()),
        ]
        .map(|(name, server)| (name.to_owned(), server))
    );
    assert_eq!(
        (states(&document), status),
        (vec!["as-planned", "as-planned", "no-answer"], 1)
    );
    drop((given, other));
    let [given, _other] = pair(|| script(&one), || script(&two));
    let args = format!("--all-authoritative --server {}", given.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!((states(&document), status), (vec!["as-planned"], 0));
}

/// Of several servers that were given, one that does not hold a zone is no fault where another tells its servers.
#[test]
fn given_servers_hold_different_zones() {
    let folder = planned();
    let refuses = || -> Script {
        Box::new(|query: &Query| vec![Reply::to(query).not_authoritative().rcode(REFUSED).now()])
    };
    let records = BEFORE
        .replace(OLD, NEW)
        .replace("    contoso.com. 3600 NS dc02.contoso.com.\n", "");
    let holds = DnsServer::start(zone("contoso.com", &records));
    let other = DnsServer::start(refuses());
    let args = format!(
        "--all-authoritative --server {} --server {}",
        holds.address(),
        other.address()
    );
    // dc01 is also reached on the port of the other one, where nothing of the zone is known.
    let (document, status) = verified(&folder, &args);
    assert_eq!(document["unverified"], json!([]));
    assert_eq!((states(&document), status), (vec!["as-planned"], 0));
    // One that does not answer at all might know more.
    drop(other);
    let (document, status) = verified(&folder, &args);
    let why = document["unverified"][0]["why"].as_str().unwrap();
    assert!(
        why.starts_with("its servers are not known: 127.0.0.1:"),
        "{why}"
    );
    assert_eq!((states(&document), status), (vec!["as-planned"], 1));
}

/// An address that this machine has no way to says nothing of the server, which has another one.
#[test]
fn an_address_of_a_family_that_this_machine_lacks_is_told_and_passed_over() {
    let folder = planned();
    let records = format!(
        "{}\n    dc01.contoso.com. 3600 AAAA 2001:db8::1",
        BEFORE
            .replace(OLD, NEW)
            .replace("    contoso.com. 3600 NS dc02.contoso.com.\n", "")
    );
    let server = DnsServer::start(zone("contoso.com", &records));
    let at = server.address();
    let port = at.port();
    let args = format!("--all-authoritative --server {at}");
    let (document, status) = verified(&folder, &args);
    let here = ("dc01.contoso.com.".to_owned(), at.to_string());
    let has_way =
        UdpSocket::bind("[::]:0").is_ok_and(|socket| socket.connect("[2001:db8::1]:53").is_ok());
    if has_way {
        // Nobody answers there, of course.
        assert_eq!(
            (states(&document), status),
            (vec!["as-planned", "no-answer"], 1)
        );
        assert_eq!(document["not_asked"], json!([]));
        return;
    }
    assert_eq!((servers(&document), status), (vec![here], 0));
    assert_eq!(
        document["not_asked"],
        json!([{ "server": format!("[2001:db8::1]:{port}"), "name": "dc01.contoso.com." }])
    );
    let run = folder.run(&format!("verify plan.json {args}"));
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    let wanted = format!(
        "Not asked dc01.contoso.com ([2001:db8::1]:{port}): this machine has no way to that address; \
         the server was asked at another one"
    );
    assert!(words.join(" ").contains(&wanted), "{}", run.stdout);
}

/// Nobody is asked for the servers of a hundred zones where the first question got no answer.
#[test]
fn a_dead_server_is_asked_for_one_ns_set_alone() {
    let folder = Folder::new();
    let names: Vec<String> = (0..30).map(|number| format!("d{number}.example")).collect();
    let list: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let zones: Vec<String> = names
        .iter()
        .map(|name| format!("[[zone]]\nname = \"{name}\"\nkind = \"bind\"\n"))
        .collect();
    let zones = zones.concat();
    let topology = TOPOLOGY
        .replace("\"contoso.com\"]", &format!("{}]", list.join(", ")))
        .replace("[[zone]]\nname = \"contoso.com\"\nkind = \"ad\"\n", &zones);
    folder.write("kms.toml", topology);
    for name in &names {
        folder.write(
            &format!("zones/{name}.zone"),
            format!(
                "{name}. 60 IN SOA ns.{name}. h.{name}. 1 2 3 4 5\n{name}. 60 IN NS ns.{name}.\n"
            ),
        );
    }
    let run = folder.run("plan kms.toml zones --format json --output plan.json");
    assert_eq!(run.stderr, "");
    let server = DnsServer::start(|_: &Query| Vec::new());
    let args = format!("--all-authoritative --server {}", server.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!(status, 1);
    assert_eq!(document["unverified"].as_array().unwrap().len(), 30);
    // Over UDP and TCP.
    let seen = server.seen();
    assert!(seen.len() <= 4, "{}", seen.len());
    assert!(seen.iter().all(|query| query.name == seen[0].name));
}

/// Behind the two addresses of a name two servers may stand.
#[test]
fn every_address_of_a_server_is_asked() {
    let folder = planned();
    let records = |set: &str| {
        format!(
            "{}\n    dc01.contoso.com. 3600 A 127.0.0.2",
            BEFORE
                .replace(OLD, set)
                .replace("    contoso.com. 3600 NS dc02.contoso.com.\n", "")
        )
    };
    let script = |set: &str| -> Script { Box::new(zone("contoso.com", &records(set))) };
    let [one, other] = pair(|| script(NEW), || script(OLD));
    assert_eq!(
        other.address().ip(),
        IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))
    );
    let args = format!("--all-authoritative --server {}", one.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!(
        (states(&document), status),
        (vec!["as-planned", "still-old"], 1)
    );
}
