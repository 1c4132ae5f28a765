//! Answers of `dig`.
//!
//! One file may hold several. The header says whether an answer is authoritative (then its TTLs are the
//! zone's), complete, and how many records it has; a text that has lost some of them is refused.

use std::ops::Range;

use super::super::listing::{Data, Fault, Listed, Sample, Section as Listing};
use super::answers::{self, Answer};
use super::master::{Entries, Entry, Record, Row};
use super::text::{Line, Word};
use crate::Name;

/// The records of the answers.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Listing>, Vec<Fault>> {
    let mut reader = Reader::default();
    for entry in Entries::new(sample) {
        match entry {
            Entry::Blank => reader.section = Section::None,
            Entry::Command(_) => reader.end_message(),
            Entry::Remark(line) => reader.remark(&line),
            Entry::Record(row) => {
                reader.message.unended = row.span().end == sample.bytes.len();
                reader.row(&row);
            }
            Entry::Fault(fault) => reader.faults.push(fault),
        }
    }
    reader.finish()
}

/// A part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Section {
    /// Outside all of them. Records that stand here are taken for answers: dig was told not to print more.
    #[default]
    None,
    Question,
    Answer,
    Authority,
    Additional,
    /// EDNS or TSIG: what it holds is no zone data.
    Pseudo,
}

/// The two lines that head an answer.
#[derive(Debug, Clone)]
struct Header {
    span: Range<usize>,
    status: String,
    flags: Vec<String>,
    /// Records in answer, authority and additional section; `None` until the flags are read.
    counts: Option<[usize; 3]>,
}

impl Header {
    fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }
}

/// What is asked.
#[derive(Debug, Clone)]
struct Question {
    name: Name,
    srv: bool,
}

/// One answer as far as it was read.
#[derive(Default)]
struct Message {
    header: Option<Header>,
    question: Option<Question>,
    answer: Vec<(Range<usize>, Record)>,
    authority: Vec<(Range<usize>, Record)>,
    additional: Vec<(Range<usize>, Record)>,
    /// Which of authority and additional section have a heading.
    headed: [bool; 2],
    /// Records without data of their own that the header counts (EDNS, TSIG).
    pseudo: usize,
    /// Whether the text ends with a record, even without a line end.
    unended: bool,
    /// Rows that are no records, so that they are not missed again.
    broken: bool,
}

#[derive(Default)]
struct Reader {
    answers: Vec<Answer>,
    faults: Vec<Fault>,
    message: Message,
    section: Section,
    /// A server that did not answer, after which nothing was answered yet.
    waiting: Option<Range<usize>>,
}

/// Remarks after which an answer is not to be believed.
const DAMAGED: [&str; 4] = [
    "malformed",
    "Got bad packet",
    "Couldn't verify signature",
    "TSIG could not be validated",
];

impl Reader {
    fn remark(&mut self, line: &Line<'_>) {
        let Some(rest) = line.starts(";;").then(|| line.from(2)) else {
            return self.comment(line);
        };
        if rest.starts("->>HEADER<<-") {
            self.end_message();
            self.header(line);
        } else if rest.starts("flags:") {
            self.flags(line, &rest);
        } else if rest.ends(" SECTION:") || rest.ends(" PSEUDOSECTION:") {
            self.heading(&rest);
        } else if rest.find("no servers could be reached").is_some() {
            self.waiting = None;
            self.faults.push(no_answer(line.span()));
        } else if is_failure(&rest) {
            self.waiting = Some(line.span());
        } else if DAMAGED.iter().any(|sign| rest.find(sign).is_some()) {
            let message = "dig says that this answer is damaged or forged";
            self.faults
                .push(Fault::at(line.span(), message).help("ask again"));
        }
    }

