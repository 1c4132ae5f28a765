//! Ctrl-C while a server is asked. The asking program is this test program, run once more for one test alone.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use kmsplan::snapshot::live::Why;

use crate::dns_server::{DnsServer, Reply, zone};
use crate::{RECORDS, ask, patient, records};

/// Where the asking program is told the source.
const SOURCE: &str = "KMSPLAN_TEST_SOURCE";

/// What the asking program does: it says what it knows, then waits.
#[test]
#[ignore = "run by the other tests"]
fn asks() {
    let source = std::env::var(SOURCE).unwrap();
    let mut live = patient();
    live.tolerant = true;
    live.stop_on_ctrl_c = true;
    let snapshot = ask(&[source], &["contoso.com", "emea.contoso.com"], live).unwrap();
    println!("known {}", records(&snapshot).len());
    for unanswered in snapshot.unanswered.values() {
        assert_eq!(unanswered.why, Why::NotAsked);
        println!("not asked: {}", unanswered.message);
    }
    println!("waits");
    std::thread::sleep(std::time::Duration::from_secs(3600));
}

fn start(source: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "interrupt::asks", "--ignored", "--nocapture"])
        .env(SOURCE, source)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let status = Command::new("sh")
        .args(["-c", "kill -s INT \"$0\"", &id])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn the_first_ends_the_questions_the_second_the_program() {
    let honest = zone("contoso.com", RECORDS);
    let server = DnsServer::start(move |query| match query.name.as_str() {
        "_vlmcs._tcp.emea.contoso.com." => vec![Reply::to(query).after(3_600_000)],
        _ => honest(query),
    });
    let mut child = start(&server.source());
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    // The hosts are asked about last.
    while server.seen().len() < 7 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    interrupt(&child);
    let told: Vec<String> = lines
        .by_ref()
        .skip_while(|line| !line.contains("known"))
        .take_while(|line| line != "waits")
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].ends_with("known 2"), "{told:?}");
    assert_eq!(
        told[1].replace(&server.address().to_string(), "SERVER"),
        "not asked: SERVER was not asked _vlmcs._tcp.emea.contoso.com. SRV any more: interrupted"
    );
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
