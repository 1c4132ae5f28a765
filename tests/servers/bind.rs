//! BIND.

use std::fmt::Write as _;

use crate::case::Case;
use crate::round::carry_out;
use crate::server::{KEY, SECRET, Server, free_port, program};
use crate::support::{Folder, tools};

fn start(folder: &Folder, cases: &[Case]) -> Server {
    let port = free_port();
    let mut config = format!(
        "key {KEY} {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n\
         controls {{}};\n\
         options {{\n\
         \x20 directory \"{}\"; pid-file none; session-keyfile none; lock-file none;\n\
         \x20 listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
         \x20 recursion no; dnssec-validation no; notify no; empty-zones-enable no;\n\
         \x20 allow-transfer {{ 127.0.0.1; }};\n\
         }};\n",
        folder.path().display()
    );
    for case in cases {
        let apex = &case.apex;
        folder.write(apex, case.file());
        // BIND refuses targets that are no host names where nobody tells it to take them.
        let check = if case.odd { "check-names ignore; " } else { "" };
        let _ = writeln!(
            config,
            "zone \"{apex}\" {{ type primary; file \"{apex}\"; {check}\
             update-policy {{ grant {KEY} zonesub ANY; }}; }};"
        );
    }
    folder.write("named.conf", config);
    // AppArmor, where it is on, keeps the installed program to its own folders.
    let named = folder.path().join("named");
    std::fs::copy(program("named"), &named).unwrap();
    let zones = cases.iter().map(|case| case.apex.clone());
    Server::start(folder, port, &named, &["-g", "-c", "named.conf"], zones)
}

#[test]
fn bind_does_what_plans_say() {
    carry_out(
        "bind_does_what_plans_say",
        "BIND",
        &["named", "nsupdate", "dig"],
        tools::cases(20),
        start,
    );
}
