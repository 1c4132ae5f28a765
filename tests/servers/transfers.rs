//! Zone transfers from real servers, with keys and without.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use kmsplan::snapshot::live::{self, Progress, Watch};
use kmsplan::snapshot::{Options, Snapshot};
use serde_json::Value;

use crate::bind::start_configured;
use crate::server::{Server, free_port, program};
use crate::support::{Folder, Run, tools};

/// The zone that anybody on loopback may have.
const OPEN: &str = "open.example";
/// The zone that needs a key.
const KEYED: &str = "keyed.example";
/// A zone that no server holds.
const ABSENT: &str = "absent.example";
/// Hosts besides those that matter: enough for several messages.
const HOSTS: usize = 8000;

/// Keys by name, each with its algorithm and its secret.
const KEYS: [(&str, &str, &str); 3] = [
    (
        "k256",
        "hmac-sha256",
        "a21zcGxhbiB0ZXN0cyBvbiBsb29wYmFjaw==",
    ),
    (
        "k384",
        "hmac-sha384",
        "YW5vdGhlciBzZWNyZXQgZm9yIHRoZXNlIHRlc3RzIGFsb25l",
    ),
    (
        "k512",
        "hmac-sha512",
        "bm9ib2R5IHdvdWxkIHVzZSB0aGlzIHNlY3JldCBhbnl3aGVyZSBlbHNl",
    ),
];

fn key(name: &str, algorithm: &str, secret: &str) -> String {
    format!("key \"{name}\" {{\n\talgorithm {algorithm};\n\tsecret \"{secret}\";\n}};\n")
}

/// A zone with so many records, the SOA twice, as a transfer counts.
const MILLION: usize = 1_050_012;

/// The zone: KMS records, hosts, an alias, a wildcard, a delegation, and much that does not matter.
fn zone(apex: &str, hosts: usize) -> String {
    let mut text = format!(
        "$TTL 3600\n$ORIGIN {apex}.\n\
         @ IN SOA ns1 hostmaster 7 900 600 86400 3600\n@ IN NS ns1\nns1 IN A 192.0.2.1\n\
         _vlmcs._tcp 600 IN SRV 10 75 1688 KMS01\n_vlmcs._tcp 600 IN SRV 10 25 1688 kms02\n\
         _vlmcs._tcp.emea IN SRV 0 0 1688 old\n_vlmcs._tcp.sub IN SRV 0 0 1688 kms01\n\
         kms01 IN A 192.0.2.11\nkms01 IN AAAA 2001:db8::11\nkms02 IN CNAME kms01\n\
         *.wild IN MX 10 kms01\nold.wild IN TXT \"x\"\ndead IN DNAME wild\n\
         asia IN NS ns1.asia\nns1.asia IN A 192.0.2.2\n_vlmcs._tcp.asia IN SRV 0 0 1688 kms01\n"
    );
    for host in 0..hosts {
        let _ = writeln!(text, "host{host:05} IN A 192.0.2.77");
    }
    text
}

fn topology(apex: &str) -> String {
    format!(
        "[kms]\ndomains = [\"{apex}\", \"emea.{apex}\", \"x.wild.{apex}\", \"asia.{apex}\", \"y.dead.{apex}\", \
         \"none.{apex}\"]\n\n\
         [[host]]\nname = \"kms01.{apex}\"\npriority = 10\nweight = 75\n\n\
         [[host]]\nname = \"kms02.{apex}\"\npriority = 10\nweight = 25\n\n\
         [[zone]]\nname = \"{apex}\"\nkind = \"other\"\n"
    )
}

/// A folder with zones, topologies and keys.
fn folder() -> Folder {
    let folder = Folder::new();
    for apex in [OPEN, KEYED] {
        folder.write(apex, zone(apex, HOSTS));
    }
    for apex in [OPEN, KEYED, ABSENT] {
        folder.write(&format!("{apex}.toml"), topology(apex));
    }
    for (name, algorithm, secret) in KEYS {
        folder.write(&format!("{name}.key"), key(name, algorithm, secret));
    }
    folder.write(
        "wrong.key",
        key("k256", "hmac-sha256", "dGhpcyBpcyBub3QgdGhlIHNlY3JldA=="),
    );
    folder.write("stranger.key", key("stranger", KEYS[0].1, KEYS[0].2));
    folder
}

/// Plans with a transfer from `port`; gives what is there to see, with `PORT` for the port.
fn plan(folder: &Folder, port: u16, apex: &str, more: &str) -> Run {
    let mut run = folder.run(&format!(
        "plan {apex}.toml axfr://127.0.0.1:{port}/{apex} --allow target-without-address {more}"
    ));
    run.stderr = run.stderr.replace(&port.to_string(), "PORT");
    run
}

