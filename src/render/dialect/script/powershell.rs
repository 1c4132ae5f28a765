//! What all PowerShell scripts have in common. They run in Windows PowerShell 5.1 and PowerShell 7.

use super::super::powershell::quote;
use super::sh::comment_after;
use super::{Context, Language, Purpose, Script, unused};
use crate::plan::Role;

/// A parameter of a script.
pub(super) struct Parameter {
    /// Its name.
    pub(super) name: &'static str,
    /// Its type: `string`, `string[]`, `switch`.
    pub(super) kind: &'static str,
    /// The expression of its default; without one it must be given.
    pub(super) default: Option<String>,
    /// What it is for: a line.
    pub(super) what: &'static str,
}

impl Parameter {
    /// `-ComputerName`: the one server of a zone. Where none is known it must be given.
    pub(super) fn server(server: Option<&String>, what: &'static str) -> Self {
        Self {
            name: "ComputerName",
            kind: "string",
            default: server.map(|server| quote(server)),
            what,
        }
    }
}

/// A script in the making.
pub(super) struct Ps1 {
    /// Who runs it.
    pub(super) role: Role,
    /// What it is for. One that applies or takes back has `-WhatIf`, `-Confirm` and a transcript.
    pub(super) purpose: Purpose,
    /// Whether it changes nothing although it belongs to `apply`.
    pub(super) only_looks: bool,
    /// The modules that it needs.
    pub(super) modules: &'static [&'static str],
    /// Its own parameters.
    pub(super) parameters: Vec<Parameter>,
    /// More lines for the comment at its top; they are quoted here.
    pub(super) notes: Vec<String>,
    /// Its statements; each change stands in an `if ($PSCmdlet.ShouldProcess(…))`, and each cmdlet of
    /// `DnsServer`, `NetSecurity` and `NetTCPIP` has its own `-ErrorAction Stop`: cmdlets of modules that are
    /// written in PowerShell or CDXML see neither the script's `-WhatIf` nor its `$ErrorActionPreference`.
    /// A `throw` ends `powershell -File` with exit status 1, the end of the body and `return` with 0.
    pub(super) body: Vec<String>,
}

impl Ps1 {
    /// The script.
    pub(super) fn script(self, context: &Context<'_>) -> Script {
        let changes = self.purpose != Purpose::Verify && !self.only_looks;
        let mut lines: Vec<String> = Vec::new();
        let about = context.about(self.purpose, self.role);
        lines.extend(about.iter().chain(&self.notes).map(|line| comment(line)));
        if changes {
            lines.push(comment("-WhatIf shows what it would change."));
        }
        lines.push("#requires -Version 5.1".to_owned());
        lines.extend(
            self.modules
                .iter()
                .map(|module| format!("#requires -Modules {module}")),
        );
        lines.push(if changes {
            "[CmdletBinding(SupportsShouldProcess = $true)]".to_owned()
        } else {
            "[CmdletBinding()]".to_owned()
        });
        let mut parameters = self.parameters;
        if changes {
            parameters.push(Parameter {
                name: "TranscriptPath",
                kind: "string",
                default: Some(format!(
                    "(Join-Path -Path $HOME -ChildPath {})",
                    quote(&context.transcript())
                )),
                what: "Where the transcript is written; what is there stays.",
            });
        }
        lines.extend(parameter_block(&parameters));
        lines.push("Set-StrictMode -Version Latest".to_owned());
        lines.push("$ErrorActionPreference = 'Stop'".to_owned());
        lines.extend(split_lists(&parameters));
        let body = unused::without_unused(self.body, unused::powershell);
        if changes {
            lines.push(
                "$null = Start-Transcript -Path $TranscriptPath -Append -WhatIf:$false -Confirm:$false"
                    .to_owned(),
            );
            lines.push("try {".to_owned());
            lines.extend(body.iter().map(|line| indented(line)));
            lines.push("} finally {".to_owned());
            // In PowerShell 7 Stop-Transcript asks both; in 5.1 it takes neither as a parameter.
            lines.push("  $WhatIfPreference = $false".to_owned());
            lines.push("  $ConfirmPreference = 'None'".to_owned());
            lines.push("  $null = Stop-Transcript".to_owned());
            lines.push("}".to_owned());
        } else {
            lines.extend(body);
        }
        let mut text = lines.join("\n");
        text.push('\n');
        Script {
            role: self.role,
            language: Language::Powershell,
            text,
        }
    }
}

fn parameter_block(parameters: &[Parameter]) -> Vec<String> {
    let mut lines = vec!["param(".to_owned()];
    for (index, parameter) in parameters.iter().enumerate() {
        let comma = if index + 1 == parameters.len() {
            ""
        } else {
            ","
        };
        lines.push(format!("  # {}", parameter.what));
        lines.push(match &parameter.default {
            Some(default) => format!(
                "  [{}] ${} = {default}{comma}",
                parameter.kind, parameter.name
            ),
            None if parameter.kind == "switch" => {
                format!("  [switch] ${}{comma}", parameter.name)
            }
            None => format!(
                "  [Parameter(Mandatory = $true)] [{}] ${}{comma}",
                parameter.kind, parameter.name
            ),
        });
    }
    lines.push(")".to_owned());
    lines
}

/// `powershell -File` hands `a,b` over as one text (`about_PowerShell_exe`): no list holds a value with a comma.
fn split_lists(parameters: &[Parameter]) -> impl Iterator<Item = String> + '_ {
    parameters
        .iter()
        .filter(|parameter| parameter.kind == "string[]")
        .map(|Parameter { name, .. }| {
            format!("${name} = @(${name} -split ',' | ForEach-Object {{ $_.Trim() }})")
        })
}

fn indented(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!("  {line}")
    }
}

/// A comment of one line. Only a line end could end it; what turns or hides text is shown by number.
pub(super) fn comment(text: &str) -> String {
    comment_after("# ", text)
}
