//! An audit as bytes, one file an output: [`text()`] for the terminal, [`markdown()`] for a ticket, [`csv()`] for a
//! spreadsheet, [`json()`] for programs. What they say in the same words stands in `wording`.

mod csv;
mod json;
mod markdown;
mod sets;
mod text;
mod wording;

pub use csv::csv;
pub use json::{json, schema};
pub use markdown::markdown;
pub use text::text;
