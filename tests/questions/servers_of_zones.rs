//! The servers of a zone, and connections to hosts.

use std::net::{SocketAddr, TcpListener};

use kmsplan::presentation;
use kmsplan::snapshot::live::{self, Outcome, Server, authorities, probe};

use crate::dns_server::{DnsServer, Reply, zone};
use crate::{name, patient};

fn servers(server: &DnsServer, zone: &str) -> Result<Vec<(String, Vec<String>)>, live::Unanswered> {
    let server = Server::parse(&server.address().to_string()).unwrap();
    let found = authorities(&server, &name(zone), &patient())?;
    let told = found.into_iter().map(|authority| {
        let addresses = authority.addresses.iter().map(ToString::to_string);
        (presentation::plain(&authority.name), addresses.collect())
    });
    Ok(told.collect())
}

#[test]
fn the_servers_of_a_zone() {
    let text = "
contoso.com. 60 NS ns2.contoso.com.
contoso.com. 60 NS ns1.contoso.com.
ns1.contoso.com. 60 A 192.0.2.1
ns2.contoso.com. 60 A 192.0.2.2
ns2.contoso.com. 60 AAAA 2001:db8::2
";
    let expected = [
        ("ns1.contoso.com".to_owned(), vec!["192.0.2.1".to_owned()]),
        (
            "ns2.contoso.com".to_owned(),
            vec!["192.0.2.2".to_owned(), "2001:db8::2".to_owned()],
        ),
    ];
    let server = DnsServer::start(zone("contoso.com", text));
    assert_eq!(servers(&server, "contoso.com").unwrap(), expected);
    // What stands beside the answer is not asked for.
    let server = DnsServer::start(|query| {
        let reply = Reply::to(query)
            .answer("contoso.com. 60 NS ns2.contoso.com.")
            .answer("contoso.com. 60 NS ns1.contoso.com.")
            .additional("ns1.contoso.com. 60 A 192.0.2.1")
            .additional("ns2.contoso.com. 60 AAAA 2001:db8::2")
            .additional("ns2.contoso.com. 60 A 192.0.2.2")
            .additional("rogue.contoso.com. 60 A 192.0.2.66");
        vec![reply.now()]
    });
    assert_eq!(servers(&server, "contoso.com").unwrap(), expected);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_server_that_knows_no_such_zone() {
    let server = DnsServer::start(zone("contoso.com", ""));
    let message = |zone: &str| {
        let unanswered = servers(&server, zone).unwrap_err();
        unanswered
            .message
            .replace(&server.address().to_string(), "SERVER")
    };
    assert_eq!(
        message("emea.contoso.com"),
        "SERVER knows no zone there: emea.contoso.com. NS has no records"
    );
    assert_eq!(
        message("fabrikam.com"),
        "SERVER refuses to answer fabrikam.com. NS (REFUSED)"
    );
}

#[test]
fn connections() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = listener.local_addr().unwrap();
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    // Without a way: the address of no network.
    let nowhere: SocketAddr = "[100::1]:1688".parse().unwrap();
    let outcomes = probe(&[closed, open, nowhere, open], &patient());
    assert_eq!(outcomes[..2], [Outcome::Refused, Outcome::Accepted]);
    assert!(matches!(
        outcomes[2],
        Outcome::Unreachable | Outcome::Timeout
    ));
    assert_eq!(outcomes[3], Outcome::Accepted);
    // Nothing is sent, and the connection is closed.
    let (mut stream, _) = listener.accept().unwrap();
    let mut sent = Vec::new();
    std::io::Read::read_to_end(&mut stream, &mut sent).unwrap();
    assert!(sent.is_empty());
    assert_eq!(probe(&[], &patient()), []);
}
