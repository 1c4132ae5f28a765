//! Records by `dnscmd.exe`, in `.cmd` files.
//!
//! `dnscmd`'s messages are translated on some systems and its exit codes are not documented. So a script reads
//! only what is data or a symbol (record lines, `[Aging:`, names of errors), takes an exit code other than 0
//! for a failure, and never the code alone for a success: it reads the set again before it removes anything,
//! and at the end.
//!
//! The lines keep to what Windows' `cmd` and Wine's, which tests them, both read: no `else`, no `&&`
//! or `||`, no block behind a second `if`. What the server said is handled by variables of `for` alone, which are
//! filled in after a line was parsed: nothing in it can act.

use super::super::super::LeftOut;
use super::super::super::cmd::{echo, word};
use super::super::super::place::Place;
use super::super::super::sets::ttl_and_age;
use super::super::cmd::Cmd;
use super::super::{Context, Purpose, Script, Scripts};
use super::Guarded;
use crate::plan::Role;
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::presentation;

/// What all scripts share: reading a set and comparing it.
const READING: &str = include_str!("dnscmd/reading.cmd");

/// What scripts that change a set have besides.
const CHANGING: &str = include_str!("dnscmd/changing.cmd");

/// After a call: what failed ends the caller too.
const FAIL: &str = "if errorlevel 1 exit /b 1";

/// After a comparison: the same.
const SAME: &str = "if not errorlevel 1 exit /b 0";

/// The scripts for changes of zones that are kept this way: one of each kind a zone, as each zone has one
/// server.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    let mut zones: Vec<Vec<SetChange>> = Vec::new();
    for change in changes {
        let zone = &change.before.zone.name;
        match zones.iter_mut().find(|of| of[0].before.zone.name == *zone) {
            Some(of) => of.push(change.clone()),
            None => zones.push(vec![change.clone()]),
        }
    }
    for changes in &zones {
        let apply = Work::new(changes, Purpose::Apply, context)?;
        let rollback = Work::new(changes, Purpose::Rollback, context)?;
        for set in &apply.sets {
            for sentence in set.console.iter().chain(&set.remarks) {
                out.say(sentence.clone());
            }
        }
        for set in &rollback.sets {
            for sentence in set.console.iter().chain(&set.remarks) {
                out.say(format!("Undo: {sentence}"));
            }
        }
        out.apply.push(apply.changing(Purpose::Apply, context));
        out.verify.push(apply.looking(context));
        out.rollback
            .push(rollback.changing(Purpose::Rollback, context));
    }
    Ok(out)
}

/// What a script does to the sets of one zone.
struct Work {
    /// The server as a word; `None`: the person who runs the script names it.
    server: Option<String>,
    /// The zone as a word.
    zone: String,
    sets: Vec<Set>,
}

/// What a script does to one set. Lists of records are lines as the script compares them: priority, weight,
/// port, target, TTL, age; `?` stands for what is not known.
struct Set {
    /// The owner inside its zone, as a word.
    node: String,
    /// The owner, as people read it.
    owner: String,
    before: Vec<String>,
    /// Once `dnscmd` has done its part.
    between: Vec<String>,
    after: Vec<String>,
    /// More states with which nothing is left to do.
    beyond: Vec<Vec<String>>,
    /// Arguments of `dnscmd` for records that come.
    adds: Vec<String>,
    /// Arguments of `dnscmd` for records that go.
    removals: Vec<String>,
    /// What a person does in DNS Manager.
    console: Vec<String>,
    /// What the person should know.
    remarks: Vec<String>,
}

impl Set {
    fn new(guarded: &Guarded<'_>, zone: &str) -> Result<Self, LeftOut> {
        let change = &guarded.change;
        let place = Place::new(&change.before.zone, &change.before.owner)?;
        let node = word(&place.node)?;
        let mut set = Self {
            owner: place.owner,
            before: lines(&change.before)?,
            between: Vec::new(),
            after: Vec::new(),
            beyond: guarded
                .beyond
                .iter()
                .map(|set| lines(set))
                .collect::<Result<_, _>>()?,
            adds: Vec::new(),
            removals: Vec::new(),
            console: Vec::new(),
            remarks: Vec::new(),
            node,
        };
        for edit in &change.edits {
            set.edit(edit, zone)?;
        }
        for record in &change.after.records {
            let own = change
                .edits
                .iter()
                .find(|edit| edit.new_record() == Some(record));
            let (between, after) = match own {
                Some(RecordEdit::Replace { before, .. }) if before.same_data(record) => {
                    let kept = Record {
                        ttl: record.ttl.and(before.ttl),
                        aged: record.aged.and(before.aged),
                        ..before.clone()
                    };
                    let mut reached = record.clone();
                    if is_left_static(before, record) {
                        reached.aged = None;
                    }
                    (line(&kept)?, line(&reached)?)
                }
                _ => (line(record)?, line(record)?),
            };
            set.between.push(between);
            set.after.push(after);
        }
        Ok(set)
    }

