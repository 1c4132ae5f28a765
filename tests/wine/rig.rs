//! Wine's `cmd`, and programs that stand in for those of Windows.
//!
//! What Wine cannot show: its `cmd` parses `.cmd` files by rules of its own (an `else if`, `&&` behind a
//! program, a block behind a second `if` go wrong; none stands in a script), knows no code pages but UTF-8's,
//! its `findstr` finds everything, and it drops a `!` from what delayed expansion gives. Real answers of `dnscmd`, `slmgr.vbs` or `reg` on Windows are not
//! shown by the stand-ins either: they speak in words that public transcripts show.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::support::tools::given;
use crate::support::{Folder, Run};

const WINE: &str = "/usr/lib/wine/wine64";
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// How often a test may fail before it has failed.
const TRIES: usize = 3;

/// Runs a test, again from the start where it fails: on a busy machine Wine now and then ends a program with status 1
/// before its first instruction. What is wrong in a script fails every time.
pub(crate) fn steady(test: impl Fn() + std::panic::RefUnwindSafe) {
    for _ in 1..TRIES {
        if std::panic::catch_unwind(&test).is_ok() {
            return;
        }
        eprintln!("failed under Wine; once more");
    }
    test();
}

/// The programs that scripts call by name.
const PROGRAMS: [&str; 9] = [
    "dnscmd", "cscript", "reg", "net", "sc", "netsh", "klist", "wevtutil", "ping",
];

/// Scripts keep what was set before in the user's profile; Wine itself says where that is.
const AT_HOME: &str =
    "@echo off\r\nset \"USERPROFILE=%KMSPLAN_FOLDER%\"\r\nset \"TEMP=%KMSPLAN_FOLDER%\"\r\n%*\r\n";

/// One Wine for the whole test program. It ends when the pipe to `serve` does.
pub(crate) struct Wine {
    prefix: String,
    /// The stand-ins, each by its name.
    programs: tempfile::TempDir,
    _serving: (Child, ChildStdin),
}

/// Wine, or `None` where it is not installed and need not be.
pub(crate) fn wine(test: &str) -> Option<&'static Wine> {
    static WINE_OF_ALL: OnceLock<Wine> = OnceLock::new();
    let there = Path::new(WINE).is_file();
    if !given(there, "`wine64` is not installed", test)
        || !crate::support::tools::available(COMPILER, test)
    {
        return None;
    }
    Some(WINE_OF_ALL.get_or_init(Wine::start))
}

impl Wine {
    fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wine");
        let mut serving = Command::new(here.join("serve"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/wine/serve starts");
        let mut prefix = String::new();
        let stdout = serving.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut prefix).unwrap();
        assert!(!prefix.is_empty(), "Wine did not start");
        let programs = tempfile::tempdir().expect("a temporary folder");
        let built = programs.path().join("standin.exe");
        let status = Command::new(COMPILER)
            .args(["-Wall", "-Wextra", "-Werror", "-O1", "-s", "-o"])
            .arg(&built)
            .arg(here.join("standin.c"))
            .status()
            .expect("the compiler runs");
        assert!(status.success(), "the stand-in was not built");
        for program in PROGRAMS {
            std::fs::copy(&built, programs.path().join(format!("{program}.exe"))).unwrap();
        }
        std::fs::write(programs.path().join("at-home.cmd"), AT_HOME).unwrap();
        let input = serving.stdin.take().expect("a pipe");
        Self {
            prefix: prefix.trim_end().to_owned(),
            programs,
            _serving: (serving, input),
        }
    }

    /// A program of Wine's with its environment, in `folder`. It is ended after a minute: a `.cmd` file that Wine
    /// does not understand may run for ever.
    pub(crate) fn program(&self, folder: &Path) -> Command {
        let mut command = Command::new("timeout");
        command
            .args(["60", WINE])
            .current_dir(folder)
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command
    }

    /// Runs a program of Wine's own.
    pub(crate) fn own(&self, folder: &Path, arguments: &[&str]) -> Run {
        let mut command = self.program(folder);
        command.args(arguments).output().unwrap().into()
    }
}

/// The path as Windows programs see it.
pub(crate) fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

