//! Questions to live servers without a usable answer: which of them are errors, and how they are told.

use super::live::{Unanswered, Why};
use super::{Addresses, Holder, Options, Snapshot};
use crate::diagnostic::{Diagnostic, Diagnostics, MAX_FAULTS};
use crate::presentation;

/// Complaints about questions, in their order. One stands for all of its kind, with how many there are more, where
/// the server gave no usable answer at all (`all`), and for what says more of the server than of the name.
pub(super) fn complaints(unanswered: &[&Unanswered], all: bool) -> Vec<Diagnostic> {
    let mut kinds: Vec<(&Unanswered, usize)> = Vec::new();
    for fault in unanswered {
        let together = all || !matches!(fault.why, Why::ServFail | Why::ErrorCode | Why::Malformed);
        let alike = kinds.iter_mut().find(|(known, _)| {
            together && (known.why, &known.server) == (fault.why, &fault.server)
        });
        match alike {
            Some((_, more)) => *more += 1,
            None => kinds.push((fault, 0)),
        }
    }
    // What was not asked any more comes of another fault, where there is one.
    let asked = |fault: &Unanswered| fault.why != Why::NotAsked;
    let mut not_asked = 0;
    if kinds.iter().any(|(fault, _)| asked(fault)) {
        kinds.retain(|(fault, _)| asked(fault));
        not_asked = unanswered.iter().filter(|fault| !asked(fault)).count();
    }
    let left_out = kinds.len().saturating_sub(MAX_FAULTS);
    let told = kinds.into_iter().take(MAX_FAULTS).enumerate();
    told.map(|(index, (fault, more))| {
        let mut parts = vec![fault.message.clone()];
        if more > 0 {
            parts.push(format!("the same for {}", names(more)));
        }
        if index == 0 && not_asked > 0 {
            parts.push(format!("{} not asked any more", names(not_asked)));
        }
        if index == 0 && left_out > 0 {
            parts.push(format!("no answer for {} either", names(left_out)));
        }
        Diagnostic::new(parts.join("; ")).help(&fault.help)
    })
    .collect()
}

fn names(count: usize) -> String {
    match count {
        1 => "1 other name".to_owned(),
        count => format!("{count} other names"),
    }
}

/// Drops the questions for which a server was not the one to ask, where another source tells. Complains about those
/// that nobody tells, if that is wanted; of hosts it is enough that their addresses are not known then, and of optional
/// names that nothing is.
pub(super) fn settle(snapshot: &mut Snapshot, options: &Options) -> Result<(), Diagnostics> {
    let mut unanswered = std::mem::take(&mut snapshot.unanswered);
    unanswered.retain(|name, fault| {
        let told = if presentation::is_kms_owner(name) {
            match snapshot.holder(name) {
                Holder::Zone(zone) => zone.tells(name) || zone.alias_of(name).is_some(),
                Holder::Delegated { .. } => true,
                Holder::None => false,
            }
        } else {
            snapshot.addresses(name) != Addresses::Unknown
        };
        !(fault.why.is_not_responsible() && told)
    });
    snapshot.unanswered = unanswered;
    let owners = snapshot.unanswered.iter();
    let owners = owners
        .filter(|(name, _)| presentation::is_kms_owner(name) && !options.optional.contains(*name));
    let faults: Vec<&Unanswered> = owners.map(|(_, fault)| fault).collect();
    if options.live.tolerant || faults.is_empty() {
        return Ok(());
    }
    Err(Diagnostics(complaints(&faults, false)))
}
