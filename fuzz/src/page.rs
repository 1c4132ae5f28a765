//! The HTML page, read by a parser that is not ours.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kmsplan::render;
use scraper::{Html, Node};

use crate::saved::BASES;

/// What the pages of good plans are made of: elements with the names of their attributes; the text of scripts and style
/// sheets; values of attributes that lead elsewhere.
static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let pages = BASES.iter().map(|base| render::html(&base.plan()));
    pages
        .flat_map(|page| parts(&Html::parse_document(&page)))
        .collect()
});

/// Attributes whose value a browser follows or runs.
const LEADING: &[&str] = &[
    "href",
    "src",
    "srcset",
    "action",
    "formaction",
    "data",
    "style",
    "http-equiv",
    "content",
    "xlink:href",
    "target",
    "type",
    "rel",
];

/// The page is valid, and made of nothing that pages of good plans are not made of.
///
/// # Panics
/// If it is not.
pub fn check(page: &str) {
    let html = Html::parse_document(page);
    assert!(html.errors.is_empty(), "{:?} in\n{page}", html.errors);
    for part in parts(&html) {
        assert!(KNOWN.contains(&part), "{part} comes from data, in\n{page}");
    }
}

/// What a page is made of.
fn parts(html: &Html) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    for node in html.tree.nodes() {
        match node.value() {
            Node::Element(element) => {
                let mut names: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
                names.sort_unstable();
                parts.insert(format!("<{} {}>", element.name(), names.join(" ")));
                for (name, value) in element.attrs().filter(|(name, _)| LEADING.contains(name)) {
                    // Within the page.
                    if !value.starts_with('#') {
                        parts.insert(format!("{name}={value}"));
                    }
                }
                if matches!(element.name(), "script" | "style") {
                    let text: String = node
                        .children()
                        .filter_map(|child| child.value().as_text().map(|text| text.to_string()))
                        .collect();
                    parts.insert(format!("{}: {text}", element.name()));
                }
            }
            Node::Comment(comment) => {
                parts.insert(format!("<!--{}-->", &**comment));
            }
            Node::ProcessingInstruction(_) => {
                parts.insert("an instruction".to_owned());
            }
            _ => {}
        }
    }
    parts
}
