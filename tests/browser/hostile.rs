//! What zones and topologies hold is text on the page, never markup, and shows what it is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::plans::{self, Page};

#[test]
fn nothing_in_the_page_came_from_data() {
    let Some(browser) = Browser::start("nothing_in_the_page_came_from_data") else {
        return;
    };
    let pages = plans::all();
    let calm: Vec<&Page> = pages.iter().filter(|page| !hostile(page)).collect();
    let (mut kinds, mut attributes, mut scripts) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for page in &calm {
        browser.open(&page.file);
        kinds.extend(words(&browser, KINDS));
        attributes.extend(words(&browser, ATTRIBUTES));
        scripts.insert(words(&browser, SCRIPTS));
    }
    assert_eq!(
        scripts.len(),
        1,
        "each page has the same scripts and styles: {scripts:#?}"
    );
    for page in pages.iter().filter(|page| hostile(page)) {
        browser.open(&page.file);
        for (script, known) in [(KINDS, &kinds), (ATTRIBUTES, &attributes)] {
            let strange: Vec<String> = words(&browser, script)
                .into_iter()
                .filter(|word| !known.contains(word))
                .collect();
            assert!(strange.is_empty(), "{}: {strange:?}", page.name);
        }
        assert!(
            scripts.contains(&words(&browser, SCRIPTS)),
            "{}: other scripts",
            page.name
        );
        assert_eq!(
            browser.run("return window.__pwned ?? null", &json!([])),
            Value::Null
        );
        let acting = words(&browser, ACTING);
        assert!(
            acting.is_empty(),
            "{}: characters that act: {acting:?}",
            page.name
        );
    }
}

#[test]
fn hostile_names_are_shown_as_they_are() {
    let Some(browser) = Browser::start("hostile_names_are_shown_as_they_are") else {
        return;
    };
    let page = plans::hostile();
    browser.open(&page.file);
    let text = browser.run("return document.body.textContent", &json!([]));
    let text = text.as_str().unwrap();
    let changes = page.plan["domains"][0]["changes"].as_array().unwrap();
    assert!(changes.len() >= 11, "all records were read: {changes:?}");
    for change in changes {
        let target = change["target"].as_str().unwrap();
        assert!(
            text.contains(target.trim_end_matches('.')),
            "{target} is not in the text"
        );
    }
    for data in [
        "evil<img src=x onerror=__pwned=1>.zone",
        "KMS ' & ` $(id) {script} Hosts",
        "\"><script>window.__pwned=3</script> <b onclick=x>&amp;</b>",
    ] {
        assert!(text.contains(data), "{data} is not in the text");
    }
}

fn hostile(page: &Page) -> bool {
    page.name.contains("hostile")
}

/// A list of words that a script makes.
fn words(browser: &Browser, script: &str) -> Vec<String> {
    let list = browser.run(script, &json!([]));
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

/// The kinds of elements.
const KINDS: &str =
    "return [...new Set([...document.querySelectorAll('*')].map((e) => e.tagName))]";

/// The names of attributes, with the values of those that the browser acts on.
const ATTRIBUTES: &str = r##"
const acting = ["href", "src", "style", "http-equiv", "content", "target", "type"];
const found = new Set();
for (const element of document.querySelectorAll("*")) {
  for (const { name, value } of element.attributes) {
    // Links within the page: structure.js follows each.
    const shown = acting.includes(name) && !value.startsWith("#") && element.tagName !== "META";
    found.add(element.tagName + " " + name + (shown ? "=" + value : ""));
  }
}
return [...found];
"##;

/// What is run and what is applied.
const SCRIPTS: &str = r#"
return [...document.querySelectorAll("script, style")].map((e) => e.tagName + e.textContent);
"#;

/// Characters that turn the direction of writing or control a terminal, wherever they stand.
const ACTING: &str = r#"
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
return document.documentElement.outerHTML.split("\n").filter((line) => acting.test(line)).map((line) => escape(line).slice(0, 200));
"#;
