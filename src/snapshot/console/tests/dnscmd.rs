//! Listings of `dnscmd`, good and broken.

use super::super::super::Format;
use super::{Given, NOTHING};

const NODE: Given = Given {
    zone: Some("contoso.com"),
    node: Some("_vlmcs._tcp"),
};
const TCP: Given = Given {
    zone: Some("contoso.com"),
    node: Some("_tcp"),
};

const ROWS: &str = "@\t\t [Aging:3726916] 3600 SRV\t0 0 1688\tKMS01.contoso.com.
\t\t [Aging:0] 3600 SRV\t10 50 1688\tkms02.contoso.com.
\t\t 600 SRV\t0 0 1688\tkmsold-2012.contoso.com.
";
const DONE: &str = "\nCommand completed successfully.\n\n";
const KEEP: &str = "(run dnscmd again and keep all that it prints)\n";

fn listing(rows: &str) -> String {
    format!("Returned records:\n{rows}{DONE}")
}

fn good(text: &str, given: Given, expected: &str) {
    super::good(Format::EnumRecords, text, given, expected);
}

fn bad(text: &str, given: Given, expected: &str) {
    super::bad(Format::EnumRecords, text, given, expected);
}

#[test]
fn owners_are_relative_to_the_node() {
    let expected = "\
contoso.com. names
  _vlmcs._tcp.contoso.com. 3600 aged SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 3600 static SRV 10 50 1688 kms02.contoso.com.
  _vlmcs._tcp.contoso.com. 600 static SRV 0 0 1688 kmsold-2012.contoso.com.
";
    good(&listing(ROWS), NODE, expected);
    good(
        &format!(
            "C:\\>dnscmd dc01 /EnumRecords contoso.com _vlmcs._tcp /Type SRV\n{}C:\\>\n",
            listing(ROWS)
        ),
        NODE,
        expected,
    );
    good(
        &listing(&ROWS.replace("@\t\t", "_vlmcs ").replace('\t', "    ")),
        TCP,
        expected,
    );
}

#[test]
fn other_types_and_children() {
    good(
        &listing(
            "@                [Aging:3614831] 600  A  192.168.250.54
                 [Aging:3614830] 600  AAAA\tfd20::1
                 3600 NS\tdc01.contoso.com.
                 3600 SOA\tdc01.contoso.com. hostmaster.contoso.com. 48213 900 600 86400 3600
                 3600 TXT\t\"v=spf1 ( -all\"
*                3600 MX\t10 mail.contoso.com.
_tcp
_sites
activation       3600 CNAME\tkms01.contoso.com.
old              3600 DNAME\tfabrikam.example.
",
        ),
        Given {
            node: Some("@"),
            ..NODE
        },
        "\
contoso.com. names
  contoso.com. 600 aged Address
  contoso.com. 600 aged Address
  contoso.com. 3600 static Ns
  contoso.com. 3600 static SOA dc01.contoso.com. 48213 900 3600
  *.contoso.com. 3600 static Other
  activation.contoso.com. 3600 static CNAME kms01.contoso.com.
  old.contoso.com. 3600 static DNAME fabrikam.example.
",
    );
}

#[test]
fn a_kms_node_without_records() {
    let none = "contoso.com. names\n  _vlmcs._tcp.contoso.com. none\n";
    good(&listing(""), NODE, none);
    good(
        "\nDNS Server failed to enumerate records for node _vlmcs._tcp.\n    Status = 9714 (0x000025f2)\n\
         Command failed:  DNS_ERROR_NAME_DOES_NOT_EXIST     9714    0x25F2\n\n",
        NODE,
        none,
    );
    good(
        "Command failed:  DNS_INFO_NO_RECORDS     9501    0x251D\n",
        NODE,
        none,
    );
    let failed = "dnscmd failed: nothing is known about the node (run dnscmd again)\n";
    bad(
        "DNS Server failed to enumerate records for node _vlmcs._tpc.\n    Status = 9714 (0x000025f2)\n\
         Command failed:  DNS_ERROR_NAME_DOES_NOT_EXIST     9714    0x25F2\n",
        NODE,
        &format!("3:1: {failed}"),
    );
    bad(
        "Command failed:  DNS_ERROR_NAME_DOES_NOT_EXIST     9714    0x25F2\n",
        TCP,
        &format!("1:1: {failed}"),
    );
    bad(
        "Command failed:  DNS_ERROR_ZONE_DOES_NOT_EXIST     9601    0x2581\n",
        NODE,
        &format!("1:1: {failed}"),
    );
    bad(
        "Command failed:  ERROR_ACCESS_DENIED     5    0x5\n",
        NODE,
        &format!("1:1: {failed}"),
    );
    bad(
        &format!(
            "C:\\>dnscmd /EnumRecords contoso.com _vlmcs._tcp /type A\n{}",
            listing("")
        ),
        NODE,
        "whole: other records than SRV were asked for: nothing is known about the KMS records (run dnscmd with \
         `/Type SRV`)\n",
    );
}

