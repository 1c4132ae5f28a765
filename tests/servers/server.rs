//! A server on loopback, and the clients that talk to it.

use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::support::Folder;
use crate::zone::Zone;

/// How long a server may take until it answers for every zone.
const START: Duration = Duration::from_secs(30);

/// How long it may take to end.
const END: Duration = Duration::from_secs(5);

/// The name of the key that may update.
pub(crate) const KEY: &str = "kmsplan";
/// Its secret, for these tests alone.
pub(crate) const SECRET: &str = "a21zcGxhbiB0ZXN0cyBvbiBsb29wYmFjaw==";
/// How long nsupdate waits for an answer over UDP, in seconds: a server that waits for a busy disk is not dead.
pub(crate) const PATIENCE: &str = "20";

/// A running server; it ends with this value, also when a test fails.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    folder: PathBuf,
}

/// What `nsupdate` says.
pub(crate) struct Said {
    pub(crate) done: bool,
    pub(crate) text: String,
}

impl Server {
    /// Starts BIND with `named.conf` in `folder`.
    pub(crate) fn named(
        folder: &Folder,
        port: u16,
        zones: impl IntoIterator<Item = String>,
    ) -> Self {
        // AppArmor, where it is on, keeps the installed program to its own folders. Another process copies it: a file
        // that is open for writing here, and so in each process that another test starts meanwhile, cannot be run.
        let named = folder.path().join("named");
        let copied = Command::new("cp")
            .arg(program("named"))
            .arg(&named)
            .status();
        assert!(copied.unwrap().success());
        Self::start(folder, port, &named, &["-g", "-c", "named.conf"], zones)
    }

    /// Starts `program` in `folder` and waits until it answers for each of the zones.
    pub(crate) fn start(
        folder: &Folder,
        port: u16,
        program: &Path,
        args: &[&str],
        zones: impl IntoIterator<Item = String>,
    ) -> Self {
        let log = File::create(folder.path().join("log")).unwrap();
        // The kernel ends it too, should the tests be killed.
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "TERM"])
            .arg(program)
            .args(args)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        folder.write(
            "update.key",
            format!("key \"{KEY}\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n"),
        );
        let mut server = Self {
            process,
            port,
            folder: folder.path().to_owned(),
        };
        let begin = Instant::now();
        for zone in zones {
            while !server.answers(&zone) {
                let ended = server.process.try_wait().unwrap();
                assert!(
                    ended.is_none() && begin.elapsed() < START,
                    "{}: no answer for {zone}; {ended:?}\n{}",
                    program.display(),
                    server.log()
                );
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        server
    }

    /// What it has written to its standard output and error.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.join("log")).unwrap()).into_owned()
    }

    /// The file with the key that may update.
    pub(crate) fn key(&self) -> PathBuf {
        self.folder.join("update.key")
    }

    /// What `dig` prints when it asks this server.
    pub(crate) fn dig(&self, args: &[&str]) -> String {
        let output = Command::new("dig")
            .args(["-r", "@127.0.0.1", "-p", &self.port.to_string()])
            .args(args)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    fn answers(&self, zone: &str) -> bool {
        self.dig(&["+short", "+tries=1", "+time=2", zone, "SOA"])
            .split(' ')
            .count()
            == 7
    }

    /// The zone as `dig` prints it.
    pub(crate) fn transfer(&self, zone: &str) -> String {
        self.dig(&[zone, "AXFR"])
    }

    /// The zone as it is now.
    pub(crate) fn zone(&self, zone: &str) -> Zone {
        Zone::of_transfer(&self.transfer(zone))
    }

    /// Runs `nsupdate -k` with a text whose server line gets the port, which a printed text cannot have.
    pub(crate) fn update(&self, text: &str) -> Said {
        let begin = "server 127.0.0.1\n";
        assert_eq!(text.matches(begin).count(), 1, "{text}");
        let text = text.replace(begin, &format!("server 127.0.0.1 {}\n", self.port));
        let input = self.folder.join("update.txt");
        fs::write(&input, text + "\n").unwrap();
        let output = Command::new("nsupdate")
            .args(["-u", PATIENCE, "-k", "update.key"])
            .current_dir(&self.folder)
            .stdin(File::open(input).unwrap())
            .output()
            .unwrap();
        Said {
            done: output.status.success(),
            text: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Sends a signal to the process; false if that failed.
    fn signal(&self, signal: &str) -> bool {
        let id = self.process.id().to_string();
        let status = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", signal, &id])
            .status();
        status.is_ok_and(|status| status.success())
    }
}

impl Drop for Server {
    /// Asks it to end, so that it ends its own children too, and insists after a while.
    fn drop(&mut self) {
        let _ = self.signal("TERM");
        let begin = Instant::now();
        while begin.elapsed() < END {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on now, over TCP and UDP, and that no client is given: `nsupdate` and `dig` may bind the
/// very port that they send to, when the system draws it for them, and then hear nobody but themselves.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    /// Below are ports of services.
    const FIRST: u32 = 10240;
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap();
    let drawn: u32 = range.split_whitespace().next().unwrap().parse().unwrap();
    assert!(drawn > FIRST, "clients are given the ports from {drawn} on");
    let process = std::process::id().wrapping_mul(0x9e37_79b9) >> 16;
    loop {
        let tried = process.wrapping_add(NEXT.fetch_add(1, Relaxed));
        let port = u16::try_from(FIRST + tried % (drawn - FIRST)).unwrap();
        let at = ("127.0.0.1", port);
        if TcpListener::bind(at).is_ok() && UdpSocket::bind(at).is_ok() {
            return port;
        }
    }
}

/// Where the program is.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .expect("it was looked for")
}
