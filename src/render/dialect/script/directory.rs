//! Active Directory by PowerShell: the group, the nodes that hold the records, the rights on them.
//!
//! The texts stand in `directory/`: what several scripts share, and what each does. Values of the plan come before
//! them, as assignments and tables.

use super::super::directory::{RECORD_GUIDS, place, scope_word};
use super::super::place::Place;
use super::super::powershell::{is_hidden, quote};
use super::super::{LeftOut, server, windows_name};
use super::powershell::{Parameter, Ps1};
use super::{Context, Purpose, Script, Scripts};
use crate::Name;
use crate::plan::action::{GroupRef, Member, Node, ZoneRef};
use crate::plan::{Action, Role};

const COMMON: &str = include_str!("directory/common.ps1");
const STATE: &str = include_str!("directory/state.ps1");
const GROUP: &str = include_str!("directory/group.ps1");
const MEMBERS: &str = include_str!("directory/members.ps1");
const NODE: &str = include_str!("directory/node.ps1");
const RIGHTS: &str = include_str!("directory/rights.ps1");
const STRANGERS: &str = include_str!("directory/strangers.ps1");
const RESTORE: &str = include_str!("directory/restore.ps1");

/// The texts of an action: apply, verify, and rollback where it has one of its own.
const CREATE_GROUP: [&str; 3] = [
    include_str!("directory/create-group-apply.ps1"),
    include_str!("directory/create-group-verify.ps1"),
    include_str!("directory/create-group-rollback.ps1"),
];
const ADD_MEMBERS: [&str; 3] = [
    include_str!("directory/add-members-apply.ps1"),
    include_str!("directory/add-members-verify.ps1"),
    include_str!("directory/add-members-rollback.ps1"),
];
const ENSURE_NODES: [&str; 3] = [
    include_str!("directory/ensure-nodes-apply.ps1"),
    include_str!("directory/ensure-nodes-verify.ps1"),
    include_str!("directory/ensure-nodes-rollback.ps1"),
];
const SAVE_DESCRIPTORS: [&str; 2] = [
    include_str!("directory/save-descriptors-apply.ps1"),
    include_str!("directory/save-descriptors-verify.ps1"),
];
const GRANT_RIGHTS: [&str; 2] = [
    include_str!("directory/grant-rights-apply.ps1"),
    include_str!("directory/grant-rights-verify.ps1"),
];
const CLEAN_UP_NODES: [&str; 2] = [
    include_str!("directory/clean-up-nodes-apply.ps1"),
    include_str!("directory/clean-up-nodes-verify.ps1"),
];

/// What scripts that remember something ask of people.
const ONE_PLACE: &str = "The directory scripts keep in files of the home folder what they made and what was there before, \
     for the way back: run those of a plan as one person on one machine.";

const TRIED: &str =
    "Its Samba form was run on a domain controller of Samba; this one was not run on Windows.";

/// The scripts of a step in the directory.
pub(super) fn scripts(context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    out.say(ONE_PLACE);
    match &context.step.action {
        Action::CreateGroup { group } => {
            let values = Values::default().group(group)?;
            write(
                &CREATE_GROUP,
                &[COMMON, STATE, GROUP],
                &values,
                context,
                &mut out,
            );
        }
        Action::AddMembers { group, members } => {
            let values = Values::default().group(group)?.members(members)?;
            let parts = [COMMON, STATE, GROUP, MEMBERS];
            write(&ADD_MEMBERS, &parts, &values, context, &mut out);
        }
        Action::EnsureNodes { nodes } => {
            let values = Values::default().nodes(nodes)?;
            write(
                &ENSURE_NODES,
                &[COMMON, STATE, NODE],
                &values,
                context,
                &mut out,
            );
        }
        Action::SaveDescriptors { nodes } => {
            let values = Values::default().nodes(nodes)?;
            let parts = [COMMON, NODE, RIGHTS];
            write(&SAVE_DESCRIPTORS, &parts, &values, context, &mut out);
        }
        Action::GrantRights { group, nodes, .. } => {
            let values = Values::default().group(group)?.nodes(nodes)?;
            let parts = [COMMON, GROUP, NODE, RIGHTS];
            write(&GRANT_RIGHTS, &parts, &values, context, &mut out);
            let stages = ["saved", "granted", "Access"];
            out.rollback.push(restore(nodes, stages, context)?);
        }
        Action::CleanUpNodes { group, nodes } => {
            let values = Values::default().group(group)?.nodes(nodes)?;
            let parts = [COMMON, GROUP, NODE, RIGHTS, STRANGERS];
            write(&CLEAN_UP_NODES, &parts, &values, context, &mut out);
            let stages = ["uncleaned", "cleaned", "Owner, Access"];
            out.rollback.push(restore(nodes, stages, context)?);
        }
        _ => {}
    }
    Ok(out)
}

