//! What holds for every script of a bundle.

use crate::grammar::Parsed;
use crate::powershell::{Call, Script};
use crate::tables::{Effect, Tables};

/// All that is wrong with a `.ps1`.
pub(crate) fn powershell(path: &str, text: &str, tables: &Tables) -> Vec<String> {
    let parsed = Parsed::powershell(text);
    let script = Script::new(&parsed, tables);
    let mut faults = script.faults();
    let changing: Vec<&Call<'_>> = script
        .calls
        .iter()
        .filter(|call| script.effect(call) == Effect::Changes || is_changing_program(call))
        .collect();
    if path.starts_with("verify/") {
        for call in &changing {
            faults.push(format!(
                "a check changes something: {}",
                parsed.line(call.node)
            ));
        }
    } else {
        for call in changing.iter().filter(|call| !script.is_guarded(call.node)) {
            faults.push(format!(
                "ShouldProcess is not asked: {}",
                parsed.line(call.node)
            ));
        }
        if !changing.is_empty() && !text.contains("[CmdletBinding(SupportsShouldProcess = $true") {
            faults.push("it changes something and has no -WhatIf".to_owned());
        }
    }
    for wanted in [
        "Set-StrictMode -Version Latest",
        "$ErrorActionPreference = 'Stop'",
    ] {
        if !text.lines().any(|line| line == wanted) {
            faults.push(format!("no line is `{wanted}`"));
        }
    }
    let small = text.to_ascii_lowercase();
    for never in [
        "invoke-expression",
        "iex ",
        "-encodedcommand",
        "[scriptblock]::create",
    ] {
        if small.contains(never) {
            faults.push(format!("it holds {never}"));
        }
    }
    for call in &script.calls {
        if call.name == "Remove-DnsServerResourceRecord" {
            faults.extend(removal(&script, call));
        }
        // What is splatted may hold it.
        let is_splatted = call
            .arguments
            .iter()
            .any(|node| parsed.text(*node).starts_with('@'));
        if is_of_module(call) && !is_splatted && !has(call, "ErrorAction") {
            faults.push(format!(
                "an error would not stop it: {}",
                parsed.line(call.node)
            ));
        }
    }
    if !path.starts_with("verify/") {
        for call in script.calls.iter().filter(|call| asks(&script, call)) {
            faults.push(format!("-Confirm asks twice: {}", parsed.line(call.node)));
        }
    }
    faults
}

/// Whether a command has a parameter.
fn has(call: &Call<'_>, wanted: &str) -> bool {
    call.parameters
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
}

/// Cmdlets of modules that see neither `$ErrorActionPreference` nor `$ConfirmPreference` of a script: they are
/// functions, written in PowerShell or CDXML.
fn is_of_module(call: &Call<'_>) -> bool {
    ["-DnsServer", "-NetFirewall"]
        .iter()
        .any(|part| call.name.contains(part))
}

/// Whether a cmdlet asks by itself under `-Confirm`, after the script has: an answer "no" would leave a change
/// without what is noted about it. Blocks that run on other machines see nothing of the script's preferences.
fn asks(script: &Script<'_>, call: &Call<'_>) -> bool {
    let cmdlet = script.tables.cmdlets.get(&call.name);
    let is_remote = script.parsed.ancestors(call.node).any(|around| {
        let text = script.parsed.text(around);
        let value = text.split_once('=').map(|(_, value)| value.trim_start());
        match around.kind() {
            "assignment_expression" => value.is_some_and(|value| value.starts_with('{')),
            "command" => text.starts_with("Invoke-Command"),
            _ => false,
        }
    });
    cmdlet.is_some_and(|cmdlet| cmdlet.parameters.contains_key("confirm"))
        && !has(call, "Confirm")
        && !is_of_module(call)
        && !is_remote
        // Before the one the frame sets the preference, as it has no such parameter in Windows PowerShell 5.1; the other
        // asks where it is given a member's name alone.
        && !matches!(call.name.as_str(), "Stop-Transcript" | "ForEach-Object")
}

/// Programs that change a directory or a host when they are called with arguments that do.
fn is_changing_program(call: &Call<'_>) -> bool {
    let name = call.name.to_ascii_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name) == "dsacls" && call.arguments.len() > 1
}

/// A removal names one record: all four items of its data, and asks nothing.
fn removal(script: &Script<'_>, call: &Call<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let parsed = script.parsed;
    let has = |wanted: &str| {
        let found = call
            .parameters
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| *value)
    };
    if has("Force").is_none() {
        faults.push(format!("a removal would ask: {}", parsed.line(call.node)));
    }
    let Some(Some(data)) = has("RecordData") else {
        return vec![format!(
            "a removal without data takes all records: {}",
            parsed.line(call.node)
        )];
    };
    let text = parsed.text(data);
    let items = if text.starts_with('$') && !text.contains(',') {
        // A variable: the list that it was set to last.
        let set = script.nodes.iter().rfind(|node| {
            node.kind() == "assignment_expression"
                && node.end_byte() <= call.node.start_byte()
                && parsed
                    .text(**node)
                    .split('=')
                    .next()
                    .is_some_and(|left| left.trim() == text)
        });
        set.map(|node| parsed.text(*node)).unwrap_or_default()
    } else {
        text
    };
    if items.matches(',').count() != 3 {
        faults.push(format!("the data of a removal are not four items: {items}"));
    }
    faults
}
