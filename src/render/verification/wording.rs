//! What the outputs of a verification say in the same words.

use std::collections::BTreeMap;

use crate::Name;
use crate::plan::finding::Finding;
use crate::plan::{Values, Verb};
use crate::presentation;
use crate::render::wording::{age, count, hosts, short_id};
use crate::verification::{
    Cache, Difference, Domain, Expected, HostState, Memory, Removed, SeenHost, Server, State,
    Verification, Who,
};

/// The most names in the verdict.
const MAX_NAMED: usize = 3;
/// The most names in a list that needs not be read to its end.
const MAX_LISTED: usize = 20;

/// Whether everything is as planned, else what is not: one sentence.
pub(super) fn verdict(verification: &Verification<'_>) -> String {
    let totals = verification.totals();
    if totals.is_as_planned() {
        let errors = errors(verification);
        return if errors > 0 {
            format!(
                "As planned, but the plan has {} that nobody accepted.",
                count(errors, "error")
            )
        } else if totals.sets() == 0 {
            "As planned: the plan has no record sets.".to_owned()
        } else {
            "As planned.".to_owned()
        };
    }
    let sets = [
        (totals.still_old, "still the old set in"),
        (totals.something_else, "something else in"),
        (totals.no_answer, "no usable answer about"),
    ];
    let mut parts: Vec<String> = Vec::new();
    for (number, what) in sets.into_iter().filter(|(number, _)| *number > 0) {
        let of = if parts.is_empty() {
            format!(" of {}", count(totals.sets(), "record set"))
        } else {
            String::new()
        };
        parts.push(format!("{what} {number}{of}"));
    }
    if totals.unverified > 0 {
        let unverified = verification.unverified.iter().map(|one| &one.name);
        parts.push(if totals.unverified <= MAX_NAMED {
            format!("{} not verified", names(unverified))
        } else {
            format!("{} domains or zones not verified", totals.unverified)
        });
    }
    if totals.hosts_left > 0 {
        parts.push(format!(
            "{} still there",
            count(totals.hosts_left, "removed host")
        ));
    }
    if totals.publishing > 0 {
        parts.push(format!(
            "publishing not seen to be as planned on {}",
            count(totals.publishing, "host")
        ));
    }
    format!("Not as planned: {}.", parts.join("; "))
}

/// Which plan was verified, and how often it was looked.
pub(super) fn subject(verification: &Verification<'_>) -> String {
    let plan = verification.plan;
    let mut text = format!("KMS DNS plan {}", short_id(&plan.id));
    if let Some(back) = &plan.takes_back {
        text = format!("{text}, the way back from {}", short_id(back));
    }
    let servers = verification.servers.iter();
    let asked = servers.filter(|server| !matches!(server.who, Who::Sources(_)));
    let asked = asked.count();
    if asked > 0 {
        text = format!("{text}; {}", count(asked, "server"));
    }
    if verification.looks > 1 {
        text = format!("{text}; looked {} times", verification.looks);
    }
    text
}

/// The plan's errors that nobody accepted.
pub(super) fn errors(verification: &Verification<'_>) -> usize {
    let findings = verification.plan.findings.iter();
    findings.filter(|finding| Finding::blocks(finding)).count()
}

/// That Ctrl-C ended it.
pub(super) fn interrupted(verification: &Verification<'_>) -> Option<String> {
    let text = "Interrupted: this is what was known by then.";
    verification.interrupted.then(|| text.to_owned())
}

/// That an address was not asked.
pub(super) fn passed_over(who: &Who) -> String {
    format!("{who}: this machine has no way to that address; the server was asked at another one")
}

/// What stands in the way of trusting the plan itself.
pub(super) fn blocked(verification: &Verification<'_>) -> Option<String> {
    let errors = errors(verification);
    (errors > 0).then(|| {
        format!(
            "The plan has {} that nobody accepted: it was not to be carried out as it stands.",
            count(errors, "error")
        )
    })
}

