//! Registry files of bundles, imported by Wine's programs and read back.

use crate::machine::ZONE;
use crate::rig::{KEY, OLD_KEY, Registry, steady, wine};
use crate::support::Folder;

/// What a plan wants of a host.
struct Wanted {
    host: &'static str,
    key: &'static str,
    list: Vec<String>,
    switch: u8,
    /// The switch after the undo.
    undone: Option<u8>,
}

/// A topology, and what its plan wants.
type Case = (String, Vec<Wanted>);

const END: &str =
    "[[zone]]\nname = \"contoso.com\"\nkind = \"windows-file\"\nserver = \"dc01.contoso.com\"\n";

fn lines(all: &[&str]) -> Vec<String> {
    all.iter().map(|&line| line.to_owned()).collect()
}

/// Names that the Registry Editor could take for something else, the numbers' ends, IDN, and a long list.
fn hostile() -> Case {
    let long: Vec<String> = (0..120)
        .map(|number| {
            format!(
                "d{number}.{}.{}.contoso.com",
                "x".repeat(60),
                "y".repeat(63)
            )
        })
        .collect();
    let quoted: Vec<String> = long.iter().map(|domain| format!("\"{domain}\"")).collect();
    let topology = format!(
        "[kms]\ndomains = [\"contoso.com\"]\n[[host]]\nname = \"kms01.contoso.com\"\npublish = [\"contoso.com\", {{ domain = \"a+b/c.contoso.com\", priority = \
         65535, weight = 65535 }}, {{ domain = \"bücher.contoso.com\", priority = 10, weight = 75 }}, \"x_-1.contoso.com\"]\n\
         [[host]]\nname = \"kms02.contoso.com\"\npublish = [\"contoso.com\", {}]\n[[host]]\nname = \"kms03.contoso.com\"\nos = \
         \"windows-server-2008\"\n{END}",
        quoted.join(", ")
    );
    let mut all = vec!["contoso.com, 0, 0".to_owned()];
    all.extend(long.iter().map(|domain| format!("{domain}, 0, 0")));
    let odd = lines(&[
        "contoso.com, 0, 0",
        "a+b/c.contoso.com, 65535, 65535",
        "xn--bcher-kva.contoso.com, 10, 75",
        "x_-1.contoso.com, 0, 0",
    ]);
    let wanted = |host, key, list, undone| Wanted {
        host,
        key,
        list,
        switch: 1,
        undone,
    };
    let hosts = vec![
        wanted("kms01.contoso.com", KEY, odd, Some(0)),
        wanted("kms02.contoso.com", KEY, all, Some(0)),
        // It has no record yet: the switch was not set before.
        wanted("kms03.contoso.com", OLD_KEY, lines(&["contoso.com"]), None),
    ];
    (topology, hosts)
}

fn automatic() -> Case {
    let topology = format!(
        "[kms]\npublishing = \"automatic\"\ndomains = [\"contoso.com\"]\n[[host]]\nname = \"kms01.contoso.com\"\npriority = 10\nweight = 75\n\
         [[host]]\nname = \"kms02.contoso.com\"\npriority = 10\nweight = 25\n{END}"
    );
    let wanted = |host, list| Wanted {
        host,
        key: KEY,
        list: lines(&[list]),
        switch: 0,
        undone: Some(1),
    };
    let hosts = vec![
        wanted("kms01.contoso.com", "contoso.com, 10, 75"),
        wanted("kms02.contoso.com", "contoso.com, 10, 25"),
    ];
    (topology, hosts)
}

#[test]
fn files_set_what_the_plan_wants_and_take_it_back() {
    steady(|| {
        let Some(wine) = wine("files_set_what_the_plan_wants_and_take_it_back") else {
            return;
        };
        let registry = Registry::new(wine);
        for (topology, hosts) in [hostile(), automatic()] {
            let folder = Folder::new();
            folder.write("kms.toml", topology);
            folder.write("contoso.com.zone", ZONE);
            let run = folder.run("bundle kms.toml contoso.com.zone --output out");
            assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
            let files = std::fs::read_dir(folder.path().join("out/hosts")).unwrap();
            assert_eq!(files.count(), 2 * hosts.len());
            for (wanted, program) in hosts
                .iter()
                .flat_map(|host| [(host, &["reg", "import"][..]), (host, &["regedit", "/S"])])
            {
                let import = |end: &str| {
                    let file = format!("out\\hosts\\{}{end}.reg", wanted.host);
                    let run = wine.own(folder.path(), &[program, &[file.as_str()]].concat());
                    assert_eq!(run.status, 0, "{file}: {}", run.stderr);
                    registry.values(wanted.key)
                };
                registry.clear();
                registry.set(wanted.key, "Another", "REG_SZ", "stays");
                let switch = |value: u8| format!("DisableDnsPublishing REG_DWORD {value:#x}");
                let another = "Another REG_SZ stays".to_owned();
                let list = format!(
                    "DnsDomainPublishList REG_MULTI_SZ {}",
                    wanted.list.join(r"\0")
                );
                assert_eq!(import(""), [another.clone(), switch(wanted.switch), list]);
                let mut undone = vec![another];
                undone.extend(wanted.undone.map(switch));
                assert_eq!(import("-undo"), undone);
            }
        }
    });
}
