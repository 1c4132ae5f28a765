//! An audit as Markdown, for a ticket.

use super::sets::groups;
use super::wording;
use crate::audit::Audit;
use crate::presentation;
use crate::render::markdown::{page, table};
use crate::render::ticket::{Block, Inline, Span};
use crate::render::wording::count;

/// The audit as Markdown.
pub fn markdown(audit: &Audit) -> String {
    let mut out = page(&head(audit));
    for part in [
        problems(audit),
        hosts(audit),
        domains(audit),
        unlisted(audit),
    ] {
        if !part.is_empty() {
            out.push('\n');
            out.push_str(&part);
        }
    }
    out
}

fn heading<'a>(level: usize, text: impl Into<String>) -> Block<'a> {
    Block::Heading {
        level,
        text: Inline::text(text),
    }
}

fn head<'a>(audit: &Audit) -> Vec<Block<'a>> {
    let mut read = Vec::new();
    if let Some(topology) = &audit.topology {
        read.push(Inline::text("Topology: ").code(topology.path.as_str()));
    }
    read.extend(audit.sources.iter().map(|source| {
        Inline::text("Read: ")
            .code(source.path.as_str())
            .and(format!(", {}", source.format.title()))
    }));
    let mut blocks = vec![
        heading(1, format!("KMS audit: {}", wording::totals(audit))),
        Block::Items(read),
    ];
    let summary = wording::summary(audit);
    blocks.push(Block::Paragraph(Inline::text(summary.join(" "))));
    blocks
}

fn problems(audit: &Audit) -> String {
    let mut blocks = vec![heading(2, "Problems")];
    let problems = audit.problems();
    if problems.is_empty() {
        blocks.push(Block::Paragraph(Inline::text("None.")));
    }
    for problem in problems {
        blocks.push(heading(3, wording::title(problem.kind)));
        let meaning = wording::meaning(problem.kind, audit);
        if !meaning.is_empty() {
            blocks.push(Block::Paragraph(Inline::text(meaning)));
        }
        let items: Vec<Inline> = problem
            .entries
            .iter()
            .filter_map(|entry| {
                let mut said = wording::entry(entry)?;
                for (label, more) in [("for example", &entry.example), ("help", &entry.help)] {
                    if !more.is_empty() {
                        said = format!("{said}; {label}: {more}");
                    }
                }
                Some(Inline::text(said))
            })
            .collect();
        if !items.is_empty() {
            blocks.push(Block::Items(items));
        }
    }
    page(&blocks)
}

fn hosts(audit: &Audit) -> String {
    if audit.hosts.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<Span>> = audit
        .hosts
        .iter()
        .map(|host| {
            vec![
                Span::Code(presentation::plain(&host.name)),
                Span::Text(wording::host(host).join(", ")),
            ]
        })
        .collect();
    let heading = page(&[heading(2, "KMS hosts")]);
    format!("{heading}\n{}", table(&["Host", "What is known"], &rows))
}

fn domains(audit: &Audit) -> String {
    let mut out = page(&[heading(2, "Domains")]);
    for group in groups(audit) {
        let names: Vec<String> = group
            .domains
            .iter()
            .map(|domain| presentation::plain(&domain.name))
            .collect();
        let mut text = match names.as_slice() {
            [name] => Inline::strong(name.as_str()),
            names => {
                Inline::strong(count(names.len(), "domain")).and(format!(": {}", names.join(", ")))
            }
        };
        if !group.note.is_empty() {
            text = text.and(format!(" ({})", group.note));
        }
        out.push('\n');
        out.push_str(&page(&[Block::Paragraph(text)]));
        if group.lines.is_empty() {
            continue;
        }
        let rows: Vec<Vec<Span>> = group
            .lines
            .iter()
            .map(|line| {
                vec![
                    Span::Code(line.endpoint.clone()),
                    Span::Text(line.values.join(", ")),
                    Span::Text(line.outcome.clone()),
                ]
            })
            .collect();
        out.push('\n');
        out.push_str(&table(&["Host and port", "Record", "Note"], &rows));
    }
    out
}

fn unlisted(audit: &Audit) -> String {
    let items: Vec<Inline> = wording::unlisted(audit)
        .map(|(host, domains)| Inline::strong(host).and(format!(": {domains}")))
        .collect();
    if items.is_empty() {
        return String::new();
    }
    page(&[heading(2, wording::UNLISTED), Block::Items(items)])
}
