//! The edited files of a plan: what `plan` prints as diffs, in the parts that steps apply, and back again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kmsplan::Date;
use kmsplan::plan::files::{EditedFile, FilePart, files};
use kmsplan::plan::rollback::way_back;
use kmsplan::plan::{FileDiff, Options, Plan, Verb};
use kmsplan::presentation::{kms_domain, kms_owner, lower, plain};
use kmsplan::render::json;
use kmsplan::snapshot::{self, Snapshot};
use kmsplan::topology::Topology;
use sha2::{Digest as _, Sha256};

use crate::judge::{self, Records};
use crate::zones::Choices;
use crate::{tools, zonegen};

/// How many zones are generated where `KMSPLAN_CASES` does not say.
const CASES: u64 = 150;

/// What a plan is made from.
struct Inputs {
    topology: Topology,
    snapshot: Snapshot,
    today: Option<Date>,
}

impl Inputs {
    fn new(topology: &Path, sources: &[PathBuf], today: Option<Date>) -> Option<Self> {
        let bytes = fs::read(topology).unwrap();
        let topology = Topology::read(topology.to_str().unwrap(), &bytes)
            .unwrap_or_else(|error| panic!("{}", error.render(false)));
        let owners = topology.all_domains();
        let owners = owners.iter().filter_map(|domain| kms_owner(domain).ok());
        let hosts = topology.hosts.iter().map(|host| host.name.clone());
        let options = snapshot::Options {
            interest: hosts.chain(owners).collect(),
            zones: topology
                .zones
                .iter()
                .map(|zone| zone.name.clone())
                .collect(),
            ..snapshot::Options::default()
        };
        let sources: Vec<String> = sources
            .iter()
            .map(|source| source.to_str().unwrap().to_owned())
            .collect();
        let snapshot = Snapshot::read(&sources, &options).ok()?;
        Some(Self {
            topology,
            snapshot,
            today,
        })
    }

    fn plan(&self) -> Plan {
        let options = Options {
            today: self.today,
            allow: Vec::new(),
        };
        Plan::make(&self.topology, &self.snapshot, &options)
    }
}

/// The edited files, which must be those that the plan has diffs of.
fn edited(inputs: &Inputs, plan: &Plan, case: &str) -> Vec<EditedFile> {
    let edited = files(plan, &inputs.snapshot, inputs.today)
        .unwrap_or_else(|stale| panic!("{case}: {stale:?}"));
    let diffs: Vec<FileDiff> = edited
        .iter()
        .map(|file| FileDiff {
            path: file.path.clone(),
            applies: file.applies,
            unified: file.unified.clone(),
        })
        .collect();
    assert!(diffs == plan.diffs, "{case}: the diffs differ");
    let saved = json::read("plan.json", json(plan).as_bytes())
        .unwrap_or_else(|error| panic!("{case}: {}", error.render(false)));
    // A saved plan knows its serials, whatever the day.
    let again =
        files(&saved, &inputs.snapshot, None).unwrap_or_else(|stale| panic!("{case}: {stale:?}"));
    assert!(again == edited, "{case}: the saved plan edits otherwise");
    edited
}

#[test]
fn the_edited_files_are_those_of_the_plan() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut with_files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let name = case.display().to_string();
        let mut sources: Vec<PathBuf> = fs::read_dir(&case)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        sources.sort();
        let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let topology = sources
            .iter()
            .find(|path| named(path).starts_with("kms."))
            .unwrap()
            .clone();
        // Lists of domains are the command line's.
        if sources
            .iter()
            .any(|path| named(path).starts_with("namespaces."))
        {
            continue;
        }
        sources.retain(|path| {
            let name = named(path);
            let other = ["plan.", "kms."];
            !other.iter().any(|start| name.starts_with(start))
                && name != "args"
                && name != "evidence"
        });
        let args = fs::read_to_string(case.join("args")).unwrap_or_default();
        let mut args = args.lines();
        let today = args.find(|arg| *arg == "--today").and_then(|_| args.next());
        let today = today.map(|today| today.parse().unwrap());
        let inputs = Inputs::new(&topology, &sources, today)
            .unwrap_or_else(|| panic!("{name} cannot be read"));
        with_files += usize::from(!edited(&inputs, &inputs.plan(), &name).is_empty());
    }
    assert!(with_files >= 30, "only {with_files} cases edit a file");
}

