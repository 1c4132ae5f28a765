//! Questions to live servers, `dns://`: what comes of every way in which a server can answer, or not.

#[path = "support/dns_server.rs"]
mod dns_server;
mod support;

use dns_server::{DnsServer, zone};
use support::{Folder, TOPOLOGY};

/// The zone of [`TOPOLOGY`], as it is to be.
const RECORDS: &str = "
_vlmcs._tcp.contoso.com. 3600 SRV 10 75 1688 kms01.contoso.com.
_vlmcs._tcp.contoso.com. 3600 SRV 10 25 1688 kms02.contoso.com.
kms01.contoso.com. 3600 A 192.0.2.1
kms02.contoso.com. 3600 A 192.0.2.2
kms02.contoso.com. 3600 AAAA 2001:db8::2
";

#[test]
fn a_server_is_read_like_a_zone_file() {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    let server = DnsServer::start(zone("contoso.com", RECORDS));
    let run = folder.run(&format!("plan kms.toml {}", server.source()));
    assert_eq!(run.stderr, "");
    println!("{}", run.stdout);
    assert_eq!(run.status, 0);
}
