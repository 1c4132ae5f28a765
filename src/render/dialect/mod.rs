//! Dialects: the commands that people run for an action, in PowerShell, cmd, sh, nsupdate or as a file.
//!
//! Everything is made from the action alone. The languages stand in files of their own, each with one
//! quoting function: `powershell`, `cmd`, `sh`, `nsupdate`, `reg`. The other files hold what
//! administrators do: `hosts`, `publishing`, `records`, `directory`, `bind`, `verify`, `clients`.
//!
//! A plan is read by people: what is the same for several hosts, record sets or nodes is printed once, for
//! all of them.
//!
//! Plans may come from a file that anybody wrote. So a value reaches a text only through a quoting
//! function, and where a language cannot carry it, the command is left out and `by_hand` says why.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::Action;
use crate::plan::action::Part;
use crate::topology::ZoneKind;
use crate::{Name, presentation};

mod bind;
mod clients;
mod cmd;
mod directory;
mod dnscmd;
mod dnsserver;
mod hosts;
mod licensing;
mod nsupdate;
mod patch;
mod place;
mod powershell;
mod publishing;
mod records;
mod reg;
pub mod script;
mod sets;
mod sh;
mod verify;

/// What reads a command's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Shell {
    /// Windows PowerShell 5.1 or later.
    Powershell,
    /// The prompt of `cmd.exe`. No text holds a `%` that stands for itself, so it means the same in a
    /// `.cmd` file.
    Cmd,
    /// A POSIX shell.
    Sh,
    /// Input of `nsupdate`.
    Nsupdate,
    /// The content of a file.
    File,
}

/// One thing to be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Command {
    /// What reads the text.
    pub shell: Shell,
    /// The text. Its lines are parted by LF; the last one has no line end.
    pub text: String,
    /// Where or when it is run, what it prints, or that it is the alternative to the one before:
    /// plain sentences in ASCII.
    pub note: String,
}

impl Command {
    fn new(shell: Shell, text: impl Into<String>, note: impl Into<String>) -> Self {
        Self {
            shell,
            text: text.into().trim_end_matches('\n').to_owned(),
            note: note.into(),
        }
    }

    /// The same below comments.
    fn below(mut self, comments: impl IntoIterator<Item = String>) -> Self {
        let mut lines: Vec<String> = comments.into_iter().collect();
        lines.push(self.text);
        self.text = lines.join("\n");
        self
    }

    fn powershell(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self::new(Shell::Powershell, text, note)
    }

    fn cmd(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self::new(Shell::Cmd, text, note)
    }

    fn sh(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self::new(Shell::Sh, text, note)
    }

    fn nsupdate(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self::new(Shell::Nsupdate, text, note)
    }

    fn file(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self::new(Shell::File, text, note)
    }
}

/// How an action is done, checked and undone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instructions {
    /// What does it, in order; alternatives follow each other and say so.
    pub commands: Vec<Command>,
    /// What shows that it is done.
    pub check: Vec<Command>,
    /// What undoes it, in order.
    pub undo: Vec<Command>,
    /// Sentences for the person who clicks, and why a command is left out.
    pub by_hand: Vec<String>,
}

impl Instructions {
    /// Adds a sentence, once.
    fn say(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.by_hand.contains(&sentence) {
            self.by_hand.push(sentence);
        }
    }

    /// Adds what comes after; it is undone first.
    fn append(&mut self, mut later: Self) {
        self.commands.append(&mut later.commands);
        self.check.append(&mut later.check);
        later.undo.append(&mut self.undo);
        self.undo = later.undo;
        for sentence in later.by_hand {
            self.say(sentence);
        }
    }

    /// Adds what comes after, or why it is left out.
    fn append_or_say(&mut self, later: Result<Self, LeftOut>) {
        match later {
            Ok(later) => self.append(later),
            Err(LeftOut(sentence)) => self.say(sentence),
        }
    }
}

/// Why a command is left out: a whole sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LeftOut(String);

