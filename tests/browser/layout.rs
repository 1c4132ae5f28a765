//! Where things lie: nothing overflows, is cut, or covers something else.

use serde_json::json;

use crate::driver::{Browser, VIEWS};
use crate::plans;

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
            for sentence in found.as_array().expect("a list") {
                wrong.push(format!("{} {}: {}", page.name, view.name, sentence));
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
