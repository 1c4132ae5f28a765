//! `kmsplan simulate`. Each folder of `tests/simulations/` holds a topology, mostly zone data, and the simulation of
//! them in every form.
//!
//! `args` in a folder holds further arguments, one a line. `KMSPLAN_BLESS=1` writes the expectations anew; read them
//! before you commit them.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use support::{Folder, Run, TOPOLOGY, kmsplan, output};

const FORMS: [(&str, &str); 3] = [
    ("text", "simulation.txt"),
    ("markdown", "simulation.md"),
    ("json", "simulation.json"),
];

/// The folders of the cases, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulations");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

/// The simulation of a case in one form.
fn simulated(case: &Path, form: &str) -> String {
    let mut sources: Vec<PathBuf> = fs::read_dir(case)
        .unwrap()
        .map(|entry| PathBuf::from(entry.unwrap().file_name()))
        .filter(|name| name.extension().is_some_and(|form| form == "zone"))
        .collect();
    sources.sort();
    let args = fs::read_to_string(case.join("args")).unwrap_or_default();
    let mut command = kmsplan();
    command
        .args(["simulate", "kms.toml"])
        .args(sources)
        .args(args.lines())
        .args(["--format", form])
        .current_dir(case)
        .stdin(Stdio::null());
    let run = Run::from(output(&mut command));
    let place = format!("{} --format {form}", case.display());
    assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{place}");
    run.stdout
}

fn simulated_json(case: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulations");
    serde_json::from_str(&simulated(&folder.join(case), "json")).unwrap()
}

#[test]
fn every_case_gives_the_expected_simulation() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        for (form, file) in FORMS {
            let got = simulated(case, form);
            let path = case.join(file);
            if std::env::var_os("KMSPLAN_BLESS").is_some() {
                fs::write(&path, &got).unwrap();
            }
            if fs::read_to_string(&path).unwrap_or_default() != got {
                wrong.push(format!("--- {}/{file} gives\n{got}", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= 7, "only {} cases", cases.len());
}

#[test]
fn every_simulation_fits_its_schema() {
    let schema = Folder::new().run("schema simulate").stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        let simulation: Value = serde_json::from_str(&simulated(&case, "json")).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&simulation)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", case.display());
    }
}

#[test]
fn names_act_neither_on_a_terminal_nor_as_markup() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for case in cases() {
        for (form, _) in FORMS {
            let output = simulated(&case, form);
            let acts = |c: char| {
                c != '\n'
                    && (c.is_control()
                        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
            };
            assert!(!output.contains(acts), "{} --format {form}", case.display());
        }
        let page = simulated(&case, "markdown");
        for event in Parser::new_ext(&page, Options::all()) {
            let is_markup = matches!(
                event,
                Event::Html(_)
                    | Event::InlineHtml(_)
                    | Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis)
            );
            assert!(!is_markup, "{}: {event:?}", case.display());
        }
    }
}

#[test]
fn the_text_keeps_to_80_columns_where_names_allow() {
    for case in cases() {
        let text = simulated(&case, "text");
        for line in text.lines().filter(|line| line.chars().count() > 80) {
            let words = line.split_whitespace().count();
            assert!(words <= 3, "{}: {line}", case.display());
        }
    }
}

/// The numbers of the published example: 10/75 and 10/25 share the clients, 20/75 waits.
#[test]
fn shares_are_those_of_rfc_2782() {
    let sample = simulated_json("sample");
    let records = &sample["sets"][0]["after"]["records"];
    let shares: Vec<f64> = (0..3)
        .map(|index| records[index]["share"].as_f64().unwrap())
        .collect();
    // Of 0 to 100 the first record gets its weight and 0: 76 and 75 of 101 draws, as either stands first.
    assert_eq!(shares, [0.7475, 0.2525, 0.0]);
    for index in 0..3 {
        assert_eq!(records[index]["share_at_random"], 0.3333);
        assert_eq!(records[index]["share_if_published_by_default"], 1.0);
    }
    let down = &sample["sets"][0]["after"]["pairs"][0];
    assert_eq!(
        down["down"],
        serde_json::json!(["kms01.contoso.com.", "kms02.contoso.com."])
    );
    assert_eq!(down["shares"], serde_json::json!([0.0, 0.0, 1.0]));
    // Before the change three records of 0/0 share alike, and clients that cache stay with hosts that answer on.
    let movement = &sample["sets"][0]["movement"];
    assert_eq!(movement["with_caching"][28]["shares"][3], 0.3333);
    assert_eq!(movement["without_caching"][28]["shares"][3], 0.0);
    assert_eq!(movement["without_caching"].as_array().unwrap().len(), 29);
}

#[test]
fn without_sources_nothing_is_said_of_before() {
    let simulation = simulated_json("topology-alone");
    assert_eq!(simulation["sources"], serde_json::json!([]));
    assert!(simulation["sets"][0]["before"].is_null());
    assert!(simulation["sets"][0]["movement"].is_null());
    assert!(simulation["clients"][0]["before"].is_null());
    assert!(simulation["hosts"][0]["before"].is_null());
    let text = Folder::new();
    text.write("kms.toml", TOPOLOGY);
    let run = text.run("simulate kms.toml");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("before"), "{}", run.stdout);
    assert!(
        run.stdout.contains("No clients are stated"),
        "{}",
        run.stdout
    );
}

