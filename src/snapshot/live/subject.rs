//! What is asked about one owner or one host, question after question.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::net::IpAddr;

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;

use super::answers::{Service, Srv, Start};
use super::exchange::Exchange;
use super::failure::Failure;
use super::reply::{Alias, Ending, MAX_ALIASES, Reply, records, start_above};
use super::response::{Data, Record};
use crate::Name;
use crate::snapshot::Says;

/// A question that failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) name: Name,
    pub(super) kind: RecordType,
    pub(super) failure: Failure,
}

/// How many questions are known, and how many are done.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) done: Cell<usize>,
    pub(super) known: Cell<usize>,
}

impl Count {
    /// So many more are known.
    pub(super) fn know(&self, more: usize) {
        self.known.set(self.known.get() + more);
    }

    /// So many more are done.
    pub(super) fn finish(&self, more: usize) {
        self.done.set(self.done.get() + more);
    }
}

/// What is asked about.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    /// The KMS records of an owner.
    Owner(Name),
    /// The addresses of a host.
    Host(Name),
}

/// What was found about it.
pub(super) enum Found {
    /// Of an owner.
    Service(Name, Result<Service, Failed>),
    /// Of a host.
    Host(Name, Result<Says, Failed>),
}

impl Subject {
    /// How many questions it takes at first.
    pub(super) fn questions(&self) -> usize {
        match self {
            Self::Owner(_) => 1,
            Self::Host(_) => 2,
        }
    }

    /// The first question.
    pub(super) fn question(&self) -> (&Name, RecordType) {
        match self {
            Self::Owner(owner) => (owner, RecordType::SRV),
            Self::Host(host) => (host, RecordType::A),
        }
    }

    /// Asks about it.
    pub(super) async fn find(self, asker: &Asker<'_>) -> Found {
        let questions = self.questions();
        let found = match self {
            Self::Owner(owner) => {
                let service = asker.service(&owner).await;
                Found::Service(owner, service)
            }
            Self::Host(host) => {
                let says = asker.host(&host).await;
                Found::Host(host, says)
            }
        };
        asker.count.finish(questions);
        found
    }
}

/// Who asks.
#[derive(Debug)]
pub(super) struct Asker<'a> {
    pub(super) exchange: &'a Exchange,
    /// Whether the zones of owners with records are asked for too.
    pub(super) zones: bool,
    pub(super) count: &'a Count,
}

/// What stands at a name or where its aliases lead.
#[derive(Debug)]
struct Followed {
    aliases: Vec<Alias>,
    records: Vec<Record>,
    /// Whether the server answers with authority for the name that was asked for.
    own: bool,
    /// The same for the name where the records stand.
    authoritative: bool,
    ending: Ending,
}

