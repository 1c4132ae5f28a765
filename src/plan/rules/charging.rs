//! How a KMS host is charged: enough clients ask it before it is needed.

use crate::plan::clients::Threshold;
use crate::{Name, presentation};

/// What charges a host that has not reached these thresholds, as a sentence. Commands: slmgr.vbs and ospp.vbs (Microsoft
/// "Tools to manage volume activation of Office").
pub(super) fn how(host: &Name, port: u16, missed: &[Threshold]) -> String {
    let name = in_command(host);
    let counted_with_windows = |threshold: &&Threshold| **threshold != Threshold::Office;
    let machines = missed.iter().filter(counted_with_windows);
    let machines = machines.map(|threshold| threshold.needed()).max();
    let mut ways = Vec::new();
    if let Some(machines) = machines {
        ways.push(format!(
            "on {machines} different Windows machines run slmgr.vbs /skms {name}:{port} and slmgr.vbs /ato, then slmgr.vbs /ckms"
        ));
    }
    if missed.contains(&Threshold::Office) {
        ways.push(format!(
            "on {} with Office run ospp.vbs /sethst:{name}, /setprt:{port} and /act, then /remhst",
            Threshold::Office.needed()
        ));
    }
    format!(
        "Charge it: {}. Below the threshold they get 0xC004F038, but are counted.",
        ways.join("; ")
    )
}

/// A host in a command that a person types; a name that no Windows host has is left to them.
fn in_command(host: &Name) -> String {
    let name = presentation::plain(host);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.chars().all(is_plain) {
        name
    } else {
        "HOST".to_owned()
    }
}
