//! Answers of `dig`, good and broken.

use super::super::super::Format;
use super::NOTHING;

fn good(text: &str, expected: &str) {
    super::good(Format::Dig, text, NOTHING, expected);
}

fn bad(text: &str, expected: &str) {
    super::bad(Format::Dig, text, NOTHING, expected);
}

const GREETING: &str = "
; <<>> DiG 9.18.49 <<>> @127.0.0.1 SRV _vlmcs._tcp.contoso.com
; (1 server found)
;; global options: +cmd
;; Got answer:
";

const REST: &str = "
;; Query time: 4 msec
;; SERVER: 127.0.0.1#53(127.0.0.1) (UDP)
;; WHEN: Sat Nov 21 23:50:23 UTC 2026
;; MSG SIZE  rcvd: 255

";

const SOA: &str = "contoso.com.\t\t3600\tIN\tSOA\tdc01.contoso.com. hostmaster.contoso.com. 5 900 600 86400 3600\n";

/// Header, flags with counts, EDNS, question and what follows.
fn answer(status: &str, flags: &str, counts: [u8; 3], name: &str, sections: &str) -> String {
    let [answer, authority, additional] = counts;
    format!(
        "{GREETING};; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4142
;; flags: {flags}; QUERY: 1, ANSWER: {answer}, AUTHORITY: {authority}, ADDITIONAL: {additional}
;; WARNING: recursion requested but not available

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
; COOKIE: 9a89343d954efcb3010000006b022e3f5f0e977541559628 (good)
;; QUESTION SECTION:
;{name}\tIN\tSRV

{sections}{REST}"
    )
}

const CONTOSO: &str = "_vlmcs._tcp.contoso.com.";

const SECTIONS: &str = ";; ANSWER SECTION:
_vlmcs._tcp.contoso.com. 3600\tIN\tSRV\t0 0 1688 KMS01.contoso.com.
_vlmcs._tcp.contoso.com. 3600\tIN\tSRV\t10 50 1688 kms02.fabrikam.example.

;; AUTHORITY SECTION:
contoso.com.\t\t3600\tIN\tNS\tdc01.contoso.com.

;; ADDITIONAL SECTION:
kms01.contoso.com.\t1200\tIN\tA\t10.20.5.21
kms02.fabrikam.example.\t3600\tIN\tA\t10.20.5.22
kms02.fabrikam.example.\t3600\tIN\tAAAA\tfd20:5::22
";

#[test]
fn an_authoritative_answer_tells_zone_and_ttl() {
    good(
        &answer("NOERROR", "qr aa rd", [2, 1, 4], CONTOSO, SECTIONS),
        "\
? names
  kms02.fabrikam.example. ? Address
contoso.com. names
  _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 3600 SRV 10 50 1688 kms02.fabrikam.example.
  kms01.contoso.com. ? Address
",
    );
}

#[test]
fn a_resolver_knows_neither_ttl_nor_zone() {
    good(
        &answer("NOERROR", "qr rd ra", [2, 1, 4], CONTOSO, SECTIONS),
        "\
? names
  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. ? SRV 10 50 1688 kms02.fabrikam.example.
  kms01.contoso.com. ? Address
  kms02.fabrikam.example. ? Address
",
    );
}

