//! Output of BIND's `host`.

use std::ops::Range;

use super::super::listing::{Data, Fault, Sample, Section};
use super::answers::{self, Answer};
use super::data;
use super::text::{self, Line, Word, not_understood, query_failed};

/// The records of the answers.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let mut reader = Reader::default();
    for line in text::lines(sample) {
        if !line.is_empty() {
            reader.line(&line);
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    answers: Vec<Answer>,
    answer: Answer,
    faults: Vec<Fault>,
    /// A server that did not answer, after which nothing was answered yet.
    waiting: Option<Range<usize>>,
}

impl Reader {
    fn line(&mut self, line: &Line<'_>) {
        // The last two are of `host -v`.
        let banner = ["Name: ", "Address: ", "Aliases:", "Trying \"", "Received "];
        if line.starts("Using domain server:") {
            self.next_answer();
        } else if line.starts(";") {
            self.remark(line);
        } else if let Some(at) = not_found(line) {
            self.not_found(line, at);
        } else if line.command("host").is_some() {
            self.next_answer();
        } else if !banner.iter().any(|start| line.starts(start)) {
            self.record(line);
        }
    }

    fn next_answer(&mut self) {
        self.answers.push(std::mem::take(&mut self.answer));
    }

    /// A server that does not answer matters only if no other one does.
    fn remark(&mut self, line: &Line<'_>) {
        let rest = line.from(usize::from(line.starts(";;")) + 1);
        if rest.starts("communications error") {
            self.waiting = Some(line.span());
        } else if !rest.starts("Truncated, retrying") && !rest.starts("Got SERVFAIL reply") {
            self.failure(line);
        }
    }

    fn failure(&mut self, line: &Line<'_>) {
        self.waiting = None;
        self.faults.push(query_failed(line));
    }

    /// `Host NAME not found: 3(NXDOMAIN)`, or another reason.
    fn not_found(&mut self, line: &Line<'_>, at: usize) {
        if !line.ends("3(NXDOMAIN)") {
            return self.failure(line);
        }
        self.waiting = None;
        match Line::new(line.at, &line.text[..at]).words().as_slice() {
            [_, name] => match name.full_name() {
                Ok(owner) => self.answer.none(owner, line.span()),
                Err(fault) => self.faults.push(fault),
            },
            _ => self.faults.push(not_understood(line)),
        }
    }

    /// A record, or that there is none of a type.
    fn record(&mut self, line: &Line<'_>) {
        let words = line.words();
        let Some((owner, rest)) = words.split_first() else {
            return;
        };
        let sentence: Vec<String> = rest
            .iter()
            .take(4)
            .map(|word| word.shown().to_ascii_lowercase())
            .collect();
        let sentence: Vec<&str> = sentence.iter().map(String::as_str).collect();
        match (sentence.as_slice(), rest) {
            (["has", "srv", "record", ..], [_, _, _, values @ ..]) => {
                self.take(line, owner, data::service(line, values));
            }
            (["has", "address"], [_, _]) | (["has", "ipv6" | "aaaa", "address"], [_, _, _]) => {
                self.faults.push(not_understood(line));
            }
            (["has", "address", ..], [_, _, value]) => self.one(line, owner, value.address()),
            (["has", "ipv6" | "aaaa", "address", ..], [_, _, _, value]) => {
                self.one(line, owner, value.address());
            }
            (["is", "an", "alias", "for"], [_, _, _, _, target]) => {
                self.one(line, owner, target.absolute_name().map(Data::Cname));
            }
            (["has", "dname", "record", ..], [_, _, _, target]) => {
                self.one(line, owner, target.absolute_name().map(Data::Dname));
            }
            (["has", "no", "srv", "record"], [_, _, _, _]) => match owner.full_name() {
                Ok(name) => {
                    self.waiting = None;
                    self.answer.none(name, line.span());
                }
                Err(fault) => self.faults.push(fault),
            },
            (
                [
                    "has",
                    "rrsig" | "dnskey" | "nsec" | "nsec3" | "nsec3param",
                    "record",
                    ..,
                ],
                _,
            ) => {
                self.one(line, owner, Ok(Data::Dnssec));
            }
            _ if is_other(&sentence) => self.waiting = None,
            _ => self.faults.push(not_understood(line)),
        }
    }

    fn one(&mut self, line: &Line<'_>, owner: &Word<'_>, data: Result<Data, Fault>) {
        self.take(line, owner, data.map_err(|fault| vec![fault]));
    }

    fn take(&mut self, line: &Line<'_>, owner: &Word<'_>, data: Result<Data, Vec<Fault>>) {
        match data::record(owner.full_name(), data) {
            Ok((owner, data)) => {
                self.waiting = None;
                self.answer.push(owner, line.span(), data);
            }
            Err(faults) => self.faults.extend(faults),
        }
    }

    fn finish(mut self) -> Result<Vec<Section>, Vec<Fault>> {
        if let Some(span) = self.waiting.take() {
            let message = "the server did not answer: nothing is known about the name";
            self.faults
                .push(Fault::at(span, message).help("ask again, of a server that answers"));
        }
        self.answers.push(self.answer);
        answers::sections(self.answers, self.faults)
    }
}

/// Where ` not found:` stands in a line that begins with `Host `.
fn not_found(line: &Line<'_>) -> Option<usize> {
    line.find(" not found:").filter(|_| line.starts("Host "))
}

/// What host says about records of types other than those above, after the owner.
fn is_other(sentence: &[&str]) -> bool {
    match sentence {
        ["has", "no", kind, "record"] => *kind != "srv",
        ["has", kind, "record", ..] => !matches!(*kind, "srv" | "cname" | "dname"),
        ["mail", "is", "handled", "by"]
        | ["descriptive", "text", ..]
        | ["domain", "name", "pointer", ..]
        | ["name", "server", ..]
        | ["has", "http", "service", ..] => true,
        _ => false,
    }
}
