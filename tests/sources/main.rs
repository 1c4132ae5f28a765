//! Zone data as administrators hold it: every format, written by the tests and read by the program.

// Writers are made of small texts: plain formatting reads better than `write!`, and the test program is one crate.
#![allow(clippy::format_push_string, clippy::type_complexity, unreachable_pub)]

mod cases;
mod json;
mod judge;
mod property;
mod seen;
mod side_by_side;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod write;
mod zone;
#[path = "../support/zonegen.rs"]
mod zonegen;

/// The generator of numbers that all generated inputs come from.
mod random {
    pub use crate::zonegen::Random;
}