impl Asker<'_> {
    /// The KMS records of an owner.
    async fn service(&self, owner: &Name) -> Result<Service, Failed> {
        let found = self.follow(owner, RecordType::SRV).await?;
        let records = record_set(&found.records, found.authoritative);
        let untold = matches!(found.ending, Ending::Lame | Ending::Code(_));
        let (start, cut) = match found.ending {
            Ending::Referral(cut) if found.aliases.is_empty() => {
                let start = self.start_of_parent(owner, &cut).await?;
                (Some(start), Some(cut))
            }
            Ending::Nothing { start, .. } if found.aliases.is_empty() => (start, None),
            _ => (self.start(owner, found.aliases.first()).await?, None),
        };
        let aliases = found.aliases.into_iter();
        Ok(Service {
            records,
            aliases: aliases
                .map(|alias| (alias.at, alias.dname, alias.target))
                .collect(),
            untold,
            authoritative: found.own,
            start,
            cut,
        })
    }

    /// The addresses of a host.
    async fn host(&self, host: &Name) -> Result<Says, Failed> {
        let first = self.follow(host, RecordType::A).await;
        let over = match &first {
            // No name, no addresses of either kind (RFC 8020); a server that knows nothing of it is asked once.
            Ok(found) => matches!(found.ending, Ending::Nothing { no_name: true, .. }),
            Err(failed) => failed.failure.is_not_responsible() || failed.failure.is_silence(),
        };
        let second = if over {
            None
        } else {
            Some(self.follow(host, RecordType::AAAA).await)
        };
        let mut addresses: BTreeSet<IpAddr> = BTreeSet::new();
        let mut target = None;
        let mut failed = None;
        for found in [Some(first), second].into_iter().flatten() {
            match found {
                Ok(found) => {
                    addresses.extend(found.records.iter().filter_map(Record::address));
                    target = target.or(found.aliases.into_iter().next().map(|alias| alias.next));
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match (target, failed) {
            (_, Some(failed)) if addresses.is_empty() => Err(failed),
            (Some(target), _) => Ok(Says::Alias { target, addresses }),
            (None, _) if addresses.is_empty() => Ok(Says::Nothing),
            (None, _) => Ok(Says::Addresses(addresses)),
        }
    }

    /// Asks for the records at a name, and on where an answer stops at an alias. What the server says of another
    /// zone behind an alias of its own is no failure of the question.
    async fn follow(&self, name: &Name, kind: RecordType) -> Result<Followed, Failed> {
        let failed = |failure| Failed {
            name: name.clone(),
            kind,
            failure,
        };
        let mut aliases: Vec<Alias> = Vec::new();
        let mut at = name.clone();
        let mut own = None;
        loop {
            let response = self.exchange.ask(&at, kind).await.map_err(failed)?;
            let own = *own.get_or_insert(response.authoritative);
            let reply = Reply::read(&response, &at, kind);
            // With authority for the first name of the answer (RFC 1035 section 4.1.1).
            let authoritative = response.authoritative && reply.aliases.is_empty();
            let go_on = reply.ending == Ending::Open && !reply.aliases.is_empty();
            aliases.extend(reply.aliases);
            let circle = aliases.len() > MAX_ALIASES
                || aliases
                    .iter()
                    .filter(|alias| alias.next == reply.end)
                    .count()
                    > 1
                || (!aliases.is_empty() && reply.end == *name);
            if go_on && !circle {
                at = reply.end;
                continue;
            }
            let behind = !aliases.is_empty();
            let ending = match reply.ending {
                Ending::Code(code) if !(behind && code == ResponseCode::Refused) => {
                    return Err(failed(Failure::Code(code)));
                }
                Ending::Lame if !behind => return Err(failed(Failure::Lame)),
                Ending::Referral(_) if behind => Ending::Lame,
                Ending::Referral(cut) if kind != RecordType::SRV => {
                    return Err(failed(Failure::Elsewhere(cut)));
                }
                Ending::Open => Ending::Circle,
                ending => ending,
            };
            let records = match ending {
                Ending::Records => {
                    let end = &reply.end;
                    records(&response, end, kind).cloned().collect()
                }
                _ => Vec::new(),
            };
            return Ok(Followed {
                aliases,
                records,
                own,
                authoritative,
                ending,
            });
        }
    }

    /// The zone of an owner that has records, or of its first alias, if that is wanted.
    async fn start(&self, owner: &Name, alias: Option<&Alias>) -> Result<Option<Start>, Failed> {
        if !self.zones {
            return Ok(None);
        }
        // A question at a CNAME is taken elsewhere, one at a DNAME is not; and a CNAME stands at no apex.
        let name = match alias {
            Some(alias) if alias.dname => alias.at.clone(),
            Some(alias) => alias.at.parent().unwrap_or_else(Name::root),
            None => owner.clone(),
        };
        self.count.know(1);
        let start = self.start_at(&name).await;
        self.count.finish(1);
        Ok(start?.map(|(start, _)| start))
    }

    /// The zone above a delegation, where the server holds it.
    async fn start_of_parent(&self, owner: &Name, cut: &Name) -> Result<Start, Failed> {
        let elsewhere = || Failed {
            name: owner.clone(),
            kind: RecordType::SRV,
            failure: Failure::Elsewhere(cut.clone()),
        };
        // A server that holds no zone around names those of the root (or of another zone above).
        let Some(parent) = cut.parent() else {
            return Err(elsewhere());
        };
        match self.start_at(&parent).await {
            Ok(Some((start, true))) => Ok(start),
            Ok(_) => Err(elsewhere()),
            Err(failed) if failed.failure.is_not_responsible() => Err(elsewhere()),
            Err(failed) => Err(failed),
        }
    }

    /// The start of authority at or above a name, and whether the server answers with authority for it.
    async fn start_at(&self, name: &Name) -> Result<Option<(Start, bool)>, Failed> {
        let kind = RecordType::SOA;
        let failed = |failure| Failed {
            name: name.clone(),
            kind,
            failure,
        };
        let response = self.exchange.ask(name, kind).await.map_err(failed)?;
        match response.code {
            ResponseCode::NoError | ResponseCode::NXDomain => {}
            code => return Err(failed(Failure::Code(code))),
        }
        let own = records(&response, name, kind).next();
        let records = own.map_or(response.authorities.as_slice(), std::slice::from_ref);
        let start = start_above(records, name, response.authoritative);
        Ok(start.map(|start| (start, response.authoritative)))
    }
}

/// The KMS records among records, sorted; with their TTL where a server with authority gave it.
pub(super) fn record_set(records: &[Record], authoritative: bool) -> Vec<Srv> {
    let services = records.iter().filter_map(|record| match &record.data {
        Data::Srv(srv) => Some(Srv {
            ttl: srv.ttl.filter(|_| authoritative),
            ..srv.clone()
        }),
        _ => None,
    });
    let mut set: Vec<Srv> = services.collect();
    // Servers turn the order round; a set holds a record once (RFC 2181 section 5).
    let numbers = |srv: &Srv| (srv.priority, srv.weight, srv.port);
    set.sort_by(|a, b| {
        numbers(a)
            .cmp(&numbers(b))
            .then_with(|| a.target.cmp(&b.target))
            .then(a.ttl.cmp(&b.ttl))
    });
    set.dedup_by(|a, b| numbers(a) == numbers(b) && a.target == b.target);
    set
}
