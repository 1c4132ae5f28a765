//! What is done on clients: pins, caches, the domain in which they look.

use super::hosts::SLMGR;
use super::{Command, Instructions, LeftOut, windows_name};
use crate::plan::action::Spelled;

const OSPP: &str = "cscript //nologo ospp.vbs";
const OFFICE_FOLDER: &str = "in the folder of Office that holds ospp.vbs";

/// Clients look the hosts up again.
pub(super) fn refresh() -> Instructions {
    let mut out = Instructions::default();
    out.commands.extend([
        Command::cmd(
            format!("{SLMGR} /dlv"),
            "On a client, elevated, first: \"Registered KMS machine name\" is the host that it is pinned to.",
        ),
        Command::cmd(
            format!("{SLMGR} /ckms"),
            "On a pinned client, elevated: it finds its host through DNS again.",
        ),
        Command::cmd(
            format!("{OSPP} /remhst"),
            format!("The same for Office, {OFFICE_FOLDER}."),
        ),
    ]);
    out.check.push(Command::cmd(
        format!("{SLMGR} /dlv"),
        "On the client, elevated: \"KMS machine name from DNS\" names one of the planned hosts.",
    ));
    out.say("A host that group policy sets stays until the policy is changed.");
    out.say(
        "Undo: slmgr.vbs /skms and ospp.vbs /sethst take the host that a client was pinned to.",
    );
    out
}

/// Clients ask DNS each time, so that priority and weight count.
pub(super) fn disable_caching() -> Instructions {
    let mut out = Instructions::default();
    out.commands.extend([
        Command::cmd(format!("{SLMGR} /ckhc"), "On each client, elevated."),
        Command::cmd(
            format!("{OSPP} /cachst:FALSE"),
            format!("The same for Office, {OFFICE_FOLDER}."),
        ),
    ]);
    out.check.push(Command::cmd(
        format!("{SLMGR} /dlv"),
        "On a client, elevated: it no longer says \"KMS host caching is enabled\".",
    ));
    out.undo.extend([
        Command::cmd(format!("{SLMGR} /skhc"), "On each client, elevated."),
        Command::cmd(
            format!("{OSPP} /cachst:TRUE"),
            format!("The same for Office, {OFFICE_FOLDER}."),
        ),
    ]);
    out
}

/// Clients look in a domain that has records.
pub(super) fn set_lookup_domain(domains: &[Spelled]) -> Instructions {
    let mut out = Instructions::default();
    for domain in domains {
        match windows_name(&domain.0) {
            Ok(name) => out.commands.push(Command::cmd(
                format!("{SLMGR} /skms-domain {name}"),
                format!(
                    "On clients that are to use {name} and whose own suffix has no records, elevated."
                ),
            )),
            Err(LeftOut(sentence)) => out.say(sentence),
        }
    }
    out.check.push(Command::cmd(
        format!("{SLMGR} /dlv"),
        "On the client, elevated: \"Registered KMS SRV record lookup domain\" shows the domain.",
    ));
    out.undo.push(Command::cmd(
        format!("{SLMGR} /ckms-domain"),
        "On the client, elevated.",
    ));
    out.say("The domain replaces the client's own suffix, without a way back to it when a lookup fails.");
    out.say("The other way: give such clients a suffix search list, or publish in their domain.");
    out
}
