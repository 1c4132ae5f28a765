//! Reads a writing back with the program and compares what the plan says of the current records.

use std::collections::BTreeMap;

use crate::support::Folder;
use crate::write::Writing;
use crate::zone::{Zone, domain_of};

/// How the topology that a writing is planned with wants the records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// One other host; all records stay.
    Stranger,
    /// Some of the targets, published by themselves; unknown TTLs and ages make no difference.
    Automatic,
}

/// Folder, zone and plans so far of one generated zone.
pub struct Judge<'z> {
    folder: Folder,
    zone: &'z Zone,
    wish: Wish,
    runs: usize,
}

/// What is read of one record: domain, target, port.
type Identity = (String, String, u64);

impl<'z> Judge<'z> {
    /// A judge of writings of one zone.
    pub fn new(zone: &'z Zone, wish: Wish) -> Self {
        Self {
            folder: Folder::new(),
            zone,
            wish,
            runs: 0,
        }
    }

    /// What is wrong with how `writing` is read; `plain` is the plain zone file of the same zone.
    pub fn judge(&mut self, writing: &Writing, plain: &Writing) -> Result<(), String> {
        let plan = self.plan(writing, writing)?;
        let zones = plan["zones"].as_array().expect("zones");
        let apex = format!("{}.", self.zone.apex.to_ascii_lowercase());
        let seen: Vec<(&str, &str, &str)> = zones
            .iter()
            .map(|zone| {
                let word = |key: &str| zone[key].as_str().unwrap_or("?");
                (word("name"), word("format"), word("kind"))
            })
            .collect();
        let expected = [(apex.as_str(), writing.format, writing.kind)];
        if seen != expected {
            return Err(format!("zones {seen:?}, expected {expected:?}"));
        }
        let read = self.read(&plan)?;
        let meant = self.meant(writing);
        if read != meant {
            return Err(format!(
                "the records\n{read:#?}\nwere meant to be\n{meant:#?}"
            ));
        }
        let reference = self.plan(plain, writing)?;
        let (ours, theirs) = (verbs(&plan), verbs(&reference));
        if ours != theirs {
            return Err(format!(
                "changes\n{ours:#?}\nfrom a plain zone file\n{theirs:#?}"
            ));
        }
        Ok(())
    }

    /// The plan for the domains of `scope`, from `writing`.
    fn plan(&mut self, writing: &Writing, scope: &Writing) -> Result<serde_json::Value, String> {
        self.runs += 1;
        let run = self.runs;
        let zone = if writing.told {
            None
        } else {
            Some(writing.kind)
        };
        self.folder
            .write(&format!("{run}.toml"), self.topology(&scope.domains, zone));
        let file = format!("{run}/{}", writing.file);
        self.folder.write(&file, &writing.bytes);
        let run = self.folder.run(&format!(
            "plan {run}.toml {file} --format json {}",
            writing.args
        ));
        if !matches!(run.status, 0 | 3) || !run.stderr.is_empty() {
            return Err(format!("exit status {}\n{}", run.status, run.stderr));
        }
        serde_json::from_str(&run.stdout).map_err(|error| error.to_string())
    }

    fn topology(&self, domains: &[String], kind: Option<&str>) -> String {
        let publishing = match self.wish {
            Wish::Stranger => "manual",
            Wish::Automatic => "automatic",
        };
        let mut out = format!(
            "[kms]\npublishing = \"{publishing}\"\nunlisted = \"keep\"\ndomains = {domains:?}\n\
             [[host]]\nname = \"judge.example.net\"\n"
        );
        for host in self.listed() {
            out += &format!("[[host]]\nname = \"{host}\"\npriority = 10\nweight = 25\n");
        }
        if let Some(kind) = kind {
            out += &format!(
                "[[zone]]\nname = \"{}\"\nkind = \"{kind}\"\n",
                self.zone.apex
            );
        }
        out
    }

    /// The targets that the topology names.
    fn listed(&self) -> Vec<String> {
        if self.wish == Wish::Stranger {
            return Vec::new();
        }
        let targets = self.zone.kms().filter_map(|record| record.service());
        let mut targets: Vec<String> = targets.map(|s| s.target.to_ascii_lowercase()).collect();
        targets.retain(|target| target.starts_with("kms0") || target.starts_with("kms-br"));
        targets.sort();
        targets.dedup();
        targets
    }

    /// What the plan says of the current records.
    fn read(&self, plan: &serde_json::Value) -> Result<BTreeMap<Identity, Vec<String>>, String> {
        let listed = self.listed();
        let mut read = BTreeMap::new();
        for domain in plan["domains"].as_array().expect("domains") {
            let name = domain["name"].as_str().expect("a name");
            if domain["zone"].is_null() {
                return Err(format!("{name} has no zone"));
            }
            for change in domain["changes"].as_array().expect("changes") {
                let before = &change["before"];
                if before.is_null() {
                    continue;
                }
                let target = change["target"].as_str().expect("a target");
                // Of a listed host the topology's spelling is shown.
                let spelling = change["spelling"].as_str().unwrap_or(target);
                let spelling = if listed.contains(&target.trim_end_matches('.').to_owned()) {
                    target
                } else {
                    spelling
                };
                let identity = (
                    name.to_owned(),
                    target.to_owned(),
                    change["port"].as_u64().expect("a port"),
                );
                let fields: Vec<String> = ["priority", "weight", "ttl", "aged"]
                    .iter()
                    .map(|key| format!("{key} {}", before[key]))
                    .chain([spelling.to_owned()])
                    .collect();
                if read.insert(identity.clone(), fields).is_some() {
                    return Err(format!("{identity:?} is read twice"));
                }
            }
        }
        Ok(read)
    }

    /// What it should say, as far as the writing tells.
    fn meant(&self, writing: &Writing) -> BTreeMap<Identity, Vec<String>> {
        let listed = self.listed();
        let mut meant = BTreeMap::new();
        for record in self.zone.kms() {
            let domain = domain_of(&record.owner).expect("a KMS record");
            if !writing.domains.contains(&domain) {
                continue;
            }
            let s = record.service().expect("a KMS record");
            let target = s.target.to_ascii_lowercase();
            let spelling = if listed.contains(&target) {
                &target
            } else {
                &s.target
            };
            let shown = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
            let fields = vec![
                format!("priority {}", s.priority),
                format!("weight {}", s.weight),
                format!(
                    "ttl {}",
                    shown(writing.ttl_of(record, self.zone).map(|ttl| ttl.to_string()))
                ),
                format!(
                    "aged {}",
                    shown(writing.aged(record).map(|aged| aged.to_string()))
                ),
                format!("{spelling}."),
            ];
            let identity = (
                format!("{domain}."),
                format!("{target}."),
                u64::from(s.port),
            );
            meant.insert(identity, fields);
        }
        meant
    }
}

/// What the plan does to which record.
fn verbs(plan: &serde_json::Value) -> Vec<(String, String, String, u64)> {
    let mut verbs = Vec::new();
    for domain in plan["domains"].as_array().expect("domains") {
        for change in domain["changes"].as_array().expect("changes") {
            let word = |value: &serde_json::Value| value.as_str().expect("a word").to_owned();
            verbs.push((
                word(&domain["name"]),
                word(&change["action"]),
                word(&change["target"]),
                change["port"].as_u64().expect("a port"),
            ));
        }
    }
    verbs.sort();
    verbs
}
