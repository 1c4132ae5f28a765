//! The codes of findings: what a topology accepts, a plan finds and a page explains.

use crate::words::words;

words! {
    /// How much a finding matters.
    Severity {
        /// The plan must not be carried out as it stands.
        Error = "error",
        /// Something is likely wrong.
        Warning = "warning",
        /// Good to know.
        Note = "note",
    }
}

words! {
    /// What a finding is about. A code keeps its meaning for ever.
    Code {
        /// No source holds the domain's zone.
        ZoneNotFound = "zone-not-found",
        /// The records lie in a delegated zone that was not read.
        DelegatedAway = "delegated-away",
        /// A CNAME or DNAME stands at or above the owner.
        AliasAtOwner = "alias-at-owner",
        /// A target is an alias.
        TargetIsAlias = "target-is-alias",
        /// A target has no address.
        TargetWithoutAddress = "target-without-address",
        /// A state on the way has too few live hosts.
        BelowMinLiveHosts = "below-min-live-hosts",
        /// Dynamic updates on Windows cannot make static records.
        DynamicApplyIsAged = "dynamic-apply-is-aged",
        /// Hosts cannot publish: the zone takes no updates.
        UpdatesDisabled = "updates-disabled",
        /// The group's scope does not fit its members or nodes.
        GroupScope = "group-scope",
        /// The host's publish list takes no priority and weight.
        PublishListTooOld = "publish-list-too-old",
        /// The host's system cannot host this product.
        OfficeHostOs = "office-host-os",
        /// The host's system activates client systems only.
        HostOs = "host-os",
        /// A record's target is not in the topology.
        UnlistedHost = "unlisted-host",
        /// It comes before the tuned hosts.
        UnlistedOutranks = "unlisted-outranks",
        /// It publishes by itself.
        UnlistedHostPublishes = "unlisted-host-publishes",
        /// A retired host publishes by itself.
        RetiredHostPublishes = "retired-host-publishes",
        /// A host that publishes by default would outrank the tuned ones.
        DefaultOutranks = "default-outranks",
        /// A record that must be static carries a timestamp.
        AgedRecord = "aged-record",
        /// The source does not tell whether records carry a timestamp.
        AgeUnknown = "age-unknown",
        /// Aged records may be scavenged soon.
        ScavengeDeadline = "scavenge-deadline",
        /// The records of a set have different TTLs.
        MixedTtl = "mixed-ttl",
        /// Two records have one target and port.
        DuplicateRecord = "duplicate-record",
        /// A domain has one host.
        SingleHost = "single-host",
        /// Weight 0 beside other weights.
        ZeroWeight = "zero-weight",
        /// A host's own domain is not in its publish list.
        HomeDomainNotPublished = "home-domain-not-published",
        /// A host that publishes by itself is joined to no domain.
        HostNotJoined = "host-not-joined",
        /// More hosts than one key activates.
        MoreThanSixHosts = "more-than-six-hosts",
        /// Hosts of one domain activate different products.
        MixedProducts = "mixed-products",
        /// A host's share keeps it below its threshold.
        ShareBelowThreshold = "share-below-threshold",
        /// A standby starts below its threshold.
        StandbyBelowThreshold = "standby-below-threshold",
        /// A host's count is below its threshold.
        HostNotCharged = "host-not-charged",
        /// What was seen on a host is not what the topology says.
        HostDiffers = "host-differs",
        /// A host of the topology was seen to be no KMS host.
        NotAKmsHost = "not-a-kms-host",
        /// The zone is signed.
        SignedZone = "signed-zone",
        /// A listed host's record names another port.
        PortDiffers = "port-differs",
        /// Clients that ignore priority and weight.
        LegacyClients = "legacy-clients",
        /// A domain has no host.
        DomainWithoutHost = "domain-without-host",
        /// The node's owner is no KMS host of the topology.
        NodeOwnerNotListed = "node-owner-not-listed",
        /// The node's entries let too many in.
        NodeGrantTooWide = "node-grant-too-wide",
        /// A wildcard covers the owner.
        WildcardAtOwner = "wildcard-at-owner",
        /// On the way back: a record is neither as the plan found it nor as it wants it.
        ChangedMeanwhile = "changed-meanwhile",
        /// On the way back: a value of before does not come back.
        NotRestored = "not-restored",
        /// The zone's files cannot be edited by a diff.
        DiffNotPossible = "diff-not-possible",
        /// An `[[allow]]` has run out.
        AllowExpired = "allow-expired",
        /// An `[[allow]]` accepts nothing.
        AllowUnused = "allow-unused",
        /// Which zone holds the records was assumed.
        ZoneNameAssumed = "zone-name-assumed",
        /// How the zone is kept was assumed.
        ZoneKindAssumed = "zone-kind-assumed",
        /// No source tells whether the target has an address.
        TargetNotChecked = "target-not-checked",
        /// Clients keep the host that answered.
        ClientCache = "client-cache",
        /// The TTL delays the change.
        LongTtl = "long-ttl",
        /// A record that the topology does not name stays.
        KeptRecord = "kept-record",
        /// A weight that changes nothing.
        WeightWithoutEffect = "weight-without-effect",
        /// What was seen is about a host or node that the plan does not name.
        EvidenceUnused = "evidence-unused",
        /// No date was given.
        DateNotGiven = "date-not-given",
    }
}

