//! The manual page: the program and all its commands on one page, made from the definition of the
//! arguments.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command};

use super::args;

/// The page in roff, for `man -l` or a folder of manual pages.
pub(super) fn page() -> String {
    let mut program = args::command();
    program.build();
    let version = program.get_version().unwrap_or_default();
    let mut page = format!(".TH KMSPLAN 1 \"\" \"kmsplan {version}\" \"User Commands\"\n");
    let _ = writeln!(
        page,
        ".SH NAME\nkmsplan \\- {}\n.SH SYNOPSIS",
        escaped(&about(&program, false))
    );
    for command in program.get_subcommands() {
        synopsis(&mut page, command);
    }
    page.push_str(".SH DESCRIPTION\n");
    paragraphs(&mut page, &about(&program, true));
    page.push_str(".SH COMMANDS\n");
    for command in program.get_subcommands() {
        let _ = writeln!(page, ".SS kmsplan {}", escaped(command.get_name()));
        paragraphs(&mut page, &about(command, true));
        for argument in command.get_arguments() {
            item(&mut page, argument);
        }
    }
    page.push_str(".SH OPTIONS\n");
    for argument in program.get_arguments() {
        item(&mut page, argument);
    }
    exit_status(&mut page);
    page.push_str(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colours, whatever its value, if it is not empty.\n.TP\n.B TERM\nNo colours where it is \\(lqdumb\\(rq.\n");
    page
}

fn about(command: &Command, long: bool) -> String {
    let text = command
        .get_long_about()
        .filter(|_| long)
        .or_else(|| command.get_about());
    text.map(ToString::to_string).unwrap_or_default()
}

/// One line of the synopsis: arguments by name, options as such.
fn synopsis(page: &mut String, command: &Command) {
    let _ = write!(page, ".PP\n\\fBkmsplan {}\\fR", escaped(command.get_name()));
    if command
        .get_arguments()
        .any(|argument| !argument.is_positional() && !is_help(argument))
    {
        page.push_str(" [\\fIoptions\\fR]");
    }
    for argument in command.get_positionals() {
        let name = escaped(&value_names(argument));
        let many = if matches!(argument.get_action(), ArgAction::Append) {
            "\\&..."
        } else {
            ""
        };
        let _ = if argument.is_required_set() {
            write!(page, " \\fI{name}\\fR{many}")
        } else {
            write!(page, " [\\fI{name}\\fR{many}]")
        };
    }
    page.push('\n');
}

fn is_help(argument: &Arg) -> bool {
    matches!(
        argument.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    )
}

/// An argument or option with its explanation, values and default.
fn item(page: &mut String, argument: &Arg) {
    page.push_str(".TP\n");
    let mut forms = Vec::new();
    if let Some(short) = argument.get_short() {
        forms.push(format!("\\fB\\-{short}\\fR"));
    }
    if let Some(long) = argument.get_long() {
        forms.push(format!("\\fB\\-\\-{}\\fR", escaped(long)));
    }
    let mut head = forms.join(", ");
    if argument.is_positional() || argument.get_action().takes_values() {
        if !head.is_empty() {
            head.push(' ');
        }
        let _ = write!(head, "\\fI{}\\fR", escaped(&value_names(argument)));
    }
    let _ = writeln!(page, "{head}");
    let help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    line(page, &help);
    let takes_values = argument.get_action().takes_values();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| takes_values)
        .map(|value| escaped(value.get_name()))
        .collect();
    if !values.is_empty() {
        let _ = writeln!(page, ".br\nPossible values: {}", values.join(", "));
    }
    if let [default] = argument.get_default_values()
        && takes_values
    {
        let _ = writeln!(
            page,
            ".br\nDefault: {}",
            escaped(&default.to_string_lossy())
        );
    }
}

fn value_names(argument: &Arg) -> String {
    argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn exit_status(page: &mut String) {
    page.push_str(".SH EXIT STATUS\n");
    for row in args::EXIT_STATUS.lines().skip(1) {
        if let Some((status, meaning)) = row.trim_start().split_once(' ') {
            let _ = writeln!(page, ".TP\n.B {status}");
            line(page, meaning.trim_start());
        }
    }
}

fn paragraphs(page: &mut String, text: &str) {
    for paragraph in text.split("\n\n") {
        page.push_str(".PP\n");
        line(page, &paragraph.replace('\n', " "));
    }
}

/// A line of text: a dot or an apostrophe in front would make it a request.
fn line(page: &mut String, text: &str) {
    let guard = if text.starts_with(['.', '\'']) {
        "\\&"
    } else {
        ""
    };
    let _ = writeln!(page, "{guard}{}", escaped(text));
}

/// Text whose backslashes, hyphens and apostrophes stand for themselves.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\(aq")
        .replace('`', "\\(ga")
}
