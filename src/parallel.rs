//! Work on all processors. What comes out is in the order of what went in, whatever thread was first.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// Fewer items than this are not worth a thread in [`each`].
const FEW: usize = 16;

/// How much text is worth a turn of a thread, in octets.
const TURN: usize = 64 << 10;

/// How many of so many items with so many octets of text in all make a turn.
pub(crate) fn per_turn(items: usize, octets: usize) -> usize {
    (items.saturating_mul(TURN) / octets.max(1)).max(1)
}

/// How many threads the machine runs at a time.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// What `work` makes of each item. A thread takes `per_turn` of them at a time; no more than that are done at once.
pub(crate) fn map<T: Send, R: Send>(
    items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator + Send>,
    per_turn: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items = items.into_iter();
    let turns = items.len().div_ceil(per_turn.max(1));
    if turns < 2 {
        return items.map(work).collect();
    }
    let queue = Mutex::new((0, items));
    let turn = || {
        let mut done = Vec::new();
        loop {
            let (index, chunk) = {
                let mut queue = lock(&queue);
                let (index, items) = &mut *queue;
                let chunk: Vec<T> = items.by_ref().take(per_turn).collect();
                *index += 1;
                (*index, chunk)
            };
            if chunk.is_empty() {
                return done;
            }
            done.push((index, chunk.into_iter().map(&work).collect::<Vec<R>>()));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where the system has no thread left, those that there are do all.
        let others: Vec<_> = (1..processors().min(turns))
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, turn).ok())
            .collect();
        let mut done = turn();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(reason) => panic::resume_unwind(reason),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

/// How many results wait for their turn at most, where all threads are about equally fast.
const WAITING: usize = 64;

/// Hands `take` what `work` makes of each item, in order, without keeping it all.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R),
) {
    if items.len() < FEW {
        return items.iter().map(work).for_each(take);
    }
    let next = AtomicUsize::new(0);
    let (next, work) = (&next, &work);
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel(WAITING);
        let threads = (0..processors()).map_while(|_| {
            let send = send.clone();
            let turn = move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    if send.send((index, work(item))).is_err() {
                        return;
                    }
                }
            };
            thread::Builder::new().spawn_scoped(scope, turn).ok()
        });
        let threads = threads.count();
        drop(send);
        if threads == 0 {
            return items.iter().map(work).for_each(take);
        }
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (index, result) in receive {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                take(result);
                due += 1;
            }
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_items() {
        for number in [0, 1, 15, 16, 17, 1000] {
            let items: Vec<usize> = (0..number).collect();
            let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(&items, 16, |item| item * 2), expected);
            let mut results = Vec::new();
            each(&items, |item| item * 2, |result| results.push(result));
            assert_eq!(results, expected);
        }
    }

    #[test]
    #[should_panic(expected = "item 500")]
    fn a_panic_is_not_swallowed() {
        map(0..1000_usize, 16, |item| {
            assert_ne!(item, 500, "item {item}");
        });
    }
}
