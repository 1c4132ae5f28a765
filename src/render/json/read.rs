//! Reading a plan back. A saved plan is trusted in nothing: every value is checked, and titles, reasons
//! and commands are made anew from the actions.

use std::collections::BTreeSet;
use std::net::IpAddr;

use data_encoding::BASE64;
use serde::Deserialize as _;
use serde_json::Value;

use super::{Spellings, cause};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::encoding;
use crate::plan::action::{
    Already, Granted, GroupRef, Member, Node, Part, Principal, RecordSet, SetChange, Spelled,
    ZoneRef, respell,
};
use crate::plan::identity::{self, FORMAT_VERSION};
use crate::plan::{
    Action, Change, Code, FileDiff, Finding, Live, MAX_TTL, Plan, PlanDomain, PlanSource, PlanZone,
    Reminder, Severity, Step, TopologySummary, Values, Verb, Why,
};
use crate::snapshot::{ApexFrom, Format};
use crate::topology::{Apply, DynamicUpdate, Partition, Publishing, ZoneKind};
use crate::{Fingerprint, Name, plan, presentation};

mod deployment;
mod whole;

/// The largest plan that is read, in octets.
const MAX_BYTES: usize = 1 << 28;
/// The longest text of a value other than a diff and what a finding says, in octets.
const MAX_TEXT: usize = 1 << 16;
/// The most complaints that are listed.
const MAX_ERRORS: usize = 100;
/// The most live hosts and records of a domain, hosts and domains of a topology, lines of a file.
const MAX_COUNT: u64 = u32::MAX as u64;

/// Reads a plan that [`super::json()`] wrote, or that somebody else did. `file` is its name in
/// complaints, all of which come out at once, each with the path of the value. Windows PowerShell saves a plan that is
/// redirected into a file as UTF-16.
pub fn read(file: &str, bytes: &[u8]) -> Result<Plan, Diagnostics> {
    if bytes.len() > MAX_BYTES {
        return Err(Diagnostic::new(format!(
            "{file}: the plan has {} octets, more than {MAX_BYTES}",
            bytes.len()
        ))
        .into());
    }
    let text = encoding::text(file, bytes)?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| syntax(file, text.as_bytes(), &error))?;
    let mut reader = Reader::default();
    let root = At {
        value: &value,
        path: String::new(),
    };
    let plan = reader.plan(&root);
    match plan {
        Some(plan) if reader.errors.is_empty() => Ok(plan),
        _ => Err(reader.complaints(file)),
    }
}

/// A complaint about text that is no JSON.
fn syntax(file: &str, bytes: &[u8], error: &serde_json::Error) -> Diagnostics {
    let start: usize = bytes
        .split_inclusive(|octet| *octet == b'\n')
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let at = start + error.column().saturating_sub(1);
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    Diagnostic::at(
        Place::new(file, bytes, at..at + 1),
        format!("this is no JSON: {}", &message[..end]),
    )
    .help("`kmsplan plan --format json` writes what is read here")
    .into()
}

/// A value and where it stands.
#[derive(Clone)]
struct At<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> At<'a> {
    /// The value under a key; `None` where it is missing or null.
    fn get(&self, key: &str) -> Option<At<'a>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        let path = if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        };
        Some(At { value, path })
    }

    /// A part of the value, by its path.
    fn below(&self, path: String) -> At<'a> {
        At {
            value: self.value,
            path,
        }
    }
}

/// Collects complaints. Each method gives `None` where it has complained.
#[derive(Default)]
struct Reader {
    errors: Vec<(String, String)>,
}

impl Reader {
    fn complain(&mut self, at: &At<'_>, message: impl Into<String>) {
        self.errors.push((at.path.clone(), message.into()));
    }

    fn complaints(self, file: &str) -> Diagnostics {
        let more = self.errors.len().saturating_sub(MAX_ERRORS);
        let mut all: Vec<Diagnostic> = self
            .errors
            .into_iter()
            .take(MAX_ERRORS)
            .map(|(path, message)| {
                Diagnostic::new(if path.is_empty() {
                    format!("{file}: {message}")
                } else {
                    format!("{file}: {path}: {message}")
                })
            })
            .collect();
        if more > 0 {
            all.push(Diagnostic::new(format!("{file}: {more} more errors")));
        }
        Diagnostics(all)
    }

