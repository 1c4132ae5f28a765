//! One question to a server and its answer, over UDP and TCP.
//!
//! hickory-net picks a random id and a random source port for each datagram (RFC 5452), and passes over what comes
//! with another id or question. It would repeat a question by itself, several times at once; that is off here, so
//! that each datagram waits for its turn.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::StreamExt as _;
use hickory_net::NetError;
use hickory_net::runtime::{
    DnsUdpSocket, RuntimeProvider, TokioHandle, TokioRuntimeProvider, TokioTime,
};
use hickory_net::tcp::TcpClientStream;
use hickory_net::udp::UdpClientStream;
use hickory_net::xfer::{DnsHandle as _, DnsRequestSender as _};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, DnsResponse, Message, Query, ResponseCode};
use hickory_proto::rr::RecordType;
use tokio::io::{Interest, ReadBuf};
use tokio::net::UdpSocket;

use super::failure::{Failure, OverTcp};
use super::pace::Pace;
use super::{Options, Patience};
use crate::Name;

/// The UDP payload that we offer to take: what passes without fragments (RFC 9715, DNS Flag Day 2020).
const PAYLOAD: u16 = 1232;

/// The way to a server.
#[derive(Debug)]
pub(super) struct Exchange {
    address: SocketAddr,
    pace: Pace,
    patience: Patience,
    /// Whether the server takes questions with EDNS, as far as is known.
    edns: Cell<bool>,
    /// Whether anything came from it.
    answered: Cell<bool>,
}

/// What became of a question over UDP.
enum Tried {
    Answered(DnsResponse),
    Silent,
    /// The system says that nothing listens there, or that there is no way.
    Unreachable(io::ErrorKind),
    /// What came cannot be read.
    Malformed,
}

