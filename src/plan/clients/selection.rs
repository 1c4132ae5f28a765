//! Which record of a set a new client asks, and which when some of them do not answer.

use super::chance::Chance;

/// The most silent records of one priority, beside others that answer, for which every order is followed. Beyond,
/// the silent ones are taken for absent.
const MAX_FOLLOWED: usize = 10;

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
    let mut served = vec![Chance::NEVER; records.len()];
    let answers = |index: &usize| !silent.get(*index).copied().unwrap_or_default();
    let Some(first) = (0..records.len())
        .filter(answers)
        .map(|index| records[index].0)
        .min()
    else {
        return served;
    };
    let tier: Vec<usize> = (0..records.len())
        .filter(|index| records[*index].0 == first)
        .collect();
    let up: Vec<usize> = tier
        .iter()
        .copied()
        .filter(|index| answers(index))
        .collect();
    let down: Vec<usize> = tier
        .iter()
        .copied()
        .filter(|index| !answers(index))
        .collect();
    let down = if down.len() > MAX_FOLLOWED {
        Vec::new()
    } else {
        down
    };
    // By the set of silent records that were drawn already: the probability that just these were.
    let mut met = vec![Chance::NEVER; 1 << down.len()];
    met[0] = Chance::CERTAIN;
    for drawn in 0..met.len() {
        if met[drawn].is_never() {
            continue;
        }
        let left = (0..down.len()).filter(|bit| drawn & (1 << bit) == 0);
        let left: Vec<usize> = left.collect();
        let weights = left
            .iter()
            .map(|bit| down[*bit])
            .chain(up.iter().copied())
            .map(|index| records[index].1);
        let drawing = Drawing::of(weights);
        for bit in left {
            let next = drawing.chance(records[down[bit]].1);
            let at = drawn | (1 << bit);
            met[at] = met[at].or(met[drawn].and(next));
        }
        for &index in &up {
            let next = drawing.chance(records[index].1);
            served[index] = served[index].or(met[drawn].and(next));
        }
    }
    served
}

/// The probability that a client asks one of these records first, where all answer.
pub fn drawn_first(records: &[Rank], is_own: impl Fn(usize) -> bool) -> Chance {
    let first = records.iter().map(|(priority, _)| *priority).min();
    let in_tier = |rank: &Rank| Some(rank.0) == first;
    let tier = records.iter().filter(|rank| in_tier(rank));
    let drawing = Drawing::of(tier.map(|(_, weight)| *weight));
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
    fn of(weights: impl Iterator<Item = u16>) -> Self {
        let mut drawing = Self {
            draws: 1,
            count: 0,
            zeros: 0,
        };
        for weight in weights {
            drawing.draws += u128::from(weight);
            drawing.count += 1;
            drawing.zeros += u128::from(weight == 0);
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
