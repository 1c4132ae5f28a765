//! Where things lie: nothing overflows, is cut, or covers something else.

use serde_json::json;

use crate::driver::{Browser, VIEWS};
use crate::plans;

/// How many faults of one view are told.
const MOST: usize = 6;

#[test]
fn everything_fits_the_window_and_the_sheet() {
    let Some(browser) = Browser::start("everything_fits_the_window_and_the_sheet") else {
        return;
    };
    let mut wrong = Vec::new();
    for page in plans::all() {
        browser.open(&page.file);
        for view in VIEWS {
            browser.look(view);
            let found = browser.run(include_str!("layout.js"), &json!([view.prints()]));
            let found = found.as_array().expect("a list");
            for sentence in found.iter().take(MOST) {
                wrong.push(format!("{} {}: {sentence}", page.name, view.name));
            }
            if found.len() > MOST {
                let more = found.len() - MOST;
                wrong.push(format!("{} {}: and {more} more", page.name, view.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
