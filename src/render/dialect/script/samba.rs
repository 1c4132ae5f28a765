//! Active Directory by `samba-tool`, where the domain controllers are Samba's.
//!
//! The texts stand in `samba/`, shell as a person reads it: what several scripts share, and what each does. Values
//! of the plan come before them, as assignments and as the lines of `each_node` and `each_member`.

use std::fmt::Write as _;

use super::super::sh::quote;
use super::super::{LeftOut, server};
use super::directory::{carried, node_place};
use super::sh::Sh;
use super::{Context, Purpose, Scripts};
use crate::plan::action::{GroupRef, Member, Node};
use crate::plan::{Action, Role};
use crate::presentation;
use crate::topology::GroupScope;

pub(super) const COMMON: &str = include_str!("samba/common.sh");
pub(super) const NODE: &str = include_str!("samba/node.sh");
const GROUP: &str = include_str!("samba/group.sh");
const STATE: &str = include_str!("samba/state.sh");
const MEMBERS: &str = include_str!("samba/members.sh");
const RIGHTS: &str = include_str!("samba/rights.sh");
const RESTORE: &str = include_str!("samba/restore.sh");

/// What the arguments and variables of every script mean.
pub(super) const ABOUT: [&str; 3] = [
    "For domain controllers of Samba; on Windows use the PowerShell script. It needs samba-tool, ldbsearch and ldbmodify.",
    "Arguments are passed on to them and say who acts: --use-kerberos=required after kinit, where the server has a name and not an address; or -U Administrator, which asks each time unless PASSWD_FILE names a file that holds the password.",
    "SERVER is the writable domain controller where none is named below.",
];

/// The scripts of a step in the directory.
pub(super) fn scripts(context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    match &context.step.action {
        Action::CreateGroup { group } => {
            let values = group_values(group)?;
            let write =
                |purpose, text| script(purpose, &[COMMON, GROUP, STATE, text], &values, context);
            out.apply.push(write(Purpose::Apply, CREATE_GROUP[0]));
            out.verify.push(write(Purpose::Verify, CREATE_GROUP[1]));
            out.rollback.push(write(Purpose::Rollback, CREATE_GROUP[2]));
        }
        Action::AddMembers { group, members } => {
            let values = [group_values(group)?, each_member(members)?].concat();
            let write = |purpose, text| {
                let parts = [COMMON, GROUP, STATE, MEMBERS, text];
                script(purpose, &parts, &values, context)
            };
            out.apply.push(write(Purpose::Apply, ADD_MEMBERS[0]));
            out.verify.push(write(Purpose::Verify, ADD_MEMBERS[1]));
            out.rollback.push(write(Purpose::Rollback, ADD_MEMBERS[2]));
        }
        Action::EnsureNodes { nodes } => {
            let values = [existing(nodes)?, each_node(nodes)?].concat();
            let write =
                |purpose, text| script(purpose, &[COMMON, NODE, STATE, text], &values, context);
            out.apply.push(write(Purpose::Apply, ENSURE_NODES[0]));
            out.verify.push(write(Purpose::Verify, ENSURE_NODES[1]));
            out.rollback.push(write(Purpose::Rollback, ENSURE_NODES[2]));
        }
        Action::SaveDescriptors { nodes } => {
            let values = each_node(nodes)?;
            let write =
                |purpose, text| script(purpose, &[COMMON, NODE, RIGHTS, text], &values, context);
            out.apply.push(write(Purpose::Apply, SAVE_DESCRIPTORS[0]));
            out.verify.push(write(Purpose::Verify, SAVE_DESCRIPTORS[1]));
        }
        Action::GrantRights { group, nodes, .. } => {
            rights(
                group,
                nodes,
                GRANT_RIGHTS,
                ["saved", "granted"],
                context,
                &mut out,
            )?;
        }
        Action::CleanUpNodes { group, nodes } => {
            rights(
                group,
                nodes,
                CLEAN_UP_NODES,
                ["uncleaned", "cleaned"],
                context,
                &mut out,
            )?;
        }
        _ => {}
    }
    Ok(out)
}

/// The texts of an action: apply, verify, rollback.
const CREATE_GROUP: [&str; 3] = [
    include_str!("samba/create-group-apply.sh"),
    include_str!("samba/create-group-verify.sh"),
    include_str!("samba/create-group-rollback.sh"),
];
const ADD_MEMBERS: [&str; 3] = [
    include_str!("samba/add-members-apply.sh"),
    include_str!("samba/add-members-verify.sh"),
    include_str!("samba/add-members-rollback.sh"),
];
const ENSURE_NODES: [&str; 3] = [
    include_str!("samba/ensure-nodes-apply.sh"),
    include_str!("samba/ensure-nodes-verify.sh"),
    include_str!("samba/ensure-nodes-rollback.sh"),
];
/// What was saved is not taken back.
const SAVE_DESCRIPTORS: [&str; 2] = [
    include_str!("samba/save-descriptors-apply.sh"),
    include_str!("samba/save-descriptors-verify.sh"),
];
const GRANT_RIGHTS: [&str; 2] = [
    include_str!("samba/grant-rights-apply.sh"),
    include_str!("samba/grant-rights-verify.sh"),
];
const CLEAN_UP_NODES: [&str; 2] = [
    include_str!("samba/clean-up-nodes-apply.sh"),
    include_str!("samba/clean-up-nodes-verify.sh"),
];

