//! What is written, and files that other programs have open.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::rig::steady;
use crate::support::{Folder, Run};
use crate::{Program, sample};

fn failed(message: &str) -> Run {
    Run {
        stdout: String::new(),
        stderr: format!("error: {message}\n"),
        status: 1,
    }
}

/// Another program that has a file open, until this goes.
struct Holder(Child);

impl Holder {
    fn new(program: &Program, folder: &Folder, file: &str, shared: &str) -> Self {
        let built = folder.path().join(".holder.exe");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/windows/holder.c");
        let status = Command::new("x86_64-w64-mingw32-gcc")
            .args(["-Wall", "-Wextra", "-Werror", "-O1", "-s", "-o"])
            .args([&built, &source])
            .status()
            .unwrap();
        assert!(status.success(), "the holder was not built");
        let mut command = program.wine.program(folder.path());
        let mut child = command
            .arg(&built)
            .args([file, shared])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), "held");
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
fn a_file_is_replaced() {
    let Some(program) = Program::new("a_file_is_replaced") else {
        return;
    };
    steady(|| {
        let folder = sample();
        let printed = program.run(&folder, &["plan", "kms.toml", "zones"]);
        folder.write("out/plan.txt", "the plan before\n");
        let arguments = ["plan", "kms.toml", "zones", "-o", r"out\plan.txt"];
        let run = program.run(&folder, &arguments);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str(), run.status),
            ("", "", 0)
        );
        assert_eq!(folder.read("out/plan.txt"), printed.stdout);
        assert!(
            !printed.stdout.contains('\r'),
            "lines end with LF on every system"
        );
        let held = std::fs::read_dir(folder.path().join("out"))
            .unwrap()
            .count();
        assert_eq!(held, 1);
    });
}

#[test]
fn an_input_is_not_overwritten_whatever_its_spelling() {
    let test = "an_input_is_not_overwritten_whatever_its_spelling";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        for target in [
            "KMS.TOML",
            r"zones\..\kms.toml",
            "kms.toml.",
            r"ZONES\Contoso.com.zone",
        ] {
            let run = program.run(&folder, &["plan", "kms.toml", "zones", "-o", target]);
            let shown = target.replace('\\', "/");
            let said =
                format!("--output {shown} would overwrite an input\n  = help: name another file");
            assert_eq!(run, failed(&said));
        }
        let both = [
            "audit",
            "zones",
            "-o",
            "a.toml",
            "--write-topology",
            "A.TOML.",
        ];
        let said = "--output and --write-topology name the same file\n  = help: name another file";
        assert_eq!(program.run(&folder, &both), failed(said));
        assert_eq!(folder.names(), ["kms.toml", "zones"]);
    });
}

#[test]
fn a_file_that_another_program_keeps_to_itself_is_named() {
    let test = "a_file_that_another_program_keeps_to_itself_is_named";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        let plan = ["plan", "kms.toml", "zones"];
        let holder = Holder::new(&program, &folder, r"zones\contoso.com.zone", "alone");
        let said = "`zones/contoso.com.zone` cannot be read: it is open in another program";
        assert_eq!(program.run(&folder, &plan), failed(said));
        drop(holder);
        let holder = Holder::new(&program, &folder, "kms.toml", "alone");
        let said = "`kms.toml` cannot be read: it is open in another program";
        assert_eq!(program.run(&folder, &plan), failed(said));
        drop(holder);
        assert_eq!(program.run(&folder, &plan).status, 0);
    });
}

/// Whoever reads a file while it is replaced has the whole old one; Windows may refuse to replace it.
#[test]
fn a_result_that_another_program_has_open_is_whole() {
    let test = "a_result_that_another_program_has_open_is_whole";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        folder.write("plan.txt", "the plan before\n");
        let _holder = Holder::new(&program, &folder, "plan.txt", "read");
        let plan = ["plan", "kms.toml", "zones", "-o", "plan.txt"];
        let said = "`plan.txt` cannot be written: permission denied, or it is read-only or open in another program";
        assert_eq!(program.run(&folder, &plan), failed(said));
        assert_eq!(folder.read("plan.txt"), "the plan before\n");
        assert_eq!(
            folder.names(),
            [".holder.exe", "kms.toml", "plan.txt", "zones"]
        );
    });
}

#[test]
fn a_bundle_is_made_at_once_or_in_an_empty_folder() {
    let test = "a_bundle_is_made_at_once_or_in_an_empty_folder";
    let Some(program) = Program::new(test) else {
        return;
    };
    steady(|| {
        let folder = sample();
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        for output in [r"made\bundle", "empty"] {
            let run = program.run(&folder, &["bundle", "kms.toml", "zones", "-o", output]);
            assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{output}");
            let made = Folder::names_in(&folder.path().join(output.replace('\\', "/")));
            assert!(made.iter().all(|name| !name.starts_with('.')), "{made:?}");
            assert!(made.contains(&"SHA256SUMS".to_owned()), "{made:?}");
        }
    });
}

#[test]
fn unicode_blanks_and_quotes_in_arguments() {
    let Some(program) = Program::new("unicode_blanks_and_quotes_in_arguments") else {
        return;
    };
    steady(|| {
        let folder = sample();
        let zone = folder.read("zones/contoso.com.zone");
        folder.write("Zonen f\u{fc}r B\u{fc}ro \u{65e5}/contoso.com.zone", zone);
        let source = "Zonen f\u{fc}r B\u{fc}ro \u{65e5}";
        let run = program.run(&folder, &["plan", "kms.toml", source, "--format", "json"]);
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        assert!(run.stdout.contains(source), "{}", run.stdout);
        // What a console makes of `"zones\" --format json`.
        let run = program.run(&folder, &["plan", "kms.toml", "zones\" --format json"]);
        assert_eq!(run.status, 1);
        assert!(
            run.stderr
                .contains("leave the last backslash of a folder out"),
            "{}",
            run.stderr
        );
        let run = program.run(&folder, &["plan", "kms.toml", r"zones\*.zone"]);
        assert_eq!(run.status, 1);
        assert!(
            run.stderr.contains("name the folder that holds the files"),
            "{}",
            run.stderr
        );
    });
}
