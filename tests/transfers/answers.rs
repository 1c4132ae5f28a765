//! Answers that are no whole zone, and a few odd ones that are.

use std::time::Duration;

use kmsplan::snapshot::live::{self, Key, Patience, Progress, Watch};
use kmsplan::snapshot::{Options, Snapshot};

use crate::rogue::{
    A, Peer, SRV, TSIG, address, message, name, plan, plan_with, record, soa, srv, start,
};
use crate::signed;
use crate::support::{Folder, TOPOLOGY};

const PERMIT: &str = "let the server transfer the zone to this machine (`allow-transfer` in BIND, `provide-xfr` in \
                      NSD, an `acl` with `action: transfer` in Knot, `allow-axfr-ips` in PowerDNS, the Zone Transfers \
                      tab of the zone's properties on a Windows DNS server), or give the key that it wants with \
                      --tsig-key";
const ELSEWHERE: &str = "try again, or ask another server of the zone";
const HOLDER: &str = "check the name of the zone, and ask a server that holds it: its primary, or one that its NS \
                      records name";
const LOG: &str = "try again; the server's log may tell why";

/// Checks that a transfer fails with one complaint.
fn fails(message: &str, help: &str, play: impl FnOnce(&mut Peer) + Send + 'static) {
    let run = plan(play);
    assert_eq!(
        run.stderr,
        format!("error: `axfr://127.0.0.1:PORT/contoso.com`: {message}\n  = help: {help}\n")
    );
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
}

fn zone() -> Vec<Vec<u8>> {
    vec![
        soa(7),
        srv("kms01.contoso.com", 75),
        srv("kms02.contoso.com", 25),
        address("kms01.contoso.com"),
        address("kms02.contoso.com"),
        soa(7),
    ]
}

/// A message with this response code and nothing but the question.
fn refuse(code: u16) -> impl FnOnce(&mut Peer) + Send + 'static {
    move |peer| {
        let message = message(peer.id, 0x8000 | code, Some("contoso.com"), &[]);
        peer.send(&message);
    }
}

#[test]
fn a_whole_zone_in_one_message_or_in_many() {
    let once = plan(|peer| peer.answer(&zone()));
    assert_eq!(
        (once.status, once.stderr.as_str()),
        (0, ""),
        "{}",
        once.stdout
    );
    let many = plan(|peer| {
        for record in zone() {
            // Without the question, and with the bit that says "truncated", which means nothing here.
            let message = message(peer.id, 0x8600, None, &[record]);
            peer.send(&message);
        }
    });
    let without_port = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("axfr://"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(many.status, 0, "{}", many.stderr);
    assert_eq!(without_port(&once.stdout), without_port(&many.stdout));
}

#[test]
fn records_outside_of_the_zone_are_passed_over() {
    let mut records = zone();
    let mut data = vec![0, 0, 0, 0, 6, 152];
    data.extend(name("kms.fabrikam.com"));
    records.insert(3, record("_vlmcs._tcp.fabrikam.com", SRV, &data));
    records.insert(3, address("kms01.fabrikam.com"));
    let run = plan(move |peer| peer.answer(&records));
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("fabrikam"), "{}", run.stdout);
}

#[test]
fn records_of_dnssec_show_that_the_zone_is_signed() {
    let signed = |kind: Option<u16>| {
        let port = start("127.0.0.1", move |peer| {
            let mut records = zone();
            records.extend(kind.map(|kind| record("contoso.com", kind, &[1, 0, 3, 13])));
            let last = records.len() - 1;
            records.swap(5, last);
            peer.answer(&records);
        });
        let source = format!("axfr://127.0.0.1:{port}/contoso.com");
        let snapshot = Snapshot::read(&[source], &Options::default()).unwrap();
        snapshot.zones[0].signed
    };
    assert!(!signed(None));
    for kind in [46, 47, 48, 50, 51] {
        assert!(signed(Some(kind)));
    }
    // TLSA.
    assert!(!signed(Some(52)));
}

