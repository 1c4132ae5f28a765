//! A bundle whose shell scripts an administrator runs.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::controller::Controller;
use crate::support::{Folder, Run};

/// A `samba-tool` that runs the real one and then notes what DNS answers about the name that it was given: what
/// clients see after each edit.
const WATCHED: &str = r#"#!/bin/sh
PATH=${PATH#*:}
samba-tool "$@" || exit
[ "$1" = dns ] || exit 0
{ dig +short @"$3" SRV "$5.$4"; echo --; } >>"$WATCHED"
"#;

/// A bundle, its folder, and what its scripts remember.
pub(crate) struct Bundle<'a> {
    dc: &'a Controller,
    folder: &'a Folder,
    name: &'static str,
}

impl<'a> Bundle<'a> {
    /// Makes the bundle of a topology for the zone as it is transferred now.
    pub(crate) fn make(dc: &'a Controller, folder: &'a Folder, name: &'static str) -> Self {
        folder.write("zone.txt", dc.dig("+tcp AXFR contoso.test"));
        let run = folder.run(&format!("bundle {name}.toml zone.txt --output {name}"));
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        let tool = folder.write("tools/samba-tool", WATCHED);
        std::fs::set_permissions(tool, Permissions::from_mode(0o755)).unwrap();
        Self { dc, folder, name }
    }

    /// Its `plan.json`.
    pub(crate) fn plan(&self) -> Value {
        let text = self.folder.read(&format!("{}/plan.json", self.name));
        serde_json::from_str(&text).unwrap()
    }

    /// The path of the shell script of a step: `apply`, `verify` or `rollback`.
    fn path(&self, kind: &str, step: &str) -> PathBuf {
        let within = format!("{}/{kind}", self.name);
        let folder = self.folder.path().join(&within);
        let end = format!("-{step}.sh");
        let entries = std::fs::read_dir(&folder).unwrap();
        let found: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().ends_with(&end))
            .collect();
        assert_eq!(found.len(), 1, "{within} {step}: {found:?}");
        found[0].clone()
    }

    /// Runs a script.
    pub(crate) fn run(&self, kind: &str, step: &str) -> Run {
        self.run_with(kind, step, &[])
    }

    /// Runs a script with variables set.
    pub(crate) fn run_with(&self, kind: &str, step: &str, variables: &[(&str, &str)]) -> Run {
        let inside = |name: &str| self.folder.path().join(name).display().to_string();
        let (state, watched) = (inside(""), inside("watched.txt"));
        let own = [("STATE", state.as_str()), ("WATCHED", watched.as_str())];
        let tools = self.folder.path().join("tools");
        let path = self.path(kind, step);
        self.dc.script(&path, &tools, &[&own, variables].concat())
    }

    /// A script that does something; what it says.
    pub(crate) fn does(&self, kind: &str, step: &str) -> String {
        let run = self.run(kind, step);
        assert_eq!(run.status, 0, "{kind} {step}: {run:?}");
        assert!(!run.stdout.contains("already applied"), "{}", run.stdout);
        assert!(!run.stdout.contains("already undone"), "{}", run.stdout);
        run.stdout
    }

    /// A script that finds nothing to do.
    pub(crate) fn rests(&self, kind: &str, step: &str) {
        let words = match kind {
            "rollback" => "already undone",
            _ => "already applied",
        };
        let run = self.run(kind, step);
        assert_eq!(run.status, 0, "{kind} {step}: {run:?}");
        assert!(run.stdout.contains(words), "{kind} {step}: {run:?}");
    }

    /// A script that refuses; what it complains of.
    pub(crate) fn refuses(&self, kind: &str, step: &str) -> String {
        let run = self.run(kind, step);
        assert_eq!(run.status, 1, "{kind} {step}: {run:?}");
        assert!(run.stderr.contains("Nothing was changed"), "{run:?}");
        run.stderr
    }

    /// Whether the verify script finds the step as planned.
    pub(crate) fn is_done(&self, step: &str) -> bool {
        let run = self.run("verify", step);
        let said = run.stdout.contains("as planned");
        assert_eq!(run.status == 0, said, "{run:?}");
        assert!(said || run.stderr.contains("Not as planned."), "{run:?}");
        said
    }

    /// Carries a step out: it is not done, is done once, and then has nothing left to do.
    pub(crate) fn carry_out(&self, step: &str) {
        assert!(!self.is_done(step), "{step}");
        self.does("apply", step);
        self.rests("apply", step);
        assert!(self.is_done(step), "{step}");
    }

    /// Takes a step back, once.
    pub(crate) fn take_back(&self, step: &str) {
        self.does("rollback", step);
        self.rests("rollback", step);
    }

    /// What DNS answered after each edit so far: the lines of each answer.
    pub(crate) fn watched(&self) -> Vec<Vec<String>> {
        let text = self.folder.read("watched.txt");
        text.split("--\n")
            .filter(|answer| !answer.is_empty())
            .map(|answer| answer.lines().map(str::to_owned).collect())
            .collect()
    }
}
