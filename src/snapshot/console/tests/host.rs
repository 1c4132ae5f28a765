//! Answers of `host`, good and broken.

use super::super::super::Format;
use super::NOTHING;

fn good(text: &str, expected: &str) {
    super::good(Format::Host, text, NOTHING, expected);
}

fn bad(text: &str, expected: &str) {
    super::bad(Format::Host, text, NOTHING, expected);
}

const BANNER: &str =
    "Using domain server:\nName: 127.0.0.1\nAddress: 127.0.0.1#5399\nAliases: \n\n";

#[test]
fn records_aliases_and_addresses() {
    good(
        &format!(
            "$ host -t srv _vlmcs._tcp.alias.contoso.com 127.0.0.1
{BANNER}_vlmcs._tcp.alias.contoso.com is an alias for _vlmcs._tcp.contoso.com.
_vlmcs._tcp.contoso.com has SRV record 10 50 1688 kms02.contoso.com.
_vlmcs._tcp.contoso.com has SRV record 0 0 1688 KMS01.contoso.com.
kms02.contoso.com has address 10.20.5.22
kms02.contoso.com has IPv6 address fd20:5::22
contoso.com has SOA record dc01.contoso.com. hostmaster.contoso.com. 5 900 600 86400 3600
contoso.com name server dc01.contoso.com.
contoso.com mail is handled by 10 mail.contoso.com.
contoso.com descriptive text \"v=spf1 -all\"
"
        ),
        "\
? names
  _vlmcs._tcp.alias.contoso.com. ? CNAME _vlmcs._tcp.contoso.com.
  _vlmcs._tcp.contoso.com. ? SRV 10 50 1688 kms02.contoso.com.
  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.
  kms02.contoso.com. ? Address
",
    );
    good(
        "dn.contoso.com has DNAME record fabrikam.example.\n\
         _vlmcs._tcp.dn.contoso.com is an alias for _vlmcs._tcp.fabrikam.example.\n",
        "\
? names
  dn.contoso.com. ? DNAME fabrikam.example.
  _vlmcs._tcp.dn.contoso.com. ? CNAME _vlmcs._tcp.fabrikam.example.
",
    );
}

#[test]
fn names_without_records() {
    good(
        &format!("{BANNER}Host _vlmcs._tcp.none.contoso.com not found: 3(NXDOMAIN)\n"),
        "? names\n  _vlmcs._tcp.none.contoso.com. none\n",
    );
    good(
        "_vlmcs._tcp.txt.contoso.com has no SRV record\n",
        "? names\n  _vlmcs._tcp.txt.contoso.com. none\n",
    );
    good(
        ";; communications error to 10.20.0.9#53: timed out\n_vlmcs._tcp.txt.contoso.com has no SRV record\n",
        "? names\n  _vlmcs._tcp.txt.contoso.com. none\n",
    );
}

#[test]
fn failures_and_broken_lines() {
    let failed = "this query failed: it tells nothing about the name (ask again, of a server that answers, or \
                  remove this query from the text)\n";
    for line in [
        "Host _vlmcs._tcp.contoso.com not found: 2(SERVFAIL)",
        "Host _vlmcs._tcp.contoso.com not found: 5(REFUSED)",
        ";; connection timed out; no servers could be reached",
        ";; no servers could be reached",
        "; Transfer failed.",
    ] {
        bad(&format!("{BANNER}{line}\n"), &format!("6:1: {failed}"));
    }
    for (line, expected) in [
        (
            "_vlmcs._tcp.contoso.com has SRV record 0 0 1688",
            "1:1: an SRV record has four values: priority, weight, port and target\n",
        ),
        (
            "_vlmcs._tcp.contoso.com has SRV record 0 0 1688 kms01.cont",
            "1:49: `kms01.cont` is no full domain name: it has no final dot, so it may be cut off\n",
        ),
        (
            "_vlmcs._tcp.contoso.com has SRV record 0 0 65536 kms01.contoso.com.",
            "1:44: the port `65536` is no number from 0 to 65535\n",
        ),
        (
            "_vlmcs._tcp.contoso.com has SRV",
            "1:1: this line is not understood\n",
        ),
        (
            "_vlmcs._tcp.contoso.com is an alias for",
            "1:1: this line is not understood\n",
        ),
        (
            "kms01.contoso.com has address 10.20.5.300",
            "1:31: `10.20.5.300` is no IP address\n",
        ),
        (
            "Host _vlmcs._tcp not found: 3(NXDOMAIN)",
            "1:1: the text does not tell in which domain `_vlmcs._tcp` was asked for (ask for the whole name, with \
             its domain: `_vlmcs._tcp.DOMAIN`)\n",
        ),
        (
            "_vlmcs._tcp.contoso.com has no A record",
            "whole: nothing in it is about KMS: neither a `_vlmcs._tcp` name nor an address (ask for the SRV records \
             of `_vlmcs._tcp.DOMAIN`)\n",
        ),
        (
            ";; communications error to 127.0.0.1#53: timed out",
            "1:1: the server did not answer: nothing is known about the name (ask again, of a server that answers)\n",
        ),
    ] {
        bad(line, expected);
    }
    bad(
        "_vlmcs._tcp.contoso.com has SRV record 0 0 1688 kms01.contoso.com.\n\
         _vlmcs._tcp.contoso.com has no SRV record\n",
        "2:1: this says something else about `_vlmcs._tcp.contoso.com` than an earlier answer in the same text (keep \
         the newest answer about a name, and remove the others)\n",
    );
}
