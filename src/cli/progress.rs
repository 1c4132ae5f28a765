//! Progress on standard error: on a terminal only, and only for what takes over a second.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::snapshot::live::{Interrupt, Progress, Watch};

/// How long something takes before anything is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how far questions and transfers are.
pub(super) fn watch() -> Watch {
    let shown = Mutex::new(Shown {
        since: Instant::now(),
        bar: None,
    });
    Watch::new(move |progress| {
        if let Ok(mut shown) = shown.lock() {
            shown.tell(progress);
        }
    })
}

/// Lets time pass, until Ctrl-C comes, and says on a terminal why.
pub(super) fn wait(pause: Duration, why: String, interrupt: &Interrupt) {
    let bar = new_bar();
    bar.set_message(why);
    bar.enable_steady_tick(Duration::from_millis(250));
    interrupt.pause(pause);
    bar.finish_and_clear();
}

/// Shows how far several are who work at a time, all together.
#[derive(Clone)]
pub(super) struct Together(Arc<Mutex<All>>);

struct All {
    shown: Shown,
    /// Questions done and known, of each.
    each: Vec<(usize, usize)>,
}

impl Together {
    /// Of so many.
    pub(super) fn of(count: usize) -> Self {
        let shown = Shown {
            since: Instant::now(),
            bar: None,
        };
        let each = vec![(0, 0); count];
        Self(Arc::new(Mutex::new(All { shown, each })))
    }

    /// For one of them.
    pub(super) fn watch(&self, at: usize) -> Watch {
        let together = Arc::clone(&self.0);
        Watch::new(move |progress| {
            let Ok(mut together) = together.lock() else {
                return;
            };
            let All { shown, each } = &mut *together;
            if let (Progress::Questions { done, known }, Some(own)) = (progress, each.get_mut(at)) {
                *own = (done, known);
                shown.tell(Progress::Questions {
                    done: each.iter().map(|(done, _)| done).sum(),
                    known: each.iter().map(|(_, known)| known).sum(),
                });
            }
        })
    }

    /// All are done.
    pub(super) fn finish(&self) {
        if let Ok(mut together) = self.0.lock() {
            together.shown.tell(Progress::Finished);
        }
    }
}

struct Shown {
    since: Instant,
    bar: Option<ProgressBar>,
}

impl Shown {
    fn tell(&mut self, progress: Progress) {
        if progress == Progress::Finished {
            if let Some(bar) = self.bar.take() {
                bar.finish_and_clear();
            }
            self.since = Instant::now();
            return;
        }
        if self.since.elapsed() < PATIENCE {
            return;
        }
        let since = self.since;
        let begin = || new_bar().with_elapsed(since.elapsed());
        let bar = self.bar.get_or_insert_with(begin);
        match progress {
            Progress::Questions { done, known } => count(bar, "questions", done, known),
            Progress::Probes { done, known } => count(bar, "connections", done, known),
            Progress::Records(records) => bar.set_message(format!("{records} records")),
            Progress::Finished => {}
        }
    }
}

fn count(bar: &ProgressBar, what: &str, done: usize, known: usize) {
    // What the bar is about comes first: each of these may draw it.
    bar.set_message(format!("{done} of {known} {what}"));
    bar.set_length(known as u64);
    bar.set_position(done as u64);
}

/// A bar that is drawn on a terminal only, a few times a second.
fn new_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
    let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {elapsed}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}