#[test]
fn other_ways_to_print() {
    let expected = "\
contoso.com. names
  _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 KMS01.contoso.com.
";
    let authority = "\n;; AUTHORITY SECTION:\ncontoso.com.\t\t1h IN NS dc01.contoso.com.\n";
    for record in [
        "_vlmcs._tcp.contoso.com. 1h IN SRV 0 0 1688 KMS01.contoso.com.",
        "_vlmcs._tcp.contoso.com. 3600 SRV\t0 0 1688 KMS01.contoso.com.",
    ] {
        let sections = format!(";; ANSWER SECTION:\n{record}\n{authority}");
        // `+noadditional` leaves the section out, not its count.
        good(
            &answer("NOERROR", "qr aa rd", [1, 1, 5], CONTOSO, &sections),
            expected,
        );
    }
    let sections = format!(
        ";; ANSWER SECTION:\n_vlmcs._tcp.contoso.com. SRV\t0 0 1688 KMS01.contoso.com.\n{authority}"
    );
    good(
        &answer("NOERROR", "qr aa rd", [1, 1, 1], CONTOSO, &sections),
        "contoso.com. names\n  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.\n",
    );
    // `+qr` shows the query first.
    let query = "
;; Sending:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 18427
;; flags: rd ad; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1

;; QUESTION SECTION:
;_vlmcs._tcp.contoso.com.\tIN\tSRV

;; QUERY SIZE: 52
";
    let sections = format!(
        ";; ANSWER SECTION:\n_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 KMS01.contoso.com.\n{authority}"
    );
    let text = answer("NOERROR", "qr aa rd", [1, 1, 1], CONTOSO, &sections);
    good(&format!("{query}{text}"), expected);
    good(
        &format!(";; Truncated, retrying in TCP mode.\n{text}"),
        expected,
    );
    good(
        &format!(";; communications error to 10.20.0.9#53: timed out\n{text}"),
        expected,
    );
}

#[test]
fn records_alone_without_header() {
    let records = "_vlmcs._tcp.contoso.com. 3600\tIN\tSRV\t0 0 1688 KMS01.contoso.com.\n";
    for text in [
        records.to_owned(),
        format!(
            "\n; <<>> DiG 9.11.4 <<>> SRV _vlmcs._tcp.contoso.com +noall +answer\n;; global options: +cmd\n{records}"
        ),
        format!("PS C:\\> dig SRV _vlmcs._tcp.contoso.com +noall +answer\n{records}"),
    ] {
        good(
            &text,
            "? names\n  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.\n",
        );
    }
}

#[test]
fn the_text_that_host_v_prints() {
    good(
        "Trying \"_vlmcs._tcp.contoso.com\"
Using domain server:
Name: 127.0.0.1
Address: 127.0.0.1#5399
Aliases:

;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 8767
;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0

;; QUESTION SECTION:
;_vlmcs._tcp.contoso.com.\tIN\tSRV

;; ANSWER SECTION:
_vlmcs._tcp.contoso.com. 3600\tIN\tSRV\t0 0 1688 KMS01.contoso.com.

Received 216 bytes from 127.0.0.1#5399 in 0 ms
",
        "? names\n  _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 KMS01.contoso.com.\n",
    );
}

#[test]
fn names_without_records() {
    let authority = format!(";; AUTHORITY SECTION:\n{SOA}");
    let multiline = ";; AUTHORITY SECTION:
contoso.com.\t\t3600 IN\tSOA dc01.contoso.com. hostmaster.contoso.com. (
\t\t\t\t5          ; serial
\t\t\t\t900        ; refresh (15 minutes)
\t\t\t\t600        ; retry (10 minutes)
\t\t\t\t86400      ; expire (1 day)
\t\t\t\t3600       ; minimum (1 hour)
\t\t\t\t)
";
    for (status, flags) in [
        ("NXDOMAIN", "qr aa rd"),
        ("NOERROR", "qr aa rd"),
        ("NXDOMAIN", "qr rd ra"),
    ] {
        for sections in [authority.as_str(), multiline] {
            good(
                &answer(status, flags, [0, 1, 1], CONTOSO, sections),
                "\
contoso.com. names
  contoso.com. ? SOA dc01.contoso.com. 5 900 3600
  _vlmcs._tcp.contoso.com. none
",
            );
        }
    }
    good(
        &answer("NOERROR", "qr rd ra", [0, 0, 1], CONTOSO, ""),
        "? names\n  _vlmcs._tcp.contoso.com. none\n",
    );
}