/// The first names of a list, and how many more there are.
pub(super) fn some_names(all: &[&Name]) -> String {
    let shown = names(all.iter().take(MAX_LISTED).copied());
    if all.len() > MAX_LISTED {
        format!("{shown} and {} more", all.len() - MAX_LISTED)
    } else {
        shown
    }
}

/// Names in a row.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    let names: Vec<String> = names.into_iter().map(presentation::plain).collect();
    names.join(", ")
}

/// The serials that a server told: `contoso.com 14, emea.contoso.com 3`.
pub(super) fn serials(server: &Server) -> String {
    let serials = server.serials.iter();
    let serials: Vec<String> = serials
        .map(|(apex, serial)| format!("{} {serial}", presentation::plain(apex)))
        .collect();
    serials.join(", ")
}

/// The state of a domain.
pub(super) fn state(state: &State) -> &'static str {
    match state {
        State::AsPlanned => "as planned",
        State::StillOld => "still the old set",
        State::SomethingElse { partly_done: true } => "something else, partly done",
        State::SomethingElse { partly_done: false } => "something else",
        State::NoAnswer(_) => "no usable answer",
    }
}

/// The domains of a server in one state.
pub(super) fn in_state<'a>(server: &'a Server, wanted: &State) -> Vec<&'a Name> {
    let domains = server.domains.iter();
    let domains = domains.filter(|domain| domain.state.word() == wanted.word());
    domains.map(|domain| &domain.name).collect()
}

/// Domains that a server gave no usable answer about, all for the same reason.
pub(super) struct Unanswered<'a> {
    /// The domains.
    pub(super) domains: Vec<&'a Name>,
    /// What happened to the first of them.
    message: &'a str,
    /// What to try; may be empty.
    pub(super) help: &'a str,
}

impl Unanswered<'_> {
    /// What happened.
    pub(super) fn message(&self) -> String {
        if self.domains.len() > 1 {
            format!("for example: {}", self.message)
        } else {
            self.message.to_owned()
        }
    }
}

/// The domains that a server gave no usable answer about, by reason.
pub(super) fn unanswered(server: &Server) -> Vec<Unanswered<'_>> {
    let mut groups: Vec<Unanswered<'_>> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for domain in &server.domains {
        if let State::NoAnswer(nothing) = &domain.state {
            let help = nothing.help.as_str();
            let at = *places.entry((nothing.why, help)).or_insert_with(|| {
                groups.push(Unanswered {
                    domains: Vec::new(),
                    message: &nothing.message,
                    help,
                });
                groups.len() - 1
            });
            groups[at].domains.push(&domain.name);
        }
    }
    groups
}

/// The domains that are something else.
pub(super) fn others(server: &Server) -> impl Iterator<Item = &Domain> {
    let domains = server.domains.iter();
    domains.filter(|domain| matches!(domain.state, State::SomethingElse { .. }))
}

/// That an alias stands in the place of the records.
pub(super) fn alias(domain: &Domain) -> Option<String> {
    let target = domain.alias.as_ref()?;
    Some(format!(
        "{} leads to {} by an alias (CNAME or DNAME).",
        presentation::plain(&domain.owner),
        presentation::plain(target)
    ))
}

/// The domains of a server whose TTLs were not told, in a sentence.
pub(super) fn ttls_not_told(server: &Server) -> Option<String> {
    let domains = server.domains.iter();
    let domains: Vec<&Name> = domains
        .filter(|domain| domain.ttls_not_told)
        .map(|domain| &domain.name)
        .collect();
    (!domains.is_empty()).then(|| {
        format!(
            "TTLs are not told and were not compared: {}",
            some_names(&domains)
        )
    })
}

/// A record's target and port.
pub(super) fn endpoint(difference: &Difference) -> String {
    format!(
        "{}:{}",
        presentation::plain(&difference.target),
        difference.port
    )
}

/// The values of a record that differ, as they were seen and as they are planned, else all that matter.
pub(super) fn fields(difference: &Difference) -> String {
    let fields = match (&difference.found, &difference.planned) {
        (Some(found), Some(planned)) => differing(found, planned),
        (Some(values), None) | (None, Some(values)) => vec![
            format!("priority {}", values.priority),
            format!("weight {}", values.weight),
        ],
        (None, None) => Vec::new(),
    };
    fields.join(", ")
}

