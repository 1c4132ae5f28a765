//! A simulation as Markdown (`CommonMark` with GitHub's tables), for a ticket.

use super::counts::{self, Counts};
use super::sets::{self, Failover, NONE, States};
use super::ticket::{capital, count_table, plain};
use super::wording::{self, Names};
use super::{MAX_GROUPS, Report};
use crate::plan::clients::{Movement, Served};
use crate::presentation;
use crate::render::markdown::page;
use crate::render::ticket::{Block, Inline, Span};

/// The most columns of hosts; with more of them each has a row.
const MAX_COLUMNS: usize = 8;

/// The simulation as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut blocks = vec![heading(1, Inline::text("KMS simulation"))];
    head(report, &mut blocks);
    for served in &report.simulation.served {
        set(report, served, &mut blocks);
    }
    clients(report, &mut blocks);
    counts(report, &mut blocks);
    blocks.push(heading(2, Inline::text("Ports that clients must reach")));
    let ports = report.ports();
    if ports.is_empty() {
        blocks.push(paragraph("None: no record is planned."));
    } else {
        blocks.push(Block::Table {
            head: plain(["Host", "TCP port"]),
            rows: ports
                .into_iter()
                .map(|(host, port)| vec![name(&host), Span::Text(port.to_string())])
                .collect(),
        });
    }
    blocks.push(paragraph(wording::REACH));
    blocks.push(heading(2, Inline::text("A KMS host key")));
    blocks.push(paragraph(report.key_limit()));
    blocks.push(heading(2, Inline::text("What this rests on")));
    blocks.push(Block::Items(
        wording::ASSUMPTIONS.map(Inline::text).to_vec(),
    ));
    page(&blocks)
}

fn heading(level: usize, text: Inline) -> Block<'static> {
    Block::Heading { level, text }
}

fn paragraph(text: impl Into<String>) -> Block<'static> {
    Block::Paragraph(Inline::text(text))
}

fn name(host: &crate::Name) -> Span {
    Span::Code(presentation::plain(host))
}

fn head(report: &Report, blocks: &mut Vec<Block<'static>>) {
    let mut items = vec![
        Inline::strong("Made of:").and(format!(" {}.", report.totals())),
        Inline::strong("Topology:")
            .and(" ")
            .code(report.topology.as_str())
            .and(", SHA-256 ")
            .code(report.sha256.as_str()),
    ];
    if report.sources.is_empty() {
        items.push(
            Inline::strong("Read:").and(" nothing: the records are those of the topology alone."),
        );
    }
    items.extend(report.sources.iter().map(|(path, format)| {
        Inline::strong("Read:")
            .and(" ")
            .code(path.as_str())
            .and(format!(" ({format})"))
    }));
    if !report.down.is_empty() {
        let mut item = Inline::strong("Down:");
        for host in &report.down {
            item = item.and(" ").code(presentation::plain(host));
        }
        items.push(item);
    }
    blocks.push(Block::Items(items));
}

/// The record set of domains: records, who serves while hosts are down, how clients move.
fn set(report: &Report, served: &Served, blocks: &mut Vec<Block<'static>>) {
    let title = format!("Domain {}", wording::domains(&served.domains));
    blocks.push(heading(2, Inline::text(title)));
    let states = sets::states(served);
    let domains = sets::domains(served);
    let note = sets::note(served, report.knows_before());
    let sentences: Vec<&str> = domains.as_deref().into_iter().chain(note).collect();
    if !sentences.is_empty() {
        blocks.push(paragraph(sentences.join(" ")));
    }
    let rows = sets::rows(served);
    if states == States::Unknown || rows.is_empty() {
        return;
    }
    let rows = rows
        .iter()
        .map(|row| coded(sets::cells(served, row, states)));
    blocks.push(Block::Table {
        head: plain(sets::heads(states).iter().map(|head| capital(head))),
        rows: rows.collect(),
    });
    let hosts = sets::hosts(served);
    let names = Names::of(&hosts);
    failover(report, served, &names, blocks);
    if let Some(movement) = report.simulation.movement(served) {
        self::movement(&movement, blocks);
    }
}

/// Cells whose first one is a name.
fn coded(cells: Vec<String>) -> Vec<Span> {
    let mut cells = cells.into_iter();
    let first = cells.next().map(Span::Code);
    first.into_iter().chain(cells.map(Span::Text)).collect()
}

fn failover(report: &Report, served: &Served, names: &Names, blocks: &mut Vec<Block<'static>>) {
    let (rows, missing) = sets::failover(served, &report.down, names);
    if !rows.is_empty() {
        let both = sets::states(served) == States::Both;
        let head: &[&str] = if both {
            &["Down", "Before", "After"]
        } else {
            &["Down", "Served by"]
        };
        let rows = rows.into_iter().map(|row| {
            let Failover {
                down,
                before,
                after,
            } = row;
            let mut cells = vec![Span::Text(names.all(&down))];
            let text =
                |served: Option<String>| Span::Text(served.unwrap_or_else(|| NONE.to_owned()));
            if both {
                cells.push(text(before));
            }
            cells.push(text(after));
            cells
        });
        blocks.push(paragraph(format!("{}:", sets::FAILOVER)));
        blocks.push(Block::Table {
            head: plain(head.iter().copied()),
            rows: rows.collect(),
        });
    }
    for sentence in missing {
        blocks.push(paragraph(sentence));
    }
}

