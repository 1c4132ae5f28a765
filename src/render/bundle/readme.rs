//! The bundle's `README.md`: the order, who does what, how long to wait, how the scripts behave.

use std::collections::{BTreeMap, BTreeSet};

use super::super::dialect::script::Language;
use super::super::markdown;
use super::super::ticket::{self, Block, Inline};
use super::super::wording;
use super::{Entry, StepFiles};
use crate::plan::action::{Action, RecordEdit, SetChange};
use crate::plan::{Plan, Role, Step};
use crate::topology::{Apply, ZoneKind};

/// The end of a shell script's name.
const SHELL: &str = ".sh";

/// The text.
pub(super) fn readme(plan: &Plan, steps: &[StepFiles], entries: &[Entry]) -> String {
    let here = Contents { plan, entries };
    let mut blocks = vec![
        heading(1, format!("KMS DNS change {}", wording::short_id(&plan.id))),
        paragraph(
            Inline::text("Made by kmsplan from ")
                .code(&plan.topology.path)
                .and(", for the people who carry the change out. The plan's id is ")
                .code(&plan.id)
                .and(plan.takes_back.as_ref().map_or_else(
                    || ".".to_owned(),
                    |id| {
                        format!(
                            ". It takes back what the plan {} did.",
                            wording::short_id(id)
                        )
                    },
                )),
        ),
        paragraph(Inline::text(format!(
            "{}; {}; {}.",
            wording::record_totals(&plan.summary()),
            wording::count(plan.steps.len(), "step"),
            wording::finding_totals(&plan.summary())
        ))),
        heading(2, "What is here"),
        Block::Items(here.contents()),
        heading(2, "Before the first step"),
        Block::Items(here.first()),
        heading(2, "The order"),
        paragraph(Inline::text(
            "Carry the steps out in the order of their numbers. Where a step has several files for one role (the second part of a \
             file's name), those of one language are for different zones or servers: run each of them. Another language is another way \
             to do the same, unless the first lines of its file say that it is for other zones. Where a step has files for two roles, \
             both have their part in it.",
        )),
        paragraph(Inline::text(format!(
            "How long it takes: {}",
            ticket::duration(plan)
        ))),
    ];
    let said = Sentences::of(plan, steps);
    for (step, files) in plan.steps.iter().zip(steps) {
        blocks.push(Block::Step(
            Inline::strong(format!("Step {}", step.number)).and(format!(
                " ({}): {}",
                step.action.role().title(),
                step.action.title()
            )),
        ));
        let mut lines = here.step_lines(step, files);
        lines.extend(said.of_one_step(files).map(Inline::text));
        if !lines.is_empty() {
            blocks.push(Block::Nested(lines));
        }
    }
    let shared = said.of_several_steps();
    if !shared.is_empty() {
        blocks.push(paragraph(Inline::text(
            "What several steps have in common:",
        )));
        blocks.push(Block::Items(shared));
    }
    blocks.push(heading(2, "How the scripts behave"));
    blocks.push(Block::Items(here.behaviour()));
    blocks.push(heading(2, "How to run them"));
    blocks.push(Block::Items(here.usage()));
    blocks.push(heading(2, "If something fails"));
    blocks.push(Block::Items(Contents::failure()));
    blocks.push(heading(2, "What is proven, and where"));
    blocks.push(Block::Items(here.proof()));
    if let Some(reminder) = &plan.reminder {
        blocks.push(heading(2, "Reminder"));
        blocks.push(paragraph(Inline::text(wording::reminder(reminder))));
    }
    markdown::page(&blocks)
}

fn heading(level: usize, text: impl Into<String>) -> Block<'static> {
    Block::Heading {
        level,
        text: Inline::text(text),
    }
}

fn paragraph(text: Inline) -> Block<'static> {
    Block::Paragraph(text)
}

/// Sentences for the people who carry steps out, and the steps that they stand for.
struct Sentences<'a> {
    steps: Vec<(&'a str, Vec<usize>)>,
    many: BTreeSet<&'a str>,
}