/// Parts are applied by GNU patch one after the other and taken back, from every place on the way.
#[test]
fn parts_lead_there_and_back() {
    let test = "parts_lead_there_and_back";
    if ["named-compilezone", "patch"]
        .iter()
        .any(|tool| !tools::available(tool, test))
    {
        return;
    }
    let first = std::env::var("KMSPLAN_FIRST_CASE").map_or(0, |text| {
        text.parse().expect("KMSPLAN_FIRST_CASE is a number")
    });
    let cases = tools::cases(CASES);
    let (mut several, mut ways) = (0, 0);
    for case in first..first + cases {
        let parts = check(case);
        several += usize::from(parts > 1);
        ways += parts;
    }
    println!("{cases} zones: {several} in several parts, {ways} parts in all");
    if cases >= CASES {
        assert!(several > 40, "only {several} zones have several parts");
    }
}

fn check(case: u64) -> usize {
    let zone = zonegen::generate(case, &zonegen::Options::default());
    let folder = tempfile::tempdir().unwrap();
    zone.write(folder.path());
    let main = folder.path().join(zone.main());
    let told =
        |what: &str| format!("case {case} (KMSPLAN_FIRST_CASE={case} KMSPLAN_CASES=1): {what}");
    let drafted = Snapshot::read(
        &[main.to_str().unwrap().to_owned()],
        &snapshot::Options::default(),
    )
    .unwrap_or_else(|error| panic!("{}", told(&error.render(false))));
    let mut choices = Choices::new(case ^ 0xbeef);
    let text = topology(&drafted, &mut choices);
    let path = folder.path().join("kms.toml");
    fs::write(&path, &text).unwrap();
    let today = choices.percent(50).then(|| "2026-11-21".parse().unwrap());
    let inputs = Inputs::new(&path, &[main], today).expect("the zone is read");
    let plan = inputs.plan();
    let edited = edited(&inputs, &plan, &told(&text));
    let count = edited.iter().map(|file| file.parts.len()).max();
    let before = judge::bind(folder.path(), zone.main(), &zone.apex).unwrap();
    for file in &edited {
        walk(folder.path(), file, &told);
    }
    if edited.is_empty() {
        return 0;
    }
    // Every file is taken back again.
    let after = judge::bind(folder.path(), zone.main(), &zone.apex)
        .unwrap_or_else(|error| panic!("{}", told(&error)));
    assert!(
        without_soa(before) == without_soa(after),
        "{}",
        told("the way back leads elsewhere")
    );
    count.unwrap_or_default()
}

/// A random part of a plan is carried out; the way back from there ends where the plan began.
#[test]
fn the_way_back_from_a_part_ends_at_the_first_records() {
    let test = "the_way_back_from_a_part_ends_at_the_first_records";
    if ["named-compilezone", "patch"]
        .iter()
        .any(|tool| !tools::available(tool, test))
    {
        return;
    }
    let cases = tools::cases(CASES);
    let taken_back = (0..cases).filter(|case| take_back(*case)).count();
    println!("{cases} zones: {taken_back} taken back");
    if cases >= CASES {
        assert!(taken_back > 60, "only {taken_back} zones are taken back");
    }
}

