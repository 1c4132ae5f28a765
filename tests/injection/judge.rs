//! Gives outputs to their readers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::outputs::{Kind, Made};
use crate::support::Folder;
use crate::support::tools::{available, given};
use crate::{markdown, scripts};

/// The interpreter for which Debian packages its modules.
const PYTHON: &str = "/usr/bin/python3";

/// Whether all readers are there.
pub(crate) fn readers(test: &str) -> bool {
    let modules = Command::new(PYTHON)
        .args(["-c", "import html5lib, pyte, tomllib, wcwidth"])
        .stderr(Stdio::null())
        .status();
    let there = modules.is_ok_and(|status| status.success());
    let lack = "python3-html5lib or python3-pyte is not installed";
    given(there, lack, test)
        && ["cmark-gfm", "dash", "patch"]
            .iter()
            .all(|tool| available(tool, test))
}

/// What a reader says of an output.
pub(crate) struct Reading {
    /// What is wrong whatever the data is.
    pub(crate) faults: Vec<String>,
    /// The text that it found, outside of code and pictures.
    pub(crate) text: String,
    /// What the document is made of besides text.
    shape: Vec<String>,
}

/// The word for the reader in `readers.py`.
fn reader(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Markdown => "markdown",
        Kind::Html => "html",
        Kind::Csv => "csv",
        Kind::Json => "json",
        Kind::Toml => "toml",
        Kind::Powershell | Kind::Sh | Kind::Cmd | Kind::Nsupdate | Kind::Reg | Kind::List => {
            "plain"
        }
        // Bytes of zone files, which stay as they are.
        Kind::Diff | Kind::Zone => "bytes",
    }
}

/// Reads all outputs.
pub(crate) fn read(all: &[&Made]) -> Vec<Reading> {
    let folder = Folder::new();
    let requests: Vec<Value> = all
        .iter()
        .enumerate()
        .map(|(index, made)| {
            let file = folder.write(&index.to_string(), &made.bytes);
            json!({"kind": reader(made.kind), "file": file})
        })
        .collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/injection/readers.py");
    let mut child = Command::new(PYTHON)
        .arg(script)
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all(json!(requests).to_string().as_bytes())
        .unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "readers.py failed");
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let strings = |value: &Value| -> Vec<String> {
        let list = value.as_array().unwrap().iter();
        list.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    answers
        .iter()
        .zip(all)
        .map(|(answer, made)| {
            let mut reading = Reading {
                faults: strings(&answer["faults"]),
                text: answer["text"].as_str().unwrap().to_owned(),
                shape: strings(&answer["shape"]),
            };
            if made.kind == Kind::Markdown {
                let text = String::from_utf8_lossy(&made.bytes);
                reading.faults.extend(markdown::faults(&text));
            }
            reading
        })
        .collect()
}

/// The place of a file of a bundle without what comes from data or from the plan's id: a script's number and role.
fn place(made: &Made) -> String {
    match made.kind {
        Kind::Powershell
        | Kind::Sh
        | Kind::Cmd
        | Kind::Nsupdate
        | Kind::Reg
        | Kind::Zone
        | Kind::Diff
            if made.place.starts_with("bundle: ") =>
        {
            format!("bundle {:?}", made.kind)
        }
        _ => made.place.clone(),
    }
}

/// Judges one of two halves of a corpus on each of two threads; `half` gives the faults that it finds in one, and how many
/// outputs it looked at. Gives the number of all.
///
/// # Panics
/// If there are faults.
pub(crate) fn no_fault(half: impl Fn(usize) -> (Vec<String>, usize) + Sync) -> usize {
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        (half(0), other.join().unwrap())
    });
    let faults = [one.0, other.0].concat();
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    one.1 + other.1
}

/// What outputs are made of besides text, by their places.
pub(crate) type Known = BTreeMap<String, BTreeSet<String>>;

/// What outputs with tame data are made of. They have no fault.
pub(crate) fn known(tame: &[Made]) -> Known {
    let mut known = Known::new();
    let all: Vec<&Made> = tame.iter().collect();
    for (made, reading) in tame.iter().zip(read(&all)) {
        let (faults, parts) = scripts::parts(made);
        assert_eq!([reading.faults, faults].concat(), [""; 0], "{}", made.place);
        let set = known.entry(place(made)).or_default();
        set.extend(reading.shape);
        set.extend(parts);
    }
    known
}

/// What hostile outputs have that tame ones have not, and what is wrong with them anyhow.
pub(crate) fn faults(hostile: &[Made], known: &Known) -> Vec<String> {
    let all: Vec<&Made> = hostile.iter().collect();
    let mut wrong = Vec::new();
    for (made, reading) in hostile.iter().zip(read(&all)) {
        let (faults, parts) = scripts::parts(made);
        let mut all: Vec<String> = reading.faults.into_iter().chain(faults).collect();
        match known.get(&place(made)) {
            Some(known) => {
                let made_of = reading.shape.into_iter().chain(parts);
                let strange = made_of.filter(|part| !known.contains(part));
                all.extend(
                    strange
                        .take(3)
                        .map(|part| format!("only with hostile data: {part}")),
                );
            }
            None if made.place.ends_with("standard error") => {}
            None => all.push("no such output with tame data".to_owned()),
        }
        wrong.extend(
            all.into_iter()
                .take(4)
                .map(|fault| format!("{}: {fault}", made.place)),
        );
    }
    wrong
}
