//! Who judges the parts of a file: the thread that reads it, and others that are ahead of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::lines::{self, Masks};
use super::{Rules, Wanted};

/// How many octets a part has, up to the end of its last line.
pub const PART: usize = 64 << 10;
/// How far ahead of the reader parts are judged, in octets.
const AHEAD: usize = 2 << 20;
/// The smallest file that several threads are worth, in octets.
const SHARED: usize = 1 << 20;
/// The most threads that are worth it.
const MOST: usize = 4;

/// What the threads know of each other.
pub struct Crew<'s> {
    bytes: &'s [u8],
    wanted: &'s Wanted<'s>,
    part: usize,
    state: Mutex<State>,
    /// A part was judged.
    judged: Condvar,
    /// The reader has gone on, or is done.
    moved: Condvar,
}

struct State {
    rules: Rules,
    /// How often the rules have changed.
    turn: usize,
    /// Where the next part begins that nobody has taken.
    next: usize,
    /// Parts that are judged and lie ahead, by their start: their end, and the lines that cannot be stepped over.
    parts: BTreeMap<usize, (usize, Vec<usize>)>,
    /// Where the reader is.
    at: usize,
    over: bool,
}

impl State {
    /// The next part of a file, which the caller judges.
    fn take(&mut self, bytes: &[u8], size: usize) -> Range<usize> {
        let start = self.next;
        let least = start.saturating_add(size.saturating_sub(1));
        let rest = bytes.get(least..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| least + end + 1);
        self.next = end;
        start..end
    }

    fn is_far_ahead(&self, bytes: &[u8]) -> bool {
        self.next >= bytes.len() || self.next > self.at.saturating_add(AHEAD)
    }
}

impl<'s> Crew<'s> {
    /// A crew for a file of which nothing was judged, with parts of so many octets, up to the end of a line: [`PART`].
    /// 0: every line is read, none is stepped over.
    pub fn new(bytes: &'s [u8], wanted: &'s Wanted<'s>, part: usize) -> Self {
        let rules = Rules {
            ages: false,
            ttl_known: false,
        };
        Self {
            bytes,
            wanted,
            part,
            state: Mutex::new(State {
                rules,
                turn: 0,
                next: bytes.len(),
                parts: BTreeMap::new(),
                at: 0,
                over: false,
            }),
            judged: Condvar::new(),
            moved: Condvar::new(),
        }
    }

    /// How many threads beside the reader are worth it on a machine that runs `processors` at a time.
    pub fn helpers(&self, processors: usize) -> usize {
        if self.part == PART && self.bytes.len() < SHARED {
            return 0;
        }
        processors.clamp(1, MOST) - 1
    }

    /// Judges parts ahead of the reader until it is done.
    pub fn help(&self) {
        let _end = self.end_with_panic();
        let mut masks = Masks::default();
        let mut state = self.lock();
        while !state.over {
            state = if state.is_far_ahead(self.bytes) {
                wait(&self.moved, state)
            } else {
                self.judge_one_ahead(state, &mut masks)
            };
        }
    }

    /// The reader needs nothing more.
    pub fn dismiss(&self) {
        self.lock().over = true;
        self.moved.notify_all();
        self.judged.notify_all();
    }

    /// Ends the work of all where the thread that holds this panics: nobody waits for it then.
    pub fn end_with_panic(&self) -> impl Drop {
        EndWithPanic(self)
    }

    fn judge_one_ahead<'l>(
        &'l self,
        mut state: MutexGuard<'l, State>,
        masks: &mut Masks,
    ) -> MutexGuard<'l, State> {
        let part = state.take(self.bytes, self.part);
        let (turn, rules) = (state.turn, state.rules);
        drop(state);
        let found = self.judge(part.clone(), rules, masks);
        let mut state = self.lock();
        if state.turn == turn {
            state.parts.insert(part.start, (part.end, found));
            self.judged.notify_all();
        }
        state
    }

    fn judge(&self, part: Range<usize>, rules: Rules, masks: &mut Masks) -> Vec<usize> {
        match self.wanted {
            Wanted::Services => lines::find(self.bytes, part, rules, masks),
            Wanted::Owners(owners) => owners.find(self.bytes, part),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct EndWithPanic<'c, 's>(&'c Crew<'s>);

impl Drop for EndWithPanic<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.dismiss();
        }
    }
}