    fn key<'a>(&mut self, at: &At<'a>, key: &str) -> Option<At<'a>> {
        let found = at.get(key);
        if found.is_none() {
            self.complain(at, format!("the key `{key}` is missing"));
        }
        found
    }

    fn list<'a>(&mut self, at: &At<'a>, key: &str) -> Option<Vec<At<'a>>> {
        let list = self.key(at, key)?;
        let Some(values) = list.value.as_array() else {
            self.complain(&list, "this must be a list");
            return None;
        };
        Some(
            values
                .iter()
                .enumerate()
                .map(|(index, value)| At {
                    value,
                    path: format!("{}[{index}]", list.path),
                })
                .collect(),
        )
    }

    /// Each element of a list through `read`; `None` where one of them is wrong.
    fn each<'a, T>(
        &mut self,
        at: &At<'a>,
        key: &str,
        mut read: impl FnMut(&mut Self, &At<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let list = self.list(at, key)?;
        let read: Vec<Option<T>> = list.iter().map(|element| read(self, element)).collect();
        read.into_iter().collect()
    }

    /// The text of a value, whatever its length.
    fn long_text(&mut self, at: &At<'_>) -> Option<String> {
        let text = at.value.as_str();
        if text.is_none() {
            self.complain(at, "this must be a text");
        }
        text.map(str::to_owned)
    }

    fn text_of(&mut self, at: &At<'_>) -> Option<String> {
        let text = self.long_text(at)?;
        if text.len() > MAX_TEXT {
            self.complain(at, format!("this text is longer than {MAX_TEXT} octets"));
            return None;
        }
        Some(text)
    }

    fn text(&mut self, at: &At<'_>, key: &str) -> Option<String> {
        let at = self.key(at, key)?;
        self.text_of(&at)
    }

    fn flag(&mut self, at: &At<'_>, key: &str) -> Option<bool> {
        let at = self.key(at, key)?;
        self.flag_of(&at)
    }

    fn flag_of(&mut self, at: &At<'_>) -> Option<bool> {
        let flag = at.value.as_bool();
        if flag.is_none() {
            self.complain(at, "this must be true or false");
        }
        flag
    }

    fn number<T: TryFrom<u64>>(&mut self, at: &At<'_>, key: &str, max: u64) -> Option<T> {
        let at = self.key(at, key)?;
        self.number_of(&at, max)
    }

    fn number_of<T: TryFrom<u64>>(&mut self, at: &At<'_>, max: u64) -> Option<T> {
        let number = at
            .value
            .as_u64()
            .filter(|number| *number <= max)
            .and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            self.complain(at, format!("this must be a whole number from 0 to {max}"));
        }
        number
    }

    /// A value that may be null: `Some(None)` then, `None` where it is wrong.
    #[expect(
        clippy::option_option,
        reason = "wrong, null and given are three things"
    )]
    fn maybe<'a, T>(
        &mut self,
        at: &At<'a>,
        key: &str,
        read: impl FnOnce(&mut Self, &At<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match at.get(key) {
            Some(value) => read(self, &value).map(Some),
            None => Some(None),
        }
    }

    /// One of a closed set of words.
    fn word<T: Copy>(
        &mut self,
        at: &At<'_>,
        key: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let at = self.key(at, key)?;
        self.word_of(&at, all, word)
    }

    fn word_of<T: Copy>(
        &mut self,
        at: &At<'_>,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text_of(at)?;
        let found = all.iter().find(|value| word(**value) == text).copied();
        if found.is_none() {
            self.complain(at, format!("`{text}` is not known here"));
        }
        found
    }

    fn digest(&mut self, at: &At<'_>, key: &str) -> Option<String> {
        let at = self.key(at, key)?;
        let text = self.text_of(&at)?;
        let is_hex = |octet: u8| matches!(octet, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 64 && text.bytes().all(is_hex) {
            return Some(text);
        }
        self.complain(
            &at,
            "this must be a SHA-256: 64 lower-case hexadecimal digits",
        );
        None
    }

    fn name_of(&mut self, at: &At<'_>) -> Option<Name> {
        let text = self.text_of(at)?;
        respell(&text, None)
            .map_err(|error| self.complain(at, error))
            .ok()
    }

    fn name(&mut self, at: &At<'_>, key: &str) -> Option<Name> {
        let at = self.key(at, key)?;
        self.name_of(&at)
    }

    /// The name under `key` in the spelling that stands beside it.
    fn spelled(&mut self, at: &At<'_>, key: &str) -> Option<Name> {
        let text = self.text(at, key)?;
        let spelling = self.maybe(at, "spelling", Self::text_of)?;
        respell(&text, spelling.as_deref())
            .map_err(|error| self.complain(at, error))
            .ok()
    }

    fn plan(&mut self, at: &At<'_>) -> Option<Plan> {
        if !at.value.is_object() {
            self.complain(at, "a plan is an object");
            return None;
        }
        let version = self.text(at, "format_version")?;
        if version != FORMAT_VERSION {
            self.complain(
                at,
                format!(
                    "the format version is `{version}`; this kmsplan reads format version {FORMAT_VERSION}"
                ),
            );
            return None;
        }
        let id = self.digest(at, "id");
        let takes_back = match at.get("takes_back") {
            Some(_) => self.digest(at, "takes_back").map(Some),
            None => Some(None),
        };
        let topology = self.key(at, "topology").and_then(|at| self.topology(&at));
        let zones = self.each(at, "zones", Self::zone);
        let domains = self.each(at, "domains", Self::domain);
        let spellings = Spellings::new(
            zones.as_deref().unwrap_or_default(),
            domains.as_deref().unwrap_or_default(),
        );
        let steps = self.each(at, "steps", |reader, at| reader.step(at, &spellings));
        let findings = self.each(at, "findings", Self::finding);
        let reminder = self.maybe(at, "reminder", Self::reminder);
        let diffs = self.each(at, "diffs", Self::diff);
        let sources = self.each(at, "sources", Self::source);
        let deployment = self.deployment(at);
        let plan = Plan {
            id: id?,
            takes_back: takes_back?,
            topology: topology?,
            zones: zones?,
            domains: domains?,
            steps: steps?,
            findings: findings?,
            reminder: reminder?,
            diffs: diffs?,
            sources: sources?,
            deployment: deployment?,
        };
        self.whole(at, &plan);
        self.identity(at, plan)
    }

    /// The id follows from the plan. One that another version of kmsplan gave cannot be checked and is
    /// made anew, as the commands are.
    fn identity(&mut self, at: &At<'_>, mut plan: Plan) -> Option<Plan> {
        let version = self.text(at, "kmsplan_version")?;
        let id = identity::id(&plan);
        if version == identity::PROGRAM_VERSION && id != plan.id && self.errors.is_empty() {
            self.complain(
                at,
                "the id does not fit the plan: it was changed after it was made",
            );
        }
        plan.id = id;
        Some(plan)
    }

    fn topology(&mut self, at: &At<'_>) -> Option<TopologySummary> {
        let path = self.text(at, "path");
        let sha256 = self.digest(at, "sha256");
        let publishing = self.word(
            at,
            "publishing",
            &[Publishing::Manual, Publishing::Automatic],
            crate::render::wording::publishing,
        );
        let hosts = self.number(at, "hosts", MAX_COUNT);
        let domains = self.number(at, "domains", MAX_COUNT);
        Some(TopologySummary {
            path: path?,
            sha256: sha256?,
            publishing: publishing?,
            hosts: count(hosts?),
            domains: count(domains?),
        })
    }

    fn source(&mut self, at: &At<'_>) -> Option<PlanSource> {
        let path = self.text(at, "path");
        let format = self.word(at, "format", Format::ALL, Format::word);
        let why = self.text(at, "why");
        let zones = self.each(at, "zones", |reader, at| {
            let name = reader.name(at, "name");
            let from = reader.word(at, "name_from", ApexFrom::ALL, ApexFrom::word);
            Some((name?, from?))
        });
        Some(PlanSource {
            path: path?,
            format: format?,
            why: why?,
            zones: zones?,
        })
    }

    fn zone(&mut self, at: &At<'_>) -> Option<PlanZone> {
        let spelling = self.spelled(at, "name");
        let kind = self.word(at, "kind", ZoneKind::ALL, ZoneKind::word);
        let kind_assumed = self.flag(at, "kind_assumed");
        let apply = self.word(at, "apply", Apply::ALL, Apply::word);
        let server = self.maybe(at, "server", Self::text_of);
        let partition = self.key(at, "partition").and_then(|at| {
            Partition::deserialize(at.value)
                .map_err(|error| self.complain(&at, error.to_string()))
                .ok()
        });
        let dynamic_update = self.maybe(at, "dynamic_update", |reader, at| {
            reader.word_of(at, DynamicUpdate::ALL, DynamicUpdate::word)
        });
        let source = self.text(at, "source");
        let format = self.word(at, "format", Format::ALL, Format::word);
        let sha256 = self.digest(at, "sha256");
        let mut serial = |key| {
            self.maybe(at, key, |reader, at| {
                reader.number_of(at, u64::from(u32::MAX))
            })
        };
        let (old, new) = (serial("serial"), serial("new_serial"));
        let spelling = spelling?;
        let zone = ZoneRef {
            name: spelling.clone(),
            kind: kind?,
            apply: apply?,
            server: server?,
            partition: partition?,
            diff: format.is_some_and(Format::is_zone_file),
        };
        self.zone_ref(at, &zone);
        Some(PlanZone {
            zone,
            spelling,
            kind_assumed: kind_assumed?,
            dynamic_update: dynamic_update?,
            source: source?,
            format: format?,
            sha256: Fingerprint::told(sha256?),
            serial: old?,
            new_serial: new?,
        })
    }

    fn domain(&mut self, at: &At<'_>) -> Option<PlanDomain> {
        let name = self.spelled(at, "name");
        let zone = self.maybe(at, "zone", Self::name_of);
        let owner = self.name(at, "owner");
        let before = self.number(at, "live_before", MAX_COUNT);
        let after = self.number(at, "live_after", MAX_COUNT);
        let minimum = self.number(at, "live_minimum", MAX_COUNT);
        let changes = self.each(at, "changes", Self::change);
        let (name, zone, owner) = (name?, zone?, owner?);
        self.owner(at, &name, &owner, zone.as_ref());
        let live = Live {
            before: count(before?),
            after: count(after?),
            minimum: count(minimum?),
        };
        if live.minimum > live.before.min(live.after) {
            self.complain(
                at,
                "`live_minimum` is above the live hosts at the beginning or at the end",
            );
        }
        Some(PlanDomain {
            owner: presentation::kms_owner(&name).unwrap_or(owner),
            name,
            zone,
            live,
            changes: changes?,
        })
    }

    /// The owner of a domain's records follows from the domain, and lies in its zone.
    fn owner(&mut self, at: &At<'_>, domain: &Name, owner: &Name, zone: Option<&Name>) {
        if presentation::kms_owner(domain).ok().as_ref() != Some(owner) {
            self.complain(
                at,
                format!(
                    "the owner of {} must be _vlmcs._tcp below it",
                    presentation::plain(domain)
                ),
            );
        }
        if zone.is_some_and(|zone| !presentation::ancestors(owner).any(|above| above == *zone)) {
            self.complain(
                at,
                format!("{} does not lie in its zone", presentation::plain(owner)),
            );
        }
    }

    fn change(&mut self, at: &At<'_>) -> Option<Change> {
        let verb = self.word(
            at,
            "action",
            &[Verb::Keep, Verb::Change, Verb::Add, Verb::Remove],
            Verb::word,
        );
        let target = self.spelled(at, "target");
        let port = self.number(at, "port", u64::from(u16::MAX));
        let before = self.maybe(at, "before", Self::values);
        let after = self.maybe(at, "after", Self::values);
        let why = self.word(
            at,
            "cause",
            &[
                Why::Listed,
                Why::Retired,
                Why::Unlisted,
                Why::NotPublishedHere,
                Why::OtherPort,
                Why::Duplicate,
                Why::WayBack,
                Why::Meanwhile,
            ],
            cause,
        );
        let place = self.place(at);
        let share = self.maybe(at, "share", Self::share);
        let (verb, before, after, share) = (verb?, before?, after?, share?);
        let fits = match verb {
            Verb::Add => before.is_none() && after.is_some(),
            Verb::Remove => before.is_some() && after.is_none() && share.is_none(),
            Verb::Keep | Verb::Change => before.is_some() && after.is_some(),
        };
        if !fits {
            self.complain(
                at,
                format!(
                    "`before`, `after` and `share` do not fit the action `{}`",
                    verb.word()
                ),
            );
        }
        Some(Change {
            verb,
            target: target?,
            port: port?,
            before,
            after,
            why: why?,
            place: place?,
            share,
        })
    }

    fn values(&mut self, at: &At<'_>) -> Option<Values> {
        let priority = self.number(at, "priority", u64::from(u16::MAX));
        let weight = self.number(at, "weight", u64::from(u16::MAX));
        let ttl = self.maybe(at, "ttl", |reader, at| {
            reader.number_of(at, u64::from(MAX_TTL))
        });
        let aged = self.maybe(at, "aged", Self::flag_of);
        Some(Values {
            priority: priority?,
            weight: weight?,
            ttl: ttl?,
            aged: aged?,
        })
    }

    /// A share of at most four decimals, in ten-thousandths.
    fn share(&mut self, at: &At<'_>) -> Option<u16> {
        let share = match at.value {
            Value::Number(number) => ten_thousandths(&number.to_string()),
            _ => None,
        };
        if share.is_none() {
            self.complain(
                at,
                "a share is a number from 0 to 1 with at most 4 decimals",
            );
        }
        share
    }

    /// `file` and `line`: both, the file alone (what a live server said has no lines), or neither.
    #[expect(
        clippy::option_option,
        reason = "wrong, missing and given are three things"
    )]
    fn place(&mut self, at: &At<'_>) -> Option<Option<plan::Place>> {
        let file = self.maybe(at, "file", Self::text_of)?;
        let line = self.maybe(at, "line", |reader, at| {
            reader.number_of::<u64>(at, MAX_COUNT)
        })?;
        match (file, line) {
            (Some(file), line) => Some(Some((file, line.map(count)))),
            (None, None) => Some(None),
            (None, Some(_)) => {
                self.complain(at, "`line` needs a `file`");
                None
            }
        }
    }

    fn step(&mut self, at: &At<'_>, spellings: &Spellings) -> Option<Step> {
        let number = self.number(at, "number", MAX_COUNT);
        let action = self.key(at, "action").and_then(|at| {
            let action = spellings
                .restore(at.value.clone())
                .map_err(|error| self.complain(&at, error.to_string()))
                .ok()?;
            self.action(&at, &action);
            Some(action)
        });
        Some(Step {
            number: count(number?),
            action: action?,
        })
    }

    fn finding(&mut self, at: &At<'_>) -> Option<Finding> {
        let code = self.word(at, "code", Code::ALL, Code::word);
        let severity = self.word(at, "severity", Severity::ALL, Severity::word);
        // These name all domains of a plan where they are about all of them.
        let [subject, message, help] = ["subject", "message", "help"]
            .map(|key| self.key(at, key).and_then(|at| self.long_text(&at)));
        let place = self.place(at);
        let allowed = self.flag(at, "allowed");
        let reason = self.maybe(at, "allowed_reason", Self::text_of);
        let reason = reason?.unwrap_or_default();
        Some(Finding {
            code: code?,
            severity: severity?,
            subject: subject?,
            message: message?,
            place: place?,
            help: help?,
            allowed: allowed?.then_some(reason),
        })
    }

    fn reminder(&mut self, at: &At<'_>) -> Option<Reminder> {
        let hosts = self.each(at, "hosts", Self::name_of);
        let written = match at.get("spellings") {
            Some(_) => self.each(at, "spellings", Self::name_of),
            None => hosts.clone(),
        };
        let (hosts, written) = (hosts?, written?);
        if hosts != written {
            self.complain(at, "`spellings` does not name the hosts of `hosts`");
        }
        Some(Reminder { hosts: written })
    }

    fn diff(&mut self, at: &At<'_>) -> Option<FileDiff> {
        let path = self.text(at, "path");
        let encoding = self.text(at, "encoding");
        let applies = self.flag(at, "applies");
        let unified = self
            .key(at, "unified")
            .and_then(|at| Some((self.long_text(&at)?, at)));
        let (text, place) = unified?;
        let unified = match encoding?.as_str() {
            "utf-8" => text.into_bytes(),
            "base64" => BASE64
                .decode(text.as_bytes())
                .map_err(|error| self.complain(&place, format!("this is no base64: {error}")))
                .ok()?,
            other => {
                self.complain(at, format!("the encoding `{other}` is not known here"));
                return None;
            }
        };
        let diff = FileDiff {
            path: path?,
            applies: applies?,
            unified,
        };
        if !diff.is_of_its_path() {
            self.complain(&place, "this is no unified diff of that file alone");
        }
        Some(diff)
    }

    /// What the types of an action do not rule out.
    fn action(&mut self, at: &At<'_>, action: &Action) {
        if let Action::TakeBack { action } = action {
            if action.can_be_taken_back() {
                self.action(at, action);
            } else {
                let id = action.id();
                self.complain(
                    at,
                    format!("the step `{id}` has nothing that is taken back"),
                );
            }
            return;
        }
        for zone in zones(action) {
            self.zone_ref(at, zone);
        }
        for set in sets(action) {
            self.owner(at, &set.domain, &set.owner, Some(&set.zone.name));
        }
        for change in action.record_changes() {
            self.set_change(at, change);
        }
        self.seen(at, action);
        match action {
            Action::CreateGroup { group }
            | Action::GrantRights { group, .. }
            | Action::CleanUpNodes { group, .. } => self.group(at, group),
            Action::AddMembers { group, members } => {
                self.group(at, group);
                for Member { account, .. } in members {
                    self.account(at, account);
                }
            }
            Action::GrantUpdatePolicy { principals, .. } => {
                for Principal { account, realm, .. } in principals {
                    self.account(at, account);
                    if presentation::parse_full_name(realm).is_err() {
                        self.complain(at, format!("`{realm}` is no Kerberos realm"));
                    }
                }
            }
            _ => {}
        }
        for node in nodes(action) {
            self.owner(at, &node.domain, &node.owner, Some(&node.zone.name));
        }
    }

    /// What was seen to be so already must be of the action's own hosts and nodes.
    fn seen(&mut self, at: &At<'_>, action: &Action) {
        match action {
            Action::PrepareNewHosts { hosts, already } => {
                let hosts: Vec<_> = hosts.iter().map(|host| &host.name).collect();
                self.already(at, already, &hosts, &[Part::Publishing, Part::Switched]);
            }
            Action::DisablePublishing { hosts, already } => {
                let hosts: Vec<_> = hosts.iter().map(|entry| &entry.host.name).collect();
                let parts = [Part::PublishList, Part::Publishing, Part::Switched];
                self.already(at, already, &hosts, &parts);
            }
            Action::SilenceLeavingHosts { hosts, already, .. } => {
                let hosts: Vec<_> = hosts.iter().collect();
                self.already(
                    at,
                    already,
                    &hosts,
                    &[Part::NoKmsHost, Part::Client, Part::Publishing],
                );
            }
            Action::MovePort { host, already, .. } => {
                self.already(at, already, &[&host.name], &[Part::Port]);
            }
            Action::EnablePublishing { hosts, already } => {
                let hosts: Vec<_> = hosts.iter().map(|entry| &entry.host.name).collect();
                let parts = [
                    Part::PublishList,
                    Part::Publishing,
                    Part::Switched,
                    Part::Records,
                ];
                self.already(at, already, &hosts, &parts);
            }
            Action::GrantRights { nodes, granted, .. } => self.granted(at, granted, nodes),
            _ => {}
        }
    }

    fn already(&mut self, at: &At<'_>, already: &Already, hosts: &[&Spelled], parts: &[Part]) {
        let mut told = BTreeSet::new();
        for (index, seen) in already.0.iter().enumerate() {
            let at = At {
                value: at.value,
                path: format!("{}.already[{index}]", at.path),
            };
            if !hosts.iter().any(|host| host.0 == seen.host.0) {
                self.complain(&at, "no such host is among the hosts of the step");
            }
            if !parts.contains(&seen.part) {
                let part = seen.part.word();
                self.complain(&at, format!("`{part}` is no part of this step"));
            }
            if !told.insert((presentation::lower(&seen.host.0), seen.part, &seen.file)) {
                self.complain(&at, "this stands there twice");
            }
            self.seen_in(&at, &seen.file);
        }
    }

    fn granted(&mut self, at: &At<'_>, granted: &[Granted], nodes: &[Node]) {
        let mut told = BTreeSet::new();
        for (index, there) in granted.iter().enumerate() {
            let at = At {
                value: at.value,
                path: format!("{}.granted[{index}]", at.path),
            };
            if !nodes.iter().any(|node| node.domain == there.domain) {
                self.complain(&at, "no node of the step is of this domain");
            }
            if !told.insert(presentation::lower(&there.domain)) {
                self.complain(&at, "this stands there twice");
            }
            self.seen_in(&at, &there.file);
        }
    }

    /// The file in which something was seen.
    fn seen_in(&mut self, at: &At<'_>, file: &str) {
        if file.is_empty() || file.len() > MAX_TEXT {
            self.complain(
                at,
                format!("`file` is a text of at least 1 and at most {MAX_TEXT} octets"),
            );
        }
    }

    fn zone_ref(&mut self, at: &At<'_>, zone: &ZoneRef) {
        if let Some(server) = &zone.server {
            self.server(at, server);
        }
        if let Partition::Dn(dn) = &zone.partition {
            self.distinguished_name(at, dn);
        }
    }

    fn server(&mut self, at: &At<'_>, server: &str) {
        let is_address = server.parse::<IpAddr>().is_ok();
        if !is_address && presentation::parse_full_name(server).is_err() {
            self.complain(
                at,
                format!("`{server}` is neither a host name nor an address"),
            );
        }
    }

    fn group(&mut self, at: &At<'_>, group: &GroupRef) {
        if !is_line(&group.name) {
            self.complain(
                at,
                "the name of a group is a line of at most 256 characters",
            );
        }
        if let Some(path) = &group.path {
            self.distinguished_name(at, path);
        }
        if let Some(server) = &group.server {
            self.server(at, server);
        }
    }

    fn account(&mut self, at: &At<'_>, account: &str) {
        if !is_line(account) || !account.ends_with('$') || account.len() < 2 {
            self.complain(at, format!("`{account}` is no computer account"));
        }
    }

    fn distinguished_name(&mut self, at: &At<'_>, dn: &str) {
        let is_dn = dn.contains('=') && dn.len() <= MAX_TEXT && !dn.chars().any(char::is_control);
        if !is_dn {
            self.complain(at, format!("`{dn}` is no distinguished name"));
        }
    }

    /// A change is of one set. Whether its edits lead from before to after is judged with the whole plan.
    fn set_change(&mut self, at: &At<'_>, change: &SetChange) {
        let (before, after) = (&change.before, &change.after);
        if before.domain != after.domain || before.zone != after.zone {
            self.complain(
                at,
                "the sets before and after are not of one domain and zone",
            );
        }
    }
}

