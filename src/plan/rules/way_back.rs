//! Rules about the way back from a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, accept, in_order};
use crate::plan::edit::{Edited, is_date_serial};
use crate::plan::finding::{Code, Finding, Severity};
use crate::plan::management::is_windows;
use crate::plan::records::Domain;
use crate::plan::rollback::sight::{Hidden, Kind, Meanwhile, Unseen};
use crate::plan::{Live, Options, Plan, Verb};
use crate::snapshot::Snapshot;
use crate::topology::Apply;
use crate::{Name, presentation};

/// What the rules look at.
pub(in crate::plan) struct Facts<'a> {
    /// The plan that is taken back.
    pub(in crate::plan) saved: &'a Plan,
    /// The state of today.
    pub(in crate::plan) snapshot: &'a Snapshot,
    /// Domains whose records are known, with their live hosts.
    pub(in crate::plan) domains: &'a [(Domain<'a>, Live)],
    /// Domains whose records are not known.
    pub(in crate::plan) hidden: &'a [Unseen<'a>],
    /// What is not as the saved plan knows it.
    pub(in crate::plan) meanwhile: &'a [Meanwhile],
    /// The edits of zone files.
    pub(in crate::plan) edited: &'a Edited,
    /// The date, and what was accepted.
    pub(in crate::plan) options: &'a Options,
}

/// All findings, errors first, in a fixed order.
pub(in crate::plan) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Found {
        snapshot: facts.snapshot,
        findings: Vec::new(),
        domains: BTreeMap::new(),
    };
    hidden(facts, &mut found);
    meanwhile(facts, &mut found);
    live(facts, &mut found);
    zones(facts, &mut found);
    let findings = found.across_domains();
    in_order(accept::accept(
        facts.snapshot,
        None,
        facts.options,
        findings,
    ))
}

fn hidden(facts: &Facts<'_>, found: &mut Found<'_>) {
    for Unseen { domain, holder } in facts.hidden {
        let plain = presentation::plain;
        let (code, why) = match holder {
            Hidden::NotTold => (
                Code::ZoneNotFound,
                format!("No source tells the records of {}", plain(&domain.owner)),
            ),
            Hidden::OtherZone(zone) => (
                Code::ZoneNotFound,
                format!(
                    "The sources hold {} in the zone {}, which is not the plan's",
                    plain(&domain.owner),
                    plain(&zone.name)
                ),
            ),
            Hidden::Delegated(cut) => (
                Code::DelegatedAway,
                format!("{} is delegated, and that zone was not read", plain(cut)),
            ),
            Hidden::Alias(at) => (
                Code::AliasAtOwner,
                format!("An alias stands at {}", plain(at)),
            ),
        };
        found.about(
            code,
            &domain.name,
            format!("{why}, so nothing is planned for the domain: its records stay as they are."),
            "Give the data of the zone that holds the records as a further source.",
        );
    }
}

fn meanwhile(facts: &Facts<'_>, found: &mut Found<'_>) {
    for Meanwhile {
        domain,
        target,
        kind,
    } in facts.meanwhile
    {
        let plain = presentation::plain(domain);
        match kind {
            Kind::Unknown(record) => found.about(
                Code::ChangedMeanwhile,
                target,
                format!("{plain} holds `{record}`, which the plan does not know: it stays."),
                "Ask who has added it. Remove it by hand if it is to go.",
            ),
            Kind::OtherValues(record) => found.about(
                Code::ChangedMeanwhile,
                target,
                format!(
                    "`{record}` of {plain} is neither as the plan found it nor as it wants it: it is taken back to what the plan found."
                ),
                "Ask who has changed it and why, before the way back is carried out.",
            ),
            Kind::Gone(record) => found.about(
                Code::ChangedMeanwhile,
                target,
                format!("`{record}` of {plain} is gone, and the plan does not remove it: it is added again."),
                "Ask who has removed it and why, before the way back is carried out.",
            ),
            Kind::NotRestored(what) => found.in_domain(
                Code::NotRestored,
                target,
                domain,
                format!("{{domains}}: {what}"),
                "Set it by hand where it matters.",
            ),
        };
    }
}

