//! Plans from a live server against plans from zone files: the cases of `tests/plans/`, loaded into BIND.
//!
//! The zone files are what `named-compilezone` makes of those of a case, so that both ways begin with what BIND
//! serves. What may differ stands below.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::bind::start_configured;
use crate::support::{Folder, tools};

/// A way of reading, and what it cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Transfer,
    Questions,
}

/// A case whose zones BIND loads.
struct Loaded {
    name: String,
    topology: String,
    args: String,
    /// The zones with what BIND reads in their files.
    zones: Vec<(String, String)>,
}

/// Findings that servers cannot give: they rest on the ages of records, or on a zone file that is to be patched (its
/// serial by the day, whether a diff can be made).
const NOT_IN_DNS: [&str; 3] = ["age-unknown", "date-not-given", "diff-not-possible"];

/// Findings that answers cannot give either: questions show no wildcard and no signature.
const NOT_IN_ANSWERS: [&str; 2] = ["wildcard-at-owner", "signed-zone"];

/// The cases in whose zones domains have records that neither topology nor list names. Nobody asks about those.
const UNNAMED: [&str; 2] = ["mixed-case", "unnamed-domain"];

/// The cases with a domain whose zone the server does not hold: an error where questions are asked.
const REFUSED: [&str; 2] = ["hosts-of-unread-zones", "zone-not-found"];

#[test]
fn plans_from_servers_are_those_from_files() {
    let test = "plans_from_servers_are_those_from_files";
    let needed = ["named", "named-compilezone", "dig"];
    if !needed.iter().all(|tool| tools::available(tool, test)) {
        return;
    }
    let mut wrong = String::new();
    let mut compared = 0;
    let (mut refused, mut unnamed) = (Vec::new(), Vec::new());
    for loaded in cases().iter().filter_map(|case| load(case)) {
        let folder = Folder::new();
        let mut config = String::new();
        for (zone, text) in &loaded.zones {
            folder.write(&format!("{zone}.zone"), text);
            let _ = writeln!(
                config,
                "zone \"{zone}\" {{ type primary; file \"{zone}.zone\"; check-names ignore; check-integrity no; }};"
            );
        }
        let zones = || loaded.zones.iter().map(|(zone, _)| zone.clone());
        let (server, _) = start_configured(&folder, &config, zones());
        let files: Vec<String> = zones().map(|zone| format!("{zone}.zone")).collect();
        let transfers: Vec<String> = zones()
            .map(|zone| format!("axfr://127.0.0.1:{}/{zone}", server.port))
            .collect();
        let questions = vec![format!("dns://127.0.0.1:{}", server.port)];
        for (way, sources) in [(Way::Transfer, transfers), (Way::Questions, questions)] {
            let from_files = plan(&loaded, &folder, &files);
            // Where the server holds no zone of a domain, questions are an error; zone files have a finding.
            let run = folder.run(&command(&loaded, &sources));
            if way == Way::Questions && run.stderr.contains("(REFUSED)") {
                assert!(from_files.to_string().contains("zone-not-found"));
                refused.push(loaded.name.clone());
                continue;
            }
            let live = plan(&loaded, &folder, &sources);
            let domains = domains(&live);
            let all = domains == self::domains(&from_files);
            if !all {
                unnamed.push(loaded.name.clone());
            }
            let compare = |plan| comparable(plan, way, &domains, all);
            let (from_files, live) = (compare(&from_files), compare(&live));
            for (sign, line) in from_files
                .difference(&live)
                .map(|line| ('-', line))
                .chain(live.difference(&from_files).map(|line| ('+', line)))
            {
                let _ = writeln!(wrong, "{} {way:?} {sign} {line}", loaded.name);
            }
        }
        compared += 1;
    }
    assert_eq!(wrong, "");
    assert_eq!(refused, REFUSED);
    assert_eq!(unnamed, UNNAMED);
    assert!(compared >= 40, "only {compared} cases");
}

