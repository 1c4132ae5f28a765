//! Questions to live servers, `dns://`: what comes of every way in which a server can answer, or not.
//!
//! The servers are threads of the tests (`dns_server`), whose scripts say what comes back. Real servers are asked in
//! `tests/servers/questions.rs`.

mod answers;
#[path = "../support/dns_server.rs"]
mod dns_server;
mod failures;
mod hostile;
mod interrupt;
mod manners;
mod plans;
mod servers_of_zones;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use kmsplan::snapshot::live::{self, Patience};
use kmsplan::snapshot::{Options, Snapshot};
use kmsplan::{Name, presentation};

/// The zone of [`support::TOPOLOGY`], as it is to be.
const RECORDS: &str = "
_vlmcs._tcp.contoso.com. 3600 SRV 10 75 1688 kms01.contoso.com.
_vlmcs._tcp.contoso.com. 3600 SRV 10 25 1688 kms02.contoso.com.
kms01.contoso.com. 3600 A 192.0.2.1
kms02.contoso.com. 3600 A 192.0.2.2
kms02.contoso.com. 3600 AAAA 2001:db8::2
";

/// What [`records`] gives of it.
const TOLD: [&str; 2] = [
    "_vlmcs._tcp.contoso.com 3600 10 25 1688 kms02.contoso.com",
    "_vlmcs._tcp.contoso.com 3600 10 75 1688 kms01.contoso.com",
];

fn name(text: &str) -> Name {
    presentation::parse_full_name(text).unwrap()
}

/// Waits, in milliseconds, for each datagram; the last is how long TCP may take.
fn patience<const N: usize>(udp: [u64; N], tcp: u64) -> live::Options {
    live::Options {
        patience: Patience {
            udp: udp.map(Duration::from_millis).to_vec(),
            tcp: Duration::from_millis(tcp),
            pause: Duration::from_millis(10),
            ..Patience::default()
        },
        ..live::Options::default()
    }
}

/// So long that a busy machine is not taken for a silent server.
fn patient() -> live::Options {
    patience([20_000, 20_000, 20_000], 20_000)
}

/// So short that nobody waits long for a silent one.
fn hasty() -> live::Options {
    patience([100, 100, 100], 200)
}

/// Asks the sources about domains.
fn ask(sources: &[String], domains: &[&str], live: live::Options) -> Result<Snapshot, String> {
    let owners = domains
        .iter()
        .map(|domain| presentation::kms_owner(&name(domain)).unwrap());
    let options = Options {
        interest: owners.collect(),
        live,
        ..Options::default()
    };
    Snapshot::read(sources, &options).map_err(|complaints| complaints.render(false))
}

/// The error of asking one server about one domain.
fn error(server: &dns_server::DnsServer, live: live::Options) -> String {
    ask(&[server.source()], &["contoso.com"], live)
        .expect_err("no usable answer")
        .replace(&server.address().to_string(), "SERVER")
}

/// The KMS records: owner, TTL, priority, weight, port, target.
fn records(snapshot: &Snapshot) -> Vec<String> {
    let records = snapshot.zones.iter().flat_map(|zone| zone.kms.values());
    let mut lines: Vec<String> = records
        .flatten()
        .map(|record| {
            format!(
                "{} {} {} {} {} {}",
                presentation::plain(&record.owner),
                record.ttl.map_or("?".to_owned(), |ttl| ttl.to_string()),
                record.priority,
                record.weight,
                record.port,
                presentation::plain(&record.target)
            )
        })
        .collect();
    lines.sort();
    lines
}
