//! Outputs: one file each, a plan in, bytes out.

pub mod explain;
pub mod wrap;
