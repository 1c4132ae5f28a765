//! One question to a server and its answer, over UDP and TCP: what is asked again, and when it is given up.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;
use tokio::time::{sleep, timeout};

use super::failure::{Failure, OverTcp};
use super::pace::Pace;
use super::question::{Fit, Question};
use super::response::Response;
use super::udp::{Sockets, Tried};
use super::{Options, Patience, tcp};
use crate::Name;

/// The way to a server.
#[derive(Debug)]
pub(super) struct Exchange {
    address: SocketAddr,
    sockets: Sockets,
    pace: Pace,
    patience: Patience,
    /// Whether the server takes questions with EDNS, as far as is known.
    edns: Cell<bool>,
    /// Whether anything came from it.
    answered: Cell<bool>,
}

impl Exchange {
    /// The way to the server at an address.
    pub(super) fn new(address: SocketAddr, options: &Options) -> Self {
        Self {
            address,
            sockets: Sockets::of(address),
            pace: Pace::new(options.manners.rate),
            patience: options.patience.clone(),
            edns: Cell::new(true),
            answered: Cell::new(false),
        }
    }

    /// Whether anything came from the server by now.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.get()
    }

    /// Asks a question; gives what came, whatever it says. A server that failed is asked once more after a pause.
    pub(super) async fn ask(&self, name: &Name, kind: RecordType) -> Result<Response, Failure> {
        let question = Question { name, kind };
        let answer = self.ask_with_or_without_edns(question).await?;
        if answer.code != ResponseCode::ServFail {
            return Ok(answer);
        }
        sleep(self.patience.pause).await;
        self.ask_with_or_without_edns(question).await
    }

    /// Asks again without EDNS where the server does not know it (RFC 6891 section 7).
    async fn ask_with_or_without_edns(&self, question: Question<'_>) -> Result<Response, Failure> {
        let without = |code| matches!(code, ResponseCode::FormErr | ResponseCode::NotImp);
        let edns = self.edns.get();
        let answer = self.deliver(question, edns).await?;
        if !edns || !without(answer.code) {
            return Ok(answer);
        }
        let plain = self.deliver(question, false).await?;
        if !without(plain.code) {
            self.edns.set(false);
        }
        Ok(plain)
    }

    /// Asks over UDP, several times where nothing comes, then over TCP.
    async fn deliver(&self, question: Question<'_>, edns: bool) -> Result<Response, Failure> {
        let mut malformed = false;
        let mut unreachable = None;
        let mut silent = false;
        for wait in &self.patience.udp {
            self.pace.turn().await;
            match self.sockets.ask(question, edns, *wait).await {
                Tried::Answered(answer) if answer.truncated => {
                    self.answered.set(true);
                    return self
                        .over_tcp(question, edns)
                        .await?
                        .map_err(Failure::OnlyTruncated);
                }
                Tried::Answered(answer) => {
                    self.answered.set(true);
                    return Ok(answer);
                }
                Tried::Silent => silent = true,
                Tried::Malformed => malformed = true,
                Tried::Unreachable(kind) => {
                    unreachable = Some(kind);
                    sleep(self.patience.pause).await;
                }
            }
        }
        let over_tcp = match self.over_tcp(question, edns).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(over_tcp)) => over_tcp,
            Err(failure) => return Err(failure),
        };
        Err(match unreachable {
            _ if malformed => Failure::Malformed,
            Some(kind) if !silent => Failure::Unreachable(unreachable_reason(kind)),
            _ => Failure::Silent {
                tries: self.patience.udp.len(),
                over_tcp,
            },
        })
    }

    /// Asks over one connection. Fails where what comes is no answer; gives why where nothing comes.
    async fn over_tcp(
        &self,
        question: Question<'_>,
        edns: bool,
    ) -> Result<Result<Response, OverTcp>, Failure> {
        self.pace.turn().await;
        let asked = tcp::ask(self.address, question, edns);
        match timeout(self.patience.tcp, asked).await {
            Err(_) => Ok(Err(OverTcp::Silent)),
            Ok(Err(error)) => Ok(Err(over_tcp(error.kind()))),
            Ok(Ok(fit)) => {
                self.answered.set(true);
                match fit {
                    Fit::Answer(answer) if !answer.truncated => Ok(Ok(answer)),
                    _ => Err(Failure::Malformed),
                }
            }
        }
    }
}

fn over_tcp(kind: io::ErrorKind) -> OverTcp {
    match kind {
        io::ErrorKind::ConnectionRefused => OverTcp::Refused,
        io::ErrorKind::TimedOut => OverTcp::Silent,
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => OverTcp::Closed,
        _ => OverTcp::Unreachable,
    }
}

/// What the system says of a datagram, in words that do not depend on the system's language.
fn unreachable_reason(kind: io::ErrorKind) -> &'static str {
    match kind {
        // What comes of an ICMP message "port unreachable"; on Windows it is a reset.
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
            "nothing listens at that address and port"
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "this machine has no way to that address"
        }
        io::ErrorKind::PermissionDenied => "this machine does not let it be asked",
        _ => "this machine cannot send to that address",
    }
}
