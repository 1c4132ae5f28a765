//! Single cases with their exact diffs. A carriage return is shown as `␍`, a tab as `→`.

use std::fs;

use kmsplan::plan::edit::{Edited, apply, edit};
use kmsplan::snapshot::{Options, Snapshot};

use crate::desired::{Desired, DesiredSet, edits, host, name};
use crate::{judge, tools};

/// What is wanted for one domain.
pub(crate) fn want(domain: &str, records: &[Desired]) -> DesiredSet {
    DesiredSet {
        owner: name(&format!("_vlmcs._tcp.{domain}")),
        records: records.to_vec(),
    }
}

/// The text of a file as the cases write it: `→` is a tab, `␍` a carriage return, without a final `$`.
fn plain(text: &str) -> String {
    let text = text.replace('→', "\t").replace('␍', "\r");
    text.strip_suffix('$').map_or(text.clone(), str::to_owned)
}

pub(crate) fn edited(files: &[(&str, &str)], sets: &[DesiredSet], today: Option<&str>) -> Edited {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        fs::write(folder.path().join(file), plain(text)).unwrap();
    }
    let source = folder.path().join(files[0].0);
    let source = source.to_str().unwrap().to_owned();
    let snapshot = Snapshot::read(&[source], &Options::default())
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    let today = today.map(|day| day.parse().unwrap());
    edit(&snapshot, &[edits(&snapshot.zones[0], sets, true)], today)
}

/// The diffs of files, the first one being the zone's own.
pub(crate) fn diff_of(files: &[(&str, &str)], sets: &[DesiredSet], today: Option<&str>) -> String {
    let edited = edited(files, sets, today);
    assert_eq!(edited.refused, []);
    let diff: Vec<u8> = edited
        .diffs
        .into_iter()
        .flat_map(|diff| diff.unified)
        .collect();
    let diff = String::from_utf8(diff).unwrap();
    diff.replace('\t', "→").replace('\r', "␍")
}

/// Nothing is edited where the records of contoso.com are to go, because the second file is included several times; `line` is
/// the first of it that would change.
pub(crate) fn is_shared(files: &[(&str, &str)], line: usize) {
    let result = edited(files, &[want("contoso.com", &[])], None);
    assert_eq!(
        (result.diffs, result.files, result.serials),
        Default::default()
    );
    let [refused] = result.refused.as_slice() else {
        panic!("{:?}", result.refused);
    };
    let why = format!(
        "{} is included in several places, so an edit of it would change all of them.",
        files[1].0
    );
    assert!(refused.why.ends_with(&why), "{}", refused.why);
    assert_eq!(refused.site.map(|site| site.line), Some(line));
}

/// The diff of a zone file.
pub(crate) fn diff(zone: &str, sets: &[DesiredSet]) -> String {
    diff_of(&[("contoso.com.zone", zone)], sets, None)
}

const PLAIN: &str = "\
$ORIGIN contoso.com.
$TTL 1h
@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
                IN NS   ns1
ns1             A       10.20.0.53
; KMS
_vlmcs._tcp     IN SRV  0 0 1688 kms01.contoso.com.  ; the first
                IN SRV  0   0 1688 KMS02.contoso.com.
                IN SRV  0 0 1688 oldkms.contoso.com.
                TXT     \"activation\"
kms01           1200 A  10.20.5.21
";

#[test]
fn changed_numbers_are_replaced_in_place() {
    assert_eq!(
        diff(
            PLAIN,
            &[want(
                "contoso.com",
                &[
                    host("kms01.contoso.com", 10, 75).ttl(3600),
                    host("kms02.contoso.com", 10, 25).ttl(3600),
                    host("kms03.contoso.com", 20, 75).ttl(3600),
                ]
            )]
        ),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,11 +1,11 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
-_vlmcs._tcp     IN SRV  0 0 1688 kms01.contoso.com.  ; the first
-                IN SRV  0   0 1688 KMS02.contoso.com.
-                IN SRV  0 0 1688 oldkms.contoso.com.
+_vlmcs._tcp     IN SRV  10 75 1688 kms01.contoso.com.  ; the first
+                IN SRV  10   25 1688 KMS02.contoso.com.
+                IN SRV  20 75 1688 kms03.contoso.com.
                 TXT     "activation"
 kms01           1200 A  10.20.5.21
"#
    );
}

