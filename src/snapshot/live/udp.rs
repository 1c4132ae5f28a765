//! Questions in datagrams, against forged answers (RFC 5452): each has a random id and goes out from a random port,
//! and what comes is passed over if it is from elsewhere, or has another id or question.
//!
//! A socket for each question costs more than the question itself. So some stay open, each with one question at a
//! time, and take turns, as those of DNS servers do.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::net::{self, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::question::{Fit, Question};
use super::response::Response;

/// So many sockets are open before one is used again: fewer than the 256 files that a process may have open on macOS.
const OPEN: usize = 200;

/// So many questions go out from one port, then another takes its place.
const QUESTIONS_OF_A_PORT: u32 = 16;

/// So many random ports are tried before the system chooses one (RFC 6056 section 3.3.2).
const PORTS_TRIED: usize = 10;

/// The longest datagram.
const LONGEST: usize = 65_535;

/// What became of a question.
#[derive(Debug)]
pub(super) enum Tried {
    /// This came.
    Answered(Response),
    /// Nothing came in time.
    Silent,
    /// The system says that nothing listens there, or that there is no way.
    Unreachable(io::ErrorKind),
    /// What came cannot be read.
    Malformed,
}

/// Sockets that only know one server: the system passes on only what comes from it, and tells when nothing listens
/// there.
#[derive(Debug)]
pub(super) struct Sockets {
    server: SocketAddr,
    /// Those without a question; the one that waits for the longest time comes first.
    idle: RefCell<VecDeque<Socket>>,
    /// How many are open, with a question or without.
    open: Cell<usize>,
    /// Room for a message, filled and read in one go.
    buffer: RefCell<Vec<u8>>,
}

#[derive(Debug)]
struct Socket {
    socket: UdpSocket,
    /// How many questions went out from it.
    asked: u32,
}

impl Sockets {
    /// Of a server; none is open yet.
    pub(super) fn of(server: SocketAddr) -> Self {
        Self {
            server,
            idle: RefCell::default(),
            open: Cell::new(0),
            buffer: RefCell::new(vec![0; LONGEST]),
        }
    }

    /// Asks a question once, and waits so long for its answer.
    pub(super) async fn ask(&self, question: Question<'_>, edns: bool, wait: Duration) -> Tried {
        let mut lease = match self.take() {
            Ok(socket) => Lease {
                sockets: self,
                socket: Some(socket),
            },
            Err(error) => return Tried::Unreachable(error.kind()),
        };
        let answer = timeout(wait, self.exchange(lease.socket(), question, edns)).await;
        match answer {
            Ok(Ok(Some(message))) => {
                lease.give_back();
                Tried::Answered(message)
            }
            Ok(Ok(None)) => Tried::Malformed,
            Err(_) => Tried::Silent,
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => Tried::Silent,
            Ok(Err(error)) => Tried::Unreachable(error.kind()),
        }
    }

    /// Sends a question and waits for its answer; `None`: it cannot be read.
    async fn exchange(
        &self,
        socket: &UdpSocket,
        question: Question<'_>,
        edns: bool,
    ) -> io::Result<Option<Response>> {
        let id = rand::random();
        socket.send(&question.message(id, edns)).await?;
        // On Linux an error of the system is nothing to be read, so who waits to read is not told.
        let mut wanted = Interest::READABLE | Interest::ERROR;
        loop {
            let ready = socket.ready(wanted).await?;
            if ready.is_error() {
                socket.take_error()?.map_or(Ok(()), Err)?;
                // It is ready for good, although there is nothing.
                wanted = Interest::READABLE;
            }
            let mut buffer = self.buffer.borrow_mut();
            let message = match socket.try_recv(&mut buffer) {
                Ok(length) => &buffer[..length],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error),
            };
            match question.fit(id, message) {
                Fit::Answer(message) => return Ok(Some(message)),
                Fit::Malformed => return Ok(None),
                Fit::OtherId | Fit::OtherQuestion => {}
            }
        }
    }

    /// A socket for one question.
    fn take(&self) -> io::Result<Socket> {
        if self.open.get() >= OPEN
            && let Some(socket) = self.idle.borrow_mut().pop_front()
        {
            return Ok(socket);
        }
        match open(self.server) {
            Ok(socket) => {
                self.open.set(self.open.get() + 1);
                Ok(Socket { socket, asked: 0 })
            }
            // The system may give no more.
            Err(error) => self.idle.borrow_mut().pop_front().ok_or(error),
        }
    }
}

/// A socket with a question. It is closed in the end, if it is not given back: an answer that nobody waits for any
/// more may still come.
struct Lease<'a> {
    sockets: &'a Sockets,
    socket: Option<Socket>,
}

impl Lease<'_> {
    fn socket(&self) -> &UdpSocket {
        &self.socket.as_ref().expect("not given back yet").socket
    }

    /// After an answer.
    fn give_back(&mut self) {
        if let Some(socket) = &mut self.socket {
            socket.asked += 1;
        }
        if let Some(socket) = self
            .socket
            .take_if(|socket| socket.asked < QUESTIONS_OF_A_PORT)
        {
            self.sockets.idle.borrow_mut().push_back(socket);
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.socket.is_some() {
            self.sockets.open.set(self.sockets.open.get() - 1);
        }
    }
}

/// Opens a socket that only knows the server.
fn open(server: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = (0..PORTS_TRIED)
        .find_map(|_| net::UdpSocket::bind((any, rand::random_range(1024..=u16::MAX))).ok())
        .map_or_else(|| net::UdpSocket::bind((any, 0)), Ok)?;
    socket.connect(server)?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}
