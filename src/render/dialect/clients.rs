//! What is done on clients: pins, caches, the domain in which they look.

use super::licensing::SLMGR;
use super::{Command, Instructions, each_or_say, windows_name};
use crate::plan::action::Spelled;

pub(super) const OSPP: &str = "cscript //nologo ospp.vbs";
const OFFICE: &str = "The second line is for Office, in the folder that holds its ospp.vbs.";

/// Windows and Office, each with its script.
fn both(slmgr: &str, ospp: &str, on: &str) -> Command {
    Command::cmd(
        format!("{SLMGR} {slmgr}\n{OSPP} {ospp}"),
        format!("{on}, elevated. {OFFICE}"),
    )
}

fn dlv(shows: &str) -> Command {
    Command::cmd(
        format!("{SLMGR} /dlv"),
        format!("On a client, elevated: {shows}"),
    )
}

/// Clients look the hosts up again.
pub(super) fn refresh() -> Instructions {
    let mut out = Instructions::default();
    out.commands.push(both(
        "/ckms",
        "/remhst",
        "On a pinned client, one whose /dlv prints \"Registered KMS machine name\"",
    ));
    out.check.push(dlv(
        "after its next activation or renewal \"KMS machine name from DNS\" names one of the planned hosts.",
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
    let each = "On each client";
    out.commands.push(both("/ckhc", "/cachst:FALSE", each));
    out.check
        .push(dlv("it no longer says \"KMS host caching is enabled\"."));
    out.undo.push(both("/skhc", "/cachst:TRUE", each));
    out
}

/// Clients look in a domain that has records.
pub(super) fn set_lookup_domain(domains: &[Spelled]) -> Instructions {
    let mut out = Instructions::default();
    let lines = each_or_say(
        domains,
        |domain: &Spelled| {
            windows_name(&domain.0).map(|name| format!("{SLMGR} /skms-domain {name}"))
        },
        &mut out,
    );
    if !lines.is_empty() {
        let one = if lines.len() > 1 {
            " One of these lines: the domain that the client is to use."
        } else {
            ""
        };
        out.commands.push(Command::cmd(
            lines.join("\n"),
            format!("On clients whose own suffix has no records, elevated.{one}"),
        ));
    }
    out.check.push(dlv(
        "\"Registered KMS SRV record lookup domain\" shows the domain.",
    ));
    out.undo.push(Command::cmd(
        format!("{SLMGR} /ckms-domain"),
        "On the client, elevated.",
    ));
    out.say("The domain replaces the client's own suffix, without a way back to it when a lookup fails.");
    out
}
