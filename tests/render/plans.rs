//! Plans made by hand.

use kmsplan::plan::action::{
    Already, GroupRef, HostPublishing, HostRef, Member, Node, PublishEntry, Record, RecordEdit,
    RecordSet, SetChange, Spelled, ZoneRef,
};
use kmsplan::plan::{
    Action, Change, Code, FileDiff, Finding, Live, Plan, PlanDomain, PlanSource, PlanZone,
    Reminder, Severity, Step, TopologySummary, Values, Verb, Why,
};
use kmsplan::presentation::{kms_owner, parse_full_name};
use kmsplan::topology::{Apply, GroupScope, Os, Partition, Publishing, ZoneKind};
use kmsplan::{Fingerprint, Name};

pub(crate) fn name(text: &str) -> Name {
    parse_full_name(text).unwrap()
}

fn zone(apex: &str) -> ZoneRef {
    ZoneRef {
        name: name(apex),
        kind: ZoneKind::Ad,
        apply: Apply::Powershell,
        server: Some("dc01.contoso.com".to_owned()),
        partition: Partition::Domain,
        diff: true,
    }
}

fn plan_zone(apex: &str, serial: u32) -> PlanZone {
    PlanZone {
        zone: zone(apex),
        spelling: name(apex),
        kind_assumed: true,
        dynamic_update: None,
        source: format!("zones/contoso/{apex}.zone"),
        format: kmsplan::snapshot::Format::ZoneFile,
        sha256: Fingerprint::told("0123456789abcdef".repeat(4)),
        serial: Some(serial),
        new_serial: Some(serial + 1),
    }
}

fn values(priority: u16, weight: u16) -> Values {
    Values {
        priority,
        weight,
        ttl: Some(3600),
        aged: Some(false),
    }
}

/// A record of today: 0 0, TTL 600, age not known.
fn today() -> Values {
    Values {
        priority: 0,
        weight: 0,
        ttl: Some(600),
        aged: None,
    }
}

fn change(verb: Verb, target: &str, before: Option<Values>, after: Option<Values>) -> Change {
    Change {
        verb,
        target: name(target),
        port: 1688,
        before,
        after,
        why: Why::Listed,
        place: before.map(|_| ("zones/contoso/contoso.com.zone".to_owned(), Some(18))),
        share: after.map(|after| match after.weight {
            _ if after.priority > 10 => 0,
            75 => 7475,
            _ => 2525,
        }),
    }
}

fn record(change: &Change, values: Values) -> Record {
    Record {
        target: change.target.clone(),
        port: change.port,
        priority: values.priority,
        weight: values.weight,
        ttl: values.ttl,
        aged: values.aged,
    }
}

fn set(domain: &PlanDomain, side: impl Fn(&Change) -> Option<Values>) -> RecordSet {
    let zone = zone("contoso.com");
    let mut records: Vec<Record> = domain
        .changes
        .iter()
        .filter_map(|change| side(change).map(|values| record(change, values)))
        .collect();
    records.sort_by_key(|record| (record.priority, std::cmp::Reverse(record.weight)));
    RecordSet {
        domain: domain.name.clone(),
        owner: domain.owner.clone(),
        zone,
        records,
    }
}

fn edits(domain: &PlanDomain, wanted: impl Fn(&Change) -> bool) -> Vec<RecordEdit> {
    let mut changes: Vec<&Change> = domain
        .changes
        .iter()
        .filter(|change| wanted(change))
        .collect();
    changes.sort_by_key(|change| match change.verb {
        Verb::Add => 0,
        Verb::Change => 1,
        Verb::Keep | Verb::Remove => 2,
    });
    changes
        .into_iter()
        .filter_map(|change| match (change.verb, change.before, change.after) {
            (Verb::Add, _, Some(after)) => Some(RecordEdit::Add {
                record: record(change, after),
            }),
            (Verb::Change, Some(before), Some(after)) => Some(RecordEdit::Replace {
                before: record(change, before),
                after: record(change, after),
            }),
            (Verb::Remove, Some(before), _) => Some(RecordEdit::Remove {
                record: record(change, before),
            }),
            _ => None,
        })
        .collect()
}

fn domain(text: &str, before: usize, changes: Vec<Change>) -> PlanDomain {
    PlanDomain {
        name: name(text),
        zone: Some(name("contoso.com")),
        owner: kms_owner(&name(text)).unwrap(),
        live: Live {
            before,
            after: 3,
            minimum: before,
        },
        changes,
    }
}

fn host(text: &str) -> HostRef {
    HostRef {
        name: Spelled(name(text)),
        port: 1688,
        os: Some(Os::Server2022),
    }
}

