//! Blanks between fields: columns are kept where fields are aligned.

/// The width of a tab stop.
const TAB: usize = 8;

/// The column, from 0, after `text`, which begins a line.
pub(super) fn column(text: &[u8]) -> usize {
    text.iter().fold(0, |column, &octet| match octet {
        b'\t' => (column / TAB + 1) * TAB,
        // A continuation octet of UTF-8 takes no column of its own.
        0x80..=0xbf => column,
        _ => column + 1,
    })
}

/// Blanks from the column `from` to the column `to`, in the manner of `like`: tabs where it has any. At least
/// one blank.
pub(super) fn fill(from: usize, to: usize, like: &[u8]) -> Vec<u8> {
    let tabs = like.contains(&b'\t');
    if from >= to {
        return if tabs { b"\t".to_vec() } else { b" ".to_vec() };
    }
    if !tabs {
        return vec![b' '; to - from];
    }
    let stop = to / TAB * TAB;
    if stop <= from {
        return vec![b' '; to - from];
    }
    let mut blanks = vec![b'\t'; to / TAB - from / TAB];
    blanks.resize(blanks.len() + to - stop, b' ');
    blanks
}

/// `text` in place of the blanks that begin a line, what follows staying in its column where they are wide
/// enough.
pub(super) fn write_into(text: &[u8], blanks: &[u8]) -> Vec<u8> {
    let mut out = text.to_vec();
    out.extend(fill(column(text), column(blanks), blanks));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_written_into_blanks() {
        assert_eq!(write_into(b"kms", b"        "), b"kms     ");
        assert_eq!(write_into(b"kms", b"\t\t"), b"kms\t\t");
        assert_eq!(write_into(b"_vlmcs._tcp", b"\t\t"), b"_vlmcs._tcp\t");
        assert_eq!(write_into(b"_vlmcs._tcp", b"\t"), b"_vlmcs._tcp\t");
        assert_eq!(write_into(b"_vlmcs._tcp", b" "), b"_vlmcs._tcp ");
        assert_eq!(write_into(b"kms", b"\t  "), b"kms\t  ");
        assert_eq!(write_into(b"kms", b"  \t"), b"kms\t");
        // Two octets, one column.
        assert_eq!(
            write_into("b\u{fc}ro".as_bytes(), b"        "),
            "b\u{fc}ro    ".as_bytes()
        );
    }
}