    /// A line that begins with one `;`: dig's greeting, the question, or something about EDNS.
    fn comment(&mut self, line: &Line<'_>) {
        if line.starts("; <<>> DiG") {
            self.end_message();
        } else if line.starts("; Transfer failed") {
            self.faults
                .push(Fault::at(line.span(), "the transfer failed"));
        } else if self.section == Section::Question {
            match question(&line.from(1)) {
                Ok(question) => self.message.question = Some(question),
                Err(fault) => self.faults.push(fault),
            }
        }
    }

    fn header(&mut self, line: &Line<'_>) {
        let words = line.words();
        let status = words.iter().skip_while(|word| !word.is("status:")).nth(1);
        let Some(status) = status else {
            return self.faults.push(cut(line.span()));
        };
        self.waiting = None;
        self.message.header = Some(Header {
            span: line.span(),
            status: status.shown().trim_end_matches(',').to_owned(),
            flags: Vec::new(),
            counts: None,
        });
    }

    /// `;; flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 1, ADDITIONAL: 5`.
    fn flags(&mut self, line: &Line<'_>, rest: &Line<'_>) {
        let Some(header) = &mut self.message.header else {
            return self.faults.push(cut(line.span()));
        };
        let text = String::from_utf8_lossy(rest.text);
        let (flags, counts) = text.split_once("; ").unwrap_or((&text, ""));
        header.span.end = line.span().end;
        header.flags = flags
            .split_ascii_whitespace()
            .skip(1)
            .map(|flag| flag.trim_end_matches(';').to_owned())
            .collect();
        let count = |name: &str| {
            let found = counts
                .split(", ")
                .find_map(|part| part.strip_prefix(name)?.strip_prefix(": "));
            found.and_then(|number| number.trim().parse().ok())
        };
        header.counts = match ["ANSWER", "AUTHORITY", "ADDITIONAL"].map(count) {
            [Some(answer), Some(authority), Some(additional)] => {
                Some([answer, authority, additional])
            }
            _ => None,
        };
    }

    fn heading(&mut self, rest: &Line<'_>) {
        self.section = if rest.starts("QUESTION ") {
            Section::Question
        } else if rest.starts("ANSWER ") {
            Section::Answer
        } else if rest.starts("AUTHORITY ") {
            self.message.headed[0] = true;
            Section::Authority
        } else if rest.starts("ADDITIONAL ") {
            self.message.headed[1] = true;
            Section::Additional
        } else {
            self.message.pseudo += 1;
            Section::Pseudo
        };
    }

    fn row(&mut self, row: &Row<'_>) {
        if self.section == Section::Pseudo {
            return;
        }
        // `host -v` prints its own lines around answers.
        let around = [
            "Trying", "Using", "Name:", "Address:", "Aliases:", "Received",
        ];
        let first = row.first().filter(|_| self.section == Section::None);
        if first.is_some_and(|word| around.iter().any(|start| word.is(start))) {
            return;
        }
        match row.record() {
            Ok(record) => {
                let message = &mut self.message;
                let records = match self.section {
                    Section::Authority => &mut message.authority,
                    Section::Additional => &mut message.additional,
                    _ => &mut message.answer,
                };
                records.push((row.span(), record));
            }
            Err(faults) => {
                self.message.broken = true;
                self.faults.extend(faults);
            }
        }
    }

    /// Judges the answer that was read so far.
    fn end_message(&mut self) {
        let message = std::mem::take(&mut self.message);
        self.section = Section::None;
        let query = message
            .header
            .as_ref()
            .is_some_and(|header| header.counts.is_some() && !header.flag("qr"));
        if query {
            // `+qr` shows the query too.
            return;
        }
        match message.judge() {
            Ok(answers) => self.answers.extend(answers),
            Err(fault) => self.faults.extend(fault),
        }
    }

    fn finish(mut self) -> Result<Vec<Listing>, Vec<Fault>> {
        self.end_message();
        self.faults.extend(self.waiting.take().map(no_answer));
        answers::sections(self.answers, self.faults)
    }
}

/// Remarks that a server was not reached; the next one may be.
fn is_failure(rest: &Line<'_>) -> bool {
    rest.starts("communications error")
        || rest.starts("connection timed out")
        || (rest.find("failed: ").is_some()
            && (rest.starts("Connection to") || rest.starts("UDP setup")))
}

