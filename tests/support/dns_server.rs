//! A DNS server for tests: over UDP and TCP on a loopback address, and a script says what comes back.
//!
//! ```ignore
//! // Honest: authoritative for these records.
//! let server = DnsServer::start(zone("contoso.com", "\
//!     _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 kms01.contoso.com.
//!     kms01.contoso.com. 3600 A 192.0.2.1"));
//! folder.run(&format!("plan kms.toml {}", server.source()));
//!
//! // Not so honest: `number` counts the times that the same question came, from 1.
//! let honest = zone("contoso.com", RECORDS);
//! let server = DnsServer::start(move |query| match query.number {
//!     1 => vec![],                                          // dropped
//!     2 => vec![Reply::to(query).rcode(SERVFAIL).after(50)], // late, in milliseconds
//!     _ => honest(query),
//! });
//! assert_eq!(server.seen().len(), 3);
//! ```

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test program uses a part of it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub const A: u16 = 1;
pub const NS: u16 = 2;
pub const CNAME: u16 = 5;
pub const SOA: u16 = 6;
pub const AAAA: u16 = 28;
pub const SRV: u16 = 33;
pub const DNAME: u16 = 39;
pub const OPT: u16 = 41;

pub const FORMERR: u8 = 1;
pub const SERVFAIL: u8 = 2;
pub const NXDOMAIN: u8 = 3;
pub const NOTIMP: u8 = 4;
pub const REFUSED: u8 = 5;
pub const NOTAUTH: u8 = 9;

/// A question as it came.
#[derive(Debug, Clone)]
pub struct Query {
    /// The message's id.
    pub id: u16,
    /// The name, absolute, in lower case; octets that are no letters, digits, `-` or `_` as `\DDD`.
    pub name: String,
    /// The type's number.
    pub kind: u16,
    /// Whether it came over TCP.
    pub tcp: bool,
    /// The payload size of its OPT record; `None`: it has none.
    pub edns: Option<u16>,
    /// Its RD bit.
    pub recursion_desired: bool,
    /// Who asked.
    pub from: SocketAddr,
    /// How often the same name and type was asked until now, this time included.
    pub number: usize,
    /// How many questions came until now, this one included.
    pub of_all: usize,
    /// The octets of its question section.
    question: Vec<u8>,
}

/// Through which socket an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The one that was asked.
    Asked,
    /// One of the same address and another port.
    OtherPort,
    /// One of another address (127.0.0.2) and the same port, if that is free there.
    OtherAddress,
}

/// What goes back.
#[derive(Debug, Clone)]
pub struct Packet {
    /// The message.
    pub bytes: Vec<u8>,
    /// How long it is held back.
    pub delay: Duration,
    /// Over UDP: from where.
    pub via: Via,
}

impl Packet {
    /// Any octets.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            delay: Duration::ZERO,
            via: Via::Asked,
        }
    }

    /// Held back.
    pub fn after(mut self, milliseconds: u64) -> Self {
        self.delay = Duration::from_millis(milliseconds);
        self
    }

    /// From elsewhere.
    pub fn via(mut self, via: Via) -> Self {
        self.via = via;
        self
    }
}

/// An answer to be.
#[derive(Debug, Clone)]
pub struct Reply {
    id: u16,
    question: Vec<u8>,
    flags: u16,
    /// Answer, authority, additional: records on the wire.
    sections: [Vec<Vec<u8>>; 3],
}

/// The sections of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Section {
    Answer,
    Authority,
    Additional,
}

const QR: u16 = 0x8000;
const AA: u16 = 0x0400;
const TC: u16 = 0x0200;
const RD: u16 = 0x0100;
const RA: u16 = 0x0080;

impl Reply {
    /// An authoritative answer without records; RCODE 0.
    pub fn to(query: &Query) -> Self {
        let rd = if query.recursion_desired { RD } else { 0 };
        Self {
            id: query.id,
            question: query.question.clone(),
            flags: QR | AA | rd,
            sections: Default::default(),
        }
    }

    /// With another RCODE.
    pub fn rcode(mut self, code: u8) -> Self {
        self.flags = self.flags & !0xf | u16::from(code);
        self
    }

    /// As a resolver answers: RA set, AA clear.
    pub fn resolver(mut self) -> Self {
        self.flags = self.flags & !AA | RA;
        self
    }

    /// With AA clear.
    pub fn not_authoritative(mut self) -> Self {
        self.flags &= !AA;
        self
    }

    /// With TC set.
    pub fn truncated(mut self) -> Self {
        self.flags |= TC;
        self
    }

    /// As a question, not as an answer.
    pub fn not_a_response(mut self) -> Self {
        self.flags &= !QR;
        self
    }

