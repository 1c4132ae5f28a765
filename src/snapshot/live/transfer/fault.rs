//! What goes wrong with transfers, in words.

use std::net::SocketAddr;

use super::signature::{Forged, Refusal};
use crate::snapshot::live::{Patience, Unanswered, Why};
use crate::{Name, presentation};

/// Why a zone was not transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The server has no address: the sentence that says so.
    NoAddress(String),
    /// No address of the server accepts a connection; why not.
    NoConnection(Vec<(SocketAddr, String)>),
    /// Nothing came for too long.
    Silence,
    /// Something came all the time, and little.
    TooSlow,
    /// The connection was closed before the end, or lost.
    Cut,
    /// More octets came than are wanted; how many are.
    TooLarge(u64),
    /// A response code that is no success.
    Code(u8),
    /// The server says that the request is not signed as it wants.
    Refusal(Refusal),
    /// The first answer has no record.
    Empty,
    /// The message is not that which was asked for.
    Stranger(Stranger),
    /// It is no message.
    Malformed,
    /// A record cannot be read; its number, from 1.
    Record(usize),
    /// A record is of another class; its number, and the class.
    Class(usize, u16),
    /// The first record is not the start of authority of the zone.
    NoStart,
    /// The transfer ends with another start of authority: its serial, and that of the first.
    OtherEnd(u32, u32),
    /// Records follow the one that ends the transfer.
    AfterEnd,
    /// The request could not be signed.
    Unsigned,
    /// A signature is wrong or missing.
    Forged(Forged),
}

/// What is wrong with a message that is not that which was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    Id,
    Request,
    Opcode,
    Question,
}

/// What is told with each fault.
pub(super) struct Context<'a> {
    pub(super) server: String,
    pub(super) zone: &'a Name,
    pub(super) key: Option<&'a Name>,
    pub(super) patience: &'a Patience,
    /// Records that came before.
    pub(super) records: usize,
}

/// What to do where nothing but another server helps.
const ELSEWHERE: &str = "try again, or ask another server of the zone";

/// What to do where the server does not hold the zone.
const HOLDER: &str = "check the name of the zone, and ask a server that holds it: its primary, or one that its NS records name";

impl Fault {
    /// The fault for people.
    pub(super) fn tell(self, context: &Context<'_>) -> Unanswered {
        let (why, message, help) = self.words(context);
        Unanswered {
            server: context.server.clone(),
            why,
            message,
            help,
        }
    }

    fn words(self, context: &Context<'_>) -> (Why, String, String) {
        let records = counted(context.records);
        let started = context.records > 0;
        let zone = presentation::plain(context.zone);
        match self {
            Self::NoAddress(message) => (
                Why::Unreachable,
                message,
                "check the name of the server, or give its address".to_owned(),
            ),
            Self::NoConnection(tried) => no_connection(&tried),
            Self::Silence => {
                let seconds = context.patience.silence.as_secs().max(1);
                let unit = if seconds == 1 { "second" } else { "seconds" };
                let message = if started {
                    format!(
                        "nothing came for {seconds} {unit} after {records}: the transfer is not complete"
                    )
                } else {
                    format!("no answer came within {seconds} {unit}")
                };
                (Why::Timeout, message, ELSEWHERE.to_owned())
            }
            Self::TooSlow => (
                Why::Timeout,
                format!("it comes too slowly, and was given up after {records}"),
                ELSEWHERE.to_owned(),
            ),
            Self::Cut if started => (
                Why::Malformed,
                format!(
                    "the server closed the connection after {records}: the transfer is not complete"
                ),
                "try again; the server's log may tell why".to_owned(),
            ),
            Self::Cut => (
                Why::Malformed,
                "the server closed the connection without an answer".to_owned(),
                context.permit(),
            ),
            Self::TooLarge(limit) => (
                Why::Malformed,
                format!(
                    "the transfer is larger than {limit} bytes: it was given up after {records}"
                ),
                "raise the limit with --max-size if it is meant to be read".to_owned(),
            ),
            Self::Code(code) => context.code(code),
            Self::Refusal(refusal) => context.refusal(refusal),
            Self::Empty => (
                Why::Lame,
                format!("the server answered without a record of {zone}"),
                HOLDER.to_owned(),
            ),
            Self::Stranger(stranger) => (
                Why::Malformed,
                format!("what came is not the answer: {}", stranger.words()),
                ELSEWHERE.to_owned(),
            ),
            Self::Malformed => {
                let after = if started {
                    format!(" after {records}")
                } else {
                    String::new()
                };
                let message = format!("what came{after} is no DNS message");
                (Why::Malformed, message, ELSEWHERE.to_owned())
            }
            Self::Record(number) => (
                Why::Malformed,
                format!("record {number} of the transfer cannot be read"),
                ELSEWHERE.to_owned(),
            ),
            Self::Class(number, class) => (
                Why::Malformed,
                format!("record {number} of the transfer is of class {class}, not of class IN"),
                ELSEWHERE.to_owned(),
            ),
            Self::NoStart => (
                Why::Malformed,
                format!(
                    "the answer does not begin with the SOA record of {zone}, so it is no whole zone"
                ),
                HOLDER.to_owned(),
            ),
            Self::OtherEnd(last, first) => (
                Why::Malformed,
                format!(
                    "the transfer began with the SOA record of serial {first} and then has another one, of serial \
                     {last}: that is no whole zone"
                ),
                ELSEWHERE.to_owned(),
            ),
            Self::AfterEnd => (
                Why::Malformed,
                "records follow the SOA record that ends the transfer".to_owned(),
                ELSEWHERE.to_owned(),
            ),
            Self::Unsigned => (
                Why::NotAsked,
                "the request cannot be signed with this key".to_owned(),
                "make a key with `tsig-keygen -a hmac-sha256 NAME`".to_owned(),
            ),
            Self::Forged(forged) => context.forged(&forged),
        }
    }
}