#[test]
fn zone_and_node_must_be_given() {
    let missing = "whole: `dnscmd /EnumRecords` prints neither the zone nor the node that it was asked for (say both, \
                   for example `--zone contoso.com --node _vlmcs._tcp`; the zone's own node is `--node @`)\n";
    bad(&listing(ROWS), NOTHING, missing);
    bad(&listing(ROWS), Given { node: None, ..NODE }, missing);
    bad(&listing(ROWS), Given { zone: None, ..NODE }, missing);
    bad(
        &listing(ROWS),
        Given {
            node: Some("_vlmcs._tcp.fabrikam.example."),
            ..NODE
        },
        "whole: `_vlmcs._tcp.fabrikam.example` does not lie in the zone that is given (say both, for example \
         `--zone contoso.com --node _vlmcs._tcp`; the zone's own node is `--node @`)\n",
    );
}

#[test]
fn cut_and_mixed_listings() {
    bad(
        &format!("Returned records:\n{ROWS}"),
        NODE,
        &format!(
            "whole: the text is cut: it does not end with `Command completed successfully.` {KEEP}"
        ),
    );
    bad(
        &format!("{ROWS}{DONE}"),
        NODE,
        &format!("whole: the beginning is cut off: there is no line `Returned records:` {KEEP}"),
    );
    bad(
        &format!("{}{}", listing(ROWS), listing(ROWS)),
        NODE,
        "8:1: there are several listings in one text (keep one node in one file)\n",
    );
}

#[test]
fn broken_rows() {
    for (row, expected) in [
        (
            "@\t\t [Aging:37x] 3600 SRV\t0 0 1688\tkms01.contoso.com.",
            "2:5: `[Aging:37x]` is no `[Aging:n]`\n",
        ),
        (
            "@\t\t [AGE:3726916] 3600 SRV\t0 0 1688\tkms01.contoso.com.",
            "2:5: `[AGE:3726916]` is no `[Aging:n]`\n",
        ),
        (
            "@\t\t SRV\t0 0 1688\tkms01.contoso.com.",
            "2:5: `SRV` is no TTL, a number from 0 to 2147483647\n",
        ),
        (
            "@\t\t 2147483648 SRV\t0 0 1688\tkms01.contoso.com.",
            "2:5: `2147483648` is no TTL, a number from 0 to 2147483647\n",
        ),
        ("@\t\t 3600", "2:1: a record needs TTL, type and data\n"),
        (
            "@\t\t 3600 SRV\t0 0 1688",
            "2:1: this record needs four values: priority, weight, port and target\n",
        ),
        (
            "@\t\t 3600 SRV\t0 0 1688\tkms01",
            "2:23: `kms01` is no full domain name: it has no final dot, so it may be cut off\n",
        ),
        (
            "@\t\t 3600 SRV\t0 0 65536\tkms01.contoso.com.",
            "2:18: the port `65536` is no number from 0 to 65535\n",
        ),
        (
            "@\t\t 3600 A\t10.20.5.",
            "2:12: `10.20.5.` is no IP address\n",
        ),
        (
            "@\t\t 3600 SRVX\t0 0 1688\tkms01.contoso.com.",
            "2:1: the type of this record is not known\n",
        ),
        ("@\t\t 3600 \"x\" y", "2:10: `\"x\"` is no record type\n"),
        (
            "\t\t 3600 SRV\t0 0 1688\tkms01.contoso.com.",
            "2:4: no owner stands above this record: the beginning is cut off\n",
        ),
        (
            "a..b\t\t 3600 SRV\t0 0 1688\tkms01.contoso.com.",
            "2:1: `a..b` is no full domain name: a label is empty: two dots together, or a dot first\n",
        ),
        (
            "@\t\t 3600 SOA\tdc01.contoso.com. hostmaster.contoso.com. 48213 900",
            "2:1: this record needs two names and five numbers\n",
        ),
    ] {
        bad(&listing(&format!("{row}\n")), NODE, expected);
    }
}

