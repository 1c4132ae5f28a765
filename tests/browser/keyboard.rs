//! The page without a mouse.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::plans;

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';

#[test]
fn tab_reaches_everything_in_order_and_shows_where_it_is() {
    let Some(browser) = Browser::start("tab_reaches_everything_in_order_and_shows_where_it_is")
    else {
        return;
    };
    browser.open(&plans::contoso().file);
    let count = browser.run(NUMBER, &json!([])).as_u64().unwrap();
    assert!(count > 20, "only {count} elements take the focus");
    // The first is the link over what stands above the content.
    browser.press(TAB);
    let first = focused(&browser);
    assert_eq!(first["tag"], "A", "{first}");
    assert!(first["href"].as_str().unwrap().starts_with('#'), "{first}");
    for number in 1..=count {
        let here = focused(&browser);
        assert_eq!(here["number"], number, "Tab reached {here}");
        assert_eq!(here["seen"], true, "the focus is not in the window: {here}");
        assert_eq!(here["marked"], true, "the focus does not show: {here}");
        browser.press(TAB);
    }
    let end = focused(&browser);
    assert_eq!(end["number"], Value::Null, "nothing was passed over: {end}");
}

#[test]
fn the_first_link_leads_to_the_content() {
    let Some(browser) = Browser::start("the_first_link_leads_to_the_content") else {
        return;
    };
    browser.open(&plans::contoso().file);
    browser.press(TAB);
    browser.press(ENTER);
    browser.press(TAB);
    let inside = "return document.querySelector('main').contains(document.activeElement)";
    assert_eq!(
        browser.run(inside, &json!([])),
        json!(true),
        "{}",
        focused(&browser)
    );
}

#[test]
fn boxes_are_ticked_kept_and_cleared() {
    let Some(browser) = Browser::start("boxes_are_ticked_kept_and_cleared") else {
        return;
    };
    let page = plans::contoso();
    browser.open(&page.file);
    let steps = page.plan["steps"].as_array().unwrap().len();
    let none = vec![false; steps];
    assert_eq!(
        ticked(&browser),
        none,
        "a box for each step, none of them ticked"
    );

    tick(&browser, 0);
    tick(&browser, 3);
    let mut some = none.clone();
    (some[0], some[3]) = (true, true);
    assert_eq!(ticked(&browser), some);
    browser.reload();
    assert_eq!(ticked(&browser), some, "after the page was opened again");
    tick(&browser, 3);
    some[3] = false;
    browser.reload();
    assert_eq!(ticked(&browser), some, "after one was taken back");

    // Another plan has boxes of its own.
    browser.open(&plans::rollback().file);
    assert!(!ticked(&browser).contains(&true));

    browser.open(&page.file);
    assert_eq!(ticked(&browser), some, "after another plan was looked at");
    let found = browser.run(
        "const e = document.querySelector('button.clear'); e?.focus(); return !!e",
        &json!([]),
    );
    assert_eq!(found, json!(true), "there is a button that clears");
    browser.press(' ');
    assert_eq!(ticked(&browser), none, "after all were cleared");
    browser.reload();
    assert_eq!(
        ticked(&browser),
        none,
        "after all were cleared and the page was opened again"
    );
}

/// Which boxes are ticked, in the order of the page.
pub(crate) fn ticked(browser: &Browser) -> Vec<bool> {
    let boxes = browser.run(
        "return [...document.querySelectorAll('main input[type=checkbox]')].map((e) => e.checked)",
        &json!([]),
    );
    serde_json::from_value(boxes).unwrap()
}

/// Presses Space on the box of that number.
pub(crate) fn tick(browser: &Browser, number: usize) {
    browser.run(
        "document.querySelectorAll('main input[type=checkbox]')[arguments[0]].focus()",
        &json!([number]),
    );
    browser.press(' ');
}

/// Numbers what takes the focus in the order of the page: `window.__order`.
const NUMBER: &str = r#"
const reachable = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && (e.checkVisibility({ visibilityProperty: true })));
window.__order = new Map(reachable.map((e, index) => [e, index + 1]));
window.__plain = new Map(reachable.map((e) => {
  const s = getComputedStyle(e);
  return [e, [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join(" ")];
}));
return reachable.length;
"#;

/// What has the focus: its number, whether it lies in the window, whether it is marked.
fn focused(browser: &Browser) -> Value {
    browser.run_until_called(
        r#"
const done = arguments[0];
const e = document.activeElement;
const end = performance.now() + 30000;
// The page may take its time to scroll there.
const look = () => {
  const here = described();
  if (here.number === null || here.seen || performance.now() > end) done(here);
  else requestAnimationFrame(look);
};
const described = () => {
if (!e || e === document.body) return { number: null };
const rect = e.getBoundingClientRect();
const s = getComputedStyle(e);
return {
  tag: e.tagName,
  href: e.getAttribute("href"),
  text: e.textContent.trim().slice(0, 60),
  number: window.__order?.get(e) ?? null,
  seen: rect.width > 1 && rect.height > 1 && rect.right > 0 && rect.left < innerWidth && rect.bottom > 0 && rect.top < innerHeight,
  marked: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && e.matches(":focus-visible"),
  outline: s.outline,
};
};
look();
"#,
        &json!([]),
    )
}
