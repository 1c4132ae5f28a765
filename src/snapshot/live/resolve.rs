//! Addresses of names, as programs on this machine find them.

use std::collections::BTreeSet;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::sync::Mutex;
use std::thread;

use super::Options;
use super::interrupt::Interrupt;
use crate::{Name, presentation};

/// The addresses of each host, in their order, as the operating system finds them: by its hosts file, its resolver,
/// whatever else it is set up for. Or why there are none. As many hosts are looked up at a time as the options say.
/// After Ctrl-C no other ones are.
pub fn addresses_of(hosts: &[Name], options: &Options) -> Vec<Result<BTreeSet<IpAddr>, String>> {
    let interrupt = Interrupt::listen(options.stop_on_ctrl_c);
    let mut found = Vec::new();
    found.resize_with(hosts.len(), || {
        Err("its name was not looked up any more".to_owned())
    });
    let work = Mutex::new(hosts.iter().zip(found.iter_mut()));
    let next = || work.lock().ok().and_then(|mut work| work.next());
    thread::scope(|scope| {
        for _ in 0..options.manners.concurrency.min(hosts.len()) {
            scope.spawn(|| {
                while !interrupt.came()
                    && let Some((host, found)) = next()
                {
                    *found = addresses(host);
                }
            });
        }
    });
    found
}

fn addresses(host: &Name) -> Result<BTreeSet<IpAddr>, String> {
    let name = presentation::plain(host);
    if name.contains('\\') {
        return Err("its name has characters that this machine cannot look up".to_owned());
    }
    // What the system says of a failure depends on its kind and language.
    let sockets = (name.as_str(), 0).to_socket_addrs();
    let found: BTreeSet<IpAddr> = sockets
        .into_iter()
        .flatten()
        .map(|socket| socket.ip())
        .collect();
    if found.is_empty() {
        Err("this machine finds no address of it".to_owned())
    } else {
        Ok(found)
    }
}
