//! No package of this repository has `unsafe` code, and `docs/unsafe.md` lists the crates under the program that do.
//!
//! A crate is on the list if the word stands in its library's sources as a word of the language: in code for any system,
//! with any feature, in bodies of macros and in tests too; not in comments and texts. What a macro of another crate
//! makes of its words is counted where the macro is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;

/// What is released.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"];

#[test]
fn crates_with_unsafe_code_are_listed() {
    let listed = listed();
    let mut found = BTreeSet::new();
    for (name, sources) in linked() {
        if holds_unsafe(&sources) {
            found.insert(name);
        }
    }
    let unlisted: Vec<_> = found.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "say in docs/unsafe.md what these crates need `unsafe` for: {unlisted:?}"
    );
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "take these crates out of docs/unsafe.md: {gone:?}"
    );
}

#[test]
fn no_package_of_this_repository_holds_unsafe_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "skim", "tests", "benches", "fuzz", "build.rs"] {
        assert!(!holds_unsafe(&root.join(folder)), "{folder}");
    }
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\nunsafe_code = \"forbid\"\n"));
    for package in ["Cargo.toml", "skim/Cargo.toml"] {
        let manifest = fs::read_to_string(root.join(package)).unwrap();
        assert!(
            manifest.contains("\n[lints]\nworkspace = true\n"),
            "{package}"
        );
    }
}

#[test]
fn only_words_of_the_language_count() {
    for (text, expected) in [
        ("unsafe { *pointer }", true),
        ("macro_rules! m { () => { [unsafe { f() }] } }", true),
        ("unsafe extern \"C\" {}", true),
        (
            "// unsafe\n/* unsafe */ fn f() { g(\"unsafe\", 'u', r#\"unsafe\"#) }",
            false,
        ),
        ("#![forbid(unsafe_code)] /// unsafe\nfn f() {}", false),
    ] {
        assert_eq!(says_unsafe(text.parse().unwrap()), expected, "{text}");
    }
}

/// The crates of the table in `docs/unsafe.md`.
fn listed() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/unsafe.md");
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, what_for)| {
            assert!(what_for.trim().len() > 2, "{name} without a reason");
            name.to_owned()
        })
        .collect()
}

/// The crates that are linked into the program, by name, and the folder of each library's sources. Macros are not linked,
/// nor is what builds or tests.
fn linked() -> BTreeMap<String, PathBuf> {
    let mut linked = BTreeMap::new();
    for target in TARGETS {
        let metadata = metadata(target);
        let packages = by_id(&metadata["packages"]);
        let nodes = by_id(&metadata["resolve"]["nodes"]);
        let root = metadata["resolve"]["root"].as_str().unwrap();
        let mut seen = BTreeSet::new();
        let mut rest = vec![root];
        while let Some(id) = rest.pop() {
            let library = library(packages[id]);
            if !seen.insert(id) || library["kind"][0] == "proc-macro" {
                continue;
            }
            let sources = Path::new(library["src_path"].as_str().unwrap());
            let name = packages[id]["name"].as_str().unwrap().to_owned();
            linked.insert(name, sources.parent().unwrap().to_owned());
            let dependencies = nodes[id]["deps"].as_array().unwrap();
            rest.extend(
                dependencies
                    .iter()
                    .filter(|dependency| is_linked(dependency))
                    .map(|dependency| dependency["pkg"].as_str().unwrap()),
            );
        }
    }
    linked
}

/// What Cargo knows of the packages that a target takes.
fn metadata(target: &str) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version=1"])
        .args(["--filter-platform", target])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|entry| (entry["id"].as_str().unwrap(), entry))
        .collect()
}

/// The library of a package, macros among them.
fn library(package: &Value) -> &Value {
    package["targets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|target| {
            let kind = target["kind"][0].as_str().unwrap();
            kind.ends_with("lib") || kind == "proc-macro"
        })
        .expect("a dependency has a library")
}

/// Whether a dependency is a normal one: it has no kind.
fn is_linked(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array().unwrap();
    kinds.iter().any(|kind| kind["kind"].is_null())
}

/// Whether a Rust file says `unsafe`, or one in a folder or below, unless a build left it there; where there is nothing,
/// nothing does.
fn holds_unsafe(path: &Path) -> bool {
    if path.ends_with("target") {
        return false;
    }
    if path.is_dir() {
        return fs::read_dir(path)
            .unwrap()
            .any(|entry| holds_unsafe(&entry.unwrap().path()));
    }
    if path.extension().is_none_or(|extension| extension != "rs") {
        return false;
    }
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    let words: TokenStream = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    says_unsafe(words)
}

fn says_unsafe(words: TokenStream) -> bool {
    words.into_iter().any(|word| match word {
        TokenTree::Ident(word) => word == "unsafe",
        TokenTree::Group(group) => says_unsafe(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
