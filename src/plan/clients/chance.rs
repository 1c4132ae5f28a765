//! A probability, exact as long as its numbers are small.

use std::cmp::Ordering;

/// A probability. It is a fraction as long as that fits, and the nearest floating-point number beyond; only
/// addition, multiplication and division are used then, which give the same bits on every platform
/// (IEEE 754).
#[derive(Debug, Clone, Copy)]
pub struct Chance(Form);

#[derive(Debug, Clone, Copy)]
enum Form {
    /// In lowest terms.
    Exact {
        numerator: u128,
        denominator: u128,
    },
    Near(f64),
}

impl Chance {
    /// What does not happen.
    pub const NEVER: Self = Self(Form::Exact {
        numerator: 0,
        denominator: 1,
    });
    /// What happens.
    pub const CERTAIN: Self = Self(Form::Exact {
        numerator: 1,
        denominator: 1,
    });

    /// One number of draws among all.
    pub fn of(numerator: u128, denominator: u128) -> Self {
        let divisor = common_divisor(numerator, denominator).max(1);
        Self(Form::Exact {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        })
    }

    /// That one or the other happens, where they exclude each other.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let exact = self
            .exact()
            .zip(other.exact())
            .and_then(|((a, b), (c, d))| {
                let divisor = common_divisor(b, d);
                let left = a.checked_mul(d / divisor)?;
                let right = c.checked_mul(b / divisor)?;
                let denominator = b.checked_mul(d / divisor)?;
                Some(Self::of(left.checked_add(right)?, denominator))
            });
        exact.unwrap_or_else(|| Self(Form::Near(self.value() + other.value())))
    }

    /// That both happen, where neither depends on the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let exact = self
            .exact()
            .zip(other.exact())
            .and_then(|((a, b), (c, d))| {
                let (across, down) = (common_divisor(a, d).max(1), common_divisor(c, b).max(1));
                let numerator = (a / across).checked_mul(c / down)?;
                let denominator = (b / down).checked_mul(d / across)?;
                Some(Self::of(numerator, denominator))
            });
        exact.unwrap_or_else(|| Self(Form::Near(self.value() * other.value())))
    }

    /// That one of so many alike happens, which exclude each other: so the sum is at most 1 and no product overflows.
    #[must_use]
    pub fn times(self, number: u128) -> Self {
        match self.0 {
            Form::Exact {
                numerator,
                denominator,
            } => Self::of(numerator.saturating_mul(number), denominator),
            Form::Near(value) => Self(Form::Near(value * as_value(number))),
        }
    }

    /// That it does not happen.
    #[must_use]
    pub fn otherwise(self) -> Self {
        match self.0 {
            Form::Exact {
                numerator,
                denominator,
            } => Self::of(denominator.saturating_sub(numerator), denominator),
            Form::Near(value) => Self(Form::Near((1.0 - value).max(0.0))),
        }
    }

    /// That it happens at least once in so many independent tries.
    #[must_use]
    pub fn within(self, tries: u32) -> Self {
        let missed = (0..tries).fold(Self::CERTAIN, |missed, _| missed.and(self.otherwise()));
        missed.otherwise()
    }

    /// Whether it cannot happen.
    pub fn is_never(self) -> bool {
        self.value() <= 0.0
    }

    /// Whether it happens for certain; a number that is only near 1 is not.
    pub fn is_certain(self) -> bool {
        self.exact()
            .is_some_and(|(numerator, denominator)| numerator >= denominator)
    }

    /// As a number from 0 to 1.
    pub fn value(self) -> f64 {
        match self.0 {
            Form::Exact {
                numerator,
                denominator,
            } => as_value(numerator) / as_value(denominator),
            Form::Near(value) => value,
        }
    }

    /// In parts of so many, half rounded up.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is between 0 and the whole"
    )]
    pub fn parts_of(self, whole: u32) -> u32 {
        let exact = self.exact().and_then(|(numerator, denominator)| {
            let doubled = numerator
                .checked_mul(u128::from(whole) * 2)?
                .checked_add(denominator)?;
            u32::try_from(doubled / denominator.checked_mul(2)?).ok()
        });
        exact.unwrap_or_else(|| (self.value() * f64::from(whole) + 0.5) as u32)
    }

    fn exact(self) -> Option<(u128, u128)> {
        match self.0 {
            Form::Exact {
                numerator,
                denominator,
            } => Some((numerator, denominator)),
            Form::Near(_) => None,
        }
    }
}

impl PartialEq for Chance {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Chance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value().partial_cmp(&other.value())
    }
}

/// A probability in percent with one decimal, never rounded to nothing or to all: `74.8 %`, `under 0.1 %`.
pub fn percent(value: f64) -> String {
    if value <= 0.0 {
        "0 %".to_owned()
    } else if value >= 1.0 {
        "100 %".to_owned()
    } else if value < 0.001 {
        "under 0.1 %".to_owned()
    } else if value > 0.999 {
        "over 99.9 %".to_owned()
    } else {
        format!("{:.1} %", value * 100.0)
    }
}

