//! What PowerShell shows on a console: tables, lists, and what stands between them.

use std::borrow::Cow;
use std::ops::Range;

use super::cell::{Cell, Field, Row, is_named};
use crate::snapshot::listing::Fault;

/// Begins a command to a terminal.
const ESCAPE: char = '\u{1b}';

/// A part of a console's text.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// `Format-Table`.
    Table(Table<'a>),
    /// One record as `Format-List` shows it.
    Entry(Row<'a>),
    /// A prompt and the command typed at it, up to a blank line, or what a shell says when it starts.
    Command(Range<usize>),
    /// Other lines, up to a blank one.
    Block(Range<usize>),
}

/// A table.
#[derive(Debug)]
pub(super) struct Table<'a> {
    /// The octets of the header line.
    pub(super) head: Range<usize>,
    /// The names of the columns.
    pub(super) names: Vec<&'a str>,
    /// The rows.
    pub(super) rows: Vec<Row<'a>>,
    /// Lines that do not keep the columns.
    pub(super) broken: Vec<Range<usize>>,
}

impl Table<'_> {
    /// Whether there is such a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| is_named(own, name))
    }
}

/// The parts of the text from `start`, in order.
pub(super) fn pieces(text: &str, start: usize) -> Vec<Piece<'_>> {
    let mut lines = Vec::new();
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        lines.push(Line {
            start: at,
            text: line.trim_end(),
        });
        at += line.len();
    }
    let mut pieces = Vec::new();
    let mut rest = lines.as_slice();
    while let Some(first) = rest.first() {
        if first.text.is_empty() {
            rest = &rest[1..];
            continue;
        }
        let (piece, used) = piece(rest);
        pieces.push(piece);
        rest = &rest[used.max(1).min(rest.len())..];
    }
    pieces
}

/// A line without its end and the blanks before it.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl Line<'_> {
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// The part that begins with the first line, and how many lines it takes.
fn piece<'a>(lines: &[Line<'a>]) -> (Piece<'a>, usize) {
    if let [head, dashes, rest @ ..] = lines
        && let Some(columns) = columns(head, dashes)
    {
        let (table, used) = table(head, &columns, rest);
        return (Piece::Table(table), used + 2);
    }
    if lines.first().is_some_and(|line| property(line).is_some()) {
        let (entry, used) = entry(lines);
        // Warnings (`WARNING: ...`) look like one.
        if entry.fields.iter().any(|field| is_known(&field.key)) {
            return (Piece::Entry(entry), used);
        }
    }
    let starts = |index: usize| {
        let rest = &lines[index..];
        rest[0].text.is_empty()
            || is_prompt(rest[0].text)
            || is_failure(rest[0].text)
            || property(&rest[0]).is_some_and(|(name, _)| is_known(name))
            || matches!(rest, [head, dashes, ..] if columns(head, dashes).is_some())
    };
    let used = (1..lines.len())
        .find(|index| starts(*index))
        .unwrap_or(lines.len());
    let span = lines[0].start..lines[used - 1].span().end;
    if is_prompt(lines[0].text) || lines[..used].iter().all(|line| is_banner(line.text)) {
        (Piece::Command(span), used)
    } else {
        (Piece::Block(span), used)
    }
}

/// Whether a property tells that a list is one of records: what the cmdlets call them, and scripts that
/// flatten them.
fn is_known(name: &str) -> bool {
    [
        "DistinguishedName",
        "DomainName",
        "HostName",
        "IP4Address",
        "IP6Address",
        "Name",
        "NameHost",
        "NameTarget",
        "Port",
        "Priority",
        "QueryType",
        "RecordClass",
        "RecordData",
        "RecordType",
        "Section",
        "Target",
        "TimeToLive",
        "Timestamp",
        "TTL",
        "Type",
        "Weight",
    ]
    .iter()
    .any(|known| is_named(name, known))
}

