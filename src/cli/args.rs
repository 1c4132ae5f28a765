//! What can be typed.

#![allow(
    clippy::doc_markdown,
    reason = "the comments of arguments are their help, which is no Markdown"
)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::styling::Styles;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::stated::Stated;
use crate::codes::Code;
use crate::render::Section;
use crate::snapshot::live::{Manners, Server, Source};
use crate::topology::Allow;
use crate::visible::visible;
use crate::{Date, Name, presentation, snapshot};

/// Plans DNS changes for Key Management Service (KMS) hosts.
///
/// Takes the topology that you want and the zone data that you have, and prints what must change, in which
/// order, who does it, how to check it and how to undo it. kmsplan only reads: it changes no DNS server,
/// no directory and no host.
#[derive(Debug, Parser)]
#[command(name = "kmsplan", bin_name = "kmsplan", version, long_version = VERSION_AND_BUILD, styles = Styles::plain(), after_help = EXIT_STATUS, term_width = 100)]
#[command(infer_long_args = false, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The version, and how the program was built, as `build.rs` tells: the same for the same source and compiler.
const VERSION_AND_BUILD: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ntarget   ",
    env!("KMSPLAN_BUILD_TARGET"),
    "\nprofile  ",
    env!("KMSPLAN_BUILD_PROFILE"),
    "\nrustc    ",
    env!("KMSPLAN_BUILD_RUSTC"),
    "\ncommit   ",
    env!("KMSPLAN_BUILD_COMMIT"),
);

/// What the program ends with, for people.
pub(super) const EXIT_STATUS: &str = "Exit status:
  0   done
  1   nothing could be made: bad input, unreadable source; verify: not as planned;
      audit: a domain was not answered
  2   with --detailed-exitcode: records are added, changed or removed
  3   the plan has errors that nobody accepted (3 beats 2)
  64  the arguments are wrong";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Compare a topology with zone data and print what must change
    Plan(Plan),
    /// Write the folder that carries a plan out: documents, scripts, checks, the way back
    Bundle(Bundle),
    /// Print a saved plan (plan --format json) again
    Show(Show),
    /// Print the way back from a saved plan, from the state that is there now
    Rollback(Rollback),
    /// List every KMS host that clients can find, domain by domain
    Audit(Audit),
    /// Check after the change that servers hold what a saved plan wants
    Verify(Verify),
    /// Validate a topology alone
    Check(Check),
    /// Write a topology that matches what is there
    Init(Init),
    /// Tell which clients each host serves: shares, failover, counts, how clients move
    Simulate(Simulate),
    /// Explain a finding, or list all findings
    Explain {
        /// The finding's code, as in `warning[unlisted-host]`
        #[arg(value_parser = parse_code)]
        code: Option<Code>,
    },
    /// Print the JSON Schema of a file format
    Schema {
        /// The file format
        #[arg(value_name = "FORMAT")]
        of: SchemaOf,
    },
    /// Print a completion script
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page (roff)
    Man,
}

