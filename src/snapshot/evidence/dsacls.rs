//! Output of `dsacls DN`: owner, group, then the entries, each an account and what it may:
//!
//! ```text
//! Owner: CONTOSO\KMS01$
//! Group: CONTOSO\Domain Computers
//!
//! Access list:
//! Allow CONTOSO\KMS Hosts               FULL CONTROL
//! Allow NT AUTHORITY\Authenticated Users
//!                                       SPECIAL ACCESS   <Inherited from parent>
//!                                       READ PERMISSONS
//! Allow CONTOSO\KMS Hosts               SPECIAL ACCESS for dnsRecord
//!                                       WRITE PROPERTY
//! ```
//!
//! A long account stands on a line of its own. Entries for objects below the node follow and are passed
//! over; the end says whether the command completed.

use super::facts::Access;
use super::rights::{self, Scope};
use super::source::{Line, Source, is_garbled};
use super::{AccessEntry, Seen};
use crate::snapshot::listing::Fault;

const ADVICE: &str = "run `dsacls \"DN\" > FILE` again, on an English Windows, as an account that may read the node's permissions";

const INHERITED: &str = "<Inherited from parent>";

/// What the output says of the node.
pub(super) fn read(source: &Source<'_>) -> Result<Access, Vec<Fault>> {
    let mut reader = Reader {
        source,
        part: Part::Head,
        owner: None,
        entry: None,
        lost: false,
        entries: Vec::new(),
        faults: Vec::new(),
    };
    for line in source.lines() {
        reader.line(&line);
    }
    reader.finish()
}

#[derive(PartialEq, Eq)]
enum Part {
    Head,
    Entries,
    /// Auditing, and entries for objects below.
    PassedOver,
    Done,
}

/// An entry that is being read.
struct Open<'s> {
    line: Line<'s>,
    allow: bool,
    account: &'s str,
    /// What it is about, once its first line of rights was read.
    about: Option<About>,
}

struct About {
    scope: Scope,
    inherited: bool,
    mask: u32,
    /// Whether lines with rights must follow.
    special: bool,
}

struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    part: Part,
    owner: Option<Seen<String>>,
    entry: Option<Open<'s>>,
    /// Whether the line that the rights belong to was not understood.
    lost: bool,
    entries: Vec<Seen<AccessEntry>>,
    faults: Vec<Fault>,
}

impl<'s> Reader<'s, '_> {
    fn line(&mut self, line: &Line<'s>) {
        let text = line.text;
        if text.is_empty() {
            return;
        }
        if text.starts_with("The command completed successfully") {
            self.close();
            self.part = Part::Done;
        } else if text.starts_with("The command failed to complete") {
            self.close();
            self.part = Part::Done;
            self.fault(line, "`dsacls` failed");
        } else if let Some(owner) = text.strip_prefix("Owner:") {
            if self.owner.is_some() || !self.entries.is_empty() {
                self.fault(line, "a second output begins here: a file holds one node");
                self.part = Part::PassedOver;
            }
            let owner = owner.trim().to_owned();
            if is_garbled(&owner) {
                self.fault(line, "the account cannot be read: the file is not UTF-8");
            }
            self.owner = Some(self.source.seen(line.at, owner));
        } else if text == "Access list:" {
            self.close();
            if self.part == Part::Done {
                self.fault(line, "a second output begins here: a file holds one node");
            }
            self.part = Part::Entries;
        } else if text.starts_with("Permissions inherited to subobjects") || text == "Audit list:" {
            self.close();
            self.part = Part::PassedOver;
        } else if self.part == Part::Entries {
            self.entry_line(line);
        }
    }

    fn entry_line(&mut self, line: &Line<'s>) {
        let kind = [("Allow ", true), ("Deny ", false)]
            .into_iter()
            .find(|(word, _)| !line.indented && line.text.starts_with(word));
        if let Some((word, allow)) = kind {
            self.close();
            let rest = line.from(word.len());
            let (account, rights) = columns(&rest);
            if is_garbled(account) {
                self.fault(line, "the account cannot be read: the file is not UTF-8");
            }
            self.lost = false;
            self.entry = Some(Open {
                line: *line,
                allow,
                account,
                about: rights.map(|rights| about(&rights)),
            });
        } else if line.indented {
            match &mut self.entry {
                Some(Open {
                    about: Some(about), ..
                }) if about.special => {
                    if let Some(right) = rights::dsacls(line.text) {
                        about.mask |= right;
                    } else {
                        let message = format!("`{}` is no right that is understood", line.text);
                        self.fault(line, message);
                    }
                }
                Some(Open {
                    about: unknown @ None,
                    ..
                }) => *unknown = Some(about(line)),
                None if self.lost => {}
                _ => self.fault(line, "this line belongs to no entry"),
            }
        } else if !line.text.starts_with('{') && !line.text.starts_with("Effective Permissions") {
            // Those two say that nothing is inherited, and begin the list on Windows 2000.
            self.close();
            self.lost = true;
            self.fault(line, "this is no line of an access list");
        }
    }

    fn fault(&mut self, line: &Line<'_>, message: impl Into<String>) {
        self.faults
            .push(Fault::at(line.span(), message).help(ADVICE));
    }

    /// Ends an entry.
    fn close(&mut self) {
        let Some(open) = self.entry.take() else {
            return;
        };
        match open.about {
            Some(about) if !about.special || about.mask != 0 => {
                self.entries.push(self.source.seen(
                    open.line.at,
                    AccessEntry {
                        account: open.account.to_owned(),
                        allow: open.allow,
                        rights: rights::rights(about.mask, about.scope, open.allow),
                        inherited: about.inherited,
                    },
                ));
            }
            _ => self.fault(&open.line, "the rights of this entry are missing"),
        }
    }

    fn finish(mut self) -> Result<Access, Vec<Fault>> {
        self.close();
        if self.part != Part::Done {
            self.faults.push(
                Fault::whole(
                    "the line `The command completed successfully` is missing: the output is cut",
                )
                .help(ADVICE),
            );
        } else if self.entries.is_empty() && self.faults.is_empty() {
            self.faults
                .push(Fault::whole("the output lists no entry").help(ADVICE));
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        Ok(Access {
            owner: self.owner,
            entries: self.entries,
        })
    }
}

/// The account of an entry's first line, and the rights if they stand there too.
fn columns<'a>(line: &Line<'a>) -> (&'a str, Option<Line<'a>>) {
    let split = line.text.find("  ").or_else(|| {
        ["FULL CONTROL", "SPECIAL ACCESS"]
            .iter()
            .find_map(|word| line.text.find(word))
    });
    match split {
        Some(at) => (line.to(at).text, Some(line.from(at))),
        None => (line.text, None),
    }
}

/// What the first line of an entry's rights says.
fn about(line: &Line<'_>) -> About {
    let (text, inherited) = match line.text.strip_suffix(INHERITED) {
        Some(text) => (text.trim_end(), true),
        None => (line.text, false),
    };
    let (what, object) = match text.split_once(" for ") {
        Some((what, object)) => (what, Scope::of_name(object.trim())),
        None => (text, Scope::Node),
    };
    match what {
        "FULL CONTROL" => About {
            scope: object,
            inherited,
            mask: rights::GENERIC_ALL,
            special: false,
        },
        "SPECIAL ACCESS" => About {
            scope: object,
            inherited,
            mask: 0,
            special: true,
        },
        // A control access right by its own name, as `Reset Password`.
        _ => About {
            scope: Scope::Elsewhere,
            inherited,
            mask: 0,
            special: false,
        },
    }
}
