//! Hosts and clients of a saved plan. Plans of older versions of kmsplan do not have them.

use super::{At, Reader};
use crate::plan::clients::{Deployment, Group, KnownHost, LookedUp, Running, Set, Srv};
use crate::topology::{Os, Product};

impl Reader {
    /// The hosts and clients of a plan.
    pub(super) fn deployment(&mut self, at: &At<'_>) -> Option<Deployment> {
        let hosts = self.given(at, "hosts", Self::host);
        let clients = self.given(at, "clients", Self::client_group);
        let looked_up = self.given(at, "looked_up", Self::looked_up);
        Some(Deployment {
            hosts: hosts?,
            clients: clients?,
            looked_up: looked_up?,
        })
    }

    /// The elements of a list that may be missing.
    fn given<'a, T>(
        &mut self,
        at: &At<'a>,
        key: &str,
        read: impl FnMut(&mut Self, &At<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        match at.get(key) {
            Some(_) => self.each(at, key, read),
            None => Some(Vec::new()),
        }
    }

    fn host(&mut self, at: &At<'_>) -> Option<KnownHost> {
        let name = self.spelled(at, "name");
        let port = self.maybe(at, "port", |reader, at| {
            reader.number_of(at, u64::from(u16::MAX))
        });
        let os = self.maybe(at, "os", |reader, at| reader.word_of(at, Os::ALL, Os::word));
        let activates = self.each(at, "activates", |reader, at| {
            reader.word_of(at, Product::ALL, Product::word)
        });
        let retired = self.flag(at, "retired");
        let running = self.flag(at, "running");
        Some(KnownHost {
            name: name?,
            port: port?,
            os: os?,
            activates: activates?,
            retired: retired?.then_some(Running(running?)),
        })
    }

    fn client_group(&mut self, at: &At<'_>) -> Option<Group> {
        let domain = self.spelled(at, "domain");
        let mut number = |key| self.number::<u32>(at, key, u64::from(u32::MAX));
        let (windows, server) = (number("windows"), number("server"));
        let (office, legacy) = (number("office"), number("legacy"));
        let search = self.each(at, "search", Self::name_of);
        let caching = self.flag(at, "caching");
        let adba = self.flag(at, "adba");
        Some(Group {
            domain: domain?,
            windows: windows?,
            server: server?,
            office: office?,
            legacy: legacy?,
            search: search?,
            caching: caching?,
            adba: adba?,
        })
    }

    fn looked_up(&mut self, at: &At<'_>) -> Option<LookedUp> {
        let domain = self.spelled(at, "domain");
        let records = match at.get("records") {
            Some(_) => self.each(at, "records", Self::srv).map(Some),
            None => Some(None),
        };
        Some(LookedUp {
            domain: domain?,
            records: records?.map(Set::of),
        })
    }

    fn srv(&mut self, at: &At<'_>) -> Option<Srv> {
        let target = self.spelled(at, "target");
        let mut number = |key| self.number::<u16>(at, key, u64::from(u16::MAX));
        let (port, priority, weight) = (number("port"), number("priority"), number("weight"));
        Some(Srv {
            target: target?,
            port: port?,
            priority: priority?,
            weight: weight?,
        })
    }
}
