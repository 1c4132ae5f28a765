//! Zone files of Windows DNS, which has no `patch`: the edited file takes the place of the reviewed one.

use super::super::super::super::powershell::quote;
use super::super::super::super::{LeftOut, windows_name};
use super::super::super::powershell::{Parameter, Ps1};
use super::super::super::{Context, Hashes, Purpose, Script, Scripts};
use super::ZoneFile;
use crate::plan::Role;
use crate::plan::action::ZoneRef;

/// Adds the scripts that put the edited file in place, if one step alone edits it, and what people do else.
pub(super) fn scripts(
    zone: &ZoneRef,
    files: &[ZoneFile<'_>],
    context: &Context<'_>,
    out: &mut Scripts,
) -> Result<(), LeftOut> {
    let name = windows_name(&zone.name)?;
    let mut all = files.iter();
    if let (Some(file), None) = (all.next(), all.next())
        && let Some(patch) = file.patch
        && let (Some(new), Some(hashes)) = (&patch.new, &patch.sha256)
    {
        out.apply.push(copy(&name, file.path, new, hashes, context));
        out.verify.push(compare(file.path, hashes, context));
    } else {
        out.say("Windows has no patch: run the .sh script where a copy of the file is, and put the file in its place.");
    }
    out.say(
        "Windows keeps the zone in memory: Sync-DnsServerZone before the file is changed writes it out, \
         Restore-DnsServerPrimaryZone after it reads the file again.",
    );
    out.say("To undo it, run the rollback script where a copy of the file is, and put the file in its place in the same way.");
    Ok(())
}

/// Where the file is; on a Windows DNS server in `System32\dns` by default.
fn place(path: &str) -> Parameter {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    Parameter {
        name: "Path",
        kind: "string",
        default: Some(format!(
            "(Join-Path -Path $env:SystemRoot -ChildPath (Join-Path -Path 'System32\\dns' -ChildPath {}))",
            quote(name)
        )),
        what: "The zone file on this server.",
    }
}

fn copy(zone: &str, path: &str, new: &str, hashes: &Hashes, context: &Context<'_>) -> Script {
    let body = format!(
        "$zone = {}
$new = Join-Path -Path (Split-Path -Path $PSScriptRoot -Parent) -ChildPath {}
$before = {}
$after = {}
$found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
if ($found -eq $after) {{
  Write-Output 'already applied'
  return
}}
if ((Get-FileHash -LiteralPath $new -Algorithm SHA256).Hash -ne $after) {{
  throw \"$new is not the planned file. Nothing was changed.\"
}}
if ($found -ne $before) {{
  throw \"$Path is not the reviewed file: expected SHA-256 $before, found $found. Nothing was changed. Make the plan again.\"
}}
if ($PSCmdlet.ShouldProcess($Path, \"Replace by $new and reload\")) {{
  Sync-DnsServerZone -Name $zone
  $found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
  if ($found -ne $before) {{
    throw \"$Path is not the reviewed file any more: expected SHA-256 $before, found $found. Nothing was changed. Make the plan again.\"
  }}
  Copy-Item -LiteralPath $new -Destination $Path
  if ((Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash -ne $after) {{
    throw \"$Path is not as planned.\"
  }}
  Restore-DnsServerPrimaryZone -Name $zone -Force
  Write-Output 'done'
}}",
        quote(zone),
        quote(&new.replace('/', "\\")),
        quote(&hashes.before),
        quote(&hashes.after),
    );
    Ps1 {
        role: Role::Dns,
        purpose: Purpose::Apply,
        only_looks: false,
        modules: &["DnsServer"],
        parameters: vec![place(path)],
        notes: vec!["Run it on the DNS server that keeps the file.".to_owned()],
        body: body.lines().map(str::to_owned).collect(),
    }
    .script(context)
}

fn compare(path: &str, hashes: &Hashes, context: &Context<'_>) -> Script {
    let body = format!(
        "$after = {}
$found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
Write-Output \"found SHA-256 $found\"
if ($found -ne $after) {{
  throw \"$Path is not as planned: expected SHA-256 $after\"
}}
Write-Output 'as planned'",
        quote(&hashes.after),
    );
    Ps1 {
        role: Role::Dns,
        purpose: Purpose::Verify,
        only_looks: true,
        modules: &[],
        parameters: vec![place(path)],
        notes: vec!["Run it on the DNS server that keeps the file. It changes nothing.".to_owned()],
        body: body.lines().map(str::to_owned).collect(),
    }
    .script(context)
}