    /// With an id that was not asked with.
    pub fn wrong_id(mut self) -> Self {
        self.id = self.id.wrapping_add(1);
        self
    }

    /// With another question.
    pub fn question(mut self, name: &str, kind: u16) -> Self {
        self.question = wire_name(name);
        self.question.extend(kind.to_be_bytes());
        self.question.extend(1_u16.to_be_bytes());
        self
    }

    /// With a record of any data.
    pub fn record(
        mut self,
        section: Section,
        owner: &str,
        ttl: u32,
        kind: u16,
        data: &[u8],
    ) -> Self {
        let mut record = wire_name(owner);
        record.extend(kind.to_be_bytes());
        record.extend(1_u16.to_be_bytes());
        record.extend(ttl.to_be_bytes());
        record.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        record.extend(data);
        self.sections[section as usize].push(record);
        self
    }

    /// With a record in presentation form, `OWNER TTL TYPE DATA`, names absolute. Types: A, AAAA, CNAME, DNAME, NS,
    /// SOA, SRV.
    pub fn with(self, section: Section, record: &str) -> Self {
        let record = Record::parse(record);
        self.record(
            section,
            &record.owner,
            record.ttl,
            record.kind,
            &record.data,
        )
    }

    /// With a record in the answer section.
    pub fn answer(self, record: &str) -> Self {
        self.with(Section::Answer, record)
    }

    /// With a record in the authority section.
    pub fn authority(self, record: &str) -> Self {
        self.with(Section::Authority, record)
    }

    /// With a record in the additional section.
    pub fn additional(self, record: &str) -> Self {
        self.with(Section::Additional, record)
    }

    /// Its octets.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.id.to_be_bytes());
        bytes.extend(self.flags.to_be_bytes());
        bytes.extend(1_u16.to_be_bytes());
        for section in &self.sections {
            bytes.extend(u16::try_from(section.len()).unwrap().to_be_bytes());
        }
        bytes.extend(&self.question);
        for record in self.sections.iter().flatten() {
            bytes.extend(record);
        }
        bytes
    }

    /// At once.
    pub fn now(&self) -> Packet {
        Packet::raw(self.bytes())
    }

    /// Held back.
    pub fn after(&self, milliseconds: u64) -> Packet {
        self.now().after(milliseconds)
    }
}

/// A record on the wire.
#[derive(Debug, Clone)]
struct Record {
    owner: String,
    ttl: u32,
    kind: u16,
    data: Vec<u8>,
    /// Where an alias leads.
    target: Option<String>,
}

impl Record {
    fn parse(text: &str) -> Self {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let [owner, ttl, kind, data @ ..] = fields.as_slice() else {
            panic!("{text}")
        };
        let number = |at: usize| data[at].parse::<u16>().unwrap().to_be_bytes();
        let long = |at: usize| data[at].parse::<u32>().unwrap().to_be_bytes();
        let (kind, octets) = match *kind {
            "A" => (A, data[0].parse::<Ipv4Addr>().unwrap().octets().to_vec()),
            "AAAA" => (AAAA, data[0].parse::<Ipv6Addr>().unwrap().octets().to_vec()),
            "CNAME" => (CNAME, wire_name(data[0])),
            "DNAME" => (DNAME, wire_name(data[0])),
            "NS" => (NS, wire_name(data[0])),
            "SRV" => {
                let mut octets = [number(0), number(1), number(2)].concat();
                octets.extend(wire_name(data[3]));
                (SRV, octets)
            }
            "SOA" => {
                let mut octets = wire_name(data[0]);
                octets.extend(wire_name(data[1]));
                for at in 2..7 {
                    octets.extend(long(at));
                }
                (SOA, octets)
            }
            _ => panic!("{text}"),
        };
        Self {
            owner: (*owner).to_owned(),
            ttl: ttl.parse().unwrap(),
            kind,
            data: octets,
            target: (kind == CNAME).then(|| data[0].to_ascii_lowercase()),
        }
    }
}

/// A name on the wire: from presentation form with `\DDD` and `\X`, always absolute.
pub fn wire_name(text: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    let mut label = Vec::new();
    let mut octets = text.trim_end_matches('.').bytes().peekable();
    let close = |label: &mut Vec<u8>, wire: &mut Vec<u8>| {
        if !label.is_empty() {
            wire.push(u8::try_from(label.len()).unwrap());
            wire.append(label);
        }
    };
    while let Some(octet) = octets.next() {
        match octet {
            b'.' => close(&mut label, &mut wire),
            b'\\' => {
                let first = octets.next().unwrap();
                if first.is_ascii_digit() {
                    let rest = [octets.next().unwrap(), octets.next().unwrap()];
                    let number = [first, rest[0], rest[1]]
                        .iter()
                        .fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
                    label.push(u8::try_from(number).unwrap());
                } else {
                    label.push(first);
                }
            }
            octet => label.push(octet),
        }
    }
    close(&mut label, &mut wire);
    wire.push(0);
    wire
}

