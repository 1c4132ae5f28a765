//! Quoting undone, by the rules of each language and not by what kmsplan does.

/// The value of a PowerShell string in single quotes, or of such strings and characters by number added in
/// parentheses. `None` where anything else stands.
///
/// Any of five characters ends a string, and doubled stands for itself: the first of the two is kept
/// (PowerShell language specification 2.3.5.2).
pub(crate) fn powershell(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('(') else {
        let (value, rest) = powershell_string(text)?;
        return rest.is_empty().then_some(value);
    };
    let mut rest = inner.strip_suffix(')')?;
    // A character by number is a unit of UTF-16.
    let mut value: Vec<u16> = Vec::new();
    loop {
        if let Some(number) = rest.strip_prefix("[char]0x") {
            let digits: String = number.chars().take_while(char::is_ascii_hexdigit).collect();
            value.push(u16::from_str_radix(&digits, 16).ok()?);
            rest = &number[digits.len()..];
        } else {
            let (part, after) = powershell_string(rest)?;
            value.extend(part.encode_utf16());
            rest = after;
        }
        if rest.is_empty() {
            return String::from_utf16(&value).ok();
        }
        rest = rest.strip_prefix(" + ")?;
    }
}

fn powershell_string(text: &str) -> Option<(String, &str)> {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}');
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    if !is_quote(chars.next()?.1) {
        return None;
    }
    while let Some((place, c)) = chars.next() {
        if !is_quote(c) {
            value.push(c);
        } else if chars.peek().is_some_and(|(_, next)| is_quote(*next)) {
            value.push(c);
            chars.next();
        } else {
            return Some((value, &text[place + c.len_utf8()..]));
        }
    }
    None
}

/// The value of a word of a POSIX shell (2.2 of its language): parts in single quotes, characters behind a
/// backslash, plain characters. `None` where anything in it would be expanded.
pub(crate) fn sh(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => loop {
                match chars.next()? {
                    '\'' => break,
                    c => value.push(c),
                }
            },
            '\\' => value.push(chars.next()?),
            '"' | '$' | '`' | '*' | '?' | '[' => return None,
            c => value.push(c),
        }
    }
    Some(value)
}
