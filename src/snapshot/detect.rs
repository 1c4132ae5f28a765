//! The form of a source, by its content.

use super::listing::{Sample, Sign};
use super::{Format, console, powershell, systems, zone_file};

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

/// The form of a source and what shows it, or why it is no zone data.
///
/// A form's own signs come first: much of what consoles print reads like a master file too.
pub(super) fn detect(sample: &Sample<'_>) -> Result<Sign, Refusal> {
    if let Some(line) = zone_file::header_line(sample.bytes) {
        let why = format!("its header `{line}`");
        return Ok(Sign::new(Format::WindowsZoneFile, why));
    }
    let mut signs = powershell::signs(sample);
    signs.extend(console::signs(sample));
    signs.extend(systems::signs(sample));
    let is_zone_data = signs.is_empty() && zone_file::is_zone_data(sample.bytes);
    if !is_zone_data && !signs.iter().any(|sign| sign.format == Format::Dnsmasq) {
        signs.extend(systems::sign_further_down(sample));
    }
    signs.dedup_by_key(|sign| sign.format);
    match signs.as_slice() {
        [] => {}
        [_] => return Ok(signs.remove(0)),
        [..] => return Err(ambiguous(&signs)),
    }
    if is_zone_data {
        let why = "its first record or directive reads like one of a master file";
        return Ok(Sign::new(Format::ZoneFile, why));
    }
    if let Some((message, help)) = systems::strangers(sample) {
        return Err(Refusal {
            message,
            help,
            quotable: !sample.bytes.contains(&0),
        });
    }
    Err(Refusal {
        message: guess(sample.bytes).to_owned(),
        help: UNDERSTOOD.to_owned(),
        quotable: !sample.bytes.contains(&0),
    })
}

fn ambiguous(signs: &[Sign]) -> Refusal {
    let readings: Vec<String> = signs
        .iter()
        .map(|sign| format!("{} ({})", sign.format.title(), sign.why))
        .collect();
    let options: Vec<String> = signs
        .iter()
        .map(|sign| format!("`--from {}`", sign.format.word()))
        .collect();
    Refusal {
        message: format!("this can be read in several ways: {}", readings.join("; ")),
        help: format!(
            "keep one output in a file, or say what it is: {}",
            options.join(" or ")
        ),
        quotable: false,
    }
}

/// What is understood.
const UNDERSTOOD: &str = "what is read: zone files, Windows DNS zone files and exports, \
    Get-DnsServerResourceRecord (JSON, CSV, table), Resolve-DnsName (JSON, CSV, list, table), nslookup, host, dig, \
    dnscmd /EnumRecords and /ZonePrint, Infoblox CSV, Route 53 JSON, octoDNS YAML, dnsmasq; \
    a source that is not recognised is read with `--from FORMAT`";

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

    fn taken(text: &str) -> Result<Format, String> {
        let sample = Sample {
            bytes: text.as_bytes(),
            shown: "source",
            zone: None,
            node: None,
        };
        detect(&sample)
            .map(|sign| sign.format)
            .map_err(|refusal| refusal.message)
    }

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
            assert_eq!(taken(text), Ok(Format::ZoneFile), "{text}");
        }
        let windows = ";\n;  Database file a.dns for a.example zone.\n";
        assert_eq!(taken(windows), Ok(Format::WindowsZoneFile));
    }

    #[test]
    fn other_files_are_refused_by_what_they_look_like() {
        for (text, message) in [
            (
                "{\n  \"hosts\": {}\n}\n",
                "this looks like JSON, not like zone data",
            ),
            (
                "# settings\n[server]\nttl = 3600\n",
                "this looks like TOML, not like zone data",
            ),
            ("[kms]\nttl = 3600\n", "this is a topology, no zone data"),
            ("Read this first.\n", "this is no zone data"),
            ("kms:\n  ttl: 3600\n", "this is a topology, no zone data"),
            (
                "; nothing\n\n",
                "the file holds comments only, no zone data",
            ),
            ("\0\x01\x02\x03abc", "this is a binary file, no zone data"),
        ] {
            assert_eq!(taken(text), Err(message.to_owned()), "{text}");
        }
    }
}
