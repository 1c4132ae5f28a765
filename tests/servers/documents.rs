//! The examples of the documents that ask a server: each runs, against BIND with the sample's zones.

use std::fs;
use std::path::Path;

use crate::bind::start_configured;
use crate::server::Server;
use crate::support::{Folder, tools};

const ZONES: [&str; 2] = ["contoso.com", "emea.contoso.com"];

/// Servers that examples name.
const NAMED: [&str; 4] = [
    "dc01.contoso.com",
    "dc02.contoso.com",
    "10.20.0.10",
    "[2001:db8::53]",
];

/// The lines of code blocks that run kmsplan and name one of these servers; each with its page. Those that ask the name
/// servers of the sample's zones, which are on no machine of ours, are left out.
fn examples(root: &Path) -> Vec<(String, String)> {
    let mut pages = vec![root.join("README.md")];
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        pages.push(entry.unwrap().path());
    }
    pages.retain(|page| page.extension().is_some_and(|end| end == "md"));
    pages.sort();
    let mut examples = Vec::new();
    for page in pages {
        let mut inside = false;
        for line in fs::read_to_string(&page).unwrap().lines() {
            if line.starts_with("```") {
                inside = !inside;
                continue;
            }
            let asks = ["axfr://", "dns://", "--server "]
                .iter()
                .any(|sign| line.contains(sign));
            let command = line.split("  #").next().unwrap_or(line).trim_end();
            if inside && asks && command.starts_with("kmsplan ") {
                let name = page.file_name().unwrap().to_str().unwrap().to_owned();
                examples.push((name, command.to_owned()));
            }
        }
    }
    examples
}

fn serve(folder: &Folder) -> Server {
    let config = ZONES
        .map(|zone| format!("zone \"{zone}\" {{ type primary; file \"{zone}.zone\"; }};\n"))
        .concat();
    start_configured(folder, &config, ZONES.map(str::to_owned)).0
}

#[test]
fn examples_that_ask_servers_run() {
    let test = "examples_that_ask_servers_run";
    let tools = ["named", "dig", "patch"];
    if !tools.into_iter().all(|tool| tools::available(tool, test)) {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (before, after) = (Folder::new(), Folder::new());
    for zone in ZONES {
        let content = fs::read(root.join(format!("zones/contoso/{zone}.zone"))).unwrap();
        before.write(&format!("{zone}.zone"), &content);
        after.write(&format!("{zone}.zone"), &content);
    }
    let topology = fs::read(root.join("zones/contoso/kms.toml")).unwrap();
    for folder in [&before, &after] {
        folder.write("kms.toml", &topology);
        folder.write(
            "namespaces.csv",
            "namespace\ncontoso.com\nemea.contoso.com\n",
        );
    }
    let sources = "kms.toml contoso.com.zone emea.contoso.com.zone";
    for line in [
        format!("kmsplan plan {sources} --format json --output plan.json"),
        format!("kmsplan plan {sources} --format diff | patch -p1"),
    ] {
        let run = after.shell(&line);
        assert_eq!(run.status, 0, "{line}\n{}", run.stderr);
    }
    // A plan is verified where it was carried out; everything else is asked where it was not.
    let (old, new) = (serve(&before), serve(&after));
    let examples = examples(root);
    assert!(examples.len() >= 5, "{examples:?}");
    for (page, example) in examples {
        let (folder, server) = if example.starts_with("kmsplan verify ") {
            (&after, &new)
        } else {
            (&before, &old)
        };
        let mut command = example.clone();
        for name in NAMED {
            command = command
                .replace(
                    &format!("://{name}"),
                    &format!("://127.0.0.1:{}", server.port),
                )
                .replace(
                    &format!("--server {name}"),
                    &format!("--server 127.0.0.1:{}", server.port),
                );
        }
        assert_ne!(command, example, "{page}: an example names another server");
        let run = folder.shell(&command);
        assert_eq!(
            run.status, 0,
            "{page}: {command}\n{}{}",
            run.stdout, run.stderr
        );
    }
}
