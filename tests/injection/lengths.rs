//! The longest labels and names (RFC 1035, section 3.1: 63 and 255 octets), in each form of zone data and in the
//! topology; one octet more is refused where it stands.

use crate::run::Run;
use crate::support::Folder;

/// A name of so many octets on the wire, below `example`.
fn name_of(octets: usize) -> String {
    // Labels of 63 octets with their lengths, then what is left; `example`, its length and the root are 9.
    let mut left = octets - 9;
    let mut labels = Vec::new();
    while left > 0 {
        let label = match left {
            1..=64 => left - 1,
            65 => 62,
            _ => 63,
        };
        labels.push("n".repeat(label));
        left -= label + 1;
    }
    labels.push("example".to_owned());
    labels.join(".")
}

const TOPOLOGY: &str = "[kms]\ndomains = [\"contoso.com\"]\nunlisted = \"keep\"\n[[host]]\nname = \"kms01.contoso.com\"\n\
                        [[zone]]\nname = \"contoso.com\"\nkind = \"bind\"\napply = \"patch\"\n";

/// Each form of zone data with this target, and how it is read.
fn sources(target: &str) -> Vec<(&'static str, String, &'static [&'static str])> {
    const SOA: &str =
        "@ IN SOA dc01 hostmaster 1 900 600 86400 3600\n IN NS dc01\nkms01 IN A 192.0.2.2\n";
    let transfer = format!(
        "; <<>> DiG 9.18 <<>> contoso.com AXFR\n;; global options: +cmd\n\
         contoso.com. 3600 IN SOA dc01.contoso.com. h.contoso.com. 1 900 600 86400 3600\n\
         _vlmcs._tcp.contoso.com. 3600 IN SRV 0 0 1688 {target}.\n\
         contoso.com. 3600 IN SOA dc01.contoso.com. h.contoso.com. 1 900 600 86400 3600\n\
         ;; Query time: 1 msec\n;; SERVER: 192.0.2.1#53(192.0.2.1)\n;; XFR size: 3 records (messages 1, bytes 300)\n"
    );
    let json = serde_json::json!([{
        "NameTarget": target, "Port": 1688, "Priority": 0, "Weight": 0, "Name": "_vlmcs._tcp.contoso.com",
        "Type": 33, "TTL": 3600, "Section": 1, "QueryType": 33,
    }]);
    vec![
        (
            "contoso.com.zone",
            format!(
                "$ORIGIN contoso.com.\n$TTL 3600\n{SOA}_vlmcs._tcp IN SRV 0 0 1688 {target}.\n"
            ),
            &[],
        ),
        ("axfr.txt", transfer, &[]),
        ("resolve.json", json.to_string(), &["--zone", "contoso.com"]),
        (
            "resolve.csv",
            format!(
                "\"Name\",\"Type\",\"TTL\",\"Section\",\"NameTarget\",\"Priority\",\"Weight\",\"Port\"\r\n\
                 \"_vlmcs._tcp.contoso.com\",\"SRV\",\"3600\",\"Answer\",\"{target}\",\"0\",\"0\",\"1688\"\r\n"
            ),
            &["--zone", "contoso.com"],
        ),
    ]
}

fn plan(file: &str, content: &str, options: &[&str], format: &str) -> (Run, Folder) {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write(file, content);
    let arguments = [&["plan", "kms.toml", file, "--format", format], options].concat();
    (Run::of(folder.path(), &arguments), folder)
}

#[test]
fn the_longest_labels_and_names_are_read_in_every_form() {
    let label = format!("{}.example", "a".repeat(63));
    for target in [label, name_of(255)] {
        for (file, content, options) in sources(&target) {
            for format in ["text", "markdown", "json", "html"] {
                let (run, _) = plan(file, &content, options, format);
                let said = run.said();
                assert!(matches!(run.status, 0 | 3), "{file}: {said}\n{content}");
                let text = String::from_utf8(run.stdout).unwrap();
                // A page may break a long name between labels; text and lines of tables do not.
                let text = text.replace("<wbr>", "");
                assert!(text.contains(&target), "{file} {format}: {target}\n{text}");
            }
        }
    }
}

#[test]
fn one_octet_more_is_refused_where_it_stands() {
    let label = format!("{}.example", "a".repeat(64));
    for target in [label, name_of(256)] {
        for (file, content, options) in sources(&target) {
            let (run, _) = plan(file, &content, options, "text");
            let said = run.said();
            assert_eq!(run.status, 1, "{file}: {said}");
            let place = said
                .lines()
                .find_map(|line| line.trim_start().strip_prefix("--> "))
                .unwrap_or_else(|| panic!("{file} has no place: {said}"));
            let numbers = place
                .strip_prefix(file)
                .and_then(|rest| rest.strip_prefix(':'));
            let numbers: Vec<usize> = numbers
                .unwrap()
                .split(':')
                .map(|number| number.parse().unwrap())
                .collect();
            let line = content.lines().nth(numbers[0] - 1).unwrap();
            assert!(line.contains(&target), "{file}: {said}");
            assert!(
                numbers[1] <= line.find(&target).unwrap() + 1,
                "{file}: {said}"
            );
        }
    }
}

#[test]
fn a_topology_takes_the_longest_and_no_more() {
    let check = |name: &str| {
        let folder = Folder::new();
        folder.write("kms.toml", TOPOLOGY.replace("kms01.contoso.com", name));
        Run::of(folder.path(), &["check", "kms.toml"])
    };
    for name in [format!("{}.example", "a".repeat(63)), name_of(255)] {
        let run = check(&name);
        assert_eq!(run.status, 0, "{}", run.said());
    }
    for name in [format!("{}.example", "a".repeat(64)), name_of(256)] {
        let run = check(&name);
        assert_eq!(run.status, 1);
        assert!(run.said().contains("--> kms.toml:5:8"), "{}", run.said());
    }
}

#[test]
fn names_are_as_long_as_they_say() {
    for octets in [255, 256, 100, 74] {
        let name = name_of(octets);
        assert_eq!(name.len() + 2, octets, "{name}");
        assert!(
            name.split('.').all(|label| (1..=63).contains(&label.len())),
            "{name}"
        );
    }
}
