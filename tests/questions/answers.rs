//! What answers come to: records, aliases, delegations, hosts, zones.

use std::collections::BTreeSet;
use std::net::IpAddr;

use kmsplan::snapshot::live::Why;
use kmsplan::snapshot::{Says, Snapshot};
use kmsplan::{Name, presentation};

use crate::dns_server::{
    A, AAAA, DnsServer, NXDOMAIN, Packet, Query, REFUSED, Reply, SERVFAIL, SOA, SRV, zone,
};
use crate::{RECORDS, ask, name, patient, records};

const SOA_RECORD: &str =
    "contoso.com. 3600 SOA ns1.contoso.com. hostmaster.contoso.com. 7 900 600 86400 3600";

fn look(script: impl Fn(&Query) -> Vec<Packet> + Send + Sync + 'static) -> Snapshot {
    let server = DnsServer::start(script);
    ask(&[server.source()], &["contoso.com"], patient()).unwrap()
}

/// What is known of a host's addresses.
fn says(snapshot: &Snapshot, host: &str) -> Option<Says> {
    snapshot
        .answers
        .get(&name(host))
        .map(|answer| answer.says.clone())
}

fn addresses(list: &[&str]) -> BTreeSet<IpAddr> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

/// The records behind aliases of the owner.
fn behind(snapshot: &Snapshot) -> Option<Vec<(Option<u32>, String)>> {
    let records = snapshot
        .through_aliases
        .get(&name("_vlmcs._tcp.contoso.com"))?;
    let told = records
        .iter()
        .map(|record| (record.ttl, presentation::plain(&record.target)));
    Some(told.collect())
}

/// The aliases of all zones.
fn aliases(snapshot: &Snapshot) -> Vec<(String, bool, String)> {
    let aliases = snapshot.zones.iter().flat_map(|zone| &zone.aliases);
    let told = aliases.map(|(at, alias)| {
        (
            presentation::plain(at),
            alias.dname,
            presentation::plain(&alias.target),
        )
    });
    told.collect()
}

#[test]
fn the_zone_is_that_of_the_start_of_authority() {
    let text = RECORDS.replace("contoso.com. 3600 SRV", "emea.contoso.com. 3600 SRV");
    let server = DnsServer::start(zone("contoso.com", &text));
    let snapshot = ask(&[server.source()], &["emea.contoso.com"], patient()).unwrap();
    let zones: Vec<&Name> = snapshot.zones.iter().map(|zone| &zone.name).collect();
    assert_eq!(zones, [&name("contoso.com")]);
    assert_eq!(snapshot.zones[0].soa.as_ref().unwrap().serial, 1);
    assert_eq!(records(&snapshot).len(), 2);
    // Asked to leave the zones out.
    let mut live = patient();
    live.zones = false;
    ask(&[server.source()], &["emea.contoso.com"], live).unwrap();
    assert_eq!(
        server
            .seen()
            .iter()
            .filter(|query| query.kind == SOA)
            .count(),
        1
    );
}

#[test]
fn none_are_there() {
    for text in [
        "other.contoso.com. 60 A 192.0.2.1",
        "_vlmcs._tcp.contoso.com. 60 A 192.0.2.1",
    ] {
        let snapshot = look(zone("contoso.com", text));
        assert_eq!(
            snapshot.zones[0].kms[&name("_vlmcs._tcp.contoso.com")].len(),
            0
        );
        assert_eq!(snapshot.zones[0].name, name("contoso.com"));
        assert!(snapshot.unanswered.is_empty());
    }
}

#[test]
fn what_a_cache_gives_has_no_ttl() {
    let honest = zone("contoso.com", RECORDS);
    let snapshot = look(move |query| {
        if query.kind != SRV {
            return honest(query);
        }
        let reply = Reply::to(query).resolver();
        vec![
            reply
                .answer("_vlmcs._tcp.contoso.com. 17 SRV 0 0 1688 kms01.contoso.com.")
                .now(),
        ]
    });
    assert_eq!(
        records(&snapshot),
        ["_vlmcs._tcp.contoso.com ? 0 0 1688 kms01.contoso.com"]
    );
}