impl Command {
    /// The output format asked for, where the command has one.
    pub(super) fn format(&self) -> Option<Format> {
        match self {
            Self::Plan(args) => Some(args.view.format),
            Self::Show(args) => Some(args.view.format),
            Self::Rollback(args) => Some(args.view.format),
            Self::Audit(args) if args.format == AuditFormat::Json => Some(Format::Json),
            Self::Verify(args) if args.format == VerifyFormat::Json => Some(Format::Json),
            Self::Simulate(args) if args.format == SimulateFormat::Json => Some(Format::Json),
            _ => None,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[command(flatten)]
    pub(super) view: View,
    /// Print first what each source was taken for, and why
    #[arg(long)]
    pub(super) explain_sources: bool,
    /// Exit with 2 where records are added, changed or removed
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Bundle {
    /// The topology, or a saved plan (plan --format json)
    #[arg(value_name = "TOPOLOGY|PLAN.json", value_parser = parse_topology)]
    pub(super) input: PathBuf,
    /// Zone data: files, folders, - for standard input, or servers (axfr://SERVER/ZONE, dns://SERVER)
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    /// Plan again from these and refuse where a saved plan is stale
    #[arg(long, num_args = 2.., value_names = ["TOPOLOGY", "SOURCE"])]
    pub(super) against: Vec<String>,
    /// The folder to write, whole or not at all; it must not exist or be empty
    #[arg(long, short, value_name = "DIR", value_parser = parse_output)]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) options: SourceOptions,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Show {
    /// The saved plan
    #[arg(value_name = "PLAN.json", value_parser = parse_file)]
    pub(super) plan: PathBuf,
    /// Plan again from these and warn where the saved plan is stale
    #[arg(long, num_args = 2.., value_names = ["TOPOLOGY", "SOURCE"])]
    pub(super) against: Vec<String>,
    #[command(flatten)]
    pub(super) options: SourceOptions,
    #[command(flatten)]
    pub(super) view: View,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Rollback {
    /// The saved plan that is taken back
    #[arg(value_name = "PLAN.json", value_parser = parse_file)]
    pub(super) plan: PathBuf,
    /// Zone data of now: files, folders, - for standard input, or servers
    #[arg(required = true, value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    /// The day, for date serials
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(super) today: Option<Date>,
    /// Accept a finding; may be given several times
    #[arg(long, value_name = "CODE[:SUBJECT]", value_parser = parse_allow)]
    pub(super) allow: Vec<Allow>,
    /// A folder with what is seen on KMS hosts now (slmgr /dlv, reg query), a file each
    #[arg(long, value_name = "DIR", value_parser = parse_folder)]
    pub(super) host_evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) read: ReadOptions,
    #[command(flatten)]
    pub(super) view: View,
    /// Exit with 2 where records are added, changed or removed
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Audit {
    /// Zone data: files, folders, - for standard input, or servers (axfr://SERVER/ZONE, dns://SERVER)
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    /// The domains: a CSV file with a column `namespace` or `domain`, or one name a line; without it and --topology
    /// those of all zones
    #[arg(long, value_name = "FILE", value_parser = parse_file)]
    pub(super) domains: Option<PathBuf>,
    /// Ask this server about the domains of --domains and --topology
    #[arg(long, value_name = "HOST[:PORT]", value_parser = Server::parse)]
    pub(super) server: Option<Server>,
    /// Compare with this topology; its domains are looked at too
    #[arg(long, value_name = "FILE", value_parser = parse_topology)]
    pub(super) topology: Option<PathBuf>,
    /// Try from this machine whether each host accepts a TCP connection on its records' ports
    #[arg(long)]
    pub(super) probe: bool,
    /// Write a topology to start from to this file, whole or not at all
    #[arg(long, value_name = "FILE", value_parser = parse_output)]
    pub(super) write_topology: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = AuditFormat::Text)]
    pub(super) format: AuditFormat,
    /// Write to this file, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = parse_output)]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) read: ReadOptions,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Verify {
    /// The saved plan that was carried out
    #[arg(value_name = "PLAN.json", value_parser = parse_file)]
    pub(super) plan: PathBuf,
    /// Zone data of now: files, folders, - for standard input, or servers
    #[arg(value_name = "SOURCE", required_unless_present_any = ["servers", "all_authoritative"])]
    pub(super) sources: Vec<String>,
    /// Ask this server; may be given several times
    #[arg(long = "server", value_name = "HOST[:PORT]", value_parser = Server::parse, conflicts_with = "sources")]
    pub(super) servers: Vec<Server>,
    /// Ask every server in the NS set of each zone: as --server says, else as the zone's server in the plan says
    #[arg(long, conflicts_with = "sources")]
    pub(super) all_authoritative: bool,
    /// Look again until everything is as planned, at most so long: 90s, 15m, 2h
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, conflicts_with = "sources")]
    pub(super) wait: Option<Duration>,
    /// A folder with what is seen on KMS hosts now (slmgr /dlv, reg query), a file each
    #[arg(long, value_name = "DIR", value_parser = parse_folder)]
    pub(super) host_evidence: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    pub(super) format: VerifyFormat,
    /// Write to this file, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = parse_output)]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) read: ReadOptions,
}

