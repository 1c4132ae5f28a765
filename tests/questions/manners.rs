//! How servers are asked: ids and ports, what is passed over, what is repeated, how much at a time.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns_server::{A, AAAA, DnsServer, Reply, SOA, SRV, Via, zone};
use crate::{RECORDS, TOLD, ask, patience, patient, records};

/// Forty domains of a host each.
fn many() -> (Vec<String>, String) {
    let domains: Vec<String> = (0..40).map(|i| format!("d{i:02}.contoso.com")).collect();
    let records = domains.iter().map(|domain| {
        format!(
            "_vlmcs._tcp.{domain}. 300 SRV 0 0 1688 kms.{domain}.\nkms.{domain}. 300 A 192.0.2.9\n"
        )
    });
    let records = records.collect();
    (domains, records)
}

#[test]
fn what_is_asked() {
    let server = DnsServer::start(zone("contoso.com", RECORDS));
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    assert_eq!(records(&snapshot), TOLD);
    let seen = server.seen();
    let mut asked: Vec<_> = seen
        .iter()
        .map(|query| (query.name.as_str(), query.kind))
        .collect();
    asked.sort_unstable();
    let owner = "_vlmcs._tcp.contoso.com.";
    let (first, second) = ("kms01.contoso.com.", "kms02.contoso.com.");
    assert_eq!(
        asked,
        [
            (owner, SOA),
            (owner, SRV),
            (first, A),
            (first, AAAA),
            (second, A),
            (second, AAAA)
        ]
    );
    for query in &seen {
        assert_eq!(query.edns, Some(1232));
        assert!(query.recursion_desired && !query.tcp);
    }
}

#[test]
fn ids_and_ports_are_random() {
    let (domains, records) = many();
    let server = DnsServer::start(zone("contoso.com", &records));
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    ask(&[server.source()], &domains, patient()).unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 160);
    let ids: BTreeSet<u16> = seen.iter().map(|query| query.id).collect();
    let ports: BTreeSet<u16> = seen.iter().map(|query| query.from.port()).collect();
    // By chance a few are alike: of 160 out of 64,000 more than 20 never are.
    assert!(ids.len() > 140, "{ids:?}");
    assert!(ports.len() > 140, "{ports:?}");
    let steps = |numbers: Vec<u16>| -> BTreeSet<u16> {
        let pairs = numbers.windows(2);
        pairs.map(|pair| pair[1].wrapping_sub(pair[0])).collect()
    };
    assert!(steps(seen.iter().map(|query| query.id).collect()).len() > 100);
    assert!(steps(seen.iter().map(|query| query.from.port()).collect()).len() > 100);
}

#[test]
fn ports_take_turns_and_are_given_up() {
    let server = DnsServer::start(zone("contoso.com", ""));
    let domains: Vec<String> = (0..3600).map(|i| format!("d{i}.contoso.com")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let mut live = patient();
    live.manners.rate = 0;
    ask(&[server.source()], &domains, live).unwrap();
    let mut questions: BTreeMap<u16, usize> = BTreeMap::new();
    for query in server.seen() {
        *questions.entry(query.from.port()).or_default() += 1;
    }
    // 200 of 16 questions each, and those that took their place.
    assert!((210..1000).contains(&questions.len()), "{questions:?}");
    // By chance a port comes again.
    assert!(
        questions.values().all(|count| *count <= 48),
        "{questions:?}"
    );
}

#[test]
fn what_does_not_belong_to_the_question_is_passed_over() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| {
        let rogue = Reply::to(query);
        let rogue = if query.kind == SRV {
            rogue.answer("_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 rogue.contoso.com.")
        } else {
            rogue
        };
        let mut packets = vec![
            rogue.clone().wrong_id().now(),
            rogue
                .clone()
                .question("_vlmcs._tcp.fabrikam.com.", SRV)
                .now(),
            rogue.clone().question(&query.name, 16).now(),
            rogue.now().via(Via::OtherPort),
            rogue.now().via(Via::OtherAddress),
        ];
        packets.extend(honest(query).into_iter().map(|packet| packet.after(50)));
        packets
    });
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    assert_eq!(records(&snapshot), TOLD);
}

#[test]
fn over_tcp_too_the_question_must_be_the_same() {
    let server = DnsServer::start(|query| {
        let reply =
            Reply::to(query).answer("_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 rogue.contoso.com.");
        if query.tcp {
            vec![reply.question("_vlmcs._tcp.fabrikam.com.", SRV).now()]
        } else {
            vec![reply.truncated().now()]
        }
    });
    assert_eq!(
        crate::error(&server, patient()).lines().next().unwrap(),
        "error: SERVER sends an answer to _vlmcs._tcp.contoso.com. SRV that cannot be read"
    );
}

#[test]
fn late_answers() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| {
        let delay = if query.number == 1 { 600 } else { 0 };
        let packets = honest(query).into_iter();
        packets.map(|packet| packet.after(delay)).collect()
    });
    let live = patience([200, 20_000, 20_000], 20_000);
    let snapshot = ask(&[server.source()], &["contoso.com"], live).unwrap();
    assert_eq!(records(&snapshot), TOLD);
    assert!(server.seen().iter().any(|query| query.number == 2));
}

#[test]
fn every_third_datagram_is_lost() {
    let (domains, text) = many();
    let honest = zone("contoso.com", &text);
    let server = DnsServer::start(move |query| match query.of_all % 3 {
        0 => vec![],
        _ => honest(query),
    });
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let live = patience([300; 12], 20_000);
    let snapshot = ask(&[server.source()], &domains, live).unwrap();
    let expected: Vec<String> = domains
        .iter()
        .map(|domain| format!("_vlmcs._tcp.{domain} 300 0 0 1688 kms.{domain}"))
        .collect();
    assert_eq!(records(&snapshot), expected);
    assert_eq!(snapshot.answers.len(), 40);
}

#[test]
fn no_more_in_flight_than_allowed() {
    let (domains, records) = many();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    for concurrency in [1, 7] {
        let honest = zone("contoso.com", &records);
        let server = DnsServer::start(move |query| {
            let packets = honest(query).into_iter();
            packets.map(|packet| packet.after(5)).collect()
        });
        let mut live = patient();
        live.manners.concurrency = concurrency;
        live.manners.rate = 0;
        ask(&[server.source()], &domains, live).unwrap();
        assert!(server.most_in_flight() <= concurrency);
        assert!(concurrency == 1 || server.most_in_flight() > 1);
    }
}

#[test]
fn ipv6() {
    let server = DnsServer::start_at("::1".parse().unwrap(), true, zone("contoso.com", RECORDS));
    let source = server.source();
    assert!(source.starts_with("dns://[::1]:"), "{source}");
    let snapshot = ask(&[source], &["contoso.com"], patient()).unwrap();
    assert_eq!(records(&snapshot), TOLD);
}

#[test]
fn progress_is_told() {
    use kmsplan::snapshot::live::{Progress, Watch};
    use std::sync::{Arc, Mutex};

    let server = DnsServer::start(zone("contoso.com", RECORDS));
    let told = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&told);
    let mut live = patient();
    live.watch = Watch::new(move |progress| keep.lock().unwrap().push(progress));
    ask(&[server.source()], &["contoso.com"], live).unwrap();
    let told = told.lock().unwrap();
    let [.., last, end] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(*last, Progress::Questions { done: 6, known: 6 });
    assert_eq!(*end, Progress::Finished);
}