#[test]
fn response_codes() {
    fails(
        "the server refuses to transfer contoso.com (REFUSED)",
        PERMIT,
        refuse(5),
    );
    fails(
        "the server does not hold contoso.com, or this machine may not have it (NOTAUTH)",
        &format!("{HOLDER}; {PERMIT}"),
        refuse(9),
    );
    fails(
        "the server failed to transfer contoso.com (SERVFAIL)",
        "look into the server's log, or ask another server of the zone",
        refuse(2),
    );
    fails(
        "the server knows no contoso.com (NXDOMAIN)",
        HOLDER,
        refuse(3),
    );
    fails(
        "the server does not transfer zones (NOTIMP)",
        "ask another server of the zone, best its primary",
        refuse(4),
    );
    fails(
        "the server does not understand the request (FORMERR)",
        "ask another server of the zone",
        refuse(1),
    );
    fails(
        "the server does not transfer contoso.com (RCODE 14)",
        "look into the server's log, or ask another server of the zone",
        refuse(14),
    );
    fails(
        "after 2 records the server answered SERVFAIL: the transfer is not complete",
        LOG,
        |peer| {
            peer.answer(&zone()[..2]);
            refuse(2)(peer);
        },
    );
}

#[test]
fn answers_that_are_no_transfer() {
    fails(
        "the server answered without a record of contoso.com",
        HOLDER,
        refuse(0),
    );
    let no_start =
        "the answer does not begin with the SOA record of contoso.com, so it is no whole zone";
    fails(no_start, HOLDER, |peer| peer.answer(&zone()[1..]));
    fails(no_start, HOLDER, |peer| {
        let parent = record("com", 6, &soa(7)[23..]);
        peer.answer(&[parent]);
    });
    fails(
        "what came is not the answer: it has another id",
        ELSEWHERE,
        |peer| {
            peer.id ^= 1;
            peer.answer(&zone());
        },
    );
    fails(
        "what came is not the answer: it is a request itself",
        ELSEWHERE,
        |peer| {
            let echo = peer.request.clone();
            peer.send(&echo);
        },
    );
    fails(
        "what came is not the answer: it answers another operation",
        ELSEWHERE,
        |peer| {
            let message = message(peer.id, 0xa400, Some("contoso.com"), &zone());
            peer.send(&message);
        },
    );
    fails(
        "what came is not the answer: it answers another question",
        ELSEWHERE,
        |peer| {
            let message = message(peer.id, 0x8400, Some("fabrikam.com"), &zone());
            peer.send(&message);
        },
    );
}

#[test]
fn transfers_that_are_cut() {
    fails(
        "the server closed the connection without an answer",
        PERMIT,
        |_| {},
    );
    fails(
        "the server closed the connection after 5 records: the transfer is not complete",
        LOG,
        |peer| peer.answer(&zone()[..5]),
    );
    fails(
        "the server closed the connection after 1 record: the transfer is not complete",
        LOG,
        |peer| peer.answer(&zone()[..1]),
    );
    fails(
        "the server closed the connection after 2 records: the transfer is not complete",
        LOG,
        |peer| {
            peer.answer(&zone()[..2]);
            // A length, and less than that.
            peer.raw(&[0, 200, 1, 2, 3]);
        },
    );
    fails(
        "the server closed the connection after 2 records: the transfer is not complete",
        LOG,
        |peer| {
            peer.answer(&zone()[..2]);
            peer.raw(&[0]);
        },
    );
}

#[test]
fn ends_that_are_none() {
    let other_end = "the transfer began with the SOA record of serial 7 and then has another one, of serial 8: that is no \
                     whole zone";
    fails(other_end, ELSEWHERE, |peer| {
        let mut records = zone();
        *records.last_mut().unwrap() = soa(8);
        peer.answer(&records);
    });
    // As an incremental transfer begins.
    let increment = other_end.replace("serial 8", "serial 6");
    fails(&increment, ELSEWHERE, |peer| {
        peer.answer(&[soa(7), soa(6), srv("kms01.contoso.com", 1), soa(7)]);
    });
    fails(
        "records follow the SOA record that ends the transfer",
        ELSEWHERE,
        |peer| {
            let mut records = zone();
            records.push(address("kms01.contoso.com"));
            peer.answer(&records);
        },
    );
}

