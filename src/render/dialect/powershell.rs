//! PowerShell text.

use std::fmt::Write as _;

pub(super) use crate::visible::acts as is_hidden;

/// A value as a PowerShell expression that is exactly its text, in Windows PowerShell 5.1 and later.
///
/// Single quotes expand nothing; only a quote ends them, the straight one and the four curly ones
/// alike, and is written twice. Control characters, line ends and characters that turn or hide text
/// are added by number, so that what a person reads is what runs.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::from("'");
    let mut hidden = false;
    for c in text.chars() {
        match c {
            '\'' | '\u{2018}'..='\u{201b}' => {
                out.push(c);
                out.push(c);
            }
            _ if is_hidden(c) => {
                hidden = true;
                // A [char] is a unit of UTF-16.
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "' + [char]0x{unit:04X} + '");
                }
            }
            _ => out.push(c),
        }
    }
    out.push('\'');
    if hidden { format!("({out})") } else { out }
}

/// A parameter that is left away where there is no value: ` -Server 'dc01.contoso.com'`.
pub(super) fn parameter(name: &str, value: Option<&String>) -> String {
    value.map_or_else(String::new, |value| format!(" -{name} {}", quote(value)))
}

/// A server as an expression; where none is known, the machine that runs the command.
pub(super) fn or_here(server: Option<&String>) -> String {
    server.map_or_else(|| "$env:COMPUTERNAME".to_owned(), |server| quote(server))
}

/// `'kms01.contoso.com', 'kms02.contoso.com'`
pub(super) fn list(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| quote(value)).collect();
    quoted.join(", ")
}

/// Lines that run as one: pasted at a prompt, an error stops all that follow.
pub(super) fn block(lines: &[String]) -> String {
    let mut text = String::from("& { $ErrorActionPreference = 'Stop'\n");
    for line in lines {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_single_quotes_acts() {
        assert_eq!(quote("kms01"), "'kms01'");
        assert_eq!(quote("O'Brien"), "'O''Brien'");
        assert_eq!(quote("$(calc) `n %x% ^&|\""), "'$(calc) `n %x% ^&|\"'");
        assert_eq!(
            quote("\u{2018}a\u{2019}b\u{201a}c\u{201b}"),
            "'\u{2018}\u{2018}a\u{2019}\u{2019}b\u{201a}\u{201a}c\u{201b}\u{201b}'"
        );
    }

    #[test]
    fn hidden_characters_show_as_numbers() {
        assert_eq!(
            quote("a\r\n'b\u{202e}"),
            "('a' + [char]0x000D + '' + [char]0x000A + '''b' + [char]0x202E + '')"
        );
        assert_eq!(
            quote("a\u{e0041}"),
            "('a' + [char]0xDB40 + '' + [char]0xDC41 + '')"
        );
    }
}
