//! The deployment as a picture: domains, the hosts that their clients ask first, and those they ask after them.

use super::super::frame::{Page, domains, scrolling};
use super::super::lanes::Lane;
use super::super::markup::{Element, Markup, el};
use super::{at, disc, drawing, label, rect};
use crate::Name;
use crate::plan::clients::{Chance, Finds};
use crate::presentation;
use crate::render::simulation::wording;
use crate::render::wording::{count, percent};

/// The most sets of records that are drawn.
pub(in super::super) const MAX_LANES: usize = 10;
/// The most priorities of a set that are drawn.
const MAX_TIERS: usize = 6;
/// The most hosts of a priority that are drawn.
const MAX_HOSTS: usize = 8;
/// The most names in the box of the domains.
const MAX_NAMES: usize = 4;
/// The most letters of a name that are drawn.
const MAX_LETTERS: usize = 32;
/// The width of a letter of a name.
const LETTER: f64 = 7.3;

/// The widest picture: on A4 paper its smallest letters are 6 points high.
const WIDEST: f64 = 940.0;

const DOMAINS: f64 = 206.0;
const BETWEEN: f64 = 36.0;
const BELOW: f64 = 12.0;
const LINE: f64 = 18.0;
const CHIP: f64 = 46.0;
const HEAD: f64 = 44.0;
const PAD: f64 = 10.0;

/// Hosts that are asked at the same time, or that are no longer asked.
struct Tier {
    head: String,
    note: &'static str,
    class: &'static str,
    hosts: Vec<(Name, String)>,
    more: usize,
}

/// The picture of the first of them.
pub(in super::super) fn picture(page: &mut Page<'_>, lanes: &[Lane]) -> Markup {
    let drawn: Vec<(&Lane, Vec<Tier>)> = lanes
        .iter()
        .take(MAX_LANES)
        .map(|lane| (lane, tiers(lane)))
        .collect();
    let longest = drawn
        .iter()
        .flat_map(|(_, tiers)| tiers.iter().flat_map(|tier| &tier.hosts))
        .map(|(host, _)| shown(host).chars().count())
        .max()
        .unwrap_or(0);
    let chip = 172.0_f64.max(size(longest) * LETTER + 46.0);
    let most = drawn
        .iter()
        .map(|(_, tiers)| tiers.len())
        .max()
        .unwrap_or(0);
    let wide = |tiers: usize| DOMAINS + size(tiers) * (BETWEEN + chip + 2.0 * PAD) + 2.0;
    let beside = (1..=most)
        .take_while(|tiers| wide(*tiers) <= WIDEST)
        .last()
        .unwrap_or(1);
    let width = wide(beside);
    let description: Vec<String> = drawn
        .iter()
        .map(|(lane, tiers)| told(lane, tiers))
        .collect();
    let mut drawing = drawing(
        page,
        "Domains and the hosts that their clients ask",
        &description.join(" "),
    )
    .class("deployment");
    let mut y = 1.0;
    let mut content = Markup::none();
    for (lane, tiers) in &drawn {
        let (part, height) = draw(page, lane, tiers, y, (chip, beside));
        content = content.and(part);
        y += height + 22.0;
    }
    let height = (y - 21.0).max(1.0);
    drawing = drawing
        .attr("viewBox", format!("0 0 {} {}", at(width), at(height)))
        .attr("width", at(width))
        .attr("height", at(height))
        .add(content);
    scrolling("div", "Picture of the deployment")
        .add(drawing)
        .into()
}

