//! Plans of thousands of domains or hosts: what is said holds for each, and the work grows with their number only.

use std::fmt::Write as _;

use kmsplan::plan::{Options, Plan, Verb};
use kmsplan::snapshot::{self, Snapshot};
use kmsplan::topology::Topology;

const DOMAINS: usize = 3000;

/// Half of the domains lie in one large zone, half in zones of their own.
#[test]
fn thousands_of_domains() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: String| folder.path().join(name).to_str().unwrap().to_owned();
    let soa = "@ 3600 IN SOA ns1 hostmaster 7 900 600 86400 3600\n@ 3600 IN NS ns1.contoso.com.\n";
    let mut large = format!("$ORIGIN contoso.com.\n{soa}");
    for host in ["ns1", "kms01", "kms02", "kms03", "oldkms", "pc-4711"] {
        writeln!(large, "{host} 3600 IN A 192.0.2.1").unwrap();
    }
    let mut sources = vec![path("contoso.com.zone".to_owned())];
    let mut domains = Vec::new();
    for number in 0..DOMAINS {
        let records = "3600 IN SRV 0 0 1688 kms01.contoso.com.\n 3600 IN SRV 0 0 1688 oldkms.contoso.com.\n 3600 IN SRV 0 0 1688 pc-4711.contoso.com.\n";
        if number % 2 == 0 {
            let domain = format!("d{number}.contoso.com");
            write!(large, "_vlmcs._tcp.d{number} {records}").unwrap();
            domains.push(domain);
        } else {
            let domain = format!("d{number}.example");
            let file = path(format!("{domain}.zone"));
            let zone = format!("$ORIGIN {domain}.\n{soa}_vlmcs._tcp {records}");
            std::fs::write(&file, zone).unwrap();
            sources.push(file);
            domains.push(domain);
        }
    }
    std::fs::write(&sources[0], large).unwrap();
    let domains: Vec<String> = domains.iter().map(|name| format!("\"{name}\"")).collect();
    let topology = format!(
        "[kms]\nport = 1689\ndomains = [{}]\n\n[[host]]\nname = \"kms01.contoso.com\"\nweight = 75\nport = 1688\n\n[[host]]\nname = \"kms02.contoso.com\"\nweight = 25\n\n[[host]]\nname = \"kms03.contoso.com\"\npriority = 10\n\n[[retired]]\nname = \"oldkms.contoso.com\"\n",
        domains.join(", ")
    );
    let topology = Topology::read("kms.toml", topology.as_bytes()).unwrap();
    let options = snapshot::Options {
        interest: topology
            .hosts
            .iter()
            .map(|host| host.name.clone())
            .collect(),
        ..snapshot::Options::default()
    };
    let snapshot = Snapshot::read(&sources, &options).unwrap();

    let plan = Plan::make(&topology, &snapshot, &Options::default());

    let summary = plan.summary();
    assert_eq!(plan.domains.len(), DOMAINS);
    assert_eq!(summary.zones, 1 + DOMAINS / 2);
    assert_eq!(
        (summary.add, summary.change, summary.remove, summary.keep),
        (2 * DOMAINS, DOMAINS, 2 * DOMAINS, 0)
    );
    for domain in &plan.domains {
        assert_eq!(
            (domain.live.before, domain.live.after, domain.live.minimum),
            (1, 3, 1)
        );
        assert_eq!(domain.changes[0].verb, Verb::Change);
        assert_eq!(domain.changes[0].share, Some(7475));
    }
    // What holds for all domains is said once.
    let codes = plan.findings.iter().map(|finding| finding.code.word());
    let unlisted = codes.filter(|code| *code == "unlisted-host").count();
    assert_eq!(unlisted, 1);
}

/// Answers about many domains, in one text, and in a file each where they are of one zone.
#[test]
fn thousands_of_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let answer = |number: usize| {
        format!(
            "_vlmcs._tcp.d{number}.contoso.com\tservice = 0 0 1688 kms{number}.contoso.com.\nkms{number}.contoso.com\tinternet address = 192.0.2.1\n\n"
        )
    };
    let text: String = (0..DOMAINS).map(answer).collect();
    std::fs::write(path("all.txt"), text).unwrap();
    std::fs::create_dir(path("each")).unwrap();
    for number in 0..DOMAINS {
        std::fs::write(path(&format!("each/d{number}.txt")), answer(number)).unwrap();
    }

    let options = snapshot::Options::default();
    let together = Snapshot::read(&[path("all.txt")], &options).unwrap();
    assert_eq!(together.zones.len(), DOMAINS);
    let last = format!("d{}.contoso.com", DOMAINS - 1);
    let last = together
        .zones
        .iter()
        .find(|zone| kmsplan::presentation::plain(&zone.name) == last);
    let record = &last.unwrap().kms.values().next().unwrap()[0];
    assert_eq!(record.site.unwrap().line, 3 * DOMAINS - 2);

    let options = snapshot::Options {
        zone: kmsplan::presentation::parse_full_name("contoso.com").ok(),
        ..snapshot::Options::default()
    };
    let each = Snapshot::read(&[path("each")], &options).unwrap();
    assert_eq!(each.zones.len(), 1);
    assert_eq!(each.zones[0].kms.len(), DOMAINS);
    assert_eq!(each.zones[0].addresses.len(), DOMAINS);
}

/// All hosts serve one domain; each second record is of a host that goes.
#[test]
fn thousands_of_hosts() {
    const HOSTS: usize = 2000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contoso.com.zone");
    let mut zone = "$TTL 3600\n@ IN SOA ns1 hostmaster 7 900 600 86400 3600\n".to_owned();
    let mut topology = "[kms]\ndomains = [\"contoso.com\"]\n".to_owned();
    for number in 0..HOSTS {
        write!(zone, "_vlmcs._tcp IN SRV 0 0 1688 kms{number}\n IN SRV 0 0 1688 old{number}\nkms{number} IN A 192.0.2.1\n").unwrap();
        write!(topology, "\n[[host]]\nname = \"kms{number}.contoso.com\"\npriority = {}\nweight = 5\n\n[[retired]]\nname = \"old{number}.contoso.com\"\n", number % 7).unwrap();
    }
    std::fs::write(&file, zone).unwrap();
    let topology = Topology::read("kms.toml", topology.as_bytes()).unwrap();
    let sources = [file.to_str().unwrap().to_owned()];
    let snapshot = Snapshot::read(&sources, &snapshot::Options::default()).unwrap();

    let plan = Plan::make(&topology, &snapshot, &Options::default());

    let summary = plan.summary();
    assert_eq!(
        (summary.add, summary.change, summary.remove, summary.keep),
        (0, HOSTS, HOSTS, 0)
    );
    let live = plan.domains[0].live;
    assert_eq!(
        (live.before, live.after, live.minimum),
        (HOSTS, HOSTS, HOSTS)
    );
}
