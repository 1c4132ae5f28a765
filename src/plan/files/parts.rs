//! The edit of a zone's files in parts, one a step that a person may strike or that waits for something else.
//!
//! Serials must rise with every edit that a server loads (RFC 1982), on the way there and on the way back. So
//! with `n` parts and `s` the new serial of the plan, part `k` leaves `s + k - 1`, and its way back leaves
//! `s + n - 1 + (n - k + 1)`, whether the parts after it were applied and taken back or were struck.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::Work;
use crate::Name;
use crate::arrange::IntoMap as _;
use crate::plan::action::{Action, RecordEdit};
use crate::plan::edit::{self, FileSplices, Splice};
use crate::plan::{Change, Plan, PlanDomain};
use crate::snapshot::{File, FileId, Snapshot};

/// The part of a file's edit that one step applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The number of the step. Steps on the same file up to the next part have nothing left to do.
    pub step: usize,
    /// The unified diff from the file before the step to the file after it. The serial of the last of several
    /// parts is above the plan's `new_serial`.
    pub unified: Vec<u8>,
    /// The unified diff from the file after the step to the file taken back: the one before, with a serial
    /// that is greater than all that the parts give (RFC 1982).
    pub back: Vec<u8>,
    /// The same from the file that the next part's way back leaves, which differs from the one after this step
    /// by its serial. `None` where the two are the same: for the last part, or a file that holds no serial.
    pub back_on: Option<Vec<u8>>,
    /// SHA-256 of the file before the step, after it, and taken back: lower-case hexadecimal.
    pub sha256: [String; 3],
}

/// The parts of a zone's files; `serial` is the zone's after the first of them. A file without parts is in the
/// map too, if the edit changes it.
pub(super) fn parts(
    plan: &Plan,
    snapshot: &Snapshot,
    work: &Work<'_>,
    serial: u32,
) -> BTreeMap<FileId, Vec<FilePart>> {
    let all = edit::with_serial(snapshot, &work.edits(|_| true), serial).unwrap_or_default();
    let mut out: BTreeMap<FileId, Vec<FilePart>> =
        all.keys().map(|id| (*id, Vec::new())).into_map();
    if !work.is_patched() {
        return out;
    }
    let steps = Steps::of(plan, work);
    // An edit in parts may have to write where the whole does not.
    let states = States::of(snapshot, work, &steps, serial)
        .or_else(|| States::of(snapshot, work, &steps.as_one(), serial));
    let Some(states) = states else { return out };
    let ids: BTreeSet<FileId> = states
        .there
        .iter()
        .flat_map(FileSplices::keys)
        .copied()
        .collect();
    for id in ids {
        let file = snapshot.file(id);
        if edit::applies(file) {
            out.insert(id, states.parts(file, id));
        }
    }
    out
}

/// The steps at which a part of a zone's edit begins, and the changes that each part makes.
struct Steps {
    /// The numbers of the steps.
    numbers: Vec<usize>,
    /// For each change of the zone the part that makes it; `None` where no step does.
    part_of: Vec<Option<usize>>,
}

impl Steps {
    fn of(plan: &Plan, work: &Work<'_>) -> Self {
        let mut numbers: Vec<usize> = Vec::new();
        let mut parts: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        let mut in_run = false;
        for step in &plan.steps {
            let changes = step.action.record_changes().iter();
            let own = changes.filter(|change| change.before.zone.name == work.zone.name);
            let edits: Vec<(&Name, &RecordEdit)> = own
                .flat_map(|change| {
                    let edits = change.edits.iter();
                    edits.map(|edit| (&change.before.domain, edit))
                })
                .collect();
            if edits.is_empty() {
                continue;
            }
            let is_run = matches!(step.action, Action::ChangeRecords { .. });
            if !(is_run && in_run) {
                numbers.push(step.number);
            }
            in_run = is_run;
            for (domain, edit) in edits {
                parts
                    .entry(Key::of_edit(domain, edit))
                    .or_insert(numbers.len() - 1);
            }
        }
        let changes = work.changes.iter();
        let part_of = changes
            .map(|change| {
                parts
                    .get(&Key::of_change(change.domain, change.change))
                    .copied()
            })
            .collect();
        Self { numbers, part_of }
    }

