//! CSV (RFC 4180) as rows of cells that know their place, with any separator.
//!
//! A quote that is never closed is an error: it is what a truncated file looks like, which many readers of
//! CSV take as the end of the value.

use std::borrow::Cow;

use super::Span;

/// A row. It has at least one cell.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// Its octets without the line end.
    pub(crate) span: Span,
    pub(crate) cells: Vec<Cell<'a>>,
}

impl Row<'_> {
    /// Whether nothing is written in any cell.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells
            .iter()
            .all(|cell| cell.octets.trim_ascii().is_empty())
    }
}

/// A cell.
#[derive(Debug)]
pub(crate) struct Cell<'a> {
    /// Its octets in the file, quotes included.
    pub(crate) span: Span,
    /// What it says, without quotes.
    octets: Cow<'a, [u8]>,
}

impl Cell<'_> {
    /// What it says, without blanks around it. Octets that are not UTF-8 become U+FFFD, which stands in no
    /// name, number or word.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.octets.trim_ascii())
    }
}

impl<'a> Cell<'a> {
    /// The same with the blanks around it.
    pub(crate) fn into_text(self) -> Cow<'a, str> {
        match self.octets {
            Cow::Borrowed(octets) => String::from_utf8_lossy(octets),
            Cow::Owned(octets) => Cow::Owned(String::from_utf8_lossy(&octets).into_owned()),
        }
    }
}

/// Why no more rows can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The file ends in a quoted cell, which begins with this quote.
    Open(Span),
    /// Neither a separator nor the row's end stands after this quoted cell.
    Followed(Span),
}

impl Broken {
    /// The octet to point at.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Open(quote) => quote.clone(),
            Self::Followed(cell) => cell.end..cell.end + 1,
        }
    }

    /// What is wrong there.
    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::Open(_) => "this quote is never closed",
            Self::Followed(_) => "text stands after a closing quote",
        }
    }
}

/// What separates the cells of a table that begins with this line: the first comma, semicolon or tab
/// outside quotes. `None`: it is one cell.
pub(crate) fn separator(line: &[u8]) -> Option<u8> {
    let mut quoted = false;
    line.iter().copied().find(|octet| {
        quoted ^= *octet == b'"';
        !quoted && matches!(octet, b',' | b';' | b'\t')
    })
}

/// The rows of `bytes` from an offset on. A row ends with LF or CRLF outside quotes.
pub(crate) struct Rows<'a> {
    bytes: &'a [u8],
    at: usize,
    separator: u8,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(bytes: &'a [u8], start: usize, separator: u8) -> Self {
        Self {
            bytes,
            at: start.min(bytes.len()),
            separator,
        }
    }

    /// The offset of the first octet that is not read yet.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn row(&mut self) -> Result<Row<'a>, Broken> {
        let start = self.at;
        let mut cells = Vec::new();
        loop {
            let cell = match self.bytes.get(self.at) {
                Some(b'"') => self.quoted()?,
                _ => self.plain(),
            };
            let end = cell.span.end;
            cells.push(cell);
            match self.bytes.get(self.at) {
                Some(octet) if *octet == self.separator => self.at += 1,
                // A cell ends at a separator, at a line's end or with the file.
                _ => {
                    self.at = (end + line_end(&self.bytes[end..]).unwrap_or(0)).max(self.at);
                    let span = start..end;
                    return Ok(Row { span, cells });
                }
            }
        }
    }

    fn plain(&mut self) -> Cell<'a> {
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr2(self.separator, b'\n', rest).unwrap_or(rest.len());
        let mut octets = &rest[..length];
        if rest.get(length) != Some(&self.separator) {
            octets = octets.strip_suffix(b"\r").unwrap_or(octets);
        }
        let span = self.at..self.at + octets.len();
        self.at = span.end;
        let octets = Cow::Borrowed(octets);
        Cell { span, octets }
    }

    fn quoted(&mut self) -> Result<Cell<'a>, Broken> {
        let start = self.at;
        let mut octets = Cow::Borrowed(&b""[..]);
        let mut from = start + 1;
        loop {
            let Some(length) = memchr::memchr(b'"', &self.bytes[from..]) else {
                return Err(Broken::Open(start..start + 1));
            };
            let part = &self.bytes[from..from + length];
            if octets.is_empty() {
                octets = Cow::Borrowed(part);
            } else {
                octets.to_mut().extend_from_slice(part);
            }
            let after = from + length + 1;
            if self.bytes.get(after) == Some(&b'"') {
                octets.to_mut().push(b'"');
                from = after + 1;
                continue;
            }
            self.at = after;
            let rest = &self.bytes[after..];
            if rest.is_empty() || rest.first() == Some(&self.separator) || line_end(rest).is_some()
            {
                let span = start..after;
                return Ok(Cell { span, octets });
            }
            return Err(Broken::Followed(start..after));
        }
    }
}

