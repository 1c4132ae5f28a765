//! How new records are laid out and where they stand: single cases with their exact diffs.

use crate::cases::{diff, diff_of, want};
use crate::desired::{DesiredSet, host};

/// The body of the diff of a zone: what follows its SOA and NS records.
fn changes(rest: &str, sets: &[DesiredSet]) -> String {
    let zone = format!("$TTL 3600\n@ SOA ns1 host 9 1 1 1 1\n@ NS ns1\n{rest}");
    let diff = diff(&zone, sets);
    let (_, changes) = diff.split_once(" @ NS ns1\n").unwrap();
    changes.to_owned()
}

/// The records of `contoso.com`: `kms1` and so on, with these weights.
fn hosts(weights: &[u16]) -> [DesiredSet; 1] {
    let records: Vec<_> = (1..)
        .zip(weights)
        .map(|(number, &weight)| host(&format!("kms{number}.contoso.com"), 0, weight).ttl(3600))
        .collect();
    [want("contoso.com", &records)]
}

/// A tab leads to the next column whatever stands before it, so the blanks after it are as many as they were.
#[test]
fn a_tab_takes_up_what_a_wider_field_needs() {
    assert_eq!(
        changes("_vlmcs._tcp SRV 0 0→1688   kms1\n", &hosts(&[0, 75])),
        " _vlmcs._tcp SRV 0 0→1688   kms1\n+_vlmcs._tcp SRV 0 75→1688   kms2\n"
    );
}

#[test]
fn a_blank_owner_stands_in_a_line_like_those_with_blank_owners() {
    assert_eq!(
        changes(
            "_vlmcs._tcp IN SRV 0 0 1688 kms1\n→SRV 0 0 1688 kms2\n",
            &hosts(&[0, 0, 0])
        ),
        " _vlmcs._tcp IN SRV 0 0 1688 kms1\n →SRV 0 0 1688 kms2\n+→SRV 0 0 1688 kms3\n"
    );
}

/// Fields that one blank parts stand in no columns: a shorter owner leaves one blank too.
#[test]
fn a_last_record_that_goes_leaves_its_place_to_one_that_comes() {
    let sets = [
        want("emea.contoso.com", &[]),
        want("contoso.com", &[host("kms1.contoso.com", 0, 0).ttl(3600)]),
    ];
    assert_eq!(
        changes("_vlmcs._tcp.emea SRV 0 0 1688 kms1$", &sets),
        "-_vlmcs._tcp.emea SRV 0 0 1688 kms1\n\\ No newline at end of file
+_vlmcs._tcp SRV 0 0 1688 kms1\n"
    );
}

#[test]
fn a_new_record_comes_to_the_file_with_most_of_its_set_and_looks_like_those() {
    let files = [
        (
            "contoso.com.zone",
            "$TTL 3600\n@ SOA ns1 host 9 1 1 1 1\n@ NS ns1\n_vlmcs._tcp IN SRV 0 0 1688 kms1\n$INCLUDE kms.inc\n",
        ),
        (
            "kms.inc",
            "_vlmcs._tcp SRV 0 0 1688 kms2\n_vlmcs._tcp SRV 0 0 1688 kms3\n",
        ),
    ];
    let diff = diff_of(&files, &hosts(&[0, 0, 0, 0]), None);
    let added = " _vlmcs._tcp SRV 0 0 1688 kms3\n+_vlmcs._tcp SRV 0 0 1688 kms4\n";
    assert!(diff.ends_with(added), "{diff}");
}

#[test]
fn a_new_record_comes_after_a_directive_that_stays() {
    let stays = "$GENERATE 1-2 _vlmcs._tcp SRV \"0 0 1688 kms$\"\n";
    let goes = "$GENERATE 3-4 _vlmcs._tcp SRV \"0 0 1688 kms$\"\n";
    let records =
        ["kms1", "kms2", "kms5"].map(|name| host(&format!("{name}.contoso.com"), 0, 0).ttl(3600));
    assert_eq!(
        changes(
            &format!("{stays}www A 192.0.2.1\n{goes}"),
            &[want("contoso.com", &records)]
        ),
        format!(" {stays}+_vlmcs._tcp SRV 0 0 1688 kms5.contoso.com.\n www A 192.0.2.1\n-{goes}")
    );
}

