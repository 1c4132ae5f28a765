//! Files, lines, words and numbers that are too large: memory stays within a small multiple of the input.

use std::fs::File;

use crate::rig::{MIB, ZONE, bash, fails, is_plan, with_memory, workplace};
use crate::support::Folder;

/// A folder whose `big.zone` goes on with this.
fn zone(more: impl AsRef<[u8]>) -> Folder {
    let folder = workplace();
    folder.write("big.zone", [ZONE.as_bytes(), more.as_ref()].concat());
    folder
}

const PLAN: &str = "plan kms.toml big.zone";

#[test]
fn a_file_without_content() {
    let folder = workplace();
    let file = File::create(folder.path().join("big.zone")).unwrap();
    file.set_len(10 << 30).unwrap();
    fails(
        &with_memory(&folder, 32 * MIB, PLAN),
        "error: `big.zone` is larger than 4294967296 bytes\n  = help: raise the limit with --max-size if it is meant to be read\n",
    );
    // Nothing of it is read, also where it may be.
    fails(
        &with_memory(&folder, 32 * MIB, &format!("{PLAN} --max-size 20000000000")),
        "error: `big.zone`: this is a binary file: it begins with NULs\n  = help: no zone data begins so: the file is damaged, or another one was meant\n",
    );
}

#[test]
fn more_than_there_is_memory() {
    let folder = zone("host IN A 192.0.2.9\n".repeat(5 << 20));
    let stderr = "cannot be read: there is not enough memory for it\n  = help: read it where more memory is free, or read the parts that hold KMS records\n";
    fails(
        &with_memory(&folder, 64 * MIB, PLAN),
        &format!("error: `big.zone` {stderr}"),
    );
    fails(
        &bash(&folder, "ulimit -v 100000; kmsplan plan kms.toml big.zone"),
        &format!("error: `big.zone` {stderr}"),
    );
    fails(
        &bash(
            &folder,
            "prlimit --data=67108864 kmsplan plan kms.toml - <big.zone",
        ),
        &format!("error: `<stdin>` {stderr}"),
    );
    let sparse = File::options()
        .write(true)
        .open(folder.path().join("big.zone"))
        .unwrap();
    sparse.set_len(12 << 30).unwrap();
    fails(
        &with_memory(
            &folder,
            1024 * MIB,
            &format!("{PLAN} --max-size 20000000000"),
        ),
        &format!("error: `big.zone` {stderr}"),
    );
}

/// The length of a long line, in octets: a build without optimisation takes its time for each.
const LINE: usize = if cfg!(debug_assertions) {
    10_000_000
} else {
    100_000_000
};

#[test]
fn a_line_of_100_mb() {
    let memory = 16 * MIB + 6 * LINE as u64;
    let long = "a".repeat(LINE);
    // A record that nobody asks about, and its owner.
    for line in [
        format!("x IN TXT {long}\n"),
        format!("{long} IN A 192.0.2.9\n"),
    ] {
        let run = with_memory(&zone(line), memory, PLAN);
        assert!(is_plan(&run), "{}", run.stderr);
    }
    let run = with_memory(&zone(format!("x {long}\n")), memory, PLAN);
    assert_eq!(run.status, 1);
    assert!(run.stderr.starts_with("error: `aaaa"), "{}", run.stderr);
    assert!(run.stderr.contains("aaaa [... "), "{}", run.stderr);
    assert!(
        run.stderr
            .ends_with("a` is no record type\n--> big.zone:9:3\n = help: a record is written: owner, TTL, class, type, data; the TTL is one word like `3600` or `1h30m`; a line with a blank first has the owner of the line before\n"),
        "{}",
        run.stderr
    );
    let target = format!("_vlmcs._tcp IN SRV 0 0 1688 {}\n", "a.".repeat(LINE / 2));
    fails(
        &with_memory(&zone(target), memory, PLAN),
        "error: the name is longer than 255 octets\n--> big.zone:9:29\n",
    );
    let fields = format!("_vlmcs._tcp IN SRV {}\n", "0 ".repeat(LINE / 2));
    fails(
        &with_memory(&zone(fields), memory, PLAN),
        "error: there is more text than the record takes\n--> big.zone:9:28\n",
    );
}

#[test]
fn octets_that_are_no_text() {
    for octets in [vec![0xff; LINE], vec![b'{'; LINE], vec![b'"'; LINE]] {
        let folder = workplace();
        folder.write("big.zone", octets);
        let run = with_memory(&folder, 16 * MIB + 6 * LINE as u64, PLAN);
        assert_eq!(run.status, 1);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.len() < 1000, "{}", run.stderr);
    }
}

#[test]
fn lines_that_end_with_a_carriage_return_alone() {
    let text = format!("{ZONE}{}", "host IN A 192.0.2.9\n".repeat(800_000)).replace('\n', "\r");
    let folder = workplace();
    folder.write("big.zone", &text);
    let run = with_memory(&folder, 9 * text.len() as u64, PLAN);
    assert!(is_plan(&run), "{}", run.stderr);
}

