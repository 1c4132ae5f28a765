//! kmsplan plans DNS changes for multi-host Key Management Service (KMS) deployments.
//!
//! Data flows one way: a [`topology`] (what is wanted) and a [`snapshot`] (what is there) make a
//! [`plan`], and [`render`] turns a plan into bytes. [`draft`] goes the other way: it describes a snapshot
//! as a topology to start from. [`cli`] is the only room that knows arguments,
//! files to write and exit codes. Below all of them lie [`Name`], [`presentation`] (DNS names as text),
//! [`diagnostic`] (errors that point into a file), [`visible`] (what may reach a terminal), [`encoding`] (UTF-16), [`domains`] (lists of namespaces) and
//! [`codes`] (the names of findings).

mod arrange;
pub mod audit;
pub mod cli;
pub mod codes;
pub mod diagnostic;
mod document;
pub mod domains;
pub mod draft;
pub mod encoding;
mod fingerprint;
mod name;
mod parallel;
mod paths;
pub mod plan;
pub mod presentation;
pub mod render;
pub mod snapshot;
mod system_error;
pub mod topology;
pub mod verification;
pub mod visible;
mod words;

pub use fingerprint::Fingerprint;
/// A calendar day without a time zone, as given by `--today` and `until`.
pub use jiff::civil::Date;
pub use name::Name;
