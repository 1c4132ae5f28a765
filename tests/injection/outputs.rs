//! Every output of the program by command and format. A format that `--help` lists and this table does not, or a
//! command without a line here, fails the tests.

use std::path::Path;

use crate::run::Run;
use crate::scene::Scene;

/// What reads an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Text,
    Markdown,
    Html,
    Csv,
    Json,
    Diff,
    Toml,
    Powershell,
    Sh,
    Cmd,
    Nsupdate,
    Reg,
    /// `SHA256SUMS` and the like: a name a line.
    List,
    /// An edited zone file: the bytes of the zone with the planned change.
    Zone,
}

/// An output that was made.
pub(crate) struct Made {
    /// The command and format, or the file of a bundle: the same with tame values and with hostile ones.
    pub(crate) place: String,
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
}

/// The commands that say something of data, with their formats. A command without formats has one output.
pub(crate) const COMMANDS: &[(&str, &[&str])] = &[
    ("plan", &["text", "markdown", "json", "diff", "html"]),
    ("show", &["text", "markdown", "json", "diff", "html"]),
    ("rollback", &["text", "markdown", "json", "diff", "html"]),
    ("audit", &["text", "markdown", "csv", "json"]),
    ("verify", &["text", "markdown", "json"]),
    ("simulate", &["text", "markdown", "json"]),
    ("bundle", &[]),
    ("check", &[]),
    ("init", &[]),
];

/// The commands that know nothing of data.
pub(crate) const WITHOUT_DATA: &[&str] = &["explain", "schema", "completions", "man"];

/// The values of `--section`.
pub(crate) const SECTIONS: &[&str] = &["summary", "risk", "implementation", "backout", "test"];

fn kind(format: &str) -> Kind {
    match format {
        "text" => Kind::Text,
        "markdown" => Kind::Markdown,
        "json" => Kind::Json,
        "diff" => Kind::Diff,
        "html" => Kind::Html,
        "csv" => Kind::Csv,
        _ => panic!("nobody reads {format}"),
    }
}

/// What reads a file of a bundle. A file that nothing is known to read fails the test.
pub(crate) fn kind_of_file(path: &str) -> Kind {
    if path == "SHA256SUMS" {
        return Kind::List;
    }
    if path.starts_with("zones/") && path.rsplit('.').next() != Some("diff") {
        return Kind::Zone;
    }
    match path.rsplit('.').next() {
        Some("md") => Kind::Markdown,
        Some("html") => Kind::Html,
        Some("json") => Kind::Json,
        Some("txt") => Kind::Text,
        Some("diff") => Kind::Diff,
        Some("ps1") => Kind::Powershell,
        Some("sh") => Kind::Sh,
        Some("cmd") => Kind::Cmd,
        Some("nsupdate") => Kind::Nsupdate,
        Some("reg") => Kind::Reg,
        _ => panic!("nobody reads {path}"),
    }
}

/// All outputs of a scene, and what was said on standard error by the runs. Saves the plan as `plan.json` first.
pub(crate) fn all(scene: &Scene) -> Vec<Made> {
    let mut made = Vec::new();
    let saved = scene.run("plan", &["--format", "json"], true);
    assert!(matches!(saved.status, 0 | 3), "{}", saved.said());
    scene.folder.write("plan.json", &saved.stdout);
    let mut add = |place: String, kind: Kind, run: Run| {
        if !run.stderr.is_empty() {
            made.push(Made {
                place: format!("{place}, standard error"),
                kind: Kind::Text,
                bytes: run.stderr,
            });
        }
        if !run.stdout.is_empty() {
            made.push(Made {
                place,
                kind,
                bytes: run.stdout,
            });
        }
    };
    for (command, formats) in COMMANDS {
        for format in *formats {
            let asked = ["--format", format];
            add(
                format!("{command} {format}"),
                kind(format),
                scene.run(command, &asked, true),
            );
            if matches!(*command, "plan" | "show" | "rollback")
                && matches!(*format, "text" | "markdown")
            {
                for section in SECTIONS {
                    let asked = ["--format", format, "--section", section];
                    let place = format!("{command} {format} --section {section}");
                    add(place, kind(format), scene.run(command, &asked, true));
                }
            }
            if *command == "plan" && matches!(*format, "text" | "markdown") {
                let asked = ["--format", format, "--explain-sources"];
                let place = format!("{command} {format} --explain-sources");
                add(place, kind(format), scene.run(command, &asked, true));
            }
        }
    }
    add(
        "check".to_owned(),
        Kind::Text,
        scene.run("check", &[], true),
    );
    add("init".to_owned(), Kind::Toml, scene.run("init", &[], true));
    add(
        "bundle".to_owned(),
        Kind::Text,
        scene.run("bundle", &[], true),
    );
    made.extend(bundle(scene.folder.path()));
    made
}

/// The files of the bundle in a folder, if it was made.
pub(crate) fn bundle(folder: &Path) -> Vec<Made> {
    let root = folder.join("bundle");
    let mut made = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap();
            let name = name
                .to_str()
                .expect("a bundle's paths are ASCII")
                .to_owned();
            assert!(
                name.bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"-_./".contains(&octet)),
                "{name}"
            );
            made.push(Made {
                kind: kind_of_file(&name),
                place: format!("bundle: {name}"),
                bytes: std::fs::read(path).unwrap(),
            });
        }
    }
    made.sort_by(|one, other| one.place.cmp(&other.place));
    made
}

#[test]
fn every_output_has_a_consumer() {
    let help = |arguments: &[&str]| {
        let run = Run::of(Path::new("."), arguments);
        String::from_utf8(run.stdout).unwrap()
    };
    let commands: Vec<String> = help(&["--help"])
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.strip_prefix("  "))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    let mut known: Vec<&str> = COMMANDS.iter().map(|(command, _)| *command).collect();
    known.extend(WITHOUT_DATA);
    let same = |mut one: Vec<String>, other: &[&str]| {
        let mut other = other.to_vec();
        one.sort();
        other.sort_unstable();
        assert_eq!(one, other);
    };
    same(commands, &known);
    for (command, formats) in COMMANDS {
        let text = help(&[command, "--help"]);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let listed = lines
            .iter()
            .skip_while(|line| !line.starts_with("--format <"))
            .skip_while(|line| **line != "Possible values:")
            .skip(1)
            .map_while(|line| line.strip_prefix("- "))
            .map(|line| line.split(':').next().unwrap().to_owned());
        same(listed.collect(), formats);
        let sections = lines
            .iter()
            .skip_while(|line| !line.starts_with("--section <"))
            .find_map(|line| line.strip_prefix("[possible values: "));
        if let Some(sections) = sections {
            let listed = sections.trim_end_matches(']').split(", ");
            same(listed.map(str::to_owned).collect(), SECTIONS);
        }
    }
}