/// The bounds on questions to servers.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(super) struct Asking {
    /// Questions to servers, and connections to hosts, in flight at a time
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) concurrency: u16,
    /// Questions to servers a second; 0 for no bound
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(super) rate: u32,
}

impl Asking {
    /// For those who ask.
    pub(super) fn manners(self) -> Manners {
        Manners {
            concurrency: self.concurrency.into(),
            rate: self.rate,
        }
    }
}

/// Forms of an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AuditFormat {
    /// For the terminal
    Text,
    /// For a ticket
    Markdown,
    /// A row for each record of each domain
    Csv,
    /// For programs
    Json,
}

/// Forms of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum VerifyFormat {
    /// For the terminal
    Text,
    /// For the closing comment of a change ticket
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Check {
    /// The topology: .toml, .json, .yaml or .yml
    #[arg(value_parser = parse_topology)]
    pub(super) topology: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Init {
    /// Zone data: files, folders, - for standard input, or servers (axfr://SERVER/ZONE, dns://SERVER)
    #[arg(required = true, value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    /// Write to this file, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = parse_output)]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) options: ReadOptions,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Simulate {
    /// The topology: .toml, .json, .yaml or .yml
    #[arg(value_parser = parse_topology)]
    pub(super) topology: PathBuf,
    /// Zone data: files, folders, - for standard input, or servers (axfr://SERVER/ZONE, dns://SERVER); without any,
    /// only the records that the topology wants are looked at
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    /// Look at the state in which this host is down; may be given several times
    #[arg(long, value_name = "HOST", value_parser = parse_name)]
    pub(super) down: Vec<Name>,
    /// The clients of a domain, in place of the topology's: windows, server, office, legacy and a number; caching, adba
    /// and on or off; may be given several times
    #[arg(long, value_name = "DOMAIN=windows:N,...", value_parser = Stated::parse)]
    pub(super) clients: Vec<Stated>,
    /// More domains to cover: a CSV file with a column `namespace` or `domain`, or one name a line
    #[arg(long, value_name = "FILE", value_parser = parse_file)]
    pub(super) domains: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = SimulateFormat::Text)]
    pub(super) format: SimulateFormat,
    /// Write to this file, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = parse_output)]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) read: ReadOptions,
}

/// Forms of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SimulateFormat {
    /// For the terminal
    Text,
    /// For a ticket
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Inputs {
    /// The topology: .toml, .json, .yaml or .yml
    #[arg(value_parser = parse_topology)]
    pub(super) topology: PathBuf,
    /// Zone data: files, folders, - for standard input, or servers (axfr://SERVER/ZONE, dns://SERVER)
    #[arg(required = true, value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    #[command(flatten)]
    pub(super) options: SourceOptions,
}

/// How sources become a plan.
#[derive(Debug, ClapArgs)]
pub(super) struct SourceOptions {
    /// The day, for date serials and for `until` of accepted findings
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(super) today: Option<Date>,
    /// Accept a finding; may be given several times
    #[arg(long, value_name = "CODE[:SUBJECT]", value_parser = parse_allow)]
    pub(super) allow: Vec<Allow>,
    /// More domains to cover: a CSV file with a column `namespace` or `domain`, or one name a line
    #[arg(long, value_name = "FILE", value_parser = parse_file)]
    pub(super) domains: Option<PathBuf>,
    /// A folder with what was seen on KMS hosts (slmgr /dlv, reg query) and nodes (dsacls), a file each
    #[arg(long, value_name = "DIR", value_parser = parse_folder)]
    pub(super) host_evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) read: ReadOptions,
}

