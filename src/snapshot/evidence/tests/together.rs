//! Several files of one host or node, and the advice that is given.

use super::*;

fn two(first: (&str, &str), second: (&str, &str)) -> String {
    outcome(&[
        (first.0, first.1.as_bytes()),
        (second.0, second.1.as_bytes()),
    ])
}

#[test]
fn files_of_one_host_add_up() {
    assert_eq!(
        two(("e/kms02.txt", DLV), ("e/kms02.reg.txt", REG_QUERY)),
        "kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 50 (13) \
         list [corp.fabrikam.example 10 100][lab.contoso.com 0 0][contoso.com 0 50] (3)\n"
    );
}

#[test]
fn counts_may_differ_and_the_smallest_is_taken() {
    assert_eq!(
        two(
            ("e/kms02.txt", DLV),
            ("e/kms02-dli.txt", &DLV.replace("count: 50", "count: 20"))
        ),
        "kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 20 (13)\n"
    );
}

#[test]
fn hosts_and_nodes_are_sorted() {
    assert_eq!(
        outcome(&[
            ("kmsold.txt", DLV_CLIENT.as_bytes()),
            ("kms02.txt", DLV_CLIENT.as_bytes()),
            ("kms01.contoso.com.txt", DLV_CLIENT.as_bytes()),
            ("contoso.com.txt", RULES.as_bytes()),
        ]),
        "kms01.contoso.com: client (7)\n\
         kms02.contoso.com: client (7)\n\
         kmsold.contoso.com: client (7)\n\
         _vlmcs._tcp.contoso.com:\n\
         \x20 allow CONTOSO\\KMS Hosts: full (8)\n\
         \x20 deny CONTOSO\\KMSOLD$: write, inherited (20)\n"
    );
    assert_eq!(outcome(&[]), "");
}

#[test]
fn contradictions_name_both_places() {
    assert_eq!(
        two(("e/kms02.txt", REG_QUERY), ("e/kms02.reg", REG_FILE)),
        [
            r#"e/kms02.reg:5:1: "\"DnsDomainPublishList\"=hex(7):61,00,2e,00,62,00,00,00,63,00,2e,00,64,00,2c,00,\\": "#,
            "the publish list of kms02.contoso.com is `a.b, 0, 0` `c.d, 10, 5` here, but ",
            "`corp.fabrikam.example, 10, 100` `lab.contoso.com, 0, 0` `contoso.com, 0, 50` in e/kms02.txt:3\n",
            "  help: keep the newer of the two files\n",
            r#"e/kms02.reg:7:1: "\"DisableDnsPublishing\"=dword:00000001": "#,
            "DNS publishing of kms02.contoso.com is disabled here, but enabled in e/kms02.txt:4\n",
            "  help: keep the newer of the two files\n",
            r#"e/kms02.reg:8:1: "\"KeyManagementServiceListeningPort\"=\"1689\"": "#,
            "the port of kms02.contoso.com is 1689 here, but 1688 in e/kms02.txt:5\n",
            "  help: keep the newer of the two files\n",
        ]
        .concat()
    );
    let refused =
        "Warning: DNS Publishing can only be set on a KMS machine that is also activated.\n";
    assert_eq!(
        two(("e/kms02.txt", DLV), ("e/kms02-cdns.txt", refused)),
        "e/kms02-cdns.txt:1:1: \"Warning: DNS Publishing can only be set on a KMS machine that is also activated.\": \
         kms02.contoso.com is no KMS host here, but a KMS host in e/kms02.txt:12\n  \
         help: keep the newer of the two files\n"
    );
}

#[test]
fn a_client_of_one_product_may_be_a_host_of_another() {
    let office = DLV.replace(
        "Windows(R), ServerStandard edition",
        "Office 21, OfficeKMSHost edition",
    );
    assert_eq!(
        two(
            ("e/kms02.txt", DLV_CLIENT),
            ("e/kms02-dlv-all.txt", &office)
        ),
        "kms02.contoso.com: host true (12) client (7) publishing true (15) port 1688 (14) count 50 (13)\n"
    );
}

#[test]
fn the_same_entries_in_another_order_are_the_same() {
    let turned = RULES.trim().split("\n\n").collect::<Vec<_>>();
    let turned = [turned[1], turned[0], turned[2]].join("\n\n");
    assert_eq!(
        two((NODE, RULES), ("contoso.com.acl.txt", &turned)),
        one(NODE, RULES)
    );
    let owner = format!("Owner : CONTOSO\\KMS01$\n\n{turned}");
    assert_eq!(
        two((NODE, RULES), ("contoso.com.acl.txt", &owner))
            .lines()
            .next(),
        Some("_vlmcs._tcp.contoso.com: owner CONTOSO\\KMS01$ (1)")
    );
}

#[test]
fn nodes_that_differ() {
    assert_eq!(
        two((NODE, DSACLS), ("e/contoso.com.acl.txt", RULES)),
        "e/contoso.com.acl.txt:20:1: \"IdentityReference     : CONTOSO\\\\KMSOLD$\": \
         the entries of _vlmcs._tcp.contoso.com are not the same as in _vlmcs._tcp.contoso.com.txt:5\n  \
         help: keep the newer of the two files\n"
    );
    assert_eq!(
        two(
            (NODE, GET_ACL),
            ("e/any.txt", &GET_ACL.replace("KMS01$", "KMS02$"))
        ),
        "e/any.txt:6:1: \"Owner  : CONTOSO\\\\KMS02$\": the owner of _vlmcs._tcp.contoso.com is \
         CONTOSO\\KMS02$ here, but CONTOSO\\KMS01$ in _vlmcs._tcp.contoso.com.txt:6\n  \
         help: keep the newer of the two files\n"
    );
}

