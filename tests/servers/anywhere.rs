//! Scripts wherever the bundle lies, whichever shell runs them, and what the server shows to whom.

use crate::bind::start_configured;
use crate::server::{KEY, Server};
use crate::support::{Folder, Run, tools};

const ZONE: &str = "\
contoso.com. 60 IN SOA ns1.contoso.com. hostmaster.contoso.com. 1 900 600 86400 3600
contoso.com. 60 IN NS ns1.contoso.com.
ns1.contoso.com. 60 IN A 192.0.2.1
kms01.contoso.com. 60 IN A 192.0.2.2
_vlmcs._tcp.contoso.com. 60 IN SRV 0 0 1688 k\\$\\(id\\)\\;\\\"\\'\\`.contoso.com.
";

/// The record that the zone begins with, as `dig` prints it.
const OLD: &str = "0 0 1688 k\\$\\(id\\)\\;\\\"'`.contoso.com.\n";
const NEW: &str = "0 0 1688 kms01.contoso.com.\n";

fn topology(apply: &str) -> String {
    format!(
        r#"[kms]
domains = ["contoso.com"]
ttl = 60

[[host]]
name = "kms01.contoso.com"
os = "other"

[[retired]]
name = 'k\036\040id\041\059\034\039\096.contoso.com'
running = false

[[zone]]
name = "contoso.com"
kind = "bind"
apply = "{apply}"
server = "127.0.0.1"
"#
    )
}

/// A folder whose name acts on whatever does not quote it.
const PLACE: &str = "it's a \"$(touch ran)\" `touch ran` *;";

/// A server, and the bundle for its zone in a folder beside it.
struct Here {
    folder: Folder,
    server: Server,
    rndc: String,
}

impl Here {
    fn new(config: &str, apply: &str) -> Self {
        let folder = Folder::new();
        folder.write("zone", ZONE);
        folder.write("contoso.com", ZONE);
        folder.write("place-name", PLACE);
        let (server, rndc) = start_configured(&folder, config, ["contoso.com".to_owned()]);
        folder.write("kms.toml", topology(apply));
        let here = Self {
            folder,
            server,
            rndc,
        };
        here.does(
            "mkdir \"$place\" && cp update.key \"$place/a key's file\" && \
             kmsplan bundle kms.toml contoso.com --output \"$place/bundle\"",
        );
        here
    }

    /// A line of shell with the port, the folder's name and `rndc` at hand.
    fn run(&self, line: &str) -> Run {
        self.folder.shell(&format!(
            "port={}; place=$(cat place-name); RNDC='{}'; export RNDC; {line}",
            self.server.port, self.rndc
        ))
    }

    fn does(&self, line: &str) -> String {
        let run = self.run(line);
        assert_eq!(run.status, 0, "{line}\n{run:?}");
        run.stdout
    }

    fn refuses(&self, line: &str) -> String {
        let run = self.run(line);
        assert_ne!(run.status, 0, "{line}\n{run:?}");
        run.stderr
    }

    /// The record set, as the server shows it to this key.
    fn shows(&self, key: &str) -> String {
        self.does(&format!(
            "dig -r {key} @127.0.0.1 -p $port +short SRV _vlmcs._tcp.contoso.com"
        ))
    }
}

fn ready(test: &str) -> bool {
    ["named", "rndc", "nsupdate", "dig", "patch", "bash", "dash"]
        .iter()
        .all(|tool| tools::available(tool, test))
}

fn dynamic() -> String {
    format!(
        "zone \"contoso.com\" {{ type primary; file \"zone\"; check-names ignore; \
         update-policy {{ grant {KEY} zonesub ANY; }}; }};\n"
    )
}