#[test]
fn a_referral_is_no_answer() {
    let refers = "7:1: the server only refers to other servers: this is no answer (ask a server that holds the zone, or \
                  one that asks others itself)\n";
    let sections = ";; AUTHORITY SECTION:\nsub.contoso.com.\t3600\tIN\tNS\tns.sub.contoso.com.\n";
    for flags in ["qr rd", "qr rd ra"] {
        bad(
            &answer(
                "NOERROR",
                flags,
                [0, 1, 1],
                "_vlmcs._tcp.sub.contoso.com.",
                sections,
            )
            .replacen('\n', "\n\n", 1),
            refers,
        );
    }
    bad(
        &answer("NOERROR", "qr rd", [0, 0, 1], CONTOSO, "").replacen('\n', "\n\n", 1),
        refers,
    );
}

#[test]
fn aliases() {
    let alias = "_vlmcs._tcp.alias.contoso.com.";
    let chain = format!("{alias} 3600 IN\tCNAME\t_vlmcs._tcp.contoso.com.\n");
    good(
        &answer(
            "NOERROR",
            "qr aa rd",
            [2, 1, 1],
            alias,
            &format!(
                ";; ANSWER SECTION:\n{chain}_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 KMS01.contoso.com.\n\n\
                 ;; AUTHORITY SECTION:\ncontoso.com. 3600 IN NS dc01.contoso.com.\n"
            ),
        ),
        "\
? names
  _vlmcs._tcp.alias.contoso.com. 3600 CNAME _vlmcs._tcp.contoso.com.
contoso.com. names
  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.
",
    );
    // The server does not know what the alias leads to.
    good(
        &answer(
            "NOERROR",
            "qr aa rd",
            [1, 0, 1],
            alias,
            &format!(";; ANSWER SECTION:\n{chain}"),
        ),
        "? names\n  _vlmcs._tcp.alias.contoso.com. 3600 CNAME _vlmcs._tcp.contoso.com.\n",
    );
    good(
        &answer(
            "NXDOMAIN",
            "qr rd ra",
            [1, 1, 1],
            alias,
            &format!(";; ANSWER SECTION:\n{chain}\n;; AUTHORITY SECTION:\n{SOA}"),
        ),
        "\
? names
  _vlmcs._tcp.alias.contoso.com. ? CNAME _vlmcs._tcp.contoso.com.
contoso.com. names
  contoso.com. ? SOA dc01.contoso.com. 5 900 3600
  _vlmcs._tcp.contoso.com. none
",
    );
    good(
        &answer(
            "NOERROR",
            "qr aa rd",
            [2, 0, 1],
            "_vlmcs._tcp.dn.contoso.com.",
            ";; ANSWER SECTION:\ndn.contoso.com. 3600 IN DNAME fabrikam.example.\n\
             _vlmcs._tcp.dn.contoso.com. 3600 IN CNAME _vlmcs._tcp.fabrikam.example.\n",
        ),
        "\
? names
  dn.contoso.com. ? DNAME fabrikam.example.
  _vlmcs._tcp.dn.contoso.com. 3600 CNAME _vlmcs._tcp.fabrikam.example.
",
    );
}

#[test]
fn several_answers_in_one_text() {
    let one = answer("NOERROR", "qr aa rd", [2, 1, 4], CONTOSO, SECTIONS);
    let cached = answer("NOERROR", "qr rd ra", [2, 1, 4], CONTOSO, SECTIONS);
    let none = answer(
        "NXDOMAIN",
        "qr rd ra",
        [0, 0, 1],
        "_vlmcs._tcp.emea.contoso.com.",
        "",
    );
    good(
        &format!("{cached}{one}{none}"),
        "\
? names
  kms01.contoso.com. ? Address
  kms02.fabrikam.example. ? Address
  _vlmcs._tcp.emea.contoso.com. none
contoso.com. names
  _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 3600 SRV 10 50 1688 kms02.fabrikam.example.
",
    );
    let other = one.replace("10 50 1688", "10 60 1688");
    bad(
        &format!("{one}{other}"),
        "49:1: this says something else about `_vlmcs._tcp.contoso.com` than an earlier answer in the same text (keep \
         the newest answer about a name, and remove the others)\n",
    );
    let none = answer("NXDOMAIN", "qr rd ra", [0, 0, 1], CONTOSO, "");
    bad(
        &format!("{one}{none}"),
        "38:1: this says something else about `_vlmcs._tcp.contoso.com` than an earlier answer in the same text (keep \
         the newest answer about a name, and remove the others)\n",
    );
}