    fn edit(&mut self, edit: &RecordEdit, zone: &str) -> Result<(), LeftOut> {
        match edit {
            RecordEdit::Replace { before, after } if before.same_data(after) => {
                let target = presentation::plain(&before.target);
                let steps = ttl_and_age(before, after);
                if !steps.is_empty() {
                    self.console.push(format!(
                        "dnscmd cannot change TTL or age alone. In DNS Manager (View > Advanced), record of \
                         {target}, port {}: {}.",
                        before.port,
                        steps.join(" and "),
                    ));
                }
                if is_left_static(before, after) {
                    self.remarks.push(format!(
                        "The record of {target}, port {}, stays static: dnscmd cannot give a timestamp to a \
                         record that is there.",
                        before.port
                    ));
                }
            }
            _ => {
                if let Some(record) = edit.new_record() {
                    let ttl = record.ttl.map_or_else(
                        || {
                            self.remarks.push(format!(
                                "The TTL of the record of {} is not known: it gets the default of the zone.",
                                presentation::plain(&record.target)
                            ));
                            String::new()
                        },
                        |ttl| format!(" {ttl}"),
                    );
                    let age = if record.aged == Some(true) {
                        " /Aging"
                    } else {
                        ""
                    };
                    self.adds.push(format!(
                        "/RecordAdd {zone} {}{age}{ttl} SRV {}",
                        self.node,
                        srv(record)?
                    ));
                }
                if let Some(record) = edit.old_record() {
                    // Without the four items of data every SRV record of the name would go.
                    self.removals.push(format!(
                        "/RecordDelete {zone} {} SRV {} /f",
                        self.node,
                        srv(record)?
                    ));
                }
            }
        }
        Ok(())
    }

    /// Its lists as subroutines that print them.
    fn lists(&self, number: usize, changes: bool) -> Vec<String> {
        let mut out = Vec::new();
        let mut list = |name: String, lines: &[String]| {
            out.push(format!(":{name}"));
            out.extend(lines.iter().map(|line| echo(line)));
            out.push("exit /b 0".to_owned());
        };
        if changes {
            list(format!("before{number}"), &self.before);
        }
        if changes && !self.console.is_empty() {
            list(format!("between{number}"), &self.between);
        }
        list(format!("after{number}"), &self.after);
        for (index, lines) in self.beyond.iter().enumerate() {
            list(format!("beyond{number}_{}", index + 1), lines);
        }
        out
    }

    /// The lists with which nothing is left to do.
    fn reached(&self, number: usize) -> Vec<String> {
        std::iter::once(format!("after{number}"))
            .chain((1..=self.beyond.len()).map(|index| format!("beyond{number}_{index}")))
            .collect()
    }

    /// The list that stands once `dnscmd` has done its part.
    fn own_end(&self, number: usize) -> String {
        if self.console.is_empty() {
            format!("after{number}")
        } else {
            format!("between{number}")
        }
    }

    /// The subroutine that finds out what is left to do.
    fn look(&self, number: usize) -> Vec<String> {
        let mut out = vec![
            format!(":look{number}"),
            format!("call :read {}", self.node),
            FAIL.to_owned(),
        ];
        for list in self.reached(number) {
            out.push(format!("call :compare {list}"));
            out.push(SAME.to_owned());
        }
        out.push("set \"left=1\"".to_owned());
        if !self.console.is_empty() {
            out.push(format!("set \"console{number}=1\""));
            out.push(format!("call :compare between{number}"));
            out.push(SAME.to_owned());
        }
        out.extend([
            format!("set \"todo{number}=1\""),
            format!("call :compare before{number}"),
            SAME.to_owned(),
            echo(&format!(
                "The records of {} are not the reviewed ones.",
                self.owner
            )),
            format!("call :difference before{number}"),
            "exit /b 1".to_owned(),
        ]);
        out
    }

