//! Encodings, quoting and times, as the tools that write zone data have them.

/// UTF-8 with a byte-order mark.
pub fn marked(text: &str) -> Vec<u8> {
    [b"\xEF\xBB\xBF", text.as_bytes()].concat()
}

/// UTF-16, little endian, with a byte-order mark.
pub fn utf16le(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// UTF-16, big endian, with a byte-order mark.
pub fn utf16be(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_be_bytes).collect()
}

/// ISO 8859-1; `?` for what it has no octet for.
pub fn latin1(text: &str) -> Vec<u8> {
    let octet = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'?');
    text.chars().map(octet).collect()
}

/// `text` with CRLF line ends.
pub fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// A quoted string of a zone file.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A moment, from hours since 1601.
#[derive(Clone, Copy)]
pub struct Moment {
    /// Seconds since 1970, UTC.
    pub unix: u64,
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
}

impl Moment {
    /// The moment of a timestamp in hours since 1601-01-01 00:00 UTC.
    pub fn of_hours(hours: u64) -> Self {
        let unix = hours * 3600 - 11_644_473_600;
        let (mut days, mut year) = (unix / 86_400, 1970);
        loop {
            let length = 365 + u64::from(leap(year));
            if days < length {
                break;
            }
            days -= length;
            year += 1;
        }
        let mut month = 1;
        loop {
            let length = match month {
                2 => 28 + u64::from(leap(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            if days < length {
                break;
            }
            days -= length;
            month += 1;
        }
        Self {
            unix,
            year,
            month,
            day: days + 1,
            hour: unix / 3600 % 24,
        }
    }

    /// `3/2/2026 4:00:00 AM`.
    pub fn american(self) -> String {
        let half = if self.hour < 12 { "AM" } else { "PM" };
        let hour = match self.hour % 12 {
            0 => 12,
            hour => hour,
        };
        let Self {
            year, month, day, ..
        } = self;
        format!("{month}/{day}/{year} {hour}:00:00 {half}")
    }

    /// `02.03.2026 04:00:00`.
    pub fn german(self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            ..
        } = self;
        format!("{day:02}.{month:02}.{year} {hour:02}:00:00")
    }

    /// `2026-03-02`, a separator, `04:00:00`.
    pub fn iso(self, separator: &str) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            ..
        } = self;
        format!("{year}-{month:02}-{day:02}{separator}{hour:02}:00:00")
    }
}

fn leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// A time span as .NET writes it: `01:00:00`, `1.01:01:01`.
pub fn span(seconds: u32) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days == 0 {
        clock
    } else {
        format!("{days}.{clock}")
    }
}

/// A row of a CSV file; every cell in quotes, or only those that need them.
pub fn row<S: AsRef<str>>(cells: &[S], separator: char, quotes: bool) -> String {
    let cell = |cell: &S| {
        let cell = cell.as_ref();
        let needed = cell.contains([separator, '"', '\n']);
        // Export-Csv leaves a null without quotes.
        if (quotes && !cell.is_empty()) || needed {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let cells: Vec<String> = cells.iter().map(cell).collect();
    cells.join(&separator.to_string()) + "\n"
}
