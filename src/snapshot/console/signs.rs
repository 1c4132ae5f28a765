//! What shows that a source is console output.

use super::super::Format;
use super::super::lines::{Search, lines_with};
use super::super::listing::{Sample, Sign};
use super::nslookup::HEADING;
use super::text::{self, Line, Word};
use super::{enum_records, transfer};

/// How much of the beginning is looked at, and how much of the end, in octets.
const BEGINNING: usize = 64 * 1024;
const END: usize = 4 * 1024;

/// How many lines that are not empty a heading takes at most.
const FIRST: usize = 12;

/// What shows that a source is in one of these forms: one sign a form at most.
pub(in crate::snapshot) fn signs(sample: &Sample<'_>) -> Vec<Sign> {
    let beginning = part(sample, 0..BEGINNING);
    let telling = telling(&beginning);
    if let Some(sign) = transferred(sample, &telling) {
        return vec![sign];
    }
    let lines = || text::lines(&beginning).filter(|line| !line.is_empty());
    let first: Vec<Line<'_>> = lines().take(FIRST).collect();
    let mut signs: Vec<Sign> = [
        nslookup(&first, &telling),
        host(&telling),
        dnscmd(&first, &telling),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some(sign) = short(lines()) {
        signs.push(sign);
    } else if let Some(sign) = dig(lines(), &telling, !signs.is_empty()) {
        // `host -v` prints its answers as dig does.
        signs.retain(|sign| sign.format != Format::Host);
        signs.push(sign);
    }
    signs
}

/// A part of a sample.
fn part<'a>(sample: &Sample<'a>, range: std::ops::Range<usize>) -> Sample<'a> {
    let range = range.start..range.end.min(sample.bytes.len());
    Sample {
        bytes: sample.bytes.get(range).unwrap_or_default(),
        ..*sample
    }
}

/// The lines in which a sign can stand wherever they are. Each sign has one of these octets or words in it, and most
/// lines of a zone file have none: so a large one is not split into words.
fn telling<'a>(sample: &Sample<'a>) -> Vec<Line<'a>> {
    let [record, alias] = [RECORD, ALIAS].map(memchr::memmem::Finder::new);
    let searches: [Search<'_>; 4] = [
        &|text| memchr::memchr3(b':', b';', b'*', text),
        // The q is that of `DNS request timed out`.
        &|text| memchr::memchr3(b'=', b'q', b'Q', text),
        &|text| record.find(text),
        &|text| alias.find(text),
    ];
    let (start, body) = sample.body();
    lines_with(body, &searches)
        .into_iter()
        .map(|line| Line::new(start + line.start, &body[line]))
        .collect()
}

/// Words of the lines of `host`, as it spells them.
const RECORD: &[u8] = b"record";
const ALIAS: &[u8] = b"alias";

/// `dig AXFR`: by the command that dig repeats, or by its last line.
fn transferred(sample: &Sample<'_>, lines: &[Line<'_>]) -> Option<Sign> {
    let sign = |why: &str| Some(Sign::new(Format::DigTransfer, why));
    let greeting = lines.iter().find(|line| line.starts("; <<>> DiG "));
    if greeting.is_some_and(|line| {
        line.words()
            .iter()
            .any(|word| transfer::is_transfer(word.text))
    }) {
        return sign("a line `; <<>> DiG` with `AXFR`");
    }
    let length = sample.bytes.len();
    let end = telling(&part(sample, length.saturating_sub(END)..length));
    if end.iter().any(|line| line.starts(";; XFR size:")) {
        return sign("a line `;; XFR size:`");
    }
    if end.iter().any(|line| line.starts("; Transfer failed.")) {
        return sign("a line `; Transfer failed.`");
    }
    None
}

fn dig<'a>(
    lines: impl Iterator<Item = Line<'a>>,
    telling: &[Line<'_>],
    other_tool: bool,
) -> Option<Sign> {
    let starts = [
        ("; <<>> DiG ", "a line `; <<>> DiG`"),
        (";; ->>HEADER<<-", "a line `;; ->>HEADER<<-`"),
        (";; ANSWER SECTION:", "a line `;; ANSWER SECTION:`"),
    ];
    // Every tool of BIND says these where it gets no answer.
    let failures = [
        (
            ";; communications error",
            "a line `;; communications error`",
        ),
        (
            ";; no servers could be reached",
            "a line `;; no servers could be reached`",
        ),
        (
            ";; connection timed out",
            "a line `;; connection timed out`",
        ),
    ];
    let failures = failures.iter().filter(|_| !other_tool);
    let mut signs = starts.iter().chain(failures);
    let why = match signs.find(|(start, _)| telling.iter().any(|line| line.starts(start))) {
        Some((_, why)) => why,
        None if is_answer_alone(lines) => "nothing but records with full names, and no SOA record",
        None => return None,
    };
    Some(Sign::new(Format::Dig, why))
}

/// `dig +noall +answer`: nothing but records of which each has its full name, its TTL and its class, one of
/// them of KMS. A zone file begins with its SOA.
fn is_answer_alone<'a>(lines: impl Iterator<Item = Line<'a>>) -> bool {
    let mut about_kms = false;
    for line in lines.filter(|line| !line.starts(";")) {
        let words = line.words();
        let [owner, ttl, class, kind, _, ..] = words.as_slice() else {
            return false;
        };
        let whole = !line.indented
            && owner.text.ends_with(b".")
            && ttl.text.iter().all(u8::is_ascii_digit)
            && class.is("IN")
            && !kind.is("SOA");
        if !whole {
            return false;
        }
        about_kms |= line.starts("_vlmcs._tcp.");
    }
    about_kms
}

