//! Zone transfers from servers that misbehave, on loopback: each test plays one.

mod answers;
mod large;
mod rogue;
mod signed;
#[path = "../support/mod.rs"]
mod support;
