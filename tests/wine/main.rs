//! Scripts for `cmd.exe` under Wine: what they do, and that values arrive as they are.

#[path = "../support/mod.rs"]
mod support;

mod clients;
#[path = "../injection/corpus.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod corpus;
mod dnscmd;
mod hosts;
mod machine;
mod quoting;
mod registry;
mod rig;