pub(crate) fn finding(code: Code, severity: Severity, subject: &str) -> Finding {
    Finding {
        code,
        severity,
        subject: subject.to_owned(),
        message: "It answers clients of contoso.com but the topology does not name it. Its 0 0 comes before every tuned host: while it stays it gets all new clients.".to_owned(),
        place: Some(("zones/contoso/contoso.com.zone".to_owned(), Some(18))),
        help: "Ask its owner before the step that removes it.".to_owned(),
        allowed: None,
    }
}

fn numbered(actions: Vec<Action>) -> Vec<Step> {
    actions
        .into_iter()
        .enumerate()
        .map(|(index, action)| Step {
            number: index + 1,
            action,
        })
        .collect()
}

const HOSTS: [(&str, u16, u16); 3] = [
    ("kms01.contoso.com", 10, 75),
    ("kms02.contoso.com", 10, 25),
    ("kms03.contoso.com", 20, 75),
];

/// Three hosts, two domains, a retired and an unknown host: the well-known case.
pub(crate) fn contoso() -> Plan {
    let mut main: Vec<Change> = HOSTS
        .iter()
        .map(|(host, priority, weight)| {
            change(Verb::Add, host, None, Some(values(*priority, *weight)))
        })
        .collect();
    main[0].verb = Verb::Change;
    main[0].before = Some(today());
    main[0].place = Some(("zones/contoso/contoso.com.zone".to_owned(), Some(16)));
    let leaving = [
        ("oldkms.contoso.com", Why::Retired),
        ("PC-4711.contoso.com", Why::Unlisted),
    ];
    for (host, why) in leaving {
        main.push(Change {
            why,
            ..change(Verb::Remove, host, Some(today()), None)
        });
    }
    let second = HOSTS
        .iter()
        .map(|(host, priority, weight)| {
            change(Verb::Add, host, None, Some(values(*priority, *weight)))
        })
        .collect();
    let domains = vec![
        domain("contoso.com", 1, main),
        domain("emea.contoso.com", 0, second),
    ];
    let hosts: Vec<HostRef> = HOSTS.iter().map(|(text, ..)| host(text)).collect();
    Plan {
        takes_back: None,
        id: "3f9ac21e".repeat(8),
        topology: TopologySummary {
            path: "zones/contoso/kms.toml".to_owned(),
            sha256: "fedcba9876543210".repeat(4),
            publishing: Publishing::Manual,
            hosts: 3,
            domains: 2,
        },
        zones: vec![plan_zone("contoso.com", 2_026_112_101)],
        steps: numbered(contoso_actions(&domains, &hosts)),
        domains,
        findings: vec![
            finding(Code::UnlistedHost, Severity::Warning, "pc-4711.contoso.com"),
            Finding {
                place: None,
                message: "Clients keep the host that answered last until it fails.".to_owned(),
                help: String::new(),
                ..finding(
                    Code::ClientCache,
                    Severity::Note,
                    "contoso.com, emea.contoso.com",
                )
            },
        ],
        reminder: Some(Reminder {
            hosts: HOSTS.iter().map(|(text, ..)| name(text)).collect(),
        }),
        diffs: vec![FileDiff {
            path: "zones/contoso/contoso.com.zone".to_owned(),
            applies: true,
            unified: b"--- a/zones/contoso/contoso.com.zone\n+++ b/zones/contoso/contoso.com.zone\n@@ -18,1 +18,1 @@\n-_vlmcs._tcp\t600 IN SRV 0 0 1688 kms01\n+_vlmcs._tcp\t3600 IN SRV 10 75 1688 kms01\n".to_vec(),
        }],
        sources: vec![PlanSource {
            path: "zones/contoso/contoso.com.zone".to_owned(),
            format: kmsplan::snapshot::Format::ZoneFile,
            why: "its first record or directive reads like one of a master file".to_owned(),
            zones: vec![(name("contoso.com"), kmsplan::snapshot::ApexFrom::Source)],
        }],
        deployment: kmsplan::plan::clients::Deployment::default(),
    }
}

