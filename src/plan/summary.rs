//! Totals of a plan.

use super::finding::Severity;
use super::{Plan, Verb};

/// How much a plan does and what stands against it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records that come.
    pub add: usize,
    /// Records whose values change.
    pub change: usize,
    /// Records that go.
    pub remove: usize,
    /// Records that stay as they are.
    pub keep: usize,
    /// Zones that hold the domains.
    pub zones: usize,
    /// Findings of severity error that nobody has accepted.
    pub errors: usize,
    /// Warnings that nobody has accepted.
    pub warnings: usize,
    /// Notes that nobody has accepted.
    pub notes: usize,
    /// Findings of any severity that were accepted.
    pub accepted: usize,
}

impl Summary {
    /// Whether a record is added, changed or removed.
    pub fn changes_records(&self) -> bool {
        self.add + self.change + self.remove > 0
    }
}

impl Plan {
    /// The plan's totals.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            zones: self.zones.len(),
            ..Summary::default()
        };
        for change in self.domains.iter().flat_map(|domain| &domain.changes) {
            let number = match change.verb {
                Verb::Add => &mut summary.add,
                Verb::Change => &mut summary.change,
                Verb::Remove => &mut summary.remove,
                Verb::Keep => &mut summary.keep,
            };
            *number += 1;
        }
        for finding in &self.findings {
            let number = match (&finding.allowed, finding.severity) {
                (Some(_), _) => &mut summary.accepted,
                (None, Severity::Error) => &mut summary.errors,
                (None, Severity::Warning) => &mut summary.warnings,
                (None, Severity::Note) => &mut summary.notes,
            };
            *number += 1;
        }
        summary
    }
}
