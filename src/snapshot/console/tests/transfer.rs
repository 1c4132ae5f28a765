//! Zone transfers that are whole, and those that are not.

use super::super::transfer_faults;
use super::{NOTHING, shown, with_sample};

const GREETING: &str = "\n; <<>> DiG 9.18.49 <<>> @127.0.0.1 AXFR contoso.com\n; (1 server found)\n;; global options: +cmd\n";
const SOA: &str = "contoso.com.\t\t3600\tIN\tSOA\tdc01.contoso.com. hostmaster.contoso.com. 5 900 600 86400 3600\n";
const RECORDS: &str = "contoso.com.\t\t3600\tIN\tNS\tdc01.contoso.com.
_gc._tcp.Default-First-Site-Name._sites.contoso.com. 600 IN SRV\t0 100 3268 dc01.contoso.com.
x.contoso.com.\t3600\tIN\tTXT\t\"a ; (b\"
";

fn size(records: usize) -> String {
    format!(
        ";; Query time: 0 msec\n;; SERVER: 127.0.0.1#53(127.0.0.1) (TCP)\n;; WHEN: Sat Nov 21 19:12:36 UTC 2026\n\
         ;; XFR size: {records} records (messages 1, bytes 1239)\n\n"
    )
}

fn check(text: &str, expected: &str) {
    let faults = with_sample(text.as_bytes(), NOTHING, transfer_faults);
    let faults: String = faults
        .iter()
        .map(|fault| shown(fault, text.as_bytes()))
        .collect();
    assert_eq!(faults, expected, "{text}");
}

const KEEP: &str = "(run `dig AXFR ZONE` again, without `+onesoa`, and keep all that it prints)\n";
const FAILED: &str = "the transfer failed: what is there is not the zone (let the server transfer the zone to this machine, \
                      and run dig again)\n";

/// The records of a transfer are read as a zone file's, in which a command is no line.
#[test]
fn what_was_typed_is_no_part_of_a_transfer() {
    for prompt in ["C:\\>", "$ ", "[root@ns ~]# ", "└─$ "] {
        check(
            &format!(
                "{prompt}dig AXFR contoso.com\n{GREETING}{SOA}{RECORDS}{SOA}{}",
                size(5)
            ),
            "1:1: this was typed; dig did not print it (keep what dig prints, from `; <<>> DiG` on, and nothing \
             else)\n",
        );
    }
}

#[test]
fn whole_transfers() {
    let multiline = "contoso.com.\t\t3600 IN\tSOA dc01.contoso.com. hostmaster.contoso.com. (
\t\t\t\t5          ; serial
\t\t\t\t900        ; refresh (15 minutes)
\t\t\t\t600        ; retry (10 minutes)
\t\t\t\t86400      ; expire (1 day)
\t\t\t\t3600       ; minimum (1 hour)
\t\t\t\t)
";
    for text in [
        format!("{GREETING}{SOA}{RECORDS}{SOA}{}", size(5)),
        format!("{GREETING}{multiline}{RECORDS}{multiline}{}", size(5)),
        format!("{SOA}{RECORDS}{SOA}"),
        format!("{SOA}{SOA}"),
        format!(
            ";; communications error to 10.20.0.9#53: timed out\n{GREETING}{SOA}{RECORDS}{SOA}{}",
            size(5)
        ),
    ] {
        check(&text, "");
        check(&text.replace('\n', "\r\n"), "");
    }
}

#[test]
fn failed_and_cut_transfers() {
    check(
        &format!("{GREETING}; Transfer failed.\n"),
        &format!("5:1: {FAILED}"),
    );
    check(
        &format!("{GREETING}{SOA}{RECORDS}; Transfer failed.\n"),
        &format!("9:1: {FAILED}"),
    );
    check(
        &format!("{GREETING}{SOA}{RECORDS};; communications error to 127.0.0.1#53: end of file\n"),
        &format!("9:1: {FAILED}"),
    );
    check(
        ";; Connection to 127.0.0.1#53(127.0.0.1) for contoso.com failed: connection refused.\n\
         ;; no servers could be reached\n",
        &format!("2:1: {FAILED}"),
    );
    check(
        ";; communications error to 127.0.0.1#53: timed out\n",
        &format!("1:1: {FAILED}"),
    );
    check(
        GREETING,
        &format!("whole: the transfer has no records {KEEP}"),
    );
    let incomplete =
        "the transfer is not complete: its last record is not the SOA that it began with";
    check(
        &format!("{GREETING}{SOA}{RECORDS}"),
        &format!("8:1: {incomplete} {KEEP}"),
    );
    check(
        &format!("{GREETING}{SOA}{}", size(1)),
        &format!("5:1: {incomplete} {KEEP}"),
    );
    check(
        &format!("{GREETING}{SOA}{RECORDS}{}", SOA.replace(" 5 ", " 6 ")),
        &format!("9:1: {incomplete} {KEEP}"),
    );
    check(
        &format!("{GREETING}{RECORDS}{SOA}"),
        &format!(
            "whole: the transfer does not begin with its SOA: its beginning is cut off {KEEP}"
        ),
    );
    check(
        &format!("{GREETING}{SOA}{SOA}{}", size(5)),
        &format!("10:4: the text is cut: dig counts 5 records, 2 are there {KEEP}"),
    );
    check(
        &format!("{GREETING}{SOA}{RECORDS}{SOA};; WARNING -- Some TSIG could not be validated\n"),
        "10:1: dig says that this transfer is damaged or forged (run dig again)\n",
    );
}

#[test]
fn several_and_incremental_transfers() {
    let one = format!("{GREETING}{SOA}{RECORDS}{SOA}");
    check(
        &format!("{one}{one}"),
        "11:1: there are several transfers in one text (keep one zone in one file)\n",
    );
    check(
        &format!("{SOA}{RECORDS}{SOA}{SOA}{RECORDS}{SOA}"),
        "1:1: there are several transfers in one text (keep one zone in one file)\n",
    );
    check(
        &format!("{}{SOA}{RECORDS}{SOA}", GREETING.replace("AXFR", "IXFR=4")),
        "2:1: an incremental transfer tells changes, not the zone (run dig again with `AXFR`)\n",
    );
}
