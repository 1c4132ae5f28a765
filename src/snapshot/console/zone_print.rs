//! Output of `dnscmd /ZonePrint ZONE`: remarks that begin with `;` around the records of a whole zone.

use std::ops::Range;

use super::super::Extent;
use super::super::listing::{Fault, Sample, Section};
use super::answers::in_order;
use super::enum_records::{DONE, FAILED, KEEP};
use super::rows::Rows;
use super::text::{self, Line};
use crate::Name;
use crate::presentation;

/// The zones.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let mut reader = Reader {
        given: sample.zone,
        zone: None,
        sections: Vec::new(),
        faults: Vec::new(),
    };
    for line in text::lines(sample) {
        if !line.is_empty() {
            reader.line(&line);
        }
    }
    reader.end_zone();
    if reader.sections.is_empty() && reader.faults.is_empty() {
        reader
            .faults
            .push(Fault::whole("there is no zone in it").help(KEEP));
    }
    if reader.faults.is_empty() {
        Ok(reader.sections)
    } else {
        Err(in_order(reader.faults))
    }
}

/// The zone that is being read.
struct Zone<'a> {
    name: Name,
    /// Whether the user names it, not the text.
    given: bool,
    rows: Rows<'a>,
    /// Whether its end was read.
    done: bool,
    /// How many records it has by the last line, and where that stands.
    counted: Option<(usize, Range<usize>)>,
}

impl Zone<'_> {
    fn new(name: Name, given: bool) -> Self {
        Self {
            rows: Rows::new(name.clone()),
            name,
            given,
            done: false,
            counted: None,
        }
    }
}

struct Reader<'a> {
    given: Option<&'a Name>,
    zone: Option<Zone<'a>>,
    sections: Vec<Section>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        if line.starts(";") {
            self.remark(&line.from(1));
        } else if line.starts(DONE) {
            if let Some(zone) = &mut self.zone {
                zone.done = true;
            }
        } else if line.starts(FAILED) {
            let message = "dnscmd failed: nothing is known about the zone";
            self.faults
                .push(Fault::at(line.span(), message).help("run dnscmd again"));
        } else if line.command("dnscmd").is_none() {
            self.row(line);
        }
    }

    /// `Zone:    contoso.com`, or `Finished zone: 28 nodes and 42 records in 0 seconds`.
    fn remark(&mut self, rest: &Line<'a>) {
        let words = rest.words();
        match words.as_slice() {
            [label, name] if label.is("Zone:") => {
                self.end_zone();
                match name.full_name() {
                    Ok(name) => self.begin(name, rest.span()),
                    Err(fault) => self.faults.push(fault),
                }
            }
            [finished, label, numbers @ ..] if finished.is("Finished") && label.is("zone:") => {
                let Some(zone) = &mut self.zone else {
                    return;
                };
                let records = numbers.windows(2).find(|pair| pair[1].is("records"));
                let count = records.and_then(|pair| pair[0].digits());
                zone.done = true;
                zone.counted = count.map(|count| (count, rest.span()));
            }
            _ => {}
        }
    }

    fn begin(&mut self, name: Name, span: Range<usize>) {
        if let Some(given) = self.given.filter(|given| **given != name) {
            let message = format!(
                "this is the zone `{}`, and `--zone` says `{}`",
                presentation::plain(&name),
                presentation::plain(given)
            );
            self.faults.push(Fault::at(span, message));
        }
        self.zone = Some(Zone::new(name, false));
    }

    fn row(&mut self, line: &Line<'a>) {
        if self.zone.is_none() {
            match self.given {
                Some(zone) if self.sections.is_empty() => {
                    self.zone = Some(Zone::new(zone.clone(), true));
                }
                _ if self.faults.is_empty() => self.faults.push(
                    Fault::at(
                        line.span(),
                        "the text does not tell which zone this record belongs to",
                    )
                    .help(
                        "keep the line `;  Zone:` above the records, or say `--zone contoso.com`",
                    ),
                ),
                _ => {}
            }
        }
        if let Some(zone) = &mut self.zone {
            zone.rows.line(line);
        }
    }

    fn end_zone(&mut self) {
        let Some(mut zone) = self.zone.take() else {
            return;
        };
        zone.rows.finish();
        let before = self.faults.len();
        self.faults.append(&mut zone.rows.faults);
        let name = presentation::plain(&zone.name);
        match zone.counted {
            _ if !zone.done => {
                let message = format!(
                    "the text is cut: there is no line `Finished zone:` after the zone `{name}`"
                );
                self.faults.push(Fault::whole(message).help(KEEP));
            }
            Some((counted, span)) if counted != zone.rows.count && self.faults.len() == before => {
                let message = format!(
                    "the text is cut: dnscmd counts {counted} records in the zone `{name}`, {} are there",
                    zone.rows.count
                );
                self.faults.push(Fault::at(span, message).help(KEEP));
            }
            _ => {}
        }
        let mut section = Section::new(Some(zone.name), Extent::Whole);
        section.apex_given = zone.given;
        section.records = zone.rows.records;
        self.sections.push(section);
    }
}
