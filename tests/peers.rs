//! `benches/peers` works: on small zones, with the peers that are there.

mod support;

use std::process::Command;

use support::tools;

/// Rows that need nothing but what every system has, by what they begin with.
const ALWAYS: [&str; 8] = [
    "| `plan` of 10 zone files, KMS records in all | ",
    "| `plan` of 10 zone files, KMS records in 5 | ",
    "| the same records as a Windows export | ",
    "| the same records as UTF-16 | ",
    "| the same records as a Windows export in UTF-16 | ",
    "| `plan` of 10,400 records | ",
    "| `plan` of the sample | ",
    "| `--help` | ",
];

#[test]
fn the_table_is_printed() {
    if !tools::available("python3", "the_table_is_printed") {
        return;
    }
    let run = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers"))
        .args(["--small", "--kmsplan", env!("CARGO_BIN_EXE_kmsplan")])
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let table = String::from_utf8(run.stdout).unwrap();
    let lines: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
    assert!(lines.len() > 20, "{table}");
    for line in &lines {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 8, "{line}");
    }
    for row in ALWAYS {
        let line = lines.iter().find(|line| line.starts_with(row));
        let line = line.unwrap_or_else(|| panic!("no row {row}\n{table}"));
        assert!(!line.contains("not measured"), "{line}\n{said}");
    }
}
