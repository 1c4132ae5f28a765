//! The texts of the findings. Every sentence follows from the source that its entry names.

use super::Explanation;
use crate::plan::Code;

/// What there is to say about `code`.
pub(super) fn explanation(code: Code) -> Explanation {
    match code {
        Code::ZoneNotFound => Explanation {
            title: "No source holds the domain's zone",
            what: "The topology publishes in a domain, but no zone that was read encloses its \
                `_vlmcs._tcp` name.",
            why: "kmsplan does not know which records are there now. So it cannot say what must \
                change, or whether clients stay served on the way. A source that is missing is \
                never taken for an empty one.",
            action: "Add the zone's file or export to the sources, and check the spelling of the domain \
                in the topology. If a file was read under the wrong origin, give the right one \
                with `--origin`.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::DelegatedAway => Explanation {
            title: "The records lie in a delegated zone not read",
            what: "A zone that was read holds NS records below its apex, at or above the \
                `_vlmcs._tcp` name of the domain, for example at `_tcp.contoso.com`. The zone to \
                which they delegate was not read.",
            why: "A server of the parent zone answers for such a name with a referral. A KMS record \
                that is written in the parent, below the delegation, is never found. The records \
                that clients get now stand in the delegated zone, and kmsplan has not seen them.",
            action: "Add the delegated zone to the sources. If the delegation is a mistake, have it \
                removed and read the parent again.",
            accept: None,
            source: "RFC 1034 sections 4.2.1 and 4.3.2",
        },
        Code::AliasAtOwner => Explanation {
            title: "An alias stands where the records should be",
            what: "A CNAME stands at the `_vlmcs._tcp` name of the domain, or a DNAME stands above \
                it.",
            why: "A name that has a CNAME can have no other data, so no SRV record can stand beside \
                it. A DNAME redirects every name below it, and no records may stand there. Clients \
                are led to the name behind the alias, and the records there decide which hosts \
                they ask.",
            action: "Find out why the alias is there. If it is a mistake, remove it and read the zone \
                again. If it is meant, take the domain out of the publish lists and publish in the \
                domain to which it leads.",
            accept: None,
            source: "RFC 1034 section 3.6.2; RFC 6672 section 2.4",
        },
        Code::TargetIsAlias => Explanation {
            title: "The target of a record is an alias",
            what: "The target of a KMS record is no host's own name: a CNAME stands there, or a DNAME \
                above it.",
            why: "The target of an SRV record must not be an alias. What a client does with one is \
                not defined, so the host may be out of reach for some. BIND calls such a record \
                illegal when it loads the zone.",
            action: "Name the host in the topology by the name that holds its address records. For a \
                host that the topology does not name, have its record corrected or removed.",
            accept: None,
            source: "RFC 2782",
        },
        Code::TargetWithoutAddress => Explanation {
            title: "The target of a record has no address",
            what: "The target of a KMS record has neither an A nor an AAAA record in the zone that \
                should hold them.",
            why: "A client that picks this record cannot connect, and must turn to another host. RFC \
                2782 asks for at least one address record. Such a host does not count as live, so \
                the domain may also fall below `min-live-hosts`.",
            action: "Add the address record of the host, or correct its name in the topology. If the \
                host is gone for good, take it out of the topology or name it under `[[retired]]`.",
            accept: Some("Sensible where clients take the name from zone data that was not read."),
            source: "RFC 2782",
        },
        Code::BelowMinLiveHosts => Explanation {
            title: "Too few live hosts, at the end or on the way",
            what: "The planned records leave a domain with fewer live hosts than `min-live-hosts`, or \
                a state on the way has fewer than both that number and the number at the \
                beginning. A live host is a host of the topology that stands in the record set, \
                has an address as far as is known, and is not just changing its port.",
            why: "With too few hosts new clients may find nobody who answers. Clients that are \
                activated stay so for up to 180 days; what stops is new activation and renewal.",
            action: "Publish more hosts in the domain, give hosts without an address one, or change \
                ports at another time. If the domain may do with fewer hosts, lower \
                `min-live-hosts`.",
            accept: Some("Sensible for a domain that is to lose its KMS hosts on purpose."),
            source: "A rule of kmsplan; Microsoft, Activate clients running Windows 10",
        },
        Code::DynamicApplyIsAged => Explanation {
            title: "Dynamic updates cannot make static records here",
            what: "Publishing is manual and Windows DNS keeps the zone, but `apply = \"nsupdate\"` \
                asks for dynamic updates.",
            why: "Windows DNS gives every record that comes by dynamic update a timestamp, and the \
                protocol has no way to ask for a static one. Once publishing is off no host \
                refreshes the record. If scavenging is on, it is deleted when the no-refresh and \
                refresh intervals are over, 7 days each by default.",
            action: "Set `apply = \"powershell\"` for the zone, or make the change in the DNS console. \
                If Windows DNS does not keep the zone, say so with `kind`.",
            accept: None,
            source: "Ageing and scavenging of Windows DNS; RFC 2136",
        },
        Code::UpdatesDisabled => Explanation {
            title: "Hosts cannot publish: the zone takes no updates",
            what: "Publishing is automatic, but the zone takes no dynamic updates (`dynamic-update = \
                \"none\"`).",
            why: "KMS hosts register their records by dynamic update. A zone that takes none refuses \
                them: the hosts log event 12293, and the planned records never appear.",
            action: "Let the zone take secure updates and write `dynamic-update = \"secure\"` in its \
                `[[zone]]`. Or tune by hand, with `publishing = \"manual\"`.",
            accept: None,
            source: "Microsoft, Deploy KMS Activation",
        },
        Code::GroupScope => Explanation {
            title: "The group's scope does not fit members or nodes",
            what: "The scope of the security group does not reach all its members, or all the nodes \
                on which it is to have rights.",
            why: "A global group takes members of its own domain only. A domain-local group works \
                only on objects of its own domain, so not for zones of several domains or in the \
                forest partition. A host that is left out of the group is refused when it \
                registers in a record set that another account owns (event 12293).",
            action: "Set `scope = \"universal\"` where the hosts or the zones belong to several domains \
                of one forest, and check `ad-domain` of each host. Across a forest trust one group \
                cannot do it: make a plan for each forest.",
            accept: None,
            source: "Microsoft, Deploy KMS Activation; scopes of Active Directory groups",
        },
        Code::PublishListTooOld => Explanation {
            title: "The publish list takes no priority and weight",
            what: "The topology gives a priority or weight to a host that runs Windows Vista or \
                Windows Server 2008. On these the entries of `DnsDomainPublishList` are domain \
                names only.",
            why: "When such a host publishes, it registers priority 0 and weight 0. Priority 0 is \
                the first one, so it may come before hosts that were tuned to stand in front of \
                it.",
            action: "Give the host priority 0 and weight 0 in every domain, or move the service to \
                Windows 7, Windows Server 2008 R2 or later.",
            accept: Some(
                "Sensible under manual publishing: static records carry the numbers, as long as \
                    publishing stays off on that host.",
            ),
            source: "Microsoft, Registry Settings for Volume Activation",
        },
        Code::OfficeHostOs => Explanation {
            title: "The host's system cannot host this Office version",
            what: "The topology lets a host activate an Office version (`activates`) that Microsoft leaves out \
                on its operating system (`os`). Windows Vista and Windows Server 2008 are excluded for Office \
                2010. For later versions the oldest systems that Microsoft supports are Windows Server 2008 R2 \
                and Windows 7 (Office 2013 and 2016), Windows Server 2012 and Windows 8.1 (Office 2019), \
                Windows Server 2016 and Windows 10 (Office LTSC 2021), Windows Server 2022 and Windows 10 (Office \
                LTSC 2024).",
            why: "An SRV record says nothing about products. Clients of that Office version are led \
                to the host all the same, and Microsoft does not support it for them. For Office LTSC 2024 on \
                Windows Server 2016 and 2019 this is a warning: Windows 10, of the same age, is supported, so the \
                host key may be activated there.",
            action: "Let another host activate that version, or correct `os` or `activates` of this \
                one. A system that is newer than such a list is never left out.",
            accept: Some(
                "Sensible where the host key of that version is seen to be licensed on the host.",
            ),
            source: "Notes on Office 2010 volume activation; Microsoft, Volume activation methods in Office 2013; \
                Microsoft, Configure a KMS host computer to activate volume licensed versions of Office",
        },
        Code::HostOs => Explanation {
            title: "A host on a client system activates no servers",
            what: "The topology lets a host activate Windows Server (`activates`), and its operating system (`os`) \
                is a client system: Windows Vista, 7, 8, 8.1, 10 or 11.",
            why: "A KMS host on Windows Server activates servers and clients. A host on a client system \
                activates client systems only. Servers that a record leads there are not activated.",
            action: "Let a host on Windows Server activate servers, or correct `os` or `activates` of this one.",
            accept: None,
            source: "Microsoft, Key Management Services (KMS) activation planning; Microsoft, Windows Server 2016 \
                Activation",
        },
        Code::UnlistedHost => Explanation {
            title: "A record's target is not in the topology",
            what: "A KMS record names a target that the topology names neither as a host nor as \
                retired. It is removed in a step of its own, unless the topology says `unlisted = \
                \"keep\"`.",
            why: "Clients of the domain are sent to that host. It may be a machine on which a KMS \
                host key was installed by mistake: such a machine registers itself, and uses up \
                one of the six hosts that a key activates. But it may also be the only host of the \
                domain for some product, because an SRV record says nothing about products.",
            action: "Ask who runs the host and what it activates before you remove its record. Then \
                name it under `[[host]]` or `[[retired]]`, or strike the step.",
            accept: Some("Sensible when its owner is known and you agree with what the plan does."),
            source: "Volume Activation notes on three KMS hosts; Microsoft, Activate clients running \
                Windows 10",
        },
        Code::UnlistedOutranks => Explanation {
            title: "An unlisted host comes before the tuned hosts",
            what: "A record whose target the topology does not name stands before the tuned hosts: \
                its priority number is lower than theirs.",
            why: "Clients try the lowest priority number first. So while the record stays it gets \
                new clients before the tuned hosts, and these are asked only when it does not answer. A \
                host that publishes by default has priority 0.",
            action: "Remove the record (see `unlisted-host`), or name the host in the topology and give \
                it a place among the others.",
            accept: Some("Sensible while its owner needs the record and the tuned hosts may wait."),
            source: "RFC 2782; Volume Activation notes on three KMS hosts",
        },
        Code::UnlistedHostPublishes => Explanation {
            title: "An unlisted host publishes by itself",
            what: "The record of a host that the topology does not name carries a timestamp, so it \
                came by dynamic update: most likely the host publishes by itself. Or the evidence \
                read from the host shows that publishing is on.",
            why: "A host that publishes registers again every 24 hours, and when its licensing \
                service restarts. If only its record is deleted, the record comes back.",
            action: "Switch publishing off on the host first: `slmgr.vbs /cdns`, then restart its \
                licensing service. Remove the record after that. If nobody knows the host, find \
                its administrator before the change.",
            accept: Some(
                "Sensible when the host is known to be switched off, or its publishing to be \
                    off already.",
            ),
            source: "Microsoft, common troubleshooting procedures for KMS and DNS; Microsoft, Deploy \
                KMS Activation",
        },
        Code::RetiredHostPublishes => Explanation {
            title: "A retired host publishes by itself",
            what: "The record of a retired host carries a timestamp, so it came by dynamic update: \
                the host published by itself and may still do so. Or the evidence read from the host \
                shows that publishing is on.",
            why: "A host that publishes registers again every 24 hours, and when its licensing \
                service restarts. If only its record is deleted, the record comes back and clients \
                are led to the old host again.",
            action: "If the host still runs, switch publishing off there first: `slmgr.vbs /cdns`, then \
                restart its licensing service. If it is gone for good, say `running = false` in \
                its `[[retired]]`.",
            accept: None,
            source: "Microsoft, common troubleshooting procedures for KMS and DNS; Microsoft, Deploy \
                KMS Activation",
        },
        Code::DefaultOutranks => Explanation {
            title: "A host with default values would outrank the tuned",
            what: "All tuned hosts of the domain have a priority number above 0.",
            why: "Unless its publish list says otherwise, a host publishes priority 0 and weight 0. \
                Any host that does so, a new one or one that was switched on by mistake, comes \
                before every tuned host and takes all new clients.",
            action: "Let the tiers start at 0: for instance 0/75, 0/25 and 10/0 in place of 10/75, \
                10/25 and 20/75. Beside weights above 0 a record with 0/0 is then chosen almost \
                never.",
            accept: Some(
                "Sensible when the numbers are prescribed and somebody watches for strange \
                    records.",
            ),
            source: "RFC 2782; Microsoft, Deploy KMS Activation",
        },
        Code::AgedRecord => Explanation {
            title: "A record that must be static carries a timestamp",
            what: "Publishing is manual, and a record that is to stay carries a dynamic-update \
                timestamp.",
            why: "If scavenging is on, a record with a timestamp is deleted once nobody refreshes \
                it, and after `slmgr.vbs /cdns` no host does. So the plan makes the record static, \
                even if all its values are right.",
            action: "Carry the record step out within the refresh interval (7 days by default) after \
                publishing was switched off. `Set-DnsServerResourceRecord` drops the timestamp of \
                an existing record. dnscmd cannot do that; in the DNS console, clear \"Delete this \
                record when it becomes stale\".",
            accept: None,
            source: "Ageing and scavenging of Windows DNS; seen on a Samba AD domain controller",
        },
        Code::AgeUnknown => Explanation {
            title: "The source does not tell whether records are aged",
            what: "Publishing is manual and Windows DNS keeps the zone, but the source does not tell \
                whether a record carries a timestamp. Transfers, queries and plain zone files do \
                not hold timestamps.",
            why: "A record that is right in all else is kept. But if it has a timestamp, and \
                scavenging is on, it is deleted some time after publishing is off.",
            action: "Run the command that the finding gives on the DNS server: an empty timestamp, or \
                0, means static. Or read an export of the zone (`dnscmd /ZoneExport`), which marks \
                aged records with `[AGE:]`.",
            accept: Some("Sensible when you have looked, or when scavenging is off for the zone."),
            source: "Ageing and scavenging of Windows DNS",
        },
        Code::ScavengeDeadline => Explanation {
            title: "Aged records may be scavenged soon",
            what: "Records with a timestamp stand in a zone whose stale records are scavenged, and \
                their hosts are to stop publishing.",
            why: "Once publishing is off nobody refreshes the timestamp. It may already be as old as \
                the no-refresh interval. What is left is the refresh interval, 7 days by default; \
                after that the record may be deleted, and its host is lost to clients.",
            action: "Make the records static within the refresh interval after `slmgr.vbs /cdns`, and \
                do not leave the plan half done for longer. If the zone has other intervals, write \
                `no-refresh` and `refresh` in its `[[zone]]`.",
            accept: None,
            source: "Ageing and scavenging of Windows DNS",
        },
        Code::MixedTtl => Explanation {
            title: "The records of a set have different TTLs",
            what: "The KMS records of a domain, as written, do not all have the same TTL.",
            why: "All records of a set share one TTL. BIND gives the whole set the first one and \
                warns; exports of Windows DNS can show several. kmsplan takes TTLs as written, so \
                a server may give out another one.",
            action: "Give every record of the set the same TTL. Under manual publishing the plan gives \
                the records of the topology's hosts its `ttl`.",
            accept: Some(
                "Sensible under automatic publishing, where hosts write the TTL themselves.",
            ),
            source: "RFC 2181 section 5.2; seen on BIND 9.18",
        },
        Code::DuplicateRecord => Explanation {
            title: "Two records have one target and port",
            what: "Two or more records of a domain have the same target and port, in most cases with \
                another priority or weight.",
            why: "Windows DNS takes a record with another weight for a second record, which stands \
                beside the first one. The host is then counted twice, and its share of the clients \
                is not the one that was tuned.",
            action: "Check that the plan keeps the right one: it starts from the record that is nearest \
                to the desired values, and removes the others.",
            accept: None,
            source: "RFC 2782; behaviour of Windows DNS",
        },
        Code::SingleHost => Explanation {
            title: "A domain has one host only",
            what: "One host only is planned for the domain.",
            why: "While it is down no client of the domain is activated or renewed. Clients that are \
                activated stay so for up to 180 days, and those that are not try again every 2 \
                hours.",
            action: "Publish a second host in the domain. A standby with a higher priority number will \
                do, but see `standby-below-threshold`.",
            accept: Some("Sensible for a small domain that may wait until its host is back."),
            source: "Microsoft, Activate clients running Windows 10",
        },
        Code::ZeroWeight => Explanation {
            title: "A host with weight 0 stands beside weighted ones",
            what: "A host has weight 0, and other hosts of the same priority have a weight above 0.",
            why: "A client draws a number from 0 to the sum of the weights of that priority. All hosts of \
                weight 0 together have one of these draws, the 0. Beside large weights that is hardly any \
                client, and the host may stay below its activation threshold; beside a single weight of 1 it \
                is half of them.",
            action: "Give it the weight of the share that it is to have. For a standby, use a higher \
                priority number. For equal shares, give all hosts of the priority the same weight.",
            accept: Some("Sensible when the host is meant to get that small part."),
            source: "RFC 2782",
        },
        Code::HomeDomainNotPublished => Explanation {
            title: "A host's own domain is not in its publish list",
            what: "The publish list of a host does not hold the host's home domain, the domain of its \
                primary DNS suffix.",
            why: "Microsoft's documents disagree on whether a host still publishes in its home \
                domain when it has a list. So it is open whether clients of that domain find the \
                host.",
            action: "If the host is to serve its home domain, add the domain to its list. If it is not, \
                look after the next restart of its licensing service whether a record has appeared \
                there.",
            accept: Some("Sensible when the host is not meant to serve its home domain."),
            source: "Microsoft, Registry Settings for Volume Activation, against Microsoft, Deploy KMS \
                Activation",
        },
        Code::HostNotJoined => Explanation {
            title: "A host without account is to publish by itself",
            what: "Publishing is automatic, and the topology says `account = false` of a host: it is \
                joined to no domain.",
            why: "A KMS host signs its updates with Kerberos, as its computer account. A zone that \
                takes secure updates only refuses a host that has none: it logs event 12293, and its \
                record never appears. Nor can it be a member of the group, or get an `update-policy` \
                grant.",
            action: "Join the host to a domain, or tune by hand, with `publishing = \"manual\"`. If the \
                zone takes unsigned updates, write `dynamic-update = \"nonsecure\"` in its `[[zone]]`; \
                mind that anybody can then change its records.",
            accept: Some("Sensible when you keep the host's record by hand."),
            source: "Seen on a Samba AD domain controller; Microsoft, Deploy KMS Activation",
        },
        Code::MoreThanSixHosts => Explanation {
            title: "More hosts than one KMS host key activates",
            what: "The topology names more than six KMS hosts on Windows.",
            why: "A KMS host key activates up to six hosts, each of them up to ten times. A seventh \
                host cannot be activated with it. Hosts on which the key was installed by mistake \
                count too.",
            action: "Count which host uses which key. If one key is to activate more than six hosts, \
                ask Microsoft for more before the change.",
            accept: Some(
                "Sensible when the hosts use several keys, or Microsoft has raised the limit.",
            ),
            source: "Volume Activation notes on three KMS hosts; Microsoft, Activate clients running \
                Windows 10",
        },
        Code::MixedProducts => Explanation {
            title: "Hosts of one domain activate different products",
            what: "Hosts that are published in one domain do not activate the same products \
                (`activates`).",
            why: "An SRV record says nothing about products, so clients are led to hosts that cannot \
                activate them. A client goes on to another host only when one does not respond. Do \
                not count on it to pass over a host that answers with a refusal.",
            action: "Let every host of a domain activate the same products, or give the products' \
                clients domains of their own. Pin single clients with `slmgr.vbs /skms`, or \
                `ospp.vbs /sethst` for Office.",
            accept: None,
            source: "Microsoft, Activate clients running Windows 10; follows from RFC 2782",
        },
        Code::ShareBelowThreshold => Explanation {
            title: "A host's share keeps it below its threshold",
            what: "With the clients that `[[clients]]` states and the planned shares, a host reaches an activation \
                threshold with a probability below 95 %. A client that keeps its host counts on one host, as its \
                share says. One that does not chooses anew at each renewal, at least 4 times in 30 days.",
            why: "A host activates clients only when it has itself counted enough distinct ones in \
                the last 30 days: 25 for Windows clients, 5 for Windows Server, 5 for Office. \
                Windows clients and servers add up; Office counts apart. Below its threshold, \
                clients that are led to it get 0xC004F038 and are not activated.",
            action: "Give the host the weight that the finding names, or put fewer hosts in its priority. Or make it a \
                standby and charge it first (see `standby-below-threshold`).",
            accept: Some(
                "Sensible when clients that `[[clients]]` does not state also ask the host.",
            ),
            source: "Microsoft, Activate clients running Windows 10; Microsoft, Configure DNS for \
                activating Office by KMS; RFC 2782",
        },
        Code::StandbyBelowThreshold => Explanation {
            title: "A standby starts below its threshold",
            what: "A host is asked only when all hosts of a lower priority number are silent, so its \
                own count of clients stays near zero.",
            why: "A host activates clients only when it has itself counted enough distinct ones in \
                the last 30 days: 25 for Windows clients, 5 for Windows Server, 5 for Office. \
                When the standby is needed, the first clients get 0xC004F038 until enough have asked. That \
                takes least when none is activated and each tries every 2 hours, and longest when all are and each \
                renews every 7 days.",
            action: "Charge the standby before it is needed: point enough clients at it with `slmgr.vbs \
                /skms`, then let them discover again with `/ckms`. Counts fade after 30 days. Or \
                let it share the first priority with a small weight that is still enough for the \
                threshold.",
            accept: Some(
                "Sensible when the clients that you have will reach the threshold soon enough.",
            ),
            source: "Microsoft, Activate clients running Windows 10; Microsoft, Configure DNS for \
                activating Office by KMS; Microsoft, Tools to manage volume activation of Office",
        },
        Code::HostNotCharged => Explanation {
            title: "A host's count is below its threshold",
            what: "The evidence read from a host shows that its current count of clients is below the \
                activation threshold of something that it is to activate. Where the topology does not \
                say what that is (`activates`), all thresholds are looked at.",
            why: "A host activates clients only when it has itself counted enough distinct ones in \
                the last 30 days: 25 for Windows clients, 5 for Windows Server, 5 for Office. \
                Windows clients and servers add up; Office counts apart. Until it has, clients \
                that the change leads to it get 0xC004F038.",
            action: "Charge the host before it gets weight: on enough clients set it with `slmgr.vbs \
                /skms HOST:PORT`, ask it with `/ato`, then let them discover again with `/ckms`; for Office \
                `ospp.vbs /sethst:HOST`, `/setprt:PORT`, `/act` and `/remhst`. `slmgr.vbs /dlv` on the host \
                shows the count.",
            accept: Some("Sensible when enough clients will ask the host soon after the change."),
            source: "Microsoft, Activate clients running Windows 10; Microsoft, Configure DNS for \
                activating Office by KMS",
        },
        Code::HostDiffers => Explanation {
            title: "A host is not as the topology says",
            what: "The evidence read from a host shows another port, another publish list or the other \
                state of publishing than the topology asks for. The finding names both values.",
            why: "A host that publishes by itself overwrites tuned records every 24 hours and when its \
                licensing service restarts. On another port than the record names it does not answer. \
                Evidence tells the state as of when its file was made.",
            action: "Where the plan has a step that sets the value, carry the step out and make its check. \
                Else set the value on the host, or correct the topology if the host is right.",
            accept: Some("Sensible when the host has been put right since its file was made."),
            source: "Microsoft, Deploy KMS Activation; Microsoft, Registry Settings for Volume Activation",
        },
        Code::NotAKmsHost => Explanation {
            title: "A host of the topology is no KMS host",
            what: "The evidence read from a host of the topology shows a machine that is no KMS host: the \
                Key Management Service is not enabled on it. `slmgr.vbs /dlv` without `all` tells of \
                Windows only: the same machine may be a KMS host of Office, and the message says so.",
            why: "A record leads clients to the machine, and it activates none of them. On a machine that \
                is not an activated KMS host `slmgr.vbs /cdns` is refused too.",
            action: "Where only one product was seen, look again with `slmgr.vbs /dlv all` or \
                `Get-CimInstance SoftwareLicensingService`, which show a KMS host of Office too. Install \
                the KMS host key and activate it before a record names the machine. Before \
                the key goes in, set `DisableDnsPublishing` to 1 under manual publishing. If the machine \
                is not to be a KMS host, take it out of the topology.",
            accept: Some("Sensible when the key goes in before the records change."),
            source: "Output of `slmgr.vbs /dlv`; Microsoft, Deploy KMS Activation",
        },
        Code::SignedZone => Explanation {
            title: "The zone is signed with DNSSEC",
            what: "DNSSEC records (DNSKEY, RRSIG, NSEC or NSEC3) were seen in the zone.",
            why: "A signature covers a whole record set. After a change of the set in a zone file \
                the old signature no longer fits, and resolvers that validate refuse the answer: \
                clients behind them find no host. The diff edits KMS records and the serial \
                number, and signs nothing.",
            action: "Change the unsigned file and sign the zone again before it is loaded. If the \
                server itself signs what changes, use the commands of the steps in place of the \
                diff, and check the signature afterwards.",
            accept: Some("Sensible when the zone is signed again as part of the change."),
            source: "RFC 4035 sections 2.2 and 5.3",
        },
        Code::PortDiffers => Explanation {
            title: "A listed host's record names another port",
            what: "A host of the topology has a record with another port than the topology gives it.",
            why: "A record's identity is target and port, so the plan adds one record and removes \
                the other, whatever `unlisted` says. The port in a record is where clients \
                connect: if the host does not listen there, they fail. The publish list cannot set \
                the port; a self-published record carries the one on which the host listens.",
            action: "Check on which port the host listens (`slmgr.vbs /dlv`). To move it: firewall, \
                `slmgr.vbs /sprt`, restart, new record, old record, one host at a time. If the \
                record is right, correct `port` in the topology.",
            accept: None,
            source: "Microsoft, Deploy KMS Activation; py-kms documentation",
        },
        Code::LegacyClients => Explanation {
            title: "Some clients ignore priority and weight",
            what: "Priority or weight differs among the records, and `[[clients]]` states that clients that find them \
                run Windows Vista or Windows Server 2008 (`legacy`).",
            why: "These pick one of the records at random. To them a standby is a host like any \
                other, and the planned shares do not hold.",
            action: "See to it that every published host can serve them, standbys too. If some hosts \
                must not be asked, pin such clients with `slmgr.vbs /skms`.",
            accept: Some("Sensible when every host may serve them."),
            source: "Microsoft, Activate clients running Windows 10; Microsoft, Deploy KMS Activation",
        },
        Code::DomainWithoutHost => Explanation {
            title: "No host serves the clients of a domain",
            what: "Zone data holds KMS records of the domain, or the topology names it, but no host \
                of the topology publishes there. Or `[[clients]]` states clients of the domain, and no domain of \
                their suffix search list has records when the plan is done.",
            why: "Then clients that look up the domain find no host, unless a \
                record is kept that the topology does not name.",
            action: "Add the domain to the publish list of a host. If clients are to look elsewhere, \
                give them a suffix search list or `slmgr.vbs /skms-domain` before the records go.",
            accept: Some("Sensible when the domain has no KMS clients any more."),
            source: "Microsoft, Activate clients running Windows 10; py-kms documentation",
        },
        Code::NodeOwnerNotListed => Explanation {
            title: "The node's owner is no KMS host of the topology",
            what: "The directory object (dnsNode) that holds the domain's KMS records is owned by an \
                account that is not a KMS host of the topology.",
            why: "The first host that registers owns the node and keeps full control over it, also \
                when it is retired or was a mistake. One node holds all SRV records of the name. \
                So its owner can change and delete the records of every host.",
            action: "Have the node's owner and entries shown. Save the descriptor, set the owner, and \
                take away the entries that are not the group's. To undo this, restore the saved \
                descriptor.",
            accept: Some("Sensible when the owner is an account of your DNS administrators."),
            source: "Notes on Office 2010 volume activation; seen on a Samba AD domain controller",
        },
        Code::NodeGrantTooWide => Explanation {
            title: "The node's entries let too many accounts write",
            what: "The security descriptor of the node that holds the domain's KMS records lets more \
                accounts write than the KMS hosts need, for instance Authenticated Users or Domain \
                Computers.",
            why: "Rights on the node hold for all its records, and the target of a record is not \
                checked against who writes it. So each of these accounts can remove the KMS hosts' \
                records, or send clients elsewhere.",
            action: "Grant the rights to the security group of the KMS hosts, then take the wide \
                entries away. Save the descriptor first; to undo this, restore it.",
            accept: None,
            source: "Seen on a Samba AD domain controller",
        },
        Code::WildcardAtOwner => Explanation {
            title: "A wildcard covers the records' name",
            what: "The zone holds a wildcard that can match the `_vlmcs._tcp` name of a domain when \
                no record stands there, for instance `*._tcp.contoso.com`.",
            why: "While the name has records, the wildcard does not apply to it. When the last of \
                them goes, the wildcard can answer in their place. If it has SRV records, clients \
                are then led to hosts that nobody planned. A domain that seems to be served may be \
                served by the wildcard alone.",
            action: "Check what the wildcard gives for type SRV. If it is not meant for KMS clients, \
                have it removed or narrowed.",
            accept: Some("Sensible when the wildcard has no SRV records."),
            source: "RFC 4592 sections 2.2.1 and 4.5",
        },
        Code::ChangedMeanwhile => Explanation {
            title: "A record was changed since the plan was made",
            what: "On the way back from a plan (`kmsplan rollback`) a record is there that the plan does \
                not know, or has values that are neither those that the plan found nor those that it \
                wants, or is gone although the plan does not remove it.",
            why: "Somebody has changed the record set since the plan was made. The way back leads to the \
                records that the plan found: other values are taken back to those, a missing record comes \
                back, and a record of a target and port that the plan does not name stays.",
            action: "Ask who made the change and why, before the way back is carried out. Where the change \
                is meant, plan anew with a topology that says what is wanted.",
            accept: Some(
                "Sensible when the change is known and the way back does what is wanted with it.",
            ),
            source: "A rule of kmsplan",
        },
        Code::NotRestored => Explanation {
            title: "A value does not come back",
            what: "On the way back from a plan (`kmsplan rollback`) a record carried a timestamp that the \
                zone's tool cannot give it again, or the plan does not tell its TTL or age.",
            why: "The way back knows of the state before only what the plan holds. A diff writes no \
                timestamps, and neither dnscmd nor a dynamic update changes the age of a record alone: \
                such a record stays static, and scavenging leaves it alone.",
            action: "Where it matters, set the value by hand. A host that publishes by itself writes its \
                record with a timestamp again.",
            accept: Some("Sensible where a static record, or another TTL, does no harm."),
            source: "Microsoft, \"Add-DnsServerResourceRecord\" and \"Dnscmd\"; RFC 2136 section 2.5; a rule \
                of kmsplan",
        },
        Code::DiffNotPossible => Explanation {
            title: "No diff can be printed for the zone",
            what: "A record that changes stands in a file that zone files include in several places, \
                or the zone's serial number cannot be replaced in place. So no diff is printed for the zone.",
            why: "A change of a file that is included in several places would reach every zone that \
                includes it, also those for which it is not planned. Where the diff is what changes \
                the zone (apply = \"patch\") this is an error.",
            action: "Move the record into the zone's own file, or give each zone an include file of its \
                own; then plan again. Or change the zone with another tool, and say so with `apply`.",
            accept: Some(
                "Sensible where you edit the file by hand and every zone that includes it is to \
                    change alike.",
            ),
            source: "RFC 1035 section 5.1; a rule of kmsplan",
        },
        Code::AllowExpired => Explanation {
            title: "An acceptance has run out",
            what: "The `until` of an `[[allow]]` lies before the date given with `--today`.",
            why: "The finding that it accepted is open again. If it is an error, the exit status is \
                3.",
            action: "Look at the finding again. Remove its cause, or decide anew and set a later \
                `until`; if the cause is gone, delete the `[[allow]]`.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::AllowUnused => Explanation {
            title: "An acceptance accepts nothing",
            what: "An `[[allow]]` or `--allow` matches no finding of this plan.",
            why: "Either its cause is gone, or its code or subject is written otherwise than in the \
                finding. Left in place, it would later accept a finding that nobody has judged.",
            action: "Compare it with the code and subject in the list of findings. If the cause is \
                gone, delete it.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::ZoneNameAssumed => Explanation {
            title: "Which zone holds the records was assumed",
            what: "The source lists records, but not the zone that holds them (`nslookup`, `host`, \
                `Resolve-DnsName`, `dig` without an authority section), and neither `--zone`, a `[[zone]]` nor \
                another source names a zone that encloses them. The domain itself was taken for the zone.",
            why: "Commands name the zone. `_vlmcs._tcp.emea.contoso.com` may stand in the zone \
                emea.contoso.com, in contoso.com, or in _tcp.emea.contoso.com. Commands for a zone that the \
                server does not have fail and change nothing.",
            action: "Give `--zone`, or write a `[[zone]]` with the zone's name into the topology, or add the \
                zone's own data to the sources.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::ZoneKindAssumed => Explanation {
            title: "How the zone is kept was assumed",
            what: "Neither the topology nor the data says how the zone is managed, so `kind = \"ad\"` \
                was assumed: a zone that is integrated in Active Directory.",
            why: "The kind decides which commands the plan prints. A transfer or a plain zone file \
                can come from an AD-integrated zone just as well as from BIND. The commands for an \
                AD zone fail without harm on a zone of another kind.",
            action: "Write a `[[zone]]` with `name` and `kind` (\"ad\", \"windows-file\", \"bind\" or \
                \"other\") into the topology.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::TargetNotChecked => Explanation {
            title: "No source tells whether the target has an address",
            what: "The zone that should hold the address records of a target was not read, its source \
                does not hold all its names, or the server that was asked fails to answer for it.",
            why: "The host counts as live, because nothing says otherwise. If it has no address, \
                clients that pick it cannot connect.",
            action: "Add the zone to the sources, or resolve the name on every DNS server that clients \
                ask; the plan's pre-checks do that.",
            accept: None,
            source: "RFC 2782",
        },
        Code::ClientCache => Explanation {
            title: "Clients keep the host that answered them",
            what: "Clients cache the KMS host that answered, and ask DNS again only when it fails.",
            why: "So new priorities, weights and hosts reach clients that are being activated for \
                the first time. The others stay with their host; a host whose record goes is asked \
                until it stops answering.",
            action: "Where priority and weight must take effect for all, turn caching off on the \
                clients with `slmgr.vbs /ckhc`; `/skhc` turns it on again. Keep a removed host \
                running until event 12290 no longer appears in its Key Management Service log.",
            accept: None,
            source: "Py-kms documentation; Microsoft, Configure DNS for activating Office by KMS",
        },
        Code::LongTtl => Explanation {
            title: "The TTL of the records delays the change",
            what: "The records of the domain have a long TTL now.",
            why: "Resolvers and clients that have looked the records up may use them for that time. \
                After a record is changed or removed, clients can still be led by the old one \
                until it is over.",
            action: "If clients must move quickly, lower the TTL ahead of the change and wait for the \
                old TTL to pass. Keep hosts that leave running at least that long.",
            accept: None,
            source: "RFC 1035 section 3.2.1; RFC 2181 section 5.2",
        },
        Code::KeptRecord => Explanation {
            title: "A record that the topology does not name stays",
            what: "The topology says `unlisted = \"keep\"`, so a record stays whose target it does \
                not name.",
            why: "Clients still pick that host. It takes part in the shares of its priority, but it \
                does not count as a live host.",
            action: "Name the host under `[[host]]` if it is yours, or under `[[retired]]` if it must \
                go.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::WeightWithoutEffect => Explanation {
            title: "A weight that changes nothing",
            what: "A host is alone in its priority, and has a weight.",
            why: "Weight shares clients among hosts of the same priority. A host that is alone there \
                takes all of that priority's clients, whatever its weight: alone in its priority, \
                20/75 is not 75 %.",
            action: "Nothing needs to be done. To share its clients with another host, give both the \
                same priority; for plain numbers, write weight 0.",
            accept: None,
            source: "RFC 2782",
        },
        Code::EvidenceUnused => Explanation {
            title: "Evidence is about an unknown host or node",
            what: "A file of the evidence tells of a host that neither the topology nor a KMS record names, \
                or of a node that holds no domain of the plan.",
            why: "Nothing in the plan follows from it. If its name is misspelled, the host or node that it \
                is about is planned as if nothing had been seen on it.",
            action: "Compare the name with the topology. Correct it, or take the file away.",
            accept: None,
            source: "A rule of kmsplan",
        },
        Code::DateNotGiven => Explanation {
            title: "No date was given",
            what: "`--today` was not given, and kmsplan never reads the clock.",
            why: "What needs a date is not judged, such as whether the `until` of an `[[allow]]` has \
                passed. A serial number that is written as a date is raised by one in the diff.",
            action: "Give `--today YYYY-MM-DD`. The same inputs and the same date always give the same \
                plan.",
            accept: None,
            source: "A rule of kmsplan",
        },
    }
}
