//! A million records and a reader that does not keep up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kmsplan::snapshot::live::{self, Progress, Watch};
use kmsplan::snapshot::{Options, Snapshot};

use crate::rogue::{Peer, message, soa, srv, start};

/// So many records are between the SOA records.
const RECORDS: usize = 1_050_010;

fn play(peer: &mut Peer) {
    peer.answer(&[soa(1), srv("kms01.contoso.com", 75)]);
    let mut sent = 1;
    while sent < RECORDS {
        let many = (RECORDS - sent).min(2000);
        let mut octets = message(peer.id, 0x8400, Some("contoso.com"), &[]);
        octets[6..8].copy_from_slice(&u16::try_from(many).unwrap().to_be_bytes());
        for number in sent..sent + many {
            // `h123.contoso.com`, its end a pointer to the question.
            let label = format!("h{number}");
            octets.push(u8::try_from(label.len()).unwrap());
            octets.extend(label.as_bytes());
            octets.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 192, 0, 2, 1]);
        }
        peer.send(&octets);
        sent += many;
    }
    peer.answer(&[soa(1)]);
}

#[test]
fn a_slow_reader_gets_every_record() {
    let port = start("127.0.0.1", play);
    let told = Arc::new(AtomicUsize::new(0));
    let watch = Watch::new({
        let told = Arc::clone(&told);
        move |progress| {
            if let Progress::Records(records) = progress {
                assert!(records > told.swap(records, Ordering::Relaxed));
                // The server has long filled all buffers on the way by then.
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    });
    let options = Options {
        live: live::Options {
            watch,
            ..live::Options::default()
        },
        ..Options::default()
    };
    let source = format!("axfr://127.0.0.1:{port}/contoso.com");
    let snapshot = Snapshot::read(&[source], &options).unwrap();
    assert_eq!(snapshot.sources[0].why, "1050012 records were transferred");
    assert!(told.load(Ordering::Relaxed) > 1_000_000);
    assert_eq!(snapshot.zones[0].kms.len(), 1);
}