#[test]
fn parentheses() {
    for depth in [10_000, 1_000_000] {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let record = |end: &str| format!("_vlmcs._tcp IN SRV {open} 0 5 1688 kms01 {end}\n");
        let run = with_memory(&zone(record(&close)), 64 * MIB, PLAN);
        assert!(is_plan(&run), "{}", run.stderr);
        let run = with_memory(&zone(record(&close[1..])), 64 * MIB, PLAN);
        fails(
            &run,
            "error: the parenthesis is not closed\n--> big.zone:9:20\n",
        );
        let run = with_memory(&zone(format!("x IN TXT a {close}\n")), 64 * MIB, PLAN);
        fails(
            &run,
            "error: this parenthesis closes nothing\n--> big.zone:9:12\n",
        );
    }
}

#[test]
fn ranges_without_end() {
    let range = "this is no range";
    let braces = "the braces after `$` are not understood";
    for (directive, message) in [
        ("0-4294967295 h$ A 192.0.2.9", range),
        ("0-4294967295 _vlmcs._tcp.h$ SRV \"0 0 1688 kms01\"", range),
        ("0-4294967295/2147483647 h$ A 192.0.2.9", range),
        ("0-99999999999999999999 h$ A 192.0.2.9", range),
        ("0-9/0 h$ A 192.0.2.9", range),
        (
            "0-2147483647 _vlmcs._tcp.h$ SRV \"0 0 1688 kms01\"",
            "the range makes 2147483648 records: at most 1000000 are read",
        ),
        (
            "0-2147483647 kms01 A 192.0.2.$",
            "the range makes 2147483648 records: at most 1000000 are read",
        ),
        ("0-9 _vlmcs._tcp SRV \"0 0 1688 ${0,2147483647}\"", braces),
        ("0-9 _vlmcs._tcp SRV \"0 0 1688 ${0,4294967295,d}\"", braces),
        ("0-9 ${99999999999,1,d} A 192.0.2.9", braces),
    ] {
        let folder = zone(format!("$GENERATE {directive}\n"));
        let run = with_memory(&folder, 64 * MIB, PLAN);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{directive}");
        let start = format!("error: {message}\n --> big.zone:9:");
        assert!(
            run.stderr.starts_with(&start),
            "{directive}: {}",
            run.stderr
        );
    }
    // Steps and numbers at their limits.
    let steps = "$GENERATE 0-2147483647/2147483647 h$ A 192.0.2.9\n$GENERATE 0-3 ${2147483647,127,n} A 192.0.2.9\n";
    let run = with_memory(&zone(steps), 64 * MIB, PLAN);
    assert!(is_plan(&run), "{}", run.stderr);
}

#[test]
fn as_many_errors_as_lines() {
    let row = "\"a\",\"SRV\"\n";
    let table =
        "\"HostName\",\"RecordType\",\"Type\",\"Timestamp\",\"TimeToLive\",\"RecordData\"\n";
    for (file, content) in [
        (
            "e.zone",
            format!("{ZONE}{}", "_vlmcs._tcp SRV x\n".repeat(1_000_000)),
        ),
        ("e.zone", format!("{ZONE}{}", "$BAD\n".repeat(1_000_000))),
        ("e.csv", format!("{table}{}", row.repeat(1_000_000))),
    ] {
        let folder = workplace();
        folder.write(file, &content);
        let limit = 6 * content.len() as u64 + 400 * MIB;
        let run = with_memory(&folder, limit, &format!("plan kms.toml {file}"));
        assert_eq!((run.status, run.stdout.as_str()), (1, ""));
        let errors = run.stderr.matches("error: ").count();
        assert_eq!(errors, 20, "{}", run.stderr);
    }
}

#[test]
fn long_lists_of_names() {
    let folder = workplace();
    folder.write("bad.txt", "...\n".repeat(1_000_000));
    let topology = "[kms]\ndomains = [\"contoso.com\"]\n".to_owned();
    folder.write(
        "bad.toml",
        topology + &"[[host]]\nname = \"...\"\n".repeat(100_000),
    );
    for args in [
        "audit --domains bad.txt contoso.com.zone",
        "plan kms.toml --domains bad.txt contoso.com.zone",
        "plan bad.toml contoso.com.zone",
    ] {
        let run = with_memory(&folder, 300 * MIB, args);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{args}");
        assert_eq!(run.stderr.matches("error: ").count(), 101, "{args}");
        assert!(
            run.stderr
                .ends_with("`: these are the first 100 complaints, there may be more\n"),
            "{args}"
        );
    }
    let names = (0..100_000)
        .map(|name| format!("d{name}.example.com\n"))
        .collect::<Vec<_>>()
        .concat();
    folder.write("good.txt", names);
    let run = with_memory(
        &folder,
        200 * MIB,
        "audit --domains good.txt contoso.com.zone --format csv",
    );
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
    assert!(run.stdout.contains("d99999.example.com"));
}
