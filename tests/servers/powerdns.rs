//! `PowerDNS` with its backend for `SQLite`.

use crate::case::Case;
use crate::round::carry_out;
use crate::server::{KEY, SECRET, Server, free_port, program};
use crate::support::{Folder, tools};

/// Where Debian's package keeps the tables.
const SCHEMA: &str = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";

fn run(folder: &Folder, line: &str) {
    let run = folder.shell(line);
    assert_eq!(run.status, 0, "{line}\n{run:?}");
}

pub(crate) fn start(folder: &Folder, cases: &[Case]) -> Server {
    let port = free_port();
    let place = folder.path().display();
    folder.write(
        "pdns.conf",
        format!(
            "local-address=127.0.0.1\nlocal-port={port}\nsocket-dir={place}\ndaemon=no\nguardian=no\n\
             launch=gsqlite3\ngsqlite3-database={place}/zones.db\ngsqlite3-dnssec=yes\n\
             dnsupdate=yes\nallow-dnsupdate-from=127.0.0.0/8\nallow-axfr-ips=127.0.0.1\n\
             cache-ttl=0\nquery-cache-ttl=0\nnegquery-cache-ttl=0\n\
             zone-cache-refresh-interval=0\nzone-metadata-cache-ttl=0\n"
        ),
    );
    run(folder, &format!("sqlite3 zones.db < {SCHEMA}"));
    run(
        folder,
        &format!("pdnsutil --config-dir=. import-tsig-key {KEY} hmac-sha256 {SECRET}"),
    );
    for case in cases {
        let apex = &case.apex;
        folder.write(apex, case.file());
        run(
            folder,
            &format!("pdnsutil --config-dir=. load-zone {apex} {apex}"),
        );
        run(
            folder,
            &format!("pdnsutil --config-dir=. set-meta {apex} TSIG-ALLOW-DNSUPDATE {KEY}"),
        );
    }
    let zones = cases.iter().map(|case| case.apex.clone());
    Server::start(
        folder,
        port,
        &program("pdns_server"),
        &["--config-dir=."],
        zones,
    )
}

#[test]
fn powerdns_does_what_plans_say() {
    carry_out(
        "powerdns_does_what_plans_say",
        "PowerDNS",
        &["pdns_server", "pdnsutil", "sqlite3", "nsupdate", "dig"],
        tools::cases(12).div_ceil(3),
        start,
    );
}
