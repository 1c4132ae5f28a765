//! The pages that are looked at: plans of many kinds, each as kmsplan writes it for `--format html`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::Folder;

/// A page in a folder of its own.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) file: PathBuf,
    /// The same plan as JSON.
    pub(crate) plan: serde_json::Value,
    _folder: Folder,
}

/// All pages.
pub(crate) fn all() -> Vec<Page> {
    vec![
        contoso(),
        everything(),
        unchanged(),
        rollback(),
        large(),
        hostile(),
        hand_made("hand-made-hostile", &crate::made::hostile()),
        hand_made("automatic", &crate::made::automatic()),
    ]
}

/// The sample.
pub(crate) fn contoso() -> Page {
    let folder = Folder::new();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("zones/contoso");
    copy(&sample, &folder.path().join("zones/contoso"));
    planned(
        "contoso",
        folder,
        "plan zones/contoso/kms.toml zones/contoso/",
    )
}

/// Every verb, several tiers, clients of all sorts, and errors, one of them accepted.
fn everything() -> Page {
    let folder = Folder::new();
    folder.write("kms.toml", EVERYTHING);
    folder.write("contoso.com.zone", EVERYTHING_ZONE);
    folder.write("emea.contoso.com.zone", EVERYTHING_EMEA);
    planned(
        "everything",
        folder,
        "plan kms.toml contoso.com.zone emea.contoso.com.zone --today 2026-11-22 --allow target-without-address:gone.contoso.com",
    )
}

const EVERYTHING: &str = r#"
[kms]
domains = ["contoso.com", "emea.contoso.com"]
unlisted = "keep"
min-live-hosts = 2

[[host]]
name = "kms01.contoso.com"
priority = 0
weight = 75
os = "windows-server-2022"
activates = ["windows", "windows-server", "office-2021"]

[[host]]
name = "kms02.contoso.com"
priority = 0
weight = 25
activates = ["windows"]

[[host]]
name = "kms03.contoso.com"
priority = 10
weight = 0
port = 1689

[[host]]
name = "gone.contoso.com"
priority = 10
weight = 0
os = "windows-server-2008"
activates = ["windows", "office-2010"]
publish = ["contoso.com"]

[[host]]
name = "kms05.fabrikam.example"
priority = 20
weight = 5

[[retired]]
name = "oldkms.contoso.com"

[[zone]]
name = "contoso.com"
kind = "ad"
server = "dc01.contoso.com"
dynamic-update = "none"

[[zone]]
name = "emea.contoso.com"
kind = "bind"
server = "192.0.2.53"

[[clients]]
domain = "contoso.com"
windows = 400
server = 60
office = 380
legacy = 12
search = ["contoso.com", "emea.contoso.com"]

[[clients]]
domain = "emea.contoso.com"
windows = 40
caching = false

[[clients]]
domain = "ad.contoso.com"
windows = 900
adba = true

[[clients]]
domain = "lab.contoso.com"
windows = 3
search = ["lab.contoso.com"]
"#;

const EVERYTHING_ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 2026112101 900 600 86400 3600
@ IN NS dc01
dc01 IN A 192.0.2.10
kms01 IN A 192.0.2.11
kms02 IN A 192.0.2.12
kms03 IN A 192.0.2.13
oldkms IN A 192.0.2.14
lab-kms IN A 192.0.2.15
_vlmcs._tcp IN SRV 0 75 1688 kms01
            IN SRV 0 0 1688 kms02
            IN SRV 0 0 1688 oldkms
            IN SRV 0 0 1688 lab-kms
lab IN TXT \"a lab\"
";

const EVERYTHING_EMEA: &str = "\
$ORIGIN emea.contoso.com.
$TTL 86400
@ IN SOA ns1 hostmaster 14 900 600 86400 3600
@ IN NS ns1
ns1 IN A 192.0.2.53
_vlmcs._tcp 600 IN SRV 0 0 1688 oldkms.contoso.com.
";

/// A plan in which nothing is left to do.
fn unchanged() -> Page {
    let folder = Folder::new();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/nothing-to-change");
    copy(&case, folder.path());
    let args = folder.read("args").replace('\n', " ");
    let command = format!("plan kms.toml contoso.com.zone {args}");
    planned("unchanged", folder, &command)
}

/// The way back from the sample's change, once it is done.
pub(crate) fn rollback() -> Page {
    let folder = Folder::new();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("zones/contoso");
    copy(&sample, &folder.path().join("zones/contoso"));
    let line = "kmsplan plan zones/contoso/kms.toml zones/contoso/ --format json --output saved.json && \
                kmsplan plan zones/contoso/kms.toml zones/contoso/ --format diff --output saved.diff && \
                patch -s -p1 < saved.diff";
    let done = folder.shell(line);
    assert_eq!((done.stderr.as_str(), done.status), ("", 0));
    planned("rollback", folder, "rollback saved.json zones/contoso/")
}