#[test]
fn records_once_and_only_those_of_the_owner() {
    let honest = zone("contoso.com", RECORDS);
    let snapshot = look(move |query| {
        if query.kind != SRV {
            return honest(query);
        }
        let reply = Reply::to(query)
            .answer("_VLMCS._tcp.contoso.com. 60 SRV 0 0 1688 kms02.contoso.com.")
            .answer("_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 kms01.contoso.com.")
            .answer("_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 KMS02.contoso.com.")
            .answer("_vlmcs._tcp.fabrikam.com. 60 SRV 0 0 1688 rogue.fabrikam.com.");
        vec![reply.now()]
    });
    let told: Vec<String> = records(&snapshot)
        .iter()
        .map(|line| line.to_lowercase())
        .collect();
    assert_eq!(
        told,
        [
            "_vlmcs._tcp.contoso.com 60 0 0 1688 kms01.contoso.com",
            "_vlmcs._tcp.contoso.com 60 0 0 1688 kms02.contoso.com",
        ]
    );
}

#[test]
fn an_alias_in_the_zone() {
    let text = RECORDS.replace("_vlmcs._tcp.contoso.com", "kms.contoso.com")
        + "_vlmcs._tcp.contoso.com. 60 CNAME kms.contoso.com.";
    let snapshot = look(zone("contoso.com", &text));
    assert_eq!(
        aliases(&snapshot),
        [(
            "_vlmcs._tcp.contoso.com".to_owned(),
            false,
            "kms.contoso.com".to_owned()
        )]
    );
    assert_eq!(
        behind(&snapshot).unwrap(),
        [
            (None, "kms02.contoso.com".to_owned()),
            (None, "kms01.contoso.com".to_owned())
        ]
    );
    assert_eq!(
        says(&snapshot, "kms01.contoso.com"),
        Some(Says::Addresses(addresses(&["192.0.2.1"])))
    );
}

#[test]
fn an_alias_out_of_the_zone_is_asked_on() {
    let fabrikam = zone(
        "fabrikam.com",
        "kms.fabrikam.com. 60 SRV 0 0 1688 host.fabrikam.com.\nhost.fabrikam.com. 60 A 192.0.2.3",
    );
    let contoso = zone("contoso.com", "");
    let snapshot = look(move |query| match query.name.as_str() {
        "_vlmcs._tcp.contoso.com." => {
            let reply = Reply::to(query);
            vec![
                reply
                    .answer("_vlmcs._tcp.contoso.com. 60 CNAME kms.fabrikam.com.")
                    .now(),
            ]
        }
        name if name.ends_with("fabrikam.com.") => fabrikam(query),
        _ => contoso(query),
    });
    assert_eq!(
        behind(&snapshot).unwrap(),
        [(Some(60), "host.fabrikam.com".to_owned())]
    );
    assert_eq!(snapshot.zones[0].name, name("contoso.com"));
}

#[test]
fn what_stands_behind_an_alias_may_not_be_told() {
    let contoso = zone(
        "contoso.com",
        "_vlmcs._tcp.contoso.com. 60 CNAME kms.fabrikam.com.",
    );
    let snapshot = look(move |query| {
        if query.name == "_vlmcs._tcp.contoso.com." {
            let reply = Reply::to(query);
            return vec![
                reply
                    .answer("_vlmcs._tcp.contoso.com. 60 CNAME kms.fabrikam.com.")
                    .now(),
            ];
        }
        contoso(query)
    });
    assert_eq!(aliases(&snapshot).len(), 1);
    assert_eq!(behind(&snapshot), None);
}

#[test]
fn a_dname_stands_in_place_of_what_is_made_from_it() {
    let fabrikam = zone(
        "fabrikam.com",
        "_vlmcs._tcp.fabrikam.com. 60 SRV 0 0 1688 a.fabrikam.com.",
    );
    let snapshot = look(move |query| {
        let reply = Reply::to(query);
        if query.name == "_vlmcs._tcp.contoso.com." {
            let reply = reply
                .answer("_tcp.contoso.com. 60 DNAME _tcp.fabrikam.com.")
                .answer("_vlmcs._tcp.contoso.com. 60 CNAME _vlmcs._tcp.fabrikam.com.");
            return vec![reply.now()];
        }
        if query.name == "_tcp.contoso.com." {
            return vec![reply.authority(SOA_RECORD).now()];
        }
        fabrikam(query)
    });
    assert_eq!(
        aliases(&snapshot),
        [(
            "_tcp.contoso.com".to_owned(),
            true,
            "_tcp.fabrikam.com".to_owned()
        )]
    );
    assert_eq!(
        behind(&snapshot).unwrap(),
        [(Some(60), "a.fabrikam.com".to_owned())]
    );
}