/// What a server says where it does not transfer.
struct Words {
    /// To a client without the key, or with one that it need not know.
    denied: &'static str,
    /// Where it does not hold the zone.
    absent: &'static str,
    /// Where the secret is another one.
    secret: &'static str,
    /// Where it does not know the key.
    stranger: &'static str,
    /// Where a key is given that it knows, and the zone is open by address; empty: it transfers.
    needless: &'static str,
}

const REFUSED: &str = "the server refuses to transfer ZONE (REFUSED)";
const NOTAUTH: &str = "the server does not hold ZONE, or this machine may not have it (NOTAUTH)";
const BADSIG: &str = "the server has another secret for the key k256 (BADSIG)";
const BADKEY: &str =
    "the server does not know the key stranger with this algorithm, or not for this zone (BADKEY)";

/// Checks what a server does for every key, and that what it sends is what `dig` prints.
fn check(folder: &Folder, server: &Server, words: &Words) {
    let port = server.port;
    let said = |apex: &str, more: &str| {
        let run = plan(folder, port, apex, more);
        let first = run.stderr.lines().next().unwrap_or_default().to_owned();
        let begin = format!("error: `axfr://127.0.0.1:PORT/{apex}`: ");
        first
            .strip_prefix(&begin)
            .unwrap_or(&first)
            .replace(apex, "ZONE")
    };
    same_as_dig(folder, server);
    assert_eq!(said(KEYED, ""), words.denied);
    assert_eq!(said(ABSENT, ""), words.absent);
    assert_eq!(said(KEYED, "--tsig-key wrong.key"), words.secret);
    assert_eq!(said(KEYED, "--tsig-key stranger.key"), words.stranger);
    assert_eq!(said(OPEN, "--tsig-key k256.key"), words.needless);
    for (name, _, _) in KEYS {
        assert_eq!(said(KEYED, &format!("--tsig-key {name}.key")), "");
    }
    forged(folder, port);
}

/// A plan without what depends on the form of its sources.
fn plain(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for form in [
                "id", "path", "source", "sources", "format", "sha256", "line", "inputs",
            ] {
                fields.remove(form);
            }
            fields.values_mut().for_each(plain);
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        _ => {}
    }
}

fn same_as_dig(folder: &Folder, server: &Server) {
    let text = server.transfer(OPEN);
    let size = text.lines().find(|line| line.starts_with(";; XFR size"));
    let counted = size
        .and_then(|line| line.split(' ').nth(3))
        .unwrap()
        .to_owned();
    folder.write("dig.txt", text);
    let source = format!("axfr://127.0.0.1:{}/{OPEN}", server.port);
    let told = folder.run(&format!("plan {OPEN}.toml {source} --explain-sources"));
    let wanted = format!("{counted} records were transferred");
    assert!(told.stdout.contains(&wanted), "{wanted}: {told:?}");

    let live = plan(folder, server.port, OPEN, "--format json");
    let saved = folder.run(&format!(
        "plan {OPEN}.toml dig.txt --format json --allow target-without-address"
    ));
    assert_eq!((live.status, live.stderr.as_str()), (saved.status, ""));
    let [live, saved] = [live.stdout, saved.stdout].map(|text| {
        let mut value: Value = serde_json::from_str(&text).unwrap();
        plain(&mut value);
        serde_json::to_string_pretty(&value)
            .unwrap()
            .replace(&source, "SOURCE")
            .replace("dig.txt", "SOURCE")
    });
    assert_eq!(live, saved);
}

/// What a relay makes of a signed transfer, and what is said of it.
fn forged(folder: &Folder, port: u16) {
    let run = |change: fn(&mut Vec<Vec<u8>>)| {
        let relay = relay(port, change);
        let run = plan(folder, relay, KEYED, "--tsig-key k256.key");
        let first = run.stderr.lines().next().unwrap_or_default().to_owned();
        first.replace(&format!("error: `axfr://127.0.0.1:PORT/{KEYED}`: "), "")
    };
    assert_eq!(run(|_| {}), "");
    let wrong = "a signature is wrong: the server's secret of the key k256 is another one, or the message was changed on \
                 its way";
    assert_eq!(run(|messages| other_address(&mut messages[1])), wrong);
    assert_eq!(
        run(|messages| {
            let last = messages
                .iter_mut()
                .rfind(|message| address(message).is_some());
            other_address(last.unwrap());
        }),
        wrong
    );
    assert_eq!(
        run(|messages| {
            messages.remove(1);
        }),
        wrong
    );
    assert_eq!(
        run(|messages| unsign(messages.last_mut().unwrap())),
        "the last message of the transfer is not signed"
    );
    assert_eq!(
        run(|messages| unsign(&mut messages[0])),
        "the request was signed, the answer is not"
    );
}

