//! Grants in BIND's configuration.

use crate::bind::start_configured;
use crate::bundle::Bundle;
use crate::support::{Folder, tools};

const TOPOLOGY: &str = "\
[kms]
publishing = \"automatic\"
domains = [\"contoso.com\"]

[[host]]
name = \"kms01.contoso.com\"

[[host]]
name = \"kms02.contoso.com\"

[[zone]]
name = \"contoso.com\"
kind = \"bind\"
server = \"127.0.0.1\"
";

const ZONE: &str = "\
contoso.com. 60 IN SOA ns1.contoso.com. hostmaster.contoso.com. 1 900 600 86400 3600
contoso.com. 60 IN NS ns1.contoso.com.
ns1.contoso.com. 60 IN A 192.0.2.1
kms01.contoso.com. 60 IN A 192.0.2.2
kms02.contoso.com. 60 IN A 192.0.2.3
";

#[test]
fn grants_are_shown_and_seen_in_the_configuration() {
    let test = "grants_are_shown_and_seen_in_the_configuration";
    if !["named", "rndc", "named-checkconf", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let folder = Folder::new();
    folder.write("zone", ZONE);
    let zone = |policy: &str| {
        format!("zone \"Contoso.com\" {{ type primary; file \"zone\"; {policy}}};\n")
    };
    folder.write("zones.conf", zone(""));
    let include = format!(
        "include \"{}\";\n",
        folder.path().join("zones.conf").display()
    );
    let (_server, rndc) = start_configured(&folder, &include, ["contoso.com".to_owned()]);
    let bundle = Bundle::of(TOPOLOGY, "contoso.com", ZONE, |path, _| {
        path.contains("update-policy")
    });
    let [apply, verify, rollback] = [&bundle.apply, &bundle.verify, &bundle.rollback].map(|all| {
        assert_eq!(all.len(), 1, "{all:?}");
        let variables = vec![format!("RNDC={rndc}")];
        let bundle = &bundle;
        move || bundle.env_sh(&variables, &all[0], &[])
    });

    assert!(!verify().done);
    let said = apply();
    assert!(
        !said.done && said.text.contains("Nothing was changed."),
        "{said:?}"
    );
    let grants: Vec<&str> = said
        .text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("grant "))
        .collect();
    assert_eq!(
        grants,
        [
            r#"grant "KMS01\$@CONTOSO.COM" name "_vlmcs._tcp.contoso.com." SRV;"#,
            r#"grant "KMS02\$@CONTOSO.COM" name "_vlmcs._tcp.contoso.com." SRV;"#,
        ]
    );

    // One of them alone is not enough, nor are both in another zone.
    let one = zone(&format!("update-policy {{ {} }};", grants[0]));
    let both = format!("update-policy {{ {} }};", grants.join(" "));
    folder.write(
        "zones.conf",
        format!("{one}zone \"x.contoso.com\" {{ type primary; file \"zone\"; {both} }};\n"),
    );
    assert!(!apply().done);
    // A comment is no grant.
    folder.write("zones.conf", zone(&format!("/* {both} */")));
    assert!(!apply().done);

    folder.write(
        "zones.conf",
        zone(
            &both
                .to_uppercase()
                .replace("UPDATE-POLICY", "update-policy")
                .replace("GRANT", "grant")
                .replace("NAME", "name"),
        ),
    );
    let said = verify();
    assert!(
        !said.done && said.text.contains("rndc reconfig"),
        "{said:?}"
    );
    let said = apply();
    assert!(said.done && said.text.contains("done"), "{said:?}");
    let said = apply();
    assert!(
        said.done && said.text.contains("already applied"),
        "{said:?}"
    );
    assert!(verify().done);

    let said = rollback();
    assert!(
        !said.done && said.text.contains("Nothing was changed."),
        "{said:?}"
    );
    folder.write("zones.conf", zone(""));
    let said = rollback();
    assert!(said.done && said.text.contains("done"), "{said:?}");
    let said = rollback();
    assert!(
        said.done && said.text.contains("already undone"),
        "{said:?}"
    );
}
