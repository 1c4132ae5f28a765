//! A domain controller of its own, for as long as a [`Controller`] lives: `ad-dc hold`.
//!
//! `ad-dc` ends it when its standard input ends, so it ends with the test program, however that ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::support::{Run, tools};

/// One at a time in a test program: the machine is small.
static TURN: Mutex<()> = Mutex::new(());

/// Whether a domain controller can run here; see [`tools::available`].
pub(crate) fn possible(test: &str) -> bool {
    let programs = [
        "samba",
        "samba-tool",
        "named",
        "kinit",
        "kvno",
        "ldbsearch",
        "ldbmodify",
        "nsupdate",
        "dig",
        "ip",
    ];
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    tools::given(root, "it must run as root", test)
        && programs.iter().all(|tool| tools::available(tool, test))
}

/// A running domain controller of contoso.test.
pub(crate) struct Controller {
    hold: Child,
    dir: PathBuf,
    address: String,
    password: String,
    _folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Controller {
    /// Makes the domain and starts it, on an address that no other test program takes.
    pub(crate) fn start() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        // Paths of sockets are short: a long TMPDIR would not do.
        let folder = TempDir::with_prefix_in("kmsplan-ad-", "/tmp").unwrap();
        let dir = folder.path().to_owned();
        let address = own_address();
        let mut hold = ad_dc(&dir)
            .arg("hold")
            .arg(&dir)
            .env("AD_DC_ADDR", &address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let stdout = hold.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut said).unwrap();
        let mut controller = Self {
            hold,
            dir,
            address,
            password: String::new(),
            _folder: folder,
            _turn: turn,
        };
        assert!(
            said.contains("is up"),
            "the domain controller does not start"
        );
        controller.password = controller.exported("AD_PASSWORD");
        controller
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Its folder, gone when it has ended.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The numbers of the main processes, each the leader of a session that holds all others.
    pub(crate) fn sessions(&self) -> Vec<String> {
        ["samba", "named"]
            .iter()
            .map(|name| {
                let file = self.dir.join("run").join(format!("{name}.main"));
                std::fs::read_to_string(file).unwrap().trim().to_owned()
            })
            .collect()
    }

    /// What `ad-dc env` sets a variable to.
    fn exported(&self, variable: &str) -> String {
        let line = format!("eval \"$(\"$0\" env \"$1\")\"; printf %s \"${variable}\"");
        let output = Command::new("bash")
            .args(["-c", &line])
            .arg(script())
            .arg(&self.dir)
            .output()
            .unwrap();
        text(output.stdout)
    }

    /// A new ticket for a computer, which is made if it is missing.
    pub(crate) fn kinit(&self, account: &str) {
        let status = ad_dc(&self.dir)
            .arg("kinit")
            .arg(&self.dir)
            .arg(account)
            .status()
            .unwrap();
        assert!(status.success(), "a ticket for {account}");
    }

    /// A dynamic update, signed with the present ticket of `account`; else what `nsupdate` complains of.
    pub(crate) fn update(&self, account: &str, lines: &str) -> Result<(), String> {
        let mut command = ad_dc(&self.dir);
        command.arg("nsupdate").arg(&self.dir).arg(account);
        done(&with_input(&mut command, &format!("{lines}\nsend\n")))
    }

    /// A dynamic update that nobody signed.
    pub(crate) fn unsigned_update(&self, lines: &str) -> Result<(), String> {
        let input = format!("server {}\n{lines}\nsend\n", self.address);
        done(&with_input(&mut Command::new("nsupdate"), &input))
    }

    /// What `dig` prints when it asks the domain controller.
    pub(crate) fn dig(&self, args: &str) -> String {
        let output = Command::new("dig")
            .arg(format!("@{}", self.address))
            .args(args.split_whitespace())
            .output()
            .unwrap();
        assert!(output.status.success(), "dig {args}");
        text(output.stdout)
    }

    /// Runs `samba-tool` as the domain's administrator; what it prints.
    pub(crate) fn samba_tool(&self, args: &[&str]) -> String {
        let output = self
            .client("samba-tool")
            .args(args)
            .args(["-U", &self.user("Administrator")])
            .output()
            .unwrap();
        assert!(output.status.success(), "samba-tool {args:?}: {output:?}");
        text(output.stdout)
    }

    /// The address of the directory for tools that take `-H`.
    pub(crate) fn ldap(&self) -> String {
        format!("ldap://{}", self.address)
    }

    /// Reads the directory as its administrator.
    pub(crate) fn search(&self, args: &[&str]) -> String {
        let output = self
            .client("ldbsearch")
            .args(["-H", &self.ldap(), "-U", &self.user("Administrator")])
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "ldbsearch {args:?}: {output:?}");
        text(output.stdout)
    }

    /// Writes to the directory as `account`, whose rights decide; else what `ldbmodify` complains of.
    pub(crate) fn modify(&self, account: &str, ldif: &str) -> Result<(), String> {
        let mut command = self.client("ldbmodify");
        command.args(["-H", &self.ldap(), "-U", &self.user(account)]);
        // Of a descriptor, owner and DACL: the SACL needs a right of its own.
        command.arg("--controls=sd_flags:1:5");
        done(&with_input(&mut command, ldif))
    }

    /// Runs a script of a bundle as the domain's administrator, with programs of `tools` before others and `variables`
    /// set.
    pub(crate) fn script(&self, path: &Path, tools: &Path, variables: &[(&str, &str)]) -> Run {
        let others = std::env::var("PATH").unwrap_or_default();
        self.client("sh")
            .arg(path)
            .args(["-U", &self.user("Administrator")])
            .env("PATH", format!("{}:{others}", tools.display()))
            .envs(variables.iter().copied())
            .output()
            .unwrap()
            .into()
    }

    fn user(&self, account: &str) -> String {
        format!("{account}%{}", self.password)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("SMB_CONF_PATH", self.dir.join("smb.conf"))
            .env("KRB5_CONFIG", self.dir.join("krb5.conf"))
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        drop(self.hold.stdin.take());
        // Nothing to be done where it fails; a test looks for what is left.
        let _ = self.hold.wait();
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ad/ad-dc")
}

fn ad_dc(dir: &Path) -> Command {
    let mut command = Command::new(script());
    command
        .stdin(Stdio::null())
        .current_dir(dir.parent().unwrap());
    command
}

/// A loopback address from the number of the process, of which there is one at a time.
fn own_address() -> String {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    format!("127.{}.{middle}.{low}", 64 + high % 64)
}

fn with_input(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without having read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn done(output: &Output) -> Result<(), String> {
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

fn text(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap()
}
