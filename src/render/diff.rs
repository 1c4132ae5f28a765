//! The unified diffs of the zone files.

use super::terminal::{Ink, Paint, visible_bytes};
use crate::plan::Plan;

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

/// All diffs of the plan, one after another; nothing where no zone file changes.
pub fn diff(plan: &Plan, sink: Sink) -> Vec<u8> {
    let all = plan.diffs.iter().flat_map(|diff| &diff.unified).copied();
    match sink {
        Sink::File => all.collect(),
        Sink::Terminal { colour } => {
            let all: Vec<u8> = all.collect();
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