/// A decimal number from 0 to 1 with at most four decimals, in ten-thousandths.
fn ten_thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 4 {
        return None;
    }
    let parts: u32 = format!("{whole}{decimals:0<4}").parse().ok()?;
    u16::try_from(parts).ok().filter(|parts| *parts <= 10_000)
}

/// A number that was checked to be at most [`MAX_COUNT`].
fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Whether the text is one line of a reasonable length.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 256 && !text.chars().any(char::is_control)
}

/// Every record set that an action names.
fn sets(action: &Action) -> Vec<&RecordSet> {
    match action {
        Action::AwaitReplication { sets }
        | Action::VerifyNow { sets, .. }
        | Action::VerifyNextDay { sets, .. }
        | Action::VerifyAfterRestart { sets, .. } => sets.iter().collect(),
        _ => action
            .record_changes()
            .iter()
            .flat_map(|change| [&change.before, &change.after])
            .collect(),
    }
}

/// Every zone that an action names.
fn zones(action: &Action) -> Vec<&ZoneRef> {
    match action {
        Action::CheckNames { zones, .. } => zones.iter().collect(),
        Action::GrantUpdatePolicy { zone, .. } => vec![zone],
        _ => {
            let sets = sets(action).into_iter().map(|set| &set.zone);
            sets.chain(nodes(action).iter().map(|node| &node.zone))
                .collect()
        }
    }
}

/// Every node that an action names.
fn nodes(action: &Action) -> &[Node] {
    match action {
        Action::EnsureNodes { nodes }
        | Action::SaveDescriptors { nodes }
        | Action::GrantRights { nodes, .. }
        | Action::CleanUpNodes { nodes, .. } => nodes,
        _ => &[],
    }
}

/// The group that an action names.
fn group_of(action: &Action) -> Option<&GroupRef> {
    match action {
        Action::CreateGroup { group }
        | Action::AddMembers { group, .. }
        | Action::GrantRights { group, .. }
        | Action::CleanUpNodes { group, .. } => Some(group),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::ten_thousandths;

    #[test]
    fn shares_are_read_as_they_are_written() {
        for share in 0..=10_000_u16 {
            let written = (f64::from(share) / 10_000.0).to_string();
            assert_eq!(ten_thousandths(&written), Some(share), "{written}");
        }
        assert_eq!(ten_thousandths("1.0"), Some(10_000));
        for wrong in ["1.0001", "0.00001", "-0.5", "1e-4", "7"] {
            assert_eq!(ten_thousandths(wrong), None, "{wrong}");
        }
    }
}
