//! What records inherit from KMS records that change, where the zone has no `$TTL`: single cases with their exact
//! diffs.

use crate::cases::{diff, diff_of, edited, is_shared, want};
use crate::desired::host;

/// A zone without `$TTL`, and what follows its SOA and NS records.
fn zone(rest: &str) -> String {
    format!("@ 3600 SOA ns1 host 7 1 1 1 1\n@ NS ns1\n{rest}")
}

/// The body of the diff of such a zone: the hunk after the SOA record.
fn changes(rest: &str, sets: &[crate::desired::DesiredSet]) -> String {
    let diff = diff(&zone(rest), sets);
    let (head, changes) = diff.split_once(" @ NS ns1\n").unwrap();
    assert!(
        head.ends_with("-@ 3600 SOA ns1 host 7 1 1 1 1\n+@ 3600 SOA ns1 host 8 1 1 1 1\n"),
        "{head}"
    );
    changes.to_owned()
}

/// The record that takes the TTL over stands at an octet that lies within the changed record's line, of another file.
#[test]
fn a_ttl_is_handed_on_to_another_file() {
    let files = [
        (
            "contoso.com.zone",
            &*zone("$INCLUDE kms.inc\n$INCLUDE hosts.inc\n"),
        ),
        ("kms.inc", "_vlmcs._tcp 1200 SRV 0 0 1688 kms01\n"),
        ("hosts.inc", "www A 192.0.2.1\n"),
    ];
    let sets = [want(
        "contoso.com",
        &[host("kms01.contoso.com", 0, 0).ttl(600)],
    )];
    assert_eq!(
        diff_of(&files, &sets, None),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,4 +1,4 @@
-@ 3600 SOA ns1 host 7 1 1 1 1
+@ 3600 SOA ns1 host 8 1 1 1 1
 @ NS ns1
 $INCLUDE kms.inc
 $INCLUDE hosts.inc
--- a/hosts.inc
+++ b/hosts.inc
@@ -1 +1 @@
-www A 192.0.2.1
+www 1200 A 192.0.2.1
--- a/kms.inc
+++ b/kms.inc
@@ -1 +1 @@
-_vlmcs._tcp 1200 SRV 0 0 1688 kms01
+_vlmcs._tcp 600 SRV 0 0 1688 kms01
"
    );
}

#[test]
fn a_directive_gets_the_ttl_that_the_record_before_it_loses() {
    assert_eq!(
        changes(
            "_vlmcs._tcp.emea 1200 SRV 0 0 1688 kms1
$GENERATE 1-2 _vlmcs._tcp SRV \"0 0 1688 kms$\"
www A 192.0.2.1
",
            &[want(
                "emea.contoso.com",
                &[host("kms1.contoso.com", 0, 0).ttl(600)]
            )]
        ),
        "-_vlmcs._tcp.emea 1200 SRV 0 0 1688 kms1
-$GENERATE 1-2 _vlmcs._tcp SRV \"0 0 1688 kms$\"
+_vlmcs._tcp.emea 600 SRV 0 0 1688 kms1
+$GENERATE 1-2 _vlmcs._tcp 1200 SRV \"0 0 1688 kms$\"
 www A 192.0.2.1
"
    );
}

/// The lines in a directive's place have TTLs of their own, so nothing is put into it; where it goes, what comes after it
/// gets the TTL.
#[test]
fn a_directive_that_changes_gets_no_ttl() {
    let rest = "_vlmcs._tcp.emea 1200 SRV 0 0 1688 kms1
$GENERATE 1-1 _vlmcs._tcp SRV \"0 0 1688 kms$\"
www A 192.0.2.1
";
    let emea = want(
        "emea.contoso.com",
        &[host("kms1.contoso.com", 0, 0).ttl(600)],
    );
    let head = "-_vlmcs._tcp.emea 1200 SRV 0 0 1688 kms1
-$GENERATE 1-1 _vlmcs._tcp SRV \"0 0 1688 kms$\"
";
    let changed = want("contoso.com", &[host("kms1.contoso.com", 5, 0)]);
    assert_eq!(
        changes(rest, &[emea.clone(), changed]),
        format!(
            "{head}+_vlmcs._tcp.emea 600 SRV 0 0 1688 kms1
+_vlmcs._tcp.contoso.com. 1200 IN SRV 5 0 1688 kms1.contoso.com.
 www A 192.0.2.1
"
        )
    );
    assert_eq!(
        changes(rest, &[emea, want("contoso.com", &[])]),
        format!(
            "{head}-www A 192.0.2.1
+_vlmcs._tcp.emea 600 SRV 0 0 1688 kms1
+www 1200 A 192.0.2.1
"
        )
    );
}

/// The record before what goes has the same TTL, so its heir loses nothing.
#[test]
fn what_goes_leaves_the_ttl_before_it() {
    for row in [
        "_vlmcs._tcp SRV 0 0 1688 kms1",
        "$GENERATE 1-2 _vlmcs._tcp SRV \"0 0 1688 kms$\"",
    ] {
        assert_eq!(
            changes(
                &format!("{row}\nwww A 192.0.2.1\n"),
                &[want("contoso.com", &[])]
            ),
            format!("-{row}\n www A 192.0.2.1\n")
        );
    }
}

