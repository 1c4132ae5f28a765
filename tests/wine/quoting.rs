//! Values in `.cmd` files: each arrives as one argument, unchanged, or no script is made.

use crate::corpus::{VALUES, label};
use crate::rig::{Desk, steady, wine};
use crate::support::Folder;

/// The table that the quoting function is tested with as well: a value, a tab, how it is quoted.
const TABLE: &str = include_str!("quotes.txt");

#[test]
fn quoted_values_arrive_as_one_argument() {
    steady(|| {
        let Some(wine) = wine("quoted_values_arrive_as_one_argument") else {
            return;
        };
        let desk = Desk::new(wine);
        let cases: Vec<(&str, &str)> = TABLE
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .collect();
        let mut script =
            String::from("@echo off\r\nsetlocal EnableExtensions DisableDelayedExpansion\r\n");
        for (_, quoted) in &cases {
            script.push_str(&["sc first ", quoted, " last\r\n"].concat());
        }
        script.push_str("exit /b 3\r\n");
        desk.folder.write("values.cmd", script);
        let run = desk.run("values.cmd", &[]);
        assert_eq!((run.status, run.stderr.as_str()), (3, ""), "{}", run.stdout);
        let calls = desk.calls();
        let expected: Vec<Vec<String>> = cases
            .iter()
            .map(|(value, _)| ["sc", "first", value, "last"].map(str::to_owned).to_vec())
            .collect();
        assert_eq!(calls, expected);
        assert_eq!(
            desk.folder.names(),
            ["values.cmd"],
            "nothing else came to be"
        );
    });
}

/// Names that hold what acts, or what DNS escapes. The topology takes them all.
#[test]
fn names_that_cmd_cannot_carry_make_no_bundle() {
    let names = [
        r"a\032b",
        r"a\037PATH\037",
        r"a\033b",
        r"a\034b",
        r"a\038calc",
        r"a\010b",
        r"a\252b",
        r"a\.b",
        "-a",
        "/a",
    ];
    let names = names.map(|name| (name.to_owned(), name));
    let corpus = VALUES.iter().map(|value| (label(value), *value));
    let (mut carried, mut refused) = (0, 0);
    for (name, value) in names.into_iter().chain(corpus) {
        let folder = Folder::new();
        let toml = name.replace('\\', "\\\\");
        folder.write(
            "kms.toml",
            format!(
                "[kms]\ndomains = [\"contoso.com\"]\n[[host]]\nname = \"{toml}.contoso.com\"\naccount = false\n[[zone]]\n\
                 name = \"contoso.com\"\nkind = \"ad\"\napply = \"dnscmd\"\nserver = \"dc01.contoso.com\"\n"
            ),
        );
        folder.write(
            "contoso.com.zone",
            format!(
                "$ORIGIN contoso.com.\n$TTL 3600\n@ IN SOA dc01 hostmaster 1 900 600 86400 3600\n IN NS dc01\n\
                 dc01 IN A 192.0.2.1\n{name}.contoso.com. IN A 192.0.2.2\n"
            ),
        );
        let run = folder.run("bundle kms.toml contoso.com.zone --output out");
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
        if value.chars().all(is_word) && !value.starts_with('-') {
            assert_eq!(run.status, 0, "{name}: {}{}", run.stdout, run.stderr);
            carried += 1;
            continue;
        }
        assert_eq!(run.status, 1, "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("Windows"), "{name}: {}", run.stderr);
        assert_eq!(folder.names(), ["contoso.com.zone", "kms.toml"], "{name}");
        refused += 1;
    }
    assert!(refused > 60, "{refused} refused, {carried} carried");
}

/// Domains of a publish list that a list, or `reg add`, would read in another way.
#[test]
fn publish_lists_that_windows_cannot_carry_make_no_bundle() {
    steady(|| {
        for domain in [
            r"a\032b.contoso.com",
            r"a\037PATH\037.contoso.com",
            r"a\034b.contoso.com",
            r"a\038calc.contoso.com",
            r"a\044b.contoso.com",
            r"a\0920b.contoso.com",
            r"a\010b.contoso.com",
            r"a\.b.contoso.com",
            "-a.contoso.com",
            "/a.contoso.com",
        ] {
            let folder = Folder::new();
            let toml = domain.replace('\\', "\\\\");
            folder.write(
            "kms.toml",
            format!(
                "[kms]\ndomains = [\"contoso.com\"]\n[[host]]\nname = \"kms01.contoso.com\"\npublish = [\"contoso.com\", \"{toml}\"]\n\
                 [[zone]]\nname = \"contoso.com\"\nkind = \"windows-file\"\nserver = \"dc01.contoso.com\"\n"
            ),
        );
            folder.write("contoso.com.zone", crate::machine::ZONE);
            let run = folder.run("bundle kms.toml contoso.com.zone --output out");
            assert_eq!(run.status, 1, "{domain}: {}{}", run.stdout, run.stderr);
            assert!(run.stderr.contains("Windows"), "{domain}: {}", run.stderr);
            assert_eq!(folder.names(), ["contoso.com.zone", "kms.toml"], "{domain}");
        }
    });
}
