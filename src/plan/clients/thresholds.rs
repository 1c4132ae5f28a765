//! How many distinct clients a host counts, and whether they are enough.

use super::chance::Chance;
use crate::topology::Product;
use crate::words::words;

/// Requests that an activated client makes in any 30 days: it renews every 7 days (Microsoft "Activate clients
/// running Windows 10").
pub const REQUESTS_A_MONTH: u32 = 4;
/// Hours between two renewals of an activated client.
pub const RENEWAL_HOURS: u32 = 168;
/// Hours between two tries of a client that is not activated.
pub const RETRY_HOURS: u32 = 2;

words! {
    /// What a host activates only once its own count of the last 30 days is high enough.
    Threshold {
        /// 25 Windows machines, clients and servers together.
        Windows = "windows",
        /// 5 Windows machines, clients and servers together.
        Server = "server",
        /// 5 installations of Office.
        Office = "office",
    }
}

impl Threshold {
    /// The count that is needed (Microsoft "Activate clients running Windows 10", "Configure DNS for activating Office
    /// by KMS").
    pub fn needed(self) -> u32 {
        match self {
            Self::Windows => 25,
            Self::Server | Self::Office => 5,
        }
    }

    /// Whether a host of these products, none: not said, has this threshold.
    pub fn concerns(self, activates: &[Product]) -> bool {
        activates.is_empty()
            || activates.iter().any(|product| match product {
                Product::Windows => self == Self::Windows,
                Product::WindowsServer => self == Self::Server,
                _ => self == Self::Office,
            })
    }
}

/// The largest number of clients that are gone through one by one.
const MAX_ONE_BY_ONE: u32 = 4096;

/// Clients alike: how many, and the probability that a host counts one of them.
pub type Alike = (u32, Chance);

/// The expected number of distinct clients that a host counts.
pub fn expected(clients: &[Alike]) -> f64 {
    clients
        .iter()
        .map(|(number, chance)| f64::from(*number) * chance.value())
        .sum()
}

/// The probability that a host counts at least `needed` of the clients, each of which comes or does not whatever the
/// others do. It is 1 only where enough come for certain, and 0 only where too few can come, whatever rounding makes of
/// what lies between.
pub fn reached(clients: &[Alike], needed: u32) -> f64 {
    let number = |counts: fn(Chance) -> bool| -> u64 {
        let those = clients.iter().filter(|(_, chance)| counts(*chance));
        those.map(|(number, _)| u64::from(*number)).sum()
    };
    if number(Chance::is_certain) >= u64::from(needed) {
        1.0
    } else if number(|chance| !chance.is_never()) < u64::from(needed) {
        0.0
    } else {
        summed(clients, needed).clamp(f64::EPSILON, 1.0 - f64::EPSILON)
    }
}

/// The same as a sum that is off by rounding.
fn summed(clients: &[Alike], needed: u32) -> f64 {
    let needed = usize::try_from(needed).unwrap_or(usize::MAX);
    // By number below what is needed: the probability that just so many have come.
    let mut below = vec![0.0; needed];
    match below.first_mut() {
        Some(none) => *none = 1.0,
        None => return 1.0,
    }
    for &(number, chance) in clients {
        below = with(&below, number, chance);
    }
    1.0 - below.iter().sum::<f64>()
}

/// The probabilities with so many more clients.
fn with(below: &[f64], number: u32, chance: Chance) -> Vec<f64> {
    let (comes, stays) = (chance.value(), chance.otherwise().value());
    if number <= MAX_ONE_BY_ONE {
        let mut below = below.to_vec();
        for _ in 0..number {
            for count in (0..below.len()).rev() {
                let one_less = if count > 0 { below[count - 1] } else { 0.0 };
                below[count] = below[count] * stays + one_less * comes;
            }
        }
        return below;
    }
    let among = binomial(number, comes, stays, below.len());
    (0..below.len())
        .map(|count| {
            (0..=count)
                .map(|more| below[count - more] * among[more])
                .sum()
        })
        .collect()
}

/// The probabilities that none, one, two … of many clients come.
fn binomial(number: u32, comes: f64, stays: f64, length: usize) -> Vec<f64> {
    let none = power(stays, number);
    let mut among = vec![0.0; length];
    // So many clients bring far more than any threshold.
    if none <= 0.0 {
        return among;
    }
    let mut chance = none;
    for (slot, drawn) in among.iter_mut().zip(0_u32..) {
        *slot = chance;
        chance = chance * f64::from(number - drawn) / f64::from(drawn + 1) * comes / stays;
    }
    among
}

/// A power by multiplication alone: the same bits on every platform.
fn power(base: f64, mut exponent: u32) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::clients::percent;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }

    /// With 4 clients and a share of one half, 5 of 16 outcomes bring three of them or more.
    #[test]
    fn a_case_worked_by_hand() {
        near(reached(&[(4, Chance::of(1, 2))], 3), 5.0 / 16.0);
        // Two for certain and one of two halves: missed only where neither comes.
        let mixed = [(2, Chance::CERTAIN), (2, Chance::of(1, 2))];
        near(reached(&mixed, 3), 0.75);
        near(expected(&mixed), 3.0);
        near(reached(&[(5, Chance::of(1, 2))], 5), 1.0 / 32.0);
    }

    #[test]
    fn the_ends_of_the_scale() {
        near(reached(&[], 5), 0.0);
        near(reached(&[], 0), 1.0);
        near(reached(&[(4, Chance::CERTAIN)], 5), 0.0);
        near(reached(&[(5, Chance::CERTAIN)], 5), 1.0);
        near(reached(&[(u32::MAX, Chance::CERTAIN)], 25), 1.0);
        near(reached(&[(u32::MAX, Chance::NEVER)], 5), 0.0);
        near(reached(&[(20, Chance::of(999_999, 1_000_000))], 25), 0.0);
    }

    /// Of 551 clients with a chance of three in four each some may stay away, however unlikely that so many do; and of 100
    /// with one in a hundred 25 may come.
    #[test]
    fn what_is_not_certain_is_never_rounded_to_it() {
        let likely = reached(&[(551, Chance::of(3, 4))], 25);
        assert!(likely < 1.0 && likely > 1.0 - 1e-9, "{likely}");
        assert_eq!(percent(likely), "over 99.9 %");
        let unlikely = reached(&[(100, Chance::of(1, 100))], 25);
        assert!(unlikely > 0.0 && unlikely < 1e-9, "{unlikely}");
        assert_eq!(percent(unlikely), "under 0.1 %");
        for many in [100_000, u32::MAX] {
            assert!(reached(&[(many, Chance::of(999_999, 1_000_000))], 25) < 1.0);
        }
        // So near to 1 that nobody stays away as far as numbers tell.
        let rare = Chance::of(1, (1 << 89) - 1);
        let near_one = rare.and(rare).and(rare).otherwise();
        let likely = reached(&[(5_000, near_one)], 25);
        assert!(likely < 1.0 && likely > 1.0 - 1e-9, "{likely}");
        assert_eq!(percent(reached(&[(25, Chance::CERTAIN)], 25)), "100 %");
        assert_eq!(percent(reached(&[(24, Chance::of(1, 2))], 25)), "0 %");
    }

    /// Many clients are reckoned otherwise than few, with the same result.
    #[test]
    fn many_are_reckoned_like_few() {
        for parts in [1_u128, 3, 10, 25] {
            let chance = Chance::of(parts, 5_000);
            let halves = [(4_000, chance), (4_000, chance)];
            near(reached(&[(8_000, chance)], 25), reached(&halves, 25));
        }
    }
}
