//! Records by the plan's diffs, applied to zone files.
//!
//! A script acts on a file only if its SHA-256 is that of the reviewed one. Where the plan's sources were not
//! at hand, no hash is known: then `patch` itself judges whether the diff fits.

use super::super::super::powershell::is_hidden;
use super::super::super::{LeftOut, sh};
use super::super::sh::Sh;
use super::super::{Context, Hashes, Patch, Purpose, Script, Scripts};
use crate::codes::Code;
use crate::plan::Role;
use crate::plan::action::{Action, SetChange, ZoneRef};
use crate::presentation;
use crate::topology::ZoneKind;

mod texts;
mod windows;

use texts::{
    ALREADY, ALREADY_ON_BIND, BEGIN, BY_HASH, BY_PATCH, CHANGE, DECIDE, FINISH, FREEZE, JUDGE,
    LOADED, TELL, WRITTEN,
};

/// The scripts for changes of zones that are kept this way.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut all = Scripts::default();
    let mut done: Vec<&str> = Vec::new();
    for change in changes {
        let zone = &change.before.zone;
        if zone.kind == ZoneKind::Ad {
            all.say("An AD-integrated zone has no file that a patch could change: make the edits in DNS Manager.");
            continue;
        }
        if !zone.diff || is_not_edited(zone, context) {
            all.say(super::super::super::records::by_console(change));
            continue;
        }
        let mut files = ZoneFile::of(zone, context)?;
        if files.is_empty() {
            all.say(format!(
                "`patch` cannot apply the diff of the zone {}: put the edited file from zones/new/ in place, and raise \
                 its serial again before it is ever replaced by an older one (RFC 1982).",
                presentation::plain(&zone.name)
            ));
            continue;
        }
        files.retain(|file| !done.contains(&file.path));
        if files.is_empty() {
            continue;
        }
        done.extend(files.iter().map(|file| file.path));
        all.append(of_zone(zone, &files, context)?);
    }
    Ok(all)
}

/// Whether the plan says that it could not edit the zone's files.
fn is_not_edited(zone: &ZoneRef, context: &Context<'_>) -> bool {
    let subject = presentation::plain(&zone.name);
    context
        .plan
        .findings
        .iter()
        .any(|finding| finding.code == Code::DiffNotPossible && finding.subject == subject)
}

/// What a step does to one file of a zone.
struct ZoneFile<'a> {
    path: &'a str,
    /// The patch that this step applies; `None`: an earlier step's has it.
    patch: Option<&'a Patch>,
    /// The one that has applied the step's edits.
    covered_by: &'a Patch,
    /// All patches of the file, in the order of their steps.
    all: Vec<&'a Patch>,
}

impl<'a> ZoneFile<'a> {
    /// The files of a zone that the step or an earlier one patches. Empty where `patch` cannot apply the diff.
    fn of(zone: &ZoneRef, context: &Context<'a>) -> Result<Vec<Self>, LeftOut> {
        let own: Vec<&Patch> = context
            .patches
            .iter()
            .filter(|patch| patch.zones.contains(&zone.name))
            .collect();
        if own.is_empty() {
            let read = context
                .plan
                .zones
                .iter()
                .find(|other| other.zone.name == zone.name);
            let unified = read.and_then(|zone| {
                let mut diffs = context.plan.diffs.iter();
                diffs.find(|diff| diff.path == zone.source)
            });
            return match unified {
                Some(diff) if !diff.applies => Ok(Vec::new()),
                _ => Err(needs_sources(zone)),
            };
        }
        let mut files: Vec<Self> = Vec::new();
        for patch in &own {
            if files.iter().any(|file| file.path == patch.path) {
                continue;
            }
            let all: Vec<&Patch> = own
                .iter()
                .copied()
                .filter(|other| other.path == patch.path)
                .collect();
            let until_now = all
                .iter()
                .rev()
                .find(|patch| patch.step <= context.step.number);
            let Some(covered_by) = until_now.copied() else {
                continue;
            };
            if covered_by.path.chars().any(is_hidden) {
                return Err(LeftOut(
                    "No script is written for a zone file whose path holds characters that turn or hide text."
                        .to_owned(),
                ));
            }
            // The diff holds the edits of all steps, and one of them has to wait for a host.
            let moves = |action: &Action| matches!(action, Action::MovePort { .. });
            if covered_by.sha256.is_none() && is_one_of_several(zone, context, moves) {
                return Err(needs_sources(zone));
            }
            files.push(Self {
                path: &covered_by.path,
                patch: (covered_by.step == context.step.number).then_some(covered_by),
                covered_by,
                all,
            });
        }
        Ok(files)
    }