#[test]
fn aliases_in_a_circle_lead_nowhere() {
    // In one answer, and from answer to answer.
    for together in [true, false] {
        let server = DnsServer::start(move |query| {
            let reply = Reply::to(query);
            if query.kind == SOA {
                return vec![reply.authority(SOA_RECORD).now()];
            }
            let one = "_vlmcs._tcp.contoso.com. 60 CNAME b.contoso.com.";
            let two = "b.contoso.com. 60 CNAME _vlmcs._tcp.contoso.com.";
            vec![match query.name.as_str() {
                _ if together => reply.answer(one).answer(two).now(),
                "b.contoso.com." => reply.answer(two).now(),
                _ => reply.answer(one).now(),
            }]
        });
        let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
        assert_eq!(behind(&snapshot).unwrap(), []);
        assert!(server.seen().len() <= 3, "{:?}", server.seen());
    }
    // Without an end.
    let server = DnsServer::start(|query| {
        let reply = Reply::to(query);
        if query.kind == SOA {
            return vec![reply.authority(SOA_RECORD).now()];
        }
        vec![
            reply
                .answer(&format!("{} 60 CNAME x.{}", query.name, query.name))
                .now(),
        ]
    });
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    assert_eq!(behind(&snapshot).unwrap(), []);
    assert!(server.seen().len() <= 10, "{:?}", server.seen().len());
}

#[test]
fn a_delegation_by_the_server_of_the_zone_above() {
    let contoso = zone("contoso.com", "");
    let server = DnsServer::start(move |query| {
        if query.name.ends_with("emea.contoso.com.") {
            let reply = Reply::to(query).not_authoritative();
            return vec![
                reply
                    .authority("emea.contoso.com. 60 NS ns1.emea.contoso.com.")
                    .now(),
            ];
        }
        contoso(query)
    });
    let domains = ["emea.contoso.com", "de.emea.contoso.com"];
    let snapshot = ask(&[server.source()], &domains, patient()).unwrap();
    let [zone] = snapshot.zones.as_slice() else {
        panic!("{:?}", snapshot.zones)
    };
    assert_eq!(zone.name, name("contoso.com"));
    assert!(zone.cuts.contains_key(&name("emea.contoso.com")));
    assert_eq!(
        String::from_utf8_lossy(&snapshot.files[0].bytes),
        "contoso.com. IN SOA ns1.contoso.com. 1 900 3600\nemea.contoso.com. IN NS \n"
    );
}

#[test]
fn hosts() {
    let text = "
_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 both.contoso.com.
_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 none.contoso.com.
_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 text.contoso.com.
_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 alias.contoso.com.
_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 elsewhere.fabrikam.com.
_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 .
both.contoso.com. 60 A 192.0.2.1
both.contoso.com. 60 AAAA 2001:db8::1
text.contoso.com. 60 NS text.contoso.com.
alias.contoso.com. 60 CNAME both.contoso.com.
";
    let server = DnsServer::start(zone("contoso.com", text));
    let snapshot = ask(&[server.source()], &["contoso.com"], patient()).unwrap();
    let both = addresses(&["192.0.2.1", "2001:db8::1"]);
    assert_eq!(
        says(&snapshot, "both.contoso.com"),
        Some(Says::Addresses(both.clone()))
    );
    assert_eq!(says(&snapshot, "none.contoso.com"), Some(Says::Nothing));
    assert_eq!(says(&snapshot, "text.contoso.com"), Some(Says::Nothing));
    let target = name("both.contoso.com");
    let alias = Says::Alias {
        target,
        addresses: both,
    };
    assert_eq!(says(&snapshot, "alias.contoso.com"), Some(alias));
    // The server is not the one to ask about it: that is no error.
    assert_eq!(says(&snapshot, "elsewhere.fabrikam.com"), None);
    let unanswered = &snapshot.unanswered[&name("elsewhere.fabrikam.com")];
    assert_eq!(unanswered.why, Why::Refused);
    // The root is no host, and what does not exist is not asked for again.
    let asked = |name: &str| {
        server
            .seen()
            .iter()
            .filter(|query| query.name == name)
            .count()
    };
    assert_eq!(
        [
            asked("."),
            asked("none.contoso.com."),
            asked("text.contoso.com.")
        ],
        [0, 1, 2]
    );
}

