//! Plans from answers.

use crate::RECORDS;
use crate::dns_server::{A, DnsServer, Packet, Query, REFUSED, Reply, SERVFAIL, Section, zone};
use crate::support::{Folder, TOPOLOGY};

const SOA: &str =
    "contoso.com. 3600 IN SOA ns1.contoso.com. hostmaster.contoso.com. 1 900 600 86400 3600\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder
}

/// As a zone file: the same records.
fn zone_file(records: &str) -> String {
    SOA.to_owned() + records
}

#[test]
fn a_server_beside_its_zone_file() {
    let folder = folder();
    folder.write("contoso.com.zone", zone_file(RECORDS));
    let server = DnsServer::start(zone("contoso.com", RECORDS));
    let from_file = folder.run("plan kms.toml contoso.com.zone");
    let beside = folder.run(&format!(
        "plan kms.toml contoso.com.zone {}",
        server.source()
    ));
    assert_eq!(beside.stderr, "");
    assert_eq!(beside.stdout, from_file.stdout);
}

#[test]
fn two_servers_that_differ() {
    let folder = folder();
    let (first, second) = (
        DnsServer::start(zone("contoso.com", RECORDS)),
        DnsServer::start(zone(
            "contoso.com",
            &RECORDS.replace(" 25 1688", " 50 1688"),
        )),
    );
    let run = folder.run(&format!(
        "plan kms.toml {} {}",
        first.source(),
        second.source()
    ));
    let text = run
        .stderr
        .replace(&first.source(), "FIRST")
        .replace(&second.source(), "SECOND");
    let expected = "\
error: two sources of the zone contoso.com differ: _vlmcs._tcp.contoso.com SRV 10 25 1688 kms02.contoso.com (FIRST; not in SECOND)
  = help: leave one of the servers out, or ask again when both hold the same data
";
    assert_eq!((text.as_str(), run.status), (expected, 1));
}

#[test]
fn two_servers_of_two_zones() {
    let folder = Folder::new();
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("[\"contoso.com\"]", "[\"contoso.com\", \"fabrikam.com\"]"),
    );
    let other = RECORDS.replace("_tcp.contoso.com", "_tcp.fabrikam.com");
    let other: Vec<&str> = other.lines().filter(|line| line.contains("SRV")).collect();
    let other = other.join("\n");
    let contoso = DnsServer::start(zone("contoso.com", RECORDS));
    let fabrikam = DnsServer::start(zone("fabrikam.com", &other));
    let run = folder.run(&format!(
        "plan kms.toml {} {}",
        contoso.source(),
        fabrikam.source()
    ));
    assert_eq!(run.stderr, "");
    assert!(
        run.stdout
            .contains("0 to add, 0 to change, 0 to remove, 4 to keep"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("target-not-checked"), "{}", run.stdout);
    // One of them alone does not know the other zone.
    let run = folder.run(&format!("plan kms.toml {}", contoso.source()));
    assert_eq!(
        run.stderr.replace(&contoso.address().to_string(), "SERVER"),
        "\
error: SERVER refuses to answer _vlmcs._tcp.fabrikam.com. SRV (REFUSED)
  = help: ask a server of that zone, or a resolver that serves this machine
"
    );
    assert_eq!(run.status, 1);
}

#[test]
fn three_zones_at_one_server() {
    let folder = Folder::new();
    let domains =
        "[\"contoso.com\", \"emea.contoso.com\", \"de.emea.contoso.com\", \"fabrikam.com\"]";
    folder.write("kms.toml", TOPOLOGY.replace("[\"contoso.com\"]", domains));
    let set = |domain: &str| {
        let lines = RECORDS.lines().filter(|line| line.contains(" SRV "));
        let lines = lines.map(|line| line.replacen("contoso.com", domain, 1) + "\n");
        lines.collect::<String>()
    };
    let contoso = zone("contoso.com", RECORDS);
    let emea = zone(
        "emea.contoso.com",
        &(set("emea.contoso.com") + &set("de.emea.contoso.com")),
    );
    let fabrikam = zone("fabrikam.com", "");
    let server = DnsServer::start(move |query: &Query| match query.name.as_str() {
        name if name.ends_with("emea.contoso.com.") => emea(query),
        name if name.ends_with("fabrikam.com.") => fabrikam(query),
        _ => contoso(query),
    });
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let read: Vec<&str> = run
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("read"))
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(
        read,
        [
            "read      contoso.com       answers of a server, serial 1",
            "          emea.contoso.com  answers of a server, serial 1",
            "          fabrikam.com      answers of a server, serial 1",
        ]
    );
    assert!(
        run.stdout
            .contains("2 to add, 0 to change, 0 to remove, 6 to keep"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_is_delegated_away() {
    let folder = Folder::new();
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("[\"contoso.com\"]", "[\"emea.contoso.com\"]"),
    );
    let contoso = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query: &Query| {
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
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("error[delegated-away] emea.contoso.com"),
        "{}",
        run.stdout
    );
}

#[test]
fn hostile_names_reach_text_escaped() {
    let folder = folder();
    let target = r"\027\0912J\034\039\036\040id\041\010\096x\096.contoso.com.";
    let text = format!(
        "{RECORDS}_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 {target}\n{target} 60 A 192.0.2.66\n"
    );
    let server = DnsServer::start(zone("contoso.com", &text));
    for format in ["text", "markdown", "json"] {
        let run = folder.run(&format!(
            "plan kms.toml {} --format {format}",
            server.source()
        ));
        assert_eq!(run.stderr, "");
        assert!(!run.stdout.contains('\u{1b}'));
        assert!(!run.stdout.contains("$(id"), "{}", run.stdout);
        assert!(run.stdout.contains(r"027"), "{}", run.stdout);
    }
    // In an error too.
    let server = DnsServer::start(move |query: &Query| -> Vec<Packet> {
        let reply = Reply::to(query);
        match query.name.as_str() {
            "_vlmcs._tcp.contoso.com." => {
                vec![
                    reply
                        .answer(&format!(
                            "_vlmcs._tcp.contoso.com. 60 SRV 0 0 1688 {target}"
                        ))
                        .now(),
                ]
            }
            _ if query.kind == crate::dns_server::SOA => zone("contoso.com", "")(query),
            name => vec![reply.record(Section::Answer, name, 60, A, &[1]).now()],
        }
    });
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!(
        run.stderr
            .lines()
            .next()
            .unwrap()
            .replace(&server.address().to_string(), "SERVER"),
        r"error: SERVER sends an answer to \027\0912J\034\039\036\040id\041\010\096x\096.contoso.com. A that cannot be read"
    );
}

#[test]
fn hosts_of_another_zone_are_not_checked() {
    let folder = Folder::new();
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("kms02.contoso.com", "kms02.fabrikam.com"),
    );
    let contoso = zone(
        "contoso.com",
        &RECORDS.replace("kms02.contoso.com", "kms02.fabrikam.com"),
    );
    let server = DnsServer::start(move |query: &Query| match query.name.as_str() {
        "kms02.fabrikam.com." => vec![Reply::to(query).rcode(REFUSED).now()],
        _ => contoso(query),
    });
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    assert!(
        run.stdout.contains("note[target-not-checked]"),
        "{}",
        run.stdout
    );
}

