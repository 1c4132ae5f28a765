//! Lines and words of console output, and the values in them.

use std::net::IpAddr;
use std::ops::Range;

use super::super::fields;
use super::super::listing::{Data, Fault, Sample};
use crate::Name;
use crate::presentation;

/// A word of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// Its first octet in the sample.
    pub(super) at: usize,
    /// Its octets.
    pub(super) text: &'a [u8],
}

impl Word<'_> {
    pub(super) fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    /// Whether it is this word, in any case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word.as_bytes())
    }

    /// The word for a message.
    pub(super) fn shown(&self) -> String {
        String::from_utf8_lossy(self.text).into_owned()
    }

    /// A decimal number of any size that fits.
    pub(super) fn digits<T: std::str::FromStr>(&self) -> Option<T> {
        fields::decimal(self.text)
    }

    /// A 16-bit number, called `what` in the complaint.
    pub(super) fn number(&self, what: &str) -> Result<u16, Fault> {
        self.digits().ok_or_else(|| {
            let message = format!("the {what} `{}` is no number from 0 to 65535", self.shown());
            Fault::at(self.span(), message)
        })
    }

    /// A name that is full with or without a final dot, as Windows prints them all.
    pub(super) fn full_name(&self) -> Result<Name, Fault> {
        let text = std::str::from_utf8(self.text)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or_else(|| self.no_name("it holds octets that are not ASCII"))?;
        presentation::parse_full_name(text).map_err(|error| self.no_name(&error.to_string()))
    }

    /// A name that ends with a dot, as BIND's tools print them where they print master files.
    pub(super) fn absolute_name(&self) -> Result<Name, Fault> {
        if self.text.ends_with(b".") {
            presentation::parse_name(self.text, None)
                .map_err(|error| self.no_name(&error.to_string()))
        } else {
            Err(self.no_name("it has no final dot, so it may be cut off"))
        }
    }

    pub(super) fn no_name(&self, why: &str) -> Fault {
        let message = format!("`{}` is no full domain name: {why}", self.shown());
        Fault::at(self.span(), message)
    }

    /// Whether it is an IPv4 or IPv6 address.
    pub(super) fn is_address(&self) -> bool {
        std::str::from_utf8(self.text).is_ok_and(|text| text.parse::<IpAddr>().is_ok())
    }

    /// The data of an address record.
    pub(super) fn address(&self) -> Result<Data, Fault> {
        if self.is_address() {
            Ok(Data::Address)
        } else {
            let message = format!("`{}` is no IP address", self.shown());
            Err(Fault::at(self.span(), message))
        }
    }

    /// The word in two where `octet` stands in it, which is left out.
    fn split(self, octet: u8) -> Option<(Self, Self, Self)> {
        let found = memchr::memchr(octet, self.text)?;
        let part = |range: Range<usize>| Word {
            at: self.at + range.start,
            text: &self.text[range],
        };
        Some((
            part(0..found),
            part(found..found + 1),
            part(found + 1..self.text.len()),
        ))
    }
}

/// A line without blanks at its ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// The first octet of `text` in the sample.
    pub(super) at: usize,
    /// Its octets.
    pub(super) text: &'a [u8],
    /// Whether blanks stood before it.
    pub(super) indented: bool,
}

/// The lines of a sample.
pub(super) fn lines<'a>(sample: &Sample<'a>) -> impl Iterator<Item = Line<'a>> + use<'a> {
    sample.lines().map(|(at, text)| Line::new(at, text))
}

impl<'a> Line<'a> {
    pub(super) fn new(at: usize, text: &'a [u8]) -> Self {
        let rest = text.trim_ascii_start();
        let before = text.len() - rest.len();
        Self {
            at: at + before,
            text: rest.trim_ascii_end(),
            indented: before > 0,
        }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it begins so, in any case.
    pub(super) fn starts(&self, prefix: &str) -> bool {
        self.text
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    }

    /// Whether it ends so, in any case.
    pub(super) fn ends(&self, suffix: &str) -> bool {
        self.text
            .len()
            .checked_sub(suffix.len())
            .is_some_and(|start| self.text[start..].eq_ignore_ascii_case(suffix.as_bytes()))
    }

    /// Where `part` stands in it, in any case.
    pub(super) fn find(&self, part: &str) -> Option<usize> {
        let part = part.as_bytes();
        let first = *part.first()?;
        let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        memchr::memchr2_iter(lower, upper, self.text).find(|at| {
            let window = self.text.get(*at..*at + part.len());
            window.is_some_and(|window| window.eq_ignore_ascii_case(part))
        })
    }

    /// What stands from octet `from` of the line on.
    pub(super) fn from(&self, from: usize) -> Self {
        Line::new(self.at + from, self.text.get(from..).unwrap_or_default())
    }

    /// Its words.
    pub(super) fn words(&self) -> Vec<Word<'a>> {
        let mut words = Vec::new();
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            let length = rest
                .iter()
                .position(u8::is_ascii_whitespace)
                .unwrap_or(rest.len());
            if length > 0 {
                words.push(Word {
                    at: self.at + at,
                    text: &rest[..length],
                });
            }
            at += length.max(1);
        }
        words
    }

    /// Its words, where `=` is a word of its own.
    pub(super) fn pieces(&self) -> Vec<Word<'a>> {
        let mut pieces = Vec::new();
        for word in self.words() {
            let mut rest = word;
            while let Some((before, equals, after)) = rest.split(b'=') {
                pieces.extend([before, equals]);
                rest = after;
            }
            pieces.push(rest);
        }
        pieces.retain(|piece| !piece.text.is_empty());
        pieces
    }

    /// What was typed after `tool` where the line is a shell's prompt with that command:
    /// `C:\>nslookup …`, `PS C:\> nslookup.exe …`, `[root@ns ~]# dig …`.
    pub(super) fn command(&self, tool: &str) -> Option<Self> {
        let prompts = self.text.iter().enumerate();
        let after_prompt = prompts
            .filter(|(_, octet)| matches!(octet, b'>' | b'$' | b'#' | b'%'))
            .map(|(index, _)| self.from(index + 1))
            .find(|rest| rest.starts(tool));
        let typed = after_prompt.or_else(|| self.starts(tool).then_some(*self))?;
        let arguments = typed.from(tool.len());
        let arguments = if arguments.starts(".exe") {
            arguments.from(4)
        } else {
            arguments
        };
        (arguments.is_empty() || arguments.indented).then_some(arguments)
    }
}

/// The phrase that these words make, in lower case with single blanks.
pub(super) fn phrase(words: &[Word<'_>]) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| word.shown().to_ascii_lowercase())
        .collect();
    words.join(" ")
}

/// The complaint about a query that got no answer.
pub(super) fn query_failed(line: &Line<'_>) -> Fault {
    Fault::at(
        line.span(),
        "this query failed: it tells nothing about the name",
    )
    .help("ask again, of a server that answers, or remove this query from the text")
}

/// A record of a type that is not understood, or any other line.
pub(super) fn not_understood(line: &Line<'_>) -> Fault {
    Fault::at(line.span(), "this line is not understood")
}