/// The lines that stand in a directive's place hold TTLs: the last one's is what a record without one takes.
#[test]
fn the_last_line_of_a_directive_hands_its_ttl_on() {
    let rest = "$GENERATE 1-2 _vlmcs._tcp 1200 SRV \"0 0 1688 kms$\"\nwww A 192.0.2.1\n";
    let [one, two] = ["kms1.contoso.com", "kms2.contoso.com"];
    for (records, expected) in [
        (
            vec![host(one, 1, 0), host(two, 2, 0)],
            "+_vlmcs._tcp.contoso.com. 1200 IN SRV 1 0 1688 kms1.contoso.com.
+_vlmcs._tcp.contoso.com. 1200 IN SRV 2 0 1688 kms2.contoso.com.
 www A 192.0.2.1
",
        ),
        (
            vec![host(one, 0, 0).ttl(600), host(two, 0, 0)],
            "+_vlmcs._tcp.contoso.com. 600 IN SRV 0 0 1688 kms1.contoso.com.
+_vlmcs._tcp.contoso.com. 1200 IN SRV 0 0 1688 kms2.contoso.com.
 www A 192.0.2.1
",
        ),
        (
            vec![host(one, 0, 0), host(two, 0, 0).ttl(600)],
            "-www A 192.0.2.1
+_vlmcs._tcp.contoso.com. 1200 IN SRV 0 0 1688 kms1.contoso.com.
+_vlmcs._tcp.contoso.com. 600 IN SRV 0 0 1688 kms2.contoso.com.
+www 1200 A 192.0.2.1
",
        ),
        (
            vec![host(one, 0, 0).ttl(600)],
            "-www A 192.0.2.1
+_vlmcs._tcp.contoso.com. 600 IN SRV 0 0 1688 kms1.contoso.com.
+www 1200 A 192.0.2.1
",
        ),
    ] {
        let directive = "-$GENERATE 1-2 _vlmcs._tcp 1200 SRV \"0 0 1688 kms$\"\n";
        assert_eq!(
            changes(rest, &[want("contoso.com", &records)]),
            format!("{directive}{expected}")
        );
    }
}

/// The written owner above is another's: the set of the record with the blank owner begins in between, with a record of
/// another type.
#[test]
fn an_owner_that_no_row_writes_is_handed_on_absolute() {
    assert_eq!(
        changes(
            "_vlmcs._tcp.emea SRV 0 0 1688 kms1
_vlmcs._tcp TXT \"x\"
→SRV 0 0 1688 kms1
$GENERATE 1-2 _vlmcs._tcp.site$ SRV \"0 0 1688 kms1\"
→TXT \"y\"
",
            &[want("site2.contoso.com", &[])]
        ),
        " _vlmcs._tcp.emea SRV 0 0 1688 kms1
 _vlmcs._tcp TXT \"x\"
 →SRV 0 0 1688 kms1
-$GENERATE 1-2 _vlmcs._tcp.site$ SRV \"0 0 1688 kms1\"
-→TXT \"y\"
+_vlmcs._tcp.site1.contoso.com. 3600 IN SRV 0 0 1688 kms1.contoso.com.
+_vlmcs._tcp.contoso.com.→TXT \"y\"
"
    );
}

/// The rows of a file that is included twice take their TTL from the record before it, and in the second use from each
/// other.
#[test]
fn a_ttl_is_handed_on_once_around_a_file_that_is_included_twice() {
    let main = zone(
        "_vlmcs._tcp 1200 SRV 0 0 1688 kms1
$INCLUDE site.inc
$INCLUDE site.inc emea.contoso.com.
",
    );
    let included = "_vlmcs._tcp.lab SRV 0 0 1688 kms1.contoso.com.
_vlmcs._tcp.dev SRV 0 0 1688 kms1.contoso.com.
";
    let files = [("contoso.com.zone", &*main), ("site.inc", included)];
    let sets = |ttl| {
        [want(
            "contoso.com",
            &[host("kms1.contoso.com", 5, 0).ttl(ttl)],
        )]
    };
    let diff = diff_of(&files, &sets(1200), None);
    assert!(
        diff.ends_with(
            "-_vlmcs._tcp 1200 SRV 0 0 1688 kms1
+_vlmcs._tcp 1200 SRV 5 0 1688 kms1
 $INCLUDE site.inc
 $INCLUDE site.inc emea.contoso.com.
"
        ),
        "{diff}"
    );
    let result = edited(&files, &sets(600), None);
    assert_eq!((result.diffs.len(), result.refused.len()), (0, 1));
}

/// `${0,1,x}` counts in hexadecimal: one of the records is no KMS record, and stays.
#[test]
fn what_a_directive_makes_besides_is_kept() {
    assert_eq!(
        changes(
            "$GENERATE 11-12 _vlm${0,1,x}s._tcp 1200 SRV \"0 0 1688 kms1\"\nwww A 192.0.2.1\n",
            &[want("contoso.com", &[])]
        ),
        "-$GENERATE 11-12 _vlm${0,1,x}s._tcp 1200 SRV \"0 0 1688 kms1\"
+_vlmbs._tcp.contoso.com. 1200 IN SRV 0 0 1688 kms1.contoso.com.
 www A 192.0.2.1
"
    );
}

/// The owner that a record of the file inherits goes, and writing it there would change what the other use inherits.
#[test]
fn an_owner_is_not_handed_on_to_a_file_that_is_included_twice() {
    let main = zone(
        "_vlmcs._tcp SRV 0 0 1688 kms
$INCLUDE site.inc
$INCLUDE site.inc emea.contoso.com.
",
    );
    let included = "; a site\n→TXT \"x\"\n_vlmcs._tcp.lab SRV 0 0 1688 kms.contoso.com.\n";
    let files = [("contoso.com.zone", &*main), ("site.inc", included)];
    is_shared(&files, 2);
}
