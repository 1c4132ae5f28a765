//! What a file of evidence is, by its content.

use super::list;
use super::source::{Line, Source};
use crate::snapshot::listing::Fault;
use crate::snapshot::zone_file;

/// What is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `slmgr.vbs /dlv`, `/dli`, `/sdns` or `/cdns`.
    Slmgr,
    /// `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`.
    CimJson,
    /// The same as a list.
    CimList,
    /// `reg query` of the licensing key.
    RegQuery,
    /// `.reg` text of the licensing key.
    RegFile,
    /// `dsacls` of a node.
    Dsacls,
    /// `Get-Acl` of a node, as a list.
    GetAcl,
}

impl Form {
    /// Its name in a sentence.
    fn title(self) -> &'static str {
        match self {
            Self::Slmgr => "output of slmgr.vbs",
            Self::CimJson => "SoftwareLicensingService as JSON",
            Self::CimList => "SoftwareLicensingService as a list",
            Self::RegQuery => "output of reg query",
            Self::RegFile => "a .reg file",
            Self::Dsacls => "output of dsacls",
            Self::GetAcl => "output of Get-Acl",
        }
    }
}

/// What to bring, for files that are not understood.
pub(super) const UNDERSTOOD: &str = "understood are, one output a file: of a KMS host `slmgr.vbs /dlv`, \
    `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`, `reg query` or `.reg` text of the licensing key; \
    of a `_vlmcs._tcp` node `dsacls DN` or `Get-Acl DN | Format-List`; all in English";

/// Application IDs of the products that KMS activates, which are in the output in every language.
const APPLICATIONS: [&str; 3] = [
    "55c92734-d682-4d71-983e-d6ec3f16059f",
    "59a52881-a989-479d-af46-f275c6370663",
    "0ff1ce15-a989-479d-af46-f275c6370663",
];

/// The lines of slmgr.vbs that are about KMS, its banner, and the channels of KMS hosts and clients.
const SLMGR: [&str; 9] = [
    "Windows Script Host",
    "VOLUME_KMS",
    "Software licensing service version:",
    "Key Management Service is enabled on this",
    "Key Management Service client information",
    "DNS publishing enabled",
    "DNS publishing disabled",
    "DNS Publishing can only be set on a KMS machine",
    "KMS machine name from DNS:",
];

/// Types of registry values, as `reg query` names them.
const TYPES: [&str; 6] = [
    "REG_SZ",
    "REG_MULTI_SZ",
    "REG_EXPAND_SZ",
    "REG_DWORD",
    "REG_QWORD",
    "REG_BINARY",
];

/// What the file is; a fault if that is nothing, or not one thing.
pub(super) fn detect(source: &Source<'_>) -> Result<Form, Fault> {
    let (start, body) = source.body();
    if body.trim().is_empty() {
        return Err(Fault::whole("the file is empty").help(UNDERSTOOD));
    }
    let found = signs(source);
    let mut others = found.iter().skip(1);
    match (found.first(), others.next()) {
        (Some((form, _)), None) => Ok(*form),
        (Some((one, first)), Some((other, second))) => {
            let [later, earlier] = if second.at < first.at {
                [(one, first), (other, second)]
            } else {
                [(other, second), (one, first)]
            };
            Err(Fault::at(
                later.1.span(),
                format!(
                    "this line is of {}, but line {} is of {}",
                    later.0.title(),
                    source.line_at(earlier.1.at),
                    earlier.0.title()
                ),
            )
            .help("put each output into a file of its own"))
        }
        (None, _) => Err(unknown(start, body)),
    }
}

