//! Answers of `nslookup`, good and broken.

use super::super::super::Format;
use super::{NOTHING, bad_octets};

const BANNER: &str = "Server:  dc01.contoso.com\nAddress:  10.20.0.10\n\n";

fn good(text: &str, expected: &str) {
    super::good(Format::Nslookup, text, NOTHING, expected);
}

fn bad(text: &str, expected: &str) {
    super::bad(Format::Nslookup, text, NOTHING, expected);
}

fn block(values: &str) -> String {
    format!("{BANNER}_vlmcs._tcp.contoso.com\tSRV service location:\n{values}")
}

const WHOLE: &str = "          priority       = 0
          weight         = 0
          port           = 1688
          svr hostname   = KMS01.contoso.com
";

const ONE: &str = "? names\n  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.\n";

#[test]
fn windows_records_and_addresses() {
    let text = format!(
        "{}_vlmcs._tcp.contoso.com\tSRV service location:
          priority       = 10
          weight         = 50
          port           = 1688
          svr hostname   = kms02.contoso.com

KMS01.contoso.com\tinternet address = 10.20.5.21
kms02.contoso.com\tinternet address = 10.20.5.22
kms02.contoso.com\tAAAA IPv6 address = fd20:5::22
",
        block(WHOLE)
    );
    good(
        &text,
        "\
? names
  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. ? SRV 10 50 1688 kms02.contoso.com.
  KMS01.contoso.com. ? Address
  kms02.contoso.com. ? Address
",
    );
}

#[test]
fn banners_in_every_language_and_code_page() {
    let records = format!("_vlmcs._tcp.contoso.com\tSRV service location:\r\n{WHOLE}");
    for banner in [
        &b"Serveur :   dc01.contoso.com\r\nAddress:  10.20.0.10\r\n\r\nR\x82ponse ne faisant pas autorit\x82 :\r\n"[..],
        b"\xD1\xE5\xF0\xE2\xE5\xF0:  localhost.0\r\nAddress:  127.0.0.1\r\n\r\n",
        "伺服器:  UnKnown\r\nAddress:  fe80::1\r\n\r\n未經授權的回答:\r\n".as_bytes(),
        b"DNS request timed out.\r\n    timeout was 2 seconds.\r\nServer:  UnKnown\r\nAddress:  10.20.0.10\r\n\r\n",
        b"*** Can't find server name for address 10.20.0.10: Timed out\r\n*** Default servers are not available\r\n\
          Server:  UnKnown\r\nAddress:  10.20.0.10\r\n\r\n",
        b"*** Der Servername f\x81r die Adresse 10.20.0.10 wurde nicht gefunden: Non-existent domain\r\n",
        b"C:\\Users\\admin>nslookup -type=srv _vlmcs._tcp.contoso.com\r\n",
        b"PS C:\\> nslookup.exe -q=SRV _vlmcs._tcp.contoso.com 10.20.0.10\r\nServer:  dc01\r\nAddress:  10.20.0.10\r\n",
        b"Default Server:  dc01\r\nAddress:  10.20.0.10\r\n\r\n> set type=srv\r\n> _vlmcs._tcp.contoso.com\r\nServer:  dc01\r\nAddress:  10.20.0.10\r\n\r\n",
        b"Default Server:  dc01\r\nAddress:  10.20.0.10\r\n\r\n> > Server:  dc01\r\nAddress:  10.20.0.10\r\n\r\n",
    ] {
        let text = [banner, records.as_bytes()].concat();
        assert_eq!(
            super::read(Format::Nslookup, &text, NOTHING).as_deref(),
            Ok(ONE),
            "{}",
            String::from_utf8_lossy(&text)
        );
    }
}

#[test]
fn values_are_found_however_they_are_wrapped() {
    for values in [
        "priority = 0\nweight = 0\nport = 1688 svr hostname = KMS01.contoso.com\n",
        "priority=0 weight=0 port=1688 svr hostname=KMS01.contoso.com\n",
        "\n    priority = 0\n\n    weight = 0\n\n    port = 1688\n\n    svr hostname = KMS01.contoso.com\n",
        "svr hostname = KMS01.contoso.com\nport = 1688\nweight = 0\npriority = 0\n",
    ] {
        good(&block(values), ONE);
    }
    good(
        "_vlmcs._tcp.contoso.com SRV service location: priority = 0 weight = 0 port = 1688 svr hostname = KMS01.contoso.com\n",
        ONE,
    );
}

