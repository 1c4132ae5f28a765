//! Servers whose answers never end. What else a server may do wrong is tested in `tests/transfers` and
//! `tests/questions`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use kmsplan::snapshot::live::{self, Patience};
use kmsplan::snapshot::{Options, Snapshot};

use crate::rig::{bash, workplace};

/// The start of each answer: the SOA record of contoso.com in a message after its length.
fn start(id: [u8; 2]) -> Vec<u8> {
    let name = b"\x07contoso\x03com\0";
    let data = [&name[..], &name[..], &[0; 20]].concat();
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    let record = [&name[..], &[0, 6, 0, 1, 0, 0, 14, 16], &length, &data].concat();
    let message = [&id[..], &[0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0], &record].concat();
    let length = u16::try_from(message.len()).unwrap().to_be_bytes();
    [&length[..], &message].concat()
}

/// A server that takes one request over TCP and does this with the connection and the request's id.
fn server(play: impl FnOnce(TcpStream, [u8; 2]) + Send + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4];
        stream.read_exact(&mut request).unwrap();
        play(stream, [request[2], request[3]]);
    });
    port
}

#[test]
fn a_transfer_that_drips() {
    let port = server(|mut stream, id| {
        let mut octets = start(id).into_iter().chain(std::iter::repeat(0));
        while stream.write_all(&[octets.next().unwrap()]).is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let options = Options {
        live: live::Options {
            patience: Patience {
                silence: Duration::from_millis(200),
                ..Patience::default()
            },
            ..live::Options::default()
        },
        ..Options::default()
    };
    let source = format!("axfr://127.0.0.1:{port}/contoso.com");
    let faults = Snapshot::read(std::slice::from_ref(&source), &options).unwrap_err();
    let start = format!("`{source}`: it comes too slowly, and was given up after 0 records");
    assert!(faults.to_string().starts_with(&start), "{faults}");
}

#[test]
fn a_transfer_without_end_takes_no_more_memory_than_it_may() {
    let port = server(|mut stream, id| {
        let name = b"\x07contoso\x03com\0";
        let record = [&name[..], &[0, 16, 0, 1, 0, 0, 0, 0, 0, 1, 0]].concat();
        let mut message = [&id[..], &[0x84, 0, 0, 0, 7, 0xd0, 0, 0, 0, 0]].concat();
        message.extend(record.repeat(2000));
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        let more = [&length[..], &message].concat();
        let _ = stream.write_all(&start(id));
        while stream.write_all(&more).is_ok() {}
    });
    let folder = workplace();
    let run = bash(
        &folder,
        &format!(
            "prlimit --data=100000000 kmsplan plan kms.toml axfr://127.0.0.1:{port}/contoso.com --max-size 20000000"
        ),
    );
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    let message = format!(
        "error: `axfr://127.0.0.1:{port}/contoso.com`: the transfer is larger than 20000000 bytes: it was given up after "
    );
    assert!(run.stderr.starts_with(&message), "{}", run.stderr);
}
