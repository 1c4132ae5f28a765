//! Output of `nslookup`, Windows' and BIND's.
//!
//! Windows translates the banner and the remarks, and writes them in the console's code page; the records
//! themselves are English everywhere. So records are found by their own words, and lines in between that
//! hold neither a value (`=`) nor a KMS name are stepped over. A line that begins with `***` is an answer,
//! or tells that there was none.

use std::ops::Range;

use super::super::listing::{Data, Fault, Sample, Section};
use super::answers::{self, Answer};
use super::data;
use super::text::{self, Line, Word, not_understood, phrase, query_failed};
use crate::Name;
use crate::presentation;

/// What stands above the values of an SRV record in every language of Windows.
pub(super) const HEADING: &str = "SRV service location:";

/// The records of the answers.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let mut reader = Reader::default();
    for line in text::lines(sample) {
        if !line.is_empty() {
            reader.line(line);
        }
        if reader.stopped {
            break;
        }
    }
    reader.finish()
}

/// What the values of an SRV record are called.
const KEYS: [&str; 4] = ["priority", "weight", "port", "svr hostname"];

/// Fields of records that have nothing to do with KMS.
const OTHER_FIELDS: [&str; 14] = [
    "origin",
    "mail addr",
    "responsible mail addr",
    "serial",
    "refresh",
    "retry",
    "expire",
    "minimum",
    "default ttl",
    "mail exchanger",
    "mx preference",
    "nameserver",
    "text",
    "name",
];

/// A record of Windows' nslookup whose values are being read.
struct Block<'a> {
    owner: Name,
    span: Range<usize>,
    values: [Option<Word<'a>>; 4],
    /// Whether something is wrong with it that was said already.
    broken: bool,
}

impl Block<'_> {
    fn missing(&self) -> Vec<String> {
        let values = KEYS.iter().zip(&self.values);
        values
            .filter(|(_, value)| value.is_none())
            .map(|(key, _)| format!("`{key}`"))
            .collect()
    }
}

/// What a command or a prompt asks for, as far as the text shows it.
#[derive(Default)]
struct Question {
    /// The KMS name.
    name: Option<Name>,
    /// Whether the type is SRV: without it nslookup asks for addresses.
    srv: bool,
}

