//! Text for the prompt of `cmd.exe`.

use super::LeftOut;
use super::powershell::is_hidden;

/// A value in double quotes, which keep `&`, `|`, `<`, `>` and `^` from acting.
///
/// Nothing keeps a quote, `%`, `!` or a line end from acting at the prompt and in a `.cmd` file alike, so
/// values with those are refused. Backslashes before the closing quote are doubled, as the C runtime
/// of the called program halves them there.
pub(super) fn quote(text: &str) -> Result<String, LeftOut> {
    if let Some(c) = text
        .chars()
        .find(|&c| matches!(c, '"' | '%' | '!') || is_hidden(c))
    {
        return Err(LeftOut(format!(
            "A cmd command is left out: it cannot carry the character {} of a value.",
            c.escape_default()
        )));
    }
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    Ok(format!("\"{text}{}\"", "\\".repeat(backslashes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_what_they_can() {
        assert_eq!(quote("a&b|c<d>e^f'$(x)`").unwrap(), "\"a&b|c<d>e^f'$(x)`\"");
        assert_eq!(quote(r"C:\x\").unwrap(), r#""C:\x\\""#);
    }

    #[test]
    fn the_rest_is_refused_by_name() {
        for (text, shown) in [
            ("%PATH%", "%"),
            ("a\"b", "\\\""),
            ("a!b", "!"),
            ("a\nb", "\\n"),
            ("a\u{202e}b", "\\u{202e}"),
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