const HEAD: &str = ";\n;  Zone:    contoso.com\n;  Server:  dc01.contoso.com\n;  Time:    Sat Nov 21 09:22:32 2026 UTC\n;\n";
const ZONE: &str = "@                [Aging:3588234] 600 A\t10.20.0.10
                 3600 NS\tdc01.contoso.com.
                 3600 SOA\tdc01.contoso.com. hostmaster.contoso.com. (
                          48213        ; serial number
                          900          ; refresh
                          600          ; retry
                          86400        ; expire
                          3600       ) ; default TTL
_vlmcs._tcp      [Aging:3726916] 3600 SRV\t0 0 1688\tKMS01.contoso.com.
                 3600 SRV\t10 50 1688\tkms02.contoso.com.
empty
kms01            1200 A\t10.20.5.21
";
const END: &str = ";\n;  Finished zone: 4 nodes and 6 records in 0 seconds\n;\n";

const PRINTED: &str = "\
contoso.com. whole
  contoso.com. 600 aged Address
  contoso.com. 3600 static Ns
  contoso.com. 3600 static SOA dc01.contoso.com. 48213 900 3600
  _vlmcs._tcp.contoso.com. 3600 aged SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 3600 static SRV 10 50 1688 kms02.contoso.com.
  kms01.contoso.com. 1200 static Address
";

#[test]
fn a_printed_zone() {
    let text = format!("{HEAD}{ZONE}{END}");
    super::good(Format::ZonePrint, &text, NOTHING, PRINTED);
    super::good(Format::ZonePrint, &text, NODE, PRINTED);
    super::good(Format::ZonePrint, &format!("{ZONE}{END}"), TCP, PRINTED);
    super::good(
        Format::ZonePrint,
        &format!("C:\\>dnscmd /ZonePrint contoso.com\n{HEAD}{ZONE};\n{DONE}"),
        NOTHING,
        PRINTED,
    );
    super::good(
        Format::ZonePrint,
        &format!("{text}{}", text.replace("contoso.com", "fabrikam.example")),
        NOTHING,
        &format!(
            "{PRINTED}{}",
            PRINTED.replace("contoso.com", "fabrikam.example")
        ),
    );
}

#[test]
fn broken_prints() {
    for (text, given, expected) in [
        (
            format!("{HEAD}{ZONE}"),
            NOTHING,
            format!("whole: the text is cut: there is no line `Finished zone:` after the zone `contoso.com` {KEEP}"),
        ),
        (
            format!("{HEAD}{}{END}", ZONE.replace("kms01            1200 A\t10.20.5.21\n", "")),
            NOTHING,
            format!(
                "18:4: the text is cut: dnscmd counts 6 records in the zone `contoso.com`, 5 are there {KEEP}"
            ),
        ),
        (
            format!("{ZONE}{END}"),
            NOTHING,
            "1:1: the text does not tell which zone this record belongs to (keep the line `;  Zone:` above the \
             records, or say `--zone contoso.com`)\n"
                .to_owned(),
        ),
        (
            format!("{HEAD}{ZONE}{END}"),
            Given { zone: Some("fabrikam.example"), node: None },
            "2:4: this is the zone `contoso.com`, and `--zone` says `fabrikam.example`\n".to_owned(),
        ),
        (
            format!("{HEAD}{}{END}", ZONE.replace("3600       ) ; default TTL", "")),
            NOTHING,
            "8:18: this record needs two names and five numbers\n".to_owned(),
        ),
        (
            "Command failed:  DNS_ERROR_ZONE_DOES_NOT_EXIST     9601    0x2581\n".to_owned(),
            NOTHING,
            "1:1: dnscmd failed: nothing is known about the zone (run dnscmd again)\n".to_owned(),
        ),
        (
            ";\n; nothing\n".to_owned(),
            NOTHING,
            format!("whole: there is no zone in it {KEEP}"),
        ),
        (
            format!(";  Zone:    con..toso\n{END}"),
            NOTHING,
            "1:13: `con..toso` is no full domain name: a label is empty: two dots together, or a dot first\n".to_owned(),
        ),
    ] {
        super::bad(Format::ZonePrint, &text, given, &expected);
    }
}
