//! What values mean: types, numbers, times to live, timestamps, names.

use jiff::civil::Date;

use super::cell::{Cell, Row, Value, cut};
use super::json;
use crate::Name;
use crate::presentation;
use crate::snapshot::fields::{MAX_TTL, decimal};
use crate::snapshot::listing::Fault;
use crate::snapshot::zone_file::rrtype;

/// A date of these years is no timestamp: the DNS server counts from 1601-01-01, and a zone of time to the
/// west of Greenwich shows that instant as a day of 1600. The first year is what .NET has for no date.
const NO_TIMESTAMP: [i16; 3] = [1, 1600, 1601];
/// The last millisecond of 1601, from 1970-01-01.
const LAST_OF_1601: i64 = -11_612_937_600_001;
/// Ticks of .NET in a second.
const TICKS: i64 = 10_000_000;

/// Record types, as far as they are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Address,
    Ns,
    Cname,
    Soa,
    Srv,
    Dname,
    Dnssec,
    Other,
}

impl Kind {
    /// The type of a word or a number (IANA "Domain Name System Parameters"); `None`: it is neither.
    fn of(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<u16>() {
            return Some(match number {
                1 | 28 => Self::Address,
                2 => Self::Ns,
                5 => Self::Cname,
                6 => Self::Soa,
                33 => Self::Srv,
                39 => Self::Dname,
                46..=48 | 50 | 51 => Self::Dnssec,
                _ => Self::Other,
            });
        }
        let word = text.to_ascii_uppercase();
        Some(match word.as_str() {
            "A" | "AAAA" => Self::Address,
            "NS" => Self::Ns,
            "CNAME" => Self::Cname,
            "SOA" => Self::Soa,
            "SRV" => Self::Srv,
            "DNAME" => Self::Dname,
            "RRSIG" | "NSEC" | "DNSKEY" | "NSEC3" | "NSEC3PARAM" => Self::Dnssec,
            _ if word
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')) =>
            {
                Self::Other
            }
            _ => return None,
        })
    }
}

/// The type of a record: from the word if there is one, else from the number. `Ok(None)`: it is not there.
/// A word that names no known type is one that is yet to come, except at the name of KMS records (`kms`),
/// where it is most likely the beginning of `SRV`.
pub(super) fn kind(
    row: &Row<'_>,
    word: &str,
    number: &str,
    kms: bool,
) -> Result<Option<Kind>, Fault> {
    let read = |cell: &Cell<'_>| {
        cell.text()
            .filter(|text| !kms || is_known_type(text))
            .and_then(Kind::of)
            .ok_or_else(|| {
                cell.fault(format!("`{}` is no record type", cell.shown()))
                    .help("export it again, and copy the file as a whole")
            })
    };
    let (Some(first), second) = (row.filled(&[word]), row.filled(&[number])) else {
        return row.filled(&[number]).map(read).transpose();
    };
    let kind = read(first)?;
    match second {
        Some(second) if read(second)? != kind => Err(first.fault(format!(
            "the record is of type `{}` by `{word}` and `{}` by `{number}`",
            first.shown(),
            second.shown()
        ))),
        _ => Ok(Some(kind)),
    }
}

/// Whether a word or a number is a type that is known.
fn is_known_type(text: &str) -> bool {
    text.parse::<u16>().is_ok()
        || rrtype::Kind::parse(text.as_bytes()).is_some_and(|kind| kind != rrtype::Kind::Unknown)
}

/// A 16-bit number of an SRV record (RFC 2782).
pub(super) fn number(cell: &Cell<'_>, what: &str) -> Result<u16, Fault> {
    cell.text().and_then(small).ok_or_else(|| {
        cell.fault(format!(
            "the {what} is `{}`, not a number from 0 to 65535",
            cell.shown()
        ))
    })
}

/// A decimal number from 0 to 65535, without sign.
pub(super) fn small(text: &str) -> Option<u16> {
    decimal(text.as_bytes())
}

