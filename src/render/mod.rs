//! Outputs: one file each, a [`Plan`](crate::plan::Plan) in, text or bytes out.
//!
//! [`text()`] is for the terminal and for tickets without markup, [`markdown()`] for tickets with it,
//! [`json()`] for programs and for keeping a plan, [`diff()`] for `patch`. What the outputs say in common
//! stands in [`wording`]; the change ticket's content stands in [`ticket`] and is printed by both
//! [`text`](mod@text) and [`markdown`](mod@markdown). [`dialect`] alone makes commands. [`explain`] tells
//! about findings.

pub mod audit;
pub mod bundle;
pub mod dialect;
pub mod diff;
pub mod explain;
pub mod html;
pub mod json;
pub mod markdown;
#[cfg(test)]
mod schema;
pub mod simulation;
mod sources;
pub mod terminal;
pub mod text;
pub mod ticket;
pub mod verification;
pub mod wording;
pub mod wrap;

pub use bundle::bundle;
pub use diff::{Sink, diff};
pub use html::html;
pub use json::json;
pub use markdown::{markdown, markdown_sources};
pub use sources::text as text_sources;
pub use text::{TextOptions, text, text_section};
pub use ticket::Section;