#[test]
fn all_files_are_complained_about_at_once() {
    assert_eq!(
        two(("a.txt", ""), ("b.txt", DLV))
            .lines()
            .filter(|line| !line.starts_with("  help: "))
            .collect::<Vec<_>>(),
        [
            "a.txt: the file is empty",
            "b.txt: neither the text nor the file's name says which host this is",
        ]
    );
}

#[test]
fn octets_that_are_not_utf8() {
    let dsacls = DSACLS.replace("Helpdesk", "Hilf#").into_bytes();
    let garbled: Vec<u8> = dsacls
        .iter()
        .map(|octet| if *octet == b'#' { 0xFC } else { *octet })
        .collect();
    assert_eq!(
        outcome(&[(NODE, &garbled)]).lines().next(),
        Some(
            "_vlmcs._tcp.contoso.com.txt:21:1: \
             \"Allow CONTOSO\\\\Hilf\u{fffd}                SPECIAL ACCESS for description\": \
             the account cannot be read: the file is not UTF-8"
        )
    );
    // A code page of the console where no account is concerned.
    let dlv = DLV.replace("edition", "editi#n").into_bytes();
    let dlv: Vec<u8> = dlv
        .iter()
        .map(|octet| if *octet == b'#' { 0xA2 } else { *octet })
        .collect();
    assert_eq!(outcome(&[("kms02.txt", &dlv)]), one("kms02.txt", DLV));
}

/// The advice that is given for a file.
fn advice(path: &str, content: &str) -> Vec<String> {
    one(path, content)
        .lines()
        .filter_map(|line| line.strip_prefix("  help: "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_refusal_says_what_to_do() {
    assert_eq!(
        advice("kms02.txt", "hello"),
        [
            "understood are, one output a file: of a KMS host `slmgr.vbs /dlv`, `Get-CimInstance SoftwareLicensingService | \
          ConvertTo-Json`, `reg query` or `.reg` text of the licensing key; of a `_vlmcs._tcp` node `dsacls DN` or \
          `Get-Acl DN | Format-List`; all in English"
        ]
    );
    assert_eq!(
        advice("z.txt", "$TTL 3600\n"),
        ["give the file among the sources of zone data, not in the folder of `--host-evidence`"]
    );
    assert_eq!(
        advice("dlv.txt", DLV),
        [
            "name the file after the host, as in `kms01.contoso.com.txt`; known are `kms01.contoso.com`, \
          `kms01.emea.contoso.com`, `kms02.contoso.com`, `kmsold.contoso.com`"
        ]
    );
    assert_eq!(
        advice("acl.txt", DSACLS),
        [
            "name the file after the node, as in `_vlmcs._tcp.contoso.com.txt`, or keep the line of the command with the \
          node's distinguished name"
        ]
    );
    assert_eq!(
        advice("kms02.txt", "Lizenzstatus (VOLUME_KMS)"),
        [
            "use a command whose output is the same in every language: `Get-CimInstance SoftwareLicensingService | \
          ConvertTo-Json`"
        ]
    );
}

#[test]
fn many_known_hosts_are_not_all_listed() {
    let hosts: Vec<Name> = (10..30)
        .map(|number| parse_full_name(&format!("kms{number}.contoso.com")).unwrap())
        .collect();
    let file = EvidenceFile {
        file: FileId(0),
        path: "dlv.txt",
        bytes: DLV.as_bytes(),
    };
    let help = |hosts: &[Name]| read(&[file], hosts).unwrap_err()[0].help.clone().unwrap();
    assert!(help(&hosts).ends_with("`kms16.contoso.com`, `kms17.contoso.com` and 12 more"));
    assert!(help(&[]).ends_with("as in `kms01.contoso.com.txt`; known are none"));
}

#[test]
fn what_is_cut_or_damaged_never_panics() {
    for (path, content) in [
        ("kms02.txt", DLV),
        ("kms02.txt", REG_QUERY),
        ("kms02.reg", REG_FILE),
        (NODE, DSACLS),
        (NODE, GET_ACL),
        (NODE, RULES),
        (
            "kms02.json",
            r#"[{"KeyManagementServiceDnsPublishing":true,"a":["\\u00e9\"",{}]}]"#,
        ),
    ] {
        for at in 0..content.len() {
            outcome(&[(path, &content.as_bytes()[..at])]);
            outcome(&[(path, &content.as_bytes()[at..])]);
            let mut damaged = content.as_bytes().to_vec();
            damaged[at] = b"\n :;,\"(\\\xFF"[at % 9];
            outcome(&[(path, &damaged)]);
        }
    }
}

#[test]
fn a_cut_is_refused_or_loses_nothing() {
    for (path, content, enough) in [
        ("kms02.txt", DLV, "DNS publishing enabled"),
        (NODE, DSACLS, "The command completed successfully"),
    ] {
        let whole = one(path, content);
        let end = content.find(enough).unwrap() + enough.len();
        for at in 0..content.len() {
            let said = one(path, &content[..at]);
            assert_eq!(said == whole, at >= end, "{at}: {said}");
            assert!(said == whole || said.contains("help: "), "{at}: {said}");
        }
    }
}