fn movement(movement: &Movement, blocks: &mut Vec<Block<'static>>) {
    blocks.push(paragraph(sets::MOVEMENT));
    let names = Names::of(&movement.hosts);
    let hosts: Vec<String> = movement.hosts.iter().map(|host| names.name(host)).collect();
    for (title, days) in sets::cases(movement) {
        blocks.push(paragraph(format!("{title}:")));
        let rows = sets::days(days);
        let mut hosts = hosts.clone();
        if sets::leaves_some(days) {
            hosts.push("nobody".to_owned());
        }
        if hosts.len() <= MAX_COLUMNS {
            let head = plain(["Day"]).into_iter();
            blocks.push(Block::Table {
                head: head.chain(hosts.iter().cloned().map(Span::Code)).collect(),
                rows: rows
                    .into_iter()
                    .map(|(label, parts)| plain([vec![label], parts].concat()))
                    .collect(),
            });
        } else {
            let parts = |parts: &[String]| {
                let parts = hosts.iter().zip(parts);
                let parts: Vec<String> =
                    parts.map(|(host, part)| format!("{host} {part}")).collect();
                parts.join(", ")
            };
            blocks.push(Block::Table {
                head: plain(["Day", "Served by"]),
                rows: rows
                    .iter()
                    .map(|(label, of)| plain([label.clone(), parts(of)]))
                    .collect(),
            });
        }
    }
}

fn clients(report: &Report, blocks: &mut Vec<Block<'static>>) {
    blocks.push(heading(2, Inline::text("Clients")));
    let groups = &report.simulation.groups;
    if groups.is_empty() {
        blocks.push(paragraph(wording::NO_CLIENTS));
        return;
    }
    let mut head = vec!["Domain", "Clients", "How they choose", "They look up"];
    if report.knows_before() {
        head.push("Found before");
    }
    head.push("Found after");
    let rows = groups
        .iter()
        .take(MAX_GROUPS)
        .map(|(group, before, after)| {
            let search: Vec<String> = group.search.iter().map(presentation::plain).collect();
            let mut cells = vec![
                name(&group.domain),
                Span::Text(wording::clients(group)),
                Span::Text(wording::manner(group).to_owned()),
                Span::Text(search.join(", then ")),
            ];
            if report.knows_before() {
                cells.push(Span::Text(wording::found(before)));
            }
            cells.push(Span::Text(wording::found(after)));
            cells
        });
    blocks.push(Block::Table {
        head: plain(head),
        rows: rows.collect(),
    });
    blocks.extend(report.more_groups().map(|more| paragraph(capital(&more))));
}

fn counts(report: &Report, blocks: &mut Vec<Block<'static>>) {
    if report.simulation.groups.is_empty() {
        return;
    }
    blocks.push(heading(
        2,
        Inline::text("Distinct clients that each host counts in 30 days"),
    ));
    let counts = report.counts();
    if counts.is_empty() {
        blocks.push(paragraph(wording::NONE_COUNTED));
        return;
    }
    let rows = counts.rows(&report.simulation);
    blocks.push(count_table(&counts, &rows));
    let remedies = counts::remedies(&rows);
    if !remedies.is_empty() {
        blocks.push(Block::Items(
            remedies.into_iter().map(Inline::text).collect(),
        ));
    }
    each_down(&counts, blocks);
    if !counts.standbys.is_empty() {
        blocks.push(heading(2, Inline::text("Standbys")));
        blocks.push(paragraph(wording::STANDBYS));
    }
    for standby in &counts.standbys {
        blocks.push(paragraph(wording::standby(standby)));
        blocks.push(Block::Table {
            head: plain(wording::wait_heads().iter().map(|head| capital(head))),
            rows: standby
                .waits
                .iter()
                .map(|wait| plain(wording::wait(wait)))
                .collect(),
        });
    }
}

/// What the others count while one host is down.
fn each_down(counts: &Counts, blocks: &mut Vec<Block<'static>>) {
    blocks.push(heading(2, Inline::text(wording::EACH_DOWN)));
    let Some(each) = &counts.each_down else {
        blocks.push(paragraph(wording::too_many(
            counts.after.len(),
            "one by one",
        )));
        return;
    };
    let names = Names::of(each.iter().map(|(host, _)| host));
    let rows = each.iter().flat_map(|(down, loads)| {
        let others = loads.iter().filter(|load| load.host != *down);
        others.map(|load| {
            let cells = coded(wording::down_cells(load, &names));
            [vec![Span::Code(names.name(down))], cells].concat()
        })
    });
    let heads = wording::down_heads();
    let heads = heads.iter().map(|head| capital(head));
    blocks.push(Block::Table {
        head: plain(["Down".to_owned()].into_iter().chain(heads)),
        rows: rows.collect(),
    });
}
