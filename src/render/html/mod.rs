//! The plan as one self-contained page, for a change board.

use crate::plan::Plan;

/// The page.
pub fn html(plan: &Plan) -> String {
    format!(
        "<!DOCTYPE html>\n<title>{}</title>\n",
        super::wording::short_id(&plan.id)
    )
}
