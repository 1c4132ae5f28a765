//! Scripts: what people run to carry a step out, to check it and to take it back.
//!
//! A command of a plan is pasted by a person who reads along. A script runs as a whole, so it guards
//! itself: it reads what is there, acts only on the state that was reviewed, says "already applied" where
//! nothing is left to do, and stops with the difference, having changed nothing, where somebody has changed
//! it meanwhile.
//!
//! `powershell`, `cmd` and `sh` hold what all scripts of a language have in common; values reach them
//! through the quoting functions of [`super`]. `records` changes record sets, one file a tool; `directory`
//! and `samba` do what Active Directory needs, `hosts` what KMS hosts need, `looks` only look, `clients`
//! are for clients, `update_policy` is for BIND.

use std::collections::BTreeMap;

use super::LeftOut;
use crate::Name;
use crate::arrange::IntoMap as _;
use crate::plan::action::{RecordSet, SetChange};
use crate::plan::{Action, Live, Plan, Role, Step};

mod clients;
mod cmd;
mod directory;
mod hosts;
mod looks;
mod powershell;
mod records;
pub mod reg;
mod samba;
mod sh;
mod srv;
mod unused;
mod update_policy;

/// What reads a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Windows PowerShell 5.1 and PowerShell 7.
    Powershell,
    /// `cmd.exe`.
    Cmd,
    /// A POSIX shell.
    Sh,
    /// Input of `nsupdate`.
    Nsupdate,
}

impl Language {
    /// The end of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Powershell => "ps1",
            Self::Cmd => "cmd",
            Self::Sh => "sh",
            Self::Nsupdate => "nsupdate",
        }
    }

    /// The octets of a file. Windows reads CRLF, and Windows PowerShell 5.1 takes a file without a byte-order
    /// mark for one in the machine's code page.
    pub fn encode(self, text: &str) -> Vec<u8> {
        let text = match self {
            Self::Powershell | Self::Cmd => text.replace('\n', "\r\n"),
            Self::Sh | Self::Nsupdate => text.to_owned(),
        };
        let mark: &[u8] = if self == Self::Powershell && !text.is_ascii() {
            b"\xef\xbb\xbf"
        } else {
            b""
        };
        [mark, text.as_bytes()].concat()
    }
}

/// One script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Who runs it: of a step that several people carry out each has a script.
    pub role: Role,
    /// What reads it.
    pub language: Language,
    /// Its text: lines that end with LF.
    pub text: String,
}

/// The scripts of a step. In each list those of one role and one language stand for the same thing done for
/// different zones; other languages are other ways to do it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scripts {
    /// What carries the step out; for a step that only looks, what looks.
    pub apply: Vec<Script>,
    /// What tells whether it is done. It changes nothing.
    pub verify: Vec<Script>,
    /// What takes it back.
    pub rollback: Vec<Script>,
    /// What no script does: sentences for the person who does it.
    pub by_hand: Vec<String>,
    /// Why a script cannot be written: sentences. A bundle with one is not made.
    pub refused: Vec<String>,
}

impl Scripts {
    /// Adds the scripts of another way to do the same step.
    fn append(&mut self, mut other: Self) {
        self.apply.append(&mut other.apply);
        self.verify.append(&mut other.verify);
        self.rollback.append(&mut other.rollback);
        for sentence in other.by_hand {
            self.say(sentence);
        }
        for sentence in other.refused {
            self.refuse(sentence);
        }
    }

    /// Adds the scripts of another way to do the same step, or why they cannot be written.
    fn append_or_refuse(&mut self, other: Result<Self, LeftOut>) {
        match other {
            Ok(other) => self.append(other),
            Err(LeftOut(sentence)) => self.refuse(sentence),
        }
    }

    /// Adds a sentence for people, once.
    fn say(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.by_hand.contains(&sentence) {
            self.by_hand.push(sentence);
        }
    }

    /// Adds a reason, once.
    fn refuse(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.refused.contains(&sentence) {
            self.refused.push(sentence);
        }
    }
}

/// What a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It carries a step out.
    Apply,
    /// It tells whether the step is done.
    Verify,
    /// It takes the step back.
    Rollback,
}

