//! The unified diffs of the zone files.

use super::terminal::{Ink, Paint, visible, visible_bytes};
use crate::plan::Plan;

/// What is said of a diff that no tool can apply.
pub const NOT_APPLICABLE: &str =
    "to read only: patch -p1 cannot apply it (the file is UTF-16, or came from standard input)";

/// Where a diff is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sink {
    /// A file or a pipe: the octets as they are, so that `patch -p1` can apply them.
    File,
    /// A terminal: what would act on it is escaped.
    Terminal {
        /// Whether additions and removals are coloured.
        colour: bool,
    },
}

/// All diffs of the plan, one after another; nothing where no zone file changes. One that cannot be applied
/// has a line before it that says so.
pub fn diff(plan: &Plan, sink: Sink) -> Vec<u8> {
    let mut all = Vec::new();
    for diff in &plan.diffs {
        if !diff.applies {
            let line = format!("# {}: {NOT_APPLICABLE}\n", visible(&diff.path));
            all.extend(line.into_bytes());
        }
        all.extend(&diff.unified);
    }
    match sink {
        Sink::File => all,
        Sink::Terminal { colour } => {
            let paint = Paint { colour };
            let mut out = String::new();
            for line in all.split_inclusive(|octet| *octet == b'\n') {
                let (text, end) = match line.split_last() {
                    Some((b'\n', text)) => (text, "\n"),
                    _ => (line, ""),
                };
                let shown = visible_bytes(text);
                match ink(text) {
                    Some(ink) => out.push_str(&paint.ink(ink, &shown)),
                    None => out.push_str(&shown),
                }
                out.push_str(end);
            }
            out.into_bytes()
        }
    }
}

/// The colour of a line of a unified diff.
fn ink(line: &[u8]) -> Option<Ink> {
    if line.starts_with(b"--- ") || line.starts_with(b"+++ ") {
        return Some(Ink::Bold);
    }
    match line.first() {
        Some(b'+') => Some(Ink::Green),
        Some(b'-') => Some(Ink::Red),
        Some(b'@') => Some(Ink::Cyan),
        _ => None,
    }
}
