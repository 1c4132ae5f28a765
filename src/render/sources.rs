//! What each source was taken for, and why: `plan --explain-sources`.

use std::fmt::Write as _;

use super::terminal::visible;
use super::ticket::{Block, Inline};
use crate::plan::{Plan, PlanSource};
use crate::presentation;
use crate::snapshot::ApexFrom;

/// As plain text, to stand before the plan.
pub fn text(plan: &Plan) -> String {
    let mut out = String::from("Sources\n");
    for source in &plan.sources {
        let _ = writeln!(
            out,
            "  {}\n    taken for {} ({}): {}",
            visible(&source.path),
            source.format.title(),
            source.format.word(),
            visible(&source.why)
        );
        for line in zones(source) {
            let _ = writeln!(out, "    {}", visible(&line));
        }
    }
    out.push('\n');
    out
}

/// As blocks of a ticket, to stand before the plan.
pub(super) fn blocks(plan: &Plan) -> Vec<Block<'_>> {
    let items = plan.sources.iter().map(|source| {
        let line = Inline::default()
            .code(source.path.as_str())
            .and(format!(": taken for {} (", source.format.title()))
            .code(source.format.word())
            .and("): ");
        // What the reason quotes stands between backticks.
        let parts = source.why.split('`').enumerate();
        let line = parts.fold(line, |line, (index, part)| match index % 2 {
            0 => line.and(part),
            _ => line.code(part),
        });
        line.and(format!("; {}.", zones(source).join("; ")))
    });
    vec![
        Block::Heading {
            level: 1,
            text: Inline::text("Sources"),
        },
        Block::Items(items.collect()),
    ]
}

/// The zones of a source, a sentence each.
fn zones(source: &PlanSource) -> Vec<String> {
    source
        .zones
        .iter()
        .map(|(apex, from)| {
            let how = match from {
                ApexFrom::Source => "named by the source",
                ApexFrom::Given => "named by --zone, the topology or another source",
                ApexFrom::Assumed => "assumed: nothing names the zone",
            };
            format!("zone {}, {how}", presentation::plain(apex))
        })
        .collect()
}