/// The way back must not leave a domain with fewer live hosts than it had before the plan.
fn live(facts: &Facts<'_>, found: &mut Found<'_>) {
    for (domain, live) in facts.domains {
        let saved = facts.saved.domains.iter();
        let wanted = saved
            .filter(|saved| saved.name == domain.name)
            .map(|saved| saved.live.before)
            .next()
            .unwrap_or_default();
        let hosts = |number: usize| {
            if number == 1 {
                "1 host is".to_owned()
            } else {
                format!("{number} hosts are")
            }
        };
        let message = if live.after < wanted {
            format!(
                "{} live at the end; before the plan {} live.",
                hosts(live.after),
                hosts(wanted)
            )
        } else if live.minimum < wanted && live.minimum < live.before {
            format!(
                "{} live in some state on the way; before the plan {} live, and now {}.",
                hosts(live.minimum),
                hosts(wanted),
                hosts(live.before)
            )
        } else {
            continue;
        };
        found.about(
            Code::BelowMinLiveHosts,
            &domain.name,
            message,
            "See that each host of before still has its address and answers, or plan anew with a topology that says what is wanted.",
        );
    }
}

fn zones(facts: &Facts<'_>, found: &mut Found<'_>) {
    let mut zones: BTreeMap<&Name, Vec<&Domain<'_>>> = BTreeMap::new();
    for (domain, _) in facts.domains {
        zones.entry(&domain.zone.name).or_default().push(domain);
    }
    for domains in zones.values() {
        let (zone, management) = (domains[0].zone, &domains[0].management.zone);
        let entries = || domains.iter().flat_map(|domain| &domain.entries);
        let makes_static = entries().any(|entry| {
            matches!(entry.verb, Verb::Add | Verb::Change)
                && entry
                    .after
                    .as_ref()
                    .is_some_and(|after| after.aged == Some(false))
        });
        if makes_static && is_windows(management.kind) && management.apply == Apply::Nsupdate {
            found.about(
                Code::DynamicApplyIsAged,
                &zone.name,
                "Windows DNS gives every record that comes by dynamic update a timestamp, so nsupdate cannot bring the static records of before back.",
                "Plan again with apply = \"powershell\" under [[zone]], and take that plan back.",
            );
        }
        let changes = entries().any(|entry| entry.verb != Verb::Keep);
        if changes && management.apply == Apply::Patch && zone.end.is_none() {
            found.about(
                Code::DiffNotPossible,
                &zone.name,
                format!(
                    "{} is no zone file, so no diff is printed for this zone: the steps list the edits to make by hand.",
                    zone.source
                ),
                "Make the edits in the system that keeps the zone, or give the zone's own file as the source.",
            );
        }
    }
    let patched: BTreeSet<&Name> = zones
        .values()
        .filter(|domains| domains[0].management.zone.apply == Apply::Patch)
        .map(|domains| &domains[0].zone.name)
        .collect();
    for refused in &facts.edited.refused {
        let severity = if patched.contains(&refused.zone) {
            Severity::Error
        } else {
            Code::DiffNotPossible.severity()
        };
        let place = found.place(refused.site);
        found
            .push(
                severity,
                Code::DiffNotPossible,
                presentation::plain(&refused.zone),
                format!("{} No diff is printed for this zone.", refused.why),
                "Change the file by hand.",
            )
            .at(place);
    }
    for diff in facts.edited.diffs.iter().filter(|diff| !diff.applies) {
        let files = &facts.snapshot.files;
        let zone = zones.values().map(|domains| domains[0]).find(|domain| {
            let file = domain.zone.end.as_ref().map(|end| &files[end.file.0]);
            file.is_some_and(|file| file.path == diff.path)
        });
        if let Some(domain) = zone.filter(|domain| patched.contains(&domain.zone.name)) {
            found.push(
                Severity::Error,
                Code::DiffNotPossible,
                presentation::plain(&domain.zone.name),
                format!(
                    "The diff of {} is to be read, patch cannot apply it: the file is UTF-16, or came from standard input.",
                    diff.path
                ),
                "Save the file as UTF-8, name it as a source and plan again.",
            );
        }
    }
    for (apex, _) in &facts.edited.serials {
        let soa = zones
            .get(apex)
            .and_then(|domains| domains[0].zone.soa.as_ref());
        let Some(soa) = soa.filter(|soa| is_date_serial(soa.serial)) else {
            continue;
        };
        if facts.options.today.is_none() {
            found.date_not_given(apex, soa);
        }
    }
}