/// A decimal number without sign.
pub(super) fn digits(text: &str) -> Option<u64> {
    decimal(text.as_bytes())
}

/// A host name as data: absolute, whether or not a script dropped its final dot, for the cmdlets give
/// nothing else.
pub(super) fn host(cell: &Cell<'_>, what: &str) -> Result<Name, Fault> {
    let text = cell.text().unwrap_or_default();
    if cut(text).is_some() {
        return Err(cell.fault(format!("the {what} `{}` is cut off", cell.shown())));
    }
    full_name(text)
        .ok_or_else(|| cell.fault(format!("the {what} `{}` is no host name", cell.shown())))
}

/// The name that stands for itself, with or without final dot; `None` where a character does not occur in
/// names of hosts and domains. Characters beyond ASCII are the octets of UTF-8, as Windows DNS keeps them.
pub(super) fn full_name(text: &str) -> Option<Name> {
    let plain = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '.' | '-' | '_' | '*' | '/' | '+')
            || (!c.is_ascii() && !crate::visible::acts(c))
    };
    let marked = cut(text).is_some() || text.contains('\u{fffd}');
    (!marked && text.chars().all(plain))
        .then(|| presentation::parse_name(text.as_bytes(), Some(&Name::root())).ok())
        .flatten()
}

/// Whether a name, as far as it is there, can be that of KMS records.
pub(super) fn begins_kms(name: &str) -> bool {
    const OWNER: &str = "_vlmcs._tcp.";
    let head = cut(name).unwrap_or(name);
    let length = head.len().min(OWNER.len());
    head.get(..length)
        .zip(OWNER.get(..length))
        .is_some_and(|(head, owner)| head.eq_ignore_ascii_case(owner))
}

/// A time to live in seconds: a number of them, `[days.]hours:minutes:seconds`, or a `TimeSpan` as an
/// object. `None`: there is no value.
pub(super) fn seconds(cell: &Cell<'_>) -> Result<Option<u32>, Fault> {
    let value = match &cell.value {
        Value::Empty => return Ok(None),
        Value::Text(text) => span_of_time(text),
        Value::Plain(text) => whole(text),
        Value::Object(raw) => {
            let row = Row {
                span: cell.span.clone(),
                fields: json::object(raw, cell.span.start),
                wrapped: false,
            };
            let part = |name| row.filled(&[name]).and_then(Cell::text).and_then(whole);
            part("Ticks")
                .filter(|ticks| ticks % TICKS == 0)
                .map(|ticks| ticks / TICKS)
                .or_else(|| part("TotalSeconds"))
        }
        Value::Array(_) => None,
    };
    value
        .and_then(|value| u32::try_from(value).ok())
        .filter(|value| *value <= MAX_TTL)
        .map(Some)
        .ok_or_else(|| {
            cell.fault(format!("`{}` is no time to live", cell.shown()))
                .help("a number of seconds up to 2147483647 is read, and hours, minutes and seconds as 01:00:00")
        })
}

/// A whole number of JSON, which PowerShell 7 writes with `.0` where it is a `double`.
fn whole(text: &str) -> Option<i64> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// Seconds, or `[days.]hours:minutes:seconds` without a fraction of a second.
pub(super) fn span_of_time(text: &str) -> Option<i64> {
    if let Some(value) = digits(text) {
        return i64::try_from(value).ok();
    }
    let (days, clock) = match text.split_once('.') {
        Some((days, clock)) => (digits(days)?, clock),
        None => (0, text),
    };
    let mut parts = clock.split(':').map(digits);
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let days = days.checked_mul(24)?;
    let hours = days.checked_add(hours)?.checked_mul(3600)?;
    i64::try_from(hours.checked_add(minutes * 60 + seconds)?).ok()
}

