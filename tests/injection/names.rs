//! All values as labels of names, at once.

use crate::corpus::VALUES;
use crate::scene::Scene;
use crate::{judge, outputs};

/// As many labels as [`VALUES`], that need escapes, have capital letters and do nothing.
fn tame() -> Vec<String> {
    (0..VALUES.len())
        .map(|index| format!("Tame {index}"))
        .collect()
}

#[test]
fn names_stay_data_in_every_output() {
    if !judge::readers("names_stay_data_in_every_output") {
        return;
    }
    let tame = tame();
    let tame: Vec<&str> = tame.iter().map(String::as_str).collect();
    let (hostile, tame) = std::thread::scope(|scope| {
        let tame = scope.spawn(|| outputs::all(&Scene::of_names(&tame)));
        (outputs::all(&Scene::of_names(VALUES)), tame.join().unwrap())
    });
    let faults = judge::faults(&hostile, &judge::known(&tame));
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    println!("{} values in {} outputs", VALUES.len(), hostile.len());
}
