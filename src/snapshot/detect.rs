//! The form of a source, by its content.

use super::Format;
use super::zone_file;

/// Why a source cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What it is, as far as can be told.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
    /// Whether its first line is text that can be quoted.
    pub(super) quotable: bool,
}

/// The form of `bytes`, or why they are no zone data.
pub(super) fn detect(bytes: &[u8]) -> Result<Format, Refusal> {
    if is_utf16(bytes) {
        return Err(Refusal {
            message: "the file is UTF-16, which is not read".to_owned(),
            help: "save it as UTF-8; in PowerShell: `Get-Content FILE | Set-Content -Encoding utf8 NEWFILE`"
                .to_owned(),
            quotable: false,
        });
    }
    if zone_file::header(bytes).is_some() {
        return Ok(Format::WindowsZoneFile);
    }
    if is_dig_output(bytes) {
        return Err(refusal("this is output of `dig`, which is not read", true));
    }
    if zone_file::is_zone_data(bytes) {
        return Ok(Format::ZoneFile);
    }
    Err(refusal(guess(bytes), !bytes.contains(&0)))
}

fn refusal(message: &str, quotable: bool) -> Refusal {
    Refusal {
        message: message.to_owned(),
        help: "zone files (RFC 1035, as BIND reads them) and Windows DNS zone files and exports are read; \
               a zone file that is not recognised is read with `--from zone-file`"
            .to_owned(),
        quotable,
    }
}

/// UTF-16 by its byte-order mark, or by the NULs that ASCII text has in it.
fn is_utf16(bytes: &[u8]) -> bool {
    let start = bytes.get(..64.min(bytes.len())).unwrap_or_default();
    let every_other = |first: usize| {
        start.len() >= 8 && start.iter().skip(first).step_by(2).all(|octet| *octet == 0)
    };
    bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF")
        || every_other(0)
        || every_other(1)
}

fn is_dig_output(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"; <<>> DiG ")
}

/// What the content looks like.
fn guess(bytes: &[u8]) -> &'static str {
    let text = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .trim_ascii();
    let Some(line) = text
        .split(|octet| *octet == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"))
    else {
        return "the file holds comments only, no zone data";
    };
    match (text.first(), text.last()) {
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
            if line.len() < 2 || text.contains(&b'"') =>
        {
            "this looks like JSON, not like zone data"
        }
        _ if line.starts_with(b"[") && line.ends_with(b"]") => {
            "this looks like TOML, not like zone data"
        }
        _ if line.starts_with(b"<") => "this looks like XML or HTML, not like zone data",
        _ if text.contains(&0) => "this is a binary file, no zone data",
        _ => "this is no zone data",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_files_are_known_by_their_first_record_or_directive() {
        for text in [
            "@ IN SOA ns1 host 1 2 3 4 5\n",
            "; comment\n\n$ORIGIN contoso.com.\n",
            "contoso.com. 3600 IN SOA ( a b 1\n 2 3 4 5 )",
            "\u{feff}$TTL 1h\n",
            " IN SOA a b 1 2 3 4 5\n",
            "www [AGE:3] 600 A 192.0.2.1\n",
            "www.contoso.com. IN 1h A 192.0.2.1\n",
            "$include head.inc\n",
        ] {
            assert_eq!(detect(text.as_bytes()), Ok(Format::ZoneFile), "{text}");
        }
        let windows = ";\n;  Database file a.dns for a.example zone.\n";
        assert_eq!(detect(windows.as_bytes()), Ok(Format::WindowsZoneFile));
    }

    #[test]
    fn other_files_are_refused_by_what_they_look_like() {
        for (text, message) in [
            (
                "{\n  \"kms\": {}\n}\n",
                "this looks like JSON, not like zone data",
            ),
            (
                "# topology\n[kms]\nttl = 3600\n",
                "this looks like TOML, not like zone data",
            ),
            ("<html>", "this looks like XML or HTML, not like zone data"),
            ("Read this first.\n", "this is no zone data"),
            ("kms:\n  ttl: 3600\n", "this is no zone data"),
            (
                "; nothing\n\n",
                "the file holds comments only, no zone data",
            ),
            ("\0\x01\x02\x03abc", "this is a binary file, no zone data"),
            (
                "; <<>> DiG 9.18 <<>> AXFR\n",
                "this is output of `dig`, which is not read",
            ),
        ] {
            assert_eq!(
                detect(text.as_bytes()).unwrap_err().message,
                message,
                "{text}"
            );
        }
        let wide: Vec<u8> = "@ IN SOA".bytes().flat_map(|octet| [octet, 0]).collect();
        assert_eq!(
            detect(&wide).unwrap_err().message,
            "the file is UTF-16, which is not read"
        );
    }
}
