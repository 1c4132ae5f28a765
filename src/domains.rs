//! Lists of namespaces: the domains whose clients look for KMS hosts, one a line or in a column of a CSV
//! file.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::Name;
use crate::diagnostic::{Diagnostic, Diagnostics, MAX_COMPLAINTS, Place, and_perhaps_more};
use crate::document::csv::{self, Cell, Row, Rows};
use crate::presentation;

/// The columns that hold the names, in lower case.
const COLUMNS: [&str; 2] = ["namespace", "domain"];

const COLUMN_HELP: &str =
    "head the column with `namespace` or `domain`, or give a file with one name a line";

/// A domain of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: Name,
    /// Its first line in the list, from 1.
    pub line: usize,
}

/// Reads a list of namespaces: CSV (comma, semicolon or tab) with a column `namespace` or `domain`, or one name
/// a line. Blank lines and lines that begin with `#` are passed over, Windows PowerShell's `#TYPE` among
/// them. A name may end with a dot, may be internationalised, and is kept once, where it first stands.
///
/// `bytes` are text in UTF-8, with or without byte-order mark; `shown` is the file as people know it.
///
/// Fails with every complaint about the file: names that are none, columns that are not there, a file
/// without any name.
pub fn read(shown: &str, bytes: &[u8]) -> Result<Vec<Domain>, Diagnostics> {
    let mut list = List {
        shown,
        bytes,
        seen: BTreeSet::new(),
        domains: Vec::new(),
        complaints: Vec::new(),
        counted: (0, 0),
    };
    list.read();
    if list.complaints.len() == MAX_COMPLAINTS {
        list.complaints.push(and_perhaps_more(shown));
    }
    if list.domains.is_empty() && list.complaints.is_empty() {
        let complaint = Diagnostic::new(format!("`{shown}` names no domain"));
        list.complaints.push(
            complaint.help("write one domain a line, or a CSV file with a column `namespace`"),
        );
    }
    if list.complaints.is_empty() {
        Ok(list.domains)
    } else {
        Err(Diagnostics(list.complaints))
    }
}

struct List<'a> {
    shown: &'a str,
    bytes: &'a [u8],
    seen: BTreeSet<Name>,
    domains: Vec<Domain>,
    complaints: Vec<Diagnostic>,
    /// An octet, and how many lines end before it.
    counted: (usize, usize),
}

impl<'a> List<'a> {
    fn read(&mut self) {
        let mut lines = Lines::of(self.bytes);
        let start = lines.at;
        let Some((span, first)) = lines.next() else {
            return;
        };
        match csv::separator(first) {
            Some(separator) => self.table(span.start, separator),
            None if is_heading(first) => {
                self.column(lines);
            }
            None => {
                if !self.is_foreign_heading(span, first, &lines) {
                    self.column(Lines { at: start, ..lines });
                }
            }
        }
    }

    /// One name a line, quoted or not.
    fn column(&mut self, lines: Lines<'a>) {
        for (span, line) in lines {
            match unquoted(line) {
                Some(text) => self.domain(&String::from_utf8_lossy(text), span),
                None => self.complain(
                    span,
                    "this line has a quote too many or too few",
                    "write the name alone, or between two quotes",
                ),
            }
        }
    }

    /// Whether a list of names with dots begins with a word without one: the heading of another column.
    fn is_foreign_heading(&mut self, span: Range<usize>, first: &[u8], rest: &Lines<'_>) -> bool {
        let mut others = rest.clone();
        let alone = !first.contains(&b'.')
            && others.clone().next().is_some()
            && others.all(|(_, line)| line.contains(&b'.'));
        if alone {
            let text = String::from_utf8_lossy(unquoted(first).unwrap_or(first)).into_owned();
            let message = format!("`{text}` is no domain like those below it");
            let help =
                format!("if it is a heading: {COLUMN_HELP}; if it is a domain: end it with a dot");
            self.complain(span, &message, &help);
        }
        alone
    }

    /// A table with a heading for every column.
    fn table(&mut self, start: usize, separator: u8) {
        let mut rows = Rows::new(self.bytes, start, separator);
        let mut column = None;
        loop {
            let row = match rows.next() {
                None => return,
                Some(Ok(row)) => row,
                Some(Err(broken)) => {
                    let help = "put a cell between two quotes, and write a quote in it twice";
                    self.complain(broken.span(), broken.message(), help);
                    return;
                }
            };
            if row.is_blank()
                || self.bytes[row.span.clone()]
                    .trim_ascii_start()
                    .starts_with(b"#")
            {
                continue;
            }
            match column {
                None => match self.heading(&row) {
                    Some(index) => column = Some(index),
                    None => return,
                },
                Some(index) => match row.cells.get(index).filter(|cell| !cell.text().is_empty()) {
                    Some(cell) => self.domain(&cell.text(), cell.span.clone()),
                    None => self.complain(
                        row.span,
                        "this row names no domain",
                        "fill its cell in, or delete the row",
                    ),
                },
            }
        }
    }

