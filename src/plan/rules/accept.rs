//! Accepting findings on purpose.

use super::{Facts, Found, topology_line};
use crate::plan::finding::{Code, Finding, Severity};
use crate::presentation;
use crate::topology::Allow;

/// Marks what `[[allow]]` and `--allow` accept, and adds findings about those that have run out, accept
/// nothing, or need a date that was not given.
pub(super) fn accept(facts: &Facts<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut about = Found {
        snapshot: facts.snapshot,
        findings: Vec::new(),
        domains: std::collections::BTreeMap::new(),
    };
    let mut undated = false;
    for allow in facts.topology.allow.iter().chain(&facts.options.allow) {
        let line = allow.line.map(|line| topology_line(facts.topology, line));
        if let Some(until) = allow.until {
            match facts.options.today {
                Some(today) if today > until => {
                    let message = format!("It was accepted until {until} only.");
                    about
                        .push(
                            Severity::Warning,
                            Code::AllowExpired,
                            subject(allow),
                            message,
                            "Deal with the finding, or give a new date.",
                        )
                        .at(line);
                    continue;
                }
                Some(_) => {}
                None => undated = true,
            }
        }
        let mut used = false;
        for finding in findings
            .iter_mut()
            .filter(|finding| accepts(allow, finding))
        {
            used = true;
            finding
                .allowed
                .get_or_insert_with(|| allow.reason.clone().unwrap_or_default());
        }
        if !used {
            about
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
    findings.append(&mut about.findings);
    if undated {
        findings.push(Finding {
            code: Code::DateNotGiven,
            severity: Severity::Note,
            subject: "today".to_owned(),
            message: "An [[allow]] has an `until`, and without a date it is not judged: it counts as valid.".to_owned(),
            place: None,
            help: "Give the day with --today YYYY-MM-DD.".to_owned(),
            allowed: None,
        });
    }
    findings
}

fn subject(allow: &Allow) -> String {
    allow.subject.as_ref().map_or_else(
        || allow.finding.word().to_owned(),
        |subject| format!("{}:{subject}", allow.finding.word()),
    )
}

/// Whether `allow` speaks of this finding. Subjects that are names compare without case and final dot.
fn accepts(allow: &Allow, finding: &Finding) -> bool {
    if allow.finding != finding.code {
        return false;
    }
    let Some(subject) = &allow.subject else {
        return true;
    };
    if *subject == finding.subject {
        return true;
    }
    let name = |text: &str| presentation::parse_full_name(text).ok();
    matches!((name(subject), name(&finding.subject)), (Some(a), Some(b)) if a == b)
}
