//! What a bundle's folder looks like.

use std::collections::BTreeMap;
use std::process::Command;

use crate::bundle::{self, Bundle, Made};
use crate::support::Folder;
use crate::support::tools::available;

/// `apply/05-dns-change-records-contoso.com.ps1`, taken apart: folder, number, role, end.
fn script(path: &str) -> Option<(&str, usize, &str, &str)> {
    let (folder, file) = path.split_once('/')?;
    let (number, rest) = file.split_once('-')?;
    let (role, id) = rest.split_once('-')?;
    let (id, end) = id.rsplit_once('.')?;
    let good = ["apply", "verify", "rollback"].contains(&folder)
        && number.len() >= 2
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && ["ad", "dns", "host", "client"].contains(&role)
        && ["ps1", "cmd", "sh", "nsupdate"].contains(&end)
        && !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    good.then(|| (folder, number.parse().unwrap_or_default(), role, end))
}

#[test]
fn every_case_gives_a_bundle_or_says_why_not() {
    let mut wrong = Vec::new();
    let mut made = 0;
    for (case, result) in bundle::all() {
        match result {
            Made::Bundle(_) => made += 1,
            Made::Nothing(1, text)
                if text.contains("No Windows command is printed")
                    || text.contains("No script is written for the zone") => {}
            Made::Nothing(status, text) => wrong.push(format!("{case}: {status}: {text}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(made >= 80, "only {made}");
}

#[test]
fn files_stand_where_they_belong() {
    let mut wrong = Vec::new();
    for bundle in bundle::bundles() {
        let plan: serde_json::Value = serde_json::from_slice(&bundle.files["plan.json"]).unwrap();
        let steps = plan["steps"].as_array().unwrap();
        let readme = bundle.text("README.md");
        let mut rollback = BTreeMap::new();
        for path in bundle.scripts() {
            let Some((folder, number, _, end)) = script(path) else {
                wrong.push(format!("{} {path}: no such name", bundle.case));
                continue;
            };
            if !readme.contains(path) {
                wrong.push(format!("{}: README.md does not tell {path}", bundle.case));
            }
            let text = std::str::from_utf8(&bundle.files[path]).unwrap();
            let windows = matches!(end, "ps1" | "cmd");
            let lines = text.matches('\n').count();
            let ends = if windows { lines } else { 0 };
            if text.matches("\r\n").count() != ends || text.matches('\r').count() != ends {
                wrong.push(format!("{} {path}: other line ends", bundle.case));
            }
            if text.starts_with('\u{feff}') != (end == "ps1" && !text.is_ascii()) {
                wrong.push(format!("{} {path}: a mark too many or few", bundle.case));
            }
            // The step whose name the script bears.
            let id = path.splitn(3, '-').nth(2).unwrap_or_default();
            let of = |step: &serde_json::Value| {
                let step = step["id"].as_str().unwrap();
                id.starts_with(&step.replace(
                    |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c),
                    "-",
                ))
            };
            if folder == "rollback" {
                let step = steps.iter().position(of);
                rollback.entry(number).or_insert(step);
            } else if !steps.get(number - 1).is_some_and(of) {
                wrong.push(format!(
                    "{} {path}: step {number} is another one",
                    bundle.case
                ));
            }
        }
        let numbers: Vec<usize> = rollback.keys().copied().collect();
        if numbers != (1..=numbers.len()).collect::<Vec<_>>() {
            wrong.push(format!("{}: rollback is numbered {numbers:?}", bundle.case));
        }
        let order: Vec<_> = rollback.values().copied().collect();
        if order.iter().any(Option::is_none) || !order.is_sorted_by(|one, next| one > next) {
            wrong.push(format!("{}: rollback goes {order:?}", bundle.case));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Which of some steps scripts take back is told by the program; that a record change has all three, here.
#[test]
fn record_changes_have_all_scripts() {
    let mut wrong = Vec::new();
    for bundle in bundle::bundles() {
        let scripts = bundle.scripts();
        let edits =
            |path: &&&str| path.contains("-change-records-") || path.contains("-remove-unlisted-");
        for path in scripts
            .iter()
            .filter(edits)
            .filter(|path| path.starts_with("apply/"))
        {
            let name = path.split_once('-').unwrap_or_default().1;
            for folder in ["verify/", "rollback/"] {
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                if !scripts
                    .iter()
                    .any(|other| other.starts_with(folder) && other.contains(stem))
                {
                    wrong.push(format!("{} {path}: nothing in {folder}", bundle.case));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sums_are_right_and_complete() {
    if !available("sha256sum", "sums_are_right_and_complete") {
        return;
    }
    for bundle in bundle::bundles() {
        let folder = bundle.folder();
        let output = Command::new("sha256sum")
            .args(["-c", "--quiet", "--strict", "SHA256SUMS"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {}",
            bundle.case,
            String::from_utf8_lossy(&output.stdout)
        );
        let sums = bundle.text("SHA256SUMS");
        let told: Vec<&str> = sums
            .lines()
            .filter_map(|line| line.split("  ").nth(1))
            .collect();
        let there: Vec<&str> = bundle
            .files
            .keys()
            .map(String::as_str)
            .filter(|path| *path != "SHA256SUMS")
            .collect();
        assert_eq!(told, there, "{}", bundle.case);
    }
}

/// The diff of each zone file, applied by `patch` to the file as it was read, gives the new file.
#[test]
fn diffs_give_the_new_files() {
    if !available("patch", "diffs_give_the_new_files") {
        return;
    }
    let mut applied = 0;
    for bundle in bundle::bundles() {
        for new in bundle
            .files
            .keys()
            .filter(|path| path.starts_with("zones/new/"))
        {
            applied += usize::from(patched(bundle, new));
        }
    }
    assert!(applied >= 30, "only {applied}");
}

/// Whether there is a diff for a new file; it is applied.
fn patched(bundle: &Bundle, new: &str) -> bool {
    let name = new.strip_prefix("zones/new/").expect("it lies there");
    let diff = format!("zones/{name}.diff");
    let text = &bundle.files[&diff];
    let plan: serde_json::Value = serde_json::from_slice(&bundle.files["plan.json"]).unwrap();
    let lines = String::from_utf8_lossy(text);
    let target = lines.lines().find_map(|line| line.strip_prefix("+++ b/"));
    let Some(target) = target.map(|line| line.split('\t').next().unwrap_or(line).to_owned()) else {
        return false;
    };
    let applies = plan["diffs"].as_array().unwrap().iter().any(|diff| {
        diff["applies"] == true
            && diff["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(&target))
    });
    if !applies {
        return false;
    }
    let case = bundle::cases()
        .into_iter()
        .find(|case| case.file_name().is_some_and(|name| *name == *bundle.case))
        .expect("the case is there");
    let folder = Folder::new();
    folder.write(&target, std::fs::read(case.join(&target)).unwrap());
    let patch = folder.write("the.diff", text);
    let output = Command::new("patch")
        .args(["-p1", "--binary", "--batch", "-i"])
        .arg(&patch)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{} {diff}: {}",
        bundle.case,
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(
        std::fs::read(folder.path().join(&target)).unwrap() == bundle.files[new],
        "{} {new} is not what its diff gives",
        bundle.case
    );
    true
}

/// The same inputs give the same octets; hosts in another order change only the topology's hash and lines.
#[test]
fn bundles_are_the_same_again() {
    for case in ["well-known", "bind-manual", "contoso-ad", "port-move"] {
        let path = bundle::cases()
            .into_iter()
            .find(|path| path.ends_with(case))
            .expect("the case is there");
        let (topology, arguments) = bundle::inputs(&path);
        let make = |topology: &str| match bundle::made(case, &path, topology, &arguments) {
            Made::Bundle(bundle) => bundle,
            Made::Nothing(_, text) => panic!("{case}: {text}"),
        };
        let first = make(&topology);
        assert!(first.files == make(&topology).files, "{case}");
        let text = std::fs::read_to_string(path.join(&topology)).unwrap();
        let mut parts: Vec<&str> = text.split("[[host]]").collect();
        let last = parts.len() - 1;
        // The last part goes on with other tables; the hosts before it can change places.
        if last < 3 {
            continue;
        }
        parts.swap(1, 2);
        let folder = Folder::new();
        let file = folder.write("kms.toml", parts.join("[[host]]"));
        let again = make(file.to_str().unwrap());
        let paths: Vec<&String> = first.files.keys().collect();
        assert_eq!(paths, again.files.keys().collect::<Vec<_>>(), "{case}");
        for path in first.scripts() {
            assert_eq!(first.text(path), again.text(path), "{case} {path}");
        }
    }
}