/// A line without what colours it on a terminal: `ESC [ 32;1 m`.
pub(super) fn without_colours(line: &str) -> Cow<'_, str> {
    if !line.contains(ESCAPE) {
        return Cow::Borrowed(line);
    }
    let mut parts = line.split(ESCAPE);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.strip_prefix('[').unwrap_or(part);
        let end = rest.find(|c: char| c.is_ascii_alphabetic());
        plain.push_str(end.map_or("", |end| &rest[end + 1..]));
    }
    Cow::Owned(plain)
}

/// The complaint about a text with colours in it, between which columns cannot be told.
pub(super) fn coloured(text: &str, start: usize) -> Option<Fault> {
    let at = start + text[start..].find(ESCAPE)?;
    Some(
        Fault::at(at..at + 1, "the text has the colours of a terminal in it").help(
            "run `$PSStyle.OutputRendering = 'PlainText'` first, or write JSON: `| ConvertTo-Json | Out-File -Encoding utf8 FILE`",
        ),
    )
}

/// Whether the line begins with a prompt (`PS C:\>`, `[dc01]: PS C:\>`, `>>`, `C:\>`), or what a transcript
/// says of itself.
pub(super) fn is_prompt(line: &str) -> bool {
    let local = match line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
    {
        Some((_, local)) => local,
        None => line,
    };
    let path = local.strip_prefix("PS ").or_else(|| {
        local
            .get(1..3)
            .filter(|drive| *drive == ":\\")
            .map(|_| local)
    });
    path.is_some_and(|rest| rest.contains('>'))
        || line.starts_with(">>")
        || line.starts_with("**********")
}

/// Whether the line is of what a shell says of itself when it starts. In other languages its product, its maker
/// and its addresses keep their names.
fn is_banner(line: &str) -> bool {
    line == "Windows PowerShell"
        || line.starts_with("PowerShell 7")
        || line.starts_with("Microsoft Windows [")
        || line.contains("Microsoft Corporation")
        || line.contains("https://aka.ms/")
}

/// Whether the line begins the report of a command that failed: `Resolve-DnsName : …`.
pub(super) fn is_failure(line: &str) -> bool {
    failed_command(line).is_some()
}

/// The command that reports its failure on this line, and the report.
pub(super) fn failed_command(line: &str) -> Option<(&str, &str)> {
    let (command, report) = line.split_once(':')?;
    let command = command.trim_end();
    ["Resolve-DnsName", "Get-DnsServerResourceRecord"]
        .iter()
        .any(|known| command.eq_ignore_ascii_case(known))
        .then_some((command, report))
}

/// The columns that a line of dashes marks below a header: their places in characters.
fn columns<'a>(head: &Line<'a>, dashes: &Line<'a>) -> Option<Vec<Range<usize>>> {
    if !dashes.text.contains('-') || !dashes.text.chars().all(|c| matches!(c, '-' | ' ')) {
        return None;
    }
    let mut columns: Vec<Range<usize>> = Vec::new();
    for (at, _) in dashes.text.match_indices('-') {
        match columns.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => columns.push(at..at + 1),
        }
    }
    // The header has a word above each.
    let offsets = offsets(head.text);
    columns
        .iter()
        .all(|column| !slice(head.text, &offsets, column).trim().is_empty())
        .then_some(columns)
}

/// Where each character of a line begins, and its end.
fn offsets(line: &str) -> Vec<usize> {
    line.char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .collect()
}

/// The characters of a line from and to, as far as it has them.
fn slice<'a>(line: &'a str, offsets: &[usize], range: &Range<usize>) -> &'a str {
    let last = offsets.len() - 1;
    &line[offsets[range.start.min(last)]
        ..offsets[range
            .end
            .clamp(range.start, last.max(range.start))
            .min(last)]]
}

