//! What shows that a source is console output.

use super::super::Format;
use super::super::listing::{Sample, Sign};
use super::nslookup::HEADING;
use super::text::{Line, Word};
use super::{enum_records, text, transfer};

/// How much of the beginning is looked at, and how much of the end, in octets.
const BEGINNING: usize = 64 * 1024;
const END: usize = 4 * 1024;

/// What shows that a source is in one of these forms: one sign a form at most.
pub(in crate::snapshot) fn signs(sample: &Sample<'_>) -> Vec<Sign> {
    let beginning = part(sample, 0..BEGINNING);
    let lines: Vec<Line<'_>> = beginning
        .iter()
        .copied()
        .filter(|line| !line.is_empty())
        .collect();
    if let Some(sign) = transferred(sample, &lines) {
        return vec![sign];
    }
    let mut signs: Vec<Sign> = [nslookup(&lines), host(&lines), dnscmd(&lines)]
        .into_iter()
        .flatten()
        .collect();
    if let Some(sign) = short(&lines) {
        signs.push(sign);
    } else if let Some(sign) = dig(&lines, !signs.is_empty()) {
        // `host -v` prints its answers as dig does.
        signs.retain(|sign| sign.format != Format::Host);
        signs.push(sign);
    }
    signs
}

/// The lines of a part of a sample.
fn part<'a>(sample: &Sample<'a>, range: std::ops::Range<usize>) -> Vec<Line<'a>> {
    let range = range.start..range.end.min(sample.bytes.len());
    let cut = Sample {
        bytes: sample.bytes.get(range).unwrap_or_default(),
        ..*sample
    };
    text::lines(&cut).collect()
}

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
    let end = part(sample, length.saturating_sub(END)..length);
    if end.iter().any(|line| line.starts(";; XFR size:")) {
        return sign("a line `;; XFR size:`");
    }
    if end.iter().any(|line| line.starts("; Transfer failed.")) {
        return sign("a line `; Transfer failed.`");
    }
    None
}

fn dig(lines: &[Line<'_>], other_tool: bool) -> Option<Sign> {
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
    let why = match signs.find(|(start, _)| lines.iter().any(|line| line.starts(start))) {
        Some((_, why)) => why,
        None if is_answer_alone(lines) => "nothing but records with full names, and no SOA record",
        None => return None,
    };
    Some(Sign::new(Format::Dig, why))
}

/// `dig +noall +answer`: nothing but records of which each has its full name, its TTL and its class, one of
/// them of KMS. A zone file begins with its SOA.
fn is_answer_alone(lines: &[Line<'_>]) -> bool {
    let mut about_kms = false;
    for line in lines.iter().filter(|line| !line.starts(";")) {
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

fn nslookup(lines: &[Line<'_>]) -> Option<Sign> {
    let sign = |why: &str| Some(Sign::new(Format::Nslookup, why));
    if lines.iter().any(|line| line.find(HEADING).is_some()) {
        return sign("a line `SRV service location:`");
    }
    for line in lines {
        if line.starts("** server can't find ") {
            return sign("a line `** server can't find`");
        }
        if line.starts("*** ") && line.find("_vlmcs._tcp").is_some() {
            return sign("a line of `***` about a KMS name");
        }
        if line.starts("DNS request timed out") {
            return sign("a line `DNS request timed out`");
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
    let banner = lines.windows(2).take(8).any(|pair| {
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

fn host(lines: &[Line<'_>]) -> Option<Sign> {
    let sign = |why: &str| Some(Sign::new(Format::Host, why));
    for line in lines {
        if line.starts("Using domain server:") {
            return sign("a line `Using domain server:`");
        }
        if line.starts("Host ") && line.find(" not found: ").is_some() {
            return sign("a line `Host … not found:`");
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

fn dnscmd(lines: &[Line<'_>]) -> Option<Sign> {
    let remark = |line: &Line<'_>, label: &str| line.starts(";") && line.from(1).starts(label);
    if lines.iter().any(|line| remark(line, "Finished zone:")) {
        return Some(Sign::new(Format::ZonePrint, "a line `;  Finished zone:`"));
    }
    let mut heads = lines.iter().take(12);
    if heads.any(|line| remark(line, "Zone:")) && heads.any(|line| remark(line, "Server:")) {
        return Some(Sign::new(
            Format::ZonePrint,
            "lines `;  Zone:` and `;  Server:`",
        ));
    }
    for line in lines {
        for (start, why) in [
            (enum_records::BEGIN, "a line `Returned records:`"),
            (enum_records::FAILED, "a line `Command failed:`"),
        ] {
            if line.starts(start) {
                return Some(Sign::new(Format::EnumRecords, why));
            }
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
fn short(lines: &[Line<'_>]) -> Option<Sign> {
    let mut data = lines.iter().filter(|line| !line.starts(";"));
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