impl Purpose {
    /// The folder of a bundle.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Verify => "verify",
            Self::Rollback => "rollback",
        }
    }
}

/// A zone file that a step edits by its diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The number of the step that applies it. Steps on the same file that come after it, up to the next
    /// patch of the file, have nothing left to do.
    pub step: usize,
    /// The zones whose records it changes.
    pub zones: Vec<Name>,
    /// The path of the file as people know it.
    pub path: String,
    /// The diff, as a path from the bundle's folder.
    pub diff: String,
    /// The diff that leads back, the serial raised once more (RFC 1982), as a path from the bundle's folder;
    /// `None`: the diff is undone in reverse.
    pub back: Option<String>,
    /// The diff that leads back where the next patch of the file was applied and taken back.
    pub back_on: Option<BackOn>,
    /// The edited file as a path from the bundle's folder, where this is the only patch of it.
    pub new: Option<String>,
    /// The file's states; `None` where the plan's sources are not at hand.
    pub sha256: Option<Hashes>,
}

/// The way back of a patch from where the way back of the next one ends: the file differs from the one after
/// the patch by its serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackOn {
    /// The diff, as a path from the bundle's folder. It ends where the other way back ends.
    pub diff: String,
    /// SHA-256 of the file that it starts from: lower-case hexadecimal.
    pub sha256: String,
}

/// SHA-256 of a file's three states, lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    /// Before the patch.
    pub before: String,
    /// With it.
    pub after: String,
    /// After the way back.
    pub back: String,
}

/// What a script needs to know besides its action.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The plan that the step belongs to.
    pub plan: &'a Plan,
    /// The step.
    pub step: &'a Step,
    /// The zone files that the plan's steps edit by diffs, in the order of the steps.
    pub patches: &'a [Patch],
    /// The plan's sets by their owners.
    pub lookup: &'a Lookup<'a>,
    /// The id of the plan that what scripts note for the way back is kept under: on the way back it is that
    /// of the plan that is taken back.
    pub noted_under: &'a str,
}

/// What scripts ask of a plan for each record set: found once, as a plan may have thousands of sets.
#[derive(Debug)]
pub struct Lookup<'a> {
    /// By owner: the changes of its set and the numbers of their steps, in the order of the steps.
    changes: BTreeMap<&'a Name, Vec<(usize, &'a SetChange)>>,
    /// By owner: the live hosts of its domain.
    live: BTreeMap<&'a Name, Live>,
}

impl<'a> Lookup<'a> {
    /// Sorts what a plan holds.
    pub fn new(plan: &'a Plan) -> Self {
        let mut changes: BTreeMap<&Name, Vec<(usize, &SetChange)>> = BTreeMap::new();
        for step in &plan.steps {
            for change in step.action.record_changes() {
                let own = changes.entry(&change.before.owner).or_default();
                own.push((step.number, change));
            }
        }
        let domains = plan.domains.iter();
        Self {
            changes,
            live: domains
                .map(|domain| (&domain.owner, domain.live))
                .into_map(),
        }
    }

    fn changes(&self, owner: &Name) -> impl Iterator<Item = (usize, &'a SetChange)> {
        self.changes.get(owner).into_iter().flatten().copied()
    }

    /// The live hosts of a set's domain; `None` where the plan does not name it.
    fn live(&self, owner: &Name) -> Option<Live> {
        self.live.get(owner).copied()
    }
}

