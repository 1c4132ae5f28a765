//! Values that lie too deep in each other, YAML's bombs, numbers and keys without end, packed files.

use crate::rig::{MIB, is_plan, with_memory, workplace};

const DEEP: usize = 100_000;

/// Asserts that each content of a file is refused so, in little memory.
fn refused(command: &str, cases: &[(&str, String, &str)]) {
    for (file, content, message) in cases {
        let folder = workplace();
        folder.write(file, content);
        let run = with_memory(&folder, 200 * MIB, &command.replace("FILE", file));
        let start = &content[..content.len().min(20)];
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (1, ""),
            "{start}: {}",
            run.stderr
        );
        assert!(
            run.stderr.starts_with(&format!("error: {message}")),
            "{start}: {}",
            run.stderr
        );
        assert!(run.stderr.len() < 30_000, "{start}");
    }
}

#[test]
fn topologies() {
    let (open, close) = ("[".repeat(DEEP), "]".repeat(DEEP));
    let deep = "values lie too deep in each other";
    let bomb = ('b'..='m')
        .zip('a'..)
        .map(|(name, last)| {
            format!(
                "{name}: &{name} [{0}]\n",
                vec![format!("*{last}"); 9].join(",")
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let json = |ttl: &str| {
        format!(
            "{{\"kms\": {{\"domains\": [\"contoso.com\"], \"ttl\": {ttl}}}, \"host\": [{{\"name\": \"kms01.contoso.com\"}}]}}"
        )
    };
    let digits = "9".repeat(1 << 20);
    refused(
        "plan FILE contoso.com.zone",
        &[
            (
                "t.toml",
                format!("a = {open}{close}\n"),
                "this is not TOML: ",
            ),
            (
                "t.toml",
                format!("a{} = 1\n", ".a".repeat(DEEP)),
                "this is not TOML: ",
            ),
            (
                "t.toml",
                format!("[a{}]\n", ".a".repeat(DEEP)),
                "this is not TOML: ",
            ),
            (
                "t.toml",
                format!("a = {}1{}\n", "{a=".repeat(DEEP), "}".repeat(DEEP)),
                "this is not TOML: ",
            ),
            (
                "t.json",
                format!("{open}{close}"),
                "this is not JSON: recursion limit exceeded",
            ),
            (
                "t.json",
                open.clone(),
                "this is not JSON: the file ends inside a list",
            ),
            ("t.json", "{\"a\":".repeat(DEEP), "this is not JSON: "),
            (
                "t.yaml",
                format!("{open}{close}"),
                "this is not YAML: recursion limit exceeded",
            ),
            ("t.yaml", "- ".repeat(DEEP) + "a", deep),
            ("t.yaml", "? ".repeat(DEEP) + "a", deep),
            ("t.yaml", "a:\n? ".to_owned() + &"? - ".repeat(DEEP), deep),
            (
                "t.yaml",
                format!("a: &a [x]\n{bomb}"),
                "a YAML anchor: a topology takes plain values only",
            ),
            ("t.yaml", "a: *a\n".to_owned(), "this is not YAML: "),
            ("t.json", json(&digits), "`ttl` is out of range"),
            (
                "t.json",
                json(&format!("-{digits}")),
                "`ttl` is out of range",
            ),
            (
                "t.json",
                json(&format!("1e{digits}")),
                "`ttl` must be a whole number, found a fraction",
            ),
            (
                "t.json",
                format!("{{{}}}", vec!["\"a\":1"; DEEP].join(",")),
                "the key `a` stands twice",
            ),
            (
                "t.toml",
                format!("[kms]\n{}", "a = 1\n".repeat(DEEP)),
                "the key `a` stands twice",
            ),
            ("t.yaml", "a: 1\n".repeat(DEEP), "the key `a` stands twice"),
        ],
    );
}

#[test]
fn sources() {
    let (open, close) = ("[".repeat(DEEP), "]".repeat(DEEP));
    let octo = |deep: &str| format!("---\n_vlmcs._tcp:\n  type: SRV\n  values: {deep}\n");
    refused(
        "plan kms.toml FILE --from octodns-yaml --zone contoso.com",
        &[
            ("o.yaml", octo(&open), "this is not YAML: "),
            (
                "o.yaml",
                octo(&format!("\n{}", "? ".repeat(DEEP))),
                "values lie too deep in each other",
            ),
            (
                "o.yaml",
                "? ".repeat(DEEP),
                "values lie too deep in each other",
            ),
            ("o.yaml", octo("&a [*a, *a]"), "a YAML anchor: "),
        ],
    );
    for from in ["dnsserver-json", "route53-json", "resolve-dnsname-json"] {
        for content in [open.clone(), open.clone() + &close, "{\"a\":".repeat(DEEP)] {
            refused(
                &format!("plan kms.toml FILE --from {from} --zone contoso.com"),
                &[("s.json", content, "")],
            );
        }
    }
    let packed = "this is a packed file";
    for (file, content, message) in [
        (
            "z.zone",
            [b"\x1f\x8b\x08\0".as_slice(), &vec![7; 9 << 20]].concat(),
            packed,
        ),
        (
            "z.zone",
            [b"PK\x03\x04".as_slice(), &vec![7; 9 << 20]].concat(),
            packed,
        ),
        (
            "z.zone",
            [b"\xff\xfea\0".as_slice(), &b"b\0".repeat(8 << 20), b"c"].concat(),
            "the file begins as UTF-16",
        ),
        (
            "z.zone",
            [b"\xff\xfea\0".as_slice(), &b"\0\xd8".repeat(8 << 20)].concat(),
            "the file begins as UTF-16",
        ),
    ] {
        let folder = workplace();
        folder.write(file, &content);
        let run = with_memory(&folder, 300 * MIB, &format!("plan kms.toml {file}"));
        assert_eq!(run.status, 1);
        assert!(run.stderr.contains(message), "{}", run.stderr);
        assert!(run.stderr.len() < 1000, "{}", run.stderr.len());
    }
}

#[test]
fn saved_plans() {
    let open = "[".repeat(DEEP);
    refused(
        "show FILE",
        &[
            (
                "p.json",
                open.clone(),
                "this is no JSON: recursion limit exceeded",
            ),
            (
                "p.json",
                "{\"steps\":".repeat(DEEP),
                "this is no JSON: recursion limit exceeded",
            ),
            (
                "p.json",
                format!("{{\"format_version\":1,\"steps\":{open}"),
                "this is no JSON: recursion limit exceeded",
            ),
            (
                "p.json",
                format!("{{\"format_version\":{}}}", "9".repeat(1 << 20)),
                "",
            ),
        ],
    );
}

#[test]
fn evidence() {
    let open = "[".repeat(DEEP);
    for content in [
        open,
        "{\"a\":".repeat(DEEP),
        "[HKEY_LOCAL_MACHINE\\a]\n".repeat(DEEP),
        "Windows Registry Editor Version 5.00\n\n".to_owned() + &"\"a\"=dword:x\n".repeat(DEEP),
    ] {
        let folder = workplace();
        folder.write("e/kms01.txt", &content);
        let run = with_memory(
            &folder,
            300 * MIB,
            "plan kms.toml contoso.com.zone --host-evidence e",
        );
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{}", run.stderr);
        assert!(run.stderr.len() < 30_000, "{}", run.stderr.len());
    }
    assert!(is_plan(&workplace().run("plan kms.toml contoso.com.zone")));
}