/// Where the address of a host stands.
fn address(message: &[u8]) -> Option<usize> {
    message
        .windows(4)
        .position(|octets| octets == [192, 0, 2, 77])
}

/// Changes the address of a host.
fn other_address(message: &mut [u8]) {
    let at = address(message).unwrap();
    message[at + 3] = 78;
}

/// Takes the TSIG record off.
fn unsign(message: &mut Vec<u8>) {
    let fixed = [0, 250, 0, 255, 0, 0, 0, 0];
    let at = message.windows(8).rposition(|octets| octets == fixed);
    message.truncate(at.unwrap() - b"\x04k256\x00".len());
    assert_eq!(message[10..12], [0, 1], "nothing else is there");
    message[11] = 0;
}

fn receive(stream: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message).unwrap();
    message
}

fn send(stream: &mut TcpStream, message: &[u8]) {
    let length = u16::try_from(message.len()).unwrap();
    let octets = [&length.to_be_bytes()[..], message].concat();
    // The other side may have seen enough.
    let _ = stream.write_all(&octets);
}

/// Listens for one connection, fetches the whole transfer for it, changes that and passes it on.
fn relay(server: u16, change: fn(&mut Vec<Vec<u8>>)) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut upstream = TcpStream::connect(("127.0.0.1", server)).unwrap();
        let request = receive(&mut client);
        send(&mut upstream, &request);
        let mut messages = Vec::new();
        let mut starts = 0;
        // The SOA is in the first and in the last message.
        while starts < 2 {
            let message = receive(&mut upstream);
            let label = b"\x0ahostmaster";
            starts += message
                .windows(label.len())
                .filter(|part| part == label)
                .count();
            messages.push(message);
        }
        assert!(messages.len() > 3, "{} messages", messages.len());
        change(&mut messages);
        for message in messages {
            send(&mut client, &message);
        }
    });
    port
}

/// Whether all programs are there.
fn given(test: &str, programs: &[&str]) -> bool {
    programs.iter().all(|tool| tools::available(tool, test))
}

#[test]
fn bind_transfers() {
    if !given("bind_transfers", &["named", "dig"]) {
        return;
    }
    let folder = folder();
    let mut config = String::new();
    for (name, algorithm, secret) in KEYS {
        config += &key(name, algorithm, secret);
    }
    let _ = writeln!(
        config,
        "zone \"{OPEN}\" {{ type primary; file \"{OPEN}\"; }};\n\
         zone \"{KEYED}\" {{ type primary; file \"{KEYED}\"; allow-transfer {{ key k256; key k384; key k512; }}; }};"
    );
    let (server, _) = start_configured(&folder, &config, [OPEN, KEYED].map(str::to_owned));
    check(
        &folder,
        &server,
        &Words {
            denied: REFUSED,
            absent: NOTAUTH,
            secret: BADSIG,
            stranger: BADKEY,
            needless: "",
        },
    );
}

/// NSD with both zones.
fn nsd(folder: &Folder) -> Server {
    let port = free_port();
    let place = folder.path().display();
    let mut config = format!(
        "server:\n  ip-address: 127.0.0.1@{port}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{place}\"\n  \
         database: \"\"\n  pidfile: \"{place}/pid\"\n  xfrdfile: \"{place}/xfrd\"\n  xfrdir: \"{place}\"\n  \
         zonelistfile: \"{place}/list\"\n  server-count: 1\nremote-control:\n  control-enable: no\n"
    );
    for (name, algorithm, secret) in KEYS {
        let _ = write!(
            config,
            "key:\n  name: {name}\n  algorithm: {algorithm}\n  secret: \"{secret}\"\n"
        );
    }
    let _ = write!(
        config,
        "zone:\n  name: {OPEN}\n  zonefile: {OPEN}\n  provide-xfr: 127.0.0.1 NOKEY\n\
         zone:\n  name: {KEYED}\n  zonefile: {KEYED}\n"
    );
    for (name, _, _) in KEYS {
        let _ = writeln!(config, "  provide-xfr: 127.0.0.1 {name}");
    }
    folder.write("nsd.conf", config);
    Server::start(
        folder,
        port,
        &program("nsd"),
        &["-d", "-c", "nsd.conf"],
        [OPEN, KEYED].map(str::to_owned),
    )
}

#[test]
fn nsd_transfers() {
    if !given("nsd_transfers", &["nsd", "dig"]) {
        return;
    }
    let folder = folder();
    let server = nsd(&folder);
    check(
        &folder,
        &server,
        &Words {
            denied: REFUSED,
            absent: NOTAUTH,
            secret: BADSIG,
            stranger: BADKEY,
            needless: REFUSED,
        },
    );
}