    /// The subroutine that changes the set and looks at it again.
    fn act(&self, number: usize) -> Vec<String> {
        let mut out = vec![format!(":act{number}")];
        let run = |arguments: &String| [format!("call :run {arguments}"), FAIL.to_owned()];
        out.extend(self.adds.iter().flat_map(run));
        if !self.adds.is_empty() && !self.removals.is_empty() {
            out.push("rem Nothing is removed before what replaces it is seen.".to_owned());
            out.push(format!(
                "call :must_hold {} {}",
                self.node,
                self.own_end(number)
            ));
            out.push(FAIL.to_owned());
        }
        out.extend(self.removals.iter().flat_map(run));
        out.push(format!(
            "call :must_be {} {}",
            self.node,
            self.own_end(number)
        ));
        out.push("exit /b %errorlevel%".to_owned());
        out
    }
}

impl Work {
    fn new(
        changes: &[SetChange],
        purpose: Purpose,
        context: &Context<'_>,
    ) -> Result<Self, LeftOut> {
        let first = &changes[0].before;
        let place = Place::new(&first.zone, &first.owner)?;
        let zone = word(&place.zone)?;
        let sets = changes
            .iter()
            .map(|change| Set::new(&Guarded::of(change, purpose, context), &zone))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            server: place.server.as_deref().map(word).transpose()?,
            zone,
            sets,
        })
    }

    /// The script that carries the work out, or takes it back.
    fn changing(&self, purpose: Purpose, context: &Context<'_>) -> Script {
        let done = if purpose == Purpose::Rollback {
            "already undone"
        } else {
            "already applied"
        };
        let mut body = self.top(true);
        for (number, set) in (1..).zip(&self.sets) {
            body.extend(set.lists(number, true));
        }
        body.push(String::new());
        body.push(":main".to_owned());
        body.push("call :writable".to_owned());
        body.push("if errorlevel 1 goto :unchanged".to_owned());
        let numbers = || 1..=self.sets.len();
        body.push("set \"left=\"".to_owned());
        for number in numbers() {
            body.push(format!("set \"todo{number}=\""));
            body.push(format!("set \"console{number}=\""));
            body.push(format!("call :look{number}"));
            body.push("if errorlevel 1 goto :unchanged".to_owned());
        }
        body.push(format!("if not defined left echo Nothing to do: {done}."));
        body.push("if not defined left goto :end".to_owned());
        for number in numbers() {
            body.push(format!("if defined todo{number} call :act{number}"));
            body.push(format!(
                "if defined todo{number} if errorlevel 1 goto :stopped"
            ));
        }
        body.push("if defined whatif echo Nothing was changed: /whatif only shows.".to_owned());
        let by_hand: Vec<(usize, &String)> = (1..)
            .zip(&self.sets)
            .flat_map(|(number, set)| set.console.iter().map(move |step| (number, step)))
            .collect();
        for (number, step) in &by_hand {
            body.push(format!("if defined console{number} {}", echo(step)));
            body.push(format!("if defined console{number} set \"code=2\""));
        }
        if !by_hand.is_empty() {
            body.push(
                "if \"%code%\"==\"2\" echo Then run this script again: it looks whether all is done."
                    .to_owned(),
            );
        }
        body.push("if \"%code%%whatif%\"==\"0\" echo Done, and seen in the zone.".to_owned());
        body.push("goto :end".to_owned());
        for (number, set) in (1..).zip(&self.sets) {
            body.push(String::new());
            body.extend(set.look(number));
            body.extend(set.act(number));
        }
        body.push(String::new());
        body.extend(CHANGING.lines().map(str::to_owned));
        body.extend(READING.lines().map(str::to_owned));
        let mut notes = vec!["With /whatif it prints its commands and changes nothing.".to_owned()];
        for set in &self.sets {
            notes.extend(set.remarks.iter().cloned());
        }
        script(purpose, notes, body, context)
    }

    /// The script that tells whether the work is done.
    fn looking(&self, context: &Context<'_>) -> Script {
        let mut body = self.top(false);
        for (number, set) in (1..).zip(&self.sets) {
            body.extend(set.lists(number, false));
        }
        body.push(String::new());
        body.push(":main".to_owned());
        for number in 1..=self.sets.len() {
            body.push(format!("call :check{number}"));
            body.push("if errorlevel 1 set \"code=1\"".to_owned());
        }
        body.push("if \"%code%\"==\"0\" echo As planned.".to_owned());
        body.push("goto :end".to_owned());
        for (number, set) in (1..).zip(&self.sets) {
            body.push(String::new());
            body.push(format!(":check{number}"));
            body.push(format!("call :read {}", set.node));
            body.push(FAIL.to_owned());
            body.push(echo(&format!("Found at {}:", set.owner)));
            body.push("type \"%found%\"".to_owned());
            for list in set.reached(number) {
                body.push(format!("call :compare {list}"));
                body.push(SAME.to_owned());
            }
            body.push(echo(&format!(
                "The records of {} are not as planned.",
                set.owner
            )));
            body.push(format!("call :difference after{number}"));
            body.push("exit /b 1".to_owned());
        }
        body.push(String::new());
        body.extend(READING.lines().map(str::to_owned));
        script(Purpose::Verify, Vec::new(), body, context)
    }

    /// Arguments, server and zone, up to the lists of records.
    fn top(&self, changes: bool) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(server) = &self.server {
            out.push(format!("set \"server={server}\""));
        } else {
            out.extend([
                "rem The first argument names the writable DNS server of the zone.".to_owned(),
                "set \"server=%~1\"".to_owned(),
                "if not defined server echo Name the writable DNS server of the zone as the first argument."
                    .to_owned(),
                "if not defined server exit /b 64".to_owned(),
                "shift".to_owned(),
            ]);
        }
        out.push(format!("set \"zone={}\"", self.zone));
        if changes {
            out.extend([
                "set \"whatif=\"".to_owned(),
                "if /i \"%~1\"==\"/whatif\" set \"whatif=1\"".to_owned(),
                "if /i \"%~1\"==\"-whatif\" set \"whatif=1\"".to_owned(),
                "if defined whatif shift".to_owned(),
            ]);
        }
        out.extend([
            "if not \"%~1\"==\"\" echo Not understood: %1".to_owned(),
            "if not \"%~1\"==\"\" exit /b 64".to_owned(),
            "set \"work=%TEMP%\\kmsplan-%RANDOM%%RANDOM%\"".to_owned(),
            "set \"answer=%work%\\answer\"".to_owned(),
            "set \"found=%work%\\found\"".to_owned(),
            "set \"marks=%work%\\marks\"".to_owned(),
            "set \"wanted=%work%\\wanted\"".to_owned(),
            "rem Two files that begin in the same second get the same random numbers.".to_owned(),
            "mkdir \"%work%\"".to_owned(),
            "if errorlevel 1 echo Nothing was changed: there is no folder for passing files. Try again."
                .to_owned(),
            "if errorlevel 1 exit /b 1".to_owned(),
            "set \"code=0\"".to_owned(),
            "goto :main".to_owned(),
            String::new(),
            "rem Records: priority, weight, port, target, TTL in seconds, age. \"?\": not known, anything will do."
                .to_owned(),
        ]);
        out
    }
}

