//! The command line: arguments, reading and writing files, exit codes.
//!
//! Arguments are read in two stages: what was typed (`args`) and what it means. No other room knows
//! either.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::process::ExitCode;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::render;
use crate::render::diff::Sink;
use crate::render::text::TextOptions;
use crate::topology::Topology;

mod args;
mod audit;
mod bundle;
mod folder;
mod init;
mod input;
mod manual;
mod output;
mod patience;
mod progress;
mod rollback;
mod signals;
mod simulate;
mod stated;
mod verify;

use args::{Args, Command, Format, SchemaOf};
use output::Output;

/// What the program ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Done.
    Done = 0,
    /// Nothing could be made.
    Failed = 1,
    /// With `--detailed-exitcode`: records are added, changed or removed.
    Changes = 2,
    /// The plan has errors that nobody accepted.
    Blocked = 3,
    /// The arguments are wrong.
    Usage = 64,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(usage) => return ExitCode::from(explain_usage(&usage) as u8),
    };
    let json = args.command.format() == Some(Format::Json);
    let status = run(args.command).unwrap_or_else(|error| {
        complain(complaints(error), json);
        Status::Failed
    });
    ExitCode::from(status as u8)
}

/// Prints help, the version, or what is wrong with the arguments.
fn explain_usage(usage: &args::Usage) -> Status {
    if !usage.error.use_stderr() {
        // Help and version are no errors.
        let text = usage.error.render();
        let text = if Output::standard().colour() {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        return Output::standard()
            .write(text.as_bytes())
            .unwrap_or_else(|error| {
                complain(error, false);
                Status::Failed
            });
    }
    if usage.json {
        let message = usage
            .text
            .strip_prefix("error: ")
            .unwrap_or(&usage.text)
            .split("\n\n")
            .next()
            .unwrap_or_default();
        let words: Vec<&str> = message.split_whitespace().collect();
        complain(Diagnostic::new(words.join(" ")).into(), true);
    } else {
        let _ = io::stderr().write_all(usage.text.as_bytes());
    }
    Status::Usage
}

fn run(command: Command) -> anyhow::Result<Status> {
    match command {
        Command::Plan(args) => plan(&args),
        Command::Bundle(args) => bundle::bundle(&args),
        Command::Show(args) => show(&args),
        Command::Rollback(args) => rollback::rollback(&args),
        Command::Audit(args) => audit::audit(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Check(args) => check(&args),
        Command::Init(args) => Ok(init::init(&args)?),
        Command::Simulate(args) => simulate::simulate(&args),
        Command::Explain { code } => {
            let text = code.map_or_else(render::explain::list, |code: Code| {
                render::explain::explain(code)
            });
            Ok(Output::standard().write(text.as_bytes())?)
        }
        Command::Schema { of } => {
            let text = match of {
                SchemaOf::Topology => crate::topology::schema(),
                SchemaOf::Plan => render::json::schema(),
                SchemaOf::Audit => render::audit::schema(),
                SchemaOf::Verify => render::verification::schema(),
                SchemaOf::Simulate => render::simulation::schema(),
            };
            Ok(Output::standard().write(text.as_bytes())?)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut args::command(), "kmsplan", &mut text);
            Ok(Output::standard().write(&text)?)
        }
        Command::Man => Ok(Output::standard().write(manual::page().as_bytes())?),
    }
}

fn plan(args: &args::Plan) -> anyhow::Result<Status> {
    let planned = input::plan(
        &args.inputs.topology,
        &args.inputs.sources,
        &args.inputs.options,
        &[],
    )?;
    // The process ends with it: the system takes its memory back at once, and so much faster than piece by piece.
    let planned = ManuallyDrop::new(planned);
    let input::Planned { plan, read, .. } = &*planned;
    let output = Output::to(args.view.output.as_deref(), read)?;
    render(plan, &args.view, args.explain_sources, &output)?;
    Ok(status_of(plan, args.detailed_exitcode))
}

fn show(args: &args::Show) -> anyhow::Result<Status> {
    let plan = input::saved_plan(&args.plan)?;
    let shown = input::shown(&args.plan);
    let mut read = vec![args.plan.clone()];
    if let [topology, sources @ ..] = args.against.as_slice() {
        let topology = Path::new(topology);
        let planned = input::plan(topology, sources, &args.options, &[&args.plan])?;
        let again = planned.plan;
        read.extend(planned.read);
        if again.id != plan.id {
            warn(&format!(
                "warning: {shown} is stale: planned again from {} it is another plan ({} in place of {})",
                input::shown(topology),
                short(&again.id),
                short(&plan.id)
            ));
        }
    }
    let output = Output::to(args.view.output.as_deref(), &read)?;
    render(&plan, &args.view, false, &output)?;
    Ok(status(&plan))
}

/// The part of a plan's id that people see.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

fn check(args: &args::Check) -> anyhow::Result<Status> {
    let topology: Topology = input::topology(&args.topology)?;
    let publishing = topology.publishing.word();
    let (hosts, domains) = (topology.hosts.len(), topology.all_domains().len());
    let text = format!(
        "{}: valid, {publishing} publishing, {} and {}\n",
        crate::visible::visible(&topology.path),
        counted(hosts, "host"),
        counted(domains, "domain")
    );
    Ok(Output::standard().write(text.as_bytes())?)
}

/// Writes the plan in the form that was asked for.
fn render(
    plan: &Plan,
    view: &args::View,
    explain_sources: bool,
    output: &Output,
) -> anyhow::Result<Status> {
    if view.format == Format::Diff {
        // Whoever pipes the diff into a patch must not take silence for "nothing to do".
        warn_of_left_out(plan);
    }
    let colour = output.colour();
    let bytes = match (view.format, view.section) {
        (Format::Text, None) => render::text(plan, &TextOptions { colour }).into_bytes(),
        (Format::Text, Some(section)) => render::text_section(plan, section).into_bytes(),
        (Format::Markdown, section) => render::markdown(plan, section).into_bytes(),
        (Format::Json, _) => render::json(plan).into_bytes(),
        (Format::Html, _) => render::html(plan).into_bytes(),
        (Format::Diff, _) if output.is_terminal() => render::diff(plan, Sink::Terminal { colour }),
        (Format::Diff, _) => render::diff(plan, Sink::File),
    };
    let page = match view.format {
        Format::Text if explain_sources => render::text_sources(plan).into_bytes(),
        Format::Markdown if explain_sources => render::markdown_sources(plan).into_bytes(),
        // The plan as JSON always says it.
        _ => return Ok(output.write(&bytes)?),
    };
    Ok(output.write(&[page, bytes].concat())?)
}

/// Names the zones that no diff is made for.
fn warn_of_left_out(plan: &Plan) {
    let findings = plan.findings.iter();
    for finding in findings.filter(|finding| finding.code == Code::DiffNotPossible) {
        warn(&format!(
            "warning: {}: {}",
            finding.subject, finding.message
        ));
    }
}

fn counted(number: usize, thing: &str) -> String {
    if number == 1 {
        format!("1 {thing}")
    } else {
        format!("{number} {thing}s")
    }
}

/// The exit status for a plan; `detailed`: whether one that changes records has its own.
fn status_of(plan: &Plan, detailed: bool) -> Status {
    match status(plan) {
        Status::Done if detailed && plan.summary().changes_records() => Status::Changes,
        status => status,
    }
}

fn status(plan: &Plan) -> Status {
    if plan.findings.iter().any(crate::plan::Finding::blocks) {
        Status::Blocked
    } else {
        Status::Done
    }
}

/// What an error has to say: complaints about the input, or else the error with its causes.
fn complaints(error: anyhow::Error) -> Diagnostics {
    error
        .downcast()
        .unwrap_or_else(|error| Diagnostic::new(format!("{error:#}")).into())
}

/// Errors on standard error, each once: as JSON where that was asked for.
fn complain(mut diagnostics: Diagnostics, json: bool) {
    let mut said = BTreeSet::new();
    diagnostics.0.retain(|one| said.insert(one.line()));
    let mut stderr = io::stderr();
    let text = if json {
        format!("{}\n", diagnostics.to_json())
    } else {
        diagnostics.render(stderr.is_terminal() && output::colour_wanted())
    };
    // There is nobody left to tell where standard error is closed.
    let _ = stderr.write_all(text.as_bytes());
}

fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "{}", crate::visible::visible(text));
}
