//! The next SOA serial number.

use crate::Date;

/// The number after `serial` (RFC 1982: always a step forward).
///
/// A date serial, `YYYYMMDDnn`, of an earlier day becomes the first number of `today`; every other serial
/// rises by one. Without `today` every serial does. 0 is passed over, because some servers take it for
/// "none".
pub(in crate::plan) fn next(serial: u32, today: Option<Date>) -> u32 {
    today
        .and_then(|today| first_of_day(serial, today))
        .unwrap_or_else(|| serial.wrapping_add(1).max(1))
}

/// The first serial of `today` in the scheme of `serial`, if that is a date serial of an earlier day.
fn first_of_day(serial: u32, today: Date) -> Option<u32> {
    if date_of(serial)? >= today {
        return None;
    }
    // Some count the changes of a day from 00, most from 01.
    let first = u32::from(!serial.is_multiple_of(100));
    let day = u32::try_from(today.year()).ok()? * 10_000
        + u32::try_from(today.month()).ok()? * 100
        + u32::try_from(today.day()).ok()?;
    day.checked_mul(100)?.checked_add(first)
}

/// Whether a serial is written as a date, `YYYYMMDDnn`.
pub fn is_date_serial(serial: u32) -> bool {
    date_of(serial).is_some()
}

/// The day of a date serial. Years before the domain name system or far ahead are no dates.
fn date_of(serial: u32) -> Option<Date> {
    let day = serial / 100;
    let year = i16::try_from(day / 10_000).ok()?;
    if !(1983..=2199).contains(&year) {
        return None;
    }
    let month = i8::try_from(day / 100 % 100).ok()?;
    let day = i8::try_from(day % 100).ok()?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(serial: u32, today: &str) -> u32 {
        next(serial, Some(today.parse().unwrap()))
    }

    #[test]
    fn without_a_day_the_serial_rises_by_one() {
        assert_eq!(next(48213, None), 48214);
        assert_eq!(next(2_026_112_101, None), 2_026_112_102);
    }

    #[test]
    fn a_date_serial_takes_the_next_number_of_the_day() {
        assert_eq!(on(2_026_112_101, "2026-11-21"), 2_026_112_102);
        assert_eq!(on(2_026_112_199, "2026-11-21"), 2_026_112_200);
    }

    #[test]
    fn a_date_serial_of_an_earlier_day_takes_the_first_number_of_today() {
        assert_eq!(on(2_026_030_201, "2026-11-21"), 2_026_112_101);
        assert_eq!(on(2_026_030_207, "2026-11-21"), 2_026_112_101);
        assert_eq!(on(2_026_030_200, "2026-11-21"), 2_026_112_100);
    }

    #[test]
    fn a_date_serial_ahead_of_today_never_steps_back() {
        assert_eq!(on(2_026_112_200, "2026-11-21"), 2_026_112_201);
        assert_eq!(on(2_031_010_105, "2026-11-21"), 2_031_010_106);
    }

    #[test]
    fn a_number_that_is_no_date_is_counted() {
        assert_eq!(on(48213, "2026-11-21"), 48214);
        assert_eq!(on(2_026_133_201, "2026-11-21"), 2_026_133_202);
        assert_eq!(on(2_025_022_901, "2026-11-21"), 2_025_022_902);
        assert_eq!(on(4_294_010_101, "2026-11-21"), 4_294_010_102);
    }

    #[test]
    fn the_largest_serial_wraps_and_skips_zero() {
        assert_eq!(next(u32::MAX - 1, None), u32::MAX);
        assert_eq!(next(u32::MAX, None), 1);
        assert_eq!(on(u32::MAX, "2026-11-21"), 1);
        assert_eq!(next(0, None), 1);
    }

    #[test]
    fn every_step_is_forward_in_serial_arithmetic() {
        for serial in [0, 1, 48213, 1_983_010_100, 2_026_112_100, 2_199_123_199] {
            for today in ["1983-01-01", "2026-11-21", "2199-12-31"] {
                let step = on(serial, today).wrapping_sub(serial);
                assert!(0 < step && step < 1 << 31, "{serial} on {today}");
            }
        }
    }
}
