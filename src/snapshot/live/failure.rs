//! Why a question has no usable answer, in the words that people read.

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

use super::{Server, Unanswered, Why};
use crate::{Name, presentation};

/// What became of a question instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The system finds no address of the server: why.
    NoAddress(String),
    /// Nothing came over UDP, and `over_tcp` came of it over TCP.
    Silent {
        /// How often the question went out over UDP.
        tries: usize,
        /// What became of it over TCP.
        over_tcp: OverTcp,
    },
    /// The system says that nothing listens there, or that there is no way.
    Unreachable(&'static str),
    /// The answer is longer than UDP takes, and this came of it over TCP.
    OnlyTruncated(OverTcp),
    /// What came cannot be read.
    Malformed,
    /// A response code that is no answer.
    Code(ResponseCode),
    /// The server is not responsible, and asks nobody.
    Lame,
    /// The server names those of another zone, at or above the name asked for.
    Elsewhere(Name),
    /// The server knows no such zone.
    NoZone,
    /// Not asked: so many questions before had no answer at all.
    GivenUp(usize),
    /// Not asked: Ctrl-C came first.
    Interrupted,
}

/// What became of a try over TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OverTcp {
    /// Nothing came.
    Silent,
    /// The connection was refused.
    Refused,
    /// The connection ended before an answer came.
    Closed,
    /// There is no way to the server.
    Unreachable,
}

impl OverTcp {
    fn text(self) -> &'static str {
        match self {
            Self::Silent => "nothing comes over TCP",
            Self::Refused => "connections over TCP are refused",
            Self::Closed => "the connection over TCP ends without an answer",
            Self::Unreachable => "this machine has no way to it over TCP",
        }
    }
}

/// How often, in words.
fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

impl Failure {
    /// Whether nothing at all came from the server.
    pub(super) fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::Silent { .. } | Self::Unreachable(_) | Self::NoAddress(_)
        )
    }

    /// Whether the server says that it is not the one to ask about the name.
    pub(super) fn is_not_responsible(&self) -> bool {
        matches!(
            self,
            Self::Lame | Self::Elsewhere(_) | Self::Code(ResponseCode::Refused)
        )
    }

    /// The failure of a question to `server`, for people.
    pub(super) fn told(&self, server: &Server, name: &Name, kind: RecordType) -> Unanswered {
        let question = format!("{} {kind}", presentation::absolute(name));
        let (why, message, help) = self.text(server, &question);
        Unanswered {
            server: server.to_string(),
            why,
            message,
            help: help.to_owned(),
        }
    }

    fn text(&self, server: &Server, question: &str) -> (Why, String, &'static str) {
        match self {
            Self::NoAddress(reason) => (
                Why::Unreachable,
                format!("{server} cannot be asked: {reason}"),
                "correct the server's name, or give its address",
            ),
            Self::Silent { tries, over_tcp } => {
                let tries = times(*tries);
                let message = match over_tcp {
                    OverTcp::Silent => format!(
                        "{server} does not answer: {question} was asked {tries} over UDP and once over TCP"
                    ),
                    over_tcp => format!(
                        "{server} does not answer: {question} was asked {tries} over UDP, and {}",
                        over_tcp.text()
                    ),
                };
                (
                    Why::Timeout,
                    message,
                    "check address and port, and that no firewall on the way drops DNS (UDP and TCP)",
                )
            }
            Self::Unreachable(reason) => (
                Why::Unreachable,
                format!("{server} cannot be reached to ask {question}: {reason}"),
                "check address and port, and that the DNS server is running",
            ),
            Self::OnlyTruncated(over_tcp) => (
                if *over_tcp == OverTcp::Silent {
                    Why::Timeout
                } else {
                    Why::Unreachable
                },
                format!(
                    "{server} has an answer to {question} that is too long for UDP, and {}",
                    over_tcp.text()
                ),
                "let the server answer over TCP too (RFC 7766), and let firewalls on the way pass it",
            ),
            Self::Malformed => (
                Why::Malformed,
                format!("{server} sends an answer to {question} that cannot be read"),
                "look at it with dig; check what stands at that address and port",
            ),
            Self::Code(ResponseCode::Refused) => (
                Why::Refused,
                format!("{server} refuses to answer {question} (REFUSED)"),
                "ask a server of that zone, or a resolver that serves this machine",
            ),
            Self::Code(ResponseCode::ServFail) => (
                Why::ServFail,
                format!("{server} fails to answer {question} (SERVFAIL), also when asked again"),
                "look into the server's log: the zone may not be loaded or may have expired, or a resolver gets no valid answer from the zone's servers",
            ),
            Self::Code(code) => (
                Why::ErrorCode,
                format!("{server} answers {question} with {}", code_name(*code)),
                "look into the server's log, or ask another server",
            ),
            Self::Lame => (
                Why::Lame,
                format!(
                    "{server} does not hold the zone of {question}, and does not ask others for this machine"
                ),
                "ask a server of that zone, or a resolver that serves this machine",
            ),
            Self::Elsewhere(cut) => (
                Why::Lame,
                format!(
                    "{server} does not hold the zone of {question}: it only names the servers of {}",
                    presentation::absolute(cut)
                ),
                "ask a server of that zone, or a resolver that serves this machine",
            ),
            Self::NoZone => (
                Why::Lame,
                format!("{server} knows no zone there: {question} has no records"),
                "correct the zone's name, or ask a server of that zone",
            ),
            Self::GivenUp(count) => (
                Why::NotAsked,
                format!(
                    "{server} was not asked {question} any more: {} had no answer",
                    if *count == 1 {
                        "the question before it".to_owned()
                    } else {
                        format!("{count} questions before it")
                    }
                ),
                "check address and port, and that no firewall on the way drops DNS (UDP and TCP)",
            ),
            Self::Interrupted => (
                Why::NotAsked,
                format!("{server} was not asked {question} any more: interrupted"),
                "run the command again to ask the rest",
            ),
        }
    }
}

/// The name of a response code (IANA, DNS RCODEs).
fn code_name(code: ResponseCode) -> String {
    match code {
        ResponseCode::NoError => "NOERROR".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::NXDomain => "NXDOMAIN".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::YXDomain => "YXDOMAIN".to_owned(),
        ResponseCode::YXRRSet => "YXRRSET".to_owned(),
        ResponseCode::NXRRSet => "NXRRSET".to_owned(),
        ResponseCode::NotAuth => "NOTAUTH".to_owned(),
        ResponseCode::NotZone => "NOTZONE".to_owned(),
        ResponseCode::BADVERS => "BADVERS".to_owned(),
        ResponseCode::BADCOOKIE => "BADCOOKIE".to_owned(),
        code => format!("RCODE {}", u16::from(code)),
    }
}