/// Whether something was there to be taken back.
fn take_back(case: u64) -> bool {
    let zone = zonegen::generate(case, &zonegen::Options::default());
    let folder = tempfile::tempdir().unwrap();
    zone.write(folder.path());
    let main = folder.path().join(zone.main());
    let source = [main.to_str().unwrap().to_owned()];
    let read = || Snapshot::read(&source, &snapshot::Options::default());
    let drafted = read().unwrap_or_else(|error| panic!("case {case}: {}", error.render(false)));
    let mut choices = Choices::new(case ^ 0xdead);
    let text = topology(&drafted, &mut choices);
    let path = folder.path().join("kms.toml");
    fs::write(&path, &text).unwrap();
    let inputs = Inputs::new(&path, &[main], None).expect("the zone is read");
    let plan = inputs.plan();
    let first = judge::bind(folder.path(), zone.main(), &zone.apex).unwrap();
    let part = some_of(&plan, &mut choices);
    let edited = files(&part, &inputs.snapshot, None)
        .unwrap_or_else(|stale| panic!("case {case}: {stale:?}"));
    if edited.is_empty() {
        return false;
    }
    for file in &edited {
        let name = file.path.rsplit('/').next().unwrap();
        fs::write(folder.path().join(name), &file.edited).unwrap();
    }
    let now = read().unwrap_or_else(|error| panic!("case {case}: {}", error.render(false)));
    let back = way_back(&plan, &now, &Options::default());
    let told = || {
        let back = kmsplan::render::text(&back, &kmsplan::render::TextOptions::default());
        format!("case {case}\n{text}\n{back}")
    };
    for finding in &back.findings {
        let odd = ["changed-meanwhile", "diff-not-possible", "zone-not-found"];
        assert!(!odd.contains(&finding.code.word()), "{}", told());
    }
    for diff in &back.diffs {
        judge::patch(folder.path(), &diff.unified, false);
    }
    let last = judge::bind(folder.path(), zone.main(), &zone.apex)
        .unwrap_or_else(|error| panic!("{}: {error}", told()));
    // BIND gives a set the TTL of its first line, and hands that on to a later record without one. Lines may come
    // back in another order, so where TTLs are mixed only the data are compared.
    let is_mixed = [&drafted, &now].iter().any(|read| {
        let mut sets = read.zones[0].kms.values();
        sets.any(|set| set.iter().any(|record| record.ttl != set[0].ttl))
    });
    let comparable = |records: Records| -> Records {
        let mut records = without_soa(records);
        for (ttl, _) in records.values_mut().filter(|_| is_mixed) {
            *ttl = 0;
        }
        records
    };
    let (first, last) = (comparable(first), comparable(last));
    let differences: Vec<String> = first
        .keys()
        .chain(last.keys())
        .filter(|key| first.get(*key) != last.get(*key))
        .map(|key| format!("{key:?}: {:?} became {:?}", first.get(key), last.get(key)))
        .collect();
    assert!(
        differences.is_empty(),
        "{}\n{}",
        told(),
        differences.join("\n")
    );
    let again = read().unwrap_or_else(|error| panic!("case {case}: {}", error.render(false)));
    let nothing = way_back(&plan, &again, &Options::default());
    assert!(nothing.diffs.is_empty(), "{}: again", told());
    true
}

/// The plan with a random part of its changes; the others are left undone.
fn some_of(plan: &Plan, choices: &mut Choices) -> Plan {
    let mut part = plan.clone();
    for domain in &mut part.domains {
        domain
            .changes
            .retain(|change| change.verb != Verb::Add || choices.percent(60));
        for change in &mut domain.changes {
            if change.verb != Verb::Add && choices.percent(40) {
                change.verb = Verb::Keep;
                change.after = change.before;
            }
        }
    }
    part
}

fn without_soa(mut records: Records) -> Records {
    records.retain(|(_, kind), _| kind != "SOA");
    records
}