/// Forty domains with long names, seven hosts in four tiers.
fn large() -> Page {
    let folder = Folder::new();
    let label = "an-organisational-unit-with-a-name-as-long-as-dns-allows-it-to-be";
    let long = &label[..63];
    let domains: Vec<String> = (0..40)
        .map(|number| match number % 4 {
            0 => format!("d{number}.{long}.{long}.contoso.com"),
            1 => format!("d{number}.{}.example", &long[..40]),
            _ => format!("d{number}.contoso.com"),
        })
        .collect();
    let mut topology = format!("[kms]\ndomains = {domains:?}\n");
    let mut hosts = String::new();
    for number in 1..=7 {
        let host = if number % 3 == 0 {
            format!("kms{number:02}-{}.{long}.contoso.com", &long[..50])
        } else {
            format!("kms{number:02}.contoso.com")
        };
        writeln!(hosts, "{host}. 3600 IN A 192.0.2.{number}").unwrap();
        let tier = number / 2 * 10;
        write!(
            topology,
            "\n[[host]]\nname = \"{host}\"\npriority = {tier}\nweight = {}\n",
            number * 10
        )
        .unwrap();
    }
    for (number, domain) in domains.iter().enumerate().take(30) {
        write!(
            topology,
            "\n[[clients]]\ndomain = \"{domain}\"\nwindows = {}\n",
            number * number * 7
        )
        .unwrap();
    }
    let mut args = "plan kms.toml".to_owned();
    for domain in &domains {
        let file = format!("{}.zone", &domain[..domain.len().min(40)]);
        folder.write(&file, format!("$ORIGIN {domain}.\n@ 3600 IN SOA ns1 hostmaster 7 900 600 86400 3600\n@ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.53\n_vlmcs._tcp 3600 IN SRV 0 0 1688 kms01.contoso.com.\n 3600 IN SRV 0 0 1688 oldkms.contoso.com.\n"));
        write!(args, " {file}").unwrap();
    }
    folder.write("hosts.zone", format!("$ORIGIN contoso.com.\n@ 3600 IN SOA ns1 hostmaster 7 900 600 86400 3600\n@ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.53\noldkms 3600 IN A 192.0.2.14\n{hosts}"));
    args.push_str(" hosts.zone");
    folder.write("kms.toml", topology);
    planned("large", folder, &args)
}

/// Markup, quotes of every language, line ends and marks that turn the direction of writing, wherever data comes
/// from: targets, owners, the paths of files, the group, reasons.
pub(crate) fn hostile() -> Page {
    let folder = Folder::new();
    let zone = "evil<img src=x onerror=__pwned=1>.zone";
    folder.write(zone, HOSTILE_ZONE);
    folder.write("kms.toml", HOSTILE);
    for format in ["html", "json"] {
        let run = crate::support::kmsplan()
            .current_dir(folder.path())
            .args(["plan", "kms.toml", zone, "--format", format, "--output"])
            .arg(format!("page.{format}"))
            .output()
            .unwrap();
        assert!(matches!(run.status.code(), Some(0 | 3)), "{run:?}");
    }
    page("hostile", folder)
}

const HOSTILE: &str = r#"
[kms]
domains = ["contoso.com"]

[group]
name = "KMS ' & ` $(id) {script} Hosts"
path = "OU=<script>window.__pwned=2</script>,DC=contoso,DC=com"

[[host]]
name = "kms01.contoso.com"
weight = 75

[[host]]
name = "kms02.contoso.com"
weight = 25

[[zone]]
name = "contoso.com"
kind = "ad"
server = "dc01.contoso.com"

[[clients]]
domain = "contoso.com"
windows = 100

[[allow]]
finding = "unlisted-host"
reason = "\"><script>window.__pwned=3</script> <b onclick=x>&amp;</b> \u202E txt.exe"
"#;

const HOSTILE_ZONE: &str = r#"$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 48213 900 600 86400 3600
  IN NS dc01
dc01 IN A 10.20.0.10
_vlmcs._tcp IN SRV 0 0 1688 kms01 ; <script>window.__pwned=4</script>
            IN SRV 0 0 1688 \<script\>window.__pwned=5\<\/script\>.contoso.com.
            IN SRV 0 0 1688 \<img\032src\061x\032onerror\061__pwned\0616\>.contoso.com.
            IN SRV 0 0 1688 \<\/title\>\<\/style\>\<\/svg\>\<svg\032onload\061__pwned\0617\>.contoso.com.
            IN SRV 0 0 1688 a\"b\039c\096d\$\(id\)\&lt\;.contoso.com.
            IN SRV 0 0 1688 x\010y\013z\000n.contoso.com.
            IN SRV 0 0 1688 \226\128\174moc.live\226\128\172.contoso.com.
            IN SRV 0 0 1688 \195\188\027\[31m\255.example.
            IN SRV 0 0 1688 javascript\:alert\(1\).example.
            IN SRV 0 0 1688 \]\]\>\<\!--.example.
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
"#;

/// A plan that a program made, not an input.
fn hand_made(name: &'static str, plan: &kmsplan::plan::Plan) -> Page {
    let folder = Folder::new();
    folder.write("page.html", kmsplan::render::html(plan));
    folder.write("page.json", kmsplan::render::json(plan));
    page(name, folder)
}

/// Runs `kmsplan` for the page and for the plan; a plan that is blocked is shown too.
fn planned(name: &'static str, folder: Folder, command: &str) -> Page {
    for format in ["html", "json"] {
        let run = folder.run(&format!(
            "{command} --format {format} --output page.{format}"
        ));
        assert!(matches!(run.status, 0 | 3), "{name}: {run:?}");
        assert_eq!(run.stdout, "", "{name}");
    }
    page(name, folder)
}

fn page(name: &'static str, folder: Folder) -> Page {
    let file = folder.path().join("page.html");
    let plan = serde_json::from_str(&folder.read("page.json")).unwrap();
    Page {
        name,
        file,
        plan,
        _folder: folder,
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
