//! Faults of the machine and hostile input, on the built program as users run it: the outcome is a clear error or the
//! right result, in bounded memory, with nothing half written. `docs/limits.md` has the outcomes as a table.
#![cfg(target_os = "linux")]

mod access;
mod at_once;
mod changing;
mod disk;
mod includes;
mod killed;
mod nesting;
mod rig;
mod scarce;
mod servers;
mod sizes;
mod special;
#[path = "../support/mod.rs"]
mod support;
