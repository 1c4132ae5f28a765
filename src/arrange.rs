//! Sorting with one piece of machine code for all types, and maps that are made without a sort.
//!
//! The sort of the standard library is compiled anew for every type and every comparison, some 5 KB each, and with it
//! `collect` for every map. For lists of hosts, domains, records or findings, which are short, that is more than it saves.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Stable sorts of short lists: what those of the same names do without `arrange` in the standard library.
pub(crate) trait Arrange<T> {
    /// Sorts by what `compare` says of two items.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key, which is made anew for each comparison.
    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }

    /// Sorts by the items' own order.
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }
}

impl<T> Arrange<T> for [T] {
    fn arrange_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let taken = order(self.len(), &mut |one, other| {
            compare(&self[one], &self[other])
        });
        place(taken, &mut |one, other| self.swap(one, other));
    }
}

/// The places of as many items, sorted: the first is that of the least item.
fn order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Swaps items until at each place stands the one that was at `taken[place]`.
fn place(mut taken: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for first in 0..taken.len() {
        let mut here = first;
        // Along the circle of items that take each other's places; a place that is done points at itself.
        while taken[here] != first {
            let next = std::mem::replace(&mut taken[here], here);
            swap(here, next);
            here = next;
        }
        taken[here] = here;
    }
}

/// Maps of few entries: what `collect` makes of pairs.
pub(crate) trait IntoMap<K, V> {
    /// The map of all pairs; of those with equal keys the last one, with its key.
    fn into_map(self) -> BTreeMap<K, V>;
}

impl<K: Ord, V, I: Iterator<Item = (K, V)>> IntoMap<K, V> for I {
    fn into_map(self) -> BTreeMap<K, V> {
        map(self.collect())
    }
}

/// Apart from the iterator that made them, so that it is compiled once for all iterators.
fn map<K: Ord, V>(pairs: Vec<(K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs.into_iter().rev() {
        map.entry(key).or_insert(value);
    }
    map
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Name, presentation};

    proptest! {
        #[test]
        fn items_stand_as_after_a_sort(
            items in proptest::collection::vec((0_u8..20, any::<u8>()), 0..100),
        ) {
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut arranged = items.clone();
            arranged.arrange_by_key(|(key, _)| *key);
            prop_assert_eq!(arranged, expected);

            let mut expected = items.clone();
            expected.sort_by(Ord::cmp);
            let mut arranged = items;
            arranged.arrange();
            prop_assert_eq!(arranged, expected);
        }

        /// Keys that are equal but not the same show which pair was kept.
        #[test]
        fn maps_are_as_collected(
            pairs in proptest::collection::vec(("[a-cA-C]{2}", any::<u8>()), 0..30),
        ) {
            let named = || pairs.iter().map(|(key, value)| {
                (presentation::parse_full_name(key).expect("letters make a name"), *value)
            });
            let shown = |map: BTreeMap<Name, u8>| -> Vec<(String, u8)> {
                map.iter().map(|(key, value)| (presentation::absolute(key), *value)).collect()
            };
            prop_assert_eq!(shown(named().into_map()), shown(named().collect()));
        }
    }
}
