//! Which record of a set a new client asks, and which when some of them do not answer.

use crate::arrange::IntoMap as _;
use std::collections::BTreeMap;

use super::chance::Chance;

/// The most combinations of silent records of one priority, beside others that answer, that are gone through: enough for
/// ten records of different weights, or for a thousand alike. Beyond, the silent ones are taken for absent.
const MAX_COMBINATIONS: usize = 1024;

/// Priority and weight of a record.
pub type Rank = (u16, u16);

/// The probability that the client of each record is served by it: RFC 2782's selection, averaged over the orders
/// that it allows, where a client that meets a silent record goes on to the next. All are 0 where nobody answers.
///
/// With sum S of all weights of the lowest priority a client draws a number from 0 to S and takes the first record
/// whose running sum reaches it. Records of weight 0 stand first, so together they get one of the S+1 draws; with
/// none of them the record that happens to stand first gets that draw on top of its own weight. A record that does
/// not answer is taken out and the rest is drawn from again, before the next priority is looked at.
pub fn by_priority_and_weight(records: &[Rank], silent: &[bool]) -> Vec<Chance> {
    let answers = |index: usize| !silent.get(index).copied().unwrap_or_default();
    let answering = (0..records.len()).filter(|index| answers(*index));
    let Some(first) = answering.map(|index| records[index].0).min() else {
        return vec![Chance::NEVER; records.len()];
    };
    let mut tier: BTreeMap<u16, Alike> = BTreeMap::new();
    for (index, (priority, weight)) in records.iter().enumerate() {
        if *priority == first {
            let alike = tier.entry(*weight).or_default();
            *(if answers(index) {
                &mut alike.up
            } else {
                &mut alike.down
            }) += 1;
        }
    }
    let served = of_tier(&tier);
    let ranks = records.iter().enumerate();
    ranks
        .map(|(index, (priority, weight))| {
            if *priority == first && answers(index) {
                served.get(weight).copied().unwrap_or(Chance::NEVER)
            } else {
                Chance::NEVER
            }
        })
        .collect()
}

/// How many records of one priority and weight answer, and how many do not.
#[derive(Clone, Copy, Default)]
struct Alike {
    up: usize,
    down: usize,
}

/// By weight: the probability that one record that answers serves a client of the tier.
fn of_tier(tier: &BTreeMap<u16, Alike>) -> BTreeMap<u16, Chance> {
    let up: Vec<(u16, usize)> = tier
        .iter()
        .filter(|(_, alike)| alike.up > 0)
        .map(|(weight, alike)| (*weight, alike.up))
        .collect();
    if let [(weight, 1)] = up.as_slice() {
        return BTreeMap::from([(*weight, Chance::CERTAIN)]);
    }
    let down: Vec<(u16, usize)> = tier
        .iter()
        .filter(|(_, alike)| alike.down > 0)
        .map(|(weight, alike)| (*weight, alike.down))
        .collect();
    let combinations = down.iter().try_fold(1_usize, |product, (_, count)| {
        let product = product.checked_mul(count + 1)?;
        (product <= MAX_COMBINATIONS).then_some(product)
    });
    let (down, combinations) = match combinations {
        Some(combinations) => (down, combinations),
        None => (Vec::new(), 1),
    };
    // By combination, a number with one digit a weight that says how many of its silent records were drawn already: the
    // probability that just so many were.
    let mut met = vec![Chance::NEVER; combinations];
    met[0] = Chance::CERTAIN;
    let mut served = vec![Chance::NEVER; up.len()];
    for drawn in 0..combinations {
        let so_far = met[drawn];
        if so_far.is_never() {
            continue;
        }
        let mut digits = drawn;
        let mut place = 1;
        let mut left = Vec::with_capacity(down.len());
        for (weight, count) in &down {
            left.push((*weight, count - digits % (count + 1), place));
            digits /= count + 1;
            place *= count + 1;
        }
        let silent = left.iter().map(|(weight, count, _)| (*weight, *count));
        let drawing = Drawing::of(silent.chain(up.iter().copied()));
        for (weight, count, place) in left.into_iter().filter(|(_, count, _)| *count > 0) {
            let next = drawing.chance(weight).times(count as u128);
            met[drawn + place] = met[drawn + place].or(so_far.and(next));
        }
        for (served, (weight, _)) in served.iter_mut().zip(&up) {
            *served = served.or(so_far.and(drawing.chance(*weight)));
        }
    }
    up.iter().map(|(weight, _)| *weight).zip(served).into_map()
}

/// The probability that a client asks one of these records first, where all answer.
pub fn drawn_first(records: &[Rank], is_own: impl Fn(usize) -> bool) -> Chance {
    let first = records.iter().map(|(priority, _)| *priority).min();
    let in_tier = |rank: &Rank| Some(rank.0) == first;
    let tier = records.iter().filter(|rank| in_tier(rank));
    let drawing = Drawing::of(tier.map(|(_, weight)| (*weight, 1)));
    let own = (0..records.len()).filter(|index| in_tier(&records[*index]) && is_own(*index));
    own.fold(Chance::NEVER, |sum, index| {
        sum.or(drawing.chance(records[index].1))
    })
}

/// By record: the probability that it serves a client that ignores priority and weight and picks any that answers (Windows Vista, Windows
/// Server 2008; Microsoft "Activate clients running Windows 10").
pub fn at_random(records: &[Rank], silent: &[bool]) -> Vec<Chance> {
    let answers = |index: usize| !silent.get(index).copied().unwrap_or_default();
    let count = (0..records.len()).filter(|index| answers(*index)).count() as u128;
    (0..records.len())
        .map(|index| {
            if answers(index) {
                Chance::of(1, count)
            } else {
                Chance::NEVER
            }
        })
        .collect()
}

/// One draw among records of one priority.
struct Drawing {
    /// How many numbers may be drawn: from 0 to the sum of all weights.
    draws: u128,
    /// How many records there are.
    count: u128,
    /// How many of them have weight 0.
    zeros: u128,
}

impl Drawing {
    /// Of so many records of each weight.
    fn of(weights: impl Iterator<Item = (u16, usize)>) -> Self {
        let mut drawing = Self {
            draws: 1,
            count: 0,
            zeros: 0,
        };
        for (weight, count) in weights {
            let count = count as u128;
            drawing.draws += u128::from(weight) * count;
            drawing.count += count;
            drawing.zeros += if weight == 0 { count } else { 0 };
        }
        drawing
    }

    /// The probability that a record of that weight is drawn.
    fn chance(&self, weight: u16) -> Chance {
        let weight = u128::from(weight);
        match (weight, self.zeros) {
            (0, zeros) => Chance::of(1, zeros * self.draws),
            (_, 0) => Chance::of(weight * self.count + 1, self.count * self.draws),
            _ => Chance::of(weight, self.draws),
        }
    }
}

#[cfg(test)]
mod tests;
