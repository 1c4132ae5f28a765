//! The lexical level of a master file: words, quoted strings, blanks at the start of a line, ends of lines.
//!
//! Everything here follows BIND's lexer: parentheses make line ends blanks, a comment ends a word, a
//! newline inside quotes is an error unless it is escaped, a lone CR ends a line outside parentheses and
//! comments, and a NUL may stand in quotes and comments only.

use std::ops::Range;

/// A complaint about octets of the file that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) struct Fault {
    /// The octets.
    pub(in crate::snapshot) span: Range<usize>,
    /// What is wrong.
    pub(in crate::snapshot) message: String,
    /// What to do about it.
    pub(in crate::snapshot) help: Option<String>,
    /// Whether nothing after it can be read with confidence.
    pub(in crate::snapshot) fatal: bool,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            fatal: false,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn fatal(mut self) -> Self {
        self.fatal = true;
        self
    }
}

/// A lexical element. Ranges are octets of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) enum Token {
    /// Text without blanks, escapes as written.
    Word(Range<usize>),
    /// A quoted string, without its quotes, escapes as written.
    Quoted(Range<usize>),
    /// Blanks at the start of a line.
    Blank(Range<usize>),
    /// The end of a record.
    End(End),
}

/// What ended a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::snapshot) enum End {
    Line,
    File,
}

/// What an octet means outside quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Blank,
    /// LF, CR, `;`, parentheses, `"`, NUL.
    Special,
    Backslash,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Plain; 256];
    table[b' ' as usize] = Class::Blank;
    table[b'\t' as usize] = Class::Blank;
    table[b'\\' as usize] = Class::Backslash;
    let special = b"\n\r;()\"\0";
    let mut index = 0;
    while index < special.len() {
        table[special[index] as usize] = Class::Special;
        index += 1;
    }
    table
};

fn class(octet: u8) -> Class {
    CLASSES[usize::from(octet)]
}

/// A place in the octets of a file, and the parentheses open there.
pub(in crate::snapshot) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    outermost: usize,
    line_start: bool,
}

