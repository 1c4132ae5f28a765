//! The largest record set that one message holds.

use std::fmt::Write as _;

use crate::bind::start_configured;
use crate::bundle::Bundle;
use crate::server::KEY;
use crate::support::{Folder, tools};

const ZONE: &str = "\
contoso.com. 60 IN SOA ns1.contoso.com. hostmaster.contoso.com. 1 900 600 86400 3600
contoso.com. 60 IN NS ns1.contoso.com.
ns1.contoso.com. 60 IN A 192.0.2.1
";

/// So many hosts, where none has a record yet. A record takes 62 octets in a message, and the way back holds each twice.
fn topology(hosts: usize) -> String {
    let mut text =
        "[kms]\ndomains = [\"contoso.com\"]\n\n[[zone]]\nname = \"contoso.com\"\nkind = \"bind\"\n\
                    server = \"127.0.0.1\"\n"
            .to_owned();
    for host in 0..hosts {
        let _ = write!(
            text,
            "\n[[host]]\nname = \"kms{host:04}.contoso.com\"\nos = \"other\"\n"
        );
    }
    text
}

#[test]
fn a_message_is_as_large_as_bind_takes_it_or_not_written() {
    let test = "a_message_is_as_large_as_bind_takes_it_or_not_written";
    if !["named", "nsupdate", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let folder = Folder::new();
    folder.write("zone", ZONE);
    // BIND takes 100 records of a type at a name where nobody tells it to take more (seen on 9.18.49).
    let config = format!(
        "zone \"contoso.com\" {{ type primary; file \"zone\"; max-records-per-type 0; update-policy {{ grant {KEY} zonesub ANY; }}; }};\n"
    );
    let (server, _) = start_configured(&folder, &config, ["contoso.com".to_owned()]);
    let bundle = Bundle::of_updates(&topology(520), ZONE);
    let [script] = bundle.apply.as_slice() else {
        panic!("{:?}", bundle.apply)
    };
    let said = bundle.update(&server, script);
    assert!(said.done, "{}", said.text);
    let records = server.zone("contoso.com").records;
    assert_eq!(
        records.iter().filter(|record| record.kind == "SRV").count(),
        520
    );
    let said = bundle.update(&server, &bundle.rollback[0]);
    assert!(said.done, "{}", said.text);

    let folder = Folder::new();
    folder.write("kms.toml", topology(530));
    folder.write("zone.txt", ZONE);
    let run = folder.run("bundle kms.toml zone.txt --output bundle --allow target-without-address --allow below-min-live-hosts");
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains(
            "No dynamic update is written for _vlmcs._tcp.contoso.com.: with its whole record set as prerequisite \
             the message would be longer than 65535 octets."
        ),
        "{}",
        run.stderr
    );
    assert_eq!(folder.names(), ["kms.toml", "zone.txt"]);
}