#[test]
fn a_name_that_does_not_exist() {
    let none = "? names\n  _vlmcs._tcp.corp.fabrikam.example. none\n";
    good(
        &format!(
            "{BANNER}*** dc01.contoso.com can't find _vlmcs._tcp.corp.fabrikam.example: Non-existent domain\n"
        ),
        none,
    );
    good(
        "*** dc01.contoso.com kann \"_VLMCS._TCP.corp.fabrikam.example\" nicht finden: Non-existent domain.\n",
        "? names\n  _VLMCS._TCP.corp.fabrikam.example. none\n",
    );
    good(
        "*** No service location (SRV) records available for _vlmcs._tcp.corp.fabrikam.example\n",
        none,
    );
    let nbsp = b"*** dc01 ne parvient pas \x85 trouver _vlmcs._tcp.corp.fabrikam.example\xff: Non-existent domain";
    assert_eq!(
        super::read(Format::Nslookup, nbsp, NOTHING).as_deref(),
        Ok(none)
    );
}

#[test]
fn no_records_of_the_type_where_the_text_shows_that_it_was_srv() {
    let soa = "contoso.com
\tprimary name server = dc01.contoso.com
\tresponsible mail addr = hostmaster.contoso.com
\tserial  = 48213
\trefresh = 900 (15 mins)
\tretry   = 600 (10 mins)
\texpire  = 86400 (1 day)
\tdefault TTL = 3600 (1 hour)
";
    let none = "? names\n  _vlmcs._tcp.emea.contoso.com. none\n";
    for asked in [
        "C:\\>nslookup -type=srv _vlmcs._tcp.emea.contoso.com\n",
        "C:\\>nslookup -q=SRV _vlmcs._tcp.emea.contoso.com\n",
        "> set querytype=srv\n> _vlmcs._tcp.emea.contoso.com\n",
    ] {
        good(&format!("{asked}{BANNER}{soa}"), none);
        good(
            &format!("{asked}{BANNER}*** Can't find _vlmcs._tcp.emea.contoso.com: No answer\n"),
            none,
        );
    }
    bad(
        &format!("{BANNER}{soa}"),
        "5:2: the answer is a start of authority alone: some name has no such records, and the text does not tell \
         which (keep the command line `nslookup -type=srv NAME` above its output)\n",
    );
    let unknown = "the text does not tell whether SRV records were asked for: without a type nslookup asks for \
                   addresses (keep the command line `nslookup -type=srv NAME` above its output, or use \
                   `dig SRV NAME` or `host -t srv NAME`)\n";
    bad(
        &format!("C:\\>nslookup _vlmcs._tcp.emea.contoso.com\n{BANNER}{soa}"),
        &format!("6:2: {unknown}"),
    );
    bad(
        &format!("{BANNER}*** Can't find _vlmcs._tcp.emea.contoso.com: No answer\n"),
        &format!("4:1: {unknown}"),
    );
}

#[test]
fn several_queries_in_one_text() {
    let text = format!(
        "{}{BANNER}*** dc01.contoso.com can't find _vlmcs._tcp.fabrikam.example: Non-existent domain\n{}",
        block(WHOLE),
        block(WHOLE)
    );
    good(
        &text,
        "\
? names
  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.fabrikam.example. none
",
    );
}

#[test]
fn addresses_asked_for_by_name() {
    good(
        &format!(
            "{BANNER}Name:    kms01.contoso.com\nAddresses:  fd20:5::21\n\t  10.20.5.21\nAliases:  activation.contoso.com\n"
        ),
        "? names\n  kms01.contoso.com. ? Address\n",
    );
}

