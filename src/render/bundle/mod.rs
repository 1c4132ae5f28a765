//! The bundle: a folder made from a plan, with documents, scripts, checks and the way back.
//!
//! Everything in it follows from the plan and the edited zone files, so the same plan gives the same octets.
//! `names` gives files their names, `readme` says who does what in which order.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::dialect::script::{
    BackOn, Context, Hashes, Lookup, Patch, Purpose, Scripts, reg, scripts,
};
use super::text::TextOptions;
use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::files::EditedFile;
use crate::plan::{FileDiff, Plan, Step};

mod names;
mod readme;

use names::{Names, safe};

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the bundle's folder, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Entry {
    fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
        }
    }
}

/// The scripts of one step by their names.
struct StepFiles {
    /// Paths of what carries it out, of what checks it, and of what takes it back.
    apply: Vec<String>,
    verify: Vec<String>,
    rollback: Vec<String>,
    /// What no script does.
    by_hand: Vec<String>,
}

/// The files of the bundle, sorted by path. `files` are the edited zone files, `None` where the plan's sources
/// are not at hand.
///
/// # Errors
/// Why scripts cannot be written: sentences.
pub fn bundle(plan: &Plan, files: Option<&[EditedFile]>) -> Result<Vec<Entry>, Vec<String>> {
    let mut entries = vec![
        Entry::new("plan.json", super::json(plan)),
        Entry::new("plan.md", super::markdown(plan, None)),
        Entry::new("report.html", super::html(plan)),
        Entry::new(
            "plan.txt",
            super::text(plan, &TextOptions { colour: false }),
        ),
    ];
    let patches = zone_files(plan, files, &mut entries);
    let mut refused = BTreeSet::new();

    let lookup = Lookup::new(plan);
    let mut made: Vec<Scripts> = plan
        .steps
        .iter()
        .map(|step| {
            scripts(&Context {
                plan,
                step,
                patches: &patches,
                lookup: &lookup,
                noted_under: &plan.id,
            })
        })
        .collect();
    for scripts in &mut made {
        refused.extend(scripts.refused.drain(..));
    }
    match reg::registry_files(plan) {
        Ok(files) => entries.extend(
            files
                .into_iter()
                .map(|file| Entry::new(format!("hosts/{}", safe(&file.name)), file.bytes)),
        ),
        Err(sentences) => refused.extend(sentences),
    }
    if !refused.is_empty() {
        return Err(refused.into_iter().collect());
    }

    let steps = step_files(plan, &made, &mut entries);
    entries.push(Entry::new(
        "README.md",
        readme::readme(plan, &steps, &entries),
    ));
    entries.arrange_by(|one, other| one.path.cmp(&other.path));
    let mut sums = String::new();
    for entry in &entries {
        let hash = HEXLOWER.encode(&Sha256::digest(&entry.bytes));
        let _ = writeln!(sums, "{hash}  {}", entry.path);
    }
    entries.push(Entry::new("SHA256SUMS", sums));
    entries.arrange_by(|one, other| one.path.cmp(&other.path));
    Ok(entries)
}

/// Diffs and edited files; gives the patches that scripts apply.
fn zone_files(plan: &Plan, files: Option<&[EditedFile]>, entries: &mut Vec<Entry>) -> Vec<Patch> {
    let mut names = Names::default();
    let mut patches = Vec::new();
    let Some(files) = files else {
        for diff in &plan.diffs {
            let path = format!("zones/{}.diff", names.of_file(&diff.path));
            patches.extend(whole_patch(plan, diff, &path));
            entries.push(Entry::new(path, diff.unified.clone()));
        }
        return patches;
    };
    for file in files {
        let name = names.of_file(&file.path);
        let total = format!("zones/{name}.diff");
        let new = format!("zones/new/{name}");
        entries.push(Entry::new(total.clone(), file.unified.clone()));
        entries.push(Entry::new(new.clone(), file.edited.clone()));
        let only = file.parts.len() == 1;
        for (index, part) in file.parts.iter().enumerate() {
            let mut diff_of = |what: &str, diff: &[u8]| {
                let path = format!("zones/{what}-{:02}-{name}.diff", part.step);
                entries.push(Entry::new(path.clone(), diff));
                path
            };
            let diff = if only {
                total.clone()
            } else {
                diff_of("step", &part.unified)
            };
            let back = diff_of("back", &part.back);
            let next = file.parts.get(index + 1).map(|next| &next.sha256[2]);
            let back_on = part
                .back_on
                .as_ref()
                .zip(next)
                .map(|(diff, sha256)| BackOn {
                    diff: diff_of("back-on", diff),
                    sha256: sha256.clone(),
                });
            let [before, after, taken_back] = part.sha256.clone();
            patches.push(Patch {
                step: part.step,
                zones: file.zones.clone(),
                path: file.path.clone(),
                diff,
                back: Some(back),
                back_on,
                new: only.then(|| new.clone()),
                sha256: Some(Hashes {
                    before,
                    after,
                    back: taken_back,
                }),
            });
        }
    }
    patches
}

/// A diff of the plan as the patch of the first step that changes records of the zones read from its file.
fn whole_patch(plan: &Plan, diff: &FileDiff, path: &str) -> Option<Patch> {
    let zones: Vec<Name> = plan
        .zones
        .iter()
        .filter(|zone| zone.source == diff.path && diff.applies)
        .map(|zone| zone.zone.name.clone())
        .collect();
    let changes_one = |step: &&Step| {
        let mut changes = step.action.record_changes().iter();
        changes.any(|change| !change.edits.is_empty() && zones.contains(&change.before.zone.name))
    };
    let step = plan.steps.iter().find(changes_one)?;
    Some(Patch {
        step: step.number,
        zones,
        path: diff.path.clone(),
        diff: path.to_owned(),
        back: None,
        back_on: None,
        new: None,
        sha256: None,
    })
}

/// The scripts, numbered in the order of execution. `rollback` counts from the last step.
fn step_files(plan: &Plan, made: &[Scripts], entries: &mut Vec<Entry>) -> Vec<StepFiles> {
    let width = plan.steps.len().to_string().len().max(2);
    let mut names = Names::default();
    let mut write = |scripts: &Scripts, purpose: Purpose, id: &str, number: usize| {
        let list = match purpose {
            Purpose::Apply => &scripts.apply,
            Purpose::Verify => &scripts.verify,
            Purpose::Rollback => &scripts.rollback,
        };
        list.iter()
            .map(|script| {
                let path = names.of_script(purpose, number, width, script, id);
                entries.push(Entry::new(
                    path.clone(),
                    script.language.encode(&script.text),
                ));
                path
            })
            .collect::<Vec<String>>()
    };
    let mut steps: Vec<StepFiles> = plan
        .steps
        .iter()
        .zip(made)
        .map(|(step, scripts)| {
            let id = step.action.id();
            StepFiles {
                apply: write(scripts, Purpose::Apply, &id, step.number),
                verify: write(scripts, Purpose::Verify, &id, step.number),
                rollback: Vec::new(),
                by_hand: scripts.by_hand.clone(),
            }
        })
        .collect();
    let taken_back = plan.steps.iter().zip(made).zip(&mut steps).rev();
    let taken_back = taken_back.filter(|((_, scripts), _)| !scripts.rollback.is_empty());
    for (number, ((step, scripts), files)) in (1..).zip(taken_back) {
        files.rollback = write(scripts, Purpose::Rollback, &step.action.id(), number);
    }
    steps
}
