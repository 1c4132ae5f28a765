//! Servers without a usable answer, and the exact words about each.

use std::net::UdpSocket;

use crate::dns_server::{
    CNAME, DnsServer, FORMERR, NOTAUTH, NOTIMP, Packet, Query, REFUSED, Reply, SERVFAIL, SRV,
    Section, zone,
};
use crate::{RECORDS, TOLD, ask, error, hasty, patience, patient, records};

/// Answers nothing for an hour.
fn silence(query: &Query) -> Vec<Packet> {
    vec![Reply::to(query).after(3_600_000)]
}

#[test]
fn no_server() {
    // It keeps the port from others, and takes nothing but from one peer, who never sends.
    let holder = UdpSocket::bind("127.0.0.1:0").unwrap();
    holder.connect("127.0.0.1:9").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let error = ask(&[format!("dns://{address}")], &["contoso.com"], patient()).unwrap_err();
    assert_eq!(
        error.replace(&address, "SERVER"),
        "\
error: SERVER cannot be reached to ask _vlmcs._tcp.contoso.com. SRV: nothing listens at that address and port
  = help: check address and port, and that the DNS server is running
"
    );
}

#[test]
fn a_silent_server() {
    let server = DnsServer::start(silence);
    assert_eq!(
        error(&server, hasty()),
        "\
error: SERVER does not answer: _vlmcs._tcp.contoso.com. SRV was asked 3 times over UDP and once over TCP
  = help: check address and port, and that no firewall on the way drops DNS (UDP and TCP)
"
    );
    let seen = server.seen();
    assert_eq!(
        seen.iter().map(|query| query.tcp).collect::<Vec<_>>(),
        [false, false, false, true]
    );
}

#[test]
fn a_silent_server_without_tcp() {
    let server = DnsServer::without_tcp(silence);
    assert_eq!(
        error(&server, hasty()),
        "\
error: SERVER does not answer: _vlmcs._tcp.contoso.com. SRV was asked 3 times over UDP, and connections over TCP are refused
  = help: check address and port, and that no firewall on the way drops DNS (UDP and TCP)
"
    );
}

#[test]
fn a_server_that_closes_connections() {
    let server = DnsServer::start(|_| vec![]);
    assert_eq!(
        error(&server, hasty()),
        "\
error: SERVER does not answer: _vlmcs._tcp.contoso.com. SRV was asked 3 times over UDP, and the connection over TCP ends without an answer
  = help: check address and port, and that no firewall on the way drops DNS (UDP and TCP)
"
    );
}