fn no_answer(span: Range<usize>) -> Fault {
    Fault::at(span, "no server answered: nothing is known about the name")
        .help("ask again, of a server that answers, or remove this query from the text")
}

fn cut(span: Range<usize>) -> Fault {
    Fault::at(
        span,
        "the header of this answer is not whole: the text is cut",
    )
    .help(KEEP)
}

/// How to keep an answer.
const KEEP: &str = "run dig again and keep all that it prints";

/// `NAME CLASS TYPE`; the class may be left out.
fn question(line: &Line<'_>) -> Result<Question, Fault> {
    let words = line.words();
    let (Some(name), Some(kind)) = (words.first(), words.get(1..).and_then(<[Word<'_>]>::last))
    else {
        return Err(Fault::at(line.span(), "this is no question: the text is cut").help(KEEP));
    };
    Ok(Question {
        name: name.absolute_name()?,
        srv: kind.is("SRV"),
    })
}

impl Message {
    /// What the answer says about KMS; `None` in the error where it was said already.
    fn judge(self) -> Result<Vec<Answer>, Option<Fault>> {
        let Some(header) = self.header.clone() else {
            return Ok(match self.last_name() {
                Some(last) => self.records(None, &last),
                None => Vec::new(),
            });
        };
        let Some(counts) = header.counts else {
            return Err(Some(cut(header.span)));
        };
        let at = |message: String| Fault::at(header.span.clone(), message);
        if header.status != "NOERROR" && header.status != "NXDOMAIN" {
            let message = format!(
                "the server answered {}: nothing is known about the name",
                header.status
            );
            return Err(Some(at(message).help(
                "ask again, of a server that answers, or remove this query from the text",
            )));
        }
        if header.flag("tc") {
            let message = "the server cut this answer short (flag `tc`)".to_owned();
            return Err(Some(
                at(message).help("run dig again without `+ignore`, or with `+tcp`"),
            ));
        }
        if self.broken {
            return Err(None);
        }
        self.complete(&header, counts)?;
        let Some(last) = self.last_name() else {
            let message =
                "the answer is empty, and the text does not tell what was asked for".to_owned();
            return Err(Some(
                at(message).help("run dig again without `+noquestion`"),
            ));
        };
        let mut authority = self.authority.iter();
        let start = authority.find(|(_, record)| matches!(record.data, Data::Soa { .. }));
        let mut told = Answer::default();
        if header.status == "NXDOMAIN" {
            told.none(last.clone(), header.span.clone());
        } else if self.asks_in_vain(&last) {
            if self.answer.is_empty() && start.is_none() && !self.is_believed(&header) {
                let message =
                    "the server only refers to other servers: this is no answer".to_owned();
                return Err(Some(at(message).help(
                    "ask a server that holds the zone, or one that asks others itself",
                )));
            }
            // An alias may lead to where this server knows nothing.
            if self.answer.is_empty() || start.is_some_and(|(_, soa)| soa.owner.zone_of(&last)) {
                told.none(last.clone(), header.span.clone());
            }
        }
        told.apex = self.apex(&header, &last);
        let mut answers = self.records(told.apex.as_ref(), &last);
        answers.push(told);
        Ok(answers)
    }

    /// Whether SRV records were asked for and `last`, where the aliases lead, has none.
    fn asks_in_vain(&self, last: &Name) -> bool {
        let found = |(_, record): &(_, Record)| {
            record.owner == *last && matches!(record.data, Data::Srv { .. })
        };
        self.question.as_ref().is_some_and(|question| question.srv)
            && !self.answer.iter().any(found)
    }

    /// Whether an answer without records is the last word: from the zone itself, or from a server that asked
    /// there.
    fn is_believed(&self, header: &Header) -> bool {
        let refers = self
            .authority
            .iter()
            .any(|(_, record)| record.data == Data::Ns);
        header.flag("aa") || (header.flag("rd") && header.flag("ra") && !refers)
    }

    /// The zone of `last`: the owner of the start of authority in a negative answer (RFC 2308 section 2), of
    /// the name servers in an authoritative one. A resolver may add name servers of any zone above.
    fn apex(&self, header: &Header, last: &Name) -> Option<Name> {
        let authoritative = header.flag("aa");
        let tells = |(_, record): &&(_, Record)| match record.data {
            Data::Soa { .. } => true,
            Data::Ns => authoritative,
            _ => false,
        };
        let (_, record) = self.authority.iter().find(tells)?;
        Some(record.owner.clone()).filter(|apex| apex.zone_of(last))
    }

    /// Whether all records are there that the header counts. Authority and additional section may be left
    /// out as a whole, but then dig goes on behind the last record.
    fn complete(
        &self,
        header: &Header,
        [answer, authority, additional]: [usize; 3],
    ) -> Result<(), Option<Fault>> {
        let pseudo = self.pseudo;
        let sections = [
            (true, "answer", answer, self.answer.len()),
            (
                self.headed[0] || self.unended,
                "authority",
                authority,
                self.authority.len(),
            ),
            (
                self.headed[1] || self.unended,
                "additional",
                additional,
                self.additional.len() + pseudo,
            ),
        ];
        for (present, name, counted, found) in sections {
            if present && counted != found {
                let message = format!(
                    "the text is cut: the header counts {counted} records in the {name} section, {found} are there"
                );
                return Err(Some(Fault::at(header.span.clone(), message).help(KEEP)));
            }
        }
        Ok(())
    }

    /// The name that was asked for, or where its aliases lead.
    fn last_name(&self) -> Option<Name> {
        let first = self.answer.first().map(|(_, record)| &record.owner);
        let mut name = self
            .question
            .as_ref()
            .map(|question| &question.name)
            .or(first)?;
        for _ in 0..self.answer.len() {
            let next = self
                .answer
                .iter()
                .find_map(|(_, record)| match &record.data {
                    Data::Cname(target) if record.owner == *name => Some(target),
                    _ => None,
                });
            match next {
                Some(next) => name = next,
                None => break,
            }
        }
        Some(name.clone())
    }

    /// The records, those of the zone `apex` apart from those whose zone is not told: an alias on the way to
    /// `last` may lie in another zone. TTLs count where the answer is authoritative, which it is for the name
    /// asked for alone (RFC 1035 section 4.1.1).
    fn records(self, apex: Option<&Name>, last: &Name) -> Vec<Answer> {
        let asked = self.question.map(|question| question.name);
        let asked = asked.or_else(|| self.answer.first().map(|(_, record)| record.owner.clone()));
        let authoritative = self.header.is_some_and(|header| header.flag("aa"));
        let mut zone = Answer {
            apex: apex.cloned(),
            ..Answer::default()
        };
        let mut elsewhere = Answer::default();
        let answer = self.answer.into_iter().map(|record| (true, record));
        let rest = self.authority.into_iter().chain(self.additional);
        for (in_answer, (span, record)) in answer.chain(rest.map(|record| (false, record))) {
            if matches!(record.data, Data::Ns) || is_idle(&record) {
                continue;
            }
            let exact = in_answer && authoritative && asked.as_ref() == Some(&record.owner);
            let here = apex.is_some_and(|apex| apex.zone_of(&record.owner))
                && (!in_answer || record.owner == *last);
            let answer = if here { &mut zone } else { &mut elsewhere };
            answer.records.push(Listed {
                owner: record.owner,
                ttl: record.ttl.filter(|_| exact),
                aged: None,
                span,
                data: record.data,
            });
        }
        vec![zone, elsewhere]
    }
}

/// Whether nobody asks for such a record: of other types only wildcards matter.
fn is_idle(record: &Record) -> bool {
    record.data == Data::Other && record.owner.iter().next() != Some(b"*")
}