#[test]
fn bind() {
    let banner = "Server:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n";
    good(
        &format!(
            "{banner}Non-authoritative answer:
_vlmcs._tcp.alias.contoso.com\tcanonical name = _vlmcs._tcp.contoso.com.
_vlmcs._tcp.contoso.com\tservice = 10 50 1688 kms02.contoso.com.
_vlmcs._tcp.contoso.com\tservice = 0 0 1688 KMS01.contoso.com.

Authoritative answers can be found from:
contoso.com\tnameserver = dc01.contoso.com.
Name:\tkms02.contoso.com
Address: 10.20.5.22
Name:\tkms02.contoso.com
Address: fd20:5::22
KMS01.contoso.com\thas AAAA address fd20:5::21
"
        ),
        "\
? names
  _vlmcs._tcp.alias.contoso.com. ? CNAME _vlmcs._tcp.contoso.com.
  _vlmcs._tcp.contoso.com. ? SRV 10 50 1688 kms02.contoso.com.
  _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 KMS01.contoso.com.
  kms02.contoso.com. ? Address
  KMS01.contoso.com. ? Address
",
    );
    good(
        &format!("{banner}** server can't find _vlmcs._tcp.none.contoso.com: NXDOMAIN\n\n"),
        "? names\n  _vlmcs._tcp.none.contoso.com. none\n",
    );
    good(
        &format!(
            "{banner}dn.contoso.com\tdname = fabrikam.example.\n\
             _vlmcs._tcp.dn.contoso.com\tcanonical name = _vlmcs._tcp.fabrikam.example.\n"
        ),
        "\
? names
  dn.contoso.com. ? DNAME fabrikam.example.
  _vlmcs._tcp.dn.contoso.com. ? CNAME _vlmcs._tcp.fabrikam.example.
",
    );
    good(
        &format!(
            ";; communications error to 10.20.0.9#53: timed out\n{banner}\
             _vlmcs._tcp.contoso.com\tservice = 0 0 1688 KMS01.contoso.com.\n"
        ),
        ONE,
    );
    bad(
        ";; Got SERVFAIL reply from 10.20.0.10\nServer:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n\
         ** server can't find _vlmcs._tcp.contoso.com: SERVFAIL\n",
        "5:1: this query failed: it tells nothing about the name (ask again, of a server that answers, or remove \
         this query from the text)\n",
    );
    bad(
        &format!("{banner}** server can't find _vlmcs._tcp: NXDOMAIN\n"),
        "4:1: the text does not tell in which domain `_vlmcs._tcp` was asked for (ask for the whole name, with its \
         domain: `_vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        "$ nslookup -type=srv _vlmcs._tcp.sub.contoso.com\nServer:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n\
         Non-authoritative answer:\n*** Can't find _vlmcs._tcp.sub.contoso.com: No answer\n\n\
         Authoritative answers can be found from:\nsub.contoso.com\tnameserver = ns.sub.contoso.com.\n",
        "9:1: the server only refers to other servers: this is no answer (ask a server that holds the zone, or one \
         that asks others itself)\n",
    );
    bad(
        &format!("{banner}_vlmcs._tcp.contoso.com\tservice = 0 0 1688\n"),
        "4:1: an SRV record has four values: priority, weight, port and target\n",
    );
    bad(
        &format!("{banner}_vlmcs._tcp.contoso.com\tservice = 0 0 1688 KMS01.cont"),
        "4:44: `KMS01.cont` is no full domain name: it has no final dot, so it may be cut off\n",
    );
    bad(
        ";; communications error to 127.0.0.1#53: connection refused\n;; no servers could be reached\n\n",
        "2:1: this query failed: it tells nothing about the name (ask again, of a server that answers, or remove \
         this query from the text)\n",
    );
}

#[test]
fn failures_are_no_answers() {
    let failed = "this query failed: it tells nothing about the name (ask again, of a server that answers, or \
                  remove this query from the text)\n";
    for line in [
        "*** dc01.contoso.com can't find _vlmcs._tcp.contoso.com: Server failed",
        "*** dc01.contoso.com can't find _vlmcs._tcp.contoso.com: Query refused",
        "*** dc01.contoso.com can't find _vlmcs._tcp.contoso.com: No response from server",
        "*** Request to dc01.contoso.com timed-out",
        "*** Zeitueberschreitung bei Anforderung an dc01.contoso.com",
        "*** dc01.contoso.com can't find _vlmcs._tcp.contoso.com: Unspecified error",
    ] {
        bad(&format!("{BANNER}{line}\n"), &format!("4:1: {failed}"));
        bad(
            &format!("{}\n{BANNER}{line}\n", block(WHOLE)),
            &format!("13:1: {failed}"),
        );
    }
    bad(
        "DNS request timed out.\n    timeout was 2 seconds.\n",
        "1:1: the server did not answer in time: nothing is known about the name (ask again, of a server that \
         answers)\n",
    );
}

