//! A server that says what a test wants, once.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::support::{Folder, Run, TOPOLOGY};

pub(crate) const A: u16 = 1;
pub(crate) const SOA: u16 = 6;
pub(crate) const SRV: u16 = 33;
pub(crate) const TSIG: u16 = 250;
pub(crate) const AXFR: u16 = 252;

/// A connection after its request.
pub(crate) struct Peer {
    stream: TcpStream,
    /// The id of the request.
    pub(crate) id: u16,
    /// The request.
    pub(crate) request: Vec<u8>,
}

impl Peer {
    /// Sends a message after its length.
    pub(crate) fn send(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap();
        self.raw(&length.to_be_bytes());
        self.raw(message);
    }

    /// Sends octets. The other side may be gone.
    pub(crate) fn raw(&mut self, octets: &[u8]) {
        let _ = self.stream.write_all(octets);
    }

    /// Answers with these records.
    pub(crate) fn answer(&mut self, records: &[Vec<u8>]) {
        let message = message(self.id, 0x8400, Some("contoso.com"), records);
        self.send(&message);
    }

    /// Answers with these records again and again, until the other side is gone.
    pub(crate) fn answer_for_ever(&mut self, records: &[Vec<u8>]) {
        let message = message(self.id, 0x8400, Some("contoso.com"), records);
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        let all = [&length[..], &message].concat();
        while self.stream.write_all(&all).is_ok() {}
    }

    /// Waits until the other side closes.
    pub(crate) fn wait(&mut self) {
        let _ = self.stream.read(&mut [0]);
    }
}

/// Starts a server at an address of this machine that plays for one connection; gives its port.
pub(crate) fn start(address: &str, play: impl FnOnce(&mut Peer) + Send + 'static) -> u16 {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut length = [0; 2];
        stream.read_exact(&mut length).unwrap();
        let mut request = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut request).unwrap();
        let id = u16::from_be_bytes([request[0], request[1]]);
        play(&mut Peer {
            stream,
            id,
            request,
        });
    });
    port
}

/// A name on the wire, not compressed.
pub(crate) fn name(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        octets.push(u8::try_from(label.len()).unwrap());
        octets.extend(label.as_bytes());
    }
    octets.push(0);
    octets
}

/// A record of class IN.
pub(crate) fn record(owner: &str, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut octets = name(owner);
    octets.extend(kind.to_be_bytes());
    octets.extend([0, 1]);
    octets.extend(3600_u32.to_be_bytes());
    octets.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    octets.extend(data);
    octets
}

pub(crate) fn soa(serial: u32) -> Vec<u8> {
    let mut data = name("ns1.contoso.com");
    data.extend(name("hostmaster.contoso.com"));
    for number in [serial, 900, 600, 86400, 3600] {
        data.extend(number.to_be_bytes());
    }
    record("contoso.com", SOA, &data)
}

pub(crate) fn srv(host: &str, weight: u16) -> Vec<u8> {
    let mut data = vec![0, 10];
    data.extend(weight.to_be_bytes());
    data.extend(1688_u16.to_be_bytes());
    data.extend(name(host));
    record("_vlmcs._tcp.contoso.com", SRV, &data)
}

pub(crate) fn address(host: &str) -> Vec<u8> {
    record(host, A, &[192, 0, 2, 1])
}

/// A message that answers the request for a zone, or has no question.
pub(crate) fn message(id: u16, flags: u16, zone: Option<&str>, answers: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = Vec::new();
    octets.extend(id.to_be_bytes());
    octets.extend(flags.to_be_bytes());
    octets.extend(u16::from(zone.is_some()).to_be_bytes());
    octets.extend(u16::try_from(answers.len()).unwrap().to_be_bytes());
    octets.extend([0; 4]);
    if let Some(zone) = zone {
        octets.extend(name(zone));
        octets.extend(AXFR.to_be_bytes());
        octets.extend([0, 1]);
    }
    octets.extend(answers.concat());
    octets
}

/// Plans with a transfer from such a server; gives what is there to see, with `PORT` for the port.
pub(crate) fn plan(play: impl FnOnce(&mut Peer) + Send + 'static) -> Run {
    plan_with(&Folder::new(), "", play)
}

/// The same in a folder and with more arguments.
pub(crate) fn plan_with(
    folder: &Folder,
    more: &str,
    play: impl FnOnce(&mut Peer) + Send + 'static,
) -> Run {
    let port = start("127.0.0.1", play);
    folder.write("kms.toml", TOPOLOGY);
    let mut run = folder.run(&format!(
        "plan kms.toml axfr://127.0.0.1:{port}/contoso.com {more}"
    ));
    run.stderr = run.stderr.replace(&port.to_string(), "PORT");
    run
}
