//! Knot DNS.

use std::fmt::Write as _;

use crate::case::Case;
use crate::round::carry_out;
use crate::server::{KEY, SECRET, Server, free_port, program};
use crate::support::{Folder, tools};

pub(crate) fn start(folder: &Folder, cases: &[Case]) -> Server {
    let port = free_port();
    let place = folder.path().display();
    let mut config = format!(
        "server:\n  rundir: \"{place}\"\n  listen: 127.0.0.1@{port}\n\
         log:\n  - target: stdout\n    any: info\n\
         database:\n  storage: \"{place}\"\n  journal-db-max-size: 64M\n  kasp-db-max-size: 8M\n  timer-db-max-size: 8M\n\
         key:\n  - id: {KEY}\n    algorithm: hmac-sha256\n    secret: {SECRET}\n\
         acl:\n  - id: update\n    key: {KEY}\n    action: update\n  \
         - id: read\n    address: 127.0.0.1\n    action: transfer\n\
         template:\n  - id: default\n    storage: \"{place}\"\n    file: \"%s\"\n    acl: [update, read]\n\
         zone:\n"
    );
    for case in cases {
        folder.write(&case.apex, case.file());
        let _ = writeln!(config, "  - domain: {}", case.apex);
    }
    folder.write("knot.conf", config);
    let zones = cases.iter().map(|case| case.apex.clone());
    Server::start(folder, port, &program("knotd"), &["-c", "knot.conf"], zones)
}

#[test]
fn knot_does_what_plans_say() {
    carry_out(
        "knot_does_what_plans_say",
        "Knot",
        &["knotd", "nsupdate", "dig"],
        tools::cases(8),
        start,
    );
}
