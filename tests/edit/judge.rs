//! Independent readers of zone files, and GNU patch.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::tools;

/// Data of record sets by owner and type, both in lower case and upper case, with their TTL.
pub(crate) type Records = BTreeMap<(String, String), (u32, BTreeSet<String>)>;

/// The zone as BIND reads it.
pub(crate) fn bind(folder: &Path, file: &str, apex: &str) -> Result<Records, String> {
    let output = tools::named_compilezone(folder, apex, file);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(records(&output.stdout))
}

/// The zone as ldns reads it; it knows neither `$GENERATE` nor `$INCLUDE`, and keeps what lies outside of
/// the zone, which is left out here.
pub(crate) fn ldns(folder: &Path, file: &str, apex: &str) -> Result<Records, String> {
    let output = Command::new("ldns-read-zone")
        .arg(file)
        .current_dir(folder)
        .output()
        .unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let mut records = records(&output.stdout);
    records.retain(|(owner, _), _| owner == apex || owner.ends_with(&format!(".{apex}")));
    Ok(records)
}

/// One record a line: owner, TTL, class, type, data.
fn records(text: &[u8]) -> Records {
    let mut records = Records::new();
    for line in String::from_utf8_lossy(text).lines() {
        let mut fields = line.split_ascii_whitespace();
        let (Some(owner), Some(ttl), Some(_), Some(kind)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let Ok(ttl) = ttl.parse() else { continue };
        let mut data = fields.collect::<Vec<_>>().join(" ");
        if matches!(kind, "SRV" | "NS" | "SOA") || kind.starts_with("TYPE") {
            data.make_ascii_lowercase();
        }
        records
            .entry((owner.to_ascii_lowercase(), kind.to_owned()))
            .or_insert_with(|| (ttl, BTreeSet::new()))
            .1
            .insert(data);
    }
    records
}

/// Applies a diff to the files of a folder with GNU patch.
pub(crate) fn patch(folder: &Path, diff: &[u8], reverse: bool) {
    let mut command = Command::new("patch");
    command.args([
        "-p1",
        "--fuzz=0",
        "--no-backup-if-mismatch",
        "--silent",
        "--force",
    ]);
    if reverse {
        command.arg("--reverse");
    }
    let mut child = command
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(diff).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "patch: {}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(diff)
    );
}
