//! The packages for a registry hold what they are built and understood with, and no more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The most that the files of kmsplan's package may take, in octets.
const LARGEST: u64 = 6 << 20;

#[test]
fn kmsplan_holds_its_sources_documents_and_sample() {
    let files = listed("kmsplan");
    let mut expected = everything_in(&["src", "zones", "docs"]);
    for file in [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "SECURITY.md",
        "build.rs",
        "tests/wine/quotes.txt",
    ] {
        expected.insert(file.to_owned());
    }
    assert_eq!(files, expected);
    let octets: u64 = files
        .iter()
        .map(|file| fs::metadata(root().join(file)).unwrap().len())
        .sum();
    assert!(octets < LARGEST, "{octets} octets");
}

#[test]
fn kmsplan_skim_holds_its_sources_and_licences() {
    let mut expected: BTreeSet<_> = everything_in(&["skim/src"])
        .iter()
        .map(|file| file.trim_start_matches("skim/").to_owned())
        .collect();
    for file in ["Cargo.lock", "Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT"] {
        expected.insert(file.to_owned());
    }
    assert_eq!(listed("kmsplan-skim"), expected);
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let [ours, skims] = ["", "skim"].map(|folder| {
            let file = root().join(folder).join(licence);
            fs::read(file).unwrap()
        });
        assert!(ours == skims, "{licence} differs in skim/");
    }
}

#[test]
fn the_packages_go_together() {
    let manifest = |path: &str| -> toml::Table {
        let text = fs::read_to_string(root().join(path)).unwrap();
        text.parse().unwrap()
    };
    let (kmsplan, skim) = (manifest("Cargo.toml"), manifest("skim/Cargo.toml"));
    let version = skim["package"]["version"].as_str().unwrap();
    let wanted = kmsplan["dependencies"]["kmsplan-skim"]["version"].as_str();
    assert_eq!(wanted, Some(format!("={version}").as_str()));
    assert_eq!(kmsplan["package"]["version"].as_str(), Some(version));
    let changes = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(changes.contains(&format!("\n## [{version}] - ")));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files that Cargo would put into a package, without those that it makes itself.
fn listed(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--locked"])
        .args(["--package", package])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter(|file| ![".cargo_vcs_info.json", "Cargo.toml.orig"].contains(file))
        .map(|file| file.replace('\\', "/"))
        .collect()
}

/// All files in folders of the repository, as paths from its root.
fn everything_in(folders: &[&str]) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut rest: Vec<String> = folders.iter().map(ToString::to_string).collect();
    while let Some(folder) = rest.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                rest.push(path);
            } else {
                files.insert(path);
            }
        }
    }
    files
}