#[test]
fn broken_records() {
    for (values, expected) in [
        (
            "priority = 0\nweight = 0\nsvr hostname = kms01.contoso.com\n\nkms01.contoso.com\tinternet address = 10.0.0.1\n",
            "4:1: this record lacks `port` (run nslookup again and keep all that it prints)\n",
        ),
        (
            "          priority       = 0\n          weight         = 0\n",
            "4:1: the text ends inside this record: it lacks `port` and `svr hostname` (run nslookup again and keep \
             all that it prints)\n",
        ),
        (
            "priority = 0\nweight = 0\nweight = 5\nport = 1688\nsvr hostname = kms01.contoso.com\n",
            "7:10: `weight` is given twice for one record\n",
        ),
        (
            "priority = 0\nweight = 0\nport = 1688\nsvr hostname = kms01.contoso.com\nport = 1689\n",
            "9:1: this value belongs to no SRV record (a line `NAME  SRV service location:` must stand above the four \
             values of a record)\n",
        ),
        (
            "priority = 0\nweight = 0\nport = 70000\nsvr hostname = kms01.contoso.com\n",
            "7:8: the port `70000` is no number from 0 to 65535\n",
        ),
        (
            "priority = -1\nweight = x\nport = 1688\nsvr hostname = kms01..contoso.com\n",
            "5:12: the priority `-1` is no number from 0 to 65535\n\
             6:10: the weight `x` is no number from 0 to 65535\n\
             8:16: `kms01..contoso.com` is no full domain name: a label is empty: two dots together, or a dot first\n",
        ),
        (
            "priority = 0\nweight =\nport = 1688\nsvr hostname = kms01.contoso.com\n",
            "6:1: `weight` has no value\n",
        ),
        (
            "priority = 0\nweight = 0 of 5\nport = 1688\nsvr hostname = kms01.contoso.com\n",
            "6:12: this is not understood after the values of an SRV record\n",
        ),
        (
            "priorit\u{e9} = 0\npoids = 0\nport = 1688\nnom d\u{2019}h\u{f4}te du serveur = kms01.contoso.com\n",
            "4:1: this record lacks `priority` and `weight` and `port` and `svr hostname` (run nslookup again and keep \
             all that it prints)\n\
             5:1: this line is not understood (nslookup prints records in English on every Windows: a text that was \
             translated afterwards is not read)\n\
             6:1: this line is not understood (nslookup prints records in English on every Windows: a text that was \
             translated afterwards is not read)\n\
             7:1: this value belongs to no SRV record (a line `NAME  SRV service location:` must stand above the four \
             values of a record)\n\
             8:1: this line is not understood (nslookup prints records in English on every Windows: a text that was \
             translated afterwards is not read)\n",
        ),
    ] {
        bad(&block(values), expected);
    }
    bad(
        &format!("{BANNER}SRV service location:\n{WHOLE}"),
        "4:1: one name must stand before `SRV service location:`\n\
         5:11: this value belongs to no SRV record (a line `NAME  SRV service location:` must stand above the four values of a record)\n\
         6:11: this value belongs to no SRV record (a line `NAME  SRV service location:` must stand above the four values of a record)\n\
         7:11: this value belongs to no SRV record (a line `NAME  SRV service location:` must stand above the four values of a record)\n\
         8:11: this value belongs to no SRV record (a line `NAME  SRV service location:` must stand above the four values of a record)\n",
    );
    bad_octets(
        Format::Nslookup,
        b"_vlmcs._tcp.b\x81ro.example\tSRV service location: priority = 0 weight = 0 port = 1688 svr hostname = a.b\n",
        NOTHING,
        "1:1: `_vlmcs._tcp.b\u{fffd}ro.example` is no full domain name: it holds octets that are not ASCII\n\
         ",
    );
}

#[test]
fn texts_that_tell_nothing_of_kms() {
    bad(
        &format!("{BANNER}_vlmcs._tcp.contoso.com    emplacement du service SRV :\n"),
        "4:1: this line is not understood\n",
    );
    bad(
        BANNER,
        "whole: nothing in it is about KMS: neither a `_vlmcs._tcp` name nor an address (ask for the SRV records of \
         `_vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        &format!("{BANNER}_ldap._tcp.contoso.com\tSRV service location:\n{WHOLE}"),
        "whole: nothing in it is about KMS: neither a `_vlmcs._tcp` name nor an address (ask for the SRV records of \
         `_vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        &format!("{BANNER}*** UnKnown can't find _vlmcs._tcp: Non-existent domain\n"),
        "4:1: the text does not tell in which domain `_vlmcs._tcp` was asked for (ask for the whole name, with its \
         domain: `_vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        &format!("{BANNER}Name:    _vlmcs._tcp.contoso.com\n"),
        "4:1: this is no answer about SRV records (run `nslookup -type=srv _vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        "*** No internet address (A) records available for _vlmcs._tcp.contoso.com\n",
        "1:1: this is no answer about SRV records (run `nslookup -type=srv _vlmcs._tcp.DOMAIN`)\n",
    );
    bad(
        &format!(
            "{BANNER}------------\nGot answer:\n    HEADER:\n        opcode = QUERY, id = 2, rcode = NOERROR\n"
        ),
        "4:1: this is debugging output of nslookup (run nslookup again without `-debug` and `-d2`)\n",
    );
    bad(
        &format!(
            "{}kms01.contoso.com\tinternet address = 10.20.5.\n",
            block(WHOLE)
        ),
        "9:38: `10.20.5.` is no IP address\n",
    );
}

#[test]
fn answers_about_one_name_must_agree() {
    let other = WHOLE.replace("KMS01", "kms02");
    bad(
        &format!("{}{}", block(WHOLE), block(&other)),
        "12:1: this says something else about `_vlmcs._tcp.contoso.com` than an earlier answer in the same text (keep \
         the newest answer about a name, and remove the others)\n",
    );
}
