//! How fast questions go out.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How far the pace may lag behind before it stops catching up: what is late by a timer or a busy machine goes out
/// at once, and no more than this.
const LAG: Duration = Duration::from_millis(20);

/// Lets one datagram or connection pass at a time, so many a second, evenly.
#[derive(Debug)]
pub(super) struct Pace {
    /// The time between two; zero: no bound.
    interval: Duration,
    /// When the next may pass.
    next: Cell<Option<Instant>>,
}

impl Pace {
    /// So many a second; 0: no bound.
    pub(super) fn new(rate: u32) -> Self {
        let interval = match rate {
            0 => Duration::ZERO,
            rate => Duration::from_secs(1) / rate,
        };
        Self {
            interval,
            next: Cell::new(None),
        }
    }

    /// Waits for the next turn.
    pub(super) async fn turn(&self) {
        let now = Instant::now();
        let at = self.take(now);
        if at > now {
            sleep_until(at).await;
        }
    }

    /// Takes the next turn, of one who comes now; gives when it is.
    fn take(&self, now: Instant) -> Instant {
        if self.interval.is_zero() {
            return now;
        }
        let earliest = now.checked_sub(LAG).unwrap_or(now);
        let at = self.next.get().map_or(now, |next| next.max(earliest));
        self.next.set(Some(at + self.interval));
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of so many passes that come one after the other, in milliseconds after `begin`; the clock stands
    /// still but for waiting.
    fn passes(pace: &Pace, begin: Instant, count: usize) -> Vec<u128> {
        let mut now = begin;
        let times = (0..count).map(|_| {
            now = now.max(pace.take(now));
            (now - begin).as_millis()
        });
        times.collect()
    }

    #[test]
    fn turns_are_even() {
        let times = passes(&Pace::new(50), Instant::now(), 6);
        assert_eq!(times, [0, 20, 40, 60, 80, 100]);
    }

    #[test]
    fn nothing_waits_without_a_bound() {
        let times = passes(&Pace::new(0), Instant::now(), 1000);
        assert_eq!(times.last(), Some(&0));
    }

    #[test]
    fn after_a_pause_little_is_caught_up() {
        let pace = Pace::new(500);
        let begin = Instant::now();
        passes(&pace, begin, 10);
        let times = passes(&pace, begin + Duration::from_secs(60), 500);
        let at_once = times.iter().filter(|time| **time == 0).count();
        assert_eq!(at_once, 11, "the turns of 20 milliseconds, and its own");
        assert_eq!(times.last(), Some(&978));
    }

    #[test]
    fn those_that_come_together_pass_one_by_one() {
        let pace = Pace::new(10);
        let now = Instant::now();
        let times = [(); 5].map(|()| (pace.take(now) - now).as_millis());
        assert_eq!(times, [0, 100, 200, 300, 400]);
    }
}