/// The commands for an action.
pub fn instructions(action: &Action) -> Instructions {
    match action {
        Action::PrepareNewHosts { hosts, already } => publishing::prepare(hosts, already),
        Action::CheckHosts { hosts } => hosts::check(hosts),
        Action::CheckNames { hosts, zones } => verify::names(hosts, zones),
        Action::CheckReachability { hosts } => hosts::reach(hosts),
        Action::DisablePublishing { hosts, already } => publishing::disable(hosts, already),
        Action::SilenceLeavingHosts { hosts, already, .. } => publishing::silence(hosts, already),
        Action::AwaitReplication { sets } => verify::replication(sets),
        Action::ChangeRecords { change } | Action::RemoveUnlisted { change } => {
            records::change(change)
        }
        Action::MovePort {
            host,
            from,
            changes,
            already,
        } => {
            let mut out = if already.has(&host.name, Part::Port) {
                hosts::follow_port(host, changes.is_empty())
            } else {
                hosts::move_port(host, from)
            };
            for change in changes {
                out.append(records::change(change));
            }
            out
        }
        Action::CreateGroup { group } => directory::create_group(group),
        Action::AddMembers { group, members } => directory::add_members(group, members),
        Action::EnsureNodes { nodes } => directory::ensure_nodes(nodes),
        Action::SaveDescriptors { nodes } => directory::save_descriptors(nodes),
        Action::GrantRights {
            group,
            nodes,
            granted,
            ..
        } => directory::grant_rights(group, nodes, granted),
        Action::CleanUpNodes { nodes, .. } => directory::clean_up(nodes),
        Action::GrantUpdatePolicy {
            zone,
            owners,
            principals,
        } => bind::grant_update_policy(zone, owners, principals),
        Action::RenewTickets { hosts } => hosts::renew_tickets(hosts),
        Action::EnablePublishing { hosts, already } => publishing::enable(hosts, already),
        Action::VerifyNow { sets, gone } => verify::now(sets, gone),
        Action::VerifyNextDay { sets, gone } => verify::next_day(sets, gone),
        Action::VerifyAfterRestart { hosts, sets } => verify::after_restart(hosts, sets),
        Action::WatchLeavingHosts { hosts } => hosts::watch(hosts),
        Action::RefreshClients { .. } => clients::refresh(),
        Action::DisableClientCaching { .. } => clients::disable_caching(),
        Action::SetLookupDomain { domains } => clients::set_lookup_domain(domains),
        Action::TakeBack { action } => take_back(action),
    }
}

/// What undoes an action, as what is to be done. Of its sentences those stay that tell how it is undone by hand,
/// or why a command is left out.
fn take_back(action: &Action) -> Instructions {
    let made = match action {
        // One way back is enough, however often a file that anybody wrote says it.
        Action::TakeBack { .. } => Instructions::default(),
        _ => instructions(action),
    };
    let stays = |sentence: &String| {
        ["Undo", "No "]
            .iter()
            .any(|start| sentence.starts_with(start))
    };
    Instructions {
        commands: made.undo,
        check: Vec::new(),
        undo: made.commands,
        by_hand: made.by_hand.into_iter().filter(stays).collect(),
    }
}

/// The name without its final dot, as Windows tools take it. What they make of an escaped character is
/// not known, and a first `-` or `/` reads as an option.
fn windows_name(name: &Name) -> Result<String, LeftOut> {
    let text = presentation::plain(name);
    if text.contains('\\') {
        Err(LeftOut(format!(
            "No Windows command is printed for the name {text}: how Windows tools take its escaped \
             characters is not known."
        )))
    } else if text.starts_with(['-', '/']) {
        Err(LeftOut(format!(
            "No Windows command is printed for the name {text}: it reads as an option."
        )))
    } else {
        Ok(text)
    }
}

/// An absolute name as Windows tools take it.
fn windows_absolute(name: &Name) -> Result<String, LeftOut> {
    windows_name(name).map(|_| presentation::absolute(name))
}

/// A server as a plan names it: an address, or a name without final dot. Every language can carry it.
fn server(text: Option<&str>) -> Result<Option<String>, LeftOut> {
    let Some(text) = text else {
        return Ok(None);
    };
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Some(address.to_string()));
    }
    presentation::parse_full_name(text)
        .ok()
        .and_then(|name| windows_name(&name).ok())
        .map(Some)
        .ok_or_else(|| {
            LeftOut(
                "No command is printed: the server that the plan names is no host name and no address."
                    .to_owned(),
            )
        })
}

/// A sentence, where its value is left out.
fn or_say<T>(value: Result<T, LeftOut>, out: &mut Instructions) -> Option<T> {
    match value {
        Ok(value) => Some(value),
        Err(LeftOut(sentence)) => {
            out.say(sentence);
            None
        }
    }
}

/// What each value gives, or a sentence on why it is left out.
fn each_or_say<T, U>(
    values: impl IntoIterator<Item = T>,
    make: impl Fn(T) -> Result<U, LeftOut>,
    out: &mut Instructions,
) -> Vec<U> {
    values
        .into_iter()
        .filter_map(|value| or_say(make(value), out))
        .collect()
}

fn is_windows(kind: ZoneKind) -> bool {
    matches!(kind, ZoneKind::Ad | ZoneKind::WindowsFile)
}

/// `a`, `a and b`, `a, b and c`.
fn listing(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
