//! Rules about the clients that the topology states: which hosts count enough of them.

use super::{Facts, Found, charging, few, listed, topology_line};
use crate::plan::clients::{
    Finds, Load, Reached, Standby, Threshold, Wait, When, average, lapse, percent,
};
use crate::plan::finding::Code;
use crate::topology::{Host, Os};
use crate::{Name, presentation};

pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    let loads = facts.simulation.loads(When::After, &[]);
    if loads.is_empty() {
        return;
    }
    let standbys = facts.simulation.standbys();
    for load in &loads {
        // What counts clients on a host that is not Windows is not Microsoft's, so no threshold is known.
        let host = facts.topology.hosts.iter();
        let mut host = host.filter(|host| host.os != Some(Os::Other));
        let Some(host) = host.find(|host| host.name == load.host) else {
            continue;
        };
        let mut missed = load.reached.clone();
        missed.retain(|reached| !reached.is_enough());
        if missed.is_empty() {
            continue;
        }
        let uncounted = uncounted(facts, host);
        let standby = standbys.binary_search_by(|standby| standby.host.cmp(&load.host));
        match standby.ok().and_then(|index| standbys.get(index)) {
            Some(standby) => idle(facts, host, load, &missed, standby, &uncounted, found),
            None => sharing(facts, host, load, &missed, &uncounted, found),
        }
    }
}

/// A host that has a share, but too few clients.
fn sharing(
    facts: &Facts<'_>,
    host: &Host,
    load: &Load,
    missed: &[Reached],
    uncounted: &str,
    found: &mut Found<'_>,
) {
    let chances: Vec<String> = missed
        .iter()
        .map(|reached| {
            format!(
                "{} for {} ({} needed)",
                likely(reached.probability),
                product(reached.threshold),
                reached.threshold.needed()
            )
        })
        .collect();
    let message = format!(
        "Of the stated clients it is expected to count {} in 30 days, once they have chosen by the planned records. The probability that this is enough is {}. While it is not, clients that come to it get 0xC004F038 and are not activated.{uncounted}",
        expected(load, missed),
        listed(&chances),
    );
    let mut help = weights(facts, host, missed);
    if facts.simulation.has_caching_clients(&host.name) {
        help.push_str(if facts.simulation.is_new(&host.name) {
            " It is new to these records, and clients with caching stay with the host that they have: at first it counts only those that choose anew."
        } else {
            " Clients with caching stay with the host that they have: its count follows a weight only as they choose anew."
        });
    }
    let place = Some(topology_line(facts.topology, host.line));
    found
        .about(Code::ShareBelowThreshold, &host.name, message, help)
        .at(place);
}

/// The weights that would be enough.
fn weights(facts: &Facts<'_>, host: &Host, missed: &[Reached]) -> String {
    let mut enough = Vec::new();
    let mut none = Vec::new();
    let mut too_few = Vec::new();
    for reached in missed {
        let threshold = reached.threshold;
        let product = product(threshold);
        let asking = facts.simulation.asking(&host.name, threshold);
        if let Some(weight) = facts.simulation.smallest_weight(&host.name, threshold) {
            enough.push(format!("{weight} for {product}"));
        } else if asking < u64::from(threshold.needed()) {
            too_few.push(format!(
                "{} of {} for {product}",
                asking,
                counted(threshold, f64::from(threshold.needed()))
            ));
        } else {
            none.push(product.to_owned());
        }
    }
    let mut sentences = Vec::new();
    if !enough.is_empty() {
        sentences.push(format!(
            "The smallest weight that gives 95 % is {}, in each of its records that these clients look up and with all other records as planned; others then get less.",
            listed(&enough)
        ));
    }
    if !none.is_empty() {
        sentences.push(format!(
            "No weight gives 95 % for {}: with all other records as planned too few of the stated clients come to it. Let fewer hosts share its priority.",
            either(&none)
        ));
    }
    if !too_few.is_empty() {
        sentences.push(format!(
            "No weight helps where too few clients look its records up: {}. Publish it where more clients look, or let them find hosts that others ask too.",
            listed(&too_few)
        ));
    }
    sentences.join(" ")
}