#[test]
fn octets_that_are_no_message() {
    let garbage = "what came is no DNS message";
    fails(garbage, ELSEWHERE, |peer| peer.raw(&[0, 0]));
    fails(garbage, ELSEWHERE, |peer| peer.send(b"HTTP/1.1"));
    fails(
        "what came after 2 records is no DNS message",
        ELSEWHERE,
        |peer| {
            peer.answer(&zone()[..2]);
            peer.raw(&[0, 0]);
        },
    );
    fails(garbage, ELSEWHERE, |peer| {
        let mut message = message(peer.id, 0x8400, Some("contoso.com"), &zone());
        message.push(0);
        peer.send(&message);
    });
    let cannot_be_read = "record 3 of the transfer cannot be read";
    let bad: Vec<Vec<u8>> = vec![
        // Data that ends before its end, or after it.
        record("_vlmcs._tcp.contoso.com", SRV, &[0, 1, 0, 2, 6, 152]),
        record("_vlmcs._tcp.contoso.com", SRV, &[0, 1, 0, 2, 6, 152, 0, 0]),
        record("kms01.contoso.com", A, &[192, 0, 2]),
        record("kms01.contoso.com", 28, &[192, 0, 2, 1]),
        record("kms01.contoso.com", 5, &[1, b'a', 0, 0]),
        record("contoso.com", 2, &[]),
        record("kms01.contoso.com", 39, &[0xc0]),
        // A pointer to itself, one ahead, a label of a kind that is not there, one that goes on past the end.
        [&[0xc0, 77][..], &record("", A, &[1, 2, 3, 4])[1..]].concat(),
        [&[0xff, 0xff][..], &record("", A, &[1, 2, 3, 4])[1..]].concat(),
        [&[0x80, 0][..], &record("", A, &[1, 2, 3, 4])[1..]].concat(),
        vec![63, b'a'],
        vec![0, 0, 1],
        {
            let mut long = record("a.contoso.com", A, &[1, 2, 3, 4]);
            let length = long.len() - 5;
            long[length] = 200;
            long
        },
    ];
    for record in bad {
        fails(cannot_be_read, ELSEWHERE, move |peer| {
            peer.answer(&[soa(7), srv("kms01.contoso.com", 75), record]);
        });
    }
    fails(
        "record 2 of the transfer is of class 3, not of class IN",
        ELSEWHERE,
        |peer| {
            let mut chaos = address("kms01.contoso.com");
            let at = chaos.len() - 4 - 2 - 4 - 1;
            chaos[at] = 3;
            peer.answer(&[soa(7), chaos]);
        },
    );
}

#[test]
fn any_octet_may_be_wrong() {
    let port = |octets: Vec<u8>| {
        start("127.0.0.1", move |peer| {
            let mut message = octets;
            message[..2].copy_from_slice(&peer.id.to_be_bytes());
            peer.send(&message);
        })
    };
    let mut good = message(0, 0x8400, Some("contoso.com"), &zone());
    let signature = record(
        "kmsplan",
        TSIG,
        &[&name("hmac-sha256")[..], &[0; 48]].concat(),
    );
    good.extend(signature);
    good[11] = 1;
    let options = [None, Some(signed::KEY)].map(|key| Options {
        live: live::Options {
            key: key.map(|key| Key::read("xfr.key", key.as_bytes()).unwrap()),
            ..live::Options::default()
        },
        ..Options::default()
    });
    for at in 2..good.len() {
        for value in [0, 0x3f, 0xc0, 0xff] {
            let mut octets = good.clone();
            octets[at] = value;
            for options in &options {
                // Whatever it makes of that, it ends.
                let source = format!("axfr://127.0.0.1:{}/contoso.com", port(octets.clone()));
                let _ = Snapshot::read(&[source], options);
            }
        }
    }
}

#[test]
fn silence_ends_a_transfer() {
    let options = Options {
        live: live::Options {
            patience: Patience {
                silence: Duration::from_millis(100),
                ..Patience::default()
            },
            ..live::Options::default()
        },
        ..Options::default()
    };
    let read = |play: fn(&mut Peer)| {
        let port = start("127.0.0.1", play);
        let source = format!("axfr://127.0.0.1:{port}/contoso.com");
        let faults = Snapshot::read(&[source], &options).unwrap_err();
        faults.render(false).replace(&port.to_string(), "PORT")
    };
    assert_eq!(
        read(Peer::wait),
        format!(
            "error: `axfr://127.0.0.1:PORT/contoso.com`: no answer came within 1 second\n  = help: {ELSEWHERE}\n"
        )
    );
    assert_eq!(
        read(|peer| {
            peer.answer(&zone()[..3]);
            peer.wait();
        }),
        format!(
            "error: `axfr://127.0.0.1:PORT/contoso.com`: nothing came for 1 second after 3 records: the transfer is not \
             complete\n  = help: {ELSEWHERE}\n"
        )
    );
}

