//! Plans from live servers against plans from zone files: the cases of `tests/plans/`, loaded into real servers.
//!
//! The zone files are what `named-compilezone` makes of those of a case, so that all begin with what BIND
//! would serve. What may differ stands below.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::case::Case;
use crate::server::Server;
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

/// The cases with names that Knot refuses to load.
const NOT_IN_KNOT: [&str; 2] = ["hostile-names", "hostile-names-bind"];

/// The cases that are other zones in `PowerDNS`: one with a DNAME record, which it follows only where it is told to, one
/// with signatures, which it leaves out, and those of names that it fails to answer for (SERVFAIL).
const OTHER_IN_POWERDNS: [&str; 4] = [
    "alias-at-owner",
    "hostile-names",
    "hostile-names-bind",
    "signed",
];

/// The cases with a domain whose zone the server does not hold: an error where questions are asked.
const REFUSED: [&str; 5] = [
    "evidence-beyond-the-plan",
    "evidence-of-what-stands",
    "hosts-of-unread-zones",
    "only-a-retired-host-in-sight",
    "zone-not-found",
];

/// Compares all cases whose zones the server, which `start` starts, can hold.
fn compare(
    test: &str,
    program: &[&str],
    without: &[&str],
    start: impl Fn(&Folder, &[Case]) -> Server,
) {
    let needed = ["named-compilezone", "dig"];
    let mut needed = needed.iter().chain(program);
    if !needed.all(|tool| tools::available(tool, test)) {
        return;
    }
    let mut wrong = String::new();
    let mut compared = 0;
    let (mut refused, mut unnamed) = (Vec::new(), Vec::new());
    let loaded = cases().into_iter().filter_map(|case| load(&case));
    for loaded in loaded.filter(|case| !without.contains(&case.name.as_str())) {
        let folder = Folder::new();
        let served: Vec<Case> = loaded
            .zones
            .iter()
            .map(|(zone, text)| Case::served(zone, text))
            .collect();
        let server = start(&folder, &served);
        let zones = || loaded.zones.iter().map(|(zone, _)| zone);
        for (zone, text) in &loaded.zones {
            folder.write(&format!("{zone}.zone"), text);
        }
        let files: Vec<String> = zones().map(|zone| format!("{zone}.zone")).collect();
        let transfers: Vec<String> = zones()
            .map(|zone| format!("axfr://127.0.0.1:{}/{zone}", server.port))
            .collect();
        let questions = vec![format!("dns://127.0.0.1:{}", server.port)];
        for (way, sources) in [(Way::Transfer, transfers), (Way::Questions, questions)] {
            let from_files = plan(&loaded, &folder, &files);
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

#[test]
fn bind_plans_as_files_do() {
    compare(
        "bind_plans_as_files_do",
        &["named"],
        &[],
        crate::bind::start,
    );
}

#[test]
fn nsd_plans_as_files_do() {
    compare("nsd_plans_as_files_do", &["nsd"], &[], crate::nsd::start);
}

#[test]
fn knot_plans_as_files_do() {
    compare(
        "knot_plans_as_files_do",
        &["knotd"],
        &NOT_IN_KNOT,
        crate::knot::start,
    );
}

#[test]
fn powerdns_plans_as_files_do() {
    let program = ["pdns_server", "pdnsutil", "sqlite3"];
    compare(
        "powerdns_plans_as_files_do",
        &program,
        &OTHER_IN_POWERDNS,
        crate::powerdns::start,
    );
}

/// The folders of the cases, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let entries = fs::read_dir(folder).unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// The case, where its sources are zone files that BIND takes.
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
/// of reading cannot tell, which is places in files, ages, and what depends on those. All in lower case: NSD gives the
/// names in the data of records so.
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
            change_facts.remove("spelling");
            for side in ["before", "after"] {
                if let Some(record) = change_facts[side].as_object_mut() {
                    record.remove("aged");
                }
            }
            lines.insert(format!("change {} {change}", domain["name"]));
        }
    }
    if !all {
        return lines.iter().map(|line| line.to_lowercase()).collect();
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
    lines.iter().map(|line| line.to_lowercase()).collect()
}
