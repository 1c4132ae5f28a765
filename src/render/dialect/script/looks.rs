//! Steps that only look: hosts, names, record sets on every server.
//!
//! Each judges what it sees: it ends with an error unless all is as the plan has it.

use super::{Context, Scripts};
use crate::plan::Action;

mod dig;
mod hosts;
mod names;
mod sets;

/// What is expected of record sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// They are those that were reviewed, once replication has settled.
    Settled,
    /// They are the planned ones.
    Planned,
    /// They are still the planned ones, 25 hours later.
    NextDay,
}

impl Look {
    /// The state in words, after "as".
    fn state(self) -> &'static str {
        match self {
            Self::Settled => "reviewed",
            Self::Planned | Self::NextDay => "planned",
        }
    }

    /// Lines for the comment at a script's top.
    fn notes(self) -> Vec<String> {
        let note = match self {
            Self::Settled => "It waits until every name server gives the reviewed record sets.",
            Self::Planned => "It looks once at every name server of each zone.",
            Self::NextDay => {
                "To be run 25 hours after the change: by then each KMS host has had its daily turn to publish."
            }
        };
        vec!["It changes nothing.".to_owned(), note.to_owned()]
    }
}

/// The scripts of a step that changes nothing.
pub(super) fn scripts(context: &Context<'_>) -> Scripts {
    match &context.step.action {
        Action::CheckHosts { hosts } => hosts::check(hosts, context),
        Action::CheckNames { hosts, zones } => names::check(hosts, zones, context),
        Action::CheckReachability { hosts } => hosts::reach(hosts, context),
        Action::AwaitReplication { sets } => look(sets, Look::Settled, context),
        Action::VerifyNow { sets, .. } => {
            let mut out = look(sets, Look::Planned, context);
            out.say("Servers that cache show a change only when the TTL of before has passed.");
            out
        }
        Action::VerifyNextDay { sets, .. } => {
            let mut out = look(sets, Look::NextDay, context);
            out.say(
                "A record that came back, or 0 0 in place of planned numbers: a host publishes what is not \
                 planned.",
            );
            out
        }
        Action::VerifyAfterRestart { hosts, sets } => hosts::after_restart(hosts, sets, context),
        Action::WatchLeavingHosts { hosts } => hosts::watch(hosts, context),
        _ => Scripts::default(),
    }
}

/// What looks at record sets. A set that holds exactly the planned records names none of the hosts that are
/// gone.
fn look(sets: &[crate::plan::action::RecordSet], look: Look, context: &Context<'_>) -> Scripts {
    let mut out = Scripts::default();
    out.append_or_refuse(sets::scripts(sets, look, context));
    out.append_or_refuse(dig::scripts(sets, look, context));
    out
}
