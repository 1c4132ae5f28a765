//! The scripts that patch a zone file, and what they do when it is another.

use std::fmt;

use crate::bundle::{Bundle, Said};
use crate::case::Case;
use crate::support::Folder;

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
            self.refused(script, tally);
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
    pub(crate) fn refused(&self, script: &str, tally: &mut Tally) {
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