#[test]
fn one_address_is_enough() {
    let records = "_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 kms01.contoso.com.\nkms01.contoso.com. 60 A 192.0.2.1";
    let failing = move |kind: u16, records: &str| {
        let honest = zone("contoso.com", records);
        move |query: &Query| match query.kind {
            asked if asked == kind => vec![Reply::to(query).rcode(SERVFAIL).now()],
            _ => honest(query),
        }
    };
    let snapshot = look(failing(AAAA, records));
    assert_eq!(
        says(&snapshot, "kms01.contoso.com"),
        Some(Says::Addresses(addresses(&["192.0.2.1"])))
    );
    // None of one kind is not none at all.
    let snapshot = look(failing(A, records));
    assert_eq!(says(&snapshot, "kms01.contoso.com"), None);
    assert_eq!(
        snapshot.unanswered[&name("kms01.contoso.com")].why,
        Why::ServFail
    );
}

#[test]
fn tolerant_reading_keeps_what_is_not_answered() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| match query.name.as_str() {
        "_vlmcs._tcp.fabrikam.com." => vec![Reply::to(query).rcode(REFUSED).now()],
        "_vlmcs._tcp.bad.contoso.com." | "kms02.contoso.com." => {
            vec![Reply::to(query).rcode(SERVFAIL).now()]
        }
        _ => honest(query),
    });
    let mut live = patient();
    live.tolerant = true;
    let domains = ["contoso.com", "fabrikam.com", "bad.contoso.com"];
    let snapshot = ask(&[server.source()], &domains, live).unwrap();
    assert_eq!(records(&snapshot).len(), 2);
    let unanswered = snapshot.unanswered.iter();
    let told: Vec<_> = unanswered
        .map(|(name, unanswered)| (presentation::plain(name), unanswered.why))
        .collect();
    assert_eq!(
        told,
        [
            ("_vlmcs._tcp.bad.contoso.com".to_owned(), Why::ServFail),
            ("kms02.contoso.com".to_owned(), Why::ServFail),
            ("_vlmcs._tcp.fabrikam.com".to_owned(), Why::Refused),
        ]
    );
}

#[test]
fn the_same_answers_in_any_order_are_the_same_source() {
    let shuffled = |turn: usize| {
        let honest = zone("contoso.com", RECORDS);
        move |query: &Query| {
            let mut lines: Vec<&str> = RECORDS
                .lines()
                .filter(|line| line.contains(" SRV "))
                .collect();
            lines.rotate_left(turn);
            if query.kind != SRV {
                return honest(query);
            }
            let reply = lines
                .iter()
                .fold(Reply::to(query), |reply, line| reply.answer(line));
            vec![reply.now()]
        }
    };
    let (one, other) = (look(shuffled(0)), look(shuffled(1)));
    assert_eq!(one.zones[0].sha256, other.zones[0].sha256);
    assert_eq!(
        String::from_utf8_lossy(&one.files[0].bytes),
        "\
contoso.com. IN SOA ns1.contoso.com. 1 900 3600
_vlmcs._tcp.contoso.com. 3600 IN SRV 10 25 1688 kms02.contoso.com.
_vlmcs._tcp.contoso.com. 3600 IN SRV 10 75 1688 kms01.contoso.com.
; kms01.contoso.com. addresses: 192.0.2.1
; kms02.contoso.com. addresses: 192.0.2.2 2001:db8::2
"
    );
}

#[test]
fn a_start_of_authority_elsewhere_says_nothing() {
    let snapshot = look(|query| {
        let reply = Reply::to(query).rcode(NXDOMAIN);
        let soa = SOA_RECORD.replacen("contoso.com.", "fabrikam.com.", 1);
        vec![reply.authority(&soa).now()]
    });
    let names: Vec<&Name> = snapshot.zones.iter().map(|zone| &zone.name).collect();
    assert_eq!(names, [&name("contoso.com")], "assumed");
}

#[test]
fn a_record_set_of_thousands() {
    // As many as a message over TCP holds (RFC 1035 section 4.2.2), with the root as their target: no host.
    let snapshot = look(|query| {
        if query.kind != SRV {
            return zone("contoso.com", RECORDS)(query);
        }
        if !query.tcp {
            return vec![Reply::to(query).truncated().now()];
        }
        let reply = Reply::to(query);
        let many = (0..1_400).fold(reply, |reply, weight| {
            reply.answer(&format!("{} 60 SRV 0 {weight} 1688 .", query.name))
        });
        vec![many.now()]
    });
    assert_eq!(records(&snapshot).len(), 1_400);
    assert!(snapshot.answers.is_empty());
}