/// Each form that shows, in no order, with the first line that shows it.
fn signs<'s>(source: &'s Source<'_>) -> Vec<(Form, Line<'s>)> {
    let mut found: Vec<(Form, Line<'s>)> = Vec::new();
    let mut lines = source.lines().filter(|line| !line.text.is_empty());
    if let Some(first) = lines.next().filter(|line| is_json(line.text)) {
        return if source.body().1.contains("KeyManagementService") || is_product(source.body().1) {
            vec![(Form::CimJson, first)]
        } else {
            Vec::new()
        };
    }
    for line in source.lines() {
        if let Some(form) = sign(&line)
            && !found.iter().any(|(known, _)| *known == form)
        {
            found.push((form, line));
        }
    }
    found
}

fn is_json(first: &str) -> bool {
    first.starts_with('{')
        || (first.starts_with('[') && !first.starts_with("[HKEY") && !first.starts_with("[-HKEY"))
}

/// Whether the text holds objects of `SoftwareLicensingProduct`.
fn is_product(text: &str) -> bool {
    text.contains("SoftwareLicensingProduct") || text.contains("\"PartialProductKey\"")
}

/// The form that a line shows.
fn sign(line: &Line<'_>) -> Option<Form> {
    let text = line.text;
    if text.starts_with("Windows Registry Editor Version")
        || text == "REGEDIT4"
        || text.starts_with("[HKEY_")
        || text.starts_with("[-HKEY_")
    {
        return Some(Form::RegFile);
    }
    if text.starts_with("HKEY_")
        || registry_type(text).is_some()
        || text.starts_with("ERROR: The system was unable to find the specified registry")
    {
        return Some(Form::RegQuery);
    }
    if text == "Access list:"
        || text == "The command failed to complete successfully."
        || ((text.starts_with("Allow ") || text.starts_with("Deny "))
            && (text.contains("FULL CONTROL") || text.contains("SPECIAL ACCESS")))
    {
        return Some(Form::Dsacls);
    }
    if SLMGR.iter().any(|sign| text.contains(sign))
        || APPLICATIONS
            .iter()
            .any(|id| text.to_ascii_lowercase().ends_with(id))
    {
        return Some(Form::Slmgr);
    }
    if let Some((key, _)) = list::key(line) {
        return match key {
            "ActiveDirectoryRights" | "Sddl" => Some(Form::GetAcl),
            "Path" if text.contains("ActiveDirectory:") => Some(Form::GetAcl),
            "IsKeyManagementServiceMachine" => Some(Form::CimList),
            _ if key.starts_with("KeyManagementService") => Some(Form::CimList),
            _ => None,
        };
    }
    table(text)
}

/// The form whose console table begins with this header.
fn table(header: &str) -> Option<Form> {
    let columns: Vec<&str> = header.split_whitespace().collect();
    if !columns
        .iter()
        .all(|column| column.bytes().all(|octet| octet.is_ascii_alphanumeric()))
    {
        return None;
    }
    if columns.contains(&"ActiveDirectoryRights") || columns == ["Path", "Owner", "Access"] {
        return Some(Form::GetAcl);
    }
    columns
        .iter()
        .any(|column| {
            column.starts_with("KeyManagementService") || *column == "IsKeyManagementServiceMachine"
        })
        .then_some(Form::CimList)
}

/// The name of a registry type that stands between blanks in a line, and its offset.
pub(super) fn registry_type(text: &str) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("REG_").map(|at| from + at) {
        let word = text[at..].split_whitespace().next()?;
        let apart = text[..at].ends_with([' ', '\t']);
        if apart && TYPES.contains(&word) {
            return Some((at, word));
        }
        from = at + "REG_".len();
    }
    None
}

/// The fault of a file that shows no form.
fn unknown(start: usize, body: &str) -> Fault {
    let first = body.lines().find(|line| !line.trim().is_empty());
    let at = first.map_or(0, |line| line.as_ptr() as usize - body.as_ptr() as usize);
    let span = first.map(|line| start + at..start + at + line.trim_end().len());
    let (message, help) = if is_zone_data(body) {
        (
            "these are DNS records, not what was seen on a host or node",
            "give the file among the sources of zone data, not in the folder of `--host-evidence`",
        )
    } else {
        ("it is not clear what this file is", UNDERSTOOD)
    };
    let fault = match span {
        Some(span) => Fault::at(span, message),
        None => Fault::whole(message),
    };
    fault.help(help)
}

fn is_zone_data(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    let text = !is_json(body.trim_start());
    let bytes = body.as_bytes();
    (text && (zone_file::header(bytes).is_some() || zone_file::is_zone_data(bytes)))
        // The distinguished name of a node has it too.
        || (lower.contains("_vlmcs._tcp") && !lower.contains("cn=microsoftdns"))
        || body.contains("\"RecordData\"")
        || body.contains("RecordType")
        || body.contains("SRV service location:")
        || body.contains("Returned records:")
}