#[derive(Default)]
struct Reader<'a> {
    answers: Vec<Answer>,
    /// What is said since the last banner.
    answer: Answer,
    faults: Vec<Fault>,
    block: Option<Block<'a>>,
    /// The host after `Name:`, whose addresses follow.
    host: Option<Name>,
    question: Question,
    /// Whether BIND said "No answer" and may go on with the servers that have one.
    no_answer: bool,
    /// A time-out after which nothing was answered yet.
    waiting: Option<Range<usize>>,
    stopped: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: Line<'a>) {
        let (prompted, line) = after_prompts(line);
        if line.is_empty() {
            return;
        }
        if self.values(&line) {
            return;
        }
        if is_debug(&line) {
            self.faults.push(
                Fault::at(line.span(), "this is debugging output of nslookup")
                    .help("run nslookup again without `-debug` and `-d2`"),
            );
            self.stopped = true;
        } else if line.starts("***") {
            self.stars(&line);
        } else if line.starts("** ") {
            self.bind_failure(&line);
        } else if line.starts(";;") {
            self.remark(&line);
        } else if line.starts("DNS request timed out") {
            self.waiting = Some(line.span());
        } else if let Some(at) = line.find(HEADING) {
            self.heading(&line, at);
        } else if let Some(arguments) = line.command("nslookup") {
            self.typed_command(&arguments);
        } else if prompted && self.typed(&line) {
            self.next_answer();
        } else {
            self.other(&line);
        }
    }

    fn record(&mut self, owner: Name, span: Range<usize>, data: Data) {
        self.waiting = None;
        self.answer.push(owner, span, data);
    }

    fn none(&mut self, owner: Name, span: Range<usize>) {
        self.waiting = None;
        self.question.name = None;
        self.answer.none(owner, span);
    }

    fn next_answer(&mut self) {
        self.host = None;
        self.no_answer = false;
        self.answers.push(std::mem::take(&mut self.answer));
    }

    /// Takes over the type and the name of a command line.
    fn typed_command(&mut self, arguments: &Line<'a>) {
        self.next_answer();
        self.question = Question::default();
        for word in arguments.words() {
            if let Some(option) = word.text.strip_prefix(b"-") {
                self.question.srv |= type_option(option).unwrap_or(false);
            }
        }
        self.question.name = kms_word(arguments).ok().flatten();
    }

    /// Takes over what was typed at nslookup's own prompt: `set type=srv`, or a name alone. Where its input
    /// is a file, what follows the prompt is output instead.
    fn typed(&mut self, line: &Line<'a>) -> bool {
        let words = line.words();
        match words.as_slice() {
            [set, rest @ ..] if set.is("set") => {
                for word in rest {
                    self.question.srv = type_option(word.text).unwrap_or(self.question.srv);
                }
                true
            }
            [only] => {
                self.question.name = only
                    .full_name()
                    .ok()
                    .filter(|name| presentation::kms_domain(name).is_some());
                true
            }
            [command, ..] => ["server", "lserver", "exit", "ls"]
                .iter()
                .any(|name| command.is(name)),
            [] => true,
        }
    }

    /// A heading of an SRV record, with the values that stand on the same line.
    fn heading(&mut self, line: &Line<'a>, at: usize) {
        let before = Line::new(line.at, &line.text[..at]);
        let words = before.words();
        let [owner] = words.as_slice() else {
            let message = format!("one name must stand before `{HEADING}`");
            self.faults.push(Fault::at(line.span(), message));
            return;
        };
        match owner.full_name() {
            Ok(owner) => {
                self.question.name = None;
                self.host = None;
                self.block = Some(Block {
                    owner,
                    span: line.span(),
                    values: [None; 4],
                    broken: false,
                });
                let rest = line.from(at + HEADING.len());
                if !rest.is_empty() && !self.values(&rest) {
                    self.faults.push(not_understood(&rest));
                }
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Takes the line as values of the record that is open. Reports whether it is no more than that.
    fn values(&mut self, line: &Line<'a>) -> bool {
        let Some(block) = &mut self.block else {
            return false;
        };
        let pieces = line.pieces();
        let mut rest = pieces.as_slice();
        if key(rest).is_none() {
            self.close("this record lacks");
            return false;
        }
        while let Some((key, after)) = key(rest) {
            let Some((value, after)) = after.split_first() else {
                let message = format!("`{}` has no value", KEYS[key]);
                self.faults.push(Fault::at(line.span(), message));
                block.broken = true;
                return true;
            };
            if block.values[key].replace(*value).is_some() {
                let message = format!("`{}` is given twice for one record", KEYS[key]);
                self.faults.push(Fault::at(value.span(), message));
                block.broken = true;
            }
            rest = after;
        }
        if let [first, ..] = rest {
            let end = line.span().end;
            let message = "this is not understood after the values of an SRV record";
            self.faults.push(Fault::at(first.at..end, message));
            block.broken = true;
        }
        if block.values.iter().all(Option::is_some) {
            self.close("this record lacks");
        }
        true
    }

    /// Ends the record that is open: whole, or `lacking` values.
    fn close(&mut self, lacking: &str) {
        let Some(block) = self.block.take() else {
            return;
        };
        if let [Some(priority), Some(weight), Some(port), Some(target)] = block.values {
            match data::srv([priority, weight, port], target.full_name()) {
                Ok(data) if !block.broken => self.record(block.owner, block.span, data),
                Ok(_) => {}
                Err(faults) => self.faults.extend(faults),
            }
        } else if !block.broken {
            let message = format!("{lacking} {}", block.missing().join(" and "));
            let fault = Fault::at(block.span, message);
            self.faults
                .push(fault.help("run nslookup again and keep all that it prints"));
        }
    }

    /// A line of `***`: a name that does not exist, a failure, or a remark about the server's own name.
    fn stars(&mut self, line: &Line<'a>) {
        self.waiting = None;
        let asked = match kms_word(line) {
            Ok(asked) => asked,
            Err(fault) => return self.faults.push(fault),
        };
        // Reading the reason alone: what stands before it is in the language of Windows.
        let no_such_name = line.ends("Non-existent domain") || line.ends("Non-existent domain.");
        let no_records = line.find("records available").is_some();
        let harmless = line.find("can't find server name for address").is_some()
            || line.find("Default servers are not available").is_some();
        match asked {
            Some(owner) if no_such_name => self.none(owner, line.span()),
            Some(owner) if no_records && line.find("(SRV)").is_some() => {
                self.none(owner, line.span());
            }
            Some(owner) if line.ends(": No answer") => {
                self.no_answer = true;
                self.no_records(owner, line.span());
            }
            Some(_) if no_records => self
                .faults
                .push(Fault::at(line.span(), "this is no answer about SRV records").help(ASK)),
            None if no_such_name || no_records || harmless || line.ends(": No answer") => {}
            _ => self.failure(line),
        }
    }

    /// Notes that a name has no records of the type asked for, where that type is known to be SRV.
    fn no_records(&mut self, owner: Name, span: Range<usize>) {
        if self.question.srv {
            self.none(owner, span);
        } else {
            let message = "the text does not tell whether SRV records were asked for: without a type nslookup asks \
                           for addresses";
            self.faults.push(Fault::at(span, message).help(
                "keep the command line `nslookup -type=srv NAME` above its output, or use \
                 `dig SRV NAME` or `host -t srv NAME`",
            ));
        }
    }

    /// BIND's `** server can't find NAME: RCODE`.
    fn bind_failure(&mut self, line: &Line<'a>) {
        if !line.ends(": NXDOMAIN") {
            return self.failure(line);
        }
        match kms_word(line) {
            Ok(Some(owner)) => self.none(owner, line.span()),
            Ok(None) => self.waiting = None,
            Err(fault) => self.faults.push(fault),
        }
    }

    fn failure(&mut self, line: &Line<'a>) {
        self.waiting = None;
        self.faults.push(query_failed(line));
    }

    /// A remark of BIND's tools. A server that does not answer matters only if no other one does.
    fn remark(&mut self, line: &Line<'a>) {
        let harmless = [
            "Got SERVFAIL reply",
            "Got recursion not available",
            "Truncated, retrying",
        ];
        let rest = line.from(2);
        if rest.starts("communications error") {
            self.waiting = Some(line.span());
        } else if line.find("no servers could be reached").is_some() {
            self.failure(line);
        } else if !harmless.iter().any(|start| rest.starts(start)) {
            self.faults.push(not_understood(line));
        }
    }

    /// Any other line: a banner, an address, or a record of one line.
    fn other(&mut self, line: &Line<'a>) {
        if line.starts("\"") {
            // The strings of a TXT record, below its owner.
            return;
        }
        let pieces = line.pieces();
        let Some(equals) = pieces.iter().position(|piece| piece.text == b"=") else {
            return self.remark_or_address(line);
        };
        let (before, after) = (&pieces[..equals], &pieces[equals + 1..]);
        let Some((owner, key)) = before.split_first() else {
            return self.faults.push(not_understood(line));
        };
        let field = phrase(before);
        match phrase(key).as_str() {
            "internet address" | "aaaa ipv6 address" | "ipv6 address" => {
                self.pair(line, owner, after, Word::address);
            }
            "canonical name" => {
                self.pair(line, owner, after, |word| word.full_name().map(Data::Cname));
            }
            "dname" => self.pair(line, owner, after, |word| word.full_name().map(Data::Dname)),
            // BIND's `NAME service = PRIORITY WEIGHT PORT TARGET`.
            "service" => self.take(line, owner, data::service(line, after)),
            "nameserver" if self.no_answer => self.faults.push(
                Fault::at(
                    line.span(),
                    "the server only refers to other servers: this is no answer",
                )
                .help("ask a server that holds the zone, or one that asks others itself"),
            ),
            _ if field == "primary name server" => self.start_of_authority(line),
            other if OTHER_FIELDS.contains(&other) || OTHER_FIELDS.contains(&field.as_str()) => {}
            other if other.starts_with("rdata_") => {}
            _ if key_of(&pieces).is_some() => self.faults.push(
                Fault::at(line.span(), "this value belongs to no SRV record").help(format!(
                    "a line `NAME  {HEADING}` must stand above the four values of a record"
                )),
            ),
            _ => self.faults.push(not_understood(line).help(
                "nslookup prints records in English on every Windows: a text that was translated \
                 afterwards is not read",
            )),
        }
    }

    /// A record of one value.
    fn pair(
        &mut self,
        line: &Line<'a>,
        owner: &Word<'a>,
        values: &[Word<'a>],
        data: impl Fn(&Word<'a>) -> Result<Data, Fault>,
    ) {
        let [value] = values else {
            return self.faults.push(not_understood(line));
        };
        self.take(line, owner, data(value).map_err(|fault| vec![fault]));
    }

    fn take(&mut self, line: &Line<'a>, owner: &Word<'a>, data: Result<Data, Vec<Fault>>) {
        match data::record(owner.full_name(), data) {
            Ok((owner, data)) => self.record(owner, line.span(), data),
            Err(faults) => self.faults.extend(faults),
        }
    }

    /// Windows' way to say that a name has no records of the type asked for: the zone's start of authority.
    fn start_of_authority(&mut self, line: &Line<'a>) {
        match self.question.name.take() {
            Some(owner) => self.no_records(owner, line.span()),
            None => self.faults.push(
                Fault::at(
                    line.span(),
                    "the answer is a start of authority alone: some name has no such records, and the text \
                     does not tell which",
                )
                .help("keep the command line `nslookup -type=srv NAME` above its output"),
            ),
        }
    }

    /// A line without a value: part of an address, a banner or a remark. A KMS name must not be in it.
    fn remark_or_address(&mut self, line: &Line<'a>) {
        let words = line.words();
        match words.as_slice() {
            [label, host] if label.is("Name:") => self.named(line, host),
            [label, first, ..] if label.is("Address:") || label.is("Addresses:") => {
                self.address_of_host(line, first);
            }
            [owner, has, aaaa, address, value]
                if has.is("has") && aaaa.is("AAAA") && address.is("address") =>
            {
                self.pair(line, owner, &[*value], Word::address);
            }
            all if all.iter().all(Word::is_address) => {}
            _ if line.find("_vlmcs").is_some() => self.faults.push(not_understood(line)),
            _ => self.host = None,
        }
    }

    fn named(&mut self, line: &Line<'a>, host: &Word<'a>) {
        match host.full_name() {
            Ok(name) if presentation::kms_domain(&name).is_some() => self
                .faults
                .push(Fault::at(line.span(), "this is no answer about SRV records").help(ASK)),
            Ok(name) => self.host = Some(name),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// The address of the host named before, or of the server: then another answer begins.
    fn address_of_host(&mut self, line: &Line<'a>, address: &Word<'a>) {
        let Some(host) = self.host.clone() else {
            return self.next_answer();
        };
        match address.address() {
            Ok(data) => self.record(host, line.span(), data),
            Err(fault) => self.faults.push(fault),
        }
    }

    fn finish(mut self) -> Result<Vec<Section>, Vec<Fault>> {
        self.close("the text ends inside this record: it lacks");
        if let Some(span) = self.waiting.take() {
            let message = "the server did not answer in time: nothing is known about the name";
            self.faults
                .push(Fault::at(span, message).help("ask again, of a server that answers"));
        }
        self.answers.push(self.answer);
        answers::sections(self.answers, self.faults)
    }
}

/// How to ask nslookup.
const ASK: &str = "run `nslookup -type=srv _vlmcs._tcp.DOMAIN`";

/// What of [`KEYS`] these words begin with, and what follows its `=`.
fn key<'w, 'a>(pieces: &'w [Word<'a>]) -> Option<(usize, &'w [Word<'a>])> {
    let equals = pieces.iter().position(|piece| piece.text == b"=")?;
    let name = phrase(&pieces[..equals]);
    let index = KEYS.iter().position(|key| *key == name)?;
    Some((index, &pieces[equals + 1..]))
}

fn key_of(pieces: &[Word<'_>]) -> Option<usize> {
    key(pieces).map(|(index, _)| index)
}

/// The line without nslookup's own prompts, and whether there were any.
fn after_prompts(line: Line<'_>) -> (bool, Line<'_>) {
    let mut rest = line;
    while rest.starts(">") {
        rest = rest.from(1);
    }
    (rest.at > line.at, rest)
}

/// Whether an option or a setting chooses the type SRV; `None` where it is about something else. nslookup
/// takes any beginning of the word `querytype`, and `type`.
fn type_option(option: &[u8]) -> Option<bool> {
    let equals = memchr::memchr(b'=', option)?;
    let (name, value) = (option[..equals].to_ascii_lowercase(), &option[equals + 1..]);
    let chooses =
        !name.is_empty() && (b"querytype".starts_with(&name) || b"type".starts_with(&name));
    chooses.then(|| value.eq_ignore_ascii_case(b"srv"))
}

/// Lines that only `-debug` and `-d2` print.
fn is_debug(line: &Line<'_>) -> bool {
    let dashes = line.text.len() >= 12 && line.text.iter().all(|octet| *octet == b'-');
    let heads: [&[u8]; 3] = [b"Got answer:", b"HEADER:", b"QUESTIONS:"];
    dashes || heads.contains(&line.text)
}

/// The name in a line of free text that begins with `_vlmcs._tcp`. Punctuation and the blank that does not
/// break may follow it, in any code page.
fn kms_word(line: &Line<'_>) -> Result<Option<Name>, Fault> {
    let Some(at) = line.find("_vlmcs._tcp") else {
        return Ok(None);
    };
    let inside = at.checked_sub(1).is_some_and(|before| {
        let octet = line.text[before];
        octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'_' | b'-')
    });
    if inside {
        return Ok(None);
    }
    let rest = &line.text[at..];
    let ends = |octet: &u8| {
        !octet.is_ascii_graphic() || matches!(octet, b':' | b'\'' | b'"' | b'`' | b',')
    };
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    let word = Word {
        at: line.at + at,
        text: &rest[..length],
    };
    let strange = rest[length..]
        .iter()
        .take_while(|octet| !octet.is_ascii())
        .count();
    let after = rest.get(length + strange);
    if strange > 3 || (strange > 0 && after.is_some_and(u8::is_ascii_alphanumeric)) {
        return Err(word.no_name("octets that are not ASCII stand in it"));
    }
    word.full_name().map(Some)
}
