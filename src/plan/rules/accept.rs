//! Accepting findings on purpose.

use super::{Found, topology_line};
use crate::arrange::Arrange as _;
use crate::plan::Options;
use crate::plan::finding::{Code, Finding, Severity};
use crate::presentation;
use crate::snapshot::Snapshot;
use crate::topology::{Allow, Topology};

/// Marks what `[[allow]]` and `--allow` accept, and adds findings about those that have run out, accept
/// nothing, or need a date that was not given.
///
/// Those that accept findings of the last kind come after the others, so that these findings are there.
///
/// `topology` is that of the plan; `None`: there are no `[[allow]]`.
pub(super) fn accept(
    snapshot: &Snapshot,
    topology: Option<&Topology>,
    options: &Options,
    findings: Vec<Finding>,
) -> Vec<Finding> {
    let mut found = Found {
        snapshot,
        findings,
        domains: std::collections::BTreeMap::new(),
    };
    let written = topology.into_iter().flat_map(|topology| &topology.allow);
    let mut allows: Vec<&Allow> = written.chain(&options.allow).collect();
    allows.arrange_by_key(|allow| match allow.finding {
        Code::AllowExpired => 1,
        Code::AllowUnused => 2,
        _ => 0,
    });
    if options.today.is_none() && allows.iter().any(|allow| allow.until.is_some()) {
        found.push(
            Severity::Note,
            Code::DateNotGiven,
            "today",
            "An [[allow]] has an `until`, and without a date it is not judged: it counts as valid.",
            "Give the day with --today YYYY-MM-DD.",
        );
    }
    for allow in allows {
        let line = allow.line.zip(topology);
        let line = line.map(|(line, topology)| topology_line(topology, line));
        if let Some(until) = allow
            .until
            .filter(|until| options.today.is_some_and(|today| today > *until))
        {
            found
                .push(
                    Severity::Warning,
                    Code::AllowExpired,
                    subject(allow),
                    format!("It was accepted until {until} only."),
                    "Deal with the finding, or give a new date.",
                )
                .at(line);
            continue;
        }
        let mut used = false;
        for finding in found
            .findings
            .iter_mut()
            .filter(|finding| accepts(allow, finding))
        {
            used = true;
            finding
                .allowed
                .get_or_insert_with(|| allow.reason.clone().unwrap_or_default());
        }
        if !used {
            found
                .push(
                    Severity::Warning,
                    Code::AllowUnused,
                    subject(allow),
                    if allow.line.is_some() {
                        "Nothing was found that this [[allow]] accepts."
                    } else {
                        "Nothing was found that this --allow accepts."
                    },
                    "Take it out, or correct its finding and subject.",
                )
                .at(line);
        }
    }
    found.findings
}

fn subject(allow: &Allow) -> String {
    allow.subject.as_ref().map_or_else(
        || allow.finding.word().to_owned(),
        |subject| format!("{}:{subject}", allow.finding.word()),
    )
}

/// Whether `allow` speaks of this finding. Subjects that are names compare without case and final dot;
/// one may be copied from a plan, which joins the subjects of which it says the same.
fn accepts(allow: &Allow, finding: &Finding) -> bool {
    if allow.finding != finding.code {
        return false;
    }
    let Some(subject) = &allow.subject else {
        return true;
    };
    let name = |text: &str| presentation::parse_full_name(text).ok();
    let same = |text: &str| {
        text == finding.subject
            || matches!((name(text), name(&finding.subject)), (Some(a), Some(b)) if a == b)
    };
    same(subject) || subject.split(", ").any(same)
}
