//! The same inputs give the same plan, in whatever order hosts, files and records come.
//!
//! What may differ is the topology's and the zones' hashes, line numbers and the diff.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::kmsplan;

#[test]
fn order_of_hosts_files_and_records_does_not_matter() {
    for case in [
        "well-known",
        "aged-manual",
        "aged-automatic",
        "duplicates",
        "port-move",
        "unlisted-keep",
        "unnamed-domain",
        "not-published-here",
        "mixed-case",
        "wildcard-and-addresses",
        "group-global-two-domains",
        "mixed-products",
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/plans")
            .join(case);
        let plain = plan(&folder, false);
        for turn in 1..4 {
            let copy = tempfile::tempdir().unwrap();
            shuffle(&folder, copy.path(), turn);
            assert_eq!(
                plan(copy.path(), turn % 2 == 1),
                plain,
                "{case}, turned by {turn}"
            );
        }
    }
}

#[test]
fn two_spellings_of_one_zone_give_one_id() {
    let written = tempfile::tempdir().unwrap();
    let topology = "[kms]\ndomains = [\"contoso.com\"]\n\n[[host]]\nname = \"kms01.contoso.com\"\nweight = 75\n\n[[host]]\nname = \"kms02.contoso.com\"\nweight = 25\n\n[[zone]]\nname = \"contoso.com\"\nkind = \"bind\"\n";
    let zones = [
        "$ORIGIN contoso.com.\n$TTL 1h\n@ IN SOA dc01 hostmaster 7 900 600 86400 3600\n@ IN NS dc01\ndc01 IN A 192.0.2.1\nkms01 IN A 192.0.2.11\nkms02 IN A 192.0.2.12\n_vlmcs._tcp IN SRV 0 0 1688 kms01\n IN SRV 5 0 1688 oldkms\n",
        "; Written by a program.\nCONTOSO.COM. 3600 IN SOA DC01.Contoso.com. hostmaster.contoso.com. 99 900 600 86400 3600\ncontoso.com. 3600 IN NS dc01.contoso.com.\n_VLMCS._TCP.contoso.com. 3600 IN SRV 5 0 1688 OLDKMS.contoso.com.\n_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 KMS01.Contoso.COM.\nkms02.contoso.com. 3600 IN A 192.0.2.12\nKMS01.contoso.com. 3600 IN A 192.0.2.11\ndc01.contoso.com. 3600 IN A 192.0.2.1\nwww.contoso.com. 3600 IN A 192.0.2.80\n",
    ];
    let servers = ["dc01.contoso.com", "DC01.Contoso.com."];
    let ids: Vec<Value> = zones
        .iter()
        .zip(servers)
        .map(|(zone, server)| {
            // A server's name has no case, and is whole with and without its final dot.
            let topology = format!("{topology}server = \"{server}\"\n");
            fs::write(written.path().join("kms.toml"), topology).unwrap();
            fs::write(written.path().join("contoso.com.zone"), zone).unwrap();
            plan(written.path(), false)["id"].clone()
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
}

/// The plan of a folder as JSON, without what may differ.
fn plan(folder: &Path, backwards: bool) -> Value {
    let mut sources = zone_files(folder);
    if backwards {
        sources.reverse();
    }
    let output = support::output(
        kmsplan()
            .current_dir(folder)
            .args(["plan", "kms.toml", "--format", "json"])
            .args(&sources),
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    drop_order(&mut plan);
    plan
}

fn drop_order(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["line", "sha256", "diffs"] {
                map.remove(key);
            }
            map.values_mut().for_each(drop_order);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_order),
        _ => {}
    }
}

fn zone_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| PathBuf::from(entry.unwrap().file_name()))
        .filter(|name| {
            name.extension()
                .is_some_and(|extension| extension == "zone" || extension == "dns")
        })
        .collect();
    files.sort();
    files
}

/// Copies a case with the hosts of its topology and the records of its zones in another order.
fn shuffle(from: &Path, to: &Path, turn: usize) {
    let topology = fs::read_to_string(from.join("kms.toml")).unwrap();
    let mut sections: Vec<String> = Vec::new();
    for line in topology.split_inclusive('\n') {
        match sections.last_mut() {
            Some(section) if !line.starts_with("[[") => section.push_str(line),
            _ => sections.push(format!("\n{line}")),
        }
    }
    // What stands before the first section of a list stays in front.
    let lists = &mut sections[1..];
    let turn = turn % lists.len();
    lists.rotate_left(turn);
    fs::write(to.join("kms.toml"), sections.concat()).unwrap();
    for name in zone_files(from) {
        let zone = fs::read_to_string(from.join(&name)).unwrap();
        fs::write(to.join(&name), shuffled_records(&zone, turn)).unwrap();
    }
}

/// The zone with the KMS records turned: each run of lines that starts at `_vlmcs` and goes on with blank
/// owners.
fn shuffled_records(zone: &str, turn: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let mut owner = String::new();
    let flush = |run: &mut Vec<String>, out: &mut Vec<String>| {
        if !run.is_empty() {
            let turn = turn % run.len();
            run.rotate_left(turn);
            out.append(run);
        }
    };
    for line in zone.split_inclusive('\n') {
        let blank = line.starts_with([' ', '\t']);
        if line.starts_with("_vlmcs") {
            flush(&mut run, &mut out);
            owner = line.split_whitespace().next().unwrap().to_owned();
            run.push(line.to_owned());
        } else if blank && !run.is_empty() {
            run.push(format!("{owner} {}", line.trim_start()));
        } else {
            flush(&mut run, &mut out);
            out.push(line.to_owned());
        }
    }
    flush(&mut run, &mut out);
    out.concat()
}
