//! The zone-file edit: single cases with their exact diffs, and properties over generated zones, judged by
//! BIND, ldns and GNU patch.

mod cases;
mod desired;
mod judge;
mod properties;
mod zones;