/// A name without compression, in presentation form; and how long it is.
fn read_name(wire: &[u8]) -> Option<(String, usize)> {
    use std::fmt::Write as _;
    let (mut text, mut at) = (String::new(), 0);
    loop {
        let length = usize::from(*wire.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        for octet in wire.get(at..at + length)? {
            match octet.to_ascii_lowercase() {
                octet if octet.is_ascii_alphanumeric() || b"-_".contains(&octet) => {
                    text.push(char::from(octet));
                }
                octet => write!(text, "\\{octet:03}").unwrap(),
            }
        }
        text.push('.');
        at += length;
    }
    if text.is_empty() {
        text.push('.');
    }
    Some((text, at))
}

fn read_query(message: &[u8], tcp: bool, from: SocketAddr) -> Option<Query> {
    let number = |at: usize| {
        Some(u16::from_be_bytes([
            *message.get(at)?,
            *message.get(at + 1)?,
        ]))
    };
    let (name, length) = read_name(message.get(12..)?)?;
    let end = 12 + length + 4;
    let additional = number(10)?;
    let edns = (additional == 1 && number(end + 1)? == OPT).then(|| number(end + 3));
    Some(Query {
        id: number(0)?,
        name,
        kind: number(12 + length)?,
        tcp,
        edns: edns.flatten(),
        recursion_desired: number(2)? & RD != 0,
        from,
        number: 0,
        of_all: 0,
        question: message.get(12..end)?.to_vec(),
    })
}

/// Answers with authority from the records of a zone, a line each as [`Reply::with`] takes them; its SOA record is
/// made up where none is given. Follows CNAME records within the zone; knows no delegation and no wildcard. Over UDP
/// truncates what the asker cannot take.
pub fn zone(apex: &str, records: &str) -> impl Fn(&Query) -> Vec<Packet> + Send + Sync + use<> {
    let apex = format!("{}.", apex.trim_end_matches('.'));
    let mut sets: BTreeMap<(String, u16), Vec<Record>> = BTreeMap::new();
    let mut names = BTreeSet::new();
    let soa = format!("{apex} 3600 SOA ns1.{apex} hostmaster.{apex} 1 900 600 86400 3600");
    let lines = records.lines().filter(|line| !line.trim().is_empty());
    let given = records.contains(" SOA ");
    for line in lines.chain((!given).then_some(soa.as_str())) {
        let record = Record::parse(line);
        let owner = record.owner.to_ascii_lowercase();
        let mut rest = owner.as_str();
        while let Some((_, above)) = rest.split_once('.') {
            names.insert(rest.to_owned());
            rest = above;
        }
        sets.entry((owner, record.kind)).or_default().push(record);
    }
    move |query| {
        if query.name != apex && !query.name.ends_with(&format!(".{apex}")) {
            return vec![Reply::to(query).not_authoritative().rcode(REFUSED).now()];
        }
        let mut reply = Reply::to(query);
        let mut name = query.name.clone();
        let add = |reply: Reply, section: Section, record: &Record| {
            let Record {
                owner,
                ttl,
                kind,
                data,
                ..
            } = record;
            reply.record(section, owner, *ttl, *kind, data)
        };
        loop {
            if let Some(set) = sets.get(&(name.clone(), query.kind)) {
                reply = set
                    .iter()
                    .fold(reply, |reply, record| add(reply, Section::Answer, record));
                break;
            }
            if let Some(set) = sets.get(&(name.clone(), CNAME)) {
                reply = add(reply, Section::Answer, &set[0]);
                name = set[0].target.clone().unwrap();
                continue;
            }
            if !names.contains(&name) {
                reply = reply.rcode(NXDOMAIN);
            }
            let soa = &sets[&(apex.clone(), SOA)][0];
            reply = add(reply, Section::Authority, soa);
            break;
        }
        let limit = usize::from(query.edns.unwrap_or(512));
        if !query.tcp && reply.bytes().len() > limit {
            reply.sections = Default::default();
            reply = reply.truncated();
        }
        vec![reply.now()]
    }
}

type Script = dyn Fn(&Query) -> Vec<Packet> + Send + Sync;

/// A running server; it ends with this value.
pub struct DnsServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    script: Box<Script>,
    seen: Mutex<Vec<Query>>,
    counts: Mutex<BTreeMap<(String, u16), usize>>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    over: AtomicBool,
}

