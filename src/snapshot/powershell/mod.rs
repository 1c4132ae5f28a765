//! What `Get-DnsServerResourceRecord` and `Resolve-DnsName` give: JSON, CSV, and what a console shows.
//!
//! Each notation makes rows of properties (`json`, `csv`, `text`); `server` and `resolve` make records of the
//! rows of their cmdlet, whatever notation they came in; `cmdlet` leads from the one to the other.

use super::Format;
use super::fields::readable;
use super::lines::{Search, lines_with};
use super::listing::{Fault, Sample, Section, Sign};
use cell::is_named;

mod cell;
mod cmdlet;
mod csv;
mod data;
mod directory;
mod json;
mod resolve;
mod server;
mod text;
mod values;

/// Exports the SRV records of a zone with all that is asked of them.
const EXPORT: &str = "Get-DnsServerResourceRecord -ZoneName ZONE -RRType Srv | Select-Object DistinguishedName,HostName,@{n='TTL';e={[int]$_.TimeToLive.TotalSeconds}},Timestamp,@{n='Priority';e={$_.RecordData.Priority}},@{n='Weight';e={$_.RecordData.Weight}},@{n='Port';e={$_.RecordData.Port}},@{n='Target';e={$_.RecordData.DomainName}} | ConvertTo-Json";

/// How much of a source is looked at to tell its form, in octets.
const HEAD: usize = 1 << 16;

/// What shows that a source is in one of these forms.
pub(super) fn signs(sample: &Sample<'_>) -> Vec<Sign> {
    let (_, body) = sample.body();
    let head = body.get(..HEAD).unwrap_or(body);
    let head = readable(head);
    let start = head.trim_start();
    let prompt = start.lines().next().is_some_and(text::is_prompt);
    if prompt && let Some(json) = start.lines().find_map(|line| json_below(start, line)) {
        return signs_of_json(json).into_iter().collect();
    }
    if !prompt && (start.starts_with(['[', '{']) || start.starts_with("null")) {
        return signs_of_json(start).into_iter().collect();
    }
    signs_of_csv(&head)
        .into_iter()
        .chain(signs_of_text(&head))
        .collect()
}

