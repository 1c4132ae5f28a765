//! The reading that steps over lines against the one that reads every line: both say the same of every text.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::{Denied, Includes, Setup, look_around, read};
use crate::Name;
use crate::presentation;
use crate::snapshot::FileId;

#[path = "../../../tests/support/zonegen.rs"]
mod zonegen;

use zonegen::Random;

thread_local! {
    static PART: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The size of parts that a test wants.
pub(super) fn part() -> Option<usize> {
    PART.get()
}

/// Every line is read.
const PLAIN: usize = 0;

/// The files of a zone by name, the zone's own first.
struct Files(Vec<(String, Arc<Vec<u8>>)>);

impl Includes for Files {
    fn load(&mut self, _: FileId, name: &[u8]) -> Result<(FileId, Arc<Vec<u8>>), Denied> {
        let found = self
            .0
            .iter()
            .position(|(known, _)| known.as_bytes() == name);
        let index = found.ok_or_else(|| Denied::new("there is no such file"))?;
        Ok((FileId(index), Arc::clone(&self.0[index].1)))
    }

    fn shown(&self, file: FileId) -> String {
        self.0[file.0].0.clone()
    }
}

/// All that both readings of a zone say.
fn said(files: &[(String, Vec<u8>)], setup: &Setup, part: usize) -> String {
    PART.set(Some(part));
    let kept = files
        .iter()
        .map(|(name, bytes)| (name.clone(), Arc::new(bytes.clone())));
    let mut includes = Files(kept.collect());
    let bytes = Arc::clone(&includes.0[0].1);
    let outcome = read(FileId(0), &bytes, setup.clone(), &mut includes);
    let mut said = format!("{:?}\n", outcome.included);
    match outcome.result {
        Err(problems) => {
            let _ = write!(said, "{problems:#?}");
        }
        Ok(reading) => {
            let _ = write!(
                said,
                "{:?} {:?} {:?} {:?} {:?}\n{:#?}\n",
                reading.apex,
                reading.soa,
                reading.signed,
                reading.end,
                reading.evidence,
                reading.kms
            );
            let names = interest(&reading.apex, reading.kms.keys());
            match look_around(&reading, &bytes, &names, &mut includes) {
                Err(problems) => {
                    let _ = write!(said, "{problems:#?}");
                }
                Ok(found) => {
                    let _ = write!(
                        said,
                        "{:#?}\n{:#?}\n{:#?}\n{:#?}\n",
                        found.cuts, found.aliases, found.wildcards, found.addresses
                    );
                }
            }
        }
    }
    PART.set(None);
    said
}

/// Names of all lengths that the zone may hold, those of `owners` among them.
fn interest<'n>(apex: &Name, owners: impl Iterator<Item = &'n Name>) -> BTreeSet<Name> {
    let hosts = [
        "kms01", "KMS", "k", "ab", "foo", "host1", "a.b.lab", "dc1.sub",
    ];
    let hosts = hosts.into_iter().filter_map(|host| {
        let labels: Vec<&str> = host.split('.').collect();
        presentation::below(&labels, apex).ok()
    });
    owners.cloned().chain(hosts).collect()
}

fn agree(files: &[(String, Vec<u8>)], setup: &Setup, parts: &[usize]) {
    let plain = said(files, setup, PLAIN);
    for part in parts {
        let stepping = said(files, setup, *part);
        assert_eq!(
            stepping,
            plain,
            "parts of {part}\n{}",
            String::from_utf8_lossy(&files[0].1)
        );
    }
}

fn base() -> Setup {
    Setup {
        base: presentation::parse_full_name("contoso.com").ok(),
        ..Setup::default()
    }
}

fn windows() -> Setup {
    Setup {
        windows: true,
        ..base()
    }
}

fn rounds(usual: u64) -> u64 {
    let set = std::env::var("KMSPLAN_CASES").ok();
    set.and_then(|set| set.parse().ok()).unwrap_or(usual)
}

