//! The scripts that patch a zone file, and what they do when it is another.

use std::fmt;

use crate::bundle::{Bundle, Said};
use crate::case::Case;
use crate::support::{Folder, tools};

/// What all rounds did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    plans: usize,
    scripts: usize,
    already: usize,
    refused: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} plans, {} scripts run and undone, {} times `already applied` or `already undone`, {} times refused",
            self.plans, self.scripts, self.already, self.refused
        )
    }
}

/// The bundle of a case and the zone file that the server reads.
pub(crate) struct Patches<'a> {
    bundle: Bundle,
    folder: &'a Folder,
    case: &'a Case,
    /// Arguments of `env` that the scripts get.
    env: Vec<String>,
}

impl<'a> Patches<'a> {
    pub(crate) fn of(folder: &'a Folder, case: &'a Case) -> Self {
        let bundle = Bundle::of_file(&case.topology, &case.apex, &folder.read(&case.apex));
        assert_eq!(bundle.apply.is_empty(), case.now == case.wanted);
        Self {
            bundle,
            folder,
            case,
            env: Vec::new(),
        }
    }

    /// The same with a variable for the scripts.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push(format!("{name}={value}"));
        self
    }

    fn run(&self, script: &str) -> Said {
        let file = self.folder.path().join(&self.case.apex);
        self.bundle
            .env_sh(&self.env, script, &[file.to_str().unwrap()])
    }

    fn file(&self) -> String {
        self.folder.read(&self.case.apex)
    }

    /// Refused; then applied; then again.
    pub(crate) fn apply(&self, tally: &mut Tally) {
        let scripts = &self.bundle.apply;
        tally.plans += 1;
        tally.scripts += scripts.len();
        let Some(first) = scripts.first() else { return };
        let reviewed = self.file();
        for script in &self.bundle.verify {
            assert!(!self.run(script).done, "{script}");
        }
        let other = format!("{reviewed}; a line of somebody else\n");
        self.folder.write(&self.case.apex, &other);
        for script in scripts.iter().chain(&self.bundle.rollback) {
            let said = self.refused(script, tally);
            // The bundle holds each state of a file that one step alone edits.
            let shown = said.contains("\n  +; a line of somebody else\n");
            assert_ne!(shown, self.bundle.is_in_parts(), "{said}");
        }
        assert_eq!(self.file(), other);
        self.folder.write(&self.case.apex, &reviewed);

        let said = self.run(first);
        assert!(said.done && !said.text.contains("already"), "{said:?}");
        for script in &scripts[1..] {
            let said = self.run(script);
            assert!(said.done, "{said:?}");
        }
        self.again(scripts, "already applied", tally);
        for script in &self.bundle.verify {
            let said = self.run(script);
            assert!(said.done, "{said:?}");
        }
    }

    /// Taken back; then again.
    pub(crate) fn undo(&self, tally: &mut Tally) {
        for script in &self.bundle.rollback {
            let said = self.run(script);
            assert!(said.done && !said.text.contains("already"), "{said:?}");
        }
        self.again(&self.bundle.rollback, "already undone", tally);
    }

    /// A script does not take the file.
    pub(crate) fn refused(&self, script: &str, tally: &mut Tally) -> String {
        let said = self.run(script);
        assert!(!said.done, "{said:?}");
        for word in [
            "is not the reviewed file",
            "expected:",
            "found:",
            "Nothing was changed.",
        ] {
            assert!(said.text.contains(word), "{said:?}");
        }
        tally.refused += 1;
        said.text
    }

    /// The first script, if there is one.
    pub(crate) fn first(&self) -> Option<&str> {
        self.bundle.apply.first().map(String::as_str)
    }

    fn again(&self, scripts: &[String], word: &str, tally: &mut Tally) {
        let file = self.file();
        for script in scripts {
            let said = self.run(script);
            assert!(said.done && said.text.contains(word), "{said:?}");
            tally.already += 1;
        }
        assert_eq!(self.file(), file);
    }
}

const TOPOLOGY: &str = "\
[kms]
domains = [\"contoso.com\"]

[[host]]
name = \"kms01.contoso.com\"

[[zone]]
name = \"contoso.com\"
kind = \"other\"
";

const ZONE: &str = "\
contoso.com. 60 IN SOA ns1.contoso.com. hostmaster.contoso.com. 1 900 600 86400 3600
contoso.com. 60 IN NS ns1.contoso.com.
ns1.contoso.com. 60 IN A 192.0.2.1
kms01.contoso.com. 60 IN A 192.0.2.2
_vlmcs._tcp.contoso.com. 60 IN SRV 0 0 1688 lab.contoso.com.
";

/// Without the plan's sources no hash is known.
#[test]
fn a_saved_plan_is_patched_where_its_diff_fits() {
    let test = "a_saved_plan_is_patched_where_its_diff_fits";
    if !["patch", "sh"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let folder = Folder::new();
    let keep = TOPOLOGY.replace("[kms]\n", "[kms]\nunlisted = \"keep\"\n");
    folder.write("kms.toml", keep);
    folder.write("contoso.com.zone", ZONE);
    let ok = |line: &str| {
        let run = folder.shell(line);
        assert_eq!(run.status, 0, "{line}: {run:?}");
        run.stdout
    };
    ok("kmsplan plan kms.toml contoso.com.zone --format json > plan.json");
    ok("kmsplan bundle plan.json --output bundle");
    ok("sh bundle/apply/*-change-records-*.sh");
    let applied = folder.read("contoso.com.zone");
    assert_eq!(applied.matches("SRV").count(), 2, "{applied}");
    assert!(ok("sh bundle/apply/*-change-records-*.sh").contains("already applied"));
    ok("sh bundle/verify/*-change-records-*.sh");
    ok("sh bundle/rollback/*-change-records-*.sh");
    assert_eq!(folder.read("contoso.com.zone"), ZONE);
    assert!(ok("sh bundle/rollback/*-change-records-*.sh").contains("already undone"));

    let other = ZONE.replace("lab.contoso.com.\n", "other.contoso.com.\n");
    folder.write("contoso.com.zone", &other);
    let run = folder.shell("sh bundle/apply/*-change-records-*.sh");
    assert_eq!(run.status, 1, "{run:?}");
    assert!(run.stderr.contains("Nothing was changed."), "{run:?}");
    assert_eq!(folder.read("contoso.com.zone"), other);

    folder.write("contoso.com.zone", ZONE);
    folder.write("kms.toml", TOPOLOGY);
    ok("kmsplan plan kms.toml contoso.com.zone --format json > plan.json");
    ok("kmsplan bundle plan.json --output parts");
    let readme = folder.read("parts/README.md");
    assert!(
        readme.contains("the diff holds the edits of all steps"),
        "{readme}"
    );

    // A host that changes its port is waited for between two of them.
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("[kms]\n", "[kms]\nport = 1689\n"),
    );
    let moving = format!("{ZONE}_vlmcs._tcp.contoso.com. 60 IN SRV 0 0 1688 kms01.contoso.com.\n");
    folder.write("contoso.com.zone", moving);
    ok(
        "kmsplan plan kms.toml contoso.com.zone --allow below-min-live-hosts --format json > plan.json",
    );
    let run = folder.run("bundle plan.json --output moving");
    assert_eq!(run.status, 1, "{run:?}");
    assert!(
        run.stderr.contains("Name the plan's sources too."),
        "{run:?}"
    );
}