impl<'a> Sentences<'a> {
    fn of(plan: &Plan, files: &'a [StepFiles]) -> Self {
        let mut steps: Vec<(&str, Vec<usize>)> = Vec::new();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (step, files) in plan.steps.iter().zip(files) {
            for sentence in &files.by_hand {
                let at = *known.entry(sentence).or_insert_with(|| {
                    steps.push((sentence, Vec::new()));
                    steps.len() - 1
                });
                if let Some((_, numbers)) = steps.get_mut(at) {
                    numbers.push(step.number);
                }
            }
        }
        let many = steps.iter().filter(|(_, numbers)| numbers.len() > 1);
        Self {
            many: many.map(|(sentence, _)| *sentence).collect(),
            steps,
        }
    }

    /// Those that no other step has.
    fn of_one_step(&self, files: &'a StepFiles) -> impl Iterator<Item = &'a String> {
        let sentences = files.by_hand.iter();
        sentences.filter(|sentence| !self.many.contains(sentence.as_str()))
    }

    /// Those of several steps, which are said once.
    fn of_several_steps(&self) -> Vec<Inline> {
        let shared = self.steps.iter().filter(|(_, numbers)| numbers.len() > 1);
        shared
            .map(|(sentence, numbers)| {
                Inline::text(format!("Steps {}: {sentence}", ticket::runs(numbers)))
            })
            .collect()
    }
}

/// `Run: a, b`
fn listed(what: &str, paths: &[String], samba: bool) -> Inline {
    let mut line = Inline::text(format!("{what}: "));
    for (index, path) in paths.iter().enumerate() {
        if index > 0 {
            line = line.and(if samba && path.ends_with(SHELL) {
                "; on Samba "
            } else {
                ", "
            });
        }
        line = line.code(path);
    }
    line
}

/// Whether a file is a script of that language.
fn is_of(entry: &Entry, language: Language) -> bool {
    let extension = entry.path.rsplit_once('.').map(|(_, extension)| extension);
    extension == Some(language.extension())
}

/// What a reader of this bundle needs to know, by what is in it.
struct Contents<'a> {
    plan: &'a Plan,
    entries: &'a [Entry],
}

