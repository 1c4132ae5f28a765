//! The HTML page in a browser: Chromium opens plans of many kinds as files, as from an e-mail attachment.
//!
//! Chromium and chromedriver are Debian's packages `chromium` and `chromium-driver`. axe-core and html-validate
//! come by `npm ci` in `tests/browser`; `tests/run` does all of it. A test waits for what the browser says, never
//! for time to pass. `KMSPLAN_SCREENSHOTS=DIR` keeps pictures of every page in every view.

mod accessibility;
mod driver;
mod hostile;
mod http;
mod keyboard;
mod layout;
#[allow(dead_code, reason = "some of the plans are shown here")]
#[path = "../render/plans.rs"]
mod made;
mod markup;
mod node;
mod paper;
mod pictures;
mod plans;
mod quiet;
mod scripts;
#[path = "../support/mod.rs"]
mod support;
