//! Scripts, diffs and other files that programs read, as parts that data may not add to.

use crate::grammar::{Item, Parsed, Shell};
use crate::outputs::{Kind, Made};
use crate::support::tools;

/// What is wrong with a file whatever its data are, and what it is made of besides data.
pub(crate) fn parts(made: &Made) -> (Vec<String>, Vec<String>) {
    let text = decoded(&made.bytes).replace("\r\n", "\n");
    match made.kind {
        Kind::Powershell => parsed(Shell::Powershell, &text),
        Kind::Sh => {
            let (mut faults, parts) = parsed(Shell::Sh, &text);
            // The grammar is bash's and has gaps; dash says what can be read.
            faults.clear();
            faults.extend(tools::dash(&text));
            (faults, parts)
        }
        Kind::Nsupdate => (plain(&text), words(&text, 2)),
        Kind::Cmd => (plain(&text), words(&text, 1)),
        Kind::Reg => registry(&text),
        Kind::Diff => (diff(&made.bytes), Vec::new()),
        _ => (Vec::new(), Vec::new()),
    }
}

/// The text of a file in UTF-8 or, as registry files are, in UTF-16.
fn decoded(bytes: &[u8]) -> String {
    if let Some(units) = bytes.strip_prefix(b"\xff\xfe") {
        let (units, _) = units.as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        return String::from_utf16_lossy(&units);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

fn parsed(shell: Shell, text: &str) -> (Vec<String>, Vec<String>) {
    let parsed = Parsed::new(shell, text);
    let fixed = parsed.items().into_iter().filter_map(|item| match item {
        Item::Fixed(part) if !part.bytes().all(|octet| octet.is_ascii_digit()) => Some(part),
        _ => None,
    });
    (parsed.errors(), fixed.collect())
}

/// Everything is printable ASCII.
fn plain(text: &str) -> Vec<String> {
    let odd = text
        .lines()
        .filter(|line| line.bytes().any(|octet| !(b' '..=b'~').contains(&octet)));
    odd.map(|line| format!("not ASCII: {line}")).collect()
}

/// The first words of each line that is no comment.
fn words(text: &str, count: usize) -> Vec<String> {
    text.lines()
        .filter(|line| !line.starts_with([';', '#']))
        .map(|line| {
            line.split_whitespace()
                .take(count)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

/// A file of the Registry Editor, by its grammar: a head, keys in brackets, values, comments.
fn registry(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut faults, mut parts) = (Vec::new(), Vec::new());
    let whole = text.replace("\\\n  ", "");
    for (index, line) in whole.lines().enumerate() {
        let is_value = |line: &str| {
            let Some((name, value)) = line
                .strip_prefix('"')
                .and_then(|rest| rest.split_once("\"="))
            else {
                return false;
            };
            let hex = |text: &str| {
                text.bytes()
                    .all(|octet| octet.is_ascii_hexdigit() || octet == b',')
            };
            name.bytes().all(|octet| octet.is_ascii_alphanumeric())
                && (value == "-"
                    || value.strip_prefix("dword:").is_some_and(hex)
                    || value.strip_prefix("hex(7):").is_some_and(hex))
        };
        if index == 0 || line.starts_with('[') {
            parts.push(line.to_owned());
        } else if is_value(line) {
            parts.push(line.split('=').next().unwrap().to_owned());
        } else if !line.is_empty() && !line.starts_with("; ") {
            faults.push(format!("no line of a registry file: {line}"));
        }
    }
    (faults, parts)
}

/// A unified diff by its grammar: two lines of a file, then hunks with as many lines as they say.
fn diff(bytes: &[u8]) -> Vec<String> {
    let mut lines = bytes.split(|octet| *octet == b'\n').peekable();
    let mut faults = Vec::new();
    let mut left = (0_usize, 0_usize);
    while let Some(line) = lines.next() {
        let odd = || format!("no line of a diff: {}", String::from_utf8_lossy(line));
        if left == (0, 0) {
            if line.starts_with(b"--- ") {
                if !lines.next().is_some_and(|next| next.starts_with(b"+++ ")) {
                    faults.push(odd());
                }
            } else if let Some(numbers) = line.strip_prefix(b"@@ -") {
                let numbers = String::from_utf8_lossy(numbers).replace(" @@", "");
                let side = |side: &str| {
                    side.split_once(',')
                        .map_or(1, |(_, count)| count.parse().unwrap())
                };
                let (old, new) = numbers.split_once(" +").unwrap();
                left = (side(old), side(new));
            } else if !line.is_empty() && !line.starts_with(b"\\ ") && !line.starts_with(b"# ") {
                faults.push(odd());
            }
            continue;
        }
        match line.first() {
            Some(b' ') => left = (left.0 - 1, left.1 - 1),
            Some(b'-') => left.0 -= 1,
            Some(b'+') => left.1 -= 1,
            Some(b'\\') => {}
            _ => faults.push(odd()),
        }
    }
    faults
}