impl<'a> Context<'a> {
    /// The states of a record set that the plan reaches by later steps: with one of them a step is applied
    /// too.
    fn later(&self, owner: &Name) -> Vec<&'a RecordSet> {
        let changes = self.lookup.changes(owner);
        changes
            .filter(|(number, _)| *number > self.step.number)
            .map(|(_, change)| &change.after)
            .collect()
    }

    /// The states of a record set that the plan leaves by earlier steps: with one of them a step is taken
    /// back too.
    fn earlier(&self, owner: &Name) -> Vec<&'a RecordSet> {
        let changes = self.lookup.changes(owner);
        changes
            .filter(|(number, _)| *number < self.step.number)
            .map(|(_, change)| &change.before)
            .collect()
    }

    /// What stands at the top of every script: what it does, for whom, of which plan. Lines for a comment
    /// of the language, which still has to quote them.
    fn about(&self, purpose: Purpose, role: Role) -> Vec<String> {
        let title = self.step.action.title();
        let what = match purpose {
            Purpose::Apply => title,
            Purpose::Verify => format!("Check: {title}"),
            Purpose::Rollback => format!("Undo: {title}"),
        };
        vec![
            what,
            format!(
                "Step {} of {} of kmsplan's plan {}, for the {}.",
                self.step.number,
                self.plan.steps.len(),
                self.plan.id.get(..8).unwrap_or(&self.plan.id),
                role.title()
            ),
        ]
    }

    /// What the names of files begin with in which scripts note what they found and made.
    fn notes(&self) -> String {
        let id: String = self.noted_under.chars().take(8).collect();
        format!("kmsplan-{id}")
    }

    /// [`Self::notes`] for this step alone; a host's name follows, so the step's id need not hold it.
    fn notes_of_step(&self) -> String {
        let id = match &self.step.action {
            Action::MovePort { .. } => "move-port".to_owned(),
            action => action.id(),
        };
        format!("{}-{id}", self.notes())
    }

    /// The name of the file that transcripts of the plan's scripts are written to.
    fn transcript(&self) -> String {
        let id: String = self.plan.id.chars().take(8).collect();
        format!("kmsplan-{id}.log")
    }
}

/// The scripts of a step.
pub fn scripts(context: &Context<'_>) -> Scripts {
    match &context.step.action {
        Action::ChangeRecords { change } | Action::RemoveUnlisted { change } => {
            records::scripts(std::slice::from_ref(change), context)
        }
        Action::MovePort {
            host,
            from,
            changes,
            already,
        } => hosts::move_port(host, from, changes, already, context),
        Action::PrepareNewHosts { hosts, already } => hosts::prepare(hosts, already, context),
        Action::DisablePublishing { hosts, already } => hosts::disable(hosts, already, context),
        Action::SilenceLeavingHosts { hosts, already, .. } => {
            hosts::silence(hosts, already, context)
        }
        Action::EnablePublishing { hosts, already } => hosts::enable(hosts, already, context),
        Action::RenewTickets { hosts } => hosts::renew_tickets(hosts, context),
        Action::CreateGroup { .. }
        | Action::AddMembers { .. }
        | Action::EnsureNodes { .. }
        | Action::SaveDescriptors { .. }
        | Action::GrantRights { .. }
        | Action::CleanUpNodes { .. } => {
            let mut all = Scripts::default();
            all.append_or_refuse(directory::scripts(context));
            all.append_or_refuse(samba::scripts(context));
            all
        }
        Action::GrantUpdatePolicy {
            zone,
            owners,
            principals,
        } => update_policy::scripts(zone, owners, principals, context),
        Action::CheckHosts { .. }
        | Action::CheckNames { .. }
        | Action::CheckReachability { .. }
        | Action::AwaitReplication { .. }
        | Action::VerifyNow { .. }
        | Action::VerifyNextDay { .. }
        | Action::VerifyAfterRestart { .. }
        | Action::WatchLeavingHosts { .. } => looks::scripts(context),
        Action::RefreshClients { .. }
        | Action::DisableClientCaching { .. }
        | Action::SetLookupDomain { .. } => clients::scripts(context),
        Action::TakeBack { action } => take_back(action, context),
    }
}

/// The scripts that take an action back, as what is to be done.
fn take_back(action: &Action, context: &Context<'_>) -> Scripts {
    if matches!(action, Action::TakeBack { .. }) {
        return Scripts::default();
    }
    let step = Step {
        number: context.step.number,
        action: action.clone(),
    };
    let made = scripts(&Context {
        step: &step,
        noted_under: context
            .plan
            .takes_back
            .as_deref()
            .unwrap_or(&context.plan.id),
        ..*context
    });
    Scripts {
        apply: made.rollback,
        verify: Vec::new(),
        rollback: made.apply,
        by_hand: made.by_hand,
        refused: made.refused,
    }
}
