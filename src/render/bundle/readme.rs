//! The bundle's `README.md`: the order, who does what, how long to wait, how the scripts behave.

use std::collections::BTreeMap;

use super::super::dialect::script::Language;
use super::super::markdown;
use super::super::ticket::{self, Block, Inline};
use super::super::wording;
use super::{Entry, StepFiles};
use crate::plan::action::{Action, RecordEdit, SetChange};
use crate::plan::{Plan, Role, Step};
use crate::topology::{Apply, ZoneKind};

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
             file's name), they are ways to do the same: run one of them. Where it has files for two roles, both have their part in it.",
        )),
        paragraph(Inline::text(format!(
            "How long it takes: {}",
            ticket::duration(plan)
        ))),
    ];
    let repeated = repeated(plan, steps);
    for (step, files) in plan.steps.iter().zip(steps) {
        blocks.push(Block::Step(
            Inline::strong(format!("Step {}", step.number)).and(format!(
                " ({}): {}",
                step.action.role().title(),
                step.action.title()
            )),
        ));
        let lines = step_lines(step, files, &repeated);
        if !lines.is_empty() {
            blocks.push(Block::Nested(lines));
        }
    }
    if !repeated.is_empty() {
        blocks.push(paragraph(Inline::text("Of several steps:")));
        blocks.push(Block::Items(
            repeated
                .iter()
                .map(|(sentence, numbers)| {
                    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                    Inline::strong(format!("Steps {}", numbers.join(", ")))
                        .and(format!(": {sentence}"))
                })
                .collect(),
        ));
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

/// Sentences that several steps say, with the numbers of these, in the order of their first steps.
fn repeated<'a>(plan: &Plan, steps: &'a [StepFiles]) -> Vec<(&'a str, Vec<usize>)> {
    let mut said: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (step, files) in plan.steps.iter().zip(steps) {
        for sentence in &files.by_hand {
            let place = *index.entry(sentence).or_insert_with(|| {
                said.push((sentence, Vec::new()));
                said.len() - 1
            });
            said[place].1.push(step.number);
        }
    }
    said.retain(|(_, numbers)| numbers.len() > 1);
    said
}

/// Where a step is done, what runs it, checks it, takes it back, and what is done by hand.
fn step_lines(step: &Step, files: &StepFiles, repeated: &[(&str, Vec<usize>)]) -> Vec<Inline> {
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
            lines.push(listed(what, paths));
        }
    }
    let told_below = |sentence: &&String| repeated.iter().any(|(other, _)| other == sentence);
    let own = files
        .by_hand
        .iter()
        .filter(|sentence| !told_below(sentence));
    lines.extend(own.map(Inline::text));
    lines
}

/// `Run: a or b`
fn listed(what: &str, paths: &[String]) -> Inline {
    let mut line = Inline::text(format!("{what}: "));
    for (index, path) in paths.iter().enumerate() {
        if index > 0 {
            line = line.and(", ");
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
                .and(" checks that the folder is whole; on Windows ")
                .code("Get-FileHash FILE")
                .and(" gives the hash of one."),
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
                .and(" itself with the one that was reviewed, then the files with their hashes."),
        ];
        let mut roles: Vec<(Role, Vec<String>)> = Vec::new();
        for step in &self.plan.steps {
            let role = step.action.role();
            let number = step.number.to_string();
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
                numbers.join(", ")
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
            Inline::text(
                "Records are added before others are removed, and all steps of a zone go through its one named server.",
            ),
        ];
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
        if self
            .changes()
            .any(|change| change.before.zone.apply == Apply::Patch)
        {
            items.push(
                Inline::text("Zones that are kept as files: ")
                    .code("sh apply/NAME.sh FILE")
                    .and(" on the zone's primary, where FILE is the zone file. It checks that the file is the one that was reviewed."),
            );
        }
        if self.has_samba() {
            items.push(
                Inline::default().code(".sh")
                    .and(" files of directory steps are for domain controllers that run Samba, and of no use with those of Windows."),
            );
        }
        items
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
                    " in the order of their numbers; those of steps that were not carried out say \"already undone\". Records go back before \
                     publishing is switched on again.",
                ),
            Inline::text(
                "A step that failed half-way leaves a state that neither its script nor its undo accepts. Read the zone again and let ",
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
