//! Live servers: the only place that knows sockets and tokio. Everything here blocks until it is done.
//!
//! A server is only asked: questions (`ask`), transfers of whole zones (`transfer`), connections to KMS
//! hosts that are closed at once ([`probe`]). What was answered becomes text and `listing` sections, as
//! what other sources say does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

mod address;
mod answers;
mod ask;
mod authorities;
mod exchange;
mod failure;
#[cfg(fuzzing)]
pub mod fuzzing;
mod interrupt;
mod key;
mod message;
mod pace;
mod probe;
mod question;
mod reply;
mod resolve;
mod response;
mod subject;
mod tcp;
mod transfer;
mod udp;
mod wire;

pub use address::{Server, Source};
pub(super) use answers::Seen;
pub(super) use ask::ask;
pub use authorities::{Authority, authorities, has_way};
pub(crate) use interrupt::leave_it;
pub use interrupt::{Interrupt, interrupted};
pub use key::Key;
pub use probe::{Outcome, probe};
pub use resolve::addresses_of;
pub(super) use transfer::{Transfer, transfer};

use crate::words::words;

/// How servers are asked.
#[derive(Debug, Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches that do not depend on each other"
)]
pub struct Options {
    /// The key that signs transfers (RFC 8945).
    pub key: Option<Key>,
    /// The bounds on questions.
    pub manners: Manners,
    /// How long answers to questions may take.
    pub patience: Patience,
    /// Whether a question without a usable answer is told ([`super::Snapshot::unanswered`]) in place of being an error.
    pub tolerant: bool,
    /// Whether the zones of domains with records are asked for too.
    pub zones: bool,
    /// Whether the addresses of the hosts that records name are asked for too.
    pub addresses: bool,
    /// Whether Ctrl-C ends the questions: what is not answered by then is [`Why::NotAsked`].
    pub stop_on_ctrl_c: bool,
    /// Told how far it is.
    pub watch: Watch,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key: None,
            manners: Manners::default(),
            patience: Patience::default(),
            tolerant: false,
            zones: true,
            addresses: true,
            stop_on_ctrl_c: false,
            watch: Watch::default(),
        }
    }
}

/// The bounds on questions: a resolver is not flooded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// Questions in flight at any moment, at least 1.
    pub concurrency: usize,
    /// Questions a second, repeated ones included; 0: no bound.
    pub rate: u32,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            concurrency: 50,
            rate: 500,
        }
    }
}

/// How long servers are waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// How long each datagram's answer is waited for; so often is a question asked over UDP.
    pub udp: Vec<Duration>,
    /// How long the answer to a question over TCP is waited for, connecting included.
    pub tcp: Duration,
    /// The pause before a server that failed, or that seems not to be there, is asked again.
    pub pause: Duration,
    /// How long each address of a server may take to accept the connection for a transfer.
    pub connect: Duration,
    /// How long a transfer may be silent. It may take as long as it takes otherwise, at 960 octets a second or more.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            udp: [2, 4, 8].map(Duration::from_secs).to_vec(),
            tcp: Duration::from_secs(5),
            pause: Duration::from_millis(250),
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(30),
        }
    }
}

/// Is told how far a transfer or a series of questions is.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Watch {
    /// Calls `tell` at every step; it returns at once.
    pub fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    /// Tells how far it is.
    pub(super) fn tell(&self, progress: Progress) {
        if let Some(tell) = &self.0 {
            tell(progress);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() {
            "Watch(..)"
        } else {
            "Watch"
        })
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Questions that have an answer or are given up, of so many as are known by now.
    Questions {
        /// Done.
        done: usize,
        /// Known by now.
        known: usize,
    },
    /// Records that a transfer has brought.
    Records(usize),
    /// Connections tried, of so many.
    Probes {
        /// Done.
        done: usize,
        /// All.
        known: usize,
    },
    /// Nothing is under way any more.
    Finished,
}

words! {
    /// Why a question has no usable answer.
    Why {
        /// No answer came, whatever was tried.
        Timeout = "timeout",
        /// The server cannot be reached: its system says so.
        Unreachable = "unreachable",
        /// The server refuses to answer (RCODE 5).
        Refused = "refused",
        /// The server failed (RCODE 2).
        ServFail = "servfail",
        /// Another response code that is no answer.
        ErrorCode = "error-code",
        /// The server is not responsible for the name, and does not ask others for its clients.
        Lame = "lame",
        /// What came is no answer that can be read.
        Malformed = "malformed",
        /// The question was not asked any more: the server had not answered a single one, or Ctrl-C came first.
        NotAsked = "not-asked",
    }
}

impl Why {
    /// Whether the server says that it is not the one to ask.
    pub(super) fn is_not_responsible(self) -> bool {
        matches!(self, Self::Refused | Self::Lame)
    }
}

/// A question without a usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The server, as shown to people.
    pub server: String,
    /// The class of what happened.
    pub why: Why,
    /// What happened, for people: the end of a sentence that names server and question.
    pub message: String,
    /// What to try.
    pub help: String,
}

/// What drives questions and connections: one thread, ours. `None`: the system gives none of what it takes.
fn runtime() -> Option<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()
}

/// Why nothing can be asked then.
const NO_SOCKETS: &str = "the system gives this program no more sockets";
