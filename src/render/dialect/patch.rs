//! Records by the plan's diff, applied to the zone file.

use super::{Command, Instructions, LeftOut, sh};
use crate::plan::action::SetChange;
use crate::presentation;
use crate::topology::ZoneKind;

const APPLY: &str = "patch -p1 < kmsplan.diff";
const REVERT: &str = "patch -R -p1 < kmsplan.diff";
const UNDONE: &str =
    "In the same folder. Where a step has undone it already, nothing is left to do here.";

/// The diff holds every edit of a file at once, so a second step on the same file has nothing left to do.
pub(super) fn change(change: &SetChange) -> Result<Instructions, LeftOut> {
    let mut out = Instructions::default();
    let zone = &change.before.zone;
    if zone.kind == ZoneKind::Ad {
        out.say("An AD-integrated zone has no file that a patch could change: make the edits in DNS Manager.");
        return Ok(out);
    }
    if !zone.diff {
        return Err(LeftOut(
            "No zone file was read, so there is no diff to apply: make the edits in the system that keeps the zone."
                .to_owned(),
        ));
    }
    let place = "On the zone's primary, in the folder from which the plan was made; kmsplan.diff is its \
                 diff (--format diff). Where a step before has applied it, nothing is left to do here.";
    if zone.kind == ZoneKind::Bind {
        let name = sh::quote(&presentation::plain(&zone.name));
        out.commands.extend([
            Command::sh(
                format!("{APPLY} &&\n  rndc reload {name}"),
                format!("A zone without dynamic updates. {place}"),
            ),
            Command::sh(
                format!("rndc freeze {name} &&\n  {APPLY}\nrndc thaw {name}"),
                "The same for a zone with dynamic updates: freeze first writes them into the file.",
            ),
        ]);
        out.undo.push(Command::sh(REVERT, UNDONE));
        out.undo.push(Command::sh(
            format!("rndc reload {name}"),
            "After the SOA serial was raised: secondaries do not take a smaller one (RFC 1982). A zone \
             with dynamic updates: rndc freeze before, rndc thaw instead of reload.",
        ));
    } else {
        out.commands.push(Command::sh(APPLY, place));
        out.undo.push(Command::sh(REVERT, UNDONE));
        out.say("Then reload the zone with the server's own command.");
        out.say(
            "After undoing, raise the SOA serial above that of the diff before the zone is reloaded: \
             secondaries do not take a smaller one (RFC 1982).",
        );
    }
    out.say(
        "The diff holds the edits of all steps: take the lines of a struck step out of it before it is \
         applied.",
    );
    Ok(out)
}