/// How sources are read.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct ReadOptions {
    /// Take all sources for this format
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(snapshot::Format::ALL.iter().filter(|format| !format.is_live()).map(|format| format.word())).map(|word| source_format(&word)))]
    pub(super) from: Option<snapshot::Format>,
    /// Zone of sources that do not tell theirs
    #[arg(long, value_name = "ZONE", value_parser = parse_name)]
    pub(super) zone: Option<Name>,
    /// Node that a dnscmd or dig +short listing was asked for: relative to the zone, or with a final dot
    #[arg(long, value_name = "NAME", value_parser = parse_node)]
    pub(super) node: Option<String>,
    /// Origin of zone files that do not say theirs
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    pub(super) origin: Option<Name>,
    /// Let $INCLUDE reach below this folder, not only below the zone file's
    #[arg(long, value_name = "DIR")]
    pub(super) include_root: Option<PathBuf>,
    /// The key that signs transfers of axfr:// sources: a file as tsig-keygen writes it
    #[arg(long, value_name = "FILE", value_parser = parse_file)]
    pub(super) tsig_key: Option<PathBuf>,
    #[command(flatten)]
    pub(super) asking: Asking,
    /// Refuse larger files, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 30, value_parser = parse_size)]
    pub(super) max_size: u64,
}

/// How a plan is printed.
#[derive(Debug, ClapArgs)]
pub(super) struct View {
    /// The form of the plan
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Print one part, for tools with separate fields; text and Markdown only
    #[arg(long, value_parser = PossibleValuesParser::new(Section::ALL.iter().map(|section| section.word())).map(|word| section(&word)))]
    pub(super) section: Option<Section>,
    /// Write to this file, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = parse_output)]
    pub(super) output: Option<PathBuf>,
}

/// Forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For the terminal, and for tickets that take no Markdown
    Text,
    /// For a change ticket
    Markdown,
    /// For programs
    Json,
    /// Unified diff of the zone files, for patch -p1
    Diff,
    /// One self-contained page, for a change board
    Html,
}

/// Formats with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// The topology file
    Topology,
    /// The plan as JSON
    Plan,
    /// An audit as JSON
    Audit,
    /// A verification as JSON
    Verify,
    /// A simulation as JSON
    Simulate,
}

