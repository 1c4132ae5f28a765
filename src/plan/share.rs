//! Which part of new clients asks a host first.

/// A share of 100 %, in the unit of [`first_asked`].
pub const WHOLE: u16 = 10_000;

/// The probability, in ten-thousandths, that a new client asks each of the given (priority, weight)
/// pairs first: RFC 2782's selection within the lowest priority, averaged over the orders that it allows.
///
/// With sum S of all weights a client draws a number from 0 to S and takes the first record whose
/// running sum reaches it. Weight-0 records stand first, so together they get one of the S+1 draws. With
/// none of them the record that happens to stand first gets that draw on top of its own weight.
pub fn first_asked(records: &[(u16, u16)]) -> Vec<u16> {
    let Some(first) = records.iter().map(|(priority, _)| *priority).min() else {
        return Vec::new();
    };
    let tier: Vec<u16> = records
        .iter()
        .filter(|(priority, _)| *priority == first)
        .map(|(_, weight)| *weight)
        .collect();
    let draws = tier.iter().map(|weight| u64::from(*weight)).sum::<u64>() + 1;
    let zeros = tier.iter().filter(|weight| **weight == 0).count() as u64;
    let count = tier.len() as u64;
    records
        .iter()
        .map(
            |&(priority, weight)| match (priority == first, weight, zeros) {
                (false, ..) => 0,
                (true, 0, _) => rounded(1, zeros * draws),
                (true, _, 0) => rounded(u64::from(weight) * count + 1, count * draws),
                (true, ..) => rounded(u64::from(weight), draws),
            },
        )
        .collect()
}

/// The fraction in ten-thousandths, half rounded up.
fn rounded(numerator: u64, denominator: u64) -> u16 {
    let doubled = numerator * u64::from(WHOLE) * 2 + denominator;
    u16::try_from(doubled / (denominator * 2)).unwrap_or(WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_case() {
        assert_eq!(
            first_asked(&[(10, 75), (10, 25), (20, 75)]),
            [7475, 2525, 0]
        );
    }

    #[test]
    fn all_zero_is_equal() {
        assert_eq!(first_asked(&[(0, 0), (0, 0), (0, 0)]), [3333, 3333, 3333]);
        assert_eq!(first_asked(&[(0, 0)]), [WHOLE]);
    }

    #[test]
    fn zero_beside_weights_gets_one_draw() {
        assert_eq!(first_asked(&[(0, 0), (0, 99)]), [100, 9900]);
        assert_eq!(first_asked(&[(0, 0), (0, 0), (0, 9)]), [500, 500, 9000]);
    }

    #[test]
    fn the_largest_weights_do_not_overflow() {
        let shares = first_asked(&vec![(0, u16::MAX); 10_000]);
        assert!(shares.iter().all(|share| *share == 1));
        assert!(first_asked(&[]).is_empty());
    }

    /// Every order of the tier that the RFC allows, and every draw, counted one by one.
    #[test]
    fn the_formula_is_the_algorithm() {
        for weights in [
            vec![3, 1],
            vec![2, 0, 5],
            vec![0, 0, 4],
            vec![1, 2, 3],
            vec![7],
            vec![4, 4, 4, 1],
        ] {
            let mut wins = vec![0_u64; weights.len()];
            let mut orders = 0;
            permute(
                &mut (0..weights.len()).collect::<Vec<_>>(),
                0,
                &mut |order| {
                    if order
                        .windows(2)
                        .any(|pair| weights[pair[0]] != 0 && weights[pair[1]] == 0)
                    {
                        return;
                    }
                    orders += 1;
                    for draw in 0..=weights.iter().sum::<u16>() {
                        let mut sum = 0;
                        let winner = order.iter().find(|index| {
                            sum += weights[**index];
                            sum >= draw
                        });
                        wins[*winner.unwrap()] += 1;
                    }
                },
            );
            let draws = u64::from(weights.iter().sum::<u16>()) + 1;
            let expected: Vec<u16> = wins
                .iter()
                .map(|win| rounded(*win, orders * draws))
                .collect();
            let records: Vec<(u16, u16)> = weights.iter().map(|weight| (10, *weight)).collect();
            assert_eq!(first_asked(&records), expected, "{weights:?}");
        }
    }

    fn permute(order: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
        if from == order.len() {
            return visit(order);
        }
        for other in from..order.len() {
            order.swap(from, other);
            permute(order, from + 1, visit);
            order.swap(from, other);
        }
    }
}
