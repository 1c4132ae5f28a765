//! The documents say what is so: their examples run, their links lead somewhere, and no file that is
//! tracked knows the machine that it was written on.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use support::{Folder, tools};

/// Commands in examples that do not run kmsplan, and that no test can run.
const NOT_RUN: [&str; 4] = [
    "cargo install --locked --path .",
    "tests/run",
    "benches/peers --simdzone ../simdzone --nsdiff ../nsdiff",
    "cargo bench",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages: those at the root and those in `docs/`, by their path from the root.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for folder in ["", "docs"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(root()).unwrap();
                let name = name.to_str().unwrap().replace('\\', "/");
                pages.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    pages.sort();
    assert!(pages.len() >= 5, "the pages are found");
    pages
}

/// A fenced block of a page.
struct Block {
    language: String,
    text: String,
    /// The page and the line of its first fence.
    place: String,
}

fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = false;
    for (event, range) in Parser::new_ext(text, Options::all()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                open = true;
                let line = text[..range.start].lines().count() + 1;
                blocks.push(Block {
                    language: language.into_string(),
                    text: String::new(),
                    place: format!("{page}:{line}"),
                });
            }
            Event::Text(part) if open => {
                if let Some(block) = blocks.last_mut() {
                    block.text.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => open = false,
            _ => {}
        }
    }
    blocks
}

/// A command of an example and the lines that shall come out; `None` where the example shows none.
struct Example {
    command: String,
    output: Option<String>,
    place: String,
}

/// The commands of a page. A `text` block after a command without output is that command's output.
fn examples(page: &str, text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut waiting = false;
    for block in blocks(page, text) {
        match block.language.as_str() {
            "console" => {
                for line in block.text.lines() {
                    if let Some(command) = line.strip_prefix("$ ") {
                        examples.push(Example {
                            command: command.to_owned(),
                            output: None,
                            place: block.place.clone(),
                        });
                    } else {
                        let example = examples.last_mut();
                        let example = example.expect("output stands after a command");
                        let output = example.output.get_or_insert_default();
                        output.push_str(line);
                        output.push('\n');
                    }
                }
                waiting = examples
                    .last()
                    .is_some_and(|example| example.output.is_none());
            }
            "text" if waiting => {
                let example = examples.last_mut().expect("a command waits");
                example.output = Some(block.text);
                waiting = false;
            }
            _ => {}
        }
    }
    examples
}

/// A folder like the repository's root as far as examples need it, with the exports that the README speaks of.
fn workplace() -> Folder {
    let folder = Folder::new();
    let sample = root().join("zones/contoso");
    for entry in fs::read_dir(sample).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let content = fs::read(&path).unwrap();
        if let Some(zone) = name.strip_suffix(".zone") {
            folder.write(&format!("{zone}.export.dns"), &content);
        }
        folder.write(&format!("zones/contoso/{name}"), &content);
    }
    folder
}

/// Whether output is as an example shows it: a line of three dots stands for lines left out.
fn shows(expected: &str, got: &str) -> bool {
    fn matches(expected: &[&str], got: &[&str]) -> bool {
        match expected {
            [] => got.is_empty(),
            ["...", rest @ ..] => (0..=got.len()).any(|from| matches(rest, &got[from..])),
            [line, rest @ ..] => got
                .split_first()
                .is_some_and(|(first, others)| first == line && matches(rest, others)),
        }
    }
    let expected: Vec<&str> = expected.lines().collect();
    let got: Vec<&str> = got.lines().collect();
    matches(&expected, &got)
}