fn table<'a>(head: &Line<'a>, columns: &[Range<usize>], rest: &[Line<'a>]) -> (Table<'a>, usize) {
    let head_offsets = offsets(head.text);
    let names: Vec<&str> = columns
        .iter()
        .map(|column| slice(head.text, &head_offsets, column).trim())
        .collect();
    let key = names
        .iter()
        .position(|name| {
            ["HostName", "Name"]
                .iter()
                .any(|key| name.eq_ignore_ascii_case(key))
        })
        .unwrap_or(0);
    let mut table = Table {
        head: head.span(),
        names,
        rows: Vec::new(),
        broken: Vec::new(),
    };
    let mut used = 0;
    for line in rest {
        if line.text.is_empty() || is_prompt(line.text) || is_failure(line.text) {
            break;
        }
        used += 1;
        let Some(cells) = split(line, columns) else {
            table.broken.push(line.span());
            continue;
        };
        // `Format-Table -Wrap` goes on below, where the name is blank.
        if cells.get(key).is_some_and(|cell| cell.1.trim().is_empty())
            && let Some(last) = table.rows.last_mut()
        {
            last.wrapped = true;
            continue;
        }
        let fields = table
            .names
            .iter()
            .zip(cells)
            .map(|(name, (at, text))| {
                let blanks = text.len() - text.trim_start().len();
                let start = at + blanks;
                Field {
                    key: Cow::Borrowed(*name),
                    cell: Cell::of_text(start..start + text.trim().len(), Cow::Borrowed(text)),
                }
            })
            .collect();
        table.rows.push(Row {
            span: line.span(),
            fields,
            wrapped: false,
        });
    }
    (table, used)
}

/// The cells of a row, each with its offset. A value that stands to the right of its column may begin before
/// its dashes, where the column before leaves room; `None`: the row does not keep the columns.
fn split<'a>(line: &Line<'a>, columns: &[Range<usize>]) -> Option<Vec<(usize, &'a str)>> {
    let offsets = offsets(line.text);
    let length = offsets.len() - 1;
    let blank = |at: usize| at >= length || line.text[offsets[at]..].starts_with(' ');
    let mut starts = vec![0];
    for pair in columns.windows(2) {
        let [before, column] = pair else { continue };
        let edge = (before.end..column.start).rev().find(|at| blank(*at))?;
        starts.push(edge + 1);
    }
    starts.push(length.max(starts.last().map_or(0, |start| *start)));
    Some(
        starts
            .windows(2)
            .map(|pair| {
                let range = pair[0]..pair[1];
                (
                    line.start + offsets[range.start.min(length)],
                    slice(line.text, &offsets, &range),
                )
            })
            .collect(),
    )
}

/// A line `Name : value` of a list: name, and where its value begins in the line.
fn property<'a>(line: &Line<'a>) -> Option<(&'a str, usize)> {
    let end = line
        .text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let colon = end + line.text[end..].find(|c| c != ' ')?;
    let named = line.text.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = line.text[colon..].strip_prefix(':')?;
    (named && (rest.is_empty() || rest.starts_with(' '))).then_some((&line.text[..end], colon + 1))
}

/// One record of a list. A value that is too long for the console goes on in lines that begin with blanks.
fn entry<'a>(lines: &[Line<'a>]) -> (Row<'a>, usize) {
    let mut fields: Vec<(&str, Range<usize>, Cow<'a, str>)> = Vec::new();
    let mut used = 0;
    for line in lines {
        match property(line) {
            // The next record, where no blank line parts them.
            Some((name, _)) if fields.first().is_some_and(|first| first.0 == name) => break,
            Some((name, from)) => {
                let value = &line.text[from..];
                let start = line.start + from + value.len() - value.trim_start().len();
                fields.push((name, start..line.span().end, Cow::Borrowed(value.trim())));
            }
            None => match fields.last_mut() {
                Some((_, span, value)) if line.text.starts_with("  ") => {
                    value.to_mut().push_str(line.text.trim());
                    span.end = line.span().end;
                }
                _ => break,
            },
        }
        used += 1;
    }
    let end = fields.last().map_or(0, |(_, span, _)| span.end);
    let row = Row {
        span: lines.first().map_or(0, |line| line.start)..end,
        fields: fields
            .into_iter()
            .map(|(name, span, value)| Field {
                key: Cow::Borrowed(name),
                cell: Cell::of_text(span, value),
            })
            .collect(),
        wrapped: false,
    };
    (row, used)
}
