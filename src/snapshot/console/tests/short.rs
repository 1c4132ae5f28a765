//! Answers of `dig +short`, good and broken.

use super::super::super::Format;
use super::{Given, NOTHING};

const NODE: Given = Given {
    zone: Some("contoso.com"),
    node: Some("_vlmcs._tcp"),
};

fn bad(text: &str, given: Given, expected: &str) {
    super::bad(Format::DigShort, text, given, expected);
}

const GIVE: &str = "(say whose it is, for example `--zone contoso.com --node _vlmcs._tcp`, or run dig without `+short`)\n";

#[test]
fn the_user_says_whose_records_they_are() {
    let text = "10 50 1688 kms02.contoso.com.\n0 0 1688 KMS01.contoso.com.\n";
    for node in ["_vlmcs._tcp", "_VLMCS._tcp.contoso.com."] {
        let given = Given {
            node: Some(node),
            ..NODE
        };
        let owner = node.trim_end_matches(".contoso.com.");
        super::good(
            Format::DigShort,
            text,
            given,
            &format!(
                "contoso.com. names\n  {owner}.contoso.com. ? SRV 10 50 1688 kms02.contoso.com.\n  \
                 {owner}.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.\n"
            ),
        );
    }
    super::good(
        Format::DigShort,
        "_vlmcs._tcp.fabrikam.example.\n0 0 1688 KMS01.contoso.com.\n",
        NODE,
        "\
? names
  _vlmcs._tcp.fabrikam.example. ? SRV 0 0 1688 KMS01.contoso.com.
contoso.com. names
  _vlmcs._tcp.contoso.com. ? CNAME _vlmcs._tcp.fabrikam.example.
",
    );
}

#[test]
fn without_the_owner_it_is_refused() {
    let text = "0 0 1688 KMS01.contoso.com.\n";
    let unknown =
        format!("whole: `dig +short` does not print the name that the records belong to {GIVE}");
    bad(text, NOTHING, &unknown);
    bad(text, Given { node: None, ..NODE }, &unknown);
    bad(text, Given { zone: None, ..NODE }, &unknown);
    bad(
        text,
        Given {
            node: Some("_ldap._tcp"),
            ..NODE
        },
        &format!("whole: `_ldap._tcp.contoso.com` is no name of KMS records {GIVE}"),
    );
    bad(
        text,
        Given {
            node: Some("_vlmcs._tcp.fabrikam.example."),
            ..NODE
        },
        &format!(
            "whole: `_vlmcs._tcp.fabrikam.example` does not lie in the zone that is given {GIVE}"
        ),
    );
}

#[test]
fn broken_lines() {
    let form = "this line is not understood (the data of an SRV record is priority, weight, port and target: \
                `0 0 1688 kms01.contoso.com.`)\n";
    for (text, expected) in [
        ("0 0 1688\n", format!("1:1: {form}")),
        ("0 0 1688 KMS01.contoso.com.\n10.20.5.21\n", format!("2:1: {form}")),
        (
            "0 0 1688 KMS01.contoso.com. from server 127.0.0.1 in 0 ms.\n",
            format!("1:1: {form}"),
        ),
        (
            "0 0 1688 KMS01.contoso.com.\n_vlmcs._tcp.contoso.com.\n",
            format!("2:1: {form}"),
        ),
        (
            "0 x 1688 KMS01.cont\n",
            "1:3: the weight `x` is no number from 0 to 65535\n\
             1:10: `KMS01.cont` is no full domain name: it has no final dot, so it may be cut off\n"
                .to_owned(),
        ),
        (
            ";; communications error to 127.0.0.1#53: timed out\n0 0 1688 KMS01.contoso.com.\n",
            "1:1: dig met an error: the records may not be all (run dig again, and keep its output without errors)\n"
                .to_owned(),
        ),
        (
            "_vlmcs._tcp.fabrikam.example.\n",
            "whole: it holds no data of SRV records, only names: an alias that leads nowhere, or another type (ask \
             with `dig SRV NAME`, without `+short`)\n"
                .to_owned(),
        ),
    ] {
        bad(text, NODE, &expected);
    }
}
