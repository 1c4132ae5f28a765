//! CSV as `Export-Csv` and `ConvertTo-Csv` write it.
//!
//! Every value knows its octets, and a quote that is never closed is an error: it is what a truncated file
//! looks like, which readers made for any CSV take as the end of the value.

use std::borrow::Cow;
use std::ops::Range;

use super::cell::{Cell, Field, Row, is_named};
use super::text::is_prompt;
use crate::snapshot::listing::Fault;

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

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

/// The header: the first line that is no `#TYPE` line, no `sep=` line and no prompt of a console. The
/// separator is the one that it holds most of.
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
        let separator = SEPARATORS
            .into_iter()
            .rev()
            .max_by_key(|separator| memchr::memchr_iter(*separator, line.as_bytes()).count())
            .unwrap_or(b',');
        let mut reader = Reader {
            text,
            at: first,
            separator,
        };
        let values = reader.record()?;
        return Ok(Some(Header {
            span: first..first + line.trim_end().len(),
            names: values
                .into_iter()
                .map(|(_, value)| match value {
                    Cow::Borrowed(value) => Cow::Borrowed(value.trim()),
                    Cow::Owned(value) => Cow::Owned(value.trim().to_owned()),
                })
                .collect(),
            separator,
            end: reader.at,
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
    let mut reader = Reader {
        text,
        at: header.end,
        separator: header.separator,
    };
    while reader.at < text.len() {
        let start = reader.at;
        let values = match reader.record() {
            Ok(values) => values,
            Err(fault) => {
                faults.push(fault);
                return;
            }
        };
        let span = start..start + text[start..reader.at].trim_end().len();
        // Blank lines, also as spreadsheets write them; what a file has again where a second export was
        // appended; the prompt below it on a console.
        if values.iter().all(|(_, value)| value.trim().is_empty())
            || text[span.clone()].starts_with("#TYPE")
            || values.len() == 1 && is_prompt(&text[span.clone()])
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

/// A value and its octets.
type Placed<'a> = (Range<usize>, Cow<'a, str>);

/// Where reading is.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    separator: u8,
}

impl<'a> Reader<'a> {
    /// The values of the next record, each with its octets; goes past its line's end.
    fn record(&mut self) -> Result<Vec<Placed<'a>>, Fault> {
        let mut values = Vec::new();
        loop {
            let value = if self.text.as_bytes().get(self.at) == Some(&b'"') {
                self.quoted()?
            } else {
                self.bare()
            };
            values.push(value);
            match self.text.as_bytes().get(self.at) {
                Some(octet) if *octet == self.separator => self.at += 1,
                Some(_) => {
                    self.at += 1;
                    return Ok(values);
                }
                None => return Ok(values),
            }
        }
    }

    /// A value up to the separator or the line's end.
    fn bare(&mut self) -> Placed<'a> {
        let rest = &self.text[self.at..];
        let length = memchr::memchr2(self.separator, b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let start = self.at;
        self.at += length;
        let value = rest[..length].strip_suffix('\r').unwrap_or(&rest[..length]);
        (start..start + value.len(), Cow::Borrowed(value))
    }

    /// A value in quotes, in which a quote stands twice and lines may end.
    fn quoted(&mut self) -> Result<Placed<'a>, Fault> {
        let start = self.at;
        let mut end = start + 1;
        loop {
            let Some(length) = memchr::memchr(b'"', &self.text.as_bytes()[end..]) else {
                return Err(Fault::at(
                    start..start + 1,
                    "the file ends inside a quoted value: it is truncated",
                )
                .help("export it again, and copy the file as a whole"));
            };
            end += length + 1;
            if self.text.as_bytes().get(end) != Some(&b'"') {
                break;
            }
            end += 1;
        }
        let inside = &self.text[start + 1..end - 1];
        let value = if inside.contains("\"\"") {
            Cow::Owned(inside.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(inside)
        };
        let rest = &self.text[end..];
        let after = rest.strip_prefix('\r').unwrap_or(rest).as_bytes().first();
        if after.is_some_and(|octet| *octet != self.separator && *octet != b'\n') {
            return Err(
                Fault::at(start..end, "something stands behind the closing quote")
                    .help("export it again, and leave the file as it is written"),
            );
        }
        self.at = end + usize::from(rest.starts_with('\r'));
        Ok((start..end, value))
    }
}
