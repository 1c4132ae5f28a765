//! What servers say against signatures, made up; real ones sign in `tests/servers`.

use crate::rogue::{Peer, TSIG, name, plan_with};
use crate::support::Folder;

pub(crate) const KEY: &str = "key \"kmsplan\" { algorithm hmac-sha256; secret \"a21zcGxhbiB0ZXN0cyBvbiBsb29wYmFjaw==\"; };\n";

/// A refusal with a TSIG record that has this error, no signature, and the server's time if it is off by so much.
fn refusal(peer: &mut Peer, error: u16, off: Option<i64>) {
    let mut octets = peer.id.to_be_bytes().to_vec();
    octets.extend([0x80, 9, 0, 0, 0, 0, 0, 0, 0, 1]);
    octets.extend(name("kmsplan"));
    octets.extend(TSIG.to_be_bytes());
    octets.extend([0, 255, 0, 0, 0, 0]);
    // That of the request: after its algorithm's name.
    let algorithm = name("hmac-sha256");
    let length = algorithm.len();
    let at = peer
        .request
        .windows(length)
        .position(|part| part == algorithm);
    let signed = &peer.request[at.unwrap() + length..][..6];
    let mut data = algorithm;
    data.extend(signed);
    data.extend(300_u16.to_be_bytes());
    data.extend([0, 0]);
    data.extend(peer.id.to_be_bytes());
    data.extend(error.to_be_bytes());
    match off {
        Some(off) => {
            let mut time = [0; 8];
            time[2..].copy_from_slice(signed);
            let time = i64::from_be_bytes(time) + off;
            data.extend([0, 6]);
            data.extend(&time.to_be_bytes()[2..]);
        }
        None => data.extend([0, 0]),
    }
    octets.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    octets.extend(data);
    peer.send(&octets);
}

fn fails(message: &str, help: &str, play: impl FnOnce(&mut Peer) + Send + 'static) {
    let folder = Folder::new();
    folder.write("xfr.key", KEY);
    let run = plan_with(&folder, "--tsig-key xfr.key", play);
    assert_eq!(
        run.stderr,
        format!("error: `axfr://127.0.0.1:PORT/contoso.com`: {message}\n  = help: {help}\n")
    );
    assert_eq!(run.status, 1);
}

#[test]
fn errors_of_signatures() {
    fails(
        "the server's clock is 3600 seconds ahead of this machine's, so it does not accept the signature (BADTIME)",
        "set the clock that is wrong",
        |peer| refusal(peer, 18, Some(3600)),
    );
    fails(
        "the server's clock is 301 seconds behind this machine's, so it does not accept the signature (BADTIME)",
        "set the clock that is wrong",
        |peer| refusal(peer, 18, Some(-301)),
    );
    fails(
        "the server's clock differs from this machine's, so it does not accept the signature (BADTIME)",
        "set the clock that is wrong",
        |peer| refusal(peer, 18, None),
    );
    fails(
        "the server wants longer signatures (BADTRUNC)",
        "look into the server's log",
        |peer| refusal(peer, 22, None),
    );
    fails(
        "the server does not accept the signature (TSIG error 99)",
        "look into the server's log",
        |peer| refusal(peer, 99, None),
    );
    fails(
        "the server refuses to transfer contoso.com (REFUSED)",
        "let the server transfer the zone to this machine (`allow-transfer` in BIND, `provide-xfr` in NSD, an `acl` with \
         `action: transfer` in Knot, `allow-axfr-ips` in PowerDNS, the Zone Transfers tab of the zone's properties on a \
         Windows DNS server), or let the key kmsplan do so",
        |peer| {
            let message = crate::rogue::message(peer.id, 0x8005, None, &[]);
            peer.send(&message);
        },
    );
    fails(
        "the server does not understand the request (FORMERR)",
        "try without --tsig-key, or ask another server of the zone",
        |peer| {
            let message = crate::rogue::message(peer.id, 0x8001, None, &[]);
            peer.send(&message);
        },
    );
    fails(
        "the request was signed, the answer is not",
        "ask a server that knows the key, or leave --tsig-key out where the zone needs none",
        |peer| peer.answer(&[crate::rogue::soa(1), crate::rogue::soa(1)]),
    );
}

#[test]
fn a_key_file_that_is_none_does_not_show_its_secret() {
    let folder = Folder::new();
    folder.write("kms.toml", crate::support::TOPOLOGY);
    folder.write("xfr.key", KEY.replace("sha256", "md5"));
    let run = folder.run("plan kms.toml axfr://127.0.0.1:1/contoso.com --tsig-key xfr.key");
    assert_eq!(
        run.stderr,
        "\
error: this algorithm is none of hmac-sha256, hmac-sha384 and hmac-sha512
 --> xfr.key:1:27
  |
1 | key \"kmsplan\" { algorithm hmac-md5; secret **************************************; };
  |                           ^^^^^^^^
  |
  = help: make a key with `tsig-keygen -a hmac-sha256 NAME` and give it to the server too
"
    );
    assert_eq!(run.status, 1);
}