/// Adds the scripts of an action: its texts below what they share.
fn write(
    texts: &[&str],
    parts: &[&str],
    values: &Values,
    context: &Context<'_>,
    out: &mut Scripts,
) {
    let purposes = [Purpose::Apply, Purpose::Verify, Purpose::Rollback];
    for (purpose, text) in purposes.into_iter().zip(texts) {
        let parts = [parts, &[*text]].concat();
        let script = script(purpose, &parts, values, context);
        match purpose {
            Purpose::Apply => out.apply.push(script),
            Purpose::Verify => out.verify.push(script),
            Purpose::Rollback => out.rollback.push(script),
        }
    }
}

/// What leads back from the descriptors that a step has left to those before it: the stages under which both were kept,
/// and the sections that come back.
fn restore(nodes: &[Node], stages: [&str; 3], context: &Context<'_>) -> Result<Script, LeftOut> {
    let mut values = Values::default().nodes(nodes)?;
    let names = ["stageBefore", "stageAfter", "sections"];
    for (name, value) in names.iter().zip(stages) {
        values.lines.push(format!("${name} = {}", quote(value)));
    }
    let parts = [COMMON, NODE, RIGHTS, RESTORE];
    Ok(script(Purpose::Rollback, &parts, &values, context))
}

fn script(purpose: Purpose, parts: &[&str], values: &Values, context: &Context<'_>) -> Script {
    let notes = context.notes();
    let mut parameters = vec![values.server_parameter()];
    let mut body = values.lines.clone();
    let mut remember = |variable: &str, file: &str| {
        body.push(format!(
            "${variable} = Join-Path -Path $StateFolder -ChildPath {}",
            quote(&format!("{notes}-{file}.csv"))
        ));
    };
    let (made, kept) = (parts.contains(&STATE), parts.contains(&RIGHTS));
    if made {
        remember("made", "made");
    }
    if kept {
        remember("kept", "descriptors");
        body.push(format!(
            "$attributes = {RECORD_GUIDS}  # dnsRecord, dNSTombstoned"
        ));
    }
    if made || kept {
        parameters.push(Parameter {
            name: "StateFolder",
            kind: "string",
            default: Some("$HOME".to_owned()),
            what: "Where the scripts of this plan keep what they need for the way back: the same for all of them.",
        });
    }
    if parts.contains(&GRANT_RIGHTS[0]) {
        parameters.push(switch("Tight", "Write dnsRecord and dNSTombstoned instead of full control: proven on Samba, not on Windows."));
        parameters.push(switch("Dsacls", "Full control by dsacls.exe."));
    }
    body.extend(
        parts
            .iter()
            .flat_map(|part| part.lines())
            .map(str::to_owned),
    );
    Ps1 {
        role: Role::Ad,
        purpose,
        only_looks: false,
        modules: if values.has_nodes {
            &["ActiveDirectory", "DnsServer"]
        } else {
            &["ActiveDirectory"]
        },
        parameters,
        notes: vec![TRIED.to_owned()],
        body,
    }
    .script(context)
}

fn switch(name: &'static str, what: &'static str) -> Parameter {
    Parameter {
        name,
        kind: "switch",
        default: None,
        what,
    }
}

