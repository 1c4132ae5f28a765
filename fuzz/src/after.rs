//! What is made of a snapshot, whatever it was read from.

use std::sync::LazyLock;

use kmsplan::audit::Audit;
use kmsplan::plan::{self, Plan};
use kmsplan::render;
use kmsplan::snapshot::Snapshot;
use kmsplan::topology::Topology;

use crate::input::harmless;

/// A topology that has something to say of whatever is read.
static TOPOLOGY: LazyLock<Topology> = LazyLock::new(|| {
    let text = include_str!("after.toml");
    Topology::read("kms.toml", text.as_bytes()).expect("it is one")
});

/// Plans, audits and drafts are made of the snapshot, and what they print does not act on a terminal.
///
/// # Panics
/// If it does.
pub fn work(snapshot: &Snapshot) {
    let options = plan::Options {
        today: "2026-11-21".parse().ok(),
        ..plan::Options::default()
    };
    let plan = Plan::make(&TOPOLOGY, snapshot, &options);
    let again = Plan::make(&TOPOLOGY, snapshot, &options);
    assert_eq!(plan.id, again.id, "two plans of the same");
    harmless(&render::text(&plan, &render::TextOptions { colour: false }));
    let audit = Audit::make(snapshot, None, None);
    harmless(&render::audit::text(&audit, false));
    let _ = Audit::make(snapshot, None, Some(&TOPOLOGY));
    if let Some(draft) = kmsplan::draft::topology(snapshot) {
        let read = Topology::read("kms.toml", draft.as_bytes());
        assert!(
            read.is_ok(),
            "the draft is no topology: {}\n{draft}",
            read.err().map(|e| e.render(false)).unwrap_or_default()
        );
    }
}