/// Text that reads like a zone file as far as luck has it.
fn soup(random: &mut Random) -> Vec<u8> {
    const HEADS: [&str; 12] = [
        "$TTL 3600\n@ SOA ns h 1 2 3 4 5\n",
        "$TTL 1h\n$ORIGIN lab.contoso.com.\ncontoso.com. SOA ns h 1 2 3 4 5\n",
        "@ IN SOA ns h ( 1 2\n 3 4 5 )\n",
        "@ 60 IN SOA ns h 1 2 3 4 5\n",
        "; a comment\n\n@ SOA ns h 1 2 3 4 5 ; more\n",
        "@ SOA ns h 1 2 3 4 5\n@ [AGE:0] NS ns\n",
        "$TTL 5\nx 7 A 192.0.2.1\n@ SOA ns h 1 2 3 4 5\n",
        "contoso.com. 7 IN SOA ns h 1 2 3 4 5\r\n",
        "$TTL 3600\n@ SOA ns h 1 2 3 4 5\n",
        "$TTL 3600\n@ SOA ns h 1 2 3 4 5\n",
        "",
        " A 192.0.2.1\n@ SOA ns h 1 2 3 4 5\n",
    ];
    const LINES: [&str; 48] = [
        "host1 A 192.0.2.1\n",
        "host1 300 IN A 192.0.2.2\n",
        "host1 IN 301 AAAA 2001:db8::1\n",
        "kms01\t\tA\t192.0.2.3\r\n",
        "kms01.contoso.com. 77 A 192.0.2.3\n",
        "KMS01 A 192.0.2.4\n",
        "\tA 192.0.2.5\n",
        "  600 IN MX 10 mail\n",
        "   \n",
        "\n",
        "\r\n",
        "; kms01 A 192.0.2.1 (\n",
        "  ; quoted \" comment\n",
        "foo TXT \"v=DKIM1; k=rsa; (p=\" \"x\"\n",
        "foo TXT \"a \\\" b\"\n",
        "foo TXT (\n\"a\"\nkms01 A 192.0.2.9\n)\n",
        "foo TXT \"unclosed\n",
        "foo TXT ( \"a ( ;\" )\r\n",
        "foo MX ( 10 ) ( mail ) ; ( comment\n",
        "foo TXT ( \"a\" ; comment )\n \"b\" )\n",
        "foo MX ) 10 mail (\n",
        "foo TXT \"a\\\nbar A b\" ; \"x\n",
        "foo A 192.0.2.6 ; comment ( \"\n",
        "foo A 192.0.2.6\r bar A 192.0.2.7\n",
        "_vlmcs._tcp SRV 0 0 1688 kms01\n",
        "_VLMCS._tcp 60 IN SRV 10 5 1688 kms01.contoso.com.\n",
        "_vlmcs._tcp.sub 70 SRV 0 0 1688 k\n",
        "_ldap._tcp SRV 0 0 389 dc1\n",
        " SRV 1 2 1688 foo\n",
        " 80 TYPE33 \\# 8 000100020698 00\n",
        "sub NS dc1.sub\ndc1.sub A 192.0.2.8\n",
        "*.lab A 192.0.2.9\n",
        "* 99 CNAME kms01\n",
        "k CNAME foo\n",
        "ab DNAME other.example.\n",
        "a.b.lab 1d A 192.0.2.10\n",
        "a\\.b A 192.0.2.10\n",
        "$ORIGIN lab.contoso.com.\n",
        "$ORIGIN contoso.com.\n",
        "$TTL 86400\n",
        "$INCLUDE more\n",
        "$INCLUDE more lab\n",
        "$GENERATE 1-3 gen$ A 192.0.2.$\n",
        "x [AGE:3600] 600 A 192.0.2.11\n",
        "x RRSIG A 8 2 60 2 1 1 contoso.com. AA==\n",
        "host1 CH A 192.0.2.1\n",
        "host1 BOGUS data\n",
        "host1 A\n",
    ];
    const BITS: [&str; 30] = [
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "(",
        ")",
        ";",
        "\\",
        "@",
        "*",
        ".",
        "$",
        "[AGE:1]",
        "IN",
        "A",
        "SRV",
        "TXT",
        "60",
        "1h",
        "99999999999",
        "kms01",
        "foo",
        "host1",
        "_vlmcs._tcp",
        "\0",
        "\u{b}",
        "\u{fc}",
        "averyveryveryverylonglabelthatgoesoverthesixtyfouroctetsofawindow12345",
    ];
    let mut text = random.pick(&HEADS).as_bytes().to_vec();
    let odd = random.below(4);
    for _ in 0..random.below(30) {
        let line = random.pick(&LINES);
        // Most texts hold few oddities, or hardly any is read to its end.
        if odd == 0 && random.one_in(6) {
            for _ in 0..random.below(9) {
                text.extend(random.pick(&BITS).as_bytes());
            }
            text.extend(*random.pick(&[&b"\n"[..], b" A 192.0.2.1\n", b""]));
        } else if odd < 3 || random.one_in(3) || !line.contains(['"', '(', '[', '\\']) {
            text.extend(line.as_bytes());
        }
    }
    if random.one_in(5) {
        let cut = random.below(text.len().max(1));
        text.truncate(cut);
    }
    text
}