impl<'a> Cursor<'a> {
    /// A cursor at `at`, which is the start of a line.
    pub(in crate::snapshot) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            depth: 0,
            outermost: 0,
            line_start: true,
        }
    }

    /// The octet that is read next.
    pub(in crate::snapshot) fn at(&self) -> usize {
        self.at
    }

    /// Goes to `at`, which is the start of a line, from the start of another.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The next element.
    pub(in crate::snapshot) fn next(&mut self) -> Result<Token, Fault> {
        loop {
            let start = self.at;
            let Some(&octet) = self.bytes.get(start) else {
                return self.end_of_file();
            };
            match class(octet) {
                Class::Blank => {
                    while self
                        .bytes
                        .get(self.at)
                        .is_some_and(|&o| class(o) == Class::Blank)
                    {
                        self.at += 1;
                    }
                    if self.line_start {
                        self.line_start = false;
                        return Ok(Token::Blank(start..self.at));
                    }
                }
                Class::Special => {
                    if octet == b'"' {
                        self.line_start = false;
                        self.quoted()?;
                        return Ok(Token::Quoted(start + 1..self.at - 1));
                    }
                    if self.special(octet)? {
                        return Ok(Token::End(End::Line));
                    }
                }
                Class::Plain | Class::Backslash => {
                    self.line_start = false;
                    self.word();
                    return Ok(Token::Word(start..self.at));
                }
            }
        }
    }

    /// Goes on to the next record without making elements of the rest of this one.
    pub(super) fn skip_record(&mut self) -> Result<End, Fault> {
        loop {
            let Some(&octet) = self.bytes.get(self.at) else {
                self.end_of_file()?;
                return Ok(End::File);
            };
            match class(octet) {
                Class::Plain | Class::Blank => self.at += 1,
                Class::Backslash => self.escape(),
                Class::Special if octet == b'"' => self.quoted()?,
                Class::Special => {
                    if self.special(octet)? {
                        return Ok(End::Line);
                    }
                }
            }
        }
    }

    /// After a fault: goes on at the next record. Reports whether its start is known for sure.
    pub(in crate::snapshot) fn recover(&mut self) -> bool {
        let sure = self.depth == 0;
        if !self.line_start {
            self.depth = 0;
            self.line_start = true;
            let at = self.at.min(self.bytes.len());
            self.at = memchr::memchr(b'\n', &self.bytes[at..])
                .map_or(self.bytes.len(), |found| at + found + 1);
        }
        sure
    }

    fn word(&mut self) {
        while let Some(&octet) = self.bytes.get(self.at) {
            match class(octet) {
                Class::Plain => self.at += 1,
                Class::Backslash => self.escape(),
                Class::Blank | Class::Special => return,
            }
        }
    }

    /// A backslash and what it escapes; the end of a line cannot be escaped outside quotes.
    fn escape(&mut self) {
        self.at += 1;
        if !matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// From one quote to after the other.
    fn quoted(&mut self) -> Result<(), Fault> {
        let open = self.at;
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                self.at = self.bytes.len();
                return Err(Fault::new(open..open + 1, "the quoted string is not closed").fatal());
            };
            self.at += found;
            match rest[found] {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => self.at += 2,
                _ => {
                    return Err(
                        Fault::new(open..self.at, "the line ends inside a quoted string")
                            .help("close the string with `\"` on the same line")
                            .fatal(),
                    );
                }
            }
        }
    }

    /// Takes a special octet other than a quote. Reports whether it ended the record.
    fn special(&mut self, octet: u8) -> Result<bool, Fault> {
        let here = self.at..self.at + 1;
        self.at += 1;
        match octet {
            b'\n' => return Ok(self.line_end()),
            b'\r' => {
                if self.depth == 0 && self.bytes.get(self.at) == Some(&b'\n') {
                    self.at += 1;
                }
                return Ok(self.line_end());
            }
            b';' => {
                self.at = memchr::memchr(b'\n', &self.bytes[self.at..])
                    .map_or(self.bytes.len(), |found| self.at + found);
            }
            b'(' => {
                if self.depth == 0 {
                    self.outermost = here.start;
                }
                self.depth += 1;
                self.line_start = false;
            }
            b')' => {
                self.line_start = false;
                let Some(depth) = self.depth.checked_sub(1) else {
                    return Err(Fault::new(here, "this parenthesis closes nothing"));
                };
                self.depth = depth;
            }
            _ => {
                self.line_start = false;
                return Err(Fault::new(
                    here,
                    "a NUL octet stands outside quotes and comments",
                ));
            }
        }
        Ok(false)
    }

    fn line_end(&mut self) -> bool {
        if self.depth == 0 {
            self.line_start = true;
        }
        self.depth == 0
    }

    fn end_of_file(&mut self) -> Result<Token, Fault> {
        if self.depth > 0 {
            let open = self.outermost;
            return Err(Fault::new(open..open + 1, "the parenthesis is not closed").fatal());
        }
        self.line_start = true;
        Ok(Token::End(End::File))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements of a text: words and strings as text, `_` for blanks, `$` for the end of a record.
    fn elements(text: &[u8]) -> Result<Vec<String>, Fault> {
        let show = |range: Range<usize>| String::from_utf8_lossy(&text[range]).into_owned();
        let mut cursor = Cursor::new(text, 0);
        let mut found = Vec::new();
        loop {
            found.push(match cursor.next()? {
                Token::Word(range) => show(range),
                Token::Quoted(range) => format!("'{}'", show(range)),
                Token::Blank(_) => "_".to_owned(),
                Token::End(End::Line) => "$".to_owned(),
                Token::End(End::File) => return Ok(found),
            });
        }
    }

    #[test]
    fn words_end_where_bind_ends_them() {
        for (text, expected) in [
            ("a b\n c\n", vec!["a", "b", "$", "_", "c", "$"]),
            ("a;b\nc", vec!["a", "$", "c"]),
            ("a\"b ;c\"d", vec!["a", "'b ;c'", "d"]),
            ("a(b\n c)d\r\ne", vec!["a", "b", "c", "d", "$", "e"]),
            ("a\rb", vec!["a", "$", "b"]),
            ("a (\r) b ;\rc\nd", vec!["a", "b", "$", "d"]),
            (r"a\;b\ c\(\\ d", vec![r"a\;b\ c\(\\", "d"]),
            ("a\\\nb", vec!["a\\", "$", "b"]),
            ("\"a\\\nb\\\"\"", vec!["'a\\\nb\\\"'"]),
            ("(\n a)", vec!["a"]),
            ("a\x0bb\x0cc", vec!["a\x0bb\x0cc"]),
            ("a ;\0\n\"\0\"", vec!["a", "$", "'\0'"]),
        ] {
            assert_eq!(elements(text.as_bytes()).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (text, message, fatal) in [
            ("a (b", "the parenthesis is not closed", true),
            ("a b)", "this parenthesis closes nothing", false),
            ("a \"b", "the quoted string is not closed", true),
            ("a \"b\n\"", "the line ends inside a quoted string", true),
            (
                "a\0",
                "a NUL octet stands outside quotes and comments",
                false,
            ),
        ] {
            let fault = elements(text.as_bytes()).unwrap_err();
            assert_eq!((fault.message.as_str(), fault.fatal), (message, fatal));
        }
    }

    #[test]
    fn skipping_stops_where_reading_does() {
        for text in [
            "a b c\nd",
            "a (b ; )\n c) \"\n\"\nd",
            "a \"x ( ; \\\" \" \\( ; (\nd",
            "a \\\\\"y\" \rd",
        ] {
            let mut reader = Cursor::new(text.as_bytes(), 0);
            let mut skipper = Cursor::new(text.as_bytes(), 0);
            let end = skipper.skip_record();
            let read = loop {
                match reader.next() {
                    Ok(Token::End(end)) => break Ok(end),
                    Ok(_) => {}
                    Err(fault) => break Err(fault),
                }
            };
            assert_eq!((read, reader.at()), (end, skipper.at()), "{text:?}");
        }
    }
}
