//! Values as free text of topologies and as names of files.

use std::collections::BTreeMap;

use crate::corpus::{VALUES, is_control};
use crate::outputs::{self, Kind, Made};
use crate::scene::Scene;
use crate::{judge, support};

/// How many values stand in one scene.
const AT_ONCE: usize = 12;

/// The values in groups, those with control characters apart: a topology takes them nowhere but in names of files.
fn groups() -> Vec<Vec<&'static str>> {
    let (controls, texts): (Vec<&str>, Vec<&str>) =
        VALUES.iter().partition(|value| is_control(value));
    let all = [texts, controls];
    all.iter()
        .flat_map(|part| part.chunks(AT_ONCE).map(<[_]>::to_vec))
        .collect()
}

#[test]
fn words_and_paths_stay_data_in_every_output() {
    if !judge::readers("words_and_paths_stay_data_in_every_output") {
        return;
    }
    let tame: Vec<String> = (0..AT_ONCE).map(|index| format!("tame{index}")).collect();
    let tame: Vec<&str> = tame.iter().map(String::as_str).collect();
    let known = judge::known(&outputs::all(&Scene::of_words(&tame)));
    let groups = groups();
    let half = |one_of_two: usize| -> (Vec<String>, usize) {
        let (mut faults, mut count) = (Vec::new(), 0);
        for values in groups.iter().skip(one_of_two).step_by(2) {
            let scene = Scene::of_words(values);
            let hostile = outputs::all(&scene);
            count += hostile.len();
            let found = [
                judge::faults(&hostile, &known),
                shown(values, &hostile),
                patched(&scene, &hostile),
            ];
            faults.extend(
                found
                    .concat()
                    .into_iter()
                    .map(|fault| format!("{values:?}: {fault}")),
            );
        }
        (faults, count)
    };
    let number = judge::no_fault(half);
    println!("{} values in {number} outputs", VALUES.len());
}

/// Every reason that was taken is read again in the plan, whole.
fn shown(values: &[&str], hostile: &[Made]) -> Vec<String> {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let plans = ["plan text", "plan markdown", "plan html", "plan json"];
    let plans: Vec<&Made> = hostile
        .iter()
        .filter(|made| plans.contains(&made.place.as_str()))
        .collect();
    let readings = judge::read(&plans);
    let mut faults = Vec::new();
    for (made, reading) in plans.into_iter().zip(readings) {
        let text = squeezed(&reading.text);
        for value in values.iter().filter(|value| !is_control(value)) {
            let visible = if made.kind == Kind::Json {
                (*value).to_owned()
            } else {
                visible(value)
            };
            if !text.contains(&squeezed(&format!("because {visible} so"))) {
                faults.push(format!("{}: the reason {value:?} is not there", made.place));
            }
        }
    }
    faults
}

/// A value as people see it: what hides or turns text as `\u{...}`.
fn visible(value: &str) -> String {
    const HIDDEN: &str = "\u{ad}\u{34f}\u{180e}\u{200b}\u{200d}\u{200f}\u{202e}\u{2066}\u{2069}\u{feff}\u{3164}\u{ffa0}\u{fff9}\u{fffb}\u{e0041}\u{e0042}";
    value.chars().fold(String::new(), |mut out, c| {
        if HIDDEN.contains(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

/// `patch` applies the diff of the plan in a copy of the folder, and nothing but KMS records and serials changes.
fn patched(scene: &Scene, hostile: &[Made]) -> Vec<String> {
    let Some(diff) = hostile.iter().find(|made| made.place == "plan diff") else {
        return vec!["no diff".to_owned()];
    };
    let copy = support::Folder::new();
    let mut before: BTreeMap<&str, String> = BTreeMap::new();
    for source in scene.sources() {
        let text = scene.folder.read(source);
        copy.write(source, &text);
        before.insert(source, text);
    }
    let file = support::Folder::new();
    let file = file.write("plan.diff", &diff.bytes);
    let output = std::process::Command::new("patch")
        .args(["-p1", "--batch", "--posix", "-i"])
        .arg(&file)
        .current_dir(copy.path())
        .output()
        .unwrap();
    let mut faults = Vec::new();
    for (source, before) in before {
        // patch takes no name with a line end in it, and says so.
        if source.contains('\n') {
            continue;
        }
        let after = copy.read(source);
        let gone: Vec<&str> = before
            .lines()
            .filter(|line| !after.lines().any(|other| other == *line))
            .collect();
        let come: Vec<&str> = after
            .lines()
            .filter(|line| !before.lines().any(|other| other == *line))
            .collect();
        let only = |lines: &[&str]| {
            lines
                .iter()
                .all(|line| line.contains(" SRV 0 0 1688 ") || line.contains(" SOA "))
        };
        if !gone.iter().any(|line| line.ends_with("oldkms")) || !only(&gone) || !only(&come) {
            faults.push(format!(
                "{source:?} was changed otherwise: {gone:?} to {come:?}\n{}",
                String::from_utf8_lossy(&output.stdout)
            ));
        }
    }
    faults
}
