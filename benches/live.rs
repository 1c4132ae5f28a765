//! Questions and transfers beside their peers, in one run: `cargo bench --bench live`.
//!
//! NSD serves one zone with ten thousand domains and one with 1,050,012 records on loopback, its response rate limiting
//! off. `dig -f` asks one question after the other, `dnsperf` as fast as it can, kmsplan as it does by default and
//! with its bounds lifted; once more through a relay that adds 20 ms each way. Figures are the median of several
//! runs, and each is told as a ratio too. Needs `nsd`, `dig` and `dnsperf`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../tests/support/relay.rs"]
mod relay;
#[path = "../tests/servers/server.rs"]
#[allow(dead_code, reason = "the benchmark uses a part of it")]
mod server;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "../tests/servers/zone.rs"]
#[allow(dead_code, reason = "the benchmark uses a part of it")]
mod zone;

use relay::Relay;
use server::{Server, free_port, program};
use support::Folder;

const DOMAINS: u16 = 10_000;
/// Hosts without KMS records in the large zone: with its SOA, NS, SRV and host records 1,050,012 records.
const FILLING: usize = 1_050_000;
const RUNS: usize = 5;
const WAY: Duration = Duration::from_millis(20);

fn main() {
    for tool in ["nsd", "dig", "dnsperf"] {
        let found = std::env::var_os("PATH").is_some_and(|path| {
            std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
        });
        assert!(found, "`{tool}` is not installed");
    }
    let folder = Folder::new();
    let server = serve(&folder);
    questions(&folder, &server);
    transfers(&folder, &server);
}

/// NSD with both zones.
fn serve(folder: &Folder) -> Server {
    let apex = "@ 3600 IN SOA ns1 hostmaster 1 900 600 86400 300\n@ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.53\n";
    let mut many = String::from(apex);
    for host in 1..=4 {
        let _ = writeln!(many, "kms0{host} 3600 IN A 192.0.2.{host}");
    }
    for domain in 0..DOMAINS {
        let owner = format!("_vlmcs._tcp.d{domain:05}");
        // Every tenth domain has none.
        if domain % 10 != 9 {
            let (first, second) = (domain % 4 + 1, (domain + 1) % 4 + 1);
            let _ = writeln!(many, "{owner} 3600 IN SRV 10 75 1688 kms0{first}");
            let _ = writeln!(many, "{owner} 3600 IN SRV 10 25 1688 kms0{second}");
        }
    }
    folder.write("many.example", many);
    let mut large = String::from(apex);
    for host in 1..=4 {
        let _ = writeln!(large, "kms0{host} 3600 IN A 192.0.2.{host}");
        let _ = writeln!(large, "_vlmcs._tcp 3600 IN SRV 0 0 1688 kms0{host}");
    }
    for host in 0..FILLING {
        let [_, a, b, c] = u32::try_from(host).expect("fits").to_be_bytes();
        let _ = writeln!(large, "host{host} 3600 IN A 10.{a}.{b}.{c}");
    }
    folder.write("large.example", large);
    let place = folder.path().display();
    let port = free_port();
    let mut config = format!(
        "server:\n  ip-address: 127.0.0.1@{port}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{place}\"\n  \
         database: \"\"\n  pidfile: \"{place}/pid\"\n  xfrdfile: \"{place}/xfrd\"\n  xfrdir: \"{place}\"\n  \
         zonelistfile: \"{place}/list\"\n  server-count: 1\n  rrl-ratelimit: 0\n  rrl-whitelist-ratelimit: 0\n\
         remote-control:\n  control-enable: no\n"
    );
    for zone in ["many.example", "large.example"] {
        let _ = write!(
            config,
            "zone:\n  name: {zone}\n  zonefile: {zone}\n  provide-xfr: 127.0.0.1 NOKEY\n"
        );
    }
    folder.write("nsd.conf", config);
    let zones = ["many.example", "large.example"].map(str::to_owned);
    Server::start(
        folder,
        port,
        &program("nsd"),
        &["-d", "-c", "nsd.conf"],
        zones,
    )
}

