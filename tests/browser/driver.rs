//! Chromium without a screen, driven by chromedriver (W3C `WebDriver`, and the `DevTools` protocol through
//! chromedriver's `goog/cdp/execute`).

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::http::request;
use crate::support::tools;

/// What Chromium is started with: nothing but the page, as root too.
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--lang=en-US",
];

/// The one family of fonts that the tests bring (Debian's fonts-dejavu-core), so that pages look alike everywhere.
const FONTS: &str = r#"<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/dejavu</dir>
  <cachedir>CACHE</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <match><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>
</fontconfig>
"#;

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// For file names and messages.
    pub(crate) name: &'static str,
    /// Width in CSS pixels.
    pub(crate) width: u32,
    /// `screen` or `print`.
    pub(crate) media: &'static str,
    /// `light` or `dark`.
    pub(crate) scheme: &'static str,
}

impl View {
    pub(crate) fn prints(self) -> bool {
        self.media == "print"
    }
}

const fn view(name: &'static str, width: u32, media: &'static str, scheme: &'static str) -> View {
    View {
        name,
        width,
        media,
        scheme,
    }
}

/// A telephone, a desk, and A4 at 96 pixels an inch: the whole sheet, and what margins of 14 mm leave of it.
/// Who prints in a dark session prints the dark page, unless the page knows better.
pub(crate) const VIEWS: [View; 7] = [
    view("360-light", 360, "screen", "light"),
    view("360-dark", 360, "screen", "dark"),
    view("1280-light", 1280, "screen", "light"),
    view("1280-dark", 1280, "screen", "dark"),
    view("794-print", 794, "print", "light"),
    view("794-print-dark", 794, "print", "dark"),
    view("688-print", 688, "print", "light"),
];

/// A running browser with one window. It ends with the value.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// The browser's profile and fonts.
    folder: tempfile::TempDir,
}

