//! JSON as Windows PowerShell 5.1 and PowerShell 7 lay it out; the order of keys is kept.

/// A JSON value.
#[derive(Clone)]
pub enum Json {
    /// As it is written: numbers, `null`, `true`, and strings with escapes of their own.
    Raw(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(Vec<(String, Json)>),
}

use Json::{List, Map, Raw, Text};

/// `null`.
pub fn null() -> Json {
    Raw("null".to_owned())
}

/// A number.
pub fn number(number: impl ToString + Copy) -> Json {
    Raw(number.to_string())
}

/// A string.
pub fn text(text: impl Into<String>) -> Json {
    Text(text.into())
}

/// An object.
pub fn map<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Map(entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect())
}

/// Windows PowerShell 5.1: CRLF, two blanks after the colon, nested values at the column of their bracket.
pub fn windows(value: &Json) -> String {
    let mut out = String::new();
    print(value, 0, &Layout::Windows, &mut out);
    out + "\r\n"
}

/// PowerShell 7: two blanks a level.
pub fn seven(value: &Json) -> String {
    let mut out = String::new();
    print(value, 0, &Layout::Seven, &mut out);
    out + "\n"
}

/// `-Compress`.
pub fn compressed(value: &Json) -> String {
    let mut out = String::new();
    print(value, 0, &Layout::Compressed, &mut out);
    out
}

enum Layout {
    Windows,
    Seven,
    Compressed,
}

fn print(value: &Json, column: usize, layout: &Layout, out: &mut String) {
    let (step, end, colon) = match layout {
        Layout::Windows => (4, "\r\n", ":  "),
        Layout::Seven => (2, "\n", ": "),
        Layout::Compressed => (0, "", ":"),
    };
    let inner = column + step;
    let line = |out: &mut String, column: usize| {
        out.push_str(end);
        out.push_str(&" ".repeat(column));
    };
    match value {
        Raw(raw) => out.push_str(raw),
        Text(text) => string(text, matches!(layout, Layout::Windows), out),
        List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                line(out, inner);
                print(item, inner, layout, out);
            }
            line(out, column);
            out.push(']');
        }
        Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                line(out, inner);
                string(key, false, out);
                out.push_str(colon);
                let nested = match layout {
                    Layout::Windows => inner + key.len() + 2 + colon.len(),
                    _ => inner,
                };
                print(value, nested, layout, out);
            }
            line(out, column);
            out.push('}');
        }
    }
}

/// 5.1 escapes what HTML gives a meaning.
fn string(text: &str, html: bool, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '<' | '>' | '&' | '\'' if html => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ if u32::from(letter) < 32 => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push('"');
}
