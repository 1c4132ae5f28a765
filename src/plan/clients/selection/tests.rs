//! The selection against numbers that are known, every order counted one by one, and clients that draw.

use super::*;
use crate::plan::clients::ten_thousandths;

fn parts(records: &[Rank], silent: &[bool]) -> Vec<u16> {
    let shares = by_priority_and_weight(records, silent);
    shares.into_iter().map(ten_thousandths).collect()
}

#[test]
fn the_well_known_case() {
    let records = [(10, 75), (10, 25), (20, 75)];
    assert_eq!(parts(&records, &[]), [7475, 2525, 0]);
    assert_eq!(parts(&records, &[true, false, false]), [0, 10_000, 0]);
    assert_eq!(parts(&records, &[true, true, false]), [0, 0, 10_000]);
    assert_eq!(parts(&records, &[true, true, true]), [0, 0, 0]);
}

#[test]
fn all_zero_is_equal() {
    assert_eq!(parts(&[(0, 0), (0, 0), (0, 0)], &[]), [3333, 3333, 3333]);
    assert_eq!(parts(&[(0, 0)], &[]), [10_000]);
    assert_eq!(parts(&[(0, 0), (0, 0)], &[false, true]), [10_000, 0]);
}

#[test]
fn zero_beside_weights_gets_one_draw() {
    assert_eq!(parts(&[(0, 0), (0, 99)], &[]), [100, 9900]);
    assert_eq!(parts(&[(0, 0), (0, 0), (0, 9)], &[]), [500, 500, 9000]);
}

#[test]
fn the_largest_weights_do_not_overflow() {
    let shares = parts(&vec![(0, u16::MAX); 10_000], &[]);
    assert!(shares.iter().all(|share| *share == 1));
    assert!(parts(&[], &[]).is_empty());
}

/// Of three records at 3, 2 and 1 the last is silent. The first serves a client that draws it at once, or after the silent
/// one.
#[test]
fn a_silent_record_worked_by_hand() {
    let records = [(0, 3), (0, 2), (0, 1)];
    let shares = by_priority_and_weight(&records, &[false, false, true]);
    // 3·3+1 of 21 at once; 1·3+1 of 21 draw the silent one, then 3·2+1 of 12.
    let first = Chance::of(10, 21).or(Chance::of(4, 21).and(Chance::of(7, 12)));
    assert_eq!(shares[0], first);
    assert_eq!(shares[0].or(shares[1]), Chance::CERTAIN);
}

/// Of four records at 1, 2, 3 and 4 the two in the middle are silent: the first serves a client that draws it at once, or after
/// one of them, or after both.
#[test]
fn two_silent_records_worked_by_hand() {
    let records = [(0, 1), (0, 2), (0, 3), (0, 4)];
    let shares = by_priority_and_weight(&records, &[false, true, true, false]);
    // 5 of 44 at once, 9 and 13 draw a silent one. Then 4 of 27, and 10 draw the other; or 4 of 24, and 7 draw the other. Then
    // 3 of 12.
    let after_both = Chance::of(3, 12);
    let after_two = Chance::of(4, 27).or(Chance::of(10, 27).and(after_both));
    let after_three = Chance::of(4, 24).or(Chance::of(7, 24).and(after_both));
    let later = Chance::of(9, 44)
        .and(after_two)
        .or(Chance::of(13, 44).and(after_three));
    assert_eq!(shares[0], Chance::of(5, 44).or(later));
    assert_eq!(shares[0].or(shares[3]), Chance::CERTAIN);
}

/// Silent records of one weight are gone through however many they are, and a host that is left alone serves for certain.
#[test]
fn many_silent_records_alike() {
    for silent in 1_u128..40 {
        let mut records = vec![(0, 0); usize::try_from(silent).unwrap()];
        let down: Vec<bool> = records.iter().map(|_| true).collect();
        records.extend([(0, 1), (0, 0)]);
        let shares = by_priority_and_weight(&records, &down);
        // Of two draws one falls on the weight, the other on one of the zeros that are left.
        let weighted = (1..=silent).fold(Chance::of(1, 2), |later, left| {
            let again = Chance::of(left, 2 * (left + 1)).and(later);
            Chance::of(1, 2).or(again)
        });
        let near = (shares[records.len() - 2].value() - weighted.value()).abs();
        assert!(near < 1e-12, "{silent}");
    }
    let mut alone = vec![(7, 65535); 300];
    alone.push((7, 65534));
    let mut down = vec![true; 300];
    down.push(false);
    assert!(by_priority_and_weight(&alone, &down)[300].is_certain());
    // The same where no fraction could tell so.
    let mut alone = vec![(7, 65535); 30];
    alone.extend([(7, 65521); 30]);
    alone.push((7, 12345));
    let down: Vec<bool> = (0..61).map(|index| index < 60).collect();
    assert!(by_priority_and_weight(&alone, &down)[60].is_certain());
}

