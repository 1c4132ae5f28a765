//! A verification as Markdown, for the closing comment of a change ticket.

use super::wording;
use crate::presentation;
use crate::render::markdown::{page, table};
use crate::render::ticket::{Block, Inline, Span};
use crate::verification::{Difference, Domain, Server, State, Verification};

/// The verification, verdict first.
pub fn markdown(verification: &Verification<'_>) -> String {
    let mut parts = vec![head(verification)];
    if !verification.servers.is_empty() {
        parts.push(servers(verification));
    }
    for server in &verification.servers {
        parts.extend(wording::others(server).map(|domain| differences(server, domain)));
    }
    let unanswered = verification.servers.iter().flat_map(no_answers);
    parts.extend(items("Without an answer", unanswered));
    parts.extend(items(
        "Not verified",
        verification.unverified.iter().map(|one| {
            Inline::default()
                .code(presentation::plain(&one.name))
                .and(format!(": {}", one.why))
        }),
    ));
    parts.extend(items(
        "Not asked",
        verification
            .passed_over
            .iter()
            .map(|who| Inline::text(wording::passed_over(who))),
    ));
    parts.extend(items(
        "Removed hosts",
        verification.removed.iter().map(|host| {
            Inline::default()
                .code(presentation::plain(&host.host))
                .and(format!(
                    ": {}",
                    wording::removed(verification, host).join("; ")
                ))
        }),
    ));
    parts.extend(items(
        "Caches",
        wording::caches(verification).into_iter().map(Inline::text),
    ));
    let hosts = verification.publishing.hosts.iter();
    let hosts = hosts.filter(|_| verification.publishing.checked);
    let hosts = hosts.map(|host| {
        Inline::default()
            .code(presentation::plain(&host.host))
            .and(format!(": {}", wording::publishes(host)))
    });
    let publishing = wording::publishing(verification).map(|text| sentence(&text));
    parts.extend(items("Publishing", publishing.into_iter().chain(hosts)));
    parts.extend(items(
        "Not told",
        wording::ages(verification).into_iter().map(Inline::text),
    ));
    parts.join("\n")
}

fn head(verification: &Verification<'_>) -> String {
    let verdict = wording::verdict(verification);
    let (first, rest) = verdict.split_at(verdict.find([':', '.']).unwrap_or(verdict.len()));
    let mut blocks = vec![
        heading(1, Inline::text(wording::subject(verification))),
        Block::Paragraph(Inline::strong(first).and(rest)),
    ];
    blocks.extend(
        wording::blocked(verification)
            .into_iter()
            .chain(wording::interrupted(verification))
            .map(Inline::text)
            .map(Block::Paragraph),
    );
    page(&blocks)
}

fn heading(level: usize, text: Inline) -> Block<'static> {
    Block::Heading { level, text }
}

/// A list under a heading; nothing where it is empty.
fn items(title: &str, items: impl IntoIterator<Item = Inline>) -> Option<String> {
    let items: Vec<Inline> = items.into_iter().collect();
    (!items.is_empty()).then(|| page(&[heading(2, Inline::text(title)), Block::Items(items)]))
}

/// Every server with its states, and the domains in each.
fn servers(verification: &Verification<'_>) -> String {
    let mut rows = Vec::new();
    for server in &verification.servers {
        let who = Span::Code(server.who.to_string());
        let mut row = |what: &str, value: String| {
            rows.push(vec![
                who.clone(),
                Span::Text(what.to_owned()),
                Span::Text(value),
            ]);
        };
        let planned = wording::in_state(server, &State::AsPlanned);
        if !planned.is_empty() {
            row("as planned", wording::some_names(&planned));
        }
        let old = wording::in_state(server, &State::StillOld);
        if !old.is_empty() {
            row("still the old set", wording::names(old));
        }
        for domain in wording::others(server) {
            row(
                wording::state(&domain.state),
                presentation::plain(&domain.name),
            );
        }
        for group in wording::unanswered(server) {
            row("no usable answer", wording::some_names(&group.domains));
        }
        let serials = wording::serials(server);
        if !serials.is_empty() {
            row("serial", serials);
        }
        if let Some(not_told) = wording::ttls_not_told(server) {
            row("note", not_told);
        }
    }
    table(&["Server", "Result", "Domains"], &rows)
}

/// A record set that is something else.
fn differences(server: &Server, domain: &Domain) -> String {
    let title = Inline::default()
        .code(presentation::plain(&domain.name))
        .and(" on ")
        .code(server.who.to_string())
        .and(format!(": {}", wording::state(&domain.state)));
    let mut blocks = vec![heading(2, title)];
    blocks.extend(
        wording::alias(domain)
            .map(Inline::text)
            .map(Block::Paragraph),
    );
    let mut text = page(&blocks);
    if !domain.differences.is_empty() {
        let rows: Vec<Vec<Span>> = domain.differences.iter().map(row).collect();
        text.push('\n');
        text.push_str(&table(&["Record", "Seen", "Planned", "Meaning"], &rows));
    }
    text
}

fn row(difference: &Difference) -> Vec<Span> {
    let values = |values: Option<&crate::plan::Values>| {
        Span::Text(values.map_or_else(|| "-".to_owned(), wording::values))
    };
    vec![
        Span::Code(wording::endpoint(difference)),
        values(difference.found.as_ref()),
        values(difference.planned.as_ref()),
        Span::Text(wording::outcome(difference).to_owned()),
    ]
}

fn no_answers(server: &Server) -> Vec<Inline> {
    let groups = wording::unanswered(server).into_iter();
    groups
        .map(|group| {
            let message = group.message();
            let line = Inline::default().code(server.who.to_string()).and(format!(
                ", {}: {message}",
                wording::some_names(&group.domains)
            ));
            if group.help.is_empty() {
                line
            } else {
                line.and(format!(". Help: {}", group.help))
            }
        })
        .collect()
}

/// A sentence of ours with what is to be copied between backticks; names in it have none, they are escaped.
fn sentence(text: &str) -> Inline {
    let mut line = Inline::default();
    for (index, part) in text.split('`').enumerate() {
        line = if index % 2 == 0 {
            line.and(part)
        } else {
            line.code(part)
        };
    }
    line
}