#[test]
fn an_owner_is_spelled_as_next_to_it() {
    assert_eq!(
        changes(
            "_VLMCS._TCP SRV 0 0 1688 kms1\n_vlmcs._tcp SRV 0 0 1688 kms2\n",
            &hosts(&[0, 0, 0])
        ),
        " _VLMCS._TCP SRV 0 0 1688 kms1\n _vlmcs._tcp SRV 0 0 1688 kms2\n+_vlmcs._tcp SRV 0 0 1688 kms3\n"
    );
    // A line with an escape is no model of another one, but its owner is.
    assert_eq!(
        changes("\\095vlmcs._tcp SRV 0 0 1688 kms1\n", &hosts(&[0, 0])),
        " \\095vlmcs._tcp SRV 0 0 1688 kms1\n+\\095vlmcs._tcp SRV 0 0 1688 kms2.contoso.com.\n"
    );
}

#[test]
fn new_records_of_the_last_set_come_before_those_of_a_new_set() {
    let two = [
        host("kms1.contoso.com", 0, 0),
        host("kms2.contoso.com", 0, 0).ttl(3600),
    ];
    let sets = [
        want("emea.contoso.com", &two),
        want("apac.contoso.com", &two),
    ];
    assert_eq!(
        changes("_vlmcs._tcp.emea SRV 0 0 1688 kms1\n", &sets),
        " _vlmcs._tcp.emea SRV 0 0 1688 kms1
+_vlmcs._tcp.emea SRV 0 0 1688 kms2
+_vlmcs._tcp.apac SRV 0 0 1688 kms1
+_vlmcs._tcp.apac SRV 0 0 1688 kms2
"
    );
}

/// Where the last line has no end, it gets that of the line before it.
#[test]
fn a_line_without_end_is_ended_like_the_one_before_it() {
    let end = "\n\\ No newline at end of file\n";
    let [one, two] = [1, 2].map(|number| format!("_vlmcs._tcp SRV 0 0 1688 kms{number}"));
    for comment in ["", " ; c"] {
        assert_eq!(
            changes(&format!("x TXT x␍\n{one}{comment}$"), &hosts(&[0, 0])),
            format!(" x TXT x␍\n-{one}{comment}{end}+{one}{comment}␍\n+{two}␍\n")
        );
    }
    // A lone CR ends no comment.
    for (comment, ended) in [("", "␍"), (" ; c", "\n+")] {
        assert_eq!(
            changes(&format!("x TXT x␍{one}{comment}$"), &hosts(&[0, 0])),
            format!("-x TXT x␍{one}{comment}{end}+x TXT x␍{one}{comment}{ended}{two}␍{end}")
        );
    }
}

#[test]
fn generic_data_may_end_with_the_file() {
    let end = "\n\\ No newline at end of file\n";
    for (old, new) in [
        ("TYPE33 \\# 10 000000000698026b3100", "SRV 0 75 1688 k1."),
        (
            "TYPE33 \\# 10 000000000698026b3100 ; c",
            "SRV 0 75 1688 k1. ; c",
        ),
        (
            "TYPE33 ( \\# 10 000000000698026b3100 )",
            "SRV ( 0 75 1688 k1. )",
        ),
    ] {
        assert_eq!(
            changes(
                &format!("_vlmcs._tcp {old}$"),
                &[want("contoso.com", &[host("k1", 0, 75)])]
            ),
            format!("-_vlmcs._tcp {old}{end}+_vlmcs._tcp {new}{end}")
        );
    }
}
