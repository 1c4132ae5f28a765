//! The plan as Markdown (`CommonMark` with GitHub's tables and check boxes), for a change ticket.
//!
//! Everything that may come from outside goes through one function for its context: `inline`,
//! `cell`, `code`, `fence`. So a hostile name stays text.

use super::terminal::{visible, visible_bytes};
use super::ticket::{self, Block, Inline, Section, Span};
use super::{simulation, sources, wording};
use crate::arrange::Arrange as _;
use crate::plan::clients::DomainSets;
use crate::plan::{Change, Plan, PlanDomain, Values};
use crate::presentation;

/// The whole ticket, or one part of it for tools that keep the parts in fields of their own.
pub fn markdown(plan: &Plan, section: Option<Section>) -> String {
    let blocks = match section {
        Some(section) => ticket::section(plan, section),
        None => ticket::ticket(plan),
    };
    let texts: Vec<String> = blocks.iter().map(block).collect();
    texts.join("\n")
}

/// What each source was taken for, to stand before the plan.
pub fn markdown_sources(plan: &Plan) -> String {
    let texts: Vec<String> = sources::blocks(plan).iter().map(block).collect();
    texts.join("\n") + "\n"
}

/// A page of blocks.
pub(super) fn page(blocks: &[Block<'_>]) -> String {
    let mut out = String::new();
    for (index, part) in blocks.iter().enumerate() {
        // A list and what is nested in it stand together.
        let is_next = matches!(
            (part, index.checked_sub(1).map(|before| &blocks[before])),
            (Block::Nested(_), _) | (Block::Step(_), Some(Block::Step(_) | Block::Nested(_)))
        );
        if index > 0 && !is_next {
            out.push('\n');
        }
        out.push_str(&block(part));
    }
    out
}

/// One block, with its final line end.
fn block(block: &Block<'_>) -> String {
    match block {
        Block::Heading { level, text } => format!("{} {}\n", "#".repeat(*level), line(text)),
        Block::Paragraph(text) => format!("{}\n", guard(&line(text))),
        Block::Items(items) => items
            .iter()
            .map(|item| format!("- {}\n", guard(&line(item))))
            .collect::<Vec<_>>()
            .concat(),
        Block::Zones(plan) => zones(plan),
        Block::Domain(domain) => self::domain(domain),
        Block::Shares(blocks) => page(blocks),
        Block::Table { head, rows } => table_of(head, rows),
        Block::Step(text) => format!("- [ ] {}\n", line(text)),
        Block::Nested(items) => items
            .iter()
            .map(|item| format!("  - {}\n", guard(&line(item))))
            .collect::<Vec<_>>()
            .concat(),
        Block::Code { language, text } => fence(language, text),
        Block::Signature => "Who: ____ When: ____ Result: ____\n".to_owned(),
    }
}

fn line(text: &Inline) -> String {
    text.0.iter().fold(String::new(), |mut out, span| {
        let span = match span {
            Span::Text(text) => inline(text),
            Span::Strong(text) => format!("**{}**", inline(text.trim())),
            Span::Code(text) => code(text),
        };
        // Two spans of code beside each other would be one.
        if out.ends_with('`') && span.starts_with('`') {
            out.push(' ');
        }
        out + &span
    })
}

/// Text in a line: nothing in it acts as markup. A word with an `@` stands as code: readers make a link of a mail
/// address and call on people who are named, whatever is escaped.
fn inline(text: &str) -> String {
    let parts = |c: char| c.is_whitespace() || c == '|';
    let mut out = String::with_capacity(text.len());
    for piece in visible(text).split_inclusive(parts) {
        let word = piece.trim_end_matches(parts);
        if word.contains('@') {
            out.push_str(&code(word));
        } else {
            escape(&mut out, word);
        }
        escape(&mut out, &piece[word.len()..]);
    }
    out
}

fn escape(out: &mut String, text: &str) {
    for (index, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '[' | ']' | '~' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // Between letters `_` is no markup, and names stay readable.
            '_' if is_inside_word(text, index) => out.push(c),
            '_' => out.push_str("\\_"),
            // `://` would make a link of what follows and precedes, `www.` of what follows.
            ':' if text[index..].starts_with("://") => out.push_str("&#58;"),
            '.' if text[..index].to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            _ => out.push(c),
        }
    }
}