impl Browser {
    /// Starts one, if the tools are there (see [`tools::available`]).
    pub(crate) fn start(test: &str) -> Option<Self> {
        if !tools::available("chromedriver", test) || !tools::available("chromium", test) {
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let fonts = folder.path().join("fonts.conf");
        let cache = folder.path().join("fonts-cache");
        let text = FONTS.replace("CACHE", cache.to_str().expect("it is UTF-8"));
        std::fs::write(&fonts, text).unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("FONTCONFIG_FILE", &fonts)
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut said = BufReader::new(driver.stdout.take().unwrap());
        let port = port(&mut said);
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let mut browser = Self {
            driver,
            port: port.expect("chromedriver says its port"),
            session: String::new(),
            folder,
        };
        browser.begin();
        Some(browser)
    }

    fn begin(&mut self) {
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        let profile = self.folder.path().join("profile");
        flags.push(format!("--user-data-dir={}", profile.display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": program("chromium"), "args": flags},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "timeouts": {"script": 300_000, "pageLoad": 300_000},
        }}});
        let answer = request(self.port, "POST", "/session", Some(&wanted)).unwrap();
        let session = answer["value"]["sessionId"].as_str();
        self.session = session
            .unwrap_or_else(|| panic!("no browser: {answer}"))
            .to_owned();
    }

    /// A command of `WebDriver`; `path` is relative to the session's.
    fn command(&self, path: &str, body: &Value) -> Result<Value, Value> {
        let path = format!("/session/{}/{path}", self.session);
        let answer = request(self.port, "POST", &path, Some(body)).expect("chromedriver answers");
        let value = answer["value"].clone();
        if value.get("error").is_some() {
            return Err(value);
        }
        Ok(value)
    }

    /// A command that must succeed.
    fn must(&self, path: &str, body: &Value) -> Value {
        self.command(path, body)
            .unwrap_or_else(|error| panic!("{path}: {}: {}", error["error"], error["message"]))
    }

    /// A command of the `DevTools` protocol.
    pub(crate) fn devtools(&self, command: &str, params: &Value) -> Value {
        self.must(
            "goog/cdp/execute",
            &json!({"cmd": command, "params": params}),
        )
    }

    /// Opens a file and waits until it is there whole.
    pub(crate) fn open(&self, page: &Path) {
        self.must("url", &json!({"url": address(page)}));
    }

    /// Opens the page once more.
    pub(crate) fn reload(&self) {
        self.must("refresh", &json!({}));
    }

    /// Runs a function body in the page, with `arguments`; the page's content-security policy does not
    /// bind it.
    pub(crate) fn run(&self, script: &str, arguments: &Value) -> Value {
        self.must(
            "execute/sync",
            &json!({"script": script, "args": arguments}),
        )
    }

    /// The same for a body that calls its last argument when it is done.
    pub(crate) fn run_until_called(&self, script: &str, arguments: &Value) -> Value {
        self.must(
            "execute/async",
            &json!({"script": script, "args": arguments}),
        )
    }

    /// Runs a script in each page before the page's own, from now on.
    pub(crate) fn before_each_page(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({"source": script}),
        );
    }

    /// Looks at the page that way from now on.
    pub(crate) fn look(&self, view: View) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
        );
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({"media": view.media, "features": [
                {"name": "prefers-color-scheme", "value": view.scheme},
            ]}),
        );
    }

    /// What the log `browser` or `performance` took in since it was last read.
    pub(crate) fn log(&self, kind: &str) -> Vec<Value> {
        match self.must("se/log", &json!({"type": kind})) {
            Value::Array(entries) => entries,
            other => panic!("the log {kind} is no list: {other}"),
        }
    }

    /// Presses a key where the focus is; `WebDriver` numbers keys without a character from U+E000 on.
    pub(crate) fn press(&self, key: char) {
        let key = key.to_string();
        self.must(
            "actions",
            &json!({"actions": [{"type": "key", "id": "keyboard", "actions": [
                {"type": "keyDown", "value": key},
                {"type": "keyUp", "value": key},
            ]}]}),
        );
    }

    /// The whole page as a PNG, or what stands in `clip` (x, y, width, height in CSS pixels).
    pub(crate) fn screenshot(&self, clip: Option<[f64; 4]>) -> String {
        let mut params = json!({"format": "png", "captureBeyondViewport": true});
        let [x, y, width, height] = clip.unwrap_or_else(|| {
            let size = self.devtools("Page.getLayoutMetrics", &json!({}));
            let side = |name: &str| size["cssContentSize"][name].as_f64().unwrap();
            // No larger than a texture.
            [0.0, 0.0, side("width"), side("height").min(16_000.0)]
        });
        params["clip"] = json!({"x": x, "y": y, "width": width, "height": height, "scale": 1});
        let picture = self.devtools("Page.captureScreenshot", &params);
        picture["data"].as_str().expect("a picture").to_owned()
    }

    /// The page as a PDF on A4, with the margins that the page asks for.
    pub(crate) fn print(&self) -> Vec<u8> {
        let paper = json!({"page": {"width": 21.0, "height": 29.7}, "background": true, "shrinkToFit": false});
        let pdf = self.must("print", &paper);
        BASE64
            .decode(pdf.as_str().expect("a PDF").as_bytes())
            .expect("base64")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let path = format!("/session/{}", self.session);
            let _ = request(self.port, "DELETE", &path, None);
        }
        // chromedriver ends whatever it has started, then itself.
        let _ = request(self.port, "GET", "/shutdown", None);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if matches!(self.driver.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that chromedriver found.
fn port(said: &mut impl std::io::BufRead) -> Option<u16> {
    let mut line = String::new();
    while said.read_line(&mut line).ok()? > 0 {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim().trim_end_matches('.').parse().ok();
        }
        line.clear();
    }
    None
}

/// The address of a file.
pub(crate) fn address(page: &Path) -> String {
    let path = page.to_str().expect("the path is UTF-8");
    assert!(
        path.bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"/._-".contains(&octet)),
        "{path} needs no escaping"
    );
    format!("file://{path}")
}

/// Where a program lies.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .expect("it was found before")
}
