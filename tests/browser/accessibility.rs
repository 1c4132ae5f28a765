//! What a reader gets who does not see the page, or sees little of it: axe-core's rules, the page's structure, and
//! the order in which a screen reader tells it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::driver::{Browser, VIEWS};
use crate::{node, plans};

#[test]
fn axe_finds_no_violation() {
    let test = "axe_finds_no_violation";
    let Some(axe) = node::installed("axe-core/axe.min.js", test) else {
        return;
    };
    let Some(browser) = Browser::start(test) else {
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let mut wrong = Vec::new();
    for page in plans::all() {
        browser.open(&page.file);
        browser.run(&axe, &json!([]));
        for view in VIEWS {
            // Colours of the large page are those of the others; it is there for its size.
            if page.name == "large" && !matches!(view.name, "360-light" | "1280-dark") {
                continue;
            }
            browser.look(view);
            let found = browser.run_until_called(AXE, &json!([]));
            let rules = found["rules"].as_u64().unwrap_or_default();
            assert!(rules > 20, "axe-core ran {rules} rules: {found}");
            for violation in found["violations"].as_array().expect("a list") {
                wrong.push(format!(
                    "{} {}: {}",
                    page.name,
                    view.name,
                    violation.as_str().unwrap()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} violations:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

const AXE: &str = r#"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then((result) => done({
  rules: result.violations.length + result.passes.length,
  violations: result.violations.map((rule) =>
    rule.id + ": " + rule.help + "\n" + rule.nodes.slice(0, 3).map((node) =>
      "    " + node.html.slice(0, 200) + "\n    " + node.failureSummary.replace(/\s+/g, " ")).join("\n")
      + (rule.nodes.length > 3 ? `\n    and ${rule.nodes.length - 3} more` : "")),
}), (error) => done({ rules: 0, error: String(error) }));
"#;

#[test]
fn headings_pictures_tables_and_links_are_whole() {
    let Some(browser) = Browser::start("headings_pictures_tables_and_links_are_whole") else {
        return;
    };
    let mut wrong = Vec::new();
    for page in plans::all() {
        browser.open(&page.file);
        let found = browser.run(include_str!("structure.js"), &json!([]));
        for sentence in found.as_array().expect("a list") {
            wrong.push(format!("{}: {sentence}", page.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The sample as a screen reader meets it: landmarks, headings, pictures, tables, controls, in their order. What
/// stands in between is text, which other tests compare.
#[test]
fn the_sample_is_told_in_order() {
    let Some(browser) = Browser::start("the_sample_is_told_in_order") else {
        return;
    };
    let page = plans::contoso();
    browser.open(&page.file);
    let found = told(&browser);
    let path = node::folder().join("contoso.told");
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} differs:\n{found}", path.display());
}

/// What the browser hands to screen readers, a line each.
fn told(browser: &Browser) -> String {
    browser.devtools("Accessibility.enable", &json!({}));
    let tree = browser.devtools("Accessibility.getFullAXTree", &json!({}));
    let nodes = tree["nodes"].as_array().expect("a list");
    let by_id: std::collections::HashMap<&str, &Value> = nodes
        .iter()
        .map(|node| (node["nodeId"].as_str().unwrap(), node))
        .collect();
    let mut text = String::new();
    tell(&by_id, &nodes[0], 0, &mut text);
    text
}

fn tell(
    nodes: &std::collections::HashMap<&str, &Value>,
    node: &Value,
    depth: usize,
    text: &mut String,
) {
    let role = node["role"]["value"].as_str().unwrap_or_default();
    let name = node["name"]["value"].as_str().unwrap_or_default();
    let property = |wanted: &str| {
        let all = node["properties"].as_array().into_iter().flatten();
        let found = all.filter(|property| property["name"] == wanted);
        found
            .map(|property| property["value"]["value"].clone())
            .next()
    };
    let heard = !node["ignored"].as_bool().unwrap_or_default()
        && matches!(
            role,
            "RootWebArea"
                | "banner"
                | "navigation"
                | "main"
                | "contentinfo"
                | "complementary"
                | "region"
                | "heading"
                | "image"
                | "img"
                | "table"
                | "columnheader"
                | "link"
                | "button"
                | "checkbox"
                | "DisclosureTriangle"
                | "status"
        );
    if heard {
        let level = property("level").map_or(String::new(), |level| format!(" {level}"));
        let indent = "  ".repeat(depth);
        writeln!(text, "{indent}{role}{level}: {name}").unwrap();
    }
    // A picture is told by its name.
    if heard && matches!(role, "image" | "img" | "heading" | "link" | "button") {
        return;
    }
    for child in node["childIds"].as_array().into_iter().flatten() {
        if let Some(child) = nodes.get(child.as_str().unwrap_or_default()) {
            tell(nodes, child, depth + usize::from(heard), text);
        }
    }
}