    /// All changes with the first step.
    fn as_one(&self) -> Self {
        Self {
            numbers: self.numbers.iter().take(1).copied().collect(),
            part_of: self.part_of.iter().map(|part| part.map(|_| 0)).collect(),
        }
    }
}

/// What tells a change among those of a zone.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    domain: &'a Name,
    target: &'a Name,
    port: u16,
    before: Option<(u16, u16)>,
    after: Option<(u16, u16)>,
}

impl<'a> Key<'a> {
    fn of_change(domain: &'a PlanDomain, change: &'a Change) -> Self {
        Self {
            domain: &domain.name,
            target: &change.target,
            port: change.port,
            before: change.before.map(|values| (values.priority, values.weight)),
            after: change.after.map(|values| (values.priority, values.weight)),
        }
    }

    fn of_edit(domain: &'a Name, edit: &'a RecordEdit) -> Self {
        let (RecordEdit::Add { record }
        | RecordEdit::Remove { record }
        | RecordEdit::Replace { after: record, .. }) = edit;
        Self {
            domain,
            target: &record.target,
            port: record.port,
            before: edit.old_record().map(|old| (old.priority, old.weight)),
            after: edit.new_record().map(|new| (new.priority, new.weight)),
        }
    }
}

/// A zone's files on the way, as splices of the files that were read.
struct States {
    /// The numbers of the parts' steps.
    steps: Vec<usize>,
    /// Before the first part, then after each.
    there: Vec<FileSplices>,
    /// Each part taken back.
    back: Vec<FileSplices>,
}

impl States {
    /// `None` where one of them cannot be written.
    fn of(snapshot: &Snapshot, work: &Work<'_>, steps: &Steps, serial: u32) -> Option<Self> {
        let count = steps.numbers.len();
        let until = |parts: usize, serial: u32| {
            let wanted =
                work.edits(|change| steps.part_of[change].is_some_and(|part| part < parts));
            edit::with_serial(snapshot, &wanted, serial)
        };
        let mut there = vec![FileSplices::new()];
        let mut serial = serial;
        for part in 0..count {
            if part > 0 {
                serial = edit::next_serial(serial, None);
            }
            there.push(until(part + 1, serial)?);
        }
        let mut back = Vec::new();
        for part in (0..count).rev() {
            serial = edit::next_serial(serial, None);
            back.push(until(part, serial)?);
        }
        back.reverse();
        Some(Self {
            steps: steps.numbers.clone(),
            there,
            back,
        })
    }

    /// The parts of one file, but those that leave it as it is.
    fn parts(&self, file: &File, id: FileId) -> Vec<FilePart> {
        let of = |state: &FileSplices| state.get(&id).cloned().unwrap_or_default();
        let mut parts = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            let (before, after) = (of(&self.there[index]), of(&self.there[index + 1]));
            let unified = diff(file, &before, &after);
            if unified.is_empty() {
                continue;
            }
            let back = of(&self.back[index]);
            let later = self.back.get(index + 1).map(of).filter(|later| {
                let way = edit::between(&file.bytes, &after, later);
                !way.is_empty()
            });
            parts.push(FilePart {
                step: *step,
                unified,
                back: diff(file, &after, &back),
                back_on: later.map(|later| diff(file, &later, &back)),
                sha256: [&before, &after, &back].map(|state| sha256(file, state)),
            });
        }
        parts
    }
}

/// The unified diff from one state of a file to another.
fn diff(file: &File, one: &[Splice], other: &[Splice]) -> Vec<u8> {
    let way = edit::between(&file.bytes, one, other);
    edit::unified(&file.path, &edit::apply(&file.bytes, one), &way)
}

/// SHA-256 of a file with splices.
fn sha256(file: &File, splices: &[Splice]) -> String {
    let mut hash = Sha256::new();
    let mut done = 0;
    for splice in splices {
        hash.update(&file.bytes[done..splice.range().start]);
        hash.update(splice.text());
        done = splice.range().end;
    }
    hash.update(&file.bytes[done..]);
    HEXLOWER.encode(&hash.finalize())
}