fn contoso_actions(domains: &[PlanDomain], hosts: &[HostRef]) -> Vec<Action> {
    let [main, second] = domains else {
        panic!("two domains");
    };
    let is_unlisted = |change: &Change| change.why == Why::Unlisted;
    let before = set(main, |change| change.before);
    let between = set(main, |change| {
        change
            .after
            .or(change.before.filter(|_| is_unlisted(change)))
    });
    let after = set(main, |change| change.after);
    let sets = vec![after.clone(), set(second, |change| change.after)];
    let group = GroupRef {
        name: "KMS Hosts".to_owned(),
        path: Some("OU=Groups,DC=contoso,DC=com".to_owned()),
        scope: GroupScope::Global,
        server: Some("dc01.contoso.com".to_owned()),
    };
    let nodes: Vec<Node> = domains
        .iter()
        .map(|domain| Node {
            domain: domain.name.clone(),
            owner: domain.owner.clone(),
            zone: zone("contoso.com"),
            exists: domain.live.before > 0,
        })
        .collect();
    let gone = vec![
        Spelled(name("oldkms.contoso.com")),
        Spelled(name("PC-4711.contoso.com")),
    ];
    let served = vec![
        Spelled(name("contoso.com")),
        Spelled(name("emea.contoso.com")),
    ];
    let publishing = HOSTS
        .iter()
        .zip(hosts)
        .map(|((_, priority, weight), host)| HostPublishing {
            host: host.clone(),
            publish: served
                .iter()
                .map(|domain| PublishEntry {
                    domain: domain.0.clone(),
                    priority: *priority,
                    weight: *weight,
                })
                .collect(),
        })
        .collect();
    vec![
        Action::CheckHosts {
            hosts: hosts.to_vec(),
        },
        Action::CheckNames {
            hosts: hosts.to_vec(),
            zones: vec![zone("contoso.com")],
        },
        Action::CheckReachability {
            hosts: hosts.to_vec(),
        },
        Action::DisablePublishing {
            hosts: publishing,
            already: Already::default(),
        },
        Action::SilenceLeavingHosts {
            unlisted: false,
            hosts: gone.clone(),
            already: Already::default(),
        },
        Action::AwaitReplication {
            sets: vec![before.clone(), set(second, |change| change.before)],
        },
        Action::ChangeRecords {
            change: SetChange {
                before,
                edits: edits(main, |change| !is_unlisted(change)),
                after: between.clone(),
            },
        },
        Action::RemoveUnlisted {
            change: SetChange {
                before: between,
                edits: edits(main, is_unlisted),
                after,
            },
        },
        Action::ChangeRecords {
            change: SetChange {
                before: set(second, |change| change.before),
                edits: edits(second, |_| true),
                after: set(second, |change| change.after),
            },
        },
        Action::CreateGroup {
            group: group.clone(),
        },
        Action::AddMembers {
            group: group.clone(),
            members: HOSTS
                .iter()
                .map(|(text, ..)| Member {
                    host: Spelled(name(text)),
                    account: format!("{}$", text[..5].to_uppercase()),
                    ad_domain: name("contoso.com"),
                })
                .collect(),
        },
        Action::SaveDescriptors {
            nodes: nodes.clone(),
        },
        Action::GrantRights {
            group: group.clone(),
            publishing: Publishing::Manual,
            nodes: nodes.clone(),
            granted: Vec::new(),
        },
        Action::CleanUpNodes { group, nodes },
        Action::RenewTickets {
            hosts: hosts.to_vec(),
        },
        Action::VerifyNow {
            sets: sets.clone(),
            gone: gone.clone(),
        },
        Action::VerifyNextDay {
            sets: sets.clone(),
            gone: gone.clone(),
        },
        Action::VerifyAfterRestart {
            hosts: hosts.to_vec(),
            sets,
        },
        Action::WatchLeavingHosts { hosts: gone },
        Action::RefreshClients {
            domains: served.clone(),
        },
        Action::DisableClientCaching { domains: served },
    ]
}

/// The same hosts once all is done: nothing changes.
pub(crate) fn unchanged() -> Plan {
    let mut plan = contoso();
    for domain in &mut plan.domains {
        domain.changes.retain(|change| change.after.is_some());
        for change in &mut domain.changes {
            change.verb = Verb::Keep;
            change.before = change.after;
            change.place = Some(("zones/contoso/contoso.com.zone".to_owned(), Some(18)));
        }
        domain.live = Live {
            before: 3,
            after: 3,
            minimum: 3,
        };
    }
    plan.steps.retain(|step| {
        matches!(
            step.action,
            Action::CheckHosts { .. } | Action::VerifyNow { .. }
        )
    });
    renumber(&mut plan);
    plan.findings.clear();
    plan.diffs.clear();
    plan.zones[0].new_serial = None;
    plan
}

/// Hosts that publish by themselves; one record that no host withdraws goes.
pub(crate) fn automatic() -> Plan {
    let mut plan = contoso();
    plan.topology.publishing = Publishing::Automatic;
    plan.reminder = None;
    plan.diffs.clear();
    for domain in &mut plan.domains {
        for change in &mut domain.changes {
            if let Some(after) = &mut change.after {
                after.ttl = None;
                after.aged = None;
            }
        }
    }
    plan.domains[0].changes[4].verb = Verb::Keep;
    plan.domains[0].changes[4].after = Some(today());
    plan.domains[0].changes[4].share = Some(10_000);
    let publishing = HOSTS
        .iter()
        .map(|(text, priority, weight)| HostPublishing {
            host: host(text),
            publish: vec![PublishEntry {
                domain: name("contoso.com"),
                priority: *priority,
                weight: *weight,
            }],
        })
        .collect();
    plan.steps = numbered(vec![Action::EnablePublishing {
        hosts: publishing,
        already: Already::default(),
    }]);
    plan
}