#[test]
fn the_serial_follows_the_day() {
    let sets = [want("contoso.com", &[host("kms01.contoso.com", 0, 0)])];
    let edited = edited(&[("contoso.com.zone", PLAIN)], &sets, Some("2026-11-21"));
    assert_eq!(edited.serials, [(name("contoso.com"), 2_026_112_101)]);
}

#[test]
fn nothing_to_change_gives_nothing() {
    let sets = [want(
        "contoso.com",
        &[
            host("kms01.contoso.com", 0, 0).ttl(3600),
            host("KMS02.contoso.com", 0, 0).ttl(3600),
            host("oldkms.contoso.com", 0, 0),
        ],
    )];
    assert_eq!(
        edited(&[("contoso.com.zone", PLAIN)], &sets, Some("2026-11-21")),
        Edited::default()
    );
}

#[test]
fn a_removed_owner_is_handed_on() {
    assert_eq!(
        diff(
            PLAIN,
            &[want("contoso.com", &[host("oldkms.contoso.com", 0, 0)])]
        ),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,11 +1,9 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
-_vlmcs._tcp     IN SRV  0 0 1688 kms01.contoso.com.  ; the first
-                IN SRV  0   0 1688 KMS02.contoso.com.
-                IN SRV  0 0 1688 oldkms.contoso.com.
+_vlmcs._tcp     IN SRV  0 0 1688 oldkms.contoso.com.
                 TXT     "activation"
 kms01           1200 A  10.20.5.21
"#
    );
    assert_eq!(
        diff(PLAIN, &[want("contoso.com", &[])]),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,11 +1,8 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
-_vlmcs._tcp     IN SRV  0 0 1688 kms01.contoso.com.  ; the first
-                IN SRV  0   0 1688 KMS02.contoso.com.
-                IN SRV  0 0 1688 oldkms.contoso.com.
-                TXT     "activation"
+_vlmcs._tcp     TXT     "activation"
 kms01           1200 A  10.20.5.21
"#
    );
}

#[test]
fn an_owner_is_handed_on_absolute_under_another_origin() {
    let zone = "\
$TTL 3600
@ SOA ns1 host 7 1 1 1 1
@ NS ns1
$ORIGIN _tcp.contoso.com.
_VLMCS→SRV→0 0 1688 kms01.contoso.com.
$ORIGIN contoso.com.
→→TXT→\"x\"
";
    assert_eq!(
        diff(zone, &[want("contoso.com", &[])]),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,7 +1,6 @@
 $TTL 3600
-@ SOA ns1 host 7 1 1 1 1
+@ SOA ns1 host 8 1 1 1 1
 @ NS ns1
 $ORIGIN _tcp.contoso.com.
-_VLMCS→SRV→0 0 1688 kms01.contoso.com.
 $ORIGIN contoso.com.
-→→TXT→"x"
+_VLMCS._tcp.contoso.com.→TXT→"x"
"#
    );
}

#[test]
fn the_first_new_record_takes_the_owner_of_a_set_that_goes() {
    assert_eq!(
        diff(
            PLAIN,
            &[want(
                "contoso.com",
                &[
                    host("kms07.contoso.com", 1, 2),
                    host("kms08.contoso.com", 3, 4)
                ]
            )]
        ),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,11 +1,10 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
-_vlmcs._tcp     IN SRV  0 0 1688 kms01.contoso.com.  ; the first
-                IN SRV  0   0 1688 KMS02.contoso.com.
-                IN SRV  0 0 1688 oldkms.contoso.com.
+_vlmcs._tcp     IN SRV  1 2 1688 kms07.contoso.com.
+                IN SRV  3 4 1688 kms08.contoso.com.
                 TXT     "activation"
 kms01           1200 A  10.20.5.21
"#
    );
}

