//! The bundle's `README.md`: the order, who does what, how long to wait.

use super::{Entry, StepFiles};
use crate::plan::Plan;

/// The text.
pub(super) fn readme(plan: &Plan, steps: &[StepFiles], _entries: &[Entry]) -> String {
    let mut out = format!("# Change bundle of kmsplan's plan {}\n", plan.id);
    for step in steps {
        out.push_str(&format!(
            "{} {:?} {:?} {:?} {:?}\n",
            step.number, step.apply, step.verify, step.rollback, step.by_hand
        ));
    }
    out
}