/// What clap says of arguments, safe to print. It repeats them as they were typed; a shell that expands `*` types what
/// files are called. Its own text has line ends, so those of an argument are escaped first, wherever it stands.
fn printable(error: &clap::Error, typed: &[OsString]) -> String {
    let mut text = error.to_string();
    for argument in typed {
        let argument = argument.to_string_lossy();
        let parts = argument.split(['=', ',', ':']);
        for part in std::iter::once(&*argument).chain(parts) {
            let shown = visible(part);
            if shown != part {
                text = text.replace(part, &shown);
            }
        }
    }
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// What is wrong with the arguments, or the help that was asked for.
#[derive(Debug)]
pub(super) struct Usage {
    /// As clap says it.
    pub(super) error: clap::Error,
    /// What clap says, safe to print.
    pub(super) text: String,
    /// Whether `--format json` stands among the arguments.
    pub(super) json: bool,
}

impl Args {
    /// What was typed.
    pub(super) fn read() -> Result<Self, Usage> {
        Self::try_parse()
            .and_then(Self::consistent)
            .map_err(|error| {
                let typed: Vec<_> = std::env::args_os().skip(1).collect();
                let json = typed.iter().any(|arg| arg == "--format=json")
                    || typed
                        .windows(2)
                        .any(|pair| pair[0] == "--format" && pair[1] == "json");
                let text = printable(&error, &typed);
                Usage { error, text, json }
            })
    }

    /// What no definition of a single argument can say.
    fn consistent(self) -> Result<Self, clap::Error> {
        let both: Vec<String>;
        let (name, sources, read, view): (_, &[String], _, _) = match &self.command {
            Command::Plan(args) => {
                let inputs = &args.inputs;
                (
                    "plan",
                    &inputs.sources,
                    &inputs.options.read,
                    Some(&args.view),
                )
            }
            Command::Show(args) => {
                let sources = args.against.get(1..).unwrap_or_default();
                ("show", sources, &args.options.read, Some(&args.view))
            }
            Command::Rollback(args) => ("rollback", &args.sources, &args.read, Some(&args.view)),
            Command::Init(args) => ("init", &args.sources, &args.options, None),
            Command::Audit(args) => {
                args.consistent()?;
                ("audit", &args.sources, &args.read, None)
            }
            Command::Verify(args) => ("verify", &args.sources, &args.read, None),
            Command::Simulate(args) => {
                args.consistent()?;
                ("simulate", &args.sources, &args.read, None)
            }
            Command::Bundle(args) => {
                let against = args.against.get(1..).unwrap_or_default();
                both = [args.sources.as_slice(), against].concat();
                ("bundle", &both, &args.options.read, None)
            }
            _ => return Ok(self),
        };
        if let Some(View {
            section: Some(_),
            format: Format::Json | Format::Diff | Format::Html,
            ..
        }) = view
        {
            return Err(conflict(
                name,
                "--section goes with --format text or markdown",
            ));
        }
        if let Command::Plan(args) = &self.command
            && args.explain_sources
            && matches!(args.view.format, Format::Diff | Format::Html)
        {
            return Err(conflict(
                name,
                "--explain-sources goes with --format text, markdown or json",
            ));
        }
        if sources.iter().filter(|source| *source == "-").count() > 1 {
            return Err(conflict(
                name,
                "standard input, the source -, can be read once only",
            ));
        }
        if read.tsig_key.is_some() && !sources.iter().any(|source| Source::is_transfer(source)) {
            return Err(conflict(
                name,
                "--tsig-key signs transfers, and no source is one: axfr://SERVER/ZONE",
            ));
        }
        let against = match &self.command {
            Command::Show(args) => args.against.first(),
            Command::Bundle(args) => args.against.first(),
            _ => None,
        };
        if against.is_some_and(|topology| topology == "-") {
            return Err(conflict(name, TOPOLOGY_IS_A_FILE));
        }
        Ok(self)
    }
}

impl Audit {
    /// What no definition of a single argument can say.
    fn consistent(&self) -> Result<(), clap::Error> {
        if self.server.is_none() && self.sources.is_empty() {
            return Err(conflict(
                "audit",
                "nothing says where KMS records are looked up: name sources, or a server with --server \
                 and the domains with --domains or --topology",
            ));
        }
        if self.server.is_some() && self.domains.is_none() && self.topology.is_none() {
            return Err(conflict(
                "audit",
                "--server asks about domains that are named: name them with --domains or --topology, \
                 or read whole zones with the source axfr://SERVER/ZONE",
            ));
        }
        if self.output.is_some() && self.output == self.write_topology {
            return Err(conflict(
                "audit",
                "--output and --write-topology name the same file",
            ));
        }
        Ok(())
    }
}

impl Simulate {
    /// What no definition of a single argument can say.
    fn consistent(&self) -> Result<(), clap::Error> {
        for (index, stated) in self.clients.iter().enumerate() {
            let mut earlier = self.clients[..index].iter();
            if earlier.any(|other| other.domain == stated.domain) {
                let domain = presentation::plain(&stated.domain);
                let message = format!("--clients states the clients of {domain} twice");
                return Err(conflict("simulate", &message));
            }
        }
        Ok(())
    }
}

/// An error about arguments of a command that do not go together.
pub(super) fn conflict(name: &str, message: &str) -> clap::Error {
    let mut command = command();
    command.build();
    let kind = clap::error::ErrorKind::ArgumentConflict;
    match command.find_subcommand_mut(name) {
        Some(command) => command.error(kind, message),
        None => command.error(kind, message),
    }
}

/// The command line's definition, for completions and the manual.
pub(super) fn command() -> clap::Command {
    Args::command()
}

const TOPOLOGY_IS_A_FILE: &str =
    "the topology is a file; standard input can only be zone data, as a SOURCE";

fn parse_topology(text: &str) -> Result<PathBuf, String> {
    if text == "-" {
        return Err(TOPOLOGY_IS_A_FILE.to_owned());
    }
    parse_file(text)
}

fn parse_file(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err("the file's name is empty".to_owned()),
        "-" => Err("this is read from a file, not from standard input".to_owned()),
        _ => Ok(PathBuf::from(text)),
    }
}