#[test]
fn examples_give_what_they_show() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let folder = workplace();
        for example in examples(&page, &text) {
            let Example {
                command,
                output,
                place,
            } = example;
            if NOT_RUN.contains(&command.as_str()) {
                continue;
            }
            let line = command.strip_prefix("cargo run --release -- ").map_or_else(
                || command.clone(),
                |arguments| format!("kmsplan {arguments}"),
            );
            assert!(
                line.starts_with("kmsplan "),
                "{place}: `{command}` is not run by this test"
            );
            let run = folder.shell(&line);
            ran += 1;
            let said = format!("{}{}", run.stdout, run.stderr);
            let expected = output.as_deref();
            if expected.is_none() && matches!(run.status, 1 | 64)
                || expected.is_some_and(|expected| !shows(expected, &said))
            {
                wrong.push(format!(
                    "{place}: `{command}` ends with {} and prints\n{said}",
                    run.status
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran >= 2, "examples are found");
}

#[test]
fn left_out_lines_match_any_number() {
    assert!(shows("a\nb\n", "a\nb\n"));
    assert!(shows("a\n...\nd\n", "a\nb\nc\nd\n"));
    assert!(shows("...\nd\n...\n", "a\nd\n"));
    assert!(!shows("a\n...\n", "b\n"));
    assert!(!shows("a\n", "a\nb\n"));
}

#[test]
fn topologies_in_the_documents_are_valid() {
    let folder = Folder::new();
    let mut checked = 0;
    for (page, text) in pages() {
        for block in blocks(&page, &text) {
            let (file, is_topology) = match block.language.as_str() {
                "toml" => ("kms.toml", true),
                "json" => ("kms.json", block.text.contains("\"host\"")),
                "yaml" => ("kms.yaml", block.text.contains("host:")),
                _ => continue,
            };
            if !is_topology {
                continue;
            }
            // A part of a file is completed by what every topology needs.
            let mut topology = block.text.clone();
            if file == "kms.toml" && !topology.contains("[[host]]") {
                topology.push_str(
                    "\n[[host]]\nname = \"kms99.contoso.com\"\npublish = [\"contoso.com\"]\n",
                );
            }
            folder.write(file, topology);
            let run = folder.run(&format!("check {file}"));
            assert_eq!(run.status, 0, "{}:\n{}", block.place, run.stderr);
            checked += 1;
        }
    }
    assert!(checked >= 4, "only {checked} topologies");
}

/// The anchors of a page, as code forges make them from headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let title = heading.take().unwrap_or_default().to_lowercase();
                let anchor = title
                    .chars()
                    .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                    .map(|c| if c == ' ' { '-' } else { c })
                    .collect();
                anchors.insert(anchor);
            }
            _ => {}
        }
    }
    anchors
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for (page, text) in pages() {
        for event in Parser::new_ext(&text, Options::all()) {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            else {
                continue;
            };
            if dest_url.starts_with("https://") {
                continue;
            }
            let (file, anchor) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = if file.is_empty() {
                root().join(&page)
            } else {
                root().join(&page).parent().unwrap().join(file)
            };
            let leads = target.exists()
                && (anchor.is_empty()
                    || fs::read_to_string(&target)
                        .is_ok_and(|text| anchors(&text).contains(anchor)));
            if !leads {
                broken.push(format!("{page}: {dest_url}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_tracked_file_knows_a_developers_machine() {
    if !root().join(".git").exists() || !tools::available("git", "no_tracked_file") {
        return;
    }
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success());
    // In parts, so that this file does not hold them itself.
    let words: Vec<String> = [
        ["/wo", "rk/"],
        ["/tmp/", "wt"],
        ["/ro", "ot/"],
        ["/home", "/"],
        ["`issu", "es`"],
        ["issues", " show"],
        ["far", "m-"],
        ["`duplic", "ates`"],
    ]
    .iter()
    .map(|parts| parts.concat())
    .collect();
    let mut found = Vec::new();
    let files = String::from_utf8(listed.stdout).unwrap();
    for file in files.split_terminator('\0').map(PathBuf::from) {
        // A file may be deleted and still listed.
        let Ok(content) = fs::read(root().join(&file)) else {
            continue;
        };
        let content = String::from_utf8_lossy(&content);
        for word in words.iter().filter(|word| content.contains(*word)) {
            found.push(format!("{}: {word}", file.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The page that shows what a ticket looks like; `KMSPLAN_BLESS=1` writes it anew.
#[test]
fn the_sample_ticket_is_what_the_program_prints() {
    let run = workplace().run("plan zones/contoso/kms.toml zones/contoso/ --format markdown");
    // The workplace holds exports of the same zones beside the sample, not in it.
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let page = root().join("docs/sample-ticket.md");
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        fs::write(&page, &run.stdout).unwrap();
    }
    assert!(
        fs::read_to_string(&page).unwrap_or_default() == run.stdout,
        "docs/sample-ticket.md is not what the program prints"
    );
}
