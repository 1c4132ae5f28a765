//! Several servers at once, within the bounds on questions to all of them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::snapshot::live::{Manners, Options};

/// The most servers that are asked at a time.
const MOST: usize = 8;

/// Does the same with each of `items`, several at a time; gives the results in their order. The bounds in `options`
/// are shared out: together they send no more than one alone might.
pub(super) fn each<T: Send, R: Send>(
    items: Vec<T>,
    options: &Options,
    work: impl Fn(T, &Options) -> R + Sync,
) -> Vec<R> {
    let workers = workers(items.len(), options.manners);
    let options = Options {
        manners: share(options.manners, workers),
        ..options.clone()
    };
    if workers <= 1 {
        return items.into_iter().map(|item| work(item, &options)).collect();
    }
    let (waiting, results): (Vec<_>, Vec<_>) = items
        .into_iter()
        .map(|item| (Mutex::new(Some(item)), Mutex::new(None)))
        .unzip();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(waiting) = waiting.get(at) else {
                        return;
                    };
                    let item = waiting.lock().ok().and_then(|mut item| item.take());
                    let result = item.map(|item| work(item, &options));
                    if let Ok(mut place) = results[at].lock() {
                        *place = result;
                    }
                }
            });
        }
    });
    // Each place is filled: a worker that panics takes the program with it.
    let results = results.into_iter();
    results
        .filter_map(|place| place.into_inner().ok().flatten())
        .collect()
}

/// How many servers are asked at a time.
fn workers(items: usize, manners: Manners) -> usize {
    let rate = usize::try_from(manners.rate).unwrap_or(usize::MAX);
    let bound = if manners.rate == 0 { MOST } else { rate };
    items.min(MOST).min(manners.concurrency).min(bound)
}

/// What each of so many may send.
fn share(manners: Manners, workers: usize) -> Manners {
    let of_rate = u32::try_from(workers.max(1)).unwrap_or(u32::MAX);
    Manners {
        concurrency: manners.concurrency / workers.max(1),
        rate: manners.rate / of_rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(concurrency: usize, rate: u32) -> Options {
        Options {
            manners: Manners { concurrency, rate },
            ..Options::default()
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..100).collect();
        let doubled = each(items, &options(50, 500), |item, _| {
            thread::sleep(std::time::Duration::from_micros((item as u64 * 37) % 500));
            item * 2
        });
        assert_eq!(doubled, (0..200).step_by(2).collect::<Vec<usize>>());
    }

    #[test]
    fn together_they_keep_the_bounds() {
        for (items, concurrency, rate) in [
            (1, 50, 500),
            (3, 50, 500),
            (200, 50, 500),
            (5, 2, 500),
            (5, 50, 3),
            (5, 1, 1),
            (5, 50, 0),
        ] {
            let manners = Manners { concurrency, rate };
            let workers = workers(items, manners);
            let each = share(manners, workers);
            assert!((1..=items).contains(&workers));
            assert!((1..=concurrency).contains(&(each.concurrency * workers)));
            assert!(u64::from(each.rate) * workers as u64 <= u64::from(rate));
            assert_eq!(each.rate == 0, rate == 0, "0 is no bound");
        }
    }
}
