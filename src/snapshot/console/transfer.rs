//! Whether the zone transfer that `dig` printed is whole.
//!
//! dig ends with status 0 after a transfer that failed, so the text alone tells. A whole transfer begins and
//! ends with the same SOA (RFC 5936 section 2.2).

use std::ops::Range;

use super::super::listing::{Fault, Sample};
use super::super::zone_file::rrtype::Kind;
use super::answers::in_order;
use super::data::soa;
use super::master::{Entries, Entry, Row};
use super::text::Line;

/// What keeps a transfer from being taken for the whole zone. Its records are read by the zone file's reader,
/// which also complains about those that cannot be read.
pub(in crate::snapshot) fn transfer_faults(sample: &Sample<'_>) -> Vec<Fault> {
    let mut check = Check::default();
    for entry in Entries::new(sample) {
        match entry {
            Entry::Remark(line) => check.remark(&line),
            Entry::Record(row) => check.row(&row),
            Entry::Fault(_) => check.records += 1,
            Entry::Command(line) => check.faults.push(
                Fault::at(line.span(), "this was typed; dig did not print it")
                    .help("keep what dig prints, from `; <<>> DiG` on, and nothing else"),
            ),
            Entry::Blank => {}
        }
    }
    check.finish()
}

/// A start of authority of the transfer.
struct Start {
    /// Its owner and its data, in lower case.
    text: String,
    span: Range<usize>,
}

#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
    runs: usize,
    records: usize,
    /// Whether the last record is an SOA.
    ended: bool,
    first: Option<Start>,
    /// SOA records after the first record.
    later: usize,
    last: Option<Range<usize>>,
    /// Servers that did not answer before the first record.
    missed: Option<Range<usize>>,
    failed: bool,
}

impl Check {
    fn remark(&mut self, line: &Line<'_>) {
        let rest = line.from(line.text.iter().take_while(|octet| **octet == b';').count());
        if line.starts("; <<>> DiG") {
            self.greeting(line);
        } else if rest.starts("Transfer failed")
            || rest.find("no servers could be reached").is_some()
        {
            self.failed = true;
            self.faults.push(failed(line.span()));
        } else if [
            "communications error",
            "connection timed out",
            "Connection to",
        ]
        .iter()
        .any(|start| rest.starts(start))
        {
            if self.records == 0 {
                self.missed = Some(line.span());
            } else {
                self.failed = true;
                self.faults.push(failed(line.span()));
            }
        } else if [
            "TSIG could not be validated",
            "Couldn't verify",
            "malformed",
            "Got bad packet",
        ]
        .iter()
        .any(|sign| rest.find(sign).is_some())
        {
            self.failed = true;
            let message = "dig says that this transfer is damaged or forged";
            self.faults
                .push(Fault::at(line.span(), message).help("run dig again"));
        } else if rest.starts("XFR size:") {
            self.size(&rest);
        }
    }

    /// `; <<>> DiG 9.18 <<>> AXFR contoso.com`.
    fn greeting(&mut self, line: &Line<'_>) {
        self.runs += 1;
        if self.runs == 2 {
            self.faults.push(several(line.span()));
        }
        if line.words().iter().any(|word| is_incremental(word.text)) {
            let message = "an incremental transfer tells changes, not the zone";
            self.faults
                .push(Fault::at(line.span(), message).help("run dig again with `AXFR`"));
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        self.records += 1;
        let kind = row.kind();
        self.ended = kind.as_ref().is_some_and(|(kind, _)| *kind == Kind::Soa);
        self.last = Some(row.span());
        if !self.ended {
            return;
        }
        let data = kind.map(|(_, data)| data).unwrap_or_default();
        let owner = row.first().into_iter();
        let words: Vec<String> = owner
            .chain(data)
            .map(|word| word.shown().to_ascii_lowercase())
            .collect();
        // An SOA that cannot be read is the zone file reader's to refuse.
        let text = if soa(data).is_some() {
            words.join(" ")
        } else {
            String::new()
        };
        match &self.first {
            None if self.records == 1 => {
                self.first = Some(Start {
                    text,
                    span: row.span(),
                });
            }
            None => {}
            Some(first) => {
                self.later += 1;
                self.ended = first.text == text;
            }
        }
    }

    /// `;; XFR size: 35 records (messages 1, bytes 1239)`.
    fn size(&mut self, rest: &Line<'_>) {
        let counted = rest
            .words()
            .get(2)
            .and_then(super::text::Word::digits::<usize>);
        if counted == Some(self.records) || self.failed {
            return;
        }
        let message = match counted {
            Some(counted) => format!(
                "the text is cut: dig counts {counted} records, {} are there",
                self.records
            ),
            None => "this line is not understood".to_owned(),
        };
        self.faults.push(Fault::at(rest.span(), message).help(KEEP));
    }

    fn finish(mut self) -> Vec<Fault> {
        // A transfer that failed is no less whole than it says.
        if !self.failed {
            self.faults.extend(self.incomplete());
        }
        in_order(self.faults)
    }

    fn incomplete(&self) -> Option<Fault> {
        let Some(last) = self.last.clone() else {
            return Some(match &self.missed {
                Some(span) => failed(span.clone()),
                None => Fault::whole("the transfer has no records").help(KEEP),
            });
        };
        let Some(first) = &self.first else {
            let message = "the transfer does not begin with its SOA: its beginning is cut off";
            return Some(Fault::whole(message).help(KEEP));
        };
        if self.runs > 1 {
            return None;
        }
        if !self.ended || self.later == 0 {
            let message =
                "the transfer is not complete: its last record is not the SOA that it began with";
            return Some(Fault::at(last, message).help(KEEP));
        }
        (self.later > 1).then(|| several(first.span.clone()))
    }
}

/// How to keep a transfer.
const KEEP: &str = "run `dig AXFR ZONE` again, without `+onesoa`, and keep all that it prints";

fn failed(span: Range<usize>) -> Fault {
    Fault::at(span, "the transfer failed: what is there is not the zone")
        .help("let the server transfer the zone to this machine, and run dig again")
}

fn several(span: Range<usize>) -> Fault {
    Fault::at(span, "there are several transfers in one text").help("keep one zone in one file")
}

/// Whether a word of dig's command line asks for an incremental transfer: `IXFR=5`, `-t ixfr=5`, `-tixfr=5`.
fn is_incremental(word: &[u8]) -> bool {
    let word = word.to_ascii_lowercase();
    word.starts_with(b"ixfr=") || word.starts_with(b"-tixfr=")
}

/// Whether a word of dig's command line asks for a transfer.
pub(super) fn is_transfer(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    lower == b"axfr" || lower == b"-taxfr" || is_incremental(word)
}
