//! Bundles as people get them: a folder under `tests/bundles` a case, with `kms.toml` and zone data. `expected.txt` lists
//! the files of the bundle and shows those whose paths begin with a line of `shown.txt`. `KMSPLAN_BLESS=1` rewrites
//! the expectations.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the program and the cases write them so"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use support::{Folder, kmsplan};

/// Every file of a folder by its path, sorted.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder_or_file) = open.pop() {
        if folder_or_file.is_dir() {
            open.extend(
                fs::read_dir(&folder_or_file)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let path = folder_or_file.strip_prefix(folder).unwrap();
            let path = path.to_str().unwrap().replace('\\', "/");
            files.push((path, fs::read(&folder_or_file).unwrap()));
        }
    }
    files.sort();
    files
}

/// A file for people: what kind of text it is, and the text with LF.
fn shown(bytes: &[u8]) -> String {
    let (kind, text) = if let Some(units) = bytes.strip_prefix(b"\xff\xfe") {
        let units: Vec<u16> = units
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        ("UTF-16LE with mark, ", String::from_utf16(&units).unwrap())
    } else if let Some(text) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        (
            "UTF-8 with mark, ",
            String::from_utf8(text.to_vec()).unwrap(),
        )
    } else {
        ("", String::from_utf8(bytes.to_vec()).unwrap())
    };
    let ends = text.matches('\n').count();
    let end = match text.matches("\r\n").count() {
        0 => "LF",
        crlf if crlf == ends => "CRLF",
        _ => "mixed line ends",
    };
    format!("({kind}{end})\n{}", text.replace("\r\n", "\n"))
}

#[test]
fn bundles_are_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundles");
    let mut cases: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    let mut differing = Vec::new();
    for case in &cases {
        let folder = Folder::new();
        let output = folder.path().join("bundle");
        let zones: Vec<String> = fs::read_dir(case)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".zone") || name.ends_with(".dns"))
            .collect();
        let mut zones = zones;
        zones.sort();
        let mut command = kmsplan();
        command
            .current_dir(case)
            .args(["bundle", "kms.toml"])
            .args(&zones)
            .arg("--output")
            .arg(&output);
        let run = support::output(&mut command);
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            run.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        let mut text = String::new();
        let listed = fs::read_to_string(case.join("shown.txt")).unwrap();
        for (path, bytes) in files(&output) {
            if listed.lines().any(|begin| path.starts_with(begin)) {
                let _ = writeln!(text, "==> {path} {}", shown(&bytes));
            } else {
                let _ = writeln!(text, "==> {path}");
            }
        }
        let expected = case.join("expected.txt");
        if std::env::var_os("KMSPLAN_BLESS").is_some() {
            fs::write(&expected, text).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != text {
            differing.push(name);
        }
    }
    assert!(
        differing.is_empty(),
        "bundles differ from expected.txt (KMSPLAN_BLESS=1 rewrites them, read the diff): {differing:?}"
    );
}

/// What scripts note for the way back is kept under the plan's id: the bundle of a way back reads it there.
#[test]
fn the_way_back_finds_what_apply_noted() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundles/contoso-ad");
    let folder = Folder::new();
    for entry in fs::read_dir(case).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    for args in [
        "plan kms.toml contoso.com.dns emea.contoso.com.dns --format json --output plan.json",
        "rollback plan.json contoso.com.dns emea.contoso.com.dns --format json --output back.json",
        "bundle plan.json --output there",
        "bundle back.json --output back",
    ] {
        let run = folder.run(args);
        assert_eq!(run.status, 0, "{args}: {}", run.stderr);
    }
    let notes = |bundle: &str| -> BTreeSet<String> {
        files(&folder.path().join(bundle))
            .iter()
            .filter(|(path, _)| path.ends_with(".ps1") || path.ends_with(".cmd"))
            .flat_map(|(_, bytes)| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let words = text.split(['\'', '"', '%', '/', '\\', ' ']);
                words
                    .filter(|word| word.starts_with("kmsplan-") && !word.ends_with(".log"))
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    let (there, back) = (notes("there"), notes("back"));
    assert!(back.len() > 5, "{back:?}");
    assert!(back.is_subset(&there), "{back:?}\n{there:?}");
}