#[test]
fn one_complaint_about_a_server_that_never_answers() {
    let server = DnsServer::start(silence);
    let domains: Vec<String> = (0..200).map(|i| format!("d{i:03}.contoso.com")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let mut live = hasty();
    live.manners.concurrency = 10;
    let error = ask(&[server.source()], &domains, live).unwrap_err();
    let error = error.replace(&server.address().to_string(), "SERVER");
    // How many others were in flight is a matter of time.
    let (first, rest) = error.split_once("; the same for ").unwrap();
    assert_eq!(
        first,
        "error: SERVER does not answer: _vlmcs._tcp.d000.contoso.com. SRV was asked 3 times over UDP and once over TCP"
    );
    assert!(
        rest.ends_with(
            " other names not asked any more\n  = help: check address and port, and that no firewall on the way drops DNS (UDP and TCP)\n"
        ),
        "{rest}"
    );
    assert_eq!(error.lines().count(), 2, "{error}");
    let asked = server.seen().len();
    assert!(asked <= 13 * 4, "{asked} of 800");
}

#[test]
fn a_server_that_stops_answering() {
    let honest = zone("contoso.com", "");
    let server = DnsServer::start(move |query| match query.of_all {
        ..=50 => honest(query),
        _ => silence(query),
    });
    let domains: Vec<String> = (0..300).map(|i| format!("d{i:03}.contoso.com")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let mut live = hasty();
    live.manners.concurrency = 10;
    let error = ask(&[server.source()], &domains, live).unwrap_err();
    let first = error.lines().next().unwrap();
    assert!(first.contains(" does not answer: _vlmcs._tcp.d"), "{error}");
    assert!(
        first.ends_with(" other names not asked any more"),
        "{error}"
    );
    let asked = server.seen().len();
    assert!(asked <= 50 + 40 * 4, "{asked} of 1050");
}

#[test]
fn refused() {
    let server =
        DnsServer::start(|query| vec![Reply::to(query).not_authoritative().rcode(REFUSED).now()]);
    assert_eq!(
        error(&server, patient()),
        "\
error: SERVER refuses to answer _vlmcs._tcp.contoso.com. SRV (REFUSED)
  = help: ask a server of that zone, or a resolver that serves this machine
"
    );
    let domains = ["contoso.com", "emea.contoso.com", "fabrikam.com"];
    let error = ask(&[server.source()], &domains, patient()).unwrap_err();
    assert_eq!(
        error.replace(&server.address().to_string(), "SERVER"),
        "\
error: SERVER refuses to answer _vlmcs._tcp.contoso.com. SRV (REFUSED); the same for 2 other names
  = help: ask a server of that zone, or a resolver that serves this machine
"
    );
}

#[test]
fn servfail_twice() {
    let server = DnsServer::start(|query| vec![Reply::to(query).rcode(SERVFAIL).now()]);
    assert_eq!(
        error(&server, patient()),
        "\
error: SERVER fails to answer _vlmcs._tcp.contoso.com. SRV (SERVFAIL), also when asked again
  = help: look into the server's log: the zone may not be loaded or may have expired, or a resolver gets no valid answer from the zone's servers
"
    );
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn servfail_once_is_forgiven() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| match query.number {
        1 => vec![Reply::to(query).rcode(SERVFAIL).now()],
        _ => honest(query),
    });
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    assert_eq!(records(&snapshot), TOLD);
}

#[test]
fn another_code() {
    let server = DnsServer::start(|query| vec![Reply::to(query).rcode(NOTAUTH).now()]);
    assert_eq!(
        error(&server, patient()),
        "\
error: SERVER answers _vlmcs._tcp.contoso.com. SRV with NOTAUTH
  = help: look into the server's log, or ask another server
"
    );
    let server = DnsServer::start(|query| vec![Reply::to(query).rcode(NOTIMP).now()]);
    assert_eq!(
        error(&server, patient()).lines().next().unwrap(),
        "error: SERVER answers _vlmcs._tcp.contoso.com. SRV with NOTIMP"
    );
    let server = DnsServer::start(|query| vec![Reply::to(query).rcode(13).now()]);
    assert_eq!(
        error(&server, patient()).lines().next().unwrap(),
        "error: SERVER answers _vlmcs._tcp.contoso.com. SRV with RCODE 13"
    );
}

#[test]
fn a_server_without_edns() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| match query.edns {
        Some(_) => vec![Reply::to(query).rcode(FORMERR).now()],
        None => honest(query),
    });
    let mut live = patient();
    live.manners.concurrency = 1;
    let snapshot = ask(&[server.source()], &["contoso.com"], live).unwrap();
    assert_eq!(records(&snapshot), TOLD);
    // It is told once.
    let with = server
        .seen()
        .iter()
        .filter(|query| query.edns.is_some())
        .count();
    assert_eq!(with, 1);
}

#[test]
fn lame() {
    let server = DnsServer::start(|query| vec![Reply::to(query).not_authoritative().now()]);
    assert_eq!(
        error(&server, patient()),
        "\
error: SERVER does not hold the zone of _vlmcs._tcp.contoso.com. SRV, and does not ask others for this machine
  = help: ask a server of that zone, or a resolver that serves this machine
"
    );
}

#[test]
fn upward_referral() {
    for (zone, shown) in [(".", "."), ("com.", "com.")] {
        let server = DnsServer::start(move |query| {
            let servers = format!("{zone} 518400 NS a.root-servers.net.");
            vec![
                Reply::to(query)
                    .not_authoritative()
                    .authority(&servers)
                    .now(),
            ]
        });
        assert_eq!(
            error(&server, patient()),
            format!(
                "\
error: SERVER does not hold the zone of _vlmcs._tcp.contoso.com. SRV: it only names the servers of {shown}
  = help: ask a server of that zone, or a resolver that serves this machine
"
            )
        );
    }
}