/// A number of expected clients. It is rounded down, so that a host below its threshold never looks as if it had
/// reached it: `24.9`, `460`, `under 0.1`.
pub fn average(value: f64) -> String {
    /// What sums of floating-point numbers may lose.
    const NOISE: f64 = 1e-6;
    let tenths = (value * 10.0 + NOISE).floor();
    if value <= 0.0 {
        "0".to_owned()
    } else if tenths < 1.0 {
        "under 0.1".to_owned()
    } else if (value - value.round()).abs() < NOISE {
        format!("{:.0}", value.round())
    } else {
        format!("{:.1}", tenths / 10.0)
    }
}

/// A time in words: `7 minutes`, `12 hours`, `3 days`. Begun units count whole.
pub fn lapse(hours: f64) -> String {
    /// What sums of floating-point numbers may add.
    const NOISE: f64 = 1e-6;
    let (number, unit) = if hours < 1.5 {
        (hours * 60.0, "minute")
    } else if hours <= 48.0 {
        (hours, "hour")
    } else {
        (hours / 24.0, "day")
    };
    let number = (number - NOISE).ceil().max(1.0);
    let s = if number > 1.0 { "s" } else { "" };
    format!("{number:.0} {unit}{s}")
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest number is what is wanted"
)]
fn as_value(number: u128) -> f64 {
    number as f64
}

fn common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact() {
        let third = Chance::of(1, 3);
        assert_eq!(third.or(Chance::of(1, 6)), Chance::of(1, 2));
        assert_eq!(third.and(Chance::of(3, 4)), Chance::of(1, 4));
        assert_eq!(third.otherwise(), Chance::of(2, 3));
        assert_eq!(Chance::of(1, 2).within(4), Chance::of(15, 16));
        assert_eq!(Chance::NEVER.and(third), Chance::NEVER);
        assert!(Chance::NEVER.within(4).is_never());
        assert_ne!(third, Chance::of(1, 6));
        assert!(third > Chance::of(1, 6) && Chance::NEVER < third);
        assert_eq!(third.times(2).or(third), Chance::CERTAIN);
    }

    /// Sums are reduced, else their denominators would soon be too large for a fraction.
    #[test]
    fn long_sums_stay_exact() {
        let part = Chance::of(1, 1_000);
        let sum = (0..1_000).fold(Chance::NEVER, |sum, _| sum.or(part));
        assert!(sum.is_certain());
        let most = (0..999).fold(Chance::NEVER, |sum, _| sum.or(part));
        assert!(!most.is_certain() && most.otherwise() == part);
        let chain = (2..1_000).fold(Chance::of(1, 2), |product, part| {
            product.and(Chance::of(part, part + 1))
        });
        assert_eq!(chain.times(1_000), Chance::CERTAIN);
        assert!(chain.times(1_000).is_certain());
    }

    #[test]
    fn begun_units_of_time_count_whole() {
        for (hours, text) in [
            (0.0, "1 minute"),
            (7.0 / 60.0, "7 minutes"),
            (1.49, "90 minutes"),
            (1.5, "2 hours"),
            (12.0, "12 hours"),
            (48.0, "48 hours"),
            (48.1, "3 days"),
            (72.0, "3 days"),
        ] {
            assert_eq!(lapse(hours), text, "{hours}");
        }
    }

    #[test]
    fn percents_are_never_rounded_to_nothing_or_all() {
        for (value, text) in [
            (0.0, "0 %"),
            (0.000_4, "under 0.1 %"),
            (0.001, "0.1 %"),
            (0.747_5, "74.8 %"),
            (0.999, "99.9 %"),
            (0.999_1, "over 99.9 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(value), text);
        }
    }

    #[test]
    fn averages_never_look_higher_than_they_are() {
        for (value, text) in [
            (0.0, "0"),
            (0.04, "under 0.1"),
            (0.1, "0.1"),
            (24.96, "24.9"),
            (24.999_999_99, "25"),
            (25.0, "25"),
            (343.857, "343.8"),
            (460.0, "460"),
        ] {
            assert_eq!(average(value), text, "{value}");
        }
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(Chance::of(1, 20_000).parts_of(10_000), 1);
        assert_eq!(Chance::of(7_550, 10_100).parts_of(10_000), 7_475);
        assert_eq!(Chance::CERTAIN.parts_of(10_000), 10_000);
    }

    #[test]
    fn beyond_fractions_the_value_is_near() {
        let odd = Chance::of(1, (1 << 89) - 1);
        let product = odd.and(odd).and(odd);
        assert!(product.value() > 0.0 && product.value() < 1e-70);
        assert_eq!(Chance::of(1, 3).or(product).parts_of(10_000), 3_333);
        assert_eq!(product.otherwise().parts_of(10_000), 10_000);
        // A quarter each, of denominators that have no product.
        let quarter = Chance::of(1 << 87, (1 << 89) - 1);
        let half = quarter.or(Chance::of(1 << 105, (1 << 107) - 1));
        assert!(half.exact().is_none());
        assert_eq!(half.parts_of(10_000), 5_000);
        assert_eq!(half.and(quarter).otherwise().parts_of(10_000), 8_750);
        assert_eq!(half.and(half).times(3).parts_of(10_000), 7_500);
    }
}
