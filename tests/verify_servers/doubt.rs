//! Answers that look as planned and prove nothing.

use serde_json::{Value, json};

use crate::dns_server::{DnsServer, NS, NXDOMAIN, Query, Reply, SOA, SRV, zone};
use crate::support::{Folder, TOPOLOGY};
use crate::{BEFORE, NEW, OLD, Script, pair, states, verified, with};

/// A topology that wants no records in lab.contoso.com, a zone of its own.
const EMPTIED: &str = "\
[kms]
domains = [\"contoso.com\", \"lab.contoso.com\"]
min-live-hosts = 0

[[host]]
name = \"kms01.contoso.com\"
priority = 10
weight = 75
publish = [\"contoso.com\"]

[[retired]]
name = \"oldkms.contoso.com\"

[[zone]]
name = \"contoso.com\"
kind = \"bind\"

[[zone]]
name = \"lab.contoso.com\"
kind = \"bind\"
";

const CONTOSO: &str = "\
contoso.com. 3600 SOA dc01.contoso.com. hostmaster.contoso.com. 7 900 600 86400 900
contoso.com. 3600 NS dc01.contoso.com.
dc01.contoso.com. 3600 A 127.0.0.1
kms01.contoso.com. 3600 A 192.0.2.1
_vlmcs._tcp.contoso.com. 3600 SRV 10 75 1688 kms01.contoso.com.
";

const LAB: &str = "\
lab.contoso.com. 3600 SOA dc01.contoso.com. hostmaster.contoso.com. 7 900 600 86400 900
lab.contoso.com. 3600 NS dc01.contoso.com.
";

/// A folder with the plan that empties lab.contoso.com.
fn emptied() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", EMPTIED);
    folder.write(
        "contoso.com.zone",
        format!("{CONTOSO}lab.contoso.com. 3600 NS dc01.contoso.com.\n"),
    );
    let old = "_vlmcs._tcp.lab.contoso.com. 1200 SRV 0 0 1688 oldkms.contoso.com.\n";
    folder.write("lab.contoso.com.zone", format!("{LAB}{old}"));
    let run = folder.run(
        "plan kms.toml contoso.com.zone lab.contoso.com.zone --format json --output plan.json",
    );
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    folder
}

/// A server of contoso.com that answers in its own way about lab.contoso.com.
fn and_lab(lab: impl Fn(&Query) -> Reply + Send + Sync + 'static) -> DnsServer {
    let contoso = zone("contoso.com", CONTOSO);
    let servers = zone("lab.contoso.com", LAB);
    DnsServer::start(move |query: &Query| {
        if !query.name.ends_with("lab.contoso.com.") {
            contoso(query)
        } else if query.kind == NS {
            servers(query)
        } else {
            vec![lab(query).now()]
        }
    })
}

/// What is said of lab.contoso.com: state, and why there is no answer.
fn lab(document: &Value) -> (&str, &str) {
    let domain = &document["servers"][0]["domains"][1];
    assert_eq!(domain["name"], "lab.contoso.com.");
    (
        domain["state"].as_str().unwrap(),
        domain["no_answer"]["why"].as_str().unwrap_or(""),
    )
}

#[test]
fn that_there_is_nothing_is_believed_of_those_who_hold_the_zone() {
    let folder = emptied();
    let held = zone("lab.contoso.com", LAB);
    let contoso = zone("contoso.com", CONTOSO);
    let server = DnsServer::start(move |query: &Query| {
        if query.name.ends_with("lab.contoso.com.") {
            held(query)
        } else {
            contoso(query)
        }
    });
    let at = server.address();
    for args in ["", "--all-authoritative"] {
        let (document, status) = verified(&folder, &format!("{args} --server {at}"));
        assert_eq!((lab(&document), status), (("as-planned", ""), 0), "{args}");
        if args.is_empty() {
            // No host's address was asked for.
            assert!(
                server
                    .seen()
                    .iter()
                    .all(|query| [SOA, SRV].contains(&query.kind))
            );
        }
    }
}

#[test]
fn an_empty_answer_without_authority_is_none_of_a_zones_server() {
    let folder = emptied();
    let server = and_lab(|query| Reply::to(query).resolver());
    let at = server.address();
    let (document, status) = verified(&folder, &format!("--all-authoritative --server {at}"));
    assert_eq!(
        (lab(&document), status),
        (("no-answer", "not-authoritative"), 1)
    );
    // A resolver may say so.
    let (document, status) = verified(&folder, &format!("--server {at}"));
    assert_eq!((lab(&document), status), (("as-planned", ""), 0));
    // A server that asks nobody may not.
    let server = and_lab(|query| Reply::to(query).not_authoritative());
    let (document, status) = verified(&folder, &format!("--server {}", server.address()));
    assert_eq!((lab(&document), status), (("no-answer", "lame"), 1));
}

#[test]
fn the_zone_above_knows_nothing_of_a_zone_that_is_not_loaded() {
    let folder = emptied();
    let server = and_lab(|query| {
        Reply::to(query).rcode(NXDOMAIN).authority(
            "contoso.com. 900 SOA dc01.contoso.com. hostmaster.contoso.com. 7 900 600 86400 900",
        )
    });
    for args in ["", "--all-authoritative"] {
        let (document, status) =
            verified(&folder, &format!("{args} --server {}", server.address()));
        assert_eq!(
            (lab(&document), status),
            (("no-answer", "not-authoritative"), 1)
        );
        let domain = &document["servers"][0]["domains"][1];
        assert_eq!(
            domain["no_answer"]["message"],
            "it answers out of the zone contoso.com: it knows nothing of the zone lab.contoso.com"
        );
    }
    // Nor does an export of it.
    let without = folder
        .read("contoso.com.zone")
        .replace("lab.contoso.com. 3600 NS dc01.contoso.com.\n", "");
    folder.write("contoso.com.zone", without);
    let run = folder.run("verify plan.json contoso.com.zone");
    assert_eq!(run.status, 1);
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    let wanted = "no usable answer: lab.contoso.com only the zone contoso.com was given, and \
                  lab.contoso.com is a zone of its own help: give that zone too";
    assert!(words.join(" ").contains(wanted), "{}", run.stdout);
}

/// Timestamps are all that the plan changes: whoever does not tell them does not tell whether it was done.
#[test]
fn what_is_the_same_before_and_after_is_no_proof() {
    let folder = Folder::new();
    let topology = TOPOLOGY.replace("[kms]\n", "[kms]\nttl = 1200\n");
    folder.write("kms.toml", &topology);
    let aged = ";  Database file contoso.com.dns for contoso.com zone.\n;      Zone version:  7\n;\n\
        @ IN SOA dc01.contoso.com. hostmaster.contoso.com. ( 7 900 600 86400 900 )\n\
        @ NS dc01.contoso.com.\n\
        kms01 A 192.0.2.1\nkms02 A 192.0.2.2\n\
        _vlmcs._tcp [AGE:3700000] 1200 SRV 10 75 1688 kms01.contoso.com.\n\
        \x20           [AGE:3700000] 1200 SRV 10 25 1688 kms02.contoso.com.\n";
    folder.write("contoso.com.dns", aged);
    let run = folder.run("plan kms.toml contoso.com.dns --format json --output plan.json");
    assert_eq!(run.stderr, "");
    let same = NEW.replace(" 3600 ", " 1200 ");
    let server = DnsServer::start(with(8, &same));
    // Waiting cannot help: it does not.
    let args = format!("--server {} --wait 10h", server.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!((states(&document), status), (vec!["no-answer"], 1));
    assert_eq!(document["looks"], 1);
    assert_eq!(
        document["servers"][0]["domains"][0]["no_answer"],
        json!({
            "why": "not-told",
            "message": "the set of before and the planned one differ only in whether records are static, which no answer of a server tells",
            "help": "verify with an export of the zone (dnscmd /ZoneExport)",
        })
    );
    let run = folder.run("verify plan.json contoso.com.dns");
    let head = "Not as planned: still the old set in 1 of 1 record set.\n";
    assert!(run.stdout.starts_with(head), "{}", run.stdout);
    folder.write("contoso.com.dns", aged.replace("[AGE:3700000] ", ""));
    let run = folder.run("verify plan.json contoso.com.dns");
    assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{}", run.stdout);
}

/// The same for the TTL, which a cache does not tell.
#[test]
fn a_resolver_does_not_tell_whether_the_ttl_was_changed() {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY.replace("\"ad\"", "\"bind\""));
    let old = NEW.replace(" 3600 ", " 1200 ");
    let before = BEFORE.replace(OLD, &old).replace("    ", "");
    folder.write("contoso.com.zone", before);
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    let resolver = |query: &Query| {
        let reply = Reply::to(query).resolver();
        vec![if query.kind == SRV {
            let records = NEW.lines().map(str::trim);
            records.fold(reply, Reply::answer).now()
        } else {
            reply.now()
        }]
    };
    let server = DnsServer::start(resolver);
    let (document, status) = verified(&folder, &format!("--server {}", server.address()));
    assert_eq!((states(&document), status), (vec!["no-answer"], 1));
    assert_eq!(
        document["servers"][0]["domains"][0]["no_answer"]["message"],
        "the set of before and the planned one differ only in the TTL, which an answer out of a cache does not tell"
    );
    for (set, state, expected) in [(old.as_str(), "still-old", 1), (NEW, "as-planned", 0)] {
        let server = DnsServer::start(with(8, set));
        let (document, status) = verified(&folder, &format!("--server {}", server.address()));
        assert_eq!((states(&document), status), (vec![state], expected));
    }
}

/// Each is a little different from what is planned.
#[test]
fn a_set_that_is_nearly_right_is_not_as_planned() {
    let folder = crate::planned();
    let extra = "\n    _vlmcs._tcp.contoso.com. 3600 SRV";
    for (set, expected) in [
        (NEW.replace("kms01.contoso.com", "KMS01.Contoso.COM"), 0),
        (NEW.lines().rev().collect::<Vec<_>>().join("\n"), 0),
        (format!("{NEW}{extra} 10 25 1688 kms02.contoso.com."), 0),
        (NEW.replace(" 3600 ", " 3599 "), 1),
        (NEW.replace(" 75 ", " 74 "), 1),
        (NEW.replace(" 10 25 ", " 11 25 "), 1),
        (NEW.replace("1688 kms02", "1689 kms02"), 1),
        (format!("{NEW}{extra} 10 25 1689 kms02.contoso.com."), 1),
        (format!("{NEW}{extra} 10 24 1688 kms02.contoso.com."), 1),
        (format!("{NEW}{extra} 30 0 1688 kms03.contoso.com."), 1),
        (
            format!("{NEW}{extra} 10 75 1688 kms01.contoso.com.evil."),
            1,
        ),
        (format!("{NEW}{extra} 0 0 0 ."), 1),
        (NEW.lines().next().unwrap().to_owned(), 1),
        (String::new(), 1),
    ] {
        let server = DnsServer::start(with(8, &set));
        let run = folder.run(&format!("verify plan.json --server {}", server.address()));
        assert_eq!(run.status, expected, "{set}\n{}", run.stdout);
        assert_eq!(run.stdout.starts_with("As planned.\n"), expected == 0);
    }
}

/// The name of the alias is the planned owner, and behind it stands just what is planned.
#[test]
fn the_planned_records_behind_an_alias_are_something_else() {
    let folder = crate::planned();
    let set = format!(
        "    _vlmcs._tcp.contoso.com. 3600 CNAME kms.contoso.com.\n{}",
        NEW.replace("_vlmcs._tcp.", "kms.")
    );
    let server = DnsServer::start(with(8, &set));
    let run = folder.run(&format!("verify plan.json --server {}", server.address()));
    let wanted = "  something else: contoso.com
    _vlmcs._tcp.contoso.com leads to kms.contoso.com by an alias (CNAME or
      DNAME).
";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
    assert_eq!(run.status, 1);
}

/// Exit status 3, as of `kmsplan plan`.
#[test]
fn a_plan_with_errors_is_not_done_by_being_there() {
    let folder = emptied();
    folder.write("kms.toml", EMPTIED.replace("min-live-hosts = 0\n", ""));
    let run = folder.run(
        "plan kms.toml contoso.com.zone lab.contoso.com.zone --format json --output plan.json",
    );
    assert_eq!((run.stderr.as_str(), run.status), ("", 3));
    let held = zone("lab.contoso.com", LAB);
    let contoso = zone("contoso.com", CONTOSO);
    let script: Script = Box::new(move |query: &Query| {
        if query.name.ends_with("lab.contoso.com.") {
            held(query)
        } else {
            contoso(query)
        }
    });
    let server = DnsServer::start(script);
    let run = folder.run(&format!("verify plan.json --server {}", server.address()));
    let head = "As planned, but the plan has 1 error that nobody accepted.\n";
    assert!(run.stdout.starts_with(head), "{}", run.stdout);
    assert_eq!((run.stderr.as_str(), run.status), ("", 3));
    let run = folder.run("verify plan.json contoso.com.zone lab.contoso.com.zone");
    assert_eq!(run.status, 1, "not as planned comes first");
}

/// RFC 2308 section 5: the smaller of the two.
#[test]
fn how_long_nothing_is_remembered_is_what_the_start_of_authority_allows() {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY.replace("\"ad\"", "\"bind\""));
    let before = BEFORE.replace(OLD, "").replace("    ", "");
    folder.write("contoso.com.zone", &before);
    let run = folder.run("plan kms.toml contoso.com.zone --format json --output plan.json");
    assert_eq!(run.stderr, "");
    let after = BEFORE.replace(OLD, NEW);
    for (ttl, seconds) in [("3600", 900), ("900", 900), ("60", 60)] {
        let records = after.replace("contoso.com. 3600 SOA", &format!("contoso.com. {ttl} SOA"));
        let server = DnsServer::start(zone("contoso.com", &records));
        let (document, status) = verified(&folder, &format!("--server {}", server.address()));
        assert_eq!(status, 0);
        assert_eq!(
            (
                &document["caches"][0]["memory"],
                &document["caches"][0]["seconds"]
            ),
            (&json!("no-records"), &json!(seconds)),
            "live, {ttl}"
        );
        folder.write("contoso.com.zone", records.replace("    ", ""));
        let run = folder.run("verify plan.json contoso.com.zone");
        let words: Vec<&str> = run.stdout.split_whitespace().collect();
        let wanted = format!(
            "contoso.com: there were no records. Resolvers may go on saying so for up to {seconds} seconds,"
        );
        assert!(words.join(" ").contains(&wanted), "{}", run.stdout);
    }
}

/// Two servers of which each only answers when the other has been asked too.
#[test]
fn servers_are_asked_at_a_time() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let folder = crate::planned();
    let asked = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let script = |own: usize| -> Script {
        let honest = with(8, if own == 0 { NEW } else { OLD });
        let asked = Arc::clone(&asked);
        Box::new(move |query: &Query| {
            asked[own].fetch_add(1, Ordering::SeqCst);
            if asked[1 - own].load(Ordering::SeqCst) == 0 {
                return Vec::new();
            }
            honest(query)
        })
    };
    let [one, other] = pair(|| script(0), || script(1));
    let args = format!("--server {} --server {}", one.address(), other.address());
    let (document, status) = verified(&folder, &args);
    assert_eq!(
        (states(&document), status),
        (vec!["as-planned", "still-old"], 1)
    );
    assert_eq!(document["servers"][0]["server"], one.address().to_string());
}
