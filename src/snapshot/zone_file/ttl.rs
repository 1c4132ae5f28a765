//! Times in a master file: seconds, or BIND's `1w2d3h4m5s`.

use crate::snapshot::fields::MAX_TTL;

/// A time in seconds. Like BIND's, each unit may stand several times and in any order, a number without a
/// unit stands alone, and the whole fits 32 bits; a longer or other word is no time.
pub(in crate::snapshot) fn parse(word: &[u8]) -> Option<u32> {
    if word.len() > 63 || !word.first()?.is_ascii_digit() {
        return None;
    }
    let mut total: u64 = 0;
    let mut rest = word;
    while !rest.is_empty() {
        let digits = rest
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        let (number, unit) = rest.split_at(digits);
        let number: u32 = std::str::from_utf8(number).ok()?.parse().ok()?;
        let (scale, after) = match unit.split_first() {
            None if total != 0 => return None,
            None => (1, unit),
            Some((letter, after)) => (scale(*letter)?, after),
        };
        total = total.checked_add(u64::from(number) * scale)?;
        rest = after;
    }
    u32::try_from(total).ok()
}

fn scale(unit: u8) -> Option<u64> {
    Some(match unit.to_ascii_lowercase() {
        b'w' => 604_800,
        b'd' => 86_400,
        b'h' => 3_600,
        b'm' => 60,
        b's' => 1,
        _ => return None,
    })
}

/// The TTL that is in force where `seconds` is written: above the maximum it counts as 0 (RFC 2181 section 8).
pub(super) fn in_force(seconds: u32) -> u32 {
    if seconds > MAX_TTL { 0 } else { seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_bind_reads_them() {
        for (word, expected) in [
            ("0", Some(0)),
            ("00060", Some(60)),
            ("1h30m", Some(5400)),
            ("1H", Some(3600)),
            ("1w2d3h4m5s", Some(788_645)),
            ("1h1h", Some(7200)),
            ("30s1h", Some(3630)),
            ("0h30", Some(30)),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", None),
            ("7102w", None),
            ("1h30", None),
            ("h", None),
            ("1x", None),
            ("1.5h", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(parse(word.as_bytes()), expected, "{word}");
        }
        assert_eq!(parse(format!("{:064}", 5).as_bytes()), None);
    }
}
