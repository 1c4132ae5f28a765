//! The page speaks with nobody: no message on the console, no request, and a policy that holds both.

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::driver::{Browser, address};
use crate::plans;

/// Remembers what the page's content-security policy refused.
const WATCH: &str = r#"
window.__refused = [];
addEventListener("securitypolicyviolation", (event) =>
  window.__refused.push(event.effectiveDirective + " " + event.blockedURI));
"#;

#[test]
fn no_message_no_request_nothing_refused() {
    let Some(browser) = Browser::start("no_message_no_request_nothing_refused") else {
        return;
    };
    browser.before_each_page(WATCH);
    browser.log("browser");
    browser.log("performance");
    for page in plans::all() {
        browser.open(&page.file);
        // Whatever can be pressed is pressed.
        browser.run(
            r#"for (const e of document.querySelectorAll("input, button, summary")) e.click();"#,
            &json!([]),
        );
        settle(&browser);
        let refused = browser.run("return window.__refused", &json!([]));
        assert_eq!(refused, json!([]), "{}: the policy refused", page.name);
        let said = browser.log("browser");
        assert!(said.is_empty(), "{}: on the console: {said:#?}", page.name);
        assert_eq!(requests(&browser), [address(&page.file)], "{}", page.name);
    }
}

/// A script, a style, a picture and a request that somebody slipped in are refused by the page's policy.
#[test]
fn the_policy_holds() {
    let Some(browser) = Browser::start("the_policy_holds") else {
        return;
    };
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    let there = format!("http://{}/", outside.local_addr().unwrap());
    let knocks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&knocks);
    // Chromium may connect before it knows that it may not ask: what counts is whether it says anything. The
    // threads end with the program.
    std::thread::spawn(move || {
        for mut connection in outside.incoming().flatten() {
            let counted = Arc::clone(&counted);
            std::thread::spawn(move || {
                if connection.read(&mut [0]).is_ok_and(|octets| octets > 0) {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    browser.before_each_page(WATCH);
    browser.open(&plans::contoso().file);
    browser.run(SLIPPED_IN, &json!([there]));
    let refused = browser.run_until_called(REFUSED, &json!([8]));
    let refused = refused.to_string();
    for directive in [
        "script-src-elem inline",
        "script-src-attr inline",
        "style-src",
        "img-src",
        "connect-src",
        "frame-src",
        "form-action",
        "base-uri",
    ] {
        assert!(
            refused.contains(directive),
            "{directive} is not among {refused}"
        );
    }
    assert_eq!(
        browser.run("return window.__pwned ?? null", &json!([])),
        json!(null)
    );
    assert_eq!(knocks.load(Ordering::SeqCst), 0, "somebody was asked");
}

/// What a page must not let happen; `arguments[0]` is an address outside.
const SLIPPED_IN: &str = r#"
const there = arguments[0];
const add = (name, attributes, text) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text || "";
  document.body.append(element);
  return element;
};
add("script", {}, "window.__pwned = 1");
add("button", { onclick: "window.__pwned = 2" }).click();
add("link", { rel: "stylesheet", href: there });
add("img", { src: there });
add("iframe", { src: there });
add("form", { action: there, method: "post" }).submit();
add("base", { href: there });
fetch(there).catch(() => {});
"#;

/// Waits until so many refusals are known, and tells them.
const REFUSED: &str = r#"
const [count, done] = arguments;
const look = () => new Set(window.__refused.map((text) => text.split(" ")[0])).size >= count
  ? done(window.__refused) : setTimeout(look, 20);
setTimeout(() => done(window.__refused), 60000);
look();
"#;

/// Waits until the page has painted twice, so that what it started has begun.
fn settle(browser: &Browser) {
    browser.run_until_called(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));",
        &json!([]),
    );
}

/// The addresses that were asked for since the last call.
fn requests(browser: &Browser) -> Vec<String> {
    let mut addresses = Vec::new();
    for entry in browser.log("performance") {
        let text = entry["message"].as_str().expect("a message");
        let message: serde_json::Value = serde_json::from_str(text).unwrap();
        if message["message"]["method"] == "Network.requestWillBeSent" {
            let request = &message["message"]["params"]["request"];
            addresses.push(request["url"].as_str().unwrap().to_owned());
        }
    }
    addresses
}
