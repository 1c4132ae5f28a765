//! The page where scripts may not run, or where the browser keeps nothing for a file.

use serde_json::json;

use crate::driver::Browser;
use crate::keyboard::{tick, ticked};
use crate::plans;

#[test]
fn without_scripts_everything_is_there_and_nothing_is_dead() {
    let Some(browser) = Browser::start("without_scripts_everything_is_there_and_nothing_is_dead")
    else {
        return;
    };
    let text = "return document.querySelector('main').innerText";
    let page = plans::contoso();
    browser.devtools(
        "Emulation.setScriptExecutionDisabled",
        &json!({"value": true}),
    );
    browser.open(&page.file);
    assert_eq!(
        browser.run("return window.__none ?? null", &json!([])),
        json!(null)
    );
    let shown = browser.run(text, &json!([]));
    let shown = shown.as_str().unwrap();
    for step in page.plan["steps"].as_array().unwrap() {
        let title = step["title"].as_str().unwrap();
        assert!(shown.contains(title), "{title} is missing in:\n{shown}");
    }
    let dead = browser.run(
        "return [...document.querySelectorAll('button')].filter((e) => e.checkVisibility()).map((e) => e.textContent)",
        &json!([]),
    );
    assert_eq!(dead, json!([]), "buttons that do nothing");
}

/// Some browsers refuse storage to files, some are told to refuse it to all.
#[test]
fn where_storage_is_refused_boxes_still_work() {
    for refusal in [
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
        "Object.defineProperty(window, 'localStorage', { value: null })",
        "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); }",
        "Storage.prototype.getItem = () => 'neither JSON nor [ anything'",
        "Storage.prototype.getItem = () => '{\"a\":{\"b\":[null,7]}}'",
    ] {
        let Some(browser) = Browser::start("where_storage_is_refused_boxes_still_work") else {
            return;
        };
        browser.before_each_page(refusal);
        browser.open(&plans::contoso().file);
        tick(&browser, 1);
        assert_eq!(ticked(&browser)[..3], [false, true, false], "{refusal}");
        let said = browser.log("browser");
        assert!(said.is_empty(), "{refusal}: {said:#?}");
    }
}