impl Contents<'_> {
    /// Where a step is done, what runs it, checks it, takes it back.
    fn step_lines(&self, step: &Step, files: &StepFiles) -> Vec<Inline> {
        let mut lines = Vec::new();
        let on = step.action.on();
        if !on.is_empty() {
            let mut line = Inline::text("On ");
            for (index, place) in on.iter().enumerate() {
                if index > 0 {
                    line = line.and(", ");
                }
                line = line.code(place.trim_end_matches('.'));
            }
            lines.push(line);
        }
        for (what, paths) in [
            ("Run", &files.apply),
            ("Check", &files.verify),
            ("Undo", &files.rollback),
        ] {
            if !paths.is_empty() {
                lines.push(listed(what, paths, self.is_all_directory()));
            }
        }
        lines
    }

    /// Whether every zone is kept in Active Directory by Windows tools, so that a shell script beside another is
    /// the one for Samba.
    fn is_all_directory(&self) -> bool {
        self.plan.zones.iter().all(|zone| {
            let zone = &zone.zone;
            zone.kind == ZoneKind::Ad && matches!(zone.apply, Apply::Powershell | Apply::Dnscmd)
        })
    }

    fn has(&self, language: Language) -> bool {
        self.entries.iter().any(|entry| is_of(entry, language))
    }

    fn has_folder(&self, folder: &str) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.path.starts_with(folder))
    }

    /// The record changes of the plan.
    fn changes(&self) -> impl Iterator<Item = &SetChange> {
        self.plan
            .steps
            .iter()
            .flat_map(|step| step.action.record_changes())
    }

    fn contents(&self) -> Vec<Inline> {
        let mut items = vec![
            Inline::default().code("plan.md")
                .and(", ")
                .code("plan.txt")
                .and(": what changes and why, with every finding; ")
                .code("report.html")
                .and(": the same as a page for the change board, with pictures and check boxes; ")
                .code("plan.json")
                .and(": the same for programs, and for ")
                .code("kmsplan rollback")
                .and("."),
            Inline::default().code("apply/")
                .and(": each step's script; ")
                .code("verify/")
                .and(": what tells whether a step is done, changing nothing; ")
                .code("rollback/")
                .and(": the way back, its numbers in the order in which it is run: the last step first."),
        ];
        if self.has_folder("zones/") {
            let mut line = Inline::default()
                .code("zones/")
                .and(": the edits of the zone files as diffs");
            if self.has_folder("zones/new/") {
                line = line
                    .and("; ")
                    .code("zones/new/")
                    .and(": the whole files with the edits, for where no patch program is at hand");
            }
            items.push(line.and("."));
        }
        if self.has_folder("zones/") && !self.has_folder("zones/new/") {
            items.push(Inline::text(
                "The bundle was made from a saved plan without its zone data: the diffs are those of the saved plan and were not compared \
                 with the files. Read them before they are applied.",
            ));
        }
        if self.has_folder("hosts/") {
            items.push(
                Inline::default().code("hosts/").and(
                    ": each KMS host's publish list as a registry file, and its undo. They take the place of the scripts' part that writes \
                     the list; the restart of the licensing service stays to be done.",
                ),
            );
        }
        items.push(
            Inline::default()
                .code("SHA256SUMS")
                .and(": the hash of every file; ")
                .code("sha256sum -c SHA256SUMS")
                .and(" checks that the folder is the one that was reviewed."),
        );
        items
    }

    /// What everybody does first, and who does which steps.
    fn first(&self) -> Vec<Inline> {
        let mut items = vec![
            Inline::text("Read ")
                .code("plan.md")
                .and(": its findings tell what to ask and to settle first. Compare the hash of ")
                .code("SHA256SUMS")
                .and(" itself with the one that was reviewed, then the files with their hashes; on Windows ")
                .code("Get-FileHash FILE")
                .and(" gives the hash of one."),
        ];
        let mut roles: Vec<(Role, Vec<usize>)> = Vec::new();
        for step in &self.plan.steps {
            let role = step.action.role();
            let number = step.number;
            match roles.iter_mut().find(|(other, _)| *other == role) {
                Some((_, numbers)) => numbers.push(number),
                None => roles.push((role, vec![number])),
            }
        }
        items.extend(roles.into_iter().map(|(role, numbers)| {
            let steps = if numbers.len() == 1 { "step" } else { "steps" };
            Inline::text(format!(
                "The {}: {steps} {}.",
                role.title(),
                ticket::runs(&numbers)
            ))
        }));
        items
    }

    fn behaviour(&self) -> Vec<Inline> {
        let mut items = vec![
            Inline::text(
                "A script reads what is there before it acts. It acts only on the state that was reviewed. Where the step is done it says \
                 \"already applied\" (\"already undone\" where it takes something back) and changes nothing, so it can be run again. Where somebody has changed the state meanwhile it prints \
                 the difference, changes nothing and ends with an error.",
            ),
            Inline::text(
                "What is compared is the record set, never the serial number of the zone: other changes to the zone do not stop a reviewed plan.",
            ),
        ];
        if self.has_patches() && self.has_folder("zones/new/") {
            items.push(Inline::text(
                "A zone that is kept as a file is compared as a file: there any other edit stops the scripts, and the plan is made again.",
            ));
        }
        items.push(Inline::text(
            "Records are added before others are removed, and all steps of a zone go through its one named server.",
        ));
        if self
            .plan
            .steps
            .iter()
            .any(|step| matches!(step.action, Action::RemoveUnlisted { .. }))
        {
            items.push(Inline::text(
                "To keep a host that the topology does not name, leave out the step that removes it and the step that silences it. Later \
                 checks then show its record as a difference.",
            ));
        }
        if self.changes().any(|change| {
            change.before.zone.kind == ZoneKind::Ad && change.edits.iter().any(needs_age)
        }) {
            items.push(Inline::text(
                "The way back gives aged records their timestamp again by adding them anew, with the time of that day. Where too few live hosts \
                 would be left meanwhile they stay static.",
            ));
        }
        items
    }

    fn usage(&self) -> Vec<Inline> {
        let mut items = Vec::new();
        if self.has(Language::Powershell) {
            items.push(
                Inline::default().code(".ps1")
                    .and(": Windows PowerShell 5.1 or PowerShell 7, as an account that may do the step: ")
                    .code(r"powershell -NoProfile -File apply\NAME.ps1 -WhatIf")
                    .and(" shows what would change, without ")
                    .code("-WhatIf")
                    .and(" it is done. A script that changes something writes a transcript into the home folder."),
            );
        }
        if self.has(Language::Cmd) {
            items.push(Inline::default().code(".cmd").and(
                ": at an elevated command prompt; those of KMS hosts run on the host itself.",
            ));
        }
        if self.has(Language::Nsupdate) {
            items.push(
                Inline::default().code(".sh")
                    .and(" beside an ")
                    .code(".nsupdate")
                    .and(" file: ")
                    .code("sh apply/NAME.sh -k KEYFILE")
                    .and(" looks, sends the message and looks again; its arguments go to nsupdate. ")
                    .code("nsupdate -k KEYFILE apply/NAME.nsupdate")
                    .and(
                        " sends the message alone: its prerequisites guard it too, but do not see TTLs and cannot tell \"already applied\" from \
                         \"changed meanwhile\".",
                    ),
            );
        }
        if self.has_patches() {
            items.push(
                Inline::text("Zones that are kept as files: ")
                    .code("sh apply/NAME.sh FILE")
                    .and(if self.has_folder("zones/new/") {
                        " on the zone's primary, where FILE is the zone file. It checks that the file is the one that was reviewed."
                    } else {
                        " on the zone's primary, where FILE is the zone file. It checks that the diff fits the file exactly."
                    }),
            );
        }
        if self.has_samba() {
            items.push(
                Inline::default().code(".sh").and(
                    " files whose first lines name Samba do for its domain controllers what other files of the step do for those of Windows: with \
                     Windows pass over them.",
                ),
            );
        }
        items
    }

    /// Whether a script edits a zone file.
    fn has_patches(&self) -> bool {
        self.changes().any(|change| {
            let zone = &change.before.zone;
            zone.apply == Apply::Patch && zone.kind != ZoneKind::Ad
        })
    }

    /// Whether a script is for Samba's domain controllers.
    fn has_samba(&self) -> bool {
        let is_ad = |change: &SetChange| {
            change.before.zone.kind == ZoneKind::Ad && change.before.zone.apply != Apply::Nsupdate
        };
        let has_ad_role = self.entries.iter().any(|entry| {
            entry.path.starts_with("apply/")
                && entry.path.contains("-ad-")
                && is_of(entry, Language::Sh)
        });
        self.has(Language::Sh) && (has_ad_role || self.changes().any(is_ad))
    }

    fn failure() -> Vec<Inline> {
        vec![
            Inline::text("To take everything back, run the scripts in ")
                .code("rollback/")
                .and(
                    " in the order of their numbers; those of steps that were not carried out say \"already undone\".",
                ),
            Inline::text(
                "A step that failed half-way may leave a state that neither its script nor its undo accepts. Read the zone again and let ",
            )
            .code("kmsplan rollback plan.json SOURCE...")
            .and(" compute the way back from what is there, or plan again to go on."),
            Inline::text(wording::IMPACT),
        ]
    }

    fn proof(&self) -> Vec<Inline> {
        let mut items = Vec::new();
        if self.has(Language::Powershell) {
            items.push(Inline::text(
                "PowerShell scripts: kmsplan's tests read them with a grammar of the language and check each cmdlet and parameter against \
                 Microsoft's documentation. They have not been run on Windows: try them with -WhatIf, and in a test zone first.",
            ));
        }
        if self.has(Language::Cmd) {
            items.push(Inline::text(
                "Files for cmd: run in tests under Wine's cmd with stand-ins for dnscmd, slmgr.vbs and reg, not on Windows.",
            ));
        }
        if self.has_folder("hosts/") {
            items.push(Inline::text(
                "Registry files: imported and read back by Wine, not by Windows.",
            ));
        }
        if self.has(Language::Nsupdate) {
            items.push(Inline::text(
                "Dynamic updates: run, run again, refused after a change by hand, and taken back in tests with BIND, Knot DNS and PowerDNS; \
                 Windows DNS has not been among them.",
            ));
        }
        if self.has_patches() {
            items.push(Inline::text(
                "Edits of zone files by shell scripts: run, run again, refused after an edit by hand, and taken back in tests with BIND and NSD.",
            ));
        }
        if self.has_samba() {
            items.push(Inline::text(
                "Scripts for Samba: run in tests on a Samba domain controller. Who owns a node, what a ticket holds and how long it counts may \
                 differ on Windows.",
            ));
        }
        items
    }
}

/// Whether taking the edit back gives a record its timestamp again.
fn needs_age(edit: &RecordEdit) -> bool {
    edit.old_record()
        .is_some_and(|record| record.aged == Some(true))
}
