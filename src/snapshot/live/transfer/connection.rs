//! A TCP connection, and messages on it, each after two octets with its length (RFC 1035 section 4.2.2).

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::ops::Range;

use super::fault::Fault;
use crate::diagnostic::reason;
use crate::snapshot::live::{Patience, Server};

/// A connection to a server.
pub(super) struct Connection {
    stream: TcpStream,
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
                Ok(stream) => return Ok(Self { stream }),
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
        let mut read = 0;
        while read < 2 {
            match self.stream.read(&mut length[read..]) {
                Ok(0) if read == 0 => return Ok(None),
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(octets) => read += octets,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        into.extend_from_slice(&length);
        let start = into.len();
        let end = start + usize::from(u16::from_be_bytes(length));
        into.resize(end, 0);
        self.stream.read_exact(&mut into[start..])?;
        Ok(Some(start..end))
    }
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