/// A host that is asked only while others are silent.
fn idle(
    facts: &Facts<'_>,
    host: &Host,
    load: &Load,
    missed: &[Reached],
    standby: &Standby,
    uncounted: &str,
    found: &mut Found<'_>,
) {
    let thresholds: Vec<Threshold> = missed.iter().map(|reached| reached.threshold).collect();
    let waits: Vec<&Wait> = standby
        .waits
        .iter()
        .filter(|wait| thresholds.contains(&wait.threshold))
        .collect();
    let before = match standby.waits_for.as_slice() {
        [one] => format!("{} is", presentation::plain(one)),
        several => format!("the hosts before it ({}) are", few(several)),
    };
    // Only those that ignore priority and weight ask it otherwise.
    let (who, start) = if load.windows <= 0.0 {
        ("Clients", ", so it starts from a count near 0".to_owned())
    } else if thresholds.iter().all(|it| *it == Threshold::Office) {
        (
            "Clients that use priority and weight",
            ", so it starts from a count near 0".to_owned(),
        )
    } else {
        let start = format!(
            ". Before that only clients that ignore both ask it, {} on average; the following starts from none",
            machines(load.windows)
        );
        ("Clients that use priority and weight", start)
    };
    let message = format!(
        "{who} ask it only while {before} silent{start}. {}{uncounted}",
        lapses(&waits),
    );
    let help = format!(
        "{} A client leaves the count 30 days after it asked last. Or let it share the first priority with a weight that is enough.",
        charging::how(&host.name, host.port, &thresholds)
    );
    let place = Some(topology_line(facts.topology, host.line));
    found
        .about(Code::StandbyBelowThreshold, &host.name, message, help)
        .at(place);
}

/// How long a standby activates nobody.
fn lapses(waits: &[&Wait]) -> String {
    let mut ends = Vec::new();
    let mut sentences = Vec::new();
    for wait in waits {
        let (product, needed) = (product(wait.threshold), wait.threshold.needed());
        let unit = match wait.threshold {
            Threshold::Windows | Threshold::Server => "Windows machines",
            Threshold::Office => "installations",
        };
        match wait.if_not_activated.zip(wait.if_activated) {
            Some((soon, late)) => ends.push(format!(
                "{needed} {unit} for {product} (about {} to {})",
                lapse(soon),
                lapse(late)
            )),
            None => sentences.push(format!(
                "With the stated clients alone it never activates {product}: only {} come to it, and {needed} are needed.",
                counted(wait.threshold, wait.clients)
            )),
        }
    }
    if !ends.is_empty() {
        sentences.insert(0, format!(
            "It then activates none until enough have asked: {}. The shorter times hold if none of the stated clients is activated and each tries every 2 hours, the longer if all are and each renews every 7 days, evenly spread.",
            listed(&ends)
        ));
    }
    sentences.join(" ")
}

/// A probability below what is asked, never rounded up to it.
fn likely(probability: f64) -> String {
    if probability >= 0.9495 {
        "just under 95 %".to_owned()
    } else {
        percent(probability)
    }
}

/// What a host is expected to count, as far as it matters to these thresholds.
fn expected(load: &Load, missed: &[Reached]) -> String {
    let is_office = |reached: &Reached| reached.threshold == Threshold::Office;
    let mut counts = Vec::new();
    if !missed.iter().all(is_office) {
        counts.push(machines(load.windows));
    }
    if missed.iter().any(is_office) {
        counts.push(counted(Threshold::Office, load.office));
    }
    listed(&counts)
}

fn machines(number: f64) -> String {
    counted(Threshold::Windows, number)
}

fn counted(threshold: Threshold, number: f64) -> String {
    let text = average(number);
    let unit = unit(threshold);
    if text == "1" {
        format!(
            "1 {}",
            unit.replacen("machines", "machine", 1)
                .replacen("installations", "installation", 1)
        )
    } else {
        format!("{text} {unit}")
    }
}

/// What counts towards a threshold.
fn unit(threshold: Threshold) -> &'static str {
    match threshold {
        Threshold::Windows | Threshold::Server => "Windows machines",
        Threshold::Office => "installations of Office",
    }
}

/// What a threshold is asked for.
fn product(threshold: Threshold) -> &'static str {
    match threshold {
        Threshold::Windows => "Windows clients",
        Threshold::Server => "Windows Server",
        Threshold::Office => "Office",
    }
}

/// Words after "no": `a`, `a or b`, `a, b or c`.
fn either(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        words => listed(words),
    }
}

/// A sentence about the groups that may find a host, but of which that is not known; empty where there are none.
fn uncounted(facts: &Facts<'_>, host: &Host) -> String {
    let holds = |domain: &Name| {
        let set = facts.simulation.set(domain, When::After);
        set.map_or_else(
            || host.publication(domain).is_some(),
            |set| set.hosts().contains(&host.name),
        )
    };
    let groups = facts.simulation.groups.iter();
    let unknown: Vec<Name> = groups
        .filter(|(group, _, after)| !group.adba && matches!(after, Finds::Unknown(_)))
        .filter(|(group, ..)| group.search.iter().any(holds))
        .map(|(group, ..)| group.domain.clone())
        .collect();
    if unknown.is_empty() {
        String::new()
    } else {
        format!(
            " Not counted are the clients of {}: no source tells which records they find.",
            few(&unknown)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_after_no_are_joined_by_or() {
        let words = ["Windows clients", "Windows Server", "Office"].map(str::to_owned);
        assert_eq!(either(&words[..1]), "Windows clients");
        assert_eq!(either(&words[..2]), "Windows clients or Windows Server");
        assert_eq!(either(&words), "Windows clients, Windows Server or Office");
    }
}