/// What a lane shows, in words.
fn told(lane: &Lane, tiers: &[Tier]) -> String {
    let names: Vec<&Name> = lane.domains.iter().collect();
    let tiers: Vec<String> = tiers
        .iter()
        .map(|tier| {
            let hosts: Vec<String> = tier
                .hosts
                .iter()
                .map(|(host, said)| format!("{} ({said})", presentation::plain(host)))
                .collect();
            let more = match tier.more {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            if hosts.is_empty() {
                return format!("{}, {}", tier.head, tier.note);
            }
            format!("{}, {}: {}{more}", tier.head, tier.note, hosts.join(", "))
        })
        .collect();
    format!("{}: {}.", domains(&names), tiers.join("; "))
}

fn tiers(lane: &Lane) -> Vec<Tier> {
    let mut tiers: Vec<Tier> = Vec::new();
    match &lane.after {
        None => tiers.push(Tier::empty("Not known", "no source tells the records")),
        Some(set) if set.is_empty() => {
            tiers.push(Tier::empty("No records", "clients find no host"));
        }
        Some(set) => {
            let shares: Vec<Chance> = set.shares(&[]);
            let records: Vec<_> = set.records().iter().zip(shares).collect();
            for same in records.chunk_by(|(one, _), (next, _)| one.priority == next.priority) {
                let is_first = tiers.is_empty();
                let hosts = same.iter().take(MAX_HOSTS).map(|(record, part)| {
                    let part = if is_first {
                        percent(part.value())
                    } else {
                        "standby".to_owned()
                    };
                    (
                        record.target.clone(),
                        format!("weight {}, {part}", record.weight),
                    )
                });
                tiers.push(Tier {
                    head: format!(
                        "Priority {}",
                        same.first().map_or(0, |(record, _)| record.priority)
                    ),
                    note: if is_first {
                        "asked first"
                    } else {
                        "asked if none before answers"
                    },
                    class: if is_first { "tier first" } else { "tier" },
                    hosts: hosts.collect(),
                    more: same.len().saturating_sub(MAX_HOSTS),
                });
            }
        }
    }
    let more = tiers.len().saturating_sub(MAX_TIERS);
    if more > 0 {
        tiers.truncate(MAX_TIERS);
        tiers.push(Tier::empty("Later priorities", "not drawn here"));
    }
    if !lane.leaving.is_empty() {
        let hosts = lane.leaving.iter().take(MAX_HOSTS);
        tiers.push(Tier {
            head: "Loses its record".to_owned(),
            note: "not asked by new clients",
            class: "tier leaving",
            hosts: hosts
                .map(|host| (host.clone(), "removed".to_owned()))
                .collect(),
            more: lane.leaving.len().saturating_sub(MAX_HOSTS),
        });
    }
    tiers
}

impl Tier {
    fn empty(head: &str, note: &'static str) -> Self {
        Self {
            head: head.to_owned(),
            note,
            class: "tier leaving",
            hosts: Vec::new(),
            more: 0,
        }
    }

    fn height(&self) -> f64 {
        let more = if self.more > 0 { LINE } else { 0.0 };
        HEAD + size(self.hosts.len()) * (CHIP + 6.0) + more + PAD
    }
}

/// One lane and its height: so many tiers stand beside each other, the next ones below.
fn draw(
    page: &Page<'_>,
    lane: &Lane,
    tiers: &[Tier],
    y: f64,
    (chip, beside): (f64, usize),
) -> (Markup, f64) {
    let lines = domain_lines(page, lane);
    let own = PAD * 2.0 + size(lines.len()) * LINE;
    let mut group = el("g").add(
        rect(1.0, y, DOMAINS - 2.0, own)
            .class("domain-box")
            .attr("rx", 6),
    );
    for (index, (class, said)) in lines.iter().enumerate() {
        let line = y + PAD + LINE * size(index) + 13.0;
        group = group.add(label(PAD + 4.0, line, said).class(*class));
    }
    let mut top = y;
    for row in tiers.chunks(beside) {
        let mut x = DOMAINS;
        for tier in row {
            if tier.class != "tier leaving" {
                group = group.add(arrow(x, top + 30.0_f64.min(own / 2.0)));
            }
            x += BETWEEN;
            group = group.all(drawn_tier(page, tier, x, top, chip));
            x += chip + 2.0 * PAD;
        }
        top += row.iter().map(Tier::height).fold(0.0, f64::max) + BELOW;
    }
    let height = own.max(top - BELOW - y);
    (group.into(), height)
}

fn arrow(x: f64, y: f64) -> Element {
    let (from, to) = (x + 6.0, x + BETWEEN - 6.0);
    el("path").class("arrow").attr(
        "d",
        format!("M{} {}H{}m-6 -5 6 5 -6 5", at(from), at(y), at(to)),
    )
}

fn drawn_tier(page: &Page<'_>, tier: &Tier, x: f64, y: f64, chip: f64) -> Vec<Markup> {
    let mut parts: Vec<Markup> = vec![
        rect(x, y, chip + 2.0 * PAD, tier.height())
            .class(tier.class)
            .attr("rx", 6)
            .into(),
        label(x + PAD, y + 18.0, &tier.head)
            .class("tier-head")
            .into(),
        label(x + PAD, y + 34.0, tier.note)
            .class("tier-note")
            .into(),
    ];
    let mut top = y + HEAD;
    for (host, said) in &tier.hosts {
        let left = x + PAD;
        parts.push(
            rect(left, top, chip, CHIP)
                .class("chip")
                .attr("rx", 4)
                .into(),
        );
        parts.push(
            rect(left, top, 30.0, CHIP)
                .class(format!("k{}", page.keys.look(host)))
                .into(),
        );
        parts.push(
            rect(left, top, 30.0, CHIP)
                .attr("fill", format!("url(#p{})", page.keys.look(host)))
                .into(),
        );
        parts.push(disc(
            &at(left + 15.0),
            &at(top + CHIP / 2.0),
            &page.keys.letter(host),
        ));
        parts.push(
            label(left + 38.0, top + 19.0, &shown(host))
                .class("host-name")
                .into(),
        );
        parts.push(
            label(left + 38.0, top + 36.0, said)
                .class("host-note")
                .into(),
        );
        top += CHIP + 6.0;
    }
    if tier.more > 0 {
        let said = format!("and {} more", tier.more);
        parts.push(label(x + PAD, top + 13.0, &said).class("host-note").into());
    }
    parts
}

/// The lines in the box of the domains: names, then the clients that find them and are counted.
fn domain_lines(page: &Page<'_>, lane: &Lane) -> Vec<(&'static str, String)> {
    let mut lines: Vec<(&'static str, String)> = lane
        .domains
        .iter()
        .take(MAX_NAMES)
        .map(|domain| ("host-name", cut(&presentation::plain(domain), 25)))
        .collect();
    let more = lane.domains.len().saturating_sub(MAX_NAMES);
    if more > 0 {
        lines.push(("host-note", format!("and {}", count(more, "other domain"))));
    }
    let mut clients = [0_u64; 3];
    let groups = page.simulation.groups.iter();
    for (group, _, after) in groups.filter(|(group, ..)| !group.adba) {
        if matches!(after, Finds::Set(domain) if lane.domains.binary_search(domain).is_ok()) {
            clients[0] += u64::from(group.windows);
            clients[1] += u64::from(group.server);
            clients[2] += u64::from(group.office);
        }
    }
    let kinds = wording::kinds(clients).into_iter();
    lines.extend(kinds.map(|kind| ("host-note", kind)));
    lines
}

fn shown(host: &Name) -> String {
    cut(&presentation::plain(host), MAX_LETTERS)
}

/// Text of at most so many letters: a longer one loses its middle.
fn cut(said: &str, most: usize) -> String {
    let letters: Vec<char> = said.chars().collect();
    if letters.len() <= most {
        return said.to_owned();
    }
    let half = (most - 1) / 2;
    let begin: String = letters.iter().take(most - 1 - half).collect();
    let end: String = letters.iter().skip(letters.len() - half).collect();
    format!("{begin}\u{2026}{end}")
}

/// A number of things, to be reckoned with.
fn size(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(cut("kms01.contoso.com", 32), "kms01.contoso.com");
        assert_eq!(cut("abcdefghij", 5), "ab\u{2026}ij");
    }
}
