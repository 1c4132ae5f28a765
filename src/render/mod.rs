//! Outputs: one file each, a plan in, bytes out.

pub mod dialect;
pub mod explain;
pub mod wrap;