#[test]
fn any_record_that_answers_is_as_good_to_old_clients() {
    let records = [(10, 75), (10, 25), (20, 75)];
    assert_eq!(at_random(&records, &[]), vec![Chance::of(1, 3); 3]);
    assert_eq!(
        at_random(&records, &[false, true, false]),
        [Chance::of(1, 2), Chance::NEVER, Chance::of(1, 2)]
    );
    assert_eq!(at_random(&[], &[]), []);
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
        let mut wins = vec![0_u128; weights.len()];
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
        let draws = u128::from(weights.iter().sum::<u16>()) + 1;
        let expected: Vec<Chance> = wins
            .iter()
            .map(|win| Chance::of(*win, orders * draws))
            .collect();
        let records: Vec<Rank> = weights.iter().map(|weight| (10, *weight)).collect();
        assert_eq!(
            by_priority_and_weight(&records, &[]),
            expected,
            "{weights:?}"
        );
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

/// A client as RFC 2782 describes it: puts the records of each priority in an order by drawing, and asks them in turn.
fn client(records: &[Rank], silent: &[bool], random: &mut Random) -> Option<usize> {
    let mut priorities: Vec<u16> = records.iter().map(|(priority, _)| *priority).collect();
    priorities.sort_unstable();
    priorities.dedup();
    for priority in priorities {
        let mut left: Vec<usize> = (0..records.len())
            .filter(|index| records[*index].0 == priority)
            .collect();
        while !left.is_empty() {
            random.shuffle(&mut left);
            left.sort_by_key(|index| records[*index].1 != 0);
            let sum: u64 = left.iter().map(|index| u64::from(records[*index].1)).sum();
            let drawn = random.up_to(sum);
            let mut running = 0;
            let at = left.iter().position(|index| {
                running += u64::from(records[*index].1);
                running >= drawn
            });
            let asked = left.remove(at.unwrap());
            if !silent[asked] {
                return Some(asked);
            }
        }
    }
    None
}

/// A generator with a fixed seed: `xorshift64*`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number from 0 to `most`.
    fn up_to(&mut self, most: u64) -> u64 {
        self.next() % (most + 1)
    }

    fn shuffle(&mut self, list: &mut [usize]) {
        for last in (1..list.len()).rev() {
            let other = usize::try_from(self.up_to(last as u64)).unwrap();
            list.swap(last, other);
        }
    }
}

/// Pearson's test: 100,000 clients that draw fall on the records as the exact shares say. The bounds are the values that
/// chi-square passes once in 1,000 times, by degrees of freedom.
#[test]
#[expect(clippy::cast_precision_loss, reason = "counts of clients are small")]
fn clients_that_draw_fall_as_the_shares_say() {
    const CLIENTS: usize = 100_000;
    const BOUNDS: [f64; 8] = [0.0, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32];
    let cases: &[(&[Rank], &[usize])] = &[
        (&[(10, 75), (10, 25), (20, 75)], &[]),
        (&[(10, 75), (10, 25), (20, 75)], &[0]),
        (&[(0, 0), (0, 0), (0, 3), (0, 5)], &[]),
        (&[(0, 0), (0, 0), (0, 3), (0, 5)], &[3]),
        (&[(0, 1), (0, 2), (0, 3), (0, 4), (5, 0)], &[1, 2]),
        (
            &[(0, 1), (0, 2), (0, 3), (0, 4), (5, 0), (5, 1)],
            &[0, 1, 2, 3],
        ),
        (&[(7, 65535), (7, 1), (7, 0)], &[0]),
        (
            &[(0, 2), (0, 2), (0, 2), (0, 1), (0, 1), (0, 0)],
            &[0, 4, 5],
        ),
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (records, down) in cases {
        let silent: Vec<bool> = (0..records.len())
            .map(|index| down.contains(&index))
            .collect();
        let shares = by_priority_and_weight(records, &silent);
        let mut served = vec![0_usize; records.len()];
        for _ in 0..CLIENTS {
            served[client(records, &silent, &mut random).unwrap()] += 1;
        }
        let mut distance = 0.0;
        let mut freedom = 0;
        for (share, served) in shares.iter().zip(&served) {
            let expected = share.value() * CLIENTS as f64;
            if share.is_never() {
                assert_eq!(*served, 0, "{records:?} {down:?}");
                continue;
            }
            distance += (*served as f64 - expected).powi(2) / expected;
            freedom += 1;
        }
        assert!(
            distance <= BOUNDS[freedom - 1],
            "{records:?} without {down:?}: {distance}, {served:?}"
        );
    }
}