impl Context<'_> {
    /// How to be let in.
    fn permit(&self) -> String {
        let tail = match self.key {
            None => "or give the key that it wants with --tsig-key".to_owned(),
            Some(key) => format!("or let the key {} do so", presentation::plain(key)),
        };
        format!(
            "let the server transfer the zone to this machine (`allow-transfer` in BIND, `provide-xfr` in NSD, an \
             `acl` with `action: transfer` in Knot, `allow-axfr-ips` in PowerDNS, the Zone Transfers tab of the \
             zone's properties on a Windows DNS server), {tail}"
        )
    }

    fn code(&self, code: u8) -> (Why, String, String) {
        let zone = presentation::plain(self.zone);
        if self.records > 0 {
            let message = format!(
                "after {} the server answered {}: the transfer is not complete",
                counted(self.records),
                name_of(code)
            );
            let help = "try again; the server's log may tell why".to_owned();
            return (class_of(code), message, help);
        }
        let (said, help) = match code {
            1 if self.key.is_some() => (
                "the server does not understand the request".to_owned(),
                "try without --tsig-key, or ask another server of the zone".to_owned(),
            ),
            1 => (
                "the server does not understand the request".to_owned(),
                "ask another server of the zone".to_owned(),
            ),
            2 => (
                format!("the server failed to transfer {zone}"),
                "look into the server's log, or ask another server of the zone".to_owned(),
            ),
            3 => (format!("the server knows no {zone}"), HOLDER.to_owned()),
            4 => (
                "the server does not transfer zones".to_owned(),
                "ask another server of the zone, best its primary".to_owned(),
            ),
            5 => (
                format!("the server refuses to transfer {zone}"),
                self.permit(),
            ),
            9 if self.key.is_some() => (
                format!(
                    "the server does not hold {zone}, or does not accept the key {} for it",
                    self.key_name()
                ),
                format!(
                    "{HOLDER}; compare the key file with the server's; {}",
                    self.permit()
                ),
            ),
            9 => (
                format!("the server does not hold {zone}, or this machine may not have it"),
                format!("{HOLDER}; {}", self.permit()),
            ),
            _ => (
                format!("the server does not transfer {zone}"),
                "look into the server's log, or ask another server of the zone".to_owned(),
            ),
        };
        (class_of(code), format!("{said} ({})", name_of(code)), help)
    }

    fn key_name(&self) -> String {
        self.key.map(presentation::plain).unwrap_or_default()
    }

    fn refusal(&self, refusal: Refusal) -> (Why, String, String) {
        let key = self.key_name();
        let (said, help) = match refusal {
            Refusal::Key => (
                format!("the server does not know the key {key} with this algorithm, or not for this zone (BADKEY)"),
                "give the server this key, with the same name and the same algorithm, and let it transfer the zone; or give \
                 --tsig-key a key that may"
                    .to_owned(),
            ),
            Refusal::Secret => (
                format!("the server has another secret for the key {key} (BADSIG)"),
                "compare the key file with the server's: name, algorithm and secret must be the same".to_owned(),
            ),
            Refusal::Time(off) => {
                let clock = match off {
                    Some(0) | None => "differs from this machine's".to_owned(),
                    Some(off) => format!("is {} this machine's", apart(off)),
                };
                (
                    format!("the server's clock {clock}, so it does not accept the signature (BADTIME)"),
                    "set the clock that is wrong".to_owned(),
                )
            }
            Refusal::Length => (
                "the server wants longer signatures (BADTRUNC)".to_owned(),
                "look into the server's log".to_owned(),
            ),
            Refusal::Other(code) => (
                format!("the server does not accept the signature (TSIG error {code})"),
                "look into the server's log".to_owned(),
            ),
        };
        (Why::Refused, said, help)
    }

    fn forged(&self, forged: &Forged) -> (Why, String, String) {
        let key = self.key_name();
        let trust = "nothing of this transfer can be trusted: ask another server of the zone";
        let (said, help) = match forged {
            Forged::Unsigned => (
                "the request was signed, the answer is not".to_owned(),
                "ask a server that knows the key, or leave --tsig-key out where the zone needs none".to_owned(),
            ),
            Forged::UnsignedEnd => (
                "the last message of the transfer is not signed".to_owned(),
                trust.to_owned(),
            ),
            Forged::UnsignedRun => (
                "more than 99 messages in a row are not signed".to_owned(),
                trust.to_owned(),
            ),
            Forged::OtherKey => (
                format!("the answer is signed with another key or algorithm than {key}"),
                trust.to_owned(),
            ),
            Forged::Unreadable => (
                "the signature of a message cannot be read".to_owned(),
                trust.to_owned(),
            ),
            Forged::Cut => (
                "the signature of a message has not the length that its algorithm gives it".to_owned(),
                "let the server send whole signatures, or ask another server of the zone".to_owned(),
            ),
            Forged::Wrong => (
                format!(
                    "a signature is wrong: the server's secret of the key {key} is another one, or the message was \
                     changed on its way"
                ),
                "compare the key file with the server's; if they are the same, trust nothing of this transfer"
                    .to_owned(),
            ),
            Forged::Time(off) => (
                format!(
                    "a message was signed at a time that is {} this machine's",
                    apart(*off)
                ),
                "set the clock that is wrong, this machine's or the server's".to_owned(),
            ),
        };
        (Why::Malformed, said, help)
    }
}

