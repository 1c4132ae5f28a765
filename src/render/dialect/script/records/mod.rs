//! Edits of record sets, by the tool that changes their zone.

use super::super::records::in_order;
use super::super::sets::inverse;
use super::{Context, Purpose, Scripts};
use crate::plan::action::{RecordSet, SetChange};
use crate::topology::{Apply, ZoneKind};

mod dnscmd;
mod nsupdate;
mod patch;
mod powershell;
mod samba;

/// A change, and the states in which nothing of it is left to do.
pub(super) struct Guarded<'a> {
    /// What is done, adds before removals. It starts from its `before` alone; with its `after` it is applied.
    pub(super) change: SetChange,
    /// More states with which it is applied: those that the plan goes on to, or has come from on the way back.
    pub(super) beyond: Vec<&'a RecordSet>,
}

impl<'a> Guarded<'a> {
    /// The change as the purpose wants it: on the way back it is the inverse.
    pub(super) fn of(change: &SetChange, purpose: Purpose, context: &Context<'a>) -> Self {
        let owner = &change.before.owner;
        match purpose {
            Purpose::Apply | Purpose::Verify => Self {
                change: in_order(change),
                beyond: context.later(owner),
            },
            Purpose::Rollback => Self {
                change: inverse(&in_order(change)),
                beyond: context.earlier(owner),
            },
        }
    }
}

/// The scripts for changes of record sets, by the tools that change their zones. A zone of Active Directory may
/// be served by Samba, which Windows tools do not reach.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Scripts {
    let mut all = Scripts::default();
    let of = |wanted: &dyn Fn(&SetChange) -> bool| -> Vec<SetChange> {
        let own = changes.iter().filter(|change| !change.edits.is_empty());
        own.filter(|change| wanted(change)).cloned().collect()
    };
    for apply in Apply::ALL {
        let own = of(&|change| change.before.zone.apply == *apply);
        if own.is_empty() {
            continue;
        }
        all.append_or_refuse(match apply {
            Apply::Powershell => powershell::scripts(&own, context),
            Apply::Dnscmd => dnscmd::scripts(&own, context),
            Apply::Nsupdate => nsupdate::scripts(&own, context),
            Apply::Patch => patch::scripts(&own, context),
        });
    }
    let samba = of(&|change| {
        let zone = &change.before.zone;
        zone.kind == ZoneKind::Ad && matches!(zone.apply, Apply::Powershell | Apply::Dnscmd)
    });
    if !samba.is_empty() {
        all.append_or_refuse(samba::scripts(&samba, context));
    }
    all
}