#[test]
fn nobody_listens() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let run = folder.run(&format!(
        "plan kms.toml axfr://127.0.0.1:{port}/contoso.com"
    ));
    assert_eq!(
        run.stderr.replace(&port.to_string(), "PORT"),
        "error: `axfr://127.0.0.1:PORT/contoso.com`: no TCP connection to 127.0.0.1:PORT (connection refused)\n  \
         = help: check the address and the port; transfers need TCP, which a firewall may block\n"
    );
    let run = folder.run("plan kms.toml axfr://no-such-host.invalid/contoso.com");
    assert!(
        run.stderr
            .contains("finds no address of `no-such-host.invalid`"),
        "{}",
        run.stderr
    );
}

#[test]
fn addresses_of_ipv6_and_every_address_of_a_name() {
    let port = start("::1", |peer| peer.answer(&zone()));
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let run = folder.run(&format!("plan kms.toml axfr://[::1]:{port}/contoso.com"));
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    // `localhost` may be ::1 first, where nobody listens on this port.
    let port = start("127.0.0.1", |peer| peer.answer(&zone()));
    let run = folder.run(&format!(
        "plan kms.toml axfr://localhost:{port}/contoso.com"
    ));
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn a_transfer_is_no_larger_than_it_may_be() {
    let port = start("127.0.0.1", |peer| {
        peer.answer(&zone()[..2]);
        peer.answer_for_ever(&zone()[1..2]);
    });
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let run = folder.run(&format!(
        "plan kms.toml axfr://127.0.0.1:{port}/contoso.com --max-size 100000"
    ));
    let (before, after) = run.stderr.split_once("it was given up after ").unwrap();
    assert_eq!(
        before.replace(&port.to_string(), "PORT"),
        "error: `axfr://127.0.0.1:PORT/contoso.com`: the transfer is larger than 100000 bytes: "
    );
    let (records, help) = after.split_once(' ').unwrap();
    assert!(
        records.replace(',', "").parse::<usize>().unwrap() > 100,
        "{after}"
    );
    assert_eq!(
        help,
        "records\n  = help: raise the limit with --max-size if it is meant to be read\n"
    );
    assert_eq!(run.status, 1);
}

#[test]
fn the_end_is_told_also_after_an_error() {
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let options = Options {
        live: live::Options {
            watch: Watch::new({
                let told = told.clone();
                move |progress| told.lock().unwrap().push(progress)
            }),
            ..live::Options::default()
        },
        ..Options::default()
    };
    let port = start("127.0.0.1", refuse(5));
    let source = format!("axfr://127.0.0.1:{port}/contoso.com");
    Snapshot::read(&[source], &options).unwrap_err();
    assert_eq!(*told.lock().unwrap(), [Progress::Finished]);
}

#[test]
fn a_zone_has_the_same_hash_in_whatever_order_it_comes() {
    let hash = |records: Vec<Vec<u8>>| {
        let folder = Folder::new();
        let run = plan_with(&folder, "--format json", move |peer| peer.answer(&records));
        assert_eq!(run.status, 0, "{}", run.stderr);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let zone = &json["zones"][0];
        assert_eq!(zone["format"], "axfr", "{json}");
        zone["sha256"].as_str().expect("a hash").to_owned()
    };
    let forth = zone();
    let mut back = zone();
    back.reverse();
    let mut shouting = zone();
    shouting[1] = srv("KMS01.CONTOSO.COM", 75);
    assert_eq!(hash(forth.clone()), hash(back));
    assert_eq!(hash(forth.clone()), hash(shouting));
    let mut other = zone();
    other[1] = srv("kms01.contoso.com", 74);
    assert_ne!(hash(forth), hash(other));
}
