//! Findings: what the reviewer must know.

use super::Place;
pub use crate::codes::{Code, Severity};

/// Something the reviewer must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub code: Code,
    /// How much it matters here.
    pub severity: Severity,
    /// The name or names it speaks of, without final dots.
    pub subject: String,
    /// What is so, and what follows; whole sentences.
    pub message: String,
    /// File and line that it points to.
    pub place: Option<Place>,
    /// What to do.
    pub help: String,
    /// Accepted by `[[allow]]` or `--allow`: the reason given, which may be empty.
    pub allowed: Option<String>,
}

impl Finding {
    /// Whether it forbids carrying the plan out.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error && self.allowed.is_none()
    }
}
