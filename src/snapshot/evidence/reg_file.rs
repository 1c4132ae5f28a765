//! `.reg` text, as `reg export` and the registry editor write it: `[key]`, `"name"=data`, `\` at a line's end
//! where data goes on. Version 5.00 holds UTF-16 in `hex(7):`, `REGEDIT4` the ANSI code page.

use std::ops::Range;

use super::facts::Facts;
use super::registry::{self, Data, Key, Licensing, Value};
use super::source::{Line, Source};
use crate::snapshot::listing::Fault;

const ADVICE: &str = r#"export the key again: `reg export "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform" FILE`"#;

/// What the text says of the machine that it is of.
pub(super) fn read(source: &Source<'_>) -> Result<Facts, Vec<Fault>> {
    let mut lines = source.lines().filter(|line| !line.text.is_empty());
    let wide = match lines.next() {
        Some(line) if line.text.starts_with("Windows Registry Editor Version") => true,
        Some(line) if line.text == "REGEDIT4" => false,
        first => {
            return Err(vec![
                Fault::at(
                    first.map_or(0..0, |line| line.span()),
                    "the first line must be `Windows Registry Editor Version 5.00` or `REGEDIT4`",
                )
                .help(ADVICE),
            ]);
        }
    };
    let mut reader = Reader {
        wide,
        key: None,
        values: 0,
        most: 0,
        below: false,
        licensing: Licensing::default(),
        faults: Vec::new(),
    };
    while let Some(first) = lines.next() {
        let mut parts = vec![first];
        let comment = first.text.starts_with(';');
        while !comment && parts.last().is_some_and(|part| part.text.ends_with('\\')) {
            let Some(next) = lines.next() else {
                return Err(vec![
                    Fault::at(first.span(), "the data goes on, but the file ends").help(ADVICE),
                ]);
            };
            parts.push(next);
        }
        if !comment {
            reader.statement(&first, &parts);
        }
    }
    let Reader {
        mut licensing,
        faults,
        most,
        below,
        ..
    } = reader;
    // An export of the whole key holds the keys below it; a file of chosen values does not.
    licensing.whole = most > 1 && below;
    registry::facts(source, &licensing, faults)
}

struct Reader {
    /// Whether strings in hexadecimal are UTF-16.
    wide: bool,
    key: Option<Key>,
    /// Values under the current key's line.
    values: usize,
    /// The most values under one line of the licensing key.
    most: usize,
    /// Whether a key below the licensing key occurs.
    below: bool,
    licensing: Licensing,
    faults: Vec<Fault>,
}

impl Reader {
    fn statement(&mut self, first: &Line<'_>, parts: &[Line<'_>]) {
        if first.text.starts_with("[-") {
            self.script(first);
        } else if let Some(path) = first.text.strip_prefix('[') {
            let Some(path) = path.strip_suffix(']') else {
                self.faults.push(
                    Fault::at(first.span(), "the key's path has no closing bracket").help(ADVICE),
                );
                return;
            };
            let key = Key::of(path);
            self.key = Some(key);
            self.values = 0;
            self.below |= key == Key::Below;
            if key == Key::Licensing {
                self.licensing.at.get_or_insert(first.at);
            }
        } else if let Some((name, data)) = assignment(first) {
            if data.text == "-" {
                return self.script(first);
            }
            let Some(key) = self.key else {
                self.faults.push(
                    Fault::at(
                        first.span(),
                        "the path of the key is missing above this value",
                    )
                    .help(ADVICE),
                );
                return;
            };
            if key != Key::Licensing {
                return;
            }
            self.values += 1;
            self.most = self.most.max(self.values);
            if registry::matters(&name) {
                match self.data(&data, parts) {
                    Ok(data) => self.licensing.values.push(Value {
                        name,
                        span: first.span(),
                        data,
                    }),
                    Err(fault) => self.faults.push(fault.help(ADVICE)),
                }
            }
        } else {
            self.faults
                .push(Fault::at(first.span(), "this is no line of a .reg file").help(ADVICE));
        }
    }

    fn script(&mut self, line: &Line<'_>) {
        self.faults.push(
            Fault::at(
                line.span(),
                "this deletes: the file is a change to be made, not what was seen on a host",
            )
            .help(ADVICE),
        );
    }

    fn data(&self, data: &Line<'_>, parts: &[Line<'_>]) -> Result<Data, Fault> {
        if data.text.starts_with('"') {
            return match quoted(data.text) {
                Some((text, rest)) if data.text.get(rest..) == Some("") => Ok(Data::Text(text)),
                _ => Err(Fault::at(
                    data.span(),
                    "the string does not end with a quote",
                )),
            };
        }
        let Some((kind, _)) = data.text.split_once(':') else {
            return Err(Fault::at(
                data.span(),
                format!("`{}` is no data of a value", data.text),
            ));
        };
        match kind.to_ascii_lowercase().as_str() {
            "dword" => {
                let digits = data.from("dword:".len());
                // An export writes all eight digits: fewer are what was left of them.
                u32::from_str_radix(digits.text, 16)
                    .ok()
                    .filter(|_| digits.text.len() == 8)
                    .map(Data::Number)
                    .ok_or_else(|| {
                        Fault::at(
                            digits.span(),
                            format!("`{}` is no number of eight hexadecimal digits", digits.text),
                        )
                    })
            }
            "hex(7)" => {
                let more = parts.iter().skip(1).copied();
                let octets = octets(std::iter::once(data.from("hex(7):".len())).chain(more))?;
                let all = if self.wide {
                    wide_strings(&octets, &data.span())?
                } else {
                    narrow_strings(&octets)?
                };
                if let Some((_, span)) = all.last().filter(|(text, _)| !text.is_empty()) {
                    return Err(Fault::at(
                        span.clone(),
                        "no NUL ends this string: the data is cut",
                    ));
                }
                registry::strings(all).map(Data::Lines)
            }
            "hex" => Ok(Data::Other("REG_BINARY".to_owned())),
            "hex(2)" => Ok(Data::Other("REG_EXPAND_SZ".to_owned())),
            other if other.starts_with("hex(") => Ok(Data::Other(format!("value of type {other}"))),
            _ => Err(Fault::at(
                data.span(),
                format!("`{}` is no data of a value", data.text),
            )),
        }
    }
}