#[test]
fn signatures_show_a_signed_zone() {
    good(
        &answer(
            "NOERROR",
            "qr aa rd",
            [2, 1, 1],
            CONTOSO,
            ";; ANSWER SECTION:\n_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 KMS01.contoso.com.\n\
             _vlmcs._tcp.contoso.com. 3600 IN RRSIG SRV 13 4 3600 20261205000000 20261121000000 1 contoso.com. abc= def=\n\n\
             ;; AUTHORITY SECTION:\ncontoso.com. 3600 IN NS dc01.contoso.com.\n",
        ),
        "\
contoso.com. names
  _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 3600 Dnssec
",
    );
}

#[test]
fn failures_are_no_answers() {
    for status in ["SERVFAIL", "REFUSED", "FORMERR", "NOTAUTH"] {
        bad(
            &answer(status, "qr rd", [0, 0, 1], CONTOSO, ""),
            &format!(
                "6:1: the server answered {status}: nothing is known about the name (ask again, of a server that \
                 answers, or remove this query from the text)\n"
            ),
        );
    }
    let none = "no server answered: nothing is known about the name (ask again, of a server that answers, or remove \
                this query from the text)\n";
    bad(
        ";; communications error to 127.0.0.1#53: connection refused\n\n; <<>> DiG 9.18.49 <<>> SRV x\n\
         ; (1 server found)\n;; global options: +cmd\n;; no servers could be reached\n",
        &format!("6:1: {none}"),
    );
    bad(
        "; <<>> DiG 9.11 <<>> SRV x\n;; connection timed out; no servers could be reached\n",
        &format!("2:1: {none}"),
    );
    bad(
        ";; communications error to 127.0.0.1#53: timed out\n",
        &format!("1:1: {none}"),
    );
    let good = answer("NOERROR", "qr aa rd", [2, 1, 4], CONTOSO, SECTIONS);
    bad(
        &format!("{good};; no servers could be reached\n"),
        &format!("33:1: {none}"),
    );
    bad(
        &format!("{good};; Warning: Message parser reports malformed message packet.\n"),
        "33:1: dig says that this answer is damaged or forged (ask again)\n",
    );
    bad(
        "; <<>> DiG 9.18 <<>> SRV _vlmcs._tcp.contoso.com +noall +answer\n",
        "whole: nothing in it is about KMS: neither a `_vlmcs._tcp` name nor an address (ask for the SRV records of \
         `_vlmcs._tcp.DOMAIN`)\n",
    );
}

#[test]
fn texts_that_were_cut() {
    let keep = "(run dig again and keep all that it prints)\n";
    bad(
        &answer("NOERROR", "qr aa rd", [3, 1, 4], CONTOSO, SECTIONS),
        &format!(
            "6:1: the text is cut: the header counts 3 records in the answer section, 2 are there {keep}"
        ),
    );
    bad(
        &answer("NOERROR", "qr aa rd", [2, 2, 4], CONTOSO, SECTIONS),
        &format!(
            "6:1: the text is cut: the header counts 2 records in the authority section, 1 are there {keep}"
        ),
    );
    bad(
        &answer("NOERROR", "qr aa rd", [2, 1, 5], CONTOSO, SECTIONS),
        &format!(
            "6:1: the text is cut: the header counts 5 records in the additional section, 4 are there {keep}"
        ),
    );
    let whole = answer("NOERROR", "qr aa rd", [2, 1, 4], CONTOSO, SECTIONS);
    let (before, _) = whole.split_once(";; flags").unwrap();
    bad(
        before,
        &format!("6:1: the header of this answer is not whole: the text is cut {keep}"),
    );
    let (before, _) = whole.split_once(";; ANSWER").unwrap();
    bad(
        before,
        &format!(
            "6:1: the text is cut: the header counts 2 records in the answer section, 0 are there {keep}"
        ),
    );
    let (before, _) = whole.split_once(" kms02.fabrikam").unwrap();
    bad(
        before,
        "18:1: this record needs four values: priority, weight, port and target\n",
    );
    let (before, _) = whole.split_once(".example.").unwrap();
    bad(
        before,
        "18:49: `kms02.fabrikam` is no full domain name: it has no final dot, so it may be cut off\n",
    );
    bad(
        &answer("NOERROR", "qr aa tc rd", [2, 1, 4], CONTOSO, SECTIONS),
        "6:1: the server cut this answer short (flag `tc`) (run dig again without `+ignore`, or with `+tcp`)\n",
    );
    bad(
        &answer(
            "NXDOMAIN",
            "qr aa rd",
            [0, 1, 1],
            CONTOSO,
            ";; AUTHORITY SECTION:\ncontoso.com. 3600 IN SOA (\n 5",
        ),
        &format!(
            "6:1: the text is cut: the header counts 1 records in the authority section, 0 are there {keep}\
             17:26: the parenthesis is not closed\n"
        ),
    );
}