#[test]
fn the_last_explicit_ttl_is_kept_for_those_that_had_it() {
    let zone = "\
@ 3600 SOA ns1 host 4294967295 1 1 1 1
@ NS ns1
_vlmcs._tcp 600 SRV 0 0 1688 kms01
_vlmcs._tcp SRV 0 0 1688 kms02
host→A→192.0.2.1
";
    assert_eq!(
        diff(
            zone,
            &[want("contoso.com", &[host("kms02.contoso.com", 0, 0)])]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,4 @@
-@ 3600 SOA ns1 host 4294967295 1 1 1 1
+@ 3600 SOA ns1 host 1 1 1 1 1
 @ NS ns1
-_vlmcs._tcp 600 SRV 0 0 1688 kms01
-_vlmcs._tcp SRV 0 0 1688 kms02
+_vlmcs._tcp 600 SRV 0 0 1688 kms02
 host→A→192.0.2.1
"
    );
    assert_eq!(
        diff(
            zone,
            &[want(
                "contoso.com",
                &[
                    host("kms01.contoso.com", 0, 0).ttl(300),
                    host("kms02.contoso.com", 0, 0).ttl(300)
                ]
            )]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,5 @@
-@ 3600 SOA ns1 host 4294967295 1 1 1 1
+@ 3600 SOA ns1 host 1 1 1 1 1
 @ NS ns1
-_vlmcs._tcp 600 SRV 0 0 1688 kms01
+_vlmcs._tcp 300 SRV 0 0 1688 kms01
 _vlmcs._tcp SRV 0 0 1688 kms02
-host→A→192.0.2.1
+host→600→A→192.0.2.1
"
    );
    assert_eq!(
        diff(zone, &[want("contoso.com", &[])]),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,3 @@
-@ 3600 SOA ns1 host 4294967295 1 1 1 1
+@ 3600 SOA ns1 host 1 1 1 1 1
 @ NS ns1
-_vlmcs._tcp 600 SRV 0 0 1688 kms01
-_vlmcs._tcp SRV 0 0 1688 kms02
-host→A→192.0.2.1
+host→600→A→192.0.2.1
"
    );
    assert_eq!(
        diff(
            zone,
            &[want(
                "contoso.com",
                &[
                    host("kms01.contoso.com", 0, 0),
                    host("kms02.contoso.com", 0, 0),
                    host("kms03.contoso.com", 0, 0).ttl(600),
                    host("kms04.contoso.com", 0, 0).ttl(60)
                ]
            )]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,7 @@
-@ 3600 SOA ns1 host 4294967295 1 1 1 1
+@ 3600 SOA ns1 host 1 1 1 1 1
 @ NS ns1
 _vlmcs._tcp 600 SRV 0 0 1688 kms01
 _vlmcs._tcp SRV 0 0 1688 kms02
-host→A→192.0.2.1
+_vlmcs._tcp 600 SRV 0 0 1688 kms03
+_vlmcs._tcp 60 SRV 0 0 1688 kms04
+host→600→A→192.0.2.1
"
    );
}

#[test]
fn a_ttl_is_put_in_before_class_or_type() {
    assert_eq!(
        diff(
            PLAIN,
            &[want(
                "contoso.com",
                &[
                    host("kms01.contoso.com", 0, 0).ttl(600),
                    host("kms02.contoso.com", 0, 0).ttl(3600),
                    host("oldkms.contoso.com", 0, 0).ttl(3600)
                ]
            )]
        ),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,10 +1,10 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
-_vlmcs._tcp     IN SRV  0 0 1688 kms01.contoso.com.  ; the first
+_vlmcs._tcp     600 IN SRV  0 0 1688 kms01.contoso.com.  ; the first
                 IN SRV  0   0 1688 KMS02.contoso.com.
                 IN SRV  0 0 1688 oldkms.contoso.com.
                 TXT     "activation"
"#
    );
}

#[test]
fn a_set_that_is_not_there_is_written_at_the_end() {
    let sets = [want(
        "emea.contoso.com",
        &[
            host("kms01.contoso.com", 10, 75).ttl(3600),
            host("kms02.fabrikam.com", 10, 25).ttl(600),
        ],
    )];
    assert_eq!(
        diff(PLAIN, &sets),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,6 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
@@ -9,3 +9,5 @@
                 IN SRV  0 0 1688 oldkms.contoso.com.
                 TXT     "activation"
 kms01           1200 A  10.20.5.21
+_vlmcs._tcp.emea IN SRV 10 75 1688 kms01.contoso.com.
+                600 IN SRV 10 25 1688 kms02.fabrikam.com.
"#
    );
    // The file's last line has no end, the new one has.
    assert_eq!(
        diff(&format!("{}$", PLAIN.trim_end()), &sets),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,6 @@
 $ORIGIN contoso.com.
 $TTL 1h
-@               IN SOA  ns1 hostmaster ( 2026030201 1h 15m 1w 1h )
+@               IN SOA  ns1 hostmaster ( 2026030202 1h 15m 1w 1h )
                 IN NS   ns1
 ns1             A       10.20.0.53
 ; KMS
@@ -8,4 +8,6 @@
                 IN SRV  0   0 1688 KMS02.contoso.com.
                 IN SRV  0 0 1688 oldkms.contoso.com.
                 TXT     "activation"
-kms01           1200 A  10.20.5.21
\ No newline at end of file
+kms01           1200 A  10.20.5.21
+_vlmcs._tcp.emea IN SRV 10 75 1688 kms01.contoso.com.
+                600 IN SRV 10 25 1688 kms02.fabrikam.com.
"#
    );
    let other = "\
$TTL 3600␍
@→IN→SOA→ns1 host 1 1 1 1 1␍
@→IN→NS→ns1␍
www→IN→A→192.0.2.1␍
";
    assert_eq!(
        diff(other, &sets),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,4 +1,6 @@
 $TTL 3600␍
-@→IN→SOA→ns1 host 1 1 1 1 1␍
+@→IN→SOA→ns1 host 2 1 1 1 1␍
 @→IN→NS→ns1␍
 www→IN→A→192.0.2.1␍
+_vlmcs._tcp.emea→IN→SRV→10 75 1688 kms01.contoso.com.␍
+_vlmcs._tcp.emea→600→IN→SRV→10 25 1688 kms02.fabrikam.com.␍
"
    );
}

const WINDOWS: &str = ";␍
;  Database file (null) for Default zone scope in zone contoso.com.␍
;      Zone version:  48213␍
;␍
␍
@                       IN  SOA dc01.contoso.com. hostmaster.contoso.com. (␍
                        →→48213        ; serial number␍
                        →→900          ; refresh␍
                        →→600          ; retry␍
                        →→86400        ; expire␍
                        →→3600       ) ; default TTL␍
␍
@                       NS→dc01.contoso.com.␍
_vlmcs._tcp             [AGE:3726916]→600→SRV→0 0 1688→KMS01.contoso.com.␍
                        [AGE:3726909]→3600→SRV→10 50 1688→kms02.contoso.com.␍
                        SRV→0 0 1688→kmsold-2012.contoso.com.␍
_kerberos._udp          [AGE:3726915]→600→SRV→0 100 88→dc01.contoso.com.␍
";

/// A Windows file whose last record ends with the file may be cut there, so it is refused: an edit leaves none.
#[test]
fn a_new_last_record_of_a_windows_file_can_be_read_again() {
    let file = "contoso.com.dns";
    let zone = format!("{}$", WINDOWS.strip_suffix("␍\n").unwrap());
    let sets = [want(
        "emea.contoso.com",
        &[host("kms01.contoso.com", 0, 0).ttl(3600)],
    )];
    let edited = edited(&[(file, &zone)], &sets, None);
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join(file);
    let bytes = apply(plain(&zone).as_bytes(), &edited.files[0].1);
    assert!(bytes.ends_with(b"kms01.contoso.com.\r\n"), "{bytes:?}");
    fs::write(&source, bytes).unwrap();
    let source = source.to_str().unwrap().to_owned();
    Snapshot::read(&[source], &Options::default()).unwrap();
}

#[test]
fn a_windows_file_keeps_its_layout() {
    assert_eq!(
        diff(
            WINDOWS,
            &[
                want(
                    "contoso.com",
                    &[
                        host("kms01.contoso.com", 10, 75).ttl(3600),
                        host("kms02.contoso.com", 10, 25).ttl(3600),
                        host("kms03.contoso.com", 20, 75).ttl(3600),
                    ]
                ),
                want(
                    "emea.contoso.com",
                    &[
                        host("kms01.contoso.com", 10, 75).ttl(3600),
                        host("kms02.contoso.com", 10, 25).ttl(600),
                    ]
                ),
            ]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -4,14 +4,16 @@
 ;␍
 ␍
 @                       IN  SOA dc01.contoso.com. hostmaster.contoso.com. (␍
-                        →→48213        ; serial number␍
+                        →→48214        ; serial number␍
                         →→900          ; refresh␍
                         →→600          ; retry␍
                         →→86400        ; expire␍
                         →→3600       ) ; default TTL␍
 ␍
 @                       NS→dc01.contoso.com.␍
-_vlmcs._tcp             [AGE:3726916]→600→SRV→0 0 1688→KMS01.contoso.com.␍
-                        [AGE:3726909]→3600→SRV→10 50 1688→kms02.contoso.com.␍
-                        SRV→0 0 1688→kmsold-2012.contoso.com.␍
+_vlmcs._tcp             3600→SRV→10 75 1688→KMS01.contoso.com.␍
+                        3600→SRV→10 25 1688→kms02.contoso.com.␍
+                        3600→SRV→20 75 1688→kms03.contoso.com.␍
 _kerberos._udp          [AGE:3726915]→600→SRV→0 100 88→dc01.contoso.com.␍
+_vlmcs._tcp.emea        3600→SRV→10 75 1688→kms01.contoso.com.␍
+                        600→SRV→10 25 1688→kms02.contoso.com.␍
"
    );
    let one = WINDOWS
        .lines()
        .filter(|line| !line.contains("kms02") && !line.contains("kmsold"))
        .map(|line| line.to_owned() + "\n")
        .collect::<String>();
    assert_eq!(
        diff(
            &one,
            &[want(
                "contoso.com",
                &[
                    host("kms01.contoso.com", 0, 0).ttl(3600),
                    host("kms02.contoso.com", 0, 0).ttl(3600)
                ]
            )]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -4,12 +4,13 @@
 ;␍
 ␍
 @                       IN  SOA dc01.contoso.com. hostmaster.contoso.com. (␍
-                        →→48213        ; serial number␍
+                        →→48214        ; serial number␍
                         →→900          ; refresh␍
                         →→600          ; retry␍
                         →→86400        ; expire␍
                         →→3600       ) ; default TTL␍
 ␍
 @                       NS→dc01.contoso.com.␍
-_vlmcs._tcp             [AGE:3726916]→600→SRV→0 0 1688→KMS01.contoso.com.␍
+_vlmcs._tcp             3600→SRV→0 0 1688→KMS01.contoso.com.␍
+                        3600→SRV→0 0 1688→kms02.contoso.com.␍
 _kerberos._udp          [AGE:3726915]→600→SRV→0 100 88→dc01.contoso.com.␍
"
    );
}

#[test]
fn a_directive_is_expanded_only_if_one_of_its_records_changes() {
    let zone = "\
$TTL 3600
@ SOA ns1 host 9 1 1 1 1
@ NS ns1
www→A→192.0.2.1
$GENERATE 1-3 _vlmcs._tcp SRV \"0 0 1688 kms$\"
→AAAA→2001:db8::1
";
    let three = |last: Desired| {
        [want(
            "contoso.com",
            &[
                host("kms1.contoso.com", 0, 0),
                host("kms2.contoso.com", 0, 0),
                last,
            ],
        )]
    };
    assert_eq!(diff(zone, &three(host("kms3.contoso.com", 0, 0))), "");
    assert_eq!(
        diff(zone, &three(host("kms3.contoso.com", 5, 6).ttl(60))),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,8 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
 www→A→192.0.2.1
-$GENERATE 1-3 _vlmcs._tcp SRV "0 0 1688 kms$"
-→AAAA→2001:db8::1
+_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms1.contoso.com.
+_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms2.contoso.com.
+_vlmcs._tcp.contoso.com. 60 IN SRV 5 6 1688 kms3.contoso.com.
+www.contoso.com.→AAAA→2001:db8::1
"#
    );
    assert_eq!(
        diff(zone, &three(host("new.contoso.com", 5, 6))),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,8 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
 www→A→192.0.2.1
-$GENERATE 1-3 _vlmcs._tcp SRV "0 0 1688 kms$"
-→AAAA→2001:db8::1
+_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms1.contoso.com.
+_vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 kms2.contoso.com.
+_vlmcs._tcp→SRV→5 6 1688 new.contoso.com.
+www.contoso.com.→AAAA→2001:db8::1
"#
    );
    let four = [want(
        "contoso.com",
        &[
            host("kms1.contoso.com", 0, 0),
            host("kms2.contoso.com", 0, 0),
            host("kms3.contoso.com", 0, 0),
            host("kms4.contoso.com", 0, 0).ttl(3600),
        ],
    )];
    assert_eq!(
        diff(zone, &four),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,7 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
 www→A→192.0.2.1
 $GENERATE 1-3 _vlmcs._tcp SRV "0 0 1688 kms$"
-→AAAA→2001:db8::1
+_vlmcs._tcp→SRV→0 0 1688 kms4.contoso.com.
+www.contoso.com.→AAAA→2001:db8::1
"#
    );
}

#[test]
fn generic_data_is_spelled_out_if_it_changes() {
    let zone = "\
$TTL 3600
@ SOA ns1 host 9 1 1 1 1
@ NS ns1
_vlmcs._tcp TYPE33 \\# 10 000000000698 026b3100
_vlmcs._tcp TYPE33 \\# ( 10 ; length
→000000000698 ; numbers
→026b3200 ) ; target
_vlmcs._tcp TYPE33 \\# 10 000000000698026b3300
";
    assert_eq!(
        diff(
            zone,
            &[want(
                "contoso.com",
                &[
                    host("k1", 10, 75),
                    host("k2", 10, 25),
                    host("k3", 0, 0).ttl(60)
                ]
            )]
        ),
        r"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,8 +1,8 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
-_vlmcs._tcp TYPE33 \# 10 000000000698 026b3100
-_vlmcs._tcp TYPE33 \# ( 10 ; length
-→000000000698 ; numbers
-→026b3200 ) ; target
-_vlmcs._tcp TYPE33 \# 10 000000000698026b3300
+_vlmcs._tcp SRV 10 75 1688 k1.
+_vlmcs._tcp SRV 10 25 ( 1688 k2. ; length
+ ; numbers
+ ) ; target
+_vlmcs._tcp 60 TYPE33 \# 10 000000000698026b3300
"
    );
}

#[test]
fn columns_of_the_neighbour_are_kept() {
    let zone = "\
$TTL 3600
@                 IN  SOA   ns1 host 9 1 1 1 1
@                 IN  NS    ns1
_vlmcs._tcp       IN  SRV   0     0    1688  kms1        ; one
_vlmcs._tcp       IN  SRV   10    100  1688  kms2
";
    assert_eq!(
        diff(
            zone,
            &[
                want(
                    "contoso.com",
                    &[
                        host("kms1.contoso.com", 0, 0),
                        host("kms2.contoso.com", 10, 100),
                        host("kms3.contoso.com", 1, 65535).ttl(3600),
                        host("kms4.fabrikam.com", 100, 1).ttl(3600),
                    ]
                ),
                want(
                    "a.b.c.d.contoso.com",
                    &[host("kms1.contoso.com", 0, 0).ttl(60)]
                ),
            ]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,8 @@
 $TTL 3600
-@                 IN  SOA   ns1 host 9 1 1 1 1
+@                 IN  SOA   ns1 host 10 1 1 1 1
 @                 IN  NS    ns1
 _vlmcs._tcp       IN  SRV   0     0    1688  kms1        ; one
 _vlmcs._tcp       IN  SRV   10    100  1688  kms2
+_vlmcs._tcp       IN  SRV   1     65535 1688 kms3
+_vlmcs._tcp       IN  SRV   100   1    1688  kms4.fabrikam.com.
+_vlmcs._tcp.a.b.c.d 60 IN SRV 0   0    1688  kms1
"
    );
}

#[test]
fn records_of_an_included_file_are_edited_there() {
    let zone = "\
$TTL 3600
@ SOA ns1 host 9 1 1 1 1
@ NS ns1
_vlmcs._tcp SRV 0 0 1688 kms1
$INCLUDE kms.inc
→TXT→\"outer\"
";
    let included = "\u{feff}→TXT→\"inner\"\n_vlmcs._tcp SRV 0 0 1688 kms2\n→SRV 0 0 1688 kms3\n";
    let files = [("contoso.com.zone", zone), ("kms.inc", included)];
    assert_eq!(
        diff_of(
            &files,
            &[want(
                "contoso.com",
                &[
                    host("kms3.contoso.com", 0, 0),
                    host("kms4.contoso.com", 0, 0)
                ]
            )],
            None
        ),
        r#"--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,5 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
-_vlmcs._tcp SRV 0 0 1688 kms1
 $INCLUDE kms.inc
-→TXT→"outer"
+_vlmcs._tcp→TXT→"outer"
--- a/kms.inc
+++ b/kms.inc
@@ -1,3 +1,3 @@
-﻿→TXT→"inner"
-_vlmcs._tcp SRV 0 0 1688 kms2
-→SRV 0 0 1688 kms3
+﻿_vlmcs._tcp→TXT→"inner"
+_vlmcs._tcp→SRV 0 0 1688 kms3
+→SRV 0 0 1688 kms4
"#
    );
}

/// A zone that includes a file twice, below two origins.
const TWICE: &str = "\
$TTL 3600
@ SOA ns1 host 9 1 1 1 1
@ NS ns1
$INCLUDE kms.inc
$INCLUDE kms.inc emea.contoso.com.
";

#[test]
fn a_file_that_is_included_twice_is_not_edited() {
    let included = "; KMS\n_vlmcs._tcp SRV 0 0 1688 kms.contoso.com.\n";
    let files = [("contoso.com.zone", TWICE), ("kms.inc", included)];
    is_shared(&files, 2);
    // A record that comes needs no edit of it.
    let both = [
        host("kms.contoso.com", 0, 0),
        host("kms2.contoso.com", 0, 0).ttl(3600),
    ];
    assert_eq!(
        diff_of(&files, &[want("contoso.com", &both)], None),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,6 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
 $INCLUDE kms.inc
 $INCLUDE kms.inc emea.contoso.com.
+_vlmcs._tcp SRV 0 0 1688 kms2.contoso.com.
"
    );
}

/// The owner as the file spells it is another one below another origin.
#[test]
fn a_record_for_a_file_that_is_included_once_more_has_the_owner_of_that_time() {
    let included = "_vlmcs._tcp SRV 0 0 1688 kms.contoso.com.\n";
    let files = [("contoso.com.zone", TWICE), ("kms.inc", included)];
    let both = [
        host("kms.contoso.com", 0, 0),
        host("kms2.contoso.com", 0, 0).ttl(3600),
    ];
    assert_eq!(
        diff_of(&files, &[want("emea.contoso.com", &both)], None),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,5 +1,6 @@
 $TTL 3600
-@ SOA ns1 host 9 1 1 1 1
+@ SOA ns1 host 10 1 1 1 1
 @ NS ns1
 $INCLUDE kms.inc
 $INCLUDE kms.inc emea.contoso.com.
+_vlmcs._tcp.emea SRV 0 0 1688 kms2.contoso.com.
"
    );
}

#[test]
fn a_serial_that_is_no_number_is_not_raised() {
    let zone = "\
$TTL 3600
@ SOA \\# 22 0000 00000009 00000001 00000001 00000001 00000001
@ NS ns1
_vlmcs._tcp SRV 0 0 1688 kms
";
    let result = edited(
        &[("contoso.com.zone", zone)],
        &[want("contoso.com", &[])],
        None,
    );
    assert_eq!(
        (result.diffs, result.files, result.serials),
        Default::default()
    );
    let whys: Vec<_> = result
        .refused
        .iter()
        .map(|refused| refused.why.as_str())
        .collect();
    assert_eq!(
        whys,
        ["The serial of contoso.com is not written as a number that can be replaced in place."]
    );
}

#[test]
fn a_serial_on_a_line_of_its_own_is_raised_there() {
    let zone = "\
$TTL 3600
@ SOA ns1 host (
→→9␍
→→1 1 1 1 )
@ NS ns1
_vlmcs._tcp SRV 0 0 1688 kms
";
    assert_eq!(
        diff(
            zone,
            &[want("contoso.com", &[host("kms.contoso.com", 1, 0)])]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,6 +1,6 @@
 $TTL 3600
 @ SOA ns1 host (
-→→9␍
+→→10␍
 →→1 1 1 1 )
 @ NS ns1
-_vlmcs._tcp SRV 0 0 1688 kms
+_vlmcs._tcp SRV 1 0 1688 kms
"
    );
}

#[test]
fn patch_understands_every_path() {
    if !tools::available("patch", "patch_understands_every_path") {
        return;
    }
    let zone = "$TTL 3600\n@ SOA ns1 host 9 1 1 1 1\n@ NS ns1\n_vlmcs._tcp SRV 0 0 1688 kms\n";
    for path in [
        "plain.zone",
        "./zones/plain.zone",
        "my zones/the zone.dns",
        "a \"quoted\\\" name",
        "new\nline\t.zone",
        "b\u{fc}ro/\u{202e}\u{85}.zone",
        "-x",
        "a/b/c",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, zone).unwrap();
        let source = folder.path().join("contoso.com.zone");
        fs::write(&source, zone).unwrap();
        let source = source.to_str().unwrap().to_owned();
        let mut snapshot = Snapshot::read(&[source], &Options::default()).unwrap();
        path.clone_into(&mut snapshot.files[0].path);
        let sets = [want("contoso.com", &[host("kms.contoso.com", 1, 0)])];
        let edited = edit(&snapshot, &[edits(&snapshot.zones[0], &sets, true)], None);
        judge::patch(folder.path(), &edited.diffs[0].unified, false);
        let patched = fs::read(&file).unwrap();
        assert_eq!(
            patched,
            apply(zone.as_bytes(), &edited.files[0].1),
            "{path}"
        );
    }
}

#[test]
fn a_comment_that_a_lone_cr_does_not_end_swallows_no_new_record() {
    let head = "$TTL 600\n@ SOA ns1 host 1 1 1 1 1\n@ NS ns.example.\n";
    let sets = [want(
        "contoso.com",
        &[
            host("kms01.contoso.com", 0, 0),
            host("kms02.contoso.com", 1, 1).ttl(600),
        ],
    )];
    for (tail, expected) in [
        (
            "_vlmcs._tcp SRV 0 0 1688 kms01 ; c␍$",
            "-_vlmcs._tcp SRV 0 0 1688 kms01 ; c␍\n\\ No newline at end of file\n\
             +_vlmcs._tcp SRV 0 0 1688 kms01 ; c␍\n+_vlmcs._tcp SRV 1 1 1688 kms02␍\n\
             \\ No newline at end of file\n",
        ),
        (
            "x TXT x␍_vlmcs._tcp SRV 0 0 1688 kms01 ; c$",
            "-x TXT x␍_vlmcs._tcp SRV 0 0 1688 kms01 ; c\n\\ No newline at end of file\n\
             +x TXT x␍_vlmcs._tcp SRV 0 0 1688 kms01 ; c\n+_vlmcs._tcp SRV 1 1 1688 kms02␍\n\
             \\ No newline at end of file\n",
        ),
        (
            "x TXT x␍_vlmcs._tcp SRV 0 0 1688 kms01␍$",
            "-x TXT x␍_vlmcs._tcp SRV 0 0 1688 kms01␍\n\\ No newline at end of file\n\
             +x TXT x␍_vlmcs._tcp SRV 0 0 1688 kms01␍_vlmcs._tcp SRV 1 1 1688 kms02␍\n\
             \\ No newline at end of file\n",
        ),
    ] {
        let diff = diff(&format!("{head}{tail}"), &sets);
        assert!(diff.ends_with(expected), "{diff}");
    }
}

#[test]
fn a_repeated_soa_record_keeps_one_serial() {
    let zone = "\
contoso.com. 600 SOA ns1 host 7 1 1 1 1
contoso.com. 600 NS ns.example.
_vlmcs._tcp.contoso.com. 600 SRV 0 0 1688 kms01.contoso.com.
contoso.com. 600 SOA ns1 host 7 1 1 1 1
";
    assert_eq!(
        diff(
            zone,
            &[want("contoso.com", &[host("kms01.contoso.com", 10, 75)])]
        ),
        "--- a/contoso.com.zone
+++ b/contoso.com.zone
@@ -1,4 +1,4 @@
-contoso.com. 600 SOA ns1 host 7 1 1 1 1
+contoso.com. 600 SOA ns1 host 8 1 1 1 1
 contoso.com. 600 NS ns.example.
-_vlmcs._tcp.contoso.com. 600 SRV 0 0 1688 kms01.contoso.com.
-contoso.com. 600 SOA ns1 host 7 1 1 1 1
+_vlmcs._tcp.contoso.com. 600 SRV 10 75 1688 kms01.contoso.com.
+contoso.com. 600 SOA ns1 host 8 1 1 1 1
"
    );
}