/// Applies the parts of a file one by one; takes them back from each place on the way, last from the end.
fn walk(folder: &Path, file: &EditedFile, told: &dyn Fn(&str) -> String) {
    let name = file.path.rsplit('/').next().unwrap();
    let path = folder.join(name);
    let original = fs::read(&path).unwrap();
    let sha256 = || {
        let digest = Sha256::digest(fs::read(&path).unwrap());
        data_encoding::HEXLOWER.encode(&digest)
    };
    if let [only] = file.parts.as_slice() {
        assert!(only.unified == file.unified, "{}", told("one part is all"));
    }
    for (index, part) in file.parts.iter().enumerate() {
        assert_eq!(sha256(), part.sha256[0], "{}", told("before"));
        judge::patch(folder, &part.unified, false);
        assert_eq!(sha256(), part.sha256[1], "{}", told("after"));
        let here = fs::read(&path).unwrap();
        back(folder, &file.parts[..=index], &sha256, told);
        if index + 1 < file.parts.len() {
            fs::write(&path, here).unwrap();
        }
    }
    let again = fs::read(&path).unwrap();
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split(|octet| *octet == b'\n');
        lines.map(<[u8]>::to_vec).collect()
    };
    let (original, again) = (lines(&original), lines(&again));
    assert_eq!(original.len(), again.len(), "{}", told("lines"));
    let other = original.iter().zip(&again).filter(|(one, two)| one != two);
    assert!(other.count() <= 1, "{}", told("more than the serial"));
}

/// Takes parts back from the state after the last of them.
fn back(
    folder: &Path,
    parts: &[FilePart],
    sha256: &dyn Fn() -> String,
    told: &dyn Fn(&str) -> String,
) {
    for part in parts.iter().rev() {
        let diff = match &part.back_on {
            Some(diff) if sha256() != part.sha256[1] => diff,
            _ => {
                assert_eq!(sha256(), part.sha256[1], "{}", told("to be taken back"));
                &part.back
            }
        };
        judge::patch(folder, diff, false);
        assert_eq!(sha256(), part.sha256[2], "{}", told("taken back"));
    }
}

/// A random topology for the zone: its hosts stay, move, go or are not named, others come.
pub(crate) fn topology(snapshot: &Snapshot, choices: &mut Choices) -> String {
    let zone = &snapshot.zones[0];
    let is_plain = |name: &str| {
        let plain =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        name.chars().all(plain) && name.contains('.')
    };
    let mut domains: BTreeSet<String> = zone
        .kms
        .keys()
        .filter_map(kms_domain)
        .map(|domain| lower(&domain))
        .collect();
    domains.insert(lower(&zone.name));
    domains.insert(format!("added.{}", lower(&zone.name)));
    let domains: Vec<String> = domains
        .iter()
        .map(|domain| domain.trim_end_matches('.').to_owned())
        .filter(|domain| is_plain(domain))
        .collect();
    let targets: BTreeSet<(String, u16)> = zone
        .kms
        .values()
        .flatten()
        .map(|record| {
            (
                lower(&record.target).trim_end_matches('.').to_owned(),
                record.port,
            )
        })
        .filter(|(target, _)| is_plain(target))
        .collect();
    let mut text = format!(
        "[kms]\nttl = {}\nunlisted = \"{}\"\n",
        choices.of(&["300", "3600"]),
        choices.of(&["remove", "remove", "keep"])
    );
    let _ = write!(
        text,
        "[[zone]]\nname = \"{}\"\nkind = \"other\"\napply = \"patch\"\n",
        plain(&zone.name)
    );
    let mut named = BTreeSet::new();
    let fresh = ["new1.example.net", "new2.example.net"].map(|name| (name.to_owned(), 1688));
    for (target, port) in targets.into_iter().chain(fresh) {
        if !named.insert(target.clone()) || choices.percent(25) {
            continue;
        }
        if choices.percent(15) {
            let _ = write!(text, "[[retired]]\nname = \"{target}\"\n");
            continue;
        }
        let port = if choices.percent(30) { 1690 } else { port };
        let _ = write!(
            text,
            "[[host]]\nname = \"{target}\"\nport = {port}\npublish = ["
        );
        for (index, domain) in domains.iter().enumerate() {
            if index > 0 && choices.percent(40) {
                continue;
            }
            let _ = write!(
                text,
                "{{ domain = \"{domain}\", priority = {}, weight = {} }}, ",
                choices.number(),
                choices.number()
            );
        }
        text.push_str("]\n");
    }
    if !text.contains("[[host]]") {
        text.push_str("[[host]]\nname = \"new3.example.net\"\npublish = [\"");
        text.push_str(&domains[0]);
        text.push_str("\"]\n");
    }
    text
}