/// Clients of an argument stand in the place of the topology's; the search list and what is not named stay.
#[test]
fn stated_clients_replace_those_of_the_topology() {
    let folder = Folder::new();
    let clients = "\n[[clients]]\ndomain = \"Lab.contoso.com\"\nwindows = 7\noffice = 9\nsearch = [\"contoso.com\"]\ncaching = false\n";
    folder.write("kms.toml", format!("{TOPOLOGY}{clients}"));
    let run = folder.run(
        "simulate kms.toml --clients lab.contoso.com=windows:40,adba:on --clients contoso.com=office:8,caching:off --format json",
    );
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let simulation: Value = serde_json::from_str(&run.stdout).unwrap();
    let groups = &simulation["clients"];
    assert_eq!(groups[0]["domain"], "contoso.com.");
    assert_eq!(
        (&groups[0]["office"], &groups[0]["caching"]),
        (&8.into(), &false.into())
    );
    assert_eq!(groups[1]["spelling"], "Lab.contoso.com.");
    assert_eq!(
        (&groups[1]["windows"], &groups[1]["office"]),
        (&40.into(), &0.into())
    );
    assert_eq!(
        (&groups[1]["caching"], &groups[1]["adba"]),
        (&false.into(), &true.into())
    );
    assert_eq!(groups[1]["search"], serde_json::json!(["contoso.com."]));
}

#[test]
fn wrong_input_is_named() {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    for (args, status, said) in [
        (
            "kms.toml --down kms1.contoso.com --down printer.example",
            1,
            "error: --down kms1.contoso.com: the topology names no such host, and no record points to it\n  = help: did you mean `kms01.contoso.com`?\n\nerror: --down printer.example: the topology names no such host, and no record points to it\n  = help: known are kms01.contoso.com and kms02.contoso.com\n",
        ),
        (
            "missing.toml",
            1,
            "error: `missing.toml` cannot be read: there is no such file\n",
        ),
        (
            "kms.toml --clients contoso.com=windows:many",
            64,
            "error: invalid value 'contoso.com=windows:many' for '--clients <DOMAIN=windows:N,...>': `windows:many` is no number of clients: write a whole number from 0 to 4294967295\n\nFor more information, try '--help'.\n",
        ),
        (
            "kms.toml --clients a.example=windows:1 --clients A.example.=office:1",
            64,
            "error: --clients states the clients of A.example twice\n\nUsage: kmsplan simulate [OPTIONS] <TOPOLOGY> [SOURCE]...\n\nFor more information, try '--help'.\n",
        ),
        (
            "kms.toml --output kms.toml",
            1,
            "error: --output kms.toml would overwrite an input\n  = help: name another file\n",
        ),
    ] {
        let run = folder.run(&format!("simulate {args}"));
        assert_eq!(
            (run.stdout.as_str(), run.status),
            ("", status),
            "{args}: {}",
            run.stderr
        );
        assert_eq!(run.stderr, said, "{args}");
    }
    let run = folder.run("simulate kms.toml --down x.example --format json");
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(run.status, 1);
    assert!(error.to_string().contains("--down x.example"), "{error}");
}

/// Thousands of domains with the same records are one table.
#[test]
fn many_domains_are_one_table() {
    const DOMAINS: usize = 2000;
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let mut domains = String::new();
    let mut zone = String::from(
        "$ORIGIN contoso.com.\n$TTL 3600\n@ IN SOA dc01 hostmaster 7 900 600 86400 3600\n@ IN NS dc01\nkms01 IN A 10.20.0.11\nkms02 IN A 10.20.0.12\n",
    );
    for number in 0..DOMAINS {
        writeln!(domains, "d{number}.contoso.com").unwrap();
        writeln!(zone, "_vlmcs._tcp.d{number} IN SRV 0 0 1688 kms01").unwrap();
    }
    folder.write("domains.txt", domains);
    folder.write("contoso.com.zone", zone);
    let run = folder.run("simulate kms.toml contoso.com.zone --domains domains.txt");
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    assert!(
        run.stdout.contains("2000 domains, the same records.\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("1997 more"), "{}", run.stdout);
    assert!(run.stdout.lines().count() < 150, "{}", run.stdout);
    let ticket = folder.run(
        "plan kms.toml contoso.com.zone --domains domains.txt --format markdown --section summary",
    );
    assert_eq!(ticket.stderr, "");
    let tables = ticket.stdout.matches("| Record | Before | After |").count();
    assert_eq!(tables, 2, "one for each record set");
    let referring = ticket
        .stdout
        .matches("New clients are shared out as in `d0.contoso.com`.")
        .count();
    assert_eq!(referring, DOMAINS - 1);
}
