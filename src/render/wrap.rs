//! Wrapping of prose for outputs of a fixed width.

/// Breaks `text` into lines of at most `width` columns, each of which begins with `indent` blanks that
/// count towards the width. Runs of white space become one blank. A word that is too long for a line
/// stays whole on a line of its own: names and commands must stay fit for copying. Text without a word
/// gives no line.
pub fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let room = width.saturating_sub(indent);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut columns = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if columns > 0 && columns + 1 + length > room {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        if columns == 0 {
            line.push_str(&" ".repeat(indent));
        } else {
            line.push(' ');
            columns += 1;
        }
        line.push_str(word);
        columns += length;
    }
    if columns > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn breaks_between_words_and_counts_the_indent() {
        assert_eq!(
            wrap("one two three four", 10, 2),
            ["  one two", "  three", "  four"]
        );
        assert_eq!(wrap("one two", 7, 0), ["one two"]);
        assert_eq!(wrap("one two", 6, 0), ["one", "two"]);
    }

    #[test]
    fn makes_one_blank_of_white_space() {
        assert_eq!(wrap("  one\n   two ", 20, 0), ["one two"]);
        assert!(wrap(" \n ", 20, 4).is_empty());
    }

    #[test]
    fn keeps_long_words_whole() {
        assert_eq!(
            wrap("see _vlmcs._tcp.contoso.com now", 12, 2),
            ["  see", "  _vlmcs._tcp.contoso.com", "  now"]
        );
        assert_eq!(wrap("a bc", 0, 4), ["    a", "    bc"]);
    }

    #[test]
    fn counts_characters_not_octets() {
        assert_eq!(wrap("\u{e4}\u{f6} \u{fc}", 4, 0), ["\u{e4}\u{f6} \u{fc}"]);
    }
}