    /// The index of the column that holds the names.
    fn heading(&mut self, row: &Row<'_>) -> Option<usize> {
        let known = |cell: &Cell<'_>| COLUMNS.contains(&&*cell.text().to_lowercase());
        let mut found = row.cells.iter().enumerate().filter(|(_, cell)| known(cell));
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Some(index),
            (Some(_), Some((_, second))) => {
                self.complain(
                    second.span.clone(),
                    "a second column that names domains",
                    "keep one column headed `namespace` or `domain`",
                );
                None
            }
            _ => {
                let names: Vec<String> = row
                    .cells
                    .iter()
                    .map(|cell| format!("`{}`", cell.text()))
                    .collect();
                let message = format!(
                    "no column is headed `namespace` or `domain`, only {}",
                    names.join(", ")
                );
                self.complain(row.span.clone(), &message, COLUMN_HELP);
                None
            }
        }
    }

    fn domain(&mut self, text: &str, span: Range<usize>) {
        match domain(text) {
            Ok(name) => {
                if self.seen.insert(name.clone()) {
                    let line = self.line(span.start);
                    self.domains.push(Domain { name, line });
                }
            }
            Err((message, help)) => self.complain(span, &message, &help),
        }
    }

    /// The line of an octet, from 1; the octets come in their order.
    fn line(&mut self, at: usize) -> usize {
        let (from, before) = self.counted;
        let line = before + memchr::memchr_iter(b'\n', &self.bytes[from..at]).count();
        self.counted = (at, line);
        line + 1
    }

    fn complain(&mut self, span: Range<usize>, message: &str, help: &str) {
        if self.complaints.len() < MAX_COMPLAINTS {
            let place = Place::new(self.shown, self.bytes, span);
            let complaint = Diagnostic::at(place, message);
            self.complaints.push(complaint.help(help));
        }
    }
}

