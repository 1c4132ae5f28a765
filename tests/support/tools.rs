//! Tools that judge kmsplan's reading and writing: BIND's, ldns', `patch`.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::io::Write as _;
use std::process::{Command, Output};

/// Whether `tool` can be run. Where it cannot, a test that needs it fails if `CI` or
/// `KMSPLAN_REQUIRE_TOOLS` is set, and otherwise says loudly that it did not run.
pub fn available(tool: &str, test: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()));
    given(found, &format!("`{tool}` is not installed"), test)
}

/// Whether what a test needs is there, by the same rule; `lack` says what it means where it is not.
pub fn given(there: bool, lack: &str, test: &str) -> bool {
    if there {
        return true;
    }
    let required = ["CI", "KMSPLAN_REQUIRE_TOOLS"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    assert!(!required, "{test}: {lack}");
    // Not by `eprintln!`: of a test that passes the harness keeps that back.
    let _ = writeln!(std::io::stderr(), "!!! {test}: DID NOT RUN, {lack} !!!");
    false
}

/// How many cases a property runs through: `KMSPLAN_CASES`, else `default`.
pub fn cases(default: u64) -> u64 {
    std::env::var("KMSPLAN_CASES").map_or(default, |text| {
        text.parse().expect("KMSPLAN_CASES is a number")
    })
}

/// What `dash` finds wrong with a script, which it reads without running it.
pub fn dash(script: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script");
    std::fs::write(&file, script).unwrap();
    let output = Command::new("dash").arg("-n").arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success() || !said.is_empty()).then(|| format!("dash: {said}"))
}

/// Runs BIND's `named-compilezone` on a zone file in `folder`, with everything that it checks beyond
/// reading switched off.
pub fn named_compilezone(folder: &std::path::Path, zone: &str, file: &str) -> Output {
    Command::new("named-compilezone")
        .current_dir(folder)
        .args([
            "-i", "none", "-k", "ignore", "-n", "ignore", "-m", "ignore", "-r", "ignore",
        ])
        .args([
            "-M", "ignore", "-S", "ignore", "-W", "ignore", "-s", "full", "-o", "-",
        ])
        .args([zone, file])
        .output()
        .expect("named-compilezone runs")
}

/// The records that [`named_compilezone`] printed, a line each: owner, TTL, type and data, in lower case where
/// BIND may have changed the case, each once, sorted.
pub fn printed_records(output: &Output) -> Vec<(String, u32, String, String)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut records: Vec<_> = text
        .lines()
        .filter(|line| !line.starts_with(';') && !line.is_empty())
        .map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let owner = fields.next().expect("an owner").to_ascii_lowercase();
            let ttl = fields
                .next()
                .and_then(|ttl| ttl.parse().ok())
                .expect("a TTL");
            let class = fields.next();
            assert_eq!(class, Some("IN"));
            let kind = fields.next().expect("a type").to_owned();
            let data = fields.collect::<Vec<_>>().join(" ");
            (owner, ttl, kind, data)
        })
        .collect();
    records.sort();
    records.dedup();
    records
}
