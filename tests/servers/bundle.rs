//! The files of a bundle, run as people run them.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::server::{KEY, PATIENCE, SECRET, Server};
use crate::support::Folder;

/// A bundle in a folder of its own, with the scripts that change records: their paths from there, in order.
pub(crate) struct Bundle {
    folder: Folder,
    pub(crate) apply: Vec<String>,
    pub(crate) verify: Vec<String>,
    pub(crate) rollback: Vec<String>,
}

/// What a script said, on both outputs, and whether it ended with 0.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) done: bool,
    pub(crate) text: String,
}

impl Bundle {
    /// The bundle for a topology and zone data in a file of this name; scripts are those that are wanted among
    /// the paths of all.
    pub(crate) fn of(
        topology: &str,
        file: &str,
        content: &str,
        is_wanted: impl Fn(&str, &[String]) -> bool,
    ) -> Self {
        let folder = Folder::new();
        folder.write("kms.toml", topology);
        folder.write(file, content);
        let plan = folder.run(&format!("plan kms.toml {file} --format json"));
        assert!(matches!(plan.status, 0 | 3), "{}\n{content}", plan.stderr);
        let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
        // A domain is to be left without live hosts, say.
        let errors = plan["findings"].as_array().unwrap().iter();
        let allowed: Vec<&str> = errors
            .filter(|finding| finding["severity"] == "error")
            .flat_map(|finding| ["--allow", finding["code"].as_str().unwrap()])
            .collect();
        let allowed = allowed.join(" ");
        let bundle = folder.run(&format!("bundle kms.toml {file} --output bundle {allowed}"));
        assert_eq!(bundle.status, 0, "{}", bundle.stderr);
        let paths = |purpose: &str| {
            let place = folder.path().join("bundle").join(purpose);
            let names = fs::read_dir(place).into_iter().flatten();
            let mut paths: Vec<String> = names
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .map(|name| format!("bundle/{purpose}/{name}"))
                .collect();
            paths.sort();
            paths
        };
        let [apply, verify, rollback] = ["apply", "verify", "rollback"].map(paths);
        let scripts = |all: &[String]| -> Vec<String> {
            let own = all
                .iter()
                .filter(|path| path.split('.').next_back() == Some("sh"));
            own.filter(|path| is_wanted(path, all)).cloned().collect()
        };
        Self {
            apply: scripts(&apply),
            rollback: scripts(&rollback),
            verify: scripts(&apply)
                .iter()
                .map(|path| path.replacen("apply", "verify", 1))
                .inspect(|path| assert!(verify.contains(path), "{path}: {verify:?}"))
                .collect(),
            folder,
        }
    }

    /// The bundle of a transfer, with the scripts that have messages beside them.
    pub(crate) fn of_updates(topology: &str, transfer: &str) -> Self {
        Self::of(topology, "transfer.txt", transfer, |path, all| {
            all.contains(&messages(path))
        })
    }

    /// The bundle of a zone file, with the scripts that change records.
    pub(crate) fn of_file(topology: &str, file: &str, content: &str) -> Self {
        Self::of(topology, file, content, |path, _| {
            ["change-records", "move-port", "remove-unlisted"]
                .iter()
                .any(|id| path.contains(&format!("-dns-{id}-")))
        })
    }

    /// Whether several steps edit a file.
    pub(crate) fn is_in_parts(&self) -> bool {
        let names = fs::read_dir(self.folder.path().join("bundle/zones")).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.any(|name| name.starts_with("step-"))
    }

    /// Runs a script with further arguments.
    pub(crate) fn sh(&self, script: &str, args: &[&str]) -> Said {
        self.run("sh", &[&[script], args].concat(), None)
    }

    /// Runs a script with variables.
    pub(crate) fn env_sh(&self, variables: &[String], script: &str, args: &[&str]) -> Said {
        let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
        let args = [&variables, &["sh", script][..], args].concat();
        self.run("env", &args, None)
    }

    /// Runs a script of updates with the key that may update.
    pub(crate) fn update(&self, server: &Server, script: &str) -> Said {
        let port = server.port.to_string();
        let key = server.key();
        let patient = ["-u", PATIENCE];
        let args = ["-k", key.to_str().unwrap(), "-p", &port];
        self.sh(script, &[&patient[..], &args].concat())
    }

    /// Gives the messages beside a script to `nsupdate` itself.
    pub(crate) fn nsupdate(&self, server: &Server, script: &str) -> Said {
        let port = server.port.to_string();
        let key = server.key();
        let key = key.to_str().unwrap();
        let file = messages(script);
        let args = ["-u", PATIENCE, "-k", key, "-p", &port, &file];
        self.run("nsupdate", &args, None)
    }

    /// The first message beside a script, if there are more.
    pub(crate) fn send_first(&self, server: &Server, script: &str) -> bool {
        let text = self.folder.read(&messages(script));
        let Some((first, rest)) = text.split_once("\nsend\n") else {
            panic!("{text}");
        };
        if rest.is_empty() {
            return false;
        }
        let port = server.port.to_string();
        let key = server.key();
        let args = ["-u", PATIENCE, "-k", key.to_str().unwrap(), "-p", &port];
        let said = self.run("nsupdate", &args, Some(&format!("{first}\nsend\n")));
        assert!(said.done, "{said:?}\n{text}");
        true
    }

    /// Runs a script with a key that the server does not know.
    pub(crate) fn update_with_wrong_key(&self, server: &Server, script: &str) -> Said {
        let port = server.port.to_string();
        let key = format!("hmac-sha256:not-{KEY}:{SECRET}");
        self.sh(script, &["-p", &port, "-y", &key])
    }

    fn run(&self, program: &str, args: &[&str], input: Option<&str>) -> Said {
        let file = self.folder.write("input", input.unwrap_or_default());
        let output = Command::new(program)
            .args(args)
            .current_dir(self.folder.path())
            .stdin(Stdio::from(fs::File::open(file).unwrap()))
            .output()
            .unwrap();
        Said {
            done: output.status.success(),
            text: String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
        }
    }
}

fn messages(script: &str) -> String {
    script.replace(".sh", ".nsupdate")
}
