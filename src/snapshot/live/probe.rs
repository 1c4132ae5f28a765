//! Whether hosts accept connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt as _};
use tokio::net::TcpStream;

use super::interrupt::Interrupt;
use super::pace::Pace;
use super::{Options, Progress, runtime};
use crate::words::words;

words! {
    /// What became of an attempt to connect.
    Outcome {
        /// The host accepted the connection, which was closed at once.
        Accepted = "accepted",
        /// The host refused it: nothing listens there, or a firewall says no.
        Refused = "refused",
        /// No answer came: the host is off, or a firewall drops what comes.
        Timeout = "timeout",
        /// This machine has no way to the host.
        Unreachable = "unreachable",
        /// Ctrl-C came first.
        NotTried = "not-tried",
    }
}

/// How long a host may take to accept: in a network that works, three tries of the first packet.
const WAIT: Duration = Duration::from_secs(3);

/// Tries a TCP connection to each address, within the bounds of the options; gives the outcomes in their order.
/// Nothing is sent over it.
pub fn probe(addresses: &[SocketAddr], options: &Options) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::NotTried; addresses.len()];
    let interrupt = Interrupt::listen(options.stop_on_ctrl_c);
    let Some(runtime) = runtime() else {
        return outcomes;
    };
    runtime.block_on(async {
        let pace = Pace::new(options.manners.rate);
        let pace = &pace;
        let tries = addresses.iter().enumerate();
        let mut tries = stream::iter(tries)
            .map(|(index, address)| async move {
                pace.turn().await;
                (index, try_one(*address).await)
            })
            .buffer_unordered(options.manners.concurrency.max(1));
        let mut stop = Box::pin(interrupt.wait());
        let mut done = 0;
        while let Either::Left((Some((index, outcome)), _)) = select(tries.next(), &mut stop).await
        {
            outcomes[index] = outcome;
            done += 1;
            options.watch.tell(Progress::Probes {
                done,
                known: addresses.len(),
            });
        }
    });
    options.watch.tell(Progress::Finished);
    outcomes
}

async fn try_one(address: SocketAddr) -> Outcome {
    let Ok(tried) = tokio::time::timeout(WAIT, TcpStream::connect(address)).await else {
        return Outcome::Timeout;
    };
    match tried.map_err(|error| error.kind()) {
        Ok(_) => Outcome::Accepted,
        Err(io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset) => Outcome::Refused,
        Err(io::ErrorKind::TimedOut) => Outcome::Timeout,
        Err(_) => Outcome::Unreachable,
    }
}
