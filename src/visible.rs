//! Text from outside as it may reach a terminal: what would act on one, or hide there, is escaped.

/// Whether a terminal acts on the character, or hides it, instead of showing it: control characters, those that turn
/// the direction of text or end a line, and those that Unicode lets a display ignore (`Default_Ignorable_Code_Point`)
/// or that mark annotations. Variation selectors of its basic plane stay: they choose how the character before them looks.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text from outside, safe to print on a terminal: what acts there is escaped.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A part of a line, safe to print: one character for one, so that columns stay true. Tabs stay too,
/// the renderer widens them and moves the caret along.
pub(crate) fn printable(part: &str) -> String {
    part.chars()
        .map(|c| match c {
            '\t' => c,
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
            '\x7f' => '\u{2421}',
            _ if acts(c) => char::REPLACEMENT_CHARACTER,
            _ => c,
        })
        .collect()
}

/// JSON text in which what would act on a terminal stands as `\uXXXX`.
pub(crate) fn json_visible(json: String) -> String {
    // Of ASCII characters that act serde_json leaves one as it is.
    if json.is_ascii() && memchr::memchr(b'\x7f', json.as_bytes()).is_none() {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        // Outside of strings the only such character is the line end.
        if c != '\n' && acts(c) {
            out.extend(
                c.encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            );
        } else {
            out.push(c);
        }
    }
    out
}