#[test]
fn nsd_sends_a_million_records_to_a_slow_reader() {
    let test = "nsd_sends_a_million_records_to_a_slow_reader";
    if !given(test, &["nsd", "dig"]) {
        return;
    }
    let folder = folder();
    let matter = zone(OPEN, 0);
    // The first two lines are directives, the second SOA is in no file.
    let hosts = MILLION - 1 - (matter.lines().count() - 2);
    folder.write(OPEN, zone(OPEN, hosts));
    let server = nsd(&folder);
    let last = server.transfer(OPEN);
    assert!(last.contains(&format!(";; XFR size: {MILLION} records ")));

    let slow = Watch::new(|progress| {
        if matches!(progress, Progress::Records(_)) {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let options = Options {
        live: live::Options {
            watch: slow,
            ..live::Options::default()
        },
        ..Options::default()
    };
    let source = format!("axfr://127.0.0.1:{}/{OPEN}", server.port);
    let snapshot = Snapshot::read(&[source], &options).unwrap();
    assert_eq!(
        snapshot.sources[0].why,
        format!("{MILLION} records were transferred")
    );
}

#[test]
fn knot_transfers() {
    if !given("knot_transfers", &["knotd", "dig"]) {
        return;
    }
    let folder = folder();
    let port = free_port();
    let place = folder.path().display();
    let mut config = format!(
        "server:\n  rundir: \"{place}\"\n  listen: 127.0.0.1@{port}\n\
         log:\n  - target: stdout\n    any: info\n\
         database:\n  storage: \"{place}\"\n  journal-db-max-size: 64M\n  kasp-db-max-size: 8M\n  timer-db-max-size: 8M\n\
         key:\n"
    );
    for (name, algorithm, secret) in KEYS {
        let _ = write!(
            config,
            "  - id: {name}\n    algorithm: {algorithm}\n    secret: {secret}\n"
        );
    }
    let _ = write!(
        config,
        "acl:\n  - id: keyed\n    key: [k256, k384, k512]\n    action: transfer\n  \
         - id: open\n    address: 127.0.0.1\n    action: transfer\n\
         template:\n  - id: default\n    storage: \"{place}\"\n    file: \"%s\"\n\
         zone:\n  - domain: {OPEN}\n    acl: open\n  - domain: {KEYED}\n    acl: keyed\n"
    );
    folder.write("knot.conf", config);
    let server = Server::start(
        &folder,
        port,
        &program("knotd"),
        &["-c", "knot.conf"],
        [OPEN, KEYED].map(str::to_owned),
    );
    check(
        &folder,
        &server,
        &Words {
            denied: NOTAUTH,
            absent: NOTAUTH,
            secret: BADSIG,
            stranger: BADKEY,
            // Its rule is about the address alone, so no key is right.
            needless: "the server does not know the key k256 with this algorithm, or not for this zone (BADKEY)",
        },
    );
}

#[test]
fn powerdns_transfers() {
    let programs = ["pdns_server", "pdnsutil", "sqlite3", "dig"];
    if !given("powerdns_transfers", &programs) {
        return;
    }
    let folder = folder();
    let (port, server) = (free_port(), crate::powerdns::run);
    folder.write(
        "pdns.conf",
        crate::powerdns::config(&folder, port) + "allow-axfr-ips=\n",
    );
    server(
        &folder,
        &format!("sqlite3 zones.db < {}", crate::powerdns::SCHEMA),
    );
    for (name, algorithm, secret) in KEYS {
        let line = format!("pdnsutil --config-dir=. import-tsig-key {name} {algorithm} {secret}");
        server(&folder, &line);
    }
    for apex in [OPEN, KEYED] {
        server(
            &folder,
            &format!("pdnsutil --config-dir=. load-zone {apex} {apex}"),
        );
    }
    for line in [
        format!("{OPEN} ALLOW-AXFR-FROM 127.0.0.1"),
        format!("{KEYED} TSIG-ALLOW-AXFR k256 k384 k512"),
    ] {
        server(&folder, &format!("pdnsutil --config-dir=. set-meta {line}"));
    }
    let server = Server::start(
        &folder,
        port,
        &program("pdns_server"),
        &["--config-dir=."],
        [OPEN, KEYED].map(str::to_owned),
    );
    check(
        &folder,
        &server,
        &Words {
            denied: NOTAUTH,
            absent: NOTAUTH,
            // It names no error of the signature.
            secret: "the server does not hold ZONE, or does not accept the key k256 for it (NOTAUTH)",
            stranger: "the server does not hold ZONE, or does not accept the key stranger for it (NOTAUTH)",
            needless: "the server does not hold ZONE, or does not accept the key k256 for it (NOTAUTH)",
        },
    );
}
