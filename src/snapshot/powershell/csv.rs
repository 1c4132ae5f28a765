//! CSV as `Export-Csv` and `ConvertTo-Csv` write it: a header, then rows of as many values.

use std::borrow::Cow;
use std::ops::Range;

use super::cell::{Cell, Field, Row, is_named};
use super::text::is_prompt;
use crate::document::csv::{self, Broken, Rows};
use crate::snapshot::listing::Fault;

/// The columns of a text, and where its rows begin.
pub(super) struct Header<'a> {
    /// The octets of the line.
    pub(super) span: Range<usize>,
    /// The names of the columns.
    pub(super) names: Vec<Cow<'a, str>>,
    /// What stands between values.
    separator: u8,
    /// The first octet after the line.
    end: usize,
}

impl Header<'_> {
    /// Whether there is such a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| is_named(own, name))
    }
}

/// The header: the first line that is no `#TYPE` line, no `sep=` line and no prompt of a console.
pub(super) fn header(text: &str, start: usize) -> Result<Option<Header<'_>>, Fault> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let first = at;
        at += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty()
            || trimmed.starts_with('#')
            || trimmed.starts_with("sep=")
            || is_prompt(trimmed)
        {
            continue;
        }
        let separator = csv::separator(line.as_bytes()).unwrap_or(b',');
        let mut rows = Rows::new(text.as_bytes(), first, separator);
        let Some(row) = rows.next().transpose().map_err(fault)? else {
            return Ok(None);
        };
        return Ok(Some(Header {
            span: first..first + line.trim_end().len(),
            names: row
                .cells
                .into_iter()
                .map(|cell| match cell.into_text() {
                    Cow::Borrowed(name) => Cow::Borrowed(name.trim()),
                    Cow::Owned(name) => Cow::Owned(name.trim().to_owned()),
                })
                .collect(),
            separator,
            end: rows.at(),
        }));
    }
    Ok(None)
}

/// Hands every row below the header to `take`, in order.
pub(super) fn rows<'a>(
    text: &'a str,
    header: &Header<'a>,
    faults: &mut Vec<Fault>,
    mut take: impl FnMut(&Row<'a>, &mut Vec<Fault>),
) {
    for row in Rows::new(text.as_bytes(), header.end, header.separator) {
        let row = match row {
            Ok(row) => row,
            Err(broken) => {
                faults.push(fault(broken));
                return;
            }
        };
        let span = row.span;
        let values: Vec<_> = row
            .cells
            .into_iter()
            .map(|cell| (cell.span.clone(), cell.into_text()))
            .collect();
        let written = text[span.clone()].trim();
        // Blank lines, also as spreadsheets write them; what a file has again where a second export was
        // appended; the prompt below it on a console.
        if values.iter().all(|(_, value)| value.trim().is_empty())
            || written.starts_with("#TYPE")
            || values.len() == 1 && is_prompt(written)
            || values.len() == header.names.len()
                && values
                    .iter()
                    .zip(&header.names)
                    .all(|((_, value), name)| value.trim() == name)
        {
            continue;
        }
        if values.len() != header.names.len() {
            faults.push(
                Fault::at(
                    span,
                    format!(
                        "the row has {} {}, the header names {}",
                        values.len(),
                        if values.len() == 1 { "value" } else { "values" },
                        header.names.len()
                    ),
                )
                .help("export it again: the row is cut short, or was edited by hand"),
            );
            continue;
        }
        // Spreadsheets leave columns at the right that have no name.
        let fields = header
            .names
            .iter()
            .zip(values)
            .filter(|(key, _)| !key.is_empty())
            .map(|(key, (span, value))| Field {
                key: key.clone(),
                cell: Cell::of_text(span, value),
            })
            .collect();
        take(
            &Row {
                span,
                fields,
                wrapped: false,
            },
            faults,
        );
    }
}

/// The complaint about a row that cannot be split.
fn fault(broken: Broken) -> Fault {
    match broken {
        Broken::Open(quote) => Fault::at(
            quote,
            "the file ends inside a quoted value: it is truncated",
        )
        .help("export it again, and copy the file as a whole"),
        Broken::Followed(value) => Fault::at(value, "something stands behind the closing quote")
            .help("export it again, and leave the file as it is written"),
    }
}