fn nslookup(first: &[Line<'_>], telling: &[Line<'_>]) -> Option<Sign> {
    let sign = |why: &str| Some(Sign::new(Format::Nslookup, why));
    if telling.iter().any(|line| line.find(HEADING).is_some()) {
        return sign("a line `SRV service location:`");
    }
    for line in telling {
        if line.starts("** server can't find ") {
            return sign("a line `** server can't find`");
        }
        if line.starts("*** ") && line.find("_vlmcs._tcp").is_some() {
            return sign("a line of `***` about a KMS name");
        }
        if line.starts("DNS request timed out") {
            return sign("a line `DNS request timed out`");
        }
        if memchr::memchr(b'=', line.text).is_none() {
            continue;
        }
        let pieces = line.pieces();
        let words: Vec<String> = pieces.iter().take(4).map(Word::shown).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [_, "service", "=", _] => return sign("a line `service =`"),
            ["svr", "hostname", "=", ..] => return sign("a line `svr hostname =`"),
            ["primary", "name", "server", "="] => return sign("a line `primary name server =`"),
            _ => {}
        }
    }
    // In every language the server's address stands under its name; in `host` two more lines are around it.
    let banner = first.windows(2).take(8).any(|pair| {
        let [name, address] = pair else { return false };
        let words = address.words();
        let is_server = words.len() == 2 && words[0].is("Address:") && is_server(&words[1]);
        is_server
            && name.words().iter().any(|word| word.text.ends_with(b":"))
            && !name.starts("Name:")
    });
    if banner {
        return sign("an `Address:` under the name of a server");
    }
    None
}

/// `10.20.0.10`, or `10.20.0.10#53`.
fn is_server(word: &Word<'_>) -> bool {
    let length = memchr::memchr(b'#', word.text).unwrap_or(word.text.len());
    let address = Word {
        at: word.at,
        text: &word.text[..length],
    };
    address.is_address()
}

fn host(telling: &[Line<'_>]) -> Option<Sign> {
    let sign = |why: &str| Some(Sign::new(Format::Host, why));
    let [record, alias] = [RECORD, ALIAS].map(memchr::memmem::Finder::new);
    for line in telling {
        if line.starts("Using domain server:") {
            return sign("a line `Using domain server:`");
        }
        if line.starts("Host ") && line.find(" not found: ").is_some() {
            return sign("a line `Host … not found:`");
        }
        if record.find(line.text).is_none() && alias.find(line.text).is_none() {
            continue;
        }
        let words = line.words();
        let words: Vec<&[u8]> = words.iter().skip(1).take(4).map(|word| word.text).collect();
        match words.as_slice() {
            [b"has", b"SRV", b"record", ..] => return sign("a line `has SRV record`"),
            [b"has", b"no", b"SRV", b"record"] => return sign("a line `has no SRV record`"),
            [b"is", b"an", b"alias", b"for"] => return sign("a line `is an alias for`"),
            _ => {}
        }
    }
    None
}

fn dnscmd(first: &[Line<'_>], telling: &[Line<'_>]) -> Option<Sign> {
    let remark = |line: &Line<'_>, label: &str| line.starts(";") && line.from(1).starts(label);
    if telling.iter().any(|line| remark(line, "Finished zone:")) {
        return Some(Sign::new(Format::ZonePrint, "a line `;  Finished zone:`"));
    }
    let mut heads = first.iter();
    if heads.any(|line| remark(line, "Zone:")) && heads.any(|line| remark(line, "Server:")) {
        return Some(Sign::new(
            Format::ZonePrint,
            "lines `;  Zone:` and `;  Server:`",
        ));
    }
    for line in telling {
        for (start, why) in [
            (enum_records::BEGIN, "a line `Returned records:`"),
            (enum_records::FAILED, "a line `Command failed:`"),
        ] {
            if line.starts(start) {
                return Some(Sign::new(Format::EnumRecords, why));
            }
        }
        if memchr::memchr(b'[', line.text).is_none() {
            continue;
        }
        let aged = line.words().into_iter().take(2);
        if aged
            .into_iter()
            .any(|word| word.text.starts_with(b"[Aging:"))
        {
            return Some(Sign::new(Format::EnumRecords, "a record with `[Aging:`"));
        }
    }
    None
}

/// `dig +short`: the first line that is no remark is the data of an SRV record, or a name followed by one.
fn short<'a>(lines: impl Iterator<Item = Line<'a>>) -> Option<Sign> {
    let mut data = lines.filter(|line| !line.starts(";"));
    let first = data.find(|line| !is_name(line))?;
    let words = first.words();
    let [priority, weight, port, target] = words.as_slice() else {
        return None;
    };
    let numbers = [priority, weight, port]
        .iter()
        .all(|word| word.text.iter().all(u8::is_ascii_digit));
    let named = target.text.iter().any(u8::is_ascii_alphabetic);
    (numbers && named).then(|| Sign::new(Format::DigShort, "lines of three numbers and a name"))
}

/// Whether a line is nothing but an absolute name.
fn is_name(line: &Line<'_>) -> bool {
    line.text.len() > 1
        && line.text.ends_with(b".")
        && !line.text.contains(&b' ')
        && !line.text.contains(&b'\t')
}