/// The name and the data of a value's line.
fn assignment<'a>(line: &Line<'a>) -> Option<(String, Line<'a>)> {
    let (name, end) = match line.text.strip_prefix('@') {
        Some(_) => (String::new(), 1),
        None => quoted(line.text)?,
    };
    let rest = line.from(end);
    rest.text.starts_with('=').then(|| (name, rest.from(1)))
}

/// The string that a text begins with, and the offset after its closing quote.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, at + 2)),
            '\\' => out.push(chars.next()?.1),
            _ => out.push(c),
        }
    }
    None
}

/// The octets in hexadecimal, each with its offset.
fn octets<'a>(parts: impl Iterator<Item = Line<'a>>) -> Result<Vec<(u8, usize)>, Fault> {
    let mut octets = Vec::new();
    for part in parts {
        let goes_on = part.text.ends_with('\\');
        let text = part.text.trim_end_matches('\\').trim_end();
        let mut at = part.at;
        let mut pairs = text.split(',').peekable();
        while let Some(pair) = pairs.next() {
            let digits = pair.trim();
            let last = pairs.peek().is_none();
            if !(digits.is_empty() && last && (goes_on || text.is_empty())) {
                let octet = u8::from_str_radix(digits, 16)
                    .ok()
                    .filter(|_| digits.len() == 2)
                    .ok_or_else(|| {
                        Fault::at(
                            at..at + pair.len(),
                            format!("`{digits}` is no octet, which has two hexadecimal digits"),
                        )
                    })?;
                octets.push((octet, at));
            }
            at += pair.len() + 1;
        }
    }
    Ok(octets)
}

/// The strings, which NUL ends.
fn wide_strings(
    octets: &[(u8, usize)],
    whole: &Range<usize>,
) -> Result<Vec<(String, Range<usize>)>, Fault> {
    let (pairs, rest) = octets.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Fault::at(
            whole.clone(),
            format!(
                "the strings are UTF-16, but have an odd number of octets: {}",
                octets.len()
            ),
        ));
    }
    let units: Vec<(u16, usize)> = pairs
        .iter()
        .map(|[low, high]| (u16::from_le_bytes([low.0, high.0]), low.1))
        .collect();
    units
        .split(|(unit, _)| *unit == 0)
        .map(|string| {
            // From its first octet to the second digit of its last one.
            let span = match (string.first(), string.last()) {
                (Some(first), Some(last)) => first.1..last.1 + "00,00".len(),
                _ => whole.clone(),
            };
            String::from_utf16(&string.iter().map(|(unit, _)| *unit).collect::<Vec<_>>())
                .map(|text| (text, span.clone()))
                .map_err(|_| Fault::at(span, "this is no UTF-16"))
        })
        .collect()
}

/// The strings of the ANSI code page, which NUL ends. Which code page is not known: only ASCII is read.
fn narrow_strings(octets: &[(u8, usize)]) -> Result<Vec<(String, Range<usize>)>, Fault> {
    if let Some((_, at)) = octets.iter().find(|(octet, _)| !octet.is_ascii()) {
        return Err(Fault::at(
            *at..*at + 2,
            "a character beyond ASCII in the ANSI code page, which the file does not name",
        ));
    }
    Ok(octets
        .split(|(octet, _)| *octet == 0)
        .map(|string| {
            let span = match (string.first(), string.last()) {
                (Some(first), Some(last)) => first.1..last.1 + 2,
                _ => 0..0,
            };
            let text = string.iter().map(|(octet, _)| char::from(*octet)).collect();
            (text, span)
        })
        .collect())
}