#[test]
fn broken_records() {
    let text = |record: &str| {
        answer(
            "NOERROR",
            "qr aa rd",
            [1, 0, 1],
            CONTOSO,
            &format!(";; ANSWER SECTION:\n{record}\n"),
        )
    };
    for (record, expected) in [
        (
            "_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 99999 KMS01.contoso.com.",
            "17:42: the port `99999` is no number from 0 to 65535\n",
        ),
        (
            "_vlmcs._tcp.contoso.com. 4294967295 IN SRV 0 0 1688 KMS01.contoso.com.",
            "17:26: the TTL `4294967295` is above 2147483647\n",
        ),
        (
            "_vlmcs._tcp.contoso.com. 3600 IN SRVX 0 0 1688 KMS01.contoso.com.",
            "17:1: this line is not understood\n",
        ),
        (
            "_vlmcs._tcp.contoso.com. 3600 CLASS1 TYPE33 \\# 25 000A00320698056B6D73303207636F6E746F736F03636F6D00",
            "17:1: the data is in hexadecimal, which is not read (run dig again without `+unknownformat`)\n",
        ),
        (
            "_vlmcs._tcp.contoso.com 3600 IN SRV 0 0 1688 KMS01.contoso.com.",
            "17:1: `_vlmcs._tcp.contoso.com` is no full domain name: it has no final dot, so it may be cut off\n",
        ),
        (
            "kms01.contoso.com. 3600 IN A 10.20.5",
            "17:30: `10.20.5` is no IP address\n",
        ),
        ("garbage", "17:1: this line is not understood\n"),
    ] {
        bad(&text(record), expected);
    }
    bad(
        &answer("NXDOMAIN", "qr aa rd", [0, 0, 1], "_vlmcs._tcp.", ""),
        "6:1: the text does not tell in which domain `_vlmcs._tcp` was asked for (ask for the whole name, with its \
         domain: `_vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        &answer("NXDOMAIN", "qr aa rd", [0, 0, 1], CONTOSO, "")
            .replace(";_vlmcs._tcp.contoso.com.\tIN\tSRV\n", ""),
        "6:1: the answer is empty, and the text does not tell what was asked for (run dig again without \
         `+noquestion`)\n",
    );
}

#[test]
fn no_beginning_of_an_answer_passes_for_fewer_records() {
    let text = answer("NOERROR", "qr aa rd", [2, 1, 4], CONTOSO, SECTIONS);
    for length in 0..text.len() {
        if let Ok(read) = super::read(Format::Dig, text.get(..length).unwrap().as_bytes(), NOTHING)
        {
            assert!(
                read.contains(" SRV 0 0 1688 KMS01.contoso.com.\n"),
                "{length}: {read}"
            );
            assert!(
                read.contains(" SRV 10 50 1688 kms02.fabrikam.example.\n"),
                "{length}: {read}"
            );
        }
    }
}