/// The values that are to be others. What is not known does not differ.
fn differing(found: &Values, planned: &Values) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = |name: &str, found: String, planned: String| {
        if found != planned {
            fields.push(format!("{name}{found} -> {planned}"));
        }
    };
    let number = |value: u16| value.to_string();
    field(
        "priority ",
        number(found.priority),
        number(planned.priority),
    );
    field("weight ", number(found.weight), number(planned.weight));
    if let Some((found, planned)) = found.ttl.zip(planned.ttl) {
        field("ttl ", found.to_string(), planned.to_string());
    }
    if let Some((found, planned)) = found.aged.zip(planned.aged) {
        field("", age(found).to_owned(), age(planned).to_owned());
    }
    fields
}

/// All values of a record.
pub(super) fn values(values: &Values) -> String {
    let mut text = format!("priority {}, weight {}", values.priority, values.weight);
    if let Some(ttl) = values.ttl {
        text = format!("{text}, ttl {ttl}");
    }
    if let Some(aged) = values.aged {
        text = format!("{text}, {}", age(aged));
    }
    text
}

/// What a difference means.
pub(super) fn outcome(difference: &Difference) -> &'static str {
    match (difference.verb, difference.is_old) {
        (Verb::Add, _) => "missing",
        (Verb::Remove, true) => "still there",
        (Verb::Remove, false) => "not known to the plan",
        (_, true) => "as before the plan",
        (_, false) => "other values",
    }
}

/// What became of a removed host: sentences without a final dot.
pub(super) fn removed(verification: &Verification<'_>, host: &Removed) -> Vec<String> {
    let mut by_server: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for standing in &host.still {
        let domain = presentation::plain(&standing.domain);
        let place = format!("{domain} (port {})", standing.port);
        by_server.entry(standing.server).or_default().push(place);
    }
    let mut lines: Vec<String> = by_server
        .into_iter()
        .map(|(server, places)| {
            let who = verification.servers.get(server).map(|server| &server.who);
            let on = match who {
                Some(Who::Sources(_)) | None => String::new(),
                Some(who) => format!(" on {who}"),
            };
            let more = places.len().saturating_sub(MAX_LISTED);
            let mut shown = places[..places.len() - more].join(", ");
            if more > 0 {
                shown = format!("{shown} and {more} more places");
            }
            format!("still in {shown}{on}")
        })
        .collect();
    if host.not_known > 0 {
        let sets = count(host.not_known, "record set");
        let but = if lines.is_empty() {
            "not seen, but "
        } else {
            ""
        };
        lines.push(format!("{but}{sets} could not be looked at"));
    } else if lines.is_empty() && host.stays.is_empty() {
        lines.push("gone".to_owned());
    } else if lines.is_empty() {
        lines.push("gone where the plan removes it".to_owned());
    }
    if !host.stays.is_empty() {
        lines.push(format!("it is planned to stay in {}", names(&host.stays)));
    }
    lines
}

/// What others may still remember: sentences.
pub(super) fn caches(verification: &Verification<'_>) -> Vec<String> {
    let mut groups: Vec<(&Cache, Vec<&Name>)> = Vec::new();
    for cache in &verification.caches {
        let same = |(first, _): &&mut (&Cache, Vec<&Name>)| {
            (first.memory, first.seconds, first.meanwhile)
                == (cache.memory, cache.seconds, cache.meanwhile)
        };
        match groups.iter_mut().find(same) {
            Some((_, domains)) => domains.push(&cache.domain),
            None => groups.push((cache, vec![&cache.domain])),
        }
    }
    let mut sentences: Vec<String> = groups
        .iter()
        .map(|(cache, domains)| memory(cache, &some_names(domains)))
        .collect();
    if !verification.caches.is_empty() {
        sentences.push("Clients keep the host that answered last until it fails: until then they do not notice the change. Switch host caching off where weights must take effect (slmgr.vbs /ckhc).".to_owned());
    }
    if !verification.removed.is_empty() {
        sentences.push("Keep a removed host running until event 12290 no longer appears in its Key Management Service log: clients that know it ask it until it stops answering.".to_owned());
    }
    sentences
}

