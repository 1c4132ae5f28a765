//! The zone-file edit: single cases with their exact diffs, and properties over generated zones, judged by
//! BIND, ldns and GNU patch.

// A few strings a case: plain formatting reads better than `write!`.
#![allow(clippy::format_push_string)]

mod cases;
mod desired;
mod inherited;
mod judge;
mod layout;
mod parts;
mod properties;
#[path = "../support/tools.rs"]
mod tools;
#[path = "../support/zonegen.rs"]
mod zonegen;
mod zones;