impl DnsServer {
    /// Starts one on a free port of 127.0.0.1, UDP and TCP.
    pub fn start(script: impl Fn(&Query) -> Vec<Packet> + Send + Sync + 'static) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), true, script)
    }

    /// Starts one that does not listen on TCP.
    pub fn without_tcp(script: impl Fn(&Query) -> Vec<Packet> + Send + Sync + 'static) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), false, script)
    }

    /// Starts one on a free port of this loopback address.
    pub fn start_at(
        address: IpAddr,
        tcp: bool,
        script: impl Fn(&Query) -> Vec<Packet> + Send + Sync + 'static,
    ) -> Self {
        // Other tests take ports meanwhile: one that is free for both.
        let (listener, socket) = loop {
            let listener = TcpListener::bind((address, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            if let Ok(socket) = UdpSocket::bind((address, port)) {
                break (listener, socket);
            }
        };
        let at = socket.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            seen: Mutex::default(),
            counts: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let mut threads = Vec::new();
        let clone = Arc::clone(&shared);
        threads.push(thread::spawn(move || clone.serve_udp(socket)));
        if tcp {
            let clone = Arc::clone(&shared);
            threads.push(thread::spawn(move || clone.serve_tcp(&listener)));
        }
        Self {
            address: at,
            shared,
            threads,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// It as a source: `dns://127.0.0.1:PORT`.
    pub fn source(&self) -> String {
        format!("dns://{}", self.address)
    }

    /// The questions that came, in order.
    pub fn seen(&self) -> Vec<Query> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// The most questions that were held at one moment: come, and not yet answered. One that is never answered does
    /// not count.
    pub fn most_in_flight(&self) -> usize {
        self.shared.most_in_flight.load(Ordering::SeqCst)
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the one that waits for connections; the other looks by itself.
        let _ = TcpStream::connect(self.address);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Notes a question and asks the script.
    fn take(&self, mut query: Query) -> Vec<Packet> {
        {
            let mut counts = self.counts.lock().unwrap();
            let count = counts.entry((query.name.clone(), query.kind)).or_default();
            *count += 1;
            query.number = *count;
        }
        {
            let mut seen = self.seen.lock().unwrap();
            query.of_all = seen.len() + 1;
            seen.push(query.clone());
        }
        let packets = (self.script)(&query);
        if !packets.is_empty() {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        }
        packets
    }

    /// A question is answered by its last packet.
    fn answered(&self, last: bool) {
        if last {
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn serve_udp(self: &Arc<Self>, socket: UdpSocket) {
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let at = socket.local_addr().unwrap();
        let socket = Arc::new(socket);
        let mut buffer = [0; 4096];
        while !self.over.load(Ordering::SeqCst) {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                continue;
            };
            let Some(query) = read_query(&buffer[..length], false, from) else {
                continue;
            };
            let packets = self.take(query);
            let count = packets.len();
            for (index, packet) in packets.into_iter().enumerate() {
                let last = index + 1 == count;
                let (shared, socket) = (Arc::clone(self), Arc::clone(&socket));
                let delay = packet.delay;
                let send = move || {
                    shared.answered(last);
                    let _ = match packet.via {
                        Via::Asked => socket.send_to(&packet.bytes, from),
                        Via::OtherPort => UdpSocket::bind((at.ip(), 0))
                            .unwrap()
                            .send_to(&packet.bytes, from),
                        Via::OtherAddress => UdpSocket::bind(("127.0.0.2", at.port()))
                            .unwrap()
                            .send_to(&packet.bytes, from),
                    };
                };
                if delay.is_zero() {
                    send();
                } else {
                    thread::spawn(move || {
                        thread::sleep(delay);
                        send();
                    });
                }
            }
        }
    }

    fn serve_tcp(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            if let Ok(stream) = stream {
                let shared = Arc::clone(self);
                thread::spawn(move || {
                    let _ = shared.serve_connection(stream);
                });
            }
        }
    }

    /// Answers the questions of a connection, one after the other. A script that gives nothing closes it.
    fn serve_connection(&self, mut stream: TcpStream) -> io::Result<()> {
        let from = stream.peer_addr()?;
        loop {
            let mut length = [0; 2];
            stream.read_exact(&mut length)?;
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut message)?;
            let Some(query) = read_query(&message, true, from) else {
                return Ok(());
            };
            let packets = self.take(query);
            if packets.is_empty() {
                return Ok(());
            }
            let count = packets.len();
            for (index, packet) in packets.into_iter().enumerate() {
                thread::sleep(packet.delay);
                self.answered(index + 1 == count);
                let length = u16::try_from(packet.bytes.len()).unwrap().to_be_bytes();
                stream.write_all(&[&length, packet.bytes.as_slice()].concat())?;
            }
        }
    }
}