/// The folders of the cases, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let entries = fs::read_dir(folder).unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// The case, where each of its sources is a zone file that BIND takes.
fn load(case: &Path) -> Option<Loaded> {
    let mut names: Vec<String> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut loaded = Loaded {
        name: case.file_name()?.to_str()?.to_owned(),
        topology: String::new(),
        args: String::new(),
        zones: Vec::new(),
    };
    let given = fs::read_to_string(case.join("args")).unwrap_or_default();
    // Blanks separate arguments here.
    if given.lines().any(|line| line.contains(' ')) {
        return None;
    }
    for line in given.lines().filter(|line| *line != "--detailed-exitcode") {
        let _ = write!(loaded.args, " {line}");
    }
    for name in &names {
        let path = case.join(name).display().to_string();
        if name.starts_with("kms.") {
            loaded.topology = path;
        } else if name == "evidence" {
            let _ = write!(loaded.args, " --host-evidence {path}");
        } else if name.starts_with("namespaces.") {
            let _ = write!(loaded.args, " --domains {path}");
        } else if let Some(zone) = name
            .strip_suffix(".zone")
            .or_else(|| name.strip_suffix(".dns"))
        {
            let compiled = tools::named_compilezone(case, zone, name);
            // What BIND does not take: Windows' timestamps, UTF-16.
            if !compiled.status.success() {
                return None;
            }
            let text = String::from_utf8(compiled.stdout).unwrap();
            loaded.zones.push((zone.to_owned(), text));
        } else if name.ends_with(".csv") || name.ends_with(".txt") && !name.starts_with("plan.") {
            return None;
        }
    }
    (!loaded.zones.is_empty()).then_some(loaded)
}

fn command(loaded: &Loaded, sources: &[String]) -> String {
    format!(
        "plan {} {} --format json{}",
        loaded.topology,
        sources.join(" "),
        loaded.args
    )
}

fn plan(loaded: &Loaded, folder: &Folder, sources: &[String]) -> Value {
    let run = folder.run(&command(loaded, sources));
    assert_eq!(run.stderr, "", "{} {sources:?}", loaded.name);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The domains of a plan.
fn domains(plan: &Value) -> BTreeSet<String> {
    let domains = plan["domains"].as_array().unwrap();
    domains
        .iter()
        .map(|domain| domain["name"].as_str().unwrap().to_owned())
        .collect()
}

/// What a plan says of domains, a line each, and where these are `all` what it says of everything: without what a way
/// of reading cannot tell, which is places in files, ages, and what depends on those.
fn comparable(plan: &Value, way: Way, of: &BTreeSet<String>, all: bool) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for domain in plan["domains"].as_array().unwrap() {
        if !of.contains(domain["name"].as_str().unwrap()) {
            continue;
        }
        let facts = [
            "name",
            "zone",
            "owner",
            "live_before",
            "live_after",
            "live_minimum",
        ]
        .map(|key| domain[key].to_string());
        lines.insert(format!("domain {}", facts.join(" ")));
        for change in domain["changes"].as_array().unwrap() {
            let mut change = change.clone();
            let change_facts = change.as_object_mut().unwrap();
            change_facts.remove("file");
            change_facts.remove("line");
            for side in ["before", "after"] {
                if let Some(record) = change_facts[side].as_object_mut() {
                    record.remove("aged");
                }
            }
            lines.insert(format!("change {} {change}", domain["name"]));
        }
    }
    if !all {
        return lines;
    }
    for finding in plan["findings"].as_array().unwrap() {
        let code = finding["code"].as_str().unwrap();
        if NOT_IN_DNS.contains(&code) || way == Way::Questions && NOT_IN_ANSWERS.contains(&code) {
            continue;
        }
        // Records of a domain that nobody named.
        let subject = format!("{}.", finding["subject"].as_str().unwrap());
        if way == Way::Questions && code == "kept-record" && !of.contains(&subject) {
            continue;
        }
        lines.insert(format!(
            "finding {code} {} {} {}",
            finding["subject"], finding["severity"], finding["allowed"]
        ));
    }
    for zone in plan["zones"].as_array().unwrap() {
        lines.insert(format!(
            "zone {} {} {} {} {}",
            zone["name"], zone["kind"], zone["apply"], zone["server"], zone["serial"]
        ));
    }
    for step in plan["steps"].as_array().unwrap() {
        lines.insert(format!("step {} {}", step["number"], step["title"]));
    }
    lines
}
