//! A TCP connection, and messages on it, each after two octets with its length (RFC 1035 section 4.2.2).

use std::fmt;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::fault::Fault;
use crate::snapshot::live::{Patience, Server};
use crate::system_error::reason;

/// The slowest transfer that is waited for, in octets a second: 9600 baud.
const SLOWEST: u64 = 960;

/// A connection to a server.
pub(super) struct Connection {
    stream: TcpStream,
    /// When it was opened.
    opened: Instant,
    /// How many octets came since.
    came: u64,
    /// How long it may be silent.
    silence: Duration,
}

impl Connection {
    /// Connects to the first address of the server that accepts.
    pub(super) fn open(server: &Server, patience: &Patience) -> Result<Self, Fault> {
        let addresses = server.socket_addresses().map_err(Fault::NoAddress)?;
        let mut failed = Vec::new();
        for address in addresses {
            let stream =
                TcpStream::connect_timeout(&address, patience.connect).and_then(|stream| {
                    stream.set_read_timeout(Some(patience.silence))?;
                    stream.set_write_timeout(Some(patience.silence))?;
                    stream.set_nodelay(true)?;
                    Ok(stream)
                });
            match stream {
                Ok(stream) => {
                    return Ok(Self {
                        stream,
                        opened: Instant::now(),
                        came: 0,
                        silence: patience.silence,
                    });
                }
                Err(error) => failed.push((address, why(&error))),
            }
        }
        Err(Fault::NoConnection(failed))
    }

    /// Sends a message.
    pub(super) fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let length = u16::try_from(message.len()).map_err(|_| ErrorKind::InvalidInput)?;
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(message);
        self.stream.write_all(&framed)
    }

    /// Reads a message with its length to the end of `into`; gives where its octets are. `None`: the server closed
    /// the connection before a message. An error leaves `into` with a part of the message.
    pub(super) fn receive(&mut self, into: &mut Vec<u8>) -> io::Result<Option<Range<usize>>> {
        let mut length = [0; 2];
        match self.fill(&mut length)? {
            0 => return Ok(None),
            2 => {}
            _ => return Err(ErrorKind::UnexpectedEof.into()),
        }
        into.extend_from_slice(&length);
        let start = into.len();
        let end = start + usize::from(u16::from_be_bytes(length));
        into.resize(end, 0);
        if self.fill(&mut into[start..])? < end - start {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(start..end))
    }

    /// Reads as many octets as there are places; gives how many came before the connection was closed.
    fn fill(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        while read < octets.len() {
            match self.stream.read(&mut octets[read..]) {
                Ok(0) => break,
                Ok(more) => {
                    read += more;
                    self.came += more as u64;
                    if self.drips() {
                        return Err(io::Error::other(Drips));
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    /// Whether so little came, all the time together, that nobody can wait for the rest: a server that sends an octet now
    /// and then is never silent. Pauses as long as a transfer may be silent count twice.
    fn drips(&self) -> bool {
        let due = self.silence * 2 + Duration::from_secs(self.came / SLOWEST);
        self.opened.elapsed() > due
    }
}

/// The error of a transfer that is too slow.
#[derive(Debug)]
struct Drips;

impl fmt::Display for Drips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too slow")
    }
}

impl std::error::Error for Drips {}

/// Whether an error says that octets came too slowly.
pub(super) fn is_too_slow(error: &io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Drips>())
        .is_some()
}

/// Whether an error says that nothing came in time.
pub(super) fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn why(error: &io::Error) -> String {
    if is_silence(error) {
        "no answer".to_owned()
    } else {
        reason(error)
    }
}
