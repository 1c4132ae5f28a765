//! Whether what is there now is what a plan wants: a pure function of the plan and snapshots.
