//! How the sample looks, coarsely.
//!
//! A picture compared dot by dot breaks with each release of Chromium or `FreeType`, and nobody reads why. So what is
//! kept is a drawing of digits: the mean brightness of each cell of 16 x 16 pixels of the first window and of each
//! figure, 0 (black) to 9 (white). A moved or missing bar, a white box in the dark, a figure of another size
//! change many cells by much; another rasteriser changes few by little. `KMSPLAN_BLESS=1` draws anew: look at the
//! screenshots (`KMSPLAN_SCREENSHOTS=DIR`) before you commit the drawings.

use std::path::Path;

use data_encoding::BASE64;
use serde_json::json;

use crate::driver::{Browser, VIEWS, View};
use crate::{node, plans};

/// Side of a cell in pixels.
const CELL: u32 = 16;

#[test]
fn the_sample_looks_as_it_did() {
    let Some(browser) = Browser::start("the_sample_looks_as_it_did") else {
        return;
    };
    let page = plans::contoso();
    let mut wrong = Vec::new();
    for view in VIEWS {
        browser.look(view);
        browser.open(&page.file);
        let found = drawings(&browser, view);
        let path = node::folder().join(format!("looks/{}.txt", view.name));
        if std::env::var_os("KMSPLAN_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = difference(&expected, &found) {
            wrong.push(format!("{}: {difference}", view.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Keeps pictures of every page in every view, for people.
#[test]
fn screenshots() {
    if std::env::var_os("KMSPLAN_SCREENSHOTS").is_none() {
        return;
    }
    let Some(browser) = Browser::start("screenshots") else {
        return;
    };
    for page in plans::all() {
        browser.open(&page.file);
        for view in VIEWS {
            browser.look(view);
            let picture = BASE64.decode(browser.screenshot(None).as_bytes()).unwrap();
            keep(&format!("{}-{}.png", page.name, view.name), &picture);
        }
    }
}

/// Writes a file where the developer wants it, if anywhere.
pub(crate) fn keep(name: &str, content: &[u8]) {
    if let Some(folder) = std::env::var_os("KMSPLAN_SCREENSHOTS") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join(name), content).unwrap();
    }
}

/// The first window and each figure.
fn drawings(browser: &Browser, view: View) -> String {
    let mut clips = vec![(
        "the first window".to_owned(),
        [0.0, 0.0, f64::from(view.width), 900.0],
    )];
    let figures = browser.run(FIGURES, &json!([]));
    for figure in figures.as_array().unwrap() {
        let clip = serde_json::from_value(figure["clip"].clone()).unwrap();
        clips.push((figure["name"].as_str().unwrap().to_owned(), clip));
    }
    assert!(clips.len() > 2, "the sample has figures");
    let mut text = String::new();
    for (name, clip) in clips {
        let picture = browser.screenshot(Some(clip));
        let rows = browser.run_until_called(DRAW, &json!([picture, CELL]));
        text.push_str(&name);
        text.push('\n');
        for row in rows.as_array().expect("rows") {
            text.push_str(row.as_str().unwrap());
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// Pictures that are large enough to be figures.
const FIGURES: &str = r#"
return [...document.querySelectorAll("svg")].map((svg) => [svg, svg.getBoundingClientRect()])
  .filter(([, rect]) => rect.width >= 100 && rect.height >= 32)
  .map(([svg, rect]) => ({
    name: svg.getAttribute("aria-label") || svg.querySelector("title")?.textContent
      || document.getElementById(svg.getAttribute("aria-labelledby")?.split(" ")[0])?.textContent || "a figure",
    clip: [rect.x + scrollX, rect.y + scrollY, rect.width, rect.height],
  }));
"#;

/// Draws a PNG with digits; the browser is the one here who reads PNG.
const DRAW: &str = r#"
const [picture, cell, done] = arguments;
const octets = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
createImageBitmap(new Blob([octets], { type: "image/png" })).then((image) => {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const rows = [];
  for (let y = 0; y < image.height; y += cell) {
    let row = "";
    for (let x = 0; x < image.width; x += cell) {
      const w = Math.min(cell, image.width - x), h = Math.min(cell, image.height - y);
      const dots = context.getImageData(x, y, w, h).data;
      let sum = 0;
      for (let i = 0; i < dots.length; i += 4) sum += 0.2126 * dots[i] + 0.7152 * dots[i + 1] + 0.0722 * dots[i + 2];
      row += Math.round(sum / (w * h) / 255 * 9);
    }
    rows.push(row);
  }
  done(rows);
}, (error) => done([String(error)]));
"#;

/// Whether two drawings differ by more than another rasteriser makes: a row more or less, some cells by a little.
fn difference(expected: &str, found: &str) -> Option<String> {
    let (expected, found): (Vec<_>, Vec<_>) = (parts(expected), parts(found));
    if expected.len() != found.len() {
        return Some(format!(
            "{} drawings in place of {}",
            found.len(),
            expected.len()
        ));
    }
    for ((name, before), (title, after)) in expected.iter().zip(&found) {
        if name != title {
            return Some(format!("\"{title}\" stands in place of \"{name}\""));
        }
        if before.len().abs_diff(after.len()) > 1 + before.len() / 50 {
            return Some(format!(
                "\"{name}\" has {} rows, not {}",
                after.len(),
                before.len()
            ));
        }
        let (mut cells, mut much) = (0, 0);
        for (old, new) in before.iter().zip(after) {
            for (old, new) in old.bytes().zip(new.bytes()) {
                cells += 1;
                much += usize::from(old.abs_diff(new) > 2);
            }
        }
        if much * 25 > cells {
            let drawn = after.join("\n");
            return Some(format!(
                "\"{name}\" looks different in {much} of {cells} cells:\n{drawn}"
            ));
        }
    }
    None
}

/// The drawings with their names.
fn parts(text: &str) -> Vec<(&str, Vec<&str>)> {
    text.split("\n\n")
        .filter_map(|part| {
            let mut lines = part.lines();
            Some((lines.next()?, lines.collect()))
        })
        .collect()
}