fn parse_output(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err("the file's name is empty".to_owned()),
        "-" => Err("without this option the result goes to standard output".to_owned()),
        _ => Ok(PathBuf::from(text)),
    }
}

fn parse_size(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "a size is a whole number of bytes, for example 4294967296".to_owned())
}

/// A number with a unit: s, m or h.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a duration is a whole number with s, m or h, for example 15m".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(wrong()),
    };
    let digits = &text[..text.len() - 1];
    let plain = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| plain).ok_or_else(wrong)?;
    number
        .checked_mul(seconds)
        .filter(|seconds| *seconds <= 7 * 24 * 3600)
        .map(Duration::from_secs)
        .ok_or_else(|| "a duration is at most 168h".to_owned())
}

fn parse_date(text: &str) -> Result<Date, String> {
    let wellformed = text.len() == 10
        && text.is_ascii()
        && text.as_bytes()[4] == b'-'
        && text.as_bytes()[7] == b'-';
    wellformed
        .then(|| text.parse().ok())
        .flatten()
        .ok_or_else(|| "a day is written YYYY-MM-DD, for example 2026-11-21".to_owned())
}

fn parse_name(text: &str) -> Result<Name, String> {
    presentation::parse_full_name(text).map_err(|error| error.to_string())
}

/// A name that may be relative to a zone.
fn parse_node(text: &str) -> Result<String, String> {
    presentation::parse_name(text.as_bytes(), Some(&Name::root()))
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

fn parse_folder(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err("the folder's name is empty".to_owned()),
        "-" => Err("this is a folder, not standard input".to_owned()),
        _ => Ok(PathBuf::from(text)),
    }
}

fn parse_code(text: &str) -> Result<Code, String> {
    if let Some(code) = Code::ALL.iter().find(|code| code.word() == text) {
        return Ok(*code);
    }
    let near = Code::ALL
        .iter()
        .map(|code| (strsim::damerau_levenshtein(code.word(), text), code.word()))
        .filter(|(distance, _)| *distance <= 3)
        .min();
    Err(match near {
        Some((_, word)) => format!("there is no such finding; did you mean `{word}`?"),
        None => "there is no such finding; `kmsplan explain` lists them".to_owned(),
    })
}

fn parse_allow(text: &str) -> Result<Allow, String> {
    let (code, subject) = text
        .split_once(':')
        .map_or((text, None), |(code, subject)| (code, Some(subject)));
    let code = parse_code(code)?;
    if subject == Some("") {
        return Err("the subject after the colon is empty".to_owned());
    }
    Ok(Allow {
        finding: code,
        subject: subject.map(str::to_owned),
        reason: Some("accepted with --allow".to_owned()),
        until: None,
        line: None,
    })
}

/// The section of a word that clap has checked.
fn section(word: &str) -> Section {
    *Section::ALL
        .iter()
        .find(|section| section.word() == word)
        .expect("clap has checked the word")
}

/// The source format of a word that clap has checked.
fn source_format(word: &str) -> snapshot::Format {
    *snapshot::Format::ALL
        .iter()
        .find(|format| format.word() == word)
        .expect("clap has checked the word")
}
