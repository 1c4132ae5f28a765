//! Scripts for `cmd.exe` under Wine: what they do, and that values arrive as they are.

#[path = "../support/mod.rs"]
mod support;

mod dnscmd;
mod quoting;
mod registry;
mod rig;