fn script(
    purpose: Purpose,
    notes: Vec<String>,
    body: Vec<String>,
    context: &Context<'_>,
) -> Script {
    Cmd {
        role: Role::Dns,
        purpose,
        notes,
        body,
    }
    .script(context)
}

/// Whether the edit would give a timestamp to a record that stays: `dnscmd` has no command for it.
fn is_left_static(before: &Record, after: &Record) -> bool {
    before.aged == Some(false) && after.aged == Some(true)
}

/// The records of a set, a line each. Servers hold no two records of the same data, so of such only the first
/// counts.
fn lines(set: &RecordSet) -> Result<Vec<String>, LeftOut> {
    let records = set.records.iter().enumerate();
    let own = records.filter(|(index, record)| {
        let earlier = &set.records[..*index];
        !earlier.iter().any(|other| other.same_data(record))
    });
    own.map(|(_, record)| line(record)).collect()
}

/// `10 75 1688 kms01.contoso.com. 3600 static`
fn line(record: &Record) -> Result<String, LeftOut> {
    let age = match record.aged {
        Some(true) => "aged",
        Some(false) => "static",
        None => "?",
    };
    let ttl = record
        .ttl
        .map_or_else(|| "?".to_owned(), |ttl| ttl.to_string());
    Ok(format!("{} {ttl} {age}", srv(record)?))
}

/// Priority, weight, port and target.
fn srv(record: &Record) -> Result<String, LeftOut> {
    word(&super::super::super::windows_absolute(&record.target)?)?;
    Ok(record.data())
}
