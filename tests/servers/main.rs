//! The record commands of plans on real servers: BIND, Knot and `PowerDNS` by dynamic update, NSD by the
//! diff.
//!
//! A test starts one server on a free port of the loopback address, in a folder of its own, loads a generated zone
//! for each case, makes the plan from what `dig` transfers, runs the printed texts and transfers again. What
//! is there then is compared by a reader of its own (`zone`) with what a model of its own (`case`) wants.
//! `KMSPLAN_CASES` says how many cases there are.

mod bind;
mod bundle;
mod case;
mod knot;
mod nsd;
mod patched;
mod powerdns;
mod round;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod zone;
#[path = "../support/zonegen.rs"]
mod zonegen;
