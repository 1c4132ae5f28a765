//! A verification as bytes, one file an output; what they say in the same words stands in `wording`.

mod json;
mod markdown;
mod text;
mod wording;

pub use json::{json, schema};
pub use markdown::markdown;
pub use text::text;
