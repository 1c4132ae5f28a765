//! What was data stays data, in every output, judged by what reads it.
//!
//! `corpus` is the one list of hostile values. `scene` puts them wherever a value may stand: names in zones and
//! topologies, text of topologies, TXT records, comments, names of files, lists of domains. `outputs` makes every
//! output of every command, and fails where `--help` lists one that nobody reads here. `judge` gives each to its
//! readers, none of which is ours, and holds what they find against the same scene with tame values. `updates`
//! runs a bundle against a real BIND and against stand-ins for the programs that it calls; `errors` looks at what the
//! program says while it fails. `lengths` has the
//! longest labels and names.

mod corpus;
mod errors;
#[path = "../scripts/grammar.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod grammar;
mod judge;
mod lengths;
mod markdown;
mod names;
mod outputs;
mod run;
mod scene;
mod scripts;
#[path = "../servers/server.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod server;
#[path = "../support/mod.rs"]
mod support;
#[path = "../scripts/undo.rs"]
mod undo;
mod updates;
mod words;
#[path = "../servers/zone.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod zone;