fn wait<'l>(what: &Condvar, state: MutexGuard<'l, State>) -> MutexGuard<'l, State> {
    what.wait(state).unwrap_or_else(PoisonError::into_inner)
}

/// The reader's view of a crew's work.
pub struct Skim<'c, 's> {
    crew: &'c Crew<'s>,
    masks: Masks,
    rules: Option<Rules>,
    /// The part that the reader is in.
    part: Range<usize>,
    /// Its lines that cannot be stepped over.
    found: Vec<usize>,
    /// The first of them that may lie ahead.
    first: usize,
}

impl<'c, 's> Skim<'c, 's> {
    /// The view from the start of the file.
    pub fn new(crew: &'c Crew<'s>) -> Self {
        Self {
            crew,
            masks: Masks::default(),
            rules: None,
            part: 0..0,
            found: Vec::new(),
            first: 0,
        }
    }

    /// Where the first line from `at` on begins that cannot be stepped over, or the end of the file. At `at` begins a
    /// line with an owner; it never lies before an earlier one.
    pub fn next(&mut self, mut at: usize, rules: Rules) -> usize {
        if self.crew.part == 0 {
            return at;
        }
        let end = match self.crew.wanted {
            Wanted::Services => self.crew.bytes.len(),
            Wanted::Owners(owners) => owners.stepped_from(at).end,
        };
        if self.rules != Some(rules) {
            self.rules = Some(rules);
            self.start_again(at, rules);
        }
        while at < end {
            if !self.part.contains(&at) {
                self.go_to(at);
            }
            while let Some(found) = self.found.get(self.first) {
                if *found >= at {
                    return end.min(*found);
                }
                self.first += 1;
            }
            at = self.part.end;
        }
        end
    }

    fn start_again(&mut self, at: usize, rules: Rules) {
        let mut state = self.crew.lock();
        state.rules = rules;
        state.turn += 1;
        state.next = at;
        state.at = at;
        state.parts.clear();
        self.part = at..at;
        self.crew.moved.notify_all();
    }

    /// Goes to the part that holds `at`; judges it where nobody has taken it.
    fn go_to(&mut self, at: usize) {
        let crew = self.crew;
        let mut state = crew.lock();
        state.at = at;
        crew.moved.notify_all();
        self.first = 0;
        loop {
            if let Some((start, (end, found))) = state.parts.pop_first() {
                if end <= at {
                    continue;
                }
                if start <= at {
                    self.part = start..end;
                    self.found = found;
                    return;
                }
                state.parts.insert(start, (end, found));
            }
            if state.next <= at {
                state.next = at;
                self.part = state.take(crew.bytes, crew.part);
                let rules = state.rules;
                drop(state);
                let (part, masks) = (self.part.clone(), &mut self.masks);
                self.found = crew.judge(part, rules, masks);
                return;
            }
            assert!(!state.over, "a thread that judged a part has panicked");
            // Somebody is at it: meanwhile the next one.
            state = if state.is_far_ahead(crew.bytes) {
                wait(&crew.judged, state)
            } else {
                crew.judge_one_ahead(state, &mut self.masks)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_the_work_of_all() {
        let bytes = b"a A 192.0.2.1\n".repeat(20_000);
        let wanted = Wanted::Services;
        let crew = Crew::new(&bytes, &wanted, PART);
        let rules = Rules {
            ages: false,
            ttl_known: true,
        };
        let mut skim = Skim::new(&crew);
        skim.rules = Some(rules);
        skim.start_again(0, rules);
        thread::scope(|scope| {
            // This part is taken and never judged: the reader waits for it.
            crew.lock().take(&bytes, PART);
            let reader = scope.spawn(move || skim.next(0, rules));
            let helper = scope.spawn(|| {
                let _end = crew.end_with_panic();
                panic!("as the test wants it");
            });
            assert!(helper.join().is_err());
            assert!(reader.join().is_err());
        });
    }
}