#[test]
fn odd_texts_are_read_as_line_by_line() {
    let (mut whole, mut faulty) = (0, 0);
    for seed in 0..rounds(4000) {
        let mut random = Random::new(seed);
        let more = soup(&mut random);
        let files = [
            ("zone".to_owned(), soup(&mut random)),
            ("more".to_owned(), more),
        ];
        let setup = if random.one_in(3) { windows() } else { base() };
        let parts = [1, 2 + random.below(200), 1 << 16];
        agree(&files, &setup, &parts);
        if said(&files, &setup, 64).contains("Problem {") {
            faulty += 1;
        } else {
            whole += 1;
        }
    }
    // So that the comparison is one of records as well as of complaints.
    assert!(whole > faulty / 8 && faulty > 0, "{whole} {faulty}");
}

#[test]
fn lines_begin_and_end_at_every_octet_of_a_block() {
    let text = "$TTL 3600\n@ SOA ns h 1 2 3 4 5\nfoo A 192.0.2.1\n\tAAAA 2001:db8::1\n\
        averylongownernamethatfillsmuchofablock 3600 IN TXT \"x; y\" \"(\" ; \"comment\n\
        _vlmcs._tcp 60 SRV 0 0 1688 kms01\n 61 SRV 1 0 1688 foo\nkms01 A 192.0.2.2\r\n A 192.0.2.3\n\
        x TXT ( \"a\"\n \"b\" )\nab 5 IN A 192.0.2.4\n; end\n";
    for shift in 0..=130 {
        let mut shifted = vec![b';'; shift];
        shifted.push(b'\n');
        shifted.extend(text.as_bytes());
        let files = [("zone".to_owned(), shifted)];
        let parts: Vec<usize> = if shift == 0 {
            (1..=text.len() + 2).collect()
        } else {
            vec![1, 63, 64, 65, 128, 1 << 16]
        };
        agree(&files, &base(), &parts);
    }
}

#[test]
fn generated_zones_are_read_as_line_by_line() {
    for seed in 0..rounds(150) {
        let zone = zonegen::generate(seed, &zonegen::Options::default());
        let mut random = Random::new(seed);
        let setup = Setup {
            base: presentation::parse_name(zone.apex.as_bytes(), None).ok(),
            windows: random.one_in(4),
            ..Setup::default()
        };
        agree(&zone.files, &setup, &[1, 2 + random.below(500)]);
        // One octet is another one, or gone.
        let mut files = zone.files;
        for _ in 0..3 {
            let file = random.below(files.len());
            let bytes = &mut files[file].1;
            if bytes.is_empty() {
                continue;
            }
            let at = random.below(bytes.len());
            if random.one_in(3) {
                bytes.remove(at);
            } else {
                bytes[at] = *random.pick(b"\n\r\t \"();\\.@*$[A0\0z\xff");
            }
            agree(&files, &setup, &[1, 2 + random.below(500)]);
        }
    }
}