fn questions(folder: &Folder, server: &Server) {
    let (mut domains, mut dig, mut perf) = (String::new(), String::new(), String::new());
    for domain in 0..DOMAINS {
        let _ = writeln!(domains, "d{domain:05}.many.example");
        let _ = writeln!(dig, "_vlmcs._tcp.d{domain:05}.many.example SRV");
        let _ = writeln!(perf, "_vlmcs._tcp.d{domain:05}.many.example SRV");
    }
    folder.write("domains.txt", domains);
    folder.write("dig.txt", dig);
    folder.write("dnsperf.txt", perf);
    println!("{DOMAINS} domains, NSD on loopback, medians of {RUNS} runs");
    let dnsperf = dnsperf(folder, server.port);
    println!("  dnsperf                       {dnsperf:>9.0} questions a second");
    let rate = |time: Duration| f64::from(DOMAINS) / time.as_secs_f64();
    let say = |what: &str, time: Duration| {
        println!(
            "  {what:<29} {:>9.0} domains a second, {:.2} s, dnsperf x {:.3}",
            rate(time),
            time.as_secs_f64(),
            rate(time) / dnsperf
        );
    };
    let port = server.port.to_string();
    let dig = median(RUNS.min(3), || {
        run(
            folder,
            "dig",
            &[
                "-r",
                "@127.0.0.1",
                "-p",
                &port,
                "-f",
                "dig.txt",
                "+noall",
                "+answer",
            ],
        )
    });
    say("dig -f, one after the other", dig);
    let lifted = ["--rate", "0", "--concurrency", "1000"];
    let audit = |port: u16, more: &[&str]| {
        let server = format!("127.0.0.1:{port}");
        let mut arguments = vec![
            "audit",
            "--domains",
            "domains.txt",
            "--server",
            &server,
            "--format",
            "json",
            "--output",
            "audit.json",
        ];
        arguments.extend(more);
        let time = run(folder, env!("CARGO_BIN_EXE_kmsplan"), &arguments);
        exact(folder);
        time
    };
    say(
        "kmsplan audit, bounds lifted",
        median(RUNS, || audit(server.port, &lifted)),
    );
    say(
        "kmsplan audit, rate lifted",
        median(RUNS, || audit(server.port, &lifted[..2])),
    );
    say(
        "kmsplan audit, as it is",
        median(1, || audit(server.port, &[])),
    );
    let relay = Relay::start(server.port, WAY);
    println!("through a relay that adds {} ms each way", WAY.as_millis());
    say(
        "kmsplan audit, bounds lifted",
        median(RUNS, || audit(relay.port, &lifted)),
    );
    say(
        "kmsplan audit, rate lifted",
        median(RUNS, || audit(relay.port, &lifted[..2])),
    );
    say(
        "kmsplan audit, as it is",
        median(1, || audit(relay.port, &[])),
    );
}

/// The audit holds every domain with its records.
fn exact(folder: &Folder) {
    let audit: serde_json::Value = serde_json::from_str(&folder.read("audit.json")).unwrap();
    let domains = audit["domains"].as_array().expect("domains");
    assert_eq!(domains.len(), usize::from(DOMAINS));
    for (number, domain) in domains.iter().enumerate() {
        let expected = if number % 10 == 9 { 0 } else { 2 };
        let records = domain["records"].as_array().map_or(0, Vec::len);
        assert_eq!(domain["name"], format!("d{number:05}.many.example."));
        assert_eq!(records, expected, "{domain}");
    }
}

/// Questions a second that dnsperf gets answered.
fn dnsperf(folder: &Folder, port: u16) -> f64 {
    let mut rates: Vec<f64> = (0..RUNS)
        .map(|_| {
            let output = Command::new("dnsperf")
                .args([
                    "-s",
                    "127.0.0.1",
                    "-p",
                    &port.to_string(),
                    "-d",
                    "dnsperf.txt",
                    "-l",
                    "3",
                ])
                .current_dir(folder.path())
                .output()
                .expect("dnsperf runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines()
                .find_map(|line| line.trim().strip_prefix("Queries per second:"))
                .and_then(|rate| rate.trim().parse().ok())
                .unwrap_or_else(|| panic!("{text}"))
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn transfers(folder: &Folder, server: &Server) {
    folder.write(
        "kms.toml",
        "[kms]\ndomains = [\"large.example\"]\n[[host]]\nname = \"kms01.large.example\"\n[[host]]\nname = \"kms02.large.example\"\n",
    );
    println!("a zone of 1,050,012 records, NSD on loopback, medians of {RUNS} runs");
    let port = server.port.to_string();
    let dig = median(RUNS, || {
        run(
            folder,
            "dig",
            &["-r", "@127.0.0.1", "-p", &port, "large.example", "AXFR"],
        )
    });
    println!("  dig AXFR                      {:.2} s", dig.as_secs_f64());
    let source = format!("axfr://127.0.0.1:{port}/large.example");
    let plan = median(RUNS, || {
        run(
            folder,
            env!("CARGO_BIN_EXE_kmsplan"),
            &["plan", "kms.toml", &source],
        )
    });
    println!(
        "  kmsplan plan axfr://          {:.2} s, dig x {:.2}",
        plan.as_secs_f64(),
        plan.as_secs_f64() / dig.as_secs_f64()
    );
}

/// The time of a program that must end well; what it prints goes nowhere.
fn run(folder: &Folder, program: impl AsRef<Path>, arguments: &[&str]) -> Duration {
    let begin = Instant::now();
    let status = Command::new(program.as_ref())
        .args(arguments)
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .status()
        .expect("it runs");
    assert!(
        status.success(),
        "{} {arguments:?}",
        program.as_ref().display()
    );
    begin.elapsed()
}

fn median(runs: usize, run: impl Fn() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| run()).collect();
    times.sort();
    times[times.len() / 2]
}
