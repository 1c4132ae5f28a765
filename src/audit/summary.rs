//! An audit in numbers.

use super::{Audit, HOSTS_OF_A_KEY, Knowledge, Listing};

/// An audit in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Domains that were asked for.
    pub domains: usize,
    /// Domains with records.
    pub with_records: usize,
    /// Domains without any.
    pub without_records: usize,
    /// Domains for which a server gave no usable answer.
    pub unanswered: usize,
    /// Domains of which no source tells.
    pub not_known: usize,
    /// Records.
    pub records: usize,
    /// Distinct KMS hosts.
    pub hosts: usize,
    /// Of these, hosts that the topology does not name.
    pub unlisted_hosts: usize,
    /// Of these, hosts that the topology wants gone.
    pub retired_hosts: usize,
    /// Hosts beyond those that one key activates.
    pub beyond_a_key: usize,
}

impl Audit {
    /// In numbers.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            domains: self.domains.len(),
            hosts: self.hosts.len(),
            beyond_a_key: self.hosts.len().saturating_sub(HOSTS_OF_A_KEY),
            ..Summary::default()
        };
        for domain in &self.domains {
            summary.records += domain.records.len();
            let counter = match domain.knowledge {
                Knowledge::Records => &mut summary.with_records,
                Knowledge::None => &mut summary.without_records,
                Knowledge::Unanswered(_) => &mut summary.unanswered,
                Knowledge::NotKnown(_) => &mut summary.not_known,
            };
            *counter += 1;
        }
        for host in &self.hosts {
            match host.listing {
                Some(Listing::Unlisted) => summary.unlisted_hosts += 1,
                Some(Listing::Retired) => summary.retired_hosts += 1,
                Some(Listing::Listed) | None => {}
            }
        }
        summary
    }
}