    /// The file as arguments of a shell function: its path, its hash when done, hashes of more states in which
    /// nothing is left to do, and pairs of a hash and the diff that leads from there.
    fn words(&self, number: usize, purpose: Purpose) -> String {
        let mut words = vec![format!("  \"$@\" {number} {}", sh::quote(self.path))];
        let (target, further) = match &self.covered_by.sha256 {
            Some(own) => self.states(own, purpose),
            None => (String::new(), Vec::new()),
        };
        words.push(sh::quote(&target));
        words.push(sh::quote(&further.join(" ")));
        if let Some(patch) = self.patch {
            words.extend(ways(patch, purpose));
        }
        words.join(" \\\n    ")
    }

    fn states(&self, own: &Hashes, purpose: Purpose) -> (String, Vec<String>) {
        let step = self.covered_by.step;
        let hashes = |later: bool| {
            let others = self.all.iter().filter(move |patch| {
                if later {
                    patch.step > step
                } else {
                    patch.step < step
                }
            });
            others.filter_map(|patch| patch.sha256.as_ref())
        };
        match purpose {
            Purpose::Apply | Purpose::Verify => {
                let later =
                    hashes(true).flat_map(|other| [&other.before, &other.after, &other.back]);
                (own.after.clone(), once_each(later, &own.after))
            }
            Purpose::Rollback => {
                let earlier = hashes(false).flat_map(|other| [&other.before, &other.back]);
                let never = std::iter::once(&own.before);
                (own.back.clone(), once_each(never.chain(earlier), &own.back))
            }
        }
    }
}

fn once_each<'h>(hashes: impl Iterator<Item = &'h String>, but: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for hash in hashes {
        if hash != but && !out.contains(hash) {
            out.push(hash.clone());
        }
    }
    out
}

/// The hashes that a patch starts from, each with its diff.
fn ways(patch: &Patch, purpose: Purpose) -> Vec<String> {
    let way = |hash: &str, diff: &str| format!("{} {}", sh::quote(hash), sh::quote(diff));
    let Some(own) = &patch.sha256 else {
        return vec![way("", &patch.diff)];
    };
    match (purpose, &patch.back) {
        (Purpose::Apply | Purpose::Verify, _) => vec![way(&own.before, &patch.diff)],
        (Purpose::Rollback, None) => Vec::new(),
        (Purpose::Rollback, Some(back)) => {
            let mut ways = vec![way(&own.after, back)];
            ways.extend(patch.back_on.as_ref().map(|on| way(&on.sha256, &on.diff)));
            ways
        }
    }
}

