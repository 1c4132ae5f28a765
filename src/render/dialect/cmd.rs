//! Text for `cmd.exe`: its prompt and `.cmd` files.

use super::LeftOut;
use super::powershell::is_hidden;

/// A value in double quotes, which keep `&`, `|`, `<`, `>` and `^` from acting.
///
/// Nothing keeps a quote, `%`, `!` or a line end from acting at the prompt and in a `.cmd` file alike, so
/// values with those are refused; so is what is not ASCII, which `cmd.exe` reads by the code page of the
/// machine that runs the file. Backslashes before the closing quote are doubled, as the C runtime
/// of the called program halves them there.
pub(super) fn quote(text: &str) -> Result<String, LeftOut> {
    if let Some(c) = text
        .chars()
        .find(|&c| matches!(c, '"' | '%' | '!') || !c.is_ascii() || is_hidden(c))
    {
        return Err(LeftOut(format!(
            "A cmd command is left out: it cannot carry the character {} of a value.",
            c.escape_default()
        )));
    }
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    Ok(format!("\"{text}{}\"", "\\".repeat(backslashes)))
}

/// A value as one word: bare where nothing in it acts, else in quotes. What is passed on by `call :label`
/// must be such a word, as `call` doubles a `^` in quotes too.
pub(super) fn word(text: &str) -> Result<String, LeftOut> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:@+*/".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        quote(text)
    }
}

/// A line of a `.cmd` file that prints this program's own sentence: every character that acts is escaped.
/// Values in it must be such that [`quote`] takes them.
pub(super) fn echo(text: &str) -> String {
    let mut out = String::from("echo ");
    for c in text.chars() {
        match c {
            '%' => out.push_str("%%"),
            '^' | '&' | '|' | '<' | '>' | '(' | ')' | '"' => {
                out.push('^');
                out.push(c);
            }
            _ if c.is_ascii() && !is_hidden(c) => out.push(c),
            _ => out.extend(c.escape_unicode()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table that `tests/wine` runs under Wine's `cmd`: values, and how they are quoted.
    #[test]
    fn quotes_keep_what_they_can() {
        let table = include_str!("../../../tests/wine/quotes.txt");
        let cases: Vec<(&str, &str)> = table
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .collect();
        assert!(cases.len() > 20);
        for (value, quoted) in cases {
            assert_eq!(quote(value).unwrap(), quoted, "{value}");
        }
    }

    #[test]
    fn words_are_bare_where_nothing_acts() {
        for (value, expected) in [
            ("_vlmcs._tcp", "_vlmcs._tcp"),
            ("a/b+c*.x", "a/b+c*.x"),
            ("a b", "\"a b\""),
            ("a^b", "\"a^b\""),
            ("", "\"\""),
        ] {
            assert_eq!(word(value).unwrap(), expected);
        }
    }

    #[test]
    fn the_rest_is_refused_by_name() {
        for (text, shown) in [
            ("%PATH%", "%"),
            ("a\"b", "\\\""),
            ("a!b", "!"),
            ("a\nb", "\\n"),
            ("a\u{202e}b", "\\u{202e}"),
            ("b\u{fc}ro", "\\u{fc}"),
        ] {
            assert_eq!(
                quote(text),
                Err(LeftOut(format!(
                    "A cmd command is left out: it cannot carry the character {shown} of a value."
                )))
            );
        }
    }
}
