//! KMS hosts: publishing, ports, tickets. By PowerShell remoting from one place, or by a `.cmd` file that runs on
//! the host.
//!
//! `target` tells what a step leaves to do on each host; `publishing` and `publishing_cmd` switch publishing,
//! `port` moves a host to another port, `tickets` renews tickets. `remote` and `local` are what their scripts
//! have in common, in PowerShell and in cmd.
//!
//! What is set takes effect when the licensing service restarts, and nothing tells afterwards whether it has.
//! So a script notes beside what it saved that it has restarted the service, and without that note restarts it.

use super::{Context, Scripts, records};
use crate::plan::action::{
    Already, HostPublishing, HostRef, Left, Part, SetChange, Spelled, Switch, to_prepare,
    to_silence,
};

mod kind;
mod local;
mod port;
mod publishing;
mod publishing_cmd;
pub(super) mod remote;
mod target;
mod tickets;

use kind::Kind;
use target::{Target, Work};

/// Publishing off on hosts that have no host key yet.
pub(super) fn prepare(hosts: &[HostRef], already: &Already, context: &Context<'_>) -> Scripts {
    let left = to_prepare(hosts, already);
    let work = |host: &HostRef| Work {
        switch: left.iter().any(|other| other.name == host.name),
        ..Work::default()
    };
    let targets = hosts
        .iter()
        .map(|host| Target::new(host, &[], work(host)))
        .collect();
    publishing::scripts(Kind::Prepare, targets, context)
}

/// Publish list, publishing off, one restart.
pub(super) fn disable(
    hosts: &[HostPublishing],
    already: &Already,
    context: &Context<'_>,
) -> Scripts {
    let targets = with_lists(hosts, Switch::Off, already);
    publishing::scripts(Kind::Disable, targets, context)
}

/// Publish list, publishing on, restart, one host at a time.
pub(super) fn enable(
    hosts: &[HostPublishing],
    already: &Already,
    context: &Context<'_>,
) -> Scripts {
    let targets = with_lists(hosts, Switch::On, already);
    publishing::scripts(Kind::Enable, targets, context)
}

fn with_lists(hosts: &[HostPublishing], switch: Switch, already: &Already) -> Vec<Target> {
    let target = |entry: &HostPublishing| {
        let left = Left::of(entry, switch, already);
        let work = Work {
            list: left.list,
            switch: left.publishing,
            restart: left.restart,
            no_kms_host: false,
        };
        Target::new(&entry.host, &entry.publish, work)
    };
    hosts.iter().map(target).collect()
}

/// Publishing off on hosts whose record goes.
pub(super) fn silence(hosts: &[Spelled], already: &Already, context: &Context<'_>) -> Scripts {
    let left = to_silence(hosts, already);
    let target = |host: &Spelled| {
        let to_do = left.contains(host);
        let work = Work {
            list: false,
            switch: to_do,
            restart: to_do,
            no_kms_host: already.has(host, Part::NoKmsHost),
        };
        // Their system is not known: a current Windows is assumed, and the scripts stop where its key is missing.
        let host = HostRef {
            name: host.clone(),
            port: 0,
            os: None,
        };
        Target::new(&host, &[], work)
    };
    publishing::scripts(Kind::Silence, hosts.iter().map(target).collect(), context)
}

/// New Kerberos tickets.
pub(super) fn renew_tickets(hosts: &[HostRef], context: &Context<'_>) -> Scripts {
    let work = Work {
        restart: true,
        ..Work::default()
    };
    let targets = hosts
        .iter()
        .map(|host| Target::new(host, &[], work))
        .collect();
    tickets::scripts(targets, context)
}

/// Firewall, listening port, restart; the DNS administrator's scripts change the records after.
pub(super) fn move_port(
    host: &HostRef,
    from: &[u16],
    changes: &[SetChange],
    already: &Already,
    context: &Context<'_>,
) -> Scripts {
    let listens = already.has(&host.name, Part::Port);
    let work = Work {
        switch: !listens,
        // A host that listens there already restarts only where it is to publish its records itself.
        restart: !listens || changes.is_empty(),
        ..Work::default()
    };
    let target = Target::new(host, &[], work);
    let mut all = port::scripts(target, host.port, from, !changes.is_empty(), context);
    all.append(records::scripts(changes, context));
    all
}
