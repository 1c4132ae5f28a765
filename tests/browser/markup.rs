//! The page's markup, by html-validate: the HTML standard's rules of nesting, attributes and values.

use std::process::Command;

use crate::support::tools;
use crate::{node, plans};

#[test]
fn the_markup_is_valid() {
    let test = "the_markup_is_valid";
    let Some(program) = node::installed("html-validate/bin/html-validate.mjs", test) else {
        return;
    };
    if !tools::available("node", test) {
        return;
    }
    for page in plans::all() {
        let output = Command::new("node")
            .arg(&program)
            .arg("--config")
            .arg(node::folder().join("htmlvalidate.json"))
            .args(["--formatter", "text", "--max-warnings", "0"])
            .arg(&page.file)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:\n{said}{errors}", page.name);
    }
}