/// What a script takes from the plan.
#[derive(Default)]
struct Values {
    /// Assignments and tables.
    lines: Vec<String>,
    /// Whether a server is not known, so that it must be given.
    asks: bool,
    /// Whether there is a table of nodes.
    has_nodes: bool,
}

impl Values {
    fn group(mut self, group: &GroupRef) -> Result<Self, LeftOut> {
        let known = server(group.server.as_deref())?;
        self.asks |= known.is_none();
        let place = group.path.as_deref().map(carried).transpose()?;
        self.lines.extend([
            format!(
                "$groupServer = {}",
                known.map_or_else(|| "$ComputerName".to_owned(), |server| quote(&server))
            ),
            format!("$groupName = {}", quote(carried(&group.name)?)),
            format!("$scope = {}", quote(scope_word(group.scope))),
            // Without a path a group is made in its domain's container for groups.
            place.map_or_else(
                || "$place = @{}".to_owned(),
                |path| format!("$place = @{{ Path = {} }}", quote(path)),
            ),
        ]);
        Ok(self)
    }

    fn members(mut self, members: &[Member]) -> Result<Self, LeftOut> {
        self.lines.push("$accounts = @(".to_owned());
        for member in members {
            self.lines.push(format!(
                "  [pscustomobject]@{{ Account = {}; Domain = {} }}",
                quote(carried(&member.account)?),
                quote(&windows_name(&member.ad_domain)?)
            ));
        }
        self.lines.push(")".to_owned());
        Ok(self)
    }

    fn nodes(mut self, nodes: &[Node]) -> Result<Self, LeftOut> {
        self.has_nodes = true;
        self.lines.push("$nodes = @(".to_owned());
        for node in nodes {
            let place = node_place(&node.zone, &node.owner)?;
            self.asks |= place.server.is_none();
            self.lines.push(format!(
                "  [pscustomobject]@{{ Server = {}; Zone = {}; Name = {}; Exists = ${} }}",
                quote(place.server.as_deref().unwrap_or_default()),
                quote(&place.zone),
                quote(&place.node),
                node.exists
            ));
        }
        self.lines.push(")".to_owned());
        Ok(self)
    }

    fn server_parameter(&self) -> Parameter {
        let known = (!self.asks).then(String::new);
        Parameter::server(
            known.as_ref(),
            "The writable domain controller where none is named below.",
        )
    }
}

/// A value that scripts for a directory can carry: what turns or hides text is no part of an account or a path,
/// and a first hyphen reads as an option.
pub(super) fn carried(text: &str) -> Result<&str, LeftOut> {
    match text.chars().find(|&c| is_hidden(c)) {
        Some(c) => Err(LeftOut(format!(
            "No directory script is written: a value holds the character {}.",
            c.escape_unicode()
        ))),
        None if text.starts_with('-') => Err(LeftOut(format!(
            "No directory script is written: `{text}` reads as an option."
        ))),
        None => Ok(text),
    }
}

/// The place of a node. Its name stands in distinguished names and filters, so it has letters, digits, `-`, `_` and
/// dots alone.
pub(super) fn node_place(zone: &ZoneRef, owner: &Name) -> Result<Place, LeftOut> {
    let place = place(zone, owner)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if place.owner.chars().all(plain) {
        Ok(place)
    } else {
        Err(LeftOut(format!(
            "No directory script is written for {}: in a distinguished name its characters may mean more.",
            place.owner
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_reads_as_an_option_is_refused() {
        assert_eq!(carried("KMS H\u{f6}sts"), Ok("KMS H\u{f6}sts"));
        for (text, said) in [
            ("a\nb", "a value holds the character \\u{a}."),
            ("a\u{202e}b", "a value holds the character \\u{202e}."),
            ("-x", "`-x` reads as an option."),
        ] {
            let sentence = format!("No directory script is written: {said}");
            assert_eq!(carried(text), Err(LeftOut(sentence)));
        }
    }
}