#[test]
fn answers_that_cannot_be_read() {
    let short = |query: &Query| {
        let reply = Reply::to(query);
        vec![
            reply
                .record(Section::Answer, &query.name, 60, SRV, &[0, 1, 0])
                .now(),
        ]
    };
    let cut = |query: &Query| {
        let reply = Reply::to(query).answer("_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 a.");
        let bytes = reply.bytes();
        vec![Packet::raw(&bytes[..bytes.len() - 3])]
    };
    let no_response = |query: &Query| vec![Reply::to(query).not_a_response().now()];
    // A name that points to itself.
    let circle = |query: &Query| {
        let mut bytes = Reply::to(query).bytes();
        let at = u8::try_from(bytes.len()).unwrap();
        bytes[7] = 1;
        bytes.extend([0xc0, at, 0, 33, 0, 1, 0, 0, 0, 60, 0, 0]);
        vec![Packet::raw(bytes)]
    };
    let servers = [
        DnsServer::start(short),
        DnsServer::start(cut),
        DnsServer::start(no_response),
        DnsServer::start(circle),
    ];
    for server in servers {
        assert_eq!(
            error(&server, patience([2000, 2000, 2000], 2000)),
            "\
error: SERVER sends an answer to _vlmcs._tcp.contoso.com. SRV that cannot be read
  = help: look at it with dig; check what stands at that address and port
"
        );
    }
}

#[test]
fn garbage_is_passed_over() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| {
        let mut packets = if query.tcp {
            vec![]
        } else {
            vec![
                Packet::raw([]),
                Packet::raw([1]),
                Packet::raw(vec![255; 4000]),
            ]
        };
        packets.extend(honest(query));
        packets
    });
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    assert_eq!(records(&snapshot), TOLD);
}

#[test]
fn truncated_answers_come_over_tcp() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| {
        if query.tcp {
            return honest(query);
        }
        // What a truncated answer holds is a part.
        let reply = Reply::to(query).truncated();
        vec![
            reply
                .answer("_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 rogue.contoso.com.")
                .now(),
        ]
    });
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    assert_eq!(records(&snapshot), TOLD);
}

#[test]
fn truncated_answers_and_no_tcp() {
    let truncated = |query: &Query| {
        if query.tcp {
            vec![]
        } else {
            vec![Reply::to(query).truncated().now()]
        }
    };
    let server = DnsServer::without_tcp(truncated);
    assert_eq!(
        error(&server, patient()),
        "\
error: SERVER has an answer to _vlmcs._tcp.contoso.com. SRV that is too long for UDP, and connections over TCP are refused
  = help: let the server answer over TCP too (RFC 7766), and let firewalls on the way pass it
"
    );
    let server = DnsServer::start(truncated);
    assert_eq!(
        error(&server, patient()).lines().next().unwrap(),
        "error: SERVER has an answer to _vlmcs._tcp.contoso.com. SRV that is too long for UDP, and the connection over TCP ends without an answer"
    );
}

#[test]
fn some_domains_of_many() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| {
        if query.name.contains(".bad") {
            return vec![Reply::to(query).rcode(SERVFAIL).now()];
        }
        honest(query)
    });
    let domains = [
        "contoso.com",
        "bad1.contoso.com",
        "bad2.contoso.com",
        "none.contoso.com",
    ];
    let error = ask(&[server.source()], &domains, patient()).unwrap_err();
    let first: Vec<&str> = error
        .lines()
        .filter(|line| line.starts_with("error"))
        .collect();
    let server = server.address();
    assert_eq!(
        first,
        [
            format!(
                "error: {server} fails to answer _vlmcs._tcp.bad1.contoso.com. SRV (SERVFAIL), also when asked again"
            ),
            format!(
                "error: {server} fails to answer _vlmcs._tcp.bad2.contoso.com. SRV (SERVFAIL), also when asked again"
            ),
        ]
    );
}

#[test]
fn a_server_that_nobody_finds() {
    let source = "dns://no-such-host.invalid".to_owned();
    let error = ask(&[source], &["contoso.com"], patient()).unwrap_err();
    assert!(
        error.starts_with("error: no-such-host.invalid cannot be asked: this machine finds no address of `no-such-host.invalid`"),
        "{error}"
    );
    assert!(
        error.ends_with("  = help: correct the server's name, or give its address\n"),
        "{error}"
    );
}

#[test]
fn records_without_data_are_no_records() {
    for kind in [SRV, CNAME] {
        let server = DnsServer::start(move |query| {
            let reply = Reply::to(query);
            vec![
                reply
                    .record(Section::Answer, &query.name, 60, kind, &[])
                    .now(),
            ]
        });
        assert_eq!(
            error(&server, hasty()),
            "\
error: SERVER sends an answer to _vlmcs._tcp.contoso.com. SRV that cannot be read
  = help: look at it with dig; check what stands at that address and port
"
        );
    }
}
