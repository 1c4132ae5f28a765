//! Text for a POSIX shell.

/// A value as one word. Single quotes keep everything but themselves; a word of plain characters stands
/// without them.
///
/// Only names and servers reach it, which hold no control characters: names are escaped by
/// [`crate::presentation`], servers are checked by [`super::server`].
pub(super) fn quote(text: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '@' | '/' | '+');
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quote("@dc01.contoso.com"), "@dc01.contoso.com");
        assert_eq!(quote(""), "''");
        assert_eq!(quote(r"a\032b.example."), r"'a\032b.example.'");
        assert_eq!(quote("$(id) `id` \"x\" !$ *"), "'$(id) `id` \"x\" !$ *'");
        assert_eq!(quote("it's"), r"'it'\''s'");
    }
}