#[test]
fn scripts_run_from_anywhere() {
    if !ready("scripts_run_from_anywhere") {
        return;
    }
    let here = Here::new(&dynamic(), "nsupdate");
    assert_eq!(here.shows(""), OLD);
    let key = r#"-k "$PWD/$place/a key's file" -p $port"#;
    let inside = r#"-k "a key's file" -p $port"#;
    let ways = [
        format!(r#"cd "$place" && sh bundle/PURPOSE/*-change-records-*.sh {inside}"#),
        r#"cd "$place/bundle/PURPOSE" && dash *-change-records-*.sh -k "../../a key's file" -p$port"#
            .to_owned(),
        format!(
            r#"cd "$place" && ln -sfn bundle a=b && bash --posix a=b/PURPOSE/*-change-records-*.sh -v {inside}"#
        ),
        format!(
            r#"chmod -R a-w "$place/bundle"; env -i PATH="$PATH" IFS=/1 LC_ALL=tr_TR.UTF-8 POSIXLY_CORRECT=1 TMPDIR=/nowhere \
               dash "$place"/bundle/PURPOSE/*-change-records-*.sh {key}; status=$?; chmod -R u+w "$place/bundle"; exit $status"#
        ),
    ];
    for way in &ways {
        let of = |purpose: &str| way.replace("PURPOSE", purpose);
        assert!(here.does(&of("apply")).ends_with("done\n"));
        assert_eq!(here.shows(""), NEW);
        assert!(here.does(&of("apply")).ends_with("already applied\n"));
        here.does(&of("verify"));
        // The zone's own name server has no name outside this test.
        let said = here.run(r#"sh "$place"/bundle/apply/*-verify-now.sh -p $port"#);
        let seen = "_vlmcs._tcp.contoso.com. from 127.0.0.1, as planned:";
        assert!(said.stdout.contains(seen), "{said:?}");
        assert!(here.does(&of("rollback")).ends_with("done\n"));
        assert_eq!(here.shows(""), OLD);
        assert!(here.does(&of("rollback")).ends_with("already undone\n"));
        let differs = here.refuses(&of("verify"));
        assert!(differs.contains("Not as planned."), "{differs}");
    }
    let said =
        here.refuses(r#"cd "$place" && sh bundle/apply/*-change-records-*.sh "a key's file""#);
    assert!(said.contains("Nothing was changed."), "{said}");
    assert_eq!(here.shows(""), OLD);
    // The set is shown as the reviewed one, strange name or not.
    let said = here.run(r#"sh "$place"/bundle/apply/*-await-replication.sh -p $port -t 0"#);
    let seen = "_vlmcs._tcp.contoso.com. from 127.0.0.1, as reviewed:";
    assert!(said.stdout.contains(seen), "{said:?}");
    assert_eq!(here.run(r#"ls ran "$place/ran" "$place"/*/ran"#).stdout, "");
}

#[test]
fn the_key_shows_the_view_that_it_changes() {
    if !ready("the_key_shows_the_view_that_it_changes") {
        return;
    }
    let config = format!(
        "view inside {{ match-clients {{ key {KEY}; }}; {} }};\n\
         view outside {{ match-clients {{ any; }}; zone \"contoso.com\" {{ type primary; file \"contoso.com\"; \
         check-names ignore; }}; }};\n",
        dynamic()
    );
    let here = Here::new(&config, "nsupdate");
    let script = |purpose: &str, key: &str| {
        format!(r#"sh "$place"/bundle/{purpose}/*-change-records-*.sh {key} -p $port"#)
    };
    let key = "-k update.key";
    assert!(here.does(&script("apply", key)).ends_with("done\n"));
    assert_eq!(
        (here.shows(key).as_str(), here.shows("").as_str()),
        (NEW, OLD)
    );
    assert!(
        here.does(&script("apply", key))
            .ends_with("already applied\n")
    );
    here.does(&script("verify", key));
    here.refuses(&script("verify", ""));
    assert!(here.does(&script("rollback", key)).ends_with("done\n"));
    assert_eq!(here.shows(key), OLD);
}

/// A file is written, and the server cannot be told: the next run sees to it.
#[test]
fn a_patched_file_is_read_by_the_next_run() {
    if !ready("a_patched_file_is_read_by_the_next_run") {
        return;
    }
    let fixed = "zone \"contoso.com\" { type primary; file \"zone\"; check-names ignore; };\n";
    let here = Here::new(fixed, "patch");
    here.folder.write(
        "no-reload",
        "case \" $* \" in *' reload '*) exit 1 ;; esac\nexec $REAL \"$@\"\n",
    );
    let script =
        |purpose: &str| format!(r#"sh "$place"/bundle/{purpose}/*-change-records-*.sh zone"#);
    for (purpose, already, shown) in [
        ("apply", "already applied\n", NEW),
        ("rollback", "already undone\n", OLD),
    ] {
        let before = here.shows("");
        let said = here.refuses(&format!(
            "REAL=$RNDC; export REAL; RNDC='sh no-reload'; {}",
            script(purpose)
        ));
        assert!(
            said.contains("The file is changed, but contoso.com cannot be reloaded."),
            "{said}"
        );
        assert_eq!(here.shows(""), before);
        for _ in 0..2 {
            assert!(here.does(&script(purpose)).ends_with(already));
            assert_eq!(here.shows(""), shown);
        }
    }
}
