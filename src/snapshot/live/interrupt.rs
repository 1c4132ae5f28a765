//! Ctrl-C while servers are asked: the first one ends the questions, so that what is known can be told. Any other
//! one ends the program, as it does where nothing listens: with exit status 130, what shells say of that signal.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

/// The exit status of a program that Ctrl-C ended: 128 and the number of SIGINT.
const ENDED: i32 = 130;

/// How often is looked whether Ctrl-C came.
const LOOK: Duration = Duration::from_millis(50);

/// How many are asking, whom Ctrl-C would stop.
static ASKING: AtomicUsize = AtomicUsize::new(0);
/// Whether Ctrl-C came. It holds for all that is asked later too.
static CAME: AtomicBool = AtomicBool::new(false);
/// Whether somebody else says what Ctrl-C does.
static LEFT: AtomicBool = AtomicBool::new(false);
/// Whether Ctrl-C is listened to: once begun, it never ends, because tokio keeps its handler.
static LISTENS: OnceLock<bool> = OnceLock::new();

/// Whether Ctrl-C ended something that was asked.
pub fn interrupted() -> bool {
    CAME.load(Ordering::SeqCst)
}

/// From now on somebody else says what Ctrl-C does.
pub(crate) fn leave_it() {
    LEFT.store(true, Ordering::SeqCst);
}

/// Someone who asks, and whom Ctrl-C stops for as long as this value is there.
#[derive(Debug)]
pub struct Interrupt {
    listens: bool,
}

impl Interrupt {
    /// Listens from now on, if `wanted`. Where the system gives no way to listen, Ctrl-C ends the program.
    pub fn listen(wanted: bool) -> Self {
        let listens = wanted && *LISTENS.get_or_init(begin);
        if listens {
            ASKING.fetch_add(1, Ordering::SeqCst);
        }
        Self { listens }
    }

    /// Whether Ctrl-C came.
    pub fn came(&self) -> bool {
        self.listens && CAME.load(Ordering::SeqCst)
    }

    /// Lets time pass, until Ctrl-C comes.
    pub fn pause(&self, time: Duration) {
        let end = Instant::now() + time;
        while !self.came() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            thread::sleep(left.min(LOOK));
        }
    }

    /// Waits until Ctrl-C comes.
    pub(super) async fn wait(&self) {
        if !self.listens {
            return std::future::pending().await;
        }
        while !self.came() {
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        if self.listens {
            ASKING.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Begins to listen; whether that worked.
fn begin() -> bool {
    let (told, hear) = std::sync::mpsc::channel();
    let listener = thread::Builder::new().spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            // The handler stands from the first poll on.
            let mut next = Box::pin(tokio::signal::ctrl_c());
            if let Some(Err(_)) = (&mut next).now_or_never() {
                return;
            }
            let _ = told.send(());
            loop {
                if next.await.is_err() {
                    return;
                }
                next = Box::pin(tokio::signal::ctrl_c());
                if LEFT.load(Ordering::SeqCst) {
                    continue;
                }
                let asking = ASKING.load(Ordering::SeqCst) > 0;
                if !asking || CAME.swap(true, Ordering::SeqCst) {
                    process::exit(ENDED);
                }
            }
        });
    });
    listener.is_ok() && hear.recv().is_ok()
}