#[test]
fn init_has_no_domains_to_ask_about() {
    let run = folder().run("init dns://127.0.0.1:5353");
    assert_eq!(
        run.stderr,
        "\
error: `dns://127.0.0.1:5353`: a server answers questions about names, it does not list the domains that it knows
  = help: give whole zones: axfr://SERVER/ZONE; or a list of domains: kmsplan audit --domains FILE --server SERVER --write-topology FILE
"
    );
    assert_eq!(run.status, 1);
}

#[test]
fn what_is_no_server() {
    let folder = folder();
    let help = "  = help: sources that are servers: axfr://SERVER[:PORT]/ZONE, dns://SERVER[:PORT]
";
    for (source, message) in [
        (
            "http://dc01",
            "`http://dc01` cannot be read: there is no such file",
        ),
        (
            "dns:dc01",
            "`dns:dc01` cannot be read: there is no such file",
        ),
        (
            "AXFR:/dc01/x",
            "`AXFR:/dc01/x` cannot be read: there is no such file",
        ),
        ("dns://", "`dns://` names no server: the server is empty"),
        (
            "DNS://dc01/contoso.com",
            "`DNS://dc01/contoso.com` names no server: dns:// names a server and no zone: dns://SERVER[:PORT]; a whole zone is read with axfr://",
        ),
        (
            "axfr://dc01",
            "`axfr://dc01` names no server: a transfer names its zone: axfr://SERVER[:PORT]/ZONE",
        ),
    ] {
        let run = folder.run(&format!("plan kms.toml {source}"));
        assert_eq!(run.stderr, format!("error: {message}\n{help}"));
        assert_eq!(run.status, 1);
    }
}

#[cfg(unix)]
#[test]
fn a_file_whose_name_looks_like_a_server() {
    let folder = folder();
    folder.write("dns:/contoso.com.zone", zone_file(RECORDS));
    let run = folder.run("plan kms.toml ./dns://contoso.com.zone --format json");
    assert_eq!(run.stderr, "");
}

#[test]
fn a_scheme_in_any_case() {
    let folder = folder();
    let server = DnsServer::start(zone("contoso.com", RECORDS));
    let plan = |scheme| {
        let run = folder.run(&format!("plan kms.toml {scheme}://{}", server.address()));
        assert_eq!(run.stderr, "");
        run.stdout
    };
    assert_eq!(plan("DNS").replace("DNS://", "dns://"), plan("dns"));
}

#[test]
fn a_host_in_a_zone_whose_servers_are_gone() {
    let folder = folder();
    let records =
        format!("{RECORDS}_vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 pc-4711.fabrikam.example.\n");
    let honest = zone("contoso.com", &records);
    let server = DnsServer::start(move |query| {
        if query.name.ends_with("fabrikam.example.") {
            return vec![Reply::to(query).resolver().rcode(SERVFAIL).now()];
        }
        honest(query)
    });
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!(run.stderr, "");
    assert!(
        run.stdout
            .contains("note[target-not-checked] pc-4711.fabrikam.example\n"),
        "{}",
        run.stdout
    );
}

/// What clients search is asked for too; where the server does not tell, it is not known what they find.
#[test]
fn domains_that_clients_search() {
    let folder = Folder::new();
    let clients = "\
[[clients]]
domain = \"branch.contoso.com\"
windows = 40

[[clients]]
domain = \"fabrikam.com\"
windows = 30
";
    folder.write("kms.toml", format!("{TOPOLOGY}\n{clients}"));
    let server = DnsServer::start(zone("contoso.com", RECORDS));
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!(run.stderr, "");
    assert!(
        run.stdout
            .contains("warning[domain-without-host] branch.contoso.com\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("fabrikam"), "{}", run.stdout);
    let run = folder.run(&format!("simulate kms.toml {}", server.source()));
    assert_eq!(run.stderr, "");
    let told = "look up fabrikam.com; find what no source tells (fabrikam.com)";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}
