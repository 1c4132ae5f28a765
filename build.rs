//! Tells the program how it is built, for `kmsplan --version`: facts that are the same wherever and whenever the same
//! source is built by the same compiler. No clock, no path and no state of a work tree is asked.

use std::env;
use std::fs;
use std::process::Command;

/// The commit, where whoever builds knows it: `packaging/build` of a clean work tree does.
const COMMIT: &str = "KMSPLAN_COMMIT";
/// What `cargo package` writes into a packaged crate: the commit that it is made from.
const PACKAGED_FROM: &str = ".cargo_vcs_info.json";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    let commit = commit().unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=KMSPLAN_BUILD_TARGET={}", given("TARGET"));
    println!(
        "cargo::rustc-env=KMSPLAN_BUILD_PROFILE={}",
        given("PROFILE")
    );
    println!("cargo::rustc-env=KMSPLAN_BUILD_RUSTC={}", compiler());
    println!("cargo::rustc-env=KMSPLAN_BUILD_COMMIT={commit}");
}

/// A variable that Cargo sets for every build script.
fn given(name: &str) -> String {
    env::var(name).unwrap_or_else(|error| panic!("Cargo gives {name}: {error}"))
}

/// The version of the compiler, without the words around it: `1.95.0`.
fn compiler() -> String {
    let output = Command::new(given("RUSTC"))
        .arg("--version")
        .output()
        .expect("Cargo names a compiler that runs");
    String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .nth(1)
        .expect("a compiler tells its version")
        .to_owned()
}

/// The commit's hash, SHA-1 or SHA-256 in hexadecimal.
fn commit() -> Option<String> {
    env::var(COMMIT)
        .ok()
        .or_else(|| packaged_from(&fs::read_to_string(PACKAGED_FROM).ok()?))
        .filter(|commit| commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The commit that Cargo noted, unless files had changed since.
fn packaged_from(note: &str) -> Option<String> {
    let (_, rest) = note.split_once("\"sha1\": \"")?;
    let (hash, rest) = rest.split_once('"')?;
    (!rest.contains("dirty")).then(|| hash.to_owned())
}
