//! Signals that end the program wait while it writes, so that what is written aside does not stay behind.

/// Signals that are held back from now on. Where the system gives no way to hold them back, they end the program at
/// once, and so does Ctrl-C on Windows.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    listener: Option<unix::Listener>,
}

impl Signals {
    /// Holds back SIGINT, SIGTERM and SIGHUP, but for those that the program was told to ignore.
    pub(super) fn held_back() -> Self {
        crate::snapshot::live::leave_it();
        Self {
            #[cfg(unix)]
            listener: unix::Listener::new().ok(),
        }
    }

    /// The signal that came, if one did.
    pub(super) fn came(&mut self) -> Option<i32> {
        #[cfg(unix)]
        return self.listener.as_mut().and_then(unix::Listener::came);
        #[cfg(not(unix))]
        None
    }

    /// Fails where a signal came.
    pub(super) fn none(&mut self) -> std::io::Result<()> {
        match self.came() {
            Some(_) => Err(std::io::ErrorKind::Interrupted.into()),
            None => Ok(()),
        }
    }

    /// Lets signals do what they were to do: ends the program where one came, with the exit status that shells give
    /// programs that a signal ended.
    pub(super) fn let_go(mut self) {
        if let Some(number) = self.came() {
            std::process::exit(128 + number);
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::io;

    use futures_util::FutureExt as _;
    use tokio::runtime::{Builder, Runtime};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    #[derive(Debug)]
    pub(super) struct Listener {
        runtime: Runtime,
        signals: Vec<(i32, Signal)>,
        came: Option<i32>,
    }

    impl Listener {
        pub(super) fn new() -> io::Result<Self> {
            let runtime = Builder::new_current_thread().enable_io().build()?;
            let inside = runtime.enter();
            let ignored = ignored();
            let signals = [
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
            ]
            .into_iter()
            .map(|kind| (kind.as_raw_value(), kind))
            .filter(|(number, _)| ignored >> (number - 1) & 1 == 0)
            .map(|(number, kind)| Ok((number, signal(kind)?)))
            .collect::<io::Result<_>>()?;
            drop(inside);
            Ok(Self {
                runtime,
                signals,
                came: None,
            })
        }

        pub(super) fn came(&mut self) -> Option<i32> {
            let signals = &mut self.signals;
            self.came = self.came.or_else(|| {
                self.runtime.block_on(async {
                    // Meanwhile the runtime looks what came.
                    tokio::task::yield_now().await;
                    signals.iter_mut().find_map(|(number, signal)| {
                        signal.recv().now_or_never().flatten().map(|()| *number)
                    })
                })
            });
            self.came
        }
    }

    /// The signals that the program was told to ignore, as `nohup` does, a bit each, where Linux tells.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }
}
