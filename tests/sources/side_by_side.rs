//! Each sample beside the plain zone file of the same records: the same changes, as far as the sample's format
//! carries the facts. `side-by-side.txt` shows them; `KMSPLAN_BLESS=1` writes it anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::seen::{self, Change, Facts};
use crate::support::{kmsplan, output};

/// Sample, further arguments, and the zone file that holds the records that the sample lists.
const SAMPLES: [(&str, &str, &str); 26] = [
    ("azure-zone-export.txt", "", "two-static-records.dns"),
    ("bind-zone.db", "", "a-day.dns"),
    ("dig-axfr.txt", "", "three-records.dns"),
    (
        "dig-short.txt",
        "--zone contoso.com --node _vlmcs._tcp",
        "three-records.dns",
    ),
    ("dns-ps-depth2-utf16.json", "", "three-records.dns"),
    (
        "dns-ps-expanded.csv",
        "--zone contoso.com",
        "three-records.dns",
    ),
    (
        "dns-ps-flat.json",
        "--zone contoso.com",
        "three-records.dns",
    ),
    ("dns-ps-single.json", "", "one-record.dns"),
    (
        "dns-ps-table.txt",
        "--zone contoso.com",
        "three-records.dns",
    ),
    ("dns-ps.json", "", "three-records.dns"),
    ("dns-ps7.json", "", "three-records.dns"),
    (
        "dnscmd-enumrecords-node.txt",
        "--zone contoso.com --node _vlmcs._tcp",
        "three-records.dns",
    ),
    (
        "dnscmd-enumrecords.txt",
        "--zone contoso.com --node _tcp",
        "three-records.dns",
    ),
    ("dnsmasq.conf", "", "two-static-records.dns"),
    // Its record of kmsold-2012 is disabled.
    ("infoblox.csv", "", "two-static-records.dns"),
    ("nslookup-bind.txt", "", "three-records.dns"),
    ("nslookup-de.txt", "", "two-records.dns"),
    ("nslookup-fr-cp850.txt", "", "two-records.dns"),
    ("nslookup-nxdomain.txt", "", "fabrikam-without-kms.dns"),
    ("nslookup.txt", "", "three-records.dns"),
    (
        "octodns-contoso.com.yaml",
        "--zone contoso.com",
        "two-static-records.dns",
    ),
    ("resolve-dnsname.json", "", "three-records.dns"),
    ("resolve-dnsname.txt", "", "three-records.dns"),
    ("route53-list-rrsets.json", "", "three-static-records.dns"),
    ("windows-export.dns", "", "three-records.dns"),
    ("windows-filebacked.dns", "", "fabrikam.dns"),
];

#[test]
fn every_sample_plans_what_the_plain_zone_file_plans() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources");
    let present: BTreeSet<String> = fs::read_dir(folder.join("samples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed = SAMPLES.iter().map(|(sample, ..)| (*sample).to_owned());
    assert_eq!(listed.collect::<BTreeSet<_>>(), present);

    let mut page = "Each sample beside the plain zone file of the records that it lists: priority/weight, TTL, age.\n\
                    A question mark: the sample does not tell.\n"
        .to_owned();
    let mut wrong = Vec::new();
    for (sample, args, equivalent) in SAMPLES {
        match compare(&folder, sample, args, equivalent) {
            Ok(block) => {
                if block.contains("DIFFERENT") {
                    wrong.push(block.clone());
                }
                page += &block;
            }
            Err(error) => wrong.push(format!("{sample}: {error}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} samples:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let path = folder.join("side-by-side.txt");
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "side-by-side.txt should be\n{page}"
    );
}

/// Two plans, a row a change.
fn compare(folder: &Path, sample: &str, args: &str, equivalent: &str) -> Result<String, String> {
    let topology = if equivalent.starts_with("fabrikam") {
        "fabrikam.toml"
    } else {
        "kms.toml"
    };
    let ours = plan(folder, topology, &format!("samples/{sample}"), args)?;
    let theirs = plan(folder, topology, &format!("equivalent/{equivalent}"), "")?;
    let format = ours["zones"][0]["format"].as_str().unwrap_or("?");
    let mut block = format!("\n{sample} ({format}) | {equivalent}\n");
    let told: Vec<&str> = domains_with_zone(&ours);
    let (ours, theirs) = (seen::changes(&ours), seen::changes(&theirs));
    let mut records: BTreeSet<_> = ours.iter().map(|change| &change.record).collect();
    records.extend(theirs.iter().map(|change| &change.record));
    for record in records {
        // Of another domain the sample tells nothing.
        if !told.contains(&record.0.as_str()) {
            continue;
        }
        let of = |changes: &'_ [Change]| changes.iter().position(|change| change.record == *record);
        let (left, right) = (
            of(&ours).map(|at| &ours[at]),
            of(&theirs).map(|at| &theirs[at]),
        );
        let verdict = match (left, right) {
            (Some(left), Some(right)) if same(left, right) => "same",
            _ => "DIFFERENT",
        };
        let (domain, target, port) = record;
        block += &format!(
            "  {:44} | {:44} | {verdict}: {target} {port} of {domain}\n",
            left.map_or_else(String::new, shown),
            right.map_or_else(String::new, shown)
        );
    }
    Ok(block)
}

fn domains_with_zone(plan: &serde_json::Value) -> Vec<&str> {
    let domains = plan["domains"].as_array().into_iter().flatten();
    domains
        .filter(|domain| !domain["zone"].is_null())
        .filter_map(|domain| domain["name"].as_str())
        .collect()
}

fn shown(change: &Change) -> String {
    let facts = |facts: &Option<Facts>| facts.as_ref().map(ToString::to_string);
    match (facts(&change.before), facts(&change.after)) {
        (Some(before), Some(after)) if before != after => {
            format!("{} {before} -> {after}", change.action)
        }
        (before, after) => format!("{} {}", change.action, before.or(after).unwrap_or_default()),
    }
}

/// Whether the sample's change is the zone file's, without what the sample cannot tell: a record of which it
/// knows no TTL or age is kept where these alone would change.
fn same(sample: &Change, file: &Change) -> bool {
    let known = |left: &Option<Facts>, right: &Option<Facts>| match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => {
            left.numbers == right.numbers
                && (left.ttl.is_none() || left.ttl == right.ttl)
                && (left.aged.is_none() || left.aged == right.aged)
        }
        _ => false,
    };
    let only_the_unknown = || {
        let (Some(before), Some(after)) = (&file.before, &file.after) else {
            return false;
        };
        let Some(sample) = &sample.before else {
            return false;
        };
        before.numbers == after.numbers
            && (sample.ttl.is_none() || before.ttl == after.ttl)
            && (sample.aged.is_none() || before.aged == after.aged)
    };
    let verbs = sample.action == file.action
        || (sample.action == "keep" && file.action == "change" && only_the_unknown());
    verbs && known(&sample.before, &file.before) && known(&sample.after, &file.after)
}

fn plan(
    folder: &Path,
    topology: &str,
    source: &str,
    args: &str,
) -> Result<serde_json::Value, String> {
    let output = output(
        kmsplan()
            .current_dir(folder)
            .args(["plan", topology, source, "--format", "json"])
            .args(args.split_whitespace()),
    );
    if !matches!(output.status.code(), Some(0 | 3)) {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}
