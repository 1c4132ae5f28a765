//! The way from a source to its cmdlet's records, the same for both cmdlets in each notation.

use std::ops::Range;

use super::cell::Row;
use super::{csv, json, text};
use crate::snapshot::listing::{Fault, Section};

/// What the records of a cmdlet say, taken one by one.
pub(super) trait Cmdlet: Sized {
    /// A command that exports all that is needed.
    const EXPORT: &'static str;

    /// Takes a record.
    fn take(&mut self, row: &Row<'_>, faults: &mut Vec<Fault>);

    /// Takes a command line of a console.
    fn command(&mut self, _line: &str) {}

    /// Takes an error that a console shows.
    fn failure(&mut self, span: Range<usize>, block: &str) -> Result<(), Fault>;

    /// The complaint about lines of a console that are no records.
    fn stray(span: Range<usize>) -> Fault;

    /// The columns that are needed and not there.
    fn missing(has: &dyn Fn(&str) -> bool) -> Vec<&'static str>;

    /// What to do about them, in a console's table or in CSV.
    fn missing_help(console: bool) -> String;

    /// The sections of what was taken.
    fn finish(self, faults: Vec<Fault>) -> Result<Vec<Section>, Vec<Fault>>;
}

/// Reads JSON.
pub(super) fn read_json(
    mut cmdlet: impl Cmdlet,
    content: &str,
    start: usize,
) -> Result<Vec<Section>, Vec<Fault>> {
    let mut faults = Vec::new();
    json::rows(content, start, &mut faults, |row, faults| {
        cmdlet.take(row, faults);
    });
    cmdlet.finish(faults)
}

/// Reads CSV.
pub(super) fn read_csv<C: Cmdlet>(
    mut cmdlet: C,
    content: &str,
    start: usize,
) -> Result<Vec<Section>, Vec<Fault>> {
    let mut faults = Vec::new();
    if let Some(header) = csv::header(content, start).map_err(|fault| vec![fault])? {
        if let Some(fault) = columns(&header.span, &C::missing(&|name| header.has(name))) {
            return Err(vec![fault.help(C::missing_help(false))]);
        }
        csv::rows(content, &header, &mut faults, |row, faults| {
            cmdlet.take(row, faults);
        });
    }
    cmdlet.finish(faults)
}

/// Reads what a console shows: tables, lists, and errors.
pub(super) fn read_text<C: Cmdlet>(
    mut cmdlet: C,
    content: &str,
    start: usize,
) -> Result<Vec<Section>, Vec<Fault>> {
    if let Some(fault) = text::coloured(content, start) {
        return Err(vec![fault]);
    }
    let mut faults = Vec::new();
    for piece in text::pieces(content, start) {
        match piece {
            text::Piece::Table(table) => {
                if let Some(fault) = columns(&table.head, &C::missing(&|name| table.has(name))) {
                    faults.push(fault.help(C::missing_help(true)));
                    continue;
                }
                faults.extend(table.broken.into_iter().map(|span| {
                    Fault::at(span, "the line does not keep the columns of the table").help(
                        format!("this writes the records without columns: `{}`", C::EXPORT),
                    )
                }));
                for row in &table.rows {
                    cmdlet.take(row, &mut faults);
                }
            }
            text::Piece::Entry(row) => cmdlet.take(&row, &mut faults),
            text::Piece::Command(span) => cmdlet.command(&content[span]),
            text::Piece::Block(span) => {
                let block = &content[span.clone()];
                if text::is_failure(block) {
                    faults.extend(cmdlet.failure(span, block).err());
                } else {
                    faults.push(C::stray(span));
                }
            }
        }
    }
    cmdlet.finish(faults)
}

/// The complaint about columns that are not there; `None`: all that are needed are.
fn columns(head: &Range<usize>, missing: &[&str]) -> Option<Fault> {
    let (verb, noun) = match missing.len() {
        0 => return None,
        1 => ("is", "column"),
        _ => ("are", "columns"),
    };
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    Some(Fault::at(
        head.clone(),
        format!("there {verb} no {noun} {}", names.join(", ")),
    ))
}
