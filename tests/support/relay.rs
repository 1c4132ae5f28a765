//! A UDP relay on loopback that is as slow as a way of so many milliseconds.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a thread looks whether the relay has ended.
const TICK: Duration = Duration::from_millis(50);

/// The largest datagram.
const DATAGRAM: usize = 65_535;

/// Relays what comes to its port to a server, and the answers back, each after the delay. It ends with this value.
pub(crate) struct Relay {
    /// Its port on 127.0.0.1.
    pub(crate) port: u16,
    /// Datagrams that clients sent.
    pub(crate) questions: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Who asked, and under which id: by the id that the relay asks under.
type Asked = Arc<Mutex<Vec<Option<(SocketAddr, [u8; 2])>>>>;

type Late = (Instant, SocketAddr, Vec<u8>);

impl Relay {
    /// Starts a relay to the server on a port of 127.0.0.1.
    pub(crate) fn start(server: u16, delay: Duration) -> Self {
        let front = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        let back = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        let port = front.local_addr().unwrap().port();
        let server = SocketAddr::from(([127, 0, 0, 1], server));
        let over = Arc::new(AtomicBool::new(false));
        let questions = Arc::new(AtomicUsize::new(0));
        let asked: Asked = Arc::new(Mutex::new(vec![None; 1 << 16]));
        for socket in [&front, &back] {
            socket.set_read_timeout(Some(TICK)).unwrap();
        }
        let (there, to_server) = channel();
        let (home, to_clients) = channel();
        let threads = vec![
            {
                let (asked, questions) = (Arc::clone(&asked), Arc::clone(&questions));
                let mut next: u16 = 0;
                receive(&front, &over, there, delay, move |from, data| {
                    let id = data.first_chunk::<2>().copied()?;
                    questions.fetch_add(1, Ordering::Relaxed);
                    next = next.wrapping_add(1);
                    asked.lock().unwrap()[usize::from(next)] = Some((from, id));
                    data[..2].copy_from_slice(&next.to_be_bytes());
                    Some(server)
                })
            },
            {
                let asked = Arc::clone(&asked);
                receive(&back, &over, home, delay, move |_, data| {
                    let id = u16::from_be_bytes(data.first_chunk::<2>().copied()?);
                    let (client, theirs) = asked.lock().unwrap()[usize::from(id)].take()?;
                    data[..2].copy_from_slice(&theirs);
                    Some(client)
                })
            },
            send(back.try_clone().unwrap(), to_server),
            send(front.try_clone().unwrap(), to_clients),
        ];
        Self {
            port,
            questions,
            over,
            threads,
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Takes datagrams in until the relay ends; `turn` gives each its way.
fn receive(
    socket: &UdpSocket,
    over: &Arc<AtomicBool>,
    late: Sender<Late>,
    delay: Duration,
    mut turn: impl FnMut(SocketAddr, &mut [u8]) -> Option<SocketAddr> + Send + 'static,
) -> JoinHandle<()> {
    let socket = socket.try_clone().unwrap();
    let over = Arc::clone(over);
    std::thread::spawn(move || {
        let mut buffer = vec![0; DATAGRAM];
        while !over.load(Ordering::Relaxed) {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                continue;
            };
            let data = &mut buffer[..length];
            if let Some(to) = turn(from, data) {
                let _ = late.send((Instant::now() + delay, to, data.to_vec()));
            }
        }
    })
}

/// Sends each datagram when its time has come, until nobody takes any in.
fn send(socket: UdpSocket, late: Receiver<Late>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for (due, to, data) in late {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let _ = socket.send_to(&data, to);
        }
    })
}
