//! The files of bundles on real servers: BIND, Knot and `PowerDNS` by dynamic update, NSD and BIND by patched
//! zone files, BIND's grants. `verify` asks real servers after a change.
//!
//! A test starts one server on a free port of the loopback address, in a folder of its own, loads a generated zone
//! for each case, has `kmsplan bundle` write the folder, runs its scripts with the servers' own clients and
//! transfers the zone. What is there then is compared by a reader of its own (`zone`) with what a model of
//! its own (`case`) wants. `transfers` asks the other way round: what kmsplan reads from them. `KMSPLAN_CASES` says how many cases there are.

mod anywhere;
mod audit;
mod bind;
mod bundle;
mod case;
mod documents;
mod knot;
mod live_like_files;
mod nsd;
mod patched;
mod powerdns;
mod questions;
#[path = "../support/relay.rs"]
mod relay;
mod round;
mod server;
mod size;
#[path = "../support/mod.rs"]
mod support;
mod transfers;
mod update_policy;
mod verify;
mod zone;
#[path = "../support/zonegen.rs"]
mod zonegen;
