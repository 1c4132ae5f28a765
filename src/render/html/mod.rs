//! The plan as one self-contained page, for a change board.
//!
//! `markup` alone writes markup and escapes; `frame` holds what sections share; each section is a file, `svg` draws.
//! `page` puts them together with the style, the script and the policy that allows nothing else.

use crate::plan::Plan;

mod clients;
mod deployment;
mod diff;
mod failover;
mod findings;
mod frame;
mod hosts;
mod lanes;
mod markup;
mod page;
mod records;
mod steps;
mod summary;
mod svg;

/// The page.
pub fn html(plan: &Plan) -> String {
    page::page(plan)
}
