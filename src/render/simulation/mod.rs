//! Who is served by whom: what outputs say in the same words stands in [`wording`], what hosts count in [`counts`].

pub mod counts;
pub mod wording;

pub use counts::Counts;