/// A folder in which scripts run; the stand-ins write into it.
pub(crate) struct Desk {
    wine: &'static Wine,
    pub(crate) folder: Folder,
    settings: Vec<(&'static str, String)>,
}

impl Desk {
    pub(crate) fn new(wine: &'static Wine) -> Self {
        Self {
            wine,
            folder: Folder::new(),
            settings: Vec::new(),
        }
    }

    /// Sets a variable that the stand-ins read, for the runs that follow.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value.into()));
    }

    /// The path of a file of the folder, as Windows programs see it.
    pub(crate) fn path(&self, file: &str) -> String {
        windows_path(&self.folder.path().join(file))
    }

    /// Runs a `.cmd` file of the folder, with arguments; gives what it printed with LF as line ends.
    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> Run {
        let mut command = self.wine.program(self.folder.path());
        command
            .args(["cmd", "/c", "at-home.cmd", &script.replace('/', "\\")])
            .args(arguments)
            .env("WINEPATH", windows_path(self.wine.programs.path()))
            .env("KMSPLAN_FOLDER", windows_path(self.folder.path()));
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        let mut run: Run = command.output().unwrap().into();
        run.stdout = run.stdout.replace('\r', "");
        run.stderr = run.stderr.replace('\r', "");
        run
    }

    /// The calls of programs since the last look: program and arguments.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        let path: PathBuf = self.folder.path().join("calls");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(path);
        let mut calls: Vec<Vec<String>> = Vec::new();
        let mut lines = text.lines();
        while let Some(first) = lines.next() {
            let (program, count) = first.split_once(' ').expect("program and count");
            let mut call = vec![program.to_owned()];
            call.extend(
                lines
                    .by_ref()
                    .take(count.parse().unwrap())
                    .map(str::to_owned),
            );
            calls.push(call);
        }
        calls
    }
}

/// The key of the licensing service since Windows 7, and that of Vista and Server 2008.
pub(crate) const KEY: &str =
    r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform";
pub(crate) const OLD_KEY: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL";
const NAMES: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters";

/// Wine's registry, which is one for all tests: who holds this has it alone. Both keys are there, and empty.
pub(crate) struct Registry {
    wine: &'static Wine,
    folder: Folder,
    _alone: MutexGuard<'static, ()>,
}

impl Registry {
    pub(crate) fn new(wine: &'static Wine) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let registry = Self {
            wine,
            folder: Folder::new(),
            _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
        };
        registry.clear();
        registry
    }

    /// Empties both keys.
    pub(crate) fn clear(&self) {
        self.import(&format!("[-{KEY}]\n[{KEY}]\n[-{OLD_KEY}]\n[{OLD_KEY}]\n"));
    }

    /// Names the machine, as it is in the registry.
    pub(crate) fn name_machine(&self, host: &str, domain: &str) {
        self.import(&format!(
            "[{NAMES}]\n\"Hostname\"=\"{host}\"\n\"Domain\"=\"{domain}\"\n"
        ));
    }

    /// Imports the text of a registry file.
    fn import(&self, text: &str) {
        let text = text
            .replace("HKLM", "HKEY_LOCAL_MACHINE")
            .replace('\n', "\r\n");
        let head = "Windows Registry Editor Version 5.00\r\n\r\n";
        self.folder.write("import.reg", [head, &text].concat());
        let run = self.reg(&["import", "import.reg"]);
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    }

    /// Calls Wine's own `reg`.
    pub(crate) fn reg(&self, arguments: &[&str]) -> Run {
        let all = [&["reg"], arguments].concat();
        let mut run = self.wine.own(self.folder.path(), &all);
        run.stdout = run.stdout.replace('\r', "");
        run
    }

    /// Sets a value; of a list `\0` is between the strings.
    pub(crate) fn set(&self, key: &str, name: &str, kind: &str, value: &str) {
        let run = self.reg(&["add", key, "/v", name, "/t", kind, "/d", value, "/f"]);
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    }

    /// The values of a key, each as `name type data`, sorted.
    pub(crate) fn values(&self, key: &str) -> Vec<String> {
        let run = self.reg(&["query", key]);
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
        let mut lines: Vec<String> = run
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("    "))
            .map(|line| line.replacen("    ", " ", 2))
            .collect();
        lines.sort();
        lines
    }
}