/// A plan that must not be carried out: an error, an accepted one, a domain whose zone was not read.
pub(crate) fn blocked() -> Plan {
    let mut plan = contoso();
    plan.steps.clear();
    plan.diffs.clear();
    plan.domains[1].zone = None;
    plan.domains[1].changes.clear();
    plan.domains[1].live = Live {
        before: 0,
        after: 0,
        minimum: 0,
    };
    plan.domains[0].changes[0] = Change {
        before: Some(Values {
            ttl: Some(600),
            aged: Some(true),
            ..values(0, 0)
        }),
        ..plan.domains[0].changes[0].clone()
    };
    plan.findings = vec![
        Finding {
            message: "No source holds the zone of emea.contoso.com.".to_owned(),
            help: "Give its zone data too.".to_owned(),
            place: Some(("zones/contoso/kms.toml".to_owned(), Some(3))),
            ..finding(Code::ZoneNotFound, Severity::Error, "emea.contoso.com")
        },
        Finding {
            message: "kms02.contoso.com is an alias.".to_owned(),
            allowed: Some("owned by the lab team".to_owned()),
            ..finding(Code::TargetIsAlias, Severity::Error, "kms02.contoso.com")
        },
        Finding {
            allowed: Some(String::new()),
            ..finding(Code::UnlistedHost, Severity::Warning, "pc-4711.contoso.com")
        },
    ];
    plan
}

/// The plan with the id that follows from it.
pub(crate) fn with_id(mut plan: Plan) -> Plan {
    plan.id = kmsplan::plan::identity::id(&plan);
    plan
}

/// A plan of few steps, one of each kind of place.
pub(crate) fn brief() -> Plan {
    let mut plan = contoso();
    plan.steps.retain(|step| {
        matches!(
            step.action,
            Action::CheckReachability { .. }
                | Action::RemoveUnlisted { .. }
                | Action::CreateGroup { .. }
                | Action::VerifyNextDay { .. }
                | Action::RefreshClients { .. }
        )
    });
    renumber(&mut plan);
    plan
}

fn renumber(plan: &mut Plan) {
    for (index, step) in plan.steps.iter_mut().enumerate() {
        step.number = index + 1;
    }
}

/// Names in other case than lower.
pub(crate) fn mixed_case() -> Plan {
    let mut plan = contoso();
    plan.domains[1].name = name("EMEA.Contoso.com");
    plan.domains[1].owner = kms_owner(&plan.domains[1].name).unwrap();
    plan.zones[0].spelling = name("Contoso.COM");
    plan.steps = numbered(contoso_actions(
        &plan.domains,
        &[
            host("KMS01.contoso.com"),
            host("kms02.contoso.com"),
            host("kms03.contoso.com"),
        ],
    ));
    plan.reminder = Some(Reminder {
        hosts: vec![name("KMS01.contoso.com"), name("kms02.contoso.com")],
    });
    plan
}

/// What a hostile zone, path, group or reason may hold.
pub(crate) const HOSTILE: &str =
    "``` <script>x</script> | *a* [b](http://evil.example) \u{1b}[2J\u{9b}\u{202e}\n# h\n- [ ] x";

/// A plan whose every text from outside is hostile.
pub(crate) fn hostile() -> Plan {
    let mut plan = contoso();
    let target =
        kmsplan::presentation::parse_name(br"a\`b\<i\>\|\*\*c\*\*\027\010\#.contoso.com.", None)
            .unwrap();
    plan.topology.path = HOSTILE.to_owned();
    plan.zones[0].source = HOSTILE.to_owned();
    plan.domains[0].changes[1].target = target;
    plan.domains[0].changes[4].place = Some((HOSTILE.to_owned(), Some(1)));
    plan.findings[0].subject = HOSTILE.to_owned();
    plan.findings[0].message = HOSTILE.to_owned();
    plan.findings[0].help = HOSTILE.to_owned();
    plan.findings[0].place = Some((HOSTILE.to_owned(), Some(1)));
    plan.findings[1].allowed = Some(HOSTILE.to_owned());
    for step in &mut plan.steps {
        if let Action::CreateGroup { group } | Action::AddMembers { group, .. } = &mut step.action {
            group.name = "K`M*S* <b>|``` Hosts".to_owned();
        }
    }
    plan.diffs[0].path = HOSTILE.to_owned();
    plan.diffs[0].unified =
        b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x ; \xff\x1b[2J ````\r\n+y ; ```\n".to_vec();
    plan.steps.truncate(6);
    plan
}