/// The text from this line on, if it begins an array or object of JSON that goes on below.
fn json_below<'a>(text: &'a str, line: &'a str) -> Option<&'a str> {
    let at = (line.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    matches!(line.trim(), "[" | "{").then(|| text.get(at..))?
}

fn signs_of_json(text: &str) -> Option<Sign> {
    let whole: String = text.split_whitespace().collect();
    if matches!(whole.as_str(), "[]" | "null" | "[null]") {
        return Some(Sign::new(Format::DnsServerJson, "JSON without any record"));
    }
    if text[1..]
        .trim_start()
        .starts_with("\"DnsServerResourceRecord")
    {
        return Some(Sign::new(
            Format::DnsServerJson,
            "the class name `DnsServerResourceRecord`",
        ));
    }
    let keys = json::first_keys(text);
    let has = |name: &str| keys.iter().any(|key| is_named(key, name));
    let any = |names: &[&'static str]| names.iter().copied().find(|name| has(name));
    if (has("hostname") || has("name"))
        && let Some(key) = any(&["recorddata", "recordtype", "recordclass", "timetolive"])
    {
        let name = if has("hostname") { "HostName" } else { "Name" };
        return Some(Sign::new(
            Format::DnsServerJson,
            format!(
                "the keys `{name}` and `{}` of its first record",
                proper(key)
            ),
        ));
    }
    if has("hostname")
        && let Some(key) = any(&["priority", "weight", "port", "timestamp", "ttl"])
    {
        return Some(Sign::new(
            Format::DnsServerJson,
            format!(
                "the keys `HostName` and `{}` of its first record",
                proper(key)
            ),
        ));
    }
    if has("distinguishedname") && text.contains("MicrosoftDNS") {
        return Some(Sign::new(
            Format::DnsServerJson,
            "a `DistinguishedName` below `CN=MicrosoftDNS`",
        ));
    }
    let key = any(&[
        "nametarget",
        "querytype",
        "datalength",
        "characterset",
        "nameadministrator",
    ])?;
    Some(Sign::new(
        Format::ResolveJson,
        format!("the key `{}` of its first record", proper(key)),
    ))
}

/// A property as the cmdlets spell it.
fn proper(key: &str) -> &'static str {
    [
        "RecordData",
        "RecordType",
        "RecordClass",
        "TimeToLive",
        "Timestamp",
        "Priority",
        "Weight",
        "Port",
        "TTL",
        "NameTarget",
        "QueryType",
        "DataLength",
        "CharacterSet",
        "NameAdministrator",
        "Section",
    ]
    .into_iter()
    .find(|name| name.eq_ignore_ascii_case(key))
    .unwrap_or("")
}

fn signs_of_csv(head: &str) -> Option<Sign> {
    let first = head.lines().find(|line| !line.trim().is_empty())?.trim();
    if first.starts_with("#TYPE ") {
        if first.contains("DnsServerResourceRecord") {
            return Some(Sign::new(
                Format::DnsServerCsv,
                "a line `#TYPE` that names `DnsServerResourceRecord`",
            ));
        }
        if first.contains("DnsClient.Commands.DnsRecord") {
            return Some(Sign::new(
                Format::ResolveCsv,
                "a line `#TYPE` that names `DnsClient`",
            ));
        }
    }
    let header = csv::header(head, 0)
        .ok()?
        .filter(|header| header.names.len() > 1)?;
    let any = |names: &[&str]| {
        names
            .iter()
            .find(|name| header.has(name))
            .map(|name| proper(name))
    };
    if header.has("HostName") || header.has("DistinguishedName") {
        let key = any(&[
            "RecordData",
            "RecordType",
            "RecordClass",
            "TimeToLive",
            "Timestamp",
            "Priority",
            "Weight",
            "Port",
        ])?;
        return Some(Sign::new(
            Format::DnsServerCsv,
            format!("the columns of its header, `{key}` among them"),
        ));
    }
    if header.has("Name")
        && let Some(key) = any(&["RecordData", "RecordType", "TimeToLive"])
    {
        return Some(Sign::new(
            Format::DnsServerCsv,
            format!("the columns of its header, `{key}` among them"),
        ));
    }
    if !header.has("Name") {
        return None;
    }
    let key = any(&["NameTarget", "QueryType", "DataLength", "CharacterSet"])
        .or_else(|| any(&["Section"]).filter(|_| header.has("Type") && header.has("TTL")))?;
    Some(Sign::new(
        Format::ResolveCsv,
        format!("the columns of its header, `{key}` among them"),
    ))
}

fn signs_of_text(head: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut add = |format: Format, why: &str| {
        if !signs.iter().any(|sign: &Sign| sign.format == format) {
            signs.push(Sign::new(format, why));
        }
    };
    // Every sign has one of these in its line, or colours between its letters.
    let name = memchr::memmem::Finder::new("Name");
    let searches: [Search<'_>; 2] = [&|text| memchr::memchr2(b':', b'\x1b', text), &|text| {
        name.find(text)
    }];
    for line in lines_with(head.as_bytes(), &searches) {
        let line = &head[line];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let line = &*text::without_colours(line);
        if let Some((command, _)) = text::failed_command(line) {
            let format = if command.eq_ignore_ascii_case("Resolve-DnsName") {
                Format::ResolveText
            } else {
                Format::DnsServerTable
            };
            add(format, &format!("an error that `{command}` reports"));
            continue;
        }
        let key = line.split_once(':').map(|(key, _)| key.trim_end());
        match key {
            Some(key @ ("HostName" | "RecordClass" | "RecordData" | "RecordType")) => {
                add(
                    Format::DnsServerTable,
                    &format!("a line `{key} :` of a list"),
                );
                continue;
            }
            Some(key @ "DomainName") if head.contains("\nWeight ") => {
                let why = format!("a line `{key} :` of a list, and one for `Weight`");
                add(Format::DnsServerTable, &why);
                continue;
            }
            Some(key @ ("QueryType" | "NameTarget")) => {
                add(Format::ResolveText, &format!("a line `{key} :` of a list"));
                continue;
            }
            _ => {}
        }
        if name.find(line.as_bytes()).is_none() || line.contains([',', ';', '\t']) {
            continue;
        }
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if words.len() < 3 {
            continue;
        }
        // Consoles align columns with blanks, never with tabs, and write the names of properties in one way only; other tools have words like them.
        let has = |name: &str| words.contains(&name);
        if has("HostName")
            && (has("RecordType") || has("RecordData") || has("TimeToLive") || has("Priority"))
        {
            add(Format::DnsServerTable, "a table with a column `HostName`");
        } else if has("Name") && has("Type") && has("TTL") && has("Section")
            || has("NameTarget") && has("Name")
        {
            add(
                Format::ResolveText,
                "a table with columns `Name`, `Type`, `TTL` and `Section`",
            );
        }
    }
    signs
}

/// The records of a source in one of these forms.
pub(super) fn read(format: Format, sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let content = readable(sample.bytes);
    let (start, _) = sample.body();
    let listing = || server::Listing::new(sample);
    let answers = || resolve::Answers::new(sample);
    match format {
        Format::DnsServerJson => cmdlet::read_json(listing(), &content, start),
        Format::DnsServerCsv => cmdlet::read_csv(listing(), &content, start),
        Format::DnsServerTable => cmdlet::read_text(listing(), &content, start),
        Format::ResolveJson => cmdlet::read_json(answers(), &content, start),
        Format::ResolveCsv => cmdlet::read_csv(answers(), &content, start),
        Format::ResolveText => cmdlet::read_text(answers(), &content, start),
        other => Err(vec![Fault::whole(format!(
            "{} is not what PowerShell writes",
            other.title()
        ))]),
    }
}

#[cfg(test)]
mod tests;
