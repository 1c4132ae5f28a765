//! A series of questions to one server: what is asked about, how much at a time, when it is given up.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use hickory_proto::rr::RecordType;

use super::answers::Answers;
use super::exchange::Exchange;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::subject::{Asker, Count, Failed, Found, Subject};
use super::{Options, Progress, Server, Unanswered, runtime};
use crate::Name;

/// After so many subjects without any answer, and no answer at all before, the server is given up (fewer where
/// fewer may be in flight).
const SILENT_FROM_THE_START: usize = 3;
/// The same for a server that has answered before, if not twice as many may be in flight.
const SILENT_SINCE: usize = 20;

/// Asks a server for the KMS records of `owners`, then for the addresses of `hosts`, and of all targets if the options
/// say so.
///
/// What has no usable answer is an [`Unanswered`] in its place.
pub(in crate::snapshot) fn ask(
    server: &Server,
    owners: &BTreeSet<Name>,
    hosts: &BTreeSet<Name>,
    options: &Options,
) -> Answers {
    let interrupt = Interrupt::listen(options.stop_on_ctrl_c);
    let mut series = Series {
        server,
        options,
        owners,
        hosts: BTreeSet::new(),
        queue: VecDeque::new(),
        answers: Answers::default(),
        silent: 0,
    };
    let count = Count::default();
    series.queue(owners, hosts, &count);
    match (server.socket_addresses(), runtime()) {
        (Ok(addresses), Some(runtime)) => {
            runtime.block_on(series.run(&addresses, &count, &interrupt));
        }
        (Err(reason), _) => series.rest_fails(&Failure::NoAddress(reason)),
        (Ok(_), None) => series.rest_fails(&Failure::Unreachable(super::NO_SOCKETS)),
    }
    options.watch.tell(Progress::Finished);
    series.answers
}

/// The questions to one server.
struct Series<'a> {
    server: &'a Server,
    options: &'a Options,
    owners: &'a BTreeSet<Name>,
    /// The hosts that are asked about or will be.
    hosts: BTreeSet<Name>,
    /// What is still to be asked about.
    queue: VecDeque<Subject>,
    answers: Answers,
    /// Subjects without any answer since the last one that had one.
    silent: usize,
}

impl Series<'_> {
    /// Takes in what is asked about from the start, owners first.
    fn queue(&mut self, owners: &BTreeSet<Name>, hosts: &BTreeSet<Name>, count: &Count) {
        count.know(owners.len());
        self.queue
            .extend(owners.iter().cloned().map(Subject::Owner));
        for host in hosts {
            self.add_host(host.clone(), count);
        }
    }

    /// Adds a host once. The root is none: as a target it says that there is no service (RFC 2782).
    fn add_host(&mut self, host: Name, count: &Count) {
        if !host.is_root() && self.hosts.insert(host.clone()) {
            let subject = Subject::Host(host);
            count.know(subject.questions());
            self.queue.push_back(subject);
        }
    }

    /// Asks everything, as much at a time as the options allow.
    async fn run(&mut self, addresses: &[SocketAddr], count: &Count, interrupt: &Interrupt) {
        let concurrency = self.options.manners.concurrency.max(1);
        let exchange = self.choose(addresses).await;
        let asker = Asker {
            exchange: &exchange,
            zones: self.options.zones,
            count,
        };
        let mut in_flight = FuturesUnordered::new();
        let mut stop = Box::pin(interrupt.wait());
        loop {
            if interrupt.came() {
                break;
            }
            // A server that seems not to be there gets no more until it is known to be: who waits in vain waits once.
            let hopeful = self.silent == 0 || exchange.has_answered() || in_flight.is_empty();
            while hopeful
                && in_flight.len() < concurrency
                && let Some(subject) = self.queue.pop_front()
            {
                in_flight.push(subject.find(&asker));
            }
            // `None`: nothing is left, neither in flight nor to be asked.
            let Either::Left((Some(found), _)) = select(in_flight.next(), &mut stop).await else {
                break;
            };
            self.take(found, count);
            self.options.watch.tell(Progress::Questions {
                done: count.done.get(),
                known: count.known.get(),
            });
            let bound = if exchange.has_answered() {
                SILENT_SINCE.max(2 * concurrency)
            } else {
                SILENT_FROM_THE_START.min(concurrency)
            };
            if self.silent >= bound {
                self.queue_fails(&Failure::GivenUp(self.silent));
            }
        }
        drop(in_flight);
        self.rest_fails(&Failure::Interrupted);
    }

    /// The way to the first address at which something answers the first question, else to the last one.
    async fn choose(&self, addresses: &[SocketAddr]) -> Exchange {
        let way = |address: &SocketAddr| Exchange::new(*address, self.options);
        let (last, others) = addresses.split_last().expect("a server has an address");
        if let Some(first) = self.queue.front() {
            let (name, kind) = first.question();
            for address in others {
                let exchange = way(address);
                let tried = exchange.ask(name, kind).await;
                if !tried.is_err_and(|failure| failure.is_silence()) {
                    return exchange;
                }
            }
        }
        way(last)
    }

    /// Takes in what was found.
    fn take(&mut self, found: Found, count: &Count) {
        let failure = match &found {
            Found::Service(_, Err(failed)) | Found::Host(_, Err(failed)) => Some(&failed.failure),
            _ => None,
        };
        if failure.is_some_and(Failure::is_silence) {
            self.silent += 1;
        } else {
            self.silent = 0;
        }
        match found {
            Found::Service(owner, found) => {
                let service = found.map_err(|failed| self.told(&failed));
                if let Ok(service) = &service
                    && self.options.addresses
                {
                    for record in &service.records {
                        self.add_host(record.target.clone(), count);
                    }
                }
                self.answers.services.insert(owner, service);
            }
            Found::Host(host, says) => {
                let says = says.map_err(|failed| self.told(&failed));
                self.answers.hosts.insert(host, says);
            }
        }
    }

    fn told(&self, failed: &Failed) -> Unanswered {
        failed.failure.told(self.server, &failed.name, failed.kind)
    }

    /// What waits to be asked is not asked any more.
    fn queue_fails(&mut self, failure: &Failure) {
        for subject in std::mem::take(&mut self.queue) {
            let (name, kind) = subject.question();
            let unanswered = failure.told(self.server, name, kind);
            match subject {
                Subject::Owner(owner) => drop(self.answers.services.insert(owner, Err(unanswered))),
                Subject::Host(host) => drop(self.answers.hosts.insert(host, Err(unanswered))),
            }
        }
    }

    /// What has no answer by now gets none any more.
    fn rest_fails(&mut self, failure: &Failure) {
        let Answers { services, hosts } = &self.answers;
        if services.len() == self.owners.len() && hosts.len() == self.hosts.len() {
            return;
        }
        for owner in self.owners {
            let told = || Err(failure.told(self.server, owner, RecordType::SRV));
            let services = &mut self.answers.services;
            services.entry(owner.clone()).or_insert_with(told);
        }
        for host in &self.hosts {
            let told = || Err(failure.told(self.server, host, RecordType::A));
            self.answers.hosts.entry(host.clone()).or_insert_with(told);
        }
    }
}