/// The scripts of a step that changes descriptors. `stages` are the names under which it keeps what was there
/// before it and what it leaves: the way back goes from the one to the other.
fn rights(
    group: &GroupRef,
    nodes: &[Node],
    texts: [&str; 2],
    stages: [&str; 2],
    context: &Context<'_>,
    out: &mut Scripts,
) -> Result<(), LeftOut> {
    let each = each_node(nodes)?;
    let values = [group_values(group)?, each.clone()].concat();
    let write = |purpose, text, values: &[String]| {
        script(
            purpose,
            &[COMMON, NODE, GROUP, RIGHTS, text],
            values,
            context,
        )
    };
    out.apply.push(write(Purpose::Apply, texts[0], &values));
    out.verify.push(write(Purpose::Verify, texts[1], &values));
    let [before, after] = stages;
    let stages = format!("stage_before={before} stage_after={after}");
    let values = [vec![stages], each].concat();
    out.rollback.push(script(
        Purpose::Rollback,
        &[COMMON, NODE, RIGHTS, RESTORE],
        &values,
        context,
    ));
    Ok(())
}

fn script(
    purpose: Purpose,
    parts: &[&str],
    values: &[String],
    context: &Context<'_>,
) -> super::Script {
    let mut notes: Vec<String> = ABOUT.map(str::to_owned).to_vec();
    let state = parts.contains(&STATE) || parts.contains(&RIGHTS);
    let mut body = values.to_vec();
    if state {
        notes.push("STATE is the folder for what the scripts of this plan remember, $HOME by default: run all of them where it is the same.".to_owned());
        body.insert(
            0,
            format!("state=${{STATE:-\"$HOME\"}}/{}", quote(&context.notes())),
        );
    }
    if parts.contains(&GRANT_RIGHTS[0]) {
        notes.push("RIGHTS=tight grants writing dnsRecord and dNSTombstoned instead of full control: enough for Samba's own DNS; BIND's DLZ module refuses hosts with no more.".to_owned());
    }
    body.extend(
        parts
            .iter()
            .flat_map(|part| part.lines())
            .map(str::to_owned),
    );
    Sh {
        role: Role::Ad,
        purpose,
        notes,
        body,
    }
    .script(context)
}

/// The group as assignments.
fn group_values(group: &GroupRef) -> Result<Vec<String>, LeftOut> {
    // groupType in [MS-ADTS] 2.2.12: the scope's bit and that of a security group, as a signed number.
    let (scope, kind) = match group.scope {
        GroupScope::Global => ("Global", "-2147483646"),
        GroupScope::Universal => ("Universal", "-2147483640"),
        GroupScope::DomainLocal => ("Domain", "-2147483644"),
    };
    let name = carried(&group.name)?;
    Ok(vec![
        format!(
            "group_server={}",
            optional(server(group.server.as_deref())?)
        ),
        format!("group={}", quote(name)),
        format!("group_filter={}", quote(&account_filter(name))),
        format!(
            "path={}",
            quote(carried(group.path.as_deref().unwrap_or_default())?)
        ),
        format!("scope={scope} group_type={kind}"),
    ])
}

/// A word, empty for what is not known.
fn optional(text: Option<String>) -> String {
    text.map_or_else(|| "''".to_owned(), |text| quote(&text))
}

/// A filter for an account; what means more in one, and all that is not ASCII, by its octets (RFC 4515 section 3).
fn account_filter(name: &str) -> String {
    let mut out = String::from("(sAMAccountName=");
    for octet in name.bytes() {
        if matches!(octet, b' '..=b'~') && !matches!(octet, b'*' | b'(' | b')' | b'\\') {
            out.push(char::from(octet));
        } else {
            let _ = write!(out, "\\{octet:02x}");
        }
    }
    out.push(')');
    out
}

fn each_member(members: &[Member]) -> Result<Vec<String>, LeftOut> {
    let mut lines = each("each_member", "account, filter, domain");
    for member in members {
        let account = carried(&member.account)?;
        let domain: Vec<String> = carried(&presentation::plain(&member.ad_domain))?
            .split('.')
            .map(|label| format!("DC={label}"))
            .collect();
        lines.push(format!(
            "  \"$what\" {} {} {} \"$@\"",
            quote(account),
            quote(&account_filter(account)),
            quote(&domain.join(","))
        ));
    }
    lines.push("}".to_owned());
    Ok(lines)
}

/// A function that calls another for each node: server, zone, node.
fn each_node(nodes: &[Node]) -> Result<Vec<String>, LeftOut> {
    let mut lines = each("each_node", "server, zone, node");
    for node in nodes {
        let place = node_place(&node.zone, &node.owner)?;
        lines.push(format!(
            "  \"$what\" {} {} {} \"$@\"",
            optional(place.server),
            quote(&place.zone),
            quote(&place.node)
        ));
    }
    lines.push("}".to_owned());
    Ok(lines)
}

fn each(function: &str, columns: &str) -> Vec<String> {
    vec![
        format!("{function}() {{  # {columns}"),
        "  what=$1".to_owned(),
        "  shift".to_owned(),
    ]
}

/// The nodes that were there when the plan was made, in a word with blanks around each.
fn existing(nodes: &[Node]) -> Result<Vec<String>, LeftOut> {
    let mut there = String::from(" ");
    for node in nodes.iter().filter(|node| node.exists) {
        let place = node_place(&node.zone, &node.owner)?;
        let _ = write!(there, "{}.{} ", place.node, place.zone);
    }
    Ok(vec![format!("there={}", quote(&there))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_filter_acts() {
        assert_eq!(account_filter("KMS01$"), "(sAMAccountName=KMS01$)");
        assert_eq!(
            account_filter("a)(b*\\ \u{f6}"),
            "(sAMAccountName=a\\29\\28b\\2a\\5c \\c3\\b6)"
        );
    }
}
