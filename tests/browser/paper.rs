//! The page on A4 paper, as a PDF: everything is there, in ink.

use std::process::Command;

use crate::driver::Browser;
use crate::plans;
use crate::support::tools;

#[test]
fn everything_is_on_paper() {
    let test = "everything_is_on_paper";
    if !tools::available("pdftotext", test) {
        return;
    }
    let Some(browser) = Browser::start(test) else {
        return;
    };
    for page in plans::all() {
        browser.open(&page.file);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.pdf");
        std::fs::write(&file, browser.print()).unwrap();
        crate::pictures::keep(
            &format!("{}.pdf", page.name),
            &std::fs::read(&file).unwrap(),
        );
        let output = Command::new("pdftotext")
            .args(["-enc", "UTF-8"])
            .arg(&file)
            .arg("-")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        // Each page ends with a form feed.
        let pages = text.matches('\u{c}').count();
        let steps = page.plan["steps"].as_array().unwrap();
        let domains = page.plan["domains"].as_array().unwrap();
        let most = 8 + steps.len() + 2 * domains.len();
        assert!((1..=most).contains(&pages), "{}: {pages} sheets", page.name);
        let text = squeezed(&without_page_numbers(&text));
        for step in steps {
            let title = step["title"].as_str().unwrap();
            assert!(
                text.contains(&start(title)),
                "{}: {title} is not on paper",
                page.name
            );
        }
        for domain in domains {
            let name = domain["name"].as_str().unwrap().trim_end_matches('.');
            assert!(
                text.contains(&squeezed(name)),
                "{}: {name} is not on paper",
                page.name
            );
        }
        for finding in page.plan["findings"].as_array().unwrap() {
            let message = finding["message"].as_str().unwrap();
            if !message.contains('\u{1b}') {
                assert!(
                    text.contains(&start(message)),
                    "{}: {message} is not on paper",
                    page.name
                );
            }
        }
    }
}

/// The sample's last word is what people forget.
#[test]
fn the_reminder_is_on_paper() {
    let test = "the_reminder_is_on_paper";
    if !tools::available("pdftotext", test) {
        return;
    }
    let Some(browser) = Browser::start(test) else {
        return;
    };
    browser.open(&plans::contoso().file);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.pdf");
    std::fs::write(&file, browser.print()).unwrap();
    let output = Command::new("pdftotext")
        .arg(&file)
        .arg("-")
        .output()
        .unwrap();
    let text = squeezed(&String::from_utf8_lossy(&output.stdout));
    assert!(
        text.contains(&squeezed(
            "Keep automatic publishing off (slmgr.vbs /cdns) on"
        )),
        "{text}"
    );
}

/// Without the lines that say which page of how many it is: they stand between two lines of what goes on.
fn without_page_numbers(text: &str) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    let is_foot = |line: &str| {
        let line = line.trim_matches(['\u{c}', ' ']);
        line.split_once(" / ")
            .is_some_and(|(page, of)| is_number(page) && is_number(of))
    };
    let lines = text.lines().filter(|line| !is_foot(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// What must be on paper of a text: the page cuts lists that nobody would read to their end, and says so.
fn start(text: &str) -> String {
    squeezed(&text.chars().take(800).collect::<String>())
}

/// Without blanks, line ends and hyphens: where lines break on paper does not matter.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{ad}' | '-' | '\u{2010}'))
        .collect()
}