impl Stranger {
    fn words(self) -> &'static str {
        match self {
            Self::Id => "it has another id",
            Self::Request => "it is a request itself",
            Self::Opcode => "it answers another operation",
            Self::Question => "it answers another question",
        }
    }
}

fn no_connection(tried: &[(SocketAddr, String)]) -> (Why, String, String) {
    let each: Vec<String> = tried
        .iter()
        .map(|(address, why)| format!("{address} ({why})"))
        .collect();
    (
        Why::Unreachable,
        format!("no TCP connection to {}", each.join(", ")),
        "check the address and the port; transfers need TCP, which a firewall may block".to_owned(),
    )
}

fn counted(records: usize) -> String {
    if records == 1 {
        "1 record".to_owned()
    } else {
        format!("{records} records")
    }
}

/// A number of seconds as a distance between clocks.
fn apart(off: i64) -> String {
    let seconds = off.unsigned_abs();
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let side = if off < 0 { "behind" } else { "ahead of" };
    format!("{seconds} {unit} {side}")
}

/// The name of a response code (IANA, "DNS RCODEs").
fn name_of(code: u8) -> String {
    let names = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
        "NXRRSET", "NOTAUTH", "NOTZONE",
    ];
    names
        .get(usize::from(code))
        .map_or_else(|| format!("RCODE {code}"), |name| (*name).to_owned())
}

fn class_of(code: u8) -> Why {
    match code {
        2 => Why::ServFail,
        5 => Why::Refused,
        9 => Why::Lame,
        _ => Why::ErrorCode,
    }
}
