//! Outputs: a plan in, bytes out.

pub mod dialect;