impl Code {
    /// The severity that a finding of this code has. Four codes have a second one:
    /// [`Code::TargetIsAlias`] and [`Code::TargetWithoutAddress`] are warnings where the target is no
    /// host of the topology, [`Code::OfficeHostOs`] where the host key may well be activated, [`Code::DiffNotPossible`] is
    /// an error where the diff is what changes the zone.
    pub fn severity(self) -> Severity {
        match self {
            Self::ZoneNotFound
            | Self::DelegatedAway
            | Self::AliasAtOwner
            | Self::TargetIsAlias
            | Self::TargetWithoutAddress
            | Self::BelowMinLiveHosts
            | Self::DynamicApplyIsAged
            | Self::UpdatesDisabled
            | Self::GroupScope
            | Self::PublishListTooOld
            | Self::OfficeHostOs
            | Self::HostOs => Severity::Error,
            Self::UnlistedHost
            | Self::UnlistedOutranks
            | Self::UnlistedHostPublishes
            | Self::RetiredHostPublishes
            | Self::DefaultOutranks
            | Self::AgedRecord
            | Self::AgeUnknown
            | Self::ScavengeDeadline
            | Self::MixedTtl
            | Self::DuplicateRecord
            | Self::SingleHost
            | Self::ZeroWeight
            | Self::HomeDomainNotPublished
            | Self::HostNotJoined
            | Self::MoreThanSixHosts
            | Self::MixedProducts
            | Self::ShareBelowThreshold
            | Self::StandbyBelowThreshold
            | Self::HostNotCharged
            | Self::HostDiffers
            | Self::NotAKmsHost
            | Self::SignedZone
            | Self::PortDiffers
            | Self::LegacyClients
            | Self::DomainWithoutHost
            | Self::NodeOwnerNotListed
            | Self::NodeGrantTooWide
            | Self::WildcardAtOwner
            | Self::ChangedMeanwhile
            | Self::NotRestored
            | Self::DiffNotPossible
            | Self::AllowExpired
            | Self::AllowUnused => Severity::Warning,
            Self::ZoneNameAssumed
            | Self::ZoneKindAssumed
            | Self::TargetNotChecked
            | Self::ClientCache
            | Self::LongTtl
            | Self::KeptRecord
            | Self::WeightWithoutEffect
            | Self::EvidenceUnused
            | Self::DateNotGiven => Severity::Note,
        }
    }
}