fn memory(cache: &Cache, domains: &str) -> String {
    let from = "from when the last server got the change";
    let mut text = match (cache.memory, cache.seconds) {
        (Memory::OldSet, Some(seconds)) => format!(
            "{domains}: resolvers may give the old set for up to {seconds} seconds, its TTL, {from}."
        ),
        (Memory::OldSet, None) => format!(
            "{domains}: resolvers may give the old set for up to its TTL {from}; the plan does not tell that TTL."
        ),
        (Memory::NoRecords, Some(seconds)) => format!(
            "{domains}: there were no records. Resolvers may go on saying so for up to {seconds} seconds, the smaller of the minimum and the TTL of the zone's SOA record, {from}."
        ),
        (Memory::NoRecords, None) => format!(
            "{domains}: there were no records. Resolvers may go on saying so for up to the smaller of the minimum and the TTL of the zone's SOA record {from}; nothing that was seen tells them."
        ),
    };
    if let Some(seconds) = cache.meanwhile {
        text = format!(
            "{text} A set that stood there on the way can be given for up to {seconds} seconds."
        );
    }
    text
}

/// What was seen of a host's publishing: the end of a line that begins with the host.
pub(super) fn publishes(host: &SeenHost) -> String {
    let seen = match host.state {
        HostState::Off => "publishing is off",
        HostState::On => "publishing is on",
        HostState::RestartDue => {
            "publishing was switched, which takes effect with a restart of its licensing service"
        }
        HostState::NoKmsHost if host.leaves => "is no KMS host, so it publishes nothing",
        HostState::NoKmsHost => "is no KMS host",
        HostState::NotTold => "no file tells",
    };
    let planned = match host.expected {
        _ if host.is_as_planned() => "",
        Expected::Off => ", planned off",
        Expected::On => ", planned on",
    };
    let file = host
        .file
        .as_ref()
        .map(|file| format!(" ({file})"))
        .unwrap_or_default();
    format!("{seen}{planned}{file}")
}

/// What is to be said of publishing besides the hosts.
pub(super) fn publishing(verification: &Verification<'_>) -> Option<String> {
    let publishing = &verification.publishing;
    if publishing.hosts.is_empty() {
        let is_back = verification.plan.takes_back.is_some();
        return (publishing.checked && is_back).then(|| {
            "Not judged: the way back puts publishing back as it was on each host, which the plan does not know.".to_owned()
        });
    }
    if publishing.checked {
        return None;
    }
    let names = |wanted: Expected| -> Vec<Name> {
        let hosts = publishing.hosts.iter();
        let hosts = hosts.filter(|host| host.expected == wanted);
        hosts.map(|host| host.host.clone()).collect()
    };
    let mut parts = Vec::new();
    for (wanted, word) in [(Expected::Off, "off"), (Expected::On, "on")] {
        let names = names(wanted);
        if !names.is_empty() {
            parts.push(format!("{word}: {}", hosts(&names)));
        }
    }
    Some(format!(
        "Not checked. To be {}. On each host `cscript //nologo %SystemRoot%\\System32\\slmgr.vbs /dlv all` tells; give the outputs with --host-evidence DIR.",
        parts.join("; ")
    ))
}

/// That nothing tells whether records are static.
pub(super) fn ages(verification: &Verification<'_>) -> Option<String> {
    let domains = &verification.ages_not_told;
    (!domains.is_empty()).then(|| {
        format!(
            "Nothing that was seen tells whether the records are static, as planned: {}. Answers and transfers do not hold timestamps; an export of the zone (dnscmd /ZoneExport) does: verify again with it.",
            some_names(&domains.iter().collect::<Vec<_>>())
        )
    })
}
