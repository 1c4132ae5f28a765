//! What a zone file is called: its header and its file name.

use crate::{Name, presentation};

/// The header that Windows DNS writes: `;  Database file NAME for ZONE zone.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) struct Header {
    /// Whether it says that the zone has no file, so that a directory holds it: `(null)`.
    pub(in crate::snapshot) directory: bool,
    /// The zone.
    pub(in crate::snapshot) zone: Option<Name>,
}

/// The Windows header among the comments at the top of a file.
///
/// Three generations exist: `Database file X for Z zone.`, `… for Default zone scope in zone Z.`, and the
/// latter with `(null)` for X where the zone is kept in Active Directory.
pub(in crate::snapshot) fn header(bytes: &[u8]) -> Option<Header> {
    let line = header_line(bytes)?;
    line.split_once(MARK).map(|(_, rest)| parse_header(rest))
}

/// What begins the header's text.
const MARK: &str = "Database file ";

/// The line of the Windows header.
pub(in crate::snapshot) fn header_line(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    for line in bytes.split(|octet| *octet == b'\n') {
        let line = line.trim_ascii();
        let Some(comment) = line.strip_prefix(b";") else {
            if line.is_empty() {
                continue;
            }
            return None;
        };
        if comment.trim_ascii_start().starts_with(MARK.as_bytes())
            && let Ok(line) = std::str::from_utf8(line)
        {
            return Some(line);
        }
    }
    None
}

fn parse_header(rest: &str) -> Header {
    let zone = rest
        .rsplit_once(" in zone ")
        .and_then(|(_, zone)| zone.strip_suffix('.'))
        .or_else(|| {
            let (_, zone) = rest.rsplit_once(" for ")?;
            zone.strip_suffix(" zone.")
        })
        .filter(|zone| !zone.contains(' '));
    Header {
        directory: rest.starts_with("(null) "),
        zone: zone.and_then(|zone| presentation::parse_full_name(zone).ok()),
    }
}

/// Whether the comments at the top of a file say that Azure DNS exported it (`az network dns zone export`).
pub(super) fn is_azure_export(bytes: &[u8]) -> bool {
    top_comments(bytes).any(|comment| comment == b"Exported zone file from Azure DNS")
}

/// The zone that an export of Azure DNS names at its top: `Zone name: contoso.com`.
///
/// The portal writes the same name after `$ORIGIN`, without its final dot.
pub(super) fn azure_zone(bytes: &[u8]) -> Option<Name> {
    if !is_azure_export(bytes) {
        return None;
    }
    let zone = top_comments(bytes).find_map(|comment| comment.strip_prefix(b"Zone name:"))?;
    presentation::parse_full_name(std::str::from_utf8(zone.trim_ascii()).ok()?).ok()
}

/// The comments above the first record or directive, without their `;` and the blanks around them.
fn top_comments(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes
        .split(|octet| *octet == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .map_while(|line| line.strip_prefix(b";"))
        .map(<[u8]>::trim_ascii)
}

/// Endings of file names that say no more than "zone file".
const ENDINGS: [&str; 3] = [".zone", ".dns", ".db"];

/// The zone that a file's name tells: `contoso.com`, `contoso.com.zone`, `contoso.com.dns`, `contoso.com.db`,
/// `db.contoso.com`. A name of one label needs one of the markings, and other endings tell nothing.
pub(in crate::snapshot) fn name_from_file(path: &str) -> Option<Name> {
    let file = path.rsplit('/').next()?;
    let lower = file.to_ascii_lowercase();
    let (name, marked) =
        if let Some(ending) = ENDINGS.iter().find(|ending| lower.ends_with(**ending)) {
            (&file[..file.len() - ending.len()], true)
        } else if lower.starts_with("db.") {
            (&file[3..], true)
        } else {
            (file, false)
        };
    let telling = marked
        || (name.contains('.') && !OTHER_ENDINGS.iter().any(|ending| lower.ends_with(ending)));
    if !telling {
        return None;
    }
    presentation::parse_full_name(name).ok()
}

/// Endings that are no part of a zone's name.
const OTHER_ENDINGS: [&str; 9] = [
    ".txt", ".bak", ".old", ".orig", ".new", ".conf", ".export", ".log", ".tmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_three_generations() {
        for (text, directory, zone) in [
            (
                ";\r\n;  Database file contoso.com.dns for contoso.com zone.\r\n",
                false,
                Some("contoso.com."),
            ),
            (
                ";  Database file a.dns for Default zone scope in zone corp.example.\n",
                false,
                Some("corp.example."),
            ),
            (
                "\u{feff};\n;  Database file (null) for Default zone scope in zone a.b.\n",
                true,
                Some("a.b."),
            ),
            ("; Database file x\n", false, None),
        ] {
            let header = header(text.as_bytes()).unwrap();
            assert_eq!(header.directory, directory);
            assert_eq!(
                header.zone.as_ref().map(presentation::absolute).as_deref(),
                zone
            );
        }
        assert_eq!(
            header(b"; a zone\n@ SOA\n; Database file a.dns for a zone.\n"),
            None
        );
    }

    #[test]
    fn names_of_files() {
        for (path, zone) in [
            ("zones/contoso.com", Some("contoso.com.")),
            ("contoso.com.zone", Some("contoso.com.")),
            ("a/b/Contoso.com.DNS", Some("Contoso.com.")),
            ("db.contoso.com", Some("contoso.com.")),
            ("contoso.com.db", Some("contoso.com.")),
            ("corp.zone", Some("corp.")),
            ("zonefile", None),
            ("contoso.com.txt", None),
            ("<stdin>", None),
            ("a b.zone", None),
        ] {
            assert_eq!(
                name_from_file(path)
                    .as_ref()
                    .map(presentation::absolute)
                    .as_deref(),
                zone,
                "{path}"
            );
        }
    }

    #[test]
    fn exports_of_azure_say_so_at_the_top() {
        let export =
            "\n; Exported zone file from Azure DNS\n;      Zone name: contoso.com\n\n$TTL 3600\n";
        assert!(is_azure_export(export.as_bytes()));
        assert!(is_azure_export(export.replace('\n', "\r\n").as_bytes()));
        assert!(!is_azure_export(
            b"$TTL 3600\n; Exported zone file from Azure DNS\n"
        ));
        assert!(!is_azure_export(b"; contoso.com\n$TTL 3600\n"));
        let portal =
            "; \tExported zone file from Azure DNS\n; \tZone name: contoso.com\n\n$TTL 3600\n";
        for export in [export, portal] {
            let zone = azure_zone(export.as_bytes()).unwrap();
            assert_eq!(presentation::absolute(&zone), "contoso.com.");
        }
        assert_eq!(azure_zone(b"; Zone name: contoso.com\n"), None);
    }
}