fn is_inside_word(text: &str, index: usize) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    word(text[..index].chars().next_back()) && word(text[index + 1..].chars().next())
}

/// The start of a paragraph or a list item, so that it does not begin another block.
fn guard(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let at = if line.starts_with(['-', '+', '>', '=', ':']) {
        0
    } else if digits > 0 && line[digits..].starts_with(['.', ')']) {
        digits
    } else {
        return line.to_owned();
    };
    format!("{}\\{}", &line[..at], &line[at..])
}

/// A code span: its backticks are more than any run inside.
fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return inline(&text);
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let is_edged = |edge: char| text.starts_with(edge) || text.ends_with(edge);
    let pad = if is_edged('`') || is_edged(' ') {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Text in a table cell. A code span cannot hold `|` there, so such text stands plain.
fn cell(span: &Span) -> String {
    match span {
        Span::Code(text) if !text.contains('|') => code(text),
        Span::Text(text) | Span::Strong(text) | Span::Code(text) => inline(text),
    }
}

/// Text as it is, in a fence that is longer than any run of backticks inside. Control characters are
/// escaped: they act neither on a page nor on a terminal.
fn fence(language: &str, text: &str) -> String {
    let ticks = "`".repeat((longest_run(text) + 1).max(3));
    let mut out = format!("{ticks}{language}\n");
    for line in text.lines() {
        out.push_str(&visible_bytes(line.as_bytes()));
        out.push('\n');
    }
    out.push_str(&ticks);
    out.push('\n');
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A table: names of columns, which are plain words, and rows of cells.
pub(super) fn table(head: &[&str], rows: &[Vec<Span>]) -> String {
    let head: Vec<Span> = head.iter().map(|name| plain(*name)).collect();
    table_of(&head, rows)
}

/// A table: names of columns and rows of cells.
fn table_of(head: &[Span], rows: &[Vec<Span>]) -> String {
    let line = |cells: &[Span]| {
        let cells: Vec<String> = cells.iter().map(cell).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut lines = vec![line(head), format!("|{}\n", " --- |".repeat(head.len()))];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.concat()
}

fn plain(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

fn copied(text: impl Into<String>) -> Span {
    Span::Code(text.into())
}

fn zones(plan: &Plan) -> String {
    if plan.zones.is_empty() {
        return "No zone of these domains was read.\n".to_owned();
    }
    let rows: Vec<Vec<Span>> = plan
        .zones
        .iter()
        .map(|zone| {
            vec![
                copied(presentation::plain(&zone.spelling)),
                copied(zone.source.as_str()),
                plain(zone.format.title()),
                plain(
                    zone.serial
                        .map_or_else(|| "not known".to_owned(), |serial| serial.to_string()),
                ),
                plain(wording::kind(zone)),
                plain(wording::changed_by(zone)),
                zone.zone
                    .server
                    .as_ref()
                    .map_or_else(|| plain("not known"), |server| copied(server.as_str())),
            ]
        })
        .collect();
    table(
        &[
            "Zone",
            "Source",
            "Format",
            "Serial",
            "Kept as",
            "Changed by",
            "Server",
        ],
        &rows,
    )
}

/// A domain: its changes as a table, and its record set before and after.
fn domain(domain: &PlanDomain) -> String {
    let mut parts = vec![format!(
        "## Domain {}\n",
        code(&presentation::plain(&domain.name))
    )];
    if wording::is_unknown(domain) {
        parts.push("The current state is not known: no source tells which records stand here now. Read its zone and plan again.\n".to_owned());
    } else if let Some(first) = wording::live(domain).get(1..) {
        parts.push(format!("L{first}.\n"));
    }
    if domain.changes.is_empty() {
        return parts.join("\n");
    }
    if wording::changes_records(domain) {
        let planned = DomainSets::of(domain).after;
        let shares = simulation::sets::shares(planned.as_ref(), domain, |change| change.after);
        let rows: Vec<Vec<Span>> = domain
            .changes
            .iter()
            .zip(shares)
            .map(|(change, share)| row(change, share))
            .collect();
        parts.push(table(
            &[
                "",
                "Host",
                "Priority",
                "Weight",
                "TTL",
                "Age",
                "New clients",
                "Why",
            ],
            &rows,
        ));
        if !wording::is_unknown(domain) {
            parts.push("Before:\n".to_owned());
            parts.push(set(domain, |change| change.before));
        }
        parts.push("After:\n".to_owned());
    } else {
        parts.push("Nothing changes:\n".to_owned());
    }
    parts.push(set(domain, |change| change.after));
    parts.join("\n")
}

fn row(change: &Change, share: Option<String>) -> Vec<Span> {
    let sides = |text: fn(&Values) -> String| {
        let before = change.before.as_ref().map(text);
        let after = change.after.as_ref().map(text);
        plain(match (before, after) {
            (Some(before), Some(after)) if before != after => format!("{before} -> {after}"),
            (_, Some(value)) | (Some(value), None) => value,
            (None, None) => String::new(),
        })
    };
    let (ttl, age) = if wording::is_left_to_host(change) {
        (plain("set by the host"), plain("set by the host"))
    } else {
        (sides(wording::known_ttl), sides(wording::known_age))
    };
    vec![
        plain(change.verb.word()),
        copied(wording::endpoint(change)),
        sides(|values| values.priority.to_string()),
        sides(|values| values.weight.to_string()),
        ttl,
        age,
        plain(share.unwrap_or_else(|| "-".to_owned())),
        plain(change.why.sentence(change.verb)),
    ]
}

/// A record set in presentation format: the records that have that side.
fn set(domain: &PlanDomain, side: fn(&Change) -> Option<Values>) -> String {
    let mut records: Vec<(&Change, Values)> = domain
        .changes
        .iter()
        .filter_map(|change| side(change).map(|values| (change, values)))
        .collect();
    records.arrange_by_key(|(change, values)| {
        (
            values.priority,
            std::cmp::Reverse(values.weight),
            presentation::lower(&change.target),
            change.port,
        )
    });
    let owner = presentation::absolute(&domain.owner);
    let lines: Vec<String> = records
        .iter()
        .map(|(change, values)| {
            let ttl = values.ttl.map_or_else(String::new, |ttl| format!("{ttl} "));
            let aged = if values.aged == Some(true) {
                " ; aged"
            } else {
                ""
            };
            format!(
                "{owner} {ttl}IN SRV {} {} {} {}{aged}\n",
                values.priority,
                values.weight,
                change.port,
                presentation::absolute(&change.target)
            )
        })
        .collect();
    let text = if lines.is_empty() {
        "; no records\n".to_owned()
    } else {
        lines.concat()
    };
    fence("text", &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_spans_outgrow_their_content() {
        assert_eq!(fence("sh", "a ``` b\n"), "````sh\na ``` b\n````\n");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn text_is_escaped_where_it_would_act() {
        assert_eq!(
            inline("<b>*x*_y_ a_b|&"),
            "&lt;b>\\*x\\*\\_y\\_ a_b&#124;&amp;"
        );
        assert_eq!(inline("http://x\n"), "http&#58;//x\\\\n");
        assert_eq!(inline("see www.x.example"), "see www\\.x.example");
        assert_eq!(
            inline("a@b.example|@team x"),
            "`a@b.example`&#124;`@team` x"
        );
        let beside = Inline(vec![
            Span::Text("a@b".to_owned()),
            Span::Code("c".to_owned()),
        ]);
        assert_eq!(line(&beside), "`a@b` `c`");
        assert_eq!(guard("1. x"), "1\\. x");
        assert_eq!(guard("- x"), "\\- x");
    }
}
