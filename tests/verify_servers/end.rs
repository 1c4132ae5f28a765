//! How a verification ends: Ctrl-C, closed pipes, files that cannot be written; and that its JSON fits its schema.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::dns_server::{DnsServer, NXDOMAIN, Query, REFUSED, Reply, SRV};
use crate::support::{Folder, kmsplan};
use crate::{NEW, OLD, Script, pair, planned, verified, with};

/// Starts a verification, sends Ctrl-C once `until` holds; gives what it printed and its status.
fn interrupted(folder: &Folder, args: &str, until: impl Fn() -> bool) -> (String, Option<i32>) {
    let mut child = kmsplan()
        .args(["verify", "plan.json"])
        .args(args.split_whitespace())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while !until() {
        std::thread::sleep(Duration::from_millis(20));
    }
    // What was answered is on its way.
    std::thread::sleep(Duration::from_millis(300));
    let status = Command::new("sh")
        .args(["-c", "kill -s INT \"$0\"", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    let mut said = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    (said, child.wait().unwrap().code())
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_it_waits_tells_what_is_known() {
    let folder = planned();
    let done = DnsServer::start(with(8, NEW));
    let late = DnsServer::start(with(7, OLD));
    let args = format!(
        "--wait 10h --server {} --server {}",
        done.address(),
        late.address()
    );
    let both = || [&done, &late].iter().all(|server| server.seen().len() == 2);
    let (said, status) = interrupted(&folder, &args, both);
    let said = said
        .replace(&done.address().to_string(), "DONE")
        .replace(&late.address().to_string(), "LATE");
    assert!(
        said.starts_with("Not as planned: still the old set in 1 of 2 record sets;"),
        "{said}"
    );
    assert!(
        said.contains("\nInterrupted: this is what was known by then.\n"),
        "{said}"
    );
    assert!(
        said.contains("\nLATE\n  still the old set: contoso.com\n"),
        "{said}"
    );
    assert_eq!(status, Some(1));
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_it_asks_tells_what_is_known() {
    let folder = planned();
    let [done, silent] = pair(
        || with(8, NEW),
        || -> Script { Box::new(|query: &Query| vec![Reply::to(query).after(3_600_000)]) },
    );
    let args = format!(
        "--format json --server {} --server {}",
        done.address(),
        silent.address()
    );
    let begun = || done.seen().len() == 2 && !silent.seen().is_empty();
    let (said, status) = interrupted(&folder, &args, begun);
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["interrupted"], true);
    let state = |at: usize| &document["servers"][at]["domains"][0]["state"];
    assert_eq!(
        (state(0), state(1)),
        (&"as-planned".into(), &"no-answer".into())
    );
    let why = &document["servers"][1]["domains"][0]["no_answer"]["why"];
    assert_eq!(why, "not-asked");
    assert_eq!(status, Some(1));
}

#[test]
fn live_results_fit_their_schema() {
    let folder = planned();
    let schema = folder.run("schema verify").stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let scripts: Vec<Script> = vec![
        with(8, NEW),
        with(7, OLD),
        with(8, ""),
        with(8, "    _vlmcs._tcp.contoso.com. 60 CNAME x\\027\\200.evil."),
        with(
            8,
            &format!("{NEW}\n    _vlmcs._tcp.contoso.com. 3600 SRV 0 0 0 ."),
        ),
        Box::new(|query: &Query| vec![Reply::to(query).rcode(REFUSED).now()]),
        Box::new(|query: &Query| vec![Reply::to(query).not_authoritative().now()]),
        Box::new(|query: &Query| vec![Reply::to(query).resolver().rcode(NXDOMAIN).now()]),
        Box::new(|query: &Query| {
            let reply = Reply::to(query);
            vec![if query.kind == SRV {
                reply
                    .authority("_tcp.contoso.com. 60 NS elsewhere.example.")
                    .now()
            } else {
                reply.now()
            }]
        }),
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let server = DnsServer::start(script);
        for args in ["", "--all-authoritative"] {
            let args = format!("{args} --server {}", server.address());
            let (document, status) = verified(&folder, &args);
            let wrong: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "{number} {args}: {wrong:#?}");
            assert_eq!(document["as_planned"] == true, status == 0);
            // The same answers give the same bytes.
            assert_eq!(verified(&folder, &args).0, document);
        }
    }
}

#[test]
fn a_closed_pipe_and_a_file_that_cannot_be_written() {
    let folder = planned();
    let server = DnsServer::start(with(8, NEW));
    let at = server.address();
    let run = folder.shell(&format!("kmsplan verify plan.json --server {at} | true"));
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let run = folder.run(&format!(
        "verify plan.json --server {at} --output none/result.txt"
    ));
    assert_eq!((run.stdout.as_str(), run.status), ("", 1));
    assert!(run.stderr.contains("none/result.txt"), "{}", run.stderr);
    assert_eq!(
        folder.names(),
        ["contoso.com.zone", "kms.toml", "plan.json"]
    );
}
