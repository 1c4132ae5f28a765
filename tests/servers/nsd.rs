//! NSD, which takes no updates: the diff.

use std::fmt::Write as _;

use crate::case::{Case, Kind};
use crate::patched::{Patches, Tally};
use crate::server::{Server, free_port, program};
use crate::support::{Folder, tools};
use crate::zone::difference;

pub(crate) fn start(folder: &Folder, cases: &[Case]) -> Server {
    let port = free_port();
    let place = folder.path().display();
    let mut config = format!(
        "server:\n  ip-address: 127.0.0.1@{port}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{place}\"\n  \
         database: \"\"\n  pidfile: \"{place}/pid\"\n  xfrdfile: \"{place}/xfrd\"\n  xfrdir: \"{place}\"\n  \
         zonelistfile: \"{place}/list\"\n  server-count: 1\n\
         remote-control:\n  control-enable: yes\n  control-interface: \"{place}/control\"\n"
    );
    for case in cases {
        folder.write(&case.apex, case.file());
        let _ = write!(
            config,
            "zone:\n  name: {0}\n  zonefile: {0}\n  provide-xfr: 127.0.0.1 NOKEY\n",
            case.apex
        );
    }
    folder.write("nsd.conf", config);
    let zones = cases.iter().map(|case| case.apex.clone());
    Server::start(
        folder,
        port,
        &program("nsd"),
        &["-d", "-c", "nsd.conf"],
        zones,
    )
}

fn run(folder: &Folder, line: &str) -> String {
    let run = folder.shell(line);
    assert_eq!(run.status, 0, "{line}\n{run:?}");
    run.stdout
}

/// Checks every zone file, has the server read them again and says what it has then.
fn reload(folder: &Folder, server: &Server, cases: &[Case], wanted: impl Fn(&Case) -> String) {
    for case in cases {
        run(folder, &format!("nsd-checkzone {0} {0}", case.apex));
    }
    run(folder, "nsd-control -c nsd.conf reload");
    for case in cases {
        let wanted = wanted(case);
        let begin = std::time::Instant::now();
        // The reload goes on after the command has ended.
        while difference(&case.now, &server.zone(&case.apex).records) != wanted {
            assert!(
                begin.elapsed().as_secs() < 5,
                "{}: {wanted}\n{}\n{}",
                case.apex,
                difference(&case.now, &server.zone(&case.apex).records),
                case.topology
            );
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

#[test]
fn nsd_takes_what_the_diffs_make() {
    let test = "nsd_takes_what_the_diffs_make";
    if !["nsd", "nsd-checkzone", "nsd-control", "patch", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let folder = Folder::new();
    let cases = Case::all(tools::cases(8), Kind::Patch);
    let server = start(&folder, &cases);
    for case in &cases {
        let loaded = difference(&case.now, &server.zone(&case.apex).records);
        assert_eq!(loaded, "", "{}", case.apex);
    }
    let bundles: Vec<Patches<'_>> = cases
        .iter()
        .map(|case| Patches::of(&folder, case))
        .collect();
    let mut tally = Tally::default();
    for patches in &bundles {
        patches.apply(&mut tally);
    }
    reload(&folder, &server, &cases, |case| {
        difference(&case.now, &case.wanted)
    });
    for patches in &bundles {
        patches.undo(&mut tally);
    }
    reload(&folder, &server, &cases, |_| String::new());
    println!("NSD: {tally}");
}