/// The domain that a text names, or what is wrong and what to do.
fn domain(text: &str) -> Result<Name, (String, String)> {
    let wrong = |why: &str| {
        let message = format!("`{text}` is no domain: {why}");
        let help = "write the name of a DNS domain, such as emea.contoso.com";
        Err((message, help.to_owned()))
    };
    let name = match presentation::parse_full_name(text) {
        Ok(name) => name,
        Err(error) => return wrong(&error.to_string()),
    };
    let odd = |octet: &u8| !(octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'));
    if let Some(octet) = name.iter().flatten().find(|octet| odd(octet)) {
        let character = char::from(*octet).escape_default();
        return wrong(&format!("`{character}` stands in no domain's name"));
    }
    let number = |label: &[u8]| label.iter().all(u8::is_ascii_digit);
    match name.iter().next_back() {
        None => return wrong("this is the root"),
        Some(last) if number(last) => return wrong("this looks like an address"),
        Some(_) => {}
    }
    if let Some(domain) = presentation::kms_domain(&name) {
        let message = format!("`{text}` owns KMS records, it is no domain");
        let help = format!("write the domain itself: {}", presentation::plain(&domain));
        return Err((message, help));
    }
    match presentation::kms_owner(&name) {
        Ok(_) => Ok(name),
        Err(_) => wrong("`_vlmcs._tcp.` before it would make it longer than 255 octets"),
    }
}

fn is_heading(line: &[u8]) -> bool {
    let word = unquoted(line).unwrap_or(line);
    COLUMNS
        .iter()
        .any(|column| word.eq_ignore_ascii_case(column.as_bytes()))
}

/// The text of a line between two quotes, or of one without any.
fn unquoted(line: &[u8]) -> Option<&[u8]> {
    let text = match line {
        [b'"', text @ .., b'"'] => text,
        _ => line,
    };
    (!text.contains(&b'"')).then_some(text)
}

/// The lines that say something, without blanks around them.
#[derive(Clone)]
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let bom = bytes.starts_with(b"\xEF\xBB\xBF");
        let at = if bom { 3 } else { 0 };
        Self { bytes, at }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (Range<usize>, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = &rest[..length];
            let start = self.at + (line.len() - line.trim_ascii_start().len());
            self.at += length;
            let text = line.trim_ascii();
            if !text.is_empty() && !text.starts_with(b"#") {
                return Some((start..start + text.len(), text));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, usize)> {
        let domains = read("domains.csv", text.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        domains
            .iter()
            .map(|domain| (presentation::plain(&domain.name), domain.line))
            .collect()
    }

    fn complaints(text: &str) -> String {
        read("domains.csv", text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn lists_in_all_forms_say_the_same() {
        let expected = |lines: [usize; 2]| {
            vec![
                ("contoso.com".to_owned(), lines[0]),
                ("emea.contoso.com".to_owned(), lines[1]),
            ]
        };
        for (text, lines) in [
            ("contoso.com\nemea.contoso.com\n", [1, 2]),
            (
                "\u{feff}contoso.com.\r\n\r\n# EMEA\r\nemea.contoso.com",
                [1, 4],
            ),
            (
                "namespace\ncontoso.com\nemea.contoso.com\nCONTOSO.com\n",
                [2, 3],
            ),
            (
                "\"Domain\"\r\n\"contoso.com\"\r\n\"emea.contoso.com\"\r\n",
                [2, 3],
            ),
            (
                "site,Namespace\nBerlin,contoso.com\n\"Paris, 1\",emea.contoso.com\n",
                [2, 3],
            ),
            (
                "domain;owner\ncontoso.com;a\n;\nemea.contoso.com;b\n",
                [2, 4],
            ),
            ("owner\tdomain\n\tcontoso.com\n\temea.contoso.com\n", [2, 3]),
            (
                "#TYPE Selected.System.Management.Automation.PSCustomObject\r\n\"namespace\",\"n\"\r\n\"contoso.com\",\"1\"\r\n\"emea.contoso.com\",\"2\"\r\n",
                [3, 4],
            ),
            (
                "site,domain\n\"a\nb\",contoso.com\ny,emea.contoso.com\n",
                [3, 4],
            ),
        ] {
            assert_eq!(names(text), expected(lines), "{text:?}");
        }
    }

    #[test]
    fn names_may_be_internationalised_or_of_one_label() {
        assert_eq!(
            names("b\u{fc}ro.example\n"),
            [("xn--bro-hoa.example".to_owned(), 1)]
        );
        assert_eq!(names("corp\n"), [("corp".to_owned(), 1)]);
        assert_eq!(
            names("corp\nlab\n"),
            [("corp".to_owned(), 1), ("lab".to_owned(), 2)]
        );
        assert_eq!(
            names("contoso.com\ncorp\n"),
            [("contoso.com".to_owned(), 1), ("corp".to_owned(), 2)]
        );
    }

    #[test]
    fn all_bad_names_are_named_at_once() {
        let long = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "a".repeat(50));
        let text = format!(
            "contoso.com\na b.example\nhttps://contoso.com\n*.contoso.com\n10.20.0.1\n.\na..b\n\
             _vlmcs._tcp.contoso.com\nb\"c\n{long}\n"
        );
        assert_eq!(
            complaints(&text),
            format!(
                "\
domains.csv:2:1: `a b.example` is no domain: a blank must be escaped in a name
domains.csv:3:1: `https://contoso.com` is no domain: `:` stands in no domain's name
domains.csv:4:1: `*.contoso.com` is no domain: `*` stands in no domain's name
domains.csv:5:1: `10.20.0.1` is no domain: this looks like an address
domains.csv:6:1: `.` is no domain: this is the root
domains.csv:7:1: `a..b` is no domain: a label is empty: two dots together, or a dot first
domains.csv:8:1: `_vlmcs._tcp.contoso.com` owns KMS records, it is no domain
domains.csv:9:1: this line has a quote too many or too few
domains.csv:10:1: `{long}` is no domain: `_vlmcs._tcp.` before it would make it longer than 255 octets"
            )
        );
    }

    #[test]
    fn tables_that_name_no_domains() {
        for (text, message) in [
            ("", "`domains.csv` names no domain"),
            ("\u{feff}\r\n# nothing\r\n", "`domains.csv` names no domain"),
            ("namespace\n", "`domains.csv` names no domain"),
            ("namespace,site\n", "`domains.csv` names no domain"),
            (
                "zone,site\ncontoso.com,Berlin\n",
                "domains.csv:1:1: no column is headed `namespace` or `domain`, only `zone`, `site`",
            ),
            (
                "contoso.com,Berlin\n",
                "domains.csv:1:1: no column is headed `namespace` or `domain`, only `contoso.com`, `Berlin`",
            ),
            (
                "ZoneName\ncontoso.com\nemea.contoso.com\n",
                "domains.csv:1:1: `ZoneName` is no domain like those below it",
            ),
            (
                "namespace,domain\na.example,b.example\n",
                "domains.csv:1:11: a second column that names domains",
            ),
            (
                "domain,site\ncontoso.com,\"Berlin\n",
                "domains.csv:2:13: this quote is never closed",
            ),
            (
                "domain,site\n\"contoso.com\"x,Berlin\n",
                "domains.csv:2:14: text stands after a closing quote",
            ),
            (
                "site,domain\nBerlin\nParis,\n",
                "domains.csv:2:1: this row names no domain\ndomains.csv:3:1: this row names no domain",
            ),
            (
                "domain;site\ncontoso.com,Berlin\n",
                "domains.csv:2:1: `contoso.com,Berlin` is no domain: `,` stands in no domain's name",
            ),
        ] {
            assert_eq!(complaints(text), message, "{text:?}");
        }
        let octets = read("domains.csv", b"b\xfcro.example\n").unwrap_err();
        assert_eq!(
            octets.to_string(),
            "domains.csv:1:1: `b\u{fffd}ro.example` is no domain: this is no valid internationalised domain name"
        );
    }
}