/// Where the reviewed file can be had from, to show what differs: it is the edited one, or that without its diff.
/// Of a file that is edited in parts the bundle does not hold each state.
fn edited(files: &[ZoneFile<'_>], purpose: Purpose) -> [String; 2] {
    let (edited, without) = match files {
        [file] => {
            let patch = file.covered_by;
            let is_before = purpose == Purpose::Apply && file.patch.is_some();
            let without = if is_before { patch.diff.as_str() } else { "" };
            patch
                .new
                .as_ref()
                .map_or(("", ""), |new| (new.as_str(), without))
        }
        _ => ("", ""),
    };
    [
        format!("edited={}", sh::quote(edited)),
        format!("without={}", sh::quote(without)),
    ]
}

fn is_hashed(files: &[ZoneFile<'_>]) -> bool {
    files.iter().all(|file| file.covered_by.sha256.is_some())
}

fn needs_sources(zone: &ZoneRef) -> LeftOut {
    LeftOut(format!(
        "No script is written for the zone {}: its files are edited in several steps, or are several. Name the plan's \
         sources too.",
        presentation::plain(&zone.name)
    ))
}

/// Whether the zone's records change in several steps, one of which is of that kind.
fn is_one_of_several(
    zone: &ZoneRef,
    context: &Context<'_>,
    is_kind: impl Fn(&Action) -> bool,
) -> bool {
    let own = context.plan.steps.iter().filter(|step| {
        let mut changes = step.action.record_changes().iter();
        changes.any(|change| !change.edits.is_empty() && change.before.zone.name == zone.name)
    });
    let own: Vec<&Action> = own.map(|step| &step.action).collect();
    own.len() > 1 && own.into_iter().any(is_kind)
}

fn of_zone(
    zone: &ZoneRef,
    files: &[ZoneFile<'_>],
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    out.apply.push(script(zone, files, Purpose::Apply, context));
    out.verify
        .push(script(zone, files, Purpose::Verify, context));
    let acts = files.iter().any(|file| file.patch.is_some());
    if acts && (is_hashed(files) || zone.kind != ZoneKind::Bind) {
        out.rollback
            .push(script(zone, files, Purpose::Rollback, context));
    }
    if zone.kind == ZoneKind::WindowsFile {
        windows::scripts(zone, files, context, &mut out)?;
    } else if zone.kind == ZoneKind::Other && acts {
        out.say("Then reload the zone with the server's own command.");
    }
    let unlisted = |action: &Action| matches!(action, Action::RemoveUnlisted { .. });
    if !is_hashed(files) && is_one_of_several(zone, context, unlisted) {
        out.say(
            "The plan's sources were not at hand, so the diff holds the edits of all steps: to keep a host whose removal is a step of \
             its own, take its lines out of the diff, or make the bundle with the sources.",
        );
    }
    if acts && !is_hashed(files) {
        if zone.kind == ZoneKind::Bind {
            out.say("Without the plan's sources no script undoes it.");
        }
        out.say(
            "After undoing, raise the SOA serial above that of the diff before the zone is reloaded: \
             secondaries do not take a smaller one (RFC 1982).",
        );
    }
    Ok(out)
}

fn script(
    zone: &ZoneRef,
    files: &[ZoneFile<'_>],
    purpose: Purpose,
    context: &Context<'_>,
) -> Script {
    let mut notes = vec![
        "Run it on the zone's primary. Usage: sh THIS-FILE [FILE...]".to_owned(),
        "FILE is where the zone file is there, in the order below; without it the paths below are taken.".to_owned(),
    ];
    let acts = purpose != Purpose::Verify && files.iter().any(|file| file.patch.is_some());
    let is_bind = zone.kind == ZoneKind::Bind && acts;
    if acts {
        notes.push(
            "It changes a file only if it is the reviewed one, and keeps its owner and mode."
                .to_owned(),
        );
    } else {
        notes.push("It changes nothing: it tells whether the files are as planned.".to_owned());
    }
    if is_bind {
        notes.push(
            "BIND: a zone with dynamic updates is frozen meanwhile; any other is reloaded after."
                .to_owned(),
        );
        notes.push(
            "RNDC='rndc -c FILE' gives rndc arguments; VIEW names the zone's view.".to_owned(),
        );
    } else if acts {
        notes.push("Then reload the zone with the server's own command.".to_owned());
    }
    let word = match purpose {
        Purpose::Apply | Purpose::Verify => "already applied",
        Purpose::Rollback => "already undone",
    };
    let mut body = vec![
        format!("already='{word}'"),
        format!("zone={}", sh::quote(&presentation::plain(&zone.name))),
        format!("files={}", files.len()),
        String::new(),
        "# Each zone file: its number and path; its SHA-256 when the step is done; those that other steps leave; then"
            .to_owned(),
        "# the SHA-256 of a file that can be changed, and the diff for it. No SHA-256: whether the diff fits tells it."
            .to_owned(),
        "each_file() {".to_owned(),
    ];
    body.extend(
        (1..)
            .zip(files)
            .map(|(number, file)| file.words(number, purpose)),
    );
    body.push("}".to_owned());
    if is_hashed(files) {
        body.extend(edited(files, purpose));
    }
    body.push(BEGIN.to_owned());
    body.push(if is_hashed(files) {
        BY_HASH.to_owned()
    } else {
        let (there, back) = match purpose {
            Purpose::Apply | Purpose::Verify => ("", "-R"),
            Purpose::Rollback => ("-R", ""),
        };
        format!("there={there}\nback={back}\n{BY_PATCH}")
    });
    body.push(JUDGE.to_owned());
    if purpose == Purpose::Verify {
        body.push(TELL.to_owned());
    } else {
        body.push(DECIDE.to_owned());
        body.push(if is_bind { ALREADY_ON_BIND } else { ALREADY }.to_owned());
    }
    if acts {
        body.push(FINISH.to_owned());
        if is_bind {
            body.push(FREEZE.to_owned());
        }
        body.push(CHANGE.to_owned());
        body.push(if is_bind { LOADED } else { WRITTEN }.to_owned());
    }
    Sh {
        role: Role::Dns,
        purpose,
        notes,
        body,
    }
    .script(context)
}