/// Whether a record carries a dynamic-update timestamp. Null, nothing, 0 and the beginning of the server's
/// time (1601) are none.
pub(super) fn aged(cell: &Cell<'_>) -> Result<bool, Fault> {
    let value = match &cell.value {
        Value::Empty | Value::Plain("0") => Some(false),
        Value::Text(text) => timestamp(text),
        Value::Plain(_) | Value::Array(_) => None,
        // Windows PowerShell writes a date that carries notes of its own as an object.
        Value::Object(raw) => {
            let row = Row {
                span: cell.span.clone(),
                fields: json::object(raw, cell.span.start),
                wrapped: false,
            };
            row.filled(&["value"])
                .and_then(Cell::text)
                .and_then(timestamp)
        }
    };
    value.ok_or_else(|| {
        cell.fault(format!("`{}` is no date", cell.shown()))
            .help("a timestamp is a date in digits of the Gregorian calendar, or 0 or nothing for a static record")
    })
}

/// Whether a text is a date after the beginning of the server's time. `None`: it is no date.
///
/// Only that is asked, not which day it is: the order of day and month follows the locale.
pub(super) fn timestamp(text: &str) -> Option<bool> {
    if text == "0" {
        return Some(false);
    }
    if let Some(inside) = text
        .strip_prefix("/Date(")
        .and_then(|rest| rest.strip_suffix(")/"))
    {
        let sign = inside.starts_with('-');
        let number = inside.strip_prefix('-').unwrap_or(inside);
        let end = number
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(number.len());
        // What may follow is the offset of the zone of time, which changes nothing.
        let (number, zone) = number.split_at(end);
        let zoned = zone.is_empty()
            || zone.len() == 5
                && zone.starts_with(['+', '-'])
                && zone[1..].bytes().all(|octet| octet.is_ascii_digit());
        let value: i64 = number.parse().ok().filter(|_| zoned)?;
        return Some((if sign { -value } else { value }) > LAST_OF_1601);
    }
    let (text, whole) = match cut(text) {
        Some(rest) => (rest, false),
        None => (text, true),
    };
    let (date, time) = date(text)?;
    // Cut inside the date, its last number may be less than it was.
    let certain = whole || !time.is_empty();
    let none = NO_TIMESTAMP.contains(&date);
    // Dates of other calendars have years before those (1404, 1447): which of them is no timestamp, is not
    // known.
    (certain && clock(time, whole) && (none || date > 1601)).then_some(!none)
}

/// The year of the date that a text begins with, in any order of day, month and year that makes one, and what
/// follows it.
fn date(text: &str) -> Option<(i16, &str)> {
    let mut rest = text;
    let mut parts = [(0_i16, 0_usize); 3];
    for (index, part) in parts.iter_mut().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(['/', '.', '-'])?.trim_start();
        }
        let length = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(length);
        *part = (number.parse().ok()?, length);
        rest = after;
    }
    let [(a, first), (b, second), (c, third)] = parts;
    if second > 2 {
        return None;
    }
    let day = |year: i16, month: i16, day: i16| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(year, month, day).ok().map(Date::year)
    };
    // Two digits of a year are of this century or the last one.
    let short = |year: i16| year + 2000;
    let year = match (first, third) {
        (4, 1..=2) => day(a, b, c),
        (1..=2, 4) => day(c, a, b).or_else(|| day(c, b, a)),
        (1..=2, 2) => day(short(c), a, b)
            .or_else(|| day(short(c), b, a))
            .or_else(|| day(short(a), b, c)),
        (2, 1) => day(short(a), b, c),
        _ => None,
    }?;
    Some((year, rest))
}