/// How many octets the line end at the start of `rest` has.
fn line_end(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n', ..] | [b'\r'] => Some(1),
        _ => None,
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Result<Row<'a>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let row = self.row();
        if row.is_err() {
            self.at = self.bytes.len();
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, separator: u8) -> Vec<Vec<String>> {
        Rows::new(text.as_bytes(), 0, separator)
            .map(|row| {
                let row = row.unwrap();
                row.cells
                    .iter()
                    .map(|cell| cell.text().into_owned())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn separators_quotes_and_line_ends() {
        let cases = [
            ("a,b\nc,\n", b',', vec![vec!["a", "b"], vec!["c", ""]]),
            ("a;b\r\n;\r\n", b';', vec![vec!["a", "b"], vec!["", ""]]),
            (
                "\"a, \"\"b\"\"\",\"c\nd\"\r\ne",
                b',',
                vec![vec!["a, \"b\"", "c\nd"], vec!["e"]],
            ),
            ("a\tb\r", b'\t', vec![vec!["a", "b"]]),
            ("\"a\"\r", b',', vec![vec!["a"]]),
            ("a b \n", b' ', vec![vec!["a", "b", ""]]),
            ("\n\na", b',', vec![vec![""], vec![""], vec!["a"]]),
            ("\"\",\"\"\"\"", b',', vec![vec!["", "\""]]),
            ("", b',', vec![]),
        ];
        for (text, separator, expected) in cases {
            assert_eq!(rows(text, separator), expected, "{text:?}");
        }
    }

    #[test]
    fn separators_stand_outside_quotes() {
        for (line, expected) in [
            ("a,b;c", Some(b',')),
            ("\"a,\"\"b\";c,d", Some(b';')),
            ("a b\tc", Some(b'\t')),
            ("\"a,b\"", None),
            ("", None),
        ] {
            assert_eq!(separator(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn cells_know_their_place() {
        let text = "a,\"b\"\r\n c,d";
        let spans: Vec<Vec<&str>> = Rows::new(text.as_bytes(), 0, b',')
            .map(|row| {
                let row = row.unwrap();
                let cells = row.cells.iter().map(|cell| &text[cell.span.clone()]);
                cells.chain([&text[row.span.clone()]]).collect()
            })
            .collect();
        assert_eq!(
            spans,
            [vec!["a", "\"b\"", "a,\"b\""], vec![" c", "d", " c,d"]]
        );
    }

    #[test]
    fn what_cannot_be_split_ends_the_rows() {
        for (text, at, message) in [
            ("a\n\"b,c\nd", 2, "this quote is never closed"),
            ("\"a\"b,c\nd", 3, "text stands after a closing quote"),
            ("\"a\"\rb", 3, "text stands after a closing quote"),
        ] {
            let mut rows = Rows::new(text.as_bytes(), 0, b',').skip_while(Result::is_ok);
            let broken = rows.next().unwrap().unwrap_err();
            assert_eq!(
                (broken.span().start, broken.message()),
                (at, message),
                "{text}"
            );
            assert!(rows.next().is_none());
        }
    }
}
