//! Records in master-file form among the remarks of `dig`.

use super::super::fields;
use super::super::listing::{Data, Fault, Sample};
use super::super::zone_file::lexer::{Cursor, End, Token};
use super::super::zone_file::rrtype::{self, Kind};
use super::super::zone_file::ttl;
use super::data;
use super::text::{Line, Word};
use crate::Name;

/// One piece of dig's output.
pub(super) enum Entry<'a> {
    /// A line without anything.
    Blank,
    /// A shell's prompt with a command.
    Command(Line<'a>),
    /// A line that begins with `;`.
    Remark(Line<'a>),
    /// A record, over one line or several.
    Record(Row<'a>),
    /// Something that cannot be read.
    Fault(Fault),
}

/// The words of a record.
pub(super) struct Row<'a> {
    /// Without quotes, parentheses and comments. At least one.
    words: Vec<Word<'a>>,
}

/// The pieces of dig's output in a sample.
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn new(sample: &Sample<'a>) -> Self {
        Self {
            bytes: sample.bytes,
            at: sample.body().0,
        }
    }

    fn line(&self) -> Line<'a> {
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        Line::new(self.at, &rest[..length])
    }

    fn step_over_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).map_or(rest.len(), |found| found + 1);
    }

    fn record(&mut self) -> Result<Vec<Word<'a>>, Fault> {
        let mut cursor = Cursor::new(self.bytes, self.at);
        let mut words = Vec::new();
        loop {
            match cursor.next() {
                Ok(Token::Word(span) | Token::Quoted(span)) => words.push(Word {
                    at: span.start,
                    text: &self.bytes[span],
                }),
                Ok(Token::Blank(_)) => {}
                Ok(Token::End(End::Line | End::File)) => {
                    self.at = cursor.at();
                    return Ok(words);
                }
                Err(fault) => {
                    cursor.recover();
                    self.at = cursor.at();
                    return Err(Fault::at(fault.span, fault.message));
                }
            }
        }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let line = self.line();
        if line.is_empty() || line.starts(";") {
            self.step_over_line();
            return Some(if line.is_empty() {
                Entry::Blank
            } else {
                Entry::Remark(line)
            });
        }
        // A prompt of two lines, of which the second has the command, begins so.
        let prompt = line.starts("┌──");
        if prompt || line.command("dig").is_some() || line.command("host").is_some() {
            self.step_over_line();
            return Some(Entry::Command(line));
        }
        Some(match self.record() {
            Ok(words) if words.is_empty() => Entry::Blank,
            Ok(words) => Entry::Record(Row { words }),
            Err(fault) => Entry::Fault(fault),
        })
    }
}

/// A record that was read.
pub(super) struct Record {
    pub(super) owner: Name,
    /// As printed, seconds.
    pub(super) ttl: Option<u32>,
    pub(super) data: Data,
}

impl<'a> Row<'a> {
    /// Its octets, from the first word to the last.
    pub(super) fn span(&self) -> std::ops::Range<usize> {
        let start = self.words.first().map_or(0, |word| word.at);
        start..self.words.last().map_or(start, |word| word.span().end)
    }

    /// Where it begins.
    pub(super) fn first(&self) -> Option<&Word<'a>> {
        self.words.first()
    }

    /// The type, and what stands after it.
    pub(super) fn kind(&self) -> Option<(Kind, &[Word<'a>])> {
        let (kind, data) = self.words.get(1 + self.heads().len()..)?.split_first()?;
        Some((Kind::parse(kind.text)?, data))
    }

    /// TTL and class, which stand between owner and type.
    fn heads(&self) -> &[Word<'a>] {
        let fields = self.words.get(1..).unwrap_or_default();
        let is_head =
            |word: &Word<'_>| ttl::parse(word.text).is_some() || rrtype::class(word.text).is_some();
        let count = fields.iter().take_while(|word| is_head(word)).count();
        &fields[..count]
    }

    /// What it says: absolute owner, TTL and class (which dig can leave out), type, data.
    pub(super) fn record(&self) -> Result<Record, Vec<Fault>> {
        let not_understood = || vec![Fault::at(self.span(), "this line is not understood")];
        let Some((kind, data)) = self.kind().filter(|(kind, _)| *kind != Kind::Unknown) else {
            return Err(not_understood());
        };
        let data = data::read(kind, data, &self.span());
        let owner = self
            .words
            .first()
            .ok_or_else(not_understood)?
            .absolute_name();
        let seconds = self.seconds();
        match (owner, seconds, data) {
            (Ok(owner), Ok(ttl), Ok(data)) => Ok(Record { owner, ttl, data }),
            (owner, seconds, data) => {
                let heads = owner.err().into_iter().chain(seconds.err());
                Err(heads.chain(data.err().into_iter().flatten()).collect())
            }
        }
    }

    fn seconds(&self) -> Result<Option<u32>, Fault> {
        let mut heads = self.heads().iter();
        let Some((word, seconds)) = heads.find_map(|word| Some((word, ttl::parse(word.text)?)))
        else {
            return Ok(None);
        };
        if seconds > fields::MAX_TTL {
            let message = format!("the TTL `{}` is above 2147483647", word.shown());
            return Err(Fault::at(word.span(), message));
        }
        Ok(Some(seconds))
    }
}