/// Whether what follows a date is nothing, or a time of day: with a marker of the half of the day in any
/// language, a fraction of a second and an offset. A time that was cut need not be whole.
fn clock(text: &str, whole: bool) -> bool {
    /// The longest marker: `a. m.`, `PM`, `πμ`, a letter that ends the year.
    const MARKER: usize = 6;
    if text.trim_matches([' ', '.']).is_empty() {
        return true;
    }
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else {
        return !whole && text.chars().count() <= MARKER + 2;
    };
    let marker = |text: &str| {
        let text = text.trim_matches([' ', ',', '\u{a0}', '\u{202f}']);
        text.chars().count() <= MARKER
            && text
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '.' | ' ' | '\u{a0}'))
    };
    let (before, time) = text.split_at(start);
    if before.is_empty() || !marker(before) {
        return false;
    }
    let end = time
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ',')))
        .unwrap_or(time.len());
    let (time, after) = time.split_at(end);
    let mut parts = time.trim_end_matches('.').split([':', '.', ',']);
    let within = |part: Option<&str>, most: u64| {
        part.is_none_or(|part| {
            (part.is_empty() && !whole)
                || part.len() <= 2 && digits(part).is_some_and(|v| v <= most)
        })
    };
    let (hours, minutes, seconds) = (parts.next(), parts.next(), parts.next());
    let fraction = parts.all(|part| digits(part).is_some());
    let offset = |text: &str| {
        text.strip_prefix(['+', '-']).is_some_and(|rest| {
            rest.len() >= 4 && rest.bytes().all(|o| o.is_ascii_digit() || o == b':')
        })
    };
    within(hours, 24)
        && within(minutes, 59)
        && within(seconds, 60)
        && (minutes.is_some() || !whole)
        && fraction
        && (marker(after) || offset(after) || !whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_many_locales_are_dates() {
        for text in [
            "/Date(1772424000000)/",
            "/Date(1772424000000+0100)/",
            "2026-03-02T04:00:00Z",
            "2026-03-02T04:00:00+00:00",
            "2026-03-02T04:00:00.0000000-08:00",
            "3/2/2026 4:00:00 AM",
            "05/23/26 10:00:00 PM",
            "23/05/2026 22:00:00",
            "02.03.2026 04:00:00",
            "02.03.2026 04.00.00",
            "2. 3. 2026 4:00:00",
            "2026. 03. 02. 4:00:00",
            "2026-03-02 \u{c624}\u{c804} 4:00:00",
            "2026/3/2 4:00:00",
            "2/3/2026 4:00:00 \u{3c0}\u{3bc}",
            "02/03/2026 04:00:00 a. m.",
            "02-03-2026",
            "6/19/2020 10:00:0...",
            "6/19/2020 10:00:0\u{2026}",
            "12/31/2026 10:00:...",
        ] {
            assert_eq!(timestamp(text), Some(true), "{text}");
        }
        for text in [
            "0",
            "/Date(-11644473600000)/",
            "1/1/1601 12:00:00 AM",
            "12/31/1600 4:00:00 PM",
            "1601-01-01T00:00:00",
            "01.01.1601 00:00:00",
            "01/01/0001 00:00:00",
        ] {
            assert_eq!(timestamp(text), Some(false), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "System.Object",
            "yes",
            "1",
            "3726916",
            "/Date(x)/",
            "/Date()/",
            "/Date(1772424000000 garbage)/",
            "31/31/2026",
            // Persian, and Islamic.
            "1404/12/11 04:00:00",
            "13/09/1447 04:00:00",
            "13/32/2026 4:00:00",
            "3/2/2026 25:00:00",
            "3/2/2026 4:61:00",
            "3/2/2026 later than that",
            "3/2/20...",
            "3/...",
            "2026",
            "04:00:00",
            "10.20.5.21",
            "2026-02-30T00:00:00",
        ] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn times_to_live() {
        for (text, expected) in [
            ("3600", Some(3600)),
            ("01:00:00", Some(3600)),
            ("1:00:00", Some(3600)),
            ("1.00:00:00", Some(86400)),
            ("10.00:00:01", Some(864_001)),
            ("01:00", None),
            ("01:60:00", None),
            ("01:00:00.5", None),
            ("-1", None),
            ("1h", None),
            ("", None),
            ("99999999999999999999", None),
            ("9999999999999999.00:00:00", None),
        ] {
            assert_eq!(span_of_time(text), expected, "{text}");
        }
    }
}