impl Exchange {
    /// The way to the server at an address.
    pub(super) fn new(address: SocketAddr, options: &Options) -> Self {
        Self {
            address,
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
    pub(super) async fn ask(&self, name: &Name, kind: RecordType) -> Result<Message, Failure> {
        let query = Query::query(name.into(), kind);
        let answer = self.ask_with_or_without_edns(&query).await?;
        if answer.response_code != ResponseCode::ServFail {
            return Ok(answer);
        }
        tokio::time::sleep(self.patience.pause).await;
        self.ask_with_or_without_edns(&query).await
    }

    /// Asks again without EDNS where the server does not know it (RFC 6891 section 7).
    async fn ask_with_or_without_edns(&self, query: &Query) -> Result<Message, Failure> {
        let without = |code| matches!(code, ResponseCode::FormErr | ResponseCode::NotImp);
        let edns = self.edns.get();
        let answer = self.deliver(query, edns).await?;
        if !edns || !without(answer.response_code) {
            return Ok(answer);
        }
        let plain = self.deliver(query, false).await?;
        if !without(plain.response_code) {
            self.edns.set(false);
        }
        Ok(plain)
    }

    /// Asks over UDP, several times where nothing comes, then over TCP.
    async fn deliver(&self, query: &Query, edns: bool) -> Result<Message, Failure> {
        let mut malformed = false;
        let mut unreachable = None;
        let mut silent = false;
        for wait in &self.patience.udp {
            self.pace.turn().await;
            match self.over_udp(query, edns, *wait).await {
                Tried::Answered(answer) if answer.truncation => {
                    self.answered.set(true);
                    return self
                        .over_tcp(query, edns)
                        .await?
                        .map_err(Failure::OnlyTruncated);
                }
                Tried::Answered(answer) => {
                    self.answered.set(true);
                    return Ok(answer.into_message());
                }
                Tried::Silent => silent = true,
                Tried::Malformed => malformed = true,
                Tried::Unreachable(kind) => {
                    unreachable = Some(kind);
                    tokio::time::sleep(self.patience.pause).await;
                }
            }
        }
        let over_tcp = match self.over_tcp(query, edns).await {
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

    /// One datagram.
    async fn over_udp(&self, query: &Query, edns: bool, wait: Duration) -> Tried {
        let mut stream = UdpClientStream::builder(self.address, Provider::default())
            .with_timeout(Some(wait))
            .with_max_retries(0)
            .build();
        match stream.send_message(request(query, edns)).next().await {
            Some(Ok(answer)) => Tried::Answered(answer),
            None | Some(Err(NetError::Timeout)) => Tried::Silent,
            Some(Err(NetError::Io(error))) if error.kind() == io::ErrorKind::TimedOut => {
                Tried::Silent
            }
            Some(Err(NetError::Io(error))) => Tried::Unreachable(error.kind()),
            Some(Err(_)) => Tried::Malformed,
        }
    }

    /// One connection. Fails where what comes is no answer; gives why where nothing comes.
    async fn over_tcp(
        &self,
        query: &Query,
        edns: bool,
    ) -> Result<Result<Message, OverTcp>, Failure> {
        self.pace.turn().await;
        let wait = self.patience.tcp;
        let exchange = async {
            // It holds the task that drives the connection.
            let provider = TokioRuntimeProvider::new();
            let exchange =
                TcpClientStream::exchange(self.address, None, wait, None, provider.clone()).await?;
            let answer = exchange.send(request(query, edns)).next().await;
            drop(provider);
            answer.unwrap_or(Err(NetError::Timeout))
        };
        // hickory's own timeouts are of connecting and of waiting for the answer, each.
        let answer = match tokio::time::timeout(wait, exchange).await {
            Ok(Ok(answer)) => answer,
            Err(_) | Ok(Err(NetError::Timeout)) => return Ok(Err(OverTcp::Silent)),
            Ok(Err(NetError::Io(error))) => return Ok(Err(over_tcp(error.kind()))),
            Ok(Err(_)) => return Err(Failure::Malformed),
        };
        self.answered.set(true);
        // Over TCP hickory compares ids alone.
        if answer.queries.as_slice() != std::slice::from_ref(query) || answer.truncation {
            return Err(Failure::Malformed);
        }
        Ok(Ok(answer.into_message()))
    }
}

fn request(query: &Query, edns: bool) -> DnsRequest {
    let mut options = DnsRequestOptions::default();
    options.use_edns = edns;
    options.edns_payload_len = PAYLOAD;
    options.edns_set_dnssec_ok = false;
    options.recursion_desired = true;
    DnsRequest::from_query(query.clone(), options)
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

/// tokio's sockets, those of UDP connected: the system then passes on only what comes from the server, and tells
/// when nothing listens there.
#[derive(Clone, Default)]
struct Provider(TokioRuntimeProvider);

impl RuntimeProvider for Provider {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = Connected;
    type Tcp = <TokioRuntimeProvider as RuntimeProvider>::Tcp;

    fn create_handle(&self) -> Self::Handle {
        self.0.create_handle()
    }

    fn connect_tcp(
        &self,
        server: SocketAddr,
        local: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Pin<Box<dyn Send + Future<Output = io::Result<Self::Tcp>>>> {
        self.0.connect_tcp(server, local, timeout)
    }

    fn bind_udp(
        &self,
        local: SocketAddr,
        server: SocketAddr,
    ) -> Pin<Box<dyn Send + Future<Output = io::Result<Self::Udp>>>> {
        Box::pin(async move {
            let socket = UdpSocket::bind(local).await?;
            socket.connect(server).await?;
            Ok(Connected::new(socket))
        })
    }
}

/// A UDP socket that only knows one peer.
struct Connected {
    socket: Arc<UdpSocket>,
    /// Ready once the system has something to say of the socket: on Linux it wakes nobody who waits to read.
    error: Mutex<Pin<Box<dyn Send + Future<Output = ()>>>>,
}

impl Connected {
    fn new(socket: UdpSocket) -> Self {
        let socket = Arc::new(socket);
        let watched = Arc::clone(&socket);
        let error = Box::pin(async move {
            // What cannot be watched is never ready.
            if watched.ready(Interest::ERROR).await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        Self {
            socket,
            error: Mutex::new(error),
        }
    }

    /// What the system says of the socket.
    fn poll_error(&self, context: &mut Context<'_>) -> Poll<io::Error> {
        let Ok(mut error) = self.error.try_lock() else {
            return Poll::Pending;
        };
        ready!(error.as_mut().poll(context));
        *error = Box::pin(std::future::pending());
        match self.socket.take_error() {
            Ok(Some(error)) | Err(error) => Poll::Ready(error),
            Ok(None) => Poll::Pending,
        }
    }
}

impl DnsUdpSocket for Connected {
    type Time = TokioTime;

    fn poll_recv_from(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        let mut buffer = ReadBuf::new(buffer);
        match self.socket.poll_recv_from(context, &mut buffer) {
            Poll::Ready(from) => Poll::Ready(from.map(|from| (buffer.filled().len(), from))),
            Poll::Pending => self.poll_error(context).map(Err),
        }
    }

    fn poll_send_to(
        &self,
        context: &mut Context<'_>,
        bytes: &[u8],
        _peer: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.socket.poll_send(context, bytes)
    }
}
